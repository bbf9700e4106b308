#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# SPDX-FileCopyrightText: 2026 The imp authors

# A process of a start is killed at each of its system calls: see sweep.c for
# what must hold after that.

load ../helper
load sweep

teardown() {
	stop_everything_started
}

@test "a plain start survives that any of its processes is killed" {
	sweep plain kill-self
}

@test "a plain start survives that the parent of any process is killed" {
	sweep plain kill-parent
}

@test "a plain start survives that its caller is killed" {
	sweep plain kill-caller
}

@test "a recorded start survives that any of its processes is killed" {
	sweep named kill-self
}

@test "a recorded start survives that the parent of any process is killed" {
	sweep named kill-parent
}

@test "a recorded start survives that its caller is killed" {
	sweep named kill-caller
}

@test "a start with all there is survives that any process is killed" {
	sweep all kill-self
}

@test "a start with all there is survives that any parent is killed" {
	sweep all kill-parent
}

@test "a start with all there is survives that its caller is killed" {
	sweep all kill-caller
}
