/* SPDX-License-Identifier: MIT */
/*
 * The index: a loaded heap on disk, opened in constant time. See formats/index/index_layout.h for its layout on disk
 * and base/demand_memory.h for how it gets into memory. Nothing in the file is trusted: its header and directory are
 * checked at opening, each block when it is first touched.
 */
#ifndef DRYAD_FORMATS_INDEX_INDEX_H
#define DRYAD_FORMATS_INDEX_INDEX_H

#include <sys/types.h>

#include "formats/reader.h"

#define DRYAD_INDEX_ENDING ".dryad" /* the ending of an index's name */

/* How the heap of an index was loaded. */
typedef struct dryad_index_origin {
  bool is_known;   /* loaded from a file with these facts */
  bool is_raw;     /* instances and their dicts kept apart */
  bool is_changed; /* changed by the user since */
  int python;      /* as requested: 2, 3, or 0 */
  size_t max_text; /* bytes that were kept of a text; 0: unknown */
  uint64_t size;   /* bytes of the dump's file */
  int64_t time;    /* of its last modification, in nanoseconds */
  uint64_t hash;   /* of its beginning and end */
} dryad_index_origin;

/* Opens the file for an index: like dryad_sink_open, but an index of the same dump is replaced without `force`. An
   index belongs to the same dump if its path says so (`dump` followed by DRYAD_INDEX_ENDING), whatever its version, or
   if its header records a dump with the facts of `origin`. `dump` NULL: not loaded from a file. DRYAD_IO if it would
   replace the dump. */
dryad_status dryad_index_create(dryad_sink **out, const char *path, const char *dump, const dryad_index_origin *origin,
                                const dryad_sink_options *options, const dryad_allocator *allocator,
                                dryad_error *error);
/* Writes the heap as it stands, with the roots and dominators computed so far, without pins and marks. Frees the sink
   in any case. `is_changed` of the origin says whether the heap was changed before it was loaded. O(heap). */
dryad_status dryad_index_write(dryad_heap *heap, dryad_sink *sink, const dryad_index_origin *origin,
                               dryad_progress progress, dryad_error *error);

/* Opens an index as a heap whose path is `name`. O(file size / 12 Ki), which is well under a millisecond per gigabyte.
   DRYAD_FORMAT if the file is not an index, has another version, or is damaged in its header or directory. The
   allocator is one of dryad.h; NULL: the library's own. The caller frees *out; `origin` may be NULL. */
dryad_status dryad_index_open(dryad_heap **out, dryad_index_origin *origin, const char *path, const char *name,
                              const dryad_allocator *allocator, dryad_progress progress, dryad_error *error);
/* The same for an open file, which the heap takes over; it is closed on failure. `path` is for messages. */
dryad_status dryad_index_open_file(dryad_heap **out, dryad_index_origin *origin, int file, const char *path,
                                   const char *name, const dryad_allocator *allocator, dryad_progress progress,
                                   dryad_error *error);
/* Opens an index beside a dump that belongs to `owner`. DRYAD_FORMAT also if somebody else may have put it there: it
   does not belong to that user, the caller or root, or a link on the way to it is not to be trusted
   (scanner/shared/safe_path.h). */
dryad_status dryad_index_open_beside(dryad_heap **out, dryad_index_origin *origin, const char *path, const char *name,
                                     uid_t owner, const dryad_allocator *allocator, dryad_progress progress,
                                     dryad_error *error);
/* The reader for indexes that are loaded by their own path. */
extern const dryad_reader dryad_index_reader;
/* Opens an index by its own path. DRYAD_FORMAT also if its heap does not match the options; NULL: all defaults. */
dryad_status dryad_index_load(dryad_heap **out, dryad_index_origin *origin, const char *path,
                              const dryad_load_options *options, dryad_error *error);
/* Whether a path has the ending of an index. */
bool dryad_index_is_path(const char *path);
/* Whether a file starts like an index, of any version and however damaged. */
bool dryad_index_is_one(const char *path);

#endif
