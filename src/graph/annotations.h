/* SPDX-License-Identifier: MIT */
/*
 * What a dump says about some objects only: names of references, and which objects the runtime itself holds. Graphs
 * share unchanged annotations; a graph whose dump has none has none.
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
  dryad_text_ref *names; /* parallel to `named`: texts of the store */
  bool has_roots;        /* the dump says what the process knew: these are the roots, although none may be left */
  uint32_t root_count;
  dryad_id *roots;        /* root_count, ascending and distinct; also what is counted more often than referred to */
  unsigned char *reasons; /* parallel to `roots`: dryad_root_reason */
} dryad_annotations;

dryad_annotations *dryad_annotations_retain(dryad_annotations *annotations); /* NULL is allowed, here and below */
void dryad_annotations_release(dryad_annotations *annotations);
/* Bytes of their arrays, without the struct itself. */
uint64_t dryad_annotations_bytes(const dryad_annotations *annotations);
/* The index of the first name of a reference of `id` from `position` on; else of a later object's, or name_count. O(log
   names). */
uint64_t dryad_annotations_seek(const dryad_annotations *annotations, dryad_id id, uint64_t position);
/* What the dump says of an object; DRYAD_ROOT_NONE: no root. O(log roots). */
dryad_root_reason dryad_annotations_root(const dryad_annotations *annotations, dryad_id id);
/* The name of a reference; DRYAD_NO_TEXT: none. O(log names). */
dryad_text_ref dryad_annotations_name(const dryad_annotations *annotations, dryad_id id, uint64_t position);

/* ---- making ------------------------------------------------------------------------------------ */

/* Collects names and roots in any order. */
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
/* Makes room for this many names at once, which is faster than growing. Like the next two, false if out of memory. */
bool dryad_annotations_expect(dryad_annotations_builder *builder, uint64_t names);
/* Of several names of a reference, the first counts. */
bool dryad_annotations_add_name(dryad_annotations_builder *builder, dryad_id id, uint64_t position,
                                dryad_text_ref name);
/* If an object and a part folded into it are both roots, the object's own reason counts. */
bool dryad_annotations_add_root(dryad_annotations_builder *builder, dryad_id id, bool is_part,
                                dryad_root_reason reason);
/* *out is NULL if there is nothing: no name, and no statement about roots. O(names + roots). */
dryad_status dryad_annotations_finish(dryad_annotations **out, dryad_annotations_builder *builder, dryad_error *error);

/* How a graph made from another differs from it. */
typedef struct dryad_annotations_move {
  void *context;
  /* Finds the new object and position of a reference; false: it was removed, or never existed, as in a damaged
     index. */
  bool (*reference)(void *context, dryad_id *id, uint64_t *position);
  /* The new id of an object, or of the one that it was folded into; DRYAD_NONE: it was removed. */
  dryad_id (*object)(void *context, dryad_id id, bool *is_part);
  /* Adds names that the other graph does not have. NULL: there are none. */
  dryad_status (*add)(void *context, dryad_annotations_builder *builder, dryad_error *error);
} dryad_annotations_move;

/* Makes the annotations of the new graph; `annotations` may be NULL. Asks for each name and each root once, in
   ascending order. */
dryad_status dryad_annotations_moved(dryad_annotations **out, const dryad_annotations *annotations,
                                     const dryad_annotations_move *move, const dryad_allocator *allocator,
                                     dryad_error *error);

#endif
