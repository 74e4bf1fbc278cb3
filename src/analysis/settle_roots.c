/* SPDX-License-Identifier: MIT */
/* Determining the roots of a graph. */
#include "analysis/breadth_first.h"
#include "analysis/roots.h"
#include "base/assert.h"
#include "base/error.h"
#include "base/progress.h"
#include "graph/graph.h"
#include "runtime/runtime.h"

enum { OBJECTS_BETWEEN_TELLING = 1 << 16 };

static const char stage[] = "finding roots";

/* ---- plain roots ------------------------------------------------------------------------------- */

typedef struct settling {
  const dryad_graph *graph;
  const dryad_annotations *stated; /* the dump says what the runtime holds; else NULL */
  unsigned char *type_reasons;     /* by type: see dryad_type_root_reason */
  dryad_breadth_first walk;        /* begins at `plain` roots, ascending */
  uint32_t plain;
  dryad_bits entries; /* the roots that stand for what the plain ones do not reach */
  uint32_t entry_count;
} settling;

static dryad_root_reason type_reason(const settling *s, dryad_id id)
{
  return s->type_reasons[dryad_types(s->graph)[id]];
}

static dryad_root_reason reason_by_references(const settling *s, dryad_id id)
{
  dryad_root_reason reason = type_reason(s, id);
  if (reason == DRYAD_ROOT_MODULE) return reason;
  dryad_ids parents = dryad_parents(s->graph, id);
  bool is_referenced = parents.count > 1 || (parents.count == 1 && parents.ids[0] != id);
  if (is_referenced) return DRYAD_ROOT_NONE;
  return reason == DRYAD_ROOT_NONE ? DRYAD_ROOT_UNREFERENCED : reason;
}

static dryad_status add_plain(settling *s, const dryad_progress *progress, dryad_error *error)
{
  if (s->stated) {
    for (uint32_t i = 0; i < s->stated->root_count; i++) dryad_breadth_first_add(&s->walk, s->stated->roots[i]);
  } else {
    for (dryad_id id = 0; id < s->graph->count; id++) {
      if (reason_by_references(s, id) != DRYAD_ROOT_NONE) dryad_breadth_first_add(&s->walk, id);
      if (id % OBJECTS_BETWEEN_TELLING == 0 && dryad_progress_tell(progress, stage, 0, s->graph->count))
        return dryad_fail_cancelled(error);
    }
  }
  s->plain = s->walk.found;
  return DRYAD_OK;
}

/* ---- what plain roots do not reach --------------------------------------------------------------- */

typedef bool entry_test(const settling *s, dryad_id id);

static bool is_frame(const settling *s, dryad_id id) { return type_reason(s, id) == DRYAD_ROOT_FRAME; }

static bool is_any(const settling *s, dryad_id id)
{
  (void)s;
  (void)id;
  return true;
}

static bool is_uncounted(const settling *s, dryad_id id)
{
  return dryad_details_get(s->graph->details, DRYAD_DETAIL_REFCOUNT, id) == DRYAD_NONE;
}

/* Walks from every candidate in turn, ascending, unless an earlier walk visited it. */
static dryad_status first_walks(settling *s, entry_test *is_candidate, dryad_id *begins, uint32_t *begun,
                                const dryad_progress *progress, dryad_error *error)
{
  dryad_status status = DRYAD_OK;
  for (dryad_id id = 0; id < s->graph->count && !status; id++) {
    if (dryad_bits_get(&s->walk.seen, id) || !is_candidate(s, id)) continue;
    begins[(*begun)++] = id;
    dryad_breadth_first_add(&s->walk, id);
    status = dryad_breadth_first_run(&s->walk, stage, progress, error);
  }
  return status;
}

/*
 * Finds roots for unreached objects. Candidates are all of these, or, if the dump states its roots, those without a
 * reference count: whatever only counted objects lead to is garbage. Of each strongly connected component that no
 * candidate outside it reaches, one candidate becomes a root: a frame if the roots are not stated and there is one,
 * else that with the lowest address.
 *
 * A first pass walks from all candidates, the preferred ones first; the first walk that enters such a component starts
 * in it. The second pass walks from these starts again, latest first: a start that no later walk visits is reached from
 * no candidate outside its component, because its component lies in its own first walk and no earlier one led there.
 * Source: the order of search of M. Sharir, 1981, for strongly connected components.
 */
static dryad_status find_entries(settling *s, const dryad_progress *progress, dryad_error *error)
{
  const dryad_graph *graph = s->graph;
  dryad_breadth_first *walk = &s->walk;
  uint32_t reached = walk->found, begun = 0;
  if (!dryad_bits_init(&s->entries, graph->allocator, graph->count)) return dryad_fail_memory(error);
  dryad_id *begins = dryad_alloc(graph->allocator, graph->count - reached, sizeof *begins);
  if (!begins) return dryad_fail_memory(error);
  dryad_status status = first_walks(s, s->stated ? is_uncounted : is_frame, begins, &begun, progress, error);
  if (!status && !s->stated) status = first_walks(s, is_any, begins, &begun, progress, error);
  if (!status) dryad_breadth_first_rewind(walk, reached);
  for (uint32_t i = begun; i-- > 0 && !status;) {
    if (dryad_bits_get(&walk->seen, begins[i])) continue;
    dryad_bits_set(&s->entries, begins[i]);
    s->entry_count++;
    dryad_breadth_first_add(walk, begins[i]);
    status = dryad_breadth_first_run(walk, stage, progress, error);
  }
  dryad_free(graph->allocator, begins, graph->count - reached, sizeof *begins);
  return status;
}

/* ---- both together ------------------------------------------------------------------------------- */

static dryad_root_reason plain_reason(const settling *s, uint32_t i)
{
  return s->stated ? s->stated->reasons[i] : reason_by_references(s, s->walk.order[i]);
}

static dryad_status collect(const settling *s, dryad_roots **out, dryad_error *error)
{
  const dryad_root_reason of_entries = s->stated ? DRYAD_ROOT_UNCOUNTED : DRYAD_ROOT_CYCLE;
  dryad_roots *roots = dryad_roots_new(s->graph->allocator, s->plain + s->entry_count);
  if (!roots) return dryad_fail_memory(error);
  dryad_id next_entry = 0;
  for (uint32_t i = 0, next_plain = 0; i < roots->count; i++) {
    bool entries_left = i < s->entry_count + next_plain;
    while (entries_left && !dryad_bits_get(&s->entries, next_entry)) next_entry++;
    bool is_plain = !entries_left || (next_plain < s->plain && s->walk.order[next_plain] < next_entry);
    roots->reasons[i] = (unsigned char)(is_plain ? plain_reason(s, next_plain) : of_entries);
    roots->ids[i] = is_plain ? s->walk.order[next_plain++] : next_entry++;
  }
  *out = roots;
  return DRYAD_OK;
}

static bool settling_init(settling *s, const dryad_graph *graph)
{
  dryad_known_types known;
  uint32_t type_count = graph->store->type_count;
  bool is_stated = graph->annotations && graph->annotations->has_roots;
  *s = (settling){.graph = graph, .stated = is_stated ? graph->annotations : NULL};
  if (!dryad_breadth_first_init(&s->walk, graph, false)) return false;
  s->type_reasons = dryad_alloc(graph->allocator, type_count, 1);
  if (!s->type_reasons) {
    dryad_breadth_first_deinit(&s->walk);
    return false;
  }
  dryad_known_types_init(&known, graph);
  for (uint32_t type = 0; type < type_count; type++)
    s->type_reasons[type] = (unsigned char)dryad_type_root_reason(&known, type);
  return true;
}

static void settling_deinit(settling *s)
{
  dryad_bits_deinit(&s->entries);
  dryad_breadth_first_deinit(&s->walk);
  dryad_free(s->graph->allocator, s->type_reasons, s->graph->store->type_count, 1);
}

dryad_status dryad_roots_settle(dryad_roots **out, const dryad_graph *graph, dryad_progress progress,
                                dryad_error *error)
{
  DRYAD_ASSERT(out);
  settling s;
  *out = NULL;
  if (!settling_init(&s, graph)) return dryad_fail_memory(error);
  dryad_status status = add_plain(&s, &progress, error);
  if (!status) status = dryad_breadth_first_run(&s.walk, stage, &progress, error);
  if (!status && s.walk.found < graph->count) status = find_entries(&s, &progress, error);
  if (!status) status = collect(&s, out, error);
  settling_deinit(&s);
  return status;
}
