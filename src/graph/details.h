/* SPDX-License-Identifier: MIT */
/*
 * What a dump says about some objects beyond type, size, len and label: a number or a text for each kind of detail.
 *
 * A kind costs nothing where no object has it, else 8 bytes for each object that has it or 4 bytes for each object of
 * the graph, whichever is less; texts and large numbers are in the store. Graphs share unchanged details; a graph
 * whose dump has none has none.
 */
#ifndef DRYAD_GRAPH_DETAILS_H
#define DRYAD_GRAPH_DETAILS_H

#include "base/memory.h"
#include "dryad.h"
#include "graph/annotations.h"

typedef enum dryad_detail_kind {
  DRYAD_DETAIL_REFCOUNT,    /* the interpreter's own count of references: a narrow number, as are all but texts */
  DRYAD_DETAIL_INTERPRETER, /* the number of its interpreter */
  DRYAD_DETAIL_MAPPED,      /* bytes of a mapping that it owns, not part of its size */
  DRYAD_DETAIL_LINE,        /* where a frame, generator, coroutine or task stands */
  DRYAD_DETAIL_FILE,        /* text: the file of that line */
  DRYAD_DETAIL_QUALNAME,    /* text: a type's module and qualified name */
  DRYAD_DETAIL_ALLOCATED,   /* text: where it was allocated, innermost first; a NUL between two sites */
  DRYAD_DETAIL_KINDS
} dryad_detail_kind;

static inline bool dryad_detail_is_text(dryad_detail_kind kind) { return kind >= DRYAD_DETAIL_FILE; }

/* One kind of detail. */
typedef struct dryad_detail {
  uint32_t count;   /* of `values` */
  dryad_id *ids;    /* count, ascending and distinct; NULL: values[id], for all objects of the graph */
  uint32_t *values; /* narrow numbers, or dryad_text_refs; DRYAD_NONE: none */
} dryad_detail;

typedef struct dryad_details {
  const dryad_allocator *allocator;
  uint32_t references;
  dryad_detail kinds[DRYAD_DETAIL_KINDS]; /* all zero: no object has it */
} dryad_details;

dryad_details *dryad_details_retain(dryad_details *details); /* NULL is allowed, here and below */
void dryad_details_release(dryad_details *details);
/* Bytes of their arrays, without the struct itself. */
uint64_t dryad_details_bytes(const dryad_details *details);
/* DRYAD_NONE: the object has none. O(log objects that have one), or O(1). */
uint32_t dryad_details_get(const dryad_details *details, dryad_detail_kind kind, dryad_id id);

/* ---- making ------------------------------------------------------------------------------------ */

/* Collects details in any order. */
typedef struct dryad_details_builder {
  const dryad_allocator *allocator;
  uint32_t objects; /* of the graph */
  struct {
    uint32_t *values;  /* by id; NULL: the kind is collected in `entries` */
    uint64_t *entries; /* room for `room`: the object's id << 32 | the value */
    uint64_t count, room;
  } kinds[DRYAD_DETAIL_KINDS];
} dryad_details_builder;

void dryad_details_builder_init(dryad_details_builder *builder, const dryad_allocator *allocator, uint32_t objects);
void dryad_details_builder_deinit(dryad_details_builder *builder);
/* Makes room for at most `count` values of a kind; called once for it, before they are added. False: no memory. */
bool dryad_details_expect(dryad_details_builder *builder, dryad_detail_kind kind, uint64_t count);
/* Of several values of a kind for an object, the first counts. */
void dryad_details_add(dryad_details_builder *builder, dryad_detail_kind kind, dryad_id id, uint32_t value);
/* Drops the values of a kind that objects in `ids` (by id) have so far. O(values of the kind). */
void dryad_details_drop(dryad_details_builder *builder, dryad_detail_kind kind, const dryad_bits *ids);
/* *out is NULL if there is nothing. O(details). */
dryad_status dryad_details_finish(dryad_details **out, dryad_details_builder *builder, dryad_error *error);

/* Makes the details of a graph of `objects` made from another. An object that was folded into another loses its own,
   and one in `uncounted` (by new id; NULL: none) its reference count. */
dryad_status dryad_details_moved(dryad_details **out, const dryad_details *details, const dryad_annotations_move *move,
                                 const dryad_bits *uncounted, uint32_t objects, const dryad_allocator *allocator,
                                 dryad_error *error);

#endif
