/* SPDX-License-Identifier: MIT */
#include "generators.h"

bool dryad_is_generator(const PyObject *object)
{
  const PyTypeObject *type = dryad_type_of(object);
  return type == &PyGen_Type || type == &PyCoro_Type || type == &PyAsyncGen_Type;
}

PyObject *dryad_generator_name(const PyObject *generator)
{
  return dryad_field_object(generator, dryad_here.generator_qualname);
}

/* ---- its frame */

static int state_of(const PyObject *generator) { return (int8_t)dryad_field_u8(generator, dryad_here.generator_state); }

/* The frame object up to 3.10; NULL once it has ended. */
static const PyObject *frame_object_of(const PyObject *generator)
{
  if (dryad_here.generator_frame_object == 0) return NULL;
  return dryad_field_object(generator, dryad_here.generator_frame_object);
}

const dryad_frame *dryad_generator_frame(const PyObject *generator)
{
  bool has = dryad_here.generator_frame != 0 && state_of(generator) < (int)dryad_here.generator_ended;
  return has ? dryad_field(generator, dryad_here.generator_frame) : NULL;
}

const PyObject *dryad_generator_code(const PyObject *generator)
{
  const PyObject *object = frame_object_of(generator);
  const dryad_frame *frame = dryad_generator_frame(generator);
  if (object != NULL) return dryad_frame_object_code(object);
  return frame != NULL ? dryad_frame_code(frame) : NULL;
}

Py_ssize_t dryad_generator_instruction(const PyObject *generator)
{
  const PyObject *object = frame_object_of(generator);
  const dryad_frame *frame = dryad_generator_frame(generator);
  if (object != NULL) return dryad_frame_object_instruction(object);
  return frame != NULL ? dryad_frame_instruction(frame) : -1;
}

dryad_slots dryad_generator_slots(const PyObject *generator)
{
  const dryad_frame *frame = dryad_generator_frame(generator);
  return frame != NULL ? dryad_frame_slots(frame) : (dryad_slots){0};
}

/* Whether the instruction after the one at which a frame stands resumes an `await` or a `yield from` (3.11 and 3.12,
 * where the state does not tell). */
static bool resumes_waiting(const dryad_frame *frame)
{
  enum { CODE_UNIT = 2, AFTER_YIELD_FROM = 2 };
  const uint8_t *next = (const uint8_t *)dryad_field_pointer(frame, dryad_here.frame_instruction) + CODE_UNIT;
  for (DRYAD_LAYOUT_EACH(dryad_here.opcodes_resume, i))
    if (next[0] == dryad_here.opcodes_resume[i]) return next[1] >= AFTER_YIELD_FROM;
  return false;
}

static bool awaits(const PyObject *generator, const dryad_frame *frame)
{
  if ((uint32_t)state_of(generator) != dryad_here.generator_awaits) return false;
  return dryad_here.opcodes_resume[0] == 0 || resumes_waiting(frame);
}

size_t dryad_generator_awaited(const PyObject *generator)
{
  const dryad_frame *frame = dryad_generator_frame(generator);
  if (frame == NULL || dryad_frame_code(frame) == NULL || !awaits(generator, frame)) return DRYAD_NO_SLOT;
  /* The last object on the stack; from 3.15 on, a number may follow it. */
  const dryad_slots slots = dryad_frame_slots(frame);
  size_t i = slots.count;
  while (i > 0 && dryad_slots_get(&slots, i - 1) == NULL) i--;
  return i > 0 ? i - 1 : DRYAD_NO_SLOT;
}
