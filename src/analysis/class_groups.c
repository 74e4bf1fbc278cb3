/* SPDX-License-Identifier: MIT */
#include "analysis/class_groups.h"

#include "base/error.h"
#include "base/sort.h"
#include "graph/graph.h"

/* The class of a type's objects that do not tell one of their own. */
static uint32_t class_of_type(const dryad_classes *classes, uint32_t type)
{
  const uint32_t number = classes->type_numbers[type];
  return dryad_class_is_known(classes, number) ? number : classes->shared[number - classes->known_count].number;
}

dryad_status dryad_class_groups_init(dryad_class_groups *groups, const dryad_graph *graph, const dryad_classes *classes,
                                     const dryad_dominators *dominators, dryad_error *error)
{
  DRYAD_ASSERT(classes->graph == graph && dominators->count == graph->count);
  *groups = (dryad_class_groups){.graph = graph, .classes = classes, .dominators = dominators};
  groups->places = dryad_calloc(graph->allocator, classes->count, sizeof *groups->places);
  if (!groups->places) return dryad_fail_memory(error);
  for (uint32_t type = 0; type < classes->type_count; type++)
    if (dryad_start_kind_of(&classes->known, type) == DRYAD_START_MODULE)
      groups->places[class_of_type(classes, type)] = DRYAD_NONE;
  return DRYAD_OK;
}

void dryad_class_groups_deinit(dryad_class_groups *groups)
{
  if (groups->graph) {
    const dryad_allocator *allocator = groups->graph->allocator;
    dryad_free(allocator, groups->places, groups->classes->count, sizeof *groups->places);
    dryad_column_free(&groups->groups, allocator, sizeof(dryad_class_group));
    dryad_column_free(&groups->sorted, allocator, sizeof(uint32_t));
    dryad_column_free(&groups->members, allocator, sizeof(dryad_class_group_member));
  }
  *groups = (dryad_class_groups){0};
}

static bool add_group(dryad_class_groups *groups, uint32_t class, dryad_id id)
{
  const uint64_t needed = (uint64_t)groups->group_count + 1;
  if (!dryad_column_reserve(&groups->groups, groups->graph->allocator, needed, sizeof(dryad_class_group))) return false;
  ((dryad_class_group *)groups->groups.data)[groups->group_count++] =
      (dryad_class_group){.class = class, .largest = id};
  if (!dryad_class_groups_stand_apart(groups, class)) groups->places[class] = groups->group_count;
  return true;
}

dryad_status dryad_class_groups_add(dryad_class_groups *groups, uint32_t class, dryad_id id, dryad_error *error)
{
  DRYAD_ASSERT_SLOW(class == dryad_class_number(groups->classes, id));
  const bool stands_apart = dryad_class_groups_stand_apart(groups, class);
  if ((groups->places[class] == 0 || stands_apart) && !add_group(groups, class, id)) return dryad_fail_memory(error);
  const uint32_t place = (stands_apart ? groups->group_count : groups->places[class]) - 1;
  const uint64_t needed = groups->member_count + 1;
  if (!dryad_column_reserve(&groups->members, groups->graph->allocator, needed, sizeof(dryad_class_group_member)))
    return dryad_fail_memory(error);
  ((dryad_class_group_member *)groups->members.data)[groups->member_count++] = (dryad_class_group_member){id, place};

  dryad_class_group *group = &((dryad_class_group *)groups->groups.data)[place];
  const uint64_t retained = groups->dominators->retained[id], most = groups->dominators->retained[group->largest];
  if (retained > most || (retained == most && id < group->largest)) group->largest = id;
  group->count++;
  group->size = dryad_add_sizes(group->size, dryad_size(groups->graph, id));
  group->retained = dryad_add_sizes(group->retained, retained);
  return DRYAD_OK;
}

dryad_status dryad_class_groups_sort(dryad_class_groups *groups, dryad_error *error)
{
  const dryad_allocator *allocator = groups->graph->allocator;
  const uint32_t count = groups->group_count;
  const dryad_class_group *unsorted = groups->groups.data;
  uint64_t *keys = dryad_alloc(allocator, count, sizeof *keys);
  uint32_t *places = dryad_alloc(allocator, count, sizeof *places);
  dryad_class_group *sorted = dryad_alloc(allocator, count, sizeof *sorted);
  bool ok = keys && places && sorted && dryad_column_reserve(&groups->sorted, allocator, count, sizeof(uint32_t));
  dryad_status status = ok ? DRYAD_OK : dryad_fail_memory(error);
  for (uint32_t i = 0; i < count && !status; i++) keys[i] = UINT64_MAX - unsorted[i].retained, places[i] = i;
  if (!status) status = dryad_sort(allocator, keys, places, count, error);
  dryad_free(allocator, keys, count, sizeof *keys);
  if (!status) {
    for (uint32_t i = 0; i < count; i++) {
      sorted[i] = unsorted[places[i]];
      ((uint32_t *)groups->sorted.data)[places[i]] = i;
    }
    dryad_column_free(&groups->groups, allocator, sizeof(dryad_class_group));
    groups->groups = (dryad_column){sorted, count};
  } else {
    dryad_free(allocator, sorted, count, sizeof *sorted);
  }
  dryad_free(allocator, places, count, sizeof *places);
  return status;
}

void dryad_class_groups_ids(dryad_class_groups *groups, uint32_t count, dryad_id *out)
{
  dryad_class_group *all = groups->groups.data;
  const dryad_class_group_member *members = groups->members.data;
  const uint32_t *sorted = groups->sorted.data;
  uint64_t written = 0;
  DRYAD_ASSERT(count <= groups->group_count);
  for (uint32_t i = 0; i < count; i++) {
    all[i].first = written;
    written += all[i].count;
  }
  for (uint64_t i = 0; i < groups->member_count; i++) {
    const uint32_t place = sorted[members[i].group];
    if (place < count) out[all[place].first++] = members[i].id;
  }
  for (uint32_t i = 0; i < count; i++) all[i].first -= all[i].count;
}

void dryad_class_groups_clear(dryad_class_groups *groups)
{
  const dryad_class_group *all = groups->groups.data;
  for (uint32_t i = 0; i < groups->group_count; i++)
    if (!dryad_class_groups_stand_apart(groups, all[i].class)) groups->places[all[i].class] = 0;
  groups->group_count = 0;
  groups->member_count = 0;
}

dryad_class_group dryad_class_group_sum(const dryad_class_group *groups, uint32_t count)
{
  dryad_class_group sum = {0};
  for (uint32_t i = 0; i < count; i++) {
    sum.count += groups[i].count;
    sum.size = dryad_add_sizes(sum.size, groups[i].size);
    sum.retained = dryad_add_sizes(sum.retained, groups[i].retained);
  }
  return sum;
}
