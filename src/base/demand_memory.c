/* SPDX-License-Identifier: MIT */
#include "base/demand_memory.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "base/assert.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/progress.h"
#include "base/trace.h"

struct dryad_demand_memory {
  dryad_allocator allocator;
  const dryad_allocator *base;
  pid_t process; /* the owner: a forked child has neither the memory nor the thread */
  uint32_t references;
  dryad_demand_memory_source source;
  unsigned char *memory; /* NULL: none yet */
  unsigned char *block;  /* staging buffer for the block being filled */
  dryad_bits filled;     /* by page: a block starts here and is in place */
  int faults, stop;      /* files; -1: none */
  bool has_thread, is_complete;
  pthread_t thread;
  atomic_bool is_damaged;
  dryad_error damage; /* constant once is_damaged is set */
};

enum { BLOCKS_AHEAD = 8 };

static const char stage[] = "checking";

/* ---- filling ------------------------------------------------------------------------------------ */

/* Fills a block, at its final place or in the buffer. */
static void fill(dryad_demand_memory *b, uint64_t start, uint64_t length, unsigned char *block)
{
  dryad_error error = {0};
  if (b->source.fill(b->source.context, start, length, block, &error) || atomic_load(&b->is_damaged)) return;
  b->damage = error;
  atomic_store(&b->is_damaged, true);
}

static dryad_status fill_all(dryad_demand_memory *b, dryad_progress progress, dryad_error *error)
{
  uint64_t start, length;
  madvise(b->memory, b->source.length, MADV_HUGEPAGE); /* making a page costs more than checking it */
  for (uint64_t place = 0; place < b->source.length; place = start + length) {
    if (dryad_progress_tell(&progress, stage, place, b->source.length)) return dryad_fail_cancelled(error);
    b->source.locate(b->source.context, place, &start, &length);
    fill(b, start, length, b->memory + start);
  }
  return DRYAD_OK;
}

/* Moves the block from the buffer into place and wakes the threads that wait for it. */
static void put(const dryad_demand_memory *b, uint64_t start, uint64_t length)
{
  const struct timespec moment = {0, 1000000};
  for (uint64_t done = 0; done < length;) {
    struct uffdio_copy copy = {.dst = (uint64_t)(uintptr_t)b->memory + start + done,
                               .src = (uint64_t)(uintptr_t)b->block + done,
                               .len = length - done};
    if (ioctl(b->faults, UFFDIO_COPY, &copy) == 0) return;
    if (copy.copy > 0)
      done += (uint64_t)copy.copy;
    else
      nanosleep(&moment, NULL); /* no memory just now: the waiting thread cannot proceed without it */
  }
}

/* Puts a block in place if it is missing; false: it was there. */
static bool bring(dryad_demand_memory *b, uint64_t start, uint64_t length)
{
  if (!dryad_bits_add(&b->filled, start / DRYAD_DEMAND_PAGE)) return false;
  fill(b, start, length, b->block);
  put(b, start, length);
  return true;
}

static bool is_filled(const dryad_demand_memory *b, uint64_t place)
{
  uint64_t start, length;
  b->source.locate(b->source.context, place, &start, &length);
  return dryad_bits_get(&b->filled, start / DRYAD_DEMAND_PAGE);
}

/* Handles a page fault. The page may be there by now: two threads touched the block, or it was read ahead. A fault in
   the block after the last one looks like a sequential walk, so the next blocks are read ahead. */
static void serve_touch(dryad_demand_memory *b, uint64_t place)
{
  uint64_t start, length;
  b->source.locate(b->source.context, place, &start, &length);
  if (!bring(b, start, length)) {
    struct uffdio_range range = {(uint64_t)(uintptr_t)b->memory + start, length};
    ioctl(b->faults, UFFDIO_WAKE, &range);
  } else if (start > 0 && is_filled(b, start - 1)) {
    for (unsigned i = 0; i < BLOCKS_AHEAD && start + length < b->source.length; i++) {
      b->source.locate(b->source.context, start + length, &start, &length);
      if (!bring(b, start, length)) break;
    }
  }
}

static void *serve(void *argument)
{
  dryad_demand_memory *b = argument;
  struct pollfd files[] = {{.fd = b->faults, .events = POLLIN}, {.fd = b->stop, .events = POLLIN}};
  for (;;) {
    struct uffd_msg message;
    if (poll(files, 2, -1) < 0) continue;
    if (files[1].revents) return NULL;
    if (read(b->faults, &message, sizeof message) == sizeof message && message.event == UFFD_EVENT_PAGEFAULT)
      serve_touch(b, message.arg.pagefault.address - (uint64_t)(uintptr_t)b->memory);
  }
}

/* ---- watching for page faults -------------------------------------------------------------------- */

/* Unprivileged userfaultfd reports user-mode faults only, which is enough here. */
static int open_faults(void)
{
  int flags = O_CLOEXEC | O_NONBLOCK;
  long file = syscall(SYS_userfaultfd, flags);
  if (file < 0) file = syscall(SYS_userfaultfd, flags | UFFD_USER_MODE_ONLY);
  return (int)file;
}

/* Signals belong to the program's own threads. */
static bool start_thread(dryad_demand_memory *b)
{
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  b->has_thread = pthread_create(&b->thread, NULL, serve, b) == 0;
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  return b->has_thread;
}

/* False: the kernel or its limits do not allow it. Pages that are already present (mlockall) would never be filled. */
static bool watch(dryad_demand_memory *b)
{
  struct uffdio_api api = {.api = UFFD_API};
  struct uffdio_register all = {.range = {(uint64_t)(uintptr_t)b->memory, b->source.length},
                                .mode = UFFDIO_REGISTER_MODE_MISSING};
  b->faults = open_faults();
  b->stop = eventfd(0, EFD_CLOEXEC);
  if (b->faults < 0 || b->stop < 0 || ioctl(b->faults, UFFDIO_API, &api)) return false;
  if (sysconf(_SC_PAGESIZE) != (long)DRYAD_DEMAND_PAGE || madvise(b->memory, b->source.length, MADV_DONTNEED))
    return false;
  if (ioctl(b->faults, UFFDIO_REGISTER, &all)) return false;
  if (madvise(b->memory, b->source.length, MADV_DONTFORK) == 0 && start_thread(b)) return true;
  madvise(b->memory, b->source.length, MADV_DOFORK);
  ioctl(b->faults, UFFDIO_UNREGISTER, &all.range);
  return false;
}

/* ---- life --------------------------------------------------------------------------------------- */

static bool is_inside(const dryad_demand_memory *b, const void *block)
{
  uintptr_t at = (uintptr_t)block, start = (uintptr_t)b->memory;
  return at >= start && at - start < b->source.length;
}

static void *resize(void *context, void *block, size_t old_size, size_t new_size)
{
  const dryad_demand_memory *b = context;
  if (!block || !is_inside(b, block)) return b->base->resize(b->base->context, block, old_size, new_size);
  if (new_size <= old_size) return new_size ? block : NULL;
  void *moved = b->base->resize(b->base->context, NULL, 0, new_size);
  if (moved) memcpy(moved, block, old_size);
  return moved;
}

static dryad_status map(dryad_demand_memory *b, dryad_error *error)
{
  void *memory =
      mmap(NULL, b->source.length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED) return dryad_fail_memory(error);
  b->memory = memory;
  b->block = dryad_alloc(b->base, b->source.largest_block, 1);
  bool ok = b->block && dryad_bits_init(&b->filled, b->base, b->source.length / DRYAD_DEMAND_PAGE);
  return ok ? DRYAD_OK : dryad_fail_memory(error);
}

dryad_status dryad_demand_memory_new(dryad_demand_memory **out, const dryad_demand_memory_source *source,
                                     const dryad_allocator *allocator, dryad_progress progress, dryad_error *error)
{
  DRYAD_ASSERT(out && source->locate && source->fill && source->free);
  DRYAD_ASSERT(source->length > 0 && source->length % DRYAD_DEMAND_PAGE == 0);
  DRYAD_ASSERT(source->largest_block > 0 && source->largest_block % DRYAD_DEMAND_PAGE == 0);
  *out = NULL;
  dryad_demand_memory *b = dryad_calloc(allocator, 1, sizeof *b);
  if (!b) {
    source->free(source->context);
    return dryad_fail_memory(error);
  }
  b->allocator = (dryad_allocator){resize, b};
  b->base = allocator;
  b->process = getpid();
  b->references = 1;
  b->source = *source;
  b->faults = b->stop = -1;
  dryad_status status = map(b, error);
  bool is_watched = !status && watch(b);
  DRYAD_TRACE_DECISION("demand memory", {"bytes", .number = source->length},
                       {"filled", .text = is_watched ? "when it is touched" : "at once: the kernel reports no faults"});
  if (!status && !is_watched) status = fill_all(b, progress, error);
  if (status)
    dryad_demand_memory_release(b);
  else
    *out = b;
  return status;
}

dryad_demand_memory *dryad_demand_memory_retain(dryad_demand_memory *demand)
{
  DRYAD_ASSERT(demand->references > 0);
  demand->references++;
  return demand;
}

static void stop_thread(dryad_demand_memory *b)
{
  const uint64_t one = 1;
  while (write(b->stop, &one, sizeof one) < 0 && errno == EINTR) continue;
  pthread_join(b->thread, NULL);
}

void dryad_demand_memory_release(dryad_demand_memory *demand)
{
  DRYAD_ASSERT(!demand || demand->references > 0);
  if (!demand || --demand->references) return;
  bool is_forked = demand->has_thread && demand->process != getpid();
  if (demand->has_thread && !is_forked) stop_thread(demand);
  if (demand->memory && !is_forked) munmap(demand->memory, demand->source.length);
  if (demand->faults >= 0) close(demand->faults);
  if (demand->stop >= 0) close(demand->stop);
  demand->source.free(demand->source.context);
  dryad_bits_deinit(&demand->filled);
  dryad_free(demand->base, demand->block, demand->source.largest_block, 1);
  dryad_free(demand->base, demand, 1, sizeof *demand);
}

unsigned char *dryad_demand_memory_start(const dryad_demand_memory *demand) { return demand->memory; }
const dryad_allocator *dryad_demand_memory_allocator(const dryad_demand_memory *demand) { return &demand->allocator; }

/* Only the thread fills what is missing; touching a block makes it do so. */
dryad_status dryad_demand_memory_complete(dryad_demand_memory *demand, dryad_progress progress, dryad_error *error)
{
  uint64_t start, length;
  if (!demand->has_thread || demand->is_complete) return DRYAD_OK;
  for (uint64_t place = 0; place < demand->source.length; place = start + length) {
    if (dryad_progress_tell(&progress, stage, place, demand->source.length)) return dryad_fail_cancelled(error);
    demand->source.locate(demand->source.context, place, &start, &length);
    (void)*(const volatile unsigned char *)(demand->memory + start);
  }
  if (madvise(demand->memory, demand->source.length, MADV_DOFORK))
    return dryad_fail(error, DRYAD_IO, "cannot share the memory of an index with a child: %m");
  demand->is_complete = true;
  return DRYAD_OK;
}

dryad_status dryad_demand_memory_check(const dryad_demand_memory *demand, dryad_error *error)
{
  if (!atomic_load_explicit(&demand->is_damaged, memory_order_acquire)) return DRYAD_OK;
  if (error) *error = demand->damage;
  return demand->damage.status;
}
