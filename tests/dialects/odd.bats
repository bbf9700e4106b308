#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# SPDX-FileCopyrightText: 2026 The imp authors

load dialects

# What no script asks for, of all dialects alike.

names='daemonize start-stop-daemon daemon-freebsd daemon-libslack tini
    dumb-init catatonit'

# answers STATUSES COMMAND [ARG...]: it exits with one of these.
answers() {
	status=0
	output=$("${@:2}" 2>&1 3>&-) || status=$?
	[[ " $1 " == *" $status "* ]] || fail "${*:2}: $status: $output"
}

@test "odd: no dialect falls over odd arguments" {
	local name huge
	huge=$(printf '%0100000d' 7)
	for name in $names; do
		answers '1 3' "links/$name" ''
		answers '1 2 3 127' "links/$name" ' ' -- ''
		answers '1 2 3 126 127' "links/$name" "$huge"
		answers '1 2 3 127' "links/$name" $'no\nsuch\e[2J%s%n%p'
		[[ $output != *$'\e'* ]]
		answers '1 3' "links/$name" --explain --
		answers '1 3' bash -c 'exec -a "" "$1" --as="$2"' bash \
		    "$IMP" "$name"
		answers 0 bash -c 'exec -a "/$1/" "$2" true' bash "$name" "$IMP"
	done
}

@test "odd: ten thousand options are read, and the last one counts" {
	many() {
		local i
		for ((i = 0; i < 10000; i++)); do
			printf '%s\0' "$@"
		done
	}
	# lots OPTION VALUE LAST: of a command line that explains itself.
	lots() {
		many "$2" | xargs -0 -x -s 1000000 bash -c 'name=$1 last=$2
			shift 2
			exec "links/$name" --explain "$@" $last' \
		    bash "$1" "$3"
	}
	run -0 lots daemonize -c/usr '-c /tmp /bin/true'
	grep -qx 'chdir="\?/tmp"\?' <<<"$output"
	run -0 lots start-stop-daemon -d/usr '-d /tmp -S -x /bin/true'
	grep -qx 'chdir="\?/tmp"\?' <<<"$output"
	run -0 lots daemon-freebsd -Tx '-T y true'
	grep -qx log-tag=y <<<"$output"
	run -0 lots daemon-libslack -eA=1 '-U -D /tmp true'
	grep -qx chdir=/tmp <<<"$output"
	[[ $(grep -c env=A=1 <<<"$output") -ge 1 ]]
	run -0 lots tini -e3 '-g true'
	grep -q '^forward=group,' <<<"$output"
	run -0 lots dumb-init -r15:3 '-r 15:2 true'
	grep -q '^forward=.*TERM=INT' <<<"$output"
	run -0 lots catatonit -g true
	grep -q '^forward=group,' <<<"$output"
}

# As under a first process that never waits for what it inherits.
@test "odd: difference: what is a zombie has stopped, in each dialect" {
	need_root
	cat >first <<-END
		import os, signal, subprocess, sys
		probe = sys.argv[1]
		def call(*args):
		    return subprocess.run(args, stderr=subprocess.DEVNULL).returncode
		def zombie(path):
		    pid = int(open(path).read())
		    os.kill(pid, signal.SIGKILL)
		    while open(f"/proc/{pid}/stat").read().split()[2] != "Z":
		        pass
		def twice(name, files, *args):
		    tool = f"links/{name}"
		    for i in 1, 2:
		        assert call(tool, *args) == 0, (name, i)
		        assert call(tool, *args) in (1, 3), name
		        for path in files:
		            zombie(path)
		here = os.getcwd()
		twice("daemonize", ["a.pid"], "-p", here + "/a.pid", probe, "--wait")
		twice("daemonize", ["b.pid"], "-l", here + "/b.lock",
		    probe, "--pidfile", here + "/b.pid", "--no-report", "--wait")
		twice("start-stop-daemon", ["c.pid"], "-S", "-q", "-b", "-m",
		    "-p", "c.pid", "-x", probe, "--", "--wait")
		twice("daemon-freebsd", ["s.pid", "d.pid"], "-f", "-P", "s.pid",
		    "-p", "d.pid", probe, "--wait")
		twice("daemon-libslack", ["x.pid", "x.clientpid"], "-U", "-n", "x",
		    "-P", here, "--", probe, "--wait")
		assert call("links/daemon-libslack", "-n", "x", "-P", here,
		    "--running") == 1
		print("all of them")
	END
	run unshare --pid --fork --mount-proc --kill-child \
	    "$PYTHON" first "$PROBE" 3>&-
	[[ $output == "all of them" ]] || fail "$output"
}
