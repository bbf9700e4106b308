/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "spec/ready.h"

#include <regex.h>
#include <string.h>

#include "base/xalloc.h"

/* In the order of enum ready_kind. */
static const char kinds[] =
    "none exec alive notify fd pidfile file socket tcp log command";

#define ALIVE_MAX_MS (UINT64_C(86400) * 1000)
#define FD_LAST	     1023
/* sun_path holds 108 bytes with the NUL. */
#define SOCKET_PATH_MAX 107
#define PATH_LENGTH_MAX 4095
#define HOST_DEFAULT	"localhost"

static int
refuse(struct reason *why)
{
	return reason_set(why,
	    "must be exec, alive:TIME, notify, fd:N, "
	    "pidfile, file:PATH, socket:PATH, tcp:[HOST:]PORT, log:REGEX or "
	    "command:CMD");
}

static int
parse_fd(struct spec_ready *ready, const char *text, struct reason *why)
{
	uint64_t n;

	if (parse_unsigned(text, 3, FD_LAST, &n, why) == -1)
		return -1;
	ready->fd = (int)n;
	return 0;
}

/* HOST may be an IPv6 address in brackets, so the last colon counts. */
static int
parse_tcp(struct spec_ready *ready, const char *text, struct reason *why)
{
	const char *colon = strrchr(text, ':');
	const char *port = colon == NULL ? text : colon + 1;
	size_t length = colon == NULL ? 0 : (size_t)(colon - text);
	struct reason ignored;
	uint64_t n;

	if (parse_unsigned(port, 1, 65535, &n, &ignored) == -1 ||
	    (colon != NULL && length == 0))
		return reason_set(
		    why, "must be tcp:[HOST:]PORT, PORT from 1 to 65535");
	if (length >= 2 && text[0] == '[' && text[length - 1] == ']') {
		text++;
		length -= 2;
	}
	ready->port = (unsigned int)n;
	ready->text = colon == NULL ? HOST_DEFAULT : xstrndup(text, length);
	return 0;
}

static int
parse_regex(struct spec_ready *ready, const char *text, struct reason *why)
{
	char message[128];
	regex_t regex;
	int error;

	error = regcomp(&regex, text, REG_EXTENDED | REG_NOSUB);
	if (error != 0) {
		(void)regerror(error, &regex, message, sizeof(message));
		return reason_set(why,
		    "must have an extended regular expression: %s", message);
	}
	regfree(&regex);
	ready->text = text;
	return 0;
}

static int
take_text(
    struct spec_ready *ready, const char *text, size_t max, struct reason *why)
{
	if (strlen(text) > max)
		return reason_set(why,
		    "must have at most %zu bytes after "
		    "the ':'",
		    max);
	ready->text = text;
	return 0;
}

static int
parse_argument(struct spec_ready *ready, const char *text, struct reason *why)
{
	switch (ready->kind) {
	case READY_ALIVE:
		return parse_time(text, 1, ALIVE_MAX_MS, &ready->alive_ms, why);
	case READY_FD:
		return parse_fd(ready, text, why);
	case READY_FILE:
	case READY_COMMAND:
		return take_text(ready, text, PATH_LENGTH_MAX, why);
	case READY_SOCKET:
		return take_text(ready, text, SOCKET_PATH_MAX, why);
	case READY_TCP:
		return parse_tcp(ready, text, why);
	case READY_LOG:
		return parse_regex(ready, text, why);
	case READY_UNSET:
	case READY_EXEC:
	case READY_NOTIFY:
	case READY_PIDFILE:
		break;
	}
	return refuse(why);
}

int
ready_parse(struct spec_ready *ready, const char *text, struct reason *why)
{
	struct spec_ready result = { .timeout_ms = ready->timeout_ms };
	char word[PARSE_ITEM_ROOM];
	bool bare;
	int kind;

	(void)parse_item(&text, ':', word);
	kind = parse_word(kinds, word);
	if (kind <= READY_UNSET)
		return refuse(why);
	result.kind = (enum ready_kind)kind;
	bare = result.kind == READY_EXEC || result.kind == READY_NOTIFY ||
	       result.kind == READY_PIDFILE;
	if (bare != (text == NULL) || (text != NULL && *text == '\0'))
		return refuse(why);
	if (text != NULL && parse_argument(&result, text, why) == -1)
		return -1;
	*ready = result;
	return 0;
}

static void
print_argument(const struct spec_ready *ready, struct strbuf *text)
{
	switch (ready->kind) {
	case READY_ALIVE:
		strbuf_add(text, ":");
		print_time(text, ready->alive_ms);
		break;
	case READY_FD:
		strbuf_addf(text, ":%d", ready->fd);
		break;
	case READY_FILE:
	case READY_SOCKET:
	case READY_LOG:
	case READY_COMMAND:
		strbuf_addf(text, ":%s", ready->text);
		break;
	case READY_TCP:
		strbuf_addf(text,
		    strchr(ready->text, ':') == NULL ? ":%s:%u" : ":[%s]:%u",
		    ready->text, ready->port);
		break;
	case READY_UNSET:
	case READY_EXEC:
	case READY_NOTIFY:
	case READY_PIDFILE:
		break;
	}
}

bool
ready_print(const struct spec_ready *ready, struct strbuf *text)
{
	const char *word;
	int length;

	if (ready->kind == READY_UNSET)
		return false;
	word = parse_nth_word(kinds, ready->kind, &length);
	strbuf_addf(text, "%.*s", length, word);
	print_argument(ready, text);
	return true;
}
