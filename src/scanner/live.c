/* SPDX-License-Identifier: MIT */
#include "live.h"

#include "interpreters.h"
#include "stop_world.h"

#include <errno.h>
#include <time.h>

enum { CONTINUE, END };                            /* results of visitors */
enum { ATTEMPTS = 2000, PAUSE = 5 * 1000 * 1000 }; /* for GILs to be free: ten seconds, in nanoseconds */

/* ---- a task */

typedef struct task {
  void (*run)(void *context);
  void *context;
} task;

/* Visits one object only to have the world stopped. */
static int run_once(PyObject *object, void *context)
{
  const task *only = context;
  (void)object;
  only->run(only->context);
  return END;
}

void dryad_live_run(void (*run)(void *context), void *context)
{
  task only = {run, context};
  if (dryad_here.free_threaded)
    dryad_stop_world_visit(run_once, &only);
  else
    run(context);
}

/* ---- a scan */

static void mark_start(dryad_dump *dump, const dryad_start *start)
{
  if (start->object != NULL) dryad_dump_start(dump, start->object);
  for (Py_ssize_t i = 0; start->items != NULL && i < PySequence_Fast_GET_SIZE(start->items); i++)
    dryad_dump_start(dump, PySequence_Fast_GET_ITEM(start->items, i));
}

typedef struct live_scan {
  dryad_dump *dump;
  const dryad_start *start;
  bool begun;
  int error;
} live_scan;

static int begin(live_scan *scan)
{
  mark_start(scan->dump, scan->start);
  return dryad_dump_begin(scan->dump, dryad_interpreters_own(), scan->start->scope);
}

/* The visit does not tell which object is the last, so each of them is followed at once. */
static int scan_from(PyObject *object, void *context)
{
  live_scan *scan = context;
  const dryad_scope scope = scan->start->scope;
  if (!scan->begun) scan->error = begin(scan);
  scan->begun = true;
  if (scope != DRYAD_SCOPE_REFERENCED) dryad_dump_start(scan->dump, object);
  if (scan->error == 0) scan->error = dryad_dump_continue(scan->dump, scope);
  return scan->error != 0 || scope == DRYAD_SCOPE_REFERENCED ? END : CONTINUE;
}

bool dryad_live_still(const dryad_start *start)
{
  return start->scope == DRYAD_SCOPE_REFERENCED || dryad_interpreters_guarded();
}

int dryad_live_scan(dryad_dump *dump, const dryad_start *start)
{
  live_scan scan = {.dump = dump, .start = start};
  if (dryad_here.free_threaded) {
    if (start->scope == DRYAD_SCOPE_ALL) dryad_stop_world_visit(dryad_dump_know, dump);
    dryad_stop_world_visit(scan_from, &scan);
    return scan.error;
  }
  if (!dryad_live_still(start)) return EBUSY; /* by now */
  mark_start(dump, start);
  return dryad_dump_scan(dump, start->scope);
}

/* ---- a copy */

typedef struct live_copy {
  dryad_dump *dump;
  const dryad_start *start;
  dryad_fork *fork;
  const int *keep;
  int error;
} live_copy;

/* A dryad_stop_world_copier. */
static bool make_copy(void *context)
{
  live_copy *copy = context;
  bool copied;
  copy->error = dryad_fork_make(copy->fork, copy->keep, &copied);
  if (copied) mark_start(copy->dump, copy->start);
  return copied;
}

static int mark(PyObject *object, void *context)
{
  const live_copy *copy = context;
  if (copy->start->scope == DRYAD_SCOPE_REFERENCED) return END;
  dryad_dump_start(copy->dump, object);
  return CONTINUE;
}

/* Makes the copy while the GILs of other interpreters are free. */
static int copy_others(dryad_fork *fork, dryad_fork_job job, void *context, const int keep[DRYAD_FORK_KEEPS])
{
  for (int i = 0; i < ATTEMPTS; i++) {
    if (dryad_interpreters_hold()) {
      int error = dryad_fork_start(fork, job, context, keep);
      dryad_interpreters_release();
      return error;
    }
    const struct timespec pause = {.tv_nsec = PAUSE};
    Py_BEGIN_ALLOW_THREADS nanosleep(&pause, NULL);
    Py_END_ALLOW_THREADS
  }
  return EBUSY;
}

int dryad_live_copy(dryad_dump *dump, const dryad_start *start, dryad_fork *fork, dryad_fork_job job, void *context,
                    const int keep[DRYAD_FORK_KEEPS])
{
  if (!dryad_here.free_threaded) {
    mark_start(dump, start);
    return dryad_live_still(start) ? dryad_fork_start(fork, job, context, keep) : copy_others(fork, job, context, keep);
  }
  live_copy copy = {.dump = dump, .start = start, .fork = fork, .keep = keep};
  bool known;
  if (dryad_stop_world_copy(make_copy, mark, &copy, &known))
    dryad_fork_end(fork, copy.error == 0 ? job(context) : (dryad_fork_result){.error = copy.error});
  return known ? copy.error : EPROTO;
}
