# shellcheck shell=bash
# SPDX-License-Identifier: ISC
# SPDX-FileCopyrightText: 2026 The imp authors
#
# What the tests of supervise mode have in common.  The daemon is called "d",
# and its supervisor writes to imp.log.

load ../helper

setup() {
	cd "$BATS_TEST_TMPDIR" || return
}

teardown() {
	stop_everything_started
}

# supervise [OPTION...] COMMAND [ARG...]: start d.
supervise() {
	start_imp --supervise --name d --imp-log imp.log "$@"
}

# supervise_probe [OPTION...] [-- PROBE'S OPTION...]: the probe as d, which
# has come to where it waits.
supervise_probe() {
	local options=()
	while (($# > 0)) && [[ $1 != -- ]]; do
		options+=("$1")
		shift
	done
	supervise "${options[@]}" "$PROBE" --no-report --wait "${@:2}"
	wait_until probe_waits "$(main_pid)"
}

# recorded KEY: what the record says; nothing when there is none.
recorded() {
	sed -n "/^$1=/{s///p;q}" "$IMP_STATE_DIR/d/record" 2>/dev/null
}

# The numbers of the processes; main_pid fails between two runs.
supervisor_pid() {
	local text
	text=$(recorded supervisor)
	[[ ${text%% *} -gt 1 ]] && printf '%s\n' "${text%% *}"
}

main_pid() {
	local text
	text=$(recorded main)
	[[ ${text%% *} -gt 1 ]] && printf '%s\n' "${text%% *}"
}

# state_is STATE
state_is() {
	[[ $(recorded state) == "$1" ]]
}

# runs_as_other PID: d runs, but no longer as PID.
runs_as_other() {
	local pid
	pid=$(main_pid) && [[ $pid != "$1" ]] && alive "$pid" &&
		state_is up
}

# lines FILE: how many it has.
lines() {
	if [[ -e $1 ]]; then wc -l <"$1"; else echo 0; fi
}

# has_lines FILE N: at least.
has_lines() {
	(($(lines "$1") >= $2))
}

has_line() {
	grep -q -- "$2" "$1"
}

# No record, and no process.
all_gone() {
	[[ ! -e $IMP_STATE_DIR/d ]] && nothing_left
}

# announced_delays [FILE]: the delays, in milliseconds, that the supervisor's
# messages announce.
announced_delays() {
	sed -n -e 's/.*next start in \([0-9.]*\) \(m\{0,1\}s\) .*/\1 \2/p' \
	    "${1-imp.log}" |
		awk '{ print $2 == "ms" ? $1 : $1 * 1000 }'
}

# within VALUE LOW HIGH
within() {
	(($1 >= $2 && $1 <= $3)) || fail "$1 is not within $2 and $3"
}

# A shell script as command: script NAME <<\EOF ... EOF
script() {
	{
		printf '#!/bin/bash\n'
		cat
	} >"$1"
	chmod 755 "$1"
}

# A Python script as command: python_script NAME <<\EOF ... EOF
python_script() {
	{
		printf '#!%s\n' "$PYTHON"
		cat <<-\END
			import os, select, signal, socket, sys, time

			def notify(*texts, fds=()):
			    address = os.environ["NOTIFY_SOCKET"]
			    if address[0] == "@":
			        address = "\0" + address[1:]
			    s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
			    s.connect(address)
			    for text in texts:
			        if isinstance(text, str):
			            text = text.encode()
			        if fds:
			            socket.send_fds(s, [text], fds)
			        else:
			            s.send(text)

			def note(name, text=""):
			    with open(name, "a") as f:
			        print(text, file=f)

			# Not signal.pause(): what comes just before would
			# not be handled until the next one comes.
			def stay():
			    r, w = os.pipe()
			    os.set_blocking(w, False)
			    signal.set_wakeup_fd(w, warn_on_full_buffer=False)
			    while True:
			        select.select([r], [], [])
			        os.read(r, 1)

			# In the child; the parent goes on with status.
			def fork(status=None):
			    pid = os.fork()
			    if pid != 0 and status is not None:
			        os._exit(status)
			    return pid

			# Until condition() holds.
			def wait_until(condition):
			    while not condition():
			        time.sleep(0.01)

		END
		cat
	} >"$1"
	chmod 755 "$1"
}
