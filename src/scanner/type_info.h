/* SPDX-License-Identifier: MIT */
/* A scan's knowledge of each type, computed once for the first object of the type. */
#ifndef DRYAD_SCANNER_TYPE_INFO_H
#define DRYAD_SCANNER_TYPE_INFO_H

#include "known_types.h"
#include "members.h"
#include "state.h"

/* How to visit the contents of an object. */
typedef enum dryad_shape {
  DRYAD_SHAPE_OTHER, /* by tp_traverse */
  DRYAD_SHAPE_STR,
  DRYAD_SHAPE_BYTES,
  DRYAD_SHAPE_BYTEARRAY,
  DRYAD_SHAPE_BOOL,
  DRYAD_SHAPE_INT,
  DRYAD_SHAPE_FLOAT,
  DRYAD_SHAPE_LIST,
  DRYAD_SHAPE_TUPLE,
  DRYAD_SHAPE_DICT,
  DRYAD_SHAPE_SET,
  DRYAD_SHAPE_TYPE,
  DRYAD_SHAPE_MODULE,
  DRYAD_SHAPE_FUNCTION,
  DRYAD_SHAPE_BUILTIN,
  DRYAD_SHAPE_CODE,
  DRYAD_SHAPE_FRAME,
  DRYAD_SHAPE_GENERATOR, /* a coroutine or async generator too */
  DRYAD_SHAPE_DESCRIPTOR,
  DRYAD_SHAPE_NDARRAY,
  DRYAD_SHAPE_TASK,
  DRYAD_SHAPE_LRU_CACHE,
  DRYAD_SHAPE_CONTEXT_VAR,
  DRYAD_SHAPE_GREENLET,
  DRYAD_SHAPE_EXCEPTION
} dryad_shape;

/* How to find its size. */
typedef enum dryad_sizing {
  DRYAD_SIZING_BASIC, /* tp_basicsize and items */
  DRYAD_SIZING_INT,
  DRYAD_SIZING_LIST,
  DRYAD_SIZING_DICT,
  DRYAD_SIZING_SET,
  DRYAD_SIZING_STR,
  DRYAD_SIZING_TYPE,
  DRYAD_SIZING_C,      /* by a __sizeof__ written in C */
  DRYAD_SIZING_PYTHON, /* by a __sizeof__ written in Python, or a function given for the type */
  DRYAD_SIZING_GIVEN   /* a number given for the type */
} dryad_sizing;

/* A field of an instance that holds an object: a slot of a class, a field of an exception, or a member of a type
 * without tp_traverse. */
typedef struct dryad_slot {
  Py_ssize_t offset;
  PyObject *name; /* borrowed, or NULL */
} dryad_slot;

typedef struct dryad_type_info {
  PyTypeObject *type;
  PyTypeObject *base; /* the first of its bases, itself included, that was not created in Python */
  dryad_shape shape;
  dryad_sizing sizing;
  dryad_known_type known;
  size_t basicsize, itemsize;
  PyCFunction size_method; /* for DRYAD_SIZING_C */
  Py_ssize_t given_size;   /* for DRYAD_SIZING_GIVEN */
  PyObject *size_function; /* for a function given, else NULL */
  dryad_slot *slots;
  size_t num_slots;
  dryad_members members; /* what a tp_traverse of C visits, unless its order alone tells the names */
  bool python;           /* created in Python */
  bool heap;             /* a heap type: its objects hold it */
  bool has_dict;         /* adds a dict to its base */
  bool managed;          /* its attributes may be values instead of a dict (3.11 and newer) */
  const char *text;      /* `, "type": "NAME", "size": ` */
  size_t type_length;    /* of the part before `, "size": ` */
  size_t text_length;
} dryad_type_info;

typedef struct dryad_type_cache {
  const dryad_state *state;
  dryad_pool pool;
  dryad_type_info **table;
  size_t table_size, count;
  dryad_type_info *last;
} dryad_type_cache;

/* `state` must outlive it. */
void dryad_type_cache_init(dryad_type_cache *types, const dryad_state *state);
void dryad_type_cache_deinit(dryad_type_cache *types);

/* The facts about the type of an object; NULL when out of memory. `fresh`, unless NULL, reports whether the type is
 * new.
 */
const dryad_type_info *dryad_type_cache_get(dryad_type_cache *types, PyObject *object, bool *fresh);

#endif
