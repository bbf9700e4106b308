#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# SPDX-FileCopyrightText: 2026 The imp authors

# Programs that go to the background by themselves.

load supervise

# The pid of the daemon is in "daemon" when it runs.
daemon_is_main() {
	[[ -s daemon && $(main_pid) == $(<daemon) ]]
}

stop_it() {
	local pid
	pid=$(supervisor_pid)
	kill -TERM "$pid"
	wait_gone "$pid"
	all_gone || fail "left: $(left_behind)"
}

# forks N: a script that becomes a daemon with N forks, each in a new session.
forks() {
	python_script target <<-EOF
		for i in range($1):
		    fork(0)
		    os.setsid()
		note("daemon", os.getpid())
		signal.signal(signal.SIGUSR1, lambda *a: os._exit(42))
		stay()
	EOF
}

@test "the daemon is followed however often it forks" {
	local n
	for n in 1 2 3 5; do
		rm -f daemon
		forks $n
		supervise --chdir . --forking ./target
		# What is left of it may still be about to fork.
		wait_until daemon_is_main
		stop_it
	done
}

@test "the daemon's own exit status decides" {
	forks 2
	supervise --chdir . --forking --respawn=on-failure \
	    --respawn-delay=1h,1h ./target
	wait_until daemon_is_main
	kill -USR1 "$(<daemon)"
	wait_until has_line imp.log "process $(<daemon) exited with status 42"
	state_is backoff
}

@test "a daemon that is killed is started again" {
	local first
	forks 2
	supervise --chdir . --forking --respawn --respawn-delay=0 ./target
	wait_until daemon_is_main
	first=$(<daemon)
	rm daemon
	kill -KILL "$first"
	wait_until daemon_is_main
	[[ $(main_pid) != "$first" ]]
	has_line imp.log "process $first was killed by SIGKILL"
}

@test "a program that fails before it forks is told of with its status" {
	run -7 --separate-stderr supervise --forking sh -c 'exit 7'
	[[ $stderr == *"'sh' exited with status 7 before it was ready"* ]]
	all_gone
}

@test "a program that leaves nothing behind has not started" {
	run -1 --separate-stderr supervise --forking true
	[[ $stderr == *"'true' exited with status 0 before it was ready"* ]]
	all_gone
}

@test "the pidfile says which process is the daemon" {
	python_script target <<-\EOF
		fork(0)
		os.setsid()
		for i in range(3):
		    if os.fork() == 0:
		        if i == 1:
		            note("daemon", os.getpid())
		            with open("p.new", "w") as f:
		                print(os.getpid(), file=f)
		            os.rename("p.new", "p")
		        stay()
		stay()
	EOF
	supervise --chdir . --forking --pidfile p ./target
	daemon_is_main
	[[ $(pid_in p) == $(<daemon) ]]
	stop_it
	[[ ! -e p ]]
}

@test "MAINPID says which process is the daemon" {
	python_script target <<-\EOF
		fork(0)
		os.setsid()
		if os.fork() == 0:
		    note("daemon", os.getpid())
		    notify("MAINPID=%d\nREADY=1" % os.getpid())
		stay()
	EOF
	supervise --chdir . --forking --ready=notify ./target
	daemon_is_main
	stop_it
}

@test "the one that MAINPID names next is not taken for the one that ends" {
	mkfifo go
	python_script target <<-\EOF
		def child():
		    pid = os.fork()
		    return pid if pid != 0 else stay()
		first = child()
		notify("MAINPID=%d\nREADY=1" % first)
		open("go").close()
		second = child()
		notify("MAINPID=%d" % second)
		os.kill(first, signal.SIGKILL)
		os.waitpid(first, 0)
		note("daemon", second)
		stay()
	EOF
	supervise --chdir . --ready=notify ./target
	# So that it hears of both at the same time.
	kill -STOP "$(supervisor_pid)"
	: >go
	wait_until test -s daemon
	kill -CONT "$(supervisor_pid)"
	wait_until daemon_is_main
	run -0 "$IMP" --status d
	daemon_is_main
	stop_it
}

@test "MAINPID and READY count when they come before the parent ends" {
	mkfifo go
	python_script target <<-\EOF
		if os.fork() == 0:
		    os.setsid()
		    note("daemon", os.getpid())
		    notify("MAINPID=%d\nREADY=1" % os.getpid())
		    open("said", "w").close()
		    stay()
		open("go").close()
		os._exit(0)
	EOF
	start supervise --chdir . --forking --ready=notify ./target
	wait_until test -e said
	# The first process has not ended, so the start is not done.
	alive "$started_pid"
	: >go
	wait "$started_pid"
	daemon_is_main
	stop_it
}

@test "READY without MAINPID means the one that is left" {
	python_script target <<-\EOF
		parent = os.getpid()
		fork(0)
		os.setsid()
		wait_until(lambda: os.getppid() != parent)
		note("daemon", os.getpid())
		notify("READY=1")
		stay()
	EOF
	supervise --chdir . --forking --ready=notify ./target
	daemon_is_main
	stop_it
}

@test "the pidfile names the daemon whatever says that it is ready" {
	local ready
	# The eldest is not it.
	python_script target <<-\EOF
		if os.fork() == 0:
		    os._exit(0) if os.fork() != 0 else stay()
		time.sleep(0.05)
		fork(0)
		os.setsid()
		note("daemon", os.getpid())
		with open("p.new", "w") as f:
		    print(os.getpid(), file=f)
		os.rename("p.new", "p")
		note("ready")
		stay()
	EOF
	for ready in "file:$PWD/ready" 'command:test -e ready'; do
		rm -f daemon ready p
		supervise --chdir . --forking --pidfile p --ready="$ready" \
		    ./target
		daemon_is_main
		stop_it
	done
}

@test "the time to be ready begins before the first process has ended" {
	run -124 --separate-stderr supervise --forking --ready-timeout=200ms \
	    "$PROBE" --no-report --wait
	[[ $stderr == *'was not ready in time and was stopped'* ]]
	all_gone
}

@test "a daemon that writes no pidfile in time is stopped" {
	forks 1
	run -124 --separate-stderr supervise --chdir . --forking --pidfile p \
	    --ready-timeout=1s ./target
	[[ $stderr == *'was not ready in time and was stopped'* ]]
	all_gone
}

@test "a daemon that is not yet known is stopped by the schedule" {
	python_script target <<-\EOF
		fork(0)
		os.setsid()
		signal.signal(signal.SIGTERM,
		    lambda *a: (note("got", "TERM"), os._exit(0)))
		open("there", "w").close()
		stay()
	EOF
	start supervise --chdir . --forking --pidfile p ./target
	wait_until test -e there
	kill -TERM "$(supervisor_pid)"
	local status=0
	wait "$started_pid" || status=$?
	[[ $status == 1 ]]
	[[ $(<got) == TERM ]]
	all_gone
}

@test "a pidfile that names a stranger is not believed" {
	python_script target <<-\EOF
		fork(0)
		with open("p", "w") as f:
		    print(1, file=f)
		stay()
	EOF
	run -124 supervise --chdir . --forking --pidfile p \
	    --ready-timeout=500ms ./target
	all_gone
}

@test "the record and the status are the daemon's" {
	forks 2
	supervise --chdir . --forking ./target
	wait_until daemon_is_main
	state_is up
	run -0 "$IMP" --status d
	[[ $output == *"$(<daemon)"* ]]
	stop_it
}
