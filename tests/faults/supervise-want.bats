#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# SPDX-FileCopyrightText: 2026 The imp authors

# P16, P17: what a supervisor outlives: no processes, no descriptors, no
# space, crash loops, orphans, floods.

load ../supervise/supervise

fds_of() {
	local fds=("/proc/$1/fd"/*)
	echo ${#fds[@]}
}

# Pages of the program itself are private as long as no other imp runs.
private_kb() {
	awk '/^Private_Dirty:/ { print $2 }' "/proc/$1/smaps_rollup"
}

# during_start ERROR CALL...: that call fails, in whatever process.
during_start() {
	local error=$1 call=$2
	need_root
	need strace
	run --separate-stderr strace -f -o /dev/null \
	    -e "inject=$call:error=$error" "$IMP" -n d --supervise \
	    "$PROBE" --no-report --wait 3>&-
	[[ $status == 125 ]] || fail "$status: $stderr"
	[[ $stderr == 'imp: '* ]] || fail "$stderr"
	nothing_left
	[[ ! -e $IMP_STATE_DIR/d/record ]]
}

@test "without processes a start says so and leaves nothing" {
	during_start EAGAIN fork,vfork,clone,clone3
	[[ $stderr == *'Resource temporarily unavailable'* ]]
}

@test "without descriptors a start says so and leaves nothing" {
	during_start EMFILE socketpair
	during_start EMFILE openat
}

@test "without memory a start says so and leaves nothing" {
	during_start ENOMEM fork,vfork,clone,clone3
	[[ $stderr == *'Cannot allocate memory'* ]]
}

# in_mounts COMMAND...: in a shell with mounts of its own.
in_mounts() {
	need_root
	unshare --mount --propagation=private "$BASH" -c "$1" 3>&-
}

@test "a state directory that is read-only or full is told of" {
	mkdir state
	# shellcheck disable=SC2016
	run -125 in_mounts 'mount -t tmpfs -o ro,mode=755 none "$IMP_STATE_DIR" &&
	    "$IMP" -n d --supervise true'
	[[ $output == 'imp: '*'Read-only file system' ]] || fail "$output"
	# shellcheck disable=SC2016
	run -125 in_mounts 'mount -t tmpfs -o size=4k,nr_inodes=3,mode=755 none \
	    "$IMP_STATE_DIR" && "$IMP" -n d --supervise true'
	[[ $output == 'imp: '*'No space left on device' ]] || fail "$output"
	nothing_left
}

@test "a state directory that fills up later does no harm" {
	local pid
	# shellcheck disable=SC2016
	start in_mounts 'mount -t tmpfs -o size=64k,mode=755 none "$IMP_STATE_DIR"
	    "$IMP" -n d --imp-log imp.log --respawn --respawn-delay=0 \
	        "$PROBE" --no-report --wait || exit
	    head -c 100k </dev/zero >"$IMP_STATE_DIR/fill" 2>/dev/null
	    main() {
		sed -n "s/^main=\([1-9][0-9]*\) .*/\1/p" \
		    "$IMP_STATE_DIR/d/record"
	    }
	    first=$(main)
	    kill -KILL "$first"
	    until next=$(main) && [[ -n $next && $next != "$first" ]]; do
		:
	    done
	    "$IMP" --status d && "$IMP" --stop d && echo >well'
	wait_until test -e well
	nothing_left || wait_until nothing_left
}

@test "without /proc a start says so" {
	# shellcheck disable=SC2016
	run -125 in_mounts 'mount -t tmpfs none /proc &&
	    "$IMP" -n d --supervise true'
	[[ $output == *'is /proc there?'* ]] || fail "$output"
	[[ ! -e $IMP_STATE_DIR/d/record ]]
}

# later_failing ERROR CALLS: they fail for a while in a supervisor that runs.
later_failing() {
	local pid sup tracer
	need_root
	need strace
	supervise --respawn --respawn-delay=0 "$PROBE" --no-report --wait
	sup=$(supervisor_pid)
	pid=$(main_pid)
	start strace -qq -o trace -p "$sup" -e "inject=$2:error=$1"
	tracer=$started_pid
	wait_until traced "$sup"
	kill -KILL "$pid"
	wait_until has_line imp.log 'could not be started: .*; next start in'
	# The first of them, since there may be another by now.
	grep -m 1 'could not be started' imp.log >first
	within "$(announced_delays first)" 800 1200
	kill -INT "$tracer"
	wait_gone "$tracer"
	wait_until runs_as_other "$pid"
	[[ $(supervisor_pid) == "$sup" ]]
	"$IMP" --stop d
	all_gone
}

traced() {
	! has_line "/proc/$1/status" '^TracerPid:[[:space:]]*0$'
}

@test "a supervisor that cannot fork says so, and tries again" {
	later_failing EAGAIN fork,vfork,clone,clone3
	has_line imp.log 'Resource temporarily unavailable'
}

@test "a supervisor that gets no memory says so, and tries again" {
	later_failing ENOMEM fork,vfork,clone,clone3
	has_line imp.log 'Cannot allocate memory'
}

# In the middle of a restart it has more than between two.
least_kb() {
	local least now _
	least=$(private_kb "$1")
	for _ in {1..20}; do
		now=$(private_kb "$1")
		((now >= least)) || least=$now
	done
	echo "$least"
}

@test "1,000 restarts of a program that dies at once leak nothing" {
	local sup fds memory cpu
	supervise --respawn --respawn-delay=1ms,1ms sh -c 'exit 1' || :
	sup=$(supervisor_pid)
	wait_until has_lines imp.log 100
	fds=$(fds_of "$sup")
	memory=$(least_kb "$sup")
	wait_until has_lines imp.log 1100
	(($(fds_of "$sup") <= fds + 1)) || fail "$fds, $(fds_of "$sup")"
	(($(least_kb "$sup") <= memory + 8)) ||
		fail "$memory kB, $(least_kb "$sup") kB"
	# Ticks of 10 ms: no more than 2 ms for each.
	cpu=$(($(process_field "$sup" 14) + $(process_field "$sup" 15)))
	((cpu < 250)) || fail "$cpu ticks"
	kill -TERM "$sup"
	wait_gone "$sup"
}

@test "10,000 orphans are reaped" {
	local sup
	supervise "$PROBE" --orphans 10000 --report "$PWD/report" --wait
	sup=$(supervisor_pid)
	wait_until test -e report
	one_child() {
		local children
		read -ra children <"/proc/$sup/task/$sup/children"
		((${#children[@]} == 1))
	}
	wait_until one_child
	state_is up
	kill -TERM "$sup"
	wait_gone "$sup"
	all_gone
}

@test "nothing that is sent to the notify socket does harm" {
	local sup fds
	python_script target <<-\EOF
		notify("READY=1")
		wait_until(lambda: os.path.exists("go"))
		r, w = os.pipe()
		for i in range(3000):
		    notify("STATUS=%d" % i)
		notify(b"")
		notify(b"\0", b"READY=1\0\0", b"STATUS=a\0b", b"\n\n\n", b"=")
		notify(b"x" * 4095, b"STATUS=" + b"y" * 100000)
		notify(b"STATUS=\xff\xfe", b"MAINPID=1", b"MAINPID=-5",
		    b"MAINPID=99999999999999999999", b"EXTEND_TIMEOUT_USEC=x",
		    b"ERRNO=2147483648", b"WATCHDOG_USEC=18446744073709551616")
		for n in 1, 2, 100, 253:
		    notify("FDSTORE=1", fds=[w] * n)
		    notify("BARRIER=1", fds=[w] * n)
		    notify("BARRIER=1\nREADY=1", fds=[w])
		# All that was sent with it has been closed.
		os.close(w)
		assert os.read(r, 1) == b""
		notify("STATUS=still there")
		note("survived")
		stay()
	EOF
	supervise --chdir . --ready=notify ./target
	sup=$(supervisor_pid)
	wait_until asleep "$sup"
	fds=$(fds_of "$sup")
	: >go
	wait_until test -e survived
	says_so() { "$IMP" --status d | grep -q 'still there'; }
	wait_until says_so
	same_fds() { [[ $(fds_of "$sup") == "$fds" ]]; }
	wait_until same_fds
	state_is up
}

@test "a stop is not kept waiting by a flood of notifications" {
	local sup
	python_script target <<-\EOF
		notify("READY=1")
		note("there")
		signal.signal(signal.SIGTERM, signal.SIG_IGN)
		while True:
		    try:
		        notify(*["STATUS=flood"] * 100)
		    except OSError:
		        pass
	EOF
	supervise --chdir . --ready=notify --stop-schedule=TERM/0.1/KILL/5 \
	    ./target
	wait_until test -e there
	run -0 "$IMP" --status d
	sup=$(supervisor_pid)
	kill -TERM "$sup"
	wait_gone "$sup"
	all_gone
}
