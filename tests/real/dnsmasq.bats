#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# SPDX-FileCopyrightText: 2026 The imp authors

load server

prepare_server() {
	need dnsmasq
	user=nobody
	protocol=udp
	server=(dnsmasq --keep-in-foreground --port "$port"
	    --listen-address 127.0.0.1 --bind-interfaces --no-resolv
	    --no-hosts --conf-file=/dev/null --pid-file= --user=nobody
	    --address=/daemon.example/192.0.2.7 --log-facility=-)
	program=dnsmasq
	answers=dns_answers
	logged='dnsmasq.*: started, version'
}

# Ask for the address of a name; the answer ends in it.
dns_answers() {
	[[ $("$PYTHON" -c '
import socket, struct, sys
name = b"".join(bytes([len(p)]) + p for p in b"daemon.example".split(b"."))
query = struct.pack(">6H", 7, 256, 1, 0, 0, 0) + name + b"\0\0\1\0\1"
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.settimeout(5)
s.connect(("127.0.0.1", int(sys.argv[1])))
s.send(query)
print(socket.inet_ntoa(s.recv(512)[-4:]))' "$port") == 192.0.2.7 ]]
}

@test "dnsmasq works until it is terminated" {
	works_until_terminated
}

@test "dnsmasq comes back until it is stopped" {
	comes_back_until_stopped --ready='log:started, version'
}
