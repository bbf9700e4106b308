#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# SPDX-FileCopyrightText: 2026 The imp authors

# quickstart in a copy of the tree that is empty, with tools that only note
# how they were called.

load helper

setup() {
	cd "$BATS_TEST_TMPDIR"
	mkdir bin
	cp "$SRCDIR/quickstart" .
	touch Makefile.in config.h.in
	fake autoreconf 'echo autoreconf >>calls'
	cat >configure <<-'END'
		#!/bin/sh
		echo configure >>../calls
		touch config.status
		printf 'all:\n\t@echo all >>../calls\n' >Makefile
		printf 'check:\n\t@cat ../summary; exit $(STATUS)\n' >>Makefile
	END
	chmod +x configure
	fake apt-get 'echo "apt-get $*" >>calls'
	fake dpkg 'exit 0'
	fake dpkg-query '
		for last; do :; done
		case " $MISSING " in
		*" $last "*) exit 1 ;;
		*) echo installed ;;
		esac'
	fake sudo '"$@"'
	export MISSING='' QUICKSTART_PAUSES='0.01 0' STATUS=0
	export QUICKSTART_POLICY=$PWD/policy-rc.d
	PATH=$PWD/bin:$PATH
	unset CI
}

fake() {
	printf '#!/bin/sh\n%s\n' "$2" >"bin/$1"
	chmod +x "bin/$1"
}

@test "the package manager is left alone when nothing is missing" {
	./quickstart build
	[[ $(<calls) == $'configure\nall' ]]
}

@test "a second run does not configure again" {
	./quickstart build
	./quickstart build
	[[ $(<calls) == $'configure\nall\nall' ]]
}

@test "exactly what is missing is installed, and said" {
	MISSING='libbsd-dev make nginx nginx-light pkgconf'
	run -0 ./quickstart build
	[[ $output == *"installing with apt: libbsd-dev make"* ]]
	grep -q 'apt-get .*install .* libbsd-dev make$' calls
	: >calls
	summary 1 0 0 0
	run -0 ./quickstart check
	grep -q 'apt-get .*install .* libbsd-dev make nginx$' calls
}

@test "either of two packages will do" {
	MISSING='pkg-config'
	./quickstart build
	run ! grep -q 'apt-get' calls
}

@test "new packages have it configured again" {
	./quickstart build
	: >calls
	MISSING='libmd-dev' ./quickstart build
	grep -qx configure calls
}

@test "a failing package manager is tried again, with fresh lists" {
	fake apt-get '
		echo "apt-get $*" >>calls
		case $* in
		*install*) [ -e tried ] || { touch tried; exit 100; } ;;
		esac'
	MISSING='libmd-dev' run -0 ./quickstart build
	[[ $(grep -c 'apt-get .*install' calls) -eq 2 ]]
	[[ $(grep -c 'apt-get .*update' calls) -ge 1 ]]
}

@test "an interrupted dpkg is finished first" {
	fake dpkg '
		case $* in
		--audit) echo broken ;;
		*) echo "dpkg $*" >>calls ;;
		esac'
	MISSING='libmd-dev' ./quickstart build
	[[ $(head -n 1 calls) == "dpkg "*"--configure -a" ]]
}

@test "no service starts while packages are installed" {
	fake apt-get '"$QUICKSTART_POLICY" || echo "policy $?" >>calls'
	MISSING='libmd-dev' ./quickstart build
	grep -qx 'policy 101' calls
	[[ ! -e policy-rc.d ]]
	echo mine >policy-rc.d
	MISSING='libmd-dev' ./quickstart build
	[[ $(<policy-rc.d) == mine && ! -e policy-rc.d.imp ]]
}

@test "the policy for services is restored when installing is interrupted" {
	echo mine >policy-rc.d
	# shellcheck disable=SC2016
	fake apt-get 'kill -TERM $(cat quickstart.pid); exit 0'
	MISSING='libmd-dev' run sh -c \
	    'echo $$ >quickstart.pid; exec ./quickstart build'
	[[ $status -ne 0 ]]
	[[ $(<policy-rc.d) == mine ]]
}

summary() {
	cat >summary <<-END
		# PASS:  90
		# FAIL:  90
		# ERROR: 90
		Testsuite summary for imp
		# TOTAL: 10
		# PASS:  $1
		# SKIP:  $2
		# XFAIL: 0
		# FAIL:  $3
		# XPASS: 0
		# ERROR: $4
	END
}

@test "check ends in a total" {
	summary 7 0 0 0
	run -0 ./quickstart check
	[[ ${lines[-1]} == "7 passed, 0 failed" ]]
}

@test "check counts failures and errors, and fails" {
	summary 7 0 2 1
	STATUS=1 run -1 ./quickstart check
	[[ ${lines[-1]} == "7 passed, 3 failed" ]]
}

@test "check says what was skipped, which in CI is a failure" {
	summary 7 2 0 0
	run -0 ./quickstart check
	[[ ${lines[-1]} == "7 passed, 0 failed, 2 skipped" ]]
	CI=true run -1 ./quickstart check
	[[ ${lines[-1]} == "7 passed, 2 failed, 2 skipped" ]]
}

@test "check fails when make fails or when nothing was run" {
	summary 7 0 0 0
	STATUS=1 run -1 ./quickstart check
	[[ ${lines[-1]} == "7 passed, 1 failed" ]]
	summary 0 0 0 0
	run -1 ./quickstart check
	[[ ${lines[-1]} == "0 passed, 1 failed" ]]
}

# only NAME...: a system with no tools but the usual ones, the fakes, and this
# package manager; its packages are those in INSTALLED.
only() {
	local tool
	mkdir system
	for tool in sh awk cat chmod date dirname env find getconf grep head id \
	    ls make mkdir mktemp mv printf rm sed seq sleep tee touch tr; do
		ln -s "$(type -P "$tool")" system/
	done
	rm bin/apt-get bin/dpkg bin/dpkg-query bin/sudo
	case $1 in
	dnf)
		fake dnf 'echo "dnf $*" >>calls'
		fake rpm 'case " $INSTALLED " in *" $2 "*) ;; *) exit 1 ;; esac'
		;;
	apk)
		fake apk 'case $1 in
			info) case " $INSTALLED " in *" $3 "*) ;; *) exit 1 ;; esac ;;
			*) echo "apk $*" >>calls ;;
			esac'
		;;
	pacman)
		fake pacman 'case $1 in
			-Q) case " $INSTALLED " in *" $2 "*) ;; *) exit 1 ;; esac ;;
			*) echo "pacman $*" >>calls ;;
			esac'
		;;
	esac
	PATH=$PWD/bin:$PWD/system
	export INSTALLED=''
}

@test "on Fedora dnf installs what rpm does not know" {
	only dnf
	INSTALLED='autoconf gcc make valkey' run -0 ./quickstart build
	[[ $output == *"installing with dnf: automake glibc-devel "* ]]
	[[ $(<calls) == "dnf -y install "*" automake glibc-devel glibc-static \
libbsd-devel libbsd-ctor-static libmd-devel pkgconf-pkg-config"$'\nconfigure\nall' ]] || fail "$(<calls)"
	: >calls
	summary 1 0 0 0
	INSTALLED='gcc redis' run -0 ./quickstart check
	grep -q '^dnf .* bats .* ShellCheck ' calls
	run ! grep -qE '^dnf .* (gcc|redis|valkey)( |$)' calls
}

@test "on Alpine apk installs what it does not have" {
	only apk
	INSTALLED='gcc make' run -0 ./quickstart build
	[[ $(head -n 1 calls) == "apk add --no-cache autoconf automake \
libbsd-dev libbsd-static libmd-dev linux-headers musl-dev pkgconf" ]] || fail "$(<calls)"
	: >calls
	summary 1 0 0 0
	run -0 ./quickstart check
	grep -q '^apk add .* bash bats .* libcap-utils .* redis ' calls
}

@test "on Arch pacman installs what it does not have" {
	only pacman
	INSTALLED='gcc make' run -0 ./quickstart build
	[[ $(head -n 1 calls) == "pacman -Sy --noconfirm --needed autoconf \
automake libbsd libmd pkgconf" ]] || fail "$(<calls)"
	: >calls
	summary 1 0 0 0
	run -0 ./quickstart check
	grep -q '^pacman .* bash-bats .* python valkey ' calls
}

@test "whoever is not root installs through sudo, or doas, or not at all" {
	only dnf
	rm system/id
	fake id 'echo 1000'
	run -1 ./quickstart build
	[[ $output == *"root is needed to install packages: neither sudo nor"* ]]
	[[ ! -e calls ]]
	fake doas 'echo "doas $1" >>calls'
	run -0 ./quickstart build
	[[ $(head -n 1 calls) == "doas dnf" ]]
	rm calls
	fake sudo 'echo "sudo $1" >>calls'
	run -0 ./quickstart build
	[[ $(head -n 1 calls) == "sudo dnf" ]]
}

@test "what cannot be installed is told, and the rest goes on" {
	only apk
	fake apk 'case $1,$* in
		info,*) exit 1 ;;
		add,*" zsh"*|add,*" fish"*) exit 3 ;;
		*) echo "apk $*" >>calls ;;
		esac'
	summary 1 0 0 0
	run -0 ./quickstart check
	[[ $output == *"cannot install fish"*"cannot install zsh"* ]]
	grep -qx 'apk add --no-cache strace' calls
}

@test "without a package manager that it knows it goes on without" {
	only none
	run -0 ./quickstart build
	[[ $output == *"no apt, dnf, apk or pacman"* ]]
	[[ $(<calls) == *all ]]
}

@test "an unknown word is answered with the usage and status 2" {
	run -2 ./quickstart frobnicate
	[[ $output == usage:* ]]
	run -0 ./quickstart --help
}
