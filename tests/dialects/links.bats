#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# SPDX-FileCopyrightText: 2026 The imp authors

load dialects

names="catatonit daemon-freebsd daemon-libslack daemonize dumb-init
    start-stop-daemon tini"

@test "each dialect has a page of its own, which says what is different" {
	for name in $names; do
		grep -q '^\.Sh DIFFERENCES' "$SRCDIR/man/imp-$name.1"
		grep -q "man/imp-$name.1" "$SRCDIR/Makefile.am"
	done
}

@test "--as selects a dialect, and only as the first argument" {
	for name in $names; do
		"$IMP" --as="$name" "$([[ $name == catatonit ]] &&
			echo -h || echo --version)" >/dev/null 2>&1 ||
			[[ $name == daemon-freebsd ]] || fail "$name"
	done
	run -2 --separate-stderr "$IMP" --as=nosuch
	[[ $stderr == "imp: unknown dialect 'nosuch'"* ]]
}

@test "daemon is what this system knows under that name" {
	run -0 links/daemon --version
	[[ $output == daemon-0.8.4* ]]
}

# Another build would be long; what make would do is enough.
@test "links are installed when they are asked for, and not otherwise" {
	need make
	run -0 make -s -n -C "$BUILDDIR" install-exec-hook LINKS='tini daemon'
	grep -q 'for name in tini daemon; do' <<<"$output"
	mkdir -p root/bin
	make -s -C "$BUILDDIR" install-exec-hook LINKS='tini daemon' \
	    bindir="$PWD/root/bin"
	[[ $(readlink root/bin/tini) == imp ]]
	mkdir -p root/none root/man
	make -s -C "$BUILDDIR" install-exec-hook LINKS= bindir="$PWD/root/none"
	[[ -z $(ls root/none) ]]
	make -s -C "$BUILDDIR" install-data-hook LINKS='tini daemon' \
	    man1dir="$PWD/root/man"
	[[ $(readlink root/man/tini.1) == imp-tini.1 ]]
	[[ $(readlink root/man/daemon.1) == imp-daemon-libslack.1 ]]
}
