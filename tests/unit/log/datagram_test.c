/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "log/datagram.h"

#include <syslog.h>

#include "unit/tap.h"

static void
test_priority(void)
{
	int facility = LOG_DAEMON, priority = LOG_INFO;

	is_int(
	    (intmax_t)datagram_take_priority("<3>x", 4, &facility, &priority),
	    3, "a priority is taken");
	ok(facility == LOG_DAEMON && priority == LOG_ERR,
	    "and leaves the facility");
	is_int(
	    (intmax_t)datagram_take_priority("<191>", 5, &facility, &priority),
	    5, "a facility and a priority are taken");
	ok(facility == LOG_LOCAL7 && priority == LOG_DEBUG, "both");
	is_int(
	    (intmax_t)datagram_take_priority("<192>", 5, &facility, &priority),
	    0, "no facility is that large");
	is_int((intmax_t)datagram_take_priority("<>x", 3, &facility, &priority),
	    0, "an empty one is none");
	is_int((intmax_t)datagram_take_priority("<12", 3, &facility, &priority),
	    0, "nor is one without an end");
	is_int(
	    (intmax_t)datagram_take_priority("<1234>", 6, &facility, &priority),
	    0, "nor one of four digits");
}

static void
test_format(void)
{
	struct datagram datagram = { DEST_SYSLOG, LOG_DAEMON, LOG_INFO, "web",
		42, 1795934580123456ULL, 3600 };
	char out[512];

	out[datagram_format(out, &datagram, "hello", 5)] = '\0';
	is_str(out, "<30>Nov 29 07:43:00 web[42]: hello", "RFC 3164");
	datagram.pid = 0;
	datagram.at_us = 1798790400000000ULL;
	out[datagram_format(out, &datagram, "<2>x", 4)] = '\0';
	is_str(out, "<26>Jan  1 09:00:00 web: x",
	    "a day of one digit, no pid, the line's own priority");
	datagram.kind = DEST_JOURNAL;
	datagram.pid = 7;
	out[datagram_format(out, &datagram, "x", 1)] = '\0';
	is_str(out,
	    "PRIORITY=6\nSYSLOG_FACILITY=3\nSYSLOG_PID=7\n"
	    "SYSLOG_IDENTIFIER=web\nMESSAGE=x\n",
	    "the journal's fields");
}

int
main(void)
{
	test_priority();
	test_format();
	return tap_done();
}
