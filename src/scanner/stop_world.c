/* SPDX-License-Identifier: MIT */
#include "stop_world.h"

#include "collector.h"

/* A mutex is a byte, a readers-writer lock a word; waiting threads set a further bit. */
enum { LOCKED = 1, ONE_READER = 4, WAITED_FOR = 2 };

/* Python's state of a stop: for all interpreters in the runtime, after the lock that a stop of one of them holds as a
 * reader; for one in the interpreter. */
typedef struct stop {
  uint8_t mutex, requested, stopped, is_global;
} stop;

enum { AROUND = 256 }; /* bytes by which releases of a version may differ */

typedef struct world_visit {
  dryad_stop_world_copier copy;
  visitproc visit;
  void *context;
  bool called, copied, known;
  char *own_stop;     /* of the interpreter */
  char *all_lock;     /* of the runtime */
  void *interpreters; /* the first of them, while the list is empty */
} world_visit;

/* ---- finding the locks */

static bool is_own_stop(const char *place)
{
  stop found;
  memcpy(&found, place, sizeof found);
  return (found.mutex & ~WAITED_FOR) == LOCKED && found.requested == 1 && found.stopped == 1 && found.is_global == 0;
}

static bool is_all_lock(const char *place)
{
  uintptr_t readers;
  stop found;
  memcpy(&readers, place, sizeof readers);
  memcpy(&found, place + sizeof readers, sizeof found);
  return (readers & ~(uintptr_t)WAITED_FOR) == ONE_READER && found.requested == 0 && found.stopped == 0 &&
         found.is_global == 1;
}

/* The only place near `expected` that looks as it must while this thread has stopped the world; NULL if there is none
 * or more than one. */
static char *find_around(char *expected, bool (*is_it)(const char *place))
{
  char *found = NULL;
  for (char *place = expected - AROUND; place <= expected + AROUND; place += sizeof(void *)) {
    if (!is_it(place)) continue;
    if (found != NULL) return NULL;
    found = place;
  }
  return found;
}

static bool find_locks(world_visit *world)
{
  char *interpreter = (char *)(uintptr_t)dryad_interpreter();
  const uint8_t lock = dryad_field_u8(dryad_runtime(), dryad_here.runtime_interpreters_lock);
  world->interpreters = dryad_field_pointer(dryad_runtime(), dryad_here.runtime_interpreters);
  world->own_stop = find_around(interpreter + dryad_here.world_lock + DRYAD_LAYOUT_MUTEXES, is_own_stop);
  world->all_lock = find_around(dryad_runtime() + dryad_here.runtime_world_lock, is_all_lock);
  return (lock & ~WAITED_FOR) == LOCKED && world->own_stop != NULL && world->all_lock != NULL;
}

/* ---- the copy */

static void set_global(world_visit *world, bool is_global) { world->own_stop[offsetof(stop, is_global)] = is_global; }

/* In the copy: makes everything that the end of the visit touches look as if there were no other threads. If the stop
 * counts as one of all interpreters, that end walks their list, which is emptied for a while. */
static void forget_others(world_visit *world)
{
  const uintptr_t written = LOCKED;
  dryad_runtime()[dryad_here.runtime_interpreters_lock] = LOCKED;
  memcpy(world->all_lock, &written, sizeof written);
  world->own_stop[offsetof(stop, mutex)] = LOCKED;
  set_global(world, true);
  memset(dryad_runtime() + dryad_here.runtime_interpreters, 0, sizeof(void *));
}

static int visit_in_copy(PyObject *object, void *context)
{
  world_visit *world = context;
  if (!world->called) {
    world->called = true;
    world->known = find_locks(world);
    world->copied = world->known && world->copy(world->context);
    if (world->copied) forget_others(world);
  }
  return world->copied && world->visit(object, world->context) == 0;
}

bool dryad_stop_world_copy(dryad_stop_world_copier copy, visitproc visit, void *context, bool *known)
{
  world_visit world = {.copy = copy, .visit = visit, .context = context};
  PyUnstable_GC_VisitObjects(visit_in_copy, &world);
  *known = world.known;
  if (!world.copied) return false;
  set_global(&world, false);
  memcpy(dryad_runtime() + dryad_here.runtime_interpreters, &world.interpreters, sizeof world.interpreters);
  return true;
}

/* ---- the process itself */

typedef struct live_visit {
  visitproc visit;
  void *context;
} live_visit;

/* Python's visitors continue at a nonzero result, in contrast to a visitproc. */
static int visit_live(PyObject *object, void *context)
{
  const live_visit *live = context;
  return live->visit(object, live->context) == 0;
}

void dryad_stop_world_visit(visitproc visit, void *context)
{
  live_visit live = {visit, context};
  PyUnstable_GC_VisitObjects(visit_live, &live);
}
