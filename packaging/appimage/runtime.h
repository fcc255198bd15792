/* The runtime of the AppImage: this ELF file with a squashfs behind it. See runtime.c. */
#ifndef COWRITE_RUNTIME_H
#define COWRITE_RUNTIME_H

#include <stdbool.h>
#include <sys/types.h>

/* The file that is running, and where in it the image begins; set once by main. */
extern char image_path[];
extern off_t image_offset;

/* One sentence for the person, on standard error. */
void complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* A new private folder in TMPDIR, else /tmp; NULL if there cannot be one. */
char *temporary_folder(const char *name);

/* Guardians outlive the program: their own session, nothing of the terminal, deaf to what ends a login, and with another
 * name, so that whoever ends the program by its name does not end them. */
void become_guardian(void);

/* mount.c: the folder where the image is mounted as long as a process holds *held; NULL if FUSE is not to be had. */
char *mount_image(int *held);

/* unpack.c: writes what matches `pattern` (NULL: all) below the folder `into`. 0 if all of it is there. */
int unpack_image(const char *into, const char *pattern);

/* unpack.c: a temporary folder with everything in it, removed when no process holds *held any more; NULL if it failed. */
char *unpack_temporarily(int *held);

#endif
