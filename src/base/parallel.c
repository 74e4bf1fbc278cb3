/* SPDX-License-Identifier: MIT */
#include "base/parallel.h"

#include <pthread.h>
#include <unistd.h>

#include "base/assert.h"
#include "base/trace.h"

typedef struct share {
  const char *stage;
  void (*run)(void *context, unsigned index);
  void *context;
  unsigned index;
  bool started;
  pthread_t thread;
} share;

unsigned dryad_thread_count(unsigned wanted)
{
  long processors = wanted ? (long)wanted : sysconf(_SC_NPROCESSORS_ONLN);
  if (processors < 1) return 1;
  return processors > DRYAD_MAX_THREADS ? DRYAD_MAX_THREADS : (unsigned)processors;
}

static void run_share(const share *s)
{
  dryad_trace_stage stage = dryad_trace_begin(s->stage);
  s->run(s->context, s->index);
  DRYAD_TRACE_END(stage, {"thread", .number = s->index});
}

static void *start(void *argument)
{
  run_share(argument);
  return NULL;
}

void dryad_parallel(const char *stage, unsigned threads, void (*run)(void *context, unsigned index), void *context)
{
  DRYAD_ASSERT(stage && run);
  DRYAD_ASSERT(threads >= 1 && threads <= DRYAD_MAX_THREADS);
  share shares[DRYAD_MAX_THREADS];
  for (unsigned i = 0; i < threads; i++) {
    shares[i] = (share){.stage = stage, .run = run, .context = context, .index = i};
    shares[i].started = i > 0 && pthread_create(&shares[i].thread, NULL, start, &shares[i]) == 0;
  }
  run_share(&shares[0]);
  for (unsigned i = 1; i < threads; i++) {
    if (shares[i].started)
      pthread_join(shares[i].thread, NULL);
    else
      run_share(&shares[i]);
  }
}
