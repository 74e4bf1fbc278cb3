/* SPDX-License-Identifier: MIT */
#include "roots.h"

#include "dicts.h"
#include "memory.h"

/* A position of the table: an object's address and, in the bits that are zero in all addresses, the reason; or 0. */
enum { FIRST_TABLE = 1024, REASON_BITS = 7 };

typedef enum reason { NO_REASON, MODULES, BUILTINS, ATEXIT, SIGNAL, INTERPRETER } reason;

static const char *const reasons[] = {NULL, "modules", "builtins", "atexit", "signal", "interpreter"};

void dryad_roots_deinit(dryad_roots *roots)
{
  dryad_pages_free(roots->table, roots->table_size * sizeof *roots->table);
  *roots = (dryad_roots){0};
}

static uintptr_t *find(const dryad_roots *roots, uintptr_t address)
{
  size_t mask = roots->table_size - 1;
  size_t i = (size_t)((address >> 3) * 0x9E3779B97F4A7C15u >> 32) & mask;
  while (roots->table[i] != 0 && (roots->table[i] & ~(uintptr_t)REASON_BITS) != address) i = (i + 1) & mask;
  return &roots->table[i];
}

const char *dryad_roots_reason(const dryad_roots *roots, const PyObject *object)
{
  return roots->table != NULL ? reasons[*find(roots, (uintptr_t)object) & REASON_BITS] : NULL;
}

static bool grow(dryad_roots *roots)
{
  const dryad_roots old = *roots;
  size_t new_size = old.table_size == 0 ? FIRST_TABLE : 2 * old.table_size;
  uintptr_t *table = dryad_pages_grow(NULL, 0, new_size * sizeof *table);
  if (table == NULL) return false;
  roots->table = table;
  roots->table_size = new_size;
  for (size_t i = 0; i < old.table_size; i++)
    if (old.table[i] != 0) *find(roots, old.table[i] & ~(uintptr_t)REASON_BITS) = old.table[i];
  dryad_pages_free(old.table, old.table_size * sizeof *old.table);
  return true;
}

/* ---- finding them */

typedef struct search {
  dryad_roots *roots;
  const dryad_seen *known;
  const void *interpreter;
  const void *late, *last; /* the places in its state from which the later fields count (layout.h) */
} search;

/* Marks an object unless it has a reason already. The table stays sparse: most objects that are looked up are not in
 * it, and find that out at their first position. */
static void mark_object(dryad_roots *roots, const void *object, reason why)
{
  enum { SPARSE = 4 };
  if (SPARSE * roots->count >= roots->table_size && !grow(roots)) {
    roots->failed = true;
    return;
  }
  uintptr_t *root = find(roots, (uintptr_t)object);
  if (*root != 0) return;
  *root = (uintptr_t)object | why;
  roots->count++;
}

/* What the interpreter's state holds, if it is a known object. */
static void mark(const search *where, const void *object, reason why)
{
  if (dryad_seen_has(where->known, (uintptr_t)object)) mark_object(where->roots, object, why);
}

static const void *field(const search *where, size_t offset) { return dryad_field_pointer(where->interpreter, offset); }

static void mark_late(const search *where, size_t offset, reason why)
{
  if (offset != 0) mark(where, dryad_field_pointer(where->late, offset), why);
}

static void mark_words(const search *where, const void *words, size_t size, reason why)
{
  for (size_t offset = 0; offset + sizeof(void *) <= size; offset += sizeof(void *))
    mark(where, dryad_field_pointer(words, offset), why);
}

/* The modules are roots too, not only their dict, which else would dominate whatever is alive; and their own names. */
static void mark_modules(const search *where)
{
  const PyObject *modules = field(where, dryad_here.interp_modules);
  PyObject *name, *module;
  mark(where, modules, MODULES);
  if (modules == NULL || !dryad_object_is(modules, Py_TPFLAGS_DICT_SUBCLASS)) return;
  for (dryad_entries all = dryad_entries_of(modules); dryad_entries_next(&all, &name, &module);) {
    mark(where, module, MODULES);
    if (!dryad_type_is_subtype(dryad_type_of(module), &PyModule_Type)) continue;
    const void *own_name = dryad_field_pointer(module, dryad_here.module_name);
    if (own_name != NULL) mark_object(where->roots, own_name, MODULES);
  }
}

/* Before 3.10, the state of the module atexit has them; then the interpreter has, from 3.14 on in a list. */
static void mark_exit_functions(const search *where)
{
  enum { MOST = 1 << 24 };
  mark_late(where, dryad_here.exit_list, ATEXIT);
  const void *module = dryad_here.exit_module != 0 ? dryad_field_pointer(where->late, dryad_here.exit_module) : NULL;
  const void *state = module != NULL ? dryad_field_pointer(module, dryad_here.module_state) : NULL;
  if (dryad_here.exit_functions != 0) state = dryad_field(where->late, dryad_here.exit_functions);
  if (state == NULL) return;
  /* An array of pointers to three objects each: function, arguments, keywords. */
  const char *array = dryad_field_pointer(state, 0);
  uint32_t count = dryad_field_u32(state, sizeof array);
  uint32_t capacity = dryad_field_u32(state, sizeof array + sizeof count);
  if (array == NULL || count > capacity || capacity > MOST) return;
  for (size_t i = 0; i < count; i++) {
    const void *function = dryad_field_pointer(array, i * sizeof function);
    if (function != NULL) mark_words(where, function, 3 * sizeof(PyObject *), ATEXIT);
  }
}

/* The handlers are in C variables that no version exports; the function that returns one of them needs no more than the
 * GIL. */
static void mark_signal_handlers(const search *where)
{
  enum { SIGNALS = 64 };
  const PyObject *modules = field(where, dryad_here.interp_modules);
  PyObject *module = modules != NULL ? dryad_dict_get(modules, "_signal", NULL) : NULL;
  if (module == NULL || dryad_type_of(module) != &PyModule_Type) return;
  const PyObject *dict = dryad_field_object(module, dryad_here.module_dict);
  const PyObject *getter = dict != NULL ? dryad_dict_get(dict, "getsignal", NULL) : NULL;
  if (getter == NULL || dryad_type_of(getter) != &PyCFunction_Type) return;
  const PyMethodDef *definition = dryad_field_pointer(getter, dryad_here.builtin_definition);
  if (definition->ml_flags != METH_O || strcmp(definition->ml_name, "getsignal") != 0) return;
  for (long number = 1; number <= SIGNALS; number++) {
    PyObject *argument = PyLong_FromLong(number); /* exists already */
    PyObject *handler = definition->ml_meth(module, argument);
    Py_DecRef(argument);
    if (handler == NULL) {
      PyErr_Clear();
      continue;
    }
    if (dryad_object_collected(handler)) mark(where, handler, SIGNAL); /* else None, or a number for no function */
    Py_DecRef(handler);
  }
}

/* Modules of the old kind leave a copy of their first dict in their definition. */
static void mark_module_copies(const search *where)
{
  const PyObject *list = field(where, dryad_here.interp_modules_by_index);
  if (list == NULL || dryad_type_of(list) != &PyList_Type || dryad_here.module_definition == 0) return;
  for (Py_ssize_t i = 0; i < dryad_count_of(list); i++) {
    const PyObject *module = dryad_list_item(list, i);
    if (dryad_type_of(module) != &PyModule_Type) continue;
    const void *definition = dryad_field_pointer(module, dryad_here.module_definition);
    if (definition != NULL) mark(where, dryad_field_pointer(definition, dryad_here.definition_copy), INTERPRETER);
  }
}

/* An object that exists already, as returned by Python with a reference. */
static void mark_shared(const search *where, PyObject *object)
{
  mark_object(where->roots, object, INTERPRETER);
  Py_DecRef(object);
}

/* Before 3.12, the objects of which there is only one are counted as others. */
static void mark_singletons(const search *where)
{
  enum { LEAST = -5, MOST = 256 };
  PyObject *const singletons[] = {Py_None, Py_True, Py_False, Py_Ellipsis, Py_NotImplemented};
  if (dryad_here.version >= 0x30C) return;
  for (size_t i = 0; i < sizeof singletons / sizeof *singletons; i++)
    mark_object(where->roots, singletons[i], INTERPRETER);
  mark_shared(where, PyTuple_New(0));
  for (long value = LEAST; value <= MOST; value++) mark_shared(where, PyLong_FromLong(value));
}

/* The words between each pair of offsets. */
static void mark_between(const search *where, const void *base, const uint32_t *pairs)
{
  for (DRYAD_LAYOUT_EACH(pairs, i))
    if (i % 2 == 0) mark_words(where, dryad_field(base, pairs[i]), pairs[i + 1] - pairs[i], INTERPRETER);
}

/* The subclasses of built-in types: each interpreter has its own. */
static void mark_subclasses(const search *where)
{
  const uint32_t *pairs = dryad_here.static_types;
  for (DRYAD_LAYOUT_EACH(pairs, i))
    for (uint32_t type = pairs[i]; i % 2 == 0 && type < pairs[i + 1]; type += dryad_here.static_type_size)
      mark(where, dryad_field_pointer(where->last, type + dryad_here.static_type_subclasses), INTERPRETER);
}

/* Debug builds have one more field in the configuration (3.13), and two before the last part (3.12). */
static search begin(dryad_roots *roots, const dryad_seen *known, const void *interpreter)
{
  size_t before_late = dryad_here.debug && dryad_here.version >= 0x30D ? DRYAD_LAYOUT_DEBUG : 0;
  size_t before_last = dryad_here.debug && dryad_here.version >= 0x30C ? 2 * DRYAD_LAYOUT_DEBUG : 0;
  return (search){.roots = roots,
                  .known = known,
                  .interpreter = interpreter,
                  .late = dryad_field(interpreter, dryad_here.interp_late + before_late),
                  .last = dryad_field(interpreter, dryad_here.interp_last + before_last)};
}

void dryad_roots_find(dryad_roots *roots, const dryad_seen *known, const void *interpreter)
{
  const search where = begin(roots, known, interpreter);
  mark_modules(&where);
  mark_singletons(&where);
  mark(&where, field(&where, dryad_here.interp_builtins), BUILTINS);
  mark_late(&where, dryad_here.builtins_copy, BUILTINS);
  mark_exit_functions(&where);
  mark_signal_handlers(&where);
  mark_between(&where, dryad_field(interpreter, dryad_here.interp_early), dryad_here.held_early);
  mark_between(&where, where.late, dryad_here.held_late);
  mark_between(&where, where.last, dryad_here.held_last);
  mark_subclasses(&where);
  mark_module_copies(&where);
}
