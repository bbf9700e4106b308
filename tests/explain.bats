#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# SPDX-FileCopyrightText: 2026 The imp authors

load helper

setup() {
	cd "$BATS_TEST_TMPDIR"
}

# explain ARG...: into the array "values", by key; lists with newlines.
explain() {
	local line
	declare -gA values=()
	run -0 --separate-stderr "$IMP" --explain "$@"
	[[ -z $stderr ]]
	for line in "${lines[@]}"; do
		values[${line%%=*}]+=${values[${line%%=*}]:+$'\n'}${line#*=}
	done
}

@test "what is explained is sorted, a value a line" {
	run -0 "$IMP" --explain -n web -E B=1 -E A=2 -- ./api --port 80
	[[ $(printf '%s\n' "${lines[@]%%=*}" | LC_ALL=C sort -c 2>&1) == "" ]]
	printf '%s\n' "${lines[@]}" | grep -vqE '^[a-z0-9-]+=' && false
	[[ $output == *$'\nenv=B=1\nenv=A=2\n'* ]]
	[[ $output == *$'\noperand=./api\noperand=--port\noperand=80\n'* ]]
}

@test "nothing is started" {
	run -0 "$IMP" --explain -n web -p web.pid -o out touch started
	[[ ! -e started && ! -e web.pid && ! -e out && ! -e $IMP_STATE_DIR ]]
}

@test "the defaults are those of the manual" {
	explain true
	[[ ${values[chdir]} == / ]]
	[[ ${values[umask]} == 0022 ]]
	[[ ${values[respawn]} == never ]]
	[[ ${values[fatal]} == 64,78,126-127 ]]
	[[ ${values[stop-schedule]} == TERM/10s/KILL/5s ]]
	[[ ${values[log-mode]} == 0640 ]]
	[[ ${values[supervise]} == no ]]
	[[ -z ${values[name]-} && -z ${values[stdout]-} ]]
}

@test "odd characters are quoted so that a value stays a line" {
	explain -E $'A=a b\n"c"\\\t\x01\xff' -- 'x y' ''
	[[ ${values[env]} == '"A=a b\n\"c\"\\\t\x01\xff"' ]]
	[[ ${values[operand]} == $'"x y"\n""' ]]
}

@test "-l is for both outputs, unless -o or -e is given, in any order" {
	explain -l both true
	[[ ${values[stdout]} == both && ${values[stderr]} == both ]]
	explain -o out -l both true
	[[ ${values[stdout]} == out && ${values[stderr]} == both ]]
	explain -l both -e null true
	[[ ${values[stdout]} == both && ${values[stderr]} == null ]]
}

@test "-u takes a group along" {
	explain -u www:adm true
	[[ ${values[user]} == www && ${values[group]} == adm ]]
	explain -u www:adm -g bin true
	[[ ${values[group]} == bin ]]
}

@test "of an option that is repeated the last one counts" {
	explain -c /a -c /b --truncate -o x -a true
	[[ ${values[chdir]} == /b && ${values[truncate]} == no ]]
}

@test "lists accumulate" {
	explain --keep-fd 5 --keep-fd 7 --limit nofile=10 --limit core=0 true
	[[ ${values[keep-fd]} == 5,7 ]]
	[[ ${values[limit]} == core=0:0,nofile=10:10 ]]
}

@test "a list that is given takes the place of the default" {
	explain -r --fatal 3 --fatal 5 true
	[[ ${values[fatal]} == 3,5 ]]
	explain -r --fatal none true
	[[ ${values[fatal]} == none ]]
}

@test "what needs a supervisor implies one" {
	local option
	for option in -r --every=5 --forking --bind=parent --ready=notify \
	    --max-runtime=5 --stop-schedule=5 --kill=tree -lsyslog \
	    --supervisor-pidfile=x; do
		explain "$option" true
		[[ ${values[supervise]} == yes ]] || fail "$option"
	done
	explain -o x -e null -f -n a -p b --ready=exec true
	[[ ${values[supervise]} == no ]]
}

@test "a verb is explained without what only a start has" {
	explain --stop web 'api@*'
	[[ ${values[verb]} == stop && ${values[operand]} == $'web\n"api@*"' ]]
	[[ -z ${values[umask]-} ]]
	explain --stop web -q
	[[ ${values[talk]} == quiet && ${values[operand]} == web ]]
}
