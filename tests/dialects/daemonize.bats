#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# SPDX-FileCopyrightText: 2026 The imp authors

load dialects

# Reviewed.  The original leaks what it and its caller have open, opens
# /dev/null for writing only and hands that on as standard input, and does not
# reset signals.  Its output files belong to the user.
intended=('fds=.*' 'fd\.[0-9]+=.*' 'fd\.0\.mode=.*' 'fd\.[3-9]\.mode=.*'
    'fd\.[0-9][0-9]+\.mode=.*' 'fd\.[12]\.mode=r?w' 'signal\..*')

d() {
	"$BATS_TEST_TMPDIR/links/daemonize" "$@" 3>&-
}

@test "daemonize: each option is what it says" {
	run -0 explains daemonize -a -c /tmp -e err -E A=1 -E B= -o out \
	    -p pid -l lock -u nobody -v /bin/true -x y
	for line in chdir=/tmp stderr=err env=A=1 env=B= stdout=out \
	    pidfile=pid lockfile=lock user=nobody talk=verbose \
	    operand=/bin/true operand=-x operand=y truncate=no \
	    session-leader=yes account-env=user; do
		grep -qxF -- "$line" <<<"${output//\"/}" || fail "$line"
	done
}

@test "daemonize: output files are emptied unless -a is given" {
	run -0 explains daemonize -o out /bin/true
	grep -qx truncate=yes <<<"$output"
}

@test "daemonize: a file may be called null or syslog" {
	run -0 explains daemonize -o null -e syslog /bin/true
	grep -qx 'stdout="\?\(\./\)\?null"\?' <<<"$output"
	d -o "$PWD/null" /bin/echo hello
	wait_until grep -qx hello null
}

@test "daemonize: IFS and PATH are set only if they are not" {
	run -0 env -u IFS -u PATH links/daemonize --explain /bin/true
	grep -q '^env="\?IFS=' <<<"$output"
	grep -q '^env=PATH=/usr/local/sbin:/sbin:/bin:/usr/sbin:/usr/bin' \
	    <<<"${output//\"/}"
	run -0 env IFS=x PATH=/bin links/daemonize --explain /bin/true
	run ! grep -q '^env' <<<"$output"
}

@test "daemonize: what it says of what it is asked to start" {
	run -1 --separate-stderr d true
	[[ $stderr == "The 'path' parameter must be an absolute path name." ]]
	run -1 --separate-stderr d /nonexistent/true
	[[ $stderr == 'File "/nonexistent/true" is not executable.' ]]
	run -1 --separate-stderr d "$PWD/links"
	[[ $stderr == "File \"$PWD/links\" is not regular file." ]]
	touch plain
	run -1 --separate-stderr d "$PWD/plain"
	[[ $stderr == "File \"$PWD/plain\" is not executable." ]]
	run -1 --separate-stderr d -E novalue /bin/true
	[[ $stderr == \
	    'Argument to -E ("novalue") is not of the form name=value.' ]]
}

@test "daemonize: a second one is refused by the lock file" {
	d -l "$PWD/lock" -p "$PWD/a.pid" "$PROBE" --wait
	run -1 --separate-stderr d -l "$PWD/lock" -p "$PWD/b.pid" "$PROBE"
	[[ $stderr == "Can't lock the lock file \"$PWD/lock\". Is another \
instance running?" ]]
	[[ ! -e b.pid ]]
}

@test "daemonize: a lock that another program holds counts" {
	exec 7>lock
	flock 7
	run -1 --separate-stderr d -l "$PWD/lock" "$PROBE" 7>&-
	[[ $stderr == "Can't lock the lock file"* ]]
}

@test "daemonize: difference: the lock outlives no daemon, whoever it left" {
	d -l "$PWD/lock" -p "$PWD/a.pid" "$PROBE" --fork 1 --wait
	pid=$(pid_in a.pid)
	kill -KILL "$pid"
	wait_gone "$pid"
	d -l "$PWD/lock" -p "$PWD/a.pid" "$PROBE" --wait
}

@test "daemonize: difference: with a pidfile alone there is one daemon, too" {
	d -p "$PWD/a.pid" "$PROBE" --wait
	pid=$(pid_in a.pid)
	run -1 d -p "$PWD/a.pid" "$PROBE" --wait
	[[ $(pid_in a.pid) == "$pid" ]]
	alive "$pid"
}

@test "daemonize: difference: of ten at once one starts" {
	local by
	for by in -p -l; do
		ten_at_once d $by "$PWD/one" "$PROBE" \
		    --report "$PWD/report" --wait 2>/dev/null
		[[ $(wc -l <won) == 1 ]]
		wait_until test -e report
		kill -KILL "$(report report pid)"
		wait_gone "$(report report pid)"
		rm -f one report
	done
}

@test "daemonize: difference: what a pidfile said before is not asked" {
	for text in -1 0 garbage 4294967297; do
		echo "$text" >a.pid
		d -p "$PWD/a.pid" "$PROBE" --wait
		pid=$(pid_in a.pid)
		kill -KILL "$pid"
		wait_gone "$pid"
	done
	ln -sf victim a.pid
	d -p "$PWD/a.pid" "$PROBE" --wait
	[[ ! -e victim ]]
	alive "$(pid_in a.pid)"
}

@test "daemonize: difference: a failing exec is told, and no pidfile is left" {
	printf '#!/nonexistent/sh\n' >script
	chmod 755 script
	run -1 --separate-stderr d -p "$PWD/a.pid" "$PWD/script"
	[[ $stderr == *"its interpreter '/nonexistent/sh' was not found" ]]
	[[ ! -e a.pid ]]
}

@test "daemonize: difference: a directory that is not there is told" {
	run -1 --separate-stderr d -c /nonexistent /bin/true
	[[ $stderr == "Can't change working directory to \"/nonexistent\": "* ]]
}

@test "daemonize: difference: the pidfile is right when the start returns" {
	d -p a.pid "$PROBE" --wait
	alive "$(pid_in a.pid)"
	[[ ! -e /a.pid ]]
}

@test "daemonize: difference: no crash without arguments or on bad options" {
	for args in '' -h -x -p; do
		# shellcheck disable=SC2086
		run -1 --separate-stderr d $args
		[[ $stderr == *'Usage: daemonize [OPTIONS] path [arg]'* ]]
	done
	run -1 --separate-stderr d -x
	[[ $stderr == "Bad option: -x"* ]]
}

@test "daemonize: difference: nothing that was open reaches the target" {
	exec 8<"$PROBE"
	d -o "$PWD/o" -e "$PWD/e" "$PROBE" --report "$PWD/report" --wait
	exec 8<&-
	wait_until test -e report
	[[ $(report report fds) == '0 1 2' ]]
	[[ $(report report fd.0.mode) == rw ]]
}

@test "daemonize: what cannot be opened is told in the original's words" {
	run -1 --separate-stderr d -o "$PWD/none/o" /bin/true
	[[ $stderr == "Can't open \"$PWD/none/o\" for stdout: No such file or \
directory" ]]
	run -1 --separate-stderr d -e / /bin/true
	[[ $stderr == "Can't open \"/\" for stderr: Is a directory" ]]
	run -1 --separate-stderr d -p none/p /bin/true
	[[ $stderr == "Can't create PID file \"none/p\": No such file or \
directory" ]]
	run -1 --separate-stderr d -l none/l /bin/true
	[[ $stderr == "Can't create lock file \"none/l\": No such file or \
directory" ]]
}

@test "daemonize: -u opens output files as that user" {
	need_root
	mkdir -m 1777 public
	mkdir -m 700 private
	d -u nobody -o "$PWD/public/o" -e "$PWD/public/e" -p "$PWD/a.pid" \
	    "$PROBE" --wait
	[[ $(stat -c %U public/o public/e a.pid) == $'nobody\nnobody\nroot' ]]
	run -1 --separate-stderr d -u nobody -o "$PWD/private/o" /bin/true
	[[ $stderr == *"'$PWD/private/o': Permission denied" ]]
	[[ ! -e private/o ]]
}

@test "daemonize: difference: -v is heard, on standard error" {
	run -0 --separate-stderr d -v -p "$PWD/a.pid" "$PROBE" --wait
	[[ -z $output && $stderr == "started as process $(pid_in a.pid)" ]]
}

@test "daemonize: difference: the user may be a number" {
	need_root
	run -0 d -u 65534 -p "$PWD/a.pid" "$PROBE" --wait
	[[ $(stat -c %u "/proc/$(pid_in a.pid)") == 65534 ]]
	run -1 --separate-stderr d -u 4294967296 /bin/true
	[[ $stderr == "cannot find user '4294967296'" ]]
}

@test "daemonize: difference: no output file is a link" {
	: >victim
	ln -s victim o
	run -1 --separate-stderr d -o "$PWD/o" /bin/echo x
	[[ $stderr == *"'$PWD/o'"* && ! -s victim ]]
}

@test "daemonize: only root may ask for a user" {
	need_root
	need daemonize setpriv
	cp "$IMP" daemonize
	for tool in "$(type -P daemonize)" "$PWD/daemonize"; do
		run -1 --separate-stderr setpriv --reuid=65534 --regid=65534 \
		    --clear-groups "$tool" -u root /bin/true
		[[ $stderr == 'Must be root to specify a different user.' ]]
	done
}

@test "daemonize: the same words and status as the original" {
	need daemonize
	touch plain
	exec 7>lock
	flock 7
	table same_words daemonize <<-'END'
		/bin/true
		-acl / ../lock /bin/true
		true
		''
		/nonexistent
		/tmp
		"$BATS_TEST_TMPDIR/plain"
		/etc/passwd/x
		-E x /bin/true
		-E '' /bin/true
		-E A= /bin/true
		-c /nonexistent /bin/true
		-c /etc/passwd /bin/true
		-o /nonexistent/o /bin/true
		-e /nonexistent/o /bin/true
		-o / /bin/true
		-p /nonexistent/p /bin/true
		-p / /bin/true
		-l /nonexistent/p /bin/true
		-l / /bin/true
		-l "$BATS_TEST_TMPDIR/lock" /bin/true
	END
	exec 7>&-
}

# What takes place after the original has gone to the background, or cannot
# be in it: 139 is a crash.
@test "daemonize: difference: statuses" {
	need daemonize
	need_root
	printf '#!/nonexistent/sh\n' >script
	chmod 755 script
	table differs <<-'END'
		139 1 daemonize
		139 1 daemonize -h
		139 1 daemonize -p
		139 1 daemonize -x /bin/true
		139 0 daemonize --help
		0 1 daemonize "$BATS_TEST_TMPDIR/script"
		0 1 daemonize -E =x /bin/true
		1 0 daemonize -u 0 /bin/true
	END
}

@test "daemonize: the same effect as the original" {
	need daemonize
	need_root
	mkdir -m 700 private
	same_status daemonize -u nobody -c "$PWD/private" /bin/true
	same_status daemonize -u nobody -o "$PWD/private/o" /bin/true
	same_status daemonize -u nosuchuser /bin/true
	table same_effect daemonize -c "$PWD/here" <<-'END'
		"$PROBE" --report report --wait
		-E A=1 -E A=2 -v -p "$PWD/here/pid" "$PROBE" --report report --wait
		-a -o "$PWD/here/o" "$PROBE" --report report --wait
		-u nobody -o o -e e "$PROBE" --report report --wait
		-c / "$PROBE" --report "$PWD/here/report" --wait
	END
	umask 027
	same_effect daemonize -c "$PWD/here" -o o -e o -p "$PWD/here/pid" \
	    "$PROBE" --report report --wait
}
