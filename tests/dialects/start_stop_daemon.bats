#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# SPDX-FileCopyrightText: 2026 The imp authors

load dialects

# Reviewed.  The original leaves signals as they are, opens /dev/null in the
# background for one direction only, and sets a level where the class has none.
intended=('signal\..*' 'fd\.[012]\.mode=(r|w|rw)(,append)?' 'ioprio=3:.')

s() {
	"$BATS_TEST_TMPDIR/links/start-stop-daemon" "$@" 3>&-
}

# A program of this test's own, for --exec.
own_probe() {
	cp "$PROBE" "$PWD/own"
	own=$PWD/own
}

@test "start-stop-daemon: each option of a start is what it says" {
	run -0 explains start-stop-daemon -S -b -m -p pid -x /bin/true \
	    -a /bin/sh -c nobody:daemon -d /tmp -r / -N 3 -P rr:5 -I idle \
	    -k 022 -O /tmp/out -o -- -c 'exit 3'
	for line in pidfile=pid match-pidfile=pid match-exec=///bin/true \
	    user=nobody group=daemon chdir=/tmp chroot=/ nice=3 sched=rr:5 \
	    ionice=idle umask=0022 stdout=/tmp/out stderr=/tmp/out \
	    operand=/bin/sh operand=-c 'operand=exit 3' idempotent=yes \
	    foreground=no account-env=home; do
		grep -qxF -- "$line" <<<"${output//\"/}" || fail "$line"
	done
	[[ $output != *session-leader* ]]
}

@test "start-stop-daemon: each option of a stop is what it says" {
	run -0 explains start-stop-daemon --stop --ppid 7 -u root -n sh \
	    -s USR1 --remove-pidfile -p f
	for line in verb=signal signal=USR1 match-ppid=7 match-user=root \
	    match-name=sh match-pidfile=f remove-pidfile=yes; do
		grep -qxF -- "$line" <<<"$output" || fail "$line"
	done
	run -0 explains start-stop-daemon -K -n sh -R 5 -s INT
	grep -qx 'stop-schedule=INT/5s/KILL/5s' <<<"$output"
	run -0 explains start-stop-daemon -K -n sh -R forever/TERM/1
	grep -qx 'stop-schedule=forever/TERM/1s' <<<"$output"
}

@test "start-stop-daemon: a mask is a number as C has it" {
	for mask in 022 18 0x12; do
		run -0 explains start-stop-daemon -S -x /bin/true -k $mask
		grep -qx 'umask=0022' <<<"$output"
	done
}

@test "start-stop-daemon: options may be abbreviated" {
	run -0 explains start-stop-daemon --start --exec /bin/true --backg \
	    --make --pidf f
	grep -qx pidfile=f <<<"$output"
}

# usage STATUS MESSAGE ARG...
usage() {
	run "-$1" --separate-stderr s "${@:3}"
	[[ $stderr == "$BATS_TEST_TMPDIR/links/start-stop-daemon: $2
Try '$BATS_TEST_TMPDIR/links/start-stop-daemon --help' for more information." ]]
}

@test "start-stop-daemon: what is wrong with a command line, and its status" {
	usage 3 'need one of --start or --stop or --status' -x /bin/true
	usage 3 'need at least one of --exec, --pid, --ppid, --pidfile, --user or --name' -S
	usage 3 '--start needs --exec or --startas' -S -n x
	usage 3 '--make-pidfile requires --pidfile' -S -x /bin/true -m
	usage 3 '--remove-pidfile requires --pidfile' -K -n x --remove-pidfile
	usage 3 'need either --pid or --pidfile, not both' -K --pid 3 -p f
	usage 3 '--background is only relevant with --start' -K -n x -b
	usage 3 '--no-close is only relevant with --background' -S -x /bin/true -C
	usage 3 '--output file needs to be an absolute filename' -S -x /bin/true -b -O f
	usage 3 '--notify-await is only relevant with --background' -S -x /bin/true --notify-await
	usage 3 '--notify-timeout is only relevant with --notify-await' -S -x /bin/true -b --notify-timeout 3
	usage 3 'pid value must be a number greater than 0' -K --pid 0
	usage 3 'signal value must be numeric or name of signal (KILL, INT, ...)' -K -n x -s FOO
	usage 3 'umask value must be a positive number' -S -x /bin/true -k x
	usage 3 "--retry takes timeout, or schedule list of at least two items" -K -n x -R TERM
	usage 3 'only one command can be specified' -S -K
	usage 4 'only one command can be specified' -T -K
	usage 4 "option requires an argument -- 'x'" -T -x
	usage 3 "unrecognized option '--foo'" --foo
	usage 3 "invalid option -- 'Z'" -Z
}

@test "start-stop-daemon: start, status, stop in the background" {
	own_probe
	run -3 s --status -p a.pid -x "$own"
	s --start -b -m -p a.pid -x "$own" -- --wait
	pid=$(pid_in a.pid)
	run -0 s --status -p a.pid
	run -0 s --pidof -x "$own"
	[[ $output == "$pid" ]]
	run -1 s --start -b -m -p a.pid -x "$own" -- --wait
	[[ $output == "$own already running." ]]
	run -0 s --start -b -m -p a.pid -x "$own" --oknodo -- --wait
	run -0 s --start --quiet --oknodo -p a.pid -x "$own"
	[[ -z $output ]]
	run -0 s --stop -v -p a.pid -R TERM/30/KILL/5 --remove-pidfile
	[[ $output == "Stopped process in pidfile 'a.pid' (pid $pid)." ]]
	[[ ! -e a.pid ]]
	run ! alive "$pid"
	run -1 s --stop -p a.pid
	[[ $output == \
	    "No process in pidfile 'a.pid' found running; none killed." ]]
	run -0 s --stop --oknodo --quiet -p a.pid
	[[ -z $output ]]
}

@test "start-stop-daemon: without -b the program takes its place" {
	own_probe
	start links/start-stop-daemon -S -m -p a.pid -x "$own" -- --report "$PWD/report" --wait
	wait_until test -e report
	[[ $(report report pid) == "$(pid_in a.pid)" ]]
	[[ $(report report pid) == "$started_pid" ]]
	s -K -p a.pid -R 30
}

@test "start-stop-daemon: nothing of a start or a stop is left behind" {
	own_probe
	export IMP_STATE_DIR=$PWD/state
	mkdir state
	start links/start-stop-daemon -S -x "$own" -- --report "$PWD/report" --wait
	wait_until test -e report
	[[ -z $(ls -A state) ]]
	run -1 s -S -x "$own"
	s -K -x "$own" -R 30
	s -S -b -m -p a.pid -x "$own" -- --wait
	s -K -p a.pid -R 30 --remove-pidfile
	[[ -z $(ls -A state) ]]
}

@test "start-stop-daemon: of ten in place at once one starts" {
	local pids=()
	own_probe
	for i in 1 2 3 4 5 6 7 8 9 10; do
		s -S -x "$own" -- --wait >/dev/null &
		pids+=($!)
		record_pid $!
	done
	# Nine are refused; the one that is left is the program.
	running() {
		local pid count=0
		for pid in "${pids[@]}"; do
			! alive "$pid" || count=$((count + 1))
		done
		[[ $count == 1 && $(s --pidof -x "$own" | wc -l) == 1 ]]
	}
	wait_until running
	s -K -x "$own" -R 30
}

@test "start-stop-daemon: its status is that of the program without -b" {
	run -7 s -S -x "$PROBE" -- --exit 7
	run -137 s -S -x "$PROBE" -- --signal 9
}

@test "start-stop-daemon: a pidfile that is stale is status 1" {
	own_probe
	s -S -b -m -p a.pid -x "$own" -- --wait
	s -K -R 30 -p a.pid
	run -1 s -T -p a.pid
}

@test "start-stop-daemon: all criteria count together" {
	own_probe
	s -S -b -m -p a.pid -x "$own" -- --wait
	pid=$(pid_in a.pid)
	run -0 s -T -p a.pid -x "$own" -n own -u root
	run -1 s -T -p a.pid -x /bin/true
	run -1 s -T -p a.pid -n other
	run -1 s -T -p a.pid -u nobody
	run -1 s -T -p a.pid --ppid 999999
	run -0 s -T --pid "$pid" -n own
	run -1 s -K --pid "$pid" -u nobody
	alive "$pid"
}

@test "start-stop-daemon: signal 0 only looks" {
	own_probe
	s -S -b -m -p a.pid -x "$own" -- --wait
	run -0 s -K -s 0 -p a.pid
	alive "$(pid_in a.pid)"
}

@test "start-stop-daemon: --test tells and does nothing" {
	own_probe
	run -0 s -S -t -x "$own" -c nobody:daemon -d /tmp -N 5 -P rr:3 -- a b
	[[ $output == "Would start $own a b  (as user nobody[65534], and group \
daemon[1]), and add 5 to the priority, with scheduling policy rr with \
priority 3." ]]
	s -S -b -m -p a.pid -x "$own" -- --wait
	run -0 s -K -t -p a.pid -R 5
	[[ $output == "Ignoring --retry in test mode
Would send signal 15 to $(pid_in a.pid)." ]]
	alive "$(pid_in a.pid)"
}

@test "start-stop-daemon: what refuses to die is status 2" {
	own_probe
	s -S -b -m -p a.pid -x "$own" -- --ignore 10 \
	    --report "$PWD/report" --wait
	wait_until test -e report
	run -2 s -K -p a.pid -R USR1/1
	[[ $output == "Program process in pidfile 'a.pid', 1 process(es), \
refused to die." ]]
	run -0 s -K -p a.pid -R TERM/0/KILL/30
}

@test "start-stop-daemon: it waits for readiness, and stops what is not ready" {
	need_root
	cat >ready <<-END
		#!$PYTHON
		import os, socket, sys, time, signal
		s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
		if sys.argv[1] == "ready":
		    s.sendto(b"READY=1", os.environ["NOTIFY_SOCKET"])
		signal.pause()
	END
	chmod 755 ready
	s -S -b -m -p a.pid --notify-await -a "$PWD/ready" -x "$PYTHON" -- ready
	alive "$(pid_in a.pid)"
	run -2 s -S -b -m -p b.pid --notify-await --notify-timeout 1 \
	    -n nosuchname -a "$PWD/ready" -- never
	[[ ! -e b.pid ]]
}

@test "start-stop-daemon: difference: a start that fails is told" {
	run -2 --separate-stderr s -S -b -n nosuchname -a "$PWD/none"
	[[ $stderr == *"cannot find '$PWD/none'" ]]
	printf '#!/nonexistent\n' >script
	chmod 755 script
	run -2 s -S -b -m -p a.pid -a "$PWD/script"
	[[ ! -e a.pid ]]
	run -2 s -S -b -x /bin/true -O /nonexistent/out
}

@test "start-stop-daemon: difference: -1, 0 and garbage mean no process" {
	for text in -1 0 1 garbage ''; do
		echo "$text" >a.pid
		run -4 s -T -p a.pid
		run -1 s -K -t -p a.pid
		[[ $output == "No process in pidfile"* ]]
	done
}

# What it must not do is signal anything.
@test "start-stop-daemon: difference: what is no regular file is no pidfile" {
	own_probe
	start "$own" --wait
	wait_until probe_waits "$started_pid"
	echo "$started_pid" >real
	ln -s real link
	mkfifo fifo
	mkdir directory
	for kind in link fifo directory; do
		run -4 s -T -p $kind
		run -2 --separate-stderr s -K -p $kind
		[[ -z $output && $stderr == *"pidfile $kind"* ]]
	done
	# With more to go by, a link is followed, as the original does.
	run -0 s -T -p link -x "$own"
	alive "$started_pid"
}

@test "start-stop-daemon: difference: a process younger than the file is another" {
	own_probe
	start "$own" --wait
	wait_until probe_waits "$started_pid"
	echo "$started_pid" >a.pid
	run -0 s -T -p a.pid
	echo "$started_pid and more" >a.pid
	run -0 s -T -p a.pid
	touch -d '1 hour ago' a.pid
	run -1 s -T -p a.pid
	run -1 s -K -p a.pid -n own
	for text in $((4294967296 + started_pid)) "x$started_pid" \
	    "+$started_pid" "-$started_pid" "$started_pid.5"; do
		echo "$text" >a.pid
		run -4 s -T -p a.pid
		run -1 s -K -p a.pid -n own
	done
	alive "$started_pid"
}

@test "start-stop-daemon: difference: of ten at once one starts" {
	own_probe
	ten_at_once s -S -b -n own -a "$own" -- --wait >/dev/null
	run -0 s --pidof -x "$own"
	[[ $output =~ ^[0-9]+$ ]] || fail "running: $output"
	s -K -x "$own" -R 30
	ten_at_once s -S -b -m -p a.pid -x "$own" -- --wait >/dev/null
	[[ $(s --pidof -x "$own") == "$(pid_in a.pid)" ]]
}

@test "start-stop-daemon: difference: a zombie has stopped" {
	own_probe
	start bash -c '"$1" --wait & echo $! >z.pid; exec "$2" --wait' \
	    bash "$own" "$PROBE"
	wait_until test -s z.pid
	pid=$(<z.pid)
	kill -KILL "$pid"
	wait_until grep -q 'State:.Z' "/proc/$pid/status"
	run -1 s -T -p z.pid
	run -1 s -K -R 30 -p z.pid
}

@test "start-stop-daemon: difference: descriptors of the caller stay behind" {
	exec 8<"$PROBE"
	s -S -x "$PROBE" -- --report "$PWD/report"
	[[ $(report report fds) == '0 1 2' ]]
	s -S -b -C -x "$PROBE" -n nosuchname -- --report "$PWD/all"
	exec 8<&-
	wait_until test -e all
	[[ " $(report all fds) " == *' 8 '* ]]
}

@test "start-stop-daemon: pidfiles that others may write are not trusted" {
	need_root
	echo 4194000 >a.pid
	chmod 666 a.pid
	run -2 --separate-stderr s -K -p a.pid
	[[ $stderr == *': matching on world-writable pidfile a.pid is insecure' ]]
	run -4 s -T -p a.pid
	chmod 644 a.pid
	chown nobody a.pid
	run -2 --separate-stderr s -K -p a.pid
	[[ $stderr == *': matching only on non-root pidfile a.pid is insecure' ]]
	run -1 s -K -p a.pid -n nosuchname
}

# What has other words is in the words of dpkg 1.23.
@test "start-stop-daemon: the same words and status as the original" {
	need start-stop-daemon
	need_root
	local start='-S -t -p none -x /bin/true'
	table same_words start-stop-daemon <<-END
		-S
		-T
		-K
		-S -K -x /bin/true
		-T -K
		-S -S -x /nonexistent
		-x /bin/true
		-S -n x
		-S -x /bin/true -m
		-K -n x --remove-pidfile
		-K --pid 3 -p f
		-K -n x -b
		-S -x /bin/true -C
		-S -x /bin/true -b -O f
		-S -x /bin/true -O /f
		-K --pid 0
		-K --pid -1
		-K --pid ''
		-K --pid 12x
		-K --ppid 0
		-K --pid 99999999999
		-K -n x -s FOO
		-K -n x -s ''
		-K -n nosuchname -s 9
		-K -n nosuchname -s KILL
		-K -n nosuchname -s 64
		$start -k x
		$start -k ''
		$start -k -1
		$start -k 08
		$start -k 022
		$start -k 01000
		$start -k 99999999999999
		-K -t -n x -R 5
		-K -t -n x -R TERM
		-K -t -n x -R foo
		-K -t -n x -R a/b
		-K -t -n x -R /
		-K -t -n x -R TERM/-5
		-K -t -n x -R 5x
		-K -t -n x -R 5x/TERM
		-K -t -n x -R TERM/5/KILL/5
		-K -t -n x -R -TERM/5/-9/5
		-K -t -n x -R forever
		-K -t -n x -R forever/TERM/1
		-K -t -n x -R TERM/forever
		-K -t -n x -R forever/forever/TERM/1
		-T -u root -n nosuchname
		-T -u 0 -n nosuchname
		-T -u nosuchuser -n nosuchname
		-K -u nosuchuser -n nosuchname
		-T -u 4294967296 -n nosuchname
		-T -u -1 -n nosuchname
		$start
		$start -c root
		$start -c root:daemon -g root
		$start -c nobody:7
		$start -c nobody:
		$start -c nobody -g daemon
		$start -N 5
		$start -N -100
		$start -N x
		$start -P other:5
		$start -P fifo
		$start -P fifo:5
		$start -P fifo:100
		$start -P rr:x
		$start -P idle
		$start -I real-time
		$start -I real-time:9
		$start -I best-effort:0
		$start -I best-effort:x
		$start -I idle:3
		$start -I none
		$start -r / -d /tmp -c nobody -N 5 -P rr:3 -I idle -- a 'b c' '' %u
		-S -t -p none -a /bin/true
		-S -t -p none -x bin/true -d /usr
		-S -t -p none -x /bin/true -a /bin/sh
		-S -x /nonexistent
		-T -x /nonexistent
		-K -x /nonexistent
		-S -t -p /dev/null -x /bin/true
		-T -p /dev/null
		-K -p /dev/null
		-T -p none
		-T -p none/none
		-T -p ''
		-K -n nosuchname
		-K -n nosuchname -o
		-K -n nosuchname -q
		-K -n nosuchname -v -q
		-K -n nosuchname -t
		-K -n nosuchname -x /bin/true -p none -u root
		-K -x /bin/true -p none
		-K -p none -u root
		-K --pid 4000000 -u root
		-K --ppid 4000000 -u root
		-K -u 54399
		-K -n nosuchname -p none --remove-pidfile
		-T -x /bin/true -k x
		-T -n x -P foo
		-T -n x -b
		-h
		-Z
		--foo
		-x
		--exec
		--stop=3
		-S -p none -x /bin/true -- a
		-S -p none -x /bin/sh -- -c 'exit 7'
		-S -p none -x /bin/false
	END
}

@test "start-stop-daemon: difference: nobody else may write to a pidfile" {
	umask 0
	s -S -m -p a.pid -k 0 -x "$PROBE" -- --no-report
	[[ $(stat -c %a a.pid) == 644 ]]
	run -0 --separate-stderr s -S -v -b -m -p b.pid -a "$PROBE" -- --wait
	[[ -z $output && $stderr == *": started as process $(pid_in b.pid)" ]]
}

@test "start-stop-daemon: difference: statuses" {
	need start-stop-daemon
	table differs <<-'END'
		0 2 start-stop-daemon -S -b -p none -a /nonexistent
		0 2 start-stop-daemon -S -b -p none -x /bin/true -O /nonexistent/o
		1 3 start-stop-daemon -K -n nosuchname -s 65
		1 3 start-stop-daemon -K -t -n nosuchname -R forever/TERM
		1 3 start-stop-daemon -K -t -n nosuchname -R -0/5
		3 1 start-stop-daemon -K -t -n nosuchname -s SIGTERM
		3 1 start-stop-daemon -K -t -n nosuchname -R TERM/5s
		1 2 start-stop-daemon -K -p /
	END
}

# While one runs.
@test "start-stop-daemon: whom there is not nobody runs as" {
	need start-stop-daemon
	need_root
	table same_status start-stop-daemon -S -p none -x /usr/bin/id <<-'END'
		-c nosuchuser
		-c ''
		-c :root
		-c 4294967296
		-c -4294967295
		-c -1
		-c 54321
		-c nobody:nosuchgroup
		-c nobody:4294967296
		-g nosuchgroup
		-g ''
	END
}

@test "start-stop-daemon: the same words and status about what runs" {
	need start-stop-daemon
	local tool said=()
	own_probe
	for tool in "$(type -P start-stop-daemon)" links/start-stop-daemon; do
		s -S -b -m -p a.pid -x "$own" -- --ignore 1 --wait
		wait_until probe_waits "$(pid_in a.pid)"
		said+=("$(set +e
			t() { "$tool" "$@" 3>&- 2>&1; echo "is $?"; }
			t -T -p a.pid
			t -T -x "$own" -n own -u root
			t -T -p a.pid -n other
			t -S -x "$own"
			t -S -p a.pid -a "$own"
			t -S -p a.pid -x "$own" -o
			t -S -p a.pid -x "$own" -q
			t -S -t -p a.pid -x "$own"
			t -K -t -p a.pid
			t -K -t -x "$own" -s 0 -R 5
			t -K -v -s 0 -p a.pid
			t -K -p a.pid -R HUP/1
			t -K -x "$own" -n own -s HUP -R -HUP/0
			t -K -v -p a.pid -n own -R HUP/0/KILL/30 --remove-pidfile
			ls a.pid
			t -K -v -p a.pid)")
		rm -f a.pid
	done
	diff -u <(said 0) <(said 1)
}

# said N: without what is not the same twice.
said() {
	sed -E -e 's/[0-9]{2,}/N/g' -e 's|^[^ ]*/([a-z-]+:)|\1|' \
	    <<<"${said[$1]}"
}

@test "start-stop-daemon: the same effect as the original" {
	need start-stop-daemon
	need_root
	intended+=('fd\.8=.*')
	exec 8<"$PROBE"
	table same_effect start-stop-daemon -S -p "$PWD/here/pid" \
	    -a "$PROBE" <<-'END'
		-b -m -- --report "$PWD/here/report" --wait
		-b -m -k 077 -O "$PWD/here/out" -- --report "$PWD/here/report" --wait
		-b -c nobody -d /tmp -k 027 -- --report "$PWD/here/report" --wait
		-b -c nobody:daemon -N 3 -- --report "$PWD/here/report" --wait
		-b -g daemon -I idle -- --report "$PWD/here/report" --wait
		-b -P other -- --report "$PWD/here/report" --wait
		-b -P rr:3 -- --report "$PWD/here/report" --wait
		-b -r / -d tmp -- --report "$PWD/here/report" --wait
	END
	# Its own streams, too: the files that they write to have other names.
	intended+=('fd\.[12]=.*')
	same_effect start-stop-daemon -S -p "$PWD/here/pid" -b -C -m \
	    -a "$PROBE" -- --report "$PWD/here/report" --wait
	exec 8<&-
}

# A service that says what it is told to say to whoever waits for it.
service() {
	cat >service <<-END
		#!$PYTHON
		import os, select, socket, sys, signal
		s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
		for word in sys.argv[1:]:
		    if word == "end":
		        sys.exit(3)
		    if word == "late":
		        select.select([], [], [], 1.2)
		        continue
		    s.sendto(word.encode(), os.environ["NOTIFY_SOCKET"])
		signal.pause()
	END
	chmod 755 service
}

@test "start-stop-daemon: it waits for readiness as the original does" {
	need start-stop-daemon
	need_root
	service
	local tool line status
	for tool in "$(type -P start-stop-daemon)" links/start-stop-daemon; do
		while read -r status line; do
			# shellcheck disable=SC2086
			run -"$status" "$tool" -S -b -m -p "$PWD/a.pid" \
			    --notify-await -a "$PWD/service" -x "$PYTHON" \
			    $line 3>&-
			pid=$(pid_in a.pid 2>/dev/null) || continue
			kill -KILL "$pid" || :
			wait_gone "$pid"
			rm -f a.pid
		done <<-'END'
			0 -- READY=1
			0 --notify-timeout 60 -- STATUS=x X=1 READY=1
			2 --notify-timeout 1 -- ERRNO=2
			2 --notify-timeout 1
			2 --notify-timeout 1 -- end
		END
	done
}

@test "start-stop-daemon: a stop that waits can be interrupted" {
	local rc=0
	own_probe
	s -S -b -m -p a.pid -x "$own" -- --ignore 10 \
	    --report "$PWD/got" --wait
	wait_until test -s got
	start "$IMP" --as=start-stop-daemon -K -p a.pid -R USR1/60
	wait_until eval '[[ $(cat "/proc/$started_pid/wchan") == *poll* ]]'
	kill -TERM "$started_pid"
	wait "$started_pid" || rc=$?
	((rc == 143)) || fail "status $rc"
	s -K -p a.pid -R KILL/5
}

# The original takes it for milliseconds: this would be half an hour.
@test "start-stop-daemon: difference: EXTEND_TIMEOUT_USEC is in microseconds" {
	need_root
	service
	local more=EXTEND_TIMEOUT_USEC=2000000
	local common=(-S -b -m -p a.pid --notify-await --notify-timeout 1
	    -a "$PWD/service" -x "$PYTHON" -n nosuchname --)
	s "${common[@]}" $more late READY=1
	alive "$(pid_in a.pid)"
	kill -TERM "$(pid_in a.pid)"
	wait_while test -e a.pid
	run -2 s "${common[@]}" $more
	[[ ! -e a.pid ]]
}

@test "start-stop-daemon: difference: ERRNO waits for the program's end" {
	need start-stop-daemon
	need_root
	service
	differs 2 2 start-stop-daemon -S -b -p none --notify-await \
	    -a "$PWD/service" -x "$PYTHON" -n nosuchname -- ERRNO=2 end
	grep -q 'before it was ready' imp.err || fail "$(<imp.err)"
}
