/* SPDX-License-Identifier: MIT */
#include "heap/version.h"

#include <stdlib.h>
#include <string.h>

#include "base/assert.h"
#include "base/error.h"
#include "heap/collapse_graph.h"
#include "heap/drop_references.h"
#include "heap/edit_graph.h"
#include "runtime/runtime.h"

void dryad_version_forget(dryad_version *version)
{
  dryad_levels_free(version->levels);
  dryad_dominators_free(version->dominators);
  dryad_roots_free(version->roots);
  version->levels = NULL;
  version->dominators = NULL;
  version->roots = NULL;
}

void dryad_version_deinit(dryad_version *version)
{
  dryad_version_forget(version);
  dryad_type_index_free(version->type_index);
  dryad_classes_free(version->classes);
  dryad_array_release(version->marks);
  dryad_array_release(version->pins);
  dryad_change_free(version->change);
  dryad_graph_release(version->graph);
}

/* A change under way. */
typedef struct making {
  dryad_version *next;
  const dryad_version *now;
  uint32_t at;
  dryad_change *change;
  const dryad_roots *roots;
  const dryad_marks_told *told;
  dryad_change_result *result;
  dryad_progress progress;
} making;

/* ---- what the next version takes over ----------------------------------------------------------- */

/* The same graph with the same roots. */
static void share_all(making *m)
{
  const dryad_version *now = m->now;
  *m->next = (dryad_version){.graph = now->graph,
                             .pins = dryad_array_retain(now->pins),
                             .marks = dryad_array_retain(now->marks),
                             .read_at = now->read_at,
                             .settled_at = now->settled_at,
                             .roots_at = now->roots_at,
                             .graph_at = now->graph_at};
  dryad_graph_retain(now->graph);
}

/* Takes over another graph; marks follow their objects. */
static dryad_status take_graph(making *m, dryad_graph *graph, dryad_error *error)
{
  const dryad_version *now = m->now;
  dryad_array *marks = NULL;
  if (now->marks && graph->addresses == now->graph->addresses)
    marks = dryad_array_retain(now->marks);
  else if (now->marks)
    marks = dryad_marks_move(now->marks, now->graph, graph);
  if (now->marks && !marks) {
    dryad_graph_release(graph);
    return dryad_fail_memory(error);
  }
  *m->next = (dryad_version){.graph = graph,
                             .pins = dryad_array_retain(now->pins),
                             .marks = marks,
                             .read_at = now->read_at,
                             .settled_at = now->settled_at,
                             .roots_at = m->at,
                             .graph_at = m->at};
  return DRYAD_OK;
}

static void set_marks(making *m, dryad_array *marks)
{
  dryad_array_release(m->next->marks);
  m->next->marks = marks;
}

/* ---- dropping references, collapsing ------------------------------------------------------------- */

static dryad_status take_rebuilt(making *m, dryad_graph *graph, dryad_error *error)
{
  if (!graph) return DRYAD_OK;
  m->result->objects_gone = m->now->graph->count - graph->count;
  m->result->refs_gone = m->now->graph->ref_count - graph->ref_count;
  return take_graph(m, graph, error);
}

static dryad_status collapse(making *m, dryad_error *error)
{
  dryad_graph *graph;
  dryad_status status = dryad_graph_collapsed(&graph, m->now->graph, &m->result->changed, m->progress, error);
  if (!status) status = take_rebuilt(m, graph, error);
  if (!status && graph) m->next->settled_at = m->next->read_at = m->at;
  return status;
}

static dryad_status drop_refs(making *m, dryad_choose_refs choose, void *context, bool keeps_names, dryad_error *error)
{
  dryad_graph *graph;
  dryad_status status = dryad_graph_with_refs(&graph, m->now->graph, choose, context, keeps_names, &m->result->changed,
                                              m->progress, error);
  return status ? status : take_rebuilt(m, graph, error);
}

static void choose_cheap(void *context, const dryad_graph *graph, dryad_id id, dryad_ids children, bool *keep)
{
  dryad_drop_expensive(graph, context, id, children, keep);
}

static dryad_status drop_expensive(making *m, dryad_error *error)
{
  dryad_known_types known;
  dryad_known_types_init(&known, m->now->graph);
  return drop_refs(m, choose_cheap, &known, true, error);
}

/* Both ends of the references to drop, by id; dangling ones too. */
typedef struct ends {
  dryad_bits from, to;
} ends;

static void choose_uncut(void *context, const dryad_graph *graph, dryad_id id, dryad_ids children, bool *keep)
{
  const ends *cut = context;
  (void)graph;
  if (!dryad_bits_get(&cut->from, id)) return;
  for (uint64_t i = 0; i < children.count; i++) keep[i] = !dryad_bits_get(&cut->to, children.ids[i]);
}

/* A bit for each id of the graph at one of these addresses; false: no memory. */
static bool find_ends(dryad_bits *bits, const dryad_graph *graph, const dryad_numbers *addresses)
{
  if (!dryad_bits_init(bits, graph->allocator, (uint64_t)graph->count + graph->missing)) return false;
  for (uint64_t i = 0; i < addresses->count; i++) {
    dryad_id id = dryad_graph_find_any(graph, dryad_numbers_data(addresses)[i]);
    if (id != DRYAD_NONE) dryad_bits_set(bits, id);
  }
  return true;
}

static dryad_status cut(making *m, dryad_error *error)
{
  ends e = {0};
  bool ok =
      find_ends(&e.from, m->now->graph, &m->change->objects) && find_ends(&e.to, m->now->graph, &m->change->others);
  dryad_status status = ok ? drop_refs(m, choose_uncut, &e, false, error) : dryad_fail_memory(error);
  dryad_bits_deinit(&e.from);
  dryad_bits_deinit(&e.to);
  return status;
}

/* ---- edits ------------------------------------------------------------------------------------- */

/* New objects have no mark, even at the address of a marked one. The marks, if any, were already moved to this
   graph. */
static void unmark_new(making *m)
{
  const dryad_new_object *come = m->change->new_objects.data;
  if (!m->next->marks) return;
  int64_t *marks = m->next->marks->data;
  for (uint64_t i = 0; i < m->change->new_object_count; i++)
    marks[dryad_graph_find(m->next->graph, come[i].address)] = DRYAD_NO_MARK;
}

static dryad_status edit(making *m, dryad_error *error)
{
  dryad_graph *graph;
  dryad_status status = dryad_graph_edited(&graph, m->now->graph, m->change, m->result, m->progress, error);
  if (!status && graph) {
    status = take_graph(m, graph, error);
    if (!status) unmark_new(m);
  }
  return status;
}

/* ---- pins -------------------------------------------------------------------------------------- */

static int compare_addresses(const void *left, const void *right)
{
  const uint64_t *a = left, *b = right;
  return (*a > *b) - (*a < *b);
}

static bool is_pinned(const dryad_array *pins, uint64_t address)
{
  return pins && bsearch(&address, pins->data, pins->count, sizeof address, compare_addresses);
}

bool dryad_version_is_pinned(const dryad_version *version, uint64_t address)
{
  return is_pinned(version->pins, address);
}

/* Appends the objects to pin that exist and are not pinned yet to the old pins; there may be none. */
static dryad_array *append_pins(const making *m)
{
  const dryad_array *old = m->now->pins;
  const dryad_numbers *objects = &m->change->objects;
  uint64_t old_count = old ? old->count : 0, count = old_count;
  dryad_array *pins = dryad_array_new(m->change->allocator, old_count + objects->count, sizeof(uint64_t));
  if (!pins) return NULL;
  uint64_t *to = pins->data;
  if (old_count) memcpy(to, old->data, old_count * sizeof *to);
  for (uint64_t i = 0; i < objects->count; i++) {
    uint64_t address = dryad_numbers_data(objects)[i];
    if (dryad_graph_find(m->now->graph, address) != DRYAD_NONE && !is_pinned(old, address)) to[count++] = address;
  }
  qsort(to, count, sizeof *to, compare_addresses);
  uint64_t distinct = 0;
  for (uint64_t i = 0; i < count; i++)
    if (i == 0 || to[i] != to[distinct - 1]) to[distinct++] = to[i];
  dryad_array_resize(pins, distinct);
  return pins;
}

static dryad_status pin(making *m, dryad_error *error)
{
  dryad_array *pins = append_pins(m);
  if (!pins) return dryad_fail_memory(error);
  m->result->changed = pins->count - (m->now->pins ? m->now->pins->count : 0);
  if (m->result->changed == 0) {
    dryad_array_release(pins);
    return DRYAD_OK;
  }
  share_all(m);
  dryad_array_release(m->next->pins);
  m->next->pins = pins;
  m->next->roots_at = m->at;
  return DRYAD_OK;
}

/* ---- marks ------------------------------------------------------------------------------------- */

/* The same objects with these marks, which it takes over, unless the marks are unchanged too. */
static void take_marks(making *m, dryad_array *marks)
{
  if (dryad_marks_equal(marks, m->now->marks)) {
    dryad_array_release(marks);
    return;
  }
  share_all(m);
  set_marks(m, marks);
}

static dryad_status mark(making *m, dryad_error *error)
{
  dryad_array *marks;
  dryad_status status = dryad_marks_set(&marks, m->now->marks, m->now->graph, m->change, &m->result->changed, error);
  if (!status) take_marks(m, marks);
  return status;
}

/* The graph without unmarked objects; NULL: all are marked. Completed marking is not lost to a late interrupt, so this
   does not check for cancellation. */
static dryad_status drop_unmarked(making *m, const dryad_array *marks, dryad_graph **out, dryad_error *error)
{
  const dryad_graph *graph = m->now->graph;
  const int64_t *data = marks->data;
  dryad_bits gone;
  uint32_t count = 0;
  *out = NULL;
  if (!dryad_bits_init(&gone, graph->allocator, graph->count)) return dryad_fail_memory(error);
  for (dryad_id id = 0; id < graph->count; id++)
    if (data[id] == DRYAD_NO_MARK) count += dryad_bits_add(&gone, id);
  dryad_status status = dryad_graph_without(out, graph, &gone, count, m->result, (dryad_progress){0}, error);
  dryad_bits_deinit(&gone);
  return status;
}

/* Installs a graph that lost its unmarked objects, and the marks of the rest; takes over both. */
static dryad_status take_collected(making *m, dryad_graph *graph, dryad_array *marks, dryad_error *error)
{
  dryad_array *moved = dryad_marks_move(marks, m->now->graph, graph);
  dryad_array_release(marks);
  if (!moved) {
    dryad_graph_release(graph);
    return dryad_fail_memory(error);
  }
  dryad_status status = take_graph(m, graph, error);
  if (status)
    dryad_array_release(moved);
  else
    set_marks(m, moved);
  return status;
}

static dryad_status collect(making *m, dryad_error *error)
{
  dryad_array *marks;
  dryad_graph *graph = NULL;
  uint64_t depth, marked;
  bool complete;
  dryad_status status = dryad_marks_spread(&marks, m->now->marks, m->now->graph, m->roots, m->change->restart,
                                           m->change->limit, m->told, &depth, &marked, &complete, error);
  if (status) return status;
  if (!complete && depth < m->change->limit) m->change->limit = depth;
  if (complete) status = drop_unmarked(m, marks, &graph, error);
  if (status)
    dryad_array_release(marks);
  else if (graph)
    status = take_collected(m, graph, marks, error);
  else
    take_marks(m, marks);
  m->result->changed = marked;
  m->result->depth = depth;
  m->result->complete = complete;
  return status;
}

/* ---- the whole --------------------------------------------------------------------------------- */

dryad_status dryad_version_change(dryad_version *next, const dryad_version *now, uint32_t at, dryad_change *change,
                                  const dryad_roots *roots, const dryad_marks_told *told, dryad_change_result *result,
                                  dryad_progress progress, dryad_error *error)
{
  DRYAD_ASSERT(next && at > 0 && result && (roots || change->kind != DRYAD_CHANGE_GC));
  making m = {next, now, at, change, roots, told, result, progress};
  const char *problem = dryad_change_problem(change);
  *next = (dryad_version){0};
  *result = (dryad_change_result){0};
  if (problem) return dryad_fail(error, DRYAD_ARGUMENT, "%s", problem);
  switch (change->kind) {
  case DRYAD_CHANGE_COLLAPSE: return collapse(&m, error);
  case DRYAD_CHANGE_EXPENSIVE: return drop_expensive(&m, error);
  case DRYAD_CHANGE_CUT: return cut(&m, error);
  case DRYAD_CHANGE_EDIT: return edit(&m, error);
  case DRYAD_CHANGE_PIN: return pin(&m, error);
  case DRYAD_CHANGE_MARK: return mark(&m, error);
  case DRYAD_CHANGE_GC: return collect(&m, error);
  }
  return dryad_fail(error, DRYAD_ARGUMENT, "unknown kind of change");
}
