/* SPDX-License-Identifier: MIT */
/*
 * The index: a loaded heap on disk, opened in constant time. See formats/index/index_layout.h for how it lies there and
 * base/demand_memory.h for how it gets into memory. Nothing in the file is trusted: its header and directory are
 * checked at opening, each block when it is first touched.
 */
#ifndef DRYAD_FORMATS_INDEX_INDEX_H
#define DRYAD_FORMATS_INDEX_INDEX_H

#include "formats/reader.h"

#define DRYAD_INDEX_ENDING ".dryad" /* of an index's name */

/* How the heap of an index was loaded. */
typedef struct dryad_index_origin {
  bool is_known;   /* from a file with these facts */
  bool is_raw;     /* instances and their dicts apart */
  bool is_changed; /* by the user since */
  int python;      /* as it was asked for: 2, 3, or 0 */
  uint64_t size;   /* bytes of the dump's file */
  int64_t time;    /* of its last change, seconds */
  uint64_t hash;   /* of its ends */
} dryad_index_origin;

/* Opens the file for an index: as dryad_sink_open, but an index of the same dump is replaced without `force`. That is
   one of whatever version whose path says so (`dump` and DRYAD_INDEX_ENDING), or one whose header says that it is of a
   dump with the facts of `origin`. `dump` NULL: of none in a file. */
dryad_status dryad_index_create(dryad_sink **out, const char *path, const char *dump, const dryad_index_origin *origin,
                                const dryad_sink_options *options, const dryad_allocator *allocator,
                                dryad_error *error);
/* Writes the heap as it stands, with the roots and dominators that were asked for; not pins and marks. The sink is
   freed in any case. `is_changed` of the origin is taken as whether it was so before. O(heap). */
dryad_status dryad_index_write(dryad_heap *heap, dryad_sink *sink, const dryad_index_origin *origin,
                               dryad_progress progress, dryad_error *error);

/* Opens an index as a heap whose path is `name`. O(file size / 12 Ki), which is well under a millisecond a gigabyte.
   DRYAD_FORMAT where the file is no index, of another version, or wrong where that is seen at once. The allocator is
   one of dryad.h, NULL: the library's own. The caller frees *out; `origin` may be NULL. */
dryad_status dryad_index_open(dryad_heap **out, dryad_index_origin *origin, const char *path, const char *name,
                              const dryad_allocator *allocator, dryad_progress progress, dryad_error *error);
/* Indexes whose path says so are opened for themselves. */
extern const dryad_reader dryad_index_reader;
/* Opens an index for itself. DRYAD_FORMAT also where its heap is not as the options want it; NULL: all defaults. */
dryad_status dryad_index_load(dryad_heap **out, dryad_index_origin *origin, const char *path,
                              const dryad_load_options *options, dryad_error *error);
/* Whether a path says that it is an index's. */
bool dryad_index_is_path(const char *path);
/* Whether a file starts as an index does, of whatever version and however damaged. */
bool dryad_index_is_one(const char *path);

#endif
