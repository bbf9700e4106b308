#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# SPDX-FileCopyrightText: 2026 The imp authors

load dialects

# Scripts as they are written for the originals, each run as it is with them
# and with imp in their place.  What a script prints is what came of it; both
# times it is the same.

# plays ARG...: the file "script", with each, and in what manner it is run.
plays() {
	local which
	need_root
	for which in real imp; do
		rm -rf place
		mkdir -m 755 place
		cp "$PROBE" place/served
		play "$which"
		(cd place && exec "$@" 2>&1) >"$which.told" </dev/null 3>&- ||
			fail "$which: $?: $(<"$which.told")" || return
		masked "$which.told" >"$which.outcome"
	done
	diff -u real.outcome imp.outcome
	diff -u expected imp.outcome
}

# Numbers of processes are not the same twice.
masked() {
	sed -E -e "s|$BATS_TEST_TMPDIR/||g" -e 's/(pid|process) [0-9]+/\1 N/g' \
	    "$1"
}

# What scripts do to wait.
polling='poll() {
	n=0
	until "$@" >/dev/null 2>&1; do
		n=$((n + 1))
		[ $n -lt 600 ] || return 1
		perl -e "select undef, undef, undef, .05"
	done
}
gone() { ! kill -0 "$1" 2>/dev/null; }
# What it is about to execute has been, and handles SIGTERM.
up() { grep -q "^SigCgt:.*[4-7c-f]...$" "/proc/$(cat "$1")/status"; }
'

@test "scripts: a package that starts its service and stops it again" {
	need start-stop-daemon perl
	{
		printf '%s' "$polling"
		cat <<'END'
# What a postinst and a prerm do where there is no init.
set -e
DAEMON=$PWD/served
PIDFILE=$PWD/served.pid
START="start-stop-daemon --start --quiet --background --make-pidfile
    --pidfile $PIDFILE --chuid nobody:nogroup --chdir / --exec $DAEMON"

maintain() {
	case $1 in
	configure)
		$START --oknodo -- --wait || {
			echo "served could not be started: $?" >&2
			return 1
		}
		poll up $PIDFILE
		start-stop-daemon --status --pidfile $PIDFILE --exec $DAEMON
		;;
	upgrade | remove)
		start-stop-daemon --stop --quiet --oknodo --retry 10 \
		    --pidfile $PIDFILE --exec $DAEMON --remove-pidfile
		;;
	esac
}

for step in configure configure upgrade configure remove remove; do
	status=0
	maintain $step || status=$?
	echo "$step: $status, pidfile: $([ -e $PIDFILE ] && echo yes || echo no)"
done
status=0
start-stop-daemon --status --pidfile $PIDFILE --exec $DAEMON || status=$?
echo "status: $status"
status=0
start-stop-daemon --stop --pidfile $PIDFILE --exec $DAEMON || status=$?
echo "stop: $status"
END
	} >script
	cat >expected <<'END'
configure: 0, pidfile: yes
configure: 0, pidfile: yes
upgrade: 0, pidfile: no
configure: 0, pidfile: yes
remove: 0, pidfile: no
remove: 0, pidfile: no
status: 3
No place/served found running; none killed.
stop: 1
END
	plays sh ../script
}

@test "scripts: an init script in the way of Debian's skeleton" {
	need start-stop-daemon perl
	{
		printf '%s' "$polling"
		cat <<'END'
### BEGIN INIT INFO
# Provides:          served
# Required-Start:    $remote_fs
# Required-Stop:     $remote_fs
# Default-Start:     2 3 4 5
# Default-Stop:      0 1 6
# Short-Description: serves
### END INIT INFO
NAME=served
DAEMON=$PWD/$NAME
DAEMON_ARGS="--ignore 1 --wait"
PIDFILE=$PWD/$NAME.pid

do_start() {
	start-stop-daemon --start --quiet --pidfile $PIDFILE --exec $DAEMON \
	    --test >/dev/null || return 1
	start-stop-daemon --start --quiet --pidfile $PIDFILE --exec $DAEMON \
	    --background --make-pidfile -- $DAEMON_ARGS || return 2
	poll up $PIDFILE
}

do_stop() {
	start-stop-daemon --stop --quiet --retry=TERM/30/KILL/5 \
	    --pidfile $PIDFILE --name $NAME
	RETVAL="$?"
	[ "$RETVAL" = 2 ] && return 2
	start-stop-daemon --stop --quiet --oknodo --retry=0/30/KILL/5 \
	    --exec $DAEMON
	[ "$?" = 2 ] && return 2
	rm -f $PIDFILE
	return "$RETVAL"
}

do_reload() {
	start-stop-daemon --stop --signal 1 --quiet --pidfile $PIDFILE \
	    --name $NAME
}

run() {
	case $1 in
	start) do_start ;;
	stop) do_stop ;;
	reload) do_reload ;;
	restart)
		do_stop
		case $? in
		0 | 1) do_start ;;
		*) return 1 ;;
		esac
		;;
	status)
		start-stop-daemon --status --pidfile $PIDFILE --exec $DAEMON
		;;
	esac
}

for step in status start start status reload restart status stop stop status
do
	run $step
	echo "$step: $?"
done
# It has ended by itself: the file is stale.
run start
pid=$(cat $PIDFILE)
kill -KILL "$pid"
poll gone "$pid"
run status
echo "killed: $?"
run start
echo "start: $?"
run stop
echo "stop: $?"
END
	} >script
	cat >expected <<'END'
status: 3
start: 0
start: 1
status: 0
reload: 0
restart: 0
status: 0
stop: 0
stop: 1
status: 3
killed: 1
start: 0
stop: 0
END
	plays sh ../script
}

@test "scripts: a job of cron that daemonize keeps single" {
	need daemonize perl
	{
		printf '%s' "$polling"
		cat <<'END'
# Every five minutes: see to it that the collector runs.
collect() {
	daemonize -a -c "$PWD" -p "$PWD/collector.pid" \
	    -l "$PWD/collector.lock" -o collector.log -e collector.log \
	    -E ROUND="$1" "$PWD/collector"
}
cat >collector <<'END2'
#!/bin/sh
echo "round $ROUND in ${PWD##*/}"
exec ./served --no-report --wait
END2
chmod 755 collector
for round in 1 2; do
	collect $round
	echo "start: $?"
done
poll test -s collector.pid
poll grep -q 'round 1' collector.log
pid=$(cat collector.pid)
kill -0 "$pid" && echo "it runs"
kill "$pid"
poll gone "$pid" && echo "it has ended"
collect 3
echo "start: $?"
poll grep -q 'round 3' collector.log
cat collector.log
pid=$(cat collector.pid)
kill "$pid" && poll gone "$pid"
rm collector
collect 4
echo "start: $?"
END
	} >script
	cat >expected <<'END'
start: 0
Can't lock the lock file "place/collector.lock". Is another instance running?
start: 1
it runs
it has ended
start: 0
round 1 in place
round 3 in place
File "place/collector" is not executable.
start: 1
END
	plays sh ../script
}

@test "scripts: a wrapper around libslack's daemon" {
	need daemon perl
	{
		printf '%s' "$polling"
		cat <<'END'
NAME=served
daemon="daemon --name $NAME --pidfiles $PWD --unsafe"

control() {
	case $1 in
	start)
		$daemon --respawn --attempts 3 --delay 10 --inherit \
		    --output $PWD/$NAME.log -- \
		    sh -c "echo begun; exec $PWD/served --no-report --wait" &&
		    poll up $NAME.clientpid
		;;
	stop)
		$daemon --stop && poll down
		;;
	restart)
		before=$(cat $NAME.clientpid)
		$daemon --restart && poll other "$before"
		;;
	status)
		$daemon --running --verbose
		;;
	esac
}
down() { ! $daemon --running; }
other() {
	[ -s $NAME.clientpid ] && [ "$(cat $NAME.clientpid)" != "$1" ]
}
begun() { [ "$(grep -c begun $NAME.log)" = "$1" ]; }

for step in status start status; do
	control $step
	echo "$step: $?"
done
poll begun 1
before=$(cat $NAME.clientpid)
$daemon --signal=kill
echo "signal: $?"
poll other "$before"
poll begun 2 && echo "started again"
control restart
echo "restart: $?"
poll begun 3
daemon --pidfiles $PWD --list
for step in status stop stop status; do
	control $step 2>/dev/null
	echo "$step: $?"
done
ls $NAME.*
cat $NAME.log
END
	} >script
	cat >expected <<'END'
daemon:  served is not running
status: 1
start: 0
daemon:  served is running (pid N) (clientpid N)
status: 0
signal: 0
started again
restart: 0
served
daemon:  served is running (pid N) (clientpid N)
status: 0
stop: 0
stop: 1
daemon:  served is not running
status: 1
served.log
begun
begun
begun
END
	plays sh ../script
}

@test "scripts: the entrypoint of a container" {
	need tini dumb-init catatonit unshare
	cat >script <<'END'
#!/bin/sh
# Two workers that need time to finish, and orphans on the way.
finish() {
	echo "the service is told to end"
	: >ending
	wait $first
	wait $second
	echo "the service has ended"
	exit 7
}
worker() {
	trap : TERM
	while [ ! -e ending ]; do :; done
	i=0
	while [ $i -lt 20000 ]; do i=$((i + 1)); done
	echo "worker $1 is done" >"worker.$1"
}
worker 1 & first=$!
worker 2 & second=$!
for i in 1 2 3 4 5; do
	(sh -c 'exit 0' &)
done
until ! grep -l '^State:.Z' /proc/[0-9]*/status; do :; done >/dev/null 2>&1
echo "no zombies are there, my parent is $PPID"
trap finish TERM
: >ready
while :; do wait; done
END
	cat >run <<'END'
"$@" &
pid=$!
until [ -e ready ]; do :; done
init=$(tr -d ' \n' <"/proc/$pid/task/$pid/children")
kill -TERM "$init"
wait "$pid"
echo "status $?"
cat worker.*
END
	cat >expected <<'END'
no zombies are there, my parent is 1
the service is told to end
the service has ended
status 7
worker 1 is done
worker 2 is done
END
	local init
	for init in 'tini -g --' 'tini --' dumb-init 'dumb-init -c' \
	    'catatonit --' 'catatonit -g --'; do
		# shellcheck disable=SC2086
		plays bash ../run unshare --pid --fork --mount-proc \
		    --kill-child $init sh ../script || fail "$init"
	done
}
