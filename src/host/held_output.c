/* SPDX-License-Identifier: MIT */
#include "host/held_output.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

enum { NONE = -1, ABOVE_STANDARD = 3 };

static int terminal = NONE, error = NONE, held = NONE; /* the streams as they were, and the file */
static off_t taken;

static int copy_of(int descriptor) { return fcntl(descriptor, F_DUPFD_CLOEXEC, ABOVE_STANDARD); }

static void close_all(void)
{
  if (terminal != NONE) close(terminal);
  if (error != NONE) close(error);
  if (held != NONE) close(held);
  terminal = error = held = NONE;
}

int dryad_held_output_begin(void)
{
  const bool has_error = isatty(STDERR_FILENO);
  taken = 0;
  terminal = copy_of(STDOUT_FILENO);
  error = has_error ? copy_of(STDERR_FILENO) : NONE;
  held = memfd_create("output", MFD_CLOEXEC);
  if (terminal == NONE || held == NONE || (has_error && error == NONE)) {
    close_all();
    return NONE;
  }
  dup2(held, STDOUT_FILENO);
  if (has_error) dup2(held, STDERR_FILENO);
  return terminal;
}

size_t dryad_held_output_take(char *bytes, size_t size)
{
  const ssize_t count = held == NONE ? 0 : pread(held, bytes, size, taken);
  if (count <= 0) return 0;
  taken += count;
  return (size_t)count;
}

static bool write_all(const char *bytes, size_t length)
{
  while (length > 0) {
    const ssize_t written = write(STDOUT_FILENO, bytes, length);
    if (written < 0 && errno != EINTR) return false;
    if (written > 0) {
      bytes += written;
      length -= (size_t)written;
    }
  }
  return true;
}

void dryad_held_output_end(void)
{
  const int number = errno;
  char bytes[4096];
  if (held == NONE) return;
  dup2(terminal, STDOUT_FILENO);
  if (error != NONE) dup2(error, STDERR_FILENO);
  for (size_t count; (count = dryad_held_output_take(bytes, sizeof bytes)) > 0 && write_all(bytes, count);) continue;
  close_all();
  errno = number;
}
