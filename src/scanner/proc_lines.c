/* SPDX-License-Identifier: MIT */
#include "proc_lines.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static ssize_t read_some(int fd, char *text, size_t size)
{
  ssize_t got;
  do got = read(fd, text, size);
  while (got < 0 && errno == EINTR);
  return got;
}

bool dryad_proc_lines_open(dryad_proc_lines *lines, const char *path)
{
  lines->fd = open(path, O_RDONLY | O_CLOEXEC);
  lines->next = lines->end = 0;
  return lines->fd >= 0;
}

void dryad_proc_lines_close(dryad_proc_lines *lines) { close(lines->fd); }

/* The end of the line that starts at `next`, or NULL if it is not read yet. */
static char *line_end(dryad_proc_lines *lines)
{
  return memchr(lines->text + lines->next, '\n', lines->end - lines->next);
}

char *dryad_proc_lines_next(dryad_proc_lines *lines)
{
  char *end = line_end(lines);
  while (end == NULL) {
    memmove(lines->text, lines->text + lines->next, lines->end - lines->next);
    lines->end -= lines->next;
    lines->next = 0;
    const size_t room = sizeof lines->text - 1 - lines->end;
    const ssize_t got = room > 0 ? read_some(lines->fd, lines->text + lines->end, room) : 0;
    if (got > 0) lines->end += (size_t)got;
    end = line_end(lines);
    if (got > 0 || end != NULL) continue;
    if (lines->end == 0) return NULL;
    end = lines->text + lines->end; /* a last line without a newline, or a part of a long one */
  }
  char *line = lines->text + lines->next;
  lines->next = (size_t)(end - lines->text);
  if (lines->next < lines->end) lines->next++;
  *end = '\0';
  return line;
}

size_t dryad_proc_read(const char *path, char *text, size_t size)
{
  size_t used = 0;
  ssize_t got = 1;
  const int fd = open(path, O_RDONLY | O_CLOEXEC);
  while (fd >= 0 && got > 0 && used < size - 1) {
    got = read_some(fd, text + used, size - 1 - used);
    if (got > 0) used += (size_t)got;
  }
  if (fd >= 0) close(fd);
  text[used] = '\0';
  return used;
}
