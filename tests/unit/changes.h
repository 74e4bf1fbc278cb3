/* SPDX-License-Identifier: MIT */
/* Changes made by hand and at random, and applied. */
#ifndef DRYAD_TESTS_CHANGES_H
#define DRYAD_TESTS_CHANGES_H

#include "feed.h"
#include "heap/heap.h"

static inline dryad_change *change_new(dryad_change_kind kind)
{
  dryad_change *change = dryad_change_new(NULL, kind);
  assert_non_null(change);
  return change;
}

static inline void add_to(dryad_numbers *numbers, uint64_t number)
{
  assert_true(dryad_numbers_add(numbers, NULL, number));
}

static inline void add_pair(dryad_numbers *numbers, uint64_t first, uint64_t second)
{
  add_to(numbers, first);
  add_to(numbers, second);
}

static inline dryad_text text_from(const char *text) { return (dryad_text){text, strlen(text)}; }

static inline void add_new_object(dryad_change *change, uint64_t address, const char *type, uint64_t size)
{
  const dryad_new_object object = {.address = address, .size = size, .type = text_from(type)};
  assert_true(dryad_change_add_object(change, &object));
}

/* Applies a valid change. */
static inline dryad_change_result apply(dryad_heap *heap, dryad_change *change)
{
  dryad_change_result result;
  dryad_error error = {0};
  if (dryad_heap_apply(heap, change, NULL, &result, (dryad_progress){0}, &error)) fail_msg("%s", error.text);
  return result;
}

/* Pins or, with a mark, marks one object. */
static inline dryad_change_result apply_pin(dryad_heap *heap, uint64_t address)
{
  dryad_change *change = change_new(DRYAD_CHANGE_PIN);
  add_to(&change->objects, address);
  return apply(heap, change);
}

static inline dryad_change_result apply_mark(dryad_heap *heap, uint64_t address, int64_t mark)
{
  dryad_change *change = change_new(DRYAD_CHANGE_MARK);
  add_to(&change->objects, address);
  add_to(&change->others, (uint64_t)mark);
  return apply(heap, change);
}

static inline dryad_change_result apply_new_ref(dryad_heap *heap, uint64_t parent, uint64_t child)
{
  dryad_change *change = change_new(DRYAD_CHANGE_EDIT);
  add_pair(&change->others, parent, child);
  return apply(heap, change);
}

static inline dryad_change_result apply_delete(dryad_heap *heap, uint64_t address)
{
  dryad_change *change = change_new(DRYAD_CHANGE_EDIT);
  add_to(&change->objects, address);
  return apply(heap, change);
}

/* ---- at random --------------------------------------------------------------------------------- */

static inline dryad_text random_text(uint64_t *seed, char *buffer, unsigned most)
{
  unsigned length = random_below(seed, most + 1);
  for (unsigned i = 0; i < length; i++) buffer[i] = (char)random_next(seed);
  return (dryad_text){buffer, length};
}

static inline dryad_new_object random_new_object(uint64_t *seed, uint64_t address, char buffer[3][64])
{
  dryad_new_object o = {.address = address, .size = random_bits(seed, 63), .has_len = chance(seed, 50)};
  if (o.has_len) o.len = (int64_t)random_bits(seed, 64);
  o.type = random_text(seed, buffer[0], 20);
  if (chance(seed, 50)) o.name = random_text(seed, buffer[1], 60);
  o.value.kind = (dryad_value_kind)random_below(seed, DRYAD_VALUE_BIG_INTEGER + 1);
  switch (o.value.kind) {
  case DRYAD_VALUE_BOOLEAN: o.value.boolean = chance(seed, 50); break;
  case DRYAD_VALUE_INTEGER: o.value.integer = (int64_t)random_bits(seed, 64); break;
  case DRYAD_VALUE_FLOAT: o.value.real = (double)random_bits(seed, 64) / 7; break;
  case DRYAD_VALUE_TEXT: o.value.text = random_text(seed, buffer[2], 60); break;
  case DRYAD_VALUE_BIG_INTEGER: o.value.text = text_from("-123456789012345678901234567890"); break;
  case DRYAD_VALUE_NONE:
  case DRYAD_VALUE_NULL: break;
  }
  return o;
}

/* A change of any kind, with something in every part of it. `places`: addresses are multiples of 16 up to that many. */
static inline dryad_change *random_change(uint64_t *seed, unsigned places)
{
  char buffer[3][64];
  dryad_change *change = change_new((dryad_change_kind)(DRYAD_CHANGE_COLLAPSE + random_below(seed, DRYAD_CHANGE_GC)));
  for (unsigned n = random_below(seed, 8); n > 0; n--) {
    add_to(&change->objects, 16 * (uint64_t)random_below(seed, places));
    add_to(&change->others, chance(seed, 50) ? 16 * (uint64_t)random_below(seed, places) : random_bits(seed, 64));
    add_pair(&change->refs, 16 * (uint64_t)random_below(seed, places), random_below(seed, 5));
  }
  if (change->kind == DRYAD_CHANGE_EDIT && change->others.count % 2) add_to(&change->others, 16);
  for (unsigned n = random_below(seed, 4); n > 0; n--) {
    dryad_new_object object = random_new_object(seed, random_bits(seed, 64), buffer);
    assert_true(dryad_change_add_object(change, &object));
  }
  change->restart = chance(seed, 50);
  if (chance(seed, 50)) change->limit = random_bits(seed, 64);
  return change;
}

#endif
