/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "log/words.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include "base/exitcode.h"

static void
use_shell(struct words *words, const char *command)
{
	static const char shell[] = "/bin/sh", flag[] = "-c";

	/* execv(3) does not change what its argument points to. */
	words->argv[0] = (char *)shell;
	words->argv[1] = (char *)flag;
	words->argv[2] = (char *)command;
	words->argv[3] = NULL;
}

/* Returns false if there are too many. */
static bool
split(struct words *words)
{
	static const char blanks[] = " \t";
	char *p = words->text;
	int count = 0;

	for (;;) {
		p += strspn(p, blanks);
		if (*p == '\0')
			break;
		if (count == WORDS_MAX)
			return false;
		words->argv[count++] = p;
		p += strcspn(p, blanks);
		if (*p != '\0')
			*p++ = '\0';
	}
	words->argv[count] = NULL;
	return count > 0;
}

void
words_init(struct words *words, const char *command)
{
	size_t length = strlen(command);

	if (length < sizeof(words->text) &&
	    strpbrk(command, "|&;<>()$`\\\"'*?[]#~=%!{}\n") == NULL) {
		memcpy(words->text, command, length + 1);
		if (split(words))
			return;
	}
	use_shell(words, command);
}

static void
reset_signals(void)
{
	struct sigaction action;
	sigset_t none;
	int i;

	memset(&action, 0, sizeof(action));
	action.sa_handler = SIG_DFL;
	for (i = 1; i < NSIG; i++)
		(void)sigaction(i, &action, NULL);
	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
}

void
words_exec(struct words *words, int stdin_fd, int stdout_fd)
{
	if ((stdin_fd != -1 && dup2(stdin_fd, STDIN_FILENO) == -1) ||
	    (stdout_fd != -1 && dup2(stdout_fd, STDOUT_FILENO) == -1))
		_exit(EX_SETUP);
	reset_signals();
	(void)execvp(words->argv[0], words->argv);
	_exit(errno == ENOENT ? EX_NOTFOUND : EX_NOEXEC);
}
