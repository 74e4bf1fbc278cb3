#ifndef Py_BUILD_CORE
#define Py_BUILD_CORE 1
#endif
#include "versions.h"

#include <structmember.h>

#if PY_VERSION_HEX >= 0x03090000
#include "pycore_gc.h"
#else
#include "pycore_pymem.h"
#endif
#if PY_VERSION_HEX >= 0x030B0000
#include "pycore_dict.h"
#include "pycore_frame.h"
#elif PY_VERSION_HEX < 0x030A0000
#include <code.h>
#endif
#if PY_VERSION_HEX < 0x030C0000 && PY_VERSION_HEX < 0x030B0000
#include <longintrepr.h>
#endif

#define VISIT(object)                                                                                                  \
  do {                                                                                                                 \
    PyObject *visited_ = (PyObject *)(object);                                                                         \
    int result_ = visited_ != NULL ? visit(visited_, context) : 0;                                                     \
    if (result_ != 0) return result_;                                                                                  \
  } while (0)

/* ---- the collector */

#if PY_VERSION_HEX >= 0x030A0000

int dryad_collector_stop(void) { return PyGC_Disable(); }

bool dryad_collector_start(void)
{
  PyGC_Enable();
  return true;
}

#else

static int call_collector(const char *what)
{
  PyObject *gc = PyImport_ImportModule("gc");
  PyObject *result = gc != NULL ? PyObject_CallMethod(gc, what, NULL) : NULL;
  int truth = result != NULL ? PyObject_IsTrue(result) : -1;
  Py_XDECREF(gc);
  Py_XDECREF(result);
  return truth;
}

int dryad_collector_stop(void)
{
  int collects = call_collector("isenabled");
  return collects >= 0 && call_collector("disable") >= 0 ? collects : -1;
}

bool dryad_collector_start(void) { return call_collector("enable") >= 0; }

#endif

#if PY_VERSION_HEX < 0x030E0000

enum { PREVIOUS_FLAGS = 3 }; /* bits of _gc_prev that are not of the address */

static PyGC_Head *head_of(PyObject *object) { return (PyGC_Head *)(void *)object - 1; }

static PyGC_Head *previous(const PyGC_Head *head) { return (PyGC_Head *)(head->_gc_prev & ~(uintptr_t)PREVIOUS_FLAGS); }

static bool visit_ring(PyGC_Head *list, visitproc visit, void *context)
{
  for (PyGC_Head *head = list;;) {
    PyGC_Head *next = (PyGC_Head *)head->_gc_next;
    if (next == NULL || previous(next) != head) return false;
    if (next == list) return true;
    if (visit((PyObject *)(void *)(next + 1), context) != 0) return true;
    head = next;
  }
}

bool dryad_collector_visit(PyObject *newest, visitproc visit, void *context)
{
  char *youngest = (char *)head_of(newest)->_gc_next;
  struct _gc_runtime_state *state =
      (struct _gc_runtime_state *)(void *)(youngest - offsetof(struct _gc_runtime_state, generations));
  if (youngest == NULL || state->generation0 != (PyGC_Head *)(void *)youngest) return false;
  for (int i = 0; i < NUM_GENERATIONS; i++)
    if (!visit_ring(&state->generations[i].head, visit, context)) return false;
  return visit_ring(&state->permanent_generation.head, visit, context);
}

#else

typedef struct visit_call {
  visitproc visit;
  void *context;
} visit_call;

static int call_visitor(PyObject *object, void *context)
{
  const visit_call *call = context;
  return call->visit(object, call->context) == 0;
}

bool dryad_collector_visit(PyObject *newest, visitproc visit, void *context)
{
  (void)newest;
  visit_call call = {visit, context};
  PyUnstable_GC_VisitObjects(call_visitor, &call);
  return true;
}

#endif

bool dryad_object_tracked(PyObject *object)
{
#if PY_VERSION_HEX >= 0x03090000
  return PyObject_GC_IsTracked(object);
#else
  return PyObject_IS_GC(object) && head_of(object)->_gc_next != 0;
#endif
}

/* ---- threads and frames */

static int visit_exceptions(_PyErr_StackItem *item, visitproc visit, void *context)
{
  for (; item != NULL; item = item->previous_item) {
    VISIT(item->exc_value);
#if PY_VERSION_HEX < 0x030B0000
    VISIT(item->exc_type);
    VISIT(item->exc_traceback);
#endif
  }
  return 0;
}

int dryad_thread_visit(PyThreadState *thread, visitproc visit, void *context)
{
#if PY_VERSION_HEX < 0x030B0000
  VISIT(thread->frame);
#endif
#if PY_VERSION_HEX >= 0x030C0000
  VISIT(thread->current_exception);
#else
  VISIT(thread->curexc_type);
  VISIT(thread->curexc_value);
  VISIT(thread->curexc_traceback);
#endif
  VISIT(thread->dict);
  VISIT(thread->context);
  VISIT(thread->async_exc);
  VISIT(thread->async_gen_firstiter);
  VISIT(thread->async_gen_finalizer);
  VISIT(thread->c_profileobj);
  VISIT(thread->c_traceobj);
  return visit_exceptions(thread->exc_info, visit, context);
}

#if PY_VERSION_HEX >= 0x030B0000

static const _PyInterpreterFrame *inside(const dryad_frame *frame)
{
  return (const _PyInterpreterFrame *)(const void *)frame;
}

static const dryad_frame *python_frame(const _PyInterpreterFrame *frame)
{
#if PY_VERSION_HEX >= 0x030C0000
  while (frame != NULL && frame->owner == FRAME_OWNED_BY_CSTACK) frame = frame->previous;
#endif
  return (const dryad_frame *)(const void *)frame;
}

const dryad_frame *dryad_thread_frame(PyThreadState *thread)
{
#if PY_VERSION_HEX >= 0x030D0000
  return python_frame(thread->current_frame);
#else
  return thread->cframe != NULL ? python_frame(thread->cframe->current_frame) : NULL;
#endif
}

const dryad_frame *dryad_frame_previous(const dryad_frame *frame) { return python_frame(inside(frame)->previous); }

PyObject *dryad_frame_object(const dryad_frame *frame) { return (PyObject *)inside(frame)->frame_obj; }

const dryad_frame *dryad_frame_of(PyObject *object)
{
  const _PyInterpreterFrame *frame = ((PyFrameObject *)object)->f_frame;
  return frame != NULL && frame->owner != FRAME_OWNED_BY_FRAME_OBJECT ? (const dryad_frame *)(const void *)frame : NULL;
}

static PyCodeObject *code_of(const _PyInterpreterFrame *frame)
{
#if PY_VERSION_HEX >= 0x030D0000
  return PyCode_Check(frame->f_executable) ? (PyCodeObject *)frame->f_executable : NULL;
#else
  return frame->f_code;
#endif
}

PyObject *dryad_frame_name(const dryad_frame *frame)
{
  const PyCodeObject *code = code_of(inside(frame));
  return code != NULL ? code->co_name : NULL;
}

size_t dryad_frame_size(const dryad_frame *frame)
{
  const PyCodeObject *code = code_of(inside(frame));
  size_t slots = code != NULL ? (size_t)code->co_nlocalsplus + (size_t)code->co_stacksize : 0;
  /* A generator's frame is a part of the generator, and counted there. */
  return inside(frame)->owner == FRAME_OWNED_BY_THREAD
             ? offsetof(_PyInterpreterFrame, localsplus) + slots * sizeof(PyObject *)
             : 0;
}

int dryad_frame_visit(const dryad_frame *opaque, visitproc visit, void *context)
{
  const _PyInterpreterFrame *frame = inside(opaque);
  const PyCodeObject *code = code_of(frame);
#if PY_VERSION_HEX >= 0x030C0000
  VISIT(frame->f_funcobj);
#else
  VISIT(frame->f_func);
#endif
  VISIT(code);
  VISIT(frame->f_locals);
  int known = code != NULL ? code->co_nlocalsplus : 0;
  if (frame->stacktop >= 0) known = frame->stacktop;
  for (int i = 0; i < known; i++) VISIT(frame->localsplus[i]);
  return 0;
}

PyObject *dryad_frame_object_name(PyObject *object)
{
  const _PyInterpreterFrame *frame = ((PyFrameObject *)object)->f_frame;
  return frame != NULL ? dryad_frame_name((const dryad_frame *)(const void *)frame) : NULL;
}

#else

const dryad_frame *dryad_thread_frame(PyThreadState *thread)
{
  (void)thread;
  return NULL;
}

const dryad_frame *dryad_frame_previous(const dryad_frame *frame)
{
  (void)frame;
  return NULL;
}

PyObject *dryad_frame_object(const dryad_frame *frame)
{
  (void)frame;
  return NULL;
}

const dryad_frame *dryad_frame_of(PyObject *object)
{
  (void)object;
  return NULL;
}

PyObject *dryad_frame_name(const dryad_frame *frame)
{
  (void)frame;
  return NULL;
}

size_t dryad_frame_size(const dryad_frame *frame)
{
  (void)frame;
  return 0;
}

int dryad_frame_visit(const dryad_frame *frame, visitproc visit, void *context)
{
  (void)frame;
  (void)visit;
  (void)context;
  return 0;
}

PyObject *dryad_frame_object_name(PyObject *object)
{
  PyCodeObject *code = ((PyFrameObject *)object)->f_code;
  return code != NULL ? code->co_name : NULL;
}

#endif

/* ---- instances of Python classes */

#if PY_VERSION_HEX >= 0x030B0000

/* The pointers that lie before an instance whose dict the interpreter manages. */
static void **before(PyObject *object, int words) { return (void **)(void *)object - words; }

static bool managed(PyObject *object) { return (Py_TYPE(object)->tp_flags & Py_TPFLAGS_MANAGED_DICT) != 0; }

static PyDictValues *values_of(PyObject *object)
{
  if (!managed(object)) return NULL;
#if PY_VERSION_HEX >= 0x030D0000
  if ((Py_TYPE(object)->tp_flags & Py_TPFLAGS_INLINE_VALUES) == 0) return NULL;
  PyDictValues *values = (PyDictValues *)(void *)((char *)object + Py_TYPE(object)->tp_basicsize);
  return values->valid ? values : NULL;
#elif PY_VERSION_HEX >= 0x030C0000
  uintptr_t tagged = (uintptr_t)*before(object, 3);
  return (tagged & 1) != 0 ? (PyDictValues *)(tagged + 1) : NULL;
#else
  return *before(object, 4);
#endif
}

static PyDictKeysObject *keys_of(PyObject *object) { return ((PyHeapTypeObject *)Py_TYPE(object))->ht_cached_keys; }

PyObject *dryad_instance_dict(PyObject *object)
{
  if (managed(object)) {
#if PY_VERSION_HEX >= 0x030D0000
    return *before(object, 3);
#else
    return values_of(object) == NULL ? *before(object, 3) : NULL;
#endif
  }
  PyObject **place = _PyObject_GetDictPtr(object);
  return place != NULL ? *place : NULL;
}

bool dryad_instance_inline(PyObject *object) { return values_of(object) != NULL; }

int dryad_instance_visit(PyObject *object, visitproc visit, void *context)
{
  const PyDictValues *values = values_of(object);
  if (values == NULL) return 0;
  PyDictKeysObject *keys = keys_of(object);
  const PyDictUnicodeEntry *entries = DK_UNICODE_ENTRIES(keys);
  Py_ssize_t count = keys->dk_nentries;
#if PY_VERSION_HEX >= 0x030D0000
  if (count > values->capacity) count = values->capacity;
#endif
  for (Py_ssize_t i = 0; i < count; i++) {
    if (values->values[i] == NULL) continue;
    VISIT(entries[i].me_key);
    VISIT(values->values[i]);
  }
  return 0;
}

size_t dryad_instance_values_size(PyObject *object)
{
#if PY_VERSION_HEX >= 0x030D0000
  (void)object;
  return 0;
#else
  const PyDictValues *values = values_of(object);
  if (values == NULL) return 0;
  const PyDictKeysObject *keys = keys_of(object);
  size_t prefix = ((const uint8_t *)values)[-1];
  return prefix + (size_t)(keys->dk_nentries + keys->dk_usable) * sizeof(PyObject *);
#endif
}

#else

PyObject *dryad_instance_dict(PyObject *object)
{
  PyObject **place = _PyObject_GetDictPtr(object);
  return place != NULL ? *place : NULL;
}

bool dryad_instance_inline(PyObject *object)
{
  (void)object;
  return false;
}

int dryad_instance_visit(PyObject *object, visitproc visit, void *context)
{
  (void)object;
  (void)visit;
  (void)context;
  return 0;
}

size_t dryad_instance_values_size(PyObject *object)
{
  (void)object;
  return 0;
}

#endif

/* ---- others */

size_t dryad_object_header_size(PyObject *object)
{
#if PY_VERSION_HEX >= 0x030B0000
  unsigned long flags = Py_TYPE(object)->tp_flags;
#if PY_VERSION_HEX >= 0x030C0000
  bool preheader = (flags & Py_TPFLAGS_PREHEADER) != 0;
#else
  bool preheader = (flags & Py_TPFLAGS_MANAGED_DICT) != 0;
#endif
#if PY_VERSION_HEX >= 0x030D0000
  bool collected = PyObject_IS_GC(object);
#else
  bool collected = (flags & Py_TPFLAGS_HAVE_GC) != 0; /* static types too, which have none */
#endif
  return (collected ? sizeof(PyGC_Head) : 0) + (preheader ? 2 * sizeof(PyObject *) : 0);
#else
  return PyObject_IS_GC(object) ? sizeof(PyGC_Head) : 0;
#endif
}

PyObject *dryad_type_dict(PyTypeObject *type)
{
#if PY_VERSION_HEX >= 0x030C0000
  PyObject *dict = PyType_GetDict(type);
  Py_XDECREF(dict);
  return dict;
#else
  return type->tp_dict;
#endif
}

int dryad_code_visit(PyObject *object, visitproc visit, void *context)
{
  const PyCodeObject *code = (const PyCodeObject *)object;
  VISIT(code->co_consts);
  VISIT(code->co_names);
  VISIT(code->co_filename);
  VISIT(code->co_name);
#if PY_VERSION_HEX >= 0x030A0000
  VISIT(code->co_linetable);
#else
  VISIT(code->co_lnotab);
#endif
#if PY_VERSION_HEX >= 0x030B0000
  VISIT(code->co_qualname);
  VISIT(code->co_exceptiontable);
  VISIT(code->co_localsplusnames);
  VISIT(code->co_localspluskinds);
#if PY_VERSION_HEX >= 0x030C0000
  if (code->_co_cached != NULL) {
    VISIT(code->_co_cached->_co_code);
    VISIT(code->_co_cached->_co_varnames);
    VISIT(code->_co_cached->_co_cellvars);
    VISIT(code->_co_cached->_co_freevars);
  }
#else
  VISIT(code->_co_code);
#endif
#else
  VISIT(code->co_code);
  VISIT(code->co_varnames);
  VISIT(code->co_freevars);
  VISIT(code->co_cellvars);
#endif
  return 0;
}

const uint32_t *dryad_int_digits(PyObject *integer, size_t *count, bool *negative)
{
  _Static_assert(sizeof(digit) == sizeof(uint32_t), "digits of 15 bits are of other machines");
  const PyLongObject *value = (const PyLongObject *)integer;
#if PY_VERSION_HEX >= 0x030C0000
  *count = value->long_value.lv_tag >> 3;
  *negative = (value->long_value.lv_tag & 3) == 2;
  return value->long_value.ob_digit;
#else
  Py_ssize_t size = Py_SIZE(value);
  *negative = size < 0;
  *count = (size_t)(size < 0 ? -size : size);
  return value->ob_digit;
#endif
}

size_t dryad_dict_size(PyObject *dict) { return (size_t)_PyDict_SizeOf((PyDictObject *)dict); }
