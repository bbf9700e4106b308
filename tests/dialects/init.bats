#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# SPDX-FileCopyrightText: 2026 The imp authors

load dialects

# What a script does that waits for signals.  One that comes just before it
# begins to wait is heard only after that.
be_there='while :; do read -r -t 0.1 <> <(:); done'

# As the first process of a pid namespace.
contained() {
	need_root
	exec unshare --pid --fork --mount-proc --kill-child "$@" 3>&-
}

@test "init dialects: what is understood" {
	run -0 explains tini -g -e 3 -e 143 -- true
	for line in foreground=yes supervise=yes kill=main inherit-fds=yes \
	    operand=true command-exits=3=0,143=0; do
		grep -qxF -- "$line" <<<"$output" || fail "$line"
	done
	grep -q '^forward=group,' <<<"$output"
	run ! grep -q '^chdir' <<<"$output"
	run -0 explains dumb-init -r 15:3 -r 1:0 true -x
	grep -q '^forward=.*TERM=QUIT' <<<"$output"
	grep -q '^forward=.*HUP=,' <<<"$output"
	grep -q '^forward=.*TSTP=STOP' <<<"$output"
	grep -qx session-leader=yes <<<"$output"
	grep -qx farewell=QUIT <<<"$output"
	run -0 explains dumb-init -c true
	run ! grep -q session-leader <<<"$output"
	run -0 env DUMB_INIT_SETSID=0 links/dumb-init --explain true
	run ! grep -q session-leader <<<"$output"
}

@test "init dialects: the command's status is theirs" {
	local init
	for init in 'tini --' dumb-init 'dumb-init -c' 'catatonit --'; do
		# shellcheck disable=SC2086
		for status in 0 1 7 75 124 125 126 127 255; do
			run -$status links/$init sh -c "exit $status"
		done
		# shellcheck disable=SC2086
		run -143 links/$init sh -c 'kill $$'
	done
	run -0 links/tini -e 3 -- sh -c 'exit 3'
	run -0 links/tini -e 143 -- sh -c 'kill $$'
}

@test "init dialects: what cannot be executed has the original's status" {
	touch plain
	run -127 links/tini -- nosuchcommand
	run -126 links/tini -- "$PWD/plain"
	run -2 links/dumb-init nosuchcommand
	run -2 links/dumb-init "$PWD/plain"
	run -1 links/catatonit -- nosuchcommand
	run -1 links/tini
	run -1 links/dumb-init
	run -1 links/catatonit
	run -1 links/tini -p TERM -- true
	run -1 links/dumb-init -r TERM:3 true
}

@test "init dialects: versions begin as scripts expect" {
	run -0 links/tini --version
	[[ $output == 'tini version '* ]]
	run -0 links/catatonit --version
	[[ $output == 'tini version '*_catatonit* ]]
	run -0 --separate-stderr links/dumb-init --version
	[[ $stderr == 'dumb-init v'* ]]
}

# reaches INIT SENT[=GOT]...: the command says what it got.  (What runs in the
# background of a script ignores INT and QUIT.)
reaches() {
	local init=$1
	shift
	rm -f got ready
	cat >trap.sh <<-END
		for signal in HUP USR1 USR2 TERM ALRM CONT WINCH; do
			trap "echo \$signal >>got" \$signal
		done
		: >ready
		$be_there
	END
	# shellcheck disable=SC2086
	start links/$init bash trap.sh
	wait_until test -e ready
	for signal; do
		kill -"${signal%%=*}" "$started_pid"
		wait_until grep -qx "${signal##*=}" got
	done
	kill -KILL "$started_pid"
	record_pid $(left_behind)
}

@test "init dialects: signals arrive, and are rewritten" {
	reaches 'tini --' HUP USR1 USR2 TERM ALRM WINCH
	reaches 'tini -g --' USR1 TERM
	reaches 'catatonit --' HUP TERM USR2
	reaches dumb-init HUP USR1 TERM
	reaches 'dumb-init -r 15:10 -r 12:14' TERM=USR1 USR2=ALRM
}

@test "init dialects: dumb-init ends what is left of its group" {
	start links/dumb-init sh -c '
		"$1" --pidfile left.pid --wait &
		while [ ! -s left.pid ]; do :; done; exit 3' sh "$PROBE"
	pid=$started_pid
	wait_until test -s left.pid
	status=0
	wait "$pid" || status=$?
	[[ $status == 3 ]]
	wait_gone "$(pid_in left.pid)"
}

@test "init dialects: as the first process, orphans are reaped" {
	local init
	for init in 'tini --' dumb-init 'catatonit --'; do
		# shellcheck disable=SC2086
		run -5 contained links/$init sh -c '
			i=0
			while [ $i -lt 20 ]; do
				(sh -c "exit 0" & exec true) & i=$((i + 1))
			done
			wait
			until ! grep -l "^State:.Z" /proc/[0-9]*/status; do
				:
			done >/dev/null 2>&1
			[ "$PPID" = 1 ] && exit 5'
	done
}

@test "init dialects: a child that needs time to finish gets it" {
	local init
	cat >finish.sh <<-END
		finish() {
			for i in {1..30000}; do :; done
			: >finished
			exit 9
		}
		trap finish TERM
		: >ready
		$be_there
	END
	for init in 'tini --' dumb-init 'catatonit --'; do
		rm -f ready finished
		# shellcheck disable=SC2086
		start contained links/$init bash finish.sh
		pid=$started_pid
		wait_until test -e ready
		kill -TERM "$(child_of "$pid")"
		status=0
		wait "$pid" || status=$?
		[[ $status == 9 && -e finished ]]
	done
}

child_of() {
	tr -d ' \n' <"/proc/$1/task/$1/children"
}

@test "init dialects: catatonit -P holds a place until TERM" {
	start links/catatonit -P
	wait_until grep -q 'SigCgt:.*[4-7c-f]...$' \
	    "/proc/$started_pid/status"
	kill -TERM "$started_pid"
	wait "$started_pid"
}

@test "init dialects: sockets that were passed are told by the new number" {
	run -0 bash -c 'export LISTEN_FDS=1 LISTEN_PID=$$
		exec 3</dev/null links/catatonit -- sh -c "echo \$LISTEN_PID \$\$"'
	[[ ${output% *} == "${output#* }" ]]
}

@test "init dialects: difference: tini needs no -- before an option" {
	run -3 links/tini sh -c 'exit 3'
}

@test "init dialects: the same status as the original" {
	local init
	need tini dumb-init catatonit
	touch plain
	for init in 'tini -s' dumb-init catatonit; do
		# shellcheck disable=SC2086
		table same_status $init <<-'END'
			-- true
			-- sh -c 'exit 9'
			-- sh -c 'kill -9 $$'
			-- nosuchcommand
			-- "$BATS_TEST_TMPDIR/plain"
			-- /tmp

			-Z
			-h
		END
	done
	table same_status <<-'END'
		tini --version
		tini -l
		tini -Z
		tini -p
		tini -p TERM -- true
		tini -p sigterm -- true
		tini -p 15 -- true
		tini -p SIGRTMIN -- true
		tini -s -p SIGTERM -- true
		tini -s -e 3 -- sh -c 'exit 3'
		tini -s -e 3 -e 4 -- sh -c 'exit 4'
		tini -s -e 143 -- sh -c 'kill $$'
		tini -s -e 0 -- sh -c 'exit 3'
		tini -s -e 256 -- true
		tini -s -e -1 -- true
		tini -s -e x -- true
		tini -swgvv -e3 -- sh -c 'exit 3'
		env TINI_SUBREAPER= TINI_KILL_PROCESS_GROUP= tini -- true
		dumb-init -V
		dumb-init --foo true
		dumb-init -c true
		dumb-init --single-child -v sh -c 'exit 3'
		dumb-init -r
		dumb-init -r 15:3 -- true
		dumb-init --rewrite=15:3 true
		dumb-init -r 31:31 true
		dumb-init -r 0:3 true
		dumb-init -r 32:3 true
		dumb-init -r 15:32 true
		dumb-init -r 15:-1 true
		dumb-init -r 15: true
		dumb-init -r :15 true
		dumb-init -r 15 true
		dumb-init -r '' true
		dumb-init -r 15:3junk -- true
		dumb-init -r 999999999999:3 true
		catatonit -L
		catatonit -V
		catatonit -g -- sh -c 'exit 3'
		env CATATONIT_LOG= catatonit -- true
		env CATATONIT_DEBUG=1 catatonit -- true
	END
}

@test "init dialects: the same words as the original" {
	need tini dumb-init catatonit
	# What is in front of a message, and a process's number, are their own.
	words() {
		sed -E -e 's/^\[FATAL tini \([0-9]+\)\] /tini: /' \
		    -e 's/^ERROR \(catatonit:[0-9]+\): /catatonit: /' \
		    -e 's|^[^ ]*/([a-z-]+:)|\1|' -e '/^tini \(/,$d' \
		    -e 's/ \(imp .*\)//; s/0\.[0-9.]+_/VERSION_/' \
		    -e '/^usage: catatonit/,$d' "$1"
	}
	table same_words <<-'END'
		tini --version
		tini -Z
		tini -p
		tini -p TERM -- true
		tini -s -e 256 -- true
		dumb-init -V
		dumb-init -r 32:3 true
		dumb-init -Z
		catatonit -V
		catatonit -Z
		catatonit
	END
}

@test "init dialects: difference: -v and -w say what imp has to say" {
	need tini dumb-init
	local orphan="bash -c '(bash -c \"exit 3\" & exit); wait'"
	run -0 --separate-stderr links/tini -s -v -- true
	[[ -z $output && $stderr == 'tini: true: process '*' exited '* ]]
	run -0 --separate-stderr links/tini -s -w -- bash -c "$orphan"
	[[ -z $output && -z $stderr ]]
	run -0 --separate-stderr links/dumb-init -v true
	[[ -z $output && $stderr == 'dumb-init: true: process '*' exited '* ]]
	run -0 --separate-stderr env CATATONIT_DEBUG=1 links/catatonit true
	[[ -z $output && $stderr == 'catatonit: true: process '*' exited '* ]]
}

# The orphan's parent, when it has written it.
@test "init dialects: difference: orphans are reaped without -s, wherever" {
	local init
	need tini
	for init in 'links/tini -s --' 'links/tini --' links/dumb-init \
	    'links/catatonit --' 'tini -s --'; do
		rm -f parent
		# shellcheck disable=SC2016,SC2086
		run -0 --separate-stderr $init sh -c '
			sh -c "(sh -c '\''until [ -e there ]; do :; done
			    cut -d\  -f4 /proc/\$\$/stat >parent'\'' &)"
			: >there
			until [ -s parent ]; do :; done
			echo $PPID' 3>&-
		[[ $(<parent) == "$output" && -z $stderr ]] || fail "$init"
		rm there
	done
}

@test "init dialects: tini -p is heard when the parent ends" {
	local tool
	need tini
	for tool in "$(type -P tini)" links/tini; do
		rm -f got ready
		printf 'trap "echo USR1 >>got" USR1\n: >ready\n%s\n' \
		    "$be_there" >trap.sh
		start bash -c '"$1" -s -p SIGUSR1 -- bash trap.sh & wait' \
		    bash "$tool"
		wait_until test -e ready
		kill -KILL "$started_pid"
		wait_until grep -qx USR1 got
		record_pid $(left_behind)
		everything_ended || wait_until everything_ended
	done
}

@test "init dialects: difference: what -e forgives is the command's, not tini's" {
	need tini
	differs 0 127 tini -s -e 127 -- nosuchcommand
}

@test "init dialects: difference: no signal is blocked in the command" {
	need catatonit
	run -0 catatonit -- grep SigBlk /proc/self/status
	[[ $output == *380000 ]]
	run -0 links/catatonit -- grep SigBlk /proc/self/status
	[[ $output =~ [[:space:]]0+$ ]]
}

@test "init dialects: difference: what the caller ignores stays ignored" {
	need dumb-init
	local ask='trap "" HUP; exec "$1" grep SigIgn /proc/self/status'
	run -0 bash -c "$ask" bash dumb-init 3>&-
	[[ $output == *0 ]]
	run -0 bash -c "$ask" bash links/dumb-init 3>&-
	[[ $output == *1 ]]
}

@test "init dialects: the same effect as the original" {
	need tini dumb-init catatonit
	local report=(-- "$PROBE" --report report)
	# dumb-init's own handlers take the place of what was ignored.
	# The files that they write to have names of their own.
	intended=('signal\..*' 'fd\.[12]=.*')
	same_effect tini -s "${report[@]}"
	same_effect catatonit "${report[@]}"
	same_effect dumb-init "${report[@]}"
	same_effect dumb-init -c "${report[@]}"
}

# On a terminal of its own: the command leads a session that has it.
@test "init dialects: dumb-init hands its terminal over" {
	local script="import os, pty, sys
out = b''
pid, fd = pty.fork()
if pid == 0:
    os.execv(sys.argv[1], sys.argv[1:])
while True:
    try:
        data = os.read(fd, 4096)
    except OSError:
        break
    if not data:
        break
    out += data
print(out.decode().replace('\r', ''), end='')
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))"
	local ask="import os
me = os.getpid()
print(os.getsid(0) == me, os.getpgrp() == me, os.tcgetpgrp(0) == me)"
	run -0 "$PYTHON" -c "$script" links/dumb-init "$PYTHON" -c "$ask"
	[[ $output == 'True True True' ]]
	run -0 "$PYTHON" -c "$script" links/dumb-init -c "$PYTHON" -c "$ask"
	[[ $output == 'False True True' ]]
	run -0 "$PYTHON" -c "$script" links/tini -- "$PYTHON" -c "$ask"
	[[ $output == 'False True True' ]]
	run -7 "$PYTHON" -c "$script" links/dumb-init sh -c 'exit 7'
	# The original does the same with a session of its own.
	need dumb-init
	run -0 "$PYTHON" -c "$script" "$(type -P dumb-init)" "$PYTHON" -c "$ask"
	[[ $output == 'True True True' ]]
}
