#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# SPDX-FileCopyrightText: 2026 The imp authors

# Exactly one daemon for a name or a pidfile, whatever was there before.

load helper

setup() {
	cd "$BATS_TEST_TMPDIR"
}

teardown() {
	stop_everything_started
}

# crowd COUNT SCRIPT: so many starts at once; each runs SCRIPT with its number
# as $1, and leaves its status and words in said/NUMBER.
crowd() {
	local i pids=()
	mkdir -p said
	mkfifo gate
	exec 8<>gate 9<gate
	for ((i = 1; i <= $1; i++)); do
		{
			# The end of the last writer lets all of them go.
			exec 8>&-
			read -r -u 9 || :
			exec 9<&-
			bash -c "$2" sh "$i" 2>"said/$i" && status=0 ||
				status=$?
			echo "status $status" >>"said/$i"
		} 3>&- &
		pids+=($!)
	done
	exec 8>&- 9<&-
	wait "${pids[@]}"
}

# one_won LOSERS: one start succeeded, the others were told who it was.
one_won() {
	local pids
	mapfile -t pids < <(left_behind)
	[[ ${#pids[@]} -eq 1 ]] || fail "${#pids[@]} run"
	[[ $(grep -lx "status 0" said/* | wc -l) -eq 1 ]]
	[[ $(grep -lx "status 75" said/* | wc -l) -eq $1 ]]
	[[ $(grep -l "already running as process ${pids[0]} since 2" \
	    said/* | wc -l) -eq $1 ]] || fail "$(cat said/*)"
}

@test "of 100 starts of one name exactly one wins" {
	crowd 100 '"$IMP" -n x -- "$PROBE" --wait --no-report'
	one_won 99
}

@test "a start that gets no pidfd does not take what runs for gone" {
	local error
	need strace
	start_imp -n x -- "$PROBE" --wait --no-report
	for error in ENOMEM EPERM ENOSYS; do
		run -75 strace -qq -o trace \
		    -e inject=pidfd_open:error=$error \
		    "$IMP" -n x -- "$PROBE" --wait --no-report 3>&-
		[[ $output == *"already running as process $(left_behind) "* ]]
	done
}

@test "a start that gets no descriptors leaves what runs its record" {
	local n rc
	start_imp -n web -- "$PROBE" --wait --no-report
	for n in {4..12}; do
		rc=0
		(ulimit -S -n "$n"; start_imp -n web -- "$PROBE") || rc=$?
		((rc == 125 || rc == 75)) || fail "with $n descriptors: $rc"
		run -0 "$IMP" --status web
	done
	((rc == 75))
}

@test "of 100 starts with one pidfile exactly one wins" {
	crowd 100 '"$IMP" -p pid -- "$PROBE" --wait --no-report'
	one_won 99
	[[ $(pid_in pid) == "$(left_behind)" ]]
}

@test "of 100 starts with a pidfile and many names exactly one wins" {
	crowd 100 '"$IMP" -n "n$(($1 % 10))" -p pid -- "$PROBE" --wait \
	    --no-report'
	one_won 99
	[[ $(pid_in pid) == "$(left_behind)" ]]
	# The losers took nothing with them, and left nothing.
	local keys=("$IMP_STATE_DIR"/*)
	[[ ${#keys[@]} -eq 2 ]]
}

@test "of 20 starts with one supervisor's pidfile exactly one wins" {
	local names
	for names in '' '-n "n$1"'; do
		crowd 20 "\"\$IMP\" --supervisor-pidfile pid $names -- \
		    \"\$PROBE\" --wait --no-report"
		[[ $(grep -lx "status 0" said/* | wc -l) -eq 1 ]]
		[[ $(grep -lx "status 75" said/* | wc -l) -eq 19 ]]
		grep -q "already supervised by process\|already running as" \
		    "$(grep -lx "status 75" said/* | head -n 1)"
		kill -TERM "$(pid_in pid)"
		wait_until nothing_left
		[[ ! -e pid ]]
		rm -r said gate
	done
}

@test "a pidfile is one pidfile, however it is spelled" {
	mkdir real
	ln -s real link
	crowd 30 'cd .; set -- real/pid link/pid "$PWD//real/./pid" \
	    "$PWD/../${PWD##*/}/real/pid"; n=$((RANDOM % 4 + 1)); \
	    "$IMP" -p "${!n}" -- "$PROBE" --wait --no-report'
	one_won 29
}

@test "whoever holds the pidfile is told apart from the name" {
	start_imp -n one -p pid -- "$PROBE" --wait --no-report
	run -75 --separate-stderr "$IMP" -n two -p pid -- "$PROBE"
	[[ $stderr == "imp: pidfile 'pid' is already running as process \
$(pid_in pid) since "* ]]
	[[ ! -e $IMP_STATE_DIR/two ]]
	run -75 --separate-stderr "$IMP" -n one -p other -- "$PROBE"
	[[ $stderr == "imp: 'one' is already running as process "* ]]
	alive "$(pid_in pid)"
}

@test "a daemon that has ended is no obstacle" {
	local i pid
	for i in 1 2 3; do
		start_imp -n x -p pid -- "$PROBE" --wait --no-report
		pid=$(pid_in pid)
		alive "$pid"
		kill -KILL "$pid"
		wait_gone "$pid"
	done
	run -127 "$IMP" -n x -p pid -- /nope
	[[ -z $(ls -A "$IMP_STATE_DIR") && ! -e pid ]]
}

@test "a stale pidfile of the name's last run is removed" {
	start_imp -n x -p pid -- "$PROBE" --wait --no-report
	kill -KILL "$(pid_in pid)"
	wait_gone "$(pid_in pid)"
	start_imp -n x -- "$PROBE" --wait --no-report
	[[ ! -e pid ]]
}

@test "a recycled pid does not count as running" {
	need_root
	# In a new pid namespace the next pid can be chosen.
	cat >script <<-'EOT'
		set -e
		"$IMP" -n x -p pid -- "$PROBE" --wait --no-report
		read -r pid <pid
		# What starts in the same clock tick is the same.
		uptime=$(cat /proc/uptime)
		while [ "$(cat /proc/uptime)" = "$uptime" ]; do :; done
		kill -KILL "$pid"
		while [ -e "/proc/$pid" ]; do "$PROBE" --no-report; done
		while [ "$(cat other 2>/dev/null)" != "$pid" ]; do
			[ ! -s other ] || kill -KILL "$(cat other)"
			rm -f other
			echo $((pid - 1)) >/proc/sys/kernel/ns_last_pid
			"$PROBE" --wait --no-report --pidfile other &
			while [ ! -s other ]; do :; done
		done
		"$IMP" -n x -p pid -- "$PROBE" --wait --no-report
		read -r new <pid
		[ "$new" != "$pid" ]
		[ -e "/proc/$pid" ] && [ -e "/proc/$new" ]
		echo good >result
	EOT
	unshare --pid --fork --mount-proc --kill-child sh script 3>&-
	[[ $(<result) == good ]]
}

# forge SED-SCRIPT: change the record of x as if all were in order.
forge() {
	"$PYTHON" - "$IMP_STATE_DIR/x/record" "$@" <<-'EOT'
		import re, sys
		path, old, new = sys.argv[1:]
		data = open(path, "rb").read()
		head, tail = data[:1024], data[1024:]
		lines = re.sub(old.encode(), new.encode(), head)
		lines = (lines + b"\n" * 1024)[:1024]
		start = len(b"imp-record 1\nsum=0123456789abcdef\n")
		h = 14695981039346656037
		for c in lines[start:]:
		    h = (h ^ c) * 1099511628211 % 2**64
		lines = b"imp-record 1\nsum=%016x\n" % h + lines[start:]
		open(path, "wb").write(lines + tail)
	EOT
}

@test "a record from before the last boot, or of another start, is stale" {
	start_imp -n x -- "$PROBE" --wait --no-report
	run -75 "$IMP" -n x -- "$PROBE" --wait --no-report
	forge 'main=(\d+) (\d+) .' 'main=\1 \2 z'
	start_imp -n x -- "$PROBE" --wait --no-report
	run -75 "$IMP" -n x -- "$PROBE" --wait --no-report
	forge 'main=(\d+) (\d)' 'main=\1 9\2'
	start_imp -n x -- "$PROBE" --wait --no-report
	run -75 "$IMP" -n x -- "$PROBE" --wait --no-report
}

@test "a record that is damaged is no obstacle, and does no harm" {
	local text
	for text in '' garbage "$(printf '%020000d' 0)" 'imp-record 1' \
	    $'imp-record 1\nsum=0000000000000000\nmain=1 2 3\n'; do
		mkdir -p "$IMP_STATE_DIR/x"
		rm -f "$IMP_STATE_DIR/x/record"
		printf '%s' "$text" >"$IMP_STATE_DIR/x/record"
		start_imp -n x -- "$PROBE" --no-report
	done
	rm -f "$IMP_STATE_DIR/x/record"
	mkfifo "$IMP_STATE_DIR/x/record"
	timeout 60 "$IMP" -n x -- "$PROBE" --no-report 3>&-
	rm -f "$IMP_STATE_DIR/x/record"
	ln -s /etc/passwd "$IMP_STATE_DIR/x/record"
	start_imp -n x -- "$PROBE" --no-report
	[[ -s /etc/passwd ]]
}

@test "garbage in a pidfile is no obstacle" {
	local text
	for text in '' x -1 0 1 99999999999999999999 '12 13' 0x10 +5 \
	    "$$$$$$" '\0' '5\0' '\n\n'; do
		# shellcheck disable=SC2059
		printf -- "$text" >pid
		start_imp -p pid -- "$PROBE" --no-report
		pid_in pid
		wait_gone "$(pid_in pid)"
		rm -r "$IMP_STATE_DIR"
	done
	head -c 100000 /dev/zero >pid
	start_imp -p pid -- "$PROBE" --no-report
	pid_in pid
}

@test "a pidfile that another program wrote for a live process refuses" {
	start "$PROBE" --wait --no-report
	echo "$started_pid" >pid
	run -75 --separate-stderr "$IMP" -p pid -- "$PROBE"
	[[ $stderr == "imp: already running as process $started_pid, says \
pidfile 'pid'" ]]
	[[ $(<pid) == "$started_pid" ]]
	[[ -z $(ls -A "$IMP_STATE_DIR") ]]
	# Without a newline, too, and with blanks.
	printf ' %s' "$started_pid" >pid
	run -75 "$IMP" -p pid -- "$PROBE"
	run -0 "$IMP" --idempotent -p pid -- "$PROBE"
}

@test "a pidfile that others could have written does not count" {
	need_root
	start "$PROBE" --wait --no-report
	echo "$started_pid" >pid
	chmod 666 pid
	start_imp -p pid -- "$PROBE" --wait --no-report
	[[ $(pid_in pid) != "$started_pid" ]]
	[[ $(stat -c %a pid) == 644 ]]
	echo "$started_pid" >theirs
	chown nobody theirs
	start_imp -p theirs -- "$PROBE" --wait --no-report
	[[ $(stat -c %U theirs) == root ]]
}

@test "a pidfile older than the process of its number does not count" {
	start "$PROBE" --wait --no-report
	echo "$started_pid" >pid
	touch -d '1 hour ago' pid
	start_imp -p pid -- "$PROBE" --wait --no-report
	[[ $(pid_in pid) != "$started_pid" ]]
}

@test "a state directory that others own or may write to is refused" {
	need_root
	mkdir theirs open
	chown nobody theirs
	chmod 777 open
	local dir
	for dir in theirs open; do
		run -125 --separate-stderr "$IMP" --state-dir "$dir" -n x -- \
		    "$PROBE" --report "$PWD/got"
		[[ $stderr == "imp: cannot use state directory '$dir': "* ]]
		[[ -z $(ls -A "$dir") ]]
	done
	[[ ! -e got ]]
}

# as_nobody [VARIABLE=VALUE...] COMMAND...: with no others than these.
as_nobody() {
	local clean=(env -i "PATH=$PATH")
	setpriv --reuid 65534 --regid 65534 --clear-groups \
	    "${clean[@]}" "$@" 3>&-
}

@test "records of an unprivileged user are where only that user writes" {
	! is_sanitized || return 0
	need_root
	chmod 755 .
	mkdir home run
	chown 65534:65534 home run
	cp "$IMP" imp
	chmod 755 imp
	as_nobody "MARK=$PWD" XDG_RUNTIME_DIR="$PWD/run" HOME="$PWD/home" \
	    ./imp -n x -p "$PWD/run/pid" -- "$PROBE" --wait --no-report
	record_pid "$(pid_in run/pid)"
	[[ -d run/imp/x && $(stat -c %a run/imp) == 700 ]]
	as_nobody HOME="$PWD/home" ./imp -n x -p "$PWD/home/pid" -- \
	    "$PROBE" --wait --no-report
	record_pid "$(pid_in home/pid)"
	[[ -d home/.local/state/imp/x ]]
	run -75 as_nobody HOME="$PWD/home" ./imp -n x -- "$PROBE"
}

@test "without a place for records imp says what to set" {
	need_root
	chmod 755 .
	cp "$IMP" imp
	chmod 755 imp
	run -125 --separate-stderr as_nobody ./imp -n x -- "$PROBE"
	[[ $stderr == "imp: cannot tell where to keep records: set "* ]]
	run -125 --separate-stderr as_nobody HOME=relative ./imp -n x -- "$PROBE"
	# What keeps no record needs no place.
	as_nobody ./imp -- "$PROBE" --no-report
}

@test "records do not depend on the caller's umask" {
	(umask 077; start_imp -n x -- "$PROBE" --wait --no-report)
	[[ $(stat -c %a "$IMP_STATE_DIR" "$IMP_STATE_DIR/x" \
	    "$IMP_STATE_DIR/x/record") == $'755\n755\n644' ]]
}

@test "a state directory that cannot be had is refused, with the reason" {
	need strace
	mkdir -m 777 open
	chmod 777 open
	run -125 --separate-stderr "$IMP" --state-dir open -n x -- "$PROBE"
	[[ $stderr == "imp: cannot use state directory 'open': others may write"* ]]
	run -125 --separate-stderr strace -qq -o trace -e trace=mkdir,mkdirat \
	    -e inject=mkdir,mkdirat:error=EPERM \
	    "$IMP" --state-dir new/state -n x -- "$PROBE"
	[[ $stderr == "imp: cannot keep a record in 'new/state': Operation not "* ]]
	nothing_left
}
