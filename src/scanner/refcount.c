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
  /* 3.11 has static objects that are counted from 999999999. */
  return dryad_here.version < 0x30B || *count < 999999999 / 2;
}

/* Whether the interpreter may keep a str for its own use: interned, or a character that it has only one of. */
static bool is_kept(const PyObject *text)
{
  const uint32_t interned = (1U << dryad_here.str_kind_shift) - 1; /* the bits below the kind */
  return (dryad_field_u32(text, dryad_here.str_state) & interned) != 0 || dryad_str_length(text) <= 1;
}

static bool proves_something(const dryad_type_info *info, const PyObject *object)
{
  switch (info->shape) {
  case DRYAD_SHAPE_STR: return !is_kept(object);
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
