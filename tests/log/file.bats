#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# SPDX-FileCopyrightText: 2026 The imp authors

load ../helper
load logger

setup() {
	cd "$BATS_TEST_TMPDIR"
}

teardown() {
	stop_everything_started
}

@test "what is written is in the file, byte by byte, with no last newline" {
	printf 'a\n\0\377\033[31m\n\n\r\nlast' >in
	logger dest="$PWD/log" size=1000000 <in
	same in log
}

@test "a stamp stands in front of each line, whatever bytes are in it" {
	printf 'a\n\0\377\033[31m\n\nlast' >in
	TZ=UTC-2 logger dest="$PWD/log" stamp=iso <in
	local date='[0-9]{4}-[01][0-9]-[0-3][0-9]'
	local time='[0-2][0-9]:[0-5][0-9]:[0-6][0-9]\.[0-9]{6}'
	[[ $(grep -caE "^${date}T$time\+02:00 " log) -eq 4 ]]
	{ cat in; echo; } >want
	cut -d' ' -f2- log >got
	same want got
}

@test "every kind of stamp is what it is called" {
	local kind
	for kind in iso-utc epoch tai64n; do
		echo line | logger dest="$PWD/$kind" stamp=$kind
	done
	grep -qE '^2[0-9-]{9}T[0-9:]{8}\.[0-9]{6}Z line$' iso-utc
	grep -qE '^[0-9]{10}\.[0-9]{6} line$' epoch
	grep -qE '^@40000000[0-9a-f]{16} line$' tai64n
	local written now
	written=$(date -d "$(cut -d' ' -f1 iso-utc)" +%s)
	now=$(date +%s)
	((now - written >= 0 && now - written < 60))
	((now - $(cut -d. -f1 epoch) < 60))
	((now + 10 - 0x$(cut -c10-17 tai64n) < 60))
}

@test "a prefix names the daemon, its instance, process and stream" {
	logger dest="$PWD/log" prefix='%n/%i/%s[%p] 100%% %x: ' -- \
	    sh -c 'echo out; echo err >&2; echo out'
	[[ $(grep -cE '^test/7/stdout\[[0-9]+\] 100% %x: out$' log) -eq 2 ]]
	[[ $(grep -cE '^test/7/stderr\[[0-9]+\] 100% %x: err$' log) -eq 1 ]]
	[[ $(wc -l <log) -eq 3 ]]
}

@test "stdout and stderr in one log keep their order" {
	logger dest="$PWD/log" stamp=epoch -- sh -c \
	    'for i in 1 2 3 4 5 6 7 8 9; do echo $i; echo $i >&2; done'
	[[ $(cut -d' ' -f2 log | tr -d '\n') == 112233445566778899 ]]
}

@test "streams that are told apart do not mix within a line" {
	logger dest="$PWD/log" prefix='%s ' -- sh -c \
	    'printf "half " ; echo error >&2; echo line; printf end'
	sort log >got
	printf '%s\n' 'stderr error' 'stdout end' 'stdout half line' >want
	same want got
}

@test "a line of a megabyte is stored whole, with one stamp" {
	{ echo a; head -c 1000000 /dev/zero | tr '\0' x; echo; echo b; } >in
	logger dest="$PWD/log" stamp=epoch <in
	cut -d' ' -f2- log >got
	same in got
	[[ $(grep -c ' ' log) -eq 3 ]]
}

@test "a line of a megabyte is stored whole with the streams apart" {
	head -c 1000000 /dev/zero | tr '\0' x >in
	echo >>in
	logger dest="$PWD/log" prefix='%s ' <in
	cut -d' ' -f2- log >got
	same in got
}

@test "1 GiB through rotation comes out byte for byte" {
	local dir
	dir=$(mktemp -d /dev/shm/imp-test.XXXXXX)
	# An even mix of lines; the last one has no newline.
	seq -f '%.0f some text that makes the line longer' 1 100000 |
		head -c 4194303 >in
	local i
	for ((i = 0; i < 256; i++)); do cat in; echo; done |
		tee >(md5sum >want) |
		logger dest="$dir/log" size=50000000 keep=100
	all_of "$dir/log" | md5sum >got
	local files
	files=$(find "$dir" -name 'log.*' | wc -l)
	local ends
	ends=$(for file in "$dir"/log.*; do tail -c 1 "$file"; done | wc -l)
	local largest
	largest=$(find "$dir" -name 'log.*' -printf '%s\n' | sort -n | tail -n 1)
	rm -r "$dir"
	same want got
	[[ $files -eq 21 && $ends -eq 21 ]]
	((largest < 50000000 + 100))
}

@test "every rotated file begins and ends at a line, stamped too" {
	seq 200000 >in
	logger dest="$PWD/log" size=100000 keep=1000 stamp=epoch <in
	local file
	for file in log.*; do
		[[ $(tail -c 1 "$file" | wc -l) -eq 1 ]]
		[[ $(head -n 1 "$file") =~ ^[0-9]+\.[0-9]+\ [0-9]+$ ]]
		((100000 <= $(stat -c %s "$file")))
		((100030 > $(stat -c %s "$file")))
	done
	all_of log | cut -d' ' -f2 >got
	same in got
}

@test "no more files and bytes are kept than was asked for" {
	seq 100000 >in
	logger dest="$PWD/keep" size=10000 keep=3 <in
	[[ $(ls keep.*) == $'keep.1\nkeep.2\nkeep.3' ]]
	logger dest="$PWD/total" size=10000 keep=50 total=45000 <in
	[[ $(ls total.*) == $'total.1\ntotal.2\ntotal.3\ntotal.4' ]]
	logger dest="$PWD/none" size=10000 keep=0 <in
	[[ $(ls none*) == none ]]
	tail -c "$(stat -c %s none)" in >want
	same want none
}

@test "rotated files can be named after the time" {
	seq 20000 >in
	logger dest="$PWD/log" size=30000 keep=3 names=time <in
	old=(log.*)
	[[ ${#old[@]} -eq 3 ]]
	run ! grep -vE '^log\.2[0-9]{7}T[0-9]{6}\.[0-9]{6}Z$' \
	    <<<"$(printf '%s\n' "${old[@]}")"
	cat log.* log >got
	tail -c "$(stat -c %s got)" in >want
	same want got
}

@test "a file is rotated when it is old, and only if it is not empty" {
	start_logger dest="$PWD/log" age=300
	echo one >&5
	wait_until test -e log.1
	wait_until test -e log
	[[ $(cat log.1) == one && ! -s log ]]
	echo two >&5
	wait_until test -e log.2
	end_logger
	[[ $(cat log.1) == two && $(cat log.2) == one && ! -e log.3 ]]
}

@test "rotated files are compressed aside, whatever the program" {
	seq 60000 >in
	local kind files
	for kind in gzip:gz zstd:zst xz:xz; do
		start_logger dest="$PWD/${kind%:*}" size=100000 \
		    compress="${kind%:*}"
		cat in >&5
		wait_until test -e "${kind%:*}.3.${kind#*:}"
		wait_until test -e "${kind%:*}.1.${kind#*:}"
		end_logger
		rm input pids
		files=("${kind%:*}".*."${kind#*:}")
		((${#files[@]} == 3))
		all_of "${kind%:*}" >got
		same in got
		[[ $(stat -c %a "${kind%:*}.1.${kind#*:}") == 640 ]]
	done
}

@test "files that were not compressed in time are compressed later" {
	seq 60000 >in
	logger dest="$PWD/log" size=100000 <in
	[[ -e log.3 ]]
	start_logger dest="$PWD/log" size=100000 compress='gzip -9'
	wait_until test -e log.1.gz
	wait_until test -e log.3.gz
	wait_while test -e log.1
	end_logger
	all_of log >got
	same in got
}

@test "a plain file beside its compressed one is what a kill has left" {
	echo one >log.1
	gzip -k log.1
	seq 3 | logger dest="$PWD/log" size=4
	[[ $(ls log.*) == $'log.1\nlog.2.gz' ]]
	[[ $(gzip -dc log.2.gz) == one ]]
}

@test "a gap that a kill has left in the numbers is closed first" {
	echo one >log.1
	echo three >log.3
	seq 3 | logger dest="$PWD/log" size=4
	[[ $(cat log.2) == one && $(cat log.3) == three && ! -e log.4 ]]
}

@test "as many files are kept as --log-keep allows, none written over" {
	mkdir many
	seq 2100 | awk '{ file = "many/log." $1; print $1 >file; close(file) }'
	seq 3 | logger dest="$PWD/many/log" size=4 keep=100000
	[[ $(find many -name 'log.*' | wc -l) -eq 2101 ]]
	awk '{ n = FILENAME; sub(/.*\./, "", n); wrong += $1 != n - 1 }
	    END { exit wrong != 0 }' many/log.{2..2101}
}

@test "SIGUSR1 rotates and SIGHUP opens anew" {
	start_logger dest="$PWD/log" size=1000000
	echo one >&5
	wait_until grep -q one log
	kill -USR1 "$(logger_pid)"
	wait_until test -e log.1
	echo two >&5
	wait_until grep -q two log
	mv log moved
	kill -HUP "$(logger_pid)"
	wait_until test -e log
	echo three >&5
	end_logger
	[[ $(cat log.1 moved log | tr '\n' ' ') == "one two three " ]]
}

@test "a file that was moved or removed is made anew with the next line" {
	local stamp
	for stamp in none epoch; do
		start_logger dest="$PWD/$stamp" size=1000000 stamp=$stamp
		echo one >&5
		wait_until grep -q one $stamp
		mv $stamp $stamp.moved
		echo two >&5
		wait_until grep -q two $stamp
		rm $stamp
		echo three >&5
		wait_until grep -q three $stamp
		end_logger
		rm input pids
		grep -q one $stamp.moved
		[[ $(wc -l <$stamp) -eq 1 ]]
	done
}

@test "a directory that was removed and made anew gets the next line" {
	mkdir dir
	start_logger dest="$PWD/dir/log" size=1000000
	echo one >&5
	wait_until grep -q one dir/log
	rm -r dir
	echo two >&5
	wait_until grep -q 'blocked 2' events
	mkdir dir
	wait_until grep -q two dir/log
	mv dir moved
	mkdir dir
	kill -HUP "$(logger_pid)"
	wait_until test -e dir/log
	echo three >&5
	end_logger
	[[ $(<moved/log) == two && $(<dir/log) == three ]]
}

@test "what is planted in place of the log keeps lines waiting, not lost" {
	local kind
	start_logger dest="$PWD/log" size=1000000
	echo begin >&5
	wait_until grep -q begin log
	for kind in 'mkfifo log' 'mkdir log' 'ln -s victim log' \
	    'ln other log'; do
		touch victim other
		mv log "saved.${kind%% *}.${#kind}"
		$kind
		echo "$kind" >&5
		wait_until eval '[[ $(tail -n 1 events) == "blocked "* ]]'
		rm -r log
		wait_until grep -qxF "$kind" log
	done
	end_logger
	[[ ! -s victim && ! -s other ]]
	cat saved.* log | sort >got
	printf '%s\n' begin 'mkfifo log' 'mkdir log' 'ln -s victim log' \
	    'ln other log' | sort >want
	same want got
}

@test "logrotate works without copytruncate, and nothing is lost" {
	need logrotate
	chmod 700 .
	local how i mode
	for how in nocreate 'create 0600' 'create 0640
	compress'; do
		rm -rf logs input pids events state
		mkdir -m 700 logs
		start_logger dest="$PWD/logs/log" stamp=epoch
		printf '"%s" {\n\trotate 100\n\tsize 1\n\t%s\n}\n' \
		    "$PWD/logs/log" "$how" >conf
		chmod 644 conf
		for i in 1 2 3; do
			seq $(((i - 1) * 1000 + 1)) $((i * 1000)) >&5
			wait_until grep -q " $((i * 1000))$" logs/log
			logrotate -s "$PWD/state" conf
			wait_while test -s logs/log
		done
		echo 3001 >&5
		end_logger
		[[ -e logs/log.3.gz || -e logs/log.3 ]]
		mode=640
		[[ $how != *600 ]] || mode=600
		[[ $(stat -c %a logs/log) == "$mode" ]]
		all_of logs/log | cut -d' ' -f2 | cmp - <(seq 3001)
	done
}

@test "copytruncate is survived: what comes later is at the start" {
	start_logger dest="$PWD/log" size=1000000
	seq 100 >&5
	wait_until grep -q '^100$' log
	: >log
	echo after >&5
	end_logger
	[[ $(cat log) == after ]]
}

@test "two loggers write one file, and neither loses a byte" {
	local word pids=()
	for word in aa bb cc; do
		yes $word | head -n 200000 | "$LOGGER" dest="$PWD/log" \
		    size=300000 keep=100 3>&- &
		pids+=($!)
		record_pid $!
	done
	wait "${pids[@]}"
	all_of log >got
	for word in a b c; do
		[[ $(tr -dc $word <got | wc -c) -eq 400000 ]]
	done
	[[ $(wc -l <got) -eq 600000 && $(wc -c <got) -eq 1800000 ]]
}

# few_pipes COMMAND [ARG...]: as a user who has had all the memory for pipes
# that one may have: a new pipe holds two pages.
few_pipes() {
	"$PYTHON" - "$@" 3>&- <<-'END'
	import fcntl, os, subprocess, sys
	os.setgroups([])
	os.setgid(64321)
	os.setuid(64321)
	F_SETPIPE_SZ, F_GETPIPE_SZ = 1031, 1032
	size = 1 << 16
	while size == 1 << 16:
	    pipe = os.pipe()[0]
	    size = fcntl.fcntl(pipe, F_GETPIPE_SZ)
	    try:
	        fcntl.fcntl(pipe, F_SETPIPE_SZ, 1 << 20)
	    except PermissionError:
	        pass
	with open("in") as file:
	    sys.exit(subprocess.call(sys.argv[1:], stdin=file))
	END
}

@test "a user who gets only the smallest of pipes loses nothing" {
	need_root
	# Some of the lines are longer than all pipes together.
	awk 'BEGIN { for (i = 1; i <= 5000; i++) {
	    printf "%d", i
	    for (n = i % 500 == 0 ? 3000 : i % 9; n > 0; n--)
		printf "xxxxxxxxxx"
	    print "" } }' >in
	chmod 755 . in
	cp "$LOGGER" logger
	chmod 755 logger
	mkdir logs
	chown 64321 logs
	few_pipes ./logger dest="$PWD/logs/raw" size=50000 keep=100
	all_of logs/raw | cmp - in
	few_pipes ./logger dest="$PWD/logs/apart" size=50000 keep=100 \
	    prefix='%s '
	all_of logs/apart | cut -d' ' -f2 | cmp - in
	few_pipes ./logger dest="|cat >$PWD/logs/command" stamp=epoch
	wait_until eval '(($(wc -l <logs/command) == 5000))'
	cut -d' ' -f2 logs/command | cmp - in
}

@test "what somebody else appends is not overwritten" {
	start_logger dest="$PWD/log" size=1000000
	echo one >&5
	wait_until grep -q one log
	echo else >>log
	echo two >&5
	wait_until grep -q two log
	echo else >>log
	echo three >&5
	end_logger
	[[ $(tr '\n' ' ' <log) == "one else two else three " ]]
}

@test "a new file has the mode that was asked for, rotated or not" {
	seq 1000 >in
	logger dest="$PWD/log" size=1000 keep=2 <in
	[[ $(stat -c %a log log.1 | tr '\n' ' ') == "640 640 " ]]
	umask 077
	logger dest="$PWD/other" size=1000 keep=2 mode=0664 <in
	[[ $(stat -c %a other other.1 | tr '\n' ' ') == "664 664 " ]]
}

@test "a new file belongs to whom the old one belonged" {
	need_root
	touch log
	chown nobody:nogroup log
	seq 1000 | logger dest="$PWD/log" size=1000 keep=2 uid=65534 gid=65534
	[[ $(stat -c %U log log.1 | tr '\n' ' ') == "nobody nobody " ]]
}

@test "a log that somebody could have planted is refused" {
	need_root
	echo safe >victim
	ln -s victim link
	run -125 logger dest="$PWD/link" stamp=iso
	[[ $output == *"cannot open '$PWD/link': it is a symbolic link"* ]]
	mkfifo fifo
	run -125 logger dest="$PWD/fifo" stamp=iso
	[[ $output == *"cannot open '$PWD/fifo': "* ]]
	ln victim hard
	run -125 logger dest="$PWD/hard" stamp=iso
	[[ $output == *"several names"* ]]
	touch alien
	chown nobody alien
	run -125 logger dest="$PWD/alien" stamp=iso
	[[ $output == *"belongs to another user"* ]]
	[[ $(cat victim) == safe ]]
}

@test "a link that is planted while the logger runs is not followed" {
	start_logger dest="$PWD/log" stamp=epoch
	echo one >&5
	wait_until grep -q one log
	touch victim
	ln -s victim new
	mv -T new log
	echo two >&5
	wait_until grep -q blocked events
	rm log
	end_logger
	[[ ! -s victim ]]
	grep -q two log
}

@test "in the user's own directory the logger is the user" {
	need_root
	chmod 711 .
	mkdir own
	chown nobody own
	start_logger dest="$PWD/own/log" size=1000 uid=65534 gid=65534
	seq 1000 >&5
	wait_until test -e own/log.1
	[[ $(stat -c %U "/proc/$(logger_pid)") == nobody ]]
	end_logger
	[[ $(stat -c %U own/log own/log.1 | tr '\n' ' ') == "nobody nobody " ]]
}

@test "a line that is looked for is reported, once" {
	start_logger dest="$PWD/log" size=1000000 match='^ready [0-9]+$'
	echo 'not ready 1' >&5
	printf 'rea' >&5
	wait_until grep -q rea log
	[[ ! -e events ]]
	printf 'dy 5\nready 6\n' >&5
	wait_until grep -q matched events
	end_logger
	[[ $(grep -c matched events) -eq 1 ]]
	[[ $(tail -n 1 log) == 'ready 6' ]]
	run -125 logger dest="$PWD/log" match='('
	[[ $output == *"bad regular expression '('"* ]]
}

@test "floods are suppressed and counted" {
	start_logger dest="$PWD/log" lines=10 per=1000 stats="$PWD/stats"
	seq 100 >&5
	wait_until grep -q 'imp: suppressed 90 lines' log
	echo later >&5
	wait_until grep -q later log
	end_logger
	{ seq 10; echo imp: suppressed 90 lines; echo later; } >want
	same want log
	grep -q suppressed_lines=90 stats
}

@test "the tail crosses rotated files and begins at a line" {
	seq 100000 >in
	logger dest="$PWD/log" size=2000 tailbytes=5000 tail="$PWD/tail" <in
	local size
	size=$(stat -c %s tail)
	((size > 4980 && size <= 5000))
	tail -c "$size" in >want
	same want tail
	# More than the logger looks at in one go.
	seq 200000 >in
	logger dest="$PWD/long" size=900000 tailbytes=1000000 \
	    tail="$PWD/tail" <in
	size=$(stat -c %s tail)
	((size > 999980 && size <= 1000000))
	tail -c "$size" in >want
	same want tail
}

@test "the statistics tell what was stored" {
	seq 1000 | logger dest="$PWD/log" size=1500 stamp=epoch \
	    stats="$PWD/stats" keep=1000
	grep -q '^lines=1000$' stats
	grep -q "^bytes=$(all_of log | wc -c)$" stats
	grep -q "^rotations=$(find . -name 'log.*' | wc -l)$" stats
}

@test "a logger with nothing to do does not wake up, and is small" {
	need strace
	start_logger dest="$PWD/log" size=1000000 stamp=iso age=100000
	seq 100000 >&5
	wait_until grep -q ' 100000$' log
	local kib
	kib=$(awk '/^Private_(Clean|Dirty):/ { n += $2 } END { print n }' \
	    "/proc/$(logger_pid)/smaps_rollup")
	((kib <= 2048))
	wait_until grep -q '^State:.S' "/proc/$(logger_pid)/status"
	local before after
	before=$(grep ctxt "/proc/$(logger_pid)/status")
	run -124 timeout 2 strace -o calls -p "$(logger_pid)"
	run ! grep -vE 'poll|^strace|^---|restart_syscall' calls
	[[ $(wc -l <calls) -le 2 ]]
	end_logger
}
