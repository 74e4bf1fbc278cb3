/* SPDX-License-Identifier: MIT */
/* Resolves a path to a descriptor of the folder and a name in it, so that nobody can redirect later operations by
 * swapping in another folder or a link. Needs nothing but C and POSIX, and no malloc.
 *
 * A symbolic link is followed if only the caller and root can write to its folder. If others can, a link at the end of
 * a path is always refused, and a link within it is refused unless the caller or root made it: it may lead to a file
 * that only the caller can write. The links of /proc, which the kernel makes, are followed within a path, and refused
 * at its end. */
#ifndef DRYAD_SCANNER_SHARED_SAFE_PATH_H
#define DRYAD_SCANNER_SHARED_SAFE_PATH_H

#include <limits.h>
#include <stdbool.h>
#include <sys/stat.h>

/* Why something was refused: an errno, and a fixed text to print after the path, or NULL to print the errno's. */
typedef struct dryad_safe_path_error {
  int code;
  const char *text;
} dryad_safe_path_error;

/* Fills in `error` and returns false. */
bool dryad_safe_path_fail(dryad_safe_path_error *error, int code, const char *text);

typedef struct dryad_safe_path {
  int folder;              /* opened by O_PATH; the caller closes it */
  char name[NAME_MAX + 1]; /* in that folder */
  bool exists;             /* with this status: */
  struct stat status;
} dryad_safe_path;

/* `follows`: a link at the end is followed, within the rule above; else the result is the link. False with an error. */
bool dryad_safe_path_find(dryad_safe_path *place, const char *path, bool follows, dryad_safe_path_error *error);

/* Whether anybody but the caller and root can write to a folder, or its status is unknown. */
bool dryad_safe_path_is_shared(int folder);

#endif
