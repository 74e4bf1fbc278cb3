/* SPDX-License-Identifier: MIT */
/*
 * Reading JSON values from a line, one at a time, without recursion. Beyond RFC 8259, NaN, Infinity and
 * -Infinity are floats, as Python writes them, and vertical tabs and form feeds are white space.
 */
#ifndef DRYAD_FORMATS_JSON_JSON_VALUE_H
#define DRYAD_FORMATS_JSON_JSON_VALUE_H

#include "formats/json/json_string.h"

/* The state of reading. A function that cannot continue sets `reason` and returns false. */
typedef struct dryad_json {
  const unsigned char *p, *end;
  dryad_json_scratch *scratch;
  bool is_cut; /* the line ends too early */
  const char *reason;
  bool no_memory; /* this, not `reason`, is why */
} dryad_json;

static inline bool dryad_json_stop(dryad_json *json, const char *reason)
{
  json->is_cut = false;
  json->reason = reason;
  return false;
}

static inline bool dryad_json_cut(dryad_json *json)
{
  dryad_json_stop(json, "the line ends too early");
  json->is_cut = true;
  return false;
}

static inline void dryad_json_skip_space(dryad_json *json)
{
  while (json->p < json->end && (*json->p == ' ' || (*json->p >= '\t' && *json->p <= '\r'))) json->p++;
}
/* Advances to the next byte that is not white space; false at the end, where the line is cut. */
static inline bool dryad_json_space(dryad_json *json)
{
  dryad_json_skip_space(json);
  return json->p < json->end || dryad_json_cut(json);
}

typedef enum dryad_json_kind {
  DRYAD_JSON_STRING,
  DRYAD_JSON_INTEGER,
  DRYAD_JSON_FLOAT,
  DRYAD_JSON_TRUE,
  DRYAD_JSON_FALSE,
  DRYAD_JSON_NULL,
  DRYAD_JSON_NESTED /* an array or an object; checked and skipped */
} dryad_json_kind;

typedef struct dryad_json_value {
  dryad_json_kind kind;
  bool negative, overflow; /* INTEGER: its sign as written; beyond 64 bits */
  uint64_t magnitude;      /* INTEGER without overflow */
  dryad_json_span span;    /* STRING: between the quotes; INTEGER, FLOAT: as written */
} dryad_json_value;

/* Reads the value at p, which is not white space. */
bool dryad_json_read_value(dryad_json *json, dryad_json_value *value);
/* Reads the array whose bracket is at p, and calls `take` for each item, which is at `at`; stops when it returns
   false. */
bool dryad_json_read_list(dryad_json *json,
                          bool (*take)(void *context, const dryad_json_value *item, const unsigned char *at),
                          void *context);
/* Reads the key at p and everything up to its value. */
bool dryad_json_read_key(dryad_json *json, dryad_json_span *key);
/* The number of a FLOAT, correctly rounded in any locale; a number too large becomes an infinity. False: no memory. */
bool dryad_json_float(const dryad_json_value *value, double *real);

/* Whether a FLOAT is a whole number from 0 to 2^63-1, which it then gives without rounding. O(length). */
bool dryad_json_whole(const dryad_json_value *value, uint64_t *number);

/* True for an integer from 0 to 2^64-1 that is written without a sign. */
static inline bool dryad_json_is_unsigned(const dryad_json_value *value)
{
  return value->kind == DRYAD_JSON_INTEGER && !value->negative && !value->overflow;
}
/* True for an integer from -2^63 to 2^63-1. */
static inline bool dryad_json_is_signed(const dryad_json_value *value)
{
  return value->kind == DRYAD_JSON_INTEGER && !value->overflow &&
         value->magnitude <= (uint64_t)INT64_MAX + value->negative;
}
static inline int64_t dryad_json_signed(const dryad_json_value *value)
{
  return (int64_t)(value->negative ? 0 - value->magnitude : value->magnitude);
}

#endif
