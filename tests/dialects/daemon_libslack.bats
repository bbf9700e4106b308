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
}
