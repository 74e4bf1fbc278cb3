/* SPDX-License-Identifier: MIT */
/* Blocks of lines as the parser takes them, in memory of exactly their size, so that a sanitizer sees a read
   beyond the padding. */
#ifndef DRYAD_TESTS_PADDED_H
#define DRYAD_TESTS_PADDED_H

#include "io/blocks.h"
#include "testing.h"

static inline dryad_block padded_block(const char *data, size_t length)
{
  char *padded = calloc(1, length + DRYAD_BLOCK_PADDING);
  assert_non_null(padded);
  if (length) memcpy(padded, data, length);
  return (dryad_block){.data = padded, .length = length, .is_last = true};
}

#endif
