#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# SPDX-FileCopyrightText: 2026 The imp authors

# What the supervisor says, and where.

load supervise

stamp='^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+[+-][0-9:]+ imp\[[0-9]+\]: '

# said N TEXT: line N of imp.log is this, but for its head.
said() {
	local line
	line=$(sed -n "$1p" imp.log)
	[[ $line =~ ${stamp}$2$ ]] || fail "$line"
}

@test "an end is one line with reason, uptime and next step" {
	script target <<-\EOF
		echo >>starts
		case $(wc -l <starts) in
		1) exit 3 ;;
		2) kill -SEGV $$ ;;
		3) exit 78 ;;
		esac
	EOF
	supervise --chdir . --respawn --respawn-delay=1ms,20ms \
	    --limit=core=0 ./target
	wait_until nothing_left
	said 1 'd: process [0-9]+ exited with status 3 after [0-9.]+ m?s;'\
' next start in 1 ms \(restart 1\)'
	said 2 'd: process [0-9]+ was killed by SIGSEGV after [0-9.]+ m?s;'\
' next start in 20 ms \(restart 2\)'
	said 3 'd: process [0-9]+ exited with status 78 after [0-9.]+ m?s;'\
' giving up: this end is never followed by a restart'
	[[ $(lines imp.log) == 3 ]]
}

@test "an end that nothing follows is one line" {
	supervise sh -c 'exit 3'
	wait_until all_gone
	said 1 'd: process [0-9]+ exited with status 3 after [0-9.]+ m?s'
	[[ $(lines imp.log) == 1 ]]
}

@test "an end that was not asked for is told with the last line" {
	cat >target <<-\EOF
		echo >>starts
		case $(wc -l <starts) in
		1) echo first; printf 'no newline \033[31m' >&2; exit 3 ;;
		2) exit 4 ;;
		3) echo "the end"; echo; exit 78 ;;
		esac
	EOF
	supervise --chdir "$PWD" --respawn --respawn-delay=1ms,20ms \
	    --log log --log-size=1M sh ./target
	wait_until nothing_left
	[[ $(grep -c 'the last line of process' imp.log) == 2 ]]
	has_line imp.log "process [0-9]* was 'no newline .x1b.31m'$"
	has_line imp.log "process [0-9]* was 'the end'$"
}

@test "the last line of a stop that was asked for is nobody's concern" {
	local pid
	mkfifo go
	supervise --chdir "$PWD" --log log --log-size=1M sh -c \
	    'trap "echo bye; exit 0" TERM; cat go & echo up; wait $!'
	wait_until grep -q up log
	pid=$(supervisor_pid)
	kill -TERM "$pid"
	wait_gone "$pid"
	grep -q bye log
	[[ $(lines imp.log) == 1 ]]
}

@test "a stop is one line" {
	local pid
	supervise_probe
	pid=$(supervisor_pid)
	kill -TERM "$pid"
	wait_gone "$pid"
	said 1 'd: process [0-9]+ exited with status 0 after [0-9.]+ m?s; stopped'
	[[ $(lines imp.log) == 1 ]]
}

@test "a restart that is asked for is one line" {
	supervise_probe
	"$IMP" --restart d 3>&-
	said 1 'd: process [0-9]+ exited with status 0 after [0-9.]+ m?s;'\
' restarting as asked'
	[[ $(lines imp.log) == 1 ]]
}

@test "a name cannot forge lines" {
	start_imp --name d --supervise --imp-log imp.log --respawn \
	    --respawn-limit=1/1h --respawn-delay=1ms,1ms \
	    sh -c 'exit 1' $'x\nimp[1]: forged'
	wait_until nothing_left
	[[ $(lines imp.log) == 2 ]]
	run ! has_line imp.log '^imp'
}

@test "--imp-log is opened anew when somebody has moved it" {
	local pid
	supervise --respawn --respawn-delay=1ms,1ms "$PROBE" --no-report --wait
	pid=$(main_pid)
	kill -KILL "$pid"
	wait_until runs_as_other "$pid"
	mv imp.log old.log
	pid=$(main_pid)
	kill -KILL "$pid"
	wait_until test -s imp.log
	[[ $(lines old.log) == 1 && $(lines imp.log) == 1 ]]
}

@test "--imp-log that cannot be opened stops the start" {
	run -125 --separate-stderr start_imp --supervise -n d \
	    --imp-log nowhere/imp.log true
	# shellcheck disable=SC2154
	[[ $stderr == "imp: cannot open 'nowhere/imp.log': No such file"* ]]
	ln -s "$PWD/other" link
	run -125 start_imp --supervise -n d --imp-log link true
	[[ ! -e other ]]
	nothing_left
}

@test "without --imp-log it goes to syslog" {
	need_root
	# shellcheck disable=SC2016
	start unshare --mount --propagation=private "$BASH" -c '
		mount -t tmpfs none /dev || exit
		mknod /dev/null c 1 3; chmod 666 /dev/null
		"$0" -c "import socket
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(\"/dev/log\")
open(\"bound\", \"w\").close()
while True:
    with open(\"heard\", \"ab\") as f:
        f.write(s.recv(4096) + bytes([10]))" &
		until [[ -e bound ]]; do :; done
		"$IMP" -n d --supervise sh -c "exit 3"
		wait' "$PYTHON"
	wait_until test -s heard
	[[ $(<heard) =~ ^'<29>imp['[0-9]+']: d: process '[0-9]+' exited with '\
'status 3 after '[0-9.]+' '[m]?s$ ]] || fail "$(<heard)"
}

@test "messages that nobody takes are counted and told of later" {
	need_root
	local pid
	# shellcheck disable=SC2016
	start unshare --mount --propagation=private "$BASH" -c '
		mount -t tmpfs none /dev || exit
		mknod /dev/null c 1 3; chmod 666 /dev/null
		"$IMP" -n d --respawn --respawn-delay=1ms,1ms \
		    "$PROBE" --no-report --wait
		echo >started
		until [[ -e listen ]]; do read -r -t 0.01 <><(:); done
		exec "$0" -c "import socket
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(\"/dev/log\")
open(\"bound\", \"w\").close()
while True:
    with open(\"heard\", \"ab\") as f:
        f.write(s.recv(4096) + bytes([10]))"' "$PYTHON"
	wait_until test -e started
	for _ in 1 2; do
		pid=$(main_pid)
		kill -KILL "$pid"
		wait_until runs_as_other "$pid"
	done
	: >listen
	wait_until test -e bound
	kill -KILL "$(main_pid)"
	wait_until has_lines heard 2
	[[ $(sed -n 1p heard) == '<28>imp['*']: 2 messages were lost' ]]
}

@test "what its caller waits for is told to the caller, not to the log" {
	run -3 supervise --ready=notify sh -c 'exit 3'
	[[ ! -s imp.log ]] || fail "$(cat imp.log)"
}
