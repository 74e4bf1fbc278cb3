/* SPDX-License-Identifier: MIT */
#include "base/parallel.h"

#include <pthread.h>
#include <unistd.h>

typedef struct share {
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

static void *start(void *argument)
{
  share *s = argument;
  s->run(s->context, s->index);
  return NULL;
}

void dryad_parallel(unsigned threads, void (*run)(void *context, unsigned index), void *context)
{
  share shares[DRYAD_MAX_THREADS];
  for (unsigned i = 1; i < threads; i++) {
    shares[i] = (share){.run = run, .context = context, .index = i};
    shares[i].started = pthread_create(&shares[i].thread, NULL, start, &shares[i]) == 0;
  }
  run(context, 0);
  for (unsigned i = 1; i < threads; i++) {
    if (shares[i].started)
      pthread_join(shares[i].thread, NULL);
    else
      run(context, i);
  }
}
