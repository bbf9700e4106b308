#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# SPDX-FileCopyrightText: 2026 The imp authors

# What a target inherits, in exec mode: the probe tells.

load helper

setup() {
	cd "$BATS_TEST_TMPDIR"
	# Other users write their reports here.
	mkdir -m 1777 out
}

teardown() {
	stop_everything_started
}

# reported [OPTION...]: start the probe with these; its report is in "got".
reported() {
	rm -f out/got
	start_imp "$@" -- "$PROBE" --report "$PWD/out/got"
	wait_until test -e out/got
	cp out/got got
}

# by_python CODE [ARG...]: a caller that the shell cannot be.
by_python() {
	"$PYTHON" - "${@:2}" 3>&- <<<"import os, resource, signal, sys
$1"
}

clean() {
	[[ $(report got fds) == "0 1 2" ]] || fail "$(report got fds)"
	[[ $(report got fd.0) == /dev/null ]]
	[[ $(report got fd.0.mode) == r* ]]
	[[ -z $(report got signal.blocked)$(report got signal.ignored) ]]
	[[ -z $(report got signal.handled)$(report got signal.pending) ]]
}

@test "a plain start has three descriptors, all of them /dev/null" {
	reported
	clean
	[[ $(report got fd.1) == /dev/null ]]
	[[ $(report got fd.2) == /dev/null ]]
	[[ $(report got 'fd\.[012].mode') == *[rw]* ]]
	[[ $(report got 'fd\.[012].mode') != *cloexec* ]]
}

@test "it does not matter which of 0, 1 and 2 the caller has closed" {
	local which
	for which in 0 1 2 01 02 12 012; do
		rm -f out/got
		by_python '
for fd in sys.argv[1]: os.close(int(fd))
os.execv(sys.argv[2], sys.argv[2:])' "$which" \
		    "$IMP" -n "n$which" -- "$PROBE" --report "$PWD/out/got"
		wait_until test -e out/got
		cp out/got got
		clean
	done
}

@test "with 0, 1 and 2 closed, --foreground has /dev/null there" {
	by_python '
os.closerange(0, 3)
os.execv(sys.argv[1], sys.argv[1:])' "$IMP" -f -- "$PROBE" \
	    --report "$PWD/out/got"
	[[ $(report out/got fds) == "0 1 2" ]]
	[[ $(report out/got 'fd\.[012]') == \
	    $'/dev/null\n/dev/null\n/dev/null' ]]
}

@test "none of 10,000 descriptors gets through" {
	by_python '
hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
most = min(hard, 20000)
resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
fd = os.open("/dev/zero", os.O_RDONLY)
for i in range(min(10000, most - 100)):
    os.set_inheritable(os.dup(fd), True)
os.execv(sys.argv[1], sys.argv[1:])' "$IMP" -- "$PROBE" \
	    --report "$PWD/out/got"
	wait_until test -e out/got
	cp out/got got
	clean
}

@test "descriptors above a limit that was lowered do not get through" {
	by_python '
fd = os.open("/dev/zero", os.O_RDONLY)
os.dup2(fd, 900)
resource.setrlimit(resource.RLIMIT_NOFILE, (40, 40))
os.execv(sys.argv[1], sys.argv[1:])' "$IMP" --limit nofile=30 -- "$PROBE" \
	    --report "$PWD/out/got"
	wait_until test -e out/got
	cp out/got got
	clean
	[[ $(report got limit.nofile) == 30:30 ]]
}

@test "--keep-fd lets exactly these descriptors through" {
	exec 7</dev/zero 8</dev/zero 9</dev/zero
	reported --keep-fd 7,9
	exec 7<&- 8<&- 9<&-
	[[ $(report got fds) == "0 1 2 7 9" ]]
	[[ $(report got fd.7) == /dev/zero ]]
	[[ $(report got fd.7.mode) == r ]]
}

@test "--keep-fd of a descriptor that is not open is refused" {
	run -125 --separate-stderr "$IMP" --keep-fd 77 -- "$PROBE" 77>&-
	[[ $stderr == *"77"* ]]
	nothing_left
}

@test "standard input can be read to its end at once" {
	start_imp -o "$PWD/text" -- sh -c 'cat; echo end'
	wait_until grep -q end text
	[[ $(<text) == end ]]
}

@test "signals that the caller ignores are default in the target" {
	by_python '
for n in range(1, 65):
    try: signal.signal(n, signal.SIG_IGN)
    except (OSError, ValueError): pass
os.execv(sys.argv[1], sys.argv[1:])' "$IMP" -- "$PROBE" \
	    --report "$PWD/out/got"
	wait_until test -e out/got
	cp out/got got
	clean
}

# raw_signals: as above, with those that the C library keeps to itself.
raw_signals() {
	by_python '
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
if os.uname().machine == "x86_64":
    action, mask = 13, 14
else:
    action, mask = 134, 135
for n in range(1, 65):
    if n not in (9, 19):
        libc.syscall(action, n, (ctypes.c_ulong * 4)(1, 0, 0, 0), None, 8)
libc.syscall(mask, 2, (ctypes.c_ulong * 1)(2**64 - 1), None, 8)
os.execv(sys.argv[1], sys.argv[1:])' "$@"
}

@test "all 64 signals ignored and blocked are default in the target" {
	raw_signals "$IMP" -- "$PROBE" --report "$PWD/out/got"
	wait_until test -e out/got
	cp out/got got
	clean
}

@test "with --foreground signals are as the caller had them" {
	! is_sanitized || return 0
	raw_signals "$PROBE" --report "$PWD/out/want"
	raw_signals "$IMP" -f -- "$PROBE" --report "$PWD/out/got"
	[[ $(report out/got signal.ignored) == \
	    "$(report out/want signal.ignored)" ]]
	[[ $(report out/got signal.blocked) == \
	    "$(report out/want signal.blocked)" ]]
}

@test "blocked signals reach the target" {
	by_python '
signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))
os.execv(sys.argv[1], sys.argv[1:])' "$IMP" -p "$PWD/p" -- /bin/sh -c \
	    'kill -TERM $$; echo "still here" >survived'
	wait_until not alive "$(pid_in p)"
	[[ ! -e /survived ]]
}

@test "the target is in a session of its own that it does not lead" {
	reported
	local pid sid
	pid=$(report got pid)
	sid=$(report got sid)
	[[ $sid != "$pid" && $sid != "$(process_field $$ 6)" ]]
	[[ $(report got pgid) == "$sid" ]]
}

@test "the target has no controlling terminal and cannot get one" {
	rm -f out/got
	by_python '
import pty
def run(): os.execv(sys.argv[1], sys.argv[1:])
pid, master = pty.fork()
if pid == 0: run()
while True:
    try:
        if not os.read(master, 1000): break
    except OSError: break
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))' "$IMP" -- \
	    "$PROBE" --steal-tty --report "$PWD/out/got"
	wait_until test -e out/got
	cp out/got got
	[[ $(report got tty) == none ]]
	[[ $(report got tty.stolen) == no ]]
	clean
}

@test "the directory is / and the umask 022, whatever the caller has" {
	(umask 077; reported)
	[[ $(report got cwd) == / ]]
	[[ $(report got umask) == 0022 ]]
	(umask 0; reported --umask 027 -c out)
	[[ $(report got cwd) == "$PWD/out" ]]
	[[ $(report got umask) == 0027 ]]
}

@test "a caller whose directory is gone can start what has absolute paths" {
	mkdir gone
	(
		cd gone
		rmdir ../gone
		start_imp -- "$PROBE" --report "$BATS_TEST_TMPDIR/out/got"
		run -125 --separate-stderr "$IMP" -p p -- "$PROBE"
		[[ $stderr == "imp: cannot tell where 'p' is: "* ]]
		run -125 --separate-stderr "$IMP" -n x --state-dir s -- "$PROBE"
		[[ $stderr == "imp: cannot tell where 's' is: "* ]]
	)
	wait_until test -e out/got
}

@test "without arguments at all imp says how it is used" {
	need_root
	run -2 --separate-stderr "$BUILDDIR/tests/noargs" "$IMP"
	[[ $stderr == *"no command given"* ]]
}

@test "a hostile environment does no harm" {
	by_python '
import ctypes
libc = ctypes.CDLL(None)
names = [b"no_equals_sign", b"=empty", b"", b"=", b"A=1", b"A=2",
    b"HOME=/first", b"HOME=/second", b"X=" + b"x" * 100000,
    b"IMP_STATE_DIR=" + os.environb[b"IMP_STATE_DIR"]]
names += [b"V%d=" % i + b"v" * 1000 for i in range(1000)]
argv = [a.encode() for a in sys.argv[1:]]
libc.execve(argv[0], (ctypes.c_char_p * (len(argv) + 1))(*argv, None),
    (ctypes.c_char_p * (len(names) + 1))(*names, None))' "$IMP" -E HOME=/mine \
	    -E V7=7 -- "$PROBE" --report "$PWD/out/got"
	wait_until test -e out/got
	[[ $(report out/got env | grep -c '^HOME=') -eq 1 ]]
	report out/got env | grep -qx HOME=/mine
	report out/got env | grep -qx V7=7
	report out/got env | grep -q '^V999=v'
	run ! grep -x 'env=no_equals_sign' out/got
}

# without_proc COMMAND [ARG...]: in a mount namespace where /proc is empty.
without_proc() {
	unshare -m sh -c 'mount --make-rprivate / &&
	    mount -t tmpfs none /proc && exec "$@"' sh "$@" 3>&-
}

@test "without /proc a plain start is as clean" {
	! is_sanitized || return 0
	need_root
	exec 7</dev/zero
	without_proc "$IMP" -- "$PROBE" --report "$PWD/out/got"
	exec 7<&-
	wait_until test -e out/got
	[[ $(report out/got fds) == "0 1 2" ]]
	[[ -z $(report out/got signal.ignored) ]]
}

@test "without /proc a record is refused, with the reason" {
	! is_sanitized || return 0
	need_root
	run -125 --separate-stderr without_proc "$IMP" -n x -- "$PROBE" --wait
	[[ $stderr == *"/proc"* ]]
	nothing_left
	[[ ! -e $IMP_STATE_DIR/x ]]
}

@test "RLIMIT_NPROC that hinders the exec is told" {
	need_root
	cp "$PROBE" probe
	chmod 755 probe .
	start setpriv --reuid 54321 --regid 54321 --clear-groups "$PROBE" --wait
	wait_until eval '[[ $(process_uid '"$started_pid"') == 54321 ]]'
	run --separate-stderr "$IMP" -u 54321:54321 --limit nproc=0 -- \
	    "$PROBE" --no-report
	[[ $status == 126 ]]
	[[ $stderr == "imp: cannot execute '$PROBE': "* ]]
	nothing_left_but "$started_pid"
}

process_uid() {
	stat -c %u "/proc/$1"
}

nothing_left_but() {
	[[ $(left_behind) == "$1" ]]
}

@test "a low RLIMIT_NOFILE is no hindrance" {
	(ulimit -n 12; reported -l "$PWD/log" -p "$PWD/p")
	clean_log=$(report got fd.1)
	[[ $clean_log == "$PWD/log" ]]
}

# --- options of "as whom it runs"

@test "--user takes a name: ids, groups, and the way back is shut" {
	need_root
	reported -u nobody
	[[ $(report got uid) == "65534 65534 65534 65534" ]]
	[[ $(report got gid) == "65534 65534 65534 65534" ]]
	[[ $(report got groups) == 65534 ]]
	[[ $(report got 'caps\.[epia].*' | sort -u) == 0000000000000000 ]]
}

@test "--user takes a number with an entry, and the entry's groups" {
	need_root
	reported -u "$(id -u nobody)"
	[[ $(report got gid) == "65534 65534 65534 65534" ]]
	report got env | grep -qx USER=nobody
}

@test "--user takes a number without an entry only with a group" {
	need_root
	run -125 --separate-stderr "$IMP" -u 54321 -- "$PROBE"
	[[ $stderr == "imp: user '54321' has no entry, so its group must"* ]]
	USER=root LOGNAME=root SHELL=/bin/sh reported -u 54321:54322
	[[ $(report got uid) == "54321 54321 54321 54321" ]]
	[[ $(report got gid) == "54322 54322 54322 54322" ]]
	[[ -z $(report got groups) ]]
	run ! grep -E '^env=(USER|LOGNAME|SHELL)=' got
	report got env | grep -qx HOME=/
}

@test "a user or group that is not known is not run at all" {
	need_root
	local user
	for user in no-such-user 4294967295 -1 +0 0x0 '' ' 0' 99999999999 '0 '; do
		run --separate-stderr "$IMP" -u "$user" -- "$PROBE" \
		    --report "$PWD/out/got"
		[[ $status == 2 || $status == 125 ]] || fail "$user: $status"
		[[ -n $stderr ]]
		run --separate-stderr "$IMP" -u nobody -g "$user" -- "$PROBE" \
		    --report "$PWD/out/got"
		[[ $status == 2 || $status == 125 ]] || fail "$user: $status"
	done
	[[ ! -e out/got ]]
}

@test "--group and --groups say which groups" {
	need_root
	reported -u nobody -g daemon
	[[ $(report got gid) == "1 1 1 1" ]]
	reported -g 12345
	[[ $(report got uid) == "0 0 0 0" ]]
	[[ $(report got gid) == "12345 12345 12345 12345" ]]
	[[ -z $(report got groups) ]]
	reported -u nobody --groups daemon,7
	[[ $(report got groups) == "1 7" ]]
	reported -u nobody --groups none
	[[ -z $(report got groups) ]]
}

@test "HOME, USER, LOGNAME and SHELL are the user's, unless given" {
	need_root
	HOME=/root USER=root LOGNAME=root SHELL=/x reported -u nobody \
	    -E SHELL=/mine
	report got env | grep -qx USER=nobody
	report got env | grep -qx LOGNAME=nobody
	report got env | grep -qx "HOME=$(getent passwd nobody | cut -d: -f6)"
	report got env | grep -qx SHELL=/mine
	HOME=/as/it/was reported
	report got env | grep -qx HOME=/as/it/was
}

@test "--caps keeps exactly these, as another user and as root" {
	need_root
	reported -u nobody --caps net_bind_service
	[[ $(report got 'caps\.[epi].*' | sort -u) == 0000000000000400 ]]
	[[ $(report got caps.ambient) == 0000000000000400 ]]
	[[ $(report got uid) == "65534 65534 65534 65534" ]]
	reported --caps net_bind_service
	[[ $(report got caps.effective) == 0000000000000400 ]]
	[[ $(report got caps.bounding) == 0000000000000400 ]]
	reported --caps none
	[[ $(report got caps.effective) == 0000000000000000 ]]
}

@test "--no-new-privs is set when asked, and else not" {
	reported
	[[ $(report got no_new_privs) == 0 ]]
	reported --no-new-privs
	[[ $(report got no_new_privs) == 1 ]]
}

@test "capabilities of a caller with odd securebits do not survive --user" {
	need_root
	setpriv --securebits +no_setuid_fixup "$IMP" -u nobody -- \
	    "$PROBE" --report "$PWD/out/got" 3>&-
	wait_until test -e out/got
	[[ $(report out/got 'caps\.[epia].*' | sort -u) == 0000000000000000 ]]
}

@test "ambient capabilities of the caller do not survive --user" {
	need_root
	setpriv --inh-caps +net_raw --ambient-caps +net_raw "$IMP" -u nobody -- \
	    "$PROBE" --report "$PWD/out/got" 3>&-
	wait_until test -e out/got
	[[ $(report out/got 'caps\.[epia].*' | sort -u) == 0000000000000000 ]]
}

@test "a caller who may not change users starts nothing" {
	need_root
	run -125 --separate-stderr setpriv --reuid 65534 --regid 65534 \
	    --clear-groups "$IMP" -u daemon -- "$PROBE" --report "$PWD/out/got"
	[[ $stderr == "imp: cannot "*": Operation not permitted" ]]
	[[ ! -e out/got ]]
}

@test "a caller may ask for the user that it is already" {
	need_root
	setpriv --reuid 65534 --regid 65534 --clear-groups "$IMP" -u nobody -- \
	    "$PROBE" --report "$PWD/out/got" 3>&-
	wait_until test -e out/got
	[[ $(report out/got uid) == "65534 65534 65534 65534" ]]
}

@test "--chroot changes the root, then the directory within it" {
	need_root
	mkdir -p new/in new/etc
	cp "$PROBE" new/probe
	start_imp --chroot new -c in -l "$PWD/log" -- /probe
	wait_until grep -q '^env=' log
	[[ $(report log cwd) == /in ]]
	[[ $(report log fds) == "0 1 2" ]]
	start_imp --chroot new -u 54321:54321 -o "$PWD/log2" -- /probe
	wait_until grep -q '^env=' log2
	[[ $(report log2 cwd) == / ]]
	[[ $(report log2 uid) == "54321 54321 54321 54321" ]]
}

@test "in a new root, as out of it, what is missing is told" {
	need_root
	mkdir new
	run -127 --separate-stderr "$IMP" --chroot new -- /probe
	[[ $stderr == "imp: cannot find '/probe'" ]]
	run -125 --separate-stderr "$IMP" --chroot new -c /nope -- /probe
	[[ $stderr == "imp: cannot change directory to '/nope': No such file"* ]]
	run -125 --separate-stderr "$IMP" --chroot nowhere -- /probe
	[[ $stderr == "imp: cannot change root to 'nowhere': No such file"* ]]
}

# --- options of "in what surroundings"

@test "--env sets, overrides and, with --clear-env, keeps" {
	A=1 B=2 reported -E A=one -E NEW= -E 'ODD=a b=c'
	report got env | grep -qx A=one
	report got env | grep -qx B=2
	report got env | grep -qx NEW=
	report got env | grep -qx 'ODD=a b=c'
	A=1 B=2 reported --clear-env -E IMP_STATE_DIR -E A -E C=3
	[[ $(report got env | grep -v '^IMP_STATE_DIR=') == $'A=1\nC=3' ]]
}

@test "--env-file takes quotes, comments, export and blank lines" {
	cat >file <<-'EOT'
		# a comment
		   # another

		export EXPORTED=yes
		SINGLE='a "b" \n $c'
		DOUBLE="x \"y\" \\ 'z'"
		EMPTY=
		HASH=a#b
		B=from file
	EOT
	printf 'PLAIN=some words  \nTRAILED=blank \t \nLAST=no newline' >>file
	B=caller reported --env-file file -E PLAIN=given
	report got env | grep -qx PLAIN=given
	report got env | grep -qx EXPORTED=yes
	report got env | grep -qxF "SINGLE=a \"b\" \\x5cn \$c"
	report got env | grep -qxF "DOUBLE=x \"y\" \\x5c 'z'"
	report got env | grep -qx TRAILED=blank
	report got env | grep -qx EMPTY=
	report got env | grep -qx 'HASH=a#b'
	report got env | grep -qx 'B=from file'
	report got env | grep -qx 'LAST=no newline'
}

@test "--env-file tells in which line it is wrong" {
	local line
	for line in 'no equals' '1X=2' '=x' 'A B=c' 'Q="open' "Q='a' b"; do
		printf '# one\nGOOD=1\n%s\n' "$line" >file
		run -125 --separate-stderr "$IMP" --env-file file -- "$PROBE"
		[[ $stderr == "imp: cannot read 'file': line 3 is not"* ]] ||
			fail "$line: $stderr"
	done
	run -125 --separate-stderr "$IMP" --env-file nowhere -- "$PROBE"
	[[ $stderr == "imp: cannot read 'nowhere': No such file or directory" ]]
	mkfifo fifo
	run --separate-stderr "$IMP" --env-file fifo -- "$PROBE" --no-report
	((status != 124))
}

@test "--limit sets soft and hard limits" {
	reported --limit nofile=100:200 --limit core=0,cpu=1h
	[[ $(report got limit.nofile) == 100:200 ]]
	[[ $(report got limit.core) == 0:0 ]]
	[[ $(report got limit.cpu) == 3600:3600 ]]
}

@test "a limit that cannot be set stops the start, and is named" {
	need_root
	run -125 --separate-stderr setpriv --reuid 65534 --regid 65534 \
	    --clear-groups prlimit --nofile=100:100 "$IMP" \
	    --limit nofile=200 -- "$PROBE"
	[[ $stderr == "imp: cannot set limit 'nofile': Operation not"* ]]
}

@test "a limit of descriptors does not hinder what comes with it" {
	need_root
	exec 4</dev/null 5</dev/null 6</dev/null
	reported --limit nofile=5 --oom-score-adj 5
	[[ $(report got limit.nofile) == 5:5 ]]
	[[ $(report got oom_score_adj) == 5 ]]
}

@test "--nice, --ionice, --sched, --cpus and --oom-score-adj take effect" {
	need_root
	reported --nice 5 --ionice best-effort:7 --cpus 0 --oom-score-adj 123
	[[ $(report got nice) == 5 ]]
	[[ $(report got cpus) == 0 ]]
	[[ $(report got oom_score_adj) == 123 ]]
	[[ $(report got ioprio) == 2:7 ]]
	reported --sched batch
	[[ $(report got sched) == batch* ]]
	reported --nice -3
	[[ $(report got nice) == -3 ]]
}

@test "what may not be set stops the start, and is named" {
	need_root
	local as=(setpriv --reuid 65534 --regid 65534 --clear-groups)
	run -125 --separate-stderr "${as[@]}" "$IMP" --nice -5 -- "$PROBE"
	[[ $stderr == "imp: cannot set the nice value to -5: Permission"* ]]
	run -125 --separate-stderr "${as[@]}" "$IMP" --oom-score-adj -500 -- \
	    "$PROBE"
	[[ $stderr == "imp: cannot set oom_score_adj to -500: Permission"* ]]
	run -125 --separate-stderr "${as[@]}" "$IMP" --sched fifo -- "$PROBE"
	[[ $stderr == "imp: cannot set the scheduling policy: Operation"* ]]
	run -125 --separate-stderr "${as[@]}" "$IMP" --ionice realtime -- \
	    "$PROBE"
	[[ $stderr == "imp: cannot set the I/O priority: Operation not"* ]]
	run -125 --separate-stderr "$IMP" --cpus 1023 -- "$PROBE"
	[[ $stderr == "imp: cannot set the processors to run on: Invalid"* ]]
	run -125 --separate-stderr "${as[@]}" "$IMP" --chroot / -- "$PROBE"
	[[ $stderr == "imp: cannot change root to '/': Operation not"* ]]
	nothing_left
}

@test "--argv0 is what the target is told it was called as" {
	reported --argv0 -login
	[[ $(report got argv.0) == -login ]]
	reported
	[[ $(report got argv.0) == "$PROBE" ]]
}
