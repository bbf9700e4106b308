#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# SPDX-FileCopyrightText: 2026 The imp authors

load server

# Its own spool and its own /run; what @reboot says it does at once.
prepare_server() {
	need cron
	need_root
	unshare --mount true || need_failed "mount namespaces are needed"
	mkdir spool
	cat >spool/root <<-END
		IMP_STATE_DIR=$IMP_STATE_DIR
		@reboot echo \$PPID >>$PWD/ran
		@reboot $IMP -p $PWD/job.pid -l $PWD/job.log -- $PROBE --out job --wait
	END
	chmod 600 spool/root
	: >empty
	mkdir none
	# shellcheck disable=SC2016
	server=(unshare --mount sh -c '
		mount --bind "$1/spool" /var/spool/cron/crontabs &&
		mount --bind "$1/empty" /etc/crontab &&
		mount --bind "$1/none" /etc/cron.d &&
		mount -t tmpfs none /run &&
		exec cron -f -L 0' sh "$PWD")
}

job_ran() {
	[[ -s ran && -s job.pid ]]
}

@test "cron works until it is terminated; what a job starts outlives both" {
	start_imp -n cron -p cron.pid -l cron.log -- "${server[@]}"
	pid=$(pid_in cron.pid)
	record_family "$pid"
	wait_until job_ran
	[[ $(process_name "$pid") == cron ]]
	wait_until grep -qx job job.log
	run -75 "$IMP" -n cron -- "${server[@]}"
	kill -TERM "$pid"
	wait_gone "$pid"
	alive "$(pid_in job.pid)"
}
