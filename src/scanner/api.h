/* SPDX-License-Identifier: MIT */
/* The Python functions and data that the scanner uses. It knows the layout of Python's objects from layout.h alone.
 *
 * The library for other processes declares them here and binds them when it is loaded; a function that the process
 * lacks is NULL. dryad.scanner takes them from its Python's headers. */
#ifndef DRYAD_SCANNER_API_H
#define DRYAD_SCANNER_API_H

#include "layout.h"

#include <string.h>

#ifdef DRYAD_LIBRARY

typedef intptr_t Py_ssize_t;
typedef struct _object PyObject;
typedef struct _typeobject PyTypeObject;
typedef struct _ts PyThreadState;
typedef int (*visitproc)(PyObject *, void *);
typedef int (*traverseproc)(PyObject *, visitproc, void *);
typedef int (*inquiry)(PyObject *);
typedef PyObject *(*PyCFunction)(PyObject *, PyObject *);
typedef enum { PyGILState_LOCKED, PyGILState_UNLOCKED } PyGILState_STATE;

/* Both are part of the stable ABI. */
typedef struct PyMethodDef {
  const char *ml_name;
  PyCFunction ml_meth;
  int ml_flags;
  const char *ml_doc;
} PyMethodDef;

typedef struct PyMemberDef {
  const char *name;
  int type;
  Py_ssize_t offset;
  int flags;
  const char *doc;
} PyMemberDef;

typedef struct {
  void *ctx;
  void *(*malloc)(void *ctx, size_t size);
  void *(*calloc)(void *ctx, size_t count, size_t size);
  void *(*realloc)(void *ctx, void *block, size_t size);
  void (*free)(void *ctx, void *block);
} PyMemAllocatorEx;

typedef enum { PYMEM_DOMAIN_RAW, PYMEM_DOMAIN_MEM, PYMEM_DOMAIN_OBJ } PyMemAllocatorDomain;

enum { T_OBJECT = 6, T_OBJECT_EX = 16, METH_NOARGS = 4, METH_O = 8, METH_COEXIST = 0x40 };

#define Py_TPFLAGS_HEAPTYPE (1UL << 9)
#define Py_TPFLAGS_HAVE_GC (1UL << 14)
#define Py_TPFLAGS_LONG_SUBCLASS (1UL << 24)
#define Py_TPFLAGS_UNICODE_SUBCLASS (1UL << 28)
#define Py_TPFLAGS_BYTES_SUBCLASS (1UL << 27)
#define Py_TPFLAGS_TUPLE_SUBCLASS (1UL << 26)
#define Py_TPFLAGS_DICT_SUBCLASS (1UL << 29)
#define Py_TPFLAGS_BASE_EXC_SUBCLASS (1UL << 30)
#define Py_TPFLAGS_TYPE_SUBCLASS (1UL << 31)

#define PyLong_SHIFT 30

#define DRYAD_WEAK __attribute__((weak, visibility("default")))

/* ---- data */

extern DRYAD_WEAK char _PyRuntime[];
extern DRYAD_WEAK const unsigned long Py_Version; /* 3.11 and newer */
extern DRYAD_WEAK PyObject *PyExc_BaseException;
extern DRYAD_WEAK char _Py_TrueStruct[];
#define Py_True ((PyObject *)(void *)_Py_TrueStruct)
extern DRYAD_WEAK char _Py_FalseStruct[], _Py_NoneStruct[], _Py_EllipsisObject[], _Py_NotImplementedStruct[];
#define Py_False ((PyObject *)(void *)_Py_FalseStruct)
#define Py_None ((PyObject *)(void *)_Py_NoneStruct)
#define Py_Ellipsis ((PyObject *)(void *)_Py_EllipsisObject)
#define Py_NotImplemented ((PyObject *)(void *)_Py_NotImplementedStruct)

extern DRYAD_WEAK int _Py_tracemalloc_config[]; /* up to 3.11 */

extern DRYAD_WEAK PyTypeObject PyAsyncGen_Type, PyBaseObject_Type, PyBool_Type, PyByteArray_Type, PyCFunction_Type,
    PyClassMethodDescr_Type, PyCode_Type, PyContextToken_Type, PyContext_Type, PyCoro_Type, PyDictProxy_Type,
    PyDict_Type, PyFloat_Type, PyFrame_Type, PyFrozenSet_Type, PyFunction_Type, PyGen_Type, PyGetSetDescr_Type,
    PyList_Type, PyLong_Type, PyMemberDescr_Type, PyMethodDescr_Type, PyModule_Type, PyODict_Type, PySet_Type,
    PyTraceBack_Type, PyTuple_Type, PyType_Type, PyUnicode_Type, PyWrapperDescr_Type, _PyWeakref_CallableProxyType,
    _PyWeakref_ProxyType, _PyWeakref_RefType;

/* ---- functions */

DRYAD_WEAK const char *Py_GetVersion(void);
DRYAD_WEAK int Py_IsInitialized(void);
DRYAD_WEAK int Py_IsFinalizing(void);       /* 3.13 and newer */
DRYAD_WEAK int _Py_IsFinalizing(void);      /* before */
DRYAD_WEAK void _Py_NegativeRefcount(void); /* in debug builds only; never called */
DRYAD_WEAK void _Py_PrintReferences(void);  /* only in builds that trace references; never called */
DRYAD_WEAK PyGILState_STATE PyGILState_Ensure(void);
DRYAD_WEAK void PyGILState_Release(PyGILState_STATE state);
DRYAD_WEAK PyThreadState *PyThreadState_Get(void);
DRYAD_WEAK void Py_IncRef(PyObject *object);
DRYAD_WEAK void Py_DecRef(PyObject *object);
DRYAD_WEAK void PyErr_Clear(void);
DRYAD_WEAK PyObject *PyLong_FromLong(long value);
DRYAD_WEAK PyObject *PyTuple_New(Py_ssize_t count);
DRYAD_WEAK PyObject *PyImport_GetModuleDict(void);
DRYAD_WEAK PyObject *PyType_GetDict(PyTypeObject *type); /* 3.12 and newer */
DRYAD_WEAK void PyMem_GetAllocator(PyMemAllocatorDomain domain, PyMemAllocatorEx *allocator);
DRYAD_WEAK void PyMem_SetAllocator(PyMemAllocatorDomain domain, PyMemAllocatorEx *allocator);
DRYAD_WEAK void PyUnstable_GC_VisitObjects(int (*visit)(PyObject *, void *), void *context); /* 3.12 and newer */

#else

#if PY_VERSION_HEX < 0x030C0000
/* Before 3.12, every type holds its own dict. */
static inline PyObject *PyType_GetDict(PyTypeObject *type)
{
  (void)type;
  return NULL;
}

/* Needed by free-threaded Pythons alone. */
static inline void PyUnstable_GC_VisitObjects(int (*visit)(PyObject *, void *), void *context)
{
  (void)visit;
  (void)context;
}
#endif

#if PY_VERSION_HEX >= 0x03090000
extern __attribute__((weak)) int _Py_tracemalloc_config[]; /* up to 3.11; only 3.8 declares it */
#endif

#endif

#endif
