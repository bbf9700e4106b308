#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# SPDX-FileCopyrightText: 2026 The imp authors

load helper

setup() {
	cd "$BATS_TEST_TMPDIR"
}

teardown() {
	stop_everything_started
}

# refuses MESSAGE ARG...: imp says so, points to the help, and exits 2.
refuses() {
	local message=$1
	shift
	run -2 --separate-stderr "$IMP" "$@"
	[[ -z $output && ${stderr_lines[0]} == "imp: $message" ]] ||
		fail "$* gives: $stderr"
	[[ ${stderr_lines[1]} == "Try 'imp --help' for more information." ]]
	nothing_left
}

# repeat N CHARACTER
repeat() {
	printf "%$1s" '' | tr ' ' "$2"
}

name_rule="must be 1 to 200 letters, digits or punctuation, without '/' and"
name_rule+=" '%', and not begin with '.' or '-'"

@test "no command at all is a usage error" {
	refuses "no command given"
	refuses "no command given" --
	refuses "the command must not be empty" ''
}

@test "an unknown option is named" {
	refuses "unknown option '--frob'" --frob true
	refuses "unknown option '-Z'" -Z true
	refuses "unknown option '-Z'" -fZ true
}

@test "a near miss is told what is near" {
	refuses "unknown option '--respwan'; did you mean '--respawn'?" \
	    --respwan true
	refuses "unknown option '--log-stam'; did you mean '--log-stamp'?" \
	    --log-stam=iso true
}

@test "a missing value is told what it would be" {
	refuses "option '--name' needs a value: NAME" --name
	refuses "option '-u' needs a value: USER[:GROUP]" -fu
}

@test "a value for an option that takes none is refused" {
	refuses "option '--foreground' takes no value, not 'yes'" \
	    --foreground=yes true
}

@test "an impossible value is told what is possible" {
	refuses "invalid value '20' for --nice: must be a number from -20 to 19" \
	    --nice=20 true
	refuses "invalid value '888' for --umask: must be octal, 0 to 777" \
	    --umask 888 true
	refuses "invalid value 'ever' for --respawn: must be one of: never \
always on-failure on-abnormal" --respawn=ever true
	refuses "invalid value '2' for --keep-fd: must be a number from 3 to \
1048575" --keep-fd=2 true
	refuses "invalid value '2000' for --oom-score-adj: must be a number \
from -1000 to 1000" --oom-score-adj 2000 true
}

@test "an empty value is refused where it means nothing" {
	local option
	for option in --pidfile --chdir --chroot --stdin --env-file \
	    --state-dir; do
		refuses "invalid value '' for $option: must not be empty" \
		    "$option=" true
	done
	refuses "invalid value '' for -n: $name_rule" -n '' true
	refuses "invalid value '' for --user: must not have an empty user" \
	    --user= true
}

@test "a name that could be a path or break a line is refused" {
	local name
	for name in a/b .. . .hidden -x 'a b' a%i; do
		refuses "invalid value '$name' for --name: $name_rule" \
		    "--name=$name" true
	done
	refuses "invalid value 'a\\x0ab' for --name: $name_rule" \
	    --name $'a\nb' true
}

@test "a name may have 200 bytes and not one more" {
	"$IMP" --explain --name "$(repeat 200 x)" true
	run -2 "$IMP" --explain --name "$(repeat 201 x)" true
}

@test "a name of 4 KiB is refused in one line" {
	run -2 --separate-stderr "$IMP" --name "$(repeat 4096 x)" true
	[[ ${#stderr_lines[@]} -eq 2 && ${stderr_lines[0]} == *... ]]
}

@test "an option of 4 KiB is refused in one line" {
	run -2 --separate-stderr "$IMP" "--$(repeat 4096 x)" true
	[[ ${#stderr_lines[@]} -eq 2 ]]
}

@test "a user that is no user is not looked up" {
	refuses "invalid value '-1' for --user: must have the name or the \
number of a user" --user=-1 true
	refuses "invalid value '4294967295' for --user: must have a user number \
from 0 to 4294967294" --user=4294967295 true
	refuses "invalid value 'x:' for --user: must not have an empty group" \
	    --user=x: true
}

@test "a stop schedule is told which item is wrong and where" {
	refuses "invalid value 'TERM/10/KLL/5' for --stop-schedule: item 3, \
'KLL', in column 9 is no signal, time, forever or infinity" \
	    --stop-schedule=TERM/10/KLL/5 true
}

@test "two verbs are one too many" {
	refuses "--stop and --status cannot be used together" \
	    --stop --status x
}

@test "options that mean nothing together are both named" {
	refuses "--every and --respawn cannot be used together" \
	    --every=1m -r true
	refuses "--idempotent needs --name or --pidfile" --idempotent true
	refuses "--ready-timeout needs --ready or --forking" --ready-timeout=5 true
	refuses "--ready=pidfile needs --pidfile" --ready=pidfile true
	refuses "--log-size needs a file in --log, --stdout or --stderr" \
	    --log-size=1M true
	refuses "--user means nothing with --stop" --stop -u x y
	refuses "--follow means nothing for a start" -F true
}

@test "a verb without a daemon is a usage error" {
	local verb
	for verb in stop restart reload status wait logs rotate; do
		refuses "--$verb needs a NAME or --pidfile" "--$verb"
	done
	refuses "--signal needs a NAME or --pidfile" --signal=TERM
	refuses "--inspect needs a process number, a NAME or --pidfile" \
	    --inspect --json
}

@test "--help prints to standard output and succeeds" {
	run -0 --separate-stderr "$IMP" --help
	[[ -z $stderr && ${lines[0]} == "Usage: imp [OPTION]... [--] COMMAND"* ]]
	run -0 --separate-stderr "$IMP" -h --frob
	[[ -z $stderr ]]
}

@test "--version prints one line" {
	run -0 --separate-stderr "$IMP" --version
	[[ -z $stderr && $output =~ ^imp\ [0-9]+\.[0-9]+\.[0-9]+$ ]]
}

@test "help that cannot be written is a failure" {
	[[ -w /dev/full ]] || skip "no /dev/full"
	run -1 --separate-stderr bash -c '"$IMP" --help >/dev/full'
	[[ $stderr == "imp: cannot write to standard output: No space"* ]]
}

@test "no arguments, not even a name, is a usage error" {
	run -2 --separate-stderr "$BUILDDIR/tests/noargs" "$IMP"
	[[ ${stderr_lines[0]} == "imp: no command given" ]]
}

@test "options of the command are the command's" {
	run -0 "$IMP" --explain -f ls -l --all --
	[[ $output == *$'\noperand=ls\noperand=-l\noperand=--all\noperand=--\n'* ]]
}

@test "--as selects a dialect, and only as the first argument" {
	run -0 "$IMP" --as=imp --version
	[[ $output == "imp "* ]]
	run -2 "$IMP" --as=frob true
	[[ ${lines[0]} == "imp: unknown dialect 'frob'" ]]
	run -2 "$IMP" -f --as=imp true
}
