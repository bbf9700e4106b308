# shellcheck shell=bash
# SPDX-License-Identifier: ISC
# SPDX-FileCopyrightText: 2026 The imp authors

# sweep SCENE MODE: see sweep.c.
sweep() {
	local program=$BATS_RUN_TMPDIR/sweep
	need_root
	if [[ ! -x $program ]]; then
		cp "$BUILDDIR/tests/faults/sweep" "$program"
		chmod 755 "$program"
	fi
	# What is swept is imp, not its sanitizers, which need their memory
	# and do not work together with ptrace(2).
	ASAN_OPTIONS=${ASAN_OPTIONS-}:detect_leaks=0 \
		run "$program" "$IMP" "$BATS_TEST_TMPDIR" "$1" "$2" 3>&-
	((status != 77)) || skip "$output"
	[[ $status == 0 ]] || fail "$output"
}
