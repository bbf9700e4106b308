#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# SPDX-FileCopyrightText: 2026 The imp authors

# What a start in exec mode returns, says, and leaves.

load helper

setup() {
	cd "$BATS_TEST_TMPDIR"
}

teardown() {
	stop_everything_started
}

# refused STATUS MESSAGE [ARG...]: imp says that, and leaves nothing.
refused() {
	local status_wanted=$1 message=$2
	shift 2
	run "-$status_wanted" --separate-stderr "$IMP" -n x -p "$PWD/pid" "$@"
	[[ -z $output ]]
	# shellcheck disable=SC2053
	[[ $stderr == $message ]] || fail "$stderr"
	left_nothing
}

left_nothing() {
	[[ ! -e pid && ! -L pid ]]
	[[ -z $(find . -name '.pid*') ]]
	[[ ! -e $IMP_STATE_DIR || -z $(ls -A "$IMP_STATE_DIR") ]]
	nothing_left
}

@test "a start returns 0 when the target runs" {
	start_imp -p pid -- "$PROBE" --wait --no-report
	alive "$(pid_in pid)"
	[[ $(readlink "/proc/$(pid_in pid)/exe") == "$PROBE" ]]
}

@test "a command that is not there is 127" {
	refused 127 "imp: cannot find '/no/such/command'" /no/such/command
	refused 127 "imp: cannot find './nope'" ./nope
	refused 127 "imp: cannot find 'no-such-command' in PATH" no-such-command
	: >file
	refused 127 "imp: cannot find './file/x'" ./file/x
}

@test "a command that cannot be executed is 126" {
	printf 'no program\n' >text
	chmod 755 text
	refused 126 "imp: cannot execute './text': Exec format error" ./text
	: >plain
	refused 126 "imp: cannot execute './plain': Permission denied" ./plain
	mkdir directory
	refused 126 "imp: cannot execute './directory': Permission denied" \
	    ./directory
	ln -s loop loop
	refused 126 "imp: cannot execute './loop': Too many levels of *" ./loop
}

@test "a missing interpreter is named" {
	printf '#!/no/such/interpreter -x\n' >script
	chmod 755 script
	refused 126 "imp: cannot execute './script': its interpreter \
'/no/such/interpreter' was not found" ./script
	printf '#!/bin/sh\r\n' >dos
	chmod 755 dos
	refused 126 "imp: cannot execute './dos': its interpreter '/bin/sh\\\\x0d'\
 was not found" ./dos
}

@test "arguments that are too long are 126" {
	local long
	long=$(printf '%0200000d' 0)
	run --separate-stderr "$PYTHON" -c 'import os, subprocess, sys
imp, probe = sys.argv[1:]
sys.exit(subprocess.run([imp, "-E", "X=" + "x" * 100000, "-E",
    "Y=" + "y" * 100000, "--limit", "stack=100K", "-n", "x", "--", probe]
    + ["z"] * 1000).returncode)' "$IMP" "$PROBE"
	[[ $status == 126 ]]
	[[ $stderr == "imp: cannot execute '$PROBE': Argument list too long" ]]
	left_nothing
}

@test "PATH is searched as a shell does" {
	mkdir one two
	: >one/tool
	printf '#!/bin/sh\necho two >%s/ran\n' "$PWD" >two/tool
	chmod 755 two/tool
	PATH=one:two:$PATH start_imp tool
	wait_until grep -q two ran
	run -126 --separate-stderr env PATH=one "$IMP" tool
	[[ $stderr == "imp: cannot execute 'tool': Permission denied" ]]
	rm ran
	(cd two && PATH=:/nowhere start_imp tool)
	wait_until grep -q two ran
}

@test "a text without #! is not handed to a shell" {
	printf 'touch %s/ran\n' "$PWD" >text
	chmod 755 text
	refused 126 "*: Exec format error" ./text
	[[ ! -e ran ]]
}

@test "each step that fails is told, and leaves nothing" {
	need_root
	refused 125 "imp: cannot change directory to 'nowhere': No such file *" \
	    -c nowhere -- "$PROBE"
	refused 125 "imp: cannot open 'nowhere/log': No such file or directory" \
	    -l nowhere/log -- "$PROBE"
	refused 125 "imp: cannot open 'nowhere': No such file or directory" \
	    -i nowhere -- "$PROBE"
	refused 125 "imp: cannot find user 'no-such-user'" \
	    -u no-such-user -- "$PROBE"
	refused 125 "imp: cannot find group 'no-such-group'" \
	    -g no-such-group -- "$PROBE"
	refused 125 "imp: cannot set the processors to run on: *" \
	    --cpus 1000 -- "$PROBE"
	refused 125 "imp: cannot change root to 'nowhere': *" \
	    --chroot nowhere -- "$PROBE"
	refused 125 "imp: cannot set limit 'nofile': *" \
	    --limit nofile=unlimited -- "$PROBE"
}

@test "a pidfile that cannot be written is told, and leaves nothing" {
	mkdir d
	run -125 --separate-stderr "$IMP" -p d -- "$PROBE" --wait
	[[ $stderr == "imp: cannot write pidfile 'd': Is a directory" ]]
	left_nothing
	run -125 --separate-stderr "$IMP" -p no/pid -- "$PROBE" --wait
	[[ $stderr == "imp: cannot use pidfile 'no/pid': No such file or "* ]]
	left_nothing
}

@test "bad usage is 2, starts nothing, and points to the help" {
	local bad
	for bad in --no-such-option --name= --nice=x --umask=9 --name=a/b \
	    --name=.. "--name=a"$'\n'"b" "--name=$(printf '%04096d' 0)" \
	    --nice=20 --user= --limit=nofile --keep-fd=2 --cpus=x; do
		run -2 --separate-stderr "$IMP" "$bad" -- "$PROBE" --report got
		[[ $stderr == *"Try 'imp --help'"* ]] || fail "$bad: $stderr"
	done
	run -2 "$IMP"
	run -2 "$IMP" --
	run -2 "$IMP" ''
	[[ ! -e got ]]
	left_nothing
}

@test "--test checks everything and starts nothing" {
	start_imp --test -n x -p pid -l log -- "$PROBE" --report "$PWD/got"
	[[ ! -e got && ! -e log ]]
	left_nothing
	refused 127 "imp: cannot find '/nope'" --test /nope
	refused 126 "*: Permission denied" --test /etc/passwd
	start_imp -n x -- "$PROBE" --wait --no-report
	run -75 "$IMP" --test -n x -- "$PROBE"
}

@test "--explain prints the spec and starts nothing" {
	run -0 "$IMP" --explain -n x -p pid -- "$PROBE" --report "$PWD/got"
	[[ $output == *"name=x"* ]]
	[[ ! -e got ]]
	left_nothing
}

@test "--idempotent makes success of what runs already" {
	start_imp -n x -- "$PROBE" --wait --no-report
	run -75 --separate-stderr "$IMP" -n x -- "$PROBE"
	[[ $stderr == "imp: 'x' is already running as process "*" since "* ]]
	run -0 --separate-stderr "$IMP" --idempotent -n x -- "$PROBE"
	[[ $stderr == "imp: 'x' is already running as process "* ]]
	run -0 --separate-stderr "$IMP" -q --idempotent -n x -- "$PROBE"
	[[ -z $stderr ]]
	local pids
	mapfile -t pids < <(left_behind)
	[[ ${#pids[@]} -eq 1 ]]
}

@test "a start says nothing unless --verbose, and --quiet hides no errors" {
	run -0 --separate-stderr start_imp -n x -- "$PROBE" --no-report
	[[ -z $output$stderr ]]
	run -0 --separate-stderr start_imp -v -p pid -- "$PROBE" --wait \
	    --no-report
	[[ $stderr == "imp: started as process $(pid_in pid)" ]]
	run -127 --separate-stderr "$IMP" -q /nope
	[[ $stderr == "imp: cannot find '/nope'" ]]
}

@test "names in messages cannot drive a terminal" {
	run -127 --separate-stderr "$IMP" $'/no\e[31m\n\x7f'
	[[ $stderr == "imp: cannot find '/no\\x1b[31m\\x0a\\x7f'" ]]
}

@test "paths are relative to the caller's directory" {
	mkdir sub
	cp "$PROBE" sub/probe
	(cd sub && start_imp -c /usr -p pid -l log -- ./probe --wait)
	alive "$(pid_in sub/pid)"
	wait_until grep -q '^env=' sub/log
	[[ $(report sub/log cwd) == /usr ]]
	(cd sub && start_imp -c .. -o ./log2 -i ./log -- probe --no-report) || :
	(cd sub && PATH=. start_imp -c .. -o ./log2 -i log -- probe)
	wait_until grep -q '^env=' sub/log2
	[[ $(report sub/log2 cwd) == "$PWD" ]]
	[[ $(report sub/log2 fd.0) == "$PWD/sub/log" ]]
}

@test "the caller's pipe ends when the caller does" {
	# As ssh waits for the end of what it started.
	run timeout 30 bash -c '"$1" -p pid -- "$2" --wait --no-report 2>&1 |
	    cat' sh "$IMP" "$PROBE" 3>&-
	[[ $status == 0 && -z $output ]]
	alive "$(pid_in pid)"
}

@test "it does not matter that the parent is process 1" {
	need_root
	unshare --pid --fork --mount-proc "$IMP" -- "$PROBE" --no-report 3>&-
	# The end of process 1 ends the namespace; so a shell stays.
	unshare --pid --fork --mount-proc --kill-child sh -c '"$@" &&
	    read -r pid <pid && cut -d " " -f 4 "/proc/$pid/stat" >parent' \
	    sh "$IMP" -p pid -- "$PROBE" --wait --no-report 3>&-
	[[ $(<parent) == 1 ]]
}

@test "it does not matter that an ancestor is a subreaper" {
	"$PYTHON" -c 'import ctypes, os, sys
ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)
pid = os.fork()
if pid == 0: os.execv(sys.argv[1], sys.argv[1:])
assert os.waitpid(pid, 0)[1] == 0
assert os.wait()[1] == 0' "$IMP" -- "$PROBE" --report "$PWD/got" 3>&-
	[[ -e got ]]
}

@test "as from cron: no terminal, few variables, stdin a pipe" {
	: | env -i IMP_STATE_DIR="$IMP_STATE_DIR" PATH=/usr/bin:/bin \
	    setsid -w "$IMP" -n x -- "$PROBE" --wait --report "$PWD/got" 3>&-
	wait_until test -e got
	[[ $(report got fd.0) == /dev/null ]]
	run -75 "$IMP" -n x -- "$PROBE"
}

@test "the pidfile holds the target's number, is 0644, and the starter's" {
	(umask 077; start_imp -p pid -- "$PROBE" --wait --report "$PWD/got")
	wait_until test -e got
	[[ $(pid_in pid) == "$(report got pid)" ]]
	[[ $(stat -c '%a %u %g' pid) == "644 $(id -u) $(id -g)" ]]
	[[ $(od -An -c pid | tail -n 1) == *'\n' ]]
}

@test "the pidfile is root's even if the target is not" {
	need_root
	start_imp -p pid -u nobody -- "$PROBE" --wait --no-report
	[[ $(stat -c '%a %u %g' pid) == "644 0 0" ]]
	[[ $(process_uid "$(pid_in pid)") == 65534 ]]
}

process_uid() {
	stat -c %u "/proc/$1"
}

@test "whoever looks at a pidfile sees none or a complete one" {
	start "$PYTHON" -c 'import os
open("watching", "w").close()
while not os.path.exists("enough"):
    try: text = open("pid").read()
    except FileNotFoundError: continue
    if not (text.endswith("\n") and text[:-1].isdigit()):
        open("bad", "w").write(text)'
	wait_until test -e watching
	local i
	for i in {1..40}; do
		start_imp -p pid -- "$PROBE" --no-report
		pid_in pid
		wait_gone "$(pid_in pid)"
	done
	: >enough
	wait_gone "$started_pid"
	[[ ! -e bad ]]
}

@test "a pidfile replaces a link, a FIFO or a hard link and follows none" {
	echo precious >target
	ln -s target link
	ln target hard
	mkfifo fifo
	ln -s nowhere dangling
	local name
	for name in link hard fifo dangling; do
		start_imp -p "$name" -- "$PROBE" --wait --no-report
		[[ -f $name && ! -L $name ]]
		pid_in "$name"
	done
	[[ $(<target) == precious ]]
	[[ ! -e nowhere ]]
	[[ -z $(find . -name '.[lhfd]*') ]]
}

@test "a pidfile where everyone may replace files is refused" {
	mkdir -m 777 open
	chmod 777 open
	for option in --pidfile --supervisor-pidfile; do
		run -125 --separate-stderr "$IMP" $option open/pid -- "$PROBE"
		[[ $stderr == "imp: cannot use pidfile 'open/pid': everyone "* ]] ||
			fail "$stderr"
	done
	chmod 1777 open
	start_imp -p open/pid -- "$PROBE" --wait --no-report
	pid_in open/pid
}

@test "a directory reached by somebody else's link is refused" {
	need_root
	mkdir -m 1777 theirs mine
	chmod 1777 theirs
	ln -s "$PWD/mine" theirs/link
	chown -h nobody theirs/link
	run -125 --separate-stderr "$IMP" -p theirs/link/pid -- "$PROBE"
	[[ $stderr == "imp: cannot use pidfile 'theirs/link/pid': "* ]]
	run -125 --separate-stderr "$IMP" -l theirs/link/log -- "$PROBE"
	run -125 --separate-stderr "$IMP" -n x --state-dir theirs/link/state -- \
	    "$PROBE"
	[[ -z $(ls -A mine) ]]
	chown -h root theirs/link
	start_imp -p theirs/link/pid -- "$PROBE" --wait --no-report
	pid_in mine/pid
}

@test "an output file is made 0640, or as --log-mode says" {
	(umask 0; start_imp -l one -- "$PROBE" --out x)
	wait_until grep -q x one
	[[ $(stat -c %a one) == 640 ]]
	(umask 077; start_imp -l two --log-mode 0664 -- "$PROBE" --out x)
	[[ $(stat -c %a two) == 664 ]]
}

@test "an output file is added to, or with --truncate emptied" {
	echo old >log
	start_imp -l log -- "$PROBE" --out new --err also
	wait_until grep -qx newalso log
	[[ $(head -n 1 log) == old ]]
	start_imp -l log --truncate -- "$PROBE" --out fresh
	wait_until grep -qx fresh log
	[[ $(<log) == fresh ]]
	start_imp -o out -e err -- "$PROBE" --out o --err e
	wait_until grep -q e err
	[[ $(<out) == o && $(<err) == e ]]
}

@test "output is not written through links, FIFOs or to others' files" {
	echo precious >target
	ln -s target link
	run -125 --separate-stderr "$IMP" -l link -- "$PROBE"
	[[ $stderr == "imp: cannot open 'link': it is a symbolic link, "* ]]
	ln target hard
	run -125 --separate-stderr "$IMP" --truncate -l hard -- "$PROBE"
	[[ $stderr == "imp: cannot open 'hard': it is a file with several "* ]]
	[[ $(<target) == precious ]]
	mkfifo fifo
	run -125 --separate-stderr timeout 60 "$IMP" -l fifo -- "$PROBE"
	[[ $stderr == "imp: cannot open 'fifo': it is neither a file nor "* ]]
	exec 9<>fifo
	run -125 --separate-stderr timeout 60 "$IMP" -l fifo -- "$PROBE"
	[[ $stderr == "imp: cannot open 'fifo': it is neither a file nor "* ]]
	exec 9<&-
	mkdir -m 777 open
	chmod 777 open
	run -125 --separate-stderr "$IMP" -l open/log -- "$PROBE"
	[[ $stderr == "imp: cannot open 'open/log': everyone may replace "* ]]
	run -125 --separate-stderr "$IMP" -l . -- "$PROBE"
	nothing_left
}

@test "an output file of another user is refused, the target's is not" {
	need_root
	echo theirs >log
	chown 54321 log
	run -125 --separate-stderr "$IMP" --truncate -l log -- "$PROBE"
	[[ $stderr == "imp: cannot open 'log': it belongs to another user" ]]
	[[ $(<log) == theirs ]]
	start_imp -u 54321:54321 -l log -- "$PROBE" --out more
	wait_until grep -q more log
}

@test "output files are opened with the caller's rights, not the target's" {
	need_root
	mkdir -m 700 private
	start_imp -u nobody -l private/log -p private/pid -- "$PROBE" --out x \
	    --wait
	wait_until grep -q x private/log
	[[ $(process_uid "$(pid_in private/pid)") == 65534 ]]
}

@test "a FIFO as standard input does not keep the start waiting" {
	mkfifo fifo
	timeout 60 "$IMP" -i fifo -p pid -- "$PROBE" --wait --report \
	    "$PWD/got" 3>&-
	wait_until test -e got
	[[ $(report got fd.0.mode) == r ]]
}

@test "--foreground becomes the command and has its status" {
	run -7 "$IMP" -f -- "$PROBE" --exit 7
	run -0 "$IMP" -f -p pid -- "$PROBE" --out hello
	[[ $output == hello ]]
	echo input | {
		run -0 "$IMP" -f -- cat
		[[ $output == input ]]
	}
	refused 127 "imp: cannot find '/nope'" -f /nope
	refused 125 "imp: cannot change directory to '/nope': *" -f -c /nope -- \
	    "$PROBE"
}

@test "--foreground that fails undoes what it did, whatever it gave up" {
	need_root
	local options
	mkdir new theirs
	chown nobody theirs
	for options in '--chroot new' '--caps none' '-u nobody' \
	    '--chroot new -u nobody --caps net_admin --no-new-privs'; do
		# shellcheck disable=SC2086
		refused 127 "imp: cannot find '/nope'" -f -n x -p theirs/pid \
		    $options /nope
		[[ ! -e theirs/pid && ! -e state/x ]] || fail "$options"
	done
	start_imp -n x -p theirs/pid -- "$PROBE" --wait --no-report
	pid_in theirs/pid
}

@test "a full standard output is noticed" {
	local what
	for what in --help --version "--explain true"; do
		# shellcheck disable=SC2086
		run -1 --separate-stderr bash -c '"$@" >/dev/full' sh "$IMP" $what
		[[ $stderr == "imp: cannot write to standard output: No space"* ]]
	done
}

# calls [ARG...]: how many system calls a start makes, all processes together.
calls() {
	strace -f -qq -o trace "$IMP" "$@" 3>&-
	grep -c '^[0-9]* *[a-z0-9_]*(' trace
}

@test "a plain start makes no more than 80 system calls" {
	! is_sanitized || return 0
	need strace
	local n
	n=$(calls -- "$PROBE" --no-report)
	# Those of the target do not count.
	n=$((n - $(own_calls)))
	((n > 20 && n <= 80)) || fail "$n calls"
}

own_calls() {
	local pid
	pid=$(awk '/execve\(/ { pid = $1 } END { print pid }' trace)
	awk -v pid="$pid" '$1 == pid && seen { n++ }
	    $1 == pid && /execve\(/ { seen = 1 } END { print n + 0 }' trace
}

@test "a plain start has no more than 75 page faults" {
	local n limit=75
	# A dynamic loader, and a sanitizer even more so, have their own.
	! readelf -lW "$IMP" | grep -q INTERP || limit=20000
	n=$("$PYTHON" -c 'import os, resource, subprocess, sys
def faults():
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_minflt
counts = []
for i in range(5):
    before = faults()
    pid = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ)
    assert os.waitpid(pid, 0)[1] == 0
    counts.append(faults() - before)
print(min(counts))' "$IMP" -- "$PROBE" --no-report 3>&-)
	((n > 0 && n <= limit)) || fail "$n page faults"
}
