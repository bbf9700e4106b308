# shellcheck shell=bash
# SPDX-License-Identifier: ISC
# SPDX-FileCopyrightText: 2026 The imp authors
#
# What the tests with servers that nobody here wrote have in common.  A file
# says in prepare_server, run in the test's directory, how its server is
# configured, and sets
#
#	server		the command and its arguments
#	program		what the process is called by the kernel
#	answers		the name of a function: whether it answers on $port
#			over its own protocol
#	logged		a regular expression that its log has once it runs
#	user		who runs it; root unless set
#	members		how many processes it is, or more; 1 unless set
#	pidfile		server.pid, unless the server writes one itself; empty:
#			there is none

load ../helper

PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
export no_proxy='*'

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	port=$(free_port)
	protocol=tcp
	user=root
	pidfile=$PWD/server.pid
	prepare_server
	[[ $user == root ]] || need_root
}

teardown() {
	record_family $(cat ./*.pid 2>/dev/null)
	stop_everything_started
}

# Directories of the user, for what the server writes itself.
own_directory() {
	mkdir -p "$1"
	chown "$user" "$1"
}

# The inodes of the sockets that wait for clients on $port.
listeners() {
	local hex state=0A
	[[ $protocol == tcp ]] || state=07
	printf -v hex ':%04X' "$port"
	awk -v port="$hex$" -v state=$state \
	    '$2 ~ port && $4 == state { print $10 }' \
	    "/proc/net/$protocol" "/proc/net/${protocol}6" 2>/dev/null
}

listening() {
	[[ -n $(listeners) ]]
}

# holds_port PID: it waits for clients on $port.
holds_port() {
	local inode fd
	for inode in $(listeners); do
		for fd in /proc/"$1"/fd/*; do
			[[ $(readlink "$fd") != "socket:[$inode]" ]] || return 0
		done
	done
	return 1
}

# family_of PID...: they and all that descend from them, one a line.
family_of() {
	local pid
	for pid; do
		alive "$pid" || continue
		printf '%s\n' "$pid"
		# shellcheck disable=SC2046
		family_of $(cat /proc/"$pid"/task/*/children 2>/dev/null)
	done
}

# Many a server wipes its environment, and with it the mark of the test.
record_family() {
	local pid
	for pid in $(family_of "$@"); do
		record_pid "$pid"
	done
}

any_alive() {
	local pid
	for pid; do
		! alive "$pid" || return 0
	done
	return 1
}

process_user() {
	id -nu "$(awk '$1 == "Uid:" { print $2 }' "/proc/$1/status")"
}

process_name() {
	cat "/proc/$1/comm"
}

# Start it in exec mode; sets pid and family.
put_to_work() {
	local options=(-n server -p server.pid -l server.log "$@")
	[[ $user == root ]] || options+=(-u "$user")
	start_imp "${options[@]}" -- "${server[@]}"
	pid=$(pid_in server.pid)
	record_family "$pid"
	wait_until "$answers"
	[[ $(process_name "$pid") == "$program" ]]
	[[ $(process_user "$pid") == "$user" ]]
	holds_port "$pid"
	wait_until family_is_complete "$pid"
	mapfile -t family < <(family_of "$pid")
	record_family "$pid"
}

# One worker may answer before there is the next one.
family_is_complete() {
	(($(family_of "$1" | wc -l) >= ${members-1}))
}

refuse_another() {
	run -75 --separate-stderr "$IMP" -n server -- "${server[@]}"
	[[ $stderr == *"already running as process $1"* ]]
	[[ -z $pidfile ]] || run -75 "$IMP" -p "$pidfile" -- "${server[@]}"
	run -0 "$IMP" --idempotent -n server -- "${server[@]}"
	alive "$1"
	"$answers"
}

# The whole life in exec mode.
works_until_terminated() {
	put_to_work "$@"
	wait_until grep -Eq "$logged" server.log
	refuse_another "$pid"
	kill -TERM "$pid"
	wait_while any_alive "${family[@]}"
	not listening
	nothing_left
}

# Start it under a supervisor; sets supervisor, pid and family.
supervise() {
	local options=(-s -n server -l server.log --imp-log imp.log
	    --supervisor-pidfile supervisor.pid "$@")
	[[ -z $pidfile ]] || options+=(-p "$pidfile")
	[[ $user == root ]] || options+=(-u "$user")
	start_imp "${options[@]}" -- "${server[@]}"
	supervisor=$(pid_in supervisor.pid)
	record_family "$supervisor"
	# A start that has waited for it is to be believed; but to listen is
	# not yet to answer.
	if [[ " $* " =~ \ --ready=(notify|log|command) ]]; then
		"$answers"
	else
		wait_until "$answers"
	fi
	meet_family
}

# The pid of the server, by its pidfile or as the supervisor's child.
main_process() {
	if [[ -n $pidfile ]]; then
		pid_in "$pidfile"
	else
		family_of "$supervisor" | sed -n '2p;2q' | grep .
	fi
}

meet_family() {
	pid=$(main_process)
	alive "$pid"
	[[ $(process_name "$pid") == "$program" ]]
	[[ $(process_user "$pid") == "$user" ]]
	holds_port "$pid"
	wait_until family_is_complete "$pid"
	mapfile -t family < <(family_of "$pid")
	record_family "$pid"
}

# It runs again as another process, and all that was is gone.
replaced() {
	local new
	new=$(main_process) && [[ $new != "$pid" ]] && alive "$new" &&
		not any_alive "${family[@]}" && "$answers"
}

survives_kill() {
	kill -KILL "$pid"
	wait_until replaced
	meet_family
}

# When the supervisor has ended nothing is left, at once.
stops_without_a_trace() {
	mapfile -t family < <(family_of "$pid")
	kill -TERM "$supervisor"
	wait_gone "$supervisor"
	not any_alive "${family[@]}"
	not listening
	[[ -z $pidfile || ! -e $pidfile ]]
	[[ ! -e supervisor.pid ]]
	nothing_left
}

# The whole life under a supervisor.
comes_back_until_stopped() {
	supervise --respawn --respawn-delay=10ms "$@"
	refuse_another "$pid"
	survives_kill
	survives_kill
	stops_without_a_trace
}

# Restarted fifty times while clients ask without end; what they speak is $1.
# When imp returns, it answers.  Sets answered, how often it did for them.
survives_fifty_restarts() {
	local kind=$1 before restart loader connected
	shift
	supervise "$@"
	"$PYTHON" "$SRCDIR/tests/real/load.py" "$kind" "$port" >load 3>&- &
	loader=$!
	record_pid "$loader"
	for ((restart = 1; restart <= 50; restart++)); do
		before=$pid
		run -0 --separate-stderr "$IMP" --restart server
		[[ -z $stderr ]] || fail "restart $restart: $stderr"
		"$answers" || fail "no answer after restart $restart"
		not any_alive "${family[@]}" ||
			fail "something is left after restart $restart"
		pid=$(main_process)
		mapfile -t family < <(family_of "$pid")
		[[ $pid != "$before" ]] || fail "restart $restart: not replaced"
	done
	meet_family
	kill -TERM "$loader"
	wait "$loader"
	read -r answered connected <load
	((answered > 50 && connected > 50)) ||
		fail "$answered answers over $connected connections"
	[[ $(pid_in supervisor.pid) == "$supervisor" ]]
	run -0 "$IMP" --stop server
	not any_alive "${family[@]}"
	not listening
	nothing_left
}

# web_answers: curl finds what was put there.
web_answers() {
	[[ $(curl -fsS -m 5 "http://127.0.0.1:$port/hello") == "Hello." ]]
}

web_root() {
	mkdir -p www
	echo 'Hello.' >www/hello
}

# tcp_dialogue LINE...: what is answered on $port until it is closed.
tcp_dialogue() {
	(
		exec 5<>"/dev/tcp/127.0.0.1/$port"
		printf '%s\r\n' "$@" >&5
		timeout 5 cat <&5
	) 2>/dev/null 3>&-
}
