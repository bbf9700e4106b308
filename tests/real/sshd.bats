#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# SPDX-FileCopyrightText: 2026 The imp authors

load server

prepare_server() {
	need sshd ssh ssh-keygen ssh-keyscan
	user=nobody
	ssh-keygen -q -t ed25519 -N '' -f host_key
	chown nobody host_key
	cat >sshd_config <<-END
		ListenAddress 127.0.0.1:$port
		HostKey $PWD/host_key
		PidFile none
		AuthorizedKeysFile $PWD/key.pub
		StrictModes no
		PermitRootLogin yes
		UsePAM no
		UseDNS no
		SetEnv IMP_STATE_DIR=$IMP_STATE_DIR
	END
	server=("$(type -P sshd)" -D -e -f "$PWD/sshd_config")
	program=sshd
	answers=ssh_answers
	logged="Server listening on 127.0.0.1 port $port"
}

ssh_answers() {
	[[ $(ssh-keyscan -T 5 -t ed25519 -p "$port" 127.0.0.1 2>/dev/null) == \
	    *"$(cut -d ' ' -f 2 host_key.pub)"* ]]
}

# sshd as root wants a directory in /run, which not every machine has.
as_root_with_private_run() {
	unshare --mount true || need_failed "mount namespaces are needed"
	user=root
	chown root host_key
	# shellcheck disable=SC2016
	server=(unshare --mount sh -c
	    'mount -t tmpfs none /run && mkdir -m 755 /run/sshd && exec "$@"'
	    sh "${server[@]}")
}

ssh_to() {
	ssh -F none -i key -p "$port" -o BatchMode=yes \
	    -o IdentitiesOnly=yes -o StrictHostKeyChecking=no \
	    -o UserKnownHostsFile=known_hosts -o ConnectTimeout=10 \
	    -o LogLevel=ERROR root@127.0.0.1 "$@" 3>&-
}

@test "sshd works until it is terminated" {
	works_until_terminated
}

@test "over ssh imp returns at once, and what it starts outlives the session" {
	need_root
	ssh-keygen -q -t ed25519 -N '' -f key
	as_root_with_private_run
	put_to_work
	run -0 ssh_to "$IMP -p $PWD/probe.pid -- $PROBE --wait"
	[[ -z $output ]]
	local detached
	detached=$(pid_in probe.pid)
	alive "$detached"
	kill -TERM "$pid"
	wait_while any_alive "${family[@]}"
	alive "$detached"
}

@test "over ssh with a terminal, what imp starts outlives the hangup" {
	need_root
	ssh-keygen -q -t ed25519 -N '' -f key
	as_root_with_private_run
	put_to_work
	run -0 ssh_to -tt \
	    "tty; $IMP -p $PWD/probe.pid -- $PROBE --wait --report $PWD/got" \
	    </dev/null
	[[ $output == /dev/pts/* ]]
	alive "$(pid_in probe.pid)"
	[[ $(report got tty) == none ]]
}

@test "sshd comes back until it is stopped" {
	comes_back_until_stopped --ready=tcp:"$port"
}
