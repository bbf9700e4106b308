#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# SPDX-FileCopyrightText: 2026 The imp authors

# P11, P13, P14, P18: whoever is killed, and whenever: two copies never run,
# and what runs is found, is refused a twin and can be stopped.

load ../supervise/supervise

# How many targets run.
targets() {
	local pid n=0
	for pid in $(left_behind); do
		[[ $(readlink "/proc/$pid/exe") == "$PROBE" ]] && n=$((n + 1))
	done
	echo $n
}

# Nothing runs, or what runs is found, refused a twin, and can be stopped.
consistent() {
	local n
	wait_until settled
	n=$(targets)
	case $n in
	0)
		supervise "$PROBE" --no-report --wait || fail "no start: $1"
		;;
	1)
		"$IMP" --status d >/dev/null || fail "not found: $1"
		run -75 "$IMP" -n d --supervise "$PROBE" --no-report --wait
		;;
	*)
		fail "$n run: $1"
		;;
	esac
	[[ $(targets) == 1 ]] || fail "not one: $1"
	"$IMP" --stop d || fail "cannot be stopped: $1"
	wait_until nothing_left
	[[ ! -e $IMP_STATE_DIR/d/record ]] || fail "a record is left: $1"
}

# No process of imp is on its way to becoming something else.
settled() {
	local pid program
	for pid in $(left_behind); do
		program=$(readlink "/proc/$pid/exe")
		[[ $program == "$PROBE" || $program == */strace ||
		    $(tr '\0' ' ' <"/proc/$pid/cmdline") == 'imp: d '* ]] ||
			return
	done
}

# sweep_calls FIRST STEP LAST: SIGKILL to each process of a start at every
# STEPth of its calls.  The tracer stays with the supervisor after that, so it
# may be killed at a later call as well, by what it is asked then.
sweep_calls() {
	local n status
	need_root
	need strace
	for ((n = $1; n <= $3; n += $2)); do
		status=0
		strace -D -f -o /dev/null -e signal=none \
		    -e inject=all:signal=KILL:when="$n" "$IMP" -n d \
		    --supervise "$PROBE" --no-report --wait 3>&- \
		    >out 2>&1 || status=$?
		consistent "call $n of each, status $status: $(<out)"
	done
}

@test "a SIGKILL at calls 1, 5, 9 ... of a start leaves nothing wrong" {
	sweep_calls 1 4 120
}

@test "a SIGKILL at calls 3, 7, 11 ... of a start leaves nothing wrong" {
	sweep_calls 3 4 120
}

@test "SIGKILL of the supervisor later: found, refused a twin, stopped" {
	supervise --respawn "$PROBE" --no-report --wait
	kill -KILL "$(supervisor_pid)"
	consistent later
}

@test "SIGKILL of supervisor and main process: the next start works" {
	supervise --respawn --pidfile p "$PROBE" --no-report --wait
	kill -KILL "$(supervisor_pid)" "$(main_pid)"
	wait_until nothing_left
	supervise --respawn --pidfile p "$PROBE" --no-report --wait
	[[ $(targets) == 1 ]]
	[[ $(pid_in p) == "$(main_pid)" ]]
	"$IMP" --stop d
	all_gone
}

@test "SIGKILL of the supervisor in its delay leaves nothing" {
	supervise --respawn --respawn-delay=1h,1h sh -c 'exit 1'
	wait_until state_is backoff
	kill -KILL "$(supervisor_pid)"
	wait_until nothing_left
	run -3 "$IMP" --status d
	consistent delay
}

@test "SIGKILL of the supervisor before the daemon is ready ends the start" {
	local status=0
	start supervise --ready=notify "$PROBE" --no-report --wait 2>errors
	wait_until main_pid
	kill -KILL "$(supervisor_pid)"
	wait "$started_pid" || status=$?
	[[ $status == 125 ]]
	has_line errors 'supervisor of .* was killed'
	nothing_left
	consistent unready
}

@test "of many starts at a time one wins, and the others exit 75" {
	local i pids=() won=0 status
	for i in {1..8}; do
		supervise "$PROBE" --no-report --wait 2>/dev/null &
		pids+=($!)
	done
	for i in "${pids[@]}"; do
		status=0
		wait "$i" || status=$?
		((status == 0)) && won=$((won + 1))
		((status == 0 || status == 75)) || fail "status $status"
	done
	[[ $won == 1 && $(targets) == 1 ]]
}

@test "kill -9, restarts and starts at a time: never two copies" {
	local i sup
	# What finds another one there says so.
	script target <<-\EOF
		exec 8>>lock
		flock -n 8 || echo twice >>twice
		exec "$PROBE" --no-report --wait
	EOF
	for i in {1..5}; do
		supervise --chdir . --respawn --respawn-delay=0 ./target || :
		"$IMP" --restart d >/dev/null 2>&1 3>&- &
		pids=($!)
		sup=$(supervisor_pid) && kill -KILL "$sup" || :
		supervise --chdir . --respawn --respawn-delay=0 ./target \
		    2>/dev/null &
		pids+=($!)
		kill -KILL "$(main_pid)" 2>/dev/null || :
		supervise --chdir . --respawn --respawn-delay=0 ./target \
		    2>/dev/null &
		pids+=($!)
		wait "${pids[@]}" || :
		[[ ! -e twice ]] || fail "two copies, round $i"
		"$IMP" --stop d || :
		wait_until nothing_left
	done
}
