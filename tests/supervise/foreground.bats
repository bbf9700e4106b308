#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# SPDX-FileCopyrightText: 2026 The imp authors

# Supervised in the foreground, on a terminal, and as process 1.

load supervise

foreground() {
	start_imp --supervise --foreground --chdir . "$@"
}

@test "the exit status is the command's" {
	run -0 foreground true
	run -7 foreground sh -c 'exit 7'
	run -137 foreground sh -c 'kill -KILL $$'
	run -143 foreground sh -c 'kill -TERM $$'
	run -127 foreground ./nothing
	nothing_left
}

@test "it is not said twice how the command has ended" {
	run -7 --separate-stderr foreground sh -c 'exit 7'
	# shellcheck disable=SC2154
	[[ -z $stderr && -z $output ]] || fail "$stderr"
}

@test "the command has our standard streams" {
	run -0 foreground sh -c 'read -r line; echo "got $line"; echo err >&2' \
	    <<<'a line'
	[[ $output == *'got a line'* && $output == *err* ]]
}

@test "restarts happen in the foreground, too, and are told of" {
	script target <<-\EOF
		echo >>starts
		[[ $(wc -l <starts) == 3 ]] && exit 5
		exit 1
	EOF
	run -5 --separate-stderr foreground --respawn --respawn-delay=1ms,1ms \
	    --fatal=5 ./target
	[[ $(lines starts) == 3 ]]
	[[ $stderr == *'exited with status 1 after '*'; next start in 1 ms'* ]]
}

@test "TERM stops by the schedule, and the status says how it ended" {
	local status=0
	start foreground "$PROBE" --no-report --wait
	wait_until the_target_waits
	kill -TERM "$(child_of "$started_pid")"
	wait "$started_pid" || status=$?
	[[ $status == 0 ]]
	nothing_left
}

# The first child of a process.
child_of() {
	local first rest
	read -r first rest <"/proc/$1/task/$1/children"
	echo "$first"
}

the_target_waits() {
	local imp target
	imp=$(child_of "$started_pid")
	target=$(child_of "$imp")
	[[ $(readlink "/proc/$target/exe") == "$PROBE" ]] &&
		probe_waits "$target"
}

# pty COMMAND...: on a terminal of its own; what is in "keys" is typed once
# the file "type" is there.  What it prints is in "screen", its status in
# "status".
pty() {
	cat >terminal.py <<-\EOF
		import os, pty, select, signal, sys
		pid, fd = pty.fork()
		if pid == 0:
		    # A shell's background is deaf to them.
		    signal.signal(signal.SIGINT, signal.SIG_DFL)
		    signal.signal(signal.SIGQUIT, signal.SIG_DFL)
		    os.execv(sys.argv[1], sys.argv[1:])
		typed = False
		with open("screen", "wb", buffering=0) as screen:
		    while True:
		        ready = select.select([fd], [], [], 0.02)[0]
		        if ready:
		            try:
		                data = os.read(fd, 4096)
		            except OSError:
		                break
		            if not data:
		                break
		            screen.write(data)
		        if not typed and os.path.exists("type"):
		            typed = True
		            os.write(fd, open("keys", "rb").read())
		status = os.waitpid(pid, 0)[1]
		with open("status.new", "w") as f:
		    print(os.waitstatus_to_exitcode(status), file=f)
		os.rename("status.new", "status")
	EOF
	start "$PYTHON" terminal.py "$@"
}

@test "the interrupt key reaches the command and ends imp" {
	printf '\003' >keys
	python_script target <<-\EOF
		def got(number, frame):
		    note("got", signal.Signals(number).name)
		    sys.exit(3)
		signal.signal(signal.SIGINT, got)
		note("type")
		stay()
	EOF
	pty "$IMP" --supervise --foreground --chdir . ./target
	wait_until test -s status
	[[ $(<status) == 3 ]]
	[[ $(<got) == SIGINT ]]
}

@test "the command is in the foreground of the terminal, and imp after it" {
	python_script target <<-\EOF
		note("groups", "%d %d %d" % (os.tcgetpgrp(0), os.getpgrp(),
		    os.getpid()))
	EOF
	pty /bin/sh -c "'$IMP' --supervise --foreground --chdir . ./target; read -r line
	    echo \"read \$line\"; exit 4"
	wait_until test -s groups
	local terminal group pid
	read -r terminal group pid <groups
	[[ $terminal == "$group" && $group == "$pid" ]]
	# The shell would be stopped if it were in the background now.
	printf 'words\n' >keys
	: >./type
	wait_until test -s status
	[[ $(<status) == 4 ]]
	has_line screen 'read words'
}

@test "the quit key ends a command that does not handle it" {
	printf '\034' >keys
	pty "$IMP" --supervise --foreground --chdir . --limit=core=0 \
	    sh -c 'echo >type; exec "$PROBE" --no-report --wait'
	wait_until test -s status
	[[ $(<status) == 131 ]]
}

@test "a terminal that goes away ends the command" {
	python_script target <<-\EOF
		note("daemon", os.getpid())
		stay()
	EOF
	pty "$IMP" --supervise --foreground --chdir . ./target
	wait_until test -s daemon
	kill -KILL "$started_pid"
	wait_gone "$(<daemon)"
	wait_until nothing_left
}

# in_namespace COMMAND...: as process 1.
in_namespace() {
	unshare --pid --fork --mount-proc --kill-child "$@" 3>&-
}

@test "as process 1 it reaps all orphans, and passes the status on" {
	need_root
	python_script target <<-\EOF
		for i in range(50):
		    if os.fork() == 0:
		        if os.fork() == 0:
		            os.setsid()
		            os._exit(9)
		        os._exit(0)
		for i in range(50):
		    os.wait()
		def zombies():
		    for pid in os.listdir("/proc"):
		        if pid.isdigit():
		            try:
		                text = open("/proc/%s/stat" % pid).read()
		            except OSError:
		                continue
		            if text.rsplit(")", 1)[1].split()[0] == "Z":
		                return True
		    return False
		wait_until(lambda: not zombies())
		os._exit(6)
	EOF
	run -6 in_namespace "$IMP" --supervise --foreground --chdir . ./target
}

@test "as process 1 it waits for what is left" {
	need_root
	python_script target <<-\EOF
		if os.fork() == 0:
		    os.setsid()
		    signal.signal(signal.SIGTERM, signal.SIG_IGN)
		    stay()
		os._exit(2)
	EOF
	run -2 in_namespace "$IMP" --supervise --foreground --chdir . ./target
	nothing_left
}

# P26: every signal arrives, as early as it may come.
@test "as process 1 TERM stops" {
	need_root
	local status=0
	python_script target <<-\EOF
		signal.signal(signal.SIGTERM, lambda *a: os._exit(8))
		note("there")
		stay()
	EOF
	start in_namespace "$IMP" --supervise --foreground --chdir . ./target
	wait_until test -e there
	kill -TERM "$(pid_of_imp)"
	wait "$started_pid" || status=$?
	[[ $status == 8 ]]
}

pid_of_imp() {
	local pid=$started_pid
	until [[ $(readlink "/proc/$pid/exe") == "$(readlink -f "$IMP")" ]]; do
		pid=$(child_of "$pid")
		[[ -n $pid ]] || return
	done
	echo "$pid"
}

@test "signals that imp's caller ignores stay ignored in the command" {
	(
		trap '' QUIT USR1
		"$PROBE" --report "$PWD/want"
		foreground "$PROBE" --report "$PWD/report"
	)
	[[ " $(report report signal.ignored) " == *' 3 10 '* ]]
	[[ $(report report signal.ignored) == \
	    "$(report want signal.ignored)" ]]
	[[ $(report report signal.blocked) == '' ]]
}
