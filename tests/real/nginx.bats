#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# SPDX-FileCopyrightText: 2026 The imp authors

load server

prepare_server() {
	need nginx curl
	web_root
	user=nobody
	own_directory own
	cat >nginx.conf <<-END
		worker_processes 2;
		pid $PWD/own/nginx.pid;
		error_log stderr notice;
		events { worker_connections 64; }
		http {
			access_log off;
			client_body_temp_path $PWD/own/body;
			proxy_temp_path $PWD/own/proxy;
			fastcgi_temp_path $PWD/own/fastcgi;
			uwsgi_temp_path $PWD/own/uwsgi;
			scgi_temp_path $PWD/own/scgi;
			server {
				listen 127.0.0.1:$port;
				root $PWD/www;
			}
		}
	END
	server=(nginx -e stderr -c "$PWD/nginx.conf" -g 'daemon off;')
	forking=(nginx -e stderr -c "$PWD/nginx.conf")
	program=nginx
	members=3
	answers=web_answers
	logged='start worker process [0-9]+'
}

@test "nginx works until it is terminated, its workers with it" {
	put_to_work
	[[ ${#family[@]} -eq 3 ]]
	kill -TERM "$pid"
	wait_while any_alive "${family[@]}"
	rm server.log
	works_until_terminated
}

@test "nginx that cannot have its port says so where told" {
	start "$PYTHON" -c '
import socket, sys, time
s = socket.create_server(("127.0.0.1", int(sys.argv[1])))
open("taken", "w").close()
s.accept()' "$port"
	wait_until test -e taken
	start_imp -u nobody -l server.log -- "${server[@]}"
	wait_until grep -q 'Address already in use' server.log
}

@test "nginx, master and workers, comes back until it is stopped" {
	comes_back_until_stopped --ready=tcp:"$port"
}

@test "nginx that detaches by itself comes back until it is stopped" {
	server=("${forking[@]}")
	pidfile=$PWD/own/nginx.pid
	comes_back_until_stopped --forking
}

@test "nginx under load comes back from fifty restarts" {
	survives_fifty_restarts http --ready=tcp:"$port"
}

@test "nginx reloads on a HUP to the supervisor, with other workers" {
	supervise --ready=tcp:"$port"
	echo 'Hello again.' >www/new
	sed -i 's/worker_processes 2/worker_processes 1/' nginx.conf
	kill -HUP "$supervisor"
	wait_while any_alive "${family[@]:1}"
	alive "$pid"
	[[ $(family_of "$pid" | wc -l) -eq 2 ]]
	"$answers"
	stops_without_a_trace
}
