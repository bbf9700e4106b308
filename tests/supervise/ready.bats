#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# SPDX-FileCopyrightText: 2026 The imp authors

# P12, P13: a start that returns 0 is ready; one that returns anything else
# leaves nothing.

load supervise

# The target goes on when somebody makes "go"; then it becomes ready.
# waits_for_go OPTION...: the start is not done before.
waits_for_go() {
	start supervise --chdir . "$@" ./target
	wait_until main_pid
	wait_until test -e there
	alive "$started_pid"
	state_is starting
	: >go
	wait "$started_pid"
	state_is up
}

go_target() {
	{
		printf 'note("there")\n'
		printf 'wait_until(lambda: os.path.exists("go"))\n'
		cat
		printf 'stay()\n'
	} | python_script target
}

# refused_in_time OPTION...: 124, and nothing is left.
refused_in_time() {
	run -124 --separate-stderr supervise --ready-timeout=300ms "$@" \
	    "$PROBE" --no-report --wait
	# shellcheck disable=SC2154
	[[ $stderr == "imp: 'd' was not ready in time and was stopped" ]]
	all_gone
}

@test "exec: the start is done when the command has been executed" {
	supervise --ready=exec "$PROBE" --no-report --wait
	state_is up
	[[ $(readlink "/proc/$(main_pid)/exe") == "$PROBE" ]]
}

@test "exec: what cannot be executed is told of" {
	run -127 --separate-stderr supervise ./nothing
	[[ $stderr == "imp: cannot find './nothing'" ]]
	: >file
	run -126 supervise --chdir . ./file
	all_gone
}

@test "alive: it must live for that time" {
	local began=${EPOCHREALTIME/[^0-9]/}
	supervise --ready=alive:300ms "$PROBE" --no-report --wait
	((${EPOCHREALTIME/[^0-9]/} - began >= 300000))
	state_is up
}

@test "alive: death before is a failed start, with status and last words" {
	run -3 --separate-stderr supervise --ready=alive:1h --log log \
	    --log-stamp=none --log-size=1M \
	    sh -c 'echo first; echo last words; exit 3'
	[[ $stderr == *"imp: | last words"* ]] || fail "$stderr"
	[[ $stderr == *"imp: 'sh' exited with status 3 before it was ready" ]]
	all_gone
}

@test "death by a signal before it is ready gives 128 and the signal" {
	run -137 --separate-stderr supervise --ready=notify \
	    sh -c 'kill -KILL $$'
	[[ $stderr == *"'sh' was killed by SIGKILL before it was ready" ]]
	all_gone
}

@test "death before it is ready ends the wait even with --respawn" {
	run -4 supervise --respawn --ready=notify sh -c 'exit 4'
	all_gone
}

@test "notify: READY=1 ends the wait" {
	go_target <<-\EOF
		notify("READY=1")
	EOF
	waits_for_go --ready=notify
}

@test "notify: READY=0 and other words are no READY=1" {
	go_target <<-\EOF
		notify("READY=0", "READY=11", "XREADY=1", "READY", "READY=1 ",
		    "STATUS=READY=1", " READY=1")
		note("said")
		wait_until(lambda: os.path.exists("now"))
		notify("X=1\nREADY=1\nY=2\n")
	EOF
	start supervise --chdir . --ready=notify ./target
	: >go
	wait_until test -e said
	run -0 "$IMP" --status d
	state_is starting
	alive "$started_pid"
	: >now
	wait "$started_pid"
	state_is up
}

@test "notify: timeout" {
	refused_in_time --ready=notify
}

@test "notify: another user and a chroot reach the socket" {
	need_root
	python_script target <<-\EOF
		notify("READY=1")
		stay()
	EOF
	chmod 711 "$BATS_TEST_TMPDIR" "$BATS_RUN_TMPDIR"
	chmod 711 "$(dirname "$BATS_TEST_TMPDIR")"
	supervise --chdir "$PWD" --ready=notify --user=nobody ./target
	state_is up
}

@test "notify: EXTEND_TIMEOUT_USEC gives more time" {
	go_target <<-\EOF
		notify("EXTEND_TIMEOUT_USEC=60000000")
		time.sleep(5)
		notify("READY=1")
	EOF
	: >go
	supervise --chdir . --ready=notify --ready-timeout=5s ./target
	state_is up
}

@test "notify: STATUS is shown, ERRNO is, and neither is trusted" {
	go_target <<-\EOF
		notify("STATUS=all is \033[31mwell", "READY=1")
	EOF
	: >go
	supervise --chdir . --ready=notify ./target
	run -0 "$IMP" --status d
	[[ $output == *'all is ?[31mwell'* ]] || fail "$output"
}

@test "notify: a BARRIER is answered once all before it is done" {
	go_target <<-\EOF
		r, w = os.pipe()
		notify("READY=1")
		notify("BARRIER=1", fds=[w])
		os.close(w)
		os.read(r, 1)
		note("barrier")
	EOF
	: >go
	supervise --chdir . --ready=notify ./target
	wait_until test -e barrier
	state_is up
}

@test "notify: STOPPING sets a time limit, and is no signal" {
	python_script target <<-\EOF
		signal.signal(signal.SIGTERM, lambda *a: note("got"))
		notify("READY=1")
		wait_until(lambda: os.path.exists("go"))
		notify("STOPPING=1")
		stay()
	EOF
	supervise --chdir . --ready=notify --stop-schedule=TERM/0.3/KILL/5 \
	    ./target
	: >go
	wait_until all_gone
	[[ ! -e got ]]
	has_line imp.log 'killed by SIGKILL'
}

@test "fd: a newline ends the wait, and later writes do no harm" {
	go_target <<-\EOF
		os.write(5, b"not yet")
		os.write(5, b"\n")
		wait_until(lambda: os.path.exists("more"))
		for i in range(100):
		    os.write(5, b"x" * 4096)
		note("written")
	EOF
	waits_for_go --ready=fd:5
	: >./more
	wait_until test -e written
	run -0 "$IMP" --status d
}

@test "fd: a number that the limit does not allow is told" {
	ulimit -S -n 100
	run -125 --separate-stderr supervise --ready=fd:100 true
	[[ $stderr == "imp: cannot keep descriptor 100: "* ]] || fail "$stderr"
}

@test "fd: to close it without a word is not to be ready" {
	python_script target <<-\EOF
		os.close(5)
		stay()
	EOF
	run -124 supervise --chdir . --ready=fd:5 --ready-timeout=500ms ./target
	all_gone
	refused_in_time --ready=fd:5
}

@test "file: it counts when it is made or changed by this run" {
	echo old >ready-file
	go_target <<-\EOF
		open("ready-file", "a").write("new\n")
	EOF
	waits_for_go --ready=file:"$PWD/ready-file"
}

@test "file: in a directory that is not there yet" {
	go_target <<-\EOF
		os.makedirs("a/b/c")
		open("a/b/c/ready", "w").close()
	EOF
	waits_for_go --ready=file:"$PWD/a/b/c/ready"
}

@test "file: one that is there and stays as it is does not count" {
	echo old >ready-file
	refused_in_time --ready=file:"$PWD/ready-file"
}

@test "socket: something must listen" {
	go_target <<-\EOF
		s = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
		s.bind("sock")
		time.sleep(0.1)
		s.listen()
	EOF
	waits_for_go --ready=socket:"$PWD/sock"
	refuse_socket() {
		rm -f sock
		"$PYTHON" -c 'import socket
socket.socket(socket.AF_UNIX).bind("sock")' 3>&-
	}
	"$IMP" --stop d
	refuse_socket
	refused_in_time --ready=socket:"$PWD/sock"
}

@test "tcp: something must accept connections" {
	local port
	port=$(free_port)
	go_target <<-EOF
		s = socket.socket()
		s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
		s.bind(("127.0.0.1", $port))
		s.listen()
	EOF
	waits_for_go --ready=tcp:"$port"
	"$IMP" --stop d
	rm there go
	waits_for_go --ready=tcp:127.0.0.1:"$port"
	"$IMP" --stop d
	refused_in_time --ready=tcp:"$port"
}

@test "log: a line that matches ends the wait" {
	go_target <<-\EOF
		print("it is ready now, as of line 12", flush=True)
	EOF
	waits_for_go --log log --ready=log:'ready now.*[0-9]{2}$'
	has_line log 'ready now'
}

@test "log: timeout" {
	refused_in_time --log log --ready=log:nothing
}

@test "command: its success ends the wait" {
	go_target <<-\EOF
		note("ready-file")
	EOF
	waits_for_go --ready=command:"test -e '$PWD/ready-file'"
}

@test "command: one that hangs is ended, and nothing of it is left" {
	local pid
	refused_in_time --ready=command:"'$PROBE' --no-report --wait & wait"
}

@test "a run is ready anew after each restart" {
	local pid
	go_target <<-\EOF
		notify("READY=1")
	EOF
	waits_for_go --respawn --respawn-delay=0 --ready=notify
	rm there go
	pid=$(main_pid)
	kill -KILL "$pid"
	wait_until test -e there
	state_is starting
	[[ $(recorded ready) == 0 ]]
	: >go
	wait_until runs_as_other "$pid"
}

@test "a restart that is not ready in time is stopped and tried again" {
	local pid
	script target <<-\EOF
		echo >>starts
		[[ -e first && ! -e second ]] || echo >&5
		if [[ -e first ]]; then echo >second; else echo >first; fi
		exec "$PROBE" --no-report --wait
	EOF
	supervise --chdir . --respawn=on-failure --respawn-delay=1ms,1ms \
	    --ready=fd:5 --ready-timeout=3s ./target
	pid=$(main_pid)
	kill -KILL "$pid"
	wait_until has_lines starts 3
	wait_until state_is up
	has_line imp.log 'exceeded its time'
}

# What listens on a socket of ours as if it were systemd.
upward() {
	start "$PYTHON" -c 'import socket
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind("up")
while True:
    with open("heard", "a") as f:
        print(s.recv(4096).decode(), file=f)'
	wait_until test -S up
}

@test "READY, STATUS and STOPPING are reported to imp's own supervisor" {
	upward
	go_target <<-\EOF
		notify("MAINPID=%d\nSTATUS=busy\nREADY=1" % os.getpid())
	EOF
	: >go
	NOTIFY_SOCKET=$PWD/up supervise --chdir . --ready=notify ./target
	wait_until has_line heard READY=1
	has_line heard STATUS=busy
	run ! has_line heard MAINPID="$(main_pid)"
	kill -TERM "$(supervisor_pid)"
	wait_until has_line heard STOPPING=1
	wait_until all_gone_but_python
}

all_gone_but_python() {
	[[ ! -e $IMP_STATE_DIR/d ]]
}

@test "the command does not see imp's own NOTIFY_SOCKET" {
	upward
	NOTIFY_SOCKET=$PWD/up supervise \
	    "$PROBE" --report "$PWD/report" --wait
	wait_until test -s report
	[[ $(report report env.NOTIFY_SOCKET) == "" ]]
}

@test "a start that is interrupted is undone" {
	local signal status
	for signal in INT TERM HUP; do
		start supervise --ready=notify "$PROBE" --no-report --wait
		wait_until main_pid
		status=0
		kill "-$signal" "$(caller)"
		wait "$started_pid" || status=$?
		((status == 128 + $(kill -l "$signal"))) || fail "$status"
		all_gone
	done
}

# Not the shell in which "start" runs its function, but imp.
caller() {
	local pid
	for pid in $(<"/proc/$started_pid/task/$started_pid/children"); do
		echo "$pid"
	done
}

@test "a start whose caller is killed is undone" {
	start supervise --ready=notify "$PROBE" --no-report --wait
	wait_until main_pid
	kill -KILL "$(caller)"
	wait_until all_gone
}

@test "a start that takes time to be undone costs no CPU" {
	local sup before
	python_script target <<-\EOF
		signal.signal(signal.SIGTERM, lambda *a: note("got"))
		note("there")
		stay()
	EOF
	start supervise --chdir . --ready=notify --stop-schedule=TERM/1h \
	    ./target
	wait_until test -e there
	sup=$(supervisor_pid)
	kill -KILL "$(caller)"
	wait_until test -e got
	before=$(voluntary_switches "$sup")
	# As much as it takes this to start.
	"$PYTHON" -c 'import time; time.sleep(0.5)' 3>&-
	(($(voluntary_switches "$sup") - before < 5))
	(($(process_field "$sup" 14) + $(process_field "$sup" 15) < 20))
}

voluntary_switches() {
	sed -n 's/^voluntary_ctxt_switches:[[:space:]]*//p' "/proc/$1/status"
}
