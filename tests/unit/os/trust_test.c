/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "os/trust.h"

#include <sys/stat.h>

#include <errno.h>

#include "unit/scratch.h"
#include "unit/tap.h"

#define OTHER 65534

/* Whether trust_open_dir(path) is the directory that stat(2) says. */
static bool
opens(const char *path, const char *same)
{
	struct stat got, want;
	int fd = trust_open_dir(path);
	bool is_same;

	if (fd == -1)
		return false;
	is_same = fstat(fd, &got) == 0 && stat(same, &want) == 0 &&
	    got.st_ino == want.st_ino && got.st_dev == want.st_dev;
	(void)close(fd);
	return is_same;
}

static int
error_of_dir(const char *path)
{
	int fd = trust_open_dir(path);

	if (fd == -1)
		return errno;
	(void)close(fd);
	return 0;
}

static void
link_to(const char *target, const char *name)
{
	if (symlink(target, name) == -1)
		abort();
}

static void
make_dir(const char *name, mode_t mode)
{
	if (mkdir(name, 0700) == -1 || chmod(name, mode) == -1)
		abort();
}

static void
test_walk(void)
{
	char path[2 * PATH_MAX];
	size_t n;

	make_dir("a", 0755);
	make_dir("a/b", 0755);
	scratch_file("file", "x", 1, 0644);
	ok(opens("a/b", "a/b"), "a relative path");
	ok(opens("a//./b/", "a/b"), "with what means nothing in it");
	snprintf(path, sizeof(path), "%s/a/b", scratch);
	ok(opens(path, "a/b"), "an absolute path");
	ok(opens("/", "/"), "the root");
	is_int(error_of_dir("a/c"), ENOENT, "what is not there");
	is_int(error_of_dir("file"), ENOTDIR, "a file is no directory");
	is_int(error_of_dir("file/b"), ENOTDIR, "nor on the way");
	memset(path, 'x', NAME_MAX + 1);
	path[NAME_MAX + 1] = '\0';
	is_int(error_of_dir(path), ENAMETOOLONG, "a long component");
	for (n = 0; n < PATH_MAX; n += 2)
		memcpy(path + n, "./", 3);
	is_int(error_of_dir(path), ENAMETOOLONG, "a path that is too long");
}

static void
test_links(void)
{
	char path[PATH_MAX + 8];

	link_to("a", "own");
	link_to("../own/b/..", "a/up");
	snprintf(path, sizeof(path), "%s/a/b", scratch);
	link_to(path, "absolute");
	link_to("round", "round");
	link_to("file", "tofile");
	link_to("gone", "dangling");
	ok(opens("own", "a"), "a link of our own is followed");
	ok(opens("own/b", "a/b"), "also on the way");
	ok(opens("a/up/b", "a/b"), "links in links, and ..");
	ok(opens("absolute/../b", "a/b"), "a link from the root");
	is_int(error_of_dir("round"), ELOOP, "a link to itself");
	is_int(error_of_dir("tofile"), ENOTDIR, "a link to a file");
	is_int(error_of_dir("dangling/x"), ENOENT, "a link to nowhere");
	if (geteuid() != 0)
		return;
	link_to("a", "theirs");
	(void)!lchown("theirs", OTHER, OTHER);
	is_int(error_of_dir("theirs"), ELOOP, "somebody else's link is not");
	is_int(error_of_dir("theirs/b"), ELOOP, "also on the way");
	make_dir("dir", 0755);
	link_to("../a", "dir/planted");
	ok(opens("dir/planted", "a"), "a link of ours in our directory is");
	(void)!chown("dir", OTHER, OTHER);
	is_int(error_of_dir("dir/planted"), ELOOP,
	    "but not in somebody else's, who could exchange it");
}

static int
error_of_parent(const char *path)
{
	const char *last;
	int fd = trust_open_parent(path, &last);

	if (fd == -1)
		return errno;
	(void)close(fd);
	return 0;
}

static void
test_parent(void)
{
	char path[PATH_MAX + 16];
	const char *last = NULL;
	int fd;

	snprintf(path, sizeof(path), "%s/own/new", scratch);
	fd = trust_open_parent(path, &last);
	ok(fd != -1, "the directory of what is still to be made");
	is_str(last, "new", "and what is left of the path");
	(void)close(fd);
	fd = trust_open_parent("/new", &last);
	ok(fd != -1 && strcmp(last, "new") == 0, "in the root, too");
	(void)close(fd);
	is_int(error_of_parent("relative"), EINVAL, "no directory");
	is_int(error_of_parent("/a/"), EINVAL, "no last component");
	is_int(error_of_parent("/a/."), EINVAL, "nor is . one");
	is_int(error_of_parent("/a/.."), EINVAL, "nor ..");
}

static void
test_soundness(void)
{
	static const struct {
		mode_t mode;
		bool sound;
		const char *name;
	} modes[] = {
		{ 0755, true, "0755 is sound" },
		{ 0775, true, "0775 is: the group is trusted" },
		{ 0777, false, "0777 is not" },
		{ 01777, true, "01777 is: nobody can rename another's" },
	};
	size_t i;
	int fd;

	make_dir("moded", 0755);
	fd = open("moded", O_PATH | O_DIRECTORY | O_CLOEXEC);
	for (i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		(void)chmod("moded", modes[i].mode);
		ok(trust_dir_is_sound(fd) == modes[i].sound, modes[i].name);
	}
	(void)close(fd);
}

/* How trust_open_output() refuses name in dir_fd; -1: it does not. */
static int
refusal(int dir_fd, const char *name, int flags)
{
	enum trust_refusal why;
	int fd = trust_open_output(dir_fd, name, flags, 0640, 0, &why);

	if (fd == -1)
		return (int)why;
	(void)close(fd);
	return -1;
}

static off_t
size_of(const char *name)
{
	struct stat st;

	return stat(name, &st) == 0 ? st.st_size : -1;
}

static void
test_output(void)
{
	int dir_fd = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	enum trust_refusal why;
	struct stat st;
	mode_t saved = umask(0777);
	int fd = trust_open_output(dir_fd, "log", O_APPEND, 0640, 0, &why);

	(void)umask(saved);
	ok(fd != -1 && fstat(fd, &st) == 0, "a file is made");
	is_int(st.st_mode & 07777, 0640, "with that mode, whatever the umask");
	is_int(fcntl(fd, F_GETFD), FD_CLOEXEC, "it is close-on-exec");
	is_int(fcntl(fd, F_GETFL) & (O_APPEND | O_NONBLOCK | O_ACCMODE),
	    O_APPEND | O_WRONLY, "appending, and blocking");
	(void)!write(fd, "text", 4);
	(void)close(fd);
	is_int(refusal(dir_fd, "log", 0), -1, "it is taken again");
	is_int(size_of("log"), 4, "with what it has");
	if (link("log", "twice") == -1)
		abort();
	is_int(refusal(dir_fd, "log", O_TRUNC), TRUST_LINKS, "with two names");
	is_int(size_of("log"), 4, "nor is it emptied then");
	(void)unlink("twice");
	is_int(refusal(dir_fd, "log", O_TRUNC), -1, "it is emptied when asked");
	is_int(size_of("log"), 0, "to the last byte");
	link_to("log", "tolog");
	is_int(refusal(dir_fd, "tolog", 0), TRUST_LINK, "a link");
	if (mkfifo("fifo", 0600) == -1)
		abort();
	is_int(refusal(dir_fd, "fifo", 0), TRUST_KIND, "a FIFO nobody reads");
	fd = open("fifo", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	is_int(refusal(dir_fd, "fifo", 0), TRUST_KIND, "and with one");
	(void)close(fd);
	is_int(refusal(dir_fd, "a", 0), TRUST_SYSTEM, "a directory");
	(void)close(dir_fd);
	dir_fd = open("/dev", O_PATH | O_DIRECTORY | O_CLOEXEC);
	is_int(refusal(dir_fd, "null", O_TRUNC), -1, "a device is as it is");
	(void)close(dir_fd);
	dir_fd = open("moded", O_PATH | O_DIRECTORY | O_CLOEXEC);
	(void)chmod("moded", 0777);
	is_int(refusal(dir_fd, "log", 0), TRUST_DIR, "where all may write");
	(void)close(dir_fd);
}

static void
test_output_of_others(void)
{
	int dir_fd = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	enum trust_refusal why;
	int fd;

	if (geteuid() == 0) {
		(void)!chown("log", OTHER, OTHER);
		is_int(refusal(dir_fd, "log", 0), TRUST_OWNER,
		    "a file of somebody else");
		fd = trust_open_output(dir_fd, "log", 0, 0640, OTHER, &why);
		ok(fd != -1, "unless it is this one's");
		(void)close(fd);
	}
	(void)close(dir_fd);
}

static bool
has_nothing_aside(void)
{
	return access(".pid.7", F_OK) == -1 && errno == ENOENT;
}

static void
test_replace(void)
{
	int dir_fd = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct trust_file made = { 0, 0 }, other;
	struct stat st;

	link_to("file", "pid");
	scratch_file(".pid.7", "left over", 9, 0600);
	is_int(trust_replace(dir_fd, "pid", 7, 0644, "12\n", 3, &made, NULL), 0,
	    "a link is replaced");
	ok(lstat("pid", &st) == 0 && S_ISREG(st.st_mode), "by a file");
	is_int(st.st_mode & 07777, 0644, "of that mode");
	is_int(st.st_size, 3, "and content");
	ok(made.ino == st.st_ino && made.dev == st.st_dev, "and told which");
	is_int(size_of("file"), 1, "what the link meant is as it was");
	ok(has_nothing_aside(), "nothing is left aside, nor from before");
	is_int(trust_replace(dir_fd, "a", 7, 0644, "12\n", 3, NULL, NULL), -1,
	    "a directory is not replaced");
	ok(access(".a.7", F_OK) == -1, "and then nothing is left either");
	other = made;
	other.ino++;
	trust_remove(dir_fd, "pid", &other);
	is_int(size_of("pid"), 3, "another file is not removed");
	other.ino = 0;
	trust_remove(dir_fd, "pid", &other);
	is_int(size_of("pid"), 3, "nor is one by none");
	trust_remove(dir_fd, "pid", &made);
	is_int(size_of("pid"), -1, "the very one is");
	scratch_file(".pid.7", "left over", 9, 0600);
	trust_remove_aside(dir_fd, "pid", 8);
	ok(!has_nothing_aside(), "what another left aside is not ours");
	trust_remove_aside(dir_fd, "pid", 7);
	ok(has_nothing_aside(), "what we left is");
	(void)close(dir_fd);
}

int
main(void)
{
	scratch_begin();
	test_walk();
	test_links();
	test_parent();
	test_soundness();
	test_output();
	test_output_of_others();
	test_replace();
	return tap_done();
}
