/* SPDX-License-Identifier: MIT */
#include "heap/edit_graph.h"

#include <inttypes.h>
#include <string.h>

#include "base/assert.h"
#include "base/error.h"
#include "base/progress.h"
#include "base/sort.h"
#include "heap/graph_copy.h"

enum { OBJECTS_BETWEEN_TELLING = 1 << 18 };

typedef struct edit {
  const dryad_allocator *allocator;
  const dryad_graph *graph;
  dryad_graph *copy;
  const dryad_bits *gone; /* by old id of an object; NULL: none */
  uint32_t gone_count;
  dryad_bits cut; /* by position among the old references; no words: none */
  uint64_t cut_count;
  const dryad_new_object *come; /* come_count */
  uint32_t come_count;
  uint32_t *come_order;     /* their indexes by ascending address */
  const uint64_t *new_refs; /* new_ref_count pairs of addresses */
  uint32_t new_ref_count;
  uint64_t *new_parents;   /* once resolved: their referrers' new ids, ascending */
  uint32_t *new_ref_order; /* parallel to these, the indexes of the pairs */
  dryad_id *sources;       /* by new id: the old one, DRYAD_NONE for a new object; NULL: the objects are the same */
  dryad_id *moved; /* by old id: the new one; DRYAD_NONE: none (yet). NULL: all ids, dangling ones too, are unchanged */
  dryad_bits used; /* by old id without an object now: something still refers to it */
  dryad_progress progress;
} edit;

static void edit_deinit(edit *e)
{
  dryad_bits_deinit(&e->cut);
  dryad_bits_deinit(&e->used);
  dryad_free(e->allocator, e->come_order, e->come_count, sizeof *e->come_order);
  dryad_free(e->allocator, e->new_parents, e->new_ref_count, sizeof *e->new_parents);
  dryad_free(e->allocator, e->new_ref_order, e->new_ref_count, sizeof *e->new_ref_order);
  if (e->copy) dryad_free(e->allocator, e->sources, e->copy->count, sizeof *e->sources);
  dryad_free(e->allocator, e->moved, (uint64_t)e->graph->count + e->graph->missing, sizeof *e->moved);
}

static bool goes(const edit *e, dryad_id id) { return e->gone && dryad_bits_get(e->gone, id); }
static bool has_same_objects(const edit *e) { return e->gone_count == 0 && e->come_count == 0; }

/* ---- resolving addresses ------------------------------------------------------------------------- */

static uint32_t find_gone(const dryad_graph *graph, const dryad_numbers *addresses, dryad_bits *gone)
{
  uint32_t count = 0;
  const uint64_t *data = dryad_numbers_data(addresses);
  for (uint64_t i = 0; i < addresses->count; i++) {
    dryad_id id = dryad_graph_find(graph, data[i]);
    count += id != DRYAD_NONE && dryad_bits_add(gone, id);
  }
  return count;
}

static dryad_status find_cut(edit *e, const dryad_numbers *pairs, dryad_error *error)
{
  const uint64_t *data = dryad_numbers_data(pairs);
  if (pairs->count == 0) return DRYAD_OK;
  if (!dryad_bits_init(&e->cut, e->allocator, e->graph->ref_count)) return dryad_fail_memory(error);
  for (uint64_t i = 0; i < pairs->count; i += 2) {
    dryad_id id = dryad_graph_find(e->graph, data[i]);
    if (id == DRYAD_NONE || goes(e, id) || data[i + 1] >= dryad_children(e->graph, id).count) continue;
    e->cut_count += dryad_bits_add(&e->cut, dryad_offset(&e->graph->child_offsets, id) + data[i + 1]);
  }
  return DRYAD_OK;
}

static const dryad_new_object *coming(const edit *e, uint32_t i) { return &e->come[e->come_order[i]]; }

static dryad_status check_coming(const edit *e, dryad_error *error)
{
  for (uint32_t i = 0; i < e->come_count; i++) {
    uint64_t address = coming(e, i)->address;
    dryad_id id = dryad_graph_find(e->graph, address);
    bool is_taken = id != DRYAD_NONE && !goes(e, id);
    if (is_taken || (i > 0 && coming(e, i - 1)->address == address))
      return dryad_fail(error, DRYAD_ARGUMENT, "there is an object at address %" PRIu64 " already", address);
  }
  return DRYAD_OK;
}

static dryad_status sort_coming(edit *e, const dryad_change *change, dryad_error *error)
{
  if (change->new_object_count >= DRYAD_NONE - e->graph->count || change->others.count / 2 > UINT32_MAX)
    return dryad_fail(error, DRYAD_LIMIT, "too many objects or references to add");
  e->come = change->new_objects.data;
  e->come_count = (uint32_t)change->new_object_count;
  e->new_refs = dryad_numbers_data(&change->others);
  e->new_ref_count = (uint32_t)(change->others.count / 2);
  if (e->come_count == 0) return DRYAD_OK;
  uint64_t *keys = dryad_alloc(e->allocator, e->come_count, sizeof *keys);
  e->come_order = dryad_alloc(e->allocator, e->come_count, sizeof *e->come_order);
  dryad_status status = keys && e->come_order ? DRYAD_OK : dryad_fail_memory(error);
  for (uint32_t i = 0; i < e->come_count && !status; i++) {
    keys[i] = e->come[i].address;
    e->come_order[i] = i;
  }
  if (!status) status = dryad_sort(e->allocator, keys, e->come_order, e->come_count, error);
  dryad_free(e->allocator, keys, e->come_count, sizeof *keys);
  return status ? status : check_coming(e, error);
}

/* ---- objects ----------------------------------------------------------------------------------- */

/* Merges the remaining and the new objects by address. A new one may have the address of a removed one. */
static void number_objects(edit *e)
{
  const dryad_graph *graph = e->graph;
  const uint64_t *addresses = dryad_addresses(graph);
  uint32_t next = 0, come = 0;
  for (dryad_id id = 0; id < graph->count; id++) {
    for (; come < e->come_count && coming(e, come)->address < addresses[id]; come++) e->sources[next++] = DRYAD_NONE;
    e->moved[id] = DRYAD_NONE;
    if (!goes(e, id)) {
      e->moved[id] = next;
      e->sources[next++] = id;
    } else if (come < e->come_count && coming(e, come)->address == addresses[id]) {
      e->moved[id] = next;
      e->sources[next++] = DRYAD_NONE;
      come++;
    }
  }
  for (; come < e->come_count; come++) e->sources[next++] = DRYAD_NONE;
}

static bool new_columns(dryad_graph *copy)
{
  copy->addresses = dryad_array_new(copy->allocator, copy->count, sizeof(uint64_t));
  copy->types = dryad_array_new(copy->allocator, copy->count, sizeof(uint32_t));
  copy->sizes = dryad_array_new(copy->allocator, copy->count, sizeof(uint32_t));
  copy->lens = dryad_array_new(copy->allocator, copy->count, sizeof(uint32_t));
  copy->labels = dryad_array_new(copy->allocator, copy->count, sizeof(uint32_t));
  return copy->addresses && copy->types && copy->sizes && copy->lens && copy->labels;
}

static void copy_object(dryad_graph *to, dryad_id id, const dryad_graph *from, dryad_id source)
{
  dryad_array *const columns[] = {to->types, to->sizes, to->lens, to->labels};
  const dryad_array *const sources[] = {from->types, from->sizes, from->lens, from->labels};
  ((uint64_t *)to->addresses->data)[id] = dryad_addresses(from)[source];
  for (unsigned i = 0; i < sizeof columns / sizeof *columns; i++)
    ((uint32_t *)columns[i]->data)[id] = ((const uint32_t *)sources[i]->data)[source];
}

static dryad_status put_object(dryad_graph *to, dryad_id id, const dryad_new_object *object, dryad_error *error)
{
  dryad_store *store = to->store;
  uint32_t *len = (uint32_t *)to->lens->data + id;
  ((uint64_t *)to->addresses->data)[id] = object->address;
  *len = DRYAD_NONE;
  dryad_status status =
      dryad_store_type(store, object->type.data, object->type.length, (uint32_t *)to->types->data + id, error);
  if (!status) status = dryad_store_narrow(store, object->size, (uint32_t *)to->sizes->data + id, error);
  if (!status && object->has_len) status = dryad_store_narrow(store, (uint64_t)object->len, len, error);
  if (!status)
    status = dryad_store_label(store, &object->value, object->name, (uint32_t *)to->labels->data + id, error);
  return status;
}

static dryad_status fill_columns(edit *e, dryad_error *error)
{
  dryad_graph *copy = e->copy;
  dryad_status status = DRYAD_OK;
  uint32_t come = 0;
  for (dryad_id id = 0; id < copy->count && !status; id++) {
    if (e->sources[id] == DRYAD_NONE)
      status = put_object(copy, id, coming(e, come++), error);
    else
      copy_object(copy, id, e->graph, e->sources[id]);
    if (!status) copy->total_size = dryad_add_sizes(copy->total_size, dryad_size(copy, id));
  }
  if (come > 0) {
    dryad_string_pool_settle(&copy->store->texts);
    dryad_string_pool_settle(&copy->store->type_names);
  }
  return status;
}

/* Dangling addresses have no new ids yet, unless an object was added there. */
static void number_missing(edit *e)
{
  for (uint32_t i = 0; i < e->graph->missing; i++) {
    dryad_id old = e->graph->count + i;
    e->moved[old] = dryad_graph_find(e->copy, dryad_addresses(e->graph)[old]);
  }
}

static bool init_moved(edit *e)
{
  uint64_t count = (uint64_t)e->graph->count + e->graph->missing;
  e->moved = dryad_alloc(e->allocator, count, sizeof *e->moved);
  return e->moved && dryad_bits_init(&e->used, e->allocator, count);
}

static dryad_status change_objects(edit *e, dryad_error *error)
{
  e->copy = dryad_graph_new(e->allocator, e->graph->store);
  if (!e->copy) return dryad_fail_memory(error);
  e->copy->count = e->graph->count - e->gone_count + e->come_count;
  e->sources = dryad_alloc(e->allocator, e->copy->count, sizeof *e->sources);
  if (!e->sources || !init_moved(e) || !new_columns(e->copy)) return dryad_fail_memory(error);
  number_objects(e);
  dryad_status status = fill_columns(e, error);
  if (!status) number_missing(e);
  return status;
}

/* Keeps the objects; the dangling addresses change only if added references lead to unknown addresses. */
static dryad_status keep_objects(edit *e, dryad_error *error)
{
  e->copy = dryad_graph_same_objects(e->graph);
  if (!e->copy) return dryad_fail_memory(error);
  bool knows_all = true;
  for (uint32_t i = 0; i < e->new_ref_count && knows_all; i++)
    knows_all = dryad_graph_find_any(e->graph, e->new_refs[2 * (uint64_t)i + 1]) != DRYAD_NONE;
  if (knows_all) return DRYAD_OK;
  dryad_array_release(e->copy->addresses);
  e->copy->addresses = dryad_array_new(e->allocator, e->copy->count, sizeof(uint64_t));
  if (!e->copy->addresses || !init_moved(e)) return dryad_fail_memory(error);
  memcpy(e->copy->addresses->data, e->graph->addresses->data, e->copy->count * sizeof(uint64_t));
  for (dryad_id id = 0; id < e->graph->count; id++) e->moved[id] = id;
  number_missing(e);
  return DRYAD_OK;
}

/* ---- references -------------------------------------------------------------------------------- */

static dryad_status find_new_parents(edit *e, dryad_error *error)
{
  if (e->new_ref_count == 0) return DRYAD_OK;
  e->new_parents = dryad_alloc(e->allocator, e->new_ref_count, sizeof *e->new_parents);
  e->new_ref_order = dryad_alloc(e->allocator, e->new_ref_count, sizeof *e->new_ref_order);
  if (!e->new_parents || !e->new_ref_order) return dryad_fail_memory(error);
  for (uint32_t i = 0; i < e->new_ref_count; i++) {
    uint64_t address = e->new_refs[2 * (uint64_t)i];
    dryad_id id = dryad_graph_find(e->copy, address);
    if (id == DRYAD_NONE)
      return dryad_fail(error, DRYAD_ARGUMENT, "there is no object at address %" PRIu64 " to add a reference to",
                        address);
    e->new_parents[i] = id;
    e->new_ref_order[i] = i;
  }
  return dryad_sort(e->allocator, e->new_parents, e->new_ref_order, e->new_ref_count, error);
}

static dryad_id source_of(const edit *e, dryad_id id) { return e->sources ? e->sources[id] : id; }

/* The old references of a new id. */
static dryad_ids old_children(const edit *e, dryad_id id)
{
  dryad_id source = source_of(e, id);
  return source == DRYAD_NONE ? (dryad_ids){NULL, 0} : dryad_children(e->graph, source);
}

static bool stays(const edit *e, dryad_ids children, uint64_t i)
{
  const dryad_id *all = e->graph->children->data;
  return !e->cut.words || !dryad_bits_get(&e->cut, (uint64_t)(children.ids - all) + i);
}

static dryad_status tell(const edit *e, dryad_id id, uint64_t half, dryad_error *error)
{
  if (id % OBJECTS_BETWEEN_TELLING) return DRYAD_OK;
  uint64_t count = e->copy->count;
  return dryad_progress_tell(&e->progress, "editing", half * count + id, 2 * count) ? dryad_fail_cancelled(error)
                                                                                    : DRYAD_OK;
}

static dryad_status count_refs(edit *e, dryad_error *error)
{
  dryad_graph *copy = e->copy;
  uint64_t offset = 0;
  uint32_t come = 0;
  if (!dryad_offsets_init(&copy->child_offsets, e->allocator, copy->count)) return dryad_fail_memory(error);
  for (dryad_id id = 0; id < copy->count; id++) {
    if (tell(e, id, 0, error)) return DRYAD_CANCELLED;
    if (!dryad_offsets_set(&copy->child_offsets, e->allocator, id, offset)) return dryad_fail_memory(error);
    dryad_ids children = old_children(e, id);
    uint64_t count = 0;
    for (uint64_t i = 0; i < children.count; i++) {
      if (!stays(e, children, i)) continue;
      count++;
      if (e->moved && e->moved[children.ids[i]] == DRYAD_NONE) dryad_bits_set(&e->used, children.ids[i]);
    }
    for (; come < e->new_ref_count && e->new_parents[come] == id; come++) count++;
    if (count > UINT32_MAX) return dryad_fail(error, DRYAD_LIMIT, "an object with more than 4294967295 references");
    offset += count;
  }
  copy->ref_count = offset;
  if (!dryad_offsets_set(&copy->child_offsets, e->allocator, copy->count, offset)) return dryad_fail_memory(error);
  return DRYAD_OK;
}

/* The addresses that are referred to and have no object, each at least once, in any order. */
static bool collect_missing(const edit *e, dryad_column *addresses, uint64_t *count)
{
  uint64_t old = (uint64_t)e->graph->count + e->graph->missing;
  *count = 0;
  for (uint64_t id = 0; id < old; id++) *count += dryad_bits_get(&e->used, id);
  if (!dryad_column_reserve(addresses, e->allocator, *count + e->new_ref_count, sizeof(uint64_t))) return false;
  uint64_t *to = addresses->data;
  for (uint64_t id = 0; id < old; id++)
    if (dryad_bits_get(&e->used, id)) *to++ = dryad_addresses(e->graph)[id];
  for (uint32_t i = 0; i < e->new_ref_count; i++) {
    uint64_t address = e->new_refs[2 * (uint64_t)i + 1];
    if (dryad_graph_find(e->copy, address) == DRYAD_NONE) *to++ = address;
  }
  *count = (uint64_t)(to - (uint64_t *)addresses->data);
  return true;
}

static dryad_status sort_addresses(const edit *e, uint64_t *addresses, uint64_t *count, dryad_error *error)
{
  uint32_t *ids = dryad_calloc(e->allocator, *count, sizeof *ids);
  if (!ids) return dryad_fail_memory(error);
  dryad_status status = dryad_sort(e->allocator, addresses, ids, *count, error);
  dryad_free(e->allocator, ids, *count, sizeof *ids);
  uint64_t distinct = 0;
  for (uint64_t i = 0; i < *count && !status; i++)
    if (i == 0 || addresses[i] != addresses[distinct - 1]) addresses[distinct++] = addresses[i];
  *count = distinct;
  return status;
}

/* Numbers the dangling addresses after the objects. */
static dryad_status append_missing(edit *e, dryad_error *error)
{
  dryad_graph *copy = e->copy;
  dryad_column missing = {0};
  uint64_t count;
  dryad_status status = collect_missing(e, &missing, &count) ? DRYAD_OK : dryad_fail_memory(error);
  if (!status) status = sort_addresses(e, missing.data, &count, error);
  if (!status && count >= DRYAD_NONE - copy->count)
    status = dryad_fail(error, DRYAD_LIMIT, "more than %u objects and dangling addresses", DRYAD_NONE - 1);
  if (!status && !dryad_array_resize(copy->addresses, copy->count + count)) status = dryad_fail_memory(error);
  if (!status) {
    if (count) memcpy((uint64_t *)copy->addresses->data + copy->count, missing.data, count * sizeof(uint64_t));
    copy->missing = (uint32_t)count;
    uint64_t old = (uint64_t)e->graph->count + e->graph->missing;
    for (uint64_t id = 0; id < old; id++)
      if (dryad_bits_get(&e->used, id)) e->moved[id] = dryad_graph_find_any(copy, dryad_addresses(e->graph)[id]);
  }
  dryad_column_free(&missing, e->allocator, sizeof(uint64_t));
  return status;
}

static dryad_status copy_refs(edit *e, dryad_error *error)
{
  dryad_graph *copy = e->copy;
  copy->children = dryad_array_new(e->allocator, copy->ref_count, sizeof(dryad_id));
  if (!copy->children) return dryad_fail_memory(error);
  dryad_id *to = copy->children->data;
  uint32_t come = 0;
  for (dryad_id id = 0; id < copy->count; id++) {
    if (tell(e, id, 1, error)) return DRYAD_CANCELLED;
    dryad_id *start = to;
    dryad_ids children = old_children(e, id);
    for (uint64_t i = 0; i < children.count; i++)
      if (stays(e, children, i)) *to++ = e->moved ? e->moved[children.ids[i]] : children.ids[i];
    for (; come < e->new_ref_count && e->new_parents[come] == id; come++)
      *to++ = dryad_graph_find_any(copy, e->new_refs[2 * (uint64_t)e->new_ref_order[come] + 1]);
    for (; start < to; start++) copy->dangling_refs += *start >= copy->count;
  }
  return DRYAD_OK;
}

/* ---- annotations ------------------------------------------------------------------------------- */

/* Walks the references of an object in the order in which its names are requested. */
typedef struct name_walk {
  const edit *edit;
  dryad_id id;   /* DRYAD_NONE: none yet */
  uint64_t at;   /* the next reference */
  uint64_t left; /* how many of those before it remain */
} name_walk;

static bool move_name(void *context, dryad_id *id, uint64_t *position)
{
  name_walk *w = context;
  const edit *e = w->edit;
  dryad_id old = *id;
  if (goes(e, old)) return false;
  dryad_ids children = dryad_children(e->graph, old);
  if (*position >= children.count) return false;
  if (w->id != old) *w = (name_walk){e, old, 0, 0};
  for (; w->at < *position; w->at++) w->left += stays(e, children, w->at);
  bool is_left = stays(e, children, *position);
  if (e->moved) *id = e->moved[old];
  *position = w->left;
  return is_left;
}

static dryad_id move_object(void *context, dryad_id id, bool *is_part)
{
  const edit *e = ((const name_walk *)context)->edit;
  (void)is_part;
  if (goes(e, id)) return DRYAD_NONE;
  return e->moved ? e->moved[id] : id;
}

static dryad_status move_annotations(edit *e, dryad_error *error)
{
  name_walk walk = {.edit = e, .id = DRYAD_NONE};
  const dryad_annotations_move move = {&walk, move_name, move_object, NULL};
  dryad_graph *copy = e->copy;
  dryad_status status = dryad_annotations_moved(&copy->annotations, e->graph->annotations, &move, e->allocator, error);
  if (status || has_same_objects(e)) return status; /* then they share their details */
  return dryad_details_moved(&copy->details, e->graph->details, &move, NULL, copy->count, e->allocator, error);
}

/* ---- the whole --------------------------------------------------------------------------------- */

/* Builds the graph once all addresses are resolved. Consumes `e`. */
static dryad_status make(dryad_graph **out, edit *e, dryad_change_result *result, dryad_error *error)
{
  dryad_status status = has_same_objects(e) ? keep_objects(e, error) : change_objects(e, error);
  if (!status) status = find_new_parents(e, error);
  if (!status) status = count_refs(e, error);
  if (!status && e->moved) status = append_missing(e, error);
  if (!status) status = copy_refs(e, error);
  if (!status) status = move_annotations(e, error);
  dryad_graph *copy = e->copy;
  edit_deinit(e);
  if (!copy) return status;
  status = dryad_graph_finish(out, copy, status, error);
  if (!status)
    *result = (dryad_change_result){.objects_gone = e->gone_count,
                                    .objects_come = e->come_count,
                                    .refs_gone = e->graph->ref_count + e->new_ref_count - copy->ref_count,
                                    .refs_come = e->new_ref_count};
  return status;
}

dryad_status dryad_graph_edited(dryad_graph **out, const dryad_graph *graph, const dryad_change *change,
                                dryad_change_result *result, dryad_progress progress, dryad_error *error)
{
  DRYAD_ASSERT(out && result && change->kind == DRYAD_CHANGE_EDIT);
  edit e = {.allocator = graph->allocator, .graph = graph, .progress = progress};
  dryad_bits gone;
  *out = NULL;
  *result = (dryad_change_result){0};
  if (!dryad_bits_init(&gone, graph->allocator, graph->count)) return dryad_fail_memory(error);
  e.gone = &gone;
  e.gone_count = find_gone(graph, &change->objects, &gone);
  dryad_status status = find_cut(&e, &change->refs, error);
  if (!status) status = sort_coming(&e, change, error);
  bool is_change = !has_same_objects(&e) || e.cut_count || e.new_ref_count;
  if (!status && is_change)
    status = make(out, &e, result, error);
  else
    edit_deinit(&e);
  dryad_bits_deinit(&gone);
  return status;
}

dryad_status dryad_graph_without(dryad_graph **out, const dryad_graph *graph, const dryad_bits *gone,
                                 uint32_t gone_count, dryad_change_result *result, dryad_progress progress,
                                 dryad_error *error)
{
  DRYAD_ASSERT(out && result && gone->count == graph->count && gone_count <= graph->count);
  edit e = {
      .allocator = graph->allocator, .graph = graph, .gone = gone, .gone_count = gone_count, .progress = progress};
  *out = NULL;
  *result = (dryad_change_result){0};
  return gone_count ? make(out, &e, result, error) : DRYAD_OK;
}
