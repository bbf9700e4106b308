/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "spec/field.h"

#include <stdlib.h>

#include "base/xalloc.h"
#include "spec/explain.h"

#include "unit/spec/kept.h"
#include "unit/tap.h"
#include "unit/unquote.h"

#define A300 A100 A100 A100
#define A100 A20 A20 A20 A20 A20
#define A20  "aaaaaaaaaaaaaaaaaaaa"
#define A4000                                                                  \
	A300 A300 A300 A300 A300 A300 A300 A300 A300 A300 A300 A300 A300 A100

/* What each field reads, and how that is printed; NULL: refused. */
static const struct {
	const char *key;
	const char *text;
	const char *printed;
} readings[] = {
	{ "supervise", "yes", "yes" },
	{ "supervise", "no", "no" },
	{ "supervise", "maybe", NULL },
	{ "argv0", "", "\"\"" },
	{ "argv0", "a b\"\\\n\t\x01\xc3\xa9",
	    "\"a b\\\"\\\\\\n\\t\\x01\\xc3\\xa9\"" },
	{ "pidfile", "", NULL },
	{ "pidfile", "/run/x.pid", "/run/x.pid" },
	{ "pidfile", A4000, A4000 },
	{ "pidfile", A4000 A100, NULL },
	{ "name", "web@1", "web@1" },
	{ "name", A100 A100, A100 A100 },
	{ "name", A100 A100 "a", NULL },
	{ "name", "", NULL },
	{ "name", ".", NULL },
	{ "name", "..", NULL },
	{ "name", "-web", NULL },
	{ "name", "a/b", NULL },
	{ "name", "a%b", NULL },
	{ "name", "a b", NULL },
	{ "name", "a\nb", NULL },
	{ "name", "a\x7f", NULL },
	{ "name", "\xc3\xa9", NULL },
	{ "instances", "1", "1" },
	{ "instances", "9999", "9999" },
	{ "instances", "0", NULL },
	{ "instances", "10000", NULL },
	{ "instances", "18446744073709551617", NULL },
	{ "instances", "+1", NULL },
	{ "instances", " 1", NULL },
	{ "instances", "1 ", NULL },
	{ "nice", "-20", "-20" },
	{ "nice", "0", "0" },
	{ "nice", "19", "19" },
	{ "nice", "20", NULL },
	{ "nice", "-21", NULL },
	{ "nice", "--1", NULL },
	{ "nice", "-", NULL },
	{ "nice", "-9223372036854775809", NULL },
	{ "oom-score-adj", "-1000", "-1000" },
	{ "oom-score-adj", "1001", NULL },
	{ "every", "90", "90s" },
	{ "every", "1.5", "1500ms" },
	{ "every", "0.25h", "15m" },
	{ "every", "100ms", "100ms" },
	{ "every", "120s", "2m" },
	{ "every", "24h", "1d" },
	{ "every", "0", "0" },
	{ "every", "0.0001", NULL },
	{ "every", "1.", NULL },
	{ "every", ".5", NULL },
	{ "every", "1.0000000000", NULL },
	{ "every", "5x", NULL },
	{ "every", "5 s", NULL },
	{ "every", "-5", NULL },
	{ "every", "", NULL },
	{ "every", "367d", NULL },
	{ "every", "99999999999999999999d", NULL },
	{ "every", "forever", NULL },
	{ "wait", "forever", "forever" },
	{ "ready-timeout", "0", NULL },
	{ "log-size", "10M", "10M" },
	{ "log-size", "1536K", "1536K" },
	{ "log-size", "1025", "1025" },
	{ "log-size", "1024G", "1024G" },
	{ "log-size", "0", "0" },
	{ "log-size", "1025G", NULL },
	{ "log-size", "99999999999G", NULL },
	{ "log-size", "17179869184G", NULL },
	{ "log-size", "10MB", NULL },
	{ "log-size", "1.5M", NULL },
	{ "log-size", "-1", NULL },
	{ "umask", "22", "0022" },
	{ "umask", "0777", "0777" },
	{ "umask", "1000", NULL },
	{ "umask", "8", NULL },
	{ "umask", "", NULL },
	{ "umask", "0x1f", NULL },
	{ "signal", "TERM", "TERM" },
	{ "signal", "sigterm", "TERM" },
	{ "signal", "15", "TERM" },
	{ "signal", "IOT", "ABRT" },
	{ "signal", "RTMIN", "RTMIN+0" },
	{ "signal", "SIGRTMIN+3", "RTMIN+3" },
	{ "signal", "RTMIN+99", NULL },
	{ "signal", "RTMIN3", NULL },
	{ "signal", "64", "RTMIN+30" },
	{ "signal", "RTMAX", "RTMIN+30" },
	{ "signal", "RTMAX-1", "RTMIN+29" },
	{ "signal", "0", NULL },
	{ "signal", "65", NULL },
	{ "signal", "FOO", NULL },
	{ "signal", "", NULL },
	{ "signal", "SIG", NULL },
	{ "verb", "stop", "stop" },
	{ "verb", "sto", NULL },
	{ "verb", "", NULL },
	{ "respawn", "on-failure", "on-failure" },
	{ "env", "A=b c", "\"A=b c\"" },
	{ "env", "A", "A" },
	{ "env", "A=", "A=" },
	{ "env", "=x", NULL },
	{ "env", "", NULL },
	{ "env-file", "", NULL },
	{ "user", "www", "www" },
	{ "user", "1000", "1000" },
	{ "user", "4294967294", "4294967294" },
	{ "user", "4294967295", NULL },
	{ "user", "18446744073709551616", NULL },
	{ "user", "1000x", "1000x" },
	{ "user", "-1", NULL },
	{ "user", "+1", NULL },
	{ "user", "", NULL },
	{ "user", "www:", NULL },
	{ "user", ":www", NULL },
	{ "user", "www:4294967295", NULL },
	{ "user", "www ", NULL },
	{ "user", "w/w", NULL },
	{ "user", "w\nw", NULL },
	{ "user", A300, NULL },
	{ "group", "4294967295", NULL },
	{ "group", "a:b", NULL },
	{ "groups", "a,b,3", "a,b,3" },
	{ "groups", "none", "none" },
	{ "groups", "", "none" },
	{ "groups", "a,,b", NULL },
	{ "groups", "a,-1", NULL },
	{ "caps", "none", "none" },
	{ "caps", "CAP_KILL,net_bind_service", "kill,net_bind_service" },
	{ "caps", "checkpoint_restore", "checkpoint_restore" },
	{ "caps", "kil", NULL },
	{ "caps", "", NULL },
	{ "caps", "kill,", NULL },
	{ "limit", "nofile=1024", "nofile=1024:1024" },
	{ "limit", "core=0:unlimited,cpu=1m", "core=0:unlimited,cpu=1m:1m" },
	{ "limit", "as=1G:2G", "as=1G:2G" },
	{ "limit", "rttime=5ms", "rttime=5ms:5ms" },
	{ "limit", "nofile=2:1", NULL },
	{ "limit", "nofile=unlimited:1", NULL },
	{ "limit", "cpu=500ms", NULL },
	{ "limit", "nofile", NULL },
	{ "limit", "nofile=", NULL },
	{ "limit", "files=1", NULL },
	{ "limit", "nofile=1K", NULL },
	{ "limit", "nofile=1:2:3", NULL },
	{ "ionice", "best-effort", "best-effort:4" },
	{ "ionice", "realtime:0", "realtime:0" },
	{ "ionice", "idle", "idle" },
	{ "ionice", "idle:3", NULL },
	{ "ionice", "realtime:8", NULL },
	{ "ionice", "none", NULL },
	{ "sched", "rr", "rr:1" },
	{ "sched", "fifo:99", "fifo:99" },
	{ "sched", "batch", "batch" },
	{ "sched", "batch:1", NULL },
	{ "sched", "fifo:0", NULL },
	{ "sched", "none", NULL },
	{ "cpus", "0-3,8", "0-3,8" },
	{ "cpus", "3,2,1", "1-3" },
	{ "cpus", "1023", "1023" },
	{ "cpus", "0-1023", "0-1023" },
	{ "cpus", "1024", NULL },
	{ "cpus", "3-1", NULL },
	{ "cpus", "", NULL },
	{ "cpus", "1,", NULL },
	{ "keep-fd", "3,5,3", "3,5" },
	{ "keep-fd", "2", NULL },
	{ "keep-fd", "1048576", NULL },
	{ "keep-fd",
	    "3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,"
	    "23,24,25,26,27,28,29,30,31,32,33,34,35",
	    NULL },
	{ "stdout", "/var/log/x", "/var/log/x" },
	{ "stdout", "null", "null" },
	{ "stdout", "./null", "./null" },
	{ "stdout", "inherit", "inherit" },
	{ "stdout", "journal", "journal" },
	{ "stdout", "syslog", "syslog:daemon.info" },
	{ "stdout", "syslog:local7", "syslog:local7.info" },
	{ "stdout", "syslog:kern.debug", "syslog:kern.debug" },
	{ "stdout", "syslog:", NULL },
	{ "stdout", "syslog:foo", NULL },
	{ "stdout", "syslog:?", NULL },
	{ "stdout", "syslog:daemon.foo", NULL },
	{ "stdout", "syslog:daemon.", NULL },
	{ "stdout", "|sed -u s/a/b/", "\"|sed -u s/a/b/\"" },
	{ "stdout", "|", NULL },
	{ "stdout", "", NULL },
	{ "stdout", A4000 A100, NULL },
	{ "log-prefix", "%n[%p] %s%%", "\"%n[%p] %s%%\"" },
	{ "log-prefix", "%x", NULL },
	{ "log-prefix", "100%", NULL },
	{ "log-rate", "100/1m", "100/1m" },
	{ "log-rate", "none", "none" },
	{ "log-rate", "0/1m", NULL },
	{ "log-rate", "100", NULL },
	{ "log-rate", "100/0", NULL },
	{ "log-rate", "100/", NULL },
	{ "respawn-delay", "1s,1s,5s,30s", "1s,1s,5s,30s" },
	{ "respawn-delay", "0", "0" },
	{ "respawn-delay", "1s,", NULL },
	{ "respawn-delay", "2d", NULL },
	{ "success", "0,3,SIGTERM", "0,3,SIGTERM" },
	{ "success", "255,10-20,term,RTMIN", "10-20,255,SIGTERM,SIGRTMIN+0" },
	{ "success", "none", "none" },
	{ "success", "256", NULL },
	{ "success", "5-3", NULL },
	{ "success", "", NULL },
	{ "success", "3,,4", NULL },
	{ "success", "FOO", NULL },
	{ "forward", "HUP=USR1,INT=,USR2", "HUP=USR1,INT=,USR2" },
	{ "forward", "USR2,group", "group,USR2" },
	{ "forward", "1=15", "HUP=TERM" },
	{ "forward", "KILL", NULL },
	{ "forward", "HUP=FOO", NULL },
	{ "forward", "FOO", NULL },
	{ "forward", "", NULL },
	{ "bind", "parent", "parent" },
	{ "bind", "supervisor", "supervisor" },
	{ "bind", "1234", "1234" },
	{ "bind", "web", "web" },
	{ "bind", "0", NULL },
	{ "bind", "4194305", NULL },
	{ "bind", "", NULL },
	{ "bind", "a/b", NULL },
	{ "ready", "exec", "exec" },
	{ "ready", "alive:2s", "alive:2s" },
	{ "ready", "notify", "notify" },
	{ "ready", "fd:3", "fd:3" },
	{ "ready", "pidfile", "pidfile" },
	{ "ready", "file:/run/a b", "\"file:/run/a b\"" },
	{ "ready", "socket:/run/s", "socket:/run/s" },
	{ "ready", "tcp:80", "tcp:localhost:80" },
	{ "ready", "tcp:example.org:8080", "tcp:example.org:8080" },
	{ "ready", "tcp:[::1]:80", "\"tcp:[::1]:80\"" },
	{ "ready", "log:^[0-9]+$", "\"log:^[0-9]+$\"" },
	{ "ready", "command:curl -f x", "\"command:curl -f x\"" },
	{ "ready", "exec:x", NULL },
	{ "ready", "none", NULL },
	{ "ready", "alive", NULL },
	{ "ready", "alive:", NULL },
	{ "ready", "alive:0", NULL },
	{ "ready", "fd:2", NULL },
	{ "ready", "file:", NULL },
	{ "ready", "socket:" A100 "12345678", NULL },
	{ "ready", "tcp:0", NULL },
	{ "ready", "tcp:65536", NULL },
	{ "ready", "tcp::80", NULL },
	{ "ready", "log:(", NULL },
	{ "ready", "", NULL },
	{ "stop-schedule", "TERM/10/KILL/5", "TERM/10s/KILL/5s" },
	{ "stop-schedule", "30", "TERM/30s/KILL/30s" },
	{ "stop-schedule", "-15/500ms/forever/KILL/1",
	    "TERM/500ms/forever/KILL/1s" },
	{ "stop-schedule", "-33/1", "-33/1s" },
	{ "stop-schedule", "TERM/infinity", "TERM/infinity" },
};

/* Print one field without its key and the newline. */
static char *
value_of(const struct field *field, const struct spec *spec)
{
	struct strbuf text = { 0 };
	char *value = NULL;

	field_print(field, spec, &text);
	if (text.length > 0)
		value = xstrndup(text.bytes + strlen(field->key) + 1,
		    text.length - strlen(field->key) - 2);
	strbuf_fini(&text);
	return value;
}

static void
test_readings(void)
{
	const struct field *field;
	struct reason why;
	struct spec spec;
	char name[120];
	char *value;
	size_t i;
	int result;

	for (i = 0; i < sizeof(readings) / sizeof(readings[0]); i++) {
		field = field_find(readings[i].key);
		spec_init(&spec);
		snprintf(why.text, sizeof(why.text), "%s", "");
		result = field_parse(field, &spec, readings[i].text, &why);
		snprintf(name, sizeof(name), "%s reads '%.40s'%s", field->key,
		    readings[i].text,
		    readings[i].printed == NULL ? ", and refuses it" : "");
		for (char *p = name; *p != '\0'; p++)
			if (*p < 0x20 || *p > 0x7e || *p == '#')
				*p = '?';
		if (readings[i].printed == NULL) {
			ok(result == -1 && *why.text != '\0', name);
			continue;
		}
		value = value_of(field, &spec);
		is_str(
		    result == 0 ? value : why.text, readings[i].printed, name);
		free(value);
	}
}

static void
test_printed_is_read_again(void)
{
	char *value, *plain, *again;
	const struct field *field;
	struct spec spec, copy;
	struct reason why;
	size_t i, failures = 0;

	for (i = 0; i < sizeof(readings) / sizeof(readings[0]); i++) {
		field = field_find(readings[i].key);
		if (readings[i].printed == NULL)
			continue;
		spec_init(&spec);
		spec_init(&copy);
		(void)field_parse(field, &spec, readings[i].text, &why);
		value = value_of(field, &spec);
		plain = unquote(value);
		if (plain == NULL ||
		    field_parse(field, &copy, plain, &why) == -1)
			failures++;
		again = value_of(field, &copy);
		if (again == NULL || strcmp(value, again) != 0) {
			printf("# %s: %s\n", field->key, value);
			failures++;
		}
		free(value);
		free(again);
	}
	is_int((intmax_t)failures, 0, "what is printed is read as the same");
}

static void
test_order(void)
{
	bool sorted = true, complete = true;
	size_t i;

	for (i = 0; i < FIELD_COUNT; i++) {
		complete = complete && spec_fields[i].key != NULL;
		if (i > 0 && complete)
			sorted = sorted && strcmp(spec_fields[i - 1].key,
					       spec_fields[i].key) < 0;
	}
	ok(complete, "each field has a key");
	ok(sorted, "the fields are in the order of their keys");
	ok(FIELD_COUNT <= 128, "there is a bit for each field");
}

static void
test_given(void)
{
	struct reason why;
	struct spec spec;

	spec_init(&spec);
	ok(!spec_given(&spec, FIELD_WAIT), "nothing is given at first");
	(void)spec_set(&spec, FIELD_WAIT, "3", &why);
	(void)spec_set(&spec, FIELD_BIND, "parent", &why);
	ok(spec_given(&spec, FIELD_WAIT) && spec_given(&spec, FIELD_BIND) &&
		!spec_given(&spec, FIELD_USER),
	    "what was set is given");
	is_int(spec.stop.forward.to[1], -1, "no signal is mapped at first");
}

static void
test_user_and_group(void)
{
	struct reason why;
	struct spec spec;

	spec_init(&spec);
	(void)spec_set(&spec, FIELD_USER, "www:adm", &why);
	is_str(spec.process.user, "www", "the user is before the colon");
	is_str(spec.process.group, "adm", "the group is behind it");
	(void)spec_set(&spec, FIELD_USER, "bin", &why);
	is_str(spec.process.group, "adm", "no colon leaves the group alone");
}

static void
test_lists_accumulate(void)
{
	struct strbuf text = { 0 };
	struct reason why;
	struct spec spec;

	spec_init(&spec);
	(void)spec_set(&spec, FIELD_ENV, "B=1", &why);
	(void)spec_set(&spec, FIELD_ENV, "A=2", &why);
	(void)spec_set(&spec, FIELD_FATAL, "3", &why);
	(void)spec_set(&spec, FIELD_FATAL, "5", &why);
	(void)spec_set(&spec, FIELD_KEEP_FD, "7", &why);
	(void)spec_set(&spec, FIELD_KEEP_FD, "4", &why);
	field_print(&spec_fields[FIELD_ENV], &spec, &text);
	field_print(&spec_fields[FIELD_FATAL], &spec, &text);
	field_print(&spec_fields[FIELD_KEEP_FD], &spec, &text);
	is_str(text.bytes, "env=B=1\nenv=A=2\nfatal=3,5\nkeep-fd=7,4\n",
	    "lists accumulate in the order given");
	strbuf_fini(&text);
}

/* A dialect may mean a file where imp's own syntax would not. */
static void
test_file_of_an_odd_name(void)
{
	struct strbuf text = { 0 };
	struct spec spec;

	spec_init(&spec);
	spec.output.out = (struct dest){ DEST_FILE, "journal", 0, 0 };
	field_print(&spec_fields[FIELD_STDOUT], &spec, &text);
	is_str(text.bytes, "stdout=./journal\n", "a file stays a file");
	strbuf_fini(&text);
}

int
main(void)
{
	test_readings();
	test_file_of_an_odd_name();
	test_printed_is_read_again();
	test_order();
	test_given();
	test_user_and_group();
	test_lists_accumulate();
	return tap_done();
}
