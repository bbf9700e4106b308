#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# SPDX-FileCopyrightText: 2026 The imp authors

# P15: what a daemon does to its cgroup does not hold up a stop or a restart,
# and does not stay.

load supervise

# has_cgroup: sets cgroup to the directory of that of d.  Where none can be had
# there is nothing to see, nor with a sanitizer, which has nothing born in it.
has_cgroup() {
	cgroup=$(recorded cgroup)
	[[ -n $cgroup && -w $cgroup/cgroup.procs ]] && ! is_sanitized
}

remove_cgroup() {
	local dir
	while read -r dir; do
		rmdir "$dir" || :
	done < <(find "$1" -depth -type d 2>/dev/null)
}

teardown() {
	stop_everything_started
	[[ -z ${cgroup-} ]] || remove_cgroup "$cgroup"
}

@test "a daemon runs in a cgroup of its own, which goes with it" {
	local cgroup
	supervise "$PROBE" --no-report --wait
	has_cgroup || return 0
	[[ $(<"$cgroup/cgroup.procs") == "$(main_pid)" ]]
	"$IMP" --stop d
	[[ ! -e $cgroup ]]
}

@test "the cgroups that a daemon has made go with it" {
	local cgroup
	supervise "$PROBE" --no-report --wait
	has_cgroup || return 0
	mkdir -p "$cgroup/a/b" "$cgroup/c"
	"$IMP" --stop d
	[[ ! -e $cgroup ]]
}

@test "those of a daemon without a supervisor go, too" {
	local cgroup
	supervise "$PROBE" --no-report --wait
	has_cgroup || return 0
	mkdir -p "$cgroup/a/b" "$cgroup/c"
	kill -KILL "$(supervisor_pid)"
	wait_gone "$(supervisor_pid)"
	"$IMP" --stop d
	[[ ! -e $cgroup ]]
}

@test "what has the name of the cgroup of another boot is left alone" {
	local cgroup left
	supervise sh -c "'$PROBE' --no-report --wait & exec '$PROBE' --wait"
	has_cgroup || return 0
	kill -KILL "$(supervisor_pid)"
	wait_gone "$(supervisor_pid)"
	kill -KILL "$(main_pid)"
	wait_gone "$(main_pid)"
	left=$(<"$cgroup/cgroup.procs")
	echo 01234567-89ab-cdef-0123-456789abcdef >boot
	run -0 --separate-stderr unshare --mount sh -c '
		mount --bind boot /proc/sys/kernel/random/boot_id
		"$IMP" --stop d'
	[[ $stderr == "imp: 'd' is not running" && ! -e $IMP_STATE_DIR/d ]]
	alive "$left"
	kill -KILL "$left"
}

@test "and those that a start finds where nothing runs any more" {
	local cgroup pid
	supervise "$PROBE" --no-report --wait
	has_cgroup || return 0
	mkdir -p "$cgroup/a/b" "$cgroup/c"
	pid=$(main_pid)
	kill -KILL "$(supervisor_pid)"
	wait_gone "$(supervisor_pid)"
	kill -KILL "$pid"
	wait_gone "$pid"
	supervise "$PROBE" --no-report --wait
	[[ ! -e $cgroup ]]
	"$IMP" --stop d
}

@test "what a daemon has left that was killed with its supervisor goes" {
	local cgroup old
	supervise --chdir . sh -c '"$PROBE" --no-report --wait & echo $! >there
		exec "$PROBE" --no-report --wait'
	has_cgroup || return 0
	wait_until test -s there
	old=$(<there)
	kill -KILL "$(supervisor_pid)"
	wait_gone "$(supervisor_pid)"
	kill -KILL "$(main_pid)"
	wait_gone "$(main_pid)"
	alive "$old"
	supervise "$PROBE" --no-report --wait
	not alive "$old"
	[[ ! -e $cgroup ]]
	"$IMP" --stop d
}

@test "a run that has frozen its cgroup does not freeze the next" {
	local cgroup pid
	supervise --respawn --respawn-delay=0 "$PROBE" --no-report --wait
	has_cgroup || return 0
	pid=$(main_pid)
	echo 1 >"$cgroup/cgroup.freeze"
	wait_until grep -qx 'frozen 1' "$cgroup/cgroup.events"
	kill -KILL "$pid"
	wait_until runs_as_other "$pid"
	"$IMP" --stop d
	all_gone
}
