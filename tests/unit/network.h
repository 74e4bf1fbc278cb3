/* SPDX-License-Identifier: MIT */
/* Random heaps of any size of plain objects that refer to each other, for tests of references only. */
#ifndef DRYAD_TESTS_NETWORK_H
#define DRYAD_TESTS_NETWORK_H

#include "feed.h"

/* Object i has the address 16 * (i + 1); one reference in twenty leads nowhere, some are repeated. `allocator` may be
 * NULL. */
static inline dryad_heap *random_network(uint64_t *seed, unsigned count, unsigned max_refs, unsigned max_size,
                                         const dryad_allocator *allocator)
{
  static const char *const types[] = {"list", "dict", "Thing", "str"};
  dump_text t = {0};
  for (unsigned i = 0; i < count; i++) {
    text_add(&t, "{\"address\": %u, \"type\": \"%s\", \"size\": %u, ", 16 * (i + 1), types[random_below(seed, 4)],
             random_below(seed, max_size + 1));
    if (chance(seed, 50)) text_add(&t, "\"len\": %d, ", (int)random_below(seed, 9) - 4);
    text_add(&t, "\"refs\": [");
    unsigned refs = random_below(seed, max_refs + 1);
    for (unsigned r = 0; r < refs; r++)
      text_add(&t, "%s%u", r ? ", " : "", 16 * (1 + random_below(seed, count)) + (chance(seed, 5) ? 8 : 0));
    text_add(&t, "]}\n");
  }
  dryad_heap *heap = load_text(
      &t, &(dryad_load_options){.size = sizeof(dryad_load_options), .raw = true, .threads = 1, .allocator = allocator});
  text_free(&t);
  return heap;
}

#endif
