/* SPDX-License-Identifier: MIT */
/*
 * The fast path of the loader: lines exactly as Meliae or Dryad's own scanner writes them.
 *
 *   {"address": 1, "type": "t", "size": 2, "name": "n", "len": 3, "value": "v", "refs": [4, 5]}\n
 *
 * with name, len and value optional, numbers in canonical form, text in ASCII without escapes. The scanner's own keys
 * come, in this order, before "refs" (qualname, refcount, root, interpreter, mapped, file, line, allocated) and after
 * it (names).
 */
#ifndef DRYAD_FORMATS_MELIAE_FAST_PATH_H
#define DRYAD_FORMATS_MELIAE_FAST_PATH_H

#include "intake/batch.h"

/* A cache of the batch's recent types, by name. */
enum { DRYAD_TYPE_CACHE = 512 };
typedef struct dryad_type_cache {
  struct dryad_type_entry {
    uint64_t words[4]; /* distinguish names by their first 32 bytes */
    uint32_t length;
    uint32_t type;
  } entries[DRYAD_TYPE_CACHE];
} dryad_type_cache;

void dryad_type_cache_init(dryad_type_cache *types);

/* Reads lines from *p, with DRYAD_BLOCK_PADDING readable bytes after `end`, up to the first that is not canonical, and
   leaves *p there; *lines counts them. A line with a text of more than `max_text` bytes is not canonical. The batch has
   room for as many records and references as these bytes can hold.
 */
dryad_status dryad_fast_path_read(dryad_batch *batch, dryad_type_cache *types, const char **p, const char *end,
                                  size_t max_text, uint64_t *lines, dryad_error *error);

/* The maximum number of records and references in so many bytes of canonical lines. */
uint64_t dryad_fast_path_max_records(size_t bytes);
uint64_t dryad_fast_path_max_refs(size_t bytes);

#endif
