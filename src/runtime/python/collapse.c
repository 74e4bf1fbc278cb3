/* SPDX-License-Identifier: MIT */
#include "runtime/python/collapse.h"

#include <string.h>

#include "base/assert.h"
#include "base/error.h"
#include "graph/graph.h"

enum { ROLE_NEVER_OWNS = 1, ROLE_DICT = 2, ROLE_TYPE = 4, ROLE_MODULE = 8, ROLE_INSTANCE = 16, ROLE_CLASSOBJ = 32 };

/* While claims come in: more than one object wants this dict. No object has this id. */
#define CONTESTED (DRYAD_NONE - 1)

static const struct {
  const char *type;
  unsigned char roles;
} special_types[] = {{"str", ROLE_NEVER_OWNS},
                     {"dict", ROLE_NEVER_OWNS | ROLE_DICT},
                     {"tuple", ROLE_NEVER_OWNS},
                     {"list", ROLE_NEVER_OWNS},
                     {"type", ROLE_NEVER_OWNS | ROLE_TYPE},
                     {"function", ROLE_NEVER_OWNS},
                     {"wrapper_descriptor", ROLE_NEVER_OWNS},
                     {"code", ROLE_NEVER_OWNS},
                     {"classobj", ROLE_NEVER_OWNS | ROLE_CLASSOBJ},
                     {"int", ROLE_NEVER_OWNS},
                     {"weakref", ROLE_NEVER_OWNS},
                     {"module", ROLE_MODULE},
                     {"instance", ROLE_INSTANCE}};

dryad_status dryad_collapse_init(dryad_collapse *plan, dryad_store *store, const uint32_t *types,
                                 const uint32_t *labels, uint32_t count, dryad_error *error)
{
  const dryad_allocator *allocator = store->allocator;
  *plan = (dryad_collapse){.allocator = allocator,
                           .store = store,
                           .count = count,
                           .types = types,
                           .labels = labels,
                           .role_count = store->type_count,
                           .mutex = PTHREAD_MUTEX_INITIALIZER};
  plan->roles = dryad_calloc(allocator, plan->role_count, 1);
  plan->owners = dryad_alloc(allocator, count, sizeof *plan->owners);
  if (!plan->roles || !plan->owners || !dryad_bits_init(&plan->has_dict, allocator, count)) {
    dryad_collapse_deinit(plan);
    return dryad_fail_memory(error);
  }
  memset(plan->owners, 0xff, count * sizeof *plan->owners);
  for (size_t i = 0; i < sizeof special_types / sizeof *special_types; i++) {
    uint32_t type = dryad_store_find_type(store, special_types[i].type, strlen(special_types[i].type));
    if (type != DRYAD_NONE) plan->roles[type] = special_types[i].roles;
  }
  return DRYAD_OK;
}

void dryad_collapse_deinit(dryad_collapse *plan)
{
  dryad_free(plan->allocator, plan->roles, plan->role_count, 1);
  dryad_free(plan->allocator, plan->owners, plan->count, sizeof *plan->owners);
  dryad_bits_deinit(&plan->has_dict);
  dryad_column_free(&plan->instances, plan->allocator, 2 * sizeof(dryad_id));
  pthread_mutex_destroy(&plan->mutex);
  *plan = (dryad_collapse){.allocator = plan->allocator};
}

bool dryad_collapse_may_own(const dryad_collapse *plan, uint32_t type, uint64_t ref_count)
{
  unsigned roles = plan->roles[type];
  return !(roles & ROLE_NEVER_OWNS) && (ref_count == 2 || (ref_count == 1 && roles & ROLE_MODULE));
}

static unsigned roles_of(const dryad_collapse *plan, dryad_id id) { return plan->roles[plan->types[id]]; }

static bool is_class_of(const dryad_collapse *plan, dryad_id class, dryad_id object)
{
  if (roles_of(plan, class) & ROLE_TYPE) return true;
  dryad_text name = dryad_store_name(plan->store, plan->labels[class]);
  return dryad_text_equal(name, dryad_store_type_name(plan->store, plan->types[object]));
}

/* The dict that the object claims by the rules of collapse.h, DRYAD_NONE: none. */
static dryad_id dict_of(const dryad_collapse *plan, dryad_id id, const dryad_id *refs, uint64_t ref_count)
{
  dryad_id first = refs[0];
  if (first == DRYAD_NONE) return DRYAD_NONE;
  if (ref_count == 1) return roles_of(plan, first) & ROLE_DICT ? first : DRYAD_NONE;
  dryad_id second = refs[1];
  if (second == DRYAD_NONE) return DRYAD_NONE;
  if (roles_of(plan, first) & ROLE_DICT) return is_class_of(plan, second, id) ? first : DRYAD_NONE;
  bool old_style = roles_of(plan, id) & ROLE_INSTANCE && roles_of(plan, first) & ROLE_CLASSOBJ;
  return old_style && roles_of(plan, second) & ROLE_DICT ? second : DRYAD_NONE;
}

static dryad_status note_instance(dryad_collapse *plan, dryad_id id, dryad_id class, dryad_error *error)
{
  pthread_mutex_lock(&plan->mutex);
  bool ok = dryad_column_reserve(&plan->instances, plan->allocator, plan->instance_count + 1, 2 * sizeof(dryad_id));
  if (ok) {
    dryad_id *pair = (dryad_id *)plan->instances.data + 2 * plan->instance_count++;
    pair[0] = id;
    pair[1] = class;
  }
  pthread_mutex_unlock(&plan->mutex);
  return ok ? DRYAD_OK : dryad_fail_memory(error);
}

dryad_status dryad_collapse_claim(dryad_collapse *plan, dryad_id id, const dryad_id *refs, uint64_t ref_count,
                                  dryad_error *error)
{
  DRYAD_ASSERT(id < plan->count && dryad_collapse_may_own(plan, plan->types[id], ref_count));
  dryad_id dict = dict_of(plan, id, refs, ref_count);
  if (dict == DRYAD_NONE) return DRYAD_OK;
  dryad_id nobody = DRYAD_NONE;
  if (!__atomic_compare_exchange_n(&plan->owners[dict], &nobody, id, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED))
    __atomic_store_n(&plan->owners[dict], CONTESTED, __ATOMIC_RELAXED);
  bool old_style = ref_count == 2 && dict != refs[0];
  return old_style ? note_instance(plan, id, refs[0], error) : DRYAD_OK;
}

void dryad_collapse_settle(dryad_collapse *plan)
{
  for (dryad_id id = 0; id < plan->count; id++) {
    if (plan->owners[id] == DRYAD_NONE) continue;
    if (plan->owners[id] == CONTESTED) {
      plan->owners[id] = DRYAD_NONE;
      continue;
    }
    dryad_bits_set(&plan->has_dict, plan->owners[id]);
    plan->collapsed++;
  }
}

static dryad_status rename_instances(const dryad_collapse *plan, uint32_t *types, dryad_error *error)
{
  const dryad_id *pairs = plan->instances.data;
  dryad_status status = DRYAD_OK;
  for (uint64_t i = 0; i < plan->instance_count && !status; i++) {
    dryad_id instance = pairs[2 * i], class = pairs[2 * i + 1];
    dryad_text name = dryad_store_label_text(plan->store, plan->labels[class]);
    if (!dryad_bits_get(&plan->has_dict, instance) || name.length == 0) continue;
    status = dryad_store_type(plan->store, name.data, name.length, &types[instance], error);
  }
  return status;
}

dryad_status dryad_collapse_apply(const dryad_collapse *plan, uint32_t *types, uint32_t *sizes, uint32_t *ref_counts,
                                  dryad_error *error)
{
  for (dryad_id dict = 0; dict < plan->count; dict++) {
    dryad_id owner = plan->owners[dict];
    if (owner == DRYAD_NONE) continue;
    uint64_t size =
        dryad_add_sizes(dryad_store_widen(plan->store, sizes[owner]), dryad_store_widen(plan->store, sizes[dict]));
    dryad_status status = dryad_store_narrow(plan->store, size, &sizes[owner], error);
    if (status) return status;
    ref_counts[owner] = ref_counts[dict] + ref_counts[owner] - 1;
  }
  return rename_instances(plan, types, error);
}

void dryad_collapse_number(const dryad_collapse *plan, dryad_id *final)
{
  dryad_id next = 0;
  for (dryad_id id = 0; id < plan->count; id++)
    if (!dryad_collapse_goes(plan, id)) final[id] = next++;
  for (dryad_id id = 0; id < plan->count; id++)
    if (dryad_collapse_goes(plan, id)) final[id] = final[plan->owners[id]];
}
