/* SPDX-License-Identifier: MIT */
#include "heap/marks.h"

#include <string.h>

#include "analysis/breadth_first.h"
#include "analysis/roots.h"
#include "base/assert.h"
#include "base/error.h"

static int64_t *data_of(const dryad_array *marks) { return marks->data; }

static dryad_array *no_marks(const dryad_graph *graph)
{
  dryad_array *marks = dryad_array_new(graph->allocator, graph->count, sizeof(int64_t));
  for (dryad_id id = 0; marks && id < graph->count; id++) data_of(marks)[id] = DRYAD_NO_MARK;
  return marks;
}

/* A full array copied from marks that may be NULL. */
static dryad_array *copy_of(const dryad_array *marks, const dryad_graph *graph)
{
  if (!marks) return no_marks(graph);
  dryad_array *copy = dryad_array_new(graph->allocator, graph->count, sizeof(int64_t));
  if (copy) memcpy(copy->data, marks->data, graph->count * sizeof(int64_t));
  return copy;
}

dryad_array *dryad_marks_move(const dryad_array *marks, const dryad_graph *from, const dryad_graph *to)
{
  DRYAD_ASSERT(!marks || marks->count == from->count);
  dryad_array *moved = no_marks(to);
  dryad_id at = 0;
  for (dryad_id id = 0; moved && id < from->count; id++) {
    uint64_t address = dryad_addresses(from)[id];
    while (at < to->count && dryad_addresses(to)[at] < address) at++;
    if (at < to->count && dryad_addresses(to)[at] == address) data_of(moved)[at] = data_of(marks)[id];
  }
  return moved;
}

bool dryad_marks_equal(const dryad_array *a, const dryad_array *b)
{
  DRYAD_ASSERT(!a || !b || a->count == b->count);
  const dryad_array *some = a ? a : b;
  for (uint64_t i = 0; some && i < some->count; i++) {
    int64_t left = a ? data_of(a)[i] : DRYAD_NO_MARK, right = b ? data_of(b)[i] : DRYAD_NO_MARK;
    if (left != right) return false;
  }
  return true;
}

dryad_status dryad_marks_set(dryad_array **out, const dryad_array *marks, const dryad_graph *graph,
                             const dryad_change *change, uint64_t *marked, dryad_error *error)
{
  DRYAD_ASSERT(out && marked && change->kind == DRYAD_CHANGE_MARK && (!marks || marks->count == graph->count));
  const uint64_t *addresses = dryad_numbers_data(&change->objects), *given = dryad_numbers_data(&change->others);
  *marked = 0;
  *out = copy_of(marks, graph);
  if (!*out) return dryad_fail_memory(error);
  for (uint64_t i = 0; i < change->objects.count; i++) {
    dryad_id id = dryad_graph_find(graph, addresses[i]);
    if (id == DRYAD_NONE) continue;
    data_of(*out)[id] = (int64_t)given[i];
    ++*marked;
  }
  return DRYAD_OK;
}

/* ---- spreading --------------------------------------------------------------------------------- */

typedef struct spreading {
  dryad_array *marks;
  dryad_breadth_first search;
  int64_t depth; /* the last mark given, at least 0 */
  int64_t limit;
  uint64_t marked;
  const dryad_marks_told *told;
  bool stopped;
} spreading;

/* Gives the next mark to the objects found from here on. */
static void mark_found(spreading *s, uint32_t first)
{
  s->depth++;
  for (uint32_t i = first; i < s->search.found; i++) data_of(s->marks)[s->search.order[i]] = s->depth;
  uint32_t count = s->search.found - first;
  s->marked += count;
  if (s->told && s->told->depth_done) s->stopped = !s->told->depth_done(s->told->context, (uint64_t)s->depth, count);
}

static void start_from_roots(spreading *s, const dryad_roots *roots)
{
  for (uint64_t i = 0; i < s->marks->count; i++) data_of(s->marks)[i] = DRYAD_NO_MARK;
  for (uint32_t i = 0; i < roots->count; i++) dryad_breadth_first_add(&s->search, roots->ids[i]);
  if (s->limit >= 1 && s->search.found > 0) mark_found(s, 0);
}

/* Starts from the objects with the largest mark; objects with other marks are excluded. */
static void start_from_deepest(spreading *s)
{
  for (dryad_id id = 0; id < s->marks->count; id++) {
    int64_t mark = data_of(s->marks)[id];
    if (mark == s->depth)
      dryad_breadth_first_add(&s->search, id);
    else if (mark != DRYAD_NO_MARK)
      dryad_bits_set(&s->search.seen, id);
  }
}

/* Whether nothing was left to mark. */
static bool spread(spreading *s)
{
  while (!s->stopped && s->depth < s->limit) {
    uint32_t found = s->search.found;
    dryad_breadth_first_step(&s->search);
    if (s->search.found == found) return true;
    mark_found(s, found);
  }
  return false;
}

static int64_t deepest(const dryad_array *marks)
{
  int64_t depth = 0;
  for (uint64_t i = 0; i < marks->count; i++)
    if (data_of(marks)[i] > depth) depth = data_of(marks)[i];
  return depth;
}

dryad_status dryad_marks_spread(dryad_array **out, const dryad_array *marks, const dryad_graph *graph,
                                const dryad_roots *roots, bool restart, uint64_t limit, const dryad_marks_told *told,
                                uint64_t *depth, uint64_t *marked, bool *complete, dryad_error *error)
{
  DRYAD_ASSERT(out && roots && depth && marked && complete && (!marks || marks->count == graph->count));
  spreading s = {.limit = limit < INT64_MAX ? (int64_t)limit : INT64_MAX, .told = told};
  *out = NULL;
  *depth = *marked = 0;
  *complete = false;
  s.marks = copy_of(marks, graph);
  if (!s.marks) return dryad_fail_memory(error);
  if (!dryad_breadth_first_init(&s.search, graph, false)) {
    dryad_array_release(s.marks);
    return dryad_fail_memory(error);
  }
  s.depth = restart ? 0 : deepest(s.marks);
  if (s.depth == 0)
    start_from_roots(&s, roots);
  else
    start_from_deepest(&s);
  *complete = spread(&s);
  dryad_breadth_first_deinit(&s.search);
  *out = s.marks;
  *depth = (uint64_t)s.depth;
  *marked = s.marked;
  return DRYAD_OK;
}
