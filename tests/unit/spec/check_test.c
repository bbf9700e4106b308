/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "spec/check.h"

#include "spec/field.h"

#include "unit/spec/kept.h"
#include "unit/tap.h"

static void
keep_line(void *context, int priority, const char *line)
{
	(void)priority;
	snprintf(context, DIAG_LINE_MAX, "%s", line);
}

/* Fill a spec from "key=value key=value", no blanks in values. */
static void
make(struct spec *spec, const char *text)
{
	static char copies[4096];
	static size_t used;
	char item[PARSE_ITEM_ROOM];
	struct reason why;
	char *equals;
	size_t i;

	spec_init(spec);
	while (parse_item(&text, ' ', item)) {
		if (used + sizeof(item) > sizeof(copies))
			used = 0;
		strcpy(copies + used, item);
		equals = strchr(copies + used, '=');
		*equals = '\0';
		for (i = 0; i < FIELD_COUNT; i++)
			if (strcmp(spec_fields[i].key, copies + used) == 0 &&
			    spec_set(
				spec, (enum field_id)i, equals + 1, &why) == -1)
				printf("# %s: %s\n", item, why.text);
		used += strlen(item) + 1;
	}
}

static const struct {
	const char *spec;
	const char *message;
} refusals[] = {
	{ "name=x", "no command given" },
	{ "operand=", "the command must not be empty" },
	{ "operand=x every=1 respawn=always",
	    "--every and --respawn cannot be used together" },
	{ "operand=x every=1 forking=yes",
	    "--every and --forking cannot be used together" },
	{ "operand=x name=x foreground=yes instances=2",
	    "--foreground and --instances cannot be used together" },
	{ "operand=x reload-signal=HUP reload-command=y",
	    "--reload-command and --reload-signal cannot be used together" },
	{ "operand=x idempotent=yes",
	    "--idempotent needs --name or --pidfile" },
	{ "operand=x instances=2", "--instances needs --name or --pidfile" },
	{ "operand=x partial=yes", "--partial needs --instances" },
	{ "operand=x ready-timeout=3",
	    "--ready-timeout needs --ready or --forking" },
	{ "operand=x respawn-delay=3", "--respawn-delay needs --respawn" },
	{ "operand=x respawn-limit=3/1m", "--respawn-limit needs --respawn" },
	{ "operand=x respawn-max-delay=3",
	    "--respawn-max-delay needs --respawn" },
	{ "operand=x ready=pidfile", "--ready=pidfile needs --pidfile" },
	{ "operand=x ready=fd:5 keep-fd=5",
	    "--ready=fd:5 and --keep-fd=5 cannot be used together" },
	{ "operand=x truncate=yes stdout=null",
	    "--truncate needs a file in --log, --stdout or --stderr" },
	{ "operand=x log-mode=600",
	    "--log-mode needs a file in --log, --stdout or --stderr" },
	{ "operand=x log-size=1M stdout=syslog",
	    "--log-size needs a file in --log, --stdout or --stderr" },
	{ "operand=x log-stamp=iso stdout=inherit",
	    "--log-stamp needs --log, --stdout or --stderr" },
	{ "operand=x name=x instances=2 pidfile=/x",
	    "--instances needs '%i' in the name of a pidfile" },
	{ "operand=x name=x instances=2 pidfile=/x%%i",
	    "--instances needs '%i' in the name of a pidfile" },
	{ "operand=x name=x instances=2 stdout=/x log-size=1M",
	    "--instances needs '%i' in the name of a log that is rotated" },
	{ "operand=x pidfile=/x supervisor-pidfile=/x",
	    "--pidfile and --supervisor-pidfile cannot be the same file" },
	{ "operand=x name=a*", "invalid value 'a*' for --name: must not hold "
			       "one of * ? [ ] \\" },
	{ "operand=x follow=yes", "--follow means nothing for a start" },
	{ "verb=stop operand=x user=y", "--user means nothing with --stop" },
	{ "verb=status operand=x follow=yes",
	    "--follow means nothing with --status" },
	{ "verb=stop", "--stop needs a NAME or --pidfile" },
	{ "verb=logs", "--logs needs a NAME or --pidfile" },
	{ "verb=inspect operand=1 operand=x", "--inspect takes one process" },
	{ "verb=inspect operand=1 pidfile=/x", "--inspect takes one process" },
	{ "verb=inspect operand=1 format=prometheus",
	    "--format=prometheus means nothing with --inspect" },
	{ "verb=stop operand=x format=json",
	    "--json means nothing with --stop" },
	{ "verb=stop operand=../x",
	    "invalid name '../x': must be 1 to 200 "
	    "letters, digits or punctuation, without '/' and '%', and not "
	    "begin with '.' or '-'" },
};

static void
test_refusals(void)
{
	char line[DIAG_LINE_MAX];
	struct spec spec;
	char name[120];
	size_t i;

	diag_set_sink(keep_line, line);
	for (i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
		make(&spec, refusals[i].spec);
		line[0] = '\0';
		snprintf(name, sizeof(name), "%s is refused", refusals[i].spec);
		is_int(spec_check(&spec), -1, name);
		snprintf(
		    name, sizeof(name), "%s is told why", refusals[i].spec);
		is_str(line, refusals[i].message, name);
	}
}

static const struct {
	const char *spec;
	bool supervise, rotate, logger;
} derivations[] = {
	{ "operand=x", false, false, false },
	{ "operand=x stdout=/x", false, false, false },
	{ "operand=x stdout=/x log-mode=600", false, false, false },
	{ "operand=x ready=exec", false, false, false },
	{ "operand=x ready=exec name=x idempotent=yes", false, false, false },
	{ "operand=x supervise=yes", true, false, false },
	{ "operand=x foreground=yes", false, false, false },
	{ "operand=x foreground=yes user=0", true, false, false },
	{ "operand=x foreground=yes caps=none", false, false, false },
	{ "operand=x foreground=yes caps=none name=x", true, false, false },
	{ "operand=x foreground=yes caps=none pidfile=/x", true, false, false },
	{ "operand=x ready=notify", true, false, false },
	{ "operand=x ready=log:x", true, false, true },
	{ "operand=x respawn=always", true, false, false },
	{ "operand=x every=1", true, false, false },
	{ "operand=x max-runtime=1", true, false, false },
	{ "operand=x forking=yes", true, false, false },
	{ "operand=x bind=parent", true, false, false },
	{ "operand=x forward=HUP", true, false, false },
	{ "operand=x kill=tree", true, false, false },
	{ "operand=x stop-schedule=5", true, false, false },
	{ "operand=x success=3", true, false, false },
	{ "operand=x fatal=3", true, false, false },
	{ "operand=x imp-log=/x", true, false, false },
	{ "operand=x reload-signal=USR1", true, false, false },
	{ "operand=x reload-command=y", true, false, false },
	{ "operand=x supervisor-pidfile=/x", true, false, false },
	{ "operand=x stdout=syslog", true, false, true },
	{ "operand=x stderr=journal", true, false, true },
	{ "operand=x stdout=|cat", true, false, true },
	{ "operand=x stdout=/x log-size=1M", true, true, true },
	{ "operand=x stdout=/x log-age=1d", true, true, true },
	{ "operand=x stdout=/x log-keep=1", true, true, true },
	{ "operand=x stdout=/x log-total=1M", true, true, true },
	{ "operand=x stdout=/x log-compress=gzip", true, true, true },
	{ "operand=x stdout=/x log-names=time", true, true, true },
	{ "operand=x stdout=/x log-stamp=iso", true, false, true },
	{ "operand=x stdout=/x log-prefix=y", true, false, true },
	{ "operand=x stdout=/x log-full=drop", true, false, true },
	{ "operand=x stdout=/x log-rate=1/1s", true, false, true },
	{ "operand=x log-tail=1M", true, false, true },
	{ "verb=stop operand=web@* stop-schedule=5", false, false, false },
	{ "verb=list", false, false, false },
	{ "verb=inspect operand=1", false, false, false },
	{ "operand=x name=x instances=2 pidfile=/%%%i stdout=/%i log-size=1M",
	    true, true, true },
};

static void
test_derivations(void)
{
	struct spec spec;
	char name[120];
	size_t i;

	for (i = 0; i < sizeof(derivations) / sizeof(derivations[0]); i++) {
		make(&spec, derivations[i].spec);
		snprintf(
		    name, sizeof(name), "%s is accepted", derivations[i].spec);
		is_int(spec_check(&spec), 0, name);
		snprintf(
		    name, sizeof(name), "%s: supervisor", derivations[i].spec);
		is_int(spec.supervise, derivations[i].supervise, name);
		snprintf(
		    name, sizeof(name), "%s: rotation", derivations[i].spec);
		is_int(spec.log.rotate, derivations[i].rotate, name);
		snprintf(name, sizeof(name), "%s: logger", derivations[i].spec);
		is_int(spec_needs_logger(&spec), derivations[i].logger, name);
	}
}

int
main(void)
{
	test_refusals();
	test_derivations();
	return tap_done();
}
