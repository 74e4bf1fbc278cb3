/* SPDX-License-Identifier: MIT */
/* Random heaps of at most 64 objects, known in advance with the name of each reference. */
#ifndef DRYAD_TESTS_LABELLED_H
#define DRYAD_TESTS_LABELLED_H

#include "naive.h"
#include "runtime/runtime.h"

enum { LABELLED_REFS = 16, LABELLED_NAMES = 3, LABELLED_STRINGS = 2 * LABELLED_NAMES, LABELLED_CLASSES = 2 };

/* The kind of a reference's name; BY_NAME and above: an attribute, by the number of its name. */
enum { BY_REF, BY_KEY, BY_ITEM, BY_CLASS, BY_NAME };

typedef struct labelled_object {
  const char *type;
  unsigned size, refs[LABELLED_REFS], how[LABELLED_REFS], ref_count;
  int len; /* negative: none */
} labelled_object;

/* Object i has the id i. First come strings, two of each name, then a class of each of two types. */
typedef struct labelled {
  labelled_object objects[NAIVE_MOST];
  unsigned count;
} labelled;

static inline uint64_t labelled_address(unsigned id) { return 16 * ((uint64_t)id + 1); }

static inline void labelled_refer(labelled_object *o, unsigned to, unsigned how)
{
  assert_true(o->ref_count < LABELLED_REFS);
  o->refs[o->ref_count] = to;
  o->how[o->ref_count++] = how;
}

static inline void labelled_fill(labelled_object *o, uint64_t *seed, unsigned count)
{
  static const char *const types[] = {"list", "tuple", "dict", "module", "Thing", "Other", "set"};
  unsigned kind = random_below(seed, 7), refs = random_below(seed, 6), last = 0;
  bool can_tell = chance(seed, 85);
  o->type = types[kind];
  o->size = random_below(seed, 100);
  o->len = -1;
  for (unsigned i = 0; i < refs; i++) {
    /* One in ten leads to an object that is not dumped, one in five to the target of the previous one. */
    unsigned to = i > 0 && chance(seed, 20) ? last : random_below(seed, count + count / 10);
    unsigned string = random_below(seed, LABELLED_STRINGS);
    last = to;
    if (kind < 2) {
      labelled_refer(o, to, can_tell ? BY_ITEM : BY_REF);
    } else if (kind == 2) {
      labelled_refer(o, chance(seed, 30) ? string : random_below(seed, count), BY_REF);
      labelled_refer(o, to, can_tell ? BY_KEY : BY_REF);
    } else if (kind < 6) {
      labelled_refer(o, string, BY_REF);
      labelled_refer(o, to, BY_NAME + string % LABELLED_NAMES);
    } else {
      labelled_refer(o, to, BY_REF);
    }
  }
  if (kind < 3) o->len = (int)refs + (can_tell ? 0 : 5);
  if ((kind == 4 || kind == 5) && refs > 0) labelled_refer(o, LABELLED_STRINGS + kind - 4, BY_CLASS);
  if (kind == 6) o->ref_count = refs < 4 ? 0 : 4; /* nothing that looks like an instance */
}

/* At least a dozen objects. */
static inline labelled labelled_at_random(uint64_t *seed)
{
  labelled l = {.count = 12 + random_below(seed, NAIVE_MOST - 12)};
  for (unsigned i = 0; i < l.count; i++) {
    labelled_object *o = &l.objects[i];
    *o = (labelled_object){.type = i < LABELLED_STRINGS ? "str" : "type", .size = random_below(seed, 50), .len = -1};
    if (i >= LABELLED_STRINGS + LABELLED_CLASSES) labelled_fill(o, seed, l.count);
  }
  return l;
}

static inline dryad_heap *labelled_load(const labelled *l)
{
  dump_text t = {0};
  for (unsigned i = 0; i < l->count; i++) {
    const labelled_object *o = &l->objects[i];
    text_add(&t, "{\"address\": %llu, \"type\": \"%s\", \"size\": %u, ", (unsigned long long)labelled_address(i),
             o->type, o->size);
    if (i < LABELLED_STRINGS) text_add(&t, "\"value\": \"n%u\", ", i % LABELLED_NAMES);
    if (i >= LABELLED_STRINGS && i < LABELLED_STRINGS + LABELLED_CLASSES)
      text_add(&t, "\"name\": \"%s\", ", i == LABELLED_STRINGS ? "Thing" : "Other");
    if (o->len >= 0) text_add(&t, "\"len\": %d, ", o->len);
    text_add(&t, "\"refs\": [");
    for (unsigned r = 0; r < o->ref_count; r++)
      text_add(&t, "%s%llu", r ? ", " : "", (unsigned long long)labelled_address(o->refs[r]));
    text_add(&t, "]}\n");
  }
  dryad_heap *heap = load_raw(&t);
  text_free(&t);
  return heap;
}

/* The name by which the parent refers to the child: that of the first reference with a name, else none. */
static inline unsigned labelled_between(const labelled *l, unsigned parent, unsigned child)
{
  const labelled_object *o = &l->objects[parent];
  for (unsigned r = 0; r < o->ref_count; r++)
    if (o->refs[r] == child && o->how[r] != BY_REF) return o->how[r];
  return BY_REF;
}

/* The kind of an edge. */
static inline unsigned how_of(const dryad_graph *g, const dryad_edge *edge)
{
  switch (edge->kind) {
  case DRYAD_EDGE_REF: return BY_REF;
  case DRYAD_EDGE_KEY: return BY_KEY;
  case DRYAD_EDGE_ITEM: return BY_ITEM;
  case DRYAD_EDGE_CLASS: return BY_CLASS;
  case DRYAD_EDGE_ATTRIBUTE: {
    dryad_text name = dryad_graph_value(g, edge->key).text;
    assert_true(name.length == 2 && name.data[0] == 'n');
    return BY_NAME + (unsigned)(name.data[1] - '0');
  }
  case DRYAD_EDGE_FRAME:
  case DRYAD_EDGE_NAMED: break;
  }
  fail_msg("an edge is called %.*s", (int)edge->name.length, edge->name.data);
  return BY_REF;
}

#endif
