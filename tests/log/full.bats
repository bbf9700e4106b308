#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# SPDX-FileCopyrightText: 2026 The imp authors
#
# A disk of 1 MiB that becomes full.

load ../helper
load logger

setup() {
	need_root
	cd "$BATS_TEST_TMPDIR"
	mkdir small
}

teardown() {
	stop_everything_started
}

# start_on_small OPTION=VALUE...: in a name space where small is a file system
# of 1 MiB.  Sets inside: run a command there.
start_on_small() {
	mkfifo input
	unshare -m bash -c '
		mount -t tmpfs -o size=1m,mode=755 none small || exit
		exec "$@" <input' - "$LOGGER" dest="$PWD/small/log" \
	    pids="$PWD/pids" events="$PWD/events" stats="$PWD/stats" "$@" \
	    3>&- 5>&- &
	started_pid=$!
	record_pid "$started_pid"
	exec 5>input
	wait_until test -s pids
}

inside() {
	nsenter -t "$(logger_pid)" -m \
	    sh -c 'cd "$0" && exec "$@"' "$PWD" "$@"
}

is_blocked() {
	[[ $(tail -n 1 events) == "blocked 28" ]]
}

@test "block: the target waits, and nothing is lost when there is room" {
	local stamp field
	for stamp in none epoch; do
		rm -f input pids events
		start_on_small stamp=$stamp size=100000000
		inside dd if=/dev/zero of=small/hog bs=1k count=800 status=none
		seq 60000 >in
		# More than the disk and the pipe take.
		{ cat in in in in in in; echo end; } >&5 3>&- &
		local writer=$!
		record_pid $writer
		wait_until is_blocked
		kill -0 $writer
		inside cp small/log before
		(($(stat -c %s before) > 150000))
		# The next logger tries again, too.
		kill -KILL "$(logger_pid)"
		wait_until eval '(($(wc -l <pids) == 2))'
		inside mount -o remount,size=16m small
		wait $writer
		wait_until inside grep -q 'end$' small/log
		inside cp small/log log
		end_logger
		field=1
		[[ $stamp == none ]] || field=2
		cut -d' ' -f$field log >got
		{ cat in in in in in in; echo end; } >want
		same want got
		grep -q '^blocked=0$' stats
		grep -q '^dropped_bytes=0$' stats
	done
}

@test "drop: the target goes on, and the loss is counted and noted" {
	local stamp
	for stamp in none epoch; do
		rm -f input pids events
		start_on_small stamp=$stamp size=100000000 full=drop
		seq 600000 >in
		cat in >&5
		wait_until is_blocked
		inside mount -o remount,size=16m small
		wait_until inside grep -q dropped small/log
		echo end >&5
		wait_until inside grep -q 'end$' small/log
		inside cp small/log log
		end_logger
		local note bytes lines
		note=$(grep -ao 'imp: .* dropped between .*' log)
		[[ $note =~ ^imp:\ ([0-9]+)\ bytes\ \(([0-9]+)\ lines\)\ dropped\ between\ (20[-0-9T:.+]+)\ and\ (20[-0-9T:.+]+)$ ]]
		bytes=${BASH_REMATCH[1]}
		lines=${BASH_REMATCH[2]}
		((bytes > 1000000 && lines > 100000))
		grep -q "^dropped_bytes=$bytes$" stats
		grep -q "^dropped_lines=$lines$" stats
		# What is there, is in order; the sum is right.
		sed 's/.* //' log >stored
		[[ $stamp != none ]] || cp log stored
		grep -avE 'dropped between|imp:|end' stored |
			grep -aE '^[0-9]+$' >numbers
		[[ $stamp != epoch ]] || sort -nc numbers
		[[ $(tail -n 1 log) == *end ]]
		if [[ $stamp == none ]]; then
			local kept
			kept=$(grep -av 'imp: \|^end$' log | tr -d '\n' | wc -c)
			local all
			all=$(tr -d '\n' <in | wc -c)
			# Each line dropped had its newline.
			((kept + bytes - lines == all))
		else
			(($(wc -l <numbers) + lines == 600000))
		fi
	done
}

@test "drop: a disk that stays full costs the target nothing" {
	start_on_small size=100000000 stamp=iso full=drop
	seq 3000000 >&5
	wait_until is_blocked
	seq 1000000 >&5
	exec 5>&-
	wait "$started_pid"
	local dropped
	dropped=$(sed -n 's/^dropped_lines=//p' stats)
	((dropped > 3900000))
}

@test "delete-oldest: rotated files make room, the last lines are there" {
	start_on_small size=100000 keep=1000 full=delete-oldest stamp=epoch
	seq 300000 >&5
	echo end >&5
	wait_until inside grep -q 'end$' small/log
	inside bash -c 'cp small/log* .'
	end_logger
	all_of log | cut -d' ' -f2 >got
	{ seq 300000; echo end; } | tail -n "$(wc -l <got)" >want
	same want got
	(($(cat log* | wc -c) > 700000))
	grep -q '^dropped_bytes=0$' stats
}

# hear: what is told to syslog, at the socket of that name, becomes heard.
hear() {
	"$PYTHON" - "$PWD/socket" "$PWD/heard" <<-'END' 3>&- 5>&- &
	import socket, sys
	s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
	s.bind(sys.argv[1])
	while True:
	    record = s.recv(65536)
	    with open(sys.argv[2], "ab") as f:
	        f.write(record + b"\n")
	END
	record_pid $!
	wait_until test -S socket
}

@test "block: what nobody waits for any more is given up, and counted" {
	local stamp lost kept told='imp: ([0-9]+) bytes \(([0-9]+) lines\) '
	told+='(dropped between|of output are lost: .* did not take them$)'
	hear
	for stamp in none epoch; do
		rm -f input pids events heard
		start_on_small stamp=$stamp size=100000000 linger=300 \
		    socket="$PWD/socket"
		mkfifo hold
		nsenter -t "$(logger_pid)" -m cat "$PWD/hold" 3>&- 5>&- &
		holder=$!
		record_pid $holder
		inside dd if=/dev/zero of=small/hog bs=1k count=800 status=none
		# More than the disk takes, less than the pipe does.
		seq 100000 >&5
		exec 5>&-
		wait_until is_blocked
		kill -KILL "$started_pid"
		wait_gone "$(logger_pid)"
		nsenter -t $holder -m cat "$PWD/small/log" >log
		# Where it has room, or becomes some, it is told in the log.
		[[ $stamp == none ]] || cp log heard
		wait_until grep -qaE "$told" heard
		# Each line that is lost had a newline.
		lost=$(sed -nE "s/.*$told.*/\\1 - \\2/p" heard)
		kept=$(grep -av imp: log | sed 's/.* //' | tr -d '\n' | wc -c)
		((kept + lost == $(seq 100000 | tr -d '\n' | wc -c)))
		echo >hold
		rm hold
	done
}

@test "drop: what was dropped and could not be noted is told to syslog" {
	hear
	start_on_small size=100000000 full=drop socket="$PWD/socket"
	inside dd if=/dev/zero of=small/hog bs=1k count=1020 status=none
	seq 100000 >&5
	wait_until is_blocked
	end_logger
	local lost
	lost=$(sed -n 's/^dropped_bytes=//p' stats)
	(($(sed -n 's/^bytes=//p' stats) + lost == $(seq 100000 | wc -c)))
	wait_until grep -q "^<27>.* test: imp: $lost bytes .* are lost: " heard
}

@test "block: the last of a daemon that has ended is stored when it can be" {
	start_on_small stamp=epoch size=100000000
	local logger
	logger=$(logger_pid)
	# For a look at the file when nobody else is left there.
	mkfifo hold
	nsenter -t "$logger" -m cat "$PWD/hold" 3>&- 5>&- &
	local holder=$!
	record_pid $holder
	inside dd if=/dev/zero of=small/hog bs=1k count=800 status=none
	seq 100000 >&5
	exec 5>&-
	wait_until is_blocked
	kill -KILL "$started_pid"
	wait_gone "$started_pid"
	alive "$logger"
	inside mount -o remount,size=16m small
	wait_gone "$logger"
	seq 100000 >want
	nsenter -t $holder -m cut -d' ' -f2 "$PWD/small/log" | cmp - want
}

@test "a full disk delays neither status nor restart nor stop" {
	mkfifo hold
	# shellcheck disable=SC2016
	unshare -m bash -c '
		mount -t tmpfs -o size=1m,mode=755 none small || exit
		read -r _ <hold' 3>&- &
	local holder=$!
	record_pid $holder
	inside() { nsenter -t $holder -m "$@" 3>&-; }
	wait_until eval '[[ $(inside stat -fc %T "$PWD/small") == tmpfs ]]'
	inside dd if=/dev/zero of="$PWD/small/hog" bs=1k count=900 status=none
	inside "$IMP" -n d --log "$PWD/small/log" --log-stamp=epoch yes
	is_stuck() { "$IMP" --status d | grep -q "it takes nothing: No space"; }
	wait_until is_stuck
	local first second
	first=$("$IMP" --status d)
	timeout 20 "$IMP" --restart d
	second=$("$IMP" --status d)
	[[ $first != "$second" ]]
	timeout 20 "$IMP" --stop d
	run -3 "$IMP" --status d
	# What waits for room is stored when there is some.
	inside mount -o remount,size=64m "$PWD/small"
	wait_until eval '[[ $(left_behind) == "$holder" ]]'
	inside tail -c 1 "$PWD/small/log" | cmp - <(echo)
	echo >hold
}
