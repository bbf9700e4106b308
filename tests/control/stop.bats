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

# main_of NAME: the pid of its main process, as the record has it.
main_of() {
	sed -n 's/^main=\([0-9]*\) .*/\1/p' "$IMP_STATE_DIR/$1/record"
}

supervisor_of() {
	sed -n 's/^supervisor=\([0-9]*\) .*/\1/p' "$IMP_STATE_DIR/$1/record"
}

# start_daemon NAME [OPTION...]: runs until it is told to end.
start_daemon() {
	local name=$1
	shift
	start_imp -n "$name" "$@" -- "$PROBE" --report "$PWD/$name.report" --wait
	wait_until test -e "$name.report"
}

# start_stubborn NAME [OPTION...]: does not end on SIGTERM.
start_stubborn() {
	local name=$1
	shift
	rm -f "$name.ready"
	start_imp -n "$name" "$@" -- bash -c "trap 'echo >\"$PWD/$name.told\"' TERM
	    echo >'$PWD/$name.ready'
	    while :; do read -r -t 0.1 <> <(:); done"
	wait_until test -e "$name.ready"
}

nothing_recorded() {
	[[ -z $(ls -A "$IMP_STATE_DIR") ]]
}

@test "a daemon without a supervisor is stopped, and nothing is left of it" {
	start_daemon web -p "$PWD/web.pid"
	local pid
	pid=$(pid_in web.pid)
	run -0 --separate-stderr "$IMP" --stop web
	[[ -z $output$stderr ]]
	not alive "$pid"
	[[ ! -e web.pid ]]
	nothing_recorded
}

@test "a supervised daemon is stopped, and its supervisor is gone, too" {
	start_daemon web -s -r -p "$PWD/web.pid"
	local pid supervisor
	pid=$(pid_in web.pid)
	supervisor=$(supervisor_of web)
	run -0 --separate-stderr "$IMP" --stop web
	[[ -z $output$stderr ]]
	not alive "$pid"
	not alive "$supervisor"
	[[ ! -e web.pid ]]
	nothing_recorded
}

@test "the pidfile, or both it and the name, mean the same daemon" {
	start_daemon web -p "$PWD/web.pid"
	run -0 "$IMP" --stop -p web.pid
	nothing_recorded
	start_daemon other -p "$PWD/web.pid"
	run -0 --separate-stderr "$IMP" --stop -n other -p web.pid
	[[ -z $stderr ]]
	nothing_recorded
}

@test "what does not run is stopped already, and that is said" {
	run -0 --separate-stderr "$IMP" --stop web
	[[ $stderr == "imp: 'web' is not running" ]]
	run -0 --separate-stderr "$IMP" --stop 'w*'
	[[ $stderr == "imp: no daemon matches 'w*'" ]]
	run -0 --separate-stderr "$IMP" -q --stop web 'w*'
	[[ -z $stderr ]]
}

@test "what refuses to die is named, and the status is 1" {
	local mode
	for mode in '' -s; do
		# shellcheck disable=SC2086
		start_stubborn web $mode
		run -1 --separate-stderr "$IMP" \
		    --stop --stop-schedule TERM/0.2/TERM/0.1 web
		[[ $stderr == *"web"*"$(main_of web)"*"refuses to die"* ]]
		alive "$(main_of web)"
		run -0 "$IMP" --stop --stop-schedule KILL/10/KILL/10 web
		nothing_recorded
	done
}

@test "a restart that was refused hinders neither another nor a stop" {
	local old
	start_stubborn web -s --stop-schedule TERM/0.1
	old=$(main_of web)
	run -1 "$IMP" --restart web
	run -1 "$IMP" --restart web
	run -1 "$IMP" --stop web
	alive "$old"
	run -0 "$IMP" --stop --stop-schedule KILL/60 web
	nothing_recorded
	start_stubborn web -s --stop-schedule TERM/0.1
	old=$(main_of web)
	run -1 "$IMP" --restart web
	run -0 "$IMP" --restart --stop-schedule KILL/60 web
	[[ $(main_of web) != "$old" ]]
	run -0 "$IMP" --stop --stop-schedule KILL/60 web
}

@test "a schedule of one's own counts while another one is under way" {
	local pid
	start_stubborn web -s --stop-schedule TERM/infinity
	start "$IMP" --restart web
	pid=$started_pid
	wait_until grep -q '^state=stopping' "$IMP_STATE_DIR/web/record"
	rm web.ready
	run -0 "$IMP" --restart --stop-schedule KILL/60 web
	wait "$pid"
	wait_until test -e web.ready
	start "$IMP" --restart web
	pid=$started_pid
	wait_until grep -q '^state=stopping' "$IMP_STATE_DIR/web/record"
	run -0 "$IMP" --stop --stop-schedule KILL/60 web
	wait "$pid" || :
	nothing_recorded
}

# recycle ROLE [OPTION...]: in a namespace of their own, web is killed and an
# innocent process gets the number that was its ROLE's; then it is stopped.
recycle() {
	local tries
	need_root
	cat >in-namespace <<-'END'
	set -eu
	role=$1
	shift
	"$IMP" -n web -p "$PWD/web.pid" "$@" -- "$PROBE" --report "$PWD/r" --wait
	until [ -e r ]; do :; done
	pids=$(sed -n 's/^\(main\|supervisor\)=\([0-9]*\) .*/\2/p' \
	    "$IMP_STATE_DIR/web/record")
	pid=$(sed -n "s/^$role=\([0-9]*\) .*/\1/p" "$IMP_STATE_DIR/web/record")
	kill -STOP $pids
	kill -KILL $pids
	while kill -0 $pids 2>/dev/null; do :; done
	# Start times are told in ticks of a hundredth of a second.
	before=$(cut -d. -f1 /proc/uptime)
	until [ "$(cut -d. -f1 /proc/uptime)" != "$before" ]; do :; done
	echo $((pid - 1)) >/proc/sys/kernel/ns_last_pid
	"$PROBE" --report "$PWD/innocent" --wait &
	[ $! = "$pid" ] || { echo "no luck with the number" >&2; exit 77; }
	until [ -e innocent ]; do :; done
	"$IMP" --status web >status.out || echo $? >status.rc
	"$IMP" --signal TERM web 2>signal.err || echo $? >signal.rc
	"$IMP" --restart web 2>restart.err || echo $? >restart.rc
	"$IMP" --stop web 2>stop.err
	kill -0 "$pid"
	echo lives >verdict
	kill -KILL "$pid"
	END
	for ((tries = 0; tries < 5; tries++)); do
		rm -f r innocent
		run unshare --pid --fork --mount-proc bash ./in-namespace "$@"
		((status == 77)) || break
	done
	((status == 0)) || fail "$output"
	[[ $(<verdict) == lives ]]
	[[ $(<stop.err) == "imp: 'web' is not running" ]] || fail "$(<stop.err)"
	[[ $(<signal.rc) == 1 && $(<restart.rc) == 1 && $(<status.rc) == 1 ]]
	nothing_recorded
}

@test "a process that got the number of a daemon is left alone" {
	recycle main
}

@test "a process that got the number of a supervisor is left alone" {
	recycle supervisor -s
}

@test "what is left of its session is killed" {
	start_imp -n web -- sh -c "'$PROBE' --report $PWD/a --ignore 15 --wait &
	    exec '$PROBE' --report $PWD/b --wait"
	wait_until test -e a
	wait_until test -e b
	local child
	child=$(report a pid)
	alive "$child"
	run -0 "$IMP" --stop web
	not alive "$child"
}

# start_family MODE...: web has a child that has left the session, and a
# grandchild in the session whose parent has ended.
start_family() {
	start_imp -n web "$@" -- sh -c "setsid '$PROBE' --report $PWD/away \
		--ignore 15 --wait &
	    ('$PROBE' --report $PWD/orphan --ignore 15 --wait &)
	    exec '$PROBE' --report $PWD/web.report --wait"
	wait_until test -e away
	wait_until test -e orphan
	wait_until test -e web.report
	family=("$(report away pid)" "$(report orphan pid)" "$(main_of web)")
	wait_while has_parent "${family[1]}" "${family[2]}"
}

has_parent() {
	[[ $(process_field "$1" 4) == "$2" ]]
}

@test "children are stopped, those that left the session, and orphans" {
	local mode pid
	for mode in '' -s; do
		rm -f away orphan web.report
		# shellcheck disable=SC2086
		start_family $mode
		run -0 --separate-stderr "$IMP" --stop web
		[[ -z $stderr ]]
		for pid in "${family[@]}"; do
			not alive "$pid" || fail "mode '$mode': $pid lives"
		done
		nothing_recorded
	done
}

@test "an orphan that only its session tells is stopped" {
	start_imp -n web -- sh -c "('$PROBE' --report $PWD/orphan --wait &)
	    exec '$PROBE' --report $PWD/web.report --wait"
	wait_until test -e orphan
	wait_until test -e web.report
	local orphan
	orphan=$(report orphan pid)
	wait_while has_parent "$orphan" "$(main_of web)"
	run -0 "$IMP" --stop web
	not alive "$orphan"
	nothing_recorded
}

@test "what a killed main process has left does not hide that it is gone" {
	start_family -s
	kill -KILL "$(supervisor_of web)"
	wait_gone "$(supervisor_of web)"
	# Its children keep the number of its group and session in use.
	kill -KILL "${family[2]}"
	wait_gone "${family[2]}"
	record_pid "${family[@]:0:2}"
	run -0 --separate-stderr "$IMP" --stop web
	[[ -z $stderr || $stderr == "imp: 'web' is not running" ]] ||
		fail "$stderr"
	nothing_recorded
	kill -KILL "${family[@]:0:2}" 2>/dev/null || :
}

@test "a session that somebody else leads is left alone" {
	# The daemon is in the session of a shell, with the shell's other jobs.
	setsid sh -c "'$PROBE' --report $PWD/other --wait &
	    '$IMP' -f -n web -- '$PROBE' --report $PWD/web.report --wait
	    echo \$? >rc; wait" 3>&- &
	wait_until test -e web.report
	wait_until test -e other
	local other
	other=$(report other pid)
	record_pid "$other"
	run -0 "$IMP" --stop web
	wait_until test -s rc
	alive "$other"
}

@test "a foreign pidfile is believed if nobody else can have written it" {
	start "$PROBE" --report "$PWD/r" --wait
	wait_until test -e r
	echo "$started_pid" >foreign.pid
	chmod 666 foreign.pid
	run -1 --separate-stderr "$IMP" --stop -p foreign.pid
	[[ $stderr == *"foreign.pid"*"cannot be trusted"* ]]
	alive "$started_pid"
	chmod 644 foreign.pid
	run -0 --separate-stderr "$IMP" --stop -p foreign.pid
	[[ -z $stderr ]]
	not alive "$started_pid"
}

@test "a pidfile with something else in it is refused, and nobody harmed" {
	local text
	local -a texts=(0 -1 1 +7 '12 13' 0x10 1e3 abc '' "$$ $$"
	    99999999999999999999 -- "$((1 << 32 | $$))" $'\e[31m' $'1\n2')
	for text in "${texts[@]}"; do
		printf '%s\n' "$text" >bad.pid
		run -1 --separate-stderr "$IMP" --stop -p bad.pid
		[[ $stderr == *"bad.pid"*"number of a process"* ]] ||
			fail "$text: $stderr"
	done
}

@test "a pidfile that is no file of ours is not believed" {
	need_root
	start "$PROBE" --report "$PWD/r" --wait
	wait_until test -e r
	local kind
	for kind in link fifo directory stranger group device; do
		rm -rf bad.pid
		echo "$started_pid" >real.pid
		case $kind in
		link) ln -s real.pid bad.pid ;;
		fifo) mkfifo bad.pid ;;
		directory) mkdir bad.pid ;;
		stranger) cp real.pid bad.pid && chown nobody bad.pid ;;
		group) cp real.pid bad.pid && chmod 664 bad.pid ;;
		device) ln -s /dev/zero bad.pid ;;
		esac
		run --separate-stderr "$IMP" --stop -p bad.pid
		((status == 1)) || fail "$kind: $status"
		[[ $stderr == *"bad.pid"* ]] || fail "$kind: $stderr"
		run "$IMP" --status -p bad.pid
		((status == 4)) || fail "$kind: status $status"
		alive "$started_pid"
	done
}

@test "when the supervisor was killed the record is enough" {
	start_daemon web -s -r
	local pid
	pid=$(main_of web)
	kill -KILL "$(supervisor_of web)"
	wait_gone "$(supervisor_of web)"
	alive "$pid"
	run -0 "$IMP" --status web
	[[ $output == *"its supervisor is gone"* ]]
	run -0 --separate-stderr "$IMP" --stop web
	[[ -z $stderr ]]
	not alive "$pid"
	nothing_recorded
}

@test "a stopped supervisor is woken" {
	start_daemon web -s
	kill -STOP "$(supervisor_of web)"
	run -0 "$IMP" --stop web
	nothing_recorded
}

@test "a signal reaches the main process" {
	local mode
	for mode in '' -s; do
		rm -f web.report
		# shellcheck disable=SC2086
		start_daemon web $mode
		run -0 "$IMP" --signal KILL web
		wait_until "$IMP" --wait=10 --for=down web ||
			"$IMP" --wait=10 web || true
		run -0 "$IMP" -q --stop web
	done
	run -1 --separate-stderr "$IMP" --signal HUP web
	[[ $stderr == "imp: cannot signal 'web': it is not running" ]]
}

@test "restart gives another process under the same supervisor" {
	start_daemon web -s
	local pid supervisor
	pid=$(main_of web)
	supervisor=$(supervisor_of web)
	run -0 --separate-stderr "$IMP" --restart web
	[[ -z $output$stderr ]]
	not alive "$pid"
	alive "$(main_of web)"
	[[ $(supervisor_of web) == "$supervisor" ]]
}

@test "what has no supervisor cannot be restarted, and goes on" {
	start_daemon web
	run -1 --separate-stderr "$IMP" --restart web
	[[ $stderr == "imp: cannot restart 'web': it has no supervisor"* ]]
	alive "$(main_of web)"
	run -1 --separate-stderr "$IMP" --restart nope
	[[ $stderr == "imp: cannot restart 'nope': it is not running" ]]
}

@test "reload sends its signal, or runs its command" {
	local mode
	for mode in '' -s; do
		rm -f ready reloaded
		# shellcheck disable=SC2086
		start_imp $mode -n web -- bash -c "
		    trap 'echo HUP >>$PWD/reloaded' HUP
		    trap 'echo USR1 >>$PWD/reloaded' USR1
		    trap 'exit 0' TERM
		    echo > $PWD/ready; while :; do read -t 0.1 <> <(:); done"
		wait_until test -e ready
		run -0 "$IMP" --reload web
		wait_until grep -q HUP reloaded
		run -0 "$IMP" --reload --reload-signal USR1 web
		wait_until grep -q USR1 reloaded
		# shellcheck disable=SC2016
		run -0 "$IMP" --reload \
		    --reload-command "echo \$MAINPID \$IMP_NAME >$PWD/by.command" \
		    web
		[[ $(<by.command) == "$(main_of web) web" ]]
		run -1 --separate-stderr "$IMP" --reload \
		    --reload-command 'exit 3' web
		[[ $stderr == *"exited with status 3" ]]
		run -0 "$IMP" --stop web
	done
}

@test "several are stopped at the same time, and the worst result counts" {
	local i
	for i in 1 2 3; do
		start_stubborn "slow$i"
	done
	start "$IMP" --stop --stop-schedule TERM/1h/KILL/10 'slow*'
	# The wait for one is not over when the others are told.
	for i in 1 2 3; do
		wait_until test -e "slow$i.told"
	done
	for i in 1 2 3; do
		kill -KILL "$(main_of "slow$i")"
	done
	wait "$started_pid"
	nothing_recorded
	start_daemon a
	run -1 "$IMP" --signal CONT a nope
	run -0 "$IMP" --signal CONT a
}

@test "a name means its instances, too" {
	local i
	for i in 1 2 10; do
		start_daemon "web@$i"
	done
	start_daemon web2
	run -0 "$IMP" -v --stop web
	[[ $(ls "$IMP_STATE_DIR") == web2 ]]
}

@test "two hundred daemons are listed, and stopped at a stroke" {
	local i
	for ((i = 0; i < 100; i++)); do
		start_imp -n "exec$i" -- "$PROBE" --no-report --wait
		start_imp -n "kept$i" -s -- "$PROBE" --no-report --wait
	done
	"$IMP" --list --json >list
	[[ $(jq length list) == 200 ]]
	[[ $(jq '[.[] | select(.running)] | length' list) == 200 ]]
	[[ $(jq -r '.[].name' list | sort -u | wc -l) == 200 ]]
	run -0 --separate-stderr "$IMP" --stop 'exec*' 'kept*'
	[[ -z $stderr ]]
	nothing_recorded
	nothing_left
}

# show_stop [OPTION...]: on a terminal, in the background.
show_stop() {
	rm -f shown
	start script -qefc "stty cols ${columns-80}; '$IMP' --stop $* web" \
	    /dev/null >shown
	wait_until grep -q "waiting for 'web'.*sent SIGTERM.*${last-next step in}" \
	    shown
}

@test "progress is shown on a terminal, and only there" {
	need script
	local mode
	for mode in '' -s; do
		# shellcheck disable=SC2086
		start_stubborn web $mode
		show_stop --stop-schedule TERM/1h/KILL/10
		kill -KILL "$(main_of web)"
		wait "$started_pid"
		# What was shown is gone again.
		[[ $(<shown) == *$'\r\e[K' ]]
		# shellcheck disable=SC2086
		start_stubborn web $mode
		run -0 "$IMP" --stop --stop-schedule TERM/2/KILL/10 web
		[[ -z $output ]]
	done
}

@test "progress is one line of the terminal, however narrow it is" {
	need script
	local columns=46 last=', ne'
	start_stubborn web -s
	show_stop --stop-schedule TERM/1h/KILL/10
	kill -KILL "$(main_of web)"
	wait "$started_pid"
	run ! grep -q 'next' shown
}

@test "whoever joins a stop under way sees how far it has got" {
	need script
	start_stubborn web -s
	start "$IMP" --stop --stop-schedule TERM/1h/KILL/10 web
	local first=$started_pid
	wait_until grep -q '^state=stopping' "$IMP_STATE_DIR/web/record"
	show_stop
	kill -KILL "$(main_of web)"
	wait "$first"
	wait "$started_pid"
}
