/* SPDX-License-Identifier: MIT */
/* Graphs of at most 64 objects, each row of references in one word: the oracle for searches. */
#ifndef DRYAD_TESTS_NAIVE_H
#define DRYAD_TESTS_NAIVE_H

#include "model.h"

enum { NAIVE_MOST = 64 };

typedef struct naive {
  const dryad_graph *graph;
  unsigned count;
  uint64_t all;              /* a bit for each object */
  uint64_t refs[NAIVE_MOST]; /* of each object: those it refers to */
} naive;

static inline uint64_t bit(unsigned id) { return UINT64_C(1) << id; }
static inline bool has(uint64_t set, unsigned id) { return id < NAIVE_MOST && (set >> id & 1); }
static inline unsigned count_of(uint64_t set) { return (unsigned)__builtin_popcountll(set); }
/* The lowest element of a set that is not empty. */
static inline unsigned lowest(uint64_t set) { return (unsigned)__builtin_ctzll(set); }

#define FOR_EACH(id, set)                                                                                              \
  for (uint64_t rest_##id = (set), id = rest_##id ? lowest(rest_##id) : 0; rest_##id;                                  \
       rest_##id &= rest_##id - 1, id = rest_##id ? lowest(rest_##id) : 0)

/* Those of these ids that are objects. */
static inline uint64_t naive_set(const naive *n, dryad_ids ids)
{
  uint64_t set = 0;
  for (uint64_t i = 0; i < ids.count; i++)
    if (ids.ids[i] < n->count) set |= bit(ids.ids[i]);
  return set;
}

static inline naive naive_of(const dryad_graph *graph)
{
  naive n = {.graph = graph, .count = dryad_graph_count(graph)};
  assert_in_range(n.count, 1, NAIVE_MOST);
  n.all = UINT64_MAX >> (NAIVE_MOST - n.count);
  for (dryad_id id = 0; id < n.count; id++) n.refs[id] = naive_set(&n, dryad_graph_children(graph, id));
  return n;
}

/* The objects reachable from these, themselves included, through `allowed` only. */
static inline uint64_t naive_reach(const naive *n, uint64_t from, uint64_t allowed)
{
  uint64_t reached = from & allowed, todo = reached;
  while (todo) {
    uint64_t fresh = n->refs[lowest(todo)] & allowed & ~reached;
    reached |= fresh;
    todo = (todo & (todo - 1)) | fresh;
  }
  return reached;
}

static inline uint64_t add_clamped(uint64_t a, uint64_t b) { return b > INT64_MAX - a ? INT64_MAX : a + b; }

static inline uint64_t naive_bytes(const naive *n, uint64_t set)
{
  uint64_t bytes = 0;
  FOR_EACH(id, set) bytes = add_clamped(bytes, dryad_graph_size(n->graph, (dryad_id)id));
  return bytes;
}

/* Asserts that `ids` are exactly this set, ascending. */
static inline void assert_set(dryad_ids ids, uint64_t set)
{
  uint64_t i = 0;
  assert_number(ids.count, count_of(set));
  FOR_EACH(id, set) assert_number(ids.ids[i++], id);
}

/* ---- graphs made by hand ------------------------------------------------------------------------ */

/* "module 1 2; list; dict 1": a raw heap whose object i, from 0, has the address i and 2^i bytes, so that a sum of
   sizes identifies its objects. */
static inline dryad_heap *load_sketch(const char *sketch)
{
  dump_text t = {0};
  for (unsigned i = 0; *sketch; i++) {
    size_t type_length = strcspn(sketch, " ;");
    text_add(&t, "{\"address\": %u, \"type\": \"%.*s\", \"size\": %llu, \"refs\": [", i, (int)type_length, sketch,
             (unsigned long long)bit(i));
    sketch += type_length;
    for (const char *comma = ""; *sketch == ' '; comma = ", ") {
      char *end;
      text_add(&t, "%s%lu", comma, strtoul(sketch, &end, 10));
      sketch = end;
    }
    text_add(&t, "]}\n");
    sketch += strspn(sketch, "; ");
  }
  dryad_heap *heap = load_raw(&t);
  text_free(&t);
  return heap;
}

/* ---- graphs made at random ---------------------------------------------------------------------- */

enum { ANYWHERE, NEARBY, RINGS, TREE, SHAPES };

static inline unsigned random_target(uint64_t *seed, unsigned shape, unsigned i, unsigned count)
{
  if (shape == NEARBY) {
    unsigned low = i < 3 ? 0 : i - 3, high = i + 3 < count ? i + 3 : count - 1;
    return low + random_below(seed, high - low + 1);
  }
  if (shape == RINGS && chance(seed, 90)) {
    unsigned first = i / 4 * 4;
    return first + random_below(seed, count - first < 4 ? count - first : 4);
  }
  return random_below(seed, count);
}

static inline const char *random_type(uint64_t *seed, unsigned special_percent)
{
  static const char *const plain[] = {"list", "dict", "Thing", "tuple", "modules"};
  static const char *const special[] = {"module", "frame", "type"};
  return chance(seed, special_percent) ? special[random_below(seed, 3)] : plain[random_below(seed, 5)];
}

static inline model_object *find_type(model *m, const char *type, unsigned from)
{
  for (unsigned i = 0; i < m->count; i++) {
    model_object *o = &m->objects[(from + i) % m->count];
    if (!strcmp(o->type, type)) return o;
  }
  return NULL;
}

/* Gives every Thing a dict and a class; it collapses if the dict has no other owner. */
static inline void make_instances(model *m, uint64_t *seed)
{
  for (unsigned i = 0; i < m->count; i++) {
    model_object *thing = &m->objects[i];
    const model_object *dict = find_type(m, "dict", random_below(seed, m->count));
    const model_object *type = find_type(m, "type", random_below(seed, m->count));
    if (strcmp(thing->type, "Thing") || !dict || !type) continue;
    thing->ref_count = 0;
    model_refer(thing, dict->address);
    model_refer(thing, type->address);
  }
}

/* Up to `most` objects, sparse or dense, with cycles, references to themselves, repeated ones and ones that lead
   nowhere; sometimes with sizes that add up to more than can be told. */
static inline model random_graph(uint64_t *seed, unsigned most)
{
  static const unsigned densities[] = {0, 1, 2, 3, 5, 12}, percents[] = {0, 3, 30};
  model m = {.count = 0};
  unsigned count = 1 + random_below(seed, most), shape = random_below(seed, SHAPES);
  unsigned max_refs = densities[random_below(seed, 6)], special_percent = percents[random_below(seed, 3)];
  unsigned places[MODEL_OBJECTS];
  for (unsigned i = 0; i < count; i++) places[i] = i;
  for (unsigned i = count - 1; i > 0 && shape != NEARBY; i--) {
    unsigned k = random_below(seed, i + 1), place = places[i];
    places[i] = places[k];
    places[k] = place;
  }
  bool is_huge = chance(seed, 5);
  for (unsigned i = 0; i < count; i++) {
    model_object *o = model_add(&m, 16 * (1 + places[i]), random_type(seed, special_percent));
    o->size = is_huge && chance(seed, 30) ? random_bits(seed, 63) : random_below(seed, 100);
    if (shape == TREE && i > 0) model_refer(&m.objects[i - 1 - random_below(seed, i < 3 ? i : 3)], o->address);
  }
  for (unsigned i = 0; i < count; i++) {
    model_object *o = &m.objects[i];
    for (unsigned refs = random_below(seed, max_refs + 1); refs > 0; refs--) {
      unsigned target = chance(seed, 5) ? i : random_target(seed, shape, i, count);
      model_refer(o, m.objects[target].address + (chance(seed, 5) ? 8 : 0));
      if (chance(seed, 5)) model_refer(o, m.objects[target].address);
    }
  }
  if (chance(seed, 30)) make_instances(&m, seed);
  return m;
}

static inline dryad_heap *load_random_graph(uint64_t *seed, unsigned most)
{
  model m = random_graph(seed, most);
  return model_load(&m, &(dryad_load_options){.size = sizeof(dryad_load_options), .raw = true, .threads = 1});
}

/* Ids of objects and of addresses that are not dumped, some of them repeated. */
static inline unsigned random_ids(uint64_t *seed, const dryad_graph *g, dryad_id *ids, unsigned most)
{
  unsigned count = random_below(seed, most + 1), all = dryad_graph_count(g) + dryad_graph_missing(g);
  for (unsigned i = 0; i < count; i++) ids[i] = i > 0 && chance(seed, 20) ? ids[i - 1] : random_below(seed, all);
  return count;
}

#endif
