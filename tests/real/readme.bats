#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# SPDX-FileCopyrightText: 2026 The imp authors

# The commands in README.md and the manual do what is said there, and the
# same as those that they stand for.

load ../helper

shopt -s extglob

setup() {
	need_root
	cd "$BATS_TEST_TMPDIR"
	PATH=$PWD/bin:$PATH:/usr/sbin:/sbin
	export no_proxy='*'
	mkdir bin run log srv got
	chmod 1777 got
	ln -s "$IMP" bin/imp
	ln -s "$PYTHON" bin/python3
	cat >srv/a <<-END
		#!/bin/sh
		echo "told: \$*"
		echo "complaint" >&2
		exec "$PROBE" --report "$PWD/got/\$\$" --wait
	END
	chmod 755 srv/a
	ln -s srv/a a
	ln -s srv/a job
	ln -s srv/a app.js
}

teardown() {
	stop_everything_started
}

# Of the row of README.md that begins with the first argument: what is to be
# written instead (column 4) of what (column 3).
column() {
	awk -F ' *[|] *' -v n="$1" -v from="$2" \
	    'NF == 5 && index($2, from) == 1 { print $n; exit }' \
	    "$SRCDIR/README.md" | sed 's/^`//; s/`$//'
}

# That which contains the text, whatever the row.
written() {
	grep -o "\`[^\`]*$1[^\`]*\`" "$SRCDIR/README.md" | head -n 1 |
		tr -d '`'
}

# The lines between fences.
blocks() {
	awk '/^```/ { inside = !inside; next } inside' "$SRCDIR/README.md"
}

# Here instead of in the directories of the system.
localized() {
	sed -e "s|/run/|$PWD/run/|g; s|/var/log/|$PWD/log/|g" \
	    -e "s|/srv/a|$PWD/srv/a|g; s/\([ =]\)www\>/\1nobody/g" <<<"$1"
}

run_it() {
	local line
	line=$(localized "$1")
	[[ -n $line ]]
	printf '# %s\n' "$line"
	bash -c "$line" </dev/null 3>&-
}

# The report of the one that runs.
reported() {
	local reports=(got/+([0-9]))
	[[ ${#reports[@]} -eq 1 && -s ${reports[0]} ]]
}

end_it() {
	kill -TERM "$(report "$1" pid)"
	wait_gone "$(report "$1" pid)"
}

# live_once COMMAND: run it; its report is moved to the file named last.
live_once() {
	run_it "$1"
	wait_until reported
	mv got/+([0-9]) "$2"
}

@test "nohup: the same log in the same directory" {
	live_once "$(column 3 nohup)" before
	end_it before
	mv job.log before.log
	live_once "$(column 4 nohup)" after
	[[ $(report after cwd) == "$PWD" && $(report before cwd) == "$PWD" ]]
	grep -v '^nohup:' before.log | diff - job.log
	# And what nohup leaves as it was.
	[[ $(report before sid) != "$(report before pid)" ]]
	[[ $(report after tty) == none ]]
	end_it after
}

@test "daemonize: the same user, pidfile and log" {
	need daemonize
	: >log/a
	chown nobody log/a
	live_once "$(column 3 daemonize)" before
	[[ $(<run/a.pid) == "$(report before pid)" ]]
	end_it before
	[[ $(<log/a) == "told: "* ]]
	rm -f run/a.pid log/a
	live_once "$(column 4 daemonize)" after
	[[ $(<run/a.pid) == "$(report after pid)" ]]
	[[ $(<log/a) == "told: "$'\n'complaint ]]
	local key
	for key in uid gid groups cwd umask; do
		[[ $(report before $key) == "$(report after $key)" ]] ||
			fail "$key differs"
	done
	[[ $(report after uid) == *65534* ]]
	end_it after
}

@test "start-stop-daemon: the same user and arguments, once" {
	need start-stop-daemon
	local options
	live_once "$(column 3 start-stop-daemon)" before
	[[ $(<run/a.pid) == "$(report before pid)" ]]
	end_it before
	rm -f run/a.pid
	live_once "$(column 4 start-stop-daemon)" after
	[[ $(<run/a.pid) == "$(report after pid)" ]]
	[[ $(report before uid) == "$(report after uid)" ]]
	run_it "$(column 4 start-stop-daemon)"
	[[ $(<run/a.pid) == "$(report after pid)" ]]
	not reported
	end_it after
}

@test "python-daemon: the same user and surroundings" {
	"$PYTHON" -c 'import daemon, daemon.pidfile' ||
		need_failed "python-daemon is missing"
	cat >srv/a.py <<-END
		import os
		def main():
		    os.execv("$PWD/srv/a", ["a"])
	END
	{
		cat srv/a.py
		echo 'import daemon, daemon.pidfile'
		column 3 python-daemon | sed 's/main()/\n    main()/' | sed \
		    -e "s|pidfile=...|pidfile=daemon.pidfile.PIDLockFile('$PWD/got/a.pid')|" \
		    -e 's/DaemonContext/daemon.DaemonContext/'
	} >before.py
	echo 'main()' >>srv/a.py
	live_once "python3 $PWD/before.py" before
	end_it before
	live_once "$(column 4 python-daemon)" after
	[[ $(<run/a.pid) == "$(report after pid)" ]]
	local key
	for key in uid gid cwd; do
		[[ $(report before $key) == "$(report after $key)" ]] ||
			fail "$key differs"
	done
	[[ $(report after uid) == *33* ]]
	end_it after
}

@test "the first command of README.md serves, and is gone after TERM" {
	need curl
	local line port pid
	port=$(free_port)
	line=$(blocks | grep -m 1 '^imp ')
	echo 'Hello.' >hello
	run_it "${line/8080/-d "$PWD" $port}"
	pid=$(pid_in run/web.pid)
	wait_until curl -fsS "http://127.0.0.1:$port/hello"
	wait_until grep -q 'GET /hello' log/web.log
	kill -TERM "$pid"
	wait_gone "$pid"
	nothing_left
}

@test "the commands of README.md that stay with a server, show and stop it" {
	need curl
	local port commands
	port=$(free_port)
	echo 'Hello.' >hello
	cat >api <<-END
		#!/bin/sh
		exec "$PYTHON" -u -m http.server \$2 -b 127.0.0.1 -d "$PWD"
	END
	chmod 755 api
	mapfile -t commands < <(blocks | grep -E '^imp .*\<api\>')
	[[ ${#commands[@]} -eq 3 ]]
	run_it "${commands[0]//80/"$port"}"
	curl -fsS "http://127.0.0.1:$port/hello"
	run -0 run_it "${commands[1]}"
	[[ $output == *"State: up"* ]]
	run_it "${commands[2]}"
	run ! curl -fsS "http://127.0.0.1:$port/hello"
	run -3 bash -c "${commands[1]}"
	nothing_left
}

@test "start-stop-daemon: what it started is stopped, and what imp started" {
	need start-stop-daemon
	live_once "$(column 4 start-stop-daemon)" one
	run_it "$(written 'start-stop-daemon -K')"
	not alive "$(report one pid)"
	live_once "$(column 4 start-stop-daemon)" two
	run_it "$(written 'imp --stop -p')"
	not alive "$(report two pid)"
	[[ ! -e run/a.pid ]]
	nothing_left
}

@test "daemon: another is started when it ends, until its supervisor does" {
	local supervisor
	live_once "$(column 4 'daemon(8)')" one
	[[ $(<run/a.pid) == "$(report one pid)" ]]
	supervisor=$(pid_in run/s.pid)
	kill -KILL "$(report one pid)"
	wait_until reported
	mv got/+([0-9]) two
	alive "$supervisor"
	kill -TERM "$supervisor"
	wait_gone "$supervisor"
	not alive "$(report two pid)"
	nothing_left
}

@test "multiprocessing: the helper ends with its parent, however that ends" {
	cat >helper.py <<-END
		import os
		os.execv("$PWD/srv/a", ["a"])
	END
	local line
	line=$(column 4 multiprocessing)
	mkfifo hold
	start bash -c "$line; touch started; read -r <>hold"
	wait_until reported
	wait_until test -e started
	mv got/+([0-9]) helper
	alive "$(report helper pid)"
	kill -KILL "$started_pid"
	wait_gone "$(report helper pid)"
	wait_until nothing_left
}

# example TEXT: the one of the manual that has it.
example() {
	local found
	mapfile -t found < <(sed -n '/^\.Sh EXAMPLES/,/^\.Sh DIAG/s/^\.Dl [$#] //p' \
	    "$SRCDIR/man/imp.1" | grep -e "$1")
	[[ ${#found[@]} -eq 1 ]] || fail "$1: ${found[*]}" || return
	printf '%s\n' "${found[0]}" >>examples
	printf '%s\n' "${found[0]}"
}

stop_api() {
	run_it "$(example --stop)"
	[[ ! -e $IMP_STATE_DIR/api ]]
	nothing_left
}

@test "each example of the manual does what is said there" {
	need curl
	local pid port
	ln -s ../srv/a bin/nginx
	ln -s ../srv/a bin/rsync
	ln -s srv/a api
	ln -s srv/a helper

	live_once "$(example nginx)" one
	[[ $(report one argv.0) == "$PROBE" && $(report one cwd) == / ]]
	end_it one

	live_once "$(example '-u www')" two
	[[ $(report two uid) == "$(id -u nobody) "* ]]
	wait_until grep -qx 'told: --port 80' log/api.log
	stop_api

	rm api
	cat >api <<-END
		#!/bin/sh
		echo 'Hello.' >"$PWD/hello"
		exec "$PYTHON" -u -m http.server \$2 -b 127.0.0.1 -d "$PWD"
	END
	chmod 755 api
	port=$(free_port)
	pid=$(example --respawn=on-failure)
	run_it "${pid//80/"$port"}"
	curl -fsS "http://127.0.0.1:$port/hello"
	pid=$(sed -n 's/^main=\([0-9]*\) .*/\1/p' "$IMP_STATE_DIR/api/record")
	kill -KILL "$pid"
	wait_gone "$pid"
	wait_until curl -fsS "http://127.0.0.1:$port/hello"
	stop_api

	run -0 run_it "$(example --explain)"
	[[ $output == *name=api*respawn=always* ]]
	nothing_left

	ln -sf srv/a api
	live_once "$(example --idempotent)" three
	run_it "$(example --idempotent)"
	not reported
	alive "$(report three pid)"
	stop_api

	live_once "$(example --every)" four
	[[ $(report four cwd) == "$PWD" ]]
	run -0 "$IMP" --stop sync

	mkfifo hold
	start bash -c "$(example --bind); read -r <>hold"
	wait_until reported
	mv got/+([0-9]) five
	kill -KILL "$started_pid"
	wait_gone "$(report five pid)"
	wait_until nothing_left

	# And there are no others.
	diff <(sort -u examples) <(sed -n \
	    '/^\.Sh EXAMPLES/,/^\.Sh DIAG/s/^\.Dl [$#] //p' \
	    "$SRCDIR/man/imp.1" | sort)
}

# Each start in the documents, as far as it can be judged without one.
@test "every start in README.md and the manual is understood" {
	local line count=0
	cp srv/a api
	cp srv/a helper
	while read -r line; do
		[[ $line =~ ^imp ]] || continue
		[[ ! $line =~ --(explain|help|test|status|list|stop|restart|logs) ]] ||
			continue
		run -0 bash -c "$(localized "${line/#imp/imp --explain}")"
		[[ $output == *operand=* ]] || fail "$line: $output"
		count=$((count + 1))
	done < <(
		blocks
		grep -o '`imp [^`]*`' "$SRCDIR/README.md" | tr -d '`'
		sed -n 's/^\.Dl [$#] //p' "$SRCDIR/man/imp.1"
	)
	((count > 10))
}
