/* SPDX-License-Identifier: MIT */
/* Changes as bytes: a format number, the kind, then numbers as varints, ascending addresses as small differences. */
#include "base/assert.h"
#include "heap/change.h"

#include <string.h>

#include "base/error.h"

enum { FORMAT = 1, SEVEN_BITS = 0x7f, MORE = 0x80, HAS_LEN = 1, HAS_NAME = 2, KIND_SHIFT = 2 };

/* ---- writing ----------------------------------------------------------------------------------- */

typedef struct writer {
  const dryad_allocator *allocator;
  dryad_column bytes;
  uint64_t length;
  bool failed;
} writer;

static void put_bytes(writer *w, const void *bytes, uint64_t count)
{
  if (!w->failed) w->failed = !dryad_column_reserve(&w->bytes, w->allocator, w->length + count, 1);
  if (w->failed || count == 0) return;
  memcpy((unsigned char *)w->bytes.data + w->length, bytes, count);
  w->length += count;
}

static void put_byte(writer *w, unsigned byte) { put_bytes(w, &(unsigned char){(unsigned char)byte}, 1); }

/* Source: LEB128, as in DWARF. */
static void put_number(writer *w, uint64_t number)
{
  for (; number > SEVEN_BITS; number >>= 7) put_byte(w, MORE | (unsigned)(number & SEVEN_BITS));
  put_byte(w, (unsigned)number);
}

/* Zigzag: small differences in both directions become small numbers. */
static uint64_t fold(uint64_t difference) { return difference << 1 ^ (0 - (difference >> 63)); }
static uint64_t unfold(uint64_t folded) { return folded >> 1 ^ (0 - (folded & 1)); }

static void put_numbers(writer *w, const dryad_numbers *numbers)
{
  const uint64_t *data = dryad_numbers_data(numbers);
  uint64_t last = 0;
  put_number(w, numbers->count);
  for (uint64_t i = 0; i < numbers->count; i++) {
    put_number(w, fold(data[i] - last));
    last = data[i];
  }
}

static void put_text(writer *w, dryad_text text)
{
  put_number(w, text.length);
  put_bytes(w, text.data, text.length);
}

static void put_value(writer *w, const dryad_value *value)
{
  uint64_t bits;
  switch (value->kind) {
  case DRYAD_VALUE_BOOLEAN: put_byte(w, value->boolean); break;
  case DRYAD_VALUE_INTEGER: put_number(w, fold((uint64_t)value->integer)); break;
  case DRYAD_VALUE_FLOAT:
    memcpy(&bits, &value->real, sizeof bits);
    for (unsigned i = 0; i < sizeof bits; i++) put_byte(w, bits >> (8 * i) & 0xff);
    break;
  case DRYAD_VALUE_TEXT:
  case DRYAD_VALUE_BIG_INTEGER: put_text(w, value->text); break;
  case DRYAD_VALUE_NONE:
  case DRYAD_VALUE_NULL: break;
  }
}

static void put_object(writer *w, const dryad_new_object *object)
{
  unsigned flags = (object->has_len ? HAS_LEN : 0u) | (object->name.data ? HAS_NAME : 0u);
  put_byte(w, flags | (unsigned)object->value.kind << KIND_SHIFT);
  put_number(w, object->address);
  put_number(w, object->size);
  if (object->has_len) put_number(w, fold((uint64_t)object->len));
  put_text(w, object->type);
  if (object->name.data) put_text(w, object->name);
  put_value(w, &object->value);
}

dryad_status dryad_change_encode(unsigned char **bytes, uint64_t *length, const dryad_change *change,
                                 dryad_error *error)
{
  DRYAD_ASSERT(bytes && length && change);
  writer w = {.allocator = change->allocator};
  const dryad_new_object *objects = change->new_objects.data;
  *bytes = NULL;
  *length = 0;
  put_byte(&w, FORMAT);
  put_byte(&w, change->kind);
  put_byte(&w, change->restart);
  put_number(&w, ~change->limit);
  put_numbers(&w, &change->objects);
  put_numbers(&w, &change->others);
  put_numbers(&w, &change->refs);
  put_number(&w, change->new_object_count);
  for (uint64_t i = 0; i < change->new_object_count; i++) put_object(&w, &objects[i]);
  unsigned char *block = NULL;
  if (!w.failed) block = dryad_realloc(w.allocator, w.bytes.data, w.bytes.capacity, w.length, 1);
  if (!block) {
    dryad_column_free(&w.bytes, w.allocator, 1);
    return dryad_fail_memory(error);
  }
  *bytes = block;
  *length = w.length;
  return DRYAD_OK;
}

/* ---- reading ----------------------------------------------------------------------------------- */

/* After an error a reader stays at its end and returns zeros. */
typedef struct reader {
  const unsigned char *next, *end;
  dryad_status status; /* FORMAT or NO_MEMORY */
} reader;

static uint64_t bytes_left(const reader *r) { return (uint64_t)(r->end - r->next); }

static void stop(reader *r, dryad_status status)
{
  if (!r->status) r->status = status;
  r->next = r->end;
}

static unsigned get_byte(reader *r)
{
  if (r->next < r->end) return *r->next++;
  stop(r, DRYAD_FORMAT);
  return 0;
}

static uint64_t get_number(reader *r)
{
  uint64_t number = 0;
  for (unsigned shift = 0; shift < 64; shift += 7) {
    unsigned byte = get_byte(r);
    if (shift == 63 && byte > 1) break;
    number |= (uint64_t)(byte & SEVEN_BITS) << shift;
    if (!(byte & MORE)) return number;
  }
  stop(r, DRYAD_FORMAT);
  return 0;
}

/* Reads the count of items that take at least `size` bytes each. */
static uint64_t get_count(reader *r, unsigned size)
{
  uint64_t count = get_number(r);
  if (count <= bytes_left(r) / size) return count;
  stop(r, DRYAD_FORMAT);
  return 0;
}

static void get_numbers(reader *r, dryad_numbers *numbers, const dryad_allocator *allocator)
{
  uint64_t count = get_count(r, 1), last = 0;
  if (!dryad_column_reserve(&numbers->column, allocator, count, sizeof last)) return stop(r, DRYAD_NO_MEMORY);
  uint64_t *data = numbers->column.data;
  for (uint64_t i = 0; i < count; i++) data[i] = last += unfold(get_number(r));
  numbers->count = count;
}

static dryad_text get_text(reader *r)
{
  uint64_t length = get_count(r, 1);
  dryad_text text = {(const char *)r->next, length};
  r->next += length;
  return text;
}

static dryad_value get_value(reader *r, unsigned kind)
{
  dryad_value value = {.kind = (dryad_value_kind)kind};
  uint64_t bits = 0;
  switch (value.kind) {
  case DRYAD_VALUE_BOOLEAN: value.boolean = get_byte(r) != 0; break;
  case DRYAD_VALUE_INTEGER: value.integer = (int64_t)unfold(get_number(r)); break;
  case DRYAD_VALUE_FLOAT:
    for (unsigned i = 0; i < sizeof bits; i++) bits |= (uint64_t)get_byte(r) << (8 * i);
    memcpy(&value.real, &bits, sizeof value.real);
    break;
  case DRYAD_VALUE_TEXT:
  case DRYAD_VALUE_BIG_INTEGER: value.text = get_text(r); break;
  case DRYAD_VALUE_NONE:
  case DRYAD_VALUE_NULL: break;
  default: stop(r, DRYAD_FORMAT);
  }
  return value;
}

static void get_object(reader *r, dryad_change *change)
{
  dryad_new_object object = {0};
  unsigned flags = get_byte(r);
  object.address = get_number(r);
  object.size = get_number(r);
  object.has_len = flags & HAS_LEN;
  if (object.has_len) object.len = (int64_t)unfold(get_number(r));
  object.type = get_text(r);
  if (flags & HAS_NAME) object.name = get_text(r);
  object.value = get_value(r, flags >> KIND_SHIFT);
  if (!r->status && !dryad_change_add_object(change, &object)) stop(r, DRYAD_NO_MEMORY);
}

static void get_change(reader *r, dryad_change *change)
{
  unsigned kind = get_byte(r);
  if (kind < DRYAD_CHANGE_COLLAPSE || kind > DRYAD_CHANGE_GC) stop(r, DRYAD_FORMAT);
  change->kind = (dryad_change_kind)kind;
  change->restart = get_byte(r) != 0;
  change->limit = ~get_number(r);
  get_numbers(r, &change->objects, change->allocator);
  get_numbers(r, &change->others, change->allocator);
  get_numbers(r, &change->refs, change->allocator);
  uint64_t count = get_count(r, 1);
  for (uint64_t i = 0; i < count && !r->status; i++) get_object(r, change);
  if (r->next != r->end || dryad_change_problem(change)) stop(r, DRYAD_FORMAT);
}

dryad_status dryad_change_decode(dryad_change **out, const void *bytes, uint64_t length,
                                 const dryad_allocator *allocator, dryad_error *error)
{
  DRYAD_ASSERT(out && (bytes || length == 0));
  const unsigned char *start = length ? bytes : (const unsigned char *)"";
  reader r = {.next = start, .end = start + length};
  *out = NULL;
  if (get_byte(&r) != FORMAT) return dryad_fail(error, DRYAD_FORMAT, "not a change that this version can read");
  dryad_change *change = dryad_change_new(allocator, DRYAD_CHANGE_EDIT);
  if (!change) return dryad_fail_memory(error);
  get_change(&r, change);
  if (!r.status) {
    *out = change;
    return DRYAD_OK;
  }
  dryad_change_free(change);
  if (r.status == DRYAD_NO_MEMORY) return dryad_fail_memory(error);
  return dryad_fail(error, DRYAD_FORMAT, "the bytes are not a change, or are damaged");
}
