/* SPDX-License-Identifier: MIT */
/* Random heaps whose objects have classes, of which some share a bare name, and all that groups by class need. */
#ifndef DRYAD_TESTS_CLASSED_H
#define DRYAD_TESTS_CLASSED_H

#include "analysis/dominators.h"
#include "generated.h"
#include "graph/graph.h"
#include "heap/heap.h"

enum { CLASSED_MOST = 120, CLASSED_CLASSES = 3 };

typedef struct classed {
  dryad_heap *heap;
  const dryad_graph *graph;
  const dryad_dominators *dominators;
  const dryad_classes *classes;
  bool is_huge;                                       /* sizes may not add up */
  const char *names[CLASSED_MOST + CLASSED_CLASSES];  /* by id: of the object's class */
  const char *groups[CLASSED_MOST + CLASSED_CLASSES]; /* by id: equal for objects of one class, but not for modules */
  char modules[CLASSED_MOST][24];                     /* by id: what distinguishes them */
} classed;

static inline void classed_set_up(classed *c, dryad_heap *heap)
{
  static const dryad_progress none = {0};
  c->heap = heap;
  c->graph = dryad_heap_graph(heap);
  assert_int_equal(dryad_heap_dominators(heap, &c->dominators, none, NULL), DRYAD_OK);
  assert_int_equal(dryad_heap_classes(heap, &c->classes, NULL), DRYAD_OK);
}

static inline void classed_tear_down(classed *c) { dryad_heap_free(c->heap); }

/* What objects of these types are, with and without a reference to one of the classes at their end. */
static const struct {
  const char *type, *name;
  int class; /* -1: none */
} classed_kinds[] = {{"dict", "dict", -1},           {"list", "list", -1},    {"Node", "Node", -1},
                     {"Node", "a.Node", 0},          {"Node", "b.Node", 1},   {"Thing", "pkg.mod.Thing", 2},
                     {"Thing", "pkg.mod.Thing", -1}, {"module", "module", -1}};
enum { CLASSED_KINDS = sizeof classed_kinds / sizeof *classed_kinds };

/* Trees with a few references across: long and thin, or broad. Sometimes only some objects are roots. */
static inline void classed_random(classed *c, uint64_t *seed)
{
  static const char *const qualified[CLASSED_CLASSES] = {"a.Node", "b.Node", "pkg.mod.Thing"};
  const unsigned count = 1 + random_below(seed, CLASSED_MOST - 1), straight = 30 * random_below(seed, 4);
  const unsigned across = random_below(seed, 10), first = random_below(seed, CLASSED_KINDS);
  const unsigned kinds = 1 + random_below(seed, CLASSED_KINDS);
  unsigned parents[CLASSED_MOST];
  dump_text t = {0};
  c->is_huge = chance(seed, 5);
  for (unsigned i = 0; i < count; i++) parents[i] = i && chance(seed, straight) ? i - 1 : random_below(seed, i + 1);
  for (unsigned i = 0; i < count; i++) {
    const unsigned kind = (first + random_below(seed, kinds)) % CLASSED_KINDS;
    const uint64_t size = c->is_huge && chance(seed, 20) ? random_bits(seed, 63) : random_below(seed, 100);
    c->names[i] = c->groups[i] = classed_kinds[kind].name;
    if (!strcmp(c->names[i], "module")) {
      snprintf(c->modules[i], sizeof c->modules[i], "module %u", i);
      c->groups[i] = c->modules[i];
    }
    text_add(&t, "{\"address\": %u, \"type\": \"%s\", \"size\": %llu, \"refs\": [%u", i, classed_kinds[kind].type,
             (unsigned long long)size + 1, i);
    for (unsigned k = i + 1; k < count; k++)
      if (parents[k] == i) text_add(&t, ", %u", k);
    if (chance(seed, across)) text_add(&t, ", %u", random_below(seed, count));
    if (chance(seed, 5)) text_add(&t, ", 999999"); /* not dumped */
    if (classed_kinds[kind].class >= 0) text_add(&t, ", %u", count + (unsigned)classed_kinds[kind].class);
    text_add(&t, "]}\n");
  }
  for (unsigned i = 0; i < CLASSED_CLASSES; i++) {
    c->names[count + i] = c->groups[count + i] = "type";
    text_add(
        &t,
        "{\"address\": %u, \"type\": \"type\", \"size\": 900, \"name\": \"%s\", \"qualname\": \"%s\", \"refs\": []}\n",
        count + i, strrchr(qualified[i], '.') + 1, qualified[i]);
  }
  dryad_heap *heap = load_raw(&t);
  text_free(&t);
  if (chance(seed, 30)) {
    const dryad_id roots[] = {random_below(seed, count), random_below(seed, count)};
    assert_int_equal(dryad_heap_set_roots(heap, roots, 2, NULL), DRYAD_OK);
  }
  classed_set_up(c, heap);
}

/* For work that is cancelled: nothing of this stays with the heap. */
typedef struct classed_apart {
  classed c;
  dryad_roots *roots;
  dryad_dominators *dominators;
  dryad_classes *classes;
} classed_apart;

static inline void classed_apart_set_up(classed_apart *a, const dryad_heap *heap)
{
  static const dryad_progress none = {0};
  const dryad_graph *graph = dryad_heap_graph(heap);
  assert_int_equal(dryad_roots_settle(&a->roots, graph, none, NULL), DRYAD_OK);
  assert_int_equal(dryad_dominators_new(&a->dominators, graph, a->roots, none, NULL), DRYAD_OK);
  assert_int_equal(dryad_classes_new(&a->classes, graph, NULL), DRYAD_OK);
  a->c = (classed){.graph = graph, .dominators = a->dominators, .classes = a->classes};
}

static inline void classed_apart_tear_down(classed_apart *a)
{
  dryad_classes_free(a->classes);
  dryad_dominators_free(a->dominators);
  dryad_roots_free(a->roots);
}

/* No object has a size of 0. */
static inline bool classed_is_reachable(const classed *c, dryad_id id)
{
  return dryad_dominators_retained(c->dominators, id) > 0;
}

static inline void assert_class_name(const classed *c, uint32_t class, const char *expected)
{
  const dryad_text name = dryad_class_name(c->classes, class);
  assert_number(name.length, strlen(expected));
  assert_memory_equal(name.data, expected, name.length);
}

#endif
