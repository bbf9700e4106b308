#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# SPDX-FileCopyrightText: 2026 The imp authors
#
# What imp does on a system that is not Linux, from a tree that was configured
# with --enable-generic.

load helper

setup() {
	cd "$BATS_TEST_TMPDIR"
	grep -q '^#define OS_IS_LINUX 0$' "$BUILDDIR/config.h" ||
		need_failed "a tree of --enable-generic is needed"
}

teardown() {
	stop_everything_started
}

# refused WORD...: these options, for what the system lacks.
refused() {
	run -2 --separate-stderr "$IMP" "$@" touch started
	[[ $stderr == *"cannot be had on this system"* && ! -e started ]] ||
		fail "$*: $stderr"
}

@test "a command is put into the background" {
	exec 5<"$SRCDIR/COPYING"
	trap '' HUP USR1
	start_imp "$PROBE" --report "$PWD/report"
	wait_until test -e report
	[[ $(report report fds) == '0 1 2' ]]
	[[ $(report report umask) == 0022 && $(report report cwd) == / ]]
	# One that the C library has stays as the caller had it.
	[[ " $(report report signal.ignored) " != *\ [1-9]\ * ]]
	[[ " $(report report signal.ignored) " != *\ 1[0-9]\ * ]]
	[[ -z $(report report signal.blocked) ]]
	[[ $(report report sid) != "$(report report pid)" ]]
	[[ $(report report sid) != "$(process_field $$ 6)" ]]
}

@test "also with many open descriptors and as another user" {
	need_root
	local fd
	ulimit -n 4096
	for fd in {20..1500}; do
		eval "exec $fd</dev/null"
	done
	touch report
	chown nobody report
	start_imp -o inherit -u nobody --limit core=0 --nice 3 --umask 027 \
	    "$PROBE" >report
	wait_until grep -q '^argc=' report
	[[ $(report report fds) == '0 1 2' ]]
	[[ $(report report uid) == "$(id -u nobody) "* ]]
	[[ $(report report caps.effective) == 0000000000000000 ]]
	[[ $(report report umask) == 0027 && $(report report nice) == 3 ]]
	[[ $(report report limit.core) == 0:0 ]]
}

@test "the foreground takes the command's status" {
	run -7 "$IMP" -f sh -c 'echo said; exit 7'
	[[ $output == said ]]
	run -127 --separate-stderr "$IMP" ./missing
	[[ $stderr == "imp: cannot find './missing'" ]]
}

@test "what the system cannot do is refused by name" {
	local option
	for option in --caps=none --cpus=0 --ionice=idle --no-new-privs \
	    --oom-score-adj=5 --sched=batch --name=x --pidfile=x \
	    --bind=parent --supervise; do
		refused "$option"
		[[ $stderr == "imp: ${option%%=*} cannot"* ]] ||
			fail "$option: $stderr"
	done
	refused --respawn
	refused --log syslog
	refused --log x --log-size 1M
	refused --ready alive:1s
}
