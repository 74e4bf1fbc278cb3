/* SPDX-License-Identifier: MIT */
/* dryad.scanner: the Python surface. Each function checks, calls and converts. */
#include "deferred.h"
#include "destination.h"
#include "live.h"
#include "signal.h"
#include "sizes.h"
#include "special_sizes.h"
#include "traces.h"
#include "watch.h"

#include <errno.h>
#include <sys/random.h>
#include <unistd.h>

static dryad_state *state_of(PyObject *module) { return PyModule_GetState(module); }

/* ---- common to all scans */

#if PY_VERSION_HEX >= 0x030A0000

static int stop_collector(void) { return PyGC_Disable(); }

static bool start_collector(void)
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

static int stop_collector(void)
{
  int collects = call_collector("isenabled");
  return collects >= 0 && call_collector("disable") >= 0 ? collects : -1;
}

static bool start_collector(void) { return call_collector("enable") >= 0; }

#endif

/* During a scan, the collector is off and a pending exception is set aside. */
typedef struct quiet {
  bool collects;
  PyObject *type, *value, *traceback;
} quiet;

static bool quiet_begin(quiet *scan)
{
  *scan = (quiet){0};
  int collects = stop_collector();
  if (collects < 0) return false;
  scan->collects = collects == 1;
  PyErr_Fetch(&scan->type, &scan->value, &scan->traceback);
  return true;
}

/* False with a Python exception set if the collector cannot be started again. */
static bool quiet_end(quiet *scan)
{
  PyErr_Restore(scan->type, scan->value, scan->traceback);
  return !scan->collects || start_collector();
}

/* Checks for a Ctrl-C and leaves it pending, so that its handler runs after the scan. */
static bool interrupted(void)
{
  if (!PyOS_InterruptOccurred()) return false;
  PyErr_SetInterrupt();
  return true;
}

/* Interned names are reused; new ones would fill Python's attribute cache. */
static PyObject *attribute(PyObject *object, const char *name)
{
  PyObject *key = PyUnicode_InternFromString(name);
  PyObject *value = key != NULL ? PyObject_GetAttr(object, key) : NULL;
  Py_XDECREF(key);
  return value;
}

/* Whether Ctrl-C stops a scan: yes with Python's default handler; with a handler of the program's own, the dump is
 * completed first. -1 with a Python exception set. */
static int ends_at_interrupt(void)
{
  PyObject *module = PyImport_ImportModule("_signal");
  PyObject *ends = module != NULL ? attribute(module, "default_int_handler") : NULL;
  PyObject *getsignal = ends != NULL ? attribute(module, "getsignal") : NULL;
  PyObject *handler = getsignal != NULL ? PyObject_CallFunction(getsignal, "i", SIGINT) : NULL;
  int same = handler != NULL ? handler == ends : -1;
  Py_XDECREF(module);
  Py_XDECREF(ends);
  Py_XDECREF(getsignal);
  Py_XDECREF(handler);
  return same;
}

static void raise_error(const dryad_destination *destination, int error)
{
  if (error == EINTR && PyErr_CheckSignals() != 0) return;
  if (error == EPROTO)
    PyErr_SetString(PyExc_RuntimeError, "the garbage collector of this Python does not keep its objects as expected");
  else if (error == EBUSY)
    PyErr_SetString(PyExc_RuntimeError, "an interpreter with a GIL of its own does not pause");
  else if (error == ECHILD)
    PyErr_SetString(PyExc_RuntimeError, DRYAD_WATCH_KILLED);
  else
    dryad_destination_raise(destination, error);
}

/* ---- dumping */

typedef struct job {
  dryad_dump dump;
  dryad_sink sink;
  dryad_facts facts;
  dryad_dump_options options;
  dryad_destination destination;
  dryad_start start; /* `items` is held */
  quiet quiet;
  bool fork, wait, overwrite;
} job;

static bool parse_values(PyObject *values, dryad_privacy *privacy)
{
  const char *text = values != NULL ? PyUnicode_AsUTF8(values) : "full";
  if (text == NULL) return false;
  if (strcmp(text, "full") == 0) {
    privacy->values = DRYAD_VALUES_FULL;
  } else if (strcmp(text, "hash") == 0) {
    privacy->values = DRYAD_VALUES_HASH;
  } else if (strcmp(text, "none") == 0) {
    privacy->values = DRYAD_VALUES_NONE;
  } else {
    PyErr_Format(PyExc_ValueError, "values must be 'full', 'hash' or 'none', not '%s'", text);
    return false;
  }
  if (getrandom(privacy->key, sizeof privacy->key, 0) == sizeof privacy->key) return true;
  PyErr_SetFromErrno(PyExc_OSError);
  return false;
}

/* Finishes writing: flushes the buffer and gives the file its name. */
static int close_output(job *work, int error)
{
  int finished = error == 0 ? dryad_sink_finish(&work->sink) : error;
  return finished == 0 ? dryad_destination_commit(&work->destination) : finished;
}

static PyObject *dump_here(job *work)
{
  dryad_sink_guard guard;
  dryad_sink_guard_init(&guard);
  int error = dryad_live_scan(&work->dump, &work->start);
  bool woken = quiet_end(&work->quiet);
  if (error == 0) error = dryad_deferred_finish(&work->dump);
  if (error == 0) error = dryad_dump_end(&work->dump);
  Py_BEGIN_ALLOW_THREADS error = close_output(work, error); /* the disk may be slow */
  Py_END_ALLOW_THREADS dryad_sink_guard_deinit(&guard);
  if (!woken) return NULL;
  if (error != 0) {
    raise_error(&work->destination, error);
    return NULL;
  }
  return dryad_destination_deliver(&work->destination) ? PyLong_FromUnsignedLongLong(work->dump.count) : NULL;
}

static dryad_fork_result dump_in_child(void *context)
{
  job *work = context;
  dryad_facts_ask(&work->facts, NULL);
  work->facts.collects = work->quiet.collects;
  int error = dryad_dump_scan(&work->dump, work->start.scope);
  if (error == 0) error = dryad_dump_end(&work->dump);
  error = close_output(work, error);
  return (dryad_fork_result){error, work->dump.count, work->dump.bytes};
}

static PyObject *wait_for_child(job *work, dryad_fork *child)
{
  dryad_fork_result result;
  for (bool done = false; !done;) {
    Py_BEGIN_ALLOW_THREADS done = dryad_fork_wait(child, &result);
    Py_END_ALLOW_THREADS if (!done && PyErr_CheckSignals() != 0)
    {
      dryad_fork_kill(child);
      return NULL;
    }
  }
  if (result.error != 0) {
    raise_error(&work->destination, result.error);
    return NULL;
  }
  return dryad_destination_deliver(&work->destination) ? PyLong_FromUnsignedLongLong(result.count) : NULL;
}

static PyObject *dump_in_fork(job *work)
{
  dryad_fork child;
  const int keep[DRYAD_FORK_KEEPS] = {work->destination.fd, work->destination.output.folder};
  int error = dryad_live_copy(&work->dump, &work->start, &child, dump_in_child, work, keep);
  if (!quiet_end(&work->quiet)) return NULL;
  if (error != 0) {
    raise_error(&work->destination, error);
    return NULL;
  }
  if (work->wait) return wait_for_child(work, &child);
  error = dryad_destination_watch(&work->destination, &child);
  if (error != 0) {
    dryad_fork_kill(&child);
    raise_error(&work->destination, error);
    return NULL;
  }
  return PyLong_FromLong(child.pid);
}

/* Where DRYAD_SCOPE_REFERENCED starts: an object, or the items of a sequence. */
static bool start_at(job *work, PyObject *start, bool many)
{
  if (!many) {
    work->start.object = start;
    return true;
  }
  work->start.items = PySequence_Fast(start, "obj must be a sequence when is_pending is true");
  return work->start.items != NULL;
}

static bool open_files(job *work, PyObject *file)
{
  work->options.spool = -1;
  if (!dryad_destination_open(&work->destination, file, work->overwrite, work->fork)) return false;
  if (work->fork && !work->wait && work->destination.file != NULL) {
    PyErr_SetString(PyExc_ValueError, "wait=False needs a path, or a file with a descriptor");
    return false;
  }
  if (!work->options.ask_sizes) return true;
  work->options.spool = dryad_spool_open();
  if (work->options.spool < 0) PyErr_SetFromErrno(PyExc_OSError);
  return work->options.spool >= 0;
}

static void close_files(job *work)
{
  if (work->options.spool >= 0) close(work->options.spool);
  dryad_destination_deinit(&work->destination);
}

static void ask_facts(void *facts) { dryad_facts_ask(facts, NULL); }

static void find_facts(job *work)
{
  work->options.facts = &work->facts;
  Py_BEGIN_ALLOW_THREADS dryad_facts_observe(&work->facts);                      /* the kernel walks all memory */
  Py_END_ALLOW_THREADS if (!work->fork) dryad_live_run(ask_facts, &work->facts); /* else the copy asks */
}

/* Where interpreters do not share a GIL, a copy is scanned in any case. */
static bool still_or_copied(job *work)
{
  if (dryad_live_still(&work->start)) return true;
  if (dryad_here.free_threaded) {
    PyErr_SetString(PyExc_RuntimeError, "a free-threaded Python with sub-interpreters cannot be dumped");
    return false;
  }
  work->wait = work->wait || !work->fork;
  work->fork = true;
  return true;
}

static PyObject *run(PyObject *module, job *work, PyObject *file, PyObject *start, bool many)
{
  PyObject *result = NULL;
  if (!still_or_copied(work)) return NULL;
  int ends = ends_at_interrupt();
  if (ends < 0) return NULL;
  work->options.stopped = ends == 1 && !work->fork ? interrupted : NULL;
  /* Threads that do not exist in the copy may hold Python's locks. */
  work->options.ask_sizes = work->options.ask_sizes && !work->fork;
  if (open_files(work, file)) {
    find_facts(work);
    dryad_sink_init(&work->sink, work->destination.fd, work->destination.compression);
    dryad_dump_init(&work->dump, state_of(module), &work->options, &work->sink);
    work->facts.traced_frames = dryad_traces_frames();
    if (work->options.allocation_frames > 0) work->options.traces = dryad_traces_find();
    if (start_at(work, start, many) && quiet_begin(&work->quiet))
      result = work->fork ? dump_in_fork(work) : dump_here(work);
    dryad_dump_deinit(&work->dump);
    dryad_sink_deinit(&work->sink);
    Py_XDECREF(work->start.items);
  }
  close_files(work);
  return result;
}

static PyObject *dump(PyObject *module, PyObject *args, PyObject *kwargs, dryad_scope scope)
{
  static char *all[] = {"file", "fork", "wait", "values", "max_value", "sizeof", "overwrite", "allocation_frames",
                        NULL};
  static char *referenced[] = {"file",   "obj",       "is_pending",        "fork", "wait", "values", "max_value",
                               "sizeof", "overwrite", "allocation_frames", NULL};
  job work = {.start = {.scope = scope}};
  PyObject *file, *start = NULL, *values = NULL;
  int many = 0, forked = 0, waits = 1, ask = 1, overwrite = 0;
  Py_ssize_t max_value = 100, frames = DRYAD_ALLOCATION_FRAMES;
  bool parsed = scope == DRYAD_SCOPE_REFERENCED
                    ? PyArg_ParseTupleAndKeywords(args, kwargs, "OO|p$ppUnppn", referenced, &file, &start, &many,
                                                  &forked, &waits, &values, &max_value, &ask, &overwrite, &frames)
                    : PyArg_ParseTupleAndKeywords(args, kwargs, "O|$ppUnppn", all, &file, &forked, &waits, &values,
                                                  &max_value, &ask, &overwrite, &frames);
  if (!parsed || !parse_values(values, &work.options.privacy)) return NULL;
  if (max_value < 0) {
    PyErr_SetString(PyExc_ValueError, "max_value must not be negative");
    return NULL;
  }
  if (frames < 0 || frames > DRYAD_ALLOCATION_FRAMES) {
    PyErr_SetString(PyExc_ValueError, "allocation_frames must be from 0 to 8");
    return NULL;
  }
  work.options.privacy.max_value = (size_t)max_value;
  work.options.allocation_frames = (size_t)frames;
  work.options.ask_sizes = ask;
  work.fork = forked;
  work.wait = waits;
  work.overwrite = overwrite;
  return run(module, &work, file, start, many);
}

static PyObject *dump_all_objects(PyObject *module, PyObject *args, PyObject *kwargs)
{
  return dump(module, args, kwargs, DRYAD_SCOPE_ALL);
}

static PyObject *dump_gc_objects(PyObject *module, PyObject *args, PyObject *kwargs)
{
  return dump(module, args, kwargs, DRYAD_SCOPE_TRACKED);
}

static PyObject *dump_all_referenced(PyObject *module, PyObject *args, PyObject *kwargs)
{
  return dump(module, args, kwargs, DRYAD_SCOPE_REFERENCED);
}

/* ---- queries about single objects */

static int skip_frame(const dryad_frame *frame, void *context)
{
  (void)frame;
  (void)context;
  return 0;
}

static int take(PyObject *object, void *context)
{
  dryad_sink_put(context, (const char *)&object, sizeof object);
  Py_INCREF(object);
  return 0;
}

/* A list of the objects whose pointers are in a memory sink; takes over their references. */
static PyObject *list_of(dryad_sink *pointers)
{
  size_t count = pointers->used / sizeof(PyObject *);
  PyObject **objects = (PyObject **)(void *)pointers->buffer;
  PyObject *list = pointers->error == 0 ? PyList_New((Py_ssize_t)count) : PyErr_NoMemory();
  for (size_t i = 0; i < count; i++) {
    if (list != NULL)
      PyList_SET_ITEM(list, (Py_ssize_t)i, objects[i]);
    else
      Py_DECREF(objects[i]);
  }
  return list;
}

/* One object, to be read by dryad_live_run. */
typedef struct query {
  dryad_type_cache types;
  PyObject *object;
  const dryad_type_info *info;
  dryad_sink pointers;
  size_t size;
} query;

static void query_init(query *asked, PyObject *module, PyObject *object)
{
  *asked = (query){.object = object};
  dryad_type_cache_init(&asked->types, state_of(module));
  dryad_sink_init(&asked->pointers, -1, DRYAD_COMPRESSION_NONE);
}

static void query_deinit(query *asked)
{
  dryad_sink_deinit(&asked->pointers);
  dryad_type_cache_deinit(&asked->types);
}

static void take_referents(void *context)
{
  query *asked = context;
  dryad_visitor visitor = {.visit = take, .frame = skip_frame, .context = &asked->pointers};
  asked->info = dryad_type_cache_get(&asked->types, asked->object, NULL);
  if (asked->info != NULL) dryad_referents_visit(asked->types.state, asked->info, asked->object, &visitor);
}

static PyObject *get_referents(PyObject *module, PyObject *object)
{
  query asked;
  query_init(&asked, module, object);
  dryad_live_run(take_referents, &asked);
  PyObject *list = asked.info != NULL ? list_of(&asked.pointers) : PyErr_NoMemory();
  query_deinit(&asked);
  return list;
}

static void take_size(void *context)
{
  query *asked = context;
  asked->info = dryad_type_cache_get(&asked->types, asked->object, NULL);
  if (asked->info != NULL && asked->info->sizing != DRYAD_SIZING_PYTHON)
    asked->size = dryad_size_of(asked->info, asked->object);
}

static PyObject *size_of(PyObject *module, PyObject *object)
{
  query asked;
  query_init(&asked, module, object);
  dryad_live_run(take_size, &asked);
  if (asked.info != NULL && asked.info->sizing == DRYAD_SIZING_PYTHON)
    asked.size = dryad_deferred_size(state_of(module), asked.info, object);
  PyObject *size = asked.info != NULL ? PyLong_FromSize_t(asked.size) : PyErr_NoMemory();
  query_deinit(&asked);
  return size;
}

/* A walk from an object, to be made by dryad_live_run. */
typedef struct reaching {
  dryad_walk *walk;
  PyObject *object;
  dryad_sink *all,
      *asked; /* takes all objects; takes those whose size needs Python code; each NULL or with references */
  uint64_t size;
} reaching;

static void walk_from(void *context)
{
  reaching *reached = context;
  dryad_walk *walk = reached->walk;
  dryad_visitor visitor = {.visit = dryad_walk_mark, .frame = skip_frame, .context = walk};
  const dryad_type_info *info;
  dryad_walk_mark(reached->object, walk);
  for (PyObject *object; (object = dryad_walk_next(walk, &info)) != NULL;) {
    if (reached->all != NULL) take(object, reached->all);
    if (info->sizing == DRYAD_SIZING_PYTHON && reached->asked != NULL)
      take(object, reached->asked);
    else
      reached->size += dryad_size_of(info, object);
    dryad_referents_visit(walk->state, info, object, &visitor);
  }
}

static bool reach(dryad_walk *walk, PyObject *object, dryad_sink *all, dryad_sink *asked, uint64_t *size)
{
  reaching reached = {.walk = walk, .object = object, .all = all, .asked = asked};
  dryad_live_run(walk_from, &reached);
  *size += reached.size;
  if (dryad_walk_failed(walk)) PyErr_NoMemory();
  return !dryad_walk_failed(walk);
}

static PyObject *get_recursive_size(PyObject *module, PyObject *object)
{
  dryad_walk walk;
  dryad_sink asked;
  quiet calm;
  uint64_t size = 0;
  if (!quiet_begin(&calm)) return NULL;
  dryad_walk_init(&walk, state_of(module), false);
  dryad_sink_init(&asked, -1, DRYAD_COMPRESSION_NONE);
  bool reached = reach(&walk, object, NULL, &asked, &size);
  PyObject *later = list_of(&asked);
  if (!quiet_end(&calm)) reached = false;
  for (Py_ssize_t i = 0; later != NULL && i < PyList_GET_SIZE(later); i++) {
    PyObject *item = PyList_GET_ITEM(later, i);
    const dryad_type_info *info = dryad_type_cache_get(&walk.types, item, NULL);
    if (info != NULL) size += dryad_deferred_size(walk.state, info, item);
  }
  PyObject *result = reached && later != NULL ? Py_BuildValue("KK", walk.seen.count, size) : NULL;
  Py_XDECREF(later);
  dryad_sink_deinit(&asked);
  dryad_walk_deinit(&walk);
  return result;
}

static PyObject *get_recursive_items(PyObject *module, PyObject *object)
{
  dryad_walk walk;
  dryad_sink all;
  quiet calm;
  uint64_t size = 0;
  if (!quiet_begin(&calm)) return NULL;
  dryad_walk_init(&walk, state_of(module), false);
  dryad_sink_init(&all, -1, DRYAD_COMPRESSION_NONE);
  bool reached = reach(&walk, object, &all, NULL, &size);
  PyObject *list = list_of(&all);
  if (!quiet_end(&calm)) reached = false;
  if (!reached) Py_CLEAR(list);
  dryad_sink_deinit(&all);
  dryad_walk_deinit(&walk);
  return list;
}

/* ---- settings */

/* To be added by dryad_live_run: a scan in another thread may use the others. */
typedef struct new_special_size {
  dryad_state *state;
  PyObject *type, *function;
  Py_ssize_t size;
  bool done;
} new_special_size;

static void add_size(void *context)
{
  new_special_size *added = context;
  added->done = dryad_special_sizes_add(added->state, added->type, added->size, added->function);
}

static PyObject *add_special_size(PyObject *module, PyObject *args)
{
  PyObject *type, *size, *size_64 = NULL;
  if (!PyArg_ParseTuple(args, "OO|O:add_special_size", &type, &size, &size_64)) return NULL;
  if (!PyType_Check(type) && !PyUnicode_Check(type)) {
    PyErr_SetString(PyExc_TypeError, "add_special_size needs a type or the name of one");
    return NULL;
  }
  if (size_64 != NULL) size = size_64;
  bool calls = PyCallable_Check(size);
  Py_ssize_t bytes = calls ? 0 : PyNumber_AsSsize_t(size, PyExc_OverflowError);
  if (PyErr_Occurred()) return NULL;
  new_special_size added = {.state = state_of(module), .type = type, .size = bytes, .function = calls ? size : NULL};
  dryad_live_run(add_size, &added);
  if (!added.done) return NULL;
  Py_RETURN_NONE;
}

static bool set_default(PyObject *options, const char *name, PyObject *value)
{
  return PyDict_GetItemString(options, name) != NULL || PyDict_SetItemString(options, name, value) == 0;
}

/* By default, a dump on a signal does not block the program. */
static PyObject *signal_options(PyObject *kwargs)
{
  PyObject *options = kwargs != NULL ? PyDict_Copy(kwargs) : PyDict_New();
  if (options != NULL && !(set_default(options, "fork", Py_True) && set_default(options, "wait", Py_False)))
    Py_CLEAR(options);
  return options;
}

static PyObject *on_signal(PyObject *module, PyObject *args, PyObject *kwargs)
{
  PyObject *number, *pattern;
  if (!PyArg_ParseTuple(args, "OO:on_signal", &number, &pattern)) return NULL;
  if (pattern == Py_None) return dryad_signal_uninstall(number);
  if (!PyUnicode_Check(pattern)) {
    PyErr_SetString(PyExc_TypeError, "on_signal needs a path as a str, or None");
    return NULL;
  }
  if (!dryad_signal_check(pattern)) return NULL;
  PyObject *options = signal_options(kwargs);
  PyObject *function = options != NULL ? PyObject_GetAttrString(module, "dump_all_objects") : NULL;
  PyObject *before = function != NULL ? dryad_signal_install(number, pattern, function, options) : NULL;
  Py_XDECREF(options);
  Py_XDECREF(function);
  return before;
}

/* ---- the module */

PyDoc_STRVAR(module_doc, "Writes dumps of this process's objects for dryad to read.");

PyDoc_STRVAR(
    dump_all_objects_doc,
    "dump_all_objects(file, *, fork=False, wait=True, values='full', max_value=100, sizeof=True, overwrite=False,\n"
    "                 allocation_frames=8)\n"
    "--\n\n"
    "Writes all objects reachable from the garbage collector's tracked objects,\n"
    "the frames of all threads, and the modules. Returns their number.\n\n"
    "file: a path (.gz and .zst are compressed) or a file object. The file has\n"
    "    mode 0600, and appears under its name only when it is complete and on\n"
    "    disk. In a path, %p is the process id, %h the host, %% a percent sign,\n"
    "    and %t the time in seconds (a later one if that name is taken). '-',\n"
    "    /dev/stdout, /dev/fd/N and your own FIFOs are written directly. A\n"
    "    symbolic link is refused where other users can write to its folder.\n"
    "fork: scan in a copy of the process, which pauses only for the copying.\n"
    "wait: with fork, True returns when the dump is complete. False returns the\n"
    "    copy's process id at once, and reports later failures on stderr.\n"
    "values: 'full', 'hash' (salted per dump: equal values have equal hashes)\n"
    "    or 'none'.\n"
    "max_value: the most characters of a string to write.\n"
    "sizeof: whether to call a __sizeof__ written in Python (after the scan;\n"
    "    never with fork).\n"
    "overwrite: replace an existing file of yours; otherwise an existing file\n"
    "    raises FileExistsError, before the scan.\n"
    "allocation_frames: while tracemalloc traces, the most lines of code to\n"
    "    write for each object of those that allocated it; 0 to 8.");
PyDoc_STRVAR(dump_gc_objects_doc, "dump_gc_objects(file, **options)\n--\n\n"
                                  "Writes the objects that the garbage collector tracks, and their referents.\n"
                                  "Takes the options of dump_all_objects.");
PyDoc_STRVAR(dump_all_referenced_doc, "dump_all_referenced(file, obj, is_pending=False, **options)\n--\n\n"
                                      "Writes the objects reachable from obj or, with is_pending, from the items of\n"
                                      "the sequence obj. Takes the options of dump_all_objects.");
PyDoc_STRVAR(get_referents_doc, "get_referents(obj)\n--\n\n"
                                "Returns a list of the objects that obj refers to, in the order of a dump,\n"
                                "with the names of attributes; the class is last.");
PyDoc_STRVAR(size_of_doc, "size_of(obj)\n--\n\nReturns the shallow size of an object in bytes, as in a dump.");
PyDoc_STRVAR(get_recursive_size_doc, "get_recursive_size(obj)\n--\n\n"
                                     "Returns the number of objects reachable from obj, itself included, and\n"
                                     "their total size in bytes.");
PyDoc_STRVAR(get_recursive_items_doc, "get_recursive_items(obj)\n--\n\n"
                                      "Returns a list of the objects reachable from obj, itself included.");
PyDoc_STRVAR(add_special_size_doc, "add_special_size(type, size)\n--\n\n"
                                   "Sets the size of the objects of a type (or of all types of a name) whose\n"
                                   "__sizeof__ does not know it: in bytes without the garbage collector's\n"
                                   "header, or a function that takes the object. A third argument, if given,\n"
                                   "is the size on 64-bit machines, as in Meliae.");
PyDoc_STRVAR(on_signal_doc, "on_signal(signum, path, **options)\n--\n\n"
                            "Dumps all objects whenever the process receives the signal. path is a str\n"
                            "in which %p is the process id, %h the host, %t the time in seconds, and %%\n"
                            "a percent sign. With %t in its last part, no two dumps get the same name.\n"
                            "If path is None, restores the handler from before on_signal.\n\n"
                            "Takes the options of dump_all_objects, with the defaults fork=True and\n"
                            "wait=False. Errors go to stderr, and the program continues. Returns the\n"
                            "previous handler. Call this in the main thread.");

#define KEYWORDS(function) (PyCFunction)(void (*)(void))(function), METH_VARARGS | METH_KEYWORDS

static PyMethodDef functions[] = {
    {"dump_all_objects", KEYWORDS(dump_all_objects), dump_all_objects_doc},
    {"dump_gc_objects", KEYWORDS(dump_gc_objects), dump_gc_objects_doc},
    {"dump_all_referenced", KEYWORDS(dump_all_referenced), dump_all_referenced_doc},
    {"get_referents", get_referents, METH_O, get_referents_doc},
    {"size_of", size_of, METH_O, size_of_doc},
    {"get_recursive_size", get_recursive_size, METH_O, get_recursive_size_doc},
    {"get_recursive_items", get_recursive_items, METH_O, get_recursive_items_doc},
    {"add_special_size", add_special_size, METH_VARARGS, add_special_size_doc},
    {"on_signal", KEYWORDS(on_signal), on_signal_doc},
    {NULL, NULL, 0, NULL},
};

static int execute(PyObject *module)
{
  if (dryad_state_init(state_of(module))) return PyModule_AddStringConstant(module, "__version__", DRYAD_RELEASE);
  PyErr_SetString(PyExc_ImportError, "dryad.scanner does not recognise this Python");
  return -1;
}

static int traverse_sizes(PyObject *module, visitproc visit, void *arg)
{
  const dryad_state *state = state_of(module);
  for (size_t i = 0; state != NULL && i < state->num_specials; i++) {
    Py_VISIT(state->specials[i].type);
    Py_VISIT(state->specials[i].function);
  }
  return 0;
}

static void release(void *module)
{
  if (state_of(module) != NULL) dryad_special_sizes_clear(state_of(module));
}

static PyModuleDef_Slot slots[] = {
    {Py_mod_exec, (void *)execute},
#if PY_VERSION_HEX >= 0x030C0000
    {Py_mod_multiple_interpreters, Py_MOD_PER_INTERPRETER_GIL_SUPPORTED},
#endif
#if PY_VERSION_HEX >= 0x030D0000
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
#endif
    {0, NULL},
};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT,  .m_name = "dryad.scanner", .m_doc = module_doc,          .m_size = sizeof(dryad_state),
    .m_methods = functions, .m_slots = slots,          .m_traverse = traverse_sizes, .m_free = release,
};

/* In 3.8, PyMODINIT_FUNC does not make the symbol visible. */
__attribute__((visibility("default"))) PyMODINIT_FUNC PyInit_scanner(void);

PyMODINIT_FUNC PyInit_scanner(void) { return PyModuleDef_Init(&definition); }
