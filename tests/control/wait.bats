#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# SPDX-FileCopyrightText: 2026 The imp authors

load ../helper

setup() {
	cd "$BATS_TEST_TMPDIR"
}

teardown() {
	stop_everything_started
}

# start_obedient NAME END [OPTION...]: ends with END on SIGUSR1.
start_obedient() {
	local name=$1 end=$2
	shift 2
	rm -f there
	start_imp -n "$name" "$@" -- bash -c "trap '$end' USR1
	    echo >'$PWD/there'
	    while :; do read -r -t 0.1 <> <(:); done"
}

# is_polling PID: it has come to where it waits.  A process that is not there
# would end the shell, by "$(<...)" within "[[".
is_polling() {
	local where=
	read -r where 2>/dev/null <"/proc/$1/wchan" || :
	[[ $where == *poll* ]]
}

# ends_with STATUS: web is told to end, and that is what --wait says.
ends_with() {
	local rc=0
	start "$IMP" --wait web
	wait_until is_polling "$started_pid"
	"$IMP" --signal USR1 web
	wait "$started_pid" || rc=$?
	((rc == $1)) || fail "status $rc"
}

@test "--wait ends with the daemon's status, with a supervisor and without" {
	local mode
	for mode in '' -s; do
		# shellcheck disable=SC2086
		start_obedient web 'exit 7' $mode
		wait_until test -e there
		ends_with 7
		run -0 "$IMP" -q --stop web
		# shellcheck disable=SC2016,SC2086
		start_obedient web 'kill -KILL $$' $mode
		wait_until test -e there
		ends_with 137
		run -0 "$IMP" -q --stop web
	done
}

reaped() {
	[[ ! -e /proc/$1 ]]
}

@test "--wait says so where the kernel tells no stranger the status" {
	need strace
	local main rc=0
	start_obedient web 'exit 7' -p "$PWD/web.pid"
	wait_until test -e there
	main=$(pid_in web.pid)
	ASAN_OPTIONS=detect_leaks=0 start strace -fo trace -e trace=ioctl \
	    -e inject=ioctl:error=ENOTTY "$IMP" --wait web 2>err
	local waiter=
	has_waiter() {
		read -r waiter _ <"/proc/$started_pid/task/$started_pid/children"
		is_polling "$waiter"
	}
	wait_until has_waiter
	kill -STOP "$waiter"
	kill -USR1 "$main"
	wait_until reaped "$main"
	kill -CONT "$waiter"
	wait "$started_pid" || rc=$?
	((rc == 1)) || fail "status $rc: $(<err)"
	[[ $(<err) == "imp: 'web' has ended; its exit status cannot be known \
here" ]] || fail "$(<err)"
}

@test "--wait gives up after its time, with 124" {
	start_imp -n web -- "$PROBE" --no-report --wait
	run -124 --separate-stderr "$IMP" --wait=0.1 web
	[[ $stderr == "imp: 'web' is not down in time" ]]
	run -124 "$IMP" --wait=0.1 --for=ready nope
}

@test "--wait is for more daemons than there are descriptors at first" {
	local i
	for i in {1..12}; do
		start_imp -n "web@$i" -- "$PROBE" --no-report --wait
	done
	run -124 --separate-stderr bash -c 'ulimit -Sn 16; "$IMP" --wait=0 web'
	[[ $(grep -c 'is not down in time' <<<"$stderr") == 12 ]] ||
		fail "$stderr"
	# What may not be raised is told.
	run -124 --separate-stderr bash -c 'ulimit -n 16; "$IMP" --wait=0 web'
	[[ $stderr == *"cannot wait for 'web@12': "* ]]
}

@test "what does not run is down" {
	run -0 --separate-stderr "$IMP" --wait nope
	[[ $stderr == "imp: 'nope' is not running" ]]
}

@test "--for=ready waits for a daemon that is still to come" {
	start "$IMP" --wait=60 --for=ready web
	start_imp -n web --ready "file:$PWD/ready" -- \
	    sh -c "echo >'$PWD/ready'; exec '$PROBE' --no-report --wait"
	wait "$started_pid"
	run -0 "$IMP" --wait=60 --for=ready web
	run -0 "$IMP" --wait=60 --for=running web
}

@test "a daemon that ends before it is ready is not waited for for ever" {
	start_obedient web 'exit 1' -s --ready "file:$PWD/ready" &
	wait_until test -e there
	"$IMP" --wait --for=ready web >out 2>&1 3>&- &
	local waiter=$!
	record_pid $waiter
	wait_until is_polling "$waiter"
	run -0 "$IMP" --signal USR1 web
	local rc=0
	wait $waiter || rc=$?
	((rc == 1))
	[[ $(<out) == "imp: cannot wait for 'web': it has ended" ]]
}

@test "--wait follows the main process when the supervisor is killed" {
	start_obedient web 'exit 9' -s
	wait_until test -e there
	"$IMP" --wait web 3>&- &
	local waiter=$! rc=0 supervisor
	record_pid $waiter
	wait_until is_polling "$waiter"
	supervisor=$(sed -n 's/^supervisor=\([0-9]*\) .*/\1/p' \
	    "$IMP_STATE_DIR/web/record")
	kill -KILL "$supervisor"
	wait_gone "$supervisor"
	run -0 "$IMP" --signal USR1 web
	wait $waiter || rc=$?
	((rc == 9))
}

@test "nohup works with a verb that waits" {
	local rc=0
	start_obedient web 'exit 3'
	start nohup "$IMP" --wait web >/dev/null
	wait_until is_polling "$started_pid"
	kill -HUP "$started_pid"
	"$IMP" --signal USR1 web
	wait "$started_pid" || rc=$?
	((rc == 3)) || fail "status $rc"
}
