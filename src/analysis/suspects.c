/* SPDX-License-Identifier: MIT */
#include "analysis/suspects.h"

#include <stdlib.h>
#include <string.h>

#include "analysis/containers.h"
#include "analysis/unexplained.h"
#include "base/assert.h"
#include "base/error.h"
#include "base/progress.h"
#include "graph/graph.h"

enum { SHORTEST_CHAIN = 8, MOST_CONTAINERS = 4, OBJECTS_BETWEEN_TELLING = 1 << 16 };

/* What the children of one kind retain. */
typedef struct tally {
  uint64_t retained, largest, count;
  bool is_module;
  uint64_t end; /* if they may be a group: where the last of them lies among the finding's members, plus one */
} tally;

typedef struct finding {
  const dryad_suspects_search *search;
  const dryad_graph *graph;
  dryad_progress progress;
  uint64_t least, looked;
  uint32_t module, frame; /* types */
  dryad_id interned;      /* the table of interned strings: it is the interpreter's, and holds the names of all */
  const uint64_t *bytes;  /* by id: what it retains besides what is explained */
  tally *tallies;         /* by kind; all zero between uses */
  uint32_t *used;         /* used_count: kinds with a tally */
  uint32_t used_count;
  dryad_bits grouped; /* members of groups */
  dryad_column top;   /* dryad_id[top_count] */
  uint64_t top_count;
  dryad_column pending; /* dryad_id[pending_count]: big objects whose subtrees are still to be searched */
  uint64_t pending_count;
  dryad_column run; /* dryad_id[run_count]: objects passed through one after the other */
  uint64_t run_count;
  dryad_column members; /* dryad_id[]: of a group that is being judged */
  dryad_suspects *out;
} finding;

static bool append(const finding *f, dryad_column *column, uint64_t *count, dryad_id id)
{
  if (!dryad_column_reserve(column, f->graph->allocator, *count + 1, sizeof id)) return false;
  ((dryad_id *)column->data)[(*count)++] = id;
  return true;
}

static uint32_t kind_of(const finding *f, dryad_id id) { return f->search->kinds->numbers[id]; }

/* ---- tallies by kind --------------------------------------------------------------------------- */

static void count_object(finding *f, dryad_id id, uint64_t retained)
{
  uint32_t kind = kind_of(f, id);
  tally *t = &f->tallies[kind];
  if (t->count++ == 0) {
    f->used[f->used_count++] = kind;
    t->is_module = dryad_types(f->graph)[id] == f->module;
  }
  t->retained = dryad_add_sizes(t->retained, retained);
  if (retained > t->largest) t->largest = retained;
}

static void clear_tallies(finding *f)
{
  while (f->used_count > 0) f->tallies[f->used[--f->used_count]] = (tally){0};
}

/* One that retains more than all others together is a suspect by itself. Modules are the program. */
static bool may_be_group(const finding *f, const tally *t)
{
  return t->count > 1 && !t->is_module && t->retained >= f->least && t->largest <= t->retained / 2;
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

static bool report_group(finding *f, uint32_t kind, dryad_id place, dryad_ids members)
{
  const uint64_t first = f->out->id_count;
  uint64_t retained = 0;
  for (uint64_t i = 0; i < members.count; i++) {
    dryad_bits_set(&f->grouped, members.ids[i]);
    retained = dryad_add_sizes(retained, f->bytes[members.ids[i]]);
    if (!append(f, &f->out->ids, &f->out->id_count, members.ids[i])) return false;
  }
  return report(
      f,
      (dryad_suspect){
          .kind = DRYAD_SUSPECT_GROUP, .of = kind, .object = DRYAD_NONE, .accumulation = place, .retained = retained},
      first);
}

/* A run is a chain if one kind repeats in it; *kind is that kind. */
static bool is_chain(finding *f, uint64_t retained, uint32_t *kind)
{
  const dryad_id *run = f->run.data;
  if (f->run_count < SHORTEST_CHAIN || retained < f->least) return false;
  for (uint64_t i = 0; i < f->run_count; i++) count_object(f, run[i], 0);
  uint32_t most = f->used[0];
  for (uint32_t i = 1; i < f->used_count; i++)
    if (f->tallies[f->used[i]].count > f->tallies[most].count) most = f->used[i];
  bool is = f->tallies[most].count >= SHORTEST_CHAIN;
  clear_tallies(f);
  if (is) *kind = most;
  return is;
}

static bool report_chain(finding *f, uint32_t kind, uint64_t explained)
{
  const dryad_id *run = f->run.data;
  dryad_id head = DRYAD_NONE;
  uint64_t first = f->out->id_count;
  for (uint64_t i = 0; i < f->run_count; i++) {
    if (kind_of(f, run[i]) != kind) continue;
    if (head == DRYAD_NONE) head = run[i];
    if (!append(f, &f->out->ids, &f->out->id_count, run[i])) return false;
  }
  return report(f,
                (dryad_suspect){.kind = DRYAD_SUSPECT_CHAIN,
                                .of = kind,
                                .object = head,
                                .accumulation = head,
                                .retained = f->bytes[head] - explained},
                first);
}

/* ---- groups ------------------------------------------------------------------------------------ */

/* The children of one object, or all that is at the top. */
typedef struct below {
  dryad_id id; /* DRYAD_NONE: the top */
  dryad_ids children;
  uint64_t big_count;
  dryad_id big;       /* one of the big ones */
  uint64_t explained; /* bytes of groups, and of big children that belong to none */
} below;

static dryad_status look_below(finding *f, dryad_id id, dryad_ids children, below *b, dryad_error *error)
{
  *b = (below){.id = id, .children = children, .big = DRYAD_NONE};
  for (uint64_t i = 0; i < b->children.count; i++) {
    if (++f->looked % OBJECTS_BETWEEN_TELLING == 0 &&
        dryad_progress_tell(&f->progress, "looking for suspects", f->looked, f->graph->count))
      return dryad_fail_cancelled(error);
    dryad_id child = b->children.ids[i];
    uint64_t retained = f->bytes[child];
    if (retained > 0) count_object(f, child, retained);
    if (retained < f->least) continue;
    b->big_count++;
    b->big = child;
  }
  return DRYAD_OK;
}

/* Gathers the children whose kinds may form groups, kind by kind. */
static bool gather_members(finding *f, const below *b)
{
  uint64_t count = 0;
  for (uint32_t i = 0; i < f->used_count; i++) {
    tally *t = &f->tallies[f->used[i]];
    t->end = count;
    if (may_be_group(f, t)) count += t->count;
  }
  if (count == 0) return true;
  if (!dryad_column_reserve(&f->members, f->graph->allocator, count, sizeof(dryad_id))) return false;
  for (uint64_t i = 0; i < b->children.count; i++) {
    dryad_id child = b->children.ids[i];
    tally *t = &f->tallies[kind_of(f, child)];
    if (f->bytes[child] > 0 && may_be_group(f, t)) ((dryad_id *)f->members.data)[t->end++] = child;
  }
  return true;
}

static dryad_ids members_of(const finding *f, uint32_t kind)
{
  const tally *t = &f->tallies[kind];
  return (dryad_ids){(const dryad_id *)f->members.data + t->end - t->count, t->count};
}

static tally tally_of(const finding *f, dryad_ids ids)
{
  tally t = {.count = ids.count};
  for (uint64_t i = 0; i < ids.count; i++) {
    t.retained = dryad_add_sizes(t.retained, f->bytes[ids.ids[i]]);
    if (f->bytes[ids.ids[i]] > t.largest) t.largest = f->bytes[ids.ids[i]];
  }
  return t;
}

/* Groups of common objects, each the items of one container. */
static dryad_status group_by_container(finding *f, uint32_t kind, dryad_error *error)
{
  uint64_t count = f->tallies[kind].count;
  dryad_id *members = (dryad_id *)f->members.data + f->tallies[kind].end - count;
  for (unsigned i = 0; i < MOST_CONTAINERS && count > 1; i++) {
    dryad_id container;
    uint64_t held;
    dryad_status status = dryad_main_container(&container, &held, f->graph, f->search->known, f->interned, members,
                                               count, f->bytes, error);
    if (status) return status;
    if (container == DRYAD_NONE) break;
    const tally t = tally_of(f, (dryad_ids){members, held});
    if (t.retained < f->least) break;
    if (may_be_group(f, &t) && !report_group(f, kind, container, (dryad_ids){members, held}))
      return dryad_fail_memory(error);
    members += held;
    count -= held;
  }
  return DRYAD_OK;
}

/* The kind that explains most of these bytes, at least seven tenths of them; DRYAD_NONE: none does. */
static uint32_t main_kind(const finding *f, uint64_t retained)
{
  uint32_t most = DRYAD_NONE;
  for (uint32_t i = 0; i < f->used_count; i++) {
    const tally *t = &f->tallies[f->used[i]];
    if (!may_be_group(f, t) || t->retained < retained / 10 * 7) continue;
    if (most == DRYAD_NONE || t->retained > f->tallies[most].retained) most = f->used[i];
  }
  return most;
}

/* Reports groups among the tallied children. */
static dryad_status find_groups(finding *f, below *b, dryad_error *error)
{
  const uint64_t before = f->out->count, retained = b->id == DRYAD_NONE ? 0 : f->bytes[b->id];
  const uint32_t most = b->id == DRYAD_NONE ? DRYAD_NONE : main_kind(f, retained);
  if (!gather_members(f, b)) return dryad_fail_memory(error);
  if (most != DRYAD_NONE && dryad_holds_as_items(f->graph, f->search->known, b->id, members_of(f, most))) {
    b->explained = retained;
    return report_group(f, most, b->id, members_of(f, most)) ? DRYAD_OK : dryad_fail_memory(error);
  }
  for (uint32_t i = 0; i < f->used_count; i++) {
    const uint32_t kind = f->used[i];
    if (!may_be_group(f, &f->tallies[kind])) continue;
    if (b->id != DRYAD_NONE && dryad_holds_as_items(f->graph, f->search->known, b->id, members_of(f, kind))) continue;
    dryad_status status = DRYAD_OK;
    if (dryad_kind_at(f->search->kinds, kind)->is_common)
      status = group_by_container(f, kind, error);
    else if (!report_group(f, kind, b->id, members_of(f, kind)))
      status = dryad_fail_memory(error);
    if (status) return status;
  }
  for (uint64_t i = before; i < f->out->count; i++)
    b->explained = dryad_add_sizes(b->explained, ((const dryad_suspect *)f->out->suspects.data)[i].retained);
  return DRYAD_OK;
}

static dryad_status look_for_groups(finding *f, dryad_id id, dryad_ids children, below *b, dryad_error *error)
{
  dryad_status status = look_below(f, id, children, b, error);
  if (!status) status = find_groups(f, b, error);
  for (uint64_t i = 0; i < b->children.count && !status && b->big_count > 0; i++) {
    dryad_id child = b->children.ids[i];
    if (f->bytes[child] >= f->least && !dryad_bits_get(&f->grouped, child))
      b->explained = dryad_add_sizes(b->explained, f->bytes[child]);
  }
  clear_tallies(f);
  return status;
}

/* ---- searching --------------------------------------------------------------------------------- */

static bool add_pending(finding *f, const below *b)
{
  for (uint64_t i = 0; i < b->children.count && b->big_count > 0; i++) {
    dryad_id child = b->children.ids[i];
    if (f->bytes[child] < f->least || dryad_bits_get(&f->grouped, child)) continue;
    if (!append(f, &f->pending, &f->pending_count, child)) return false;
  }
  return true;
}

/* Whether a single child explains nearly everything that it retains. */
static bool is_passed_through(const finding *f, dryad_id id, const below *b)
{
  if (b->big_count != 1 || dryad_bits_get(&f->grouped, b->big)) return false;
  uint64_t retained = f->bytes[b->big];
  return b->explained == retained && f->bytes[id] - retained < f->least;
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
    dryad_status status = look_for_groups(f, id, dryad_dominator_tree_children(f->search->tree, id), &b, error);
    if (status) return status;
    if (!append(f, &f->run, &f->run_count, id)) return dryad_fail_memory(error);
    if (owner == DRYAD_NONE && type != f->module && type != f->frame) owner = id;
    if (!is_passed_through(f, id, &b)) break;
    id = b.big;
  }
  const uint64_t explained = b.explained < f->bytes[id] ? b.explained : f->bytes[id];
  bool ok = add_pending(f, &b);
  if (ok && is_chain(f, f->bytes[start] - explained, &chain)) ok = report_chain(f, chain, explained);
  if (owner == DRYAD_NONE) owner = id;
  if (ok && f->bytes[id] - explained >= f->least && chain != kind_of(f, id) && id != f->interned)
    ok = report(f,
                (dryad_suspect){.kind = DRYAD_SUSPECT_OBJECT,
                                .of = kind_of(f, owner),
                                .object = owner,
                                .accumulation = id,
                                .retained = f->bytes[owner] - explained},
                f->out->id_count);
  return ok ? DRYAD_OK : dryad_fail_memory(error);
}

/* ---- the top ----------------------------------------------------------------------------------- */

/* What no single object dominates. The table of modules holds nearly the whole program, which says nothing, so what it
   dominates counts as if nothing did. */
static bool find_top(finding *f)
{
  const dryad_annotations *stated = f->graph->annotations;
  dryad_ids tops = dryad_dominator_tree_children(f->search->tree, DRYAD_NONE);
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
    dryad_ids held = dryad_dominator_tree_children(f->search->tree, id);
    for (uint64_t k = 0; k < held.count && ok; k++) ok = append(f, &f->top, &f->top_count, held.ids[k]);
  }
  return ok;
}

static dryad_status look(finding *f, dryad_error *error)
{
  below top;
  if (!find_top(f)) return dryad_fail_memory(error);
  dryad_status status = look_for_groups(f, DRYAD_NONE, (dryad_ids){f->top.data, f->top_count}, &top, error);
  if (!status && !add_pending(f, &top)) status = dryad_fail_memory(error);
  while (f->pending_count > 0 && !status)
    status = look_at(f, ((const dryad_id *)f->pending.data)[--f->pending_count], error);
  return status;
}

static int compare(const void *left, const void *right)
{
  const dryad_suspect *a = left, *b = right;
  if (a->retained != b->retained) return a->retained < b->retained ? 1 : -1;
  if (a->accumulation != b->accumulation) return a->accumulation > b->accumulation ? 1 : -1;
  if (a->of != b->of) return a->of > b->of ? 1 : -1;
  return (int)a->kind - (int)b->kind;
}

dryad_status dryad_suspects_find(dryad_suspects *out, const dryad_suspects_search *search, dryad_progress progress,
                                 dryad_error *error)
{
  const dryad_graph *graph = search->graph;
  const dryad_allocator *allocator = graph->allocator;
  const uint32_t kinds = search->kinds->count;
  DRYAD_ASSERT(search->tree->dominators->count == graph->count && search->kinds->objects == graph->count);
  *out = (dryad_suspects){.allocator = allocator};
  uint64_t *bytes;
  dryad_status status = dryad_unexplained_find(&bytes, search->tree, search->explained, progress, error);
  if (status) return status;
  finding f = {.search = search,
               .graph = graph,
               .progress = progress,
               .least = search->least ? search->least : 1,
               .module = dryad_graph_find_type(graph, "module", strlen("module")),
               .frame = dryad_graph_find_type(graph, "frame", strlen("frame")),
               .interned = dryad_intern_dict(graph),
               .bytes = bytes,
               .tallies = dryad_calloc(allocator, kinds, sizeof *f.tallies),
               .used = dryad_alloc(allocator, kinds, sizeof *f.used),
               .out = out};
  bool ok = dryad_bits_init(&f.grouped, allocator, graph->count) && f.tallies && f.used;
  status = ok ? look(&f, error) : dryad_fail_memory(error);
  dryad_free(allocator, bytes, (uint64_t)graph->count + 1, sizeof *bytes);
  dryad_free(allocator, f.tallies, kinds, sizeof *f.tallies);
  dryad_free(allocator, f.used, kinds, sizeof *f.used);
  dryad_bits_deinit(&f.grouped);
  dryad_column_free(&f.top, allocator, sizeof(dryad_id));
  dryad_column_free(&f.pending, allocator, sizeof(dryad_id));
  dryad_column_free(&f.run, allocator, sizeof(dryad_id));
  dryad_column_free(&f.members, allocator, sizeof(dryad_id));
  if (status)
    dryad_suspects_deinit(out);
  else if (out->count > 0)
    qsort(out->suspects.data, out->count, sizeof(dryad_suspect), compare);
  return status;
}

void dryad_suspects_deinit(dryad_suspects *suspects)
{
  if (suspects->allocator) {
    dryad_column_free(&suspects->suspects, suspects->allocator, sizeof(dryad_suspect));
    dryad_column_free(&suspects->ids, suspects->allocator, sizeof(dryad_id));
  }
  *suspects = (dryad_suspects){0};
}
