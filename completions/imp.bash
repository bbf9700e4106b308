# bash completion for imp, made by "imp --completions=bash".

_imp_options='--name
--pidfile
--supervisor-pidfile
--state-dir
--instances
--partial
--idempotent
--foreground
--supervise
--test
--explain
--user
--group
--groups
--caps
--no-new-privs
--chroot
--chdir
--umask
--env
--env-file
--clear-env
--limit
--nice
--ionice
--sched
--cpus
--oom-score-adj
--keep-fd
--argv0
--stdin
--stdout
--stderr
--log
--append
--truncate
--log-mode
--log-size
--log-age
--log-keep
--log-total
--log-names
--log-compress
--log-stamp
--log-prefix
--log-full
--log-rate
--log-tail
--imp-log
--respawn
--respawn-delay
--respawn-max-delay
--respawn-limit
--success
--fatal
--every
--max-runtime
--forking
--stop-schedule
--kill
--forward
--bind
--reload-signal
--reload-command
--ready
--ready-timeout
--stop
--restart
--reload
--signal
--status
--list
--wait
--logs
--rotate
--inspect
--for
--follow
--raw
--json
--format
--quiet
--verbose
--help
--version'

_imp_option() {
	kind= words=
	case $1 in
	--name|-n) kind=text ;;
	--pidfile|-p) kind=file ;;
	--supervisor-pidfile) kind=file ;;
	--state-dir) kind=dir ;;
	--instances) kind=text ;;
	--user|-u) kind=user ;;
	--group|-g) kind=group ;;
	--groups) kind=text ;;
	--caps) kind=text ;;
	--chroot) kind=dir ;;
	--chdir|-c) kind=dir ;;
	--umask) kind=text ;;
	--env|-E) kind=text ;;
	--env-file) kind=file ;;
	--limit) kind=text ;;
	--nice) kind=text ;;
	--ionice) kind=text ;;
	--sched) kind=text ;;
	--cpus) kind=text ;;
	--oom-score-adj) kind=text ;;
	--keep-fd) kind=text ;;
	--argv0) kind=text ;;
	--stdin|-i) kind=file ;;
	--stdout|-o) kind=file ;;
	--stderr|-e) kind=file ;;
	--log|-l) kind=file ;;
	--log-mode) kind=text ;;
	--log-size) kind=text ;;
	--log-age) kind=text ;;
	--log-keep) kind=text ;;
	--log-total) kind=text ;;
	--log-names) kind=word words='number time' ;;
	--log-compress) kind=optional ;;
	--log-stamp) kind=word words='none iso iso-utc epoch tai64n' ;;
	--log-prefix) kind=text ;;
	--log-full) kind=word words='block drop delete-oldest' ;;
	--log-rate) kind=text ;;
	--log-tail) kind=text ;;
	--imp-log) kind=file ;;
	--respawn) kind=optional words='never always on-failure on-abnormal' ;;
	--respawn-delay) kind=text ;;
	--respawn-max-delay) kind=text ;;
	--respawn-limit) kind=text ;;
	--success) kind=text ;;
	--fatal) kind=text ;;
	--every) kind=text ;;
	--max-runtime) kind=text ;;
	--stop-schedule) kind=text ;;
	--kill) kind=word words='mixed tree group main' ;;
	--forward) kind=text ;;
	--bind) kind=text ;;
	--reload-signal) kind=signal ;;
	--reload-command) kind=text ;;
	--ready) kind=text ;;
	--ready-timeout) kind=text ;;
	--stop) verb=1 ;;
	--restart) verb=1 ;;
	--reload) verb=1 ;;
	--signal) kind=signal verb=1 ;;
	--status) verb=1 ;;
	--list) verb=1 ;;
	--wait) kind=optional verb=1 ;;
	--logs) kind=optional verb=1 ;;
	--rotate) verb=1 ;;
	--inspect) verb=1 ;;
	--for) kind=word words='down ready running' ;;
	--format) kind=word words='text json prometheus' ;;
	esac
}

_imp_value() {
	case $kind in
	file) COMPREPLY=($(compgen -f -- "$word")) ;;
	dir) COMPREPLY=($(compgen -d -- "$word")) ;;
	user) COMPREPLY=($(compgen -u -- "$word")) ;;
	group) COMPREPLY=($(compgen -g -- "$word")) ;;
	signal) COMPREPLY=($(compgen -W 'HUP INT QUIT ABRT KILL USR1 USR2 ALRM TERM CONT STOP TSTP WINCH' \
	    -- "$word")) ;;
	*) COMPREPLY=($(compgen -W "$words" -- "$word")) ;;
	esac
}

_imp() {
	local word=${COMP_WORDS[COMP_CWORD]} kind= words= verb= i=1
	COMPREPLY=()
	while ((i < COMP_CWORD)) && [[ ${COMP_WORDS[i]} == -?* ]]; do
		_imp_option "${COMP_WORDS[i++]}"
		if [[ ${COMP_WORDS[i]} == = ]]; then
			((i += 2))
			[[ $word != = ]] || word=
		elif [[ -n $kind && $kind != optional ]]; then
			((i++))
		fi
		[[ ${COMP_WORDS[i - 1]} != -- ]] || break
	done
	if ((i > COMP_CWORD)); then
		_imp_value
	elif [[ $word == -* && ${COMP_WORDS[i - 1]} != -- ]] &&
	    [[ $i -eq $COMP_CWORD || -n $verb ]]; then
		COMPREPLY=($(compgen -W "$_imp_options" -- "$word"))
	elif [[ -n $verb ]]; then
		return
	elif declare -F _command_offset >/dev/null; then
		_command_offset $i
	else
		COMPREPLY=($(compgen -c -f -- "$word"))
	fi
}

complete -o bashdefault -F _imp imp
