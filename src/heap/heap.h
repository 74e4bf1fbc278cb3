/* SPDX-License-Identifier: MIT */
/* A heap: the current graph, the ones before it, and the report of how it was loaded. */
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
/* Makes a change, as one step that undo takes back, and takes it over (also when this fails). The functions of
   dryad.h that change a heap do it through this. `told` is for GC (NULL: nobody is told); when it stops the marking,
   the limit of the change becomes the depth reached, so that the same change made again gives the same. */
dryad_status dryad_heap_apply(dryad_heap *heap, dryad_change *change, const dryad_marks_told *told,
                              dryad_change_result *result, dryad_progress progress, dryad_error *error);

/* Gives the current objects the marks of a MARK change, which it takes over (also when this fails): as they were when
   the heap was written, so no step that undo takes back. */
dryad_status dryad_heap_give_marks(dryad_heap *heap, dryad_change *change, dryad_error *error);

/* What undo would take back: the changes since loading, oldest first, each with a number that no other change of this
   heap ever has. Owned by the heap, valid until it is changed. */
uint32_t dryad_heap_change_count(const dryad_heap *heap);
const dryad_change *dryad_heap_change_at(const dryad_heap *heap, uint32_t i, uint64_t *serial);
/* A number that is different after every change, of the roots too: what was asked for before may be gone. */
uint64_t dryad_heap_revision(const dryad_heap *heap);

/* Gives a heap that was just made what is known of its graph, which it takes over; NULL: nothing. */
void dryad_heap_give_answers(dryad_heap *heap, dryad_roots *roots, dryad_dominators *dominators);
/* Whether its objects or roots are other ones than those that were loaded. */
bool dryad_heap_is_changed(const dryad_heap *heap);
/* Whether roots were given to it, and whether something is pinned. */
bool dryad_heap_has_given_roots(const dryad_heap *heap);
bool dryad_heap_has_pins(const dryad_heap *heap);
bool dryad_heap_is_pinned(const dryad_heap *heap, dryad_id id);

/* What was asked for already, at no cost; NULL: it was not. */
const dryad_roots *dryad_heap_known_roots(const dryad_heap *heap);
const dryad_dominators *dryad_heap_known_dominators(const dryad_heap *heap);
/* Those too that came from an index and nobody asked for since: to be copied, not followed. */
const dryad_dominators *dryad_heap_kept_dominators(const dryad_heap *heap);

/* What belongs to the current graph, made at the first call and kept as roots are. */
dryad_status dryad_heap_type_index(dryad_heap *heap, const dryad_type_index **out, dryad_error *error);
/* Marks by id, DRYAD_NO_MARK where there is none; NULL: no object has one. */
const int64_t *dryad_heap_marks(const dryad_heap *heap);
/* Those of the current objects that had no referrer when the dump was read (or collapsed as a whole since), in a block
   of *count ids from the graph's allocator. O(objects). */
dryad_status dryad_heap_unreferenced(const dryad_heap *heap, dryad_id **ids, uint64_t *count, dryad_error *error);

/* Bytes held by each array of the current version, by what only earlier ones keep ("history": for undo), and by the
   structures that hold it all together ("rest"). Together all that the allocator gave the heap, apart from a byte for
   each empty block. */
uint32_t dryad_heap_memory(const dryad_heap *heap, dryad_memory_part parts[DRYAD_MEMORY_PARTS]);

#endif
