/* What starts when an AppImage of type 2 is opened. Mounts the image with FUSE 3 and runs its AppRun; where there is no
 * FUSE it unpacks the image into a temporary folder.
 *
 * The program takes this process over, so that its number, its signals and its exit status are what the caller sees. It
 * inherits one end of a pipe, and so does everything it starts. A guardian waits at the other end: when the last of them
 * is gone, killed or not, it unmounts or removes the folder.
 *
 * Everything is linked statically. Only zstd can be unpacked (unused_codecs.c). */
#define _GNU_SOURCE
#include "runtime.h"
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#define CANNOT_START 127

static const char HELP[] =
	"Options of the AppImage itself:\n"
	"  --appimage-extract [PATTERN]  unpack into the folder squashfs-root\n"
	"  --appimage-extract-and-run    unpack into a temporary folder, and start from there\n"
	"  --appimage-mount              mount, print where, and wait until it is interrupted\n"
	"  --appimage-offset             print where in the file the image begins\n"
	"  --appimage-help               print this\n"
	"All other options are the program's; --help lists them.\n";

static const char GUARDIAN[] = "mount-guardian";

char image_path[PATH_MAX];
off_t image_offset;
static char **arguments_here;

void complain(const char *format, ...) {
	va_list arguments;
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputc('\n', stderr);
}

char *temporary_folder(const char *name) {
	const char *place = getenv("TMPDIR");
	char *folder;
	if (asprintf(&folder, "%s/%s_XXXXXX", place && *place == '/' ? place : "/tmp", name) < 0) return NULL;
	if (mkdtemp(folder)) return folder;
	free(folder);
	return NULL;
}

/* What ps and pkill -f see. In a child only: the program gets its arguments whole. */
static void rename_process(void) {
	size_t room = strlen(arguments_here[0]);
	prctl(PR_SET_NAME, GUARDIAN);
	for (char **each = arguments_here; *each; each++) memset(*each, 0, strlen(*each));
	memcpy(arguments_here[0], GUARDIAN, room < sizeof GUARDIAN ? room : sizeof GUARDIAN);
}

void become_guardian(void) {
	const int endings[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGPIPE};
	setsid();
	rename_process();
	for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) signal(endings[i], SIG_IGN);
	/* A caller that reads the program's output to its end must not wait for us, nor may a folder be kept busy. */
	int nowhere = open("/dev/null", O_RDWR);
	for (int stream = 0; nowhere >= 0 && stream <= 2; stream++) dup2(nowhere, stream);
	if (nowhere > 2) close(nowhere);
	if (chdir("/")) return;
}

/* Where the image begins: right behind the last section header. -1 if this file has none. */
static off_t find_image(void) {
	Elf64_Ehdr header;
	char magic[4];
	int fd = open(image_path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) return -1;
	off_t offset = -1;
	if (pread(fd, &header, sizeof header, 0) == sizeof header && !memcmp(header.e_ident, ELFMAG, SELFMAG)) {
		offset = header.e_shoff + (off_t)header.e_shentsize * header.e_shnum;
		if (pread(fd, magic, sizeof magic, offset) != sizeof magic || memcmp(magic, "hsqs", sizeof magic)) offset = -1;
	}
	close(fd);
	return offset;
}

/* Run the program in `folder`; returns only if that fails. */
static int start(const char *folder, char **argv) {
	char program[PATH_MAX];
	if ((size_t)snprintf(program, sizeof program, "%s/AppRun", folder) >= sizeof program) return CANNOT_START;
	setenv("APPDIR", folder, 1);
	setenv("APPIMAGE", image_path, 1);
	setenv("ARGV0", argv[0], 1);
	execv(program, argv);
	if (errno == EACCES) {
		complain("Cowrite may not be started from %s. Set TMPDIR to a folder from which programs may run.", folder);
	} else {
		complain("Cowrite cannot be started from %s (%s).", folder, strerror(errno));
	}
	return CANNOT_START;
}

static int unpack_and_start(char **argv) {
	int held;
	char *folder = unpack_temporarily(&held);
	return folder ? start(folder, argv) : CANNOT_START;
}

static int extract(const char *pattern) {
	if (unpack_image("squashfs-root", pattern)) return 1;
	puts("squashfs-root");
	return 0;
}

/* Wait until somebody interrupts. The mount goes when this process does. */
static int show_mount(void) {
	int held;
	char *folder = mount_image(&held);
	if (!folder) {
		complain("The AppImage cannot be mounted here. Use --appimage-extract instead.");
		return 1;
	}
	puts(folder);
	fflush(stdout);
	pause();
	return 0;
}

int main(int argc, char **argv) {
	const char *option = argc > 1 ? argv[1] : "";
	arguments_here = argv;
	const char *always_unpack = getenv("APPIMAGE_EXTRACT_AND_RUN");
	ssize_t length = readlink("/proc/self/exe", image_path, PATH_MAX - 1);
	image_offset = length > 0 && length < PATH_MAX - 1 ? find_image() : -1;
	if (image_offset < 0) {
		complain("This AppImage cannot read itself: it is not complete, or /proc is missing. Download it again.");
		return CANNOT_START;
	}
	if (!strcmp(option, "--appimage-help")) return fputs(HELP, stdout) < 0;
	if (!strcmp(option, "--appimage-offset")) return printf("%lld\n", (long long)image_offset) < 0;
	if (!strcmp(option, "--appimage-extract")) return extract(argc > 2 ? argv[2] : NULL);
	if (!strcmp(option, "--appimage-mount")) return show_mount();
	if (!strcmp(option, "--appimage-extract-and-run")) {
		argv[1] = argv[0];
		return unpack_and_start(argv + 1);
	}
	if (always_unpack && *always_unpack) return unpack_and_start(argv);
	int held;
	char *folder = mount_image(&held);
	return folder ? start(folder, argv) : unpack_and_start(argv);
}
