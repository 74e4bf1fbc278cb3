/* SPDX-License-Identifier: MIT */
#include "frames.h"

#include "code.h"

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

/* The frame of a frame object, from 3.11 on. */
static const dryad_frame *any_frame_of(const PyObject *object)
{
  return have_frames() ? dryad_field_pointer(object, dryad_here.frame_object_frame) : NULL;
}

static bool is_owned_by_object(const dryad_frame *frame)
{
  return dryad_field_u8(frame, dryad_here.frame_owner) == dryad_here.owned_by_frame_object;
}

const dryad_frame *dryad_frame_of(const PyObject *object)
{
  const dryad_frame *frame = any_frame_of(object);
  return frame != NULL && !is_owned_by_object(frame) ? frame : NULL;
}

bool dryad_frame_object_runs(const PyObject *object)
{
  const dryad_frame *frame = dryad_frame_of(object);
  if (frame == NULL) return false;
  return dryad_field_u8(frame, dryad_here.frame_owner) == OWNED_BY_THREAD ||
         dryad_field_pointer(frame, dryad_here.frame_previous) != NULL;
}

const dryad_frame *dryad_frame_owned(const PyObject *object)
{
  const dryad_frame *frame = any_frame_of(object);
  return frame != NULL && is_owned_by_object(frame) ? frame : NULL;
}

PyObject *dryad_frame_locals(const dryad_frame *frame) { return dryad_field_object(frame, dryad_here.frame_locals); }

/* A reference in the form that frames use; NULL if it is not a reference. */
static PyObject *reference_at(const void *base, size_t offset)
{
  const uintptr_t tags = dryad_here.reference_tags;
  uintptr_t bits = (uintptr_t)dryad_field_pointer(base, offset);
  if (tags != 0 && (bits & tags) == dryad_here.reference_int) return NULL;
  return (PyObject *)(bits & ~tags);
}

PyObject *dryad_frame_function(const dryad_frame *frame) { return reference_at(frame, dryad_here.frame_function); }

/* A pointer to a code object, or NULL. */
static const PyObject *checked_code(const PyObject *code)
{
  return code != NULL && dryad_type_of(code) == &PyCode_Type ? code : NULL;
}

const PyObject *dryad_frame_code(const dryad_frame *frame)
{
  return checked_code(reference_at(frame, dryad_here.frame_code));
}

static size_t num_locals(const PyObject *code) { return dryad_field_u32(code, dryad_here.code_num_locals); }

size_t dryad_frame_size(const dryad_frame *frame)
{
  const PyObject *code = dryad_frame_code(frame);
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

dryad_slots dryad_frame_slots(const dryad_frame *frame)
{
  const PyObject *code = dryad_frame_code(frame);
  return (dryad_slots){dryad_field(frame, dryad_here.frame_slots), known_slots(frame, code), code};
}

int dryad_frame_visit(const dryad_frame *frame, dryad_visitor *visitor)
{
  VISIT_NAMED("f_func", dryad_frame_function(frame));
  const dryad_slots slots = dryad_frame_slots(frame);
  VISIT_NAMED("f_code", (PyObject *)(uintptr_t)slots.code);
  VISIT_NAMED("f_locals", dryad_frame_locals(frame));
  for (size_t i = 0; i < slots.count; i++)
    TRY(dryad_visit_named(visitor, (dryad_reference_name){.object = dryad_slots_name(&slots, i)},
                          dryad_slots_get(&slots, i)));
  return 0;
}

/* The bytes of a code's instructions that a frame executes: in free-threaded builds a thread may have its own copy. */
static const char *instructions_of(const dryad_frame *frame, const PyObject *code)
{
  if (dryad_here.code_copies == 0) return dryad_field(code, dryad_here.code_instructions);
  const void *copies = dryad_field_pointer(code, dryad_here.code_copies);
  int32_t index = (int32_t)dryad_field_u32(frame, dryad_here.frame_copy);
  if (copies == NULL || index < 0 || index >= dryad_field_size(copies, 0)) return NULL;
  return dryad_field_pointer(copies, sizeof(Py_ssize_t) + (size_t)index * sizeof(char *));
}

Py_ssize_t dryad_frame_instruction(const dryad_frame *frame)
{
  const PyObject *code = dryad_frame_code(frame);
  const char *first = code != NULL ? instructions_of(frame, code) : NULL;
  const char *current = dryad_field_pointer(frame, dryad_here.frame_instruction);
  return first != NULL && current != NULL ? (Py_ssize_t)((intptr_t)current - (intptr_t)first) : -1;
}

/* ---- frame objects */

const PyObject *dryad_frame_object_code(const PyObject *object)
{
  const dryad_frame *frame = any_frame_of(object);
  if (frame != NULL) return dryad_frame_code(frame);
  return have_frames() ? NULL : checked_code(dryad_field_object(object, dryad_here.frame_object_code));
}

Py_ssize_t dryad_frame_object_instruction(const PyObject *object)
{
  const dryad_frame *frame = any_frame_of(object);
  if (frame != NULL) return dryad_frame_instruction(frame);
  if (have_frames()) return -1;
  /* A number of instructions in 3.10, of bytes before. */
  Py_ssize_t last = (int32_t)dryad_field_u32(object, dryad_here.frame_object_instruction);
  return last >= 0 && dryad_here.version == 0x30A ? 2 * last : last;
}

dryad_slots dryad_frame_object_slots(const PyObject *object)
{
  const dryad_frame *frame = dryad_frame_owned(object);
  const PyObject *code = dryad_frame_object_code(object);
  if (frame != NULL) return dryad_frame_slots(frame);
  if (have_frames() || code == NULL) return (dryad_slots){0};
  return (dryad_slots){dryad_field(object, dryad_here.frame_object_slots), dryad_code_num_variables(code), code};
}

/* ---- slots */

PyObject *dryad_slots_get(const dryad_slots *slots, size_t i)
{
  return reference_at(slots->first, i * sizeof(PyObject *));
}

PyObject *dryad_slots_name(const dryad_slots *slots, size_t i)
{
  return slots->code != NULL ? dryad_code_variable(slots->code, i) : NULL;
}
