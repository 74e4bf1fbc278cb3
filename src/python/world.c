#include "world.h"

#include "collector.h"

typedef struct world_visit {
  dryad_world_copier copy;
  visitproc visit;
  void *context;
  bool called, copied;
  char *interpreter;
  void *interpreters; /* the first of them, while there seems to be none */
} world_visit;

enum { LOCKED = 1 };

static void set_byte(char *base, size_t place) { base[place] = LOCKED; }

static void set_global(world_visit *world, bool is_global)
{
  world->interpreter[dryad_here.world_is_global + DRYAD_LAYOUT_MUTEXES] = is_global;
}

/* In the copy: all that the end of the visit comes across is as if nobody else were there. With an interpreter that
 * stands for all of them, the list of all is gone through, which is empty for a while. */
static void forget_others(world_visit *world)
{
  const uintptr_t written = LOCKED;
  set_byte(_PyRuntime, dryad_here.runtime_interpreters_lock);
  memcpy(_PyRuntime + dryad_here.runtime_world_lock, &written, sizeof written);
  set_byte(world->interpreter, dryad_here.world_lock + DRYAD_LAYOUT_MUTEXES);
  set_global(world, true);
  memset(_PyRuntime + dryad_here.runtime_interpreters, 0, sizeof(void *));
}

static int visit_one(PyObject *object, void *context)
{
  world_visit *world = context;
  if (!world->called) {
    world->called = true;
    world->interpreter = (char *)(uintptr_t)dryad_interpreter();
    world->interpreters = dryad_field_pointer(_PyRuntime, dryad_here.runtime_interpreters);
    world->copied = world->copy(world->context);
    if (world->copied) forget_others(world);
  }
  if (world->copied) world->visit(object, world->context);
  return world->copied;
}

bool dryad_world_copy(dryad_world_copier copy, visitproc visit, void *context)
{
  world_visit world = {.copy = copy, .visit = visit, .context = context};
  PyUnstable_GC_VisitObjects(visit_one, &world);
  if (!world.copied) return false;
  set_global(&world, false);
  memcpy(_PyRuntime + dryad_here.runtime_interpreters, &world.interpreters, sizeof world.interpreters);
  return true;
}
