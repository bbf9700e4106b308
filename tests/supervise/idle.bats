#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# SPDX-FileCopyrightText: 2026 The imp authors

# A supervisor with nothing to do does nothing.

load supervise

# Its own and its loggers' context switches and CPU time.
work_of() {
	local pid
	for pid; do
		grep -h ctxt_switches "/proc/$pid/status"
		process_field "$pid" 14
		process_field "$pid" 15
	done
}

# One of each kind: a wake-up of any of them is one too many.
@test "no wake-up and no CPU in 30 seconds" {
	local name before pids=()
	start_imp -n plain --supervise "$PROBE" --no-report --wait
	start_imp -n respawn --respawn --imp-log imp.log --pidfile p \
	    --supervisor-pidfile s --bind=$$ "$PROBE" --no-report --wait
	start_imp -n logged --log log --log-stamp=iso --log-size=1M \
	    --log-age=1d "$PROBE" --no-report --wait
	start_imp -n fd --ready=fd:5 \
	    sh -c 'echo >&5; exec "$PROBE" --no-report --wait'
	start_imp -n limited --max-runtime=1h "$PROBE" --no-report --wait
	start_imp -n backoff --respawn --respawn-delay=1h,1h sh -c 'exit 1'
	wait_until eval '[[ $(sed -n "s/^state=//p" \
	    "$IMP_STATE_DIR/backoff/record") == backoff ]]'
	for name in plain respawn logged fd limited backoff; do
		pids+=("$(sed -n 's/^supervisor=\([0-9]*\) .*/\1/p' \
		    "$IMP_STATE_DIR/$name/record")")
	done
	mapfile -t -O ${#pids[@]} pids < <(loggers "${pids[2]}")
	((${#pids[@]} == 7))
	settle "${pids[@]}"
	before=$(work_of "${pids[@]}")
	"$PYTHON" -c 'import time; time.sleep(30)' 3>&-
	[[ $(work_of "${pids[@]}") == "$before" ]] ||
		fail "$(diff <(echo "$before") <(work_of "${pids[@]}"))"
}

@test "it sleeps also where it may have hardly a descriptor" {
	cd "$BATS_TEST_TMPDIR"
	(
		ulimit -S -n 8
		start_imp --respawn -c . --limit=nofile=64 sh -c \
		    'echo $PPID >supervisor; exec "$PROBE" --no-report --wait'
	)
	wait_until test -s supervisor
	wait_until asleep "$(<supervisor)"
}

# Its children that are not the target.
loggers() {
	local pid
	for pid in $(<"/proc/$1/task/$1/children"); do
		[[ $(readlink "/proc/$pid/exe") == "$PROBE" ]] || echo "$pid"
	done
}

# What a start has set going has come to rest: all of them sleep, and did so
# between two looks.
settle() {
	local now then=none
	while wait_until asleep "$@"; now=$(work_of "$@"); [[ $now != "$then" ]]
	do
		then=$now
		"$PYTHON" -c 'import time; time.sleep(0.3)' 3>&-
	done
}
