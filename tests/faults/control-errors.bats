#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# SPDX-FileCopyrightText: 2026 The imp authors

# P15, P19: whichever system call of a verb fails, what it says is true: what
# runs is not told to be down, and a stop that returns 0 has left nothing.

load ../helper

setup() {
	cd "$BATS_TEST_TMPDIR"
}

teardown() {
	stop_everything_started
}

EIO=5 EMFILE=24

# Exit statuses of a start that failed before there was a verb: 125, or the
# dynamic linker's.
is_no_start() {
	[[ $1 == 125 || $1 == 127 || $1 -gt 128 ]]
}

# each_call HOW CHECK VERB...: make its first, second ... call fail, until
# there are no more, and look what CHECK says of the status.  Without a word
# it may be only if there is none to be had.
each_call() {
	local how=$1 check=$2 n status
	shift 2
	for ((n = 1; n < 20000; n += 1 + n / 30)); do
		status=0
		# shellcheck disable=SC2086
		"$BUILDDIR/tests/control/cut" $n $how "$IMP" "$@" \
		    >out 2>err 3>&- || status=$?
		((status != 98)) || break
		is_no_start $status || $check $status ||
			fail "$* $how: $status at call $n: $(<out)$(<err)"
	done
	((status == 98 && n > 20)) || fail "$*: $status at call $n"
}

tells_status() {
	[[ $1 == 0 && $(<out) == *"State: up since"* || $1 == 4 ]]
}

tells_list() {
	[[ $1 == 1 ]] || jq -e 'map(.name) == ["exec", "kept"] and
	    all(.[]; .state == "up" and .pid > 1 or
		.state == "unknown" and .pid == null)' out || has_no_names
}

# The names are in the records, which may be what could not be read.
has_no_names() {
	jq -e 'length == 2 and all(.[]; .state == "up" or
	    .state == "unknown")' out
}

tells_signal() {
	[[ $1 == 0 || $1 == 1 && $(<err) != *"not running"* ]]
}

tells_wait() {
	[[ $1 == 124 || $1 == 1 && $(<err) != *"not running"* ]]
}

@test "whichever call fails, what runs is not told to be down" {
	need jq
	# What a sanitizer does for itself would be among the calls.
	! is_sanitized || return 0
	start_imp -n exec -- "$PROBE" --no-report --wait
	start_imp -n kept -s -- "$PROBE" --no-report --wait
	local name
	each_call "-e $EIO" tells_list --list --json
	each_call "-E $EMFILE" tells_list --list --json
	for name in exec kept; do
		each_call "-e $EIO" tells_status --status $name
		each_call "-E $EMFILE" tells_status --status $name
		each_call "-e $EIO" tells_signal --signal CONT $name
		each_call "-e $EIO" tells_wait --wait=0 $name
	done
}

# A main process, an orphan in its session, and a child that has left it.
start_family() {
	rm -f main orphan away
	start_imp -n web "$@" -- sh -c "setsid '$PROBE' --report $PWD/away \
		--ignore 15 --wait &
	    ('$PROBE' --report $PWD/orphan --ignore 15 --wait &)
	    exec '$PROBE' --report $PWD/main --wait"
	wait_until test -e away
	wait_until test -e orphan
	wait_until test -e main
	family=("$(report main pid)" "$(report orphan pid)"
	    "$(report away pid)")
}

none_lives() {
	local pid
	for pid in "${family[@]}"; do
		not alive "$pid" || return
	done
}

# It has stopped all, or says that it has not.  Then all is stopped by the
# next; or, where nobody can tell any more who belonged to it, by us.
tells_stop() {
	if (($1 == 0)); then
		none_lives || return
	else
		[[ $1 == 1 && $(<err) != *"not running"* ]] || return
		"$IMP" -q --stop web || return
		kill -KILL "${family[@]}" 2>/dev/null || :
	fi
	start_family "${mode[@]}"
}

@test "whichever call fails, a stop that returns 0 has left nothing" {
	local family how
	local -a mode
	! is_sanitized || return 0
	for how in "-e $EIO" "-E $EMFILE"; do
		mode=()
		start_family
		each_call "$how" tells_stop --stop web
		"$IMP" -q --stop web
	done
	mode=(-s)
	start_family -s
	each_call "-e $EIO" tells_stop --stop web
}
