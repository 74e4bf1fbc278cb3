/* SPDX-License-Identifier: MIT */
#include "session.h"

#include <stdio.h>

#include "measure.h"

bool session_failed(const dryad_error *error)
{
  fprintf(stderr, "%s\n", error->text);
  return false;
}

bool session_open(session *out, const char *path, const dryad_allocator *allocator)
{
  dryad_error error;
  dryad_load_options options = {.size = sizeof options, .threads = 2, .allocator = allocator};
  *out = (session){0};
  double start = seconds_now();
  if (dryad_heap_load(&out->heap, path, &options, &error)) return session_failed(&error);
  double loaded = seconds_now();
  if (dryad_heap_roots(out->heap, &out->roots, (dryad_progress){0}, &error)) {
    session_close(out);
    return session_failed(&error);
  }
  out->roots_seconds = seconds_now() - loaded;
  out->load_seconds = loaded - start;
  out->graph = dryad_heap_graph(out->heap);
  return true;
}

void session_close(session *opened)
{
  dryad_heap_free(opened->heap);
  opened->heap = NULL;
}

bool session_load_seconds(const char *path, void *seconds)
{
  session opened;
  if (!session_open(&opened, path, NULL)) return false;
  *(double *)seconds = opened.load_seconds;
  session_close(&opened);
  return true;
}
