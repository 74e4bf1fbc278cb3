/* SPDX-License-Identifier: MIT */
#include "known_types.h"

#include <semaphore.h>

/* ---- the structures, from CPython's sources: what follows the common header */

typedef struct text_writer {
  PyObject *buffer;
  void *data;
  int kind;
  uint32_t largest;
  Py_ssize_t size, position, least_length;
  uint32_t least;
  unsigned char overallocates, readonly; /* the first is set, so the second is not: the buffer is its own */
} text_writer;

typedef struct stringio {
  uint32_t *characters;
  Py_ssize_t position, length;
  size_t capacity; /* of `characters` */
  int state;
  union {               /* while it accumulates */
    PyObject *lists[2]; /* up to 3.11 */
    text_writer writer; /* 3.12 and 3.13 */
    text_writer *apart; /* 3.14 and newer */
  } parts;
} stringio;

enum { STRINGIO_ACCUMULATING = 2 };

typedef struct deque {
  Py_ssize_t count;
  void *leftmost, *rightmost;
  Py_ssize_t left_index, right_index;
  size_t state;
  Py_ssize_t limit;
  Py_ssize_t num_spare; /* blocks kept for later; 3.11 and newer */
} deque;

enum { DEQUE_BLOCK = (64 + 2) * sizeof(void *) }; /* items, and links to the neighbours */

typedef struct simple_queue {
  bool waiting;
  Py_ssize_t put_index, get_index;
  PyObject **items;
  Py_ssize_t capacity;
} simple_queue;

typedef struct datetime {
  intptr_t hash;
  char has_zone;
} datetime;

enum { TIME_ZONE = 16, DATETIME_ZONE = 24 }; /* where the zone is, if they have one */

typedef struct mapping {
  char *data; /* NULL once it is closed */
  size_t size;
} mapping;

dryad_known_type dryad_known_type_of(const PyTypeObject *type)
{
  const struct {
    const char *name;
    size_t size; /* without the common header; 0: any */
    dryad_known_type known;
  } types[] = {
      {"_io.BytesIO", 48, DRYAD_KNOWN_BYTESIO},        {"_io.StringIO", 104, DRYAD_KNOWN_STRINGIO},
      {"_io.StringIO", 152, DRYAD_KNOWN_STRINGIO},     {"collections.deque", 200, DRYAD_KNOWN_DEQUE},
      {"_thread.lock", 24, DRYAD_KNOWN_LOCK},          {"_thread.RLock", 32, DRYAD_KNOWN_LOCK},
      {"_queue.SimpleQueue", 40, DRYAD_KNOWN_LOCK},    {"_queue.SimpleQueue", 56, DRYAD_KNOWN_QUEUE},
      {"datetime.datetime", 32, DRYAD_KNOWN_DATETIME}, {"datetime.time", 24, DRYAD_KNOWN_TIME},
      {"datetime.timezone", 16, DRYAD_KNOWN_TIMEZONE}, {"mmap.mmap", 0, DRYAD_KNOWN_MMAP},
  };
  const size_t size = (size_t)dryad_type_basicsize(type) - dryad_here.object_size;
  for (size_t i = 0; i < sizeof types / sizeof *types; i++)
    if ((types[i].size == 0 || types[i].size == size) && strcmp(types[i].name, dryad_type_name(type)) == 0)
      return types[i].known;
  return DRYAD_KNOWN_NONE;
}

static const void *contents(const PyObject *object) { return dryad_field(object, dryad_here.object_size); }

/* ---- io */

PyObject *dryad_known_bytesio_buffer(const PyObject *object) { return dryad_field_object(contents(object), 0); }

static bool accumulates(const stringio *text) { return text->state == STRINGIO_ACCUMULATING; }

/* The writer of a StringIO that accumulates, or NULL. */
static const text_writer *writer_of(const stringio *text)
{
  if (!accumulates(text) || dryad_here.version < 0x30C) return NULL;
  return dryad_here.version < 0x30E ? &text->parts.writer : text->parts.apart;
}

/* Lists of the strings that it has yet to join. */
static PyObject *stringio_reference(const stringio *text, size_t i)
{
  return accumulates(text) && dryad_here.version < 0x30C ? text->parts.lists[i] : NULL;
}

static size_t stringio_unsized(const stringio *text)
{
  size_t size = text->capacity * sizeof *text->characters;
  const text_writer *writer = writer_of(text);
  if (writer == NULL) return size;
  if (dryad_here.version >= 0x30E) size += sizeof *writer;
  return size + (writer->buffer != NULL ? dryad_str_size(writer->buffer) : 0);
}

/* ---- datetime */

static bool has_zone(const PyObject *object) { return ((const datetime *)contents(object))->has_zone != 0; }

/* Only subclasses always have room for a zone. */
static Py_ssize_t datetime_unsized(const PyObject *object)
{
  bool exact = !dryad_object_is(object, Py_TPFLAGS_HEAPTYPE);
  return exact && !has_zone(object) ? -(Py_ssize_t)sizeof(PyObject *) : 0;
}

/* ---- all */

PyObject *dryad_known_reference(dryad_known_type known, const PyObject *object, size_t i, const char **name)
{
  const void *fields = contents(object);
  *name = NULL;
  switch (known) {
  case DRYAD_KNOWN_STRINGIO: return stringio_reference(fields, i);
  case DRYAD_KNOWN_TIMEZONE: return dryad_field_object(fields, i * sizeof(PyObject *));
  case DRYAD_KNOWN_DATETIME:
  case DRYAD_KNOWN_TIME:
    if (i > 0 || !has_zone(object)) return NULL;
    *name = "tzinfo";
    return dryad_field_object(fields, known == DRYAD_KNOWN_TIME ? TIME_ZONE : DATETIME_ZONE);
  default: return NULL;
  }
}

Py_ssize_t dryad_known_unsized(dryad_known_type known, const PyObject *object)
{
  switch (known) {
  case DRYAD_KNOWN_STRINGIO: return (Py_ssize_t)stringio_unsized(contents(object));
  case DRYAD_KNOWN_DEQUE: return ((const deque *)contents(object))->num_spare * DEQUE_BLOCK;
  case DRYAD_KNOWN_LOCK: return dryad_field_pointer(contents(object), 0) != NULL ? sizeof(sem_t) : 0;
  case DRYAD_KNOWN_QUEUE: return ((const simple_queue *)contents(object))->capacity * (Py_ssize_t)sizeof(PyObject *);
  case DRYAD_KNOWN_DATETIME:
  case DRYAD_KNOWN_TIME: return datetime_unsized(object);
  default: return 0;
  }
}

size_t dryad_known_mapped(dryad_known_type known, const PyObject *object)
{
  if (known != DRYAD_KNOWN_MMAP) return 0;
  const mapping *mapped = contents(object);
  return mapped->data != NULL ? mapped->size : 0;
}
