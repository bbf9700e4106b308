/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "cli/option.h"

#include <stdlib.h>

#include "cli/dialect.h"
#include "spec/check.h"
#include "spec/explain.h"

#include "unit/setting.h"
#include "unit/spec/kept.h"
#include "unit/tap.h"
#include "unit/unquote.h"

/*
 * Random command lines: none crashes, and what is explained can be read back
 * and explained the same.  The seed is fixed, so that a failure comes again;
 * IMP_FUZZ_SEED and IMP_FUZZ_RUNS go further.
 */

#define ARGS_MAX 12

static const char *const values[] = {
	"",
	"0",
	"1",
	"7",
	"99999999999999999999",
	"-1",
	"1s",
	"5m",
	"10M",
	"022",
	"777",
	"TERM",
	"RTMIN+1",
	"TERM/10/KILL/5",
	"5/forever/HUP/1",
	"null",
	"inherit",
	"journal",
	"syslog:local0.err",
	"|cat -n",
	"/x y",
	"./null",
	"web@1",
	"a*b",
	"none",
	"yes",
	"always",
	"on-failure",
	"nofile=10:20,core=0",
	"as=1G",
	"0-3,8",
	"3,5",
	"A=b\nc",
	"A",
	"www:adm",
	"4294967295",
	"kill,chown",
	"rr:3",
	"idle",
	"realtime:2",
	"HUP=USR1,INT=",
	"all,group",
	"parent",
	"exec",
	"fd:4",
	"tcp:[::1]:80",
	"tcp:80",
	"log:^a(b|c)$",
	"file:/run/x",
	"alive:2s",
	"command:true",
	"0,3,10-20,TERM",
	"100/1m",
	"iso",
	"time",
	"drop",
	"\x01\x7f\xff\"\\",
	"%n %p %%",
	"%i",
	"json",
	"down",
	"bash",
	"--",
	"-",
	"x=y",
	"mixed",
};

static char buffers[ARGS_MAX][300];

static void
discard(void *context, int priority, const char *line)
{
	(void)context;
	(void)priority;
	(void)line;
}

static const char *
random_value(void)
{
	return values[(size_t)random() % (sizeof(values) / sizeof(*values))];
}

static void
random_bytes(char *buf)
{
	int length = (int)(random() % 20);
	int i;

	for (i = 0; i < length; i++)
		buf[i] = (char)(random() % 255 + 1);
	buf[length] = '\0';
}

static void
random_argument(char buf[300])
{
	const struct option_table *table = &imp_dialect.table;
	const struct option_row *row =
	    &table->rows[(size_t)random() % table->count];

	switch (random() % 12) {
	case 0:
		random_bytes(buf);
		break;
	case 1:
		snprintf(buf, 300, "%s", random_value());
		break;
	case 2:
		snprintf(buf, 300, "-%c%s",
		    row->letter == 0 ? 'n' : row->letter, random_value());
		break;
	case 3:
		snprintf(buf, 300, "--%s", row->name);
		break;
	default:
		snprintf(buf, 300, row->metavar == NULL ? "--%s" : "--%s=%s",
		    row->name, random_value());
		break;
	}
}

/* Read lines of key=value into a spec; NULL, or the line that fails. */
static char *
read_back(struct spec *spec, char *lines)
{
	struct reason why;
	char *line, *equals, *value;
	const struct field *field;

	spec_init(spec);
	for (line = strtok(lines, "\n"); line != NULL;
	     line = strtok(NULL, "\n")) {
		equals = strchr(line, '=');
		if (equals == NULL)
			return line;
		*equals = '\0';
		field = field_find(line);
		value = unquote(equals + 1);
		if (field == NULL || value == NULL ||
		    spec_set(spec, (enum field_id)(field - spec_fields), value,
			&why) == -1)
			return line;
	}
	return NULL;
}

static bool
explains_itself(const struct spec *spec)
{
	struct strbuf first = { 0 }, second = { 0 };
	struct spec copy;
	char *lines, *bad;
	bool same;

	spec_explain(spec, &first);
	lines = strdup(first.bytes);
	bad = read_back(&copy, lines);
	if (bad != NULL)
		printf("# cannot read back: %s\n", bad);
	spec_explain(&copy, &second);
	same = bad == NULL && strcmp(first.bytes, second.bytes) == 0;
	if (!same)
		printf("# first:\n%s# second:\n%s", first.bytes, second.bytes);
	free(lines);
	strbuf_fini(&first);
	strbuf_fini(&second);
	return same;
}

/* Returns 1 if it was understood, 0 if refused, -1 if it went wrong. */
static int
try_one(void)
{
	_Alignas(max_align_t) char marks[MARKS_ROOM] = { 0 };
	char problem_text[PROBLEM_ROOM];
	struct option_problem problem;
	char *argv[ARGS_MAX + 2] = { (char *)"imp" };
	int argc = 1 + (int)(random() % 5);
	struct spec spec;
	int i;

	for (i = 1; i < argc; i++) {
		random_argument(buffers[i]);
		argv[i] = buffers[i];
	}
	argv[argc++] = (char *)"command";
	spec_init(&spec);
	if (option_parse(&imp_dialect.table, &spec, marks, argc, argv, &problem,
		problem_text) == -1) {
		option_complain(&problem);
		return 0;
	}
	if (imp_dialect.fill(&spec, marks, "imp") != -1 ||
	    spec_check(&spec) == -1)
		return 0;
	if (explains_itself(&spec))
		return 1;
	for (i = 0; i < argc; i++)
		printf("# argv[%d] = '%s'\n", i, argv[i]);
	return -1;
}

int
main(void)
{
	unsigned long runs = setting("IMP_FUZZ_RUNS", 20000);
	unsigned long seed = setting("IMP_FUZZ_SEED", 20261129);
	unsigned long i, understood = 0, wrong = 0;
	int result;

	diag_set_sink(discard, NULL);
	srandom((unsigned int)seed);
	for (i = 0; i < runs && wrong == 0; i++) {
		result = try_one();
		understood += result == 1;
		wrong += result == -1;
	}
	printf("# seed %lu: %lu of %lu understood\n", seed, understood, i);
	ok(wrong == 0, "what is explained is read back as the same");
	ok(understood > i / 20, "many command lines are understood");
	return tap_done();
}
