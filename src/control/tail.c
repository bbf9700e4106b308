/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "control/tail.h"

#include <sys/stat.h>
#include <sys/wait.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fdio.h"
#include "base/xalloc.h"
#include "os/os.h"
#include "os/watch.h"

#define BLOCK 65536

/* While files are being rotated: how often to look again, and when. */
#define LOOKS	 100
#define LOOK_MS	 10
#define SEARCHES 10	/* in vain in what is compressed, which takes long */

/* What is kept at most of a compressed file: its end. */
#define KEPT (16 * 1024 * 1024)

static int
open_file(const char *path)
{
	struct stat st;
	int fd = open(path,
	    O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);

	if (fd == -1 || (fstat(fd, &st) == 0 && S_ISREG(st.st_mode)))
		return fd;
	(void)close(fd);
	errno = EINVAL;
	return -1;
}

int
tail_open(struct tail *tail, const char *path)
{
	const char *slash = strrchr(path, '/');

	memset(tail, 0, sizeof(*tail));
	tail->watch_fd = -1;
	tail->path = path;
	tail->name = slash + 1;
	tail->dir = slash == path ? xstrdup("/")
				  : xstrndup(path, (size_t)(slash - path));
	tail->fd = open_file(path);
	return tail->fd == -1 && errno != ENOENT ? -1 : 0;
}

void
tail_close(struct tail *tail)
{
	fdio_close(&tail->fd);
	fdio_close(&tail->watch_fd);
	free(tail->dir);
}

/* Where the last lines of text begin; *count: how many there are, at most. */
static size_t
find_lines(const struct strbuf *text, unsigned int lines, unsigned int *count)
{
	size_t at = text->length;

	*count = 0;
	if (at == 0 || lines == 0)
		return at;
	/* The newline at the very end ends the last line. */
	if (text->bytes[at - 1] == '\n')
		at--;
	while (at > 0) {
		if (text->bytes[at - 1] == '\n' && ++*count == lines)
			return at;
		at--;
	}
	++*count;
	return 0;
}

void
tail_cut(struct strbuf *text, unsigned int lines)
{
	unsigned int count;
	size_t at = find_lines(text, lines, &count);

	if (at == 0)
		return;
	text->length -= at;
	memmove(text->bytes, text->bytes + at, text->length + 1);
}

/* Put the other text in front. */
static void
prepend(struct strbuf *text, struct strbuf *before)
{
	struct strbuf both = *before;

	if (text->length > 0)
		strbuf_add_bytes(&both, text->bytes, text->length);
	strbuf_fini(text);
	*text = both;
	memset(before, 0, sizeof(*before));
}

/* From the end, block by block, until there are enough lines. */
static unsigned int
read_end(int fd, off_t end, unsigned int lines, struct strbuf *text)
{
	struct strbuf block = { NULL, 0, 0 };
	unsigned int count = 0;
	char *data = xcalloc(BLOCK, 1);
	size_t size;
	ssize_t n;

	while (end > 0 && count < lines) {
		size = end < BLOCK ? (size_t)end : BLOCK;
		end -= (off_t)size;
		n = pread(fd, data, size, end);
		if (n <= 0)
			break;
		strbuf_add_bytes(&block, data, (size_t)n);
		prepend(text, &block);
		(void)find_lines(text, lines + 1, &count);
		if (count > lines)
			break;
	}
	free(data);
	(void)find_lines(text, lines, &count);
	return count;
}

/* Its end only, of what may be very long. */
static void
read_stream(int fd, struct strbuf *text)
{
	char *data = xcalloc(BLOCK, 1);
	ssize_t n;

	while ((n = fdio_read_full(fd, data, BLOCK)) > 0) {
		strbuf_add_bytes(text, data, (size_t)n);
		if (text->length < 2 * KEPT)
			continue;
		memmove(text->bytes, text->bytes + text->length - KEPT,
		    KEPT + 1);
		text->length = KEPT;
	}
	free(data);
}

/* Run "PROGRAM -dc" with the file as its input. */
static void
decompress(const char *program, int fd, struct strbuf *text)
{
	char *argv[] = { xstrdup(program), xstrdup("-dc"), NULL };
	extern char **environ;
	posix_spawn_file_actions_t actions;
	int fds[2];
	pid_t pid;
	int rc, status;

	if (fdio_pipe(fds) == -1)
		return;
	(void)posix_spawn_file_actions_init(&actions);
	(void)posix_spawn_file_actions_adddup2(&actions, fd, STDIN_FILENO);
	(void)posix_spawn_file_actions_adddup2(&actions, fds[1],
	    STDOUT_FILENO);
	rc = posix_spawnp(&pid, program, &actions, NULL, argv, environ);
	(void)posix_spawn_file_actions_destroy(&actions);
	(void)close(fds[1]);
	if (rc == 0) {
		read_stream(fds[0], text);
		while (waitpid(pid, &status, 0) == -1 && errno == EINTR)
			continue;
	}
	(void)close(fds[0]);
	free(argv[0]);
	free(argv[1]);
}

static const struct {
	const char *suffix, *program;
} compressions[] = {
	{ ".gz", "gzip" },
	{ ".zst", "zstd" },
	{ ".xz", "xz" },
	{ ".bz2", "bzip2" },
	{ ".lz4", "lz4" },
};

#define COMPRESSIONS (sizeof(compressions) / sizeof(compressions[0]))

/* A rotated file, by what is between the file's name and the suffix. */
struct old {
	char *path;
	const char *program;	/* NULL: it is not compressed */
	bool is_time;
	unsigned long number;
	char *key;
	int fd;			/* -1: not open */
};

static bool
parse_old(struct old *old, const char *rest)
{
	size_t length = strlen(rest);
	size_t i, suffix;
	char *end;

	old->program = NULL;
	for (i = 0; i < COMPRESSIONS; i++) {
		suffix = strlen(compressions[i].suffix);
		if (length > suffix && strcmp(rest + length - suffix,
					   compressions[i].suffix) == 0) {
			old->program = compressions[i].program;
			length -= suffix;
			break;
		}
	}
	old->key = xstrndup(rest, length);
	old->is_time = strchr(old->key, 'T') != NULL;
	old->number = strtoul(old->key, &end, 10);
	if (*old->key >= '0' && *old->key <= '9' &&
	    old->key[strspn(old->key, "0123456789T.Z")] == '\0' &&
	    (old->is_time || *end == '\0'))
		return true;
	free(old->key);
	return false;
}

/* The youngest first: the lowest number, the latest time. */
static int
by_age(const void *a, const void *b)
{
	const struct old *x = a;
	const struct old *y = b;

	if (x->is_time || y->is_time)
		return strcmp(y->key, x->key);
	return x->number < y->number ? -1 : x->number > y->number;
}

static size_t
list_old(const struct tail *tail, struct old **list)
{
	size_t length = strlen(tail->name);
	DIR *dir = opendir(tail->dir);
	const struct dirent *entry;
	struct old old;
	size_t count = 0;

	*list = NULL;
	while (dir != NULL && (entry = readdir(dir)) != NULL) {
		if (strncmp(entry->d_name, tail->name, length) != 0 ||
		    entry->d_name[length] != '.' ||
		    !parse_old(&old, entry->d_name + length + 1))
			continue;
		old.path = xasprintf("%s/%s", tail->dir, entry->d_name);
		old.fd = -1;
		*list = xreallocarray(*list, count + 1, sizeof(**list));
		(*list)[count++] = old;
	}
	if (dir != NULL)
		(void)closedir(dir);
	if (count > 0)
		qsort(*list, count, sizeof(**list), by_age);
	return count;
}

/* Returns how many lines it had, at most those that were wanted. */
static unsigned int
read_old(struct old *old, unsigned int lines, struct strbuf *text)
{
	unsigned int count = 0;
	struct stat st;

	if (old->fd == -1)
		old->fd = open_file(old->path);
	if (old->fd == -1)
		return 0;
	if (old->program != NULL) {
		decompress(old->program, old->fd, text);
		(void)find_lines(text, lines, &count);
	} else if (fstat(old->fd, &st) == 0)
		count = read_end(old->fd, st.st_size, lines, text);
	return count;
}

static void
free_old(struct old *list, size_t count)
{
	while (count-- > 0) {
		fdio_close(&list[count].fd);
		free(list[count].path);
		free(list[count].key);
	}
	free(list);
}

static bool
is_at(int fd, const char *path)
{
	struct stat a, b;

	return fstat(fd, &a) == 0 && stat(path, &b) == 0 &&
	    a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

/*
 * Whether none was moved or compressed meanwhile: then it was somewhere else
 * when we came there, or there twice.
 */
static bool
try_older(const struct tail *tail, unsigned int lines, struct strbuf *text)
{
	struct strbuf part = { NULL, 0, 0 };
	bool is_whole = true;
	struct old *list;
	size_t count = list_old(tail, &list);
	unsigned int n;
	size_t i;

	for (i = 0; i < count && lines > 0; i++) {
		if (i > 0 && strcmp(list[i].key, list[i - 1].key) == 0) {
			is_whole = false;
			continue;
		}
		n = read_old(&list[i], lines, &part);
		if (part.length > 0)
			prepend(text, &part);
		lines -= n;
	}
	while (is_whole && i-- > 0)
		is_whole = is_at(list[i].fd, list[i].path);
	free_old(list, count);
	return is_whole;
}

static void
read_older(const struct tail *tail, unsigned int lines, struct strbuf *text)
{
	struct strbuf older = { NULL, 0, 0 };
	int looks = 0;

	while (!try_older(tail, lines, &older) && ++looks < LOOKS) {
		strbuf_clear(&older);
		(void)os_wait_readable(-1, LOOK_MS);
	}
	if (older.length > 0)
		prepend(text, &older);
}

/* Keep the end of what has been read up to tail->at. */
static void
remember(struct tail *tail, const char *bytes, size_t length)
{
	size_t size = sizeof(tail->seen);
	size_t keep;

	if (length >= size) {
		memcpy(tail->seen, bytes + length - size, size);
		tail->seen_length = size;
		return;
	}
	if (length == 0)
		return;
	keep = tail->seen_length + length > size ? size - length
						 : tail->seen_length;
	memmove(tail->seen, tail->seen + tail->seen_length - keep, keep);
	memcpy(tail->seen + keep, bytes, length);
	tail->seen_length = keep + length;
}

/*
 * Somebody has emptied the file since: it is shorter, or it has grown to what
 * it was again and has other bytes where we stopped.
 */
static bool
was_emptied(const struct tail *tail)
{
	char now[sizeof(tail->seen)];
	struct stat st;
	ssize_t n;

	if (fstat(tail->fd, &st) == -1)
		return false;
	if (st.st_size < tail->at)
		return true;
	n = pread(tail->fd, now, tail->seen_length,
	    tail->at - (off_t)tail->seen_length);
	return n != (ssize_t)tail->seen_length ||
	    memcmp(now, tail->seen, tail->seen_length) != 0;
}

void
tail_read(struct tail *tail, unsigned int lines, struct strbuf *out)
{
	struct strbuf text = { NULL, 0, 0 };
	unsigned int count = 0;
	struct stat st;

	if (tail->fd != -1 && fstat(tail->fd, &st) == 0) {
		tail->at = st.st_size;
		count = read_end(tail->fd, st.st_size, lines, &text);
		remember(tail, text.bytes, text.length);
	}
	if (count < lines)
		read_older(tail, lines - count, &text);
	if (text.length > 0) {
		tail_cut(&text, lines);
		strbuf_add_bytes(out, text.bytes, text.length);
	}
	strbuf_fini(&text);
}

int
tail_watch(struct tail *tail)
{
	tail->watch_fd = watch_open();
	if (tail->watch_fd == -1)
		return -1;
	return watch_directory(tail->watch_fd, tail->dir);
}

static void
begin_anew(struct tail *tail)
{
	tail->at = 0;
	tail->seen_length = 0;
}

static void
read_more(struct tail *tail, struct strbuf *out)
{
	char *data = xcalloc(BLOCK, 1);
	ssize_t n;

	if (was_emptied(tail))
		begin_anew(tail);
	while ((n = pread(tail->fd, data, BLOCK, tail->at)) > 0) {
		strbuf_add_bytes(out, data, (size_t)n);
		remember(tail, data, (size_t)n);
		tail->at += n;
	}
	free(data);
}

/* Another file has the name now.  -1: it has not, or there is none. */
static int
open_successor(const struct tail *tail)
{
	struct stat a, b;
	int fd = open_file(tail->path);

	if (fd == -1 || tail->fd == -1)
		return fd;
	if (fstat(fd, &a) == 0 && fstat(tail->fd, &b) == 0 &&
	    (a.st_dev != b.st_dev || a.st_ino != b.st_ino))
		return fd;
	(void)close(fd);
	return -1;
}

/* What it was compressed from ends as ours does, and is as long. */
static bool
is_compressed_from(struct old *old, const struct tail *tail)
{
	struct strbuf text = { NULL, 0, 0 };
	size_t length = tail->seen_length;
	bool is_same = false;

	if (old->program == NULL)
		return false;
	(void)read_old(old, UINT_MAX - 1, &text);
	fdio_close(&old->fd);
	if (text.length >= length &&
	    (text.length >= KEPT || (off_t)text.length == tail->at))
		is_same = memcmp(text.bytes + text.length - length, tail->seen,
			      length) == 0;
	strbuf_fini(&text);
	return is_same;
}

/* Those that were begun and rotated since we looked. */
struct between {
	struct old *list;
	size_t count;		/* in the list */
	size_t newer;		/* than ours, which comes next in it */
	int searches;
};

/* Ours among them, by itself or compressed; false: it is not. */
static bool
find_ours(const struct tail *tail, struct between *between)
{
	struct stat st;
	size_t *i = &between->newer;

	for (*i = 0; *i < between->count; ++*i)
		if (is_at(tail->fd, between->list[*i].path))
			return true;
	if (fstat(tail->fd, &st) == -1 || st.st_nlink > 0 ||
	    between->searches == SEARCHES)
		return false;
	for (*i = 0; *i < between->count; ++*i)
		if (is_compressed_from(&between->list[*i], tail))
			return true;
	between->searches++;
	return false;
}

/* None is on its way from one name to the next, or there twice. */
static bool
is_counted(const struct between *between)
{
	size_t i;

	for (i = 0; i <= between->newer; i++)
		if (!between->list[i].is_time &&
		    between->list[i].number != i + 1)
			return false;
	return true;
}

/* Then those that are open are what they were when they were found. */
static bool
open_newer(struct between *between)
{
	struct old *old;
	size_t i;

	for (i = 0; i < between->newer; i++) {
		old = &between->list[i];
		old->fd = open_file(old->path);
		if (old->fd == -1)
			return false;
	}
	for (i = 0; i < between->newer; i++)
		if (!is_at(between->list[i].fd, between->list[i].path))
			return false;
	return true;
}

/* fd is what has the name.  False: they have been moved meanwhile. */
static bool
look_between(const struct tail *tail, int fd, struct between *between)
{
	between->count = list_old(tail, &between->list);
	return find_ours(tail, between) && is_counted(between) &&
	    open_newer(between) && is_at(fd, tail->path);
}

/*
 * Rotation moves one file after the other, so it may take several looks until
 * all are in their places.  *fd is the file that has the name, which may be
 * among those that are moved.
 */
static void
find_between(const struct tail *tail, int *fd, struct between *between)
{
	int looks = 0;
	int next;

	while (!look_between(tail, *fd, between) && ++looks < LOOKS) {
		free_old(between->list, between->count);
		(void)os_wait_readable(-1, LOOK_MS);
		next = open_successor(tail);
		if (next == -1)
			continue;
		(void)close(*fd);
		*fd = next;
	}
	/* Ours has been removed, and nobody knows what came after it. */
	if (looks == LOOKS)
		between->newer = 0;
}

/* The oldest first. */
static void
read_between(const struct tail *tail, int *fd, struct strbuf *out)
{
	struct strbuf part = { NULL, 0, 0 };
	struct between between = { NULL, 0, 0, 0 };
	size_t i;

	find_between(tail, fd, &between);
	for (i = between.newer; i-- > 0;) {
		(void)read_old(&between.list[i], UINT_MAX - 1, &part);
		if (part.length > 0)
			strbuf_add_bytes(out, part.bytes, part.length);
		strbuf_clear(&part);
	}
	strbuf_fini(&part);
	free_old(between.list, between.count);
}

void
tail_follow(struct tail *tail, struct strbuf *out)
{
	int fd;

	watch_drain(tail->watch_fd);
	fd = open_successor(tail);
	/* It is complete once its successor is there. */
	if (tail->fd != -1)
		read_more(tail, out);
	if (fd == -1)
		return;
	if (tail->fd != -1)
		read_between(tail, &fd, out);
	fdio_close(&tail->fd);
	tail->fd = fd;
	begin_anew(tail);
	read_more(tail, out);
}
