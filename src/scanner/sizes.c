/* SPDX-License-Identifier: MIT */
#include "sizes.h"

#include "instances.h"

static size_t count_of_items(const dryad_type_info *info, const PyObject *object)
{
  size_t digits;
  bool negative;
  if (info->shape != DRYAD_SHAPE_INT && info->shape != DRYAD_SHAPE_BOOL)
    return info->itemsize > 0 ? (size_t)dryad_count_of(object) : 0;
  dryad_int_digits(object, &digits, &negative);
  return digits;
}

/* What the allocator of all classes created in Python takes: room for one more item, in multiples of a word. */
static size_t generic_size(size_t basicsize, size_t itemsize, size_t count)
{
  const size_t word = sizeof(void *);
  size_t items = itemsize > 0 ? (count + 1) * itemsize : 0;
  return (basicsize + items + word - 1) / word * word;
}

static size_t basic_size(const dryad_type_info *info, const PyObject *object)
{
  size_t count = count_of_items(info, object);
  return info->python ? generic_size(info->basicsize, info->itemsize, count) : info->basicsize + count * info->itemsize;
}

/* Even zero has a digit from 3.11 on, in subclasses of int from 3.12 on. */
static size_t int_size(const dryad_type_info *info, const PyObject *object)
{
  size_t digits = count_of_items(info, object);
  if (digits == 0 && dryad_here.version >= (info->python ? 0x30C : 0x30B)) digits = 1;
  if (info->python) return generic_size(info->basicsize, info->itemsize, digits);
  return dryad_here.int_digits + digits * info->itemsize;
}

static size_t list_size(const dryad_type_info *info, const PyObject *object)
{
  size_t size = info->basicsize + (size_t)dryad_field_size(object, dryad_here.list_allocated) * sizeof(PyObject *);
  /* Free-threaded: the capacity lies before the items too. */
  bool counts = dryad_here.free_threaded && dryad_field_pointer(object, dryad_here.list_items) != NULL;
  return size + (counts ? sizeof(Py_ssize_t) : 0);
}

static size_t set_size(const dryad_type_info *info, const PyObject *object)
{
  const void *table = dryad_field_pointer(object, dryad_here.set_table);
  if (table == dryad_field(object, dryad_here.set_own_table)) return info->basicsize;
  return info->basicsize + ((size_t)dryad_field_size(object, dryad_here.set_mask) + 1) * dryad_here.set_entry_size;
}

static size_t c_string_size(const char *text) { return text != NULL ? strlen(text) + 1 : 0; }

/* Unlike type.__sizeof__, with the descriptions of slots and the copies of documentation and name. */
static size_t type_size(const dryad_type_info *info, const PyObject *object)
{
  const PyTypeObject *type = (const PyTypeObject *)(const void *)object;
  if (!dryad_type_has(type, Py_TPFLAGS_HEAPTYPE)) return dryad_here.type_size;
  const void *keys = dryad_field_pointer(type, dryad_here.heap_type_keys);
  size_t size = generic_size(info->basicsize, info->itemsize, (size_t)dryad_count_of(object));
  size += c_string_size(dryad_field_pointer(type, dryad_here.type_doc));
  if (dryad_here.heap_type_own_name != 0)
    size += c_string_size(dryad_field_pointer(type, dryad_here.heap_type_own_name));
  return size + (keys != NULL ? dryad_keys_size(keys) : 0);
}

/* The size that __sizeof__ returned, or the size by type if it failed. */
static size_t told_size(const dryad_type_info *info, PyObject *object)
{
  PyObject *result = info->size_method(object, NULL);
  bool good = result != NULL && dryad_object_is(result, Py_TPFLAGS_LONG_SUBCLASS);
  Py_ssize_t size = good ? dryad_int_size(result) : -1;
  if (result != NULL)
    Py_DecRef(result);
  else
    PyErr_Clear();
  return size < 0 ? basic_size(info, object) : (size_t)size;
}

size_t dryad_size_of(const dryad_type_info *info, PyObject *object)
{
  size_t size = info->managed ? dryad_instance_values_size(object) : 0;
  switch (info->sizing) {
  case DRYAD_SIZING_BASIC:
  case DRYAD_SIZING_PYTHON: size += basic_size(info, object); break;
  case DRYAD_SIZING_INT: size += int_size(info, object); break;
  case DRYAD_SIZING_LIST: size += list_size(info, object); break;
  case DRYAD_SIZING_DICT: size += dryad_dict_size(object); break;
  case DRYAD_SIZING_SET: size += set_size(info, object); break;
  case DRYAD_SIZING_STR: size += dryad_str_size(object); break;
  case DRYAD_SIZING_TYPE: size += type_size(info, object); break;
  case DRYAD_SIZING_C: size += told_size(info, object); break;
  case DRYAD_SIZING_GIVEN: return (size_t)info->given_size + dryad_object_header_size(object);
  }
  /* Types that got a __sizeof__ of their own in a later version need no help; that of deque is wrong. */
  bool helps = info->sizing == DRYAD_SIZING_BASIC || info->known == DRYAD_KNOWN_DEQUE;
  if (helps && info->known != DRYAD_KNOWN_NONE) size += (size_t)dryad_known_unsized(info->known, object);
  return size + dryad_object_header_size(object);
}
