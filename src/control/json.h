/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#ifndef CONTROL_JSON_H
#define CONTROL_JSON_H

#include <stdbool.h>
#include <stdint.h>

#include "base/strbuf.h"

/*
 * Writing JSON (RFC 8259).  Strings come from anybody: what is no UTF-8 in
 * them becomes U+FFFD, and all control characters are escaped.
 */
struct json {
	struct strbuf *out;	/* borrowed */
	bool is_first;		/* in the present array or object */
};

void	json_init(struct json *json, struct strbuf *out);

/* '[' or '{', and its end.  key: within an object; NULL: not. */
void	json_open(struct json *json, const char *key, char bracket);
void	json_close(struct json *json, char bracket);

/* A value; NULL is null. */
void	json_string(struct json *json, const char *key, const char *s);
void	json_number(struct json *json, const char *key, int64_t n);
void	json_bool(struct json *json, const char *key, bool value);
void	json_null(struct json *json, const char *key);

/* Milliseconds as seconds with a fraction. */
void	json_seconds(struct json *json, const char *key, uint64_t ms);

/* A time of day as an RFC 3339 string in UTC; 0 is null. */
void	json_time(struct json *json, const char *key, uint64_t wall_ms);

#endif
