#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# SPDX-FileCopyrightText: 2026 The imp authors

# Names, STATUS texts, log lines, command lines: nothing that a daemon says
# can drive the terminal or break a format.  SEED is another beginning.

load ../helper

setup() {
	cd "$BATS_TEST_TMPDIR"
}

teardown() {
	stop_everything_started
}

@test "whatever a daemon says is shown and written safely" {
	need jq
	run "$PYTHON" "$SRCDIR/tests/control/hostile.py" \
	    "${SEED:-20261129}" 6 3>&-
	((status == 0)) || fail "$output"
	jq -e . json >/dev/null
}
