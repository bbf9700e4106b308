#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# SPDX-FileCopyrightText: 2026 The imp authors

load dialects

d() {
	"$BATS_TEST_TMPDIR/links/daemon-freebsd" "$@" 3>&-
}

@test "daemon-freebsd: each option is what it says" {
	run -0 explains daemon-freebsd -c -f -H -o out -p child -P super -R 7 \
	    -C 3 -u nobody -t title true
	for line in chdir=/ stdout=out stderr=out pidfile=child \
	    supervisor-pidfile=super respawn=always respawn-delay=7s,7s \
	    user=nobody log-reopen=HUP supervise=yes log-mode=0600 \
	    stop-schedule=TERM/infinity fatal=none; do
		grep -qxF -- "$line" <<<"$output" || fail "$line"
	done
	run -0 explains daemon-freebsd -l local3 -s err -T tag -m 2 -f true
	grep -qx 'stdout=null' <<<"$output"
	grep -qx 'stderr=syslog:local3.err' <<<"$output"
	grep -qx 'log-tag=tag' <<<"$output"
}

@test "daemon-freebsd: what turns supervision on, and what does not" {
	for option in -S '-o f' '-p f' '-P f' -r '-R 3' '-s err' '-l user' \
	    '-T tag'; do
		# shellcheck disable=SC2086
		run -0 explains daemon-freebsd $option true
		grep -qx supervise=yes <<<"$output" || fail "$option"
	done
	for option in -c -f -H '-m 3' '-t title' '-u nobody' '-C 3'; do
		# shellcheck disable=SC2086
		run -0 explains daemon-freebsd $option true
		grep -qx supervise=no <<<"$output" || fail "$option"
	done
}

@test "daemon-freebsd: what is wrong, and its status" {
	run -1 --separate-stderr d
	[[ $stderr == 'usage: daemon [-cfHrS] '* ]]
	run -4 --separate-stderr d -s urgent true
	[[ $stderr == 'daemon: unrecognized syslog priority' ]]
	run -5 --separate-stderr d -l nowhere true
	[[ $stderr == 'daemon: unrecognized syslog facility' ]]
	run -6 --separate-stderr d -m 4 true
	[[ $stderr == 'daemon: unrecognized listening mask: too large' ]]
	run -6 --separate-stderr d -R 0 true
	[[ $stderr == 'daemon: invalid restart delay: too small' ]]
	run -6 --separate-stderr d -C x true
	[[ $stderr == 'daemon: invalid restart count: invalid' ]]
}

@test "daemon-freebsd: a supervised one, from its start to its end" {
	need_root
	mkdir place
	(cd place && d -f -p "$PWD/../child.pid" -P ../super.pid -o ../out \
	    "$PROBE" --report ../report --out 'hello
' --wait)
	[[ $(stat -c %a child.pid super.pid out) == $'600\n600\n600' ]]
	wait_until test -e report
	[[ $(report report pid) == "$(pid_in child.pid)" ]]
	[[ $(report report ppid) == "$(pid_in super.pid)" ]]
	[[ $(report report cwd) == "$PWD/place" ]]
	[[ $(report report fds) == '0 1 2' ]]
	wait_until grep -qx hello out
	run -3 --separate-stderr d -f -p child.pid true
	[[ $stderr == \
	    "daemon: process already running, pid: $(pid_in child.pid)" ]]
	super=$(pid_in super.pid)
	kill -TERM "$super"
	wait_gone "$super"
	[[ ! -e child.pid && ! -e super.pid ]]
}

@test "daemon-freebsd: HUP to the supervisor opens the file anew, no more" {
	d -f -H -P super.pid -p child.pid -o out "$PROBE" --wait
	child=$(pid_in child.pid)
	mv out old
	kill -HUP "$(pid_in super.pid)"
	wait_until test -e out
	alive "$child"
}

@test "daemon-freebsd: it is started again, so many times" {
	d -f -R 1 -C 1 -o out -P super.pid sh -c 'echo run; exit 64'
	super=$(pid_in super.pid)
	wait_gone "$super"
	[[ $(<out) == $'run\nrun' ]]
}

@test "daemon-freebsd: without supervision it leads its session" {
	d -f -c "$PROBE" --report "$PWD/report" --wait
	wait_until test -e report
	[[ $(session_role report) == leader ]]
	[[ $(report report cwd) == / ]]
	[[ $(report report fd.0) == /dev/null ]]
}

@test "daemon-freebsd: difference: a failing exec is told" {
	run -1 --separate-stderr d -f -r nosuchcommand
	[[ $stderr == "daemon: cannot find 'nosuchcommand' in PATH" ]]
}

@test "daemon-freebsd: difference: of ten at once one starts" {
	local by
	for by in -p -P; do
		ten_at_once d -f $by "$PWD/one.pid" "$PROBE" \
		    --report "$PWD/report" --wait 2>/dev/null
		[[ $(wc -l <won) == 1 ]]
		wait_until test -e report
		kill -TERM "$(report report ppid)"
		wait_while test -e one.pid
		rm report
	done
}

@test "daemon-freebsd: difference: who could have placed a file is not trusted" {
	need_root
	mkdir -m 777 public
	ln -s victim public/out
	run -1 --separate-stderr d -f -o "$PWD/public/out" true
	[[ $stderr == "daemon: cannot open '$PWD/public/out': "* ]]
	run -1 --separate-stderr d -f -p "$PWD/public/pid" true
	[[ $stderr == "daemon: cannot use pidfile '$PWD/public/pid': "* ]]
	[[ ! -e public/victim && ! -e public/pid ]]
}

@test "daemon-freebsd: difference: what a login class says is not looked at" {
	printf 'me:\\\n\t:umask=077:\\\n\t:setenv=CLASS=yes:\n' >.login_conf
	HOME=$PWD d -f -u root "$PROBE" --report "$PWD/report" --wait
	wait_until test -e report
	[[ $(report report umask) == "$(umask)" ]]
	run ! grep -q '^env=CLASS=' report
}

@test "daemon-freebsd: difference: a pidfile is known by a record, not a lock" {
	d -f -p child.pid "$PROBE" --wait
	flock -n child.pid true
	run -3 d -f -p child.pid true
	kill -TERM "$(ps -o ppid= -p "$(pid_in child.pid)")"
	wait_while test -e child.pid
	# And what it says without one is nobody's.
	for text in -1 0 1 garbage; do
		echo "$text" >child.pid
		d -f -p child.pid "$PROBE" --wait
		kill -TERM "$(ps -o ppid= -p "$(pid_in child.pid)")"
		wait_while test -e child.pid
	done
}

@test "daemon-freebsd: difference: outputs that go nowhere else are not copied" {
	d -P super.pid sh -c 'echo said; exec "$1" --no-report --wait' sh \
	    "$PROBE" >heard
	[[ $(<heard) == said ]] || wait_until grep -qx said heard
	[[ $(readlink "/proc/$(child_of "$(pid_in super.pid)")/fd/1") == \
	    "$PWD/heard" ]]
}

child_of() {
	tr -d ' \n' <"/proc/$1/task/$1/children"
}

@test "daemon-freebsd: output goes to a file and to syslog, as they are asked for" {
	run -0 explains daemon-freebsd -f -o out -s err -l user -m 1 true
	for line in stdout=out stdout-copy=syslog:user.err stderr=null; do
		grep -qxF -- "$line" <<<"$output" || fail "$line: $output"
	done
	run ! grep -q '^stderr-copy' <<<"$output"
	run -0 explains daemon-freebsd -f -o out -S true
	grep -qx stderr-copy=syslog:daemon.notice <<<"$output"
	run -0 explains daemon-freebsd -f -o out true
	run ! grep -q copy <<<"$output"
}

@test "daemon-freebsd: what is stored in the file reaches syslog as well" {
	need_root
	start "$PYTHON" "$SRCDIR/tests/dialects/syslogd.py" mine 3 "$IMP" \
	    --as=daemon-freebsd -f -S -T mine -o "$PWD/out" -P "$PWD/s.pid" \
	    sh -c 'echo one; echo two >&2; printf three'
	wait "$started_pid"
	[[ $(<out) == $'one\ntwo\nthree' ]]
	[[ $(sed 's/>.*: />/' heard) == $'<29>one\n<29>two\n<29>three' ]]
}

@test "daemon-freebsd: killed loggers lose no line of the file or of syslog" {
	need_root
	cat >drive <<-'END'
		"$IMP" --as=daemon-freebsd -f -S -T mine -o "$PWD/out" \
		    -P "$PWD/super.pid" sh -c 'for i in 1 2 3; do
			echo "line $i"
			until [ -e "go.$i" ]; do :; done
		    done; printf last' || exit
		super=$(cat super.pid)
		# All of its children but the command.
		loggers() {
			for p in $(cat "/proc/$super/task/$super/children"); do
				[ ! "/proc/$p/exe" -ef "$IMP" ] || echo "$p"
			done
		}
		for i in 1 2 3; do
			until grep -q "line $i" out; do :; done
			loggers | tee -a killed | xargs kill -KILL
			until [ "$(loggers | grep -vcxFf killed)" = 2 ]; do
				:
			done
			: >"go.$i"
		done
		while [ -e super.pid ]; do :; done
	END
	start "$PYTHON" "$SRCDIR/tests/dialects/syslogd.py" mine 4 sh drive
	wait "$started_pid"
	[[ $(wc -l <killed) == 6 ]]
	[[ $(<out) == $'line 1\nline 2\nline 3\nlast' ]]
	[[ $(sed 's/.*: //' heard) == "$(<out)" ]]
}

@test "daemon-freebsd: what cannot be opened has the original's status" {
	run -7 --separate-stderr d -f -o "$PWD/none/out" true
	[[ $stderr == 'daemon: open: No such file or directory' ]]
	run -2 --separate-stderr d -f -p none/pid true
	[[ $stderr == \
	    "daemon: pidfile \`\`none/pid'': No such file or directory" ]]
	run -2 --separate-stderr d -f -P / true
	[[ $stderr == "daemon: ppidfile \`\`/'': Is a directory" ]]
}

@test "daemon-freebsd: ps(1) shows the title of the supervisor" {
	d -f -p child.pid -P super.pid -t 'my title' "$PROBE" --wait
	[[ $(tr '\0' '\n' <"/proc/$(pid_in super.pid)/cmdline") == \
	    "daemon: my title[$(pid_in child.pid)]" ]]
	d -f -P other.pid "$PROBE" --wait
	[[ $(tr '\0' '\n' <"/proc/$(pid_in other.pid)/cmdline") == \
	    "daemon: ${PROBE}["* ]]
}
