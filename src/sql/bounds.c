/* SPDX-License-Identifier: MIT */
#include "sql/bounds.h"

#include <math.h>
#include <string.h>

#include "base/assert.h"

static const dryad_bounds NO_INTEGERS = {1, 0};

static void at_most(dryad_bounds *b, int64_t number)
{
  if (number < b->high) b->high = number;
}

static void at_least(dryad_bounds *b, int64_t number)
{
  if (number > b->low) b->low = number;
}

static void narrow_by_integer(dryad_bounds *b, char comparison, int64_t number)
{
  bool is_strict = comparison == '<' || comparison == '>';
  if (is_strict && number == (comparison == '<' ? INT64_MIN : INT64_MAX)) {
    *b = NO_INTEGERS;
    return;
  }
  if (comparison == '<') number--;
  if (comparison == '>') number++;
  if (comparison == '<' || comparison == '{' || comparison == '=') at_most(b, number);
  if (comparison == '>' || comparison == '}' || comparison == '=') at_least(b, number);
}

static void narrow_by_real(dryad_bounds *b, char comparison, double number)
{
  bool is_below = comparison == '<' || comparison == '{', is_above = comparison == '>' || comparison == '}';
  if (number >= 0x1p63 || number < -0x1p63) {
    if (number > 0 ? !is_below : !is_above) *b = NO_INTEGERS;
  } else if (number == floor(number)) {
    narrow_by_integer(b, comparison, (int64_t)number);
  } else if (is_below) {
    at_most(b, (int64_t)floor(number));
  } else if (is_above) {
    at_least(b, (int64_t)ceil(number));
  } else {
    *b = NO_INTEGERS;
  }
}

void dryad_bounds_narrow(dryad_bounds *bounds, char comparison, sqlite3_value *value)
{
  DRYAD_ASSERT(comparison && strchr("<{=}>", comparison));
  switch (sqlite3_value_numeric_type(value)) {
  case SQLITE_INTEGER: narrow_by_integer(bounds, comparison, sqlite3_value_int64(value)); break;
  case SQLITE_FLOAT: narrow_by_real(bounds, comparison, sqlite3_value_double(value)); break;
  case SQLITE_NULL: *bounds = NO_INTEGERS; break;
  default:
    if (comparison != '<' && comparison != '{') *bounds = NO_INTEGERS;
  }
}

char dryad_bounds_comparison(unsigned char constraint)
{
  switch (constraint) {
  case SQLITE_INDEX_CONSTRAINT_LT: return '<';
  case SQLITE_INDEX_CONSTRAINT_LE: return '{';
  case SQLITE_INDEX_CONSTRAINT_EQ: return '=';
  case SQLITE_INDEX_CONSTRAINT_GE: return '}';
  case SQLITE_INDEX_CONSTRAINT_GT: return '>';
  default: return 0;
  }
}
