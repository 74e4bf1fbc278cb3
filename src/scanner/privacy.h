/* SPDX-License-Identifier: MIT */
/* How much of the values of objects goes into a dump. */
#ifndef DRYAD_SCANNER_PRIVACY_H
#define DRYAD_SCANNER_PRIVACY_H

#include <stddef.h>
#include <stdint.h>

#include "shared/siphash.h"

/* Whole values up to a length, a salted hash (of the whole value), or nothing. */
typedef enum dryad_values { DRYAD_VALUES_FULL, DRYAD_VALUES_HASH, DRYAD_VALUES_NONE } dryad_values;

enum { DRYAD_ALLOCATION_FRAMES = 8 }; /* the most lines of code written for an object */

typedef struct dryad_privacy {
  dryad_values values;
  size_t max_value;               /* characters of text, bytes of bytes */
  uint8_t key[DRYAD_SIPHASH_KEY]; /* the salt */
} dryad_privacy;

#endif
