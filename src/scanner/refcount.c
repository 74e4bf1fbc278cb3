/* SPDX-License-Identifier: MIT */
#include "refcount.h"

#include "frames.h"

/* The number itself; false for an immortal object, or one that CPython does not always count. */
static bool read_count(const PyObject *object, uint64_t *count)
{
  if (dryad_here.free_threaded) {
    uint32_t local = dryad_field_u32(object, dryad_here.object_ref_local);
    Py_ssize_t shared = dryad_field_size(object, dryad_here.object_ref_shared);
    *count = local + (uint64_t)(shared >> dryad_here.ref_shared_shift);
    return local != dryad_here.ref_local_immortal &&
           (dryad_field_u8(object, dryad_here.object_gc_bits) & dryad_here.gc_deferred) == 0;
  }
  if (dryad_here.version >= 0x30C) {
    *count = dryad_field_u32(object, dryad_here.object_refcount);
    return *count <= INT32_MAX;
  }
  *count = (uint64_t)dryad_field_size(object, dryad_here.object_refcount);
  return true;
}

/* The lowest bits of a str's state, below its kind. */
static bool is_interned(const PyObject *text)
{
  return (dryad_field_u32(text, dryad_here.str_state) & ((1U << dryad_here.str_kind_shift) - 1)) != 0;
}

static bool proves_something(const dryad_type_info *info, const PyObject *object)
{
  switch (info->shape) {
  case DRYAD_SHAPE_STR: return !is_interned(object);
  case DRYAD_SHAPE_TYPE:
    return dryad_type_has((const PyTypeObject *)(const void *)object, Py_TPFLAGS_HEAPTYPE) && !dryad_here.free_threaded;
  case DRYAD_SHAPE_CODE: return !dryad_here.free_threaded;
  case DRYAD_SHAPE_DICT:
    return dryad_here.dict_unique_id == 0 || dryad_field_u32(object, dryad_here.dict_unique_id) == 0;
  case DRYAD_SHAPE_FRAME: return !dryad_frame_object_runs(object);
  default: return true;
  }
}

bool dryad_refcount_get(const dryad_type_info *info, const PyObject *object, uint64_t *count)
{
  return read_count(object, count) && proves_something(info, object);
}
