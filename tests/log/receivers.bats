#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# SPDX-FileCopyrightText: 2026 The imp authors
#
# Commands, devices, syslog and the journal.

load ../helper
load logger

setup() {
	cd "$BATS_TEST_TMPDIR"
}

teardown() {
	stop_everything_started
}

# listen SOCKET FILE: each datagram becomes a line of FILE, as Python has it.
listen() {
	"$PYTHON" -u - "$1" "$2" <<-'END' 3>&- 5>&- &
	import os, socket, sys
	if os.path.exists(sys.argv[1]):
	    os.unlink(sys.argv[1])
	s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
	s.bind(sys.argv[1])
	with open(sys.argv[2], "a") as f:
	    while True:
	        print(s.recv(1 << 20), file=f, flush=True)
	END
	listener=$!
	record_pid $listener
	wait_until test -S "$1"
}

@test "a command reads the log, words and all" {
	seq 100000 >in
	logger dest="|tee $PWD/log" <in
	wait_until same in log
	logger dest="|sed 's/^/x /' >$PWD/shell" stamp=epoch <in
	wait_until eval '(($(wc -l <shell) == 100000))'
	cut -d' ' -f3 shell >got
	same in got
}

@test "what a command has not read when it ends is read by the next" {
	# Each takes one line, byte by byte.
	start_logger dest="|sh -c 'read -r line; echo \$line >>$PWD/log'"
	printf '%s\n' one two three >&5
	end_logger
	wait_until grep -q three log
	[[ $(xargs <log) == "one two three" ]]
}

@test "a command that dies is started again, on the same pipe" {
	local pid

	start_logger dest="|sh -c 'echo \$\$ >>commands; exec cat >>$PWD/log'"
	echo one >&5
	wait_until grep -q one log
	# One that is killed may still take what is there before it is dead.
	pid=$(tail -n 1 commands)
	kill -KILL "$pid"
	wait_gone "$pid"
	echo two >&5
	wait_until grep -q two log
	end_logger
	[[ $(wc -l <commands) -eq 2 ]]
}

@test "a command outlives its logger, and the next one knows it" {
	start_logger dest="|sh -c 'echo \$\$ >>commands; exec cat >>$PWD/log'"
	echo one >&5
	wait_until grep -q one log
	kill -KILL "$(logger_pid)"
	wait_until eval '(($(wc -l <pids) == 2))'
	echo two >&5
	wait_until grep -q two log
	[[ $(wc -l <commands) -eq 1 ]]
	alive "$(<commands)"
	end_logger
	wait_gone "$(<commands)"
}

@test "a device is written to as it is" {
	seq 1000 | logger dest=/dev/null stamp=iso stats="$PWD/stats"
	grep -q '^lines=1000$' stats
	need_root
	start_logger dest=/dev/full full=drop stamp=iso stats="$PWD/stats"
	echo one >&5
	wait_until grep -q 'blocked 28' events
	end_logger
	# The note of it did not get through either, and does not count.
	grep -q '^dropped_lines=1$' stats
}

@test "the tail of what is no file is kept in memory" {
	seq 100000 >in
	logger dest='|cat >/dev/null' tail="$PWD/tail" tailbytes=5000 <in
	local size
	size=$(stat -c %s tail)
	((size > 4980 && size <= 5000))
	tail -c "$size" in >want
	same want tail
}

@test "syslog gets one record a line, with the priority that it names" {
	listen "$PWD/socket" records
	printf '%s\n' plain '<3>error' '<11>user error' '<x>odd' '' |
		logger dest=syslog socket="$PWD/socket"
	wait_until eval '(($(wc -l <records) == 5))'
	local head='[A-Z][a-z]{2} [ 1-3][0-9] [0-9:]{8} test\[[0-9]+\]: '
	sed -n 1p records | grep -E "^b'<30>${head}plain'$"
	sed -n 2p records | grep -E "^b'<27>${head}error'$"
	sed -n 3p records | grep -E "^b'<11>${head}user error'$"
	sed -n 4p records | grep -E "^b'<30>${head}<x>odd'$"
	sed -n 5p records | grep -E "^b'<30>${head}'$"
}

@test "a line too long for a record is continued in the next" {
	listen "$PWD/socket" records
	{ head -c 100000 /dev/zero | tr '\0' x; echo; echo end; } |
		logger dest=syslog socket="$PWD/socket"
	wait_until grep -q "end'" records
	[[ $(grep -o 'x*' records | tr -d '\n' | wc -c) -eq 100000 ]]
	[[ $(wc -l <records) -lt 20 ]]
}

@test "however much there is, a line is one record" {
	listen "$PWD/socket" records
	awk 'BEGIN { s = sprintf("%1500s", ""); for (i = 1; i <= 300; i++)
	    print i s }' |
		logger dest=syslog socket="$PWD/socket"
	wait_until grep -q ': 300 ' records
	[[ $(wc -l <records) -eq 300 ]]
}

@test "records wait for a receiver that is gone" {
	listen "$PWD/socket" records
	start_logger dest=syslog socket="$PWD/socket"
	echo one >&5
	wait_until grep -q one records
	kill "$listener"
	wait_gone "$listener"
	echo two >&5
	wait_until grep -q blocked events
	listen "$PWD/socket" records
	echo three >&5
	end_logger
	wait_until grep -q three records
	[[ $(grep -c two records) -eq 1 && $(wc -l <records) -eq 3 ]]
}

@test "drop: a receiver that is gone costs the target nothing" {
	start_logger dest=syslog socket="$PWD/socket" full=drop \
	    stats="$PWD/stats"
	seq 300000 >&5
	wait_until grep -q blocked events
	listen "$PWD/socket" records
	wait_until grep -q 'imp: .* dropped between' records
	echo end >&5
	end_logger
	wait_until grep -q "end'" records
	local told
	told=$(sed -n 's/.*imp: \([0-9]*\) bytes (\([0-9]*\) .*/\1 \2/p' records)
	[[ $told == "$(sed -n 's/^dropped_.*=//p' stats | xargs)" ]]
	((${told#* } == 300000))
}

@test "drop: a command that does not read is given up in the end" {
	start_logger dest='|tail -f /dev/null' full=drop linger=1500 \
	    stats="$PWD/stats"
	seq 500000 >&5
	wait_until grep -q 'blocked 11' events
	local logger
	logger=$(logger_pid)
	end_logger
	wait_gone "$logger"
	grep -q '^dropped_lines=[1-9]' stats
}

@test "rsyslogd stores what it gets" {
	need rsyslogd
	cat >conf <<-END
	module(load="imuxsock" SysSock.Use="off")
	input(type="imuxsock" Socket="$PWD/dev-log" RateLimit.Interval="0")
	*.* action(type="omfile" file="$PWD/log"
	    template="RSYSLOG_FileFormat")
	END
	start rsyslogd -n -f "$PWD/conf" -i "$PWD/rsyslogd.pid"
	wait_until test -S dev-log
	seq 2000 | logger dest=syslog socket="$PWD/dev-log" prefix='n='
	wait_until grep -q 'n=2000$' log
	grep -oE ' test\[[0-9]+\]: n=[0-9]+$' log | sed 's/.*=//' >got
	seq 2000 >want
	same want got
}

@test "the journal gets its fields" {
	listen "$PWD/socket" records
	printf 'a=b\0c\n<4>careful\n' |
		logger dest=journal socket="$PWD/socket"
	wait_until eval '(($(wc -l <records) == 2))'
	local pid='SYSLOG_PID=[0-9]+'
	local head="SYSLOG_FACILITY=3\\\\n$pid\\\\nSYSLOG_IDENTIFIER=test"
	sed -n 1p records |
		grep -E "^b'PRIORITY=6\\\\n$head\\\\nMESSAGE=a=b\\\\x00c\\\\n'$"
	sed -n 2p records |
		grep -E "^b'PRIORITY=4\\\\n$head\\\\nMESSAGE=careful\\\\n'$"
}
