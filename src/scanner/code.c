/* SPDX-License-Identifier: MIT */
#include "code.h"

#include "visit.h"

/* ---- variables */

static size_t tuple_count(const PyObject *tuple)
{
  bool is_tuple = tuple != NULL && dryad_object_is(tuple, Py_TPFLAGS_TUPLE_SUBCLASS);
  return is_tuple ? (size_t)dryad_count_of(tuple) : 0;
}

size_t dryad_code_num_variables(const PyObject *code)
{
  size_t count = 0;
  for (DRYAD_LAYOUT_EACH(dryad_here.code_variables, i))
    count += tuple_count(dryad_field_object(code, dryad_here.code_variables[i]));
  return count;
}

PyObject *dryad_code_variable(const PyObject *code, size_t position)
{
  for (DRYAD_LAYOUT_EACH(dryad_here.code_variables, i)) {
    const PyObject *names = dryad_field_object(code, dryad_here.code_variables[i]);
    size_t count = tuple_count(names);
    if (position < count) return dryad_tuple_item(names, (Py_ssize_t)position);
    position -= count;
  }
  return NULL;
}

/* ---- lines */

typedef struct bytes {
  const unsigned char *next, *end;
} bytes;

/* 3.8 and 3.9: pairs of increments, of the instruction and then of the line. */
static int line_by_increments(bytes table, int line, Py_ssize_t instruction)
{
  Py_ssize_t reached = 0;
  for (; table.end - table.next >= 2; table.next += 2) {
    reached += table.next[0];
    if (reached > instruction) break;
    line += (signed char)table.next[1];
  }
  return line;
}

/* 3.10: ranges, each with its length and the increment of the line before it. */
static int line_by_ranges(bytes table, int line, Py_ssize_t instruction)
{
  const int none = -128;
  Py_ssize_t end = 0;
  for (; table.end - table.next >= 2; table.next += 2) {
    int increment = (signed char)table.next[1];
    if (increment != none) line += increment;
    end += table.next[0];
    if (end > instruction) return increment != none ? line : DRYAD_NO_LINE;
  }
  return DRYAD_NO_LINE;
}

/* A number in groups of six bits, least significant first; bit 6 says that more follow. */
static int read_unsigned(bytes *table)
{
  unsigned value = 0, group = 0x40;
  for (unsigned shift = 0; (group & 0x40) != 0 && table->next < table->end && shift < 32; shift += 6) {
    group = *table->next++;
    value |= (group & 0x3f) << shift;
  }
  return (int)value;
}

/* The sign is in the lowest bit. */
static int read_signed(bytes *table)
{
  unsigned value = (unsigned)read_unsigned(table);
  return (value & 1) != 0 ? -(int)(value >> 1) : (int)(value >> 1);
}

/* The increment of the line in an entry, whose first byte has been read. */
static int line_increment(bytes *table, int kind)
{
  enum { ONE_LINE_0 = 10, ONE_LINE_2 = 12, NO_COLUMNS = 13, LONG = 14 };
  if (kind == NO_COLUMNS || kind == LONG) return read_signed(table);
  return kind >= ONE_LINE_0 && kind <= ONE_LINE_2 ? kind - ONE_LINE_0 : 0;
}

/* From 3.11 on: entries that start with a byte of bit 7, the kind of the entry and the number of code units less one.
 */
static int line_by_locations(bytes table, int line, Py_ssize_t instruction)
{
  enum { NO_LOCATION = 15, CODE_UNIT = 2 };
  Py_ssize_t end = 0;
  while (table.next < table.end) {
    int first = *table.next++, kind = first >> 3 & 15;
    line += line_increment(&table, kind);
    end += ((first & 7) + 1) * CODE_UNIT;
    if (end > instruction) return kind != NO_LOCATION ? line : DRYAD_NO_LINE;
    while (table.next < table.end && *table.next < 0x80) table.next++;
  }
  return DRYAD_NO_LINE;
}

int dryad_code_line(const PyObject *code, Py_ssize_t instruction)
{
  int first = (int)dryad_field_u32(code, dryad_here.code_first_line);
  const PyObject *table = dryad_field_object(code, dryad_here.code_lines);
  if (instruction < 0) return first;
  if (table == NULL || !dryad_object_is(table, Py_TPFLAGS_BYTES_SUBCLASS)) return DRYAD_NO_LINE;
  const unsigned char *data = dryad_field(table, dryad_here.bytes_data);
  const bytes content = {data, data + dryad_count_of(table)};
  if (dryad_here.version >= 0x30B) return line_by_locations(content, first, instruction);
  if (dryad_here.version == 0x30A) return line_by_ranges(content, first, instruction);
  return line_by_increments(content, first, instruction);
}

/* ---- references */

int dryad_code_visit(const PyObject *code, visitproc visit, void *context)
{
  for (DRYAD_LAYOUT_EACH(dryad_here.code_objects, i)) DRYAD_VISIT(dryad_field_object(code, dryad_here.code_objects[i]));
  const void *cached = dryad_here.code_cached != 0 ? dryad_field_pointer(code, dryad_here.code_cached) : NULL;
  for (size_t offset = 0; cached != NULL && offset < dryad_here.cached_size; offset += sizeof(PyObject *))
    DRYAD_VISIT(dryad_field_object(cached, offset));
  return 0;
}
