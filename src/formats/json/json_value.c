/* SPDX-License-Identifier: MIT */
#include "formats/json/json_value.h"

#include <locale.h>
#include <stdlib.h>

#include "base/memory.h"

static bool is_digit(unsigned char c) { return c >= '0' && c <= '9'; }

/* The string whose opening quote is at p. */
static bool read_string(dryad_json *json, dryad_json_span *span)
{
  span->start = json->p + 1;
  const unsigned char *quote = dryad_json_string_end(span->start, json->end, &span->plain);
  if (!quote) return dryad_json_cut(json);
  span->length = (size_t)(quote - span->start);
  json->p = quote + 1;
  return true;
}

/* Reads the rest of a word whose first byte is at p. */
static bool read_word(dryad_json *json, const char *word)
{
  for (; *word; word++, json->p++) {
    if (json->p >= json->end) return dryad_json_cut(json);
    if (*json->p != (unsigned char)*word) return dryad_json_stop(json, "not a JSON value");
  }
  return true;
}

static bool skip_digits(dryad_json *json)
{
  if (json->p >= json->end) return dryad_json_cut(json);
  if (!is_digit(*json->p)) return dryad_json_stop(json, "invalid number");
  while (json->p < json->end && is_digit(*json->p)) json->p++;
  return true;
}

static bool read_fraction(dryad_json *json)
{
  if (*json->p == '.') {
    json->p++;
    if (!skip_digits(json)) return false;
    if (json->p >= json->end) return dryad_json_cut(json);
  }
  if (*json->p == 'e' || *json->p == 'E') {
    json->p++;
    if (json->p < json->end && (*json->p == '+' || *json->p == '-')) json->p++;
    if (!skip_digits(json)) return false;
  }
  return true;
}

static bool read_number(dryad_json *json, dryad_json_value *value)
{
  const unsigned char *start = json->p, *p = start, *end = json->end;
  value->kind = DRYAD_JSON_INTEGER;
  value->negative = *p == '-';
  p += value->negative;
  if (p < end && *p == 'I') {
    json->p = p;
    value->kind = DRYAD_JSON_FLOAT;
    if (!read_word(json, "Infinity")) return false;
  } else {
    const unsigned char *digits = p;
    uint64_t magnitude = 0;
    while (p < end && is_digit(*p)) magnitude = magnitude * 10 + (uint64_t)(*p++ - '0');
    json->p = p;
    if (p >= end) return dryad_json_cut(json);
    if (p == digits || (p - digits > 1 && *digits == '0')) return dryad_json_stop(json, "invalid number");
    /* Of twenty digits, those up to 2^64-1 start with 1 and stay above 10^19 when they do not wrap. */
    value->overflow =
        p - digits > 20 || (p - digits == 20 && (*digits != '1' || magnitude < UINT64_C(10000000000000000000)));
    value->magnitude = magnitude;
    if (*p == '.' || *p == 'e' || *p == 'E') {
      value->kind = DRYAD_JSON_FLOAT;
      if (!read_fraction(json)) return false;
    }
  }
  /* Requires a byte after the number, on which the conversion of a float relies. */
  if (json->p >= json->end) return dryad_json_cut(json);
  value->span = (dryad_json_span){start, (size_t)(json->p - start), true};
  return true;
}

static bool read_scalar(dryad_json *json, dryad_json_value *value)
{
  switch (*json->p) {
  case '"': value->kind = DRYAD_JSON_STRING; return read_string(json, &value->span);
  case 't': value->kind = DRYAD_JSON_TRUE; return read_word(json, "true");
  case 'f': value->kind = DRYAD_JSON_FALSE; return read_word(json, "false");
  case 'n': value->kind = DRYAD_JSON_NULL; return read_word(json, "null");
  case 'N':
    value->kind = DRYAD_JSON_FLOAT;
    value->span = (dryad_json_span){json->p, 3, true};
    return read_word(json, "NaN");
  default:
    if (*json->p == '-' || *json->p == 'I' || is_digit(*json->p)) return read_number(json, value);
    return dryad_json_stop(json, "not a JSON value");
  }
}

/* Open arrays and objects: a bit a level in scratch->nesting, set for an object. */
static bool push(dryad_json *json, size_t depth, bool object)
{
  dryad_json_scratch *scratch = json->scratch;
  if (depth / 8 >= scratch->nesting_capacity) {
    size_t capacity = scratch->nesting_capacity ? scratch->nesting_capacity * 2 : 64;
    unsigned char *nesting =
        dryad_realloc(scratch->allocator, scratch->nesting, scratch->nesting_capacity, capacity, 1);
    if (!nesting) {
      json->no_memory = true;
      return false;
    }
    scratch->nesting = nesting;
    scratch->nesting_capacity = capacity;
  }
  unsigned char bit = (unsigned char)(1u << (depth & 7)), *byte = &scratch->nesting[depth / 8];
  *byte = (unsigned char)(object ? *byte | bit : *byte & ~bit);
  return true;
}

static bool in_object(const dryad_json *json, size_t depth)
{
  return depth && (json->scratch->nesting[(depth - 1) / 8] >> ((depth - 1) & 7) & 1);
}

bool dryad_json_read_key(dryad_json *json, dryad_json_span *key)
{
  if (!dryad_json_space(json)) return false;
  if (*json->p != '"') return dryad_json_stop(json, "a key is not a string");
  if (!read_string(json, key) || !dryad_json_space(json)) return false;
  if (*json->p++ != ':') return dryad_json_stop(json, "no colon after a key");
  return dryad_json_space(json);
}

/* Closes the arrays and objects that end at p, then reads the comma before the next member of the open one. */
static bool close_nested(dryad_json *json, size_t *depth)
{
  dryad_json_span key;
  while (*depth) {
    bool object = in_object(json, *depth);
    if (!dryad_json_space(json)) return false;
    unsigned char c = *json->p++;
    if (c == ',') return object ? dryad_json_read_key(json, &key) : dryad_json_space(json);
    if (c != (object ? '}' : ']')) return dryad_json_stop(json, "no comma between values");
    --*depth;
  }
  return true;
}

static bool skip_nested(dryad_json *json)
{
  size_t depth = 0;
  dryad_json_span key;
  do {
    unsigned char c = *json->p;
    if (c == '[' || c == '{') {
      if (!push(json, depth++, c == '{')) return false;
      json->p++;
      if (!dryad_json_space(json)) return false;
      if (*json->p != (c == '{' ? '}' : ']')) {
        if (c == '{' && !dryad_json_read_key(json, &key)) return false;
        continue;
      }
    } else {
      dryad_json_value scalar;
      if (!read_scalar(json, &scalar)) return false;
    }
    if (!close_nested(json, &depth)) return false;
  } while (depth);
  return true;
}

bool dryad_json_read_value(dryad_json *json, dryad_json_value *value)
{
  if (*json->p != '[' && *json->p != '{') return read_scalar(json, value);
  value->kind = DRYAD_JSON_NESTED;
  return skip_nested(json);
}

bool dryad_json_read_list(dryad_json *json,
                          bool (*take)(void *context, const dryad_json_value *item, const unsigned char *at),
                          void *context)
{
  json->p++;
  if (!dryad_json_space(json)) return false;
  if (*json->p == ']') {
    json->p++;
    return true;
  }
  for (;;) {
    const unsigned char *at = json->p;
    dryad_json_value item;
    if (!dryad_json_read_value(json, &item) || !take(context, &item, at) || !dryad_json_space(json)) return false;
    unsigned char c = *json->p++;
    if (c == ']') return true;
    if (c != ',') return dryad_json_stop(json, "no comma between values");
    if (!dryad_json_space(json)) return false;
  }
}

bool dryad_json_float(const dryad_json_value *value, double *real)
{
  locale_t locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
  if (!locale) return false;
  *real = strtod_l((const char *)value->span.start, NULL, locale);
  freelocale(locale);
  return true;
}

/* ---- floats that are whole ---------------------------------------------------------------------- */

static bool times_ten_plus(uint64_t *number, unsigned digit)
{
  if (*number > ((uint64_t)INT64_MAX - digit) / 10) return false;
  *number = *number * 10 + digit;
  return true;
}

static bool times_power_of_ten(uint64_t *number, int64_t power)
{
  if (*number == 0) return true;
  if (power < 0) return false;
  while (power > 0 && times_ten_plus(number, 0)) power--;
  return power == 0;
}

/* The exponent at p, behind its "e"; beyond 2^40 it stops growing. */
static int64_t exponent(const unsigned char *p, const unsigned char *end)
{
  bool is_negative = *p == '-';
  int64_t number = 0;
  for (p += *p == '-' || *p == '+'; p < end; p++)
    if (number < INT64_C(1) << 40) number = number * 10 + (*p - '0');
  return is_negative ? -number : number;
}

bool dryad_json_whole(const dryad_json_value *value, uint64_t *number)
{
  const unsigned char *p = value->span.start, *end = p + value->span.length;
  uint64_t digits = 0;  /* all up to the last that is not 0 */
  int64_t zeros = 0;    /* behind them */
  int64_t fraction = 0; /* digits behind the point */
  bool has_point = false, is_negative = *p == '-';
  for (p += is_negative; p < end && *p != 'e' && *p != 'E'; p++) {
    if (*p == '.') {
      has_point = true;
      continue;
    }
    if (*p < '0' || *p > '9') return false; /* NaN, Infinity */
    fraction += has_point;
    zeros += *p == '0';
    if (*p == '0') continue;
    if (!times_power_of_ten(&digits, zeros) || !times_ten_plus(&digits, (unsigned)(*p - '0'))) return false;
    zeros = 0;
  }
  int64_t power = zeros - fraction + (p < end ? exponent(p + 1, end) : 0);
  if ((is_negative && digits) || !times_power_of_ten(&digits, power)) return false;
  *number = digits;
  return true;
}
