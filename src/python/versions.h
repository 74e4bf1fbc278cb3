/* What differs between the versions of CPython, from 3.8 to 3.13: no other file knows their private structures.
 *
 * All functions want the GIL held, create no object, run no Python code, and leave reference counts as they are.
 * Visitors are CPython's visitprocs: a nonzero result ends the visit and is passed on. They are never given NULL. */
#ifndef DRYAD_PYTHON_VERSIONS_H
#define DRYAD_PYTHON_VERSIONS_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <frameobject.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef Py_GIL_DISABLED
#error "Dryad's scanner needs a CPython with a GIL"
#endif
#if PY_VERSION_HEX < 0x03080000
#error "Dryad's scanner needs CPython 3.8 or newer"
#endif

/* ---- the collector */

/* Stops the collector: whether it was on, or -1 with a Python exception set. And lets it go on: false with one set.
 * Before 3.10 by the module gc, which takes objects and time: not for use while scanning. */
int dryad_collector_stop(void);
bool dryad_collector_start(void);

/* Visits every object that the collector tracks. `newest` is the container that was tracked last, and the way in: the
 * list of the youngest generation is a ring, and what follows its newest object in it is its head. So no address of
 * the interpreter's state need be known, gc.get_objects() need not build its list, and no object is touched (which
 * PyUnstable_GC_VisitObjects, the way taken from 3.14 on, does to each: it would copy every page of a fork).
 * False where the lists do not look as they should; what was visited until then was visited. */
bool dryad_collector_visit(PyObject *newest, visitproc visit, void *context);

/* Whether the collector tracks an object. */
bool dryad_object_tracked(PyObject *object);

/* ---- threads and frames */

/* A frame that runs, or a generator's, and need not have an object (CPython 3.11 and newer; there is none before). */
typedef struct dryad_frame dryad_frame;

/* The objects that a thread's state holds: its frame where that is an object, its dict, context and exceptions. */
int dryad_thread_visit(PyThreadState *thread, visitproc visit, void *context);

/* The innermost frame of a thread, and the one that called a frame; NULL where there is none. */
const dryad_frame *dryad_thread_frame(PyThreadState *thread);
const dryad_frame *dryad_frame_previous(const dryad_frame *frame);

/* The object of a frame, or NULL. */
PyObject *dryad_frame_object(const dryad_frame *frame);

/* The frame of a frame object where the object's tp_traverse does not go into it, else NULL. */
const dryad_frame *dryad_frame_of(PyObject *object);

/* The name of the function that a frame runs, or NULL; bytes that its specials, locals and stack take. */
PyObject *dryad_frame_name(const dryad_frame *frame);
size_t dryad_frame_size(const dryad_frame *frame);

/* Its function, code, locals, and what is on its stack where that is known: not while the frame itself executes. */
int dryad_frame_visit(const dryad_frame *frame, visitproc visit, void *context);

/* The name of the function that a frame object runs. */
PyObject *dryad_frame_object_name(PyObject *object);

/* ---- instances of Python classes */

/* The dict of an instance of a Python class, or NULL where it has none yet. Makes none. */
PyObject *dryad_instance_dict(PyObject *object);

/* Whether the attributes are held in the instance and not in a dict (3.11 and newer). */
bool dryad_instance_inline(PyObject *object);

/* Visits name, value, ... of attributes held in the instance. */
int dryad_instance_visit(PyObject *object, visitproc visit, void *context);

/* Bytes of those where they are a block of their own that __sizeof__ does not count (3.11 and 3.12), else 0. */
size_t dryad_instance_values_size(PyObject *object);

/* ---- others */

/* Bytes that lie before an object, as sys.getsizeof counts them. */
size_t dryad_object_header_size(PyObject *object);

/* A type's dict (borrowed), or NULL. */
PyObject *dryad_type_dict(PyTypeObject *type);

/* What a code object holds; its type has no tp_traverse. */
int dryad_code_visit(PyObject *code, visitproc visit, void *context);

/* The digits of an int, least significant first, each of PyLong_SHIFT bits. */
const uint32_t *dryad_int_digits(PyObject *integer, size_t *count, bool *negative);

/* dict.__sizeof__ without an int for its result. */
size_t dryad_dict_size(PyObject *dict);

#endif
