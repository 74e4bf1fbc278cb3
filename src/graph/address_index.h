/* SPDX-License-Identifier: MIT */
/*
 * Numbering addresses in ascending order while a graph is built: a bitmap of the address space.
 *
 * Objects lie close together, so the space is divided into pages of 512 slots (a slot is as wide as the alignment that
 * all addresses share), and a hash finds the page. The number of an address is the count of bits before it. Each page
 * takes 128 bytes and a hash slot; all operations are O(1), ordering is O(pages).
 */
#ifndef DRYAD_GRAPH_ADDRESS_INDEX_H
#define DRYAD_GRAPH_ADDRESS_INDEX_H

#include "base/assert.h"
#include "base/memory.h"

enum { DRYAD_PAGE_WORDS = 8 };

/* The bits of 64 slots next to the number of addresses before them, so that both share a cache line; and half of the
   page's key (the low half in even words), so that the key is on that line too. */
typedef struct dryad_page_word {
  uint64_t bits;
  uint32_t before; /* once ordered */
  uint32_t half_key;
} dryad_page_word;

typedef struct dryad_page {
  dryad_page_word words[DRYAD_PAGE_WORDS];
} dryad_page;

typedef struct dryad_address_index {
  const dryad_allocator *allocator;
  unsigned shift;     /* log2 of the width of a slot in bytes */
  dryad_column pages; /* dryad_page[page_count] */
  uint32_t page_count;
  uint32_t *slots;     /* page numbers; DRYAD_NONE: free */
  uint64_t slot_count; /* a power of two */
  uint32_t count;      /* addresses */
  uint64_t last_key;   /* the page of the last address added; the next one is often on it too */
  uint32_t last_page;  /* DRYAD_NONE: nothing was added */
} dryad_address_index;

/* `address_bits`: all addresses that will be added, or-ed together. `expected`: roughly how many there will be, for the
   initial room. */
bool dryad_address_index_init(dryad_address_index *index, const dryad_allocator *allocator, uint64_t address_bits,
                              uint64_t expected);
void dryad_address_index_deinit(dryad_address_index *index);

/* *page is the number of its page, or DRYAD_NONE if the address was added before. */
dryad_status dryad_address_index_add(dryad_address_index *index, uint64_t address, uint32_t *page, dryad_error *error);
/* Gives every address its number; call after the last add, before the first rank. */
dryad_status dryad_address_index_order(dryad_address_index *index, dryad_error *error);

static inline uint64_t dryad_page_hash(uint64_t key) { return (key * UINT64_C(0x9e3779b97f4a7c15)) >> 20; }

/* The key of a page, the leading bits of its addresses, as stored next to one of its words. */
static inline uint64_t dryad_page_key(const dryad_page *page, unsigned word)
{
  DRYAD_ASSERT(word < DRYAD_PAGE_WORDS);
  return (uint64_t)page->words[word | 1].half_key << 32 | page->words[word & ~1u].half_key;
}

static inline uint32_t dryad_page_rank(const dryad_page *page, uint64_t place)
{
  const dryad_page_word *word = &page->words[place / 64 % DRYAD_PAGE_WORDS];
  return word->before + (uint32_t)__builtin_popcountll(word->bits & ((UINT64_C(1) << place % 64) - 1));
}

/* The number, in ascending order, of an address that was added to this page. */
static inline uint32_t dryad_address_index_rank_on(const dryad_address_index *index, uint32_t page, uint64_t address)
{
  DRYAD_ASSERT(page < index->page_count);
  return dryad_page_rank((const dryad_page *)index->pages.data + page, address >> index->shift);
}

/* The same for any address; DRYAD_NONE if it was not added. */
static inline uint32_t dryad_address_index_rank(const dryad_address_index *index, uint64_t address)
{
  uint64_t place = address >> index->shift, key = place / (64 * DRYAD_PAGE_WORDS);
  unsigned word = place / 64 % DRYAD_PAGE_WORDS;
  const dryad_page *pages = index->pages.data, *page;
  uint64_t i = dryad_page_hash(key) & (index->slot_count - 1);
  for (;; i = (i + 1) & (index->slot_count - 1)) {
    if (index->slots[i] == DRYAD_NONE) return DRYAD_NONE;
    page = &pages[index->slots[i]];
    if (dryad_page_key(page, word) == key) break;
  }
  if (!(page->words[word].bits >> place % 64 & 1) || place << index->shift != address) return DRYAD_NONE;
  return dryad_page_rank(page, place);
}

#endif
