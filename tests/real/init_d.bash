#!/bin/bash
# SPDX-License-Identifier: ISC
# SPDX-FileCopyrightText: 2026 The imp authors
#
# init_d.bash SERVICE TOOL: in namespaces of its own, drive an init script of
# the system with TOOL in the place of start-stop-daemon, and print what came
# of each step:
#
#	STEP STATUS [answers|silent] [same|other|none]
#
# with the exit status, whether the service answers over its own protocol, and
# whether its pidfile has the number it had after the first start.  Nothing
# but standard output leaves this place.

set -u
service=$1
tool=$2

bats_require_minimum_version() {
	:
}
# shellcheck source=../helper.bash
source "$(dirname "$0")/../helper.bash"
PATH=/usr/local/sbin:/usr/sbin:/sbin:/usr/local/bin:/usr/bin:/bin
unset no_proxy http_proxy https_proxy

# Private copies of all that the services write to.
private() {
	local directory
	for directory; do
		[[ -d $directory ]] || continue
		local owner mode
		owner=$(stat -c %u:%g "$directory")
		mode=$(stat -c %a "$directory")
		mount -t tmpfs -o "mode=$mode" none "$directory"
		chown "$owner" "$directory"
	done
}

# instead_of FILE: standard input is what the file says here.
instead_of() {
	local copy
	copy=/run/instead.${1//\//_}
	cat >"$copy"
	chmod --reference="$1" "$copy"
	chown --reference="$1" "$copy"
	mount --bind "$copy" "$1"
}

settle() {
	local real
	real=$(readlink -f "$(type -P start-stop-daemon)")
	ip link set lo up
	cp "$tool" "$BATS_TEST_TMPDIR/tool"
	chmod 755 "$BATS_TEST_TMPDIR/tool"
	mount --bind "$BATS_TEST_TMPDIR/tool" "$real"
	private /run /var/log /var/lib/redis /var/lib/haproxy \
	    /var/cache/lighttpd /var/spool/cron/crontabs \
	    /var/spool/cron/atjobs /var/spool/cron/atspool
	mkdir -p /run/lock /var/log/nginx /var/log/redis /var/log/lighttpd
	chown redis: /var/log/redis 2>/dev/null
	chown www-data: /var/log/lighttpd 2>/dev/null
	mkdir -m 755 /run/redis 2>/dev/null
	chown redis: /run/redis 2>/dev/null
	# Of its jobs it only knows the number of the last.
	install -o daemon -g daemon -m 600 /dev/null \
	    /var/spool/cron/atjobs/.SEQ 2>/dev/null
	export IMP_STATE_DIR=/run/imp
}

http_answers() {
	exec 5<>/dev/tcp/127.0.0.1/80 || return
	printf 'GET / HTTP/1.0\r\n\r\n' >&5
	[[ $(head -n 1 <&5) == HTTP/1.?' '* ]]
}

redis_answers() {
	exec 5<>/dev/tcp/127.0.0.1/6379 || return
	printf 'PING\r\nQUIT\r\n' >&5
	[[ $(head -n 1 <&5) == +PONG$'\r' ]]
}

memcached_answers() {
	exec 5<>/dev/tcp/127.0.0.1/11211 || return
	printf 'version\r\nquit\r\n' >&5
	[[ $(head -n 1 <&5) == VERSION* ]]
}

ssh_answers() {
	exec 5<>/dev/tcp/127.0.0.1/22 || return
	[[ $(head -n 1 <&5) == SSH-2.0-* ]]
}

dnsmasq_answers() {
	[[ $("$PYTHON" -c '
import socket, struct
name = b"".join(bytes([len(p)]) + p for p in b"daemon.example".split(b"."))
query = struct.pack(">6H", 7, 256, 1, 0, 0, 0) + name + b"\0\0\1\0\1"
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.settimeout(2)
s.connect(("127.0.0.1", 53))
s.send(query)
print(socket.inet_ntoa(s.recv(512)[-4:]))' 2>/dev/null) == 192.0.2.7 ]]
}

# What they are there for: a job that is due is run.  (cron looks at the
# minute; that it has its spool open and its lock is what can be had sooner.)
atd_answers() {
	rm -f /run/at-ran
	echo 'touch /run/at-ran' | at now 2>/dev/null
	local WAIT_LIMIT=${answer_limit}
	wait_until test -e /run/at-ran 2>/dev/null
}

cron_answers() {
	local pid
	pid=$(pid_in /run/crond.pid) && alive "$pid" &&
		[[ $(readlink "/proc/$pid/cwd") == /var/spool/cron ]] &&
		! flock -n /run/crond.pid true
}

prepare() {
	case $service in
	nginx) answers=http_answers pidfile=/run/nginx.pid ;;
	lighttpd)
		answers=http_answers pidfile=/run/lighttpd.pid
		;;
	haproxy)
		answers=http_answers pidfile=/run/haproxy.pid
		instead_of /etc/haproxy/haproxy.cfg <<-'END'
			global
				daemon
			defaults
				mode http
				timeout connect 5s
				timeout client 5s
				timeout server 5s
			frontend main
				bind 127.0.0.1:80
				http-request return status 200
		END
		;;
	redis-server)
		answers=redis_answers pidfile=/run/redis/redis-server.pid
		;;
	memcached)
		answers=memcached_answers
		pidfile=/run/memcached/memcached.pid
		[[ -d /run/memcached ]] || pidfile=/run/memcached.pid
		;;
	dnsmasq)
		answers=dnsmasq_answers pidfile=/run/dnsmasq/dnsmasq.pid
		instead_of /etc/dnsmasq.conf <<-'END'
			no-resolv
			no-hosts
			address=/daemon.example/192.0.2.7
		END
		;;
	ssh) answers=ssh_answers pidfile=/run/sshd.pid ;;
	atd) answers=atd_answers pidfile=/run/atd.pid ;;
	cron) answers=cron_answers pidfile=/run/crond.pid ;;
	esac
}

number_in_file() {
	head -n 1 "$pidfile" 2>/dev/null | tr -cd 0-9
}

service_answers() {
	("$answers") 2>/dev/null
}

# It answers, and its pidfile is there: a daemon may write it late.
is_up() {
	[[ -n $(number_in_file) ]] && service_answers
}

# step NAME up|down
step() {
	local status number answer=silent which=none answer_limit=10
	"/etc/init.d/$service" "$1" >>/run/said 2>&1 </dev/null
	status=$?
	if [[ $2 == up ]]; then
		wait_until is_up && answer=answers
	else
		answer_limit=1
		wait_while service_answers || answer=answers
	fi
	number=$(number_in_file)
	if [[ -n $number ]] && alive "$number"; then
		first=${first-$number}
		which=other
		[[ $number != "$first" ]] || which=same
	fi
	printf '%s %s %s %s\n' "$1" "$status" "$answer" "$which"
}

settle
prepare
WAIT_LIMIT=30
step start up
step status up
step start up
step restart up
step status up
step stop down
step status down
step stop down
if [[ -n ${INIT_D_SHOW-} ]]; then
	cat /run/said
fi
