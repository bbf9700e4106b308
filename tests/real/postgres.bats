#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# SPDX-FileCopyrightText: 2026 The imp authors

load server

setup_file() {
	local directory
	for directory in /usr/lib/postgresql/*/bin /usr/libexec/postgresql*; do
		[[ ! -x $directory/initdb ]] || PATH=$directory:$PATH
	done
	export PATH
	export CLUSTER=$BATS_FILE_TMPDIR/cluster
	type -P initdb >/dev/null && id postgres >/dev/null || return 0
	chmod 711 "$(dirname "$BATS_FILE_TMPDIR")" "$BATS_FILE_TMPDIR"
	mkdir "$CLUSTER"
	chown postgres "$CLUSTER"
	"$IMP" -f -c / -u postgres -l "$BATS_FILE_TMPDIR/initdb.log" -- \
	    initdb -D "$CLUSTER" -A trust -N --no-locale -E UTF8 3>&-
}

# A copy of the cluster is had faster than a cluster.
prepare_server() {
	need initdb psql
	user=postgres
	id postgres >/dev/null || need_failed "there is no user postgres"
	need_root
	cp -a "$CLUSTER" data
	own_directory own
	server=(postgres -D "$PWD/data" -p "$port" -h 127.0.0.1
	    -k "$PWD/own" -c fsync=off -c max_connections=10
	    -c shared_buffers=1MB -c "external_pid_file=$PWD/own/postgres.pid")
	program=postgres
	answers=postgres_answers
	logged='database system is ready to accept connections'
}

sql() {
	psql -XAtq -h 127.0.0.1 -p "$port" -U postgres -c "$1" postgres
}

postgres_answers() {
	[[ $(sql 'select 6 * 7') == 42 ]]
}

# TERM makes it wait for its clients; INT does not.
schedule=--stop-schedule=INT/20/KILL/5

@test "postgres works until it is terminated" {
	works_until_terminated
}

@test "postgres comes back, with its data, until it is stopped" {
	supervise --respawn --respawn-delay=10ms $schedule \
	    --ready=socket:"$PWD/own/.s.PGSQL.$port"
	sql 'create table kept as select 7 as n'
	survives_kill
	[[ $(sql 'select n from kept') == 7 ]]
	stops_without_a_trace
	grep -q 'database system is shut down' server.log
}

@test "postgres tells by itself that it is ready" {
	pg_config --configure | grep -q with-systemd ||
		need_failed "this postgres cannot notify"
	comes_back_until_stopped $schedule --ready=notify
}

@test "postgres that detaches is the one that is left" {
	server=(sh -c '"$@" & :' sh "${server[@]}")
	pidfile=
	comes_back_until_stopped $schedule --forking --ready=tcp:"$port"
}

@test "postgres that detaches is told by its pidfile" {
	server=(sh -c '"$@" & :' sh "${server[@]}")
	pidfile=$PWD/own/postgres.pid
	comes_back_until_stopped $schedule --forking
}
