/* SPDX-License-Identifier: MIT */
#include "frames.h"

#include "visit.h"

/* ---- threads */

const void *dryad_threads_first(const void *interpreter)
{
  return dryad_field_pointer(interpreter, dryad_here.interp_threads);
}

const void *dryad_threads_next(const void *thread) { return dryad_field_pointer(thread, dryad_here.thread_next); }

int dryad_thread_visit(const void *thread, visitproc visit, void *context)
{
  if (dryad_here.version < 0x30B) DRYAD_VISIT(dryad_field_object(thread, dryad_here.thread_frame));
  for (DRYAD_LAYOUT_EACH(dryad_here.thread_objects, i))
    DRYAD_VISIT(dryad_field_object(thread, dryad_here.thread_objects[i]));
  const void *item = dryad_field_pointer(thread, dryad_here.thread_exceptions);
  for (; item != NULL; item = dryad_field_pointer(item, dryad_here.exception_previous))
    for (size_t offset = 0; offset < dryad_here.exception_previous; offset += sizeof(PyObject *))
      DRYAD_VISIT(dryad_field_object(item, offset));
  return 0;
}

/* ---- frames */

enum { OWNED_BY_THREAD = 0 };

static bool have_frames(void) { return dryad_here.version >= 0x30B; }

/* The first frame from this one on that runs Python code; the interpreter uses the others internally. */
static const dryad_frame *python_frame(const void *frame)
{
  const uint32_t least = dryad_here.owned_by_interpreter;
  while (frame != NULL && least != 0 && dryad_field_u8(frame, dryad_here.frame_owner) >= least)
    frame = dryad_field_pointer(frame, dryad_here.frame_previous);
  return frame;
}

const dryad_frame *dryad_thread_frame(const void *thread)
{
  if (!have_frames()) return NULL;
  if (dryad_here.thread_cframe == 0) return python_frame(dryad_field_pointer(thread, dryad_here.thread_frame));
  const void *within = dryad_field_pointer(thread, dryad_here.thread_cframe);
  return within != NULL ? python_frame(dryad_field_pointer(within, dryad_here.cframe_frame)) : NULL;
}

const dryad_frame *dryad_frame_previous(const dryad_frame *frame)
{
  return python_frame(dryad_field_pointer(frame, dryad_here.frame_previous));
}

PyObject *dryad_frame_object(const dryad_frame *frame) { return dryad_field_object(frame, dryad_here.frame_object); }

const dryad_frame *dryad_frame_of(const PyObject *object)
{
  if (!have_frames()) return NULL;
  const dryad_frame *frame = dryad_field_pointer(object, dryad_here.frame_object_frame);
  bool own = frame == NULL || dryad_field_u8(frame, dryad_here.frame_owner) == dryad_here.owned_by_frame_object;
  return own ? NULL : frame;
}

bool dryad_frame_object_runs(const PyObject *object)
{
  const dryad_frame *frame = dryad_frame_of(object);
  if (frame == NULL) return false;
  return dryad_field_u8(frame, dryad_here.frame_owner) == OWNED_BY_THREAD ||
         dryad_field_pointer(frame, dryad_here.frame_previous) != NULL;
}

/* A reference in the form that frames use; NULL if it is not a reference. */
static PyObject *reference_at(const void *base, size_t offset)
{
  const uintptr_t tags = dryad_here.reference_tags;
  uintptr_t bits = (uintptr_t)dryad_field_pointer(base, offset);
  if (tags != 0 && (bits & tags) == dryad_here.reference_int) return NULL;
  return (PyObject *)(bits & ~tags);
}

static const PyObject *code_of(const dryad_frame *frame)
{
  const PyObject *code = reference_at(frame, dryad_here.frame_code);
  return code != NULL && dryad_type_of(code) == &PyCode_Type ? code : NULL;
}

static size_t num_locals(const PyObject *code) { return dryad_field_u32(code, dryad_here.code_num_locals); }

PyObject *dryad_frame_name(const dryad_frame *frame)
{
  const PyObject *code = code_of(frame);
  return code != NULL ? dryad_field_object(code, dryad_here.code_name) : NULL;
}

size_t dryad_frame_size(const dryad_frame *frame)
{
  const PyObject *code = code_of(frame);
  size_t slots = code != NULL ? num_locals(code) + dryad_field_u32(code, dryad_here.code_stack_size) : 0;
  /* A generator's frame is part of the generator and counted there. */
  bool apart = dryad_field_u8(frame, dryad_here.frame_owner) == OWNED_BY_THREAD;
  return apart ? dryad_here.frame_slots + slots * sizeof(PyObject *) : 0;
}

/* The number of its valid slots: the locals, and the stack if it is known. */
static size_t known_slots(const dryad_frame *frame, const PyObject *code)
{
  size_t locals = code != NULL ? num_locals(code) : 0;
  if (dryad_here.frame_stack_end == 0) {
    int32_t count = (int32_t)dryad_field_u32(frame, dryad_here.frame_stack_count);
    return count >= 0 ? (size_t)count : locals;
  }
  const char *slots = dryad_field(frame, dryad_here.frame_slots);
  const char *end = dryad_field_pointer(frame, dryad_here.frame_stack_end);
  return end != NULL ? (size_t)(end - slots) / sizeof(PyObject *) : locals;
}

int dryad_frame_visit(const dryad_frame *frame, visitproc visit, void *context)
{
  const PyObject *code = code_of(frame);
  DRYAD_VISIT(reference_at(frame, dryad_here.frame_function));
  DRYAD_VISIT((PyObject *)(uintptr_t)code);
  DRYAD_VISIT(dryad_field_object(frame, dryad_here.frame_locals));
  size_t count = known_slots(frame, code);
  for (size_t i = 0; i < count; i++) DRYAD_VISIT(reference_at(frame, dryad_here.frame_slots + i * sizeof(PyObject *)));
  return 0;
}

PyObject *dryad_frame_object_name(const PyObject *object)
{
  if (have_frames()) {
    const dryad_frame *frame = dryad_field_pointer(object, dryad_here.frame_object_frame);
    return frame != NULL ? dryad_frame_name(frame) : NULL;
  }
  const PyObject *code = dryad_field_object(object, dryad_here.frame_object_code);
  return code != NULL ? dryad_field_object(code, dryad_here.code_name) : NULL;
}

/* ---- code */

int dryad_code_visit(const PyObject *code, visitproc visit, void *context)
{
  for (DRYAD_LAYOUT_EACH(dryad_here.code_objects, i)) DRYAD_VISIT(dryad_field_object(code, dryad_here.code_objects[i]));
  const void *cached = dryad_here.code_cached != 0 ? dryad_field_pointer(code, dryad_here.code_cached) : NULL;
  for (size_t offset = 0; cached != NULL && offset < dryad_here.cached_size; offset += sizeof(PyObject *))
    DRYAD_VISIT(dryad_field_object(cached, offset));
  return 0;
}
