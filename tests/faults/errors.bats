#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# SPDX-FileCopyrightText: 2026 The imp authors

# Each system call of a start fails, once or with all of its kind that come
# after it: see sweep.c for what must hold after that.

load ../helper
load sweep

teardown() {
	stop_everything_started
}

@test "a plain start survives any call that fails once" {
	sweep plain once-EIO
	sweep plain once-ENOMEM
	sweep plain once-EPERM
}

@test "a plain start survives calls that fail from some time on" {
	sweep plain forever-EMFILE
	sweep plain forever-ENOSYS
}

@test "a recorded start survives any call that fails once" {
	sweep named once-EIO
}

@test "a recorded start survives any call that has no permission" {
	sweep named once-EPERM
}

@test "a recorded start survives calls that fail from some time on" {
	sweep named forever-EMFILE
}

@test "a recorded start survives calls that do not exist" {
	sweep named forever-ENOSYS
}

@test "a start with all there is survives any call that fails once" {
	sweep all once-EIO
}

@test "a start with all there is survives any call without memory" {
	sweep all once-ENOMEM
}

@test "a start with all there is survives calls that fail from some time on" {
	sweep all forever-EMFILE
}

@test "a start with all there is survives calls that do not exist" {
	sweep all forever-ENOSYS
}
