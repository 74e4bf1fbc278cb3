/* SPDX-License-Identifier: MIT */
#include "intake/segments.h"

#include <stdatomic.h>

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

/* The first thread is the caller's. */
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

dryad_status dryad_for_segments(const dryad_segment *segments, uint64_t count, unsigned threads,
                                dryad_segment_work work, void *context, const dryad_segment_telling *telling,
                                dryad_error *error)
{
  pass p = {.segments = segments, .count = count, .work = work, .context = context, .telling = telling};
  dryad_parallel(telling->pass, count < threads ? (unsigned)count : threads, run, &p);
  dryad_status status = (dryad_status)atomic_load(&p.status);
  if (status && error) *error = p.error;
  return status;
}
