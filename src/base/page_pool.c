/* SPDX-License-Identifier: MIT */
#include "base/page_pool.h"

#include <sys/mman.h>
#include <unistd.h>

#include "base/assert.h"

/* Adjacent huge pages that belong to no block and are all present. */
typedef struct dryad_page_run {
  char *start;
  size_t length;
} dryad_page_run;

enum { PAGES_ASKED = 16384 };

#if defined(__SANITIZE_THREAD__)
enum { MAY_MOVE = 0 }; /* it does not intercept mremap, and reports races on moved pages */
#else
enum { MAY_MOVE = 1 };
#endif

/* ---- keeping --------------------------------------------------------------------------------- */

/* Called with the mutex held, as are all functions below that take `r`. */
static void keep_run(dryad_page_pool *r, char *start, size_t length)
{
  dryad_page_run *last = (dryad_page_run *)r->runs.data + r->run_count;
  if (r->run_count && last[-1].start + last[-1].length == start) {
    last[-1].length += length;
  } else if (dryad_column_reserve(&r->runs, &dryad_default_allocator, r->run_count + 1, sizeof *last)) {
    ((dryad_page_run *)r->runs.data)[r->run_count++] = (dryad_page_run){start, length};
  } else {
    munmap(start, length);
  }
}

/* Keeps the huge pages that are fully present and unmaps the rest. */
static void keep_pages(dryad_page_pool *r, char *start, size_t length)
{
  unsigned char there[PAGES_ASKED];
  size_t page = (size_t)sysconf(_SC_PAGESIZE), in_huge = DRYAD_HUGE_PAGE / page, step = PAGES_ASKED * page;
  char *gone = start; /* from here to the loop's position, pages are neither kept nor unmapped yet */
  for (size_t at = 0; at < length; at += step) {
    size_t asked = length - at < step ? length - at : step;
    bool is_known = mincore(start + at, asked, there) == 0;
    for (size_t k = 0; k < asked / DRYAD_HUGE_PAGE; k++) {
      char *huge = start + at + k * DRYAD_HUGE_PAGE;
      if (!is_known || !(there[k * in_huge] & 1) || !(there[(k + 1) * in_huge - 1] & 1)) continue;
      if (gone < huge) munmap(gone, (size_t)(huge - gone));
      keep_run(r, huge, DRYAD_HUGE_PAGE);
      gone = huge + DRYAD_HUGE_PAGE;
    }
  }
  if (gone < start + length) munmap(gone, (size_t)(start + length - gone));
}

/* ---- giving ---------------------------------------------------------------------------------- */

/* Moves kept pages under the block, from its start on, as far as they go. One at a time: a run may consist of several
   mappings, and only some kernels move those together. False: the block has lost a page. */
static bool fill(dryad_page_pool *r, char *block, size_t length)
{
  for (size_t at = 0; at < length && r->run_count; at += DRYAD_HUGE_PAGE) {
    dryad_page_run *run = (dryad_page_run *)r->runs.data + r->run_count - 1;
    void *moved = mremap(run->start, DRYAD_HUGE_PAGE, DRYAD_HUGE_PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, block + at);
    if (moved == MAP_FAILED) {
      int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED;
      return mmap(block + at, DRYAD_HUGE_PAGE, PROT_READ | PROT_WRITE, flags, -1, 0) != MAP_FAILED;
    }
    run->start += DRYAD_HUGE_PAGE;
    run->length -= DRYAD_HUGE_PAGE;
    r->run_count -= run->length == 0;
  }
  return true;
}

/* ---- the allocator --------------------------------------------------------------------------- */

static void *below(void *block, size_t old_size, size_t new_size)
{
  return dryad_default_allocator.resize(dryad_default_allocator.context, block, old_size, new_size);
}

/* The bytes of a block that lie in whole huge pages. */
static size_t huge_length(size_t size)
{
  return size < DRYAD_HUGE_PAGE ? 0 : dryad_mapped_length(size) & ~(DRYAD_HUGE_PAGE - 1);
}

static void *new_block(dryad_page_pool *r, size_t size)
{
  char *block = below(NULL, 0, size);
  if (!block || fill(r, block, huge_length(size))) return block;
  below(block, size, 0);
  return NULL;
}

static void *shrink(dryad_page_pool *r, char *block, size_t old_size, size_t new_size)
{
  bool is_mapped = new_size == 0 || new_size >= DRYAD_MAPPED_SIZE;
  size_t end = huge_length(old_size), needed = new_size ? dryad_mapped_length(new_size) : 0;
  size_t start = (needed + DRYAD_HUGE_PAGE - 1) & ~(DRYAD_HUGE_PAGE - 1);
  if (!is_mapped || start >= end) return below(block, old_size, new_size);
  keep_pages(r, block + start, end - start);
  if (needed < start) munmap(block + needed, start - needed);
  size_t old_end = dryad_mapped_length(old_size);
  if (end < old_end) munmap(block + end, old_end - end);
  return new_size ? block : NULL;
}

static void *resize(void *context, void *block, size_t old_size, size_t new_size)
{
  dryad_page_pool *r = context;
  if (block && new_size >= old_size) return below(block, old_size, new_size);
  pthread_mutex_lock(&r->mutex);
  void *result = block ? shrink(r, block, old_size, new_size) : new_block(r, new_size);
  pthread_mutex_unlock(&r->mutex);
  return result;
}

void dryad_page_pool_init(dryad_page_pool *pool, const dryad_allocator *allocator)
{
  DRYAD_ASSERT(pool);
  *pool = (dryad_page_pool){.allocator = *allocator, .mutex = PTHREAD_MUTEX_INITIALIZER};
  if (MAY_MOVE && allocator == &dryad_default_allocator) pool->allocator = (dryad_allocator){resize, pool};
}

void dryad_page_pool_deinit(dryad_page_pool *pool)
{
  const dryad_page_run *runs = pool->runs.data;
  for (uint64_t i = 0; i < pool->run_count; i++) munmap(runs[i].start, runs[i].length);
  dryad_column_free(&pool->runs, &dryad_default_allocator, sizeof *runs);
  pthread_mutex_destroy(&pool->mutex);
}
