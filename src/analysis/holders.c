/* SPDX-License-Identifier: MIT */
#include "analysis/holders.h"

#include <stdlib.h>

#include "base/assert.h"
#include "base/error.h"
#include "base/key_table.h"
#include "base/progress.h"

enum { REFERRERS_BETWEEN_TELLING = 1 << 14 };

typedef struct finding {
  const dryad_graph *graph;
  const dryad_known_types *known;
  const dryad_progress *progress;
  uint64_t least, looked;
  dryad_bits members, referrers; /* referrers: those visited */
  dryad_id *seen_from;           /* by id: the last referrer seen of a member, plus one; 0: none */
  dryad_key_table numbers;       /* of classes of holders */
  dryad_column holders;          /* dryad_holder[numbers.count] */
  dryad_column latest;           /* dryad_id[numbers.count]: the last referrer added to each */
  dryad_key_table told;          /* pairs counted so far for one referrer with repeated references: class, member */
} finding;

/* A class of its own if `alone`, otherwise shared with referrers of the same type and edge. */
static bool find_class(finding *f, dryad_id id, bool alone, const dryad_edge *edge, uint32_t *number)
{
  dryad_key key = {{dryad_edge_class(f->graph, edge), alone, alone ? id : dryad_types(f->graph)[id]}};
  uint32_t before = f->numbers.count;
  if (alone) key.words[0] = 0;
  if (!dryad_key_table_number(&f->numbers, key, number)) return false;
  if (*number < before) return true;
  if (!dryad_column_reserve(&f->holders, f->graph->allocator, f->numbers.count, sizeof(dryad_holder))) return false;
  if (!dryad_column_reserve(&f->latest, f->graph->allocator, f->numbers.count, sizeof(dryad_id))) return false;
  ((dryad_holder *)f->holders.data)[*number] = (dryad_holder){.object = id, .edge = *edge};
  ((dryad_id *)f->latest.data)[*number] = DRYAD_NONE;
  return true;
}

static void add(finding *f, uint32_t number, dryad_id id, uint64_t held)
{
  dryad_holder *holder = &((dryad_holder *)f->holders.data)[number];
  dryad_id *latest = &((dryad_id *)f->latest.data)[number];
  holder->objects += *latest != id;
  holder->held += held;
  *latest = id;
}

/* `references`: the number of references to members. */
static uint64_t count_held(finding *f, dryad_id from, uint64_t *references)
{
  dryad_ids children = dryad_children(f->graph, from);
  uint64_t held = 0;
  *references = 0;
  for (uint64_t i = 0; i < children.count; i++) {
    dryad_id id = children.ids[i];
    if (id >= f->graph->count || !dryad_bits_get(&f->members, id)) continue;
    ++*references;
    if (f->seen_from[id] == from + 1) continue;
    f->seen_from[id] = from + 1;
    held++;
  }
  return held;
}

/* The edge of the first reference to a member that has a name, else of the first one. If several members are referred
   to in different ways, no edge represents them. */
static dryad_edge common_edge(const finding *f, dryad_id from, uint64_t held)
{
  dryad_ids children = dryad_children(f->graph, from);
  const dryad_edge none = {.kind = DRYAD_EDGE_REF};
  dryad_edge found = none;
  for (uint64_t i = 0; i < children.count; i++) {
    if (children.ids[i] >= f->graph->count || !dryad_bits_get(&f->members, children.ids[i])) continue;
    dryad_edge edge = dryad_edge_of(f->graph, f->known, from, i);
    bool is_first = found.kind == DRYAD_EDGE_REF && (found.index == 0 || edge.kind != DRYAD_EDGE_REF);
    if (is_first)
      found = edge;
    else if (held > 1 && edge.kind != DRYAD_EDGE_REF &&
             dryad_edge_class(f->graph, &edge) != dryad_edge_class(f->graph, &found))
      return none;
  }
  return found;
}

static bool add_alone(finding *f, dryad_id from, uint64_t held)
{
  const dryad_edge edge = common_edge(f, from, held);
  uint32_t number;
  if (!find_class(f, from, true, &edge, &number)) return false;
  add(f, number, from, held);
  return true;
}

/* A referrer of few members: each member counts in the classes of the edges that lead to it, once in each. */
static bool add_each(finding *f, dryad_id from, bool repeats)
{
  dryad_ids children = dryad_children(f->graph, from);
  bool ok = true;
  for (uint64_t i = 0; i < children.count && ok; i++) {
    dryad_id id = children.ids[i];
    if (id >= f->graph->count || !dryad_bits_get(&f->members, id)) continue;
    dryad_edge edge = dryad_edge_of(f->graph, f->known, from, i);
    uint32_t number, place, before = f->told.count;
    ok = find_class(f, from, false, &edge, &number);
    if (ok && repeats) ok = dryad_key_table_number(&f->told, (dryad_key){{number, id}}, &place);
    if (ok && (!repeats || place == before)) add(f, number, from, 1);
  }
  dryad_key_table_deinit(&f->told);
  return ok;
}

static dryad_status look_at(finding *f, dryad_id from, dryad_error *error)
{
  if (!dryad_bits_add(&f->referrers, from)) return DRYAD_OK;
  if (++f->looked % REFERRERS_BETWEEN_TELLING == 0 &&
      dryad_progress_tell(f->progress, "finding holders", f->looked, f->graph->count))
    return dryad_fail_cancelled(error);
  uint64_t references, held = count_held(f, from, &references);
  bool ok = held >= f->least ? add_alone(f, from, held) : add_each(f, from, references > held);
  return ok ? DRYAD_OK : dryad_fail_memory(error);
}

static int compare(const void *left, const void *right)
{
  const dryad_holder *a = left, *b = right;
  if (a->held != b->held) return a->held < b->held ? 1 : -1;
  if (a->object != b->object) return a->object > b->object ? 1 : -1;
  if (a->edge.kind != b->edge.kind) return a->edge.kind > b->edge.kind ? 1 : -1;
  return (a->edge.key > b->edge.key) - (a->edge.key < b->edge.key);
}

static dryad_status look(finding *f, dryad_ids members, dryad_error *error)
{
  const dryad_graph *graph = f->graph;
  for (uint64_t i = 0; i < members.count; i++)
    if (members.ids[i] < graph->count) dryad_bits_set(&f->members, members.ids[i]);
  for (uint64_t i = 0; i < members.count; i++) {
    if (members.ids[i] >= graph->count) continue;
    dryad_ids referrers = dryad_parents(graph, members.ids[i]);
    for (uint64_t r = 0; r < referrers.count; r++) {
      dryad_status status = look_at(f, referrers.ids[r], error);
      if (status) return status;
    }
  }
  return DRYAD_OK;
}

dryad_status dryad_holders_find(dryad_holder **out, uint64_t *count, const dryad_graph *graph,
                                const dryad_known_types *known, dryad_ids members, uint64_t least,
                                dryad_progress progress, dryad_error *error)
{
  DRYAD_ASSERT(out && count && known);
  const dryad_allocator *allocator = graph->allocator;
  finding f = {.graph = graph,
               .known = known,
               .progress = &progress,
               .least = least,
               .numbers = {.allocator = allocator},
               .told = {.allocator = allocator}};
  *out = NULL;
  *count = 0;
  f.seen_from = dryad_calloc(allocator, graph->count, sizeof *f.seen_from);
  bool ok = f.seen_from && dryad_bits_init(&f.members, allocator, graph->count) &&
            dryad_bits_init(&f.referrers, allocator, graph->count);
  dryad_status status = ok ? look(&f, members, error) : dryad_fail_memory(error);
  uint32_t found = f.numbers.count;
  dryad_free(allocator, f.seen_from, graph->count, sizeof *f.seen_from);
  dryad_bits_deinit(&f.members);
  dryad_bits_deinit(&f.referrers);
  dryad_key_table_deinit(&f.numbers);
  dryad_column_free(&f.latest, allocator, sizeof(dryad_id));
  if (!status && found > 0) qsort(f.holders.data, found, sizeof(dryad_holder), compare);
  dryad_holder *exact =
      status ? NULL : dryad_realloc(allocator, f.holders.data, f.holders.capacity, found, sizeof *exact);
  if (!status && !exact) status = dryad_fail_memory(error);
  if (status) {
    dryad_column_free(&f.holders, allocator, sizeof(dryad_holder));
    return status;
  }
  *out = exact;
  *count = found;
  return DRYAD_OK;
}
