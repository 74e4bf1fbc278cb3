/* SPDX-License-Identifier: MIT */
#include "checked_read.h"

#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

static struct iovec piece(const void *address, size_t size)
{
  return (struct iovec){.iov_base = (void *)(size_t)address, .iov_len = size};
}

/* In a copy of the process too, where an old C library still has the number of the original. */
static pid_t own_pid(void) { return (pid_t)syscall(SYS_getpid); }

bool dryad_checked_read(void *into, const void *address, size_t size)
{
  const struct iovec local = piece(into, size), remote = piece(address, size);
  return process_vm_readv(own_pid(), &local, 1, &remote, 1, 0) == (ssize_t)size;
}

bool dryad_checked_read_many(void *items, const void *const *addresses, size_t count, size_t size)
{
  struct iovec local[DRYAD_CHECKED_MANY], remote[DRYAD_CHECKED_MANY];
  size_t used = 0;
  bool all = true;
  memset(items, 0, count * size);
  for (size_t i = 0; i < count; i++) {
    if (addresses[i] == NULL) continue;
    local[used] = piece((char *)items + i * size, size);
    remote[used++] = piece(addresses[i], size);
  }
  for (size_t done = 0; done < used;) {
    ssize_t read = process_vm_readv(own_pid(), local + done, used - done, remote + done, used - done, 0);
    size_t whole = read > 0 ? (size_t)read / size : 0;
    done += whole;
    if (done == used) break;
    /* The next item cannot be read, or only its beginning. */
    memset(local[done].iov_base, 0, size);
    done++;
    all = false;
  }
  return all;
}
