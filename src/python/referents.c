#include "referents.h"

#define VISIT(object)                                                                                                  \
  do {                                                                                                                 \
    PyObject *visited_ = (PyObject *)(object);                                                                         \
    int result_ = visited_ != NULL ? visitor->visit(visited_, visitor->context) : 0;                                   \
    if (result_ != 0) return result_;                                                                                  \
  } while (0)

#define TRY(call)                                                                                                      \
  do {                                                                                                                 \
    int result_ = (call);                                                                                              \
    if (result_ != 0) return result_;                                                                                  \
  } while (0)

/* ---- tp_traverse, but for one object that comes elsewhere */

typedef struct without {
  const dryad_visitor *visitor;
  PyObject *left_out; /* NULL once it came */
  size_t limit;       /* only so many, with that one */
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
  return others->visitor->visit(object, others->visitor->context);
}

static int traverse(const dryad_kind *kind, PyObject *object, PyObject *left_out, size_t limit,
                    const dryad_visitor *visitor)
{
  if (kind->base->tp_traverse == NULL || !PyObject_IS_GC(object)) return 0;
  without others = {visitor, left_out, limit};
  return kind->base->tp_traverse(object, visit_others, &others);
}

static PyObject *class_of(const dryad_kind *kind) { return kind->heap ? (PyObject *)kind->type : NULL; }

/* ---- contents by shape */

static int visit_list(PyObject *object, const dryad_visitor *visitor)
{
  for (Py_ssize_t i = 0; i < Py_SIZE(object); i++) VISIT(((PyListObject *)object)->ob_item[i]);
  return 0;
}

static int visit_tuple(PyObject *object, const dryad_visitor *visitor)
{
  for (Py_ssize_t i = 0; i < Py_SIZE(object); i++) VISIT(((PyTupleObject *)object)->ob_item[i]);
  return 0;
}

static int count_one(PyObject *object, void *context)
{
  (void)object;
  ++*(size_t *)context;
  return 0;
}

/* What a kind of dict holds besides its items: its tp_traverse ends with that of dict. */
static int visit_dict_extras(const dryad_kind *kind, PyObject *object, const dryad_visitor *visitor)
{
  size_t all = 0, items = 0;
  kind->base->tp_traverse(object, count_one, &all);
  PyDict_Type.tp_traverse(object, count_one, &items);
  /* An OrderedDict gives its keys a second time, after what it holds besides. */
  if (PyODict_Check(object)) items += (size_t)PyDict_GET_SIZE(object);
  return all > items ? traverse(kind, object, class_of(kind), all - items, visitor) : 0;
}

static int visit_dict(const dryad_kind *kind, PyObject *object, const dryad_visitor *visitor)
{
  PyObject *key, *value;
  for (Py_ssize_t place = 0; PyDict_Next(object, &place, &key, &value);) {
    VISIT(key);
    VISIT(value);
  }
  return kind->base->tp_traverse != PyDict_Type.tp_traverse ? visit_dict_extras(kind, object, visitor) : 0;
}

static int visit_type(const dryad_kind *kind, PyObject *object, const dryad_visitor *visitor)
{
  PyTypeObject *type = (PyTypeObject *)object;
  if ((type->tp_flags & Py_TPFLAGS_HEAPTYPE) == 0) {
    VISIT(dryad_type_dict(type));
    VISIT(type->tp_mro);
    VISIT(type->tp_bases);
    VISIT(type->tp_base);
    return 0;
  }
  TRY(traverse(kind, object, class_of(kind), SIZE_MAX, visitor));
  PyHeapTypeObject *heap_type = (PyHeapTypeObject *)type;
  VISIT(heap_type->ht_name);
  VISIT(heap_type->ht_qualname);
  VISIT(heap_type->ht_slots);
  return 0;
}

static int visit_module(const dryad_kind *kind, PyObject *object, const dryad_visitor *visitor)
{
  PyObject *dict = PyModule_GetDict(object);
  VISIT(dict);
  return traverse(kind, object, dict, SIZE_MAX, visitor);
}

static int visit_descriptor(const dryad_kind *kind, PyObject *object, const dryad_visitor *visitor)
{
  TRY(traverse(kind, object, NULL, SIZE_MAX, visitor));
  VISIT(((PyDescrObject *)object)->d_name);
  VISIT(((PyDescrObject *)object)->d_qualname);
  return 0;
}

static int visit_frame_object(const dryad_kind *kind, PyObject *object, const dryad_visitor *visitor)
{
  TRY(traverse(kind, object, NULL, SIZE_MAX, visitor));
  const dryad_frame *frame = dryad_frame_of(object);
  return frame != NULL ? dryad_referents_visit_frame(frame, visitor) : 0;
}

int dryad_referents_visit_frame(const dryad_frame *frame, const dryad_visitor *visitor)
{
  TRY(dryad_frame_visit(frame, visitor->visit, visitor->context));
  const dryad_frame *previous = dryad_frame_previous(frame);
  if (previous == NULL) return 0;
  PyObject *object = dryad_frame_object(previous);
  return object != NULL ? visitor->visit(object, visitor->context) : visitor->frame(previous, visitor->context);
}

/* The head of numpy's arrays and of their descriptors, as its documentation gives them. */
typedef struct ndarray {
  PyObject_HEAD char *data;
  int num_dimensions;
  Py_ssize_t *dimensions, *strides;
  PyObject *base;
  struct ndarray_type {
    PyObject_HEAD PyTypeObject *type;
    char kind;
  } * descriptor;
  int flags;
} ndarray;

enum { NDARRAY_CONTIGUOUS = 1, NDARRAY_OWN_DATA = 4 };

static int visit_ndarray(PyObject *object, const dryad_visitor *visitor)
{
  const ndarray *array = (const ndarray *)(const void *)object;
  const int whole = NDARRAY_CONTIGUOUS | NDARRAY_OWN_DATA;
  VISIT(array->base);
  VISIT(array->descriptor);
  if (array->descriptor == NULL || array->descriptor->kind != 'O' || (array->flags & whole) != whole) return 0;
  Py_ssize_t count = 1;
  for (int i = 0; i < array->num_dimensions; i++) count *= array->dimensions[i];
  for (Py_ssize_t i = 0; i < count; i++) VISIT(((PyObject **)(void *)array->data)[i]);
  return 0;
}

static int visit_contents(const dryad_kind *kind, PyObject *object, const dryad_visitor *visitor)
{
  switch (kind->shape) {
  case DRYAD_SHAPE_STR:
  case DRYAD_SHAPE_BYTES:
  case DRYAD_SHAPE_BYTEARRAY:
  case DRYAD_SHAPE_BOOL:
  case DRYAD_SHAPE_INT:
  case DRYAD_SHAPE_FLOAT:
  case DRYAD_SHAPE_EXCEPTION: return 0;
  case DRYAD_SHAPE_LIST: return visit_list(object, visitor);
  case DRYAD_SHAPE_TUPLE: return visit_tuple(object, visitor);
  case DRYAD_SHAPE_DICT: return visit_dict(kind, object, visitor);
  case DRYAD_SHAPE_TYPE: return visit_type(kind, object, visitor);
  case DRYAD_SHAPE_MODULE: return visit_module(kind, object, visitor);
  case DRYAD_SHAPE_CODE: return dryad_code_visit(object, visitor->visit, visitor->context);
  case DRYAD_SHAPE_FRAME: return visit_frame_object(kind, object, visitor);
  case DRYAD_SHAPE_DESCRIPTOR: return visit_descriptor(kind, object, visitor);
  case DRYAD_SHAPE_NDARRAY: return visit_ndarray(object, visitor);
  case DRYAD_SHAPE_SET:
  case DRYAD_SHAPE_FUNCTION:
  case DRYAD_SHAPE_BUILTIN:
  case DRYAD_SHAPE_OTHER: break;
  }
  return traverse(kind, object, class_of(kind), SIZE_MAX, visitor);
}

/* ---- instances of Python classes */

static PyObject *slot_value(const dryad_slot *slot, PyObject *object)
{
  return *(PyObject **)(void *)((char *)object + slot->offset);
}

/* Those without a name first, that the others are pairs. */
static int visit_slots(const dryad_kind *kind, PyObject *object, const dryad_visitor *visitor)
{
  bool named = kind->python || kind->shape == DRYAD_SHAPE_EXCEPTION;
  for (size_t i = 0; i < kind->num_slots; i++)
    if (!named || kind->slots[i].name == NULL) VISIT(slot_value(&kind->slots[i], object));
  for (size_t i = 0; named && i < kind->num_slots; i++) {
    PyObject *value = slot_value(&kind->slots[i], object);
    if (kind->slots[i].name == NULL || value == NULL) continue;
    VISIT(kind->slots[i].name);
    VISIT(value);
  }
  return 0;
}

/* The attributes that a dict holds: names and values. */
static int visit_names(PyObject *dict, const dryad_visitor *visitor)
{
  PyObject *key, *value;
  for (Py_ssize_t place = 0; PyDict_Next(dict, &place, &key, &value);) {
    if (!PyUnicode_Check(key)) continue;
    VISIT(key);
    VISIT(value);
  }
  return 0;
}

/* A dict as one of several attributes, behind what it holds. */
static int visit_named_dict(const dryad_state *state, PyObject *dict, const dryad_visitor *visitor)
{
  if (dict == NULL) return 0;
  TRY(visit_names(dict, visitor));
  VISIT(state->dict_name);
  VISIT(dict);
  return 0;
}

static bool has_items(const dryad_kind *kind)
{
  return kind->shape == DRYAD_SHAPE_LIST || kind->shape == DRYAD_SHAPE_TUPLE || kind->shape == DRYAD_SHAPE_DICT;
}

static int visit_instance(const dryad_state *state, const dryad_kind *kind, PyObject *object,
                          const dryad_visitor *visitor)
{
  PyObject *dict = kind->has_dict ? dryad_instance_dict(object) : NULL;
  bool inlined = kind->has_dict && dryad_instance_inline(object);
  bool named = inlined || kind->num_slots > 0;
  bool first = !named && !has_items(kind);
  if (first) VISIT(dict);
  TRY(visit_contents(kind, object, visitor));
  TRY(visit_slots(kind, object, visitor));
  if (inlined) TRY(dryad_instance_visit(object, visitor->visit, visitor->context));
  if (named && !inlined) return visit_named_dict(state, dict, visitor);
  if (inlined && dict != NULL) VISIT(state->dict_name);
  if (!first) VISIT(dict);
  return 0;
}

/* ---- exceptions */

typedef struct rest {
  const dryad_kind *kind;
  PyObject *object, *dict;
  const dryad_visitor *visitor;
} rest;

static int visit_rest(PyObject *visited, void *context)
{
  const rest *others = context;
  if (visited == others->dict || visited == (PyObject *)others->kind->type) return 0;
  for (size_t i = 0; i < others->kind->num_slots; i++)
    if (slot_value(&others->kind->slots[i], others->object) == visited) return 0;
  return others->visitor->visit(visited, others->visitor->context);
}

/* What has no name first, that the others are pairs; and the class even where it is a static one, as instances have. */
static int visit_exception(const dryad_state *state, const dryad_kind *kind, PyObject *object,
                           const dryad_visitor *visitor)
{
  PyObject *dict = dryad_instance_dict(object);
  rest others = {kind, object, dict, visitor};
  if (kind->base->tp_traverse != NULL) TRY(kind->base->tp_traverse(object, visit_rest, &others));
  TRY(visit_slots(kind, object, visitor));
  TRY(visit_named_dict(state, dict, visitor));
  VISIT(kind->type);
  return 0;
}

int dryad_referents_visit(const dryad_state *state, const dryad_kind *kind, PyObject *object,
                          const dryad_visitor *visitor)
{
  if (kind->shape == DRYAD_SHAPE_EXCEPTION) return visit_exception(state, kind, object, visitor);
  if (kind->python) {
    TRY(visit_instance(state, kind, object, visitor));
  } else {
    TRY(visit_contents(kind, object, visitor));
    if (kind->num_slots > 0) TRY(visit_slots(kind, object, visitor));
  }
  VISIT(class_of(kind));
  return 0;
}
