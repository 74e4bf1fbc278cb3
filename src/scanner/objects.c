/* SPDX-License-Identifier: MIT */
#include "objects.h"

/* ---- types */

PyObject *dryad_type_dict(PyTypeObject *type)
{
  PyObject *dict = dryad_field_object(type, dryad_here.type_dict);
  if (dict != NULL || dryad_here.version < 0x30C) return dict;
  /* A static built-in type has a dict in each interpreter. */
  dict = PyType_GetDict(type);
  Py_DecRef(dict);
  return dict;
}

bool dryad_type_is_subtype(const PyTypeObject *type, const PyTypeObject *base)
{
  for (; type != NULL; type = dryad_type_base(type)) {
    const PyObject *mro = dryad_field_object(type, dryad_here.type_mro);
    if (type == base) return true;
    if (mro == NULL) continue;
    for (Py_ssize_t i = 0; i < dryad_count_of(mro); i++)
      if ((const void *)dryad_tuple_item(mro, i) == (const void *)base) return true;
    return false;
  }
  return false;
}

bool dryad_object_collected(PyObject *object)
{
  const PyTypeObject *type = dryad_type_of(object);
  inquiry is_gc;
  if (!dryad_type_has(type, Py_TPFLAGS_HAVE_GC)) return false;
  memcpy(&is_gc, dryad_field(type, dryad_here.type_is_gc), sizeof is_gc);
  return is_gc == NULL || is_gc(object) != 0;
}

bool dryad_object_tracked(PyObject *object)
{
  if (!dryad_object_collected(object)) return false;
  if (dryad_here.free_threaded) return (dryad_field_u8(object, dryad_here.object_gc_bits) & dryad_here.gc_tracked) != 0;
  return dryad_field_pointer((const char *)object - dryad_here.gc_head, 0) != NULL;
}

size_t dryad_object_header_size(PyObject *object)
{
  unsigned long flags = dryad_type_flags(dryad_type_of(object));
  /* 3.11 and 3.12 count a header for static types too, which have none. */
  bool by_flag = dryad_here.version == 0x30B || dryad_here.version == 0x30C;
  bool collected = by_flag ? (flags & Py_TPFLAGS_HAVE_GC) != 0 : dryad_object_collected(object);
  return (collected ? dryad_here.gc_head : 0) + ((flags & dryad_here.flag_preheader) != 0 ? 2 * sizeof(void *) : 0);
}

/* ---- strings and numbers */

dryad_text dryad_str_text(const PyObject *object)
{
  uint32_t state = dryad_field_u32(object, dryad_here.str_state);
  dryad_text text = {.length = dryad_str_length(object), .kind = (int)(state >> dryad_here.str_kind_shift & 7)};
  if ((state & dryad_here.str_ready) != dryad_here.str_ready) text.kind = 0;
  if ((state & dryad_here.str_compact) == 0)
    text.data = dryad_field_pointer(object, dryad_here.str_data);
  else
    text.data = dryad_field(object, (state & dryad_here.str_ascii) != 0 ? dryad_here.str_ascii_size
                                                                        : dryad_here.str_compact_size);
  return text;
}

bool dryad_str_equals(const PyObject *object, const char *expected)
{
  if (!dryad_object_is(object, Py_TPFLAGS_UNICODE_SUBCLASS)) return false;
  dryad_text text = dryad_str_text(object);
  return text.kind == 1 && text.length == strlen(expected) && memcmp(text.data, expected, text.length) == 0;
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

size_t dryad_str_size(const PyObject *object)
{
  if (dryad_str_is_compact_ascii(object)) {
    size_t size = dryad_here.str_ascii_size + dryad_str_length(object) + 1;
    if (dryad_here.str_wide == 0 || dryad_field_pointer(object, dryad_here.str_wide) == NULL) return size;
    return size + (dryad_str_length(object) + 1) * sizeof(wchar_t);
  }
  dryad_text text = dryad_str_text(object);
  bool compact = (dryad_field_u32(object, dryad_here.str_state) & dryad_here.str_compact) != 0;
  /* The characters of a subclass are apart, and its own fields in their place. */
  size_t size = compact ? dryad_here.str_compact_size : (size_t)dryad_type_basicsize(dryad_type_of(object));
  if (text.data != NULL) size += (text.length + 1) * (size_t)text.kind;
  return size + other_forms_size(object, &text);
}

const uint32_t *dryad_int_digits(const PyObject *integer, size_t *count, bool *negative)
{
  if (dryad_here.int_tag != 0) {
    size_t tag = (size_t)dryad_field_size(integer, dryad_here.int_tag);
    *count = tag >> 3;
    *negative = (tag & 3) == 2;
  } else {
    Py_ssize_t size = dryad_count_of(integer);
    *negative = size < 0;
    *count = (size_t)(size < 0 ? -size : size);
  }
  return (const uint32_t *)dryad_field(integer, dryad_here.int_digits);
}

Py_ssize_t dryad_int_size(const PyObject *integer)
{
  size_t count;
  bool negative;
  const uint32_t *digits = dryad_int_digits(integer, &count, &negative);
  uint64_t value = 0;
  if (negative || count > 3 || (count == 3 && digits[2] > 7)) return -1;
  for (size_t i = count; i-- > 0;) value = value << PyLong_SHIFT | digits[i];
  return value <= INTPTR_MAX ? (Py_ssize_t)value : -1;
}

static int is_same(PyObject *object, void *sought) { return object == sought; }

bool dryad_type_visits(const PyTypeObject *type, PyObject *object, PyObject *sought)
{
  return dryad_type_traverse(type)(object, is_same, sought) != 0;
}
