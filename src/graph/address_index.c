/* SPDX-License-Identifier: MIT */
#include "graph/address_index.h"

#include <string.h>

#include "base/assert.h"
#include "base/error.h"
#include "base/multiversion.h"
#include "base/sort.h"

/* A page of a real heap usually holds more than FEW_PER_PAGE addresses and fewer than MANY_PER_PAGE. The slots start
   small, to stay in the cache; the pages start with room for all, because growing would cost them huge pages. */
enum { FIRST_SLOTS = 1024, MAX_SHIFT = 4, FEW_PER_PAGE = 16, MANY_PER_PAGE = 64 };

bool dryad_address_index_init(dryad_address_index *index, const dryad_allocator *allocator, uint64_t address_bits,
                              uint64_t expected)
{
  DRYAD_ASSERT(index);
  unsigned shift = 0;
  uint64_t slots = FIRST_SLOTS;
  while (shift < MAX_SHIFT && !(address_bits >> shift & 1)) shift++;
  while (slots < 2 * (expected / MANY_PER_PAGE)) slots *= 2;
  *index = (dryad_address_index){.allocator = allocator, .shift = shift, .slot_count = slots, .last_page = DRYAD_NONE};
  index->slots = dryad_alloc(allocator, slots, sizeof *index->slots);
  if (!index->slots) return false;
  memset(index->slots, 0xff, slots * sizeof *index->slots);
  return dryad_column_reserve(&index->pages, allocator, expected / FEW_PER_PAGE, sizeof(dryad_page));
}

void dryad_address_index_deinit(dryad_address_index *index)
{
  dryad_column_free(&index->pages, index->allocator, sizeof(dryad_page));
  dryad_free(index->allocator, index->slots, index->slot_count, sizeof *index->slots);
  *index = (dryad_address_index){.allocator = index->allocator};
}

static bool double_slots(dryad_address_index *index)
{
  uint64_t slot_count = index->slot_count * 2;
  const dryad_page *pages = index->pages.data;
  uint32_t *slots = dryad_alloc(index->allocator, slot_count, sizeof *slots);
  if (!slots) return false;
  memset(slots, 0xff, slot_count * sizeof *slots);
  for (uint32_t page = 0; page < index->page_count; page++) {
    uint64_t i = dryad_page_hash(dryad_page_key(&pages[page], 0)) & (slot_count - 1);
    while (slots[i] != DRYAD_NONE) i = (i + 1) & (slot_count - 1);
    slots[i] = page;
  }
  dryad_free(index->allocator, index->slots, index->slot_count, sizeof *slots);
  index->slots = slots;
  index->slot_count = slot_count;
  return true;
}

/* The page of this key, created empty if it is new; NULL: no memory. */
static dryad_page *page_of(dryad_address_index *index, uint64_t key)
{
  dryad_page *pages = index->pages.data;
  uint64_t i = dryad_page_hash(key) & (index->slot_count - 1);
  for (; index->slots[i] != DRYAD_NONE; i = (i + 1) & (index->slot_count - 1))
    if (dryad_page_key(&pages[index->slots[i]], 0) == key) return &pages[index->slots[i]];
  if (index->page_count >= index->slot_count / 2) return double_slots(index) ? page_of(index, key) : NULL;
  if (!dryad_column_reserve(&index->pages, index->allocator, (uint64_t)index->page_count + 1, sizeof(dryad_page)))
    return NULL;
  dryad_page *page = (dryad_page *)index->pages.data + index->page_count;
  for (unsigned word = 0; word < DRYAD_PAGE_WORDS; word++)
    page->words[word] = (dryad_page_word){.half_key = (uint32_t)(word % 2 ? key >> 32 : key)};
  index->slots[i] = index->page_count++;
  return page;
}

dryad_status dryad_address_index_add(dryad_address_index *index, uint64_t address, uint32_t *page, dryad_error *error)
{
  DRYAD_ASSERT(page);
  DRYAD_ASSERT((address & ((UINT64_C(1) << index->shift) - 1)) == 0);
  uint64_t place = address >> index->shift, key = place / (64 * DRYAD_PAGE_WORDS);
  if (key != index->last_key || index->last_page == DRYAD_NONE) {
    const dryad_page *found = page_of(index, key);
    if (!found) return dryad_fail_memory(error);
    index->last_key = key;
    index->last_page = (uint32_t)(found - (const dryad_page *)index->pages.data);
  }
  dryad_page *last = (dryad_page *)index->pages.data + index->last_page;
  uint64_t *word = &last->words[place / 64 % DRYAD_PAGE_WORDS].bits, bit = UINT64_C(1) << place % 64;
  *page = *word & bit ? DRYAD_NONE : index->last_page;
  if (*word & bit) return DRYAD_OK;
  if (index->count >= DRYAD_NONE - 1) return dryad_fail(error, DRYAD_LIMIT, "more than 4294967294 objects");
  *word |= bit;
  index->count++;
  return DRYAD_OK;
}

/* In page order. Static, because the versions of a public function would be exported. */
DRYAD_FAST_POPCOUNT
static void count_before(dryad_address_index *index, const uint32_t *order)
{
  uint32_t before = 0;
  for (uint32_t i = 0; i < index->page_count; i++) {
    dryad_page *page = (dryad_page *)index->pages.data + order[i];
    for (unsigned word = 0; word < DRYAD_PAGE_WORDS; word++) {
      page->words[word].before = before;
      before += (uint32_t)__builtin_popcountll(page->words[word].bits);
    }
  }
}

dryad_status dryad_address_index_order(dryad_address_index *index, dryad_error *error)
{
  uint64_t *keys = dryad_alloc(index->allocator, index->page_count, sizeof *keys);
  uint32_t *order = dryad_alloc(index->allocator, index->page_count, sizeof *order);
  dryad_status status = keys && order ? DRYAD_OK : dryad_fail_memory(error);
  if (!status) {
    for (uint32_t page = 0; page < index->page_count; page++) {
      keys[page] = dryad_page_key((const dryad_page *)index->pages.data + page, 0);
      order[page] = page;
    }
    status = dryad_sort(index->allocator, keys, order, index->page_count, error);
  }
  if (!status) count_before(index, order);
  dryad_free(index->allocator, keys, index->page_count, sizeof *keys);
  dryad_free(index->allocator, order, index->page_count, sizeof *order);
  return status;
}
