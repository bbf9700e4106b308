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

# Says on SIGHUP that it reloads, and that it is ready once there is a file.
start_reloading() {
	cat >reloading.py <<-'END'
	import os, signal, socket, time
	address = os.environ["NOTIFY_SOCKET"]
	if address[0] == "@":
	    address = "\0" + address[1:]
	s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
	def say(text):
	    s.sendto(text.encode(), address)
	def reload(*_):
	    say("RELOADING=1\nMONOTONIC_USEC=%d" % (time.monotonic_ns() // 1000))
	    open("reloading", "w").close()
	    while not os.path.exists("reloaded"):
	        time.sleep(0.02)
	    say("READY=1")
	signal.signal(signal.SIGHUP, reload)
	say("READY=1")
	while True:
	    signal.pause()
	END
	start_imp -n web -c "$PWD" --ready notify "$@" -- \
	    "$PYTHON" reloading.py
}

@test "--reload returns when the daemon says that it has reloaded" {
	start_reloading --ready-timeout=forever
	start "$IMP" --reload web
	wait_until test -e reloading
	# It says READY only later, and so does imp.
	run -124 "$IMP" --wait=0.3 web
	alive "$started_pid"
	touch reloaded
	wait "$started_pid"
	run -0 "$IMP" --reload web
}

@test "--reload of a daemon that ends meanwhile fails, and says how it ended" {
	start_reloading
	start "$IMP" --reload web 2>err
	wait_until test -e reloading
	run -0 "$IMP" --signal KILL web
	local rc=0
	wait "$started_pid" || rc=$?
	((rc == 1)) || fail "$rc"
	[[ $(<err) == "imp: cannot reload 'web': "*KILL* ]] || fail "$(<err)"
}

@test "--reload of a daemon that does not come to an end of it is 124" {
	start_reloading --ready-timeout 2
	run -124 --separate-stderr "$IMP" --reload web
	[[ $stderr == *"it did not say that it has reloaded" ]]
	touch reloaded
	run -0 "$IMP" --stop web
}

# It says which signals it hears; its supervisor is killed.
start_alone() {
	local supervisor
	start_imp -n web "$@" -- bash -c "trap 'echo HUP >>$PWD/heard' HUP
	    trap 'echo USR1 >>$PWD/heard' USR1; echo >$PWD/there
	    while :; do read -r -t 0.05 <> <(:); done"
	wait_until test -e there
	supervisor=$(sed -n 's/^supervisor=\([0-9]*\) .*/\1/p' \
	    "$IMP_STATE_DIR/web/record")
	kill -KILL "$supervisor"
	wait_gone "$supervisor"
}

@test "without its supervisor a daemon hears the signal it was started with" {
	start_alone --reload-signal USR1
	run -0 "$IMP" --reload web
	wait_until grep -q USR1 heard
	run -0 "$IMP" --reload --reload-signal HUP web
	wait_until grep -q HUP heard
	[[ $(<heard) == $'USR1\nHUP' ]]
}

@test "a reload command is not replaced by a signal when nobody can run it" {
	start_alone --reload-command 'echo by supervisor'
	run -1 --separate-stderr "$IMP" --reload web
	[[ $stderr == "imp: cannot reload 'web': it has no supervisor that could \
run its reload command: give it as --reload-command" ]]
	run -0 "$IMP" --reload --reload-command "echo ran >$PWD/ran" web
	[[ $(<ran) == ran && ! -e heard ]]
}

@test "--rotate returns when the log has been rotated" {
	start_imp -n web -s --log "$PWD/log" --log-size 1M -- \
	    sh -c "echo one; exec '$PROBE' --no-report --wait"
	wait_until grep -q one log
	run -0 --separate-stderr "$IMP" --rotate web
	[[ -z $output$stderr && $(<log.1) == one && ! -s log ]]
}

@test "where imp writes no log there is none to rotate" {
	start_imp -n kept -s --log "$PWD/log" -- "$PROBE" --no-report --wait
	run -1 --separate-stderr "$IMP" --rotate kept
	[[ $stderr == *"'kept': it has no log that imp writes" ]]
	start_imp -n exec --log "$PWD/log" -- "$PROBE" --no-report --wait
	run -1 --separate-stderr "$IMP" --rotate exec
	[[ $stderr == *"'exec': it has no supervisor, and writes its log itself" ]]
}
