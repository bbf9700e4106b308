#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# SPDX-FileCopyrightText: 2026 The imp authors

# The option table, the manual, --help and the completions tell the same.

load helper

setup() {
	cd "$BATS_TEST_TMPDIR"
	"$IMP" --completions=table >table
	MANUAL=$SRCDIR/man/imp.1
}

# Columns of the table.
names() {
	cut -f 1 table
}

# items: "name<TAB>text" for each option that has an item in the manual, with
# the source of the item in one line.
items() {
	awk '
	/^\.(It|El|Sh|Ss)/ {
		flush()
		if ($0 ~ /^\.It .*Fl -[a-z]/) {
			name = $0
			sub(/.*Fl -/, "", name)
			sub(/[^a-z0-9-].*/, "", name)
		}
	}
	name != "" { text = text " " $0 }
	END { flush() }
	function flush() {
		if (name != "")
			print name "\t" text
		name = text = ""
	}' "$MANUAL"
}

@test "every option is in the manual, and nothing else is" {
	diff <(names | sort) <(items | cut -f 1 | sort)
}

@test "every letter is in the manual, with its option" {
	local name letter rest item
	items >items
	while IFS=$'\t' read -r name letter rest; do
		item=$(grep "^$name"$'\t' items)
		if [[ $letter == - ]]; then
			[[ $item =~ \.It\ Fl\ -$name([^a-z-]|$) ]]
		else
			[[ $item == *".It Fl $letter "* ]]
		fi || fail "$name: $item"
	done <table
}

@test "every default is told in the manual" {
	local name letter metavar optional default rest item
	items >items
	while IFS=$'\t' read -r name letter metavar optional default rest; do
		[[ $default != - ]] || continue
		item=$(grep "^$name"$'\t' items)
		[[ $item == *[\ /]"$default"[\ .:,]* ]] ||
			fail "$name: $default"
	done <table
}

@test "every choice is told in the manual" {
	local name letter metavar optional default choices word item
	items >items
	while IFS=$'\t' read -r name letter metavar optional default choices
	do
		[[ $choices != - ]] || continue
		item=$(grep "^$name"$'\t' items)
		for word in $choices; do
			[[ $item == *[\ :]"$word"* ]] || fail "$name: $word"
		done
	done <table
}

@test "--help has every option with its letter, default and value" {
	local name letter metavar optional default rest want
	"$IMP" --help >help
	while IFS=$'\t' read -r name letter metavar optional default rest; do
		want="      --$name"
		[[ $letter == - ]] || want="  -$letter, --$name"
		if [[ $metavar != - ]]; then
			[[ $optional == - ]] && want+="=$metavar" ||
				want+="[=$metavar]"
		fi
		awk -v want="$want" -v default="($default)" '
		substr($0, 1, length(want)) == want { on = 1; found = 1; print; next }
		/^ {0,6}-/ || /^$/ { on = 0 }
		on { print }
		END { exit !found }' help >entry || fail "no $want"
		[[ $default == - ]] || grep -qF "($default)" entry ||
			fail "$name: $default"
	done <table
}

@test "--help has nothing else" {
	diff <(names | sort) <("$IMP" --help |
	    sed -nE 's/^(  -., |      )--([a-z0-9-]+).*/\2/p' | sort)
}

@test "--help fits 80 columns and has no blanks at the end" {
	run ! grep -nE '^.{81}|[[:space:]]$' <("$IMP" --help)
}

@test "the hidden options are not in the documents" {
	run ! grep -- '--completions' <("$IMP" --help)
}

@test "the completions are those that the program makes" {
	diff "$SRCDIR/completions/imp.bash" <("$IMP" --completions=bash)
	diff "$SRCDIR/completions/_imp" <("$IMP" --completions=zsh)
	diff "$SRCDIR/completions/imp.fish" <("$IMP" --completions=fish)
}

@test "the completions know every option" {
	local name
	for name in $(names); do
		grep -qE "^(_imp_options=')?--$name'?\$" \
		    "$SRCDIR/completions/imp.bash" || fail "bash: $name"
		grep -qE -- "--${name}[]=[}']" "$SRCDIR/completions/_imp" ||
			fail "zsh: $name"
		grep -qE -- " -l $name " "$SRCDIR/completions/imp.fish" ||
			fail "fish: $name"
	done
}

@test "the completions are scripts of their shells" {
	bash -n "$SRCDIR/completions/imp.bash"
	if type -P zsh >/dev/null; then
		zsh -n "$SRCDIR/completions/_imp"
	fi
	if type -P fish >/dev/null; then
		fish -n "$SRCDIR/completions/imp.fish"
	fi
}

# complete_bash WORD...: what the last one can become.
complete_bash() {
	bash -c '
	source "$1"
	shift
	COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
	_imp
	printf "%s\n" "${COMPREPLY[@]}"' bash \
	    "$SRCDIR/completions/imp.bash" "$@"
}

@test "bash completes options, values, and the command" {
	mkdir somedir
	run -0 complete_bash imp --respawn-d
	[[ $output == --respawn-delay ]]
	run -0 complete_bash imp --kill = m
	[[ ${lines[*]} == "mixed main" ]]
	run -0 complete_bash imp --kill = =
	run -0 complete_bash imp --respawn =
	[[ ${lines[*]} == "never always on-failure on-abnormal" ]]
	run -0 complete_bash imp -c somed
	[[ $output == somedir ]]
	run -0 complete_bash imp --signal TER
	[[ $output == TERM ]]
	run -0 complete_bash imp -r -f bas
	[[ " ${lines[*]} " == *" bash "* ]]
	run -0 complete_bash imp --stop web --qu
	[[ $output == --quiet ]]
}

# What the manual and README have people type.
examples() {
	sed -nE 's/^\.Dl [$#] (imp .*)/\1/p' "$MANUAL" | sed 's/\\e/\\/g'
	sed -nE 's/^(sudo )?(imp [^#]*[^# ])( +#.*)?$/\2/p' "$SRCDIR/README.md"
	# The last column of the table.
	sed -nE 's/^\|.*\| (`imp .*`) \|$/\1/p' "$SRCDIR/README.md" |
		grep -o '`[^`]*`' | tr -d '`'
}

@test "the examples of the manual and of README are understood" {
	local line count=0
	while read -r line; do
		count=$((count + 1))
		case $line in
		*" --help"* | *" --version"*) continue ;;
		esac
		eval "\"\$IMP\" --explain ${line#imp }" >/dev/null ||
			fail "$line"
	done < <(examples)
	((count >= 20))
}
