#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# SPDX-FileCopyrightText: 2026 The imp authors

# P15: a stop ends, and nothing is left.

load supervise

# A target that notes what it gets and goes on.
stubborn() {
	python_script target <<-\EOF
		def got(number, frame):
		    note("got", signal.Signals(number).name)
		for s in (signal.SIGTERM, signal.SIGHUP, signal.SIGUSR1,
		    signal.SIGINT, signal.SIGCONT):
		    signal.signal(s, got)
		note("there")
		stay()
	EOF
}

# Ask the supervisor to stop, and wait for its end.
ask_stop() {
	local pid
	pid=$(supervisor_pid)
	kill -TERM "$pid"
	wait_gone "$pid"
}

# left_are N: so many processes of this test.
left_are() {
	local left
	mapfile -t left < <(left_behind)
	[[ ${#left[@]} == "$1" ]] || fail "left: ${left[*]}"
}

all_stopped() {
	all_gone || fail "left: $(left_behind)"
}

@test "TERM to the supervisor stops the main process and all is gone" {
	supervise --pidfile p --supervisor-pidfile s "$PROBE" --no-report --wait
	ask_stop
	all_stopped
	[[ ! -e p && ! -e s ]]
	[[ -z $(ls -A "$IMP_STATE_DIR") ]]
}

@test "a stop is no failure that a policy restarts" {
	supervise --respawn --respawn-delay=0 "$PROBE" --no-report --wait
	ask_stop
	all_stopped
}

@test "the schedule is kept: signals, waits, and CONT" {
	local pid
	stubborn
	supervise --chdir . --stop-schedule=HUP/0.05/INT/0.05/USR1/1h/KILL \
	    ./target
	wait_until test -e there
	pid=$(supervisor_pid)
	kill -TERM "$pid"
	wait_until has_line got SIGUSR1
	# These end a process by default, so each is followed by CONT.
	wait_until has_line got SIGCONT
	# What comes at a time is told in the order of the numbers, as here.
	[[ $(grep -v SIGCONT got | tr '\n' ' ') == 'SIGHUP SIGINT SIGUSR1 ' ]] ||
		fail "$(cat got)"
	kill -TERM "$pid"
	wait_gone "$pid"
	all_stopped
	has_line imp.log 'killed by SIGKILL'
}

@test "real-time signals and numbers are steps, too" {
	python_script target <<-\EOF
		def got(number, frame):
		    note("got", number)
		    if number == 36:
		        sys.exit(0)
		for s in (10, 36):
		    signal.signal(s, got)
		note("there")
		stay()
	EOF
	supervise --chdir . --stop-schedule=-10/0.05/RTMIN+2/60/KILL ./target
	wait_until test -e there
	ask_stop
	all_stopped
	[[ $(tr '\n' ' ' <got) == '10 36 ' ]]
}

@test "a schedule that is wrong names the item and its column" {
	run -2 --separate-stderr supervise --stop-schedule=TERM/5/NOSUCH/3 true
	[[ $stderr == *NOSUCH* && $stderr == *8* ]] || fail "$stderr"
}

@test "a second TERM moves on to the next step at once" {
	local pid
	stubborn
	supervise --chdir . --stop-schedule=USR1/1h/HUP/1h/KILL/5 ./target
	wait_until test -e there
	pid=$(supervisor_pid)
	kill -TERM "$pid"
	wait_until has_line got SIGUSR1
	kill -TERM "$pid"
	wait_until has_line got SIGHUP
	kill -TERM "$pid"
	wait_gone "$pid"
	all_stopped
}

@test "a target that ignores TERM is killed" {
	supervise --chdir . --stop-schedule=TERM/0.1/KILL/5 sh -c 'trap "" TERM
	    echo >there; "$PROBE" --no-report --wait; exit 1'
	wait_until test -e there
	ask_stop
	all_stopped
	has_line imp.log 'killed by SIGKILL'
}

@test "a target that SIGSTOP has stopped hears TERM" {
	local pid
	supervise_probe --stop-schedule=TERM/1h
	pid=$(main_pid)
	kill -STOP "$pid"
	wait_until eval "[[ \$(process_field $pid 3) == T ]]"
	ask_stop
	all_stopped
	has_line imp.log 'exited with status 0'
}

@test "a stopped child of the target does not keep it" {
	supervise --chdir . sh -c '"$PROBE" --no-report --wait &
	    kill -STOP $!; echo >stopped; wait'
	wait_until test -e stopped
	ask_stop
	all_stopped
}

@test "a stop waits neither for a zombie nor for its parent" {
	python_script target <<-\EOF
		if os.fork() == 0:
		    os._exit(0)
		note("there")
		signal.signal(signal.SIGTERM, lambda *a: os._exit(3))
		stay()
	EOF
	supervise --chdir . ./target
	wait_until test -e there
	ask_stop
	all_stopped
	has_line imp.log 'exited with status 3'
}

@test "children that double-fork in the TERM handler are ended" {
	python_script target <<-\EOF
		def got(number, frame):
		    for i in range(5):
		        if os.fork() == 0:
		            os.setsid()
		            if os.fork() == 0:
		                signal.signal(signal.SIGTERM, signal.SIG_IGN)
		                note("children", os.getpid())
		                stay()
		            os._exit(0)
		    wait_until(lambda: os.path.exists("children") and
		        len(open("children").readlines()) == 5)
		    os._exit(0)
		signal.signal(signal.SIGTERM, got)
		note("there")
		stay()
	EOF
	supervise --chdir . ./target
	wait_until test -e there
	ask_stop
	all_stopped
	[[ $(lines children) == 5 ]]
}

# A tree: the target, two children, of which one leads a session and one a
# group, and a grandchild each; all note the TERM that they get.
tree() {
	python_script target <<-\EOF
		def named(name):
		    def got(number, frame):
		        note("got", name)
		        os._exit(0)
		    signal.signal(signal.SIGTERM, got)
		    note("there", name)
		    stay()
		for kind in "session", "group", "same":
		    if os.fork() == 0:
		        if kind == "session":
		            os.setsid()
		        if kind == "group":
		            os.setpgid(0, 0)
		        if os.fork() == 0:
		            named(kind + " grandchild")
		        named(kind)
		named("main")
	EOF
}

# stop_tree OPTION...: "got" has who got TERM.
stop_tree() {
	tree
	supervise --chdir . "$@" ./target
	wait_until has_lines there 7
	ask_stop
}

@test "--kill=mixed tells the main process and kills all else" {
	stop_tree --kill=mixed
	[[ $(cat got) == main ]]
	all_stopped
}

@test "--kill=tree tells all descendants, in other sessions too" {
	stop_tree --kill=tree
	[[ $(sort got | tr '\n' ,) == "group,group grandchild,main,same,same\
 grandchild,session,session grandchild," ]] || fail "$(cat got)"
	all_stopped
}

@test "--kill=group tells the group, and leaves what left it" {
	stop_tree --kill=group
	wait_until has_lines got 3
	[[ $(sort got | tr '\n' ,) == 'main,same,same grandchild,' ]]
	[[ ! -e $IMP_STATE_DIR/d ]]
	left_are 4
}

# A main process that ends at TERM; two that ignore it are in its group, one
# of them the child of a process that has left it.
grouped() {
	python_script target <<-\EOF
		signal.signal(signal.SIGTERM, signal.SIG_IGN)
		group = os.getpid()
		if os.fork() == 0:
		    note("there")
		    stay()
		if os.fork() == 0:
		    os.setpgid(0, 0)
		    if os.fork() == 0:
		        os.setpgid(0, group)
		        note("there")
		        stay()
		    note("apart", os.getpid())
		    stay()
		signal.signal(signal.SIGTERM, signal.SIG_DFL)
		note("there")
		stay()
	EOF
}

@test "--kill=group ends those of the group that ignore TERM" {
	grouped
	supervise --chdir . --kill=group --stop-schedule=TERM/0.1/KILL/60 \
	    ./target
	wait_until has_lines there 3
	wait_until has_lines apart 1
	ask_stop
	[[ $(left_behind) == "$(<apart)" ]] || fail "left: $(left_behind)"
	[[ ! -e $IMP_STATE_DIR/d ]]
}

@test "--kill=group ends what a crashed run leaves of the group" {
	local pid
	grouped
	supervise --chdir . --kill=group --respawn --respawn-delay=0 ./target
	wait_until has_lines there 3
	pid=$(main_pid)
	kill -KILL "$pid"
	wait_until has_lines there 6
	wait_until has_lines apart 2
	wait_until runs_as_other "$pid"
	# The main process, two of its group, one apart of either run, and
	# the supervisor.
	left_are 6
}

@test "--kill=group is kept to when the supervisor was killed" {
	grouped
	supervise --chdir . --kill=group --stop-schedule=TERM/0.1/KILL/60 \
	    ./target
	wait_until has_lines there 3
	wait_until has_lines apart 1
	kill -KILL "$(supervisor_pid)"
	wait_gone "$(supervisor_pid)"
	run -0 --separate-stderr "$IMP" --stop d
	[[ -z $stderr && $(left_behind) == "$(<apart)" ]] ||
		fail "left: $(left_behind) $stderr"
	[[ ! -e $IMP_STATE_DIR/d ]]
}

@test "--kill=main tells and ends the main process alone" {
	stop_tree --kill=main
	[[ $(cat got) == main ]]
	[[ ! -e $IMP_STATE_DIR/d ]]
	left_are 6
}

@test "without a cgroup the subreaper finds all descendants" {
	need_root
	tree
	# shellcheck disable=SC2016
	unshare --mount --propagation=private sh -c '
		mount -t tmpfs none /sys/fs/cgroup && exec "$@"' sh \
	    "$IMP" -n d --chdir . --imp-log imp.log --supervise ./target 3>&-
	wait_until has_lines there 7
	ask_stop
	[[ $(cat got) == main ]]
	all_stopped
}

@test "what a crashed run leaves is gone before the next begins" {
	local pid
	tree
	supervise --chdir . --respawn --respawn-delay=0 ./target
	wait_until has_lines there 7
	pid=$(main_pid)
	kill -KILL "$pid"
	wait_until has_lines there 14
	wait_until runs_as_other "$pid"
	# Seven, and the supervisor.
	left_are 8
	ask_stop
	all_stopped
}

# The best of five, since others may have the processors for a while.
@test "a stop ends at the moment when the last process is gone" {
	local took best=10000
	for _ in 1 2 3 4 5; do
		supervise --stop-schedule=TERM/1h "$PROBE" --no-report --wait
		took=$(stop_takes "$(supervisor_pid)")
		all_stopped
		((took > best)) || best=$took
	done
	((best < 500)) || fail "$best ms"
}

# stop_takes PID: how many milliseconds after TERM it ends.
stop_takes() {
	"$PYTHON" - "$1" <<-\EOF 3>&-
		import os, select, signal, sys, time
		pid = int(sys.argv[1])
		fd = os.pidfd_open(pid)
		began = time.monotonic()
		os.kill(pid, signal.SIGTERM)
		select.select([fd], [], [])
		print(int((time.monotonic() - began) * 1000))
	EOF
}

@test "a target that cannot be ended is told of" {
	local pid
	supervise_probe --stop-schedule=USR1/0.05 -- --ignore 10
	pid=$(main_pid)
	kill -TERM "$(supervisor_pid)"
	wait_until has_line imp.log "process $pid refuses to die"
	alive "$pid"
	state_is stopping
	kill -KILL "$pid"
	wait_until all_gone
}

# cannot_end CALLS [OPTION...]: they fail in a supervisor whose main process
# ends and leaves another.
cannot_end() {
	local calls=$1 sup tracer
	need_root
	need strace
	shift
	supervise --chdir . --stop-schedule=TERM/60/KILL/0.1 "$@" \
	    sh -c '"$PROBE" --no-report --wait & echo >there
		exec "$PROBE" --no-report --wait'
	sup=$(supervisor_pid)
	wait_until test -e there
	start strace -qq -o trace -p "$sup" -e "inject=$calls"
	tracer=$started_pid
	wait_until not has_line "/proc/$sup/status" \
	    '^TracerPid:[[:space:]]*0$'
	kill -KILL "$(main_pid)"
	wait_until has_line imp.log 'what it has left behind refuses to die'
	run -1 "$IMP" --stop d
	[[ $output == *'refuses to die' ]] || fail "$output"
	kill -INT "$tracer"
	wait_gone "$tracer"
	"$IMP" --stop d
	all_stopped
}

@test "what is left and cannot be killed is told of, and not waited for" {
	cannot_end kill,write:error=EPERM
}

@test "what cannot be looked for is not taken for gone" {
	cannot_end openat,open,write:error=EMFILE --log-stamp=iso --log out
}

@test "an orphan that nobody waits for is reaped" {
	supervise --chdir . sh -c 'sh -c "true & echo >there" & wait
	    exec "$PROBE" --no-report --wait'
	wait_until test -e there
	sup=$(supervisor_pid)
	no_zombies() { ! grep -qs "^State:.Z" $(children); }
	children() {
		local pid
		for pid in $(<"/proc/$sup/task/$sup/children"); do
			echo "/proc/$pid/status"
		done
	}
	wait_until no_zombies
	ask_stop
	all_stopped
}

# kill_before_ready SCRIPT: the supervisor, whose target runs that as well.
kill_before_ready() {
	local status=0
	{
		echo "$1"
		echo 'note("there")'
		echo 'stay()'
	} | python_script target
	start supervise --chdir . --ready=notify ./target 2>errors
	wait_until has_lines there 3
	cgroup=$(recorded cgroup)
	kill -KILL "$(supervisor_pid)"
	wait "$started_pid" || status=$?
	[[ $status == 125 ]]
	has_line errors 'was killed; nothing is left running'
}

# P13, when nobody but the caller is left to undo it.
@test "a supervisor killed before it is ready takes all there is with it" {
	kill_before_ready $'os.fork()\nos.fork()'
	all_stopped
}

@test "and with a cgroup those, too, that have left its session" {
	kill_before_ready 'if os.fork() == 0:
	    os.setsid()
	    os.fork()'
	[[ -z $cgroup ]] || is_sanitized || all_stopped
}

# P13, the other way round: an answer is the truth.
@test "a stop before it is ready undoes the start" {
	local status=0
	start supervise --ready=notify "$PROBE" --no-report --wait 2>errors
	wait_until main_pid
	ask_stop
	wait "$started_pid" || status=$?
	[[ $status == 1 ]]
	has_line errors "'.*' was stopped before it was ready"
	all_stopped
}
