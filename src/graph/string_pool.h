/* SPDX-License-Identifier: MIT */
/*
 * Interned text: equal byte strings are kept once. A text is a varint length and its bytes, at an 8-byte boundary of
 * one growing block; a reference is its offset in units of 8 bytes, so 30 bits address 8 GiB. The hash table is needed
 * only for adding text and can be dropped and rebuilt.
 */
#ifndef DRYAD_GRAPH_STRING_POOL_H
#define DRYAD_GRAPH_STRING_POOL_H

#include <string.h>

#include "base/assert.h"
#include "dryad.h"

typedef uint32_t dryad_text_ref; /* below 2^30 */
#define DRYAD_NO_TEXT UINT32_MAX
#define DRYAD_MAX_TEXT_REF ((UINT32_C(1) << 30) - 2)

typedef struct dryad_string_pool {
  const dryad_allocator *allocator;
  unsigned char *bytes;
  uint64_t used, capacity; /* bytes, multiples of 8 */
  struct dryad_text_slot *slots;
  uint64_t slot_count; /* a power of two, or 0 */
  uint64_t text_count;
} dryad_string_pool;

void dryad_string_pool_init(dryad_string_pool *texts, const dryad_allocator *allocator);
void dryad_string_pool_deinit(dryad_string_pool *texts);
/* DRYAD_NO_MEMORY, or DRYAD_LIMIT beyond 8 GiB of distinct text. */
dryad_status dryad_string_pool_add(dryad_string_pool *texts, const char *data, size_t length, dryad_text_ref *ref,
                                   dryad_error *error);
/* The same in two steps: the first prefetches the slot, which is rarely in the cache. `hash` is the result of the first
   step for the same bytes. */
uint64_t dryad_string_pool_expect(const dryad_string_pool *texts, const char *data, size_t length);
dryad_status dryad_string_pool_add_expected(dryad_string_pool *texts, dryad_text text, uint64_t hash,
                                            dryad_text_ref *ref, dryad_error *error);
/* Frees the hash table and the unused tail; adding again rebuilds the table. */
void dryad_string_pool_settle(dryad_string_pool *texts);
/* The bytes that it holds, including the hash table. */
uint64_t dryad_string_pool_bytes(const dryad_string_pool *texts);

/* A text that would reach beyond the block, as in a hostile index, counts as empty; at least ten zero bytes follow an
   index's block. */
static inline dryad_text dryad_string_pool_get(const dryad_string_pool *texts, dryad_text_ref ref)
{
  const unsigned char *start = texts->bytes + (uint64_t)ref * 8, *p = start, *end = texts->bytes + texts->used;
  size_t length = 0;
  unsigned shift = 0;
  for (; *p & 0x80 && shift < 63; p++, shift += 7) length |= (size_t)(*p & 0x7f) << shift;
  length |= (size_t)*p++ << shift;
  if (p > end || length > (size_t)(end - p)) return (dryad_text){(const char *)start + 1, 0};
  return (dryad_text){(const char *)p, length};
}

/* The reference of a text that dryad_string_pool_get returned; DRYAD_NO_TEXT: it is no text of the pool. O(1). */
static inline dryad_text_ref dryad_string_pool_find(const dryad_string_pool *texts, dryad_text text)
{
  uintptr_t start = (uintptr_t)texts->bytes, at = (uintptr_t)text.data;
  return at > start && at - start < texts->used ? (dryad_text_ref)((at - 1 - start) / 8) : DRYAD_NO_TEXT;
}

/* Whether both exist and have the same bytes. */
static inline bool dryad_text_equal(dryad_text a, dryad_text b)
{
  return a.data && b.data && a.length == b.length && memcmp(a.data, b.data, a.length) == 0;
}

/* Compares bytewise: below, equal to or above 0 as `a` is less than, equal to or greater than `b`. */
static inline int dryad_text_compare(dryad_text a, dryad_text b)
{
  int order = memcmp(a.data, b.data, a.length < b.length ? a.length : b.length);
  return order ? order : (a.length > b.length) - (a.length < b.length);
}

/* The reference of the text after `text`; walks all texts, from 0 to used / 8. */
static inline dryad_text_ref dryad_string_pool_next(const dryad_string_pool *texts, dryad_text text)
{
  DRYAD_ASSERT((const unsigned char *)text.data >= texts->bytes);
  DRYAD_ASSERT((const unsigned char *)text.data + text.length <= texts->bytes + texts->used);
  uint64_t end = (uint64_t)((const unsigned char *)text.data - texts->bytes) + text.length;
  return (dryad_text_ref)((end + 7) / 8);
}

#endif
