/* SPDX-License-Identifier: MIT */
/* Where a path leads, as a descriptor of the folder and a name in it: what is done there afterwards cannot be led
 * elsewhere by somebody who puts another folder or a link in the way. Needs nothing but C and POSIX, and no malloc.
 *
 * A symbolic link is followed where nobody but the caller and root can write the folder that it lies in. Where others
 * can, the last link of a path is refused whoever made it, and one on the way is refused if another user made it
 * (neither the caller nor root): it may lead to a file that only the caller can write. The links of /proc, which the
 * kernel makes, are followed on the way, and refused as the last. */
#ifndef DRYAD_IO_SAFE_PATH_H
#define DRYAD_IO_SAFE_PATH_H

#include <limits.h>
#include <stdbool.h>
#include <sys/stat.h>

/* Why something was refused: an errno, and a fixed text that follows the path, or NULL for what the errno says. */
typedef struct dryad_safe_path_error {
  int code;
  const char *text;
} dryad_safe_path_error;

/* Fills in `error` and returns false. */
bool dryad_safe_path_fail(dryad_safe_path_error *error, int code, const char *text);

typedef struct dryad_safe_path {
  int folder;              /* opened by O_PATH; the caller closes it */
  char name[NAME_MAX + 1]; /* in that folder */
  bool exists;             /* something is there: */
  struct stat status;
} dryad_safe_path;

/* `follows`: a last link is followed, as far as the rule above goes; else it is what is there. False with an error. */
bool dryad_safe_path_find(dryad_safe_path *place, const char *path, bool follows, dryad_safe_path_error *error);

#endif
