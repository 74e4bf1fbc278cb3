/* SPDX-License-Identifier: MIT */
/* Names of files that hold the process, the host or the time. Needs nothing but C and POSIX, and no malloc: the
 * producer for Python is built with it too. */
#ifndef DRYAD_IO_FILE_NAME_H
#define DRYAD_IO_FILE_NAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DRYAD_FILE_NAME_PROBLEM "a % in the name of a file is followed by p (process), t (time), h (host) or a second %"

/* Writes `pattern` to `out`, of `size` bytes with the final NUL: %p becomes `process`, %t `time` in decimal, %h the
 * name of this host (a character that cannot be in a file's name becomes _), %% a percent sign. 0, EINVAL for any
 * other sign (DRYAD_FILE_NAME_PROBLEM), or ENAMETOOLONG. */
int dryad_file_name_expand(char *out, size_t size, const char *pattern, int64_t process, int64_t time);

/* Whether there is a %t in it. */
bool dryad_file_name_has_time(const char *pattern);

#endif
