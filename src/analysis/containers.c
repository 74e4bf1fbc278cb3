/* SPDX-License-Identifier: MIT */
#include "analysis/containers.h"

#include <string.h>

#include "base/error.h"
#include "base/key_table.h"
#include "base/search.h"

enum { SAMPLED = 8, TRIED = 8 };

bool dryad_holds_as_items(const dryad_graph *graph, const dryad_known_types *known, dryad_id holder, dryad_ids ids)
{
  const uint64_t step = ids.count / SAMPLED + 1;
  for (uint64_t i = 0; i < ids.count; i += step) {
    const uint64_t position = dryad_edge_between(graph, known, holder, ids.ids[i]);
    if (position == DRYAD_NO_POSITION) return false;
    const dryad_edge edge = dryad_edge_of(graph, known, holder, position);
    if (edge.kind != DRYAD_EDGE_ITEM && edge.kind != DRYAD_EDGE_KEY && edge.kind != DRYAD_EDGE_REF) return false;
  }
  return true;
}

/* A referrer of some of the objects. */
typedef struct referrer {
  dryad_id id;
  uint64_t count, weight; /* of the objects that it refers to */
} referrer;

typedef struct referrers {
  const dryad_graph *graph;
  dryad_key_table numbers; /* of ids */
  dryad_column rows;       /* referrer[numbers.count] */
} referrers;

static bool add(referrers *r, dryad_id id, uint64_t weight)
{
  const uint32_t before = r->numbers.count;
  uint32_t number;
  if (!dryad_key_table_number(&r->numbers, (dryad_key){{id}}, &number)) return false;
  if (number == before) {
    if (!dryad_column_reserve(&r->rows, r->graph->allocator, (uint64_t)number + 1, sizeof(referrer))) return false;
    ((referrer *)r->rows.data)[number] = (referrer){.id = id};
  }
  referrer *row = &((referrer *)r->rows.data)[number];
  row->count++;
  row->weight = dryad_add_sizes(row->weight, weight);
  return true;
}

static bool is_better(const referrers *r, const referrer *a, const referrer *b)
{
  if (!b || a->weight != b->weight) return !b || a->weight > b->weight;
  return dryad_children(r->graph, a->id).count < dryad_children(r->graph, b->id).count;
}

/* The referrer of at least two that comes next; it is not found again. */
static referrer *take_best(referrers *r)
{
  referrer *rows = r->rows.data, *best = NULL;
  for (uint32_t i = 0; i < r->numbers.count; i++)
    if (rows[i].count > 1 && is_better(r, &rows[i], best)) best = &rows[i];
  if (best) best->count = 0;
  return best;
}

static uint64_t move_items_to_front(const dryad_graph *graph, dryad_id holder, dryad_id *ids, uint64_t count,
                                    dryad_id *others)
{
  uint64_t held = 0, rest = 0;
  for (uint64_t i = 0; i < count; i++) {
    const dryad_ids parents = dryad_parents(graph, ids[i]);
    const uint64_t place = dryad_lower_bound(parents.ids, parents.count, holder);
    if (place < parents.count && parents.ids[place] == holder)
      ids[held++] = ids[i];
    else
      others[rest++] = ids[i];
  }
  if (rest > 0) memcpy(ids + held, others, rest * sizeof *ids);
  return held;
}

dryad_status dryad_main_container(dryad_id *container, uint64_t *held, const dryad_graph *graph,
                                  const dryad_known_types *known, dryad_id interned, dryad_id *ids, uint64_t count,
                                  const uint64_t *weights, dryad_error *error)
{
  referrers r = {.graph = graph, .numbers = {.allocator = graph->allocator}};
  dryad_id *others = dryad_alloc(graph->allocator, count, sizeof *others);
  bool ok = others;
  *container = DRYAD_NONE, *held = 0;
  for (uint64_t i = 0; i < count && ok; i++) {
    const dryad_ids parents = dryad_parents(graph, ids[i]);
    for (uint64_t k = 0; k < parents.count && ok; k++)
      if (parents.ids[k] != ids[i] && parents.ids[k] != interned) ok = add(&r, parents.ids[k], weights[ids[i]]);
  }
  for (unsigned tried = 0; tried < TRIED && ok && *container == DRYAD_NONE; tried++) {
    const referrer *best = take_best(&r);
    if (!best) break;
    *held = move_items_to_front(graph, best->id, ids, count, others);
    if (dryad_holds_as_items(graph, known, best->id, (dryad_ids){ids, *held})) *container = best->id;
  }
  dryad_free(graph->allocator, others, count, sizeof *others);
  dryad_key_table_deinit(&r.numbers);
  dryad_column_free(&r.rows, graph->allocator, sizeof(referrer));
  return ok ? DRYAD_OK : dryad_fail_memory(error);
}

/* Which objects are in use as values, or otherwise than in dicts. */
typedef struct uses {
  const dryad_graph *graph;
  const dryad_known_types *known;
  dryad_bits values, dicts; /* by id; the dicts whose values are marked */
} uses;

static void mark_values(uses *u, dryad_id dict, const dryad_dict_items *items)
{
  if (dryad_bits_get(&u->dicts, dict)) return;
  dryad_bits_set(&u->dicts, dict);
  for (uint64_t i = 0; i < items->count; i++) {
    const dryad_id value = items->refs[2 * i + 1];
    if (value < u->graph->count) dryad_bits_set(&u->values, value);
  }
}

static void mark_use(uses *u, dryad_id id, dryad_id interned)
{
  const dryad_ids parents = dryad_parents(u->graph, id);
  if (parents.count == 0) dryad_bits_set(&u->values, id);
  for (uint64_t i = 0; i < parents.count; i++) {
    const dryad_id parent = parents.ids[i];
    dryad_dict_items items;
    if (parent == interned) continue;
    if (!dryad_dict_items_of(&items, u->graph, u->known, parent) && items.kind == DRYAD_DICT_ITEMS_ITEMS)
      mark_values(u, parent, &items);
    else
      dryad_bits_set(&u->values, id);
  }
}

dryad_status dryad_keys_among(dryad_id **out, uint64_t *count, const dryad_graph *graph, const dryad_known_types *known,
                              dryad_ids ids, dryad_error *error)
{
  uses u = {.graph = graph, .known = known};
  const dryad_id interned = dryad_intern_dict(graph);
  dryad_id *keys = NULL;
  bool ok = dryad_bits_init(&u.values, graph->allocator, graph->count) &&
            dryad_bits_init(&u.dicts, graph->allocator, graph->count);
  *out = NULL, *count = 0;
  for (uint64_t i = 0; i < ids.count && ok; i++) mark_use(&u, ids.ids[i], interned);
  uint64_t found = 0;
  for (uint64_t i = 0; i < ids.count && ok; i++) found += !dryad_bits_get(&u.values, ids.ids[i]);
  if (ok && found > 0) ok = (keys = dryad_alloc(graph->allocator, found, sizeof *keys));
  for (uint64_t i = 0; i < ids.count && ok && found > 0; i++)
    if (!dryad_bits_get(&u.values, ids.ids[i])) keys[(*count)++] = ids.ids[i];
  *out = keys;
  dryad_bits_deinit(&u.values);
  dryad_bits_deinit(&u.dicts);
  return ok ? DRYAD_OK : dryad_fail_memory(error);
}
