/* SPDX-License-Identifier: MIT */
#include "dump.h"

#include "code.h"
#include "collector.h"
#include "dicts.h"
#include "generators.h"
#include "interpreters.h"
#include "ndarrays.h"
#include "refcount.h"
#include "sizes.h"
#include "tasks.h"
#include "threads.h"

#include <errno.h>

void dryad_dump_init(dryad_dump *dump, const dryad_state *state, const dryad_dump_options *options, dryad_sink *sink)
{
  *dump = (dryad_dump){.options = options, .sink = sink};
  dryad_walk_init(&dump->walk, state, true);
  dryad_sink_init(&dump->names, -1, DRYAD_COMPRESSION_NONE);
  dryad_sink_init(&dump->deferred, options->ask_sizes ? options->spool : -1, DRYAD_COMPRESSION_NONE);
  dryad_sink_init(&dump->deferred_lines, -1, DRYAD_COMPRESSION_NONE);
}

const dryad_deferred_line *dryad_dump_deferred_lines(const dryad_dump *dump, size_t *count)
{
  *count = dump->deferred_lines.used / sizeof(dryad_deferred_line);
  return (const dryad_deferred_line *)(const void *)dump->deferred_lines.buffer;
}

void dryad_dump_deinit(dryad_dump *dump)
{
  size_t count;
  const dryad_deferred_line *lines = dryad_dump_deferred_lines(dump, &count);
  for (size_t i = 0; i < count; i++) Py_DecRef(lines[i].object);
  dryad_sink_deinit(&dump->names);
  dryad_sink_deinit(&dump->deferred);
  dryad_sink_deinit(&dump->deferred_lines);
  dryad_seen_deinit(&dump->known);
  dryad_allocation_sites_deinit(&dump->sites);
  dryad_seen_deinit(&dump->frames);
  dryad_roots_deinit(&dump->roots);
  dryad_walk_deinit(&dump->walk);
}

void dryad_dump_start(dryad_dump *dump, PyObject *object) { dryad_walk_mark(object, &dump->walk); }

int dryad_dump_know(PyObject *object, void *dump)
{
  dryad_seen_add(&((dryad_dump *)dump)->known, (uintptr_t)object);
  return 0;
}

/* ---- parts of a line */

typedef struct reference_writer {
  dryad_visitor visitor;
  dryad_sink *sink, *names;
  dryad_walk *walk;    /* where to mark, or NULL */
  dryad_seen *frames;  /* where to mark frames without objects */
  size_t count, named; /* references so far, and those that `names` covers: all up to the last one with a name */
} reference_writer;

static void separate(dryad_sink *sink, size_t before)
{
  if (before > 0) DRYAD_SINK_PUT(sink, ", ");
}

static void put_reference_name(reference_writer *writer)
{
  const dryad_reference_name *name = &writer->visitor.name;
  if (name->text == NULL && name->object == NULL) return;
  for (; writer->named < writer->count; writer->named++) {
    separate(writer->names, writer->named);
    DRYAD_SINK_PUT(writer->names, "null");
  }
  separate(writer->names, writer->named++);
  if (name->text != NULL)
    dryad_text_put_c_string(writer->names, name->text);
  else
    dryad_text_put_string(writer->names, name->object);
}

static void put_reference(reference_writer *writer, uintptr_t address)
{
  put_reference_name(writer);
  char *end = dryad_sink_room(writer->sink, 24);
  if (end == NULL) return;
  if (writer->count++ > 0) {
    *end++ = ',';
    *end++ = ' ';
  }
  dryad_sink_advance(writer->sink, dryad_number_write(end, address));
}

static int write_reference(PyObject *object, void *context)
{
  reference_writer *writer = context;
  put_reference(writer, (uintptr_t)object);
  if (writer->walk != NULL) dryad_walk_mark(object, writer->walk);
  return writer->sink->error;
}

static int write_frame_reference(const dryad_frame *frame, void *context)
{
  reference_writer *writer = context;
  put_reference(writer, (uintptr_t)frame);
  dryad_seen_add(writer->frames, (uintptr_t)frame);
  return writer->sink->error;
}

/* Starts the references of a line; its visitor takes them. */
static void begin_references(reference_writer *writer, dryad_dump *dump, dryad_sink *sink, bool marks)
{
  DRYAD_SINK_PUT(sink, ", \"refs\": [");
  *writer = (reference_writer){.visitor = {.visit = write_reference, .frame = write_frame_reference, .context = writer},
                               .sink = sink,
                               .names = &dump->names,
                               .walk = marks ? &dump->walk : NULL,
                               .frames = &dump->frames};
}

/* Ends them, and the line but for its brace. */
static void end_references(reference_writer *writer)
{
  DRYAD_SINK_PUT(writer->sink, "]");
  if (writer->named == 0) return;
  for (; writer->named < writer->count; writer->named++) DRYAD_SINK_PUT(writer->names, ", null");
  DRYAD_SINK_PUT(writer->sink, ", \"names\": [");
  dryad_sink_put(writer->sink, writer->names->buffer, writer->names->used);
  DRYAD_SINK_PUT(writer->sink, "]");
  writer->names->used = 0;
}

/* Writes what was put together in `names` as a text: JSON in JSON. */
static void put_json(dryad_dump *dump)
{
  dryad_sink_put(&dump->names, "", 1);
  if (dump->names.error == 0) dryad_text_put_c_name(dump->sink, "value", dump->names.buffer);
  dump->names.used = 0;
}

static Py_ssize_t length_of(const dryad_type_info *info, const PyObject *object)
{
  switch (info->shape) {
  case DRYAD_SHAPE_STR: return (Py_ssize_t)dryad_str_length(object);
  case DRYAD_SHAPE_DICT: return dryad_dict_count(object);
  case DRYAD_SHAPE_SET: return dryad_set_count(object);
  case DRYAD_SHAPE_BYTES:
  case DRYAD_SHAPE_BYTEARRAY:
  case DRYAD_SHAPE_LIST:
  case DRYAD_SHAPE_TUPLE: return dryad_count_of(object);
  default: return -1;
  }
}

static PyObject *module_name(const PyObject *module)
{
  const PyObject *dict = dryad_field_object(module, dryad_here.module_dict);
  return dict != NULL ? dryad_dict_get(dict, "__name__", NULL) : NULL;
}

static const char *builtin_name(const PyObject *function)
{
  return ((const PyMethodDef *)dryad_field_pointer(function, dryad_here.builtin_definition))->ml_name;
}

static void put_object_name(dryad_sink *sink, const PyObject *object, size_t name)
{
  dryad_text_put_name(sink, "name", dryad_field_object(object, name));
}

/* The function that a frame executes. */
static void put_function(dryad_sink *sink, const PyObject *code)
{
  if (code != NULL) dryad_text_put_name(sink, "value", dryad_code_name(code));
}

/* Where a code stands: `, "file": TEXT, "line": NUMBER`. */
static void put_place(dryad_sink *sink, const PyObject *code, Py_ssize_t instruction)
{
  if (code == NULL) return;
  dryad_text_put_name(sink, "file", dryad_code_file(code));
  int line = dryad_code_line(code, instruction);
  if (line < 0) return;
  DRYAD_SINK_PUT(sink, ", \"line\": ");
  dryad_sink_put_number(sink, (uint64_t)line);
}

static void put_place_of(dryad_sink *sink, const dryad_type_info *info, PyObject *object)
{
  const PyObject *generator = NULL;
  if (info->shape == DRYAD_SHAPE_FRAME)
    put_place(sink, dryad_frame_object_code(object), dryad_frame_object_instruction(object));
  else if (info->shape == DRYAD_SHAPE_TASK)
    generator = dryad_task_coroutine(info, object);
  else if (info->shape == DRYAD_SHAPE_GENERATOR)
    generator = object;
  if (generator != NULL && dryad_is_generator(generator))
    put_place(sink, dryad_generator_code(generator), dryad_generator_instruction(generator));
}

/* Nobody named a task whose name is a number. */
static void put_task_name(dryad_sink *sink, const dryad_type_info *info, PyObject *task)
{
  PyObject *name = dryad_task_name(info, task);
  if (name != NULL && dryad_object_is(name, Py_TPFLAGS_LONG_SUBCLASS)) {
    DRYAD_SINK_PUT(sink, ", \"name\": \"Task-");
    dryad_sink_put_number(sink, (uint64_t)dryad_int_size(name));
    DRYAD_SINK_PUT(sink, "\"");
  } else {
    dryad_text_put_name(sink, "name", name);
  }
}

static void put_member_name(dryad_sink *sink, const dryad_type_info *info, const PyObject *object)
{
  for (size_t i = 0; i < info->members.count; i++)
    if (strcmp(info->members.list[i].name, "name") == 0) put_object_name(sink, object, info->members.list[i].offset);
}

static void put_name_or_value(const dryad_dump *dump, dryad_sink *sink, const dryad_type_info *info, PyObject *object)
{
  const dryad_privacy *privacy = &dump->options->privacy;
  switch (info->shape) {
  case DRYAD_SHAPE_STR: dryad_text_put_str(sink, privacy, object); break;
  case DRYAD_SHAPE_BYTES: dryad_text_put_bytes(sink, privacy, object); break;
  case DRYAD_SHAPE_INT: dryad_text_put_int(sink, privacy, object); break;
  case DRYAD_SHAPE_BOOL: dryad_text_put_bool(sink, privacy, object == Py_True); break;
  case DRYAD_SHAPE_FLOAT: dryad_text_put_float(sink, privacy, dryad_float_value(object)); break;
  case DRYAD_SHAPE_TYPE: dryad_text_put_c_name(sink, "name", dryad_type_name((PyTypeObject *)(void *)object)); break;
  case DRYAD_SHAPE_MODULE: dryad_text_put_name(sink, "name", module_name(object)); break;
  case DRYAD_SHAPE_FUNCTION: put_object_name(sink, object, dryad_here.function_name); break;
  case DRYAD_SHAPE_CODE: put_object_name(sink, object, dryad_here.code_name); break;
  case DRYAD_SHAPE_FRAME: put_function(sink, dryad_frame_object_code(object)); break;
  case DRYAD_SHAPE_CONTEXT_VAR: put_member_name(sink, info, object); break;
  case DRYAD_SHAPE_TASK: put_task_name(sink, info, object); break;
  case DRYAD_SHAPE_NDARRAY: dryad_ndarray_put(sink, object); break;
  case DRYAD_SHAPE_GENERATOR: put_object_name(sink, object, dryad_here.generator_qualname); break;
  case DRYAD_SHAPE_BUILTIN: dryad_text_put_c_name(sink, "name", builtin_name(object)); break;
  default: break;
  }
}

static void put_root(dryad_sink *sink, const dryad_roots *roots, const PyObject *object)
{
  const char *reason = dryad_roots_reason(roots, object);
  if (reason != NULL) dryad_text_put_c_name(sink, "root", reason);
}

static void put_refcount(dryad_sink *sink, const dryad_type_info *info, const PyObject *object)
{
  uint64_t count;
  if (!dryad_refcount_get(info, object, &count)) return;
  DRYAD_SINK_PUT(sink, ", \"refcount\": ");
  dryad_sink_put_number(sink, count);
}

/* Whether a type's name starts with its module, as those of types written in C do. */
static bool names_module(const char *name, const PyObject *module)
{
  const dryad_text text = dryad_str_text(module);
  return text.kind == 1 && strncmp(name, text.data, text.length) == 0 && name[text.length] == '.';
}

static void put_qualified_name(dryad_sink *sink, PyTypeObject *type)
{
  const char *name = dryad_type_name(type);
  if (dryad_type_has(type, Py_TPFLAGS_HEAPTYPE)) {
    const PyObject *dict = dryad_type_dict(type);
    PyObject *module = dict != NULL ? dryad_dict_get(dict, "__module__", NULL) : NULL;
    if (module == NULL || !dryad_object_is(module, Py_TPFLAGS_UNICODE_SUBCLASS) || names_module(name, module)) return;
    dryad_text_put_qualified(sink, "qualname", module, dryad_field_object(type, dryad_here.heap_type_qualname));
  } else if (strchr(name, '.') == NULL) {
    DRYAD_SINK_PUT(sink, ", \"qualname\": \"builtins.");
    dryad_sink_put(sink, name, strlen(name));
    DRYAD_SINK_PUT(sink, "\"");
  }
}

static void put_mapped(dryad_sink *sink, const dryad_type_info *info, const PyObject *object)
{
  size_t mapped = dryad_known_mapped(info->known, object);
  if (mapped == 0) return;
  DRYAD_SINK_PUT(sink, ", \"mapped\": ");
  dryad_sink_put_number(sink, mapped);
}

/* ---- lines */

static void put_size(dryad_dump *dump, dryad_sink *sink, size_t size)
{
  dryad_sink_put_number(sink, size);
  dump->bytes += size;
}

/* Static types belong to all interpreters. */
static void put_interpreter(const dryad_dump *dump, dryad_sink *sink, const PyObject *object)
{
  bool is_type = object != NULL && dryad_object_is(object, Py_TPFLAGS_TYPE_SUBCLASS);
  if (dump->number == 0) return;
  if (is_type && !dryad_type_has((const PyTypeObject *)(const void *)object, Py_TPFLAGS_HEAPTYPE)) return;
  DRYAD_SINK_PUT(sink, ", \"interpreter\": ");
  dryad_sink_put_number(sink, dump->number);
}

/* Writes a line from its type on, without the size if that is deferred. */
static void put_rest(dryad_dump *dump, dryad_sink *sink, const dryad_type_info *info, PyObject *object, bool marks,
                     bool defers_size)
{
  if (defers_size) {
    dryad_sink_put(sink, info->text, info->type_length);
  } else {
    dryad_sink_put(sink, info->text, info->text_length);
    put_size(dump, sink, dryad_size_of(info, object));
  }
  Py_ssize_t length = length_of(info, object);
  if (length >= 0) {
    DRYAD_SINK_PUT(sink, ", \"len\": ");
    dryad_sink_put_number(sink, (uint64_t)length);
  }
  put_name_or_value(dump, sink, info, object);
  if (info->shape == DRYAD_SHAPE_TYPE) put_qualified_name(sink, (PyTypeObject *)(void *)object);
  put_refcount(sink, info, object);
  put_root(sink, &dump->roots, object);
  put_interpreter(dump, sink, object);
  put_mapped(sink, info, object);
  put_place_of(sink, info, object);
  dryad_allocation_sites_put(&dump->sites, sink, object);
  reference_writer writer;
  begin_references(&writer, dump, sink, marks);
  dryad_referents_visit(dump->walk.state, info, object, &writer.visitor);
  end_references(&writer);
}

static void put_address(dryad_sink *sink, uintptr_t address)
{
  DRYAD_SINK_PUT(sink, "{\"address\": ");
  dryad_sink_put_number(sink, address);
}

static void put_object(dryad_dump *dump, const dryad_type_info *info, PyObject *object, bool marks)
{
  /* Python code of other interpreters cannot run here. */
  bool asks =
      info->sizing == DRYAD_SIZING_PYTHON && dump->options->ask_sizes && dump->interpreter == dryad_interpreters_own();
  dryad_sink *sink = asks ? &dump->deferred : dump->sink;
  put_address(sink, (uintptr_t)object);
  put_rest(dump, sink, info, object, marks, asks);
  if (!asks) {
    DRYAD_SINK_PUT(sink, "}\n");
    dump->count++;
    return;
  }
  dryad_deferred_line line = {object, sink->flushed + sink->used};
  size_t before = dump->deferred_lines.used;
  dryad_sink_put(&dump->deferred_lines, (const char *)&line, sizeof line);
  if (dump->deferred_lines.used > before) Py_IncRef(object);
}

static void put_frame(dryad_dump *dump, const dryad_frame *frame)
{
  dryad_sink *sink = dump->sink;
  put_address(sink, (uintptr_t)frame);
  DRYAD_SINK_PUT(sink, ", \"type\": \"frame\", \"size\": ");
  put_size(dump, sink, dryad_frame_size(frame));
  const PyObject *code = dryad_frame_code(frame);
  put_function(sink, code);
  put_interpreter(dump, sink, NULL);
  put_place(sink, code, dryad_frame_instruction(frame));
  reference_writer writer;
  begin_references(&writer, dump, sink, true);
  dryad_referents_visit_frame(frame, &writer.visitor);
  end_references(&writer);
  DRYAD_SINK_PUT(sink, "}\n");
  dump->count++;
}

static void put_process(dryad_dump *dump)
{
  DRYAD_SINK_PUT(dump->sink, "{\"address\": 1, \"type\": \"<process>\", \"size\": 0");
  dryad_facts_put(dump->options->facts, &dump->options->privacy, dump->sites.bytes, &dump->names);
  put_json(dump);
  DRYAD_SINK_PUT(dump->sink, ", \"refs\": []}\n");
}

int dryad_dump_end(dryad_dump *dump)
{
  DRYAD_SINK_PUT(dump->sink, "{\"address\": 2, \"type\": \"<end>\", \"size\": 0, \"value\": ");
  dryad_sink_put_number(dump->sink, dump->count + 1); /* the process's line too */
  DRYAD_SINK_PUT(dump->sink, ", \"refs\": []}\n");
  return dryad_dump_error(dump);
}

static void put_thread(dryad_dump *dump, const void *thread)
{
  dryad_thread_facts facts;
  dryad_thread_describe(&facts, thread, dump->interpreter, dump->options->facts->pid);
  put_address(dump->sink, (uintptr_t)thread);
  DRYAD_SINK_PUT(dump->sink, ", \"type\": \"<thread>\", \"size\": 0");
  if (facts.name != NULL)
    dryad_text_put_name(dump->sink, "name", facts.name);
  else if (facts.native_name[0] != '\0')
    dryad_text_put_c_name(dump->sink, "name", facts.native_name);
  dryad_thread_facts_put(&facts, &dump->names);
  put_json(dump);
  DRYAD_SINK_PUT(dump->sink, ", \"root\": \"thread\"");
  put_interpreter(dump, dump->sink, NULL);
  reference_writer writer;
  begin_references(&writer, dump, dump->sink, true);
  dryad_thread_visit(thread, &writer.visitor);
  end_references(&writer);
  DRYAD_SINK_PUT(dump->sink, "}\n");
  dump->count++;
}

/* Marks everything that they hold. */
static void put_threads(dryad_dump *dump)
{
  for (const void *thread = dryad_threads_first(dump->interpreter); thread != NULL; thread = dryad_threads_next(thread))
    if (thread != dump->options->own_thread) put_thread(dump, thread);
}

static void put_marked_frames(dryad_dump *dump)
{
  for (uintptr_t frame; (frame = dryad_seen_next(&dump->frames)) != 0;) put_frame(dump, (const dryad_frame *)frame);
}

/* Checks once in a while. */
static bool stopped(const dryad_dump *dump)
{
  enum { INTERVAL = 4096 };
  return dump->options->stopped != NULL && dump->count % INTERVAL == 0 && dump->options->stopped();
}

int dryad_dump_error(const dryad_dump *dump)
{
  if (dump->sink->error != 0) return dump->sink->error;
  if (dump->deferred.error != 0) return dump->deferred.error;
  if (dump->names.error != 0) return dump->names.error;
  return dryad_walk_failed(&dump->walk) || dump->frames.failed || dump->known.failed || dump->roots.failed ||
                 dump->deferred_lines.error != 0
             ? ENOMEM
             : 0;
}

/* Whether the interpreters share the lists of the collector's objects (3.8). */
static bool share_lists(void)
{
  return dryad_here.version < 0x309 && dryad_interpreters_next(dryad_interpreter()) != NULL;
}

static bool has_lists(void) { return !dryad_here.free_threaded && !share_lists(); }

int dryad_dump_begin(dryad_dump *dump, const void *interpreter, dryad_scope scope)
{
  if (dump->interpreter == NULL) {
    dryad_allocation_sites_init(&dump->sites, dump->options->traces, dump->options->allocation_frames);
    put_process(dump);
  }
  dump->interpreter = interpreter;
  dump->number = dryad_interpreters_number(interpreter);
  bool marks = scope != DRYAD_SCOPE_REFERENCED && has_lists();
  if (marks && !dryad_walk_mark_tracked(&dump->walk, interpreter)) return EPROTO;
  if (scope == DRYAD_SCOPE_ALL) {
    put_threads(dump);
    dryad_walk_mark_modules(&dump->walk, interpreter);
    dryad_roots_find(&dump->roots, dump->known.count > 0 ? &dump->known : &dump->walk.seen, interpreter);
  }
  return dryad_dump_error(dump);
}

int dryad_dump_continue(dryad_dump *dump, dryad_scope scope)
{
  const dryad_type_info *info;
  while (dryad_dump_error(dump) == 0) {
    put_marked_frames(dump);
    PyObject *object = dryad_walk_next(&dump->walk, &info);
    if (object == NULL) break;
    if (stopped(dump)) return EINTR;
    put_object(dump, info, object, scope != DRYAD_SCOPE_TRACKED || dryad_object_tracked(object));
  }
  return dryad_dump_error(dump);
}

static int scan_interpreter(dryad_dump *dump, const void *interpreter, dryad_scope scope)
{
  int error = dryad_dump_begin(dump, interpreter, scope);
  return error == 0 ? dryad_dump_continue(dump, scope) : error;
}

/* The collector does not tell which interpreter such an object belongs to: the main one, if no other's threads and
 * modules lead there. */
static int scan_shared_lists(dryad_dump *dump, dryad_scope scope)
{
  int error = dryad_dump_begin(dump, dryad_interpreter(), DRYAD_SCOPE_REFERENCED);
  if (error == 0 && !dryad_walk_mark_tracked(&dump->walk, dump->interpreter)) error = EPROTO;
  return error == 0 ? dryad_dump_continue(dump, scope) : error;
}

/* The interpreter to begin with, to which everything is assigned that several of them reach. From 3.12 on a static type
 * has a dict in each, and the scanner sees that of the calling thread's; before, what they share is the main one's. */
static const void *first_interpreter(dryad_scope scope)
{
  bool own = scope == DRYAD_SCOPE_REFERENCED || dryad_here.version >= 0x30C;
  return own ? dryad_interpreters_own() : dryad_interpreter();
}

int dryad_dump_scan(dryad_dump *dump, dryad_scope scope)
{
  const void *first = first_interpreter(scope);
  const bool shared = scope != DRYAD_SCOPE_REFERENCED && share_lists();
  if (shared && !dryad_collector_visit(first, dryad_dump_know, dump)) return EPROTO;
  int error = scan_interpreter(dump, first, scope);
  if (scope == DRYAD_SCOPE_REFERENCED) return error;
  for (const void *next = dryad_interpreters_first(); next != NULL && error == 0; next = dryad_interpreters_next(next))
    if (next != first) error = scan_interpreter(dump, next, scope);
  return error == 0 && shared ? scan_shared_lists(dump, scope) : error;
}
