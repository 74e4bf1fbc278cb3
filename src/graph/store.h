/* SPDX-License-Identifier: MIT */
/*
 * The data that all graphs of a heap share: type names, interned text, and the values and numbers too large for a
 * 32-bit column. Append-only, reference-counted.
 *
 * A column of sizes or lens holds "narrow" numbers: a number below 2^31 is stored directly, a larger one as the index
 * of a 64-bit entry here, marked by the top bit; DRYAD_NONE is "no number".
 *
 * The label column encodes an object's "value" and "name" in 32 bits: the top two say how to read the other thirty (see
 * dryad_label_kind).
 */
#ifndef DRYAD_GRAPH_STORE_H
#define DRYAD_GRAPH_STORE_H

#include "base/assert.h"
#include "base/demand_memory.h"
#include "dryad.h"
#include "graph/string_pool.h"

typedef enum dryad_label_kind {
  DRYAD_LABEL_VALUE = 0,   /* text of "value": a dryad_text_ref */
  DRYAD_LABEL_NAME = 1,    /* text of "name": a dryad_text_ref */
  DRYAD_LABEL_INTEGER = 2, /* "value" is a signed 30-bit integer */
  DRYAD_LABEL_EXTRA = 3    /* index of a dryad_extra; all ones: neither value nor name */
} dryad_label_kind;
#define DRYAD_NO_LABEL UINT32_MAX
#define DRYAD_LABEL_PAYLOAD 0x3fffffffu

static inline uint32_t dryad_label_make(dryad_label_kind kind, uint32_t payload)
{
  DRYAD_ASSERT(payload <= DRYAD_LABEL_PAYLOAD);
  return (uint32_t)kind << 30 | payload;
}
static inline dryad_label_kind dryad_label_kind_of(uint32_t label) { return (dryad_label_kind)(label >> 30); }

/* A value that does not fit into a label, or both a value and a name. */
typedef struct dryad_extra {
  dryad_value_kind kind; /* NONE: only a name */
  dryad_text_ref text;   /* TEXT, BIG_INTEGER */
  uint64_t bits;         /* BOOLEAN, INTEGER, FLOAT: the value's bits */
  dryad_text_ref name;   /* DRYAD_NO_TEXT: none */
} dryad_extra;

typedef struct dryad_store {
  const dryad_allocator *allocator;
  uint32_t references;
  const struct dryad_runtime *runtime; /* the language of the objects: see runtime/runtime.h. Unused here */
  dryad_string_pool texts;
  dryad_string_pool type_names;
  dryad_text_ref *types; /* type_count names in type_names, ascending */
  uint32_t type_count, type_capacity;
  uint64_t *wide; /* wide_count numbers; lens are cast from int64_t */
  uint32_t wide_count, wide_capacity;
  dryad_extra *extras;
  uint32_t extra_count, extra_capacity;
  dryad_demand_memory *demand; /* the memory of an index; NULL: not opened from one */
} dryad_store;

/* A table of all types is affordable up to this. */
#define DRYAD_MAX_TYPES (UINT32_C(1) << 24)

dryad_store *dryad_store_new(const dryad_allocator *allocator); /* NULL: no memory */
dryad_store *dryad_store_retain(dryad_store *store);
void dryad_store_release(dryad_store *store);
/* Makes `allocator` the owner of its memory, which must already be blocks of it. */
void dryad_store_hand_over(dryad_store *store, const dryad_allocator *allocator);

/* The id of the type with this name, added if it is new. DRYAD_LIMIT beyond DRYAD_MAX_TYPES. O(log types). */
dryad_status dryad_store_type(dryad_store *store, const char *name, size_t length, uint32_t *type, dryad_error *error);
/* DRYAD_NONE if no type has this name. O(types). */
uint32_t dryad_store_find_type(const dryad_store *store, const char *name, size_t length);
static inline dryad_text dryad_store_type_name(const dryad_store *store, uint32_t type)
{
  DRYAD_ASSERT(type < store->type_count);
  return dryad_string_pool_get(&store->type_names, store->types[type]);
}

#define DRYAD_WIDE UINT32_C(0x80000000)
dryad_status dryad_store_add_wide(dryad_store *store, uint64_t number, uint32_t *narrow, dryad_error *error);
/* The narrow form of a number; adds an entry to `wide` if needed. */
static inline dryad_status dryad_store_narrow(dryad_store *store, uint64_t number, uint32_t *narrow, dryad_error *error)
{
  *narrow = (uint32_t)number;
  return number < DRYAD_WIDE ? DRYAD_OK : dryad_store_add_wide(store, number, narrow, error);
}
static inline uint64_t dryad_store_widen(const dryad_store *store, uint32_t narrow)
{
  return narrow < DRYAD_WIDE ? narrow : store->wide[narrow & ~DRYAD_WIDE];
}

/* The label of an integer value; of any other value, or of a value with a name. */
dryad_status dryad_store_integer(dryad_store *store, int64_t integer, uint32_t *label, dryad_error *error);
dryad_status dryad_store_extra(dryad_store *store, dryad_extra extra, uint32_t *label, dryad_error *error);
/* The label of an object's value (kind NONE: no value) and name (data NULL: no name). */
dryad_status dryad_store_label(dryad_store *store, const dryad_value *value, dryad_text name, uint32_t *label,
                               dryad_error *error);
dryad_value dryad_store_value(const dryad_store *store, uint32_t label);
/* The text of a value that is text; DRYAD_NO_TEXT: it is none. */
dryad_text_ref dryad_store_value_ref(const dryad_store *store, uint32_t label);
dryad_text dryad_store_name(const dryad_store *store, uint32_t label);
/* The value if it is text, else the name. */
dryad_text dryad_store_label_text(const dryad_store *store, uint32_t label);

#endif
