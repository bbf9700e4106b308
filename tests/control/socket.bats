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

field() {
	sed -n "s/^$1=\([0-9]*\) .*/\1/p" "$IMP_STATE_DIR/web/record"
}

start_web() {
	start_imp -n web -s -r "$@" -- "$PROBE" --report "$PWD/report" --wait
	wait_until test -e report
	supervisor=$(field supervisor)
	main=$(field main)
	wait_until asleep "$supervisor"
	open_before=$(count_open)
}

count_open() {
	find "/proc/$supervisor/fd" -mindepth 1 | wc -l
}

nothing_open_left() {
	[[ $(count_open) == "$open_before" ]]
}

# Both processes are the same, nothing stays open, and it can be stopped.
is_undisturbed() {
	[[ $(field supervisor) == "$supervisor" && $(field main) == "$main" ]]
	alive "$main"
	wait_until nothing_open_left
	run -0 "$IMP" --status web
	run -0 "$IMP" --stop web
	not alive "$main"
	not alive "$supervisor"
}

client() {
	"$PYTHON" "$SRCDIR/tests/control/client.py" \
	    "$IMP_STATE_DIR/web/control" "$1"
}

@test "garbage is refused and does not disturb" {
	start_web
	client garbage
	is_undisturbed
}

@test "clients that say nothing do not keep others from being served" {
	start_web
	client hung
	is_undisturbed
}

@test "three thousand random requests do not disturb" {
	start_web
	client fuzz
	is_undisturbed
}

@test "a thousand clients at once are all answered" {
	ulimit -Sn "$(ulimit -Hn)"
	start_web
	client crowd
	is_undisturbed
}

@test "who is neither root nor the owner may only ask for the status" {
	need_root
	local dir=$BATS_TEST_TMPDIR
	while [[ $dir != / ]]; do
		chmod a+x "$dir"
		dir=$(dirname "$dir")
	done
	start_web
	cp "$SRCDIR/tests/control/client.py" client.py
	"$PYTHON" client.py "$IMP_STATE_DIR/web/control" stranger
	is_undisturbed
}

@test "a supervisor whose socket was removed is told of, and can be stopped" {
	start_web
	rm "$IMP_STATE_DIR/web/control"
	run -0 "$IMP" --status web
	[[ $output == *"State: up since "* ]]
	run -1 --separate-stderr "$IMP" --restart web
	[[ $stderr == "imp: cannot restart 'web': its supervisor does not \
listen" ]] || fail "$stderr"
	alive "$main"
	run -0 --separate-stderr "$IMP" --stop web
	[[ -z $stderr && -z $(ls -A "$IMP_STATE_DIR") ]]
	not alive "$supervisor"
}

# misunderstand KIND: web's supervisor is one of another version.
misunderstand() {
	rm -f heard there listening
	start_imp -n web -s -- bash -c "trap 'echo USR1 >>$PWD/heard' USR1
	    trap 'echo HUP >>$PWD/heard' HUP; trap 'exit 0' TERM
	    echo >$PWD/there; while :; do read -r -t 0.05 <> <(:); done"
	wait_until test -e there
	start "$PYTHON" "$SRCDIR/tests/control/client.py" \
	    "$IMP_STATE_DIR/web/control" "$1" >listening
	wait_until test -s listening
}

@test "with a supervisor of another version what needs none is done" {
	local kind verb
	for kind in older odd; do
		misunderstand $kind
		run -0 "$IMP" --status web
		[[ $output == *"State: up since "* ]]
		run -0 --separate-stderr "$IMP" --signal USR1 web
		wait_until grep -q USR1 heard
		run -0 --separate-stderr "$IMP" --reload web
		wait_until grep -q HUP heard
		for verb in restart rotate; do
			run -1 --separate-stderr "$IMP" --$verb web
			[[ $stderr == *"'web': its supervisor is of another \
version of imp: stop it, and start it as before" ]] || fail "$stderr"
		done
		main=$(field main) supervisor=$(field supervisor)
		run -0 --separate-stderr "$IMP" --stop \
		    --stop-schedule TERM/60 web
		[[ $stderr == "imp: 'web' is stopped by the schedule that it \
was started with: its supervisor hears of no other" ]] || fail "$stderr"
		not alive "$main"
		not alive "$supervisor"
		[[ -z $(ls -A "$IMP_STATE_DIR") ]]
		kill "$started_pid"
	done
}

@test "a state directory with a long path is no obstacle" {
	local long
	long=$(printf '%0150d' 0)
	export IMP_STATE_DIR=$BATS_TEST_TMPDIR/$long/state
	start_web
	is_undisturbed
}

@test "the pidfile is as good a way to the supervisor as the name" {
	start_web -p "$PWD/web.pid"
	run -0 "$IMP" --restart -p web.pid
	[[ $(field main) != "$main" && $(field supervisor) == "$supervisor" ]]
	run -0 "$IMP" --stop -p web.pid
	not alive "$supervisor"
}

@test "a client killed at any system call does not disturb" {
	start_web
	local n rc=0
	for ((n = 1; n < 2000 && rc == 0; n++)); do
		"$BUILDDIR/tests/control/cut" $n \
		    "$IMP" --reload --reload-signal CONT web || rc=$?
	done
	((rc == 3 && n > 20)) || fail "status $rc at call $n"
	is_undisturbed
}

@test "fifty restarts under one supervisor, each to a running process" {
	start_web
	local i before
	for ((i = 0; i < 50; i++)); do
		before=$main
		"$IMP" --restart web
		main=$(field main)
		[[ $main != "$before" ]]
		alive "$main"
	done
	is_undisturbed
}

@test "the last one who stops it and the first who starts it do not meet" {
	start_web
	"$IMP" --stop web
	local i
	for ((i = 0; i < 20; i++)); do
		start_imp -n web -s -- "$PROBE" --no-report --wait
		"$IMP" --stop web
		[[ -z $(ls -A "$IMP_STATE_DIR") ]]
	done
}
