/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "record/claim.h"

#include <sys/file.h>
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fdio.h"
#include "os/empty.h"
#include "os/os.h"
#include "os/trust.h"
#include "os/watch.h"
#include "record/pidfile.h"

/* How long a start that is under way is waited for. */
#define PATIENCE_MS 10000

/* All that may be in the directory of a key besides "lock". */
static const char *const key_files[] = { "record", "control", "history",
	"notify" };

void
claim_init(struct claim *claim)
{
	memset(claim, 0, sizeof(*claim));
	claim->state_fd = -1;
}

static void
close_key(struct claim_key *key)
{
	fdio_close(&key->dir_fd);
	fdio_close(&key->lock_fd);
}

/* Whether name still leads to fd; 0, or -1 with errno, ESTALE if not. */
static int
check_same_file(int fd, int dir_fd, const char *name)
{
	struct stat a, b;

	if (fstat(fd, &a) == -1)
		return -1;
	if (fstatat(dir_fd, name, &b, AT_SYMLINK_NOFOLLOW) == -1) {
		if (errno == ENOENT)
			errno = ESTALE;
		return -1;
	}
	if (a.st_dev == b.st_dev && a.st_ino == b.st_ino)
		return 0;
	errno = ESTALE;
	return -1;
}

/* Open the key's directory and lock file; ESTALE: it vanished meanwhile. */
static int
open_key(int state_fd, struct claim_key *key)
{
	bool made = mkdirat(state_fd, key->name, 0755) == 0;

	if (!made && errno != EEXIST)
		return -1;
	key->dir_fd = openat(state_fd, key->name,
	    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	/* Whatever the caller's umask, others may look. */
	if (key->dir_fd != -1 && (!made || fchmod(key->dir_fd, 0755) == 0))
		key->lock_fd = openat(key->dir_fd, "lock",
		    O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (key->lock_fd != -1)
		return 0;
	if (errno == ENOENT)
		errno = ESTALE;
	return -1;
}

/*
 * One try.  After locking, the names must still lead to what was locked: the
 * holder before us may have removed them when it let go.
 */
static int
try_key(int state_fd, struct claim_key *key)
{
	key->dir_fd = key->lock_fd = -1;
	if (open_key(state_fd, key) == -1)
		return -1;
	if (flock(key->lock_fd, LOCK_EX | LOCK_NB) == -1)
		return -1;
	if (check_same_file(key->lock_fd, key->dir_fd, "lock") == -1)
		return -1;
	return check_same_file(key->dir_fd, state_fd, key->name);
}

static bool
is_none_of_ours(int error)
{
	return error == ENOENT || error == EINVAL || error == TRUST_DOUBT ||
	    error == ELOOP || error == ENXIO;
}

/*
 * Whether the daemon on record lives.  Returns 1 with its record in *holder;
 * 0 if there is none; or -1 with errno: there is one, and it cannot be read,
 * for want of descriptors, say.
 */
static int
look_at_holder(int key_fd, struct record *holder, enum life *life)
{
	struct stat st;
	int saved;

	*life = LIFE_GONE;
	if (record_read(key_fd, holder) == 0) {
		*life = record_life(holder);
		return 1;
	}
	saved = errno;
	if (is_none_of_ours(saved) ||
	    (fstatat(key_fd, "record", &st, AT_SYMLINK_NOFOLLOW) == -1 &&
		errno == ENOENT))
		return 0;
	errno = saved;
	return -1;
}

static int
watch_key(int dir_fd)
{
	int fd = watch_open();

	if (fd != -1 && watch_directory_fd(fd, dir_fd) == -1)
		fdio_close(&fd);
	return fd;
}

static int
lock_key(int state_fd, struct claim_key *key, struct record *holder)
{
	uint64_t deadline = clock_ms() + PATIENCE_MS;
	enum life life;
	bool failed;
	int watch_fd;

	for (;;) {
		if (try_key(state_fd, key) == 0)
			return 0;
		if ((errno != ESTALE && errno != EWOULDBLOCK) ||
		    (errno == ESTALE && clock_ms() >= deadline))
			return -1;
		if (errno == ESTALE) {
			close_key(key);
			continue;
		}
		/* Watch first, look then: nothing falls between. */
		watch_fd = watch_key(key->dir_fd);
		failed = look_at_holder(key->dir_fd, holder, &life) == -1;
		/* What is recorded then is of the past. */
		if (life == LIFE_GONE) {
			memset(&holder->head, 0, sizeof(holder->head));
			memset(&holder->tail, 0, sizeof(holder->tail));
		}
		if (failed || life != LIFE_GONE || watch_fd == -1 ||
		    clock_ms() >= deadline) {
			fdio_close(&watch_fd);
			errno = EEXIST;
			return -1;
		}
		/* Its holder is about to record its daemon, or to give up. */
		(void)os_wait_readable(watch_fd,
		    clock_poll_timeout(clock_ms(), deadline));
		fdio_close(&watch_fd);
		close_key(key);
	}
}

static void
remove_files(const struct claim_key *key)
{
	size_t i;

	for (i = 0; i < sizeof(key_files) / sizeof(key_files[0]); i++)
		(void)unlinkat(key->dir_fd, key_files[i], 0);
	trust_remove_aside(key->dir_fd, "record", 0);
	trust_remove_aside(key->dir_fd, "history", 0);
}

/*
 * What a run has left behind whose supervisor was killed, and then its main
 * process: it would run beside the next.  With --kill=main or group it is
 * none of our business.  The cgroups of another boot are another's.
 */
static void
end_rest(const struct record *holder)
{
	const char *cgroup = holder->tail.text[RECORD_CGROUP];
	const char *kill = holder->tail.text[RECORD_KILL];
	char boot[OS_BOOT_ROOM];

	if (cgroup == NULL || os_boot_id(boot) == -1 ||
	    strcmp(boot, holder->head.supervisor.boot) != 0)
		return;
	if (kill == NULL || strcmp(kill, "mixed") == 0 ||
	    strcmp(kill, "tree") == 0)
		empty_cgroup(cgroup);
	else
		(void)empty_remove(cgroup);
}

static int
clear_key(const struct claim_key *key, struct record *holder)
{
	enum life life;

	switch (look_at_holder(key->dir_fd, holder, &life)) {
	case -1:
		return -1;
	case 0:
		remove_files(key);
		return 0;
	}
	if (life != LIFE_GONE) {
		errno = life == LIFE_ALIVE ? EEXIST : EAGAIN;
		return -1;
	}
	pid_file_remove_stale(holder->tail.text[RECORD_PIDFILE],
	    holder->head.main.pid);
	pid_file_remove_stale(holder->tail.text[RECORD_SUPERVISOR_PIDFILE],
	    holder->head.supervisor.pid);
	end_rest(holder);
	remove_files(key);
	return 0;
}

/* The keys are locked in one order, so that no two starts wait crosswise. */
int
claim_take(struct claim *claim, const char *path, const char *const *keys,
    unsigned int count, struct record *holder)
{
	struct claim_key *key;
	int saved;

	claim->state_fd = place_open(path, true);
	if (claim->state_fd == -1)
		return -1;
	for (; claim->count < count; claim->count++) {
		key = &claim->keys[claim->count];
		(void)strlcpy(key->name, keys[claim->count],
		    sizeof(key->name));
		if (lock_key(claim->state_fd, key, holder) == -1)
			break;
		if (clear_key(key, holder) == -1)
			break;
	}
	if (claim->count == count)
		return 0;
	saved = errno;
	/* What we did not get is not ours to remove, but if it is empty. */
	key = &claim->keys[claim->count];
	(void)unlinkat(claim->state_fd, key->name, AT_REMOVEDIR);
	close_key(key);
	claim_release(claim);
	errno = saved;
	return -1;
}

int
claim_write_record(const struct claim *claim, const char *data, size_t length,
    int *record_fd)
{
	unsigned int i;

	if (claim->count == 0)
		return 0;
	if (trust_replace(claim->keys[0].dir_fd, "record", 0, 0644, data,
		length, NULL, record_fd) == -1)
		return -1;
	for (i = 1; i < claim->count; i++)
		if (linkat(claim->keys[0].dir_fd, "record",
			claim->keys[i].dir_fd, "record", 0) == -1)
			return -1;
	return 0;
}

void
claim_tidy(const char *path, const char *name)
{
	static struct record record;
	struct claim claim;
	struct claim_key *key = &claim.keys[0];

	claim_init(&claim);
	claim.state_fd = place_open(path, false);
	if (claim.state_fd == -1)
		return;
	(void)strlcpy(key->name, name, sizeof(key->name));
	if (try_key(claim.state_fd, key) == 0 &&
	    record_read(key->dir_fd, &record) == -1 && errno == ENOENT)
		claim.count = 1;
	else
		close_key(key);
	claim_release(&claim);
}

uint64_t
claim_mark(const struct claim *claim)
{
	struct stat st;

	return fstat(claim->state_fd, &st) == 0 ? (uint64_t)st.st_ino : 0;
}

int
claim_update_record(int record_fd, const char *head)
{
	ssize_t n;

	do
		n = pwrite(record_fd, head, RECORD_HEAD_SIZE, 0);
	while (n == -1 && errno == EINTR);
	return n == RECORD_HEAD_SIZE ? 0 : -1;
}

void
claim_release(struct claim *claim)
{
	struct claim_key *key;

	while (claim->count > 0) {
		key = &claim->keys[--claim->count];
		remove_files(key);
		/* The lock file goes while it is locked: see try_key(). */
		(void)unlinkat(key->dir_fd, "lock", 0);
		(void)unlinkat(claim->state_fd, key->name, AT_REMOVEDIR);
		close_key(key);
	}
	fdio_close(&claim->state_fd);
}

void
claim_leave(struct claim *claim)
{
	while (claim->count > 0)
		close_key(&claim->keys[--claim->count]);
	fdio_close(&claim->state_fd);
}
