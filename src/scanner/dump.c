/* SPDX-License-Identifier: MIT */
#include "dump.h"

#include "collector.h"
#include "interpreters.h"
#include "line_keys.h"
#include "references.h"
#include "sizes.h"
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

/* ---- lines */

/* Writes what was put together in `names` as a text: JSON in JSON. */
static void put_json(dryad_dump *dump)
{
  dryad_sink_put(&dump->names, "", 1);
  if (dump->names.error == 0) dryad_text_put_c_name(dump->sink, "value", dump->names.buffer);
  dump->names.used = 0;
}

static void put_root(dryad_sink *sink, const dryad_roots *roots, const PyObject *object)
{
  const char *reason = dryad_roots_reason(roots, object);
  if (reason != NULL) dryad_text_put_c_name(sink, "root", reason);
}

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

static dryad_reference_writer references_to(dryad_dump *dump, dryad_sink *sink, bool marks)
{
  return (dryad_reference_writer){
      .sink = sink, .names = &dump->names, .walk = marks ? &dump->walk : NULL, .frames = &dump->frames};
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
  dryad_line_keys_put(sink, &dump->options->privacy, info, object);
  put_root(sink, &dump->roots, object);
  put_interpreter(dump, sink, object);
  dryad_line_keys_put_rest(sink, info, object);
  dryad_allocation_sites_put(&dump->sites, sink, object);
  dryad_reference_writer writer = references_to(dump, sink, marks);
  dryad_references_begin(&writer);
  dryad_referents_visit(dump->walk.state, info, object, &writer.visitor);
  dryad_references_end(&writer);
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
  dryad_line_keys_put_function(sink, code);
  put_interpreter(dump, sink, NULL);
  dryad_line_keys_put_place(sink, code, dryad_frame_instruction(frame));
  dryad_reference_writer writer = references_to(dump, sink, true);
  dryad_references_begin(&writer);
  dryad_referents_visit_frame(frame, &writer.visitor);
  dryad_references_end(&writer);
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
  dryad_reference_writer writer = references_to(dump, dump->sink, true);
  dryad_references_begin(&writer);
  dryad_thread_visit(thread, &writer.visitor);
  dryad_references_end(&writer);
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
