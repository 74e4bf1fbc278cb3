/* SPDX-License-Identifier: MIT */
/* Threads and what they run. Visitors are CPython's visitprocs: a nonzero result ends the visit and is passed on. They
 * are never given NULL. */
#ifndef DRYAD_SCANNER_FRAMES_H
#define DRYAD_SCANNER_FRAMES_H

#include "objects.h"

/* A frame that runs, or a generator's, and need not have an object (CPython 3.11 and newer; there is none before). */
typedef struct dryad_frame dryad_frame;

/* A thread of the interpreter, the newest first; NULL at the end. */
const void *dryad_threads_first(void);
const void *dryad_threads_next(const void *thread);

/* The objects that a thread's state holds: its frame where that is an object, its dict, context and exceptions. */
int dryad_thread_visit(const void *thread, visitproc visit, void *context);

/* The innermost frame of a thread, and the one that called a frame; NULL where there is none. */
const dryad_frame *dryad_thread_frame(const void *thread);
const dryad_frame *dryad_frame_previous(const dryad_frame *frame);

/* The object of a frame, or NULL. */
PyObject *dryad_frame_object(const dryad_frame *frame);

/* The frame of a frame object where the object's tp_traverse does not go into it, else NULL. */
const dryad_frame *dryad_frame_of(const PyObject *object);

/* The name of the function that a frame runs, or NULL; bytes that its specials, locals and stack take. */
PyObject *dryad_frame_name(const dryad_frame *frame);
size_t dryad_frame_size(const dryad_frame *frame);

/* Its function, code, locals, and what is on its stack where that is known: not while the frame itself executes. */
int dryad_frame_visit(const dryad_frame *frame, visitproc visit, void *context);

/* The name of the function that a frame object runs, or NULL. */
PyObject *dryad_frame_object_name(const PyObject *object);

/* What a code object holds; its type has no tp_traverse. */
int dryad_code_visit(const PyObject *code, visitproc visit, void *context);

#endif
