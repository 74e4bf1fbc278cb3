/* SPDX-License-Identifier: MIT */
/* A dump that lies in memory. */
#ifndef DRYAD_TESTS_FUZZ_FROM_MEMORY_H
#define DRYAD_TESTS_FUZZ_FROM_MEMORY_H

#include "dryad.h"
#include "target.h"

static inline ptrdiff_t give_rest(void *context, void *buffer, size_t capacity)
{
  dryad_text *rest = context;
  size_t count = rest->length < capacity ? rest->length : capacity;
  if (count) memcpy(buffer, rest->data, count);
  rest->data += count;
  rest->length -= count;
  return (ptrdiff_t)count;
}

/* Loaded raw and by one thread; NULL: it does not load. */
static inline dryad_heap *load_from_memory(dryad_text dump)
{
  dryad_heap *heap;
  const dryad_load_options options = {.size = sizeof options, .raw = true, .threads = 1};
  if (dryad_heap_load_source(&heap, (dryad_source){give_rest, &dump}, "dump", &options, NULL)) return NULL;
  return heap;
}

#endif
