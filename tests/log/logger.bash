# shellcheck shell=bash
# SPDX-License-Identifier: ISC
# SPDX-FileCopyrightText: 2026 The imp authors
#
# What the tests of the logger share.

LOGGER=$BUILDDIR/tests/logger

# logger OPTION=VALUE...: run a channel on standard input to its end.
logger() {
	"$LOGGER" "$@" 3>&-
}

# start_logger OPTION=VALUE...: the same in the background, fed by what is
# written to descriptor 5.
start_logger() {
	mkfifo input
	"$LOGGER" pids="$PWD/pids" events="$PWD/events" "$@" <input 3>&- 5>&- &
	started_pid=$!
	record_pid "$started_pid"
	exec 5>input
	wait_until test -s pids
}

# The pid of the logger process that runs now.
logger_pid() {
	tail -n 1 pids
}

# end_logger: no more input; wait for what was started.
end_logger() {
	exec 5>&-
	wait "$started_pid"
}

# all_of FILE: it and its rotated files, from the oldest.
all_of() {
	local file
	for file in $(compgen -G "$1.*" | sort -t. -k"$(fields "$1")" -rn); do
		case $file in
		*.gz) gzip -dc "$file" ;;
		*.zst) zstd -qdc "$file" ;;
		*.xz) xz -dc "$file" ;;
		*) cat "$file" ;;
		esac
	done
	cat "$1"
}

# The number of the field behind the name.
fields() {
	local dots=${1//[^.]/}
	echo $((${#dots} + 2))
}

# in_order [HEAD]: whether standard input is the lines that the logger's test
# program generates, with HEAD words in front; prints how many.
in_order() {
	awk -v head="${1:-0}" '
		$(head + 1) != NR || NF != head + 3 || $NF != "end" ||
		    length($(head + 2)) != NR % 97 + 1 {
			print "line " NR ": " $0
			exit
		}
		END { print NR }'
}

# fed: how many lines the test program has generated.
fed() {
	sed -n 's/^fed //p' events
}

same() {
	cmp "$1" "$2"
}
