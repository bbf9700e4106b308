#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# SPDX-FileCopyrightText: 2026 The imp authors

# Which ends are followed by a restart, and how many.

load supervise

# As the lines of "plan" say, one a run; then it waits.
setup() {
	cd "$BATS_TEST_TMPDIR" || return
	script target <<-\EOF
		echo $$ >>starts
		step=$(sed -n "$(wc -l <starts)p" plan)
		case $step in
		exit*) exit "${step#exit }" ;;
		signal*) kill "-${step#signal }" $$; exit 99 ;;
		esac
		exec "$PROBE" --no-report --wait
	EOF
}

# ends_after N [OPTION...]: N runs and no more.
ends_after() {
	local runs=$1
	shift
	supervise --chdir . --respawn-delay=1ms,1ms "$@" ./target
	wait_until all_gone
	[[ $(lines starts) == "$runs" ]] || fail "$(cat starts imp.log)"
}

# goes_on_after N [OPTION...]: the run after N runs is there to stay.
goes_on_after() {
	local runs=$1
	shift
	supervise --chdir . --respawn-delay=1ms,1ms "$@" ./target
	wait_until has_lines starts $((runs + 1))
	wait_until state_is up
	[[ $(main_pid) == $(tail -n 1 starts) ]]
	[[ $(lines starts) == $((runs + 1)) ]]
	[[ $(recorded restarts) == "$runs" ]]
}

@test "always restarts after any end" {
	printf '%s\n' 'exit 0' 'exit 1' 'signal KILL' 'signal TERM' >plan
	goes_on_after 4 --respawn
}

@test "on-failure restarts after a status and after a signal" {
	printf '%s\n' 'exit 1' 'signal SEGV' 'exit 255' >plan
	goes_on_after 3 --respawn=on-failure
}

@test "on-failure does not restart after success" {
	printf '%s\n' 'exit 1' 'exit 0' 'exit 1' >plan
	ends_after 2 --respawn=on-failure
}

@test "on-failure takes HUP, INT, TERM and PIPE for success" {
	local signal
	for signal in HUP INT TERM PIPE; do
		rm -f starts
		echo "signal $signal" >plan
		ends_after 1 --respawn=on-failure
	done
}

@test "on-abnormal restarts after a signal, not after a status" {
	printf '%s\n' 'signal KILL' 'signal ABRT' 'exit 1' 'exit 0' >plan
	ends_after 3 --respawn=on-abnormal
}

@test "on-abnormal restarts what ran for too long" {
	: >plan
	supervise --chdir . --respawn=on-abnormal --respawn-delay=1ms,1ms \
	    --max-runtime=50ms ./target
	wait_until has_lines starts 3
	wait_until has_line imp.log 'exceeded its time and exited with status 0'
}

@test "without --respawn nothing is started again" {
	echo 'exit 1' >plan
	supervise --chdir . ./target
	wait_until all_gone
	[[ $(lines starts) == 1 ]]
	has_line imp.log 'exited with status 1 after'
}

@test "--success makes a status or a signal a success" {
	printf '%s\n' 'exit 1' 'exit 3' 'exit 1' >plan
	ends_after 2 --respawn=on-failure --success=3
	rm starts
	printf '%s\n' 'exit 1' 'signal USR1' 'exit 1' >plan
	ends_after 2 --respawn=on-failure --success=3,SIGUSR1
}

@test "statuses that are fatal by default are never followed by a restart" {
	local status
	for status in 64 78 126 127; do
		rm -f starts
		rm -rf "${IMP_STATE_DIR:?}"
		echo "exit $status" >plan
		supervise --chdir . --respawn ./target
		wait_until nothing_left
		[[ $(lines starts) == 1 ]]
		has_line imp.log "status $status after .*; giving up: "
	done
}

@test "--fatal takes the place of the default" {
	printf '%s\n' 'exit 64' 'exit 5' 'exit 0' >plan
	supervise --chdir . --respawn --respawn-delay=1ms,1ms --fatal=5 ./target
	wait_until nothing_left
	[[ $(lines starts) == 2 ]]
	rm starts
	printf '%s\n' 'exit 64' 'exit 127' >plan
	goes_on_after 2 --respawn --fatal=none
}

@test "what gave up is told of, and does not hinder a start" {
	printf '%s\n' 'exit 64' >plan
	supervise --chdir . --respawn ./target
	wait_until nothing_left
	state_is gaveup || state_is gave-up || fail "$(recorded state)"
	run -3 "$IMP" --status d
	supervise --chdir . --respawn ./target
	wait_until state_is up
}

@test "the limit of restarts is kept" {
	printf 'exit 1\n%.0s' {1..20} >plan
	supervise --chdir . --respawn --respawn-delay=1ms,1ms \
	    --respawn-limit=3/1h ./target
	wait_until nothing_left
	[[ $(lines starts) == 4 ]]
	has_line imp.log 'giving up: restart limit reached'
}

# The runs take next to no time, the delays more than the limit's.
@test "imp's own delays do not count as time for the limit" {
	supervise --respawn --respawn-delay=1200ms,1200ms \
	    --respawn-limit=2/2s "$PROBE" --exit 1
	wait_until nothing_left
	has_lines imp.log 3
	has_line imp.log 'giving up: restart limit reached'
	[[ $(lines imp.log) == 3 ]]
}

@test "a run that is killed is started again" {
	local pid
	: >plan
	supervise --chdir . --respawn --respawn-delay=0 ./target
	pid=$(main_pid)
	kill -KILL "$pid"
	wait_until runs_as_other "$pid"
	[[ $(recorded restarts) == 1 ]]
}

@test "a program that is gone at a restart is looked for again" {
	local pid
	: >plan
	supervise --chdir . --respawn --respawn-delay=1ms,1ms ./target
	pid=$(main_pid)
	rm target
	kill -KILL "$pid"
	wait_until has_line imp.log \
	    "d: could not be started: cannot find './target'; next start in"
	printf '#!/bin/sh\nexec "$PROBE" --no-report --wait\n' >made
	chmod 755 made
	mv made target
	wait_until runs_as_other "$pid"
}
