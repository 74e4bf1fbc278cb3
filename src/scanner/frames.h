/* SPDX-License-Identifier: MIT */
/* Threads and their frames. Visitors are CPython's visitprocs: a nonzero result ends the visit and is returned. They
 * never receive NULL. */
#ifndef DRYAD_SCANNER_FRAMES_H
#define DRYAD_SCANNER_FRAMES_H

#include "objects.h"

/* A running frame or a generator's, which may have no frame object (CPython 3.11 and newer only). */
typedef struct dryad_frame dryad_frame;

/* The threads of an interpreter, newest first; NULL at the end. */
const void *dryad_threads_first(const void *interpreter);
const void *dryad_threads_next(const void *thread);

/* The objects that a thread's state holds: its frame if that is an object, its dict, context and exceptions. */
int dryad_thread_visit(const void *thread, visitproc visit, void *context);

/* The innermost frame of a thread, and the caller of a frame; NULL if there is none. */
const dryad_frame *dryad_thread_frame(const void *thread);
const dryad_frame *dryad_frame_previous(const dryad_frame *frame);

/* The object of a frame, or NULL. */
PyObject *dryad_frame_object(const dryad_frame *frame);

/* The frame of a frame object if the object's tp_traverse does not visit it, else NULL. */
const dryad_frame *dryad_frame_of(const PyObject *object);

/* Whether the frame of a frame object runs, or waits for one that it called. False before 3.11, where all frames are
 * objects like others. */
bool dryad_frame_object_runs(const PyObject *object);

/* The name of a frame's function, or NULL; and the bytes of its specials, locals and stack. */
PyObject *dryad_frame_name(const dryad_frame *frame);
size_t dryad_frame_size(const dryad_frame *frame);

/* Visits its function, code and locals, and its stack if that is known: not while the frame itself executes. */
int dryad_frame_visit(const dryad_frame *frame, visitproc visit, void *context);

/* The name of a frame object's function, or NULL. */
PyObject *dryad_frame_object_name(const PyObject *object);

/* Visits the objects that a code object holds; its type has no tp_traverse. */
int dryad_code_visit(const PyObject *code, visitproc visit, void *context);

#endif
