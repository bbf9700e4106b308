#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# SPDX-FileCopyrightText: 2026 The imp authors

# What the other tests believe of the probe and the helper is true.

load helper

setup() {
	cd "$BATS_TEST_TMPDIR"
}

teardown() {
	stop_everything_started
}

@test "the probe reports descriptors and what they point to" {
	"$PROBE" --report got 3>&- 7<"$PROBE" 8>>log </dev/null >out 2>&1
	[[ $(report got fd.0) == /dev/null ]]
	[[ $(report got fd.0.mode) == r ]]
	[[ $(report got fd.1) == "$PWD/out" ]]
	[[ $(report got fd.7) == "$PROBE" ]]
	[[ $(report got fd.8.mode) == w,append ]]
	[[ " $(report got fds) " == *" 0 1 2 "*"7 8 "* ]]
}

@test "the probe reports closed descriptors as such" {
	"$PROBE" --report got <&- >&- 2>&- 3>&-
	[[ -z $(report got 'fd\.[012]') ]]
}

@test "the probe reports signals that are ignored and blocked" {
	(trap '' USR1 HUP; exec "$PROBE" --report got)
	[[ " $(report got signal.ignored) " == *" 1 "*"10 "* ]]
	[[ -z $(report got signal.blocked) ]]
	"$PYTHON" -c 'import os, signal, sys
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM, 34])
os.execv(sys.argv[1], sys.argv[1:])' "$PROBE" --report blocked
	[[ $(report blocked signal.blocked) == "15 34" ]]
}

@test "the probe reports place, limits and arguments" {
	(
		umask 027
		ulimit -n 100
		export X=$'a\nb\\'
		exec -a other nice -n 0 "$PROBE" --report got
	)
	[[ $(report got cwd) == "$PWD" ]]
	[[ $(report got umask) == 0027 ]]
	[[ $(report got limit.nofile) == 100:100 ]]
	[[ $(report got argv.1) == --report ]]
	[[ $(report got argc) == 3 ]]
	report got env | grep -qxF 'X=a\x0ab\x5c'
}

@test "the probe waits for TERM and exits 0" {
	start "$PROBE" --wait --report got
	wait_until test -e got
	kill -TERM "$(report got pid)"
	wait "$started_pid"
}

@test "the probe ends as asked" {
	run -7 "$PROBE" --exit 7
	run -143 "$PROBE" --signal 15
	[[ $("$PROBE" --out "a b" --err x --out c 2>err) == "a bc" ]]
	[[ $(<err) == x ]]
}

@test "the probe takes a terminal when it can" {
	setsid -w "$PROBE" --report got --steal-tty
	[[ $(report got tty) == none ]]
	[[ $(report got tty.stolen) == yes ]]
}

@test "the helper ends what has left its session and ignores TERM" {
	"$PROBE" --daemonize --fork 2 --ignore 15 --wait --report got 3>&-
	wait_until test -e got
	# Besides it and its children there was the one that it detached by.
	three_left() {
		mapfile -t pids < <(left_behind)
		((${#pids[@]} == 3))
	}
	wait_until three_left
	stop_everything_started
	nothing_left
	not alive "$(report got pid)"
}

@test "the helper ends recorded processes that lack the mark" {
	env -i "$PROBE" --daemonize --wait --report got 3>&-
	wait_until test -e got
	nothing_left
	record_pid "$(report got pid)"
	stop_everything_started
	not alive "$(report got pid)"
}

@test "the helper leaves a recycled pid alone" {
	env -i "$PROBE" --daemonize --wait --report got 3>&-
	wait_until test -e got
	local pid
	pid=$(report got pid)
	echo "$pid 1" >started
	stop_everything_started
	alive "$pid"
	rm started
	record_pid "$pid"
}
