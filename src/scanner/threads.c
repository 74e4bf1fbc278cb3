/* SPDX-License-Identifier: MIT */
#include "threads.h"

#include "instances.h"
#include "interpreters.h"
#include "proc_lines.h"

#include <string.h>

const void *dryad_threads_first(const void *interpreter)
{
  return dryad_field_pointer(interpreter, dryad_here.interp_threads);
}

const void *dryad_threads_next(const void *thread) { return dryad_field_pointer(thread, dryad_here.thread_next); }

/* ---- what a state holds */

static int visit_frames(const void *thread, dryad_visitor *visitor)
{
  const dryad_frame *frame = dryad_thread_frame(thread);
  for (; frame != NULL; frame = dryad_frame_previous(frame)) {
    PyObject *object = dryad_frame_object(frame);
    TRY(object != NULL ? visitor->visit(object, visitor->context) : visitor->frame(frame, visitor->context));
  }
  if (dryad_here.version >= 0x30B) return 0;
  PyObject *object = dryad_field_object(thread, dryad_here.thread_frame);
  for (; object != NULL; object = dryad_field_object(object, dryad_here.frame_object_back)) VISIT(object);
  return 0;
}

/* The last item of the stack of handled exceptions lies in the state; the others lie in generators. */
static int visit_handled(const void *thread, dryad_visitor *visitor)
{
  static const char *const names[] = {"exc_type", "exc_value", "exc_traceback"}; /* from 3.11 on only the second */
  const char *item = dryad_field_pointer(thread, dryad_here.thread_exceptions), *next = item;
  const size_t first = dryad_here.exception_previous == sizeof(PyObject *);
  for (; next != NULL; next = dryad_field_pointer(next, dryad_here.exception_previous)) item = next;
  for (size_t offset = 0; item != NULL && offset < dryad_here.exception_previous; offset += sizeof(PyObject *))
    VISIT_NAMED(names[first + offset / sizeof(PyObject *)], dryad_field_object(item, offset));
  return 0;
}

int dryad_thread_visit(const void *thread, dryad_visitor *visitor)
{
  static const char *const names[DRYAD_LAYOUT_LIST] = {
      "dict",    "context", "async_exc", "firstiter",      "finalizer",
      "profile", "trace",   "exception", "exception_type", "exception_traceback"}; /* as in layout_facts.h */
  TRY(visit_frames(thread, visitor));
  for (DRYAD_LAYOUT_EACH(dryad_here.thread_objects, i))
    VISIT_NAMED(names[i], dryad_field_object(thread, dryad_here.thread_objects[i]));
  return visit_handled(thread, visitor);
}

/* ---- what threading knows */

static const PyObject *dict_or_null(const PyObject *object)
{
  return object != NULL && dryad_object_is(object, Py_TPFLAGS_DICT_SUBCLASS) ? object : NULL;
}

/* The dict of threading that has the Thread of each ident; NULL if the module was not imported. */
static const PyObject *known_threads(const void *interpreter)
{
  const PyObject *modules = dict_or_null(dryad_field_object(interpreter, dryad_here.interp_modules));
  const PyObject *module = modules != NULL ? dryad_dict_get(modules, "threading", NULL) : NULL;
  if (module == NULL || !dryad_type_is_subtype(dryad_type_of(module), &PyModule_Type)) return NULL;
  const PyObject *dict = dict_or_null(dryad_field_object(module, dryad_here.module_dict));
  return dict != NULL ? dict_or_null(dryad_dict_get(dict, "_active", NULL)) : NULL;
}

static bool is_number(const PyObject *object, uint64_t number)
{
  return dryad_object_is(object, Py_TPFLAGS_LONG_SUBCLASS) && (uint64_t)dryad_int_size(object) == number;
}

static const PyObject *find_thread(const void *interpreter, uint64_t ident)
{
  const PyObject *threads = known_threads(interpreter);
  PyObject *key, *value;
  if (threads == NULL) return NULL;
  for (dryad_entries all = dryad_entries_of(threads); dryad_entries_next(&all, &key, &value);)
    if (is_number(key, ident)) return value;
  return NULL;
}

typedef struct attribute {
  const char *name;
  PyObject *key, *value; /* the former only between a name and its value */
} attribute;

static int take_attribute(PyObject *object, void *context)
{
  attribute *wanted = context;
  if (wanted->key == NULL) {
    wanted->key = object;
    return 0;
  }
  if (dryad_str_equals(wanted->key, wanted->name)) wanted->value = object;
  wanted->key = NULL;
  return wanted->value != NULL;
}

static PyObject *attribute_of(const PyObject *object, const char *name)
{
  attribute wanted = {.name = name};
  const PyObject *dict = dryad_instance_dict(object);
  if (dict != NULL) return dryad_dict_get(dict, name, NULL);
  dryad_instance_visit(object, take_attribute, &wanted);
  return wanted.value;
}

static void ask_threading(dryad_thread_facts *facts, const void *interpreter)
{
  const PyObject *thread = find_thread(interpreter, facts->ident);
  if (thread == NULL) return;
  PyObject *name = attribute_of(thread, "_name");
  const PyObject *daemon = attribute_of(thread, "_daemonic"), *native = attribute_of(thread, "_native_id");
  if (name != NULL && dryad_object_is(name, Py_TPFLAGS_UNICODE_SUBCLASS)) facts->name = name;
  if (daemon != NULL && dryad_type_of(daemon) == &PyBool_Type) facts->daemon = daemon;
  if (facts->native_id == 0 && native != NULL && dryad_object_is(native, Py_TPFLAGS_LONG_SUBCLASS))
    facts->native_id = (uint64_t)dryad_int_size(native);
}

/* The name that the kernel has. Not by snprintf: this may be a copy of the process. */
static void read_native_name(dryad_thread_facts *facts, pid_t pid)
{
  char path[64], *end = dryad_number_write(stpcpy(path, "/proc/"), (uint64_t)pid);
  end = dryad_number_write(stpcpy(end, "/task/"), facts->native_id);
  strcpy(end, "/comm");
  dryad_proc_read(path, facts->native_name, sizeof facts->native_name);
  facts->native_name[strcspn(facts->native_name, "\n")] = '\0';
}

void dryad_thread_describe(dryad_thread_facts *facts, const void *thread, const void *interpreter, pid_t pid)
{
  *facts = (dryad_thread_facts){.ident = (uint64_t)dryad_field_size(thread, dryad_here.thread_id),
                                .interpreter = dryad_interpreters_number(interpreter)};
  if (dryad_here.thread_native_id != 0)
    facts->native_id = (uint64_t)dryad_field_size(thread, dryad_here.thread_native_id);
  ask_threading(facts, interpreter);
  if (facts->name == NULL && facts->native_id != 0) read_native_name(facts, pid);
}

void dryad_thread_facts_put(const dryad_thread_facts *facts, dryad_sink *sink)
{
  DRYAD_SINK_PUT(sink, "{\"ident\": ");
  dryad_sink_put_number(sink, facts->ident);
  if (facts->native_id != 0) {
    DRYAD_SINK_PUT(sink, ", \"native_id\": ");
    dryad_sink_put_number(sink, facts->native_id);
  }
  if (facts->daemon != NULL) {
    DRYAD_SINK_PUT(sink, ", \"daemon\": ");
    if (facts->daemon == Py_True)
      DRYAD_SINK_PUT(sink, "true");
    else
      DRYAD_SINK_PUT(sink, "false");
  }
  DRYAD_SINK_PUT(sink, ", \"interpreter\": ");
  dryad_sink_put_number(sink, facts->interpreter);
  DRYAD_SINK_PUT(sink, "}");
}
