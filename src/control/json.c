/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "control/json.h"

#include <string.h>
#include <time.h>

#include "control/view.h"

void
json_init(struct json *json, struct strbuf *out)
{
	json->out = out;
	json->is_first = true;
}

static void
put_string(struct strbuf *out, const char *s)
{
	const unsigned char *p = (const unsigned char *)s;
	size_t n;

	strbuf_add(out, "\"");
	while (*p != '\0') {
		n = view_character(p);
		if (n == 0) {
			strbuf_add(out, "\\ufffd");
			n = 1;
		} else if (*p < 0x20 || *p == 0x7f)
			strbuf_addf(out, "\\u%04x", (unsigned int)*p);
		else if (p[0] == 0xc2 && p[1] < 0xa0)
			/* JSON allows C1, but terminals may obey it. */
			strbuf_addf(out, "\\u%04x", (unsigned int)p[1]);
		else if (*p == '"' || *p == '\\')
			strbuf_addf(out, "\\%c", *p);
		else
			strbuf_add_bytes(out, p, n);
		p += n;
	}
	strbuf_add(out, "\"");
}

static void
begin(struct json *json, const char *key)
{
	if (!json->is_first)
		strbuf_add(json->out, ",");
	json->is_first = false;
	if (key == NULL)
		return;
	put_string(json->out, key);
	strbuf_add(json->out, ":");
}

void
json_open(struct json *json, const char *key, char bracket)
{
	begin(json, key);
	strbuf_add_bytes(json->out, &bracket, 1);
	json->is_first = true;
}

void
json_close(struct json *json, char bracket)
{
	strbuf_add_bytes(json->out, &bracket, 1);
	json->is_first = false;
}

void
json_string(struct json *json, const char *key, const char *s)
{
	begin(json, key);
	if (s == NULL)
		strbuf_add(json->out, "null");
	else
		put_string(json->out, s);
}

void
json_number(struct json *json, const char *key, int64_t n)
{
	begin(json, key);
	strbuf_addf(json->out, "%lld", (long long)n);
}

void
json_bool(struct json *json, const char *key, bool value)
{
	begin(json, key);
	strbuf_add(json->out, value ? "true" : "false");
}

void
json_null(struct json *json, const char *key)
{
	begin(json, key);
	strbuf_add(json->out, "null");
}

void
json_seconds(struct json *json, const char *key, uint64_t ms)
{
	begin(json, key);
	strbuf_addf(json->out, "%llu.%03u", (unsigned long long)ms / 1000,
	    (unsigned int)(ms % 1000));
}

void
json_time(struct json *json, const char *key, uint64_t wall_ms)
{
	time_t t = (time_t)(wall_ms / 1000);
	struct tm tm;
	char text[32];

	if (wall_ms == 0 || gmtime_r(&t, &tm) == NULL ||
	    strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &tm) == 0) {
		json_null(json, key);
		return;
	}
	begin(json, key);
	strbuf_addf(json->out, "\"%s.%03uZ\"", text,
	    (unsigned int)(wall_ms % 1000));
}
