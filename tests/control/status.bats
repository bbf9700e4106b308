#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# SPDX-FileCopyrightText: 2026 The imp authors

load ../helper

setup() {
	cd "$BATS_TEST_TMPDIR"
	need jq
}

teardown() {
	stop_everything_started
}

main_of() {
	sed -n 's/^main=\([0-9]*\) .*/\1/p' "$IMP_STATE_DIR/$1/record"
}

start_daemon() {
	local name=$1
	shift
	start_imp -n "$name" "$@" -- "$PROBE" --report "$PWD/$name.report" \
	    --wait
	wait_until test -e "$name.report"
}

@test "the exit statuses of --status are those of LSB" {
	start_daemon exec -p "$PWD/exec.pid"
	start_daemon kept -s
	run -0 "$IMP" --status exec kept
	run -0 "$IMP" --status -p exec.pid
	run -3 "$IMP" --status nope
	[[ $output == *"State: down: it has ended, or was never started" ]]
	run -3 "$IMP" --status exec nope
	run -3 "$IMP" --status --format=prometheus exec nope
	run -0 "$IMP" --status --format=prometheus exec kept
	kill -KILL "$(main_of exec)"
	wait_gone "$(main_of exec)"
	run -1 "$IMP" --status exec
	[[ $output == *"State: dead: it has ended, and nobody has stopped it"* ]]
	rm exec.pid
	run -3 "$IMP" --status exec
	chmod 666 "$IMP_STATE_DIR/kept/record"
	run -4 "$IMP" --status kept
	[[ $output == *"State: unknown: its record could be somebody else's" ]]
	chmod 644 "$IMP_STATE_DIR/kept/record"
	run -0 "$IMP" -q --status kept
	[[ -z $output ]]
}

@test "--status tells processes, restarts and the last ends" {
	start_imp -n web -s -r --respawn-delay 0.01 -- \
	    sh -c "test -e $PWD/second && exec '$PROBE' --no-report --wait
	    echo >$PWD/second; exit 3"
	wait_until test -e second
	# The kernel is late to count what a new process takes.
	restarted() {
		run -0 "$IMP" --status web
		[[ $output == *"State: up since "*"Restarts: 1"*"Memory: "* ]]
	}
	wait_until restarted
	[[ $output == *"State: up since "* ]]
	[[ $output == *"Main process: $(main_of web)"* ]]
	[[ $output == *"exited with status 3 after "* ]]
	[[ $output == *"Memory: "*"Processes: 2"* ]]
}

@test "a daemon that waits for its next start does not run, and says why" {
	# Of one delay alone a fifth more or less is taken.
	start_imp -n web -s -r --respawn-delay 60,60 -- \
	    sh -c "echo >$PWD/begun; exit 3"
	wait_until grep -q '^state=backoff' "$IMP_STATE_DIR/web/record"
	run -3 "$IMP" --status web
	local for='([1-5]?[0-9]\.[0-9] s|1 min)'
	for+=': restart 1, exited with status 3 after [0-9]'
	[[ $output =~ "State: waiting "$for ]] || fail "$output"
	[[ $output == *"Supervisor: "* && $output != *"Main process"* ]]
	# What imp itself takes is no use of the daemon's.
	[[ $output != *"Memory: "* ]]
	run -3 "$IMP" --status --json web
	jq -e '.[0] | .state == "waiting" and (.running | not) and .pid == null
	    and .lsb_status == 3 and .next_seconds > 1 and .next_seconds <= 60
	    and .supervisor_pid > 1 and .restarts == 1
	    and (.why | startswith("restart 1, exited with status 3"))' \
	    <<<"$output"
	run -0 "$IMP" --list
	[[ ${lines[1]} =~ ^web\ +waiting\ +-\  ]]
	# It is managed all the same: no other start wins, and it is stopped.
	run -75 "$IMP" -n web -- "$PROBE" --no-report --wait
	run -0 "$IMP" --stop web
	run -3 "$IMP" --status web
}

@test "a program that runs exits with 0, ready or not, even while it ends" {
	start_imp -n web -s --ready "file:$PWD/ready" --stop-schedule \
	    TERM/60/KILL/5 -- bash -c "trap '' TERM; echo >'$PWD/begun'
	    while :; do read -r -t 60 <> <(:); done" 3>&- &
	wait_until test -e begun
	run -0 "$IMP" --status web
	[[ $output == *"State: starting since"* && $output == *"Ready: no (file)"* ]]
	touch ready
	wait_until eval '"$IMP" --status web | grep -q "State: up"'
	start "$IMP" --stop web
	wait_until grep -q '^state=stopping' "$IMP_STATE_DIR/web/record"
	run -0 "$IMP" --status web
	local for='([1-5]?[0-9]\.[0-9] s|1 min)'
	[[ $output =~ "State: stopping: SIGTERM was sent, next step in "$for ]] ||
		fail "$output"
	[[ $output == *"Main process: $(main_of web), since "*", for "* ]]
	run -0 "$IMP" --stop --stop-schedule KILL/60 web
	wait "$started_pid"
}

@test "what gave up is told of until the next start" {
	start_imp -n web -s -r --respawn-limit 1/60 --respawn-delay 0.01 -- \
	    sh -c 'exit 7' || true
	wait_until eval '"$IMP" --status web | grep -q "State: failed"'
	[[ $("$IMP" --status web) == *"State: failed: given up after restart 1; \
it exited with status 7"* ]]
	run -3 "$IMP" --status --json web
	[[ $(jq -r '.[0].state' <<<"$output") == failed ]]
	[[ $(jq '.[0].history[0].exit.status' <<<"$output") == 7 ]]
	[[ $(jq '.[0].last_exit.status' <<<"$output") == 7 ]]
	run -7 "$IMP" --wait web nope
	run -0 "$IMP" -q --stop web
	[[ -z $(ls -A "$IMP_STATE_DIR") ]]
}

@test "what has ended while its supervisor is stopped is not up" {
	start_daemon web -s
	local main supervisor
	main=$(main_of web)
	supervisor=$("$IMP" --status --json web | jq '.[0].supervisor_pid')
	kill -STOP "$supervisor"
	kill -KILL "$main"
	wait_gone "$main"
	run -3 "$IMP" --status web
	[[ $output == *"Supervisor: $supervisor, stopped by a signal: it "* ]]
	[[ $output == *"State: dead: it has ended, which its supervisor has not \
noticed yet"* ]] || fail "$output"
	jq -e '.[0] | .state == "dead" and (.running or .ready | not)' \
	    <("$IMP" --list --json)
	run -0 "$IMP" --stop web
}

# ended_by CAUSE...: these are the ends of web, the first one first.
ended_by() {
	"$IMP" --status --json web >status || :
	jq -e --arg causes "$*" '.[0].history | reverse | map(.cause) |
	    .[:($causes | split(" ") | length)] | join(" ") == $causes' status
}

@test "the history tells what has ended each run, or kept it from starting" {
	cat >run <<-END
	#!/bin/sh
	echo >>runs
	case \$(wc -l <runs) in
	2) exec '$PROBE' --signal 11 ;;
	3) mv run away; exit 3 ;;
	*) exec '$PROBE' --no-report --wait ;;
	esac
	END
	chmod +x run
	start_imp -n web -r --respawn-delay 0.01,0.01 --max-runtime 0.1 \
	    -c "$PWD" --limit core=unlimited -- "$PWD/run"
	wait_until ended_by time-limit ended ended no-start
	# Why, as long as it lasts.
	jq -e '.[0] | .status_text == null and (.why |
	    test("^restart 4, the last could not be started: cannot find .*run"))' \
	    status
	mv away run
	wait_until ended_by time-limit ended ended no-start time-limit
	jq -e --arg core "$(find . -name 'core*')" '.[0].history | reverse |
	    (.[0].exit | .status == 0 or .signal == 15)
	    and .[1].exit.signal == 11
	    and (.[1].exit.core or $core == "") and .[2].exit.status == 3
	    and .[3].exit == null and .[3].pid == null
	    and .[3].error == "No such file or directory"
	    and all(.[] | select(.pid != null); .peak_memory_bytes > 0)' status
	start_imp -n kept -s -- "$PROBE" --no-report --wait
	"$IMP" --restart kept
	# The kernel's doing cannot be had everywhere.
	printf '%-199s\n' '99 1764400000000 1000 4 9 0 7 0 0 1764400001119' |
		dd of="$IMP_STATE_DIR/kept/history" bs=200 seek=19 \
		    conv=notrunc status=none
	run -0 "$IMP" --status kept
	[[ $output == *"was killed by SIGKILL after 1.0 s (out-of-memory)"* ]]
	[[ $output == *" after "*" (stop)"* ]]
}

@test "the JSON of --list has each member with its type" {
	start_daemon exec -p "$PWD/exec.pid" --log "$PWD/log"
	start_daemon kept -s
	listed() {
		"$IMP" --list --json >list
		jq -e 'all(.[]; .memory_bytes > 0)' list
	}
	wait_until listed
	jq -e 'length == 2 and all(.[];
	    (.name | type) == "string" and .state == "up" and .running
	    and (.pid | type) == "number" and (.uid | type) == "number"
	    and (.since | test("^[0-9-]+T[0-9:.]+Z$"))
	    and (.uptime_seconds | type) == "number"
	    and .restarts == 0 and .last_exit == null
	    and (.memory_bytes > 0) and (.cpu_seconds >= 0)
	    and (.command | type) == "array" and .problem == null)' list
	jq -e '.[0] | .mode == "exec" and .supervisor_pid == null
	    and (.pidfile | endswith("/exec.pid"))
	    and (.stdout | endswith("/log"))' list
	jq -e '.[1] | .mode == "supervised" and .supervisor_pid > 1' list
	[[ $(jq '.[0].pid' list) == "$(pid_in exec.pid)" ]]
}

# members FILE: the names of all there are in the JSON.
members() {
	jq -r '.. | objects | keys[]' "$1" | sort -u
}

@test "each member of the JSON and each metric is in the manual" {
	local name
	start_imp -n web -s --log "$PWD/log" --log-size 1M -- \
	    "$PROBE" --no-report --wait
	"$IMP" --restart web
	"$IMP" --status --json web >status
	"$IMP" --inspect --json web >inspect || :
	jq -e '.[0] | (.processes | length) == 3 and (.logs | length) == 1
	    and (.history | length) == 1' status
	for name in $(members status) $(members inspect) \
	    $("$IMP" --list --format=prometheus |
		sed -n 's/^# TYPE \([a-z_]*\) .*/\1/p'); do
		grep -qE "^\.(It )?Va .*\b$name\b" "$SRCDIR/man/imp.1" ||
			fail "$name"
	done
}

@test "an argument stays one argument, whatever is in it" {
	local odd=$'a b\tc\n"d\\e\x1b[31mf\xff\xc3\xa9'
	start_imp -n web -s --log "$PWD/log" -- sh -c \
	    'printf "%s\n" "$0"; exec "$1" --no-report --wait' \
	    "$odd" "$PROBE"
	wait_until test -s log
	"$IMP" --status --json web >status
	[[ $(jq -r '.[0].command[3]' status) \
	    == $'a b\tc\n"d\\e\x1b[31mf\uFFFD\u00e9' ]]
	[[ $(jq '.[0].last_lines | length' status) == 2 ]]
	# Nothing that drives a terminal is in what is for people.
	"$IMP" --status web >text
	"$IMP" --list >>text
	run ! grep -qP '[\x00-\x08\x0b-\x1f\x7f]' text
	grep -qF '\x1b[31m' text
}

@test "a STATUS of the daemon cannot do harm" {
	cat >say.py <<-'END'
	import os, signal, socket
	s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
	a = os.environ["NOTIFY_SOCKET"]
	s.connect("\0" + a[1:] if a[0] == "@" else a)
	s.send(b'READY=1\nSTATUS="}]\\ why=x \xc3\xa9')
	signal.pause()
	END
	start_imp -n web --ready notify -- "$PYTHON" "$PWD/say.py"
	"$IMP" --status --json web >status
	[[ $(jq -r '.[0].status_text' status) == '"}]\ why=x é' ]]
	jq -e '.[0] | .ready and .ready_how == "notify"' status
	"$IMP" --status web | grep -q 'Says: "}]'
}

@test "--list is a table, without colours where it is no terminal" {
	need script
	start_daemon web
	run -0 "$IMP" --list
	[[ ${lines[0]} =~ ^NAME\ +STATE\ +PID\ +USER\ +UPTIME ]]
	[[ ${lines[1]} =~ ^web\ +up\ +$(main_of web)\  ]]
	[[ $output != *$'\e'* ]]
	TERM=xterm script -qec "'$IMP' --list" shown >shown 3>&-
	grep -q $'\e\\[32mup' shown
	NO_COLOR=1 TERM=xterm script -qec "'$IMP' --list" /dev/null >plain 3>&-
	run ! grep -q $'\e' plain
	TERM=dumb script -qec "'$IMP' --list" /dev/null >plain 3>&-
	run ! grep -q $'\e' plain
}

@test "a row of the table is a line of the terminal, however long its command" {
	need script
	start_imp -n web -- "$PROBE" --no-report --wait -- "$(seq -s ' ' 100)"
	run -0 "$IMP" --list
	((${#lines[1]} > 300))
	NO_COLOR=1 script -qec "stty cols 90; '$IMP' --list" /dev/null >shown 3>&-
	mapfile -t lines < <(tr -d '\r' <shown)
	[[ ${#lines[1]} == 90 && ${lines[1]} == web*... ]] || fail "${lines[1]}"
	# No room for any of it: then it is all there, at whatever length.
	NO_COLOR=1 script -qec "stty cols 20; '$IMP' --list" /dev/null >shown 3>&-
	grep -q '99 100"' shown
}

@test "metrics are in Prometheus' format" {
	start_daemon web
	run -0 "$IMP" --list --format=prometheus
	[[ $output == *'# TYPE imp_daemon_up gauge'* ]]
	[[ $output == *'imp_daemon_up{name="web",user="'*'"} 1'* ]]
	run ! grep -vE \
	    '^(# (HELP|TYPE) [a-z_]+ .+|[a-z_]+\{name="[^"]*",user="[^"]*"\} [0-9.]+)$' \
	    <<<"$output"
}

@test "root's list is of everyone, another user's of himself" {
	need_root
	need setpriv unshare
	cat >in-namespace <<-'END'
	set -eu
	mount -t tmpfs tmpfs /run
	mkdir -m 755 /run/user
	mkdir -m 700 /run/user/65534
	chown 65534 /run/user/65534
	as_nobody() {
		setpriv --reuid 65534 --regid 65534 --clear-groups \
		    env XDG_RUNTIME_DIR=/run/user/65534 "$@"
	}
	unset IMP_STATE_DIR
	"$IMP" -n of-root -- "$PROBE" --no-report --wait
	as_nobody "$COPY" -n of-nobody -- "$PROBE" --no-report --wait
	"$IMP" --list --json >all
	as_nobody "$COPY" --list --json >own
	as_nobody "$COPY" --stop of-nobody
	"$IMP" --stop of-root
	END
	COPY=$BATS_RUN_TMPDIR/imp.$$
	cp "$IMP" "$COPY"
	chmod 755 "$COPY"
	COPY=$COPY run -0 unshare --mount bash ./in-namespace
	rm -f "$COPY"
	jq -e '[.[] | .name + " " + (.uid | tostring)] | sort ==
	    ["of-nobody 65534", "of-root 0"]' all
	jq -e 'length == 1 and .[0].name == "of-nobody"' own
}

@test "what /proc hides from a user is not told to be down" {
	need_root
	need setpriv unshare
	cat >in-namespace <<-'END'
	set -eu
	mount -t proc -o hidepid=2 proc /proc
	"$IMP" -n exec -- "$PROBE" --no-report --wait
	"$IMP" -n kept -s -- "$PROBE" --no-report --wait
	setpriv --reuid 65534 --regid 65534 --clear-groups sh -c '
		for name in exec kept; do
			"$COPY" --status $name || echo $?
			"$COPY" --stop $name || echo $?
		done' >seen 2>&1
	"$IMP" --stop exec kept
	END
	COPY=$BATS_RUN_TMPDIR/imp.$$
	cp "$IMP" "$COPY"
	chmod 755 "$COPY"
	chmod 711 "$BATS_TEST_TMPDIR" "${BATS_TEST_TMPDIR%/*}"
	COPY=$COPY run -0 unshare --mount --pid --fork bash ./in-namespace
	rm -f "$COPY"
	[[ $(grep -c 'State: unknown: its processes cannot be told' seen) == 2 &&
	    $(grep -c 'cannot stop .*: cannot tell its processes' seen) == 2 &&
	    $(grep -cx 4 seen) == 2 && $(grep -cx 1 seen) == 2 ]] ||
		fail "$(<seen)"
}

@test "a record that is none is told of, and does no harm" {
	local kind
	start_imp -n good -- "$PROBE" --no-report --wait
	mkdir "$IMP_STATE_DIR/bad"
	cd "$IMP_STATE_DIR/bad"
	for kind in link pipe noise; do
		rm -f record
		case $kind in
		link) ln -s ../good/record record ;;
		pipe) mkfifo record ;;
		noise) head -c 20000 /dev/urandom >record ;;
		esac
		run -4 "$IMP" --status bad
		[[ $output == *"State: unknown: its record "* ]]
		run -1 --separate-stderr "$IMP" --stop bad
		[[ $stderr == "imp: cannot stop 'bad': its record "* ]]
		run -0 "$IMP" --list
		[[ ${lines[1]} =~ ^bad\ +unknown\  && ${lines[2]} == good* ]]
	done
	run -0 "$IMP" --status good
}

@test "an empty list is a list, and a pattern is no daemon" {
	local format
	run -0 "$IMP" --list --json
	[[ $output == '[]' ]]
	for format in text json prometheus; do
		run -0 --separate-stderr "$IMP" --list --format=$format 'w*'
		[[ $stderr == "imp: no daemon matches 'w*'" ]]
		[[ $output != *'w*'* ]]
		run -3 --separate-stderr "$IMP" --status --format=$format 'w*'
		[[ $stderr == "imp: no daemon matches 'w*'" ]]
		[[ $output != *'w*'* ]]
	done
	run -0 --separate-stderr "$IMP" --wait 'w*'
	[[ $stderr == "imp: no daemon matches 'w*'" ]]
	# What has a name of its own is told of.
	run -0 "$IMP" --list --json nope
	jq -e 'length == 1 and .[0].name == "nope" and .[0].state == "down"' \
	    <<<"$output"
	run -0 "$IMP" --list nope
	[[ ${lines[1]} == "nope  down   -    -     -       -         -" ]]
}

@test "--inspect tells a daemon from a process of a terminal" {
	need script setpriv
	need_root
	start_imp -n good -p "$PWD/good.pid" -u nobody --umask 022 -- \
	    "$PROBE" --no-report --wait
	run -0 "$IMP" --inspect good
	[[ $output != *"not ok"* ]]
	run -0 "$IMP" --json --inspect good
	jq -e '.ok and (.checks | length) > 20
	    and all(.checks[]; .verdict != "not ok")' <<<"$output"
	# The options may stand on either side, as with the other verbs.
	[[ $("$IMP" --inspect --json good) == "$output" ]]
	[[ $("$IMP" --inspect -n good --json) == "$output" ]]
	[[ $("$IMP" --inspect -p good.pid --json) == "$output" ]]
	cat >bad.py <<-'END'
	import os, signal
	os.setresgid(65534, 0, 0)
	os.dup2(1, 2000)
	os.close(2)
	with open("bad.new", "w") as file:
	    print("pid=%d" % os.getpid(), file=file)
	os.rename("bad.new", "bad")
	signal.pause()
	END
	script -qec "exec '$PYTHON' bad.py" /dev/null \
	    >/dev/null </dev/null 3>&- &
	wait_until test -s bad
	local bad
	bad=$(report bad pid)
	record_pid "$bad"
	run -1 "$IMP" --inspect "$bad"
	[[ $output =~ "not ok  controlling terminal" ]]
	[[ $output =~ "not ok  standard output" ]]
	[[ $output =~ "not ok  standard error          closed" ]]
	[[ $output =~ "not ok  no terminal open        3 of " ]]
	[[ $output =~ "not ok  no way back to a group  real 65534, eff" ]]
	# The first of all processes has no parent that could be looked at.
	run "$IMP" --inspect 1
	[[ $output =~ "note    parent                  the kernel's, or" ]]
	run -4 --separate-stderr "$IMP" --inspect -p nope.pid
	[[ $stderr == "imp: cannot inspect pidfile 'nope.pid': it is not"* ]]
	start_imp -n web --instances=2 -- "$PROBE" --no-report --wait
	run -4 --separate-stderr "$IMP" --inspect web
	[[ $stderr == "imp: cannot inspect 'web': it stands for several"* ]]
	run -4 --separate-stderr "$IMP" --inspect nope
	[[ $stderr == "imp: cannot inspect 'nope': it is not running" ]]
}
