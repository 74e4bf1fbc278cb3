/* SPDX-License-Identifier: MIT */
#include "graph/text_numbers.h"

#include "base/error.h"
#include "base/search.h"

void dryad_text_numbers_init(dryad_text_numbers *numbers, const dryad_allocator *allocator)
{
  *numbers = (dryad_text_numbers){0};
  dryad_string_pool_init(&numbers->pool, allocator);
}

void dryad_text_numbers_deinit(dryad_text_numbers *numbers)
{
  dryad_column_free(&numbers->refs, numbers->pool.allocator, sizeof(dryad_text_ref));
  dryad_string_pool_deinit(&numbers->pool);
}

/* A pool's references ascend in the order in which texts were added. */
static uint32_t find(const dryad_text_numbers *numbers, dryad_text_ref ref)
{
  return (uint32_t)dryad_lower_bound(numbers->refs.data, numbers->count, ref);
}

dryad_status dryad_text_numbers_add(dryad_text_numbers *numbers, dryad_text text, uint32_t *number, dryad_error *error)
{
  DRYAD_ASSERT(number && (text.data || text.length == 0));
  dryad_text_ref ref;
  dryad_status status = dryad_string_pool_add(&numbers->pool, text.data, text.length, &ref, error);
  if (status) return status;
  *number = find(numbers, ref);
  if (*number < numbers->count) return DRYAD_OK;
  uint64_t needed = (uint64_t)numbers->count + 1;
  if (!dryad_column_reserve(&numbers->refs, numbers->pool.allocator, needed, sizeof ref))
    return dryad_fail_memory(error);
  ((dryad_text_ref *)numbers->refs.data)[numbers->count++] = ref;
  return DRYAD_OK;
}

void dryad_text_numbers_settle(dryad_text_numbers *numbers) { dryad_string_pool_settle(&numbers->pool); }

uint64_t dryad_text_numbers_bytes(const dryad_text_numbers *numbers)
{
  return dryad_string_pool_bytes(&numbers->pool) + numbers->refs.capacity * sizeof(dryad_text_ref);
}
