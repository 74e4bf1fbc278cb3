/* SPDX-License-Identifier: MIT */
#include "greenlets.h"

#include "checked_read.h"

/* A greenlet is a Python object with three pointers: weak references, its dict, and its state, which is a C++ object.
 * That begins with a pointer to its functions; from greenlet 3.2 on, a pointer to the Python object follows. */
enum { POINTERS = 3, STATE = 2, VERSIONS = 2 };

bool dryad_is_greenlet_type(const PyTypeObject *type)
{
  while (type != NULL && strcmp(dryad_type_name(type), "greenlet.greenlet") != 0) type = dryad_type_base(type);
  return type != NULL && (size_t)dryad_type_basicsize(type) == dryad_here.object_size + POINTERS * sizeof(void *);
}

/* The offset in the state of the pointer to the frame, in older versions of greenlet. It follows the exceptions being
 * handled (a pointer and an item of Python's stack of them), the arguments of a switch (two pointers), the C stack
 * (five) and the context. */
static size_t frame_offset(void)
{
  enum { BEFORE = 2, AFTER = 2 + 5 + 1 };
  const size_t exception_item = dryad_here.exception_previous + sizeof(void *);
  return (BEFORE + AFTER) * sizeof(void *) + exception_item;
}

PyObject *dryad_greenlet_frame(const PyObject *greenlet)
{
  const char *state = dryad_field_pointer(greenlet, dryad_here.object_size + STATE * sizeof(void *));
  const char *candidates[VERSIONS];
  if (dryad_here.version >= 0x30C || state == NULL) return NULL;
  if (!dryad_checked_read(candidates, state + frame_offset(), sizeof candidates)) return NULL;
  for (size_t i = 0; i < VERSIONS; i++) {
    const PyTypeObject *type;
    if (candidates[i] == NULL || (uintptr_t)candidates[i] % sizeof(void *) != 0) continue;
    if (!dryad_checked_read(&type, candidates[i] + dryad_here.object_type, sizeof type)) continue;
    if (type == &PyFrame_Type) return (PyObject *)(uintptr_t)candidates[i];
  }
  return NULL;
}
