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
