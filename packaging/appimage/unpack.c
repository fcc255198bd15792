/* The image unpacked into a folder: for --appimage-extract, and where there is no FUSE. */
#define _GNU_SOURCE
#include "runtime.h"
#include <squashfuse/fs.h>
#include <squashfuse/file.h>
#include <squashfuse/traverse.h>
#include <squashfuse/util.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <unistd.h>

#define OPEN_FOLDERS 32
/* What is unpacked is about three times as large as the image. */
#define UNPACKED_TIMES 3

static int write_contents(sqfs *image, sqfs_inode *inode, int fd) {
	static char buffer[1 << 20];
	sqfs_off_t at = 0, size = inode->xtra.reg.file_size;
	while (at < size) {
		sqfs_off_t got = sizeof buffer;
		if (sqfs_read_range(image, inode, at, &got, buffer) != SQFS_OK || got <= 0) {
			errno = EIO;
			return -1;
		}
		for (sqfs_off_t done = 0; done < got;) {
			ssize_t wrote = write(fd, buffer + done, got - done);
			if (wrote < 0 && errno != EINTR) return -1;
			if (wrote > 0) done += wrote;
		}
		at += got;
	}
	return 0;
}

static int write_file(sqfs *image, sqfs_inode *inode, const char *path) {
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, inode->base.mode & 0777);
	if (fd < 0) return -1;
	/* Files that are compared by their time with what was made of them must look the same each time. */
	const struct timespec times[2] = {{.tv_sec = inode->base.mtime}, {.tv_sec = inode->base.mtime}};
	int failed = write_contents(image, inode, fd);
	if (!failed) failed = futimens(fd, times);
	return close(fd) || failed ? -1 : 0;
}

static int write_link(sqfs *image, sqfs_inode *inode, const char *path) {
	char target[PATH_MAX];
	size_t size = sizeof target;
	if (sqfs_readlink(image, inode, target, &size) == SQFS_OK) return symlink(target, path);
	errno = EIO;
	return -1;
}

/* Make the folders above `path`, from `start` characters on. */
static int make_parents(char *path, size_t start) {
	for (char *slash = strchr(path + start, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		int failed = mkdir(path, 0755) && errno != EEXIST;
		*slash = '/';
		if (failed) return -1;
	}
	return 0;
}

static int write_entry(sqfs *image, sqfs_dir_entry *entry, char *path, size_t start) {
	sqfs_inode inode;
	if (sqfs_inode_get(image, &inode, sqfs_dentry_inode(entry)) != SQFS_OK) {
		errno = EIO;
		return -1;
	}
	if (make_parents(path, start)) return -1;
	if (S_ISDIR(inode.base.mode)) return mkdir(path, (inode.base.mode & 0777) | 0700) && errno != EEXIST ? -1 : 0;
	if (S_ISREG(inode.base.mode)) return write_file(image, &inode, path);
	if (S_ISLNK(inode.base.mode)) return write_link(image, &inode, path);
	return 0; /* Cowrite has no devices and no sockets */
}

int unpack_image(const char *into, const char *pattern) {
	static sqfs image;
	sqfs_traverse walk;
	sqfs_err err = SQFS_OK;
	char path[PATH_MAX];
	if (sqfs_open_image(&image, image_path, image_offset) != SQFS_OK) return -1;
	if ((mkdir(into, 0700) && errno != EEXIST)
		|| sqfs_traverse_open(&walk, &image, sqfs_inode_root(&image)) != SQFS_OK) {
		complain("Nothing can be unpacked into %s (%s).", into, strerror(errno));
		return -1;
	}
	while (sqfs_traverse_next(&walk, &err)) {
		if (walk.dir_end || (pattern && fnmatch(pattern, walk.path, FNM_LEADING_DIR))) continue;
		int length = snprintf(path, sizeof path, "%s/%s", into, walk.path);
		if (length < 0 || (size_t)length >= sizeof path) errno = ENAMETOOLONG;
		else if (!write_entry(&image, &walk.entry, path, strlen(into) + 1)) continue;
		complain("%s cannot be written (%s).", path, strerror(errno));
		sqfs_traverse_close(&walk);
		return -1;
	}
	sqfs_traverse_close(&walk);
	if (err != SQFS_OK) complain("The AppImage is damaged. Download it again.");
	return err == SQFS_OK ? 0 : -1;
}

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *place) {
	(void)status; (void)kind; (void)place;
	remove(path); /* go on with the rest whatever happens */
	return 0;
}

/* Wait until nobody holds the other end, and remove the folder. */
static void guard(const char *folder, int held) {
	char byte;
	ssize_t got;
	become_guardian();
	do got = read(held, &byte, 1); while (got > 0 || (got < 0 && errno == EINTR));
	nftw(folder, remove_one, OPEN_FOLDERS, FTW_DEPTH | FTW_PHYS);
}

/* Say beforehand what would fail after a gigabyte. */
static bool has_room(const char *folder) {
	struct statvfs disk;
	struct stat file;
	if (statvfs(folder, &disk) || stat(image_path, &file)) return true;
	double needed = (double)file.st_size * UNPACKED_TIMES, free_bytes = (double)disk.f_bavail * disk.f_frsize;
	if (free_bytes >= needed) return true;
	complain("Cowrite needs about %.1f GB in %s, because this system has no FUSE, and %.1f GB are free there.\n"
		"Set TMPDIR to a folder with more space, or install fuse3.", needed / 1e9, folder, free_bytes / 1e9);
	return false;
}

char *unpack_temporarily(int *held) {
	int hold[2];
	char *folder = temporary_folder("cowrite");
	if (!folder || pipe2(hold, O_CLOEXEC)) {
		complain("No temporary folder can be made (%s). Set TMPDIR to a folder with space.", strerror(errno));
		return NULL;
	}
	pid_t child = fork();
	if (child == 0) {
		close(hold[1]);
		if (fork() == 0) guard(folder, hold[0]);
		_exit(0);
	}
	close(hold[0]);
	if (child > 0) waitpid(child, NULL, 0);
	if (!has_room(folder)) return NULL;
	if (unpack_image(folder, NULL)) return NULL;
	fcntl(hold[1], F_SETFD, 0);
	*held = hold[1];
	return folder;
}
