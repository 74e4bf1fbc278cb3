/* SPDX-License-Identifier: MIT */
#include "heap/change.h"

#include <string.h>

#include "base/error.h"

/* Texts are stored in blocks, each larger than its first text. */
struct dryad_change_text {
  struct dryad_change_text *next;
  uint64_t used, capacity; /* bytes */
  char bytes[];
};

enum { TEXT_BLOCK = 4000 };

/* ---- life -------------------------------------------------------------------------------------- */

dryad_change *dryad_change_new(const dryad_allocator *allocator, dryad_change_kind kind)
{
  dryad_change *change = dryad_calloc(allocator, 1, sizeof *change);
  if (!change) return NULL;
  change->allocator = allocator;
  change->kind = kind;
  change->limit = UINT64_MAX;
  return change;
}

void dryad_change_free(dryad_change *change)
{
  if (!change) return;
  const dryad_allocator *allocator = change->allocator;
  dryad_column_free(&change->objects.column, allocator, sizeof(uint64_t));
  dryad_column_free(&change->others.column, allocator, sizeof(uint64_t));
  dryad_column_free(&change->refs.column, allocator, sizeof(uint64_t));
  dryad_column_free(&change->new_objects, allocator, sizeof(dryad_new_object));
  while (change->texts) {
    struct dryad_change_text *block = change->texts;
    change->texts = block->next;
    dryad_free(allocator, block, sizeof *block + block->capacity, 1);
  }
  dryad_free(allocator, change, 1, sizeof *change);
}

uint64_t dryad_change_bytes(const dryad_change *change)
{
  if (!change) return 0;
  uint64_t numbers = change->objects.column.capacity + change->others.column.capacity + change->refs.column.capacity;
  uint64_t bytes =
      sizeof *change + numbers * sizeof(uint64_t) + change->new_objects.capacity * sizeof(dryad_new_object);
  for (const struct dryad_change_text *block = change->texts; block; block = block->next)
    bytes += sizeof *block + block->capacity;
  return bytes;
}

/* ---- filling ----------------------------------------------------------------------------------- */

bool dryad_numbers_add(dryad_numbers *numbers, const dryad_allocator *allocator, uint64_t number)
{
  if (!dryad_column_reserve(&numbers->column, allocator, numbers->count + 1, sizeof number)) return false;
  ((uint64_t *)numbers->column.data)[numbers->count++] = number;
  return true;
}

/* The block with room for this many more bytes; NULL: no memory. */
static struct dryad_change_text *room_for(dryad_change *change, uint64_t length)
{
  struct dryad_change_text *block = change->texts;
  if (block && block->capacity - block->used >= length) return block;
  uint64_t capacity = length > TEXT_BLOCK ? length : TEXT_BLOCK;
  if (capacity > UINT64_MAX - sizeof *block) return NULL;
  block = dryad_alloc(change->allocator, sizeof *block + capacity, 1);
  if (!block) return NULL;
  block->next = change->texts;
  block->used = 0;
  block->capacity = capacity;
  change->texts = block;
  return block;
}

/* Requires that there is room for the lengths of all texts. */
static void keep_text(struct dryad_change_text *block, dryad_text *text)
{
  if (!text->data) return;
  char *copy = block->bytes + block->used;
  if (text->length) memcpy(copy, text->data, text->length);
  block->used += text->length;
  text->data = copy;
}

static bool has_text(const dryad_value *value)
{
  return value->kind == DRYAD_VALUE_TEXT || value->kind == DRYAD_VALUE_BIG_INTEGER;
}

bool dryad_change_add_object(dryad_change *change, const dryad_new_object *object)
{
  dryad_new_object copy = *object;
  if (!has_text(&copy.value)) copy.value.text = (dryad_text){NULL, 0};
  if (!copy.name.data) copy.name.length = 0;
  uint64_t length;
  if (__builtin_add_overflow(copy.type.length, copy.name.length, &length) ||
      __builtin_add_overflow(length, copy.value.text.length, &length))
    return false;
  struct dryad_change_text *block = room_for(change, length);
  if (!block ||
      !dryad_column_reserve(&change->new_objects, change->allocator, change->new_object_count + 1, sizeof copy))
    return false;
  keep_text(block, &copy.type);
  keep_text(block, &copy.name);
  keep_text(block, &copy.value.text);
  ((dryad_new_object *)change->new_objects.data)[change->new_object_count++] = copy;
  return true;
}

/* ---- checking ---------------------------------------------------------------------------------- */

static bool is_decimal(dryad_text text)
{
  size_t sign = text.length > 0 && *text.data == '-';
  for (size_t i = sign; i < text.length; i++)
    if (text.data[i] < '0' || text.data[i] > '9') return false;
  return text.length > sign;
}

const char *dryad_new_object_problem(const dryad_new_object *object)
{
  if (!object->type.data) return "an object without a type";
  if (object->size > INT64_MAX) return "a size beyond 2^63 - 1";
  if (has_text(&object->value) && !object->value.text.data) return "a value without its text";
  if (object->value.kind == DRYAD_VALUE_BIG_INTEGER && !is_decimal(object->value.text))
    return "a large integer that is not decimal";
  return NULL;
}

const char *dryad_change_problem(const dryad_change *change)
{
  if (change->kind == DRYAD_CHANGE_MARK && change->objects.count != change->others.count)
    return "not one mark an object";
  if (change->kind == DRYAD_CHANGE_EDIT && (change->refs.count % 2 || change->others.count % 2))
    return "half a reference";
  const dryad_new_object *objects = change->new_objects.data;
  for (uint64_t i = 0; i < change->new_object_count; i++) {
    const char *problem = dryad_new_object_problem(&objects[i]);
    if (problem) return problem;
  }
  return NULL;
}
