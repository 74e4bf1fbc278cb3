/* SPDX-License-Identifier: MIT */
#include "layout_detect.h"

#include "collector.h"
#include "threads.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

dryad_layout dryad_here;

__attribute__((format(printf, 2, 3))) static bool refuse(char *reason, const char *format, ...)
{
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(reason, DRYAD_LAYOUT_REASON, format, arguments);
  va_end(arguments);
  return false;
}

/* ---- required symbols */

static bool find_symbols(char *reason)
{
  const struct {
    const char *name;
    const void *address;
  } needed[] = {
#define DATA(name) {#name, &name}
#define FUNCTION(name)                                                                                                 \
  {                                                                                                                    \
#name, (const void *)(uintptr_t)name                                                                               \
  }
      DATA(_PyRuntime),
      DATA(PyExc_BaseException),
      DATA(_Py_TrueStruct),
      DATA(_Py_FalseStruct),
      DATA(_Py_NoneStruct),
      DATA(_Py_EllipsisObject),
      DATA(_Py_NotImplementedStruct),
      DATA(PyBaseObject_Type),
      DATA(PyBool_Type),
      DATA(PyByteArray_Type),
      DATA(PyCFunction_Type),
      DATA(PyClassMethodDescr_Type),
      DATA(PyCode_Type),
      DATA(PyDict_Type),
      DATA(PyFloat_Type),
      DATA(PyFrame_Type),
      DATA(PyFrozenSet_Type),
      DATA(PyFunction_Type),
      DATA(PyGetSetDescr_Type),
      DATA(PyList_Type),
      DATA(PyLong_Type),
      DATA(PyMemberDescr_Type),
      DATA(PyMethodDescr_Type),
      DATA(PyModule_Type),
      DATA(PyODict_Type),
      DATA(PySet_Type),
      DATA(PyTuple_Type),
      DATA(PyType_Type),
      DATA(PyUnicode_Type),
      DATA(PyWrapperDescr_Type),
      FUNCTION(Py_IsInitialized),
      FUNCTION(PyGILState_Ensure),
      FUNCTION(PyGILState_Release),
      FUNCTION(PyThreadState_Get),
      FUNCTION(Py_IncRef),
      FUNCTION(Py_DecRef),
      FUNCTION(PyErr_Clear),
      FUNCTION(PyLong_FromLong),
      FUNCTION(PyTuple_New),
      FUNCTION(PyImport_GetModuleDict),
      FUNCTION(PyMem_SetAllocator),
      FUNCTION(PyMem_GetAllocator),
#undef DATA
#undef FUNCTION
  };
  for (size_t i = 0; i < sizeof needed / sizeof *needed; i++)
    if (needed[i].address == NULL) return refuse(reason, "its Python does not export %s", needed[i].name);
  if (Py_IsFinalizing == NULL && _Py_IsFinalizing == NULL)
    return refuse(reason, "its Python does not export Py_IsFinalizing");
  if (dryad_here.version >= 0x30C && PyType_GetDict == NULL)
    return refuse(reason, "its Python does not export PyType_GetDict");
  if (dryad_here.free_threaded && PyUnstable_GC_VisitObjects == NULL)
    return refuse(reason, "its Python does not export PyUnstable_GC_VisitObjects");
  return true;
}

/* ---- choosing the layout */

typedef struct version {
  unsigned number; /* 0x30B is 3.11 */
  char text[32];
} version;

static bool find_version(version *found)
{
  if (&Py_Version != NULL) {
    found->number = (unsigned)(Py_Version >> 16);
    snprintf(found->text, sizeof found->text, "%lu.%lu.%lu", Py_Version >> 24 & 0xff, Py_Version >> 16 & 0xff,
             Py_Version >> 8 & 0xff);
    return true;
  }
  char *rest;
  const char *text = Py_GetVersion != NULL ? Py_GetVersion() : "";
  unsigned long major = strtoul(text, &rest, 10);
  unsigned long minor = *rest == '.' ? strtoul(rest + 1, &rest, 10) : 0;
  found->number = (unsigned)(major << 8 | minor);
  snprintf(found->text, sizeof found->text, "%.*s", (int)strcspn(text, " +"), text);
  return major > 0 && major < 16 && minor < 256;
}

enum { COOKIE = 8, SAID_VERSION = 8, SAID_FREE_THREADED = 16 };

static uint64_t said(size_t offset)
{
  uint64_t value;
  memcpy(&value, _PyRuntime + offset, sizeof value);
  return value;
}

/* The fact in which a layout differs from _Py_DebugOffsets; NULL if they agree. */
static const char *find_difference(const dryad_layout *layout, uint64_t *theirs, uint32_t *ours)
{
  const struct {
    const char *name;
    size_t fact, offset;
  } facts[] = {
#define SAID(fact, field) {#field, offsetof(dryad_layout, fact), offsetof(dryad_layout, said_##fact)},
      DRYAD_LAYOUT_SAID(SAID)
#undef SAID
  };
  for (size_t i = 0; i < sizeof facts / sizeof *facts; i++) {
    *ours = dryad_field_u32(layout, facts[i].fact);
    *theirs = said(dryad_field_u32(layout, facts[i].offset));
    if (*ours != *theirs) return facts[i].name;
  }
  return NULL;
}

static bool says_of_itself(unsigned number) { return number >= 0x30D; }

/* Chooses among the layouts of a version the one that matches _Py_DebugOffsets. */
static bool choose(const version *running, bool free_threaded, bool debug, char *reason)
{
  const char *difference = NULL;
  bool known = false;
  uint64_t theirs = 0;
  uint32_t ours = 0;
  const dryad_layout *layout;
  for (size_t i = 0; (layout = dryad_layouts_get(i)) != NULL; i++) {
    if (layout->version != running->number || layout->free_threaded != free_threaded || layout->debug != debug)
      continue;
    known = true;
    difference = says_of_itself(running->number) ? find_difference(layout, &theirs, &ours) : NULL;
    if (difference != NULL) continue;
    dryad_here = *layout;
    return true;
  }
  if (!known)
    return refuse(reason, "this Dryad knows CPython 3.8 to 3.15; the process runs %s%s", running->text,
                  free_threaded ? ", free-threaded" : "");
  return refuse(reason, "this Dryad does not know the structures of its Python %s: %s is %" PRIu64 ", not %" PRIu32,
                running->text, difference, theirs, ours);
}

static bool find_variant(const version *running, bool *free_threaded, char *reason)
{
  *free_threaded = false;
  if (!says_of_itself(running->number)) return true;
  if (memcmp(_PyRuntime, "xdebugpy", COOKIE) != 0)
    return refuse(reason, "its Python %s does not publish the layout of its structures", running->text);
  if (said(SAID_VERSION) >> 16 != running->number)
    return refuse(reason, "its Python is %s, but its runtime is of another version (%#" PRIx64 ")", running->text,
                  said(SAID_VERSION));
  *free_threaded = said(SAID_FREE_THREADED) != 0;
  return true;
}

/* ---- the sizes of built-in types */

static bool check_sizes(char *reason)
{
  const struct {
    const PyTypeObject *type;
    uint32_t size;
  } types[] = {
      {&PyBaseObject_Type, dryad_here.object_size}, {&PyType_Type, dryad_here.heap_type_size},
      {&PyList_Type, dryad_here.list_size},         {&PyDict_Type, dryad_here.dict_size},
      {&PyUnicode_Type, dryad_here.str_size},       {&PyFloat_Type, dryad_here.float_value + (uint32_t)sizeof(double)},
      {&PyLong_Type, dryad_here.int_digits},
  };
  for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
    const char *name = dryad_type_name(types[i].type);
    Py_ssize_t size = dryad_type_basicsize(types[i].type);
    if (size != (Py_ssize_t)types[i].size)
      return refuse(reason, "this Dryad does not know the objects of its Python: a %.20s is %td bytes, not %" PRIu32,
                    name, size, types[i].size);
  }
  if (dryad_type_itemsize(&PyLong_Type) != sizeof(uint32_t))
    return refuse(reason, "its Python has ints with 15-bit digits");
  return true;
}

bool dryad_layout_detect(char reason[DRYAD_LAYOUT_REASON])
{
  version running;
  bool free_threaded;
  if (_Py_PrintReferences != NULL)
    return refuse(reason, "its Python was built to trace references, which changes the layout of all objects");
  if (!find_version(&running)) return refuse(reason, "the process exports no Python functions");
  if (running.number < 0x308 || running.number > 0x30F)
    return refuse(reason, "this Dryad knows CPython 3.8 to 3.15; the process runs %s", running.text);
  if (&_PyRuntime == NULL) return refuse(reason, "its Python does not export _PyRuntime");
  return find_variant(&running, &free_threaded, reason) &&
         choose(&running, free_threaded, _Py_NegativeRefcount != NULL, reason) && find_symbols(reason) &&
         check_sizes(reason);
}

/* ---- checks against Python's functions */

static bool has_allocator(PyMemAllocatorDomain domain, size_t place)
{
  PyMemAllocatorEx allocator;
  if (place == 0) return true;
  PyMem_GetAllocator(domain, &allocator);
  return memcmp(_PyRuntime + place, &allocator, sizeof allocator) == 0;
}

bool dryad_layout_check_memory(char reason[DRYAD_LAYOUT_REASON])
{
  return (has_allocator(PYMEM_DOMAIN_MEM, dryad_here.runtime_mem_allocator) &&
          has_allocator(PYMEM_DOMAIN_OBJ, dryad_here.runtime_object_allocator)) ||
         refuse(reason, "the allocators of its Python are not where this Dryad expects them");
}

bool dryad_layout_check(char reason[DRYAD_LAYOUT_REASON])
{
  const void *interpreter = dryad_interpreter(), *own = PyThreadState_Get();
  const char *wrong = NULL;
  if (interpreter == NULL || dryad_field_pointer(interpreter, dryad_here.interp_modules) != PyImport_GetModuleDict())
    wrong = "modules";
  const void *thread = wrong == NULL ? dryad_threads_first(interpreter) : own;
  while (thread != NULL && thread != own) thread = dryad_threads_next(thread);
  if (thread == NULL) wrong = "threads";
  return wrong == NULL || refuse(reason, "the %s of its Python are not where this Dryad expects them", wrong);
}
