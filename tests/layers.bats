#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# SPDX-FileCopyrightText: 2026 The imp authors

load helper

# The rooms that each room may include, itself aside.
allowed() {
	case $1 in
	base) echo ;;
	os | spec) echo base ;;
	cli) echo base spec ;;
	record | log) echo base os spec ;;
	launch | control) echo base os spec record ;;
	supervise) echo base os spec record launch log ;;
	*) return 1 ;;
	esac
}

# includes FILE: what it includes in quotes.
includes() {
	sed -n 's/^[[:space:]]*#[[:space:]]*include[[:space:]]*"\(.*\)".*/\1/p' \
	    "$1"
}

# bad_includes DIRECTORY: the lines that break the rules.
bad_includes() {
	local file room included
	for file in "$1"/*/*.[ch]; do
		room=$(basename "$(dirname "$file")")
		for included in $(includes "$file"); do
			[[ " $room $(allowed "$room") " \
			    == *" ${included%%/*} "* && $included == */* ]] ||
				echo "$room/${file##*/} includes $included"
		done
	done
}

@test "each room includes only the rooms below it" {
	[[ -d $SRCDIR/src/base ]]
	run bad_includes "$SRCDIR/src"
	[[ -z $output ]]
}

@test "an include of a room that is not below is found" {
	mkdir -p "$BATS_TEST_TMPDIR"/src/{base,cli}
	echo '#include "cli/table.h"' >"$BATS_TEST_TMPDIR/src/base/x.c"
	echo '#include "base/diag.h"' >"$BATS_TEST_TMPDIR/src/cli/y.c"
	run bad_includes "$BATS_TEST_TMPDIR/src"
	[[ $output == "base/x.c includes cli/table.h" ]]
}

@test "there is no room that the table does not know" {
	local dir
	for dir in "$SRCDIR"/src/*/; do
		allowed "$(basename "$dir")" >/dev/null || fail "$dir"
	done
}

@test "every source file is in the Makefile" {
	local file
	for file in "$SRCDIR"/src/*.[ch] "$SRCDIR"/src/*/*.[ch]; do
		grep -Eq "(^|[[:space:]])${file#"$SRCDIR"/}( |\$)" \
		    "$SRCDIR/Makefile.am" || fail "$file"
	done
}

@test "every test is in the Makefile" {
	local file
	cd "$SRCDIR"
	while read -r file; do
		grep -Eq "[[:space:]]${file%.c}( |\$)" Makefile.am ||
			fail "$file"
	done < <(find tests -name '*.bats' -o -name '*_test.c')
}

# compile: what is on stdin, without making anything.
compile() {
	cc -fsyntax-only -x c -Wall -Werror -I"$BUILDDIR" -I"$SRCDIR/src" -
}

@test "each header stands alone" {
	need cc
	local file
	for file in "$SRCDIR"/src/*/*.h; do
		printf '#include <config.h>\n#include "%s"\n' \
		    "${file#"$SRCDIR"/src/}" | compile || fail "$file"
	done
}

@test "the headers that a room may include go together" {
	need cc
	local dir room
	for dir in "$SRCDIR"/src/*/; do
		room=$(basename "$dir")
		{
			echo '#include <config.h>'
			cd "$SRCDIR/src"
			for room in "$room" $(allowed "$room"); do
				printf '#include "%s"\n' "$room"/*.h
			done
		} | compile || fail "$dir"
	done
}
