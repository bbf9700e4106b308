#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# SPDX-FileCopyrightText: 2026 The imp authors

# When the next run comes.

load supervise

# Microseconds since the epoch, one line a run.
setup() {
	cd "$BATS_TEST_TMPDIR" || return
	script target <<-\EOF
		echo "${EPOCHREALTIME/[^0-9]/}" >>starts
		exit 1
	EOF
}

# distances: between the starts, in milliseconds.
distances() {
	awk 'NR > 1 { printf "%d\n", ($1 - last) / 1000 } { last = $1 }' starts
}

# announces DELAY...: the restarts come after these, within JITTER percent,
# and not sooner.
announces() {
	local i found distances
	mapfile -t found < <(announced_delays)
	mapfile -t distances < <(distances)
	for i in "${!found[@]}"; do
		((i < $#)) || break
		within "${found[i]}" $((${*:i + 1:1} * (100 - jitter) / 100)) \
		    $((${*:i + 1:1} * (100 + jitter) / 100))
		((distances[i] >= found[i])) ||
			fail "restart $i came after ${distances[i]} ms"
	done
	((${#found[@]} >= $#)) || fail "only ${#found[@]} restarts"
}

@test "delays double up to the longest one" {
	local jitter=20
	supervise --chdir . --respawn --respawn-delay=20ms \
	    --respawn-max-delay=100ms --respawn-limit=5/1h ./target
	wait_until nothing_left
	announces 20 40 80 100 100
}

@test "the longest delay is never exceeded" {
	local delay
	supervise --chdir . --respawn --respawn-delay=5ms \
	    --respawn-max-delay=10ms --respawn-limit=30/1h ./target
	wait_until nothing_left
	for delay in $(announced_delays); do
		within "$delay" 4 10
	done
}

@test "a list of delays is kept to exactly, its last one for ever" {
	local jitter=0
	supervise --chdir . --respawn --respawn-delay=10ms,50ms,30ms \
	    --respawn-limit=5/1h ./target
	wait_until nothing_left
	announces 10 50 30 30 30
}

@test "a stop during the delay is one at once, and there is no other start" {
	local pid
	supervise --chdir . --respawn --respawn-delay=1h,1h ./target
	wait_until state_is backoff
	pid=$(supervisor_pid)
	wait_until asleep "$pid"
	kill -TERM "$pid"
	wait_gone "$pid"
	[[ $(lines starts) == 1 ]]
	all_gone
}

@test "SIGINT during the delay is a stop as well" {
	local pid
	supervise --chdir . --respawn --respawn-delay=1h,1h ./target
	wait_until state_is backoff
	pid=$(supervisor_pid)
	kill -INT "$pid"
	wait_gone "$pid"
	all_gone
}

@test "--every runs from start to start" {
	local i starts began=${EPOCHREALTIME/[^0-9]/}
	supervise --chdir . --every=200ms ./target
	wait_until has_lines starts 6
	mapfile -t starts <starts
	# Late, on a loaded machine, but none before its turn.
	for i in "${!starts[@]}"; do
		((starts[i] - began >= i * 200000)) ||
			fail "too early: ${starts[*]}"
	done
}

@test "--every never lets runs overlap, and skips those that it missed" {
	local distance
	script target <<-\EOF
		echo "${EPOCHREALTIME/[^0-9]/}" >>starts
		mkdir lock || { echo overlap >>overlaps; exit 1; }
		timeout 0.5 "$PROBE" --no-report --wait
		rmdir lock
	EOF
	supervise --chdir . --every=200ms ./target
	wait_until has_lines starts 4
	[[ ! -e overlaps ]]
	for distance in $(distances); do
		((distance >= 500)) || fail "$distance ms"
	done
}

@test "between two runs of --every it is stopped at once" {
	local pid
	supervise --chdir . --every=1h ./target
	wait_until state_is backoff
	pid=$(supervisor_pid)
	kill -TERM "$pid"
	wait_gone "$pid"
	[[ $(lines starts) == 1 ]]
	all_gone
}

@test "--max-runtime stops by the schedule and is a failure" {
	script target <<-\EOF
		echo >>starts
		trap 'echo TERM >>got; exit 0' TERM
		while :; do "$PROBE" --no-report --wait & wait; done
	EOF
	supervise --chdir . --respawn=on-failure --respawn-delay=1ms,1ms \
	    --max-runtime=300ms ./target
	wait_until has_lines starts 3
	has_lines got 2
	has_line imp.log 'has exceeded its time'
}

@test "--max-runtime means nothing any more for what is being stopped" {
	local limit pid
	for limit in 0.5 2 8; do
		supervise --max-runtime=$limit "$PROBE" --no-report --wait
		pid=$(supervisor_pid)
		# So that it hears of both at the same time.
		kill -STOP "$pid"
		# It may have taken us too long.
		has_line imp.log 'exceeded its time' || break
		kill -CONT "$pid"
		wait_until all_gone
		rm imp.log
	done
	run -124 "$IMP" --wait=$limit d
	kill -TERM "$pid"
	kill -CONT "$pid"
	wait_until all_gone
	run ! has_line imp.log 'exceeded its time'
}

@test "a start that fails is tried again and again, first after a second" {
	local pid
	echo A=1 >env.txt
	script target <<-\EOF
		echo "$A" >>starts
		exec "$PROBE" --no-report --wait
	EOF
	supervise --chdir . --respawn --respawn-delay=0 --env-file=env.txt ./target
	pid=$(main_pid)
	rm env.txt
	kill -KILL "$pid"
	wait_until has_line imp.log \
	    "could not be started: cannot read 'env.txt': No .*; next start in"
	within "$(announced_delays | sed -n 2p)" 800 1200
	state_is backoff
	echo A=2 >env.txt
	wait_until runs_as_other "$pid"
	[[ $(tail -n 1 starts) == 2 ]]
}
