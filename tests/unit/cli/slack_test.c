/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "cli/slack_config.h"

#include <sys/stat.h>

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/strbuf.h"
#include "base/xalloc.h"
#include "cli/slack_expand.h"
#include "cli/slack_safety.h"

#include "unit/scratch.h"
#include "unit/tap.h"

const char *__lsan_default_suppressions(void);

/* What a command line is made of is never freed. */
const char *
__lsan_default_suppressions(void)
{
	return "leak:slack_\nleak:xasprintf\nleak:strlist_add\n";
}

static char line[DIAG_LINE_MAX];

static void
keep_line(void *context, int priority, const char *text)
{
	(void)context;
	(void)priority;
	snprintf(line, sizeof(line), "%s", text);
}

static void
write_text(const char *path, const char *text)
{
	FILE *file = fopen(path, "we");

	if (file == NULL || fputs(text, file) == EOF || fclose(file) == EOF)
		ok(false, "a file could be written");
}

static void
test_expand(void)
{
	(void)setenv("HOME", "/home/me", 1);
	(void)setenv("V", "val", 1);
	(void)unsetenv("NONE");
	ok(slack_expand(NULL, true) == NULL, "nothing stays nothing");
	is_str(slack_expand("plain", true), "plain", "a plain text stays");
	is_str(slack_expand("$V/${V}x$V", true), "val/valxval",
	    "variables are replaced, in braces or not");
	is_str(slack_expand("$V ${V}", false), "$V ${V}",
	    "unless they are not to be");
	is_str(slack_expand("a$NONE-${NONE}b", true), "a-b",
	    "one that is not set is empty");
	is_str(slack_expand("$ $$ $1 ${ ${}x$", true), "$ $$ $1 ${ ${}x$",
	    "what is no name stays");
	is_str(slack_expand("${V x", true), "val x",
	    "a brace that is not closed is no part of the rest");
	is_str(slack_expand("~ a~ ~/x x:~/y =~ ,~ /~", true),
	    "/home/me a~ /home/me/x x:/home/me/y =/home/me ,~ /~",
	    "~ is replaced where a path begins");
	is_str(slack_expand("~me/x", true), "~me/x",
	    "that of somebody else is left alone");
	(void)unsetenv("HOME");
	is_str(slack_expand("~/x", true), "~/x", "~ stays without HOME");
}

/* The options of a key, with blanks between them; static. */
static const char *
options_of(const struct slack_config *config, const char *key)
{
	static struct strbuf text;
	struct strlist options = { 0 };
	size_t i;

	strbuf_clear(&text);
	strbuf_add(&text, "");
	slack_config_options(config, key, &options);
	for (i = 0; i < options.count; i++)
		strbuf_addf(&text, "%s%s", i == 0 ? "" : " ",
		    options.items[i]);
	return text.bytes;
}

static void
test_config(void)
{
	struct slack_config config = { .variables = true };

	(void)setenv("HOME", "/h", 1);
	write_text("conf", "# comment\n\n"
			   "A=x\nB=$A~\nC = y # no variable\n"
			   "* respawn , delay=60,\\\n  attempts=2\n"
			   "web\toutput=/a\\,b,\tchdir=/x # here\n"
			   "  web umask=027\r\n"
			   "webs core\nweb\n*\n"
			   "last last-option");
	is_int(slack_config_read(&config, "conf"), 0, "a file is read");
	is_str(options_of(&config, "*"),
	    "--respawn --delay=60 --attempts=2",
	    "lines go on, blanks around commas do not count");
	is_str(options_of(&config, "web"),
	    "--output=/a,b --chdir=/x --umask=027",
	    "a name has its lines, in their order, and no other's");
	is_str(options_of(&config, "none"), "", "others have none");
	is_str(options_of(&config, "last"), "--last-option",
	    "a last line need not end");
	is_str(getenv("A"), "x", "a variable is set");
	is_str(getenv("B"), "x~", "to what it is expanded to");
	ok(getenv("C") == NULL, "but not with a blank before the sign");
	is_int(slack_config_read(&config, "nonexistent"), 0,
	    "a file that is not there says nothing");
	is_int(slack_config_read(&config, "."), 0, "nor does a directory");
}

static void
test_directory(void)
{
	struct slack_config config = { 0 };

	(void)mkdir("dir.d", 0700);
	write_text("dir", "x first");
	write_text("dir.d/b", "x third");
	write_text("dir.d/a", "x second");
	write_text("dir.d/.c", "x hidden");
	is_int(slack_config_read(&config, "dir"), 0, "a directory is read");
	is_str(options_of(&config, "x"), "--first --second --third",
	    "after its file, by name, and nothing that is hidden");
}

static void
test_safety(void)
{
	struct slack_config config = { .safe = true };
	char here[PATH_MAX];
	const char *path;

	if (getcwd(here, sizeof(here)) == NULL)
		*here = '\0';
	write_text("open", "x option");
	path = xasprintf("%s/open", here);
	(void)chmod("open", 0662);
	is_str(slack_unsafe_file("open"),
	    xasprintf("%s is group- and world-writable", path),
	    "what everyone may write to is not safe");
	(void)chmod("open", 0620);
	is_str(slack_unsafe_file("open"),
	    xasprintf("%s is group-writable", path),
	    "nor is what a group may");
	(void)chmod("open", 0602);
	is_str(slack_unsafe_file("open"),
	    xasprintf("%s is world-writable", path),
	    "the two are told apart");
	ok(slack_unsafe_file("nonexistent") == NULL,
	    "what is not there is safe");
	diag_set_sink(keep_line, NULL);
	is_int(slack_config_read(&config, "open"), 0,
	    "an unsafe file is not read");
	is_str(options_of(&config, "x"), "", "says nothing");
	is_str(line,
	    xasprintf("ignoring unsafe open (%s is world-writable)", path),
	    "and is told of");
}

/* Directories above ours may be anybody's, so safe ones are the system's. */
static void
test_programs(void)
{
	const char *script;
	char here[PATH_MAX];

	if (getcwd(here, sizeof(here)) == NULL)
		*here = '\0';
	(void)setenv("PATH", "/usr/bin:/bin", 1);
	ok(slack_unsafe_program("/bin/sh") == NULL, "a shell is safe");
	ok(slack_unsafe_program("sh") == NULL, "and is found");
	ok(slack_unsafe_program("nosuchcommand") == NULL,
	    "what is not found is not unsafe");
	script = xasprintf("%s/script", here);
	write_text(script, "");
	(void)chmod(script, 0777);
	(void)setenv("PATH", here, 1);
	ok(slack_unsafe_program("script") != NULL,
	    "what PATH leads to is looked at");
	ok(slack_unsafe_program(script) != NULL, "and so is a path");
}

int
main(void)
{
	scratch_begin();
	test_expand();
	test_config();
	test_directory();
	test_safety();
	test_programs();
	return tap_done();
}
