#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# SPDX-FileCopyrightText: 2026 The imp authors

load ../helper

# The init scripts of Debian packages, as they are, with imp in the place of
# start-stop-daemon: in mount, network and process namespaces of their own, so
# that nothing of it is seen elsewhere and all of it ends with the test.

setup() {
	need_root
	cd "$BATS_TEST_TMPDIR"
}

teardown() {
	stop_everything_started
}

# drives SERVICE PROGRAM: step by step as dpkg's own start-stop-daemon does.
drives() {
	local real
	[[ -x /etc/init.d/$1 ]] || need_failed "/etc/init.d/$1 is missing"
	PATH=$PATH:/usr/sbin:/sbin need "$2" ip unshare start-stop-daemon
	unshare -m -n -p --fork true || need_failed "namespaces are needed"
	real=$(PATH=$PATH:/usr/sbin:/sbin type -P start-stop-daemon)
	steps_of "$1" "$(readlink -f "$real")"
	steps_of "$1" "$IMP"
}

# steps_of SERVICE TOOL
steps_of() {
	unshare -m -n -p --fork --mount-proc --kill-child \
	    bash "$SRCDIR/tests/real/init_d.bash" "$1" "$2" \
	    >steps 2>errors 3>&- || {
		cat steps errors
		return 1
	}
	diff -u - steps <<-'END' || { cat errors; return 1; }
		start 0 answers same
		status 0 answers same
		start 0 answers same
		restart 0 answers other
		status 0 answers other
		stop 0 silent none
		status 3 silent none
		stop 0 silent none
	END
	[[ ! -s errors ]] || fail "$(<errors)"
}

@test "imp drives /etc/init.d/nginx" {
	drives nginx nginx
}

@test "imp drives /etc/init.d/redis-server" {
	drives redis-server redis-server
}

@test "imp drives /etc/init.d/cron" {
	drives cron cron
}

@test "imp drives /etc/init.d/memcached" {
	drives memcached memcached
}

@test "imp drives /etc/init.d/dnsmasq" {
	drives dnsmasq dnsmasq
}

@test "imp drives /etc/init.d/ssh" {
	drives ssh sshd
}

@test "imp drives /etc/init.d/atd" {
	drives atd atd
}

@test "imp drives /etc/init.d/lighttpd" {
	drives lighttpd lighttpd
}

@test "imp drives /etc/init.d/haproxy" {
	drives haproxy haproxy
}

@test "nothing of it is left in this machine's own place" {
	[[ ! $(readlink -f "$(PATH=$PATH:/usr/sbin:/sbin type -P \
	    start-stop-daemon)") -ef $IMP ]]
	run ! grep -q instead_of /proc/self/mountinfo
}
