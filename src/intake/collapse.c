/* SPDX-License-Identifier: MIT */
#include "intake/collapse.h"

#include <string.h>

#include "base/assert.h"
#include "base/error.h"

/* While claims come in: marks a part that more than one object claims. Not the id of any object. */
#define CONTESTED (DRYAD_NONE - 1)

dryad_status dryad_collapse_init(dryad_collapse *plan, const dryad_graph *raw, dryad_error *error)
{
  const dryad_allocator *allocator = raw->allocator;
  *plan = (dryad_collapse){.allocator = allocator,
                           .graph = raw,
                           .count = raw->count,
                           .type_count = raw->store->type_count,
                           .mutex = PTHREAD_MUTEX_INITIALIZER};
  plan->ref_counts = dryad_alloc(allocator, plan->type_count, 1);
  plan->owners = dryad_alloc(allocator, plan->count, sizeof *plan->owners);
  if (!plan->ref_counts || !plan->owners || !dryad_bits_init(&plan->has_part, allocator, plan->count)) {
    dryad_collapse_deinit(plan);
    return dryad_fail_memory(error);
  }
  memset(plan->owners, 0xff, plan->count * sizeof *plan->owners);
  dryad_known_types_init(&plan->known, raw);
  for (uint32_t type = 0; type < plan->type_count; type++)
    plan->ref_counts[type] = (unsigned char)dryad_folding_ref_counts(&plan->known, type);
  return DRYAD_OK;
}

void dryad_collapse_deinit(dryad_collapse *plan)
{
  dryad_free(plan->allocator, plan->ref_counts, plan->type_count, 1);
  dryad_free(plan->allocator, plan->owners, plan->count, sizeof *plan->owners);
  dryad_bits_deinit(&plan->has_part);
  dryad_column_free(&plan->renamed, plan->allocator, 2 * sizeof(dryad_id));
  pthread_mutex_destroy(&plan->mutex);
  *plan = (dryad_collapse){.allocator = plan->allocator};
}

static dryad_status note_renamed(dryad_collapse *plan, dryad_id id, dryad_id class, dryad_error *error)
{
  pthread_mutex_lock(&plan->mutex);
  bool ok = dryad_column_reserve(&plan->renamed, plan->allocator, plan->renamed_count + 1, 2 * sizeof(dryad_id));
  if (ok) {
    dryad_id *pair = (dryad_id *)plan->renamed.data + 2 * plan->renamed_count++;
    pair[0] = id;
    pair[1] = class;
  }
  pthread_mutex_unlock(&plan->mutex);
  return ok ? DRYAD_OK : dryad_fail_memory(error);
}

dryad_status dryad_collapse_claim(dryad_collapse *plan, dryad_id id, const dryad_id *refs, uint64_t ref_count,
                                  dryad_error *error)
{
  DRYAD_ASSERT(id < plan->count && dryad_collapse_may_own(plan, dryad_types(plan->graph)[id], ref_count));
  dryad_part part = dryad_part_of(plan->graph, &plan->known, id, refs, ref_count);
  if (part.position == DRYAD_NO_POSITION) return DRYAD_OK;
  dryad_id *owner = &plan->owners[refs[part.position]], nobody = DRYAD_NONE;
  if (!__atomic_compare_exchange_n(owner, &nobody, id, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED))
    __atomic_store_n(owner, CONTESTED, __ATOMIC_RELAXED);
  return part.class == DRYAD_NONE ? DRYAD_OK : note_renamed(plan, id, part.class, error);
}

void dryad_collapse_settle(dryad_collapse *plan)
{
  for (dryad_id id = 0; id < plan->count; id++) {
    if (plan->owners[id] == DRYAD_NONE) continue;
    if (plan->owners[id] == CONTESTED) {
      plan->owners[id] = DRYAD_NONE;
      continue;
    }
    dryad_bits_set(&plan->has_part, plan->owners[id]);
    plan->collapsed++;
  }
}

static dryad_status rename_owners(const dryad_collapse *plan, uint32_t *types, dryad_error *error)
{
  const dryad_id *pairs = plan->renamed.data;
  dryad_store *store = plan->graph->store;
  dryad_status status = DRYAD_OK;
  for (uint64_t i = 0; i < plan->renamed_count && !status; i++) {
    dryad_id owner = pairs[2 * i], class = pairs[2 * i + 1];
    dryad_text name = dryad_store_label_text(store, ((const uint32_t *)plan->graph->labels->data)[class]);
    if (!dryad_bits_get(&plan->has_part, owner) || name.length == 0) continue;
    status = dryad_store_type(store, name.data, name.length, &types[owner], error);
  }
  return status;
}

dryad_status dryad_collapse_apply(const dryad_collapse *plan, uint32_t *types, uint32_t *sizes, uint32_t *ref_counts,
                                  dryad_error *error)
{
  dryad_store *store = plan->graph->store;
  for (dryad_id part = 0; part < plan->count; part++) {
    dryad_id owner = plan->owners[part];
    if (owner == DRYAD_NONE) continue;
    uint64_t size = dryad_add_sizes(dryad_store_widen(store, sizes[owner]), dryad_store_widen(store, sizes[part]));
    dryad_status status = dryad_store_narrow(store, size, &sizes[owner], error);
    if (status) return status;
    ref_counts[owner] = ref_counts[part] + ref_counts[owner] - 1;
  }
  return rename_owners(plan, types, error);
}

bool dryad_collapse_move_ref(const dryad_collapse *plan, dryad_id id, dryad_ids refs, uint64_t all_count,
                             uint64_t *position)
{
  if (!dryad_bits_get(&plan->has_part, id)) return true;
  uint64_t part = dryad_collapse_part_place(plan, id, refs.ids);
  if (*position == part) return false;
  *position += all_count - (refs.count - 1) - (*position > part);
  return true;
}

void dryad_collapse_number(const dryad_collapse *plan, dryad_id *final)
{
  dryad_id next = 0;
  for (dryad_id id = 0; id < plan->count; id++)
    if (!dryad_collapse_goes(plan, id)) final[id] = next++;
  for (dryad_id id = 0; id < plan->count; id++)
    if (dryad_collapse_goes(plan, id)) final[id] = final[plan->owners[id]];
}
