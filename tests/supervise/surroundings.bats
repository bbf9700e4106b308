#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# SPDX-FileCopyrightText: 2026 The imp authors

# What a target is given is the same however it runs: when imp becomes it,
# when a supervisor starts it, and when that starts it again.

load supervise

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	# Other users write their reports here.
	mkdir -m 1777 out
	# What the target sees as this place, and as the probe.
	seen=$PWD probe=$PROBE
}

# expect NAME KEY=PATTERN...: what the report out/NAME says.
expect() {
	local name=$1 pair
	shift
	wait_until test -e "out/$name"
	for pair; do
		# shellcheck disable=SC2053
		[[ $(report "out/$name" "${pair%%=*}") == ${pair#*=} ]] ||
			fail "$name: $pair, not" \
			    "$(report "out/$name" "${pair%%=*}")"
	done
}

# What differs from run to run.
without_numbers() {
	sed -e '/^\(pid\|pgid\)=/d' "$1"
}

# given OPTION... -- KEY=PATTERN...: have the probe started in each way.
given() {
	local options=() pid
	while [[ $1 != -- ]]; do
		options+=("$1")
		shift
	done
	shift
	rm -f out/*
	start_imp "${options[@]}" -- "$probe" --report "$seen/out/exec"
	expect exec "$@"
	supervise --respawn --respawn-delay=0 "${options[@]}" -- \
	    "$probe" --report "$seen/out/run" --wait
	expect run "$@"
	pid=$(main_pid)
	mv out/run out/first
	kill -KILL "$pid"
	expect run "$@"
	diff <(without_numbers out/first) <(without_numbers out/run)
	"$IMP" --stop d
	wait_until all_gone
}

@test "with no option at all" {
	given -- fds='0 1 2' fd.0=/dev/null umask=0022 cwd=/ root=/ nice="$(nice)" \
	    signal.blocked= signal.ignored= no_new_privs=0 tty=none
}

@test "--user, --group and --groups" {
	need_root
	local ids='65534 65534 65534 65534' none='caps.effective=0000000000000000'
	given -u nobody -- uid="$ids" gid="$ids" "$none" env=*USER=nobody*
	given -u 54321:54321 -- uid='54321 *' gid='54321 *' groups= "$none"
	given -u nobody -g daemon -- uid="$ids" gid='1 1 1 1'
	given -g 12345 -- uid='0 0 0 0' gid='12345 *' groups=
	given -u nobody --groups daemon,7 -- groups='1 7'
	given -u nobody --groups none -- groups=
}

@test "--caps and --no-new-privs" {
	need_root
	local some=0000000000000400
	given -u nobody --caps net_bind_service -- uid='65534 *' \
	    caps.effective=$some caps.permitted=$some caps.ambient=$some \
	    no_new_privs=0
	given --caps net_bind_service -- uid='0 *' \
	    caps.effective=$some caps.bounding=$some
	given --caps none --no-new-privs -- no_new_privs=1 \
	    caps.effective=0000000000000000
}

@test "--chroot and --chdir" {
	need_root
	given -c /usr -- cwd=/usr root=/
	mkdir new new/in
	mv out new/out
	ln -s new/out out
	cp "$PROBE" new/probe
	seen='' probe=/probe
	given --chroot new -- cwd=/ fds='0 1 2'
	given --chroot new -c in -u 54321:54321 -- cwd=/in uid='54321 *'
}

@test "--umask" {
	given --umask 0 -- umask=0000
	given --umask 027 -- umask=0027
}

@test "--env, --env-file and --clear-env" {
	local A=1
	export A
	printf 'FROM_FILE="a b"\nA=file\n' >env.txt
	given -E NEW=x -E A=one -- env=*A=one* env=*NEW=x*
	given --env-file env.txt -- env=*'FROM_FILE=a b'* env=*A=file*
	given --env-file env.txt -E A=one -- env=*A=one*
	given --clear-env -E IMP_STATE_DIR -E A -- \
	    env=$'A=1\nIMP_STATE_DIR=*'
	run ! grep -q '^env=PATH=' out/exec
	run ! grep -q '^env=PATH=' out/run
}

@test "--limit" {
	given --limit nofile=100:200 --limit core=0,cpu=1h -- \
	    limit.nofile=100:200 limit.core=0:0 limit.cpu=3600:3600
}

@test "--nice, --ionice, --sched, --cpus and --oom-score-adj" {
	need_root
	given --nice 5 --ionice best-effort:7 --cpus 0 --oom-score-adj 123 \
	    -- nice=5 ioprio=2:7 cpus=0 oom_score_adj=123
	given --sched batch --nice -3 --ionice idle -- sched=batch:0 \
	    nice=-3 ioprio=3:*
	given --sched rr:7 -- sched=rr:7
}

@test "what is not asked for is the caller's, not the supervisor's" {
	need_root
	echo 77 >"/proc/$BASHPID/oom_score_adj"
	given -- oom_score_adj=77
	given -u nobody -- oom_score_adj=77
}

@test "--keep-fd and --argv0" {
	local kept
	exec {kept}<"$BASH"
	given --keep-fd="$kept" --argv0 -login -- \
	    fds="0 1 2 $kept" fd."$kept"="$(readlink -f "$BASH")" \
	    argv.0=-login
	given -- fds='0 1 2' argv.0="$PROBE"
}

@test "--stdin, --stdout, --stderr and --log" {
	echo words >in
	given -i in -o one -e two -- fd.0="$PWD/in" fd.0.mode=r* \
	    fd.1="$PWD/one" fd.1.mode=w* fd.2="$PWD/two"
	given -l both -- fd.0=/dev/null fd.1="$PWD/both" fd.2="$PWD/both"
	given -o null -e one -- fd.1=/dev/null fd.2="$PWD/one"
	given -o inherit -e null -- fd.1="$PWD/mine" fd.2=/dev/null >mine
}

@test "what cannot be had is told in the same words, and leaves nothing" {
	need_root
	local as=(setpriv --reuid 65534 --regid 65534 --clear-groups)
	local option told
	mkdir -m 1777 state
	for option in --nice=-5 --oom-score-adj=-500 --sched=fifo \
	    --ionice=realtime --chroot=/ --user=daemon --caps=net_admin \
	    --limit=nofile=unlimited --cpus=1023 --chdir=/nope; do
		run -125 --separate-stderr "${as[@]}" "$IMP" "$option" -- \
		    "$PROBE" --report "$PWD/out/got"
		told=$stderr
		[[ $told == "imp: cannot "* ]] || fail "$option: $told"
		run -125 --separate-stderr "${as[@]}" "$IMP" -s "$option" -- \
		    "$PROBE" --report "$PWD/out/got"
		[[ $stderr == "$told" ]] || fail "$option: $stderr"
	done
	[[ ! -e out/got ]]
	nothing_left
}
