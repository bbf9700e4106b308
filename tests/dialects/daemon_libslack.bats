#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# SPDX-FileCopyrightText: 2026 The imp authors

load dialects

d() {
	"$BATS_TEST_TMPDIR/links/daemon-libslack" "$@" 3>&-
}

# For the safety check, which looks at all directories above: -U everywhere.
named() {
	d -n "name$$" -P "$PWD" "$@"
}

@test "daemon-libslack: each option is what it says" {
	run -0 explains daemon-libslack -U -n x -P "$PWD" -u nobody.daemon \
	    -D /tmp -m 027 -e A=1 -r -A 3 -L 20 -M 2 -o local0.info \
	    -E /tmp/err -X 'cmd  a' b
	for line in log-tag=x "pidfile=$PWD/x.clientpid" \
	    "supervisor-pidfile=$PWD/x.pid" user=nobody group=daemon \
	    chdir=/tmp umask=0027 env=A=1 clear-env=yes respawn=always \
	    respawn-burst=3/5m/20s/2 stdout=syslog:local0.info \
	    stderr=/tmp/err operand=cmd operand=a operand=b fatal=none; do
		grep -qxF -- "$line" <<<"${output//\"/}" ||
			fail "$line: $output"
	done
	run -0 explains daemon-libslack -U -F /tmp/foo.pid -n x -i -e A=1 true
	grep -qx pidfile=/tmp/foo.clientpid <<<"$output"
	grep -qx clear-env=no <<<"$output"
}

@test "daemon-libslack: a relative file is below the root" {
	run -0 explains daemon-libslack -U -o var/log/x true
	grep -qx stdout=/var/log/x <<<"$output"
}

@test "daemon-libslack: configuration files, the command line before them" {
	mkdir home
	cat >conf <<-'END'
		# a comment
		* respawn, delay=60, \
		  attempts=2
		x output=/tmp/x\,y,chdir=/tmp # and another
		y chdir=/usr
	END
	echo '* delay=70' >home/.daemonrc
	export HOME=$PWD/home
	run -0 explains daemon-libslack -U -C "$PWD/conf" -n x true
	for line in respawn=always respawn-burst=2/5m/70s \
	    stdout=/tmp/x,y chdir=/tmp; do
		grep -qxF -- "$line" <<<"${output//\"/}" ||
			fail "$line: $output"
	done
	run -0 explains daemon-libslack -U -C "$PWD/conf" -n x -D /var true
	grep -qx chdir=/var <<<"$output"
	run -0 explains daemon-libslack -U -N -r -n x true
	run ! grep -q '/tmp' <<<"$output"
}

@test "daemon-libslack: a named daemon from its start to its end" {
	named -U -r -i -- "$PROBE" --report "$PWD/report" --wait
	wait_until test -e report
	[[ $(report report pid) == "$(pid_in "name$$.clientpid")" ]]
	[[ $(report report ppid) == "$(pid_in "name$$.pid")" ]]
	run -0 named --running
	run -1 --separate-stderr named -U "$PROBE"
	[[ $stderr == 'daemon: fatal: failed to become a daemon: '* ]]
	run -0 d -P "$PWD" --list
	grep -qx "name$$" <<<"$output"
	first=$(pid_in "name$$.clientpid")
	named --signal=kill
	wait_gone "$first"
	wait_until pid_in "name$$.clientpid"
	second=$(pid_in "name$$.clientpid")
	named --restart
	wait_gone "$second"
	wait_until pid_in "name$$.clientpid"
	super=$(pid_in "name$$.pid")
	run -0 named --stop
	wait_gone "$super"
	run -1 named --running
	run -1 named --stop
	[[ ! -e name$$.pid && ! -e name$$.clientpid ]]
}

@test "daemon-libslack: what runs is told in the original's words" {
	named -U -i -- "$PROBE" --wait
	super=$(pid_in "name$$.pid")
	client=$(pid_in "name$$.clientpid")
	run -0 named --running -v
	[[ $output == \
	    "daemon:  name$$ is running (pid $super) (clientpid $client)" ]]
	echo 4194000 >other.pid
	run -0 d -P "$PWD" --list
	[[ $output == "name$$" ]]
	run -0 d -P "$PWD" --list -v
	[[ $output == "name$$ is running (pid $super) (client pid $client)
other is not running" ]]
	run -1 d -n other -P "$PWD" --running -v
	[[ $output == 'daemon:  other is not running' ]]
	named --stop
	wait_gone "$super"
	rm other.pid
	run -0 d -P "$PWD" --list -v
	[[ $output == 'No named daemons are running' ]]
}

@test "daemon-libslack: a restart without --respawn is a stop" {
	named -U -i -- "$PROBE" --wait
	super=$(pid_in "name$$.pid")
	run -0 named --restart
	wait_gone "$super"
	run -1 --separate-stderr named --restart
	[[ $stderr == "daemon: fatal: failed to find pid for name$$: "* ]]
	run -1 --separate-stderr named --stop
	[[ $stderr == "daemon: fatal: failed to stop the name$$ daemon: \
pidfile $PWD/name$$.pid: No such process" ]]
	run -1 --separate-stderr named --signal=hup
	[[ $stderr == "daemon: fatal: failed to find client pid for name$$: "* ]]
}

@test "daemon-libslack: the same name in another directory is another daemon" {
	mkdir one two
	for place in one two; do
		d -n same -P "$PWD/$place" -U -i -- "$PROBE" --wait
	done
	[[ $(pid_in one/same.pid) != "$(pid_in two/same.pid)" ]]
	for place in one two; do
		d -n same -P "$PWD/$place" --stop
		wait_while test -e "$place/same.pid"
	done
}

@test "daemon-libslack: bursts of attempts, and the last of them" {
	run -1 --separate-stderr d -U -f -r -A 2 -a 10 -L 10 -M 1 \
	    -l "$PWD/err" -- sh -c 'echo run >>runs; exit 3'
	[[ $(<runs) == $'run\nrun' ]]
	grep -q 'giving up' err
}

@test "daemon-libslack: in the foreground output is stored and seen" {
	run -0 --separate-stderr d -U -f -o "$PWD/out" -- \
	    sh -c 'echo a; printf b >&2; pwd' </dev/null
	[[ $output == $'a\n'"$PWD" && $stderr == b ]]
	[[ $(sort out) == "$(printf 'a\nb\n%s\n' "$PWD" | sort)" ||
		$(<out) == *b* ]]
}

@test "daemon-libslack: a terminal where there is none" {
	run -0 d -U -f --pty -- "$PYTHON" -c 'import os
print(os.ttyname(0) == os.ttyname(1) == os.ttyname(2))
print(os.getsid(0) == os.getpid() == os.tcgetpgrp(0))' </dev/null
	[[ ${output//$'\r'/} == $'True\nTrue' ]]
	run -0 d -U -f --pty=noecho -- sh -c 'cat; echo end' <<<hello
	[[ ${output//$'\r'/} == $'hello\nend' ]]
	run -0 d -U -f --pty=noecho -- sh -c 'cat; echo end' \
	    < <(printf partial)
	[[ ${output//$'\r'/} == $'partialend' ]]
	run -0 d -U -f --pty -o "$PWD/out" -- echo stored </dev/null
	[[ ${output//$'\r'/} == stored && $(tr -d '\r' <out) == stored ]]
	run -1 --separate-stderr d -U --pty -- true
	[[ $stderr == 'Missing option: --foreground (Required for --pty)'* ]]
}

@test "daemon-libslack: configuration directories and variables" {
	mkdir conf.d home
	cat >conf <<-'END'
		PLACE=~/place
		* inherit
	END
	echo 'x env=A=$PLACE' >conf.d/b
	echo 'x chdir=~' >conf.d/a
	echo 'x chdir=/usr' >conf.d/.hidden
	export HOME=$PWD/home
	run -0 explains daemon-libslack --idiot -U -C "$PWD/conf" -n x true
	grep -qxF "chdir=$HOME" <<<"$output"
	grep -qxF "env=A=$HOME/place" <<<"$output"
	need_root
	run -0 explains daemon-libslack -U -C "$PWD/conf" -n x true
	grep -qF 'env="A=$PLACE"' <<<"$output" ||
		grep -qF 'env=A=$PLACE' <<<"$output"
	echo 'x user=nobody' >conf.d/c
	run -1 --separate-stderr d -U -C "$PWD/conf" -n x true
	[[ $stderr == "Misplaced option: --user=nobody in config file "* ]]
}

@test "daemon-libslack: what is wrong is status 1" {
	run -1 d
	run -1 d -Z
	run -1 d -n 'a b' true
	run -1 d --stop
	run -1 d -n x --stop --running
	run -1 d -r -a 3 true
	run -1 d -r -A 101 true
	run -1 d -m 8 true
	run -1 d -n x --signal=nosuch
}

@test "daemon-libslack: root does not execute what others may write to" {
	need_root
	cp "$PROBE" own
	chmod 777 own
	run -1 --separate-stderr d "$PWD/own"
	[[ $stderr == "daemon: fatal: refusing to execute unsafe program: \
$PWD/own ($PWD/own is group- and world-writable)" ]]
}

@test "daemon-libslack: in the foreground it is done when the command is" {
	run -0 d -U -f -- sh -c 'exit 4'
}

@test "daemon-libslack: difference: a command that is not there is told" {
	run -1 --separate-stderr d -U nosuchcommand
	[[ $stderr == "daemon: cannot find 'nosuchcommand' in PATH" ]]
}

@test "daemon-libslack: difference: a variable is set once" {
	run -0 d -U -f -e A=1 -e B=2 -- env
	[[ $(sort <<<"$output") == $'A=1\nB=2' ]]
}

@test "daemon-libslack: difference: of ten at once one starts, and nine say so" {
	ten_at_once named -U -i -- "$PROBE" --wait 2>/dev/null
	[[ $(wc -l <won) == 1 ]]
}

@test "daemon-libslack: difference: -d, -b and --ignore-eof change nothing" {
	run -0 --separate-stderr d -U -f -d9 -b "$PWD/debug" --ignore-eof -- \
	    sh -c 'printf a; printf b'
	[[ $output == ab && -z $stderr && ! -e debug ]]
}

@test "daemon-libslack: difference: a failed --stop leaves a stale pidfile" {
	echo 4194000 >"name$$.pid"
	run -1 named --stop
	[[ -s name$$.pid ]]
	named -U -i -- "$PROBE" --wait
	alive "$(pid_in "name$$.pid")"
}

@test "daemon-libslack: difference: a group need not be the user's" {
	need_root
	run -0 d -U -f -u nobody:daemon -- id -Gn
	[[ $output == daemon ]]
	run -0 d -U -f -u 65534 -- id -un
	[[ $output == nobody ]]
}

@test "daemon-libslack: difference: a home is one's own, and -B is not known" {
	run -1 --separate-stderr d -U -f -D '~root' -- pwd
	[[ $stderr == \
	    "daemon: cannot change directory to '~root': "* ]]
	run -1 --separate-stderr d -U -f --bind -- true
	[[ $stderr == *": unrecognized option '--bind'"* ]]
}

@test "daemon-libslack: difference: the files of a user's daemon are root's" {
	need_root
	mkdir -m 755 place
	d -U -u nobody -n x -P "$PWD/place" -l "$PWD/place/err" -- \
	    "$PROBE" --wait
	[[ $(stat -c '%U %a' place/x.pid place/x.clientpid) == \
	    $'root 644\nroot 644' && $(stat -c %U place/err) == root ]]
	run -0 d -n x -P "$PWD/place" --signal=0
	run -0 d -n x -P "$PWD/place" --signal=RTMIN+5
	wait_while test -e place/x.pid
}

@test "daemon-libslack: difference: the command has its signals and its name" {
	d -U -- "$PROBE" --report "$PWD/report" --wait
	wait_until test -e report
	[[ $(report report signal.ignored) != *HUP* ]]
	[[ " $(report report signal.ignored) " != *' 1 '* ]]
	[[ $(report report argv.0) == "$PROBE" ]]
	[[ $(report report fds) == '0 1 2' ]]
	record_pid "$(report report pid)" "$(report report ppid)"
}

@test "daemon-libslack: difference: what becomes of it is told in imp's words" {
	d -U -f -l "$PWD/err" -- sh -c 'exit 4'
	grep -q ': sh: process [0-9]* exited with status 4' err
	# What is no file is the system's log.
	need_root
	start "$PYTHON" "$SRCDIR/tests/dialects/syslogd.py" imp 1 "$IMP" \
	    --as=daemon-libslack -U -P "$PWD" -n "name$$" -l local0.err -- \
	    sh -c 'exit 4'
	wait "$started_pid"
	grep -q 'exited with status 4' heard
}

# It was never there to be signalled.
@test "daemon-libslack: difference: a pidfile of -1, 0 or garbage is nobody" {
	for text in -1 0 1 '' 'a b' 4294967297; do
		echo "$text" >"name$$.pid"
		echo "$text" >"name$$.clientpid"
		for verb in --running --stop --restart --signal=hup; do
			run -1 named "$verb"
		done
	done
}

@test "daemon-libslack: difference: it detaches under process 1, too" {
	need_root
	run -0 unshare --pid --fork --mount-proc --kill-child sh -c '
		"$1" -U -F "$3/x.pid" -n x -- "$2" --wait && [ -s "$3/x.pid" ]' \
	    sh "$PWD/links/daemon-libslack" "$PROBE" "$PWD" 3>&-
}

@test "daemon-libslack: the same words and status as the original" {
	need daemon
	need_root
	# The system's tool and imp have the same name here.
	table same_words daemon <<-'END'
		-Z
		--foo
		-n
		-n 'a b' true
		-n a/b true
		--running
		--stop
		--restart
		--signal=hup
		-n nosuch --running
		-n nosuch --running -v
		-n nosuch --restart
		-n nosuch --signal=hup
		-n nosuch --signal=SIGusr1
		-n nosuch --signal=64
		-n nosuch --signal=65
		-n nosuch --signal=nosuch
		-n nosuch --signal=
		-n nosuch --list
		--list -v -P "$BATS_TEST_TMPDIR/links"
		-n x --stop --running
		-n x --stop --restart
		-n x --signal=hup --stop
		-n x -P relative --running
		-n x -P /nonexistent --running
		-n x -P "/a b" true
		-n x -F relative true
		-n x -F /tmp true
		-n x -F "/tmp/a b" true
		-n x -F /nonexistent/x true
		-U
		-X '' -U
		-C /nonexistent -U true
		--safe --unsafe true
		--pty -U true
		-r -a 3 true
		-r -a 9 true
		-r -A 101 true
		-r -A -1 true
		-r -L 9 true
		-r -M -1 true
		-a 30 true
		-A 3 true
		-L 30 true
		-M 3 true
		-m 8 true
		-m 1000 true
		-m -1 true
		-m x true
		-U -f -v -- sh -c 'exit 4'
		-U -f -- sh -c 'kill $$'
		-U -f -X 'echo a  b' c d
		-U -f -X "echo 'a b'"
		-U -f echo -v hi
		-U -f echo -- -x hi
		-U -f -m 027 -- sh -c umask
		-U -f -c -- sh -c 'ulimit -c'
		-U -f -- sh -c 'ulimit -c; ulimit -Hc'
		-U -f -i -e A=1 -- sh -c 'echo $A $PATH'
		-U -f -D /tmp pwd
		-U -f -D '~' pwd
		--idiot -U -f -D '$HOME' pwd
		-U -f -- echo '~' '$HOME'
		-U -f -u root:root -- id
		-U -f -u daemon. -- id
		-U -f -R / -- pwd
		-U -f --read-eof -o "$PWD/here/out" -- echo hi
		-U -f -O out -E err -- sh -c 'echo hi; echo err >&2'
	END
}

@test "daemon-libslack: difference: statuses" {
	need daemon
	need_root
	mkdir -m 700 private
	cp "$PROBE" own
	chmod 777 own
	table same_status daemon <<-'END'
		--version
		-n nosuch --stop
		-u nosuch -U true
		-u : -U true
		-u nobody:nosuch -U true
		-r -A x true
		-r -a 10x true
		-D /nonexistent -U -f true
		-D '' -U -f true
		-R /nonexistent -U -f true
		-f nosuchcommand
		-f "$BATS_TEST_TMPDIR/own"
		-u nobody -D "$BATS_TEST_TMPDIR/private" -U -f true
	END
	table differs <<-'END'
		0 1 daemon -U nosuchcommand
		0 1 daemon -U -f nosuchcommand
		0 1 daemon -U -o /nonexistent/o -f true
		0 1 daemon -n '' -f true
		1 0 daemon -U -u nobody:daemon -f true
		1 0 daemon -U -u 0 -f true
		0 1 daemon -U -f -D '~root' true
	END
}

# Reviewed.  The original leaks what it opens, hands on pipes where nothing is
# stored, ignores HUP, changes argv[0] and sets each variable twice.
@test "daemon-libslack: the same effect as the original" {
	need daemon
	need_root
	mkdir -p jail/{tmp,dev}
	chmod 1777 jail/tmp
	cp "$PROBE" jail/probe
	intended=('fds=.*' 'fd\..*' 'signal\..*' 'argv\.0=.*')
	local once=yes
	local report="-- $PROBE --report $PWD/here/report --wait"
	table same_effect daemon -U <<-END
		$report
		-D /tmp -m 027 -c -u nobody $report
		-u daemon:daemon $report
		-u nobody -o $PWD/here/out $report
		-i -e A=1 -e B=2 -E $PWD/here/err -m 077 $report
		-r -X "$PROBE --report $PWD/here/report --wait" -o $PWD/here/out
	END
	# In another root, where its own files are, too.
	local tool
	cp -a /dev/null jail/dev/
	for tool in "$(type -P daemon)" links/daemon-libslack; do
		"$tool" -U -R "$PWD/jail" -u nobody -D tmp -n x -P /tmp \
		    -o /tmp/out -- /probe --report /tmp/report --wait 3>&-
		wait_until test -e jail/tmp/report
		record_pid "$(report jail/tmp/report pid)" \
		    "$(report jail/tmp/report ppid)"
		(cd jail/tmp && ls && stat -c %U out && comparable report) \
		    >"${tool//\//.}.all"
		run -0 "$tool" -R "$PWD/jail" -n x -P /tmp --running -v
		"$tool" -R "$PWD/jail" -n x -P /tmp --stop
		wait_while test -e jail/tmp/x.pid
		rm jail/tmp/*
	done
	diff -u .usr.bin.daemon.all links.daemon-libslack.all
}
