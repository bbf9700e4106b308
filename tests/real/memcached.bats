#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# SPDX-FileCopyrightText: 2026 The imp authors

load server

prepare_server() {
	need memcached
	user=nobody
	server=(memcached -vv -l 127.0.0.1 -p "$port" -U 0 -t 2)
	program=memcached
	answers=memcached_answers
	logged='server listening'
}

memcached_answers() {
	[[ $(tcp_dialogue 'set key 0 0 5' value 'get key' quit) == \
	    STORED$'\r\n''VALUE key 0 5'$'\r\n'value$'\r\n'END$'\r' ]]
}

@test "memcached works until it is terminated" {
	works_until_terminated
}

@test "memcached comes back until it is stopped" {
	comes_back_until_stopped --ready=tcp:"$port"
}

@test "memcached that detaches by itself is the one that is left" {
	server+=(-d)
	pidfile=
	comes_back_until_stopped --forking
}
