#include "text.h"

#include "../core/siphash.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* A character in JSON takes at most two escapes of six bytes. */
enum { ESCAPE = 12, INT_DIGITS = 40, DECIMAL_GROUP = 9 };

static char *escape(char *end, unsigned unit)
{
  static const char hex[] = "0123456789abcdef";
  *end++ = '\\';
  *end++ = 'u';
  for (int shift = 12; shift >= 0; shift -= 4) *end++ = hex[unit >> shift & 15];
  return end;
}

static char *put_character(char *end, Py_UCS4 character)
{
  if (character == '"' || character == '\\') {
    *end++ = '\\';
    *end++ = (char)character;
  } else if (character >= 0x20 && character < 0x7f) {
    *end++ = (char)character;
  } else if (character < 0x10000) {
    end = escape(end, character);
  } else {
    end = escape(end, 0xd800 + ((character - 0x10000) >> 10));
    end = escape(end, 0xdc00 + ((character - 0x10000) & 0x3ff));
  }
  return end;
}

size_t dryad_text_bound(size_t length) { return length * ESCAPE / 2 + 3; }

/* The next character of good UTF-8, as C strings of Python are. */
static Py_UCS4 next_character(const char **text)
{
  unsigned char first = (unsigned char)*(*text)++;
  int more = first < 0xc0 ? 0 : first < 0xe0 ? 1 : first < 0xf0 ? 2 : 3;
  Py_UCS4 character = more == 0 ? first : first & (0x3fu >> more);
  for (; more > 0 && **text != '\0'; more--) character = character << 6 | (*(*text)++ & 0x3f);
  return character;
}

char *dryad_text_quote(char *end, const char *text)
{
  *end++ = '"';
  while (*text != '\0') end = put_character(end, next_character(&text));
  *end++ = '"';
  return end;
}

static void put_key(dryad_sink *sink, const char *name)
{
  DRYAD_SINK_PUT(sink, ", \"");
  dryad_sink_put(sink, name, strlen(name));
  DRYAD_SINK_PUT(sink, "\": ");
}

static void put_characters(dryad_sink *sink, int kind, const void *data, size_t count)
{
  DRYAD_SINK_PUT(sink, "\"");
  for (size_t i = 0; i < count;) {
    const size_t step = 256;
    char *end = dryad_sink_room(sink, step * ESCAPE);
    if (end == NULL) return;
    for (size_t stop = count - i < step ? count : i + step; i < stop; i++)
      end = put_character(end, PyUnicode_READ(kind, data, (Py_ssize_t)i));
    dryad_sink_advance(sink, end);
  }
  DRYAD_SINK_PUT(sink, "\"");
}

/* In 3.8 to 3.11 there may be strings that only have a wchar_t form yet. */
static bool is_ready(PyObject *text)
{
#if PY_VERSION_HEX >= 0x030C0000
  (void)text;
  return true;
#else
  return PyUnicode_IS_READY(text);
#endif
}

void dryad_text_put_name(dryad_sink *sink, const char *name, PyObject *text)
{
  if (text == NULL || !PyUnicode_Check(text) || !is_ready(text)) return;
  put_key(sink, name);
  put_characters(sink, (int)PyUnicode_KIND(text), PyUnicode_DATA(text), (size_t)PyUnicode_GET_LENGTH(text));
}

void dryad_text_put_c_name(dryad_sink *sink, const char *name, const char *text)
{
  if (text == NULL) return;
  put_key(sink, name);
  DRYAD_SINK_PUT(sink, "\"");
  while (*text != '\0') {
    char *end = dryad_sink_room(sink, ESCAPE);
    if (end == NULL) return;
    dryad_sink_advance(sink, put_character(end, next_character(&text)));
  }
  DRYAD_SINK_PUT(sink, "\"");
}

/* `domain` tells apart what has equal bytes and is not equal. */
static void put_hash(dryad_sink *sink, const dryad_privacy *privacy, char domain, const void *bytes, size_t size)
{
  char text[32];
  uint64_t hash = dryad_siphash(privacy->key, domain, bytes, size);
  int length = snprintf(text, sizeof text, ", \"value\": \"%016llx\"", (unsigned long long)hash);
  dryad_sink_put(sink, text, (size_t)length);
}

void dryad_text_put_str(dryad_sink *sink, const dryad_privacy *privacy, PyObject *text)
{
  if (privacy->values == DRYAD_VALUES_NONE || !is_ready(text)) return;
  size_t length = (size_t)PyUnicode_GET_LENGTH(text);
  int kind = (int)PyUnicode_KIND(text);
  if (privacy->values == DRYAD_VALUES_HASH) {
    /* One byte a character, two or four: equal strings have the same form, and others may have equal bytes. */
    put_hash(sink, privacy,
             kind == PyUnicode_1BYTE_KIND   ? 's'
             : kind == PyUnicode_2BYTE_KIND ? 'u'
                                            : 'w',
             PyUnicode_DATA(text), length * (size_t)kind);
    return;
  }
  put_key(sink, "value");
  put_characters(sink, kind, PyUnicode_DATA(text), length < privacy->max_value ? length : privacy->max_value);
}

void dryad_text_put_bytes(dryad_sink *sink, const dryad_privacy *privacy, PyObject *bytes)
{
  size_t length = (size_t)PyBytes_GET_SIZE(bytes);
  if (privacy->values == DRYAD_VALUES_HASH) {
    put_hash(sink, privacy, 'b', PyBytes_AS_STRING(bytes), length);
  } else if (privacy->values == DRYAD_VALUES_FULL) {
    put_key(sink, "value");
    put_characters(sink, PyUnicode_1BYTE_KIND, PyBytes_AS_STRING(bytes),
                   length < privacy->max_value ? length : privacy->max_value);
  }
}

/* Decimal digits of a large number, nine at a time by long division. */
static void put_large(dryad_sink *sink, const uint32_t *digits, size_t count)
{
  uint32_t rest[INT_DIGITS];
  char text[INT_DIGITS * 10 + DECIMAL_GROUP], *first = text + sizeof text;
  memcpy(rest, digits, count * sizeof *rest);
  while (count > 0) {
    uint64_t remainder = 0;
    for (size_t i = count; i-- > 0;) {
      uint64_t part = remainder << PyLong_SHIFT | rest[i];
      rest[i] = (uint32_t)(part / 1000000000);
      remainder = part % 1000000000;
    }
    while (count > 0 && rest[count - 1] == 0) count--;
    for (int i = 0; i < DECIMAL_GROUP; i++, remainder /= 10) *--first = (char)('0' + remainder % 10);
  }
  while (*first == '0') first++;
  dryad_sink_put(sink, first, (size_t)(text + sizeof text - first));
}

void dryad_text_put_int(dryad_sink *sink, const dryad_privacy *privacy, PyObject *integer)
{
  size_t count;
  bool negative;
  const uint32_t *digits = dryad_int_digits(integer, &count, &negative);
  if (privacy->values == DRYAD_VALUES_HASH) {
    put_hash(sink, privacy, negative ? '-' : '+', digits, count * sizeof *digits);
    return;
  }
  if (privacy->values == DRYAD_VALUES_NONE || count > INT_DIGITS) return;
  put_key(sink, "value");
  if (negative) DRYAD_SINK_PUT(sink, "-");
  if (count > 2) {
    put_large(sink, digits, count);
  } else {
    uint64_t value = count > 1 ? (uint64_t)digits[1] << PyLong_SHIFT : 0;
    dryad_sink_put_number(sink, count > 0 ? value | digits[0] : 0);
  }
}

void dryad_text_put_bool(dryad_sink *sink, const dryad_privacy *privacy, bool value)
{
  if (privacy->values == DRYAD_VALUES_HASH)
    put_hash(sink, privacy, 't', &value, sizeof value);
  else if (privacy->values == DRYAD_VALUES_FULL)
    dryad_text_put_c_name(sink, "value", value ? "True" : "False");
}

/* The shorter of two forms that give the same number back; without the allocation that Python's own repr needs. */
static size_t write_float(char *text, size_t size, double value)
{
  size_t length = (size_t)snprintf(text, size, "%.15g", value);
  if (strtod(text, NULL) != value) length = (size_t)snprintf(text, size, "%.17g", value);
  for (char *point = strchr(text, ','); point != NULL; point = NULL) *point = '.'; /* the program's locale */
  if (strpbrk(text, ".e") == NULL) {
    memcpy(text + length, ".0", 3);
    length += 2;
  }
  return length;
}

void dryad_text_put_float(dryad_sink *sink, const dryad_privacy *privacy, double value)
{
  char text[40];
  if (privacy->values == DRYAD_VALUES_NONE) return;
  if (privacy->values == DRYAD_VALUES_HASH) {
    value += 0.0; /* the zeros are equal */
    put_hash(sink, privacy, 'f', &value, sizeof value);
  } else if (isnan(value)) {
    dryad_text_put_c_name(sink, "value", "nan");
  } else if (isinf(value)) {
    /* A number beyond all floats reads back as one. */
    put_key(sink, "value");
    dryad_sink_put(sink, value < 0 ? "-1e999" : "1e999", value < 0 ? 6 : 5);
  } else {
    put_key(sink, "value");
    dryad_sink_put(sink, text, write_float(text, sizeof text, value));
  }
}
