/* SPDX-License-Identifier: MIT */
#include "referents.h"

#include "code.h"
#include "dicts.h"
#include "greenlets.h"
#include "instances.h"
#include "naming.h"
#include "ndarrays.h"

/* ---- tp_traverse without one object that is visited elsewhere */

typedef struct without {
  dryad_visitor *visitor;
  dryad_naming *naming; /* or NULL */
  PyObject *left_out;   /* NULL once it was skipped */
  size_t limit;         /* the most objects to visit, including that one */
} without;

static int visit_others(PyObject *object, void *context)
{
  without *others = context;
  if (others->limit == 0) return 0;
  others->limit--;
  if (object == others->left_out) {
    others->left_out = NULL;
    return 0;
  }
  if (others->naming == NULL) return others->visitor->visit(object, others->visitor->context);
  return dryad_visit_named(others->visitor, dryad_naming_next(others->naming, object), object);
}

static int traverse_any(const dryad_type_info *info, PyObject *object, PyObject *left_out, size_t limit,
                        dryad_visitor *visitor)
{
  traverseproc traverse_base = dryad_type_traverse(info->base);
  if (traverse_base == NULL) return 0;
  dryad_naming naming;
  without others = {visitor, dryad_naming_init(&naming, info, object) ? &naming : NULL, left_out, limit};
  return traverse_base(object, visit_others, &others);
}

static int traverse(const dryad_type_info *info, PyObject *object, PyObject *left_out, size_t limit,
                    dryad_visitor *visitor)
{
  return dryad_object_collected(object) ? traverse_any(info, object, left_out, limit, visitor) : 0;
}

static PyObject *class_of(const dryad_type_info *info) { return info->heap ? (PyObject *)(void *)info->type : NULL; }

/* ---- contents by shape */

static int visit_list(PyObject *object, dryad_visitor *visitor)
{
  for (Py_ssize_t i = 0; i < dryad_count_of(object); i++) VISIT(dryad_list_item(object, i));
  return 0;
}

static int visit_tuple(PyObject *object, dryad_visitor *visitor)
{
  for (Py_ssize_t i = 0; i < dryad_count_of(object); i++) VISIT(dryad_tuple_item(object, i));
  return 0;
}

static int count_one(PyObject *object, void *context)
{
  (void)object;
  ++*(size_t *)context;
  return 0;
}

/* The further contents of a dict subtype: its tp_traverse ends with that of dict. An OrderedDict holds its keys a
 * second time. */
static int visit_dict_extras(const dryad_type_info *info, PyObject *object, dryad_visitor *visitor)
{
  size_t all = 0, items = 0;
  dryad_type_traverse(info->base)(object, count_one, &all);
  dryad_type_traverse (&PyDict_Type)(object, count_one, &items);
  return all > items ? traverse(info, object, class_of(info), all - items, visitor) : 0;
}

static int visit_dict(const dryad_type_info *info, PyObject *object, dryad_visitor *visitor)
{
  PyObject *key, *value;
  for (dryad_entries all = dryad_entries_of(object); dryad_entries_next(&all, &key, &value);) {
    VISIT(key);
    VISIT(value);
  }
  bool extended = dryad_type_traverse(info->base) != dryad_type_traverse(&PyDict_Type);
  return extended ? visit_dict_extras(info, object, visitor) : 0;
}

/* The dict of a type's subclasses, which it refers to weakly. Of built-in types, each interpreter has one (roots.c). */
static PyObject *subclasses_of(const PyTypeObject *type)
{
  bool built_in = dryad_type_has(type, dryad_here.flag_static_builtin);
  return built_in ? NULL : dryad_field_object(type, dryad_here.type_subclasses);
}

static int visit_type(const dryad_type_info *info, PyObject *object, dryad_visitor *visitor)
{
  PyTypeObject *type = (PyTypeObject *)(void *)object;
  if (!dryad_type_has(type, Py_TPFLAGS_HEAPTYPE)) {
    VISIT(dryad_type_dict(type));
    VISIT(dryad_field_object(type, dryad_here.type_mro));
    VISIT(dryad_field_object(type, dryad_here.type_bases));
    VISIT(dryad_field_object(type, dryad_here.type_base));
    VISIT_NAMED("__subclasses__", subclasses_of(type));
    return 0;
  }
  TRY(traverse(info, object, class_of(info), SIZE_MAX, visitor));
  VISIT(dryad_field_object(type, dryad_here.heap_type_name));
  VISIT(dryad_field_object(type, dryad_here.heap_type_qualname));
  VISIT(dryad_field_object(type, dryad_here.heap_type_slots));
  VISIT_NAMED("__subclasses__", subclasses_of(type));
  return 0;
}

static int visit_module(const dryad_type_info *info, PyObject *object, dryad_visitor *visitor)
{
  PyObject *dict = dryad_field_object(object, dryad_here.module_dict);
  VISIT(dict);
  return traverse(info, object, dict, SIZE_MAX, visitor);
}

static int visit_descriptor(const dryad_type_info *info, PyObject *object, dryad_visitor *visitor)
{
  TRY(traverse(info, object, NULL, SIZE_MAX, visitor));
  VISIT(dryad_field_object(object, dryad_here.descriptor_name));
  VISIT(dryad_field_object(object, dryad_here.descriptor_qualname));
  return 0;
}

/* The contents of a generator that waits are its own: its tp_traverse visits them. */
static int visit_frame_object(const dryad_type_info *info, PyObject *object, dryad_visitor *visitor)
{
  TRY(traverse(info, object, NULL, SIZE_MAX, visitor));
  return dryad_frame_object_runs(object) ? dryad_referents_visit_frame(dryad_frame_of(object), visitor) : 0;
}

int dryad_referents_visit_frame(const dryad_frame *frame, dryad_visitor *visitor)
{
  TRY(dryad_frame_visit(frame, visitor));
  const dryad_frame *previous = dryad_frame_previous(frame);
  if (previous == NULL) return 0;
  visitor->name.text = "f_back";
  PyObject *object = dryad_frame_object(previous);
  int result = object != NULL ? visitor->visit(object, visitor->context) : visitor->frame(previous, visitor->context);
  visitor->name.text = NULL;
  return result;
}

/* The elements of its list, of which it holds each; the dict that it visits holds them too. They begin with a pointer
 * to the one before and one to the next, and the list's head is in the object itself. */
static int visit_lru_cache(const dryad_type_info *info, PyObject *object, dryad_visitor *visitor)
{
  const size_t next = dryad_here.lru_entry_next; /* the object itself begins as an element */
  TRY(traverse(info, object, class_of(info), SIZE_MAX, visitor));
  PyObject *element = dryad_field_object(object, next);
  for (; element != NULL && element != object; element = dryad_field_object(element, next)) VISIT(element);
  return 0;
}

/* A greenlet says that it is not collected while it runs or is suspended, but has the same contents. Some versions of
 * greenlet visit the frame, others do not. */
static int visit_greenlet(const dryad_type_info *info, PyObject *object, dryad_visitor *visitor)
{
  TRY(traverse_any(info, object, class_of(info), SIZE_MAX, visitor));
  PyObject *frame = dryad_greenlet_frame(object);
  if (frame != NULL && !dryad_type_visits(info->base, object, frame)) VISIT_NAMED("gr_frame", frame);
  return 0;
}

/* Some releases of 3.12 and newer visit the buffer in tp_traverse, others do not. */
static int visit_bytesio(const dryad_type_info *info, PyObject *object, dryad_visitor *visitor)
{
  PyObject *buffer = dryad_known_bytesio_buffer(object);
  if (!dryad_type_visits(info->base, object, buffer)) VISIT(buffer);
  return traverse(info, object, class_of(info), SIZE_MAX, visitor);
}

static int visit_other(const dryad_type_info *info, PyObject *object, dryad_visitor *visitor)
{
  if (info->known == DRYAD_KNOWN_BYTESIO) return visit_bytesio(info, object, visitor);
  for (size_t i = 0; info->known != DRYAD_KNOWN_NONE && i < DRYAD_KNOWN_REFERENCES; i++) {
    const char *name;
    PyObject *referent = dryad_known_reference(info->known, object, i, &name);
    VISIT_NAMED(name, referent);
  }
  return traverse(info, object, class_of(info), SIZE_MAX, visitor);
}

static int visit_contents(const dryad_type_info *info, PyObject *object, dryad_visitor *visitor)
{
  switch (info->shape) {
  case DRYAD_SHAPE_STR:
  case DRYAD_SHAPE_BYTES:
  case DRYAD_SHAPE_BYTEARRAY:
  case DRYAD_SHAPE_BOOL:
  case DRYAD_SHAPE_INT:
  case DRYAD_SHAPE_FLOAT:
  case DRYAD_SHAPE_EXCEPTION: return 0;
  case DRYAD_SHAPE_LIST: return visit_list(object, visitor);
  case DRYAD_SHAPE_TUPLE: return visit_tuple(object, visitor);
  case DRYAD_SHAPE_DICT: return visit_dict(info, object, visitor);
  case DRYAD_SHAPE_TYPE: return visit_type(info, object, visitor);
  case DRYAD_SHAPE_MODULE: return visit_module(info, object, visitor);
  case DRYAD_SHAPE_CODE: return dryad_code_visit(object, visitor->visit, visitor->context);
  case DRYAD_SHAPE_FRAME: return visit_frame_object(info, object, visitor);
  case DRYAD_SHAPE_DESCRIPTOR: return visit_descriptor(info, object, visitor);
  case DRYAD_SHAPE_NDARRAY: return dryad_ndarray_visit(object, visitor);
  case DRYAD_SHAPE_OTHER: return visit_other(info, object, visitor);
  case DRYAD_SHAPE_LRU_CACHE: return visit_lru_cache(info, object, visitor);
  case DRYAD_SHAPE_GREENLET: return visit_greenlet(info, object, visitor);
  case DRYAD_SHAPE_SET:
  case DRYAD_SHAPE_FUNCTION:
  case DRYAD_SHAPE_BUILTIN:
  case DRYAD_SHAPE_CONTEXT_VAR:
  case DRYAD_SHAPE_GENERATOR:
  case DRYAD_SHAPE_TASK: break;
  }
  return traverse(info, object, class_of(info), SIZE_MAX, visitor);
}

/* ---- instances of Python classes */

static PyObject *slot_value(const dryad_slot *slot, PyObject *object)
{
  return *(PyObject **)(void *)((char *)object + slot->offset);
}

/* Slots whose names are no referents first, so that the rest are pairs. */
static int visit_slots(const dryad_type_info *info, PyObject *object, dryad_visitor *visitor)
{
  bool named = info->python || info->shape == DRYAD_SHAPE_EXCEPTION;
  for (size_t i = 0; i < info->num_slots; i++)
    if (!named || info->slots[i].name == NULL)
      TRY(dryad_visit_named(visitor, (dryad_reference_name){.object = info->slots[i].name},
                            slot_value(&info->slots[i], object)));
  for (size_t i = 0; named && i < info->num_slots; i++) {
    PyObject *value = slot_value(&info->slots[i], object);
    if (info->slots[i].name == NULL || value == NULL) continue;
    VISIT(info->slots[i].name);
    VISIT(value);
  }
  return 0;
}

/* The attributes in a dict: names and values. */
static int visit_names(PyObject *dict, dryad_visitor *visitor)
{
  PyObject *key, *value;
  for (dryad_entries all = dryad_entries_of(dict); dryad_entries_next(&all, &key, &value);) {
    if (!dryad_object_is(key, Py_TPFLAGS_UNICODE_SUBCLASS)) continue;
    VISIT(key);
    VISIT(value);
  }
  return 0;
}

/* A dict as one of several attributes, after its contents, so that all attributes are pairs. CPython does not count
 * these references to the contents: if such an instance is garbage, what it leads to counts as garbage too, even if C
 * code holds an object of its dict. */
static int visit_named_dict(const dryad_state *state, PyObject *dict, dryad_visitor *visitor)
{
  if (dict == NULL) return 0;
  TRY(visit_names(dict, visitor));
  VISIT(state->dict_name);
  VISIT(dict);
  return 0;
}

static bool has_items(const dryad_type_info *info)
{
  return info->shape == DRYAD_SHAPE_LIST || info->shape == DRYAD_SHAPE_TUPLE || info->shape == DRYAD_SHAPE_DICT;
}

static int visit_instance(const dryad_state *state, const dryad_type_info *info, PyObject *object,
                          dryad_visitor *visitor)
{
  PyObject *dict = info->has_dict ? dryad_instance_dict(object) : NULL;
  bool inlined = info->has_dict && dict == NULL && dryad_instance_inline(object);
  bool named = inlined || info->num_slots > 0;
  bool first = !named && !has_items(info);
  const char *dict_called = info->members.count > 0 ? "__dict__" : NULL; /* else its position tells */
  if (first) TRY(dryad_visit_named(visitor, (dryad_reference_name){.text = dict_called}, dict));
  TRY(visit_contents(info, object, visitor));
  TRY(visit_slots(info, object, visitor));
  if (inlined) TRY(dryad_instance_visit(object, visitor->visit, visitor->context));
  if (inlined) return 0;
  if (named) return visit_named_dict(state, dict, visitor);
  if (!first) VISIT(dict);
  return 0;
}

/* ---- exceptions */

typedef struct rest {
  const dryad_type_info *info;
  PyObject *object, *dict;
  dryad_visitor *visitor;
} rest;

static int visit_rest(PyObject *visited, void *context)
{
  const rest *others = context;
  if (visited == others->dict || visited == (PyObject *)(void *)others->info->type) return 0;
  for (size_t i = 0; i < others->info->num_slots; i++)
    if (slot_value(&others->info->slots[i], others->object) == visited) return 0;
  return others->visitor->visit(visited, others->visitor->context);
}

/* Nameless referents first, so that the rest are pairs; and the class even if it is static, as with instances. */
static int visit_exception(const dryad_state *state, const dryad_type_info *info, PyObject *object,
                           dryad_visitor *visitor)
{
  PyObject *dict = dryad_instance_dict(object);
  rest others = {info, object, dict, visitor};
  traverseproc traverse_base = dryad_type_traverse(info->base);
  if (traverse_base != NULL) TRY(traverse_base(object, visit_rest, &others));
  TRY(visit_slots(info, object, visitor));
  TRY(visit_named_dict(state, dict, visitor));
  VISIT((PyObject *)(void *)info->type);
  return 0;
}

int dryad_referents_visit(const dryad_state *state, const dryad_type_info *info, PyObject *object,
                          dryad_visitor *visitor)
{
  if (info->shape == DRYAD_SHAPE_EXCEPTION) return visit_exception(state, info, object, visitor);
  if (info->python) {
    TRY(visit_instance(state, info, object, visitor));
  } else {
    TRY(visit_contents(info, object, visitor));
    if (info->num_slots > 0) TRY(visit_slots(info, object, visitor));
  }
  VISIT(class_of(info));
  return 0;
}
