# shellcheck shell=bash
# SPDX-License-Identifier: ISC
# SPDX-FileCopyrightText: 2026 The imp authors
#
# What every .bats file loads.
#
#   IMP, PROBE		absolute paths of the program and of the target
#   SRCDIR, BUILDDIR	the two trees
#   IMP_STATE_DIR	private to each test, and the mark by which teardown
#			knows what the test started
#   PYTHON		the system's Python

bats_require_minimum_version 1.5.0

if [[ -z ${SRCDIR-} ]]; then
	SRCDIR=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
	export SRCDIR
fi
export BUILDDIR=${BUILDDIR:-$SRCDIR/build}
export IMP=${IMP:-$BUILDDIR/imp}
export PYTHON=${PYTHON:-/usr/bin/python3}
export LC_ALL=C.UTF-8
unset IMP_NAME NOTIFY_SOCKET LISTEN_FDS LISTEN_PID XDG_RUNTIME_DIR
umask 022

# Seconds.  A healthy run returns at once; a loaded machine needs patience.
WAIT_LIMIT=${WAIT_LIMIT:-60}

# Where other users may look and run the probe, wherever the build is.
if [[ -n ${BATS_RUN_TMPDIR-} && -z ${PROBE-} ]]; then
	PROBE=$BATS_RUN_TMPDIR/probe
	if [[ ! -x $PROBE ]]; then
		cp "$BUILDDIR/tests/probe" "$PROBE.$$"
		chmod 755 "$PROBE.$$"
		mv "$PROBE.$$" "$PROBE"
		chmod 711 "$BATS_RUN_TMPDIR"
	fi
	export PROBE
fi
if [[ -n ${BATS_TEST_TMPDIR-} ]]; then
	export IMP_STATE_DIR=$BATS_TEST_TMPDIR/state
fi

# Say why, and fail the test.
fail() {
	printf '%s\n' "$*" >&2
	return 1
}

# need COMMAND...: skip the test where one is missing; in CI that is a failure.
need() {
	local command
	for command; do
		type -P "$command" >/dev/null ||
			need_failed "$command is missing"
	done
}

# Whether imp runs with a sanitizer, whose runtime has signal handlers, makes
# system calls and needs /proc and libraries for itself: what is measured from
# outside is not imp's then.
is_sanitized() {
	readelf -dW "$IMP" | grep -q 'NEEDED.*san\.so'
}

need_failed() {
	[[ ${CI-} != true ]] || fail "$1" || return
	skip "$1"
}

need_root() {
	((EUID == 0)) || need_failed "root is needed"
}

# wait_until COMMAND [ARG...]: until it succeeds.
wait_until() {
	local deadline=$((SECONDS + WAIT_LIMIT)) pause=0.01
	until "$@" >/dev/null 2>&1 3>&-; do
		((SECONDS < deadline)) ||
			fail "waited in vain for: $*" || return
		sleep $pause 3>&-
		pause=0.05
	done
}

# wait_while COMMAND [ARG...]: until it fails.
wait_while() {
	wait_until not "$@"
}

not() {
	! "$@"
}

# alive PID: runs, and is not a zombie.
alive() {
	local state
	state=$(process_field "$1" 3) && [[ $state != [ZX] ]]
}

# process_field PID N: field N (3 and up) of /proc/PID/stat.
process_field() {
	local stat fields
	{ stat=$(<"/proc/$1/stat"); } 2>/dev/null || return
	read -ra fields <<<"${stat##*) }"
	printf '%s\n' "${fields[$2 - 3]}"
}

wait_gone() {
	wait_while alive "$1"
}

# pid_in FILE: the one pid in a complete pidfile.
pid_in() {
	local line rest
	{ read -r line && ! read -r rest; } <"$1" || return
	[[ $line =~ ^[1-9][0-9]*$ ]] || return
	printf '%s\n' "$line"
}

# report FILE KEY: the value, or values, that the probe reported.
report() {
	sed -n "s/^$2=//p" "$1"
}

# A free TCP port below those the kernel hands out.  It is ours to the end of
# the test: bound, so that no other test gets it, but not listened on, so that
# a server that sets SO_REUSEADDR (which is every one) may do so.
free_port() {
	local port=$BATS_TEST_TMPDIR/port.$BASHPID
	env -u IMP_STATE_DIR "$PYTHON" - "$port" <<-\END >/dev/null 3>&- &
		import os, random, signal, socket, sys
		s = socket.socket()
		while True:
		    try:
		        s.bind(("", random.randrange(20000, 30000)))
		        break
		    except OSError:
		        pass
		s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
		with open(sys.argv[1] + ".new", "w") as f:
		    print(s.getsockname()[1], file=f)
		os.rename(sys.argv[1] + ".new", sys.argv[1])
		signal.pause()
	END
	record_pid $!
	wait_until test -e "$port"
	cat "$port"
}

# probe_waits PID: the probe of this number has come to its --wait; what comes
# before that has been done, and SIGTERM is no sudden death any more.
probe_waits() {
	grep -q '^SigCgt:.*[4-7c-f]...$' "/proc/$1/status"
}

# asleep PID...: all of them have done what there was to do.
asleep() {
	local pid
	for pid; do
		[[ $(process_field "$pid" 3) == S ]] || return
	done
}

# record_pid PID...: have teardown end these too, if they are still the same.
record_pid() {
	local pid
	for pid; do
		printf '%s %s\n' "$pid" "$(process_field "$pid" 22)"
	done >>"$BATS_TEST_TMPDIR/.pids"
}

# start_imp [ARG...]: what it starts is ended by stop_everything_started.
start_imp() {
	"$IMP" "$@" 3>&-
}

# start COMMAND [ARG...]: in the background; sets started_pid.
start() {
	"$@" 3>&- &
	started_pid=$!
	record_pid "$started_pid"
}

# The processes of this test that run, its own shells excepted: those that
# have its state directory in their environment.  One pid a line.  (A reader
# in a pipe from here would be among them.)
left_behind() {
	local file pid
	while read -r file; do
		pid=${file//[^0-9]/}
		alive "$pid" && ! is_own "$pid" && printf '%s\n' "$pid"
	done < <(marked_by "IMP_STATE_DIR=$IMP_STATE_DIR")
	return 0
}

# marked_by NAME=VALUE: the environments that have it, but not that of grep,
# which may take longer to end than we to read what it has found.
marked_by() {
	unset "${1%%=*}"
	grep -lzsFx "$1" /proc/[0-9]*/environ 3>&-
}

# is_own PID: among our parents, or what limits the time of this test.
is_own() {
	local pid=$BASHPID command
	command=$({ tr '\0' ' ' <"/proc/$1/cmdline"; } 2>/dev/null)
	[[ $command != "sleep ${BATS_TEST_TIMEOUT-none} " ]] || return 0
	while ((pid > 1)); do
		[[ $pid != "$1" ]] || return 0
		pid=$(process_field "$pid" 4) || return 1
	done
	return 1
}

nothing_left() {
	[[ -z $(left_behind) ]]
}

# The recorded processes that run and are the same.
recorded_left() {
	local pid start
	[[ -e $BATS_TEST_TMPDIR/.pids ]] || return 0
	while read -r pid start; do
		[[ -n $start && $(process_field "$pid" 22) == "$start" ]] &&
			alive "$pid" && printf '%s\n' "$pid"
	done <"$BATS_TEST_TMPDIR/.pids"
	return 0
}

everything_ended() {
	local pids
	pids=$(recorded_left; left_behind)
	[[ -z $pids ]] || {
		# shellcheck disable=SC2086
		kill -KILL $pids 2>/dev/null
		return 1
	}
}

# For teardown: end what the test started and nothing else.
stop_everything_started() {
	local pids
	pids=$(recorded_left; left_behind)
	# shellcheck disable=SC2086
	[[ -z $pids ]] || kill -TERM $pids 2>/dev/null || :
	local WAIT_LIMIT=2
	wait_while something_left 2>/dev/null || :
	WAIT_LIMIT=30
	wait_until everything_ended || return
	remove_cgroups
}

# Those of supervisors that were killed stay until the next start.
remove_cgroups() {
	local path
	while read -r path; do
		rmdir "$path" 2>/dev/null || :
	done < <(sed -n 's/^cgroup=//p' "$IMP_STATE_DIR"/*/record 2>/dev/null)
}

something_left() {
	[[ -n $(recorded_left; left_behind) ]]
}
