/* SPDX-License-Identifier: MIT */
/* A heap: the current graph, its earlier versions, and the report of loading. */
#ifndef DRYAD_HEAP_HEAP_H
#define DRYAD_HEAP_HEAP_H

#include "dryad.h"
#include "graph/type_index.h"
#include "heap/change.h"
#include "heap/marks.h"
#include "heap/version.h"

/* Takes over `graph` (its one reference) and copies `report` and `path`. NULL: no memory (graph untouched). */
dryad_heap *dryad_heap_new(const dryad_allocator *allocator, dryad_graph *graph, const dryad_report *report,
                           const char *path);
/* Hands a new heap what its dump says of the process: at most DRYAD_MAX_FACTS bytes, see dryad_heap_facts. Takes over
   the block, which is from the heap's allocator. */
void dryad_heap_give_facts(dryad_heap *heap, char *facts, size_t length);
/* Says that something is missing, and what: a clause such as "edit 1 cannot be repeated", cut to what a report holds.
   The first reason stays. */
void dryad_heap_mark_incomplete(dryad_heap *heap, const char *reason);
/* Applies a change, as one step of undo, and takes it over (also when this fails). All functions of dryad.h that change
   a heap use this. `told` is for GC (NULL: none); when it stops the marking, the limit of the change becomes the depth
   reached, so that applying the change again gives the same result. */
dryad_status dryad_heap_apply(dryad_heap *heap, dryad_change *change, const dryad_marks_told *told,
                              dryad_change_result *result, dryad_progress progress, dryad_error *error);

/* Sets the marks of a MARK change on the current objects, and takes it over (also when this fails). They restore the
   state in which the heap was written, so this is not a step of undo. */
dryad_status dryad_heap_give_marks(dryad_heap *heap, dryad_change *change, dryad_error *error);

/* The changes that undo would revert: those since loading, oldest first, each with a number that is unique in this heap
   forever. Owned by the heap, valid until it is changed. */
uint32_t dryad_heap_change_count(const dryad_heap *heap);
const dryad_change *dryad_heap_change_at(const dryad_heap *heap, uint32_t i, uint64_t *serial);
/* A number that differs after every change, also of the roots: earlier results may be invalid then. */
uint64_t dryad_heap_revision(const dryad_heap *heap);

/* Gives a heap the contents of another one of the same allocator, and the other way round. Neither has been changed. */
void dryad_heap_exchange(dryad_heap *heap, dryad_heap *other);

/* Hands a new heap the known roots and dominators of its graph, which it takes over; NULL: unknown. */
void dryad_heap_give_answers(dryad_heap *heap, dryad_roots *roots, dryad_dominators *dominators);
/* Whether its objects or roots differ from those loaded. */
bool dryad_heap_is_changed(const dryad_heap *heap);
/* Whether roots were given, and whether an object is pinned. */
bool dryad_heap_has_given_roots(const dryad_heap *heap);
bool dryad_heap_has_pins(const dryad_heap *heap);
bool dryad_heap_is_pinned(const dryad_heap *heap, dryad_id id);

/* The results computed so far, at no cost; NULL: not computed. */
const dryad_roots *dryad_heap_known_roots(const dryad_heap *heap);
const dryad_dominators *dryad_heap_known_dominators(const dryad_heap *heap);
/* Like the above, but includes dominators from an index that are not checked yet: copy them, do not follow them. */
const dryad_dominators *dryad_heap_kept_dominators(const dryad_heap *heap);

/* How far the objects are from where ways start; computed at the first call and kept like dominators. */
dryad_status dryad_heap_levels(dryad_heap *heap, const dryad_levels **out, dryad_progress progress, dryad_error *error);
/* The same at no cost; NULL: not computed. */
const dryad_levels *dryad_heap_known_levels(const dryad_heap *heap);

/* The type index of the current graph, made at the first call and kept like roots. */
dryad_status dryad_heap_type_index(dryad_heap *heap, const dryad_type_index **out, dryad_error *error);
/* The classes of the current objects, likewise. */
dryad_status dryad_heap_classes(dryad_heap *heap, const dryad_classes **out, dryad_error *error);
/* Marks by id, DRYAD_NO_MARK for none; NULL: no object has one. */
const int64_t *dryad_heap_marks(const dryad_heap *heap);
/* The current objects that had no referrer when the dump was read (or last collapsed as a whole), in a block of *count
   ids from the graph's allocator. O(objects). */
dryad_status dryad_heap_unreferenced(const dryad_heap *heap, dryad_id **ids, uint64_t *count, dryad_error *error);

/* The bytes of each array of the current version, of what only earlier versions hold ("history": for undo), and of the
   remaining structures ("rest"). Together everything that the allocator gave the heap, except a byte for each empty
   block. */
uint32_t dryad_heap_memory(const dryad_heap *heap, dryad_memory_part parts[DRYAD_MEMORY_PARTS]);

#endif
