/* SPDX-License-Identifier: MIT */
#include "intake/segments.h"

#include <stdatomic.h>

#include "base/assert.h"
#include "base/error.h"
#include "base/parallel.h"
#include "base/progress.h"

typedef struct pass {
  const dryad_segment *segments;
  uint64_t count;
  dryad_segment_work work;
  void *context;
  const dryad_segment_telling *telling;
  atomic_uint_fast64_t next;
  atomic_int status;
  dryad_error error; /* written by the one thread that changes `status` */
} pass;

/* The first thread, the caller's, reports progress. */
static dryad_status tell(const pass *p, uint64_t next, unsigned thread, dryad_error *error)
{
  const dryad_segment_telling *t = p->telling;
  if (thread > 0 || !dryad_progress_tell(&t->progress, t->stage, t->before + next, t->total)) return DRYAD_OK;
  return dryad_fail_cancelled(error);
}

static void run(void *context, unsigned thread)
{
  pass *p = context;
  while (atomic_load(&p->status) == DRYAD_OK) {
    uint64_t next = atomic_fetch_add(&p->next, 1);
    if (next >= p->count) return;
    dryad_error error = {0};
    dryad_status status = tell(p, next, thread, &error);
    if (!status) status = p->work(p->context, &p->segments[next], thread, &error);
    int ok = DRYAD_OK;
    if (status && atomic_compare_exchange_strong(&p->status, &ok, (int)status)) p->error = error;
  }
}

bool dryad_segments_are_whole(const dryad_segment *segments, uint64_t count, const dryad_batch *batches,
                              uint32_t batch_count)
{
  uint64_t records = 0, held = 0;
  for (uint64_t i = 0; i < count; i++) {
    const dryad_segment *s = &segments[i];
    if (s->batch >= batch_count || s->count == 0) return false;
    const dryad_batch *batch = &batches[s->batch];
    if (s->first > batch->count || s->count > batch->count - s->first || s->first_ref > batch->ref_count) return false;
    records += s->count;
  }
  for (uint32_t p = 0; p < batch_count; p++) held += batches[p].count;
  return records == held;
}

dryad_status dryad_for_segments(const dryad_segment *segments, uint64_t count, unsigned threads,
                                dryad_segment_work work, void *context, const dryad_segment_telling *telling,
                                dryad_error *error)
{
  DRYAD_ASSERT(work && telling && threads >= 1);
  pass p = {.segments = segments, .count = count, .work = work, .context = context, .telling = telling};
  if (count == 0) return DRYAD_OK;
  dryad_parallel(telling->pass, count < threads ? (unsigned)count : threads, run, &p);
  dryad_status status = (dryad_status)atomic_load(&p.status);
  if (status && error) *error = p.error;
  return status;
}
