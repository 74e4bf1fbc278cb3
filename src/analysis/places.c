/* SPDX-License-Identifier: MIT */
#include "analysis/places.h"

#include <string.h>
#include <xxhash.h>

#include "analysis/breadth_first.h"
#include "base/assert.h"
#include "base/error.h"
#include "base/progress.h"
#include "graph/graph.h"

enum { OBJECTS_BETWEEN_TELLING = 1 << 16 };
enum { DELAY = 2 };     /* steps that a way from anything but a module counts longer */
enum { FEW_KEYS = 16 }; /* a dict with more joins its keys */
/* A reference that repeats one above, to an object of the same class, makes a chain: at once if that is this near, else
   when it is found for the third time this far up. Containers are told apart in containers of their class once. */
enum { NEAR_ABOVE = 4, FAR_ABOVE = 32, FAR_REPEATS = 3, ITEM_REPEATS = 2 };

/* What a hash is of, so that an attribute and a key of one name differ. */
enum { HASH_START = 1, HASH_NAME, HASH_KEY, HASH_ITEM, HASH_CLASS, HASH_REF };

typedef struct placing_work {
  dryad_places *places;
  dryad_placing *out;
  const dryad_graph *graph;
  const dryad_known_types *known;
  const dryad_classes *classes;
  const dryad_progress *progress;
  dryad_breadth_first search;
} placing_work;

static uint64_t hash_text(dryad_text text, uint64_t seed)
{
  return XXH3_64bits_withSeed(text.data ? text.data : "", text.length, seed);
}

static dryad_text text_of(const dryad_graph *graph, dryad_id id)
{
  if (id >= graph->count) return (dryad_text){0};
  dryad_value value = dryad_graph_value(graph, id);
  return value.kind == DRYAD_VALUE_TEXT ? value.text : (dryad_text){0};
}

static const dryad_place *place_of(const placing_work *w, dryad_id id)
{
  return dryad_place_at(w->places, w->out->places[id]);
}

/* ---- places ------------------------------------------------------------------------------------- */

/* A place above that the new one would repeat: links of a chain or a tree. DRYAD_NONE: none. */
static uint32_t repeated(const dryad_places *places, const dryad_place *new)
{
  uint32_t nearest = DRYAD_NONE, above = new->above;
  int repeats = 0, enough = new->is_item ? ITEM_REPEATS : 1;
  for (int i = 0; i < FAR_ABOVE && above != DRYAD_NONE; i++) {
    const dryad_place *place = dryad_place_at(places, above);
    if (i == NEAR_ABOVE) enough = FAR_REPEATS;
    if (place->edge == new->edge && place->type == new->type) {
      if (nearest == DRYAD_NONE) nearest = above;
      if (++repeats >= enough) return nearest;
    }
    above = place->above;
  }
  return DRYAD_NONE;
}

static bool joins_keys(const placing_work *w, dryad_id id)
{
  dryad_dict_items items;
  return !dryad_dict_items_of(&items, w->graph, w->known, id) && items.kind == DRYAD_DICT_ITEMS_ITEMS &&
         items.count > FEW_KEYS;
}

static bool put(placing_work *w, dryad_id id, dryad_place new)
{
  dryad_places *places = w->places;
  new.type = hash_text(dryad_class_name(w->classes, dryad_class_number(w->classes, id)), 0);
  uint32_t number = repeated(places, &new), before = places->numbers.count;
  if (number != DRYAD_NONE) {
    ((dryad_place *)places->all.data)[number].is_chain = true;
    w->out->places[id] = number;
    return true;
  }
  if (!dryad_key_table_number(&places->numbers, (dryad_key){{new.above, new.edge, new.type}}, &number)) return false;
  if (number == before) {
    if (!dryad_column_reserve(&places->all, places->allocator, before + UINT64_C(1), sizeof new)) return false;
    uint64_t above = new.above == DRYAD_NONE ? 0 : dryad_place_at(places, new.above)->way;
    const uint64_t parts[] = {above, new.edge, new.type};
    new.way = XXH3_64bits(parts, sizeof parts);
    new.heap = places->heaps;
    new.example = id;
    new.joins_keys = joins_keys(w, id);
    ((dryad_place *)places->all.data)[number] = new;
  }
  w->out->places[id] = number;
  return true;
}

/* Modules and frames are told apart by their names, other starts only by their classes. */
static bool put_start(placing_work *w, dryad_id id)
{
  dryad_text name = {0};
  switch (dryad_type_root_reason(w->known, dryad_types(w->graph)[id])) {
  case DRYAD_ROOT_MODULE: name = dryad_graph_name(w->graph, id); break;
  case DRYAD_ROOT_FRAME: name = text_of(w->graph, id); break;
  default: break;
  }
  return put(w, id, (dryad_place){.above = DRYAD_NONE, .edge = hash_text(name, HASH_START)});
}

static dryad_place below(const placing_work *w, dryad_id id, const dryad_edge *edge)
{
  dryad_place new = {.above = w->out->places[id]};
  dryad_text key = {0};
  switch (edge->kind) {
  case DRYAD_EDGE_FRAME:
  case DRYAD_EDGE_ATTRIBUTE: new.edge = hash_text(text_of(w->graph, edge->key), HASH_NAME); break;
  case DRYAD_EDGE_NAMED: new.edge = hash_text(edge->name, HASH_NAME); break;
  case DRYAD_EDGE_KEY:
    if (!place_of(w, id)->joins_keys) key = text_of(w->graph, edge->key);
    new.edge = key.data ? hash_text(key, HASH_KEY) : HASH_ITEM;
    break;
  case DRYAD_EDGE_ITEM: new.edge = HASH_ITEM; break;
  case DRYAD_EDGE_CLASS: new.edge = HASH_CLASS; break;
  case DRYAD_EDGE_REF: new.edge = HASH_REF; break;
  }
  new.is_item = new.edge == HASH_ITEM;
  return new;
}

/* ---- the search --------------------------------------------------------------------------------- */

/* Of the objects of the step before that refer to it, the one whose way has the least hash. */
static dryad_id best_holder(const placing_work *w, dryad_id id)
{
  dryad_ids referrers = dryad_parents(w->graph, id);
  dryad_id best = w->out->holders[id];
  if (referrers.count == 1) return best;
  uint64_t least = place_of(w, best)->way;
  for (uint64_t i = 0; i < referrers.count; i++) {
    dryad_id from = referrers.ids[i];
    if (w->out->places[from] == DRYAD_NONE) continue;
    uint64_t way = place_of(w, from)->way;
    if (way > least || (way == least && from >= best)) continue;
    least = way;
    best = from;
  }
  return best;
}

/* Places what the object was chosen to hold: first by references that have a name, then by any. */
static bool put_below(placing_work *w, dryad_id id)
{
  dryad_ids children = dryad_children(w->graph, id);
  bool is_left = false;
  for (int round = 0; round < 2; round++) {
    for (uint64_t i = 0; i < children.count; i++) {
      dryad_id child = children.ids[i];
      if (child >= w->graph->count || w->out->holders[child] != id || w->out->places[child] != DRYAD_NONE) continue;
      dryad_edge edge = dryad_edge_of(w->graph, w->known, id, i);
      if (round == 0 && edge.kind == DRYAD_EDGE_REF) {
        is_left = true;
        continue;
      }
      if (!put(w, child, below(w, id, &edge))) return false;
    }
    if (!is_left) break;
  }
  return true;
}

static dryad_status tell(const placing_work *w, uint32_t at, dryad_error *error)
{
  if (at % OBJECTS_BETWEEN_TELLING == 0 && dryad_progress_tell(w->progress, "finding places", at, w->graph->count))
    return dryad_fail_cancelled(error);
  return DRYAD_OK;
}

/* Places order[first .. last), one step of the search, whose step before is order[before .. first). */
static dryad_status put_step(placing_work *w, uint32_t before, uint32_t first, uint32_t last, dryad_error *error)
{
  const dryad_id *order = w->search.order;
  dryad_id *holders = w->out->holders;
  dryad_status status = DRYAD_OK;
  for (uint32_t i = first; i < last && !status; i++) {
    dryad_id id = order[i];
    if (holders[id] != id) holders[id] = best_holder(w, id);
    status = tell(w, i, error);
  }
  for (uint32_t i = before; i < first && !status; i++)
    if (!put_below(w, order[i])) return dryad_fail_memory(error);
  for (uint32_t i = first; i < last && !status; i++)
    if (holders[order[i]] == order[i] && !put_start(w, order[i])) return dryad_fail_memory(error);
  return status;
}

static bool is_module(const placing_work *w, dryad_id id)
{
  return id < w->graph->count && dryad_type_root_reason(w->known, dryad_types(w->graph)[id]) == DRYAD_ROOT_MODULE;
}

/* Modules that are roots, or that the interpreter's table of modules holds. */
static void add_modules(placing_work *w, const dryad_roots *roots)
{
  for (uint32_t i = 0; i < roots->count; i++) {
    dryad_id id = roots->ids[i];
    if (is_module(w, id)) dryad_breadth_first_add(&w->search, id);
    if (dryad_roots_reason(roots, id) != DRYAD_ROOT_MODULES) continue;
    dryad_ids children = dryad_children(w->graph, id);
    for (uint64_t c = 0; c < children.count; c++)
      if (is_module(w, children.ids[c])) dryad_breadth_first_add(&w->search, children.ids[c]);
  }
}

static dryad_status search(placing_work *w, const dryad_roots *roots, dryad_error *error)
{
  add_modules(w, roots);
  uint32_t before = 0, first = 0;
  for (int step = 0;; step += step <= DELAY) {
    if (step == DELAY)
      for (uint32_t i = 0; i < roots->count; i++) dryad_breadth_first_add(&w->search, roots->ids[i]);
    uint32_t last = w->search.found;
    if (first == last && step > DELAY) return DRYAD_OK;
    dryad_status status = put_step(w, before, first, last, error);
    if (status) return status;
    dryad_breadth_first_step(&w->search);
    before = first;
    first = last;
  }
}

dryad_status dryad_places_add(dryad_places *places, dryad_placing *out, const dryad_graph *graph,
                              const dryad_roots *roots, const dryad_classes *classes, dryad_progress progress,
                              dryad_error *error)
{
  DRYAD_ASSERT(places && out && roots && classes && classes->graph == graph);
  const dryad_allocator *allocator = graph->allocator;
  placing_work w = {.places = places,
                    .out = out,
                    .graph = graph,
                    .known = &classes->known,
                    .classes = classes,
                    .progress = &progress};
  *out = (dryad_placing){.allocator = allocator, .count = graph->count};
  out->holders = dryad_alloc(allocator, graph->count, sizeof *out->holders);
  out->places = dryad_alloc(allocator, graph->count, sizeof *out->places);
  bool ok = out->holders && out->places && dryad_breadth_first_init(&w.search, graph, false);
  dryad_status status = ok ? DRYAD_OK : dryad_fail_memory(error);
  if (ok) {
    memset(out->holders, 0xff, graph->count * sizeof *out->holders);
    memset(out->places, 0xff, graph->count * sizeof *out->places);
    w.search.parents = out->holders;
    status = search(&w, roots, error);
    out->reached = w.search.found;
    out->order = w.search.order;
    w.search.order = NULL;
    dryad_breadth_first_deinit(&w.search);
    places->heaps++;
  }
  if (!status) status = dryad_graph_check(graph, error);
  if (status) dryad_placing_deinit(out);
  return status;
}

void dryad_placing_deinit(dryad_placing *placing)
{
  if (!placing->allocator) return;
  dryad_free(placing->allocator, placing->order, placing->count, sizeof *placing->order);
  dryad_free(placing->allocator, placing->holders, placing->count, sizeof *placing->holders);
  dryad_free(placing->allocator, placing->places, placing->count, sizeof *placing->places);
  *placing = (dryad_placing){0};
}

void dryad_places_deinit(dryad_places *places)
{
  dryad_key_table_deinit(&places->numbers);
  dryad_column_free(&places->all, places->allocator, sizeof(dryad_place));
  places->heaps = 0;
}
