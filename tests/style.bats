#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# SPDX-FileCopyrightText: 2026 The imp authors

load helper

setup() {
	cd "$SRCDIR"
}

c_files() {
	find src tests bench -name '*.[ch]' 2>/dev/null | sort
}

shell_files() {
	find quickstart .ci/run bench/run tests \
	    \( -name '*.bats' -o -name '*.bash' -o -name '*.sh' \
	    -o -name quickstart -o -name run \) -type f 2>/dev/null | sort
}

@test "every file says whose it is and under which licence" {
	local file
	for file in $(c_files) $(shell_files) $(find man -name '*.[1-9]') \
	    configure.ac Makefile.am; do
		head -n 5 "$file" |
			grep -Eq 'SPDX-License-Identifier: ISC( \*/)?$' ||
			fail "$file: no licence"
		head -n 5 "$file" | grep -q 'SPDX-FileCopyrightText: ' ||
			fail "$file: no copyright"
	done
}

@test "make check runs every file of tests" {
	local file
	while read -r file; do
		grep -q "[[:blank:]]$file\( \\\\\)*\$" Makefile.am ||
			fail "$file is not in Makefile.am"
	done < <(find tests -name '*.bats')
}

@test "config.h comes first in every C source" {
	local file
	for file in $(c_files | grep '\.c$'); do
		[[ $(grep -m 1 '^[[:space:]]*#' "$file") \
		    == '#include <config.h>' ]] || fail "$file"
	done
}

@test "a source in a room includes its own header next" {
	local file name
	for file in src/*/*.c; do
		name=${file#src/}
		name=${name%.c}
		[[ -e src/$name.h ]] || continue
		[[ $(grep '^#' "$file" | sed -n 2p) \
		    == "#include \"$name.h\"" ]] || fail "$file"
	done
}

@test "no line is wider than 80 columns" {
	local file
	for file in $(c_files) $(shell_files | grep -v '\.bats$'); do
		! expand "$file" | grep -nE '^.{81}' | sed "s|^|$file:|" |
			grep . || fail "too wide"
	done
}

@test "no line ends in a blank" {
	run ! grep -nE '[[:space:]]$' $(c_files) $(shell_files) \
	    Makefile.am configure.ac
}

@test "only src/os asks which system this is" {
	local file
	for file in $(c_files | grep '^src/' | grep -v '^src/os/'); do
		! grep -nE '^[[:space:]]*#[[:space:]]*(ifdef|if|elif)\b' \
		    "$file" || fail "$file"
		# One #ifndef, the guard of a header.
		[[ $(grep -cE '^[[:space:]]*#[[:space:]]*ifndef' "$file") -eq \
		    $(grep -c "^#ifndef $(guard "$file")\$" "$file") ]] ||
			fail "$file"
	done
}

guard() {
	local name=${1#src/}
	name=${name^^}
	printf '%s\n' "${name//[^A-Z0-9]/_}"
}

@test "only main.c and xalloc.c exit" {
	run ! grep -nE '(^|[^_[:alnum:]])(exit|errx?)\(' \
	    $(find src -name '*.c' ! -name main.c ! -name xalloc.c)
}

@test "nothing sleeps in the program" {
	run ! grep -nwE '(sleep|usleep|nanosleep|alarm)\(' \
	    $(find src -name '*.c')
}

@test "only the helper of the tests sleeps" {
	local word=sleep
	run ! grep -nE "(^|[;&|({[:space:]])$word [\$0-9.]+" \
	    $(shell_files | grep -v 'tests/helper\.bash\|quickstart')
}

@test "nothing is left to do" {
	run ! grep -nE '\b(TO''DO|FIX''ME)\b' $(c_files) $(shell_files)
}

@test "shellcheck finds nothing" {
	need shellcheck
	# What a test is: run by bats with errexit, in a subshell of its own.
	shellcheck -x -e SC1091,SC2016,SC2030,SC2031,SC2034,SC2046,SC2094 \
	    -e SC1010,SC2013,SC2086,SC2119,SC2120,SC2153,SC2154,SC2164,SC2314,SC2315 $(shell_files)
}

@test "mandoc finds nothing in the manual" {
	need mandoc
	local file
	for file in man/*.[1-9]; do
		[[ ! -e $file ]] || mandoc -T lint -W warning "$file"
	done
}
