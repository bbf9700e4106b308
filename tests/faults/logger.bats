#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# SPDX-FileCopyrightText: 2026 The imp authors
#
# A logger that is killed, or whose system calls fail, loses, repeats and tears
# nothing.

load ../helper
load ../log/logger

: "${LOGGER:?}"

setup() {
	cd "$BATS_TEST_TMPDIR"
}

teardown() {
	[[ ! -e shm ]] || rm -rf "$(<shm)"
	stop_everything_started
}

# Rotated files come and go by the thousand.
in_memory() {
	mktemp -d /dev/shm/imp-test.XXXXXX >shm
	dir=$(<shm)
}

# kill_often OPTION=VALUE...: 400 times under load.
kill_often() {
	logger events="$PWD/events" pids="$PWD/pids" generate=4096 kill=400 \
	    seed=$((RANDOM)) "$@"
	[[ $(wc -l <pids) -gt 400 ]]
	grep -q '^kills left 0$' events
}

@test "400 kills lose, repeat and tear nothing: raw" {
	in_memory
	kill_often dest="$dir/log" size=1000000 keep=10000
	[[ $(all_of "$dir/log" | in_order) == "$(fed)" ]]
}

@test "400 kills lose, repeat and tear nothing: raw, on a disk" {
	kill_often dest="$PWD/log" size=1000000 keep=10000
	[[ $(all_of log | in_order) == "$(fed)" ]]
}

@test "400 kills lose, repeat and tear nothing: stamped" {
	in_memory
	kill_often dest="$dir/log" size=1000000 keep=10000 stamp=iso
	[[ $(all_of "$dir/log" | in_order 1) == "$(fed)" ]]
}

@test "400 kills lose, repeat and tear nothing: stamped, on a disk" {
	kill_often dest="$PWD/log" size=1000000 keep=10000 stamp=iso
	[[ $(all_of log | in_order 1) == "$(fed)" ]]
}

@test "400 kills lose, repeat and tear nothing: streams apart, rate, names" {
	kill_often dest="$PWD/log" size=1000000 keep=10000 prefix='%s ' \
	    names=time
	[[ $(cat log.* log | in_order 1) == "$(fed)" ]]
}

@test "400 kills lose, repeat and tear nothing: a command" {
	kill_often dest="|cat >$PWD/log" prefix='%n '
	wait_until eval '[[ $(tail -n 1 log) == "test $(fed) "* ]]'
	[[ $(in_order 1 <log) == "$(fed)" ]]
}

@test "400 kills lose, repeat and tear nothing: records" {
	"$PYTHON" - "$PWD/socket" "$PWD/log" <<-'END' 3>&- &
	import socket, sys
	s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
	s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 23)
	s.bind(sys.argv[1])
	with open(sys.argv[2], "wb") as f:
	    while True:
	        f.write(s.recv(65536).split(b": ", 1)[1] + b"\n")
	        f.flush()
	END
	record_pid $!
	wait_until test -S socket
	kill_often dest=syslog socket="$PWD/socket" generate=1024
	wait_until eval '[[ $(tail -n 1 log) == "$(fed) "* ]]'
	[[ $(in_order <log) == "$(fed)" ]]
}

# Lines that follow one another, up to the last that was generated.
consecutive() {
	awk -v last="$(fed)" '
		NR > 1 && $2 != n + 1 || $NF != "end" { print "line " NR }
		{ n = $2 }
		END { if (n == last) print "ok" }'
}

@test "400 kills lose, repeat and tear nothing: the oldest deleted" {
	need_root
	mkdir small
	unshare -m bash -c '
		mount -t tmpfs -o size=1m none small || exit
		"$1" events="$PWD/events" pids="$PWD/pids" generate=4096 \
		    kill=400 dest="$PWD/small/log" size=100000 keep=1000 \
		    stamp=epoch full=delete-oldest
		cp small/log* .
	' - "$LOGGER" 3>&-
	[[ $(wc -l <pids) -gt 400 ]]
	[[ $(all_of log | consecutive) == ok ]]
	(($(all_of log | wc -c) > 700000))
}

# sweep OPTION=VALUE...: kill the logger when it is about to make its first
# system call, its second and so on to the last, on an input that makes it
# rotate twice and comes in two pieces.
sweep() {
	local n
	seq -w 1 999 >in
	for ((n = 1; ; n++)); do
		rm -rf log* .log* events
		{ head -c 1999 in; tail -c +2000 in; } |
			logger dest="$PWD/log" keep=100 events="$PWD/events" \
			    at=$n "$@"
		all_of log | cut -d' ' -f"${field:-1}" | cmp - in ||
			fail "killed at system call $n" || return
		grep -q '^killed ' events || break
	done
	((n > ${least:-60})) || fail "killed only $n times"
}

@test "killed at each system call of a rotation, nothing is lost: raw" {
	sweep size=1500
}

@test "killed at each system call of a rotation, nothing is lost: stamped" {
	# Each line has 18 bytes more.
	field=2 sweep size=9500 stamp=epoch
}

@test "killed at each system call, nothing is lost: compressed" {
	least=100 sweep size=1500 compress=gzip
}

@test "killed at each system call, nothing is lost: a command" {
	sweep_command() {
		local n
		seq -w 1 999 >in
		for ((n = 1; ; n++)); do
			rm -f log events
			{ head -c 1999 in; tail -c +2000 in; } |
				logger dest="|cat >>$PWD/log" at=$n \
				    events="$PWD/events"
			wait_until cmp log in
			grep -q '^killed ' events || break
		done
		((n > 25))
	}
	sweep_command
}

@test "killed at each system call while it drops, each line is counted" {
	need_root
	local n
	seq 500 >in
	for ((n = 1; ; n++)); do
		rm -f events
		timeout 60 "$LOGGER" dest=/dev/full full=drop at=$n \
		    events="$PWD/events" stats="$PWD/stats" <in 3>&-
		grep -q '^dropped_bytes=1892$' stats &&
			grep -q '^dropped_lines=500$' stats ||
			fail "killed at system call $n: $(<stats)" || return
		grep -q '^killed ' events || break
	done
	((n > 40))
}

# fail_one N ERRNO OPTION=VALUE...: the same in a directory of its own, and the
# Nth call fails.
fail_one() {
	local n=$1 errno=$2
	shift 2
	mkdir "$n"
	cd "$n" || return
	{ head -c 1999 ../in; tail -c +2000 ../in; } |
		timeout 60 "$LOGGER" dest="$PWD/log" keep=100 \
		    events="$PWD/events" at="$n" fail="$errno" "$@" 3>&-
	all_of log | cut -d' ' -f"${field:-1}" | cmp - ../in ||
		fail "$errno at system call $n: $(<events)"
}

# fail_each OPTION=VALUE...: let each system call of the logger fail, with one
# errno after the other.  It waits a second after some, so many run at once.
fail_each() {
	local errnos=(EIO ENOMEM EINTR ENOSPC EMFILE) n=0 i pids
	seq -w 1 999 >in
	while ((n == 0)) || grep -q '^failed ' "$n/events"; do
		pids=()
		for ((i = 0; i < 40; i++)); do
			((n += 1))
			fail_one "$n" "${errnos[(n + ${shift:-0}) % 5]}" "$@" &
			pids+=($!)
		done
		for i in "${pids[@]}"; do
			wait "$i" || return
		done
	done
	((n > 60))
}

@test "any system call may fail, nothing is lost or doubled: raw" {
	fail_each size=1500
}

@test "any system call may fail, nothing is lost or doubled: stamped" {
	shift=1 field=2 fail_each size=9500 stamp=epoch
}

@test "any system call may fail, nothing is lost or doubled: compressed" {
	shift=2 fail_each size=1500 compress=gzip
}

@test "a killed logger leaves none of its compressors behind" {
	start_logger dest="$PWD/log" size=1000 keep=100 \
	    compress='sh -c "echo $$ >>compressor; exec cat /dev/zero"'
	seq 1000 >&5
	wait_until test -s compressor
	kill -KILL "$(logger_pid)"
	wait_gone "$(head -n 1 compressor)"
	wait_until eval '(($(wc -l <compressor) > 1))'
	kill -KILL "$(tail -n 1 compressor)"
	exec 5>&-
	wait "$started_pid"
	all_of log >got
	seq 1000 >want
	same want got
}

@test "a killed supervisor loses nothing: the logger goes on to the end" {
	mkfifo go
	start_logger dest="$PWD/log" size=1000000 stamp=epoch -- \
	    sh -c 'echo one; read -r _ <go; echo two; printf three'
	wait_until grep -q one log
	local logger
	logger=$(logger_pid)
	kill -KILL "$started_pid"
	wait_gone "$started_pid"
	echo >go
	wait_gone "$logger"
	[[ $(cut -d' ' -f2 log | tr '\n' ' ') == "one two three"* ]]
}
