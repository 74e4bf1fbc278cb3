/* SPDX-License-Identifier: MIT */
/* The headers of a Python, private ones too, from which layout_facts.h takes its facts. */
#ifndef DRYAD_SCANNER_LAYOUT_HEADERS_H
#define DRYAD_SCANNER_LAYOUT_HEADERS_H

#ifndef Py_BUILD_CORE
#define Py_BUILD_CORE 1
#endif
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <frameobject.h>
#include <opcode.h>
#include <structmember.h>

#if PY_VERSION_HEX < 0x03080000
#error "Dryad's scanner needs CPython 3.8 or newer"
#endif

#if PY_VERSION_HEX >= 0x03090000
#include "pycore_context.h"
#include "pycore_gc.h"
#include "pycore_hashtable.h"
#include "pycore_interp.h"
#include "pycore_runtime.h"
#else
#include "pycore_context.h"
#include "pycore_pymem.h"
#include "pycore_pystate.h"
#endif
#if PY_VERSION_HEX >= 0x030B0000
#include "pycore_dict.h"
#include "pycore_frame.h"
#else
#include <longintrepr.h>
#endif
#if PY_VERSION_HEX >= 0x030A0000
#include "pycore_moduleobject.h"
#endif
#if PY_VERSION_HEX < 0x030A0000
#include <code.h>
#endif
#if PY_VERSION_HEX >= 0x030E0000
#include "pycore_interpframe_structs.h"
#include "pycore_stackref.h"
#include "pycore_tstate.h"
#endif

/* Private structures that no header declares. */

#if PY_VERSION_HEX < 0x030A0000
typedef struct {
  PyObject_HEAD PyObject *md_dict;
  struct PyModuleDef *md_def;
  void *md_state;
  PyObject *md_weaklist;
  PyObject *md_name;
} PyModuleObject;
#endif

#if PY_VERSION_HEX < 0x030B0000
struct _dictkeysobject {
  Py_ssize_t dk_refcnt;
  Py_ssize_t dk_size;
  void *dk_lookup;
  Py_ssize_t dk_usable;
  Py_ssize_t dk_nentries;
  char dk_indices[];
};
#endif

/* Modules/_asynciomodule.c */
typedef struct {
  PyObject_HEAD PyObject *loop, *callback0, *context0, *callbacks, *exception;
#if PY_VERSION_HEX >= 0x030A0000
  PyObject *exception_traceback;
#endif
  PyObject *result, *source_traceback;
#if PY_VERSION_HEX >= 0x03090000
  PyObject *cancel_message;
#endif
#if PY_VERSION_HEX >= 0x030D0000
  PyObject *cancelled;
#if PY_VERSION_HEX >= 0x030E0000
  PyObject *awaited_by;
#endif
  int state, flags;
#else
  int state, logs_traceback, blocking;
  PyObject *dict, *weak_references;
#if PY_VERSION_HEX >= 0x030B0000
  PyObject *cancelled;
#elif PY_VERSION_HEX >= 0x03090000
  _PyErr_StackItem cancelled;
#endif
#endif
} dryad_future;

typedef struct {
  dryad_future future;
#if PY_VERSION_HEX >= 0x030D0000
  int num_cancels_requested;
#endif
  PyObject *waiter, *coroutine, *name, *context;
#if PY_VERSION_HEX >= 0x030E0000
  void *list[2];
#ifdef Py_GIL_DISABLED
  uintptr_t thread;
#endif
#elif PY_VERSION_HEX < 0x030D0000
  int must_cancel, logs_destruction;
#if PY_VERSION_HEX >= 0x030B0000
  int num_cancels_requested;
#endif
#endif
} dryad_task;

/* Modules/_functoolsmodule.c */
typedef struct dryad_lru_entry {
  PyObject_HEAD struct dryad_lru_entry *previous, *next;
  Py_hash_t hash;
  PyObject *key, *result;
} dryad_lru_entry;

typedef struct {
  dryad_lru_entry root;
  void *wrapper;
  int typed;
  PyObject *cache;
  Py_ssize_t hits;
  PyObject *function;
} dryad_lru_cache;

/* Modules/_tracemalloc.c, and the hash table that it uses */
#if PY_VERSION_HEX < 0x03090000
typedef struct {
  size_t nbuckets, nentries;
  void **buckets;
  size_t key_size, data_size;
} _Py_hashtable_t;

typedef struct {
  void *next;
  Py_uhash_t key_hash;
  char key[];
} _Py_hashtable_entry_t;
#endif

#if PY_VERSION_HEX < 0x030C0000
struct __attribute__((packed)) tracemalloc_frame {
  PyObject *filename;
  unsigned lineno;
};

struct tracemalloc_traceback {
  Py_uhash_t hash;
#if PY_VERSION_HEX < 0x03090000
  int nframe;
#else
  uint16_t nframe, total_nframe;
#endif
  struct tracemalloc_frame frames[1];
};
#endif

typedef struct {
  size_t size;
  struct tracemalloc_traceback *traceback;
} dryad_trace;

#endif
