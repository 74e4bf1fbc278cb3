/* SPDX-License-Identifier: MIT */
/* A small heap as a plain list of objects with naive operations, the oracle for graphs. */
#ifndef DRYAD_TESTS_MODEL_H
#define DRYAD_TESTS_MODEL_H

#include "feed.h"

enum { MODEL_OBJECTS = 48, MODEL_REFS = 20 };

typedef struct model_object {
  uint64_t address, size;
  char type[24], name[24]; /* name "": none */
  char value[24];          /* as JSON, an integer or a string; "": none */
  bool has_len;
  int64_t len;
  uint64_t refs[MODEL_REFS];
  unsigned ref_count;
} model_object;

typedef struct model {
  model_object objects[MODEL_OBJECTS];
  unsigned count;
} model;

static inline model_object *model_add(model *m, uint64_t address, const char *type)
{
  assert_true(m->count < MODEL_OBJECTS);
  model_object *o = &m->objects[m->count++];
  *o = (model_object){.address = address};
  snprintf(o->type, sizeof o->type, "%s", type);
  return o;
}

static inline void model_refer(model_object *o, uint64_t address)
{
  assert_true(o->ref_count < MODEL_REFS);
  o->refs[o->ref_count++] = address;
}

static inline void model_write_object(const model_object *o, dump_text *t)
{
  text_add(t, "{\"address\": %llu, \"type\": \"%s\", \"size\": %llu", (unsigned long long)o->address, o->type,
           (unsigned long long)o->size);
  if (*o->name) text_add(t, ", \"name\": \"%s\"", o->name);
  if (o->has_len) text_add(t, ", \"len\": %lld", (long long)o->len);
  if (*o->value) text_add(t, ", \"value\": %s", o->value);
  text_add(t, ", \"refs\": [");
  for (unsigned r = 0; r < o->ref_count; r++) text_add(t, "%s%llu", r ? ", " : "", (unsigned long long)o->refs[r]);
  text_add(t, "]}\n");
}

static inline void model_write(const model *m, dump_text *t)
{
  for (unsigned i = 0; i < m->count; i++) model_write_object(&m->objects[i], t);
}

static inline dryad_heap *model_load(const model *m, const dryad_load_options *options)
{
  dump_text t = {0};
  model_write(m, &t);
  dryad_heap *heap = load_text(&t, options);
  text_free(&t);
  return heap;
}

/* The object at an address; m->count: none. */
static inline unsigned model_find(const model *m, uint64_t address)
{
  unsigned i = 0;
  while (i < m->count && m->objects[i].address != address) i++;
  return i;
}

/* Sorts by address and keeps the first object of each; returns the number of the others. */
static inline unsigned model_settle(model *m)
{
  model settled = {.count = 0};
  unsigned duplicates = 0;
  for (unsigned i = 0; i < m->count; i++) {
    const model_object *o = &m->objects[i];
    if (model_find(&settled, o->address) < settled.count) {
      duplicates++;
      continue;
    }
    unsigned place = settled.count++;
    for (; place > 0 && settled.objects[place - 1].address > o->address; place--)
      settled.objects[place] = settled.objects[place - 1];
    settled.objects[place] = *o;
  }
  *m = settled;
  return duplicates;
}

/* The addresses that a settled model refers to but does not have, ascending. */
static inline unsigned model_missing(const model *m, uint64_t missing[MODEL_OBJECTS * MODEL_REFS])
{
  unsigned count = 0;
  for (unsigned i = 0; i < m->count; i++) {
    for (unsigned r = 0; r < m->objects[i].ref_count; r++) {
      uint64_t address = m->objects[i].refs[r];
      unsigned place = 0;
      if (model_find(m, address) < m->count) continue;
      while (place < count && missing[place] < address) place++;
      if (place < count && missing[place] == address) continue;
      memmove(&missing[place + 1], &missing[place], (count - place) * sizeof *missing);
      missing[place] = address;
      count++;
    }
  }
  return count;
}

static inline bool model_refers(const model_object *o, uint64_t address)
{
  for (unsigned r = 0; r < o->ref_count; r++)
    if (o->refs[r] == address) return true;
  return false;
}

/* ---- a graph must be the settled model ---------------------------------------------------------- */

static inline void assert_text_is(dryad_text actual, const char *expected)
{
  if (!*expected) {
    assert_null(actual.data);
    return;
  }
  assert_non_null(actual.data);
  if (actual.length != strlen(expected) || memcmp(actual.data, expected, actual.length))
    fail_msg("\"%.*s\" is not \"%s\"", (int)actual.length, actual.data, expected);
}

static inline void assert_value_is(dryad_value actual, const char *json)
{
  if (!*json) {
    assert_int_equal(actual.kind, DRYAD_VALUE_NONE);
  } else if (*json == '"') {
    char plain[sizeof((model_object *)0)->value] = "";
    memcpy(plain, json + 1, strlen(json) - 2);
    assert_int_equal(actual.kind, DRYAD_VALUE_TEXT);
    if (*plain)
      assert_text_is(actual.text, plain);
    else
      assert_true(actual.text.data && actual.text.length == 0);
  } else {
    assert_int_equal(actual.kind, DRYAD_VALUE_INTEGER);
    assert_number((uint64_t)actual.integer, (uint64_t)strtoll(json, NULL, 10));
  }
}

static inline void assert_graph_object(const dryad_graph *g, const model *m, dryad_id id, const uint64_t *missing)
{
  const model_object *o = &m->objects[id];
  int64_t len = 0;
  assert_number(dryad_graph_address(g, id), o->address);
  assert_number(dryad_graph_find(g, o->address), id);
  assert_text_is(dryad_graph_type_name(g, dryad_graph_type(g, id)), o->type);
  assert_number(dryad_graph_size(g, id), o->size);
  assert_int_equal(dryad_graph_len(g, id, &len), o->has_len);
  if (o->has_len) assert_true(len == o->len);
  assert_text_is(dryad_graph_name(g, id), o->name);
  assert_value_is(dryad_graph_value(g, id), o->value);
  dryad_ids children = dryad_graph_children(g, id), parents = dryad_graph_parents(g, id);
  assert_number(children.count, o->ref_count);
  for (unsigned r = 0; r < o->ref_count; r++) {
    unsigned expected = model_find(m, o->refs[r]);
    if (expected == m->count)
      while (missing[expected - m->count] != o->refs[r]) expected++;
    assert_number(children.ids[r], expected);
  }
  unsigned n = 0;
  for (dryad_id parent = 0; parent < m->count; parent++) {
    if (!model_refers(&m->objects[parent], o->address)) continue;
    assert_true(n < parents.count);
    assert_number(parents.ids[n++], parent);
  }
  assert_number(parents.count, n);
}

static inline void assert_graph_is(const dryad_graph *g, const model *m)
{
  uint64_t missing[MODEL_OBJECTS * MODEL_REFS], refs = 0, size = 0;
  unsigned missing_count = model_missing(m, missing);
  assert_number(dryad_graph_count(g), m->count);
  assert_number(dryad_graph_missing(g), missing_count);
  for (unsigned i = 0; i < missing_count; i++) {
    assert_number(dryad_graph_address(g, m->count + i), missing[i]);
    assert_number(dryad_graph_find(g, missing[i]), DRYAD_NONE);
  }
  for (unsigned i = 0; i < m->count; i++) {
    assert_graph_object(g, m, i, missing);
    refs += m->objects[i].ref_count;
    size += m->objects[i].size;
  }
  assert_number(dryad_graph_ref_count(g), refs);
  assert_number(dryad_graph_total_size(g), size);
}

static inline unsigned model_dangling(const model *m)
{
  unsigned count = 0;
  for (unsigned i = 0; i < m->count; i++)
    for (unsigned r = 0; r < m->objects[i].ref_count; r++) count += model_find(m, m->objects[i].refs[r]) == m->count;
  return count;
}

#endif
