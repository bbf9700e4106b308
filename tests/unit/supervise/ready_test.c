/* SPDX-License-Identifier: ISC */
/* SPDX-FileCopyrightText: 2026 The imp authors */

#include <config.h>

#include "supervise/ready.h"

#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "os/hosts.h"
#include "unit/tap.h"

#define PATIENCE_MS 60000
#define TURN_MS     20

/* What the supervisor is to the probes. */
struct world {
	pid_t ours;		/* is_ours() */
	bool spawn_fails;
	int spawned;
	pid_t last;
};

static struct world world;
static char dir[] = "/tmp/imp-ready-XXXXXX";

static pid_t
spawn(void *context, const char *const argv[])
{
	struct world *w = context;
	pid_t pid;

	w->spawned++;
	if (w->spawn_fails)
		return -1;
	pid = fork();
	if (pid == 0) {
		(void)setpgid(0, 0);
		(void)execv(argv[0], (char *const *)(uintptr_t)argv);
		_exit(127);
	}
	(void)setpgid(pid, pid);
	w->last = pid;
	return pid;
}

static bool
is_ours(void *context, pid_t pid)
{
	const struct world *w = context;

	return pid == w->ours;
}

static struct address addresses[READY_ADDRESSES];

static const struct ready_ops ops = {
	.context = &world,
	.spawn = spawn,
	.is_ours = is_ours,
	.addresses = addresses,
};

static int
count_fds(void)
{
	DIR *fds = opendir("/proc/self/fd");
	int count = 0;

	while (readdir(fds) != NULL)
		count++;
	closedir(fds);
	return count;
}

/* A path in the directory of this test; one of a few buffers in turn. */
static const char *
in_dir(const char *name)
{
	static char paths[4][PATH_MAX];
	static unsigned int turn;
	char *path = paths[turn++ % 4];

	(void)snprintf(path, PATH_MAX, "%s/%s", dir, name);
	return path;
}

static void
write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	if (fd == -1 || write(fd, text, strlen(text)) == -1)
		perror(path);
	close(fd);
}

/* Prepare, begin and spawn; the state after that. */
static enum ready_state
start(struct ready *ready, const struct spec_ready *spec)
{
	memset(&world, 0, sizeof(world));
	if (ready_prepare(ready, spec, in_dir("pid"), &ops) == -1 ||
	    ready_begin(ready) == -1)
		return PROBE_TIMED_OUT;
	return ready_spawned(ready, clock_ms());
}

static void
reap(struct ready *ready)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		(void)ready_child_exited(ready, pid, status, clock_ms());
}

/* One turn of a loop. */
static enum ready_state
turn(struct ready *ready)
{
	struct pollfd fds[READY_POLLFDS];
	size_t count = ready_poll(ready, fds);
	int timeout = clock_poll_timeout(clock_ms(), ready_deadline(ready));

	/* SIGCHLD would end the wait in a real loop; some wait in vain. */
	if (timeout == -1 || timeout > TURN_MS)
		timeout = TURN_MS;
	(void)poll(fds, (nfds_t)count, timeout);
	reap(ready);
	return ready_handle(ready, fds, count, clock_ms());
}

static enum ready_state
wait_for_end(struct ready *ready)
{
	uint64_t end_ms = clock_ms() + PATIENCE_MS;
	enum ready_state state;

	do
		state = turn(ready);
	while (state == PROBE_WAITING && clock_ms() < end_ms);
	return state;
}

/* A few turns in which nothing should come of it. */
static enum ready_state
wait_in_vain(struct ready *ready)
{
	enum ready_state state = PROBE_WAITING;
	int i;

	for (i = 0; i < 5 && state == PROBE_WAITING; i++)
		state = turn(ready);
	return state;
}

static void
test_exec(void)
{
	const struct spec_ready spec = { .kind = READY_UNSET };
	struct ready ready;

	is_int(start(&ready, &spec), PROBE_READY, "exec: ready at once");
	is_int((intmax_t)ready_poll(&ready, NULL), 0, "nothing to poll");
	ok(ready_deadline(&ready) == CLOCK_NEVER, "nothing to wait for");
	ready_end(&ready);
}

static void
test_alive(void)
{
	const struct spec_ready spec = { .kind = READY_ALIVE,
		.alive_ms = 5000, .timeout_ms = 60000 };
	struct ready ready;

	(void)ready_prepare(&ready, &spec, NULL, &ops);
	(void)ready_begin(&ready);
	is_int(ready_spawned(&ready, 1000), PROBE_WAITING, "alive: not yet");
	is_int((intmax_t)ready_deadline(&ready), 6000, "it says when");
	is_int(ready_handle(&ready, NULL, 0, 5999), PROBE_WAITING,
	    "and not before");
	is_int(ready_handle(&ready, NULL, 0, 6000), PROBE_READY, "then it is");
	is_int(ready_handle(&ready, NULL, 0, 99999), PROBE_READY,
	    "and stays so");
	ready_end(&ready);
}

static void
test_timeout(void)
{
	const struct spec_ready spec = { .kind = READY_NOTIFY,
		.timeout_ms = 2000 };
	struct ready ready;

	(void)ready_prepare(&ready, &spec, NULL, &ops);
	(void)ready_begin(&ready);
	(void)ready_spawned(&ready, 1000);
	is_int((intmax_t)ready_deadline(&ready), 3000, "a time limit");
	ready_extend(&ready, 2500);
	is_int((intmax_t)ready_deadline(&ready), 3000, "is never shortened");
	ready_extend(&ready, 4000);
	is_int(ready_handle(&ready, NULL, 0, 3999), PROBE_WAITING,
	    "can be extended");
	is_int(ready_handle(&ready, NULL, 0, 4000), PROBE_TIMED_OUT,
	    "and runs out");
	is_int(ready_notified(&ready), PROBE_TIMED_OUT,
	    "after that it is too late");
	ready_end(&ready);
	(void)ready_begin(&ready);
	(void)ready_spawned(&ready, 9000);
	is_int(ready_log_matched(&ready), PROBE_WAITING,
	    "notify: a log line does not count");
	is_int(ready_notified(&ready), PROBE_READY, "a notification does");
	ready_end(&ready);
	is_int(ready_notified(&ready), PROBE_READY, "the end changes nothing");
}

static void
test_log(void)
{
	const struct spec_ready spec = { .kind = READY_LOG, .text = "up" };
	struct ready ready;

	is_int(start(&ready, &spec), PROBE_WAITING, "log: not yet");
	is_int(ready_notified(&ready), PROBE_WAITING,
	    "a notification does not count");
	is_int(ready_log_matched(&ready), PROBE_READY, "a matching line does");
	ready_end(&ready);
}

static void
test_fd(void)
{
	const struct spec_ready spec = { .kind = READY_FD, .fd = 3 };
	struct pollfd fds[READY_POLLFDS];
	struct ready ready;
	char many[4096];
	int fd;
	int before = count_fds();

	memset(many, 'x', sizeof(many));
	(void)ready_prepare(&ready, &spec, NULL, &ops);
	is_int(ready_begin(&ready), 0, "fd: a pipe for the child");
	ok(ready.child_fd != -1 &&
	    (fcntl(ready.child_fd, F_GETFL) & O_NONBLOCK) == 0 &&
	    (fcntl(ready.child_fd, F_GETFD) & FD_CLOEXEC) != 0,
	    "which blocks, and is close-on-exec until it is moved");
	fd = fcntl(ready.child_fd, F_DUPFD_CLOEXEC, 3);
	(void)ready_spawned(&ready, clock_ms());
	is_int(ready.child_fd, -1, "our copy is closed after the spawn");
	(void)!write(fd, many, sizeof(many));
	is_int(wait_in_vain(&ready), PROBE_WAITING,
	    "anything but a newline is ignored");
	(void)!write(fd, "b\nc", 3);
	is_int(wait_for_end(&ready), PROBE_READY, "a newline is the sign");
	ok(ready_poll(&ready, fds) == 1 &&
	    ready_deadline(&ready) == CLOCK_NEVER,
	    "the pipe is read on, without a deadline");
	(void)!write(fd, many, sizeof(many));
	(void)turn(&ready);
	is_int(poll(fds, 1, 0), 0, "what comes later is discarded");
	close(fd);
	(void)turn(&ready);
	is_int((intmax_t)ready_poll(&ready, fds), 0, "until its end");
	ready_end(&ready);
	is_int(count_fds(), before, "no descriptor is left");

	is_int(start(&ready, &spec), PROBE_WAITING, "closed without a word:");
	is_int(turn(&ready), PROBE_NEVER, "never");
	is_int((intmax_t)ready_poll(&ready, fds), 0, "and not polled again");
	ready_end(&ready);
	ready_end(&ready);
}

static void
test_file(void)
{
	struct spec_ready spec = { .kind = READY_FILE };
	struct ready ready;
	char path[PATH_MAX];
	int before = count_fds();

	spec.text = strcpy(path, in_dir("a/b/flag"));
	is_int(start(&ready, &spec), PROBE_WAITING, "file: not there");
	is_int(wait_in_vain(&ready), PROBE_WAITING, "and not there");
	(void)mkdir(in_dir("a"), 0755);
	(void)turn(&ready);
	(void)mkdir(in_dir("a/b"), 0755);
	(void)turn(&ready);
	write_file(path, "");
	is_int(wait_for_end(&ready), PROBE_READY,
	    "found, though its directories came later");
	is_int(ready.watch_fd, -1, "the watch is given up");
	ready_end(&ready);

	is_int(start(&ready, &spec), PROBE_WAITING,
	    "one that is left over does not count");
	is_int(wait_in_vain(&ready), PROBE_WAITING, "however long");
	write_file(path, "x");
	is_int(wait_for_end(&ready), PROBE_READY, "until it is changed");
	ready_end(&ready);

	is_int(start(&ready, &spec), PROBE_WAITING, "or");
	/* Another size, since it may get the same inode at the same time. */
	(void)unlink(path);
	write_file(in_dir("a/new"), "xx");
	(void)rename(in_dir("a/new"), path);
	is_int(wait_for_end(&ready), PROBE_READY, "replaced");
	ready_end(&ready);
	(void)unlink(path);
	is_int(count_fds(), before, "no descriptor is left");
}

/* The watch, not the next try, must find it. */
static void
test_file_at_once(void)
{
	struct spec_ready spec = { .kind = READY_FILE };
	struct ready ready;
	struct pollfd fds[READY_POLLFDS];
	char path[PATH_MAX];

	spec.text = strcpy(path, in_dir("soon"));
	(void)start(&ready, &spec);
	write_file(path, "");
	ok(ready_poll(&ready, fds) == 1 && poll(fds, 1, PATIENCE_MS) == 1,
	    "file: its appearance is told");
	is_int(ready_handle(&ready, fds, 1, 0), PROBE_READY,
	    "and noticed without a timer");
	ready_end(&ready);
	(void)unlink(path);
}

static void
test_relative(void)
{
	struct spec_ready spec = { .kind = READY_FILE, .text = "here" };
	struct ready ready;
	char *cwd = getcwd(NULL, 0);

	(void)!chdir(dir);
	(void)start(&ready, &spec);
	(void)!chdir("/");
	write_file(in_dir("here"), "");
	is_int(wait_for_end(&ready), PROBE_READY,
	    "a relative path is where it was prepared");
	ready_end(&ready);
	free((char *)(uintptr_t)ready.path);
	(void)unlink(in_dir("here"));
	(void)!chdir(cwd);
	free(cwd);
}

static void
test_pidfile(void)
{
	const struct spec_ready spec = { .kind = READY_PIDFILE };
	static const char *const bad[] = { "", "x", "0\n", "1\n", "-77\n",
		"77x\n", "77 78\n", "99999999999999999999\n", "2147483648\n" };
	struct ready ready;
	char path[PATH_MAX];
	size_t i;
	int wrong = 0;

	strcpy(path, in_dir("pid"));
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		(void)unlink(path);
		(void)start(&ready, &spec);
		world.ours = 77;
		write_file(path, bad[i]);
		wrong += wait_in_vain(&ready) != PROBE_WAITING;
		ready_end(&ready);
	}
	is_int(wrong, 0, "pidfile: no nonsense is believed");
	write_file(path, "78\n");
	(void)start(&ready, &spec);
	world.ours = 77;
	is_int(wait_in_vain(&ready), PROBE_WAITING,
	    "nor a process that is not ours");
	write_file(path, " 77 \n");
	is_int(wait_for_end(&ready), PROBE_READY, "one of ours is");
	is_int(ready.found_pid, 77, "and is known");
	ready_end(&ready);
	(void)start(&ready, &spec);
	is_int(ready.state, PROBE_WAITING, "alone it is not enough");
	world.ours = 77;
	is_int(wait_for_end(&ready), PROBE_READY,
	    "that a process becomes ours is noticed later");
	ready_end(&ready);
	(void)unlink(path);
}

static int
bind_local(const char *path, int type)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, type | SOCK_CLOEXEC, 0);

	(void)snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	(void)unlink(path);
	if (bind(fd, (struct sockaddr *)&address, sizeof(address)) == -1)
		perror("# bind");
	return fd;
}

static void
test_socket(void)
{
	struct spec_ready spec = { .kind = READY_SOCKET };
	struct ready ready;
	char path[PATH_MAX];
	int fd, i;

	spec.text = strcpy(path, in_dir("sock"));
	write_file(path, "");
	is_int(start(&ready, &spec), PROBE_WAITING,
	    "socket: a file is not enough");
	fd = bind_local(path, SOCK_STREAM);
	is_int(wait_in_vain(&ready), PROBE_WAITING,
	    "nor is one that nobody listens to");
	(void)listen(fd, 1);
	is_int(wait_for_end(&ready), PROBE_READY, "one that accepts is");
	ready_end(&ready);
	/* It keeps two, and those that were looked for by are among them. */
	for (i = 0; i < 3; i++) {
		is_int(start(&ready, &spec), PROBE_READY,
		    "also when it does so no more for now");
		ready_end(&ready);
	}
	close(fd);
	is_int(start(&ready, &spec), PROBE_WAITING,
	    "one that is left over is not");
	ready_end(&ready);
	fd = bind_local(path, SOCK_DGRAM);
	is_int(start(&ready, &spec), PROBE_READY, "a datagram socket is, too");
	ready_end(&ready);
	close(fd);
	(void)unlink(path);
}

static int
listen_tcp(in_port_t *port)
{
	struct sockaddr_in address = { .sin_family = AF_INET };
	socklen_t size = sizeof(address);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (bind(fd, (struct sockaddr *)&address, size) == -1)
		perror("# bind");
	(void)getsockname(fd, (struct sockaddr *)&address, &size);
	*port = ntohs(address.sin_port);
	return fd;
}

static void
test_tcp(void)
{
	static const char *const hosts[] = { NULL, "", "127.0.0.1",
		"localhost" };
	struct spec_ready spec = { .kind = READY_TCP };
	struct ready ready;
	in_port_t port;
	int fd;
	int before = count_fds();
	size_t i;

	fd = listen_tcp(&port);
	spec.port = port;
	is_int(start(&ready, &spec), PROBE_WAITING, "tcp: nobody listens");
	is_int(wait_in_vain(&ready), PROBE_WAITING, "still nobody");
	(void)listen(fd, 16);
	is_int(wait_for_end(&ready), PROBE_READY, "somebody does");
	ready_end(&ready);
	for (i = 0; i < sizeof(hosts) / sizeof(hosts[0]); i++) {
		spec.text = hosts[i];
		(void)start(&ready, &spec);
		is_int(wait_for_end(&ready), PROBE_READY,
		    hosts[i] == NULL ? "no host" : hosts[i]);
		ready_end(&ready);
	}
	close(fd);
	is_int(count_fds(), before, "no descriptor is left");
}

/* A network of its own, in which outgoing ports are 40000 and no other. */
static int
enter_network(void)
{
	struct ifreq request = { .ifr_name = "lo" };
	int rc = 0;
	int fd;

	if (unshare(CLONE_NEWNET) == -1)
		return -1;
	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	request.ifr_flags = IFF_UP;
	if (ioctl(fd, SIOCSIFFLAGS, &request) == -1)
		rc = -1;
	close(fd);
	fd = open("/proc/sys/net/ipv4/ip_local_port_range",
	    O_WRONLY | O_CLOEXEC);
	if (fd == -1 || write(fd, "40000 40000", 11) == -1)
		rc = -1;
	close(fd);
	return rc;
}

static int
probe_oneself(void)
{
	const struct spec_ready spec = { .kind = READY_TCP, .port = 40000 };
	struct ready ready;

	if (enter_network() == -1)
		return 77;
	(void)start(&ready, &spec);
	return wait_in_vain(&ready) != PROBE_WAITING;
}

static void
test_self(void)
{
	int status;
	pid_t pid = fork();

	if (pid == 0)
		_exit(probe_oneself());
	(void)waitpid(pid, &status, 0);
	if (WEXITSTATUS(status) == 77)
		ok(true, "tcp: ourselves # SKIP needs a network of its own");
	else
		is_int(WEXITSTATUS(status), 0,
		    "tcp: we do not take ourselves for the daemon");
}

static int
connect_to(in_port_t port)
{
	struct sockaddr_in address = { .sin_family = AF_INET };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK,
	    0);

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	address.sin_port = htons(port);
	(void)connect(fd, (struct sockaddr *)&address, sizeof(address));
	return fd;
}

/* Where the queue of connections is full a further one stays open. */
static void
test_pending(void)
{
	struct spec_ready spec = { .kind = READY_TCP, .text = "127.0.0.1" };
	struct pollfd stale = { .revents = POLLOUT };
	struct ready ready;
	int fillers[4];
	in_port_t port;
	int fd = listen_tcp(&port);
	int i;

	(void)listen(fd, 0);
	for (i = 0; i < 4; i++)
		fillers[i] = connect_to(port);
	spec.port = port;
	(void)start(&ready, &spec);
	stale.fd = ready.probe_fd;
	is_int(ready_handle(&ready, &stale, 1, 0), PROBE_WAITING,
	    "tcp: what another run was told is not believed");
	is_int(ready.probe_fd, stale.fd, "and changes nothing");
	ready_end(&ready);
	for (i = 0; i < 4; i++)
		close(fillers[i]);
	close(fd);
}

static void
test_addresses(void)
{
	struct address list[READY_ADDRESSES];
	struct host_text hosts[4];

	is_int(address_resolve("::1", 80, list, 8), 1, "a v6 number");
	is_int(address_resolve("[::1]", 80, list, 8), 1, "in brackets");
	is_int(list[0].socket.ss_family, AF_INET6, "is v6");
	is_int(address_resolve("", 80, list, 8), 2, "no host: both loopbacks");
	ok(hosts_look_up("localhost", hosts, 4) >= 1 &&
	    address_resolve(hosts[0].text, 80, list, 8) == 1,
	    "a name that is looked up");
}

static void
test_command(void)
{
	struct spec_ready spec = { .kind = READY_COMMAND };
	struct ready ready;
	char command[PATH_MAX + 32];

	(void)snprintf(command, sizeof(command), "test -e %s", in_dir("ok"));
	spec.text = command;
	is_int(start(&ready, &spec), PROBE_WAITING, "command: it runs");
	while (world.spawned < 3)
		(void)turn(&ready);
	is_int(ready.state, PROBE_WAITING, "it fails and is repeated");
	write_file(in_dir("ok"), "");
	is_int(wait_for_end(&ready), PROBE_READY, "until it does not");
	is_int(ready.probe_pid, 0, "and is gone");
	ready_end(&ready);
	(void)unlink(in_dir("ok"));
	is_int(ready_child_exited(&ready, getpid(), 0, 0), false,
	    "a foreign child is not ours");
}

static void
test_command_ended(void)
{
	struct spec_ready spec = { .kind = READY_COMMAND };
	struct ready ready;
	char command[PATH_MAX + 64];
	pid_t pid;
	int status;

	/* Waits for a pipe that only it could write to. */
	(void)snprintf(command, sizeof(command),
	    "test -e %s || { mkfifo %s; read x <>%s; }", in_dir("ok"),
	    in_dir("fifo"), in_dir("fifo"));
	spec.text = command;
	(void)start(&ready, &spec);
	pid = ready.probe_pid;
	is_int((intmax_t)(ready_deadline(&ready) - clock_ms() <= 5000), 1,
	    "command: it has a time limit");
	is_int(ready_handle(&ready, NULL, 0, ready_deadline(&ready)),
	    PROBE_WAITING, "when that is over");
	(void)waitpid(pid, &status, 0);
	ok(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL,
	    "it is killed");
	(void)ready_handle(&ready, NULL, 0, ready_deadline(&ready));
	is_int(world.spawned, 1, "no other is run before it was reaped");
	is_int(ready_child_exited(&ready, pid, 0, clock_ms()), true,
	    "it was a child of ours");
	is_int(ready.state, PROBE_WAITING, "but its status is no answer");
	(void)ready_handle(&ready, NULL, 0, ready_deadline(&ready));
	is_int(world.spawned, 2, "then it is tried again");
	pid = ready.probe_pid;
	(void)kill(pid, SIGKILL);
	write_file(in_dir("ok"), "");
	is_int(wait_for_end(&ready), PROBE_READY, "and can be a success");
	(void)unlink(in_dir("ok"));
	ready_end(&ready);
	(void)start(&ready, &spec);
	pid = ready.probe_pid;
	ready_end(&ready);
	(void)waitpid(pid, &status, 0);
	ok(WIFSIGNALED(status), "the end kills it, too");
	(void)ready_begin(&ready);
	(void)ready_spawned(&ready, clock_ms());
	is_int(world.spawned, 1, "a next run waits for that");
	ok(ready_child_exited(&ready, pid, 0, clock_ms()) &&
	    ready.state == PROBE_WAITING,
	    "and does not take the last one's status");
	world.spawn_fails = true;
	(void)ready_handle(&ready, NULL, 0, ready_deadline(&ready));
	ok(world.spawned == 2 && ready.state == PROBE_WAITING &&
	    ready_deadline(&ready) != CLOCK_NEVER,
	    "a command that cannot be spawned is tried again");
	ready_end(&ready);
	(void)unlink(in_dir("fifo"));
}

/* 10 ms, doubling to 1 s, for as long as it takes. */
static void
test_intervals(void)
{
	struct spec_ready spec = { .kind = READY_SOCKET };
	struct ready ready;
	char path[PATH_MAX];
	uint64_t now_ms = 1000;
	uint64_t want = 10;
	int wrong = 0;
	int i;

	spec.text = strcpy(path, in_dir("none"));
	(void)ready_prepare(&ready, &spec, NULL, &ops);
	(void)ready_begin(&ready);
	(void)ready_spawned(&ready, now_ms);
	for (i = 0; i < 20; i++) {
		wrong += ready_deadline(&ready) != now_ms + want;
		now_ms = ready_deadline(&ready);
		(void)ready_handle(&ready, NULL, 0, now_ms);
		want = want * 2 > 1000 ? 1000 : want * 2;
	}
	is_int(wrong, 0, "the interval grows from 10 ms to 1 s");
	ready_end(&ready);
}

int
main(void)
{
	int before;

	if (mkdtemp(dir) == NULL)
		return 1;
	before = count_fds();
	test_exec();
	test_alive();
	test_timeout();
	test_log();
	test_fd();
	test_file();
	test_file_at_once();
	test_relative();
	test_pidfile();
	test_socket();
	test_tcp();
	test_self();
	test_pending();
	test_addresses();
	test_command();
	test_command_ended();
	test_intervals();
	is_int(count_fds(), before, "no descriptor is left at all");
	(void)rmdir(in_dir("a/b"));
	(void)rmdir(in_dir("a"));
	(void)rmdir(dir);
	return tap_done();
}
