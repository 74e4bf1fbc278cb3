/* Blocks of lines as the parser takes them, in memory of exactly their size, so that a sanitizer sees a read
   beyond the padding. */
#ifndef DRYAD_TESTS_PADDED_H
#define DRYAD_TESTS_PADDED_H

#include "formats/blocks.h"
#include "testing.h"

static inline dryad_block padded_block(const char *data, size_t length)
{
  char *padded = calloc(1, length + 2 * DRYAD_BLOCK_PADDING);
  assert_non_null(padded);
  if (length) memcpy(padded + DRYAD_BLOCK_PADDING, data, length);
  return (dryad_block){.data = padded + DRYAD_BLOCK_PADDING, .length = length, .is_last = true};
}

static inline void padded_free(dryad_block *block) { free(block->data - DRYAD_BLOCK_PADDING); }

#endif
