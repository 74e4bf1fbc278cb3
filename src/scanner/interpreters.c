/* SPDX-License-Identifier: MIT */
#include "interpreters.h"

#include "collector.h"

static const void *next_in_list(const void *interpreter)
{
  return dryad_field_pointer(interpreter, dryad_here.interp_next);
}

/* The first one from here on that is no main interpreter and has modules. */
static const void *started(const void *interpreter)
{
  while (interpreter != NULL &&
         (next_in_list(interpreter) == NULL || dryad_field_pointer(interpreter, dryad_here.interp_modules) == NULL))
    interpreter = next_in_list(interpreter);
  return interpreter;
}

const void *dryad_interpreters_first(void) { return dryad_interpreter(); }

const void *dryad_interpreters_next(const void *interpreter)
{
  bool is_main = next_in_list(interpreter) == NULL; /* the oldest is last */
  return started(is_main ? dryad_field_pointer(dryad_runtime(), dryad_here.runtime_interpreters)
                         : next_in_list(interpreter));
}

const void *dryad_interpreters_own(void)
{
  return dryad_field_pointer(PyThreadState_Get(), dryad_here.thread_interpreter);
}

uint64_t dryad_interpreters_number(const void *interpreter)
{
  return (uint64_t)dryad_field_size(interpreter, dryad_here.interp_id);
}

static const void *gil_of(const void *interpreter)
{
  return dryad_here.interp_gil != 0 ? dryad_field_pointer(interpreter, dryad_here.interp_gil) : NULL;
}

bool dryad_interpreters_guarded(void)
{
  const void *interpreter = dryad_interpreters_first(), *own = gil_of(dryad_interpreters_own());
  if (dryad_here.free_threaded) return dryad_interpreters_next(interpreter) == NULL;
  for (; interpreter != NULL; interpreter = dryad_interpreters_next(interpreter))
    if (gil_of(interpreter) != own) return false;
  return true;
}

/* ---- other GILs */

static pthread_mutex_t *mutex_of(const void *gil)
{
  return (pthread_mutex_t *)(uintptr_t)dryad_field(gil, dryad_here.gil_mutex);
}

/* The GIL of an interpreter if it is not the calling thread's, nor that of an interpreter before it; else NULL. */
static const void *other_gil(const void *interpreter)
{
  const void *gil = gil_of(interpreter);
  if (gil == gil_of(dryad_interpreters_own())) return NULL;
  for (const void *next = dryad_interpreters_first(); next != interpreter; next = dryad_interpreters_next(next))
    if (gil_of(next) == gil) return NULL;
  return gil;
}

static void release_before(const void *end)
{
  for (const void *next = dryad_interpreters_first(); next != end; next = dryad_interpreters_next(next)) {
    const void *gil = other_gil(next);
    if (gil != NULL) pthread_mutex_unlock(mutex_of(gil));
  }
}

void dryad_interpreters_release(void) { release_before(NULL); }

bool dryad_interpreters_hold(void)
{
  if (dryad_here.free_threaded) return false;
  for (const void *next = dryad_interpreters_first(); next != NULL; next = dryad_interpreters_next(next)) {
    const void *gil = other_gil(next);
    if (gil == NULL) continue;
    pthread_mutex_lock(mutex_of(gil)); /* others hold it for a moment only */
    if (dryad_field_u32(gil, dryad_here.gil_locked) == 0) continue;
    pthread_mutex_unlock(mutex_of(gil));
    release_before(next);
    return false;
  }
  return true;
}
