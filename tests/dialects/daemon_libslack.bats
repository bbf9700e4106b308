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
	run -0 named --list
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
	run -0 named --list
	[[ $output == "name$$" ]]
	run -0 named --list -v
	[[ $output == "name$$ is running (pid $super) (client pid $client)
other is not running" ]]
	run -1 d -n other -P "$PWD" --running -v
	[[ $output == 'daemon:  other is not running' ]]
	named --stop
	wait_gone "$super"
	rm other.pid
	run -0 named --list -v
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
	local pids=()
	for i in 1 2 3 4 5 6 7 8 9 10; do
		named -U -i -- "$PROBE" --wait 2>/dev/null && echo $i >>won &
		pids+=($!)
	done
	wait "${pids[@]}" || :
	[[ $(wc -l <won) == 1 ]]
}

@test "daemon-libslack: the same status as the original" {
	need daemon
	# The system's tool and imp have the same name here.
	same_status daemon -n "name$$" --running
	same_status daemon -n "name$$" --stop
	same_status daemon -n "a b" --running
	same_status daemon -Z
	same_status daemon
	same_status daemon -r -a 3 true
	same_status daemon --running
	same_status daemon --version
	same_status daemon -U -f -- sh -c 'exit 4'
	same_status daemon -U
	same_status daemon -F relative -n x true
	same_status daemon -P relative -n x true
	same_status daemon -C /nonexistent -U true
	same_status daemon -r -A 101 true
	same_status daemon -a 30 true
	same_status daemon -m 1000 true
	same_status daemon --safe --unsafe true
	same_status daemon -n x --signal=nosuch
	same_status daemon --list -P /nonexistent
	same_status daemon -u nosuch -U true
	same_status daemon --pty -U true
}

# Reviewed.  The original leaks what it opens, hands on pipes where nothing is
# stored, ignores HUP, changes argv[0] and sets each variable twice.
@test "daemon-libslack: the same effect as the original" {
	need daemon
	need_root
	intended=('fds=.*' 'fd\..*' 'signal\..*' 'argv\.0=.*')
	local report=(-- "$PROBE" --report "$PWD/here/report" --wait)
	same_effect daemon -U "${report[@]}"
	same_effect daemon -U -D /tmp -m 027 -c -u nobody "${report[@]}"
	same_effect daemon -U -u daemon:daemon "${report[@]}"
	same_effect daemon -U -r -X "$PROBE --report $PWD/here/report --wait" \
	    -o "$PWD/here/out"
}
