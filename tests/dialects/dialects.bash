# shellcheck shell=bash
# SPDX-License-Identifier: ISC
# SPDX-FileCopyrightText: 2026 The imp authors
#
# What the tests of dialects have in common.

load ../helper

PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin

# Each test's own names, through links, as they are installed.
setup() {
	local name
	cd "$BATS_TEST_TMPDIR" || return
	chmod 755 .
	mkdir links
	for name in daemonize start-stop-daemon daemon-freebsd \
	    daemon-libslack daemon tini dumb-init catatonit; do
		ln -s "$IMP" "links/$name"
	done
	# Where the tools are looked for first: imp takes its place there.
	mkdir system
	play real
	PATH=$BATS_TEST_TMPDIR/tools:$PATH
}

# play real|imp: whom the names of the tools mean from now on.
play() {
	ln -sfn "$([[ $1 == imp ]] && echo links || echo system)" \
	    "$BATS_TEST_TMPDIR/tools"
	hash -r
}

teardown() {
	local pid
	while read -r pid; do
		[[ $pid -le 1 ]] || ! is_ours "$pid" || record_pid "$pid"
	done < <(cat ./*.pid 2>/dev/null)
	stop_everything_started
}

# Whether it runs something of this test.
is_ours() {
	tr '\0' ' ' 2>/dev/null <"/proc/$1/cmdline" |
		grep -qF "$BATS_TEST_TMPDIR"
}

# explains NAME ARG...: what imp understood.
explains() {
	"$BATS_TEST_TMPDIR/links/$1" --explain "${@:2}"
}

# The lines of a report that do not differ from run to run, and are not among
# the intended differences: extended regular expressions for whole lines.
comparable() {
	local pattern='(pid|ppid|pgid|sid|tty|env=_|env=PWD|env=OLDPWD)=.*'
	local more
	for more in "${intended[@]}"; do
		pattern+="|$more"
	done
	grep -vxE "$pattern" "$1" | sort ${once:+-u}
}

# Whether the target leads its session.
session_role() {
	if [[ $(report "$1" pid) == "$(report "$1" sid)" ]]; then
		echo leader
	else
		echo member
	fi
}

# both NAME ARG...: run the same command line with the system's tools and
# with imp in their place, each in a directory of its own that is called
# "here"; sets statuses, and leaves what they said in real.* and imp.*
both() {
	local which
	for which in real imp; do
		rm -rf here
		mkdir -m 1777 here
		status=0
		play "$which"
		(cd here && exec "$(type -P "$1")" "${@:2}") >"$which.out" \
		    2>"$which.err" </dev/null 3>&- || status=$?
		play real
		statuses+=("$status")
		collect "$which"
	done
}

# Keep the report and what else is there, and end the target, so that the
# other finds a clean place.
collect() {
	local pid
	rm -f "$1".{report,files,pidfile}
	if [[ -n ${wants_report-} && $status == 0 ]]; then
		wait_until test -e here/report
		cp here/report "$1.report"
		(cd here && stat -c '%n %U:%G %a' -- *) |
			grep -v '^report ' >"$1.files" || :
		pid=$(report here/report pid)
		[[ ! -s here/pid ]] || cp here/pid "$1.pidfile"
		kill -KILL "$pid" 2>/dev/null || :
		wait_gone "$pid"
	fi
}

# same_status NAME ARG...: and not that of a shell or a signal.
same_status() {
	statuses=()
	both "$@"
	[[ ${statuses[0]} == "${statuses[1]}" ]] ||
		fail "$*: ${statuses[0]} as it is, ${statuses[1]} with imp:" \
		    "$(<imp.err)"
}

# What was said, whatever the path of the tool; the usage is imp's own.
words() {
	sed -E -e '/^(daemonize, version|usage:)/,$d' \
	    -e 's|^[^ ]*/([a-z-]+:)|\1|' -e "s|'[^ ]*/([a-z-]+ --help)|'\1|" \
	    "$1"
}

# same_words NAME ARG...: status and what is said.
same_words() {
	local stream
	same_status "$@" || return
	for stream in out err; do
		diff -u <(words "real.$stream") <(words "imp.$stream") ||
			fail "$*: other words" || return
	done
}

# same_effect NAME ARG...: status, report, and the files that are left; the
# command line starts $PROBE with --report report.
same_effect() {
	local which
	wants_report=yes same_status "$@" || return
	diff -u <(comparable real.report) <(comparable imp.report) ||
		fail "$*: the target can tell" || return
	[[ $(session_role real.report) == "$(session_role imp.report)" ]] ||
		fail "$*: session" || return
	diff -u real.files imp.files || fail "$*: files" || return
	for which in real imp; do
		[[ ! -e $which.pidfile ]] ||
			cmp "$which.pidfile" \
			    <(report "$which.report" pid) || return
	done
}

# differs REAL IMP NAME ARG...: the two statuses that the same command line
# has; a reviewed difference.
differs() {
	statuses=()
	both "${@:3}"
	[[ ${statuses[*]} == "$1 $2" ]] ||
		fail "${*:3}: ${statuses[*]}, and not $1 $2:" "$(<imp.err)"
}

# table COMMAND [ARG...]: run it with the words of each line of standard input
# behind it; the first line that fails is told.
table() {
	local line
	while read -r line; do
		eval "\"\$@\" $line" </dev/null ||
			fail "the line: $line" || return
	done
}

# ten_at_once COMMAND [ARG...]: run it ten times at once; "won" gets a line for
# each that succeeded.
ten_at_once() {
	local i pids=()
	: >won
	for i in {1..10}; do
		"$@" && echo "$i" >>won &
		pids+=($!)
	done
	wait "${pids[@]}" || :
}
