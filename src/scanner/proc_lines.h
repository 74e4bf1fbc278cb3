/* SPDX-License-Identifier: MIT */
/* Reads files of /proc line by line, without malloc. */
#ifndef DRYAD_SCANNER_PROC_LINES_H
#define DRYAD_SCANNER_PROC_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

typedef struct dryad_proc_lines {
  int fd;
  size_t next, end; /* what is read and not yet returned */
  char text[4096];
} dryad_proc_lines;

/* False if the file cannot be read. */
bool dryad_proc_lines_open(dryad_proc_lines *lines, const char *path);

/* The next line without its newline, valid until the next call; of a long one, a part that fits. NULL at the end. */
char *dryad_proc_lines_next(dryad_proc_lines *lines);
void dryad_proc_lines_close(dryad_proc_lines *lines);

/* Reads the beginning of a file into `text` and ends it with a NUL; returns the number of bytes before that, which is 0
 * if the file cannot be read. */
size_t dryad_proc_read(const char *path, char *text, size_t size);

#endif
