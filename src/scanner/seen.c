/* SPDX-License-Identifier: MIT */
#include "seen.h"

#include "memory.h"

enum { PAGE_BITS = 12, UNIT_BITS = 3, WORDS = 8, FIRST_PAGES = 4096 };

struct dryad_seen_page {
  uint64_t number;
  uint64_t seen[WORDS];
  uint64_t waiting[WORDS];
  uint32_t next; /* next page in the list of waiting pages */
  bool queued;
};

typedef struct dryad_seen_page page_t;

static size_t pages_size(uint32_t pages) { return pages * sizeof(page_t); }

void dryad_seen_deinit(dryad_seen *seen)
{
  dryad_pages_free(seen->pages, pages_size(seen->cap_pages));
  dryad_pages_free(seen->table, seen->table_size * sizeof *seen->table);
  *seen = (dryad_seen){0};
}

size_t dryad_seen_memory(const dryad_seen *seen)
{
  return pages_size(seen->num_pages) + seen->table_size * sizeof *seen->table;
}

/* The position of a page's number in the table, or the free position for it. */
static uint32_t find(const dryad_seen *seen, uint64_t number)
{
  uint32_t mask = seen->table_size - 1;
  uint32_t i = (uint32_t)(number * 0x9E3779B97F4A7C15u >> 32) & mask;
  while (seen->table[i] != 0 && seen->pages[seen->table[i]].number != number) i = (i + 1) & mask;
  return i;
}

static bool grow_table(dryad_seen *seen)
{
  uint32_t old_size = seen->table_size, *old = seen->table;
  uint32_t new_size = old_size == 0 ? 2 * FIRST_PAGES : 2 * old_size;
  uint32_t *table = new_size > old_size ? dryad_pages_grow(NULL, 0, new_size * sizeof *table) : NULL;
  if (table == NULL) return false;
  seen->table = table;
  seen->table_size = new_size;
  for (uint32_t i = 1; i < seen->num_pages; i++) table[find(seen, seen->pages[i].number)] = i;
  dryad_pages_free(old, old_size * sizeof *old);
  return true;
}

static bool grow_pages(dryad_seen *seen)
{
  uint32_t cap = seen->cap_pages == 0 ? FIRST_PAGES : seen->cap_pages + seen->cap_pages / 2;
  page_t *pages =
      cap > seen->cap_pages ? dryad_pages_grow(seen->pages, pages_size(seen->cap_pages), pages_size(cap)) : NULL;
  if (pages == NULL) return false;
  if (seen->num_pages == 0) seen->num_pages = 1;
  seen->pages = pages;
  seen->cap_pages = cap;
  return true;
}

static page_t *new_page(dryad_seen *seen, uint64_t number)
{
  /* At most two thirds full. */
  bool room = (seen->num_pages < seen->cap_pages || grow_pages(seen)) &&
              (seen->num_pages + 1 < seen->table_size / 3 * 2 || grow_table(seen));
  if (!room) {
    seen->failed = true;
    return NULL;
  }
  seen->last = seen->num_pages++;
  seen->table[find(seen, number)] = seen->last;
  page_t *page = &seen->pages[seen->last];
  page->number = number;
  return page;
}

static page_t *page_of(dryad_seen *seen, uint64_t number)
{
  if (seen->last != 0 && seen->pages[seen->last].number == number) return &seen->pages[seen->last];
  uint32_t found = seen->table_size != 0 ? seen->table[find(seen, number)] : 0;
  if (found == 0) return new_page(seen, number);
  seen->last = found;
  return &seen->pages[found];
}

bool dryad_seen_has(const dryad_seen *seen, uintptr_t address)
{
  uint32_t found = seen->table_size != 0 ? seen->table[find(seen, address >> PAGE_BITS)] : 0;
  unsigned unit = (unsigned)(address >> UNIT_BITS) & (64 * WORDS - 1);
  bool aligned = address % (1U << UNIT_BITS) == 0;
  return found != 0 && aligned && (seen->pages[found].seen[unit >> 6] >> (unit & 63) & 1) != 0;
}

bool dryad_seen_add(dryad_seen *seen, uintptr_t address)
{
  page_t *page = page_of(seen, address >> PAGE_BITS);
  if (page == NULL) return false;
  unsigned unit = (unsigned)(address >> UNIT_BITS) & (64 * WORDS - 1);
  uint64_t bit = (uint64_t)1 << (unit & 63);
  if ((page->seen[unit >> 6] & bit) != 0) return false;
  page->seen[unit >> 6] |= bit;
  page->waiting[unit >> 6] |= bit;
  seen->count++;
  if (!page->queued) {
    page->queued = true;
    page->next = seen->waiting;
    seen->waiting = (uint32_t)(page - seen->pages);
  }
  return true;
}

static uintptr_t address_at(const page_t *page, unsigned word, uint64_t bits)
{
  unsigned unit = word * 64 + (unsigned)__builtin_ctzll(bits);
  return (uintptr_t)(page->number << PAGE_BITS) + ((uintptr_t)unit << UNIT_BITS);
}

/* Stays on a page until nothing on it waits. */
uintptr_t dryad_seen_next(dryad_seen *seen)
{
  for (;;) {
    page_t *page = &seen->pages[seen->current];
    for (unsigned word = 0; seen->current != 0 && word < WORDS; word++) {
      uint64_t bits = page->waiting[word];
      if (bits == 0) continue;
      page->waiting[word] = bits & (bits - 1);
      return address_at(page, word, bits);
    }
    if (seen->current != 0) page->queued = false;
    seen->current = seen->waiting;
    if (seen->current == 0) return 0;
    seen->waiting = seen->pages[seen->current].next;
  }
}

uintptr_t dryad_seen_each(const dryad_seen *seen, uint64_t *place)
{
  const uint64_t units = 64 * WORDS;
  if (*place == 0) *place = units; /* the first page is not used */
  while (*place / units < seen->num_pages) {
    const page_t *page = &seen->pages[*place / units];
    unsigned unit = (unsigned)(*place % units);
    uint64_t bits = page->seen[unit >> 6] >> (unit & 63);
    if (bits != 0) {
      unsigned skip = (unsigned)__builtin_ctzll(bits);
      *place += skip + 1;
      return (uintptr_t)(page->number << PAGE_BITS) + ((uintptr_t)(unit + skip) << UNIT_BITS);
    }
    *place += 64 - (unit & 63);
  }
  return 0;
}
