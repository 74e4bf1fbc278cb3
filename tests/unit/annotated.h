/* SPDX-License-Identifier: MIT */
/* Small heaps with named references, roots with reasons, and details: built from batches by hand, next to a plain list
   that undergoes the same changes naively. */
#ifndef DRYAD_TESTS_ANNOTATED_H
#define DRYAD_TESTS_ANNOTATED_H

#include "heap/heap.h"
#include "intake/build.h"
#include "runtime/runtimes.h"
#include "testing.h"

enum { ANNOTATED_OBJECTS = 40, ANNOTATED_REFS = 24, ANNOTATED_BATCHES = 3 };

typedef struct annotated_ref {
  uint64_t to;
  unsigned name; /* "nN"; 0: none */
} annotated_ref;

typedef struct annotated_object {
  uint64_t address;
  const char *type, *name;
  unsigned size, ref_count;
  annotated_ref refs[ANNOTATED_REFS];
  dryad_root_reason root;
  unsigned details[DRYAD_DETAIL_KINDS]; /* numbers, see annotated_number, or "tN"; 0: none */
} annotated_object;

/* In dump order; once settled, in address order. */
typedef struct annotated {
  annotated_object objects[ANNOTATED_OBJECTS];
  unsigned count;
  bool has_roots, is_settled;
} annotated;

/* Some are too large for 32 bits; reference counts are not. */
static inline uint64_t annotated_number(dryad_detail_kind kind, unsigned n)
{
  return kind != DRYAD_DETAIL_REFCOUNT && n % 3 == 0 ? (uint64_t)n << 33 : n;
}

/* References to an address, duplicates included. */
static inline unsigned annotated_references(const annotated *a, uint64_t address)
{
  unsigned references = 0;
  for (unsigned i = 0; i < a->count; i++)
    for (unsigned k = 0; k < a->objects[i].ref_count; k++) references += a->objects[i].refs[k].to == address;
  return references;
}

static inline annotated_object *annotated_add(annotated *a, uint64_t address, const char *type)
{
  assert_true(a->count < ANNOTATED_OBJECTS);
  annotated_object *o = &a->objects[a->count++];
  *o = (annotated_object){.address = address, .type = type, .size = 8};
  return o;
}

static inline void annotated_refer(annotated_object *o, uint64_t to, unsigned name)
{
  assert_true(o->ref_count < ANNOTATED_REFS);
  o->refs[o->ref_count++] = (annotated_ref){to, name};
}

static inline annotated_object *annotated_at(annotated *a, uint64_t address)
{
  for (unsigned i = 0; i < a->count; i++)
    if (a->objects[i].address == address) return &a->objects[i];
  return NULL;
}

static inline void annotated_remove(annotated *a, uint64_t address)
{
  unsigned kept = 0;
  for (unsigned i = 0; i < a->count; i++)
    if (a->objects[i].address != address) a->objects[kept++] = a->objects[i];
  a->count = kept;
}

static inline int annotated_compare(const void *left, const void *right)
{
  const annotated_object *a = left, *b = right;
  return (a->address > b->address) - (a->address < b->address);
}

/* Keeps the first of equal addresses; only these say what is a root. If any does, so is what is counted more often than
   referred to, before anything changes. */
static inline void annotated_settle(annotated *a)
{
  for (unsigned i = 0; i < a->count; i++)
    for (unsigned k = a->count; k-- > i + 1;)
      if (a->objects[k].address == a->objects[i].address) {
        memmove(&a->objects[k], &a->objects[k + 1], (a->count - k - 1) * sizeof *a->objects);
        a->count--;
      }
  for (unsigned i = 0; i < a->count; i++) a->has_roots |= a->objects[i].root != DRYAD_ROOT_NONE;
  for (unsigned i = 0; i < a->count && a->has_roots && !a->is_settled; i++) {
    annotated_object *o = &a->objects[i];
    bool is_native = o->details[DRYAD_DETAIL_REFCOUNT] > annotated_references(a, o->address);
    if (is_native && !o->root) o->root = DRYAD_ROOT_NATIVE;
  }
  a->is_settled = true;
  qsort(a->objects, a->count, sizeof *a->objects, annotated_compare);
}

/* ---- into a heap --------------------------------------------------------------------------------- */

static inline dryad_status append_annotations(dryad_batch *batch, const annotated_object *o, dryad_error *error)
{
  dryad_status status = DRYAD_OK;
  char name[16];
  for (unsigned i = 0; i < o->ref_count && !status; i++) {
    if (!o->refs[i].name) continue;
    int length = snprintf(name, sizeof name, "n%u", o->refs[i].name);
    status = dryad_batch_name_ref(batch, i, (dryad_text){name, (size_t)length}, error);
  }
  for (unsigned kind = 0; kind < DRYAD_DETAIL_KINDS && !status; kind++) {
    unsigned n = o->details[kind];
    int length = snprintf(name, sizeof name, "t%u", n);
    if (n && dryad_detail_is_text(kind))
      status = dryad_batch_add_text(batch, kind, (dryad_text){name, (size_t)length}, error);
    else if (n)
      status = dryad_batch_add_number(batch, kind, annotated_number(kind, n), error);
  }
  return !status && o->root ? dryad_batch_add_root(batch, o->root, error) : status;
}

static inline dryad_status append_annotated(dryad_batch *batch, const annotated_object *o, dryad_error *error)
{
  const dryad_value none = {.kind = DRYAD_VALUE_NONE};
  dryad_text name = {o->name, o->name ? strlen(o->name) : 0};
  if (!dryad_batch_reserve(batch, 1, o->ref_count)) return DRYAD_NO_MEMORY;
  uint64_t n = batch->count;
  dryad_status status =
      dryad_store_type(batch->store, o->type, strlen(o->type), (uint32_t *)batch->types.data + n, error);
  if (!status) status = dryad_store_label(batch->store, &none, name, (uint32_t *)batch->labels.data + n, error);
  if (status) return status;
  ((uint64_t *)batch->addresses.data)[n] = o->address;
  ((uint32_t *)batch->sizes.data)[n] = o->size;
  ((uint32_t *)batch->lens.data)[n] = DRYAD_NONE;
  ((uint32_t *)batch->ref_counts.data)[n] = o->ref_count;
  for (unsigned i = 0; i < o->ref_count; i++) ((uint64_t *)batch->refs.data)[batch->ref_count + i] = o->refs[i].to;
  batch->address_bits |= o->address;
  batch->ref_count += o->ref_count;
  batch->count++;
  return append_annotations(batch, o, error);
}

/* Objects i to end - 1 as one segment. */
static inline dryad_status append_segment(dryad_batch *batches, uint32_t b, dryad_segment *segment, const annotated *a,
                                          unsigned i, unsigned end, dryad_error *error)
{
  dryad_status status = DRYAD_OK;
  *segment = (dryad_segment){b, end - i, batches[b].count, batches[b].ref_count};
  for (; i < end && !status; i++) status = append_annotated(&batches[b], &a->objects[i], error);
  return status;
}

/* Adds the objects in segments of random length to random batches. */
static inline dryad_status build_annotated(dryad_graph **out, const annotated *a, bool collapse, uint64_t *seed,
                                           const dryad_allocator *allocator, dryad_error *error)
{
  dryad_batch batches[ANNOTATED_BATCHES];
  dryad_segment segments[ANNOTATED_OBJECTS];
  uint64_t segment_count = 0;
  dryad_build_counts counts;
  dryad_status status = DRYAD_OK;
  *out = NULL;
  for (unsigned b = 0; b < ANNOTATED_BATCHES; b++)
    if (!dryad_batch_init(&batches[b], allocator, dryad_runtime_named("python"))) status = DRYAD_NO_MEMORY;
  for (unsigned i = 0, end; i < a->count && !status; i = end) {
    end = i + 1 + random_below(seed, 4);
    if (end > a->count) end = a->count;
    status =
        append_segment(batches, random_below(seed, ANNOTATED_BATCHES), &segments[segment_count++], a, i, end, error);
  }
  annotated settled = *a;
  annotated_settle(&settled);
  dryad_build_input input = {.batches = batches,
                             .batch_count = ANNOTATED_BATCHES,
                             .has_roots = settled.has_roots,
                             .segments = segments,
                             .segment_count = segment_count,
                             .collapse = collapse,
                             .threads = 1 + random_below(seed, 2)};
  if (!status) return dryad_build(out, &input, &counts, error);
  for (unsigned b = 0; b < ANNOTATED_BATCHES; b++) dryad_batch_deinit(&batches[b]);
  return status;
}

static inline dryad_status heap_of_annotated(dryad_heap **out, const annotated *a, bool collapse, uint64_t *seed,
                                             const dryad_allocator *allocator, dryad_error *error)
{
  const dryad_report report = {.python = 3};
  dryad_graph *graph;
  *out = NULL;
  dryad_status status = build_annotated(&graph, a, collapse, seed, allocator, error);
  if (status) return status;
  *out = dryad_heap_new(allocator, graph, &report, "annotated");
  if (*out) return DRYAD_OK;
  dryad_graph_release(graph);
  return DRYAD_NO_MEMORY;
}

static inline dryad_heap *annotated_heap(const annotated *a, bool collapse, uint64_t *seed)
{
  dryad_heap *heap;
  dryad_error error = {0};
  if (heap_of_annotated(&heap, a, collapse, seed, NULL, &error)) fail_msg("%s", error.text);
  return heap;
}

/* ---- the same, naively ---------------------------------------------------------------------------- */

static inline bool annotated_is(const annotated_object *o, const char *type) { return o && !strcmp(o->type, type); }

/* The dict that is folded into an object: one of a type other than dict and type, with exactly a dict and a class. */
static inline annotated_object *annotated_dict(annotated *a, const annotated_object *o)
{
  if (annotated_is(o, "dict") || annotated_is(o, "type") || annotated_is(o, "list") || o->ref_count != 2) return NULL;
  annotated_object *first = annotated_at(a, o->refs[0].to), *second = annotated_at(a, o->refs[1].to);
  return annotated_is(first, "dict") && annotated_is(second, "type") ? first : NULL;
}

static inline unsigned annotated_owners(annotated *a, const annotated_object *dict)
{
  unsigned owners = 0;
  for (unsigned i = 0; i < a->count; i++) owners += annotated_dict(a, &a->objects[i]) == dict;
  return owners;
}

/* Folds the dicts of a settled list into their owners. */
static inline void annotated_collapse(annotated *a)
{
  static annotated before;
  uint64_t gone[ANNOTATED_OBJECTS], owners[ANNOTATED_OBJECTS];
  unsigned gone_count = 0;
  before = *a;
  for (unsigned i = 0; i < before.count; i++) {
    const annotated_object *o = &before.objects[i], *dict = annotated_dict(&before, o);
    if (!dict || annotated_owners(&before, dict) != 1) continue;
    annotated_object *whole = annotated_at(a, o->address);
    whole->size += dict->size;
    whole->ref_count = 0;
    for (unsigned k = 0; k < dict->ref_count; k++) annotated_refer(whole, dict->refs[k].to, dict->refs[k].name);
    annotated_refer(whole, o->refs[1].to, o->refs[1].name);
    if (!whole->root) whole->root = dict->root;
    if (!dict->details[DRYAD_DETAIL_REFCOUNT]) whole->details[DRYAD_DETAIL_REFCOUNT] = 0;
    gone[gone_count] = dict->address;
    owners[gone_count++] = o->address;
  }
  for (unsigned g = 0; g < gone_count; g++) {
    annotated_remove(a, gone[g]);
    for (unsigned i = 0; i < a->count; i++)
      for (unsigned k = 0; k < a->objects[i].ref_count; k++)
        if (a->objects[i].refs[k].to == gone[g]) a->objects[i].refs[k].to = owners[g];
  }
}

/* ---- comparing ------------------------------------------------------------------------------------ */

static inline void assert_refs_are(const dryad_graph *g, dryad_id id, const annotated_object *o)
{
  dryad_ids refs = dryad_graph_children(g, id);
  assert_number(refs.count, o->ref_count);
  for (unsigned i = 0; i < o->ref_count; i++) {
    char expected[16] = "";
    if (o->refs[i].name) snprintf(expected, sizeof expected, "n%u", o->refs[i].name);
    dryad_text name = dryad_graph_ref_name(g, id, i);
    assert_number(dryad_graph_address(g, refs.ids[i]), o->refs[i].to);
    if (name.length != strlen(expected) || (name.length && memcmp(name.data, expected, name.length) != 0) ||
        !name.data != !*expected)
      fail_msg("reference %u of %u is called %.*s, not %s", i, (unsigned)o->address, (int)name.length,
               name.data ? name.data : "", expected);
  }
  assert_null(dryad_graph_ref_name(g, id, refs.count).data);
}

static inline void assert_details_are(const dryad_graph *g, dryad_id id, const annotated_object *o)
{
  uint64_t numbers[DRYAD_DETAIL_FILE];
  const bool have[DRYAD_DETAIL_FILE] = {
      [DRYAD_DETAIL_REFCOUNT] = dryad_graph_refcount(g, id, &numbers[DRYAD_DETAIL_REFCOUNT]),
      [DRYAD_DETAIL_INTERPRETER] = dryad_graph_interpreter(g, id, &numbers[DRYAD_DETAIL_INTERPRETER]),
      [DRYAD_DETAIL_MAPPED] = dryad_graph_mapped(g, id, &numbers[DRYAD_DETAIL_MAPPED]),
      [DRYAD_DETAIL_LINE] = dryad_graph_line(g, id, &numbers[DRYAD_DETAIL_LINE])};
  const dryad_text texts[DRYAD_DETAIL_KINDS] = {[DRYAD_DETAIL_FILE] = dryad_graph_file(g, id),
                                                [DRYAD_DETAIL_QUALNAME] = dryad_graph_qualname(g, id),
                                                [DRYAD_DETAIL_ALLOCATED] = dryad_graph_allocated(g, id)};
  for (unsigned kind = 0; kind < DRYAD_DETAIL_KINDS; kind++) {
    unsigned n = o->details[kind];
    char expected[16];
    size_t length = (size_t)snprintf(expected, sizeof expected, "t%u", n);
    if (!dryad_detail_is_text(kind)) {
      assert_int_equal(have[kind], n > 0);
      assert_number(numbers[kind], annotated_number(kind, n));
    } else if (n) {
      assert_number(texts[kind].length, length);
      assert_memory_equal(texts[kind].data, expected, length);
    } else {
      assert_null(texts[kind].data);
    }
  }
}

/* Whether an object refers to another one at least once. */
static inline unsigned annotated_parents(const annotated *a, uint64_t address)
{
  unsigned parents = 0;
  for (unsigned i = 0; i < a->count; i++) {
    bool refers = false;
    for (unsigned k = 0; k < a->objects[i].ref_count; k++) refers |= a->objects[i].refs[k].to == address;
    parents += refers;
  }
  return parents;
}

/* Asserts that the graph has the objects of a settled list, with their references, names, details and, if the dump
   states any, roots. */
static inline void assert_annotated(const dryad_graph *g, const annotated *a)
{
  assert_int_equal(dryad_graph_count(g), a->count);
  for (dryad_id id = 0; id < a->count; id++) {
    assert_number(dryad_graph_address(g, id), a->objects[id].address);
    assert_number(dryad_graph_size(g, id), a->objects[id].size);
    assert_number(dryad_graph_parents(g, id).count, annotated_parents(a, a->objects[id].address));
    assert_refs_are(g, id, &a->objects[id]);
    assert_details_are(g, id, &a->objects[id]);
  }
  assert_int_equal(g->annotations && g->annotations->has_roots, a->has_roots);
  if (!a->has_roots) return;
  uint32_t next = 0;
  for (dryad_id id = 0; id < a->count; id++) {
    if (!a->objects[id].root) continue;
    assert_true(next < g->annotations->root_count);
    assert_int_equal(g->annotations->roots[next], id);
    assert_int_equal(g->annotations->reasons[next++], a->objects[id].root);
  }
  assert_int_equal(next, g->annotations->root_count);
}

/* ---- at random ------------------------------------------------------------------------------------ */

static inline uint64_t annotated_address(uint64_t *seed) { return 8 * (1 + (uint64_t)random_below(seed, 24)); }

/* The type follows from the address, so that references can lead to the types that folding needs. */
static inline const char *annotated_type(uint64_t address)
{
  static const char *const types[] = {"Thing", "Other", "dict", "dict", "list", "type"};
  return types[address / 8 % 6];
}

static inline uint64_t annotated_address_of(uint64_t *seed, const char *type)
{
  uint64_t address = annotated_address(seed);
  while (strcmp(annotated_type(address), type) != 0) address = annotated_address(seed);
  return address;
}

static inline void random_annotated_object(uint64_t *seed, annotated *a, unsigned *names)
{
  uint64_t address = annotated_address(seed), to[6];
  annotated_object *o = annotated_add(a, address, annotated_type(address));
  unsigned refs = chance(seed, 60) ? 2 : random_below(seed, 7);
  bool is_named = chance(seed, 40);
  for (unsigned i = 0; i < refs; i++) to[i] = annotated_address(seed);
  if (refs == 2 && chance(seed, 70)) {
    to[0] = annotated_address_of(seed, "dict");
    to[1] = annotated_address_of(seed, "type");
  }
  for (unsigned i = 0; i < refs; i++) annotated_refer(o, to[i], is_named && chance(seed, 70) ? ++*names : 0);
  if (chance(seed, 15)) o->root = DRYAD_ROOT_MODULES + random_below(seed, 8);
  if (chance(seed, 80)) o->details[DRYAD_DETAIL_REFCOUNT] = 1 + random_below(seed, 5);
  for (unsigned kind = DRYAD_DETAIL_REFCOUNT + 1; kind < DRYAD_DETAIL_KINDS; kind++)
    if (chance(seed, 8 * kind)) o->details[kind] = 1 + random_below(seed, 20);
}

/* Each reference is named once. */
static inline annotated random_annotated(uint64_t *seed)
{
  annotated a = {.count = 0};
  unsigned names = 0;
  bool without = chance(seed, 10);
  for (unsigned i = 0, count = random_below(seed, 30); i < count; i++) random_annotated_object(seed, &a, &names);
  for (unsigned i = 0; i < a.count && without; i++) a.objects[i].root = DRYAD_ROOT_NONE;
  for (unsigned i = 0; i < a.count && chance(seed, 10); i++)
    memset(a.objects[i].details, 0, sizeof a.objects[i].details);
  return a;
}

#endif
