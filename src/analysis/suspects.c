/* SPDX-License-Identifier: MIT */
#include "analysis/suspects.h"

#include <stdlib.h>
#include <string.h>

#include "base/assert.h"
#include "base/error.h"
#include "base/progress.h"
#include "graph/graph.h"

enum { GROUP_SHARE = 4, SHORTEST_CHAIN = 8, OBJECTS_BETWEEN_TELLING = 1 << 16 };

/* What the children of one type retain. */
typedef struct tally {
  uint64_t retained, count;
  uint64_t place; /* in a reported group: the position of its next member */
} tally;

typedef struct finding {
  const dryad_graph *graph;
  const dryad_dominators *dominators;
  dryad_progress progress;
  uint64_t least, looked;
  uint32_t module, frame;
  tally *tallies;  /* by type; all zero between uses */
  uint32_t *types; /* type_count: those with a tally */
  uint32_t type_count;
  dryad_column top; /* dryad_id[top_count] */
  uint64_t top_count;
  dryad_column pending; /* dryad_id[pending_count]: big objects whose subtrees are still to be searched */
  uint64_t pending_count;
  dryad_column run; /* dryad_id[run_count]: objects passed through one after the other */
  uint64_t run_count;
  dryad_suspects *out;
} finding;

static bool append(const finding *f, dryad_column *column, uint64_t *count, dryad_id id)
{
  if (!dryad_column_reserve(column, f->graph->allocator, *count + 1, sizeof id)) return false;
  ((dryad_id *)column->data)[(*count)++] = id;
  return true;
}

/* ---- tallies by type --------------------------------------------------------------------------- */

static void count_object(finding *f, dryad_id id, uint64_t retained)
{
  uint32_t type = dryad_types(f->graph)[id];
  tally *t = &f->tallies[type];
  if (t->count++ == 0) f->types[f->type_count++] = type;
  t->retained = dryad_add_sizes(t->retained, retained);
}

static void clear_tallies(finding *f)
{
  while (f->type_count > 0) f->tallies[f->types[--f->type_count]] = (tally){0};
}

/* ---- reporting --------------------------------------------------------------------------------- */

/* The members are the ids from `first_member` on. */
static bool report(finding *f, dryad_suspect suspect, uint64_t first_member)
{
  dryad_suspects *out = f->out;
  if (!dryad_column_reserve(&out->suspects, out->allocator, out->count + 1, sizeof suspect)) return false;
  suspect.first_member = first_member;
  suspect.member_count = out->id_count - first_member;
  ((dryad_suspect *)out->suspects.data)[out->count++] = suspect;
  return true;
}

/* A run is a chain if one type repeats in it; *type is that type. */
static bool is_chain(finding *f, uint64_t retained, uint32_t *type)
{
  const dryad_id *run = f->run.data;
  if (f->run_count < SHORTEST_CHAIN || retained < f->least) return false;
  for (uint64_t i = 0; i < f->run_count; i++) count_object(f, run[i], 0);
  uint32_t most = f->types[0];
  for (uint32_t i = 1; i < f->type_count; i++)
    if (f->tallies[f->types[i]].count > f->tallies[most].count) most = f->types[i];
  bool is = f->tallies[most].count >= SHORTEST_CHAIN;
  clear_tallies(f);
  if (is) *type = most;
  return is;
}

static bool report_chain(finding *f, uint32_t type)
{
  const dryad_id *run = f->run.data;
  dryad_id head = DRYAD_NONE;
  uint64_t first = f->out->id_count;
  for (uint64_t i = 0; i < f->run_count; i++) {
    if (dryad_types(f->graph)[run[i]] != type) continue;
    if (head == DRYAD_NONE) head = run[i];
    if (!append(f, &f->out->ids, &f->out->id_count, run[i])) return false;
  }
  return report(f,
                (dryad_suspect){.kind = DRYAD_SUSPECT_CHAIN,
                                .type = type,
                                .object = head,
                                .accumulation = head,
                                .retained = dryad_dominators_retained(f->dominators, head)},
                first);
}

/* ---- searching --------------------------------------------------------------------------------- */

/* The children of one object, or all that is at the top. */
typedef struct below {
  dryad_ids children;
  uint64_t big_count, explained; /* bytes of big children and of groups of at least `least` */
  dryad_id big;                  /* one of the big ones */
} below;

static dryad_status look_below(finding *f, dryad_ids children, below *b, dryad_error *error)
{
  *b = (below){.children = children, .big = DRYAD_NONE};
  for (uint64_t i = 0; i < b->children.count; i++) {
    if (++f->looked % OBJECTS_BETWEEN_TELLING == 0 &&
        dryad_progress_tell(&f->progress, "looking for suspects", f->looked, f->dominators->reachable_count))
      return dryad_fail_cancelled(error);
    dryad_id child = b->children.ids[i];
    uint64_t retained = dryad_dominators_retained(f->dominators, child);
    if (retained < f->least) {
      count_object(f, child, retained);
      continue;
    }
    b->big_count++;
    b->big = child;
    b->explained = dryad_add_sizes(b->explained, retained);
  }
  for (uint32_t i = 0; i < f->type_count; i++) {
    const tally *t = &f->tallies[f->types[i]];
    if (t->retained >= f->least && t->count > 1) b->explained = dryad_add_sizes(b->explained, t->retained);
  }
  return DRYAD_OK;
}

static bool is_group(const finding *f, const tally *t)
{
  return t->count > 1 && t->retained >= f->least / GROUP_SHARE + (f->least % GROUP_SHARE > 0);
}

/* Handles the tallied children; bigger ones are examined individually. */
static bool report_groups(finding *f, dryad_id id, const below *b)
{
  dryad_suspects *out = f->out;
  const uint64_t before = out->id_count;
  for (uint32_t i = 0; i < f->type_count; i++) {
    tally *t = &f->tallies[f->types[i]];
    if (!is_group(f, t)) continue;
    t->place = out->id_count;
    out->id_count += t->count;
    if (!report(f,
                (dryad_suspect){.kind = DRYAD_SUSPECT_GROUP,
                                .type = f->types[i],
                                .object = DRYAD_NONE,
                                .accumulation = id,
                                .retained = t->retained},
                t->place))
      return false;
  }
  if (out->id_count == before) return true;
  if (!dryad_column_reserve(&out->ids, out->allocator, out->id_count, sizeof(dryad_id))) return false;
  for (uint64_t i = 0; i < b->children.count; i++) {
    dryad_id child = b->children.ids[i];
    tally *t = &f->tallies[dryad_types(f->graph)[child]];
    if (is_group(f, t) && dryad_dominators_retained(f->dominators, child) < f->least)
      ((dryad_id *)out->ids.data)[t->place++] = child;
  }
  return true;
}

static bool add_pending(finding *f, const below *b)
{
  for (uint64_t i = 0; i < b->children.count && b->big_count > 0; i++) {
    dryad_id child = b->children.ids[i];
    if (dryad_dominators_retained(f->dominators, child) < f->least) continue;
    if (!append(f, &f->pending, &f->pending_count, child)) return false;
  }
  return true;
}

/* Whether a single child explains nearly everything that it retains. */
static bool is_passed_through(const finding *f, dryad_id id, const below *b)
{
  if (b->big_count != 1) return false;
  uint64_t retained = dryad_dominators_retained(f->dominators, b->big);
  return b->explained == retained && dryad_dominators_retained(f->dominators, id) - retained < f->least;
}

static dryad_status look_at(finding *f, dryad_id id, dryad_error *error)
{
  const dryad_id start = id;
  dryad_id owner = DRYAD_NONE;
  uint32_t chain = DRYAD_NONE;
  below b;
  f->run_count = 0;
  for (;;) {
    uint32_t type = dryad_types(f->graph)[id];
    dryad_status status = look_below(f, dryad_dominators_children(f->dominators, id), &b, error);
    if (status) return status;
    if (!append(f, &f->run, &f->run_count, id)) return dryad_fail_memory(error);
    if (owner == DRYAD_NONE && type != f->module && type != f->frame) owner = id;
    if (!is_passed_through(f, id, &b)) break;
    clear_tallies(f);
    id = b.big;
  }
  uint64_t retained = dryad_dominators_retained(f->dominators, id), unexplained = retained - b.explained;
  bool ok = report_groups(f, id, &b) && add_pending(f, &b);
  clear_tallies(f);
  if (ok && is_chain(f, dryad_dominators_retained(f->dominators, start) - b.explained, &chain))
    ok = report_chain(f, chain);
  if (ok && unexplained >= f->least && chain != dryad_types(f->graph)[id])
    ok = report(f,
                (dryad_suspect){.kind = DRYAD_SUSPECT_OBJECT,
                                .type = dryad_types(f->graph)[owner == DRYAD_NONE ? id : owner],
                                .object = owner == DRYAD_NONE ? id : owner,
                                .accumulation = id,
                                .retained = dryad_dominators_retained(f->dominators, owner == DRYAD_NONE ? id : owner)},
                f->out->id_count);
  return ok ? DRYAD_OK : dryad_fail_memory(error);
}

/* ---- the top ----------------------------------------------------------------------------------- */

/* What no single object dominates. The table of modules holds nearly the whole program, which says nothing, so what it
   dominates counts as if nothing did. */
static bool find_top(finding *f)
{
  const dryad_annotations *stated = f->graph->annotations;
  dryad_ids tops = dryad_dominators_children(f->dominators, DRYAD_NONE);
  bool ok = true;
  for (uint64_t i = 0, next = 0; i < tops.count && ok; i++) {
    dryad_id id = tops.ids[i];
    while (stated && next < stated->root_count && stated->roots[next] < id) next++;
    bool is_stated = stated && next < stated->root_count && stated->roots[next] == id;
    bool is_module = dryad_types(f->graph)[id] == f->module;
    if (!is_stated || stated->reasons[next] != DRYAD_ROOT_MODULES || is_module) {
      ok = append(f, &f->top, &f->top_count, id);
      continue;
    }
    dryad_ids held = dryad_dominators_children(f->dominators, id);
    for (uint64_t k = 0; k < held.count && ok; k++) ok = append(f, &f->top, &f->top_count, held.ids[k]);
  }
  return ok;
}

static dryad_status look(finding *f, dryad_error *error)
{
  below top;
  if (!find_top(f)) return dryad_fail_memory(error);
  dryad_status status = look_below(f, (dryad_ids){f->top.data, f->top_count}, &top, error);
  if (!status && !(report_groups(f, DRYAD_NONE, &top) && add_pending(f, &top))) status = dryad_fail_memory(error);
  clear_tallies(f);
  while (f->pending_count > 0 && !status)
    status = look_at(f, ((const dryad_id *)f->pending.data)[--f->pending_count], error);
  return status;
}

static int compare(const void *left, const void *right)
{
  const dryad_suspect *a = left, *b = right;
  if (a->retained != b->retained) return a->retained < b->retained ? 1 : -1;
  if (a->accumulation != b->accumulation) return a->accumulation > b->accumulation ? 1 : -1;
  if (a->type != b->type) return a->type > b->type ? 1 : -1;
  return (int)a->kind - (int)b->kind;
}

dryad_status dryad_suspects_find(dryad_suspects *out, const dryad_graph *graph, const dryad_dominators *dominators,
                                 uint64_t least, dryad_progress progress, dryad_error *error)
{
  DRYAD_ASSERT(out && dominators->count == graph->count);
  const dryad_allocator *allocator = graph->allocator;
  uint32_t types = graph->store->type_count;
  *out = (dryad_suspects){.allocator = allocator};
  finding f = {.graph = graph,
               .dominators = dominators,
               .progress = progress,
               .least = least ? least : 1,
               .module = dryad_graph_find_type(graph, "module", strlen("module")),
               .frame = dryad_graph_find_type(graph, "frame", strlen("frame")),
               .tallies = dryad_calloc(allocator, types, sizeof *f.tallies),
               .types = dryad_alloc(allocator, types, sizeof *f.types),
               .out = out};
  dryad_status status = f.tallies && f.types ? look(&f, error) : dryad_fail_memory(error);
  dryad_free(allocator, f.tallies, types, sizeof *f.tallies);
  dryad_free(allocator, f.types, types, sizeof *f.types);
  dryad_column_free(&f.top, allocator, sizeof(dryad_id));
  dryad_column_free(&f.pending, allocator, sizeof(dryad_id));
  dryad_column_free(&f.run, allocator, sizeof(dryad_id));
  if (status)
    dryad_suspects_deinit(out);
  else if (out->count > 0)
    qsort(out->suspects.data, out->count, sizeof(dryad_suspect), compare);
  return status;
}

void dryad_suspects_deinit(dryad_suspects *suspects)
{
  dryad_column_free(&suspects->suspects, suspects->allocator, sizeof(dryad_suspect));
  dryad_column_free(&suspects->ids, suspects->allocator, sizeof(dryad_id));
  *suspects = (dryad_suspects){0};
}
