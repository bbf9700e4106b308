#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# SPDX-FileCopyrightText: 2026 The imp authors

# Each run starts from the same state, and the record tells of it.

load supervise

@test "--env-file is read again before each run" {
	local pid
	echo COLOUR=red >env.txt
	supervise --respawn --respawn-delay=0 --env-file=env.txt \
	    "$PROBE" --report "$PWD/report" --wait
	pid=$(main_pid)
	wait_until test -s report
	[[ $(report report env.COLOUR) == red ]]
	rm report
	echo COLOUR=green >env.txt
	kill -KILL "$pid"
	wait_until test -s report
	[[ $(report report env.COLOUR) == green ]]
}

# What differs from run to run.
without_numbers() {
	sed -e '/^\(pid\|pgid\)=/d' -e 's/pipe:.*/pipe/' "$1"
}

@test "each run starts from the same clean state" {
	local pid n
	need_root
	exec {kept}<"$BASH"
	supervise --respawn --respawn-delay=0 --keep-fd="$kept" --umask=027 \
	    --limit=nofile=100:200 --nice=3 --oom-score-adj=50 \
	    --log "$PWD/log" --log-stamp=iso --ready=fd:7 \
	    sh -c 'echo >&7; exec "$PROBE" --report "$0" --wait' "$PWD/report"
	for n in 1 2 3; do
		wait_until test -s report
		wait_until state_is up
		pid=$(main_pid)
		without_numbers report >report.$n
		rm report
		kill -KILL "$pid"
	done
	cmp report.1 report.2
	cmp report.2 report.3
	[[ $(report report.3 umask) == 0027 ]]
	[[ $(report report.3 fds) == "0 1 2 7 $kept" ]]
	[[ $(report report.3 signal.blocked) == "" ]]
	[[ $(report report.3 signal.ignored) == "" ]]
}

@test "the record tells of each state, and pidfiles are right in each" {
	local pid sup
	supervise --respawn --respawn-delay=1h,1h --pidfile p \
	    --supervisor-pidfile s --ready=file:"$PWD/there" \
	    "$PROBE" --no-report --wait 2>errors &
	record_pid $!
	wait_until state_is starting
	wait_until main_pid
	sup=$(supervisor_pid)
	pid=$(main_pid)
	[[ $(recorded ready) == 0 ]]
	wait_until test -s p
	[[ $(pid_in p) == "$pid" ]]
	[[ $(pid_in s) == "$sup" ]]
	touch there
	wait $!
	state_is up
	[[ $(recorded ready) == 1 ]]
	[[ $(recorded mode) == supervised ]]
	[[ $(pid_in p) == "$pid" ]]
	kill -KILL "$pid"
	wait_until state_is backoff
	[[ $(recorded ready) == 0 ]]
	run ! main_pid
	[[ ! -e p ]]
	[[ $(pid_in s) == "$sup" ]]
	kill -TERM "$sup"
	wait_gone "$sup"
	[[ ! -e p && ! -e s ]]
	all_gone
}

@test "while it is being stopped the record says so" {
	local sup pid
	supervise_probe --pidfile p --stop-schedule=USR1/60/KILL -- --ignore 10
	sup=$(supervisor_pid)
	pid=$(main_pid)
	kill -TERM "$sup"
	wait_until state_is stopping
	alive "$pid"
	[[ $(pid_in p) == "$pid" ]]
	kill -TERM "$sup"
	wait_gone "$sup"
	[[ ! -e p ]]
}

# P5: absent or complete.
@test "the pidfile is never empty, whoever looks" {
	start_imp --respawn --respawn-delay=0 --pidfile p --imp-log imp.log \
	    sh -c 'exit 1'
	"$PYTHON" - <<-\EOF 3>&-
		import os, time
		end = time.monotonic() + 2
		bad = 0
		while time.monotonic() < end:
		    try:
		        text = open("p").read()
		    except FileNotFoundError:
		        continue
		    if not (text.endswith("\n") and text[:-1].isdigit()):
		        bad += 1
		assert not bad, bad
	EOF
}

@test "the process list tells what a supervisor does" {
	local pid sup
	title() { tr '\0' ' ' <"/proc/$sup/cmdline" | sed 's/ *$//'; }
	title_is() { [[ $(title) == "imp: d $*" ]]; }
	supervise_probe --respawn --respawn-delay=1h,1h \
	    --stop-schedule=USR1/60/KILL -- --ignore 10
	sup=$(supervisor_pid)
	pid=$(main_pid)
	title_is "[$pid] running" || fail "$(title)"
	kill -KILL "$pid"
	wait_until state_is backoff
	wait_until title_is "backing off" || fail "$(title)"
	run -0 "$IMP" --restart d 3>&-
	pid=$(main_pid)
	wait_until title_is "[$pid] running"
	wait_until probe_waits "$pid"
	kill -TERM "$sup"
	wait_until title_is "[$pid] stopping"
}
