/* SPDX-License-Identifier: MIT */
#include "attach/target_memory.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/assert.h"

enum { PAGE = 4096, PAGES = 64, LEAST_CHARGE = 32 };

typedef struct cached_page {
  uint64_t address;
  size_t length; /* readable bytes; 0: an unused place, or an unreadable page */
  unsigned char bytes[PAGE];
} cached_page;

struct dryad_target_memory {
  int fd;
  uint64_t budget;
  cached_page pages[PAGES]; /* a page is at its number modulo PAGES */
};

dryad_target_memory *dryad_target_memory_new(int fd, uint64_t budget)
{
  dryad_target_memory *memory = malloc(sizeof *memory);
  if (!memory) return NULL;
  memory->fd = fd;
  memory->budget = budget;
  dryad_target_memory_refresh(memory);
  return memory;
}

void dryad_target_memory_free(dryad_target_memory *memory) { free(memory); }

void dryad_target_memory_refresh(dryad_target_memory *memory)
{
  for (unsigned i = 0; i < PAGES; i++) memory->pages[i].length = 0;
}

uint64_t dryad_target_memory_budget(const dryad_target_memory *memory) { return memory->budget; }

void dryad_target_memory_set_budget(dryad_target_memory *memory, uint64_t budget) { memory->budget = budget; }

static bool charge(dryad_target_memory *memory, size_t size)
{
  uint64_t cost = size < LEAST_CHARGE ? LEAST_CHARGE : size;
  if (cost > memory->budget) {
    memory->budget = 0;
    return false;
  }
  memory->budget -= cost;
  return true;
}

static size_t read_uncached(int fd, uint64_t address, unsigned char *to, size_t size)
{
  size_t done = 0;
  while (done < size && address + done <= INT64_MAX) {
    ssize_t got = pread(fd, to + done, size - done, (off_t)(address + done));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    done += (size_t)got;
  }
  return done;
}

/* NULL: the budget does not allow another page. */
static const cached_page *page_of(dryad_target_memory *memory, uint64_t address)
{
  uint64_t start = address & ~(uint64_t)(PAGE - 1);
  cached_page *page = &memory->pages[start / PAGE % PAGES];
  if (!page->length || page->address != start) {
    if (!charge(memory, PAGE)) return NULL;
    page->address = start;
    page->length = read_uncached(memory->fd, start, page->bytes, PAGE);
  }
  return page;
}

static bool read_cached(dryad_target_memory *memory, uint64_t address, unsigned char *to, size_t size)
{
  while (size) {
    const cached_page *page = page_of(memory, address);
    if (!page) return false;
    size_t from = (size_t)(address - page->address), part = PAGE - from;
    if (part > size) part = size;
    if (from + part > page->length) return false;
    memcpy(to, page->bytes + from, part);
    to += part;
    address += part;
    size -= part;
  }
  return true;
}

bool dryad_target_read(dryad_target_memory *memory, uint64_t address, void *to, size_t size)
{
  if (!charge(memory, size) || address > UINT64_MAX - size) return false;
  if (size <= PAGE) return read_cached(memory, address, to, size);
  return read_uncached(memory->fd, address, to, size) == size;
}

size_t dryad_target_read_some(dryad_target_memory *memory, uint64_t address, void *to, size_t size)
{
  if (!charge(memory, size)) return 0;
  return read_uncached(memory->fd, address, to, size);
}

bool dryad_target_read_text(dryad_target_memory *memory, uint64_t address, char *to, size_t size)
{
  DRYAD_ASSERT(size >= 1);
  for (size_t done = 0; done + 1 < size;) {
    /* Never beyond the page: the next one may be missing. */
    size_t part = PAGE - (size_t)((address + done) & (PAGE - 1));
    if (part > size - 1 - done) part = size - 1 - done;
    if (address > UINT64_MAX - done || !dryad_target_read(memory, address + done, to + done, part)) return false;
    if (memchr(to + done, 0, part)) return true;
    done += part;
  }
  to[size - 1] = 0;
  return true;
}
