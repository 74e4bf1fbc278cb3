/* SPDX-License-Identifier: MIT */
#include "watch.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

typedef struct watch {
  dryad_fork fork;
  void (*ended)(void *context, int error);
  void *context;
} watch;

static void *watch_child(void *context)
{
  watch *watched = context;
  dryad_fork_result result;
  while (!dryad_fork_wait(&watched->fork, &result)) {
  }
  watched->ended(watched->context, result.error);
  free(watched);
  return NULL;
}

static int start_thread(watch *watched)
{
  pthread_t thread;
  pthread_attr_t attributes;
  sigset_t all, mask;
  int error = pthread_attr_init(&attributes);
  if (error != 0) return error;
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &mask);
  error = pthread_create(&thread, &attributes, watch_child, watched);
  pthread_sigmask(SIG_SETMASK, &mask, NULL);
  pthread_attr_destroy(&attributes);
  return error;
}

int dryad_watch_start(const dryad_fork *fork, void (*ended)(void *context, int error), void *context)
{
  watch *watched = malloc(sizeof *watched);
  if (watched == NULL) return ENOMEM;
  *watched = (watch){*fork, ended, context};
  int error = start_thread(watched);
  if (error != 0) free(watched);
  return error;
}
