/* SPDX-License-Identifier: MIT */
/* Frames. Visitors are CPython's visitprocs: a nonzero result ends the visit and is returned. They
 * never receive NULL. */
#ifndef DRYAD_SCANNER_FRAMES_H
#define DRYAD_SCANNER_FRAMES_H

#include "objects.h"
#include "visitor.h"

/* The innermost frame of a thread (threads.h), and the caller of a frame; NULL if there is none. */
const dryad_frame *dryad_thread_frame(const void *thread);
const dryad_frame *dryad_frame_previous(const dryad_frame *frame);

/* The object of a frame, or NULL. */
PyObject *dryad_frame_object(const dryad_frame *frame);

/* The frame of a frame object if the object's tp_traverse does not visit it, else NULL. */
const dryad_frame *dryad_frame_of(const PyObject *object);

/* Whether the frame of a frame object runs, or waits for one that it called. False before 3.11, where all frames are
 * objects like others. */
bool dryad_frame_object_runs(const PyObject *object);

/* The frame that a frame object owns, because it ended, or NULL. */
const dryad_frame *dryad_frame_owned(const PyObject *object);

/* The function of a frame; and the dict of its variables that class bodies and modules have. Either may be NULL. */
PyObject *dryad_frame_function(const dryad_frame *frame);
PyObject *dryad_frame_locals(const dryad_frame *frame);

/* A frame's code, or NULL; and the bytes of its specials, locals and stack. */
const PyObject *dryad_frame_code(const dryad_frame *frame);
size_t dryad_frame_size(const dryad_frame *frame);

/* The instruction at which a frame stands: its offset in bytes, negative if it has not started. */
Py_ssize_t dryad_frame_instruction(const dryad_frame *frame);

/* Visits its function, code and locals, and its stack if that is known: not while the frame itself executes. */
int dryad_frame_visit(const dryad_frame *frame, dryad_visitor *visitor);

/* The same of a frame object. */
const PyObject *dryad_frame_object_code(const PyObject *object);
Py_ssize_t dryad_frame_object_instruction(const PyObject *object);

/* ---- slots */

/* The slots of a frame, from 3.11 on of one that is not an object: its variables, as its code numbers them, then its
 * stack as far as it is known. */
typedef struct dryad_slots {
  const void *first; /* NULL if there are none */
  size_t count;
  const PyObject *code; /* whose variables they are; NULL if it is unknown */
} dryad_slots;

dryad_slots dryad_frame_slots(const dryad_frame *frame);

/* The slots of a frame that is an object, or that an object owns because it ended; else there are none. */
dryad_slots dryad_frame_object_slots(const PyObject *object);

/* The object in a slot, or NULL; and the name of the slot's variable, NULL on the stack. */
PyObject *dryad_slots_get(const dryad_slots *slots, size_t i);
PyObject *dryad_slots_name(const dryad_slots *slots, size_t i);

#endif
