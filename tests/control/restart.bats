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

main_of() {
	sed -n 's/^main=\([0-9]*\) .*/\1/p' "$IMP_STATE_DIR/$1/record"
}

# Three instances, each ready once there is a file go.N, and ended by a file
# fail.N instead.
start_three() {
	touch go.{1,2,3}
	# shellcheck disable=SC2016
	start_imp -n web --instances=3 --ready=fd:3 \
	    --stop-schedule TERM/60/KILL/5 -- bash -c '
		echo $$ >>'"$PWD"'/begun.$IMP_INSTANCE
		until [[ -e '"$PWD"'/go.$IMP_INSTANCE ]]; do
			[[ ! -e '"$PWD"'/fail.$IMP_INSTANCE ]] || exit 3
			read -r -t 0.05 <> <(:)
		done
		echo >&3
		exec "$0" --no-report --wait' "$PROBE"
	for i in 1 2 3; do
		before[i]=$(main_of "web@$i")
	done
	rm go.?
}

# begun INSTANCE N: its program was started that often.
begun() {
	(($(wc -l <"begun.$1") == $2))
}

is_untouched() {
	[[ $(main_of "web@$1") == "${before[$1]}" ]] && alive "${before[$1]}" &&
		begun "$1" 1
}

is_up() {
	"$IMP" --status --json "web@$1" | jq -e '.[0].ready' >/dev/null
}

@test "instances are restarted one by one, the next when the last is ready" {
	need jq
	start_three
	start "$IMP" --restart web
	wait_until begun 1 2
	# It runs, but is not ready.
	is_untouched 2
	is_untouched 3
	touch go.1
	wait_until begun 2 2
	is_up 1
	is_untouched 3
	touch go.2
	wait_until begun 3 2
	is_up 2
	alive "$started_pid"
	touch go.3
	wait "$started_pid"
	for i in 1 2 3; do
		is_up $i
		not alive "${before[i]}"
	done
}

@test "an instance that fails keeps those behind it from being restarted" {
	start_three
	touch go.1 fail.2
	run -1 --separate-stderr "$IMP" --restart web
	[[ $stderr == *"cannot restart 'web@2': exited with status 3"* ]] ||
		fail "$stderr"
	[[ $stderr == *"cannot restart 'web@3': not tried, as"* ]]
	begun 1 2
	is_untouched 3
}

@test "daemons that are not instances of one name do not wait for each other" {
	start_three
	start_imp -n other -s -- "$PROBE" --no-report --wait
	local other
	other=$(main_of other)
	touch go.{1,2} fail.3
	run -1 "$IMP" --restart web other
	[[ $(main_of other) != "$other" ]]
	alive "$(main_of other)"
	begun 2 2
}

# How often a second start was tried, and what came of it.
try_to_win() {
	local tries=0 rc
	until [[ -e over ]]; do
		rc=0
		"$IMP" -q -n web -s -- "$PROBE" --no-report --wait 3>&- \
		    2>/dev/null || rc=$?
		((rc == 75)) || echo "$rc" >>won
		tries=$((tries + 1))
		echo $tries >tries
	done
}

@test "while a daemon is restarted no other start wins" {
	start_imp -n web -s -- "$PROBE" --no-report --wait
	try_to_win 3>&- &
	local rival=$! i
	record_pid $rival
	for ((i = 0; i < 30; i++)); do
		"$IMP" --restart web
	done
	wait_until test -s tries
	touch over
	wait "$rival" || :
	[[ ! -e won ]] || fail "$(sort won | uniq -c)"
	[[ $("$IMP" --list --json | jq length) == 1 ]]
}

@test "a restart that is asked for by several at once is done for all" {
	start_imp -n web -s -- "$PROBE" --no-report --wait
	local i pids=()
	for i in 1 2 3 4 5 6; do
		"$IMP" --restart web 3>&- &
		pids+=($!)
	done
	record_pid "${pids[@]}"
	for i in "${pids[@]}"; do
		wait "$i"
	done
	alive "$(main_of web)"
	run -0 "$IMP" --stop web
	nothing_left
}

@test "a stop ends a restart under way, and both say so" {
	start_three
	start "$IMP" --restart web@1
	wait_until begun 1 2
	run -0 "$IMP" --stop web
	local rc=0
	wait "$started_pid" || rc=$?
	((rc == 1))
	[[ -z $(ls -A "$IMP_STATE_DIR") ]]
}
