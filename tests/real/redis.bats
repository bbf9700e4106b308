#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# SPDX-FileCopyrightText: 2026 The imp authors

load server

prepare_server() {
	need redis-server redis-cli
	user=nobody
	own_directory data
	server=(redis-server --port "$port" --bind 127.0.0.1
	    --dir "$PWD/data" --save '' --appendonly yes)
	program=redis-server
	answers=redis_answers
	logged='Ready to accept connections'
}

redis() {
	redis-cli -p "$port" "$@"
}

redis_answers() {
	[[ $(redis ping) == PONG ]]
}

@test "redis-server works until it is terminated" {
	works_until_terminated
}

@test "redis-server keeps its data from one start to the next" {
	put_to_work
	[[ $(redis set key value) == OK ]]
	kill -TERM "$pid"
	wait_gone "$pid"
	put_to_work
	[[ $(redis get key) == value ]]
	grep -q 'DB loaded from' server.log
	[[ $(grep -c 'Ready to accept' server.log) -eq 2 ]]
}

@test "redis-server comes back, with its data, until it is stopped" {
	supervise --respawn --respawn-delay=10ms --ready=tcp:"$port"
	[[ $(redis set key value) == OK ]]
	survives_kill
	[[ $(redis get key) == value ]]
	stops_without_a_trace
}

@test "redis-server tells by itself that it is ready" {
	server+=(--supervised systemd)
	comes_back_until_stopped --ready=notify
}

@test "redis-server is ready when its log says so" {
	comes_back_until_stopped --ready='log:Ready to accept connections'
}

@test "redis-server is ready when it answers a command" {
	comes_back_until_stopped \
	    --ready="command:redis-cli -e -p $port ping"
}

@test "redis-server under load comes back from fifty restarts, with its data" {
	survives_fifty_restarts redis --ready="command:redis-cli -e -p $port ping"
	# Every increment that it has said it made.
	put_to_work
	(($(redis get answers) >= answered)) ||
		fail "$(redis get answers) of $answered"
}

@test "redis-server that detaches by itself is told by its pidfile" {
	pidfile=$PWD/data/redis.pid
	server+=(--daemonize yes --pidfile "$pidfile")
	comes_back_until_stopped --forking
}
