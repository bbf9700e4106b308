#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# SPDX-FileCopyrightText: 2026 The imp authors
#
# The logger of a daemon: what its supervisor tells of it, and what the two
# are to each other.

load ../helper
load logger

setup() {
	cd "$BATS_TEST_TMPDIR"
}

teardown() {
	stop_everything_started
}

# the_logger NAME: its pid.
the_logger() {
	"$IMP" --status --json "$1" | jq '.[0].logs[0].logger_pid'
}

has_logger() {
	(($(the_logger "$1") > 0))
}

# status_has NAME TEXT: --status says so.
status_has() {
	"$IMP" --status "$1" | grep -qF "$2"
}

@test "a rotation that fails is told, and made up for later" {
	mkdir log.1
	start_imp -n d -l "$PWD/log" --log-size=1000 --imp-log=imp.log -- \
	    sh -c 'seq 1000; exec tail -f /dev/null'
	local told="; cannot rotate or open it: Is a directory"
	wait_until status_has d "$told"
	grep -qF "d: cannot rotate or open '$PWD/log': Is a directory" imp.log
	run -1 timeout 20 "$IMP" --rotate d
	[[ $output == *": cannot rotate '$PWD/log': Is a directory" ]]
	rmdir log.1
	"$IMP" --rotate d
	wait_while status_has d "$told"
	grep -qF "d: output goes to '$PWD/log' again" imp.log
	seq 1000 | cmp - <(cat log.1 log)
}

@test "a compression that fails is told, and the file stays" {
	start_imp -n d -l "$PWD/log" --log-size=1000 --imp-log=imp.log \
	    --log-compress='sh -c "exit 3"' -- \
	    sh -c 'seq 300; exec tail -f /dev/null'
	wait_until status_has d "; cannot compress old files: status 3"
	grep -qF "cannot compress the old files of '$PWD/log': 'sh -c \"exit" \
	    imp.log
	grep -qF " exited with status 3" imp.log
	[[ $("$IMP" --status --json d | jq '.[0].logs[0].compress_status') == 3 ]]
	seq 300 | cmp - <(cat log.1 log)
	[[ $(find . -name '*log*' | sort | xargs) == "./imp.log ./log ./log.1" ]]
}

@test "--status tells what was dropped and what was suppressed" {
	need_root
	start_imp -n drop -l /dev/full --log-full=drop -- \
	    sh -c 'seq 10; exec tail -f /dev/null'
	start_imp -n rate -l "$PWD/log" --log-rate=5/1h -- \
	    sh -c 'seq 100; exec tail -f /dev/null'
	wait_until status_has drop "; dropped 21 bytes (10 lines)"
	wait_until status_has rate "; suppressed 95 lines"
}

@test "each run and instance has its own words before its lines" {
	start_imp -n d --instances=2 -r --respawn-delay=10ms -l "$PWD/log-%i" \
	    --log-prefix='%n/%i %p %s: ' -- sh -c 'echo $$; echo $$ >&2; exit 1'
	local i
	for i in 1 2; do
		wait_until eval '(($(wc -l <log-$i) >= 6))'
	done
	"$IMP" --stop d@1 d@2
	for i in 1 2; do
		awk -v name="d@$i/$i" '
			$1 != name || $2 != $4 { print; wrong = 1 }
			{ runs[$2]; streams[$3] }
			END { exit wrong || length(runs) < 3 ||
			    !("stdout:" in streams) || !("stderr:" in streams) }
		    ' log-$i
	done
}

@test "the name of a command cannot break a line" {
	cp "$(type -P echo)" $'two\nlines'
	start_imp -s -l "$PWD/log" --log-prefix='%n: ' -- \
	    "$PWD/"$'two\nlines' text
	wait_until test -s log
	[[ $(<log) == "$PWD/two?lines: text" ]]
}

@test "a plain file is the daemon's own output, with no logger" {
	local how pid
	for how in '' -s; do
		start_imp -n "d$how" $how -l "$PWD/log" -- tail -f /dev/null
		pid=$("$IMP" --status --json "d$how" | jq '.[0].pid')
		[[ $(readlink "/proc/$pid/fd/1") == "$PWD/log" ]]
		[[ $(readlink "/proc/$pid/fd/2") == "$PWD/log" ]]
	done
	# Two daemons and a supervisor.
	pid=$(left_behind)
	[[ $(wc -l <<<"$pid") -eq 3 ]]
}

@test "stdout and stderr have logs of their own" {
	start_imp -n d -o "$PWD/out" -e "$PWD/err" --log-stamp=epoch \
	    --log-size=1M -- sh -c 'for i in 1 2 3; do echo $i; echo $i >&2; done
	    exec tail -f /dev/null'
	wait_until grep -q ' 3$' out
	wait_until grep -q ' 3$' err
	[[ $(cut -d' ' -f2 out | xargs) == "1 2 3" ]]
	[[ $(cut -d' ' -f2 err | xargs) == "1 2 3" ]]
}

@test "last words are stored at once, whoever else may still write" {
	start_imp -n d --kill=main -l "$PWD/log" --log-stamp=epoch \
	    --imp-log=imp.log -r --respawn-delay=1h -- sh -c '
	    tail -f /dev/null & echo $! >"$0"; printf "last words"; exit 3' \
	    "$PWD/other"
	wait_until grep -qE "the last line of process [0-9]+ was '.*last words'" \
	    imp.log
	grep -q ' last words$' log
	alive "$(<other)"
	kill "$(<other)"
}

@test "a logger that is stuck delays neither status nor restart nor stop" {
	start_imp -n d -l "$PWD/log" --log-stamp=epoch -- \
	    sh -c 'echo $$; exec tail -f /dev/null'
	wait_until test -s log
	local logger
	logger=$(the_logger d)
	kill -STOP "$logger"
	timeout 20 "$IMP" --status d
	timeout 20 "$IMP" --restart d
	timeout 20 "$IMP" --stop d
	run -3 "$IMP" --status d
	kill -CONT "$logger"
	wait_gone "$logger"
	[[ $(wc -l <log) -eq 2 ]]
}

@test "a logger that is killed again and again is there at the end" {
	mkfifo go
	start_imp -n d -s -l "$PWD/log" --log-stamp=epoch --chdir="$PWD" -- \
	    sh -c 'echo one; read -r _ <go; echo two'
	wait_until test -s log
	# The next one waits for a second.
	kill -KILL "$(the_logger d)"
	wait_while has_logger d
	echo >go
	wait_until nothing_left
	[[ $(cut -d' ' -f2 log | xargs) == "one two" ]]
}

@test "calls of the logger that fail again and again harm nobody" {
	need strace
	local calls=pwrite64,splice,tee,openat,newfstatat,renameat,getdents64
	start_imp -n d -l "$PWD/log" --log-size=20K --log-keep=10000 \
	    --log-stamp=epoch --chdir="$PWD" -- sh -c '
	    n=0
	    while [ ! -e enough ]; do
		seq $n $((n + 99))
		n=$((n + 100))
	    done
	    echo $n >fed
	    exec tail -f /dev/null'
	local i
	for i in 7 5 3; do
		wait_until has_logger d
		# Until one of them ends the logger.
		timeout 2 strace -qq -A -o calls -e "trace=$calls" \
		    -e "inject=$calls:error=EIO:when=$i+$i" \
		    -p "$(the_logger d)" 3>&- || :
		timeout 20 "$IMP" --status d
	done
	(($(grep -c INJECTED calls) > 3))
	touch enough
	wait_until test -s fed
	timeout 20 "$IMP" --stop d
	wait_until nothing_left
	all_of log | cut -d' ' -f2 | cmp - <(seq 0 $(($(<fed) - 1)))
}
