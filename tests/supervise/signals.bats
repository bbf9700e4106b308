#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# SPDX-FileCopyrightText: 2026 The imp authors

# P26: signals to the supervisor reach the main process.

load supervise

# Notes each signal that it gets, but TERM, by name; with a child in the same
# group, which does so too.
setup() {
	cd "$BATS_TEST_TMPDIR" || return
	python_script target <<-\EOF
		def listen(name):
		    def got(number, frame):
		        if signal.SIGRTMIN < number < signal.SIGRTMAX:
		            note(name, number)
		        else:
		            note(name, signal.Signals(number).name)
		    for s in signal.valid_signals():
		        if s not in (signal.SIGTERM, signal.SIGKILL,
		            signal.SIGSTOP, signal.SIGCHLD):
		            signal.signal(s, got)
		    note(name + ".there")
		    stay()
		if os.fork() == 0:
		    listen("child")
		listen("main")
	EOF
}

begin() {
	supervise --chdir . "$@" ./target
	wait_until test -e main.there
	wait_until test -e child.there
	sup=$(supervisor_pid)
}

# passes SIGNAL [AS]
passes() {
	: >main
	kill "-$1" "$sup"
	wait_until has_line main "^SIG${2-$1}\$"
	[[ $(lines main) == 1 ]]
}

# drops SIGNAL: it does not come, though what is sent after it does.
drops() {
	: >main
	kill "-$1" "$sup"
	kill -WINCH "$sup"
	wait_until has_line main SIGWINCH
	[[ $(cat main) == SIGWINCH ]]
}

@test "HUP, QUIT, USR1, USR2, WINCH, CONT and ALRM are passed on" {
	local signal
	begin
	for signal in HUP QUIT USR1 USR2 WINCH CONT ALRM; do
		passes $signal
	done
	[[ ! -s child ]]
	state_is up
}

@test "INT is passed on and stops" {
	begin --stop-schedule=TERM/1h
	kill -INT "$sup"
	wait_until has_line main '^SIGINT$'
	# The first step has been taken by that: TERM would end it.
	state_is stopping
	kill -HUP "$sup"
	wait_until has_line main '^SIGHUP$'
	kill -TERM "$sup"
	wait_gone "$sup"
	has_line imp.log 'killed by SIGTERM'
}

@test "INT does not take the first signal from a schedule with a wait first" {
	begin --stop-schedule=0.05/TERM/1h/KILL
	kill -INT "$sup"
	wait_gone "$sup"
	has_line imp.log 'killed by SIGTERM'
}

@test "--forward maps signals, by name or number" {
	begin --forward=HUP=USR1,12=INT,RTMIN+3=34,USR1=SIGUSR2
	passes HUP USR1
	passes USR2 INT
	passes USR1 USR2
	: >main
	kill -37 "$sup"
	wait_until has_line main 'SIGRTMIN'
	state_is up
}

@test "--forward drops signals" {
	begin --forward=HUP=,USR1=
	drops HUP
	drops USR1
	passes USR2
}

@test "--forward adds signals" {
	begin --forward=RTMIN+1,TSTP
	: >main
	kill -35 "$sup"
	wait_until has_line main '^35$'
	passes TSTP
	state_is up
}

@test "--forward=INT= makes INT mean nothing" {
	begin --forward=INT=
	drops INT
	state_is up
}

@test "--forward=group sends them to the whole group" {
	begin --forward=group
	passes HUP
	wait_until has_line child '^SIGHUP$'
}

@test "a signal that comes during the delay does no harm" {
	local pid
	supervise --respawn --respawn-delay=1h,1h "$PROBE" --no-report --wait
	pid=$(main_pid)
	kill -KILL "$pid"
	wait_until state_is backoff
	sup=$(supervisor_pid)
	kill -HUP "$sup"
	kill -USR1 "$sup"
	kill -ALRM "$sup"
	kill -TERM "$sup"
	wait_gone "$sup"
	all_gone
}

@test "signals that are not passed on do not end the supervisor" {
	begin
	kill -PIPE "$sup"
	kill -TSTP "$sup"
	kill -TTOU "$sup"
	kill -IO "$sup"
	kill -50 "$sup"
	passes HUP
	wait_until asleep "$sup"
}
