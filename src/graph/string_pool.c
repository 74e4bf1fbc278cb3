/* SPDX-License-Identifier: MIT */
#include "graph/string_pool.h"

#include <string.h>
#include <xxhash.h>

#include "base/assert.h"
#include "base/error.h"
#include "base/memory.h"

enum { FIRST_CAPACITY = 4096, FIRST_SLOTS = 1024, MAX_HEADER = 10, UNIT = 8 };

/* `ref` is DRYAD_NO_TEXT in a free slot; `check` holds hash bits that the slot's position does not imply. */
struct dryad_text_slot {
  uint32_t check;
  dryad_text_ref ref;
};

void dryad_string_pool_init(dryad_string_pool *texts, const dryad_allocator *allocator)
{
  *texts = (dryad_string_pool){.allocator = allocator};
}

void dryad_string_pool_deinit(dryad_string_pool *texts)
{
  dryad_free(texts->allocator, texts->bytes, texts->capacity, 1);
  dryad_free(texts->allocator, texts->slots, texts->slot_count, sizeof *texts->slots);
}

static void place(struct dryad_text_slot *slots, uint64_t slot_count, uint64_t hash, dryad_text_ref ref)
{
  uint64_t i = hash & (slot_count - 1);
  while (slots[i].ref != DRYAD_NO_TEXT) i = (i + 1) & (slot_count - 1);
  slots[i] = (struct dryad_text_slot){(uint32_t)(hash >> 32), ref};
}

static bool rehash(dryad_string_pool *texts, uint64_t slot_count)
{
  struct dryad_text_slot *slots = dryad_alloc(texts->allocator, slot_count, sizeof *slots);
  if (!slots) return false;
  memset(slots, 0xff, slot_count * sizeof *slots);
  for (dryad_text_ref ref = 0; ref < texts->used / UNIT;) {
    dryad_text text = dryad_string_pool_get(texts, ref);
    place(slots, slot_count, XXH3_64bits(text.data, text.length), ref);
    ref = dryad_string_pool_next(texts, text);
  }
  dryad_free(texts->allocator, texts->slots, texts->slot_count, sizeof *slots);
  texts->slots = slots;
  texts->slot_count = slot_count;
  return true;
}

/* Counts the texts themselves: the count in an index may be wrong. */
static uint64_t count_texts(const dryad_string_pool *texts)
{
  uint64_t count = 0;
  for (dryad_text_ref ref = 0; ref < texts->used / UNIT; count++)
    ref = dryad_string_pool_next(texts, dryad_string_pool_get(texts, ref));
  return count;
}

static bool reserve(dryad_string_pool *texts, uint64_t more)
{
  if (texts->used + more <= texts->capacity) return true;
  uint64_t capacity = texts->capacity ? texts->capacity + texts->capacity / 2 : FIRST_CAPACITY;
  if (capacity < texts->used + more) capacity = texts->used + more;
  capacity = (capacity + UNIT - 1) & ~(uint64_t)(UNIT - 1);
  unsigned char *bytes = dryad_realloc(texts->allocator, texts->bytes, texts->capacity, capacity, 1);
  if (!bytes) return false;
  texts->bytes = bytes;
  texts->capacity = capacity;
  return true;
}

static dryad_text_ref append(dryad_string_pool *texts, const char *data, size_t length)
{
  dryad_text_ref ref = (dryad_text_ref)(texts->used / UNIT);
  unsigned char *p = texts->bytes + texts->used;
  for (size_t rest = length;; rest >>= 7) {
    *p++ = (unsigned char)(rest & 0x7f) | (rest > 0x7f ? 0x80 : 0);
    if (rest <= 0x7f) break;
  }
  if (length) memcpy(p, data, length);
  p += length;
  uint64_t used = (uint64_t)(p - texts->bytes);
  texts->used = (used + UNIT - 1) & ~(uint64_t)(UNIT - 1);
  memset(p, 0, texts->used - used);
  texts->text_count++;
  return ref;
}

uint64_t dryad_string_pool_expect(const dryad_string_pool *texts, const char *data, size_t length)
{
  uint64_t hash = XXH3_64bits(data, length);
  if (texts->slots) __builtin_prefetch(&texts->slots[hash & (texts->slot_count - 1)]);
  return hash;
}

dryad_status dryad_string_pool_add_expected(dryad_string_pool *texts, dryad_text text, uint64_t hash,
                                            dryad_text_ref *ref, dryad_error *error)
{
  DRYAD_ASSERT((text.data || text.length == 0) && ref);
  if (!texts->slot_count) texts->text_count = count_texts(texts);
  if (texts->text_count >= texts->slot_count / 4 * 3) {
    uint64_t slot_count = texts->slot_count ? texts->slot_count * 2 : FIRST_SLOTS;
    while (texts->text_count >= slot_count / 4 * 3) slot_count *= 2;
    if (!rehash(texts, slot_count)) return dryad_fail_memory(error);
  }
  uint64_t i = hash & (texts->slot_count - 1);
  for (; texts->slots[i].ref != DRYAD_NO_TEXT; i = (i + 1) & (texts->slot_count - 1)) {
    if (texts->slots[i].check != (uint32_t)(hash >> 32)) continue;
    dryad_text known = dryad_string_pool_get(texts, texts->slots[i].ref);
    if (known.length == text.length && memcmp(known.data, text.data, text.length) == 0) {
      *ref = texts->slots[i].ref;
      return DRYAD_OK;
    }
  }
  if (texts->used / UNIT > DRYAD_MAX_TEXT_REF)
    return dryad_fail(error, DRYAD_LIMIT, "more than 8 GiB of distinct text");
  if (!reserve(texts, text.length + MAX_HEADER + UNIT)) return dryad_fail_memory(error);
  *ref = append(texts, text.data, text.length);
  texts->slots[i] = (struct dryad_text_slot){(uint32_t)(hash >> 32), *ref};
  return DRYAD_OK;
}

dryad_status dryad_string_pool_add(dryad_string_pool *texts, const char *data, size_t length, dryad_text_ref *ref,
                                   dryad_error *error)
{
  DRYAD_ASSERT((data || length == 0) && ref);
  return dryad_string_pool_add_expected(texts, (dryad_text){data, length}, XXH3_64bits(data, length), ref, error);
}

void dryad_string_pool_settle(dryad_string_pool *texts)
{
  dryad_free(texts->allocator, texts->slots, texts->slot_count, sizeof *texts->slots);
  texts->slots = NULL;
  texts->slot_count = 0;
  unsigned char *bytes = dryad_realloc(texts->allocator, texts->bytes, texts->capacity, texts->used, 1);
  if (!bytes) return;
  texts->bytes = bytes;
  texts->capacity = texts->used;
}

uint64_t dryad_string_pool_bytes(const dryad_string_pool *texts)
{
  return texts->capacity + texts->slot_count * sizeof *texts->slots;
}
