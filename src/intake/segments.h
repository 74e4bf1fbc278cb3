/* SPDX-License-Identifier: MIT */
/* Passes over all segments of the batches, shared among threads. */
#ifndef DRYAD_INTAKE_SEGMENTS_H
#define DRYAD_INTAKE_SEGMENTS_H

#include "intake/batch.h"

/* Whether the segments cover all records of the batches exactly once, and none is empty; for assertions. */
bool dryad_segments_are_whole(const dryad_segment *segments, uint64_t count, const dryad_batch *batches,
                              uint32_t batch_count);

/* Called once for each segment, on any thread, concurrently with others. */
typedef dryad_status (*dryad_segment_work)(void *context, const dryad_segment *segment, unsigned thread,
                                           dryad_error *error);

/* The progress that a pass reports, on the caller's thread: `before` plus the segments begun, of `total`. */
typedef struct dryad_segment_telling {
  dryad_progress progress;
  const char *stage, *pass; /* `pass`: its name in traces */
  uint64_t before, total;
} dryad_segment_telling;

/* Stops early at the first failure, or when it is cancelled, and returns that status. */
dryad_status dryad_for_segments(const dryad_segment *segments, uint64_t count, unsigned threads,
                                dryad_segment_work work, void *context, const dryad_segment_telling *telling,
                                dryad_error *error);

#endif
