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

start_logged() {
	start_imp -n web -l "$PWD/log" -- "$PROBE" --no-report --wait
}

@test "the last lines are printed, as many as are wanted" {
	start_logged
	seq 100 >>log
	[[ $("$IMP" --logs web) == "$(seq 91 100)" ]]
	[[ $("$IMP" --logs=3 web) == "$(seq 98 100)" ]]
	[[ $("$IMP" --logs=1000 web) == "$(seq 100)" ]]
	printf 'no newline' >>log
	[[ $("$IMP" --logs=2 web) == $'100\nno newline' ]]
}

@test "lines are taken from rotated and compressed files, in their order" {
	start_logged
	seq 91 100 >log
	seq 81 90 >log.1
	seq 71 80 | gzip >log.2.gz
	seq 61 70 >log.10
	echo other >log.old
	echo other >logs.1
	[[ $("$IMP" --logs=25 web) == "$(seq 76 100)" ]]
	[[ $("$IMP" --logs=1000 web) == "$(seq 61 100)" ]]
}

@test "rotated files may have times in their names" {
	start_logged
	seq 21 30 >log
	seq 11 20 >log.20261129T054300.123456Z
	seq 1 10 | gzip >log.20261128T054300.123456Z.gz
	[[ $("$IMP" --logs=25 web) == "$(seq 6 30)" ]]
}

@test "what is added is followed, across rotations" {
	start_logged
	echo one >log
	"$IMP" --logs -F web >out 3>&- &
	record_pid $!
	wait_until grep -q one out
	echo two >>log
	wait_until grep -q two out
	mv log log.1
	echo three >>log.1
	echo four >log
	wait_until grep -q four out
	: >log
	echo five >>log
	wait_until grep -q five out
	[[ $(<out) == $'one\ntwo\nthree\nfour\nfive' ]]
}

@test "nothing is missed of what imp rotates and compresses meanwhile" {
	start_imp -n web -l "$PWD/log" --log-size 8K --log-keep 1000 \
	    --log-compress -- sh -c "until test -e '$PWD/go'; do :; done
		seq 20000; exec '$PROBE' --no-report --wait"
	"$IMP" --logs -F web >out 3>&- &
	record_pid $!
	has_begun() {
		[[ $(<"/proc/$!/wchan") == *poll* ]]
	}
	wait_until has_begun
	touch go
	wait_until grep -qx 20000 out
	cmp out <(seq 20000)
	wait_until compgen -G 'log.*.gz'
	[[ $("$IMP" --logs=20000 web) == "$(seq 20000)" ]]
}

@test "a file that was emptied and has its old size again is read anew" {
	start_logged
	echo four >log
	"$IMP" --logs -F web >out 3>&- &
	local follower=$!
	record_pid $follower
	wait_until grep -q four out
	kill -STOP $follower
	: >log
	echo five >>log
	kill -CONT $follower
	wait_until grep -q five out
	[[ $(<out) == $'four\nfive' ]]
}

@test "a file that came and went between two looks is not missed" {
	start_logged
	echo 1 >log
	"$IMP" --logs -F web >out 3>&- &
	local follower=$!
	record_pid $follower
	wait_until grep -q 1 out
	kill -STOP $follower
	mv log log.1
	echo 2 >log
	mv log.1 log.2
	mv log log.1
	echo 3 >log
	kill -CONT $follower
	wait_until grep -q 3 out
	[[ $(<out) == $'1\n2\n3' ]]
}

@test "control characters are shown on a terminal, and kept in a pipe" {
	need script
	start_logged
	printf 'a\e[31mb\xc2\x9bc\x7fd\xc3\xa9\te\r\n' >log
	"$IMP" --logs web | cmp - log
	script -qec "'$IMP' --logs web" /dev/null >shown 3>&-
	grep -qF 'a\x1b[31mb\xc2\x9bc\x7fdé'$'\t''e\x0d' shown
	script -qec "'$IMP' --logs --raw web" /dev/null >shown 3>&-
	grep -q $'a\e\\[31mb' shown
}

@test "several logs have titles" {
	start_logged
	start_imp -n other -o "$PWD/out" -e "$PWD/err" -- \
	    "$PROBE" --no-report --wait
	echo w >log
	echo o >out
	echo e >err
	[[ $("$IMP" --logs web other) == "==> $PWD/log <==
w

==> $PWD/out <==
o

==> $PWD/err <==
e" ]]
}

@test "a log that is not there is an error" {
	run -1 --separate-stderr "$IMP" --logs nope
	[[ $stderr == "imp: cannot print the log of 'nope': it is not running" ]]
	start_imp -n web -- "$PROBE" --no-report --wait
	run -1 --separate-stderr "$IMP" --logs web
	[[ $stderr == *"its output is not kept" ]]
}
