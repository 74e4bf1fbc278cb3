/* SPDX-License-Identifier: MIT */
#include "sink_descriptor.h"

#include <errno.h>
#include <poll.h>
#include <unistd.h>

ssize_t dryad_sink_write_some(int fd, const char *bytes, size_t size)
{
  struct pollfd wanted = {.fd = fd, .events = POLLOUT};
  ssize_t written = write(fd, bytes, size);
  if (written >= 0 || errno != EAGAIN) return written;
  poll(&wanted, 1, -1);
  errno = EINTR;
  return -1;
}

void dryad_sink_write(dryad_sink *sink, const char *bytes, size_t size)
{
  while (size > 0 && sink->error == 0) {
    ssize_t written = dryad_sink_write_some(sink->fd, bytes, size);
    if (written < 0 && errno != EINTR) sink->error = errno;
    if (written <= 0) continue;
    bytes += written;
    size -= (size_t)written;
  }
}
