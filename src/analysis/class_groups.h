/* SPDX-License-Identifier: MIT */
/* Objects grouped by their class, with what the objects of each group retain. Modules stand apart: each is a group of
   its own, since they are the program, and have nothing in common. */
#ifndef DRYAD_ANALYSIS_CLASS_GROUPS_H
#define DRYAD_ANALYSIS_CLASS_GROUPS_H

#include "analysis/dominators.h"
#include "base/memory.h"
#include "runtime/classes.h"

typedef struct dryad_class_group {
  uint32_t class;
  dryad_id largest;        /* the object that retains most; of several, the one with the lowest id */
  uint64_t count;          /* objects, at least one */
  uint64_t size, retained; /* sums of bytes, at most INT64_MAX */
  uint64_t first;          /* where dryad_class_groups_ids wrote the first of them */
} dryad_class_group;

typedef struct dryad_class_group_member {
  dryad_id id;
  uint32_t group; /* its place before they are sorted */
} dryad_class_group_member;

/* Groups one set of objects after the other. Borrows all that it is made from. */
typedef struct dryad_class_groups {
  const dryad_graph *graph;
  const dryad_classes *classes;
  const dryad_dominators *dominators;
  /* By class: the place of its group, plus one; 0: none; DRYAD_NONE: its objects stand apart. A block of
     classes->count. */
  uint32_t *places;
  dryad_column groups; /* dryad_class_group[group_count]: in the order of their first objects, until they are sorted */
  uint32_t group_count;
  dryad_column sorted;  /* uint32_t[group_count]: the places that the groups had before they were sorted have now */
  dryad_column members; /* dryad_class_group_member[member_count]: in the order in which they were added */
  uint64_t member_count;
} dryad_class_groups;

/* O(classes + types). DRYAD_NO_MEMORY is the only failure of all these functions. */
dryad_status dryad_class_groups_init(dryad_class_groups *groups, const dryad_graph *graph, const dryad_classes *classes,
                                     const dryad_dominators *dominators, dryad_error *error);
void dryad_class_groups_deinit(dryad_class_groups *groups); /* all zero is allowed */

/* Adds an object of a class that was not added yet. O(1). */
dryad_status dryad_class_groups_add(dryad_class_groups *groups, uint32_t class, dryad_id id, dryad_error *error);
/* Whether each object of a class is a group of its own. */
static inline bool dryad_class_groups_stand_apart(const dryad_class_groups *groups, uint32_t class)
{
  DRYAD_ASSERT(class < groups->classes->count);
  return groups->places[class] == DRYAD_NONE;
}
/* When all are added: sorts the groups, those that retain most first, equal ones in the order of their first objects.
   O(groups). */
dryad_status dryad_class_groups_sort(dryad_class_groups *groups, dryad_error *error);
/* After sorting: writes the objects of the first `count` groups one group after the other, each in the order in which
   they were added. O(objects). */
void dryad_class_groups_ids(dryad_class_groups *groups, uint32_t count, dryad_id *out);
/* Removes all objects, for the next set. O(groups). */
void dryad_class_groups_clear(dryad_class_groups *groups);

static inline const dryad_class_group *dryad_class_group_at(const dryad_class_groups *groups, uint32_t place)
{
  DRYAD_ASSERT(place < groups->group_count);
  return &((const dryad_class_group *)groups->groups.data)[place];
}

/* The count, size and retained of all of these. */
dryad_class_group dryad_class_group_sum(const dryad_class_group *groups, uint32_t count);

#endif
