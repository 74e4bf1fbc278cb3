/* SPDX-License-Identifier: MIT */
#include "text.h"

#include "floats.h"
#include "shared/siphash.h"

/* A character in JSON takes at most two escapes of six bytes. */
enum { ESCAPE = 12, INT_DIGITS = 40, DECIMAL_GROUP = 9 };

static const char hex[] = "0123456789abcdef";

static char *escape(char *end, unsigned unit)
{
  *end++ = '\\';
  *end++ = 'u';
  for (int shift = 12; shift >= 0; shift -= 4) *end++ = hex[unit >> shift & 15];
  return end;
}

static char *put_character(char *end, uint32_t character)
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

/* The bytes of a character in UTF-8 by its first one; 0 if no character begins with it. */
static int encoded_size(unsigned char first)
{
  if (first < 0x80) return 1;
  return first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
}

/* The next character of UTF-8; for a byte that is none, a lone surrogate, as Python has it. */
static uint32_t next_character(const char **text)
{
  const unsigned char *bytes = (const unsigned char *)*text;
  const int size = encoded_size(bytes[0]);
  uint32_t character = bytes[0];
  int used = 1;
  if (size > 1) character &= 0x7fu >> size;
  for (; used < size && (bytes[used] & 0xc0) == 0x80; used++) character = character << 6 | (bytes[used] & 0x3f);
  static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
  const bool valid =
      used == size && character >= least[size] && character < 0x110000 && (character < 0xd800 || character > 0xdfff);
  *text += valid ? size : 1;
  return valid ? character : 0xdc00u + bytes[0];
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

static inline uint32_t character_at(const dryad_text *text, size_t i)
{
  switch (text->kind) {
  case 1: return ((const uint8_t *)text->data)[i];
  case 2: return ((const uint16_t *)text->data)[i];
  default: return ((const uint32_t *)text->data)[i];
  }
}

static void put_bare_characters(dryad_sink *sink, const dryad_text *text, size_t count)
{
  for (size_t i = 0; i < count;) {
    const size_t step = 256;
    char *end = dryad_sink_room(sink, step * ESCAPE);
    if (end == NULL) return;
    for (size_t stop = count - i < step ? count : i + step; i < stop; i++)
      end = put_character(end, character_at(text, i));
    dryad_sink_advance(sink, end);
  }
}

static void put_characters(dryad_sink *sink, const dryad_text *text, size_t count)
{
  DRYAD_SINK_PUT(sink, "\"");
  put_bare_characters(sink, text, count);
  DRYAD_SINK_PUT(sink, "\"");
}

/* The characters of a str; kind 0 if the object has none. */
static dryad_text text_of(PyObject *object)
{
  bool readable = object != NULL && dryad_object_is(object, Py_TPFLAGS_UNICODE_SUBCLASS);
  return readable ? dryad_str_text(object) : (dryad_text){0};
}

void dryad_text_put_string(dryad_sink *sink, PyObject *object)
{
  const dryad_text text = text_of(object);
  if (text.kind != 0)
    put_characters(sink, &text, text.length);
  else
    DRYAD_SINK_PUT(sink, "null");
}

void dryad_text_put_c_string(dryad_sink *sink, const char *text)
{
  DRYAD_SINK_PUT(sink, "\"");
  while (*text != '\0') {
    char *end = dryad_sink_room(sink, ESCAPE);
    if (end == NULL) return;
    dryad_sink_advance(sink, put_character(end, next_character(&text)));
  }
  DRYAD_SINK_PUT(sink, "\"");
}

void dryad_text_put_name(dryad_sink *sink, const char *name, PyObject *object)
{
  const dryad_text text = text_of(object);
  if (text.kind == 0) return;
  put_key(sink, name);
  put_characters(sink, &text, text.length);
}

void dryad_text_put_qualified(dryad_sink *sink, const char *name, PyObject *module, PyObject *object)
{
  const dryad_text first = text_of(module), last = text_of(object);
  if (first.kind == 0 || last.kind == 0) return;
  put_key(sink, name);
  DRYAD_SINK_PUT(sink, "\"");
  put_bare_characters(sink, &first, first.length);
  DRYAD_SINK_PUT(sink, ".");
  put_bare_characters(sink, &last, last.length);
  DRYAD_SINK_PUT(sink, "\"");
}

void dryad_text_put_c_name(dryad_sink *sink, const char *name, const char *text)
{
  if (text == NULL) return;
  put_key(sink, name);
  dryad_text_put_c_string(sink, text);
}

/* A hash as a JSON string; `domain` separates unequal values with equal bytes. */
static void put_bare_hash(dryad_sink *sink, const dryad_privacy *privacy, char domain, const void *bytes, size_t size)
{
  char text[16];
  uint64_t hash = dryad_siphash(privacy->key, domain, bytes, size);
  for (size_t i = sizeof text; i-- > 0; hash >>= 4) text[i] = hex[hash & 15];
  DRYAD_SINK_PUT(sink, "\"");
  dryad_sink_put(sink, text, sizeof text);
  DRYAD_SINK_PUT(sink, "\"");
}

static void put_hash(dryad_sink *sink, const dryad_privacy *privacy, char domain, const void *bytes, size_t size)
{
  put_key(sink, "value");
  put_bare_hash(sink, privacy, domain, bytes, size);
}

void dryad_text_put_private(dryad_sink *sink, const dryad_privacy *privacy, const char *text)
{
  if (privacy->values == DRYAD_VALUES_HASH)
    put_bare_hash(sink, privacy, 's', text, strlen(text));
  else
    dryad_text_put_c_string(sink, privacy->values == DRYAD_VALUES_FULL ? text : "");
}

static size_t shown(const dryad_privacy *privacy, size_t length)
{
  return length < privacy->max_value ? length : privacy->max_value;
}

void dryad_text_put_str(dryad_sink *sink, const dryad_privacy *privacy, PyObject *object)
{
  const dryad_text text = dryad_str_text(object);
  if (privacy->values == DRYAD_VALUES_NONE || text.kind == 0) return;
  if (privacy->values == DRYAD_VALUES_HASH) {
    /* By bytes a character: equal strings have the same form, and unequal ones may have equal bytes. */
    char domain = text.kind == 1 ? 's' : text.kind == 2 ? 'u' : 'w';
    put_hash(sink, privacy, domain, text.data, text.length * (size_t)text.kind);
    return;
  }
  put_key(sink, "value");
  put_characters(sink, &text, shown(privacy, text.length));
}

void dryad_text_put_bytes(dryad_sink *sink, const dryad_privacy *privacy, PyObject *bytes)
{
  const dryad_text text = {dryad_field(bytes, dryad_here.bytes_data), (size_t)dryad_count_of(bytes), 1};
  if (privacy->values == DRYAD_VALUES_HASH) {
    put_hash(sink, privacy, 'b', text.data, text.length);
  } else if (privacy->values == DRYAD_VALUES_FULL) {
    put_key(sink, "value");
    put_characters(sink, &text, shown(privacy, text.length));
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

void dryad_text_put_float(dryad_sink *sink, const dryad_privacy *privacy, double value)
{
  char text[DRYAD_FLOAT_TEXT];
  if (privacy->values == DRYAD_VALUES_NONE) return;
  if (privacy->values == DRYAD_VALUES_HASH) {
    value += 0.0; /* the zeros are equal */
    put_hash(sink, privacy, 'f', &value, sizeof value);
  } else if (__builtin_isnan(value)) {
    dryad_text_put_c_name(sink, "value", "nan");
  } else {
    put_key(sink, "value");
    dryad_sink_put(sink, text, (size_t)(dryad_float_write(text, value) - text));
  }
}
