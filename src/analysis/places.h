/* SPDX-License-Identifier: MIT */
/*
 * Places: where the objects of several heaps are, in terms that the heaps share.
 *
 * An object's place is its class and the way to it from a module, a thread or another root. Indexes and the keys of
 * large dicts count as equal, so the members of a list are at one place, and a chain or a tree is at as many places as
 * it has kinds of links. Each object that roots reach has one place: that of a shortest way, where ways from modules
 * count as two steps shorter than others. Between equally short ways a hash of the way decides, never an address, so
 * two processes that run one program have equal places.
 */
#ifndef DRYAD_ANALYSIS_PLACES_H
#define DRYAD_ANALYSIS_PLACES_H

#include "analysis/roots.h"
#include "base/key_table.h"
#include "runtime/classes.h"
#include "runtime/runtime.h"

typedef struct dryad_place {
  uint32_t above;   /* the place that refers to it, lower than its own number; DRYAD_NONE: it is where a way starts */
  uint32_t heap;    /* the number of the heap that has the example */
  dryad_id example; /* an object at this place */
  bool is_item;     /* its objects are items, or values of equal keys, of those above */
  bool joins_keys;  /* the keys of its objects count as equal */
  bool is_chain;    /* some of its objects refer to others of it as they are referred to themselves */
  uint64_t edge;    /* a hash of the reference to it */
  uint64_t type;    /* a hash of its class */
  uint64_t way;     /* a hash of all three for it and all places above */
} dryad_place;

typedef struct dryad_places {
  const dryad_allocator *allocator;
  dryad_key_table numbers;
  dryad_column all; /* dryad_place[numbers.count] */
  uint32_t heaps;   /* heaps placed so far */
} dryad_places;

/* The places of the objects of one heap. */
typedef struct dryad_placing {
  const dryad_allocator *allocator;
  uint32_t count;    /* objects of the heap */
  uint32_t reached;  /* entries of `order` */
  dryad_id *order;   /* reached (a block of `count`): nearest first */
  dryad_id *holders; /* count: the object by which it is reached; itself: a start; DRYAD_NONE: not reached */
  uint32_t *places;  /* count: DRYAD_NONE: not reached */
} dryad_placing;

/* All zero but the allocator is empty. */
void dryad_places_deinit(dryad_places *places);

static inline const dryad_place *dryad_place_at(const dryad_places *places, uint32_t number)
{
  DRYAD_ASSERT(number < places->numbers.count);
  return &((const dryad_place *)places->all.data)[number];
}

/* Adds the places of a heap. The first heap that has a place decides whether its keys count as equal. O(objects +
   references); 13 bytes an object. */
dryad_status dryad_places_add(dryad_places *places, dryad_placing *out, const dryad_graph *graph,
                              const dryad_roots *roots, const dryad_classes *classes, dryad_progress progress,
                              dryad_error *error);
void dryad_placing_deinit(dryad_placing *placing); /* all zero is allowed */

#endif
