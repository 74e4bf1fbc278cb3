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

static size_t basic_size(const dryad_type_info *info, const PyObject *object)
{
  return info->basicsize + count_of_items(info, object) * info->itemsize;
}

/* As int.__sizeof__: up to 3.11 without the additions of a subclass, from then on with a digit even for zero. */
static size_t int_size(const dryad_type_info *info, const PyObject *object)
{
  size_t digits = count_of_items(info, object);
  if (digits == 0 && dryad_here.version >= 0x30B) digits = 1;
  return (dryad_here.version >= 0x30C ? info->basicsize : dryad_here.int_digits) + digits * info->itemsize;
}

static size_t list_size(const dryad_type_info *info, const PyObject *object)
{
  return info->basicsize + (size_t)dryad_field_size(object, dryad_here.list_allocated) * sizeof(PyObject *);
}

static size_t set_size(const dryad_type_info *info, const PyObject *object)
{
  const void *table = dryad_field_pointer(object, dryad_here.set_table);
  if (table == dryad_field(object, dryad_here.set_own_table)) return info->basicsize;
  return info->basicsize + ((size_t)dryad_field_size(object, dryad_here.set_mask) + 1) * dryad_here.set_entry_size;
}

static size_t type_size(const PyObject *object)
{
  const PyTypeObject *type = (const PyTypeObject *)(const void *)object;
  if (!dryad_type_has(type, Py_TPFLAGS_HEAPTYPE)) return dryad_here.type_size;
  const void *keys = dryad_field_pointer(type, dryad_here.heap_type_keys);
  return dryad_here.heap_type_size + (keys != NULL ? dryad_keys_size(keys) : 0);
}

/* Bytes of the other forms of a str besides its characters: UTF-8, and wchar_t (3.8 to 3.11). */
static size_t other_forms_size(const PyObject *object, const dryad_text *text)
{
  size_t size = 0;
  const void *utf8 = dryad_field_pointer(object, dryad_here.str_utf8);
  if (utf8 != NULL && utf8 != text->data) size += (size_t)dryad_field_size(object, dryad_here.str_utf8_length) + 1;
  if (dryad_here.str_wide == 0) return size;
  const void *wide = dryad_field_pointer(object, dryad_here.str_wide);
  if (wide == NULL || (wide == text->data && text->kind != 0)) return size;
  bool ascii = text->kind != 0 && dryad_str_is_compact_ascii(object);
  Py_ssize_t length = ascii ? (Py_ssize_t)text->length : dryad_field_size(object, dryad_here.str_wide_length);
  return size + ((size_t)length + 1) * sizeof(wchar_t);
}

static size_t str_size(const PyObject *object)
{
  if (dryad_str_is_compact_ascii(object)) {
    size_t size = dryad_here.str_ascii_size + dryad_str_length(object) + 1;
    if (dryad_here.str_wide == 0 || dryad_field_pointer(object, dryad_here.str_wide) == NULL) return size;
    return size + (dryad_str_length(object) + 1) * sizeof(wchar_t);
  }
  dryad_text text = dryad_str_text(object);
  bool compact = (dryad_field_u32(object, dryad_here.str_state) & dryad_here.str_compact) != 0;
  size_t size = compact ? dryad_here.str_compact_size : dryad_here.str_size;
  if (text.data != NULL) size += (text.length + 1) * (size_t)text.kind;
  return size + other_forms_size(object, &text);
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
  size_t size = info->has_dict ? dryad_instance_values_size(object) : 0;
  switch (info->sizing) {
  case DRYAD_SIZING_BASIC:
  case DRYAD_SIZING_PYTHON: size += basic_size(info, object); break;
  case DRYAD_SIZING_INT: size += int_size(info, object); break;
  case DRYAD_SIZING_LIST: size += list_size(info, object); break;
  case DRYAD_SIZING_DICT: size += dryad_dict_size(object); break;
  case DRYAD_SIZING_SET: size += set_size(info, object); break;
  case DRYAD_SIZING_STR: size += str_size(object); break;
  case DRYAD_SIZING_TYPE: size += type_size(object); break;
  case DRYAD_SIZING_C: size += told_size(info, object); break;
  case DRYAD_SIZING_GIVEN: size = (size_t)info->given_size; break;
  }
  return size + dryad_object_header_size(object);
}
