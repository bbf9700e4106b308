#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# SPDX-FileCopyrightText: 2026 The imp authors

# Daemons that end with something else, by their schedule.

load supervise

# A target that takes its time to clean up.
setup() {
	cd "$BATS_TEST_TMPDIR" || return
	python_script target <<-\EOF
		def got(number, frame):
		    note("cleaned")
		    os._exit(0)
		signal.signal(signal.SIGTERM, got)
		note("there")
		stay()
	EOF
}

# A shell that starts d and stays.
parent() {
	start bash -c '"$IMP" -n d --imp-log imp.log --chdir . --bind=parent \
	    ./target; echo $? >finished; exec "$PROBE" --no-report --wait'
	wait_until test -s finished
	wait_until test -e there
	[[ $(<finished) == 0 ]]
}

@test "--bind=parent ends with the caller's parent, by the schedule" {
	local main
	parent
	main=$(main_pid)
	kill -TERM "$started_pid"
	wait_gone "$main"
	wait_until test ! -e "$IMP_STATE_DIR/d"
	[[ -e cleaned ]]
	has_line imp.log 'what it is bound to has ended'
}

@test "--bind=parent ends when the parent is SIGKILLed, too" {
	local main
	parent
	main=$(main_pid)
	kill -KILL "$started_pid"
	wait_gone "$main"
	wait_until test ! -e "$IMP_STATE_DIR/d"
	[[ -e cleaned ]]
}

@test "--bind=parent of instances is the caller's parent, too" {
	start bash -c '"$IMP" -n d --instances=2 --imp-log imp.log \
	    --bind=parent "$PROBE" --no-report --wait; echo $? >finished
	    exec "$PROBE" --no-report --wait'
	wait_until test -s finished
	[[ $(<finished) == 0 ]]
	run -0 "$IMP" --status d
	run ! has_line imp.log 'what it is bound to has ended'
	kill -KILL "$started_pid"
	wait_until nothing_left
	has_line imp.log 'what it is bound to has ended'
}

@test "--bind=PID ends with that process" {
	local main other
	start "$PROBE" --no-report --wait
	other=$started_pid
	supervise --chdir . --bind="$other" --respawn ./target
	wait_until test -e there
	main=$(main_pid)
	kill -KILL "$other"
	wait_gone "$main"
	wait_until all_gone
	[[ -e cleaned ]]
}

@test "--bind=PID during a delay means that there is no further start" {
	local other
	start "$PROBE" --no-report --wait
	other=$started_pid
	supervise --bind="$other" --respawn --respawn-delay=1h,1h \
	    sh -c 'exit 1'
	wait_until state_is backoff
	kill -TERM "$other"
	wait_until all_gone
}

@test "--bind=PID refuses what does not run" {
	local pid
	start true
	pid=$started_pid
	wait "$pid"
	run -125 --separate-stderr supervise --bind="$pid" ./target
	[[ $stderr == "imp: cannot bind to process $pid: "* ]]
	all_gone
}

@test "--bind=NAME ends with that daemon, but outlives its restarts" {
	local main first
	start_imp -n other --respawn --respawn-delay=0 \
	    "$PROBE" --no-report --wait
	supervise --chdir . --bind=other ./target
	wait_until test -e there
	main=$(main_pid)
	first=$(sed -n 's/^main=\([0-9]*\).*/\1/p' "$IMP_STATE_DIR/other/record")
	kill -KILL "$first"
	again() {
		local now
		now=$(sed -n 's/^main=\([0-9]*\) .*/\1/p' \
		    "$IMP_STATE_DIR/other/record")
		[[ -n $now && $now != "$first" && $now != 0 ]]
	}
	wait_until again
	alive "$main"
	"$IMP" --stop other
	wait_gone "$main"
	wait_until all_gone
	[[ -e cleaned ]]
}

@test "--bind=NAME binds to an unsupervised daemon as well" {
	local main
	start_imp -n other "$PROBE" --no-report --wait
	supervise --chdir . --bind=other ./target
	wait_until test -e there
	main=$(main_pid)
	"$IMP" --stop other
	wait_gone "$main"
}

@test "--bind=NAME refuses what does not run" {
	run -125 --separate-stderr supervise --bind=other ./target
	[[ $stderr == "imp: cannot bind to 'other': it is not running" ]]
	all_gone
}

@test "--bind=supervisor ends the main process with a killed supervisor" {
	local main
	supervise --bind=supervisor "$PROBE" --no-report --wait
	main=$(main_pid)
	kill -KILL "$(supervisor_pid)"
	wait_gone "$main"
}

@test "--bind=supervisor holds for another user, and after a restart" {
	local main
	need_root
	supervise --bind=supervisor --user=nobody --respawn --respawn-delay=0 \
	    "$PROBE" --no-report --wait
	main=$(main_pid)
	kill -KILL "$main"
	wait_until runs_as_other "$main"
	main=$(main_pid)
	kill -KILL "$(supervisor_pid)"
	wait_gone "$main"
}

# P18: losing imp does not lose the service.
@test "without --bind=supervisor the service goes on without imp" {
	local main
	supervise --log log --log-stamp=iso sh -c 'trap "echo heard" USR1
	    echo here; while :; do "$PROBE" --no-report --wait & wait; done'
	main=$(main_pid)
	wait_until has_line log here
	kill -KILL "$(supervisor_pid)"
	wait_gone "$(supervisor_pid)"
	run -0 "$IMP" --status d
	[[ $output == *"$main"* ]]
	run -75 supervise true
	# Somebody still reads what it writes.
	kill -USR1 "$main"
	wait_until has_line log heard
	run -0 "$IMP" --stop d
	not alive "$main"
	wait_until all_gone
}
