/* The image mounted with FUSE, and the two processes that look after it: a guardian, and the server, its child. */
#define _GNU_SOURCE
#include "runtime.h"
#include <squashfuse/ll.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

struct watched {
	int held;
	struct fuse_session *session;
	pthread_t server;
};

/* Unpacked blocks that are kept for the next read; the library keeps one. Pages of a library are asked for in no order, and
 * the same block would be unpacked again and again while the program starts. */
#define KEPT_BLOCKS 64

static atomic_bool ended;

static void wake(int signal_number) { (void)signal_number; }

static void silent(enum fuse_log_level level, const char *format, va_list arguments) {
	(void)level; (void)format; (void)arguments;
}

/* Until nobody holds the other end. Then the server's loop is told, and woken until it has noticed. */
static void *wait_for_end(void *argument) {
	struct watched *watched = argument;
	const struct timespec moment = {.tv_nsec = 20 * 1000 * 1000};
	char byte;
	ssize_t got;
	do got = read(watched->held, &byte, 1); while (got > 0 || (got < 0 && errno == EINTR));
	fuse_session_exit(watched->session);
	while (!atomic_load(&ended)) {
		pthread_kill(watched->server, SIGUSR1);
		nanosleep(&moment, NULL);
	}
	return NULL;
}

/* Serve the image on `where` until nobody holds the other end of `held`; writes one byte to `ready` when it stands. */
static int serve(const char *where, int held, int ready) {
	static struct fuse_lowlevel_ops ops = {
		.getattr = sqfs_ll_op_getattr, .opendir = sqfs_ll_op_opendir, .releasedir = sqfs_ll_op_releasedir,
		.readdir = sqfs_ll_op_readdir, .lookup = sqfs_ll_op_lookup, .open = sqfs_ll_op_open,
		.create = sqfs_ll_op_create, .release = sqfs_ll_op_release, .read = sqfs_ll_op_read,
		.readlink = sqfs_ll_op_readlink, .listxattr = sqfs_ll_op_listxattr,
		.getxattr = sqfs_ll_op_getxattr, .forget = sqfs_ll_op_forget, .statfs = stfs_ll_op_statfs,
	};
	char *argv[] = {image_path, "-oro,nosuid,nodev,subtype=cowrite,fsname=cowrite", NULL};
	struct fuse_args args = FUSE_ARGS_INIT(2, argv);
	struct sigaction interrupt = {.sa_handler = wake}; /* without SA_RESTART: reads end with EINTR */
	sqfs_ll_chan channel;
	pthread_t waiting;
	fuse_set_log_func(silent);
	sqfs_ll *image = sqfs_ll_open(image_path, image_offset);
	if (!image || sqfs_ll_mount(&channel, where, &args, &ops, sizeof ops, image) != SQFS_OK) return 1;
	sqfs_cache_destroy(&image->fs.data_cache);
	sqfs_cache_destroy(&image->fs.frag_cache);
	if (sqfs_block_cache_init(&image->fs.data_cache, KEPT_BLOCKS) != SQFS_OK
		|| sqfs_block_cache_init(&image->fs.frag_cache, KEPT_BLOCKS) != SQFS_OK) return 1;
	struct watched watched = {held, channel.session, pthread_self()};
	sigaction(SIGUSR1, &interrupt, NULL);
	if (!pthread_create(&waiting, NULL, wait_for_end, &watched) && write(ready, "1", 1) == 1) {
		close(ready);
		fuse_session_loop(channel.session); /* an interrupted read is begun again, unless it is over */
	}
	atomic_store(&ended, true);
	sqfs_ll_unmount(&channel, where);
	return 0;
}

/* Take away what a server that was killed has left: a folder in which every call fails. */
static void clean_up(const char *where) {
	if (rmdir(where) == 0) return;
	if (umount2(where, MNT_DETACH)) {
		pid_t child = fork();
		if (child == 0) {
			execlp("fusermount3", "fusermount3", "-u", "-z", "-q", where, (char *)NULL);
			_exit(1);
		}
		if (child > 0) waitpid(child, NULL, 0);
	}
	rmdir(where);
}

/* The guardian: have the server serve, and see to it that nothing is left. */
static void guard(const char *where, int held, int ready) {
	become_guardian();
	pid_t server = fork();
	if (server == 0) _exit(serve(where, held, ready));
	close(ready);
	close(held);
	if (server > 0) while (waitpid(server, NULL, 0) < 0 && errno == EINTR);
	clean_up(where);
}

char *mount_image(int *held) {
	int ready[2], hold[2];
	char byte;
	if (access("/dev/fuse", R_OK | W_OK)) return NULL;
	char *where = temporary_folder(".mount_cowrite");
	if (!where) return NULL;
	if (pipe2(ready, O_CLOEXEC) || pipe2(hold, O_CLOEXEC)) {
		rmdir(where);
		return NULL;
	}
	pid_t child = fork();
	if (child == 0) {
		close(ready[0]);
		close(hold[1]);
		/* Not a child of the program, which may wait for all of its children. */
		if (fork() == 0) guard(where, hold[0], ready[1]);
		_exit(0);
	}
	close(ready[1]);
	close(hold[0]);
	if (child > 0) waitpid(child, NULL, 0);
	bool stands = read(ready[0], &byte, 1) == 1;
	close(ready[0]);
	if (!stands) {
		close(hold[1]);
		rmdir(where);
		free(where);
		return NULL;
	}
	fcntl(hold[1], F_SETFD, 0); /* the program inherits it, and what the program starts */
	*held = hold[1];
	return where;
}
