/* SPDX-License-Identifier: MIT */
/*
 * What a dump says of few objects beside what every object has: names of references, and objects that the runtime
 * itself holds. Graphs share it where it did not change; one whose dump says nothing has none.
 */
#ifndef DRYAD_GRAPH_ANNOTATIONS_H
#define DRYAD_GRAPH_ANNOTATIONS_H

#include "base/memory.h"
#include "dryad.h"
#include "graph/string_pool.h"

typedef struct dryad_annotations {
  const dryad_allocator *allocator;
  uint32_t references;
  uint64_t name_count;
  uint64_t *named;       /* name_count, ascending and distinct: the object's id << 32 | the position of its reference */
  dryad_text_ref *names; /* beside these: texts of the store */
  bool has_roots;        /* the dump says what is a root; there may be none left */
  uint32_t root_count;
  dryad_id *roots;        /* root_count, ascending and distinct */
  unsigned char *reasons; /* beside these: a dryad_root_reason each */
} dryad_annotations;

dryad_annotations *dryad_annotations_retain(dryad_annotations *annotations); /* NULL is allowed, here and below */
void dryad_annotations_release(dryad_annotations *annotations);
/* What they take in memory, themselves left out. */
uint64_t dryad_annotations_bytes(const dryad_annotations *annotations);
/* The name of a reference; DRYAD_NO_TEXT: it has none. O(log names). */
dryad_text_ref dryad_annotations_name(const dryad_annotations *annotations, dryad_id id, uint64_t position);

/* ---- making ------------------------------------------------------------------------------------ */

/* Takes names and roots in any order. */
typedef struct dryad_annotations_builder {
  const dryad_allocator *allocator;
  bool has_roots;
  dryad_column named, names; /* uint64_t, dryad_text_ref[name_count] */
  dryad_column roots;        /* uint64_t[root_count]: id << 1 | is_part */
  dryad_column reasons;      /* uint32_t[root_count] */
  uint64_t name_count, root_count;
} dryad_annotations_builder;

void dryad_annotations_builder_init(dryad_annotations_builder *builder, const dryad_allocator *allocator);
void dryad_annotations_builder_deinit(dryad_annotations_builder *builder);
/* Both false: no memory. A reference is named once. */
bool dryad_annotations_add_name(dryad_annotations_builder *builder, dryad_id id, uint64_t position,
                                dryad_text_ref name);
/* Where an object and a part that it took over are roots, it is one for its own reason. */
bool dryad_annotations_add_root(dryad_annotations_builder *builder, dryad_id id, bool is_part,
                                dryad_root_reason reason);
/* *out is NULL where there is nothing: no name, and nobody said what is a root. O(names + roots). */
dryad_status dryad_annotations_finish(dryad_annotations **out, dryad_annotations_builder *builder, dryad_error *error);

/* How a graph made from another one differs from it. */
typedef struct dryad_annotations_move {
  void *context;
  /* Where a reference of the object went: its new object and position; false: it is gone, or there is none there, as
     in a damaged index. */
  bool (*reference)(void *context, dryad_id *id, uint64_t *position);
  /* The new id of an object, or of the one that it became a part of; DRYAD_NONE: it is gone. */
  dryad_id (*object)(void *context, dryad_id id, bool *is_part);
} dryad_annotations_move;

/* Those of the other graph, from these. Each name and each root is asked for once, in ascending order. */
dryad_status dryad_annotations_moved(dryad_annotations **out, const dryad_annotations *annotations,
                                     const dryad_annotations_move *move, const dryad_allocator *allocator,
                                     dryad_error *error);

#endif
