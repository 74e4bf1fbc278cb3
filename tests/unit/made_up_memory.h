/* SPDX-License-Identifier: MIT */
/* A made-up memory: a memfd whose bytes lie at their offsets. For tests and fuzz targets. */
#ifndef DRYAD_TESTS_MADE_UP_MEMORY_H
#define DRYAD_TESTS_MADE_UP_MEMORY_H

#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

enum { MEGABYTE = 1024 * 1024 };

/* What the tests themselves rely on. */
#define MUST(condition) ((condition) ? (void)0 : abort())

static inline int made_up_memory(void)
{
  int fd = memfd_create("made-up", MFD_CLOEXEC);
  MUST(fd >= 0);
  return fd;
}

static inline void put(int fd, uint64_t address, const void *bytes, size_t size)
{
  MUST(pwrite(fd, bytes, size, (off_t)address) == (ssize_t)size);
}

static inline void put64(int fd, uint64_t address, uint64_t value) { put(fd, address, &value, sizeof value); }
static inline void put32(int fd, uint64_t address, uint32_t value) { put(fd, address, &value, sizeof value); }

/* At the end of the file. */
static inline void append(int fd, const char *text, size_t size)
{
  off_t end = lseek(fd, 0, SEEK_END);
  MUST(end >= 0);
  put(fd, (uint64_t)end, text, size);
}

#endif
