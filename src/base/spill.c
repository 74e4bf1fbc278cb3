/* SPDX-License-Identifier: MIT */
#include "base/spill.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/assert.h"
#include "base/default_allocator.h"
#include "base/error.h"

typedef struct spill {
  dryad_allocator allocator; /* for users; its context is this struct */
  const dryad_allocator *small;
  size_t least, page;
  pid_t process;              /* that made this: a fork of it makes no files */
  atomic_uint_fast64_t users; /* blocks, and one until it is released */
  atomic_int problem;         /* errno of the last refused file; 0: none */
  char folder[];
} spill;

static const char name_pattern[] = "/dryad-XXXXXX";

/* ---- files ------------------------------------------------------------------------------------- */

/* Where unnamed files are not supported: a file that is unlinked at once. */
static int make_named(const char *folder)
{
  char path[4096];
  if ((size_t)snprintf(path, sizeof path, "%s%s", folder, name_pattern) >= sizeof path) {
    errno = ENAMETOOLONG;
    return -1;
  }
  int file = mkostemp(path, O_CLOEXEC);
  if (file >= 0) unlink(path);
  return file;
}

static int make_file(const char *folder)
{
#if defined(O_TMPFILE)
  int file = open(folder, O_TMPFILE | O_RDWR | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (file >= 0 || (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL)) return file;
#endif
  return make_named(folder);
}

/* Reserves the space; returns an errno. Exceeding the file size limit would kill the process (SIGXFSZ). */
static int reserve(int file, size_t length)
{
  struct rlimit limit;
  int problem;
  if (getrlimit(RLIMIT_FSIZE, &limit) == 0 && length > limit.rlim_cur) return EFBIG;
  if (length > INT64_MAX) return EFBIG;
  do problem = posix_fallocate(file, 0, (off_t)length);
  while (problem == EINTR);
  return problem;
}

static void *map_large(spill *s, size_t length)
{
  if (s->process != getpid()) {
    void *plain = mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return plain == MAP_FAILED ? NULL : plain;
  }
  int file = make_file(s->folder);
  int problem = file < 0 ? errno : reserve(file, length);
  void *block = MAP_FAILED;
  if (!problem) {
    block = mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (block == MAP_FAILED) problem = errno;
  }
  if (file >= 0) close(file);
  if (problem) atomic_store(&s->problem, problem);
  return block == MAP_FAILED ? NULL : block;
}

/* ---- blocks ------------------------------------------------------------------------------------ */

static bool is_large(const spill *s, size_t size) { return size >= s->least; }

/* The bytes mapped for a block; 0: too many. */
static size_t length_of(const spill *s, size_t size)
{
  size_t length;
  return __builtin_add_overflow(size, s->page - 1, &length) ? 0 : length & ~(s->page - 1);
}

static void *resize_small(const spill *s, void *block, size_t old_size, size_t new_size)
{
  return s->small->resize(s->small->context, block, old_size, new_size);
}

static void *make(spill *s, size_t size)
{
  if (!is_large(s, size)) return resize_small(s, NULL, 0, size);
  size_t length = length_of(s, size);
  return length ? map_large(s, length) : NULL;
}

static void drop(const spill *s, void *block, size_t size)
{
  if (is_large(s, size))
    munmap(block, length_of(s, size));
  else
    resize_small(s, block, size, 0);
}

/* Without MADV_REMOVE the disk space would stay in use as long as the rest of the block exists. */
static void cut(const spill *s, void *block, size_t old_size, size_t new_size)
{
  size_t left = length_of(s, new_size), gone = length_of(s, old_size) - left;
  if (gone == 0) return;
  madvise((char *)block + left, gone, MADV_REMOVE);
  munmap((char *)block + left, gone);
}

static void *move(spill *s, void *block, size_t old_size, size_t new_size)
{
  if (!is_large(s, old_size) && !is_large(s, new_size)) return resize_small(s, block, old_size, new_size);
  if (is_large(s, old_size) && is_large(s, new_size) && length_of(s, new_size) <= length_of(s, old_size) &&
      length_of(s, new_size)) {
    cut(s, block, old_size, new_size);
    return block;
  }
  void *moved = make(s, new_size);
  if (!moved) return NULL;
  memcpy(moved, block, old_size < new_size ? old_size : new_size);
  drop(s, block, old_size);
  return moved;
}

static size_t own_size(const spill *s) { return sizeof *s + strlen(s->folder) + 1; }

static void leave(spill *s)
{
  if (atomic_fetch_sub(&s->users, 1) > 1) return;
  const dryad_allocator *small = s->small;
  small->resize(small->context, s, own_size(s), 0);
}

static void *resize(void *context, void *block, size_t old_size, size_t new_size)
{
  spill *s = context;
  if (block && new_size) return move(s, block, old_size, new_size);
  if (block) {
    drop(s, block, old_size);
    leave(s);
    return NULL;
  }
  void *made = new_size ? make(s, new_size) : NULL;
  if (made) atomic_fetch_add(&s->users, 1);
  return made;
}

/* ---- life -------------------------------------------------------------------------------------- */

dryad_status dryad_spill_new(const dryad_allocator **out, const char *folder, size_t least,
                             const dryad_allocator *small, dryad_error *error)
{
  DRYAD_ASSERT(out && folder);
  *out = NULL;
  int file = make_file(folder);
  if (file < 0) return dryad_fail(error, DRYAD_IO, "cannot spill to '%s': %m", folder);
  close(file);
  if (!small) small = &dryad_default_allocator;
  spill *s = small->resize(small->context, NULL, 0, sizeof *s + strlen(folder) + 1);
  if (!s) return dryad_fail_memory(error);
  *s = (spill){.allocator = {resize, s},
               .small = small,
               .least = least,
               .page = (size_t)sysconf(_SC_PAGESIZE),
               .process = getpid()};
  strcpy(s->folder, folder);
  atomic_init(&s->users, 1);
  *out = &s->allocator;
  return DRYAD_OK;
}

void dryad_spill_release(const dryad_allocator *allocator)
{
  if (allocator) leave(allocator->context);
}

bool dryad_spill_is_file(const dryad_allocator *allocator, size_t size)
{
  return allocator->resize == resize && is_large(allocator->context, size);
}

void dryad_spill_explain(const dryad_allocator *allocator, dryad_status status, dryad_error *error)
{
  if (status != DRYAD_NO_MEMORY || !allocator || allocator->resize != resize) return;
  spill *s = allocator->context;
  int problem = atomic_exchange(&s->problem, 0);
  if (!problem) return;
  errno = problem;
  dryad_fail(error, DRYAD_NO_MEMORY, "no room for the heap in the folder '%s': %m", s->folder);
}
