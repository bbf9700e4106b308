#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# SPDX-FileCopyrightText: 2026 The imp authors

# Small web servers: lighttpd, busybox httpd and Python's.

load server

prepare_server() {
	need curl
	web_root
	user=nobody
	answers=web_answers
}

prepare_lighttpd() {
	need lighttpd
	cat >lighttpd.conf <<-END
		server.bind = "127.0.0.1"
		server.port = $port
		server.document-root = "$PWD/www"
	END
	server=(lighttpd -D -f "$PWD/lighttpd.conf")
	program=lighttpd
	logged='server started'
}

prepare_busybox() {
	need busybox
	server=(busybox httpd -f -vv -p "127.0.0.1:$port" -h "$PWD/www")
	program=busybox
	logged='(url:/hello|response:200)'
}

prepare_python() {
	server=("$PYTHON" -u -m http.server "$port" --bind 127.0.0.1
	    --directory "$PWD/www")
	program=python3
	logged='"GET /hello HTTP/1.1" 200'
}

@test "lighttpd works until it is terminated" {
	prepare_lighttpd
	works_until_terminated
}

@test "busybox httpd works until it is terminated" {
	prepare_busybox
	works_until_terminated
}

@test "Python's http.server works until it is terminated" {
	prepare_python
	works_until_terminated
}

@test "lighttpd comes back until it is stopped" {
	prepare_lighttpd
	comes_back_until_stopped --ready=tcp:"$port"
}

@test "Python's http.server comes back until it is stopped" {
	prepare_python
	comes_back_until_stopped --ready='log:^Serving HTTP on 127'
}

# The workers hold the port, too: a new server needs them gone.
@test "a Python server with worker processes comes back until it is stopped" {
	cat >server.py <<-'END'
		import http.server, multiprocessing, os, sys

		class Handler(http.server.SimpleHTTPRequestHandler):
		    protocol_version = "HTTP/1.0"

		os.chdir("www")
		server = http.server.HTTPServer(
		    ("127.0.0.1", int(sys.argv[1])), Handler)
		for i in range(3):
		    multiprocessing.Process(target=server.serve_forever).start()
	END
	server=("$PYTHON" -u "$PWD/server.py" "$port")
	program=python3
	members=4
	comes_back_until_stopped -c "$PWD" --ready=tcp:"$port"
}

@test "a shell script tells through systemd-notify that it is ready" {
	need systemd-notify
	prepare_python
	cat >server.sh <<-'END'
		#!/bin/sh
		"$@" &
		until curl -fsS "$URL" >/dev/null 2>&1; do :; done
		systemd-notify --ready --status='at your service'
		wait
	END
	chmod 755 server.sh
	start_imp -s -u nobody -p server.pid --ready=notify --imp-log imp.log \
	    --supervisor-pidfile supervisor.pid \
	    -E "URL=http://127.0.0.1:$port/hello" \
	    -- "$PWD/server.sh" "${server[@]}"
	"$answers"
	supervisor=$(pid_in supervisor.pid)
	kill -TERM "$supervisor"
	wait_gone "$supervisor"
	not listening
	nothing_left
}
