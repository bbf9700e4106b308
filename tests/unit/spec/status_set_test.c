/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "spec/status_set.h"

#include <signal.h>

#include "unit/tap.h"

/* As wait(2) makes them on every system that we know. */
#define EXITED(code)	  ((code) << 8)
#define SIGNALLED(signal) (signal)
#define CORED(signal)	  ((signal) | 0x80)

int
main(void)
{
	struct status_set set = { 0 };
	struct reason why;

	ok(!status_set_has(&set, EXITED(0)), "an empty set has nothing");
	(void)status_set_parse(&set, "3,64-65,255,TERM,SEGV", &why);
	ok(status_set_has(&set, EXITED(3)), "it has a number");
	ok(status_set_has(&set, EXITED(64)) && status_set_has(&set, EXITED(65)),
	    "it has a range");
	ok(status_set_has(&set, EXITED(255)), "it has the last number");
	ok(!status_set_has(&set, EXITED(15)), "a signal is no exit status");
	ok(status_set_has(&set, SIGNALLED(SIGTERM)), "it has a signal");
	ok(status_set_has(&set, CORED(SIGSEGV)), "with a core dump, too");
	ok(!status_set_has(&set, SIGNALLED(3)), "a number is no signal");
	(void)status_set_parse(&set, "7", &why);
	ok(status_set_has(&set, EXITED(7)) && status_set_has(&set, EXITED(3)),
	    "more is added");
	return tap_done();
}
