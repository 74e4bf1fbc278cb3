/* SPDX-License-Identifier: MIT */
/* File names that contain the process id, the host or the time. Needs nothing but C and POSIX, and no malloc. */
#ifndef DRYAD_SCANNER_SHARED_FILE_NAME_H
#define DRYAD_SCANNER_SHARED_FILE_NAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DRYAD_FILE_NAME_PROBLEM "a % in the name of a file is followed by p (process), t (time), h (host) or a second %"

/* Writes `pattern` to `out`, of `size` bytes with the final NUL: %p becomes `process`, %t `time` in decimal, %h the
 * name of this host (characters that a file name cannot hold become _), %% a percent sign. 0, EINVAL for any other sign
 * (DRYAD_FILE_NAME_PROBLEM), or ENAMETOOLONG. */
int dryad_file_name_expand(char *out, size_t size, const char *pattern, int64_t process, int64_t time);

/* Whether the pattern contains %t. */
bool dryad_file_name_has_time(const char *pattern);

#endif
