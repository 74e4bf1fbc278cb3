#include "watch.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef struct watch {
  dryad_fork fork;
  char *temporary, *path;
} watch;

static watch *new_watch(const dryad_fork *fork, const char *temporary, const char *path)
{
  watch *watched = malloc(sizeof *watched);
  if (watched == NULL) return NULL;
  *watched = (watch){*fork, temporary != NULL ? strdup(temporary) : NULL, path != NULL ? strdup(path) : NULL};
  return watched;
}

static void free_watch(watch *watched)
{
  if (watched == NULL) return;
  free(watched->temporary);
  free(watched->path);
  free(watched);
}

/* There is nobody left to whom an exception could be raised. */
static void report(const watch *watched, int error)
{
  char text[128];
  const char *why = error == ECHILD ? DRYAD_WATCH_KILLED : strerror_r(error, text, sizeof text);
  dprintf(STDERR_FILENO, "dryad.scanner: no dump: %s%s%s\n", watched->path != NULL ? watched->path : "",
          watched->path != NULL ? ": " : "", why);
}

static void *watch_child(void *context)
{
  watch *watched = context;
  dryad_fork_result result;
  while (!dryad_fork_wait(&watched->fork, &result)) {
  }
  if (result.error != 0 && watched->temporary != NULL) unlink(watched->temporary);
  if (result.error != 0) report(watched, result.error);
  free_watch(watched);
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

int dryad_watch_start(const dryad_fork *fork, const char *temporary, const char *path)
{
  watch *watched = new_watch(fork, temporary, path);
  bool whole = watched != NULL && (temporary == NULL) == (watched->temporary == NULL);
  int error = whole ? start_thread(watched) : ENOMEM;
  if (error != 0) free_watch(watched);
  return error;
}
