#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# SPDX-FileCopyrightText: 2026 The imp authors

# P9, P14, P15, P18: whoever is killed, at whichever system call of a stop or
# a restart: what was asked for can be asked for again, there is never more
# than one main process, and after a stop there is nothing.

load ../helper

setup() {
	cd "$BATS_TEST_TMPDIR"
	cut=$BUILDDIR/tests/control/cut
}

teardown() {
	stop_everything_started
}

recorded() {
	sed -n "s/^$1=\([0-9]*\) .*/\1/p" "$IMP_STATE_DIR/web/record"
}

start_web() {
	start_imp -n web "$@" -- "$PROBE" --no-report --wait
}

# How many main processes run.
targets() {
	local pid n=0
	for pid in $(left_behind); do
		[[ $(readlink "/proc/$pid/exe") == "$PROBE" ]] && n=$((n + 1))
	done
	echo $n
}

# all_stopped WHEN: what --stop says is true.
all_stopped() {
	not alive "$main" || fail "it runs: $1"
	[[ -z $(ls -A "$IMP_STATE_DIR") ]] || fail "a record is left: $1"
}

# cut_client VERB [OPTION...]: the client is killed at its first, second ...
# call, until it makes no more; not at each of those with which it looks at all
# processes there are.
cut_client() {
	local verb=$1 n status
	shift
	for ((n = 1; n < 20000; n += 1 + n / 100)); do
		start_web "$@" || fail "no start after call $n"
		main=$(recorded main)
		status=0
		"$cut" $n "$IMP" "$verb" web 3>&- || status=$?
		"$IMP" -q --stop web || fail "no stop: call $n"
		all_stopped "call $n"
		((status == 0)) || break
	done
	((status == 3 && n > 20)) || fail "status $status at call $n"
	wait_until nothing_left
}

@test "a client that is killed while it stops a supervised daemon" {
	cut_client --stop -s
}

@test "a client that is killed while it stops a daemon by itself" {
	cut_client --stop
}

@test "a client that is killed while it restarts a daemon" {
	cut_client --restart -s
}

# cut_supervisor VERB: it is killed at its first, second ... call from when it
# is asked.
cut_supervisor() {
	local verb=$1 n status cutter supervisor
	for ((n = 1; n < 300; n++)); do
		start_web -s
		main=$(recorded main)
		supervisor=$(recorded supervisor)
		rm -f counting
		"$cut" $n -p "$supervisor" >counting 3>&- &
		cutter=$!
		wait_until test -s counting
		status=0
		"$IMP" "$verb" web 2>err || status=$?
		check_"$(tr -d =- <<<"$verb")" $status $n
		"$IMP" -q --stop web || fail "no stop: call $n"
		all_stopped "call $n"
		status=0
		wait $cutter || status=$?
		((status == 0)) || break
	done
	((status == 3 && n > 20)) || fail "status $status at call $n"
	wait_until nothing_left
}

# The client goes on where the supervisor cannot.
check_stop() {
	(($1 == 0)) || fail "status $1 at call $2: $(<err)"
	all_stopped "call $2"
}

# What runs is found; the supervisor alone could have started another.
check_restart() {
	(($1 <= 1)) || fail "status $1 at call $2: $(<err)"
	[[ $1 == 0 || $(<err) == *"cannot restart 'web': it"*" supervisor"* ]] ||
		fail "call $2: $(<err)"
	wait_until status_is_right || fail "$(targets) run: call $2"
}

# What the supervisor has not heard is done without it.
check_signalKILL() {
	wait_gone "$supervisor"
	if (($1 == 0)); then
		wait_gone "$main"
	else
		[[ $2 -gt 3 && $(<err) == "imp: cannot signal 'web': its"*" has \
ended before it has answered" ]] || fail "call $2: $(<err)"
	fi
}

# It may just be ending.
status_is_right() {
	local n rc=0
	n=$(targets)
	"$IMP" -q --status web || rc=$?
	((n <= 1 && (n == 1) == (rc == 0)))
}

@test "a supervisor that is killed while it stops its daemon" {
	cut_supervisor --stop
}

@test "a supervisor that is killed while it restarts its daemon" {
	cut_supervisor --restart
}

@test "a supervisor that is killed while it signals its daemon" {
	cut_supervisor --signal=KILL
}
