/* SPDX-License-Identifier: MIT */
/* Reporting progress and checking for cancellation, cheaply enough for an inner loop. */
#ifndef DRYAD_BASE_PROGRESS_H
#define DRYAD_BASE_PROGRESS_H

#include "base/assert.h"
#include "dryad.h"

/* DRYAD_OK to go on, DRYAD_CANCELLED to stop. Call it every ten thousand steps or so. */
static inline dryad_status dryad_progress_tell(const dryad_progress *progress, const char *stage, uint64_t done,
                                               uint64_t total)
{
  DRYAD_ASSERT(stage);
  if (!progress || !progress->report || progress->report(progress->context, stage, done, total)) return DRYAD_OK;
  return DRYAD_CANCELLED;
}

#endif
