/* SPDX-License-Identifier: MIT */
#include "graph/store.h"

#include <string.h>

#include "base/assert.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/search.h"

enum { FIRST_CAPACITY = 64 };
#define MAX_ENTRIES (DRYAD_LABEL_PAYLOAD - 1)

dryad_store *dryad_store_new(const dryad_allocator *allocator)
{
  dryad_store *store = dryad_calloc(allocator, 1, sizeof *store);
  if (!store) return NULL;
  store->allocator = allocator;
  store->references = 1;
  dryad_string_pool_init(&store->texts, allocator);
  dryad_string_pool_init(&store->type_names, allocator);
  return store;
}

dryad_store *dryad_store_retain(dryad_store *store)
{
  DRYAD_ASSERT(store->references > 0);
  store->references++;
  return store;
}

void dryad_store_release(dryad_store *store)
{
  DRYAD_ASSERT(!store || store->references > 0);
  if (!store || --store->references) return;
  dryad_string_pool_deinit(&store->texts);
  dryad_string_pool_deinit(&store->type_names);
  dryad_free(store->allocator, store->types, store->type_capacity, sizeof *store->types);
  dryad_free(store->allocator, store->wide, store->wide_capacity, sizeof *store->wide);
  dryad_free(store->allocator, store->extras, store->extra_capacity, sizeof *store->extras);
  dryad_demand_memory *demand = store->demand;
  dryad_free(store->allocator, store, 1, sizeof *store);
  dryad_demand_memory_release(demand);
}

void dryad_store_hand_over(dryad_store *store, const dryad_allocator *allocator)
{
  store->allocator = store->texts.allocator = store->type_names.allocator = allocator;
}

/* Makes room for one more element in a growing table of at most `most`. */
static dryad_status grow(const dryad_allocator *allocator, void **table, uint32_t count, uint32_t most,
                         uint32_t *capacity, size_t size, const char *what, dryad_error *error)
{
  if (count >= most) return dryad_fail(error, DRYAD_LIMIT, "more than %u %s", most, what);
  if (count < *capacity) return DRYAD_OK;
  uint32_t larger = *capacity ? *capacity * 2 : FIRST_CAPACITY;
  void *moved = dryad_realloc(allocator, *table, *capacity, larger, size);
  if (!moved) return dryad_fail_memory(error);
  *table = moved;
  *capacity = larger;
  return DRYAD_OK;
}

/* The position of the first type name at or after `name`: new names only ever go to the end. */
static uint32_t type_place(const dryad_store *store, dryad_text_ref name)
{
  return (uint32_t)dryad_lower_bound(store->types, store->type_count, name);
}

dryad_status dryad_store_type(dryad_store *store, const char *name, size_t length, uint32_t *type, dryad_error *error)
{
  DRYAD_ASSERT((name || length == 0) && type);
  dryad_text_ref ref;
  dryad_status status = dryad_string_pool_add(&store->type_names, name, length, &ref, error);
  if (status) return status;
  *type = type_place(store, ref);
  if (*type < store->type_count) return DRYAD_OK;
  status = grow(store->allocator, (void **)&store->types, store->type_count, DRYAD_MAX_TYPES, &store->type_capacity,
                sizeof *store->types, "types", error);
  if (status) return status;
  store->types[store->type_count++] = ref;
  return DRYAD_OK;
}

uint32_t dryad_store_find_type(const dryad_store *store, const char *name, size_t length)
{
  DRYAD_ASSERT(name || length == 0);
  for (uint32_t i = 0; i < store->type_count; i++) {
    dryad_text text = dryad_store_type_name(store, i);
    if (text.length == length && memcmp(text.data, name, length) == 0) return i;
  }
  return DRYAD_NONE;
}

dryad_status dryad_store_add_wide(dryad_store *store, uint64_t number, uint32_t *narrow, dryad_error *error)
{
  DRYAD_ASSERT(narrow);
  dryad_status status = grow(store->allocator, (void **)&store->wide, store->wide_count, MAX_ENTRIES,
                             &store->wide_capacity, sizeof *store->wide, "large numbers", error);
  if (status) return status;
  *narrow = DRYAD_WIDE | store->wide_count;
  store->wide[store->wide_count++] = number;
  return DRYAD_OK;
}

dryad_status dryad_store_integer(dryad_store *store, int64_t integer, uint32_t *label, dryad_error *error)
{
  DRYAD_ASSERT(label);
  if (integer >= -(1 << 29) && integer < 1 << 29) {
    *label = dryad_label_make(DRYAD_LABEL_INTEGER, (uint32_t)integer & DRYAD_LABEL_PAYLOAD);
    return DRYAD_OK;
  }
  dryad_extra extra = {DRYAD_VALUE_INTEGER, DRYAD_NO_TEXT, (uint64_t)integer, DRYAD_NO_TEXT};
  return dryad_store_extra(store, extra, label, error);
}

dryad_status dryad_store_extra(dryad_store *store, dryad_extra extra, uint32_t *label, dryad_error *error)
{
  DRYAD_ASSERT(label);
  dryad_status status = grow(store->allocator, (void **)&store->extras, store->extra_count, MAX_ENTRIES,
                             &store->extra_capacity, sizeof *store->extras, "large values", error);
  if (status) return status;
  *label = dryad_label_make(DRYAD_LABEL_EXTRA, store->extra_count);
  store->extras[store->extra_count++] = extra;
  return DRYAD_OK;
}

dryad_status dryad_store_label(dryad_store *store, const dryad_value *value, dryad_text name, uint32_t *label,
                               dryad_error *error)
{
  DRYAD_ASSERT(value && label);
  dryad_extra extra = {value->kind, DRYAD_NO_TEXT, 0, DRYAD_NO_TEXT};
  dryad_status status = DRYAD_OK;
  switch (value->kind) {
  case DRYAD_VALUE_BOOLEAN: extra.bits = value->boolean; break;
  case DRYAD_VALUE_INTEGER: extra.bits = (uint64_t)value->integer; break;
  case DRYAD_VALUE_FLOAT: memcpy(&extra.bits, &value->real, sizeof extra.bits); break;
  case DRYAD_VALUE_TEXT:
  case DRYAD_VALUE_BIG_INTEGER:
    status = dryad_string_pool_add(&store->texts, value->text.data, value->text.length, &extra.text, error);
    break;
  case DRYAD_VALUE_NONE:
  case DRYAD_VALUE_NULL: break;
  }
  if (!status && name.data) status = dryad_string_pool_add(&store->texts, name.data, name.length, &extra.name, error);
  if (status) return status;
  bool has_name = extra.name != DRYAD_NO_TEXT;
  *label = DRYAD_NO_LABEL;
  if (value->kind == DRYAD_VALUE_NONE)
    *label = has_name ? dryad_label_make(DRYAD_LABEL_NAME, extra.name) : DRYAD_NO_LABEL;
  else if (value->kind == DRYAD_VALUE_TEXT && !has_name)
    *label = dryad_label_make(DRYAD_LABEL_VALUE, extra.text);
  else if (value->kind == DRYAD_VALUE_INTEGER && !has_name)
    status = dryad_store_integer(store, value->integer, label, error);
  else
    status = dryad_store_extra(store, extra, label, error);
  return status;
}

static dryad_value extra_value(const dryad_store *store, const dryad_extra *extra)
{
  dryad_value value = {.kind = extra->kind};
  switch (extra->kind) {
  case DRYAD_VALUE_BOOLEAN: value.boolean = extra->bits != 0; break;
  case DRYAD_VALUE_INTEGER: value.integer = (int64_t)extra->bits; break;
  case DRYAD_VALUE_FLOAT: memcpy(&value.real, &extra->bits, sizeof value.real); break;
  case DRYAD_VALUE_TEXT:
  case DRYAD_VALUE_BIG_INTEGER: value.text = dryad_string_pool_get(&store->texts, extra->text); break;
  case DRYAD_VALUE_NONE:
  case DRYAD_VALUE_NULL: break;
  }
  return value;
}

dryad_value dryad_store_value(const dryad_store *store, uint32_t label)
{
  uint32_t payload = label & DRYAD_LABEL_PAYLOAD;
  if (label == DRYAD_NO_LABEL) return (dryad_value){.kind = DRYAD_VALUE_NONE};
  switch (dryad_label_kind_of(label)) {
  case DRYAD_LABEL_VALUE:
    return (dryad_value){.kind = DRYAD_VALUE_TEXT, .text = dryad_string_pool_get(&store->texts, payload)};
  case DRYAD_LABEL_INTEGER: return (dryad_value){.kind = DRYAD_VALUE_INTEGER, .integer = (int32_t)(payload << 2) >> 2};
  case DRYAD_LABEL_EXTRA: return extra_value(store, &store->extras[payload]);
  case DRYAD_LABEL_NAME: break;
  }
  return (dryad_value){.kind = DRYAD_VALUE_NONE};
}

dryad_text_ref dryad_store_value_ref(const dryad_store *store, uint32_t label)
{
  uint32_t payload = label & DRYAD_LABEL_PAYLOAD;
  if (label == DRYAD_NO_LABEL) return DRYAD_NO_TEXT;
  if (dryad_label_kind_of(label) == DRYAD_LABEL_VALUE) return payload;
  bool is_text = dryad_label_kind_of(label) == DRYAD_LABEL_EXTRA && store->extras[payload].kind == DRYAD_VALUE_TEXT;
  return is_text ? store->extras[payload].text : DRYAD_NO_TEXT;
}

dryad_text dryad_store_name(const dryad_store *store, uint32_t label)
{
  uint32_t payload = label & DRYAD_LABEL_PAYLOAD;
  if (label == DRYAD_NO_LABEL) return (dryad_text){NULL, 0};
  if (dryad_label_kind_of(label) == DRYAD_LABEL_NAME) return dryad_string_pool_get(&store->texts, payload);
  if (dryad_label_kind_of(label) == DRYAD_LABEL_EXTRA && store->extras[payload].name != DRYAD_NO_TEXT)
    return dryad_string_pool_get(&store->texts, store->extras[payload].name);
  return (dryad_text){NULL, 0};
}

dryad_text dryad_store_label_text(const dryad_store *store, uint32_t label)
{
  dryad_value value = dryad_store_value(store, label);
  return value.kind == DRYAD_VALUE_TEXT ? value.text : dryad_store_name(store, label);
}
