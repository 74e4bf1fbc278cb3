/* SPDX-License-Identifier: MIT */
#include "collector.h"

enum { FLAGS = 3 }; /* bits of a pointer in a list's head that are not part of the address */

#ifdef DRYAD_LIBRARY
char *dryad_runtime(void) { return _PyRuntime; }
#else
char *dryad_runtime(void) { return (char *)&_PyRuntime; }
#endif

const void *dryad_interpreter(void)
{
  const void *interpreter = dryad_field_pointer(dryad_runtime(), dryad_here.runtime_interpreters);
  for (const void *next = interpreter; next != NULL; next = dryad_field_pointer(next, dryad_here.interp_next))
    interpreter = next; /* the newest is first */
  return interpreter;
}

/* Each head is two pointers: to the next one and to the previous one. */
static const char *neighbour(const char *head, size_t which)
{
  uintptr_t pointer = (uintptr_t)dryad_field_pointer(head, which * sizeof(void *));
  return (const char *)(pointer & ~(uintptr_t)FLAGS);
}

static bool visit_ring(const char *list, visitproc visit, void *context)
{
  for (const char *head = list;;) {
    const char *next = neighbour(head, 0);
    if (next == NULL || neighbour(next, 1) != head) return false;
    if (next == list) return true;
    if (visit((PyObject *)(uintptr_t)(next + dryad_here.gc_head), context) != 0) return true;
    head = next;
  }
}

const void *dryad_collector_state(void) { return dryad_here.version >= 0x309 ? dryad_interpreter() : dryad_runtime(); }

bool dryad_collector_visit(const void *interpreter, visitproc visit, void *context)
{
  const char *owner = dryad_here.version >= 0x309 ? interpreter : dryad_runtime();
  for (DRYAD_LAYOUT_EACH(dryad_here.gc_lists, i))
    if (!visit_ring(owner + dryad_here.gc_lists[i], visit, context)) return false;
  return true;
}
