/* SPDX-License-Identifier: MIT */
/* Dense numbers for texts: the first text asked for is 0, the next new one 1, and so on. */
#ifndef DRYAD_GRAPH_TEXT_NUMBERS_H
#define DRYAD_GRAPH_TEXT_NUMBERS_H

#include "base/memory.h"
#include "graph/string_pool.h"

typedef struct dryad_text_numbers {
  dryad_string_pool pool;
  dryad_column refs; /* dryad_text_ref[count], by number: ascending */
  uint32_t count;
} dryad_text_numbers;

void dryad_text_numbers_init(dryad_text_numbers *numbers, const dryad_allocator *allocator);
void dryad_text_numbers_deinit(dryad_text_numbers *numbers); /* all zero is allowed */
/* The number of a text; a new one gets the next. DRYAD_NO_MEMORY or DRYAD_LIMIT. O(log count). */
dryad_status dryad_text_numbers_add(dryad_text_numbers *numbers, dryad_text text, uint32_t *number, dryad_error *error);
/* The text of a number, valid until the next is added. O(1). */
static inline dryad_text dryad_text_numbers_get(const dryad_text_numbers *numbers, uint32_t number)
{
  DRYAD_ASSERT(number < numbers->count);
  return dryad_string_pool_get(&numbers->pool, ((const dryad_text_ref *)numbers->refs.data)[number]);
}
/* Frees what only adding needs. */
void dryad_text_numbers_settle(dryad_text_numbers *numbers);
/* The bytes that it holds. */
uint64_t dryad_text_numbers_bytes(const dryad_text_numbers *numbers);

#endif
