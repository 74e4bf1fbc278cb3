/* SPDX-License-Identifier: MIT */
/* The range of integers that comparisons with a column declared `int` allow, exactly as SQLite compares. */
#ifndef DRYAD_SQL_BOUNDS_H
#define DRYAD_SQL_BOUNDS_H

#include <sqlite3.h>

#include "dryad.h"

typedef struct dryad_bounds {
  int64_t low, high; /* low > high: none */
} dryad_bounds;

static const dryad_bounds DRYAD_ALL_INTEGERS = {INT64_MIN, INT64_MAX};

/* Narrows the bounds by a comparison with the value as a number: `comparison` is one of < { = } >, where { is "at most"
   and } "at least". Text that is not a number, and blobs, are above all numbers; nothing compares with NULL. */
void dryad_bounds_narrow(dryad_bounds *bounds, char comparison, sqlite3_value *value);
/* The comparison of an SQLite constraint; 0: not one of these. */
char dryad_bounds_comparison(unsigned char constraint);
static inline bool dryad_bounds_has(const dryad_bounds *bounds, int64_t number)
{
  return number >= bounds->low && number <= bounds->high;
}

#endif
