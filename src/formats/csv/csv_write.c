/* SPDX-License-Identifier: MIT */
#include "formats/csv/csv_write.h"

#include "base/characters.h"
#include "base/float_text.h"
#include "base/utf8.h"
#include "base/valid_utf8.h"
#include "formats/json/json_write.h"

static bool put(dryad_buffer *buffer, const char *text) { return dryad_buffer_append(buffer, text, strlen(text)); }

/* ---- texts ---- */

/* The characters that begin a formula or, in Japanese, their full-width forms. */
static const char *const formula_starts[] = {"=", "+", "-", "@", "＝", "＋", "－", "＠"};

static bool is_formula(const char *p, const char *end)
{
  for (size_t i = 0; i < sizeof formula_starts / sizeof *formula_starts; i++) {
    size_t length = strlen(formula_starts[i]);
    if ((size_t)(end - p) >= length && memcmp(p, formula_starts[i], length) == 0) return true;
  }
  return false;
}

/* Where a spreadsheet may take the next character for the first of a field. */
static bool begins_field(char c) { return c == ';' || c == '\t' || c == '\r' || c == '\n'; }

/* The bytes of the character at p if a spreadsheet may skip it before a formula, else 0: white space, quotes, and
   characters that do not show. */
static unsigned skipped(const char *p, const char *end, dryad_text_encoding encoding)
{
  const unsigned char *start = (const unsigned char *)p;
  bool is_valid = true;
  if (*p == '"' || *p == '\'') return 1;
  unsigned length = encoding == DRYAD_LATIN1 ? 1 : dryad_utf8_sequence(start, (const unsigned char *)end, &is_valid);
  if (!is_valid) return 0;
  uint32_t point = encoding == DRYAD_LATIN1 ? *start : dryad_utf8_code_point(start, length);
  return dryad_is_hidden(point) || dryad_is_space(point) ? length : 0;
}

static bool needs_guard(dryad_text text, dryad_text_encoding encoding)
{
  const char *p = text.data, *end = p + text.length;
  while (p < end) {
    unsigned length = skipped(p, end, encoding);
    if (is_formula(p, end) || *p == '\t' || *p == '\r' || *p == '\n') return true;
    if (length == 0) return false;
    p += length;
  }
  return false;
}

/* The first character from p on that something must come before: a quote or, guarded, a formula within the text.
 *at_start: whether a field may begin at p. */
static const char *find_special(const char *p, const char *end, dryad_text_encoding encoding, bool is_guarded,
                                bool *at_start)
{
  while (p < end && *p != '"') {
    unsigned length = *at_start ? skipped(p, end, encoding) : 0;
    if (*at_start && is_formula(p, end)) return p;
    *at_start = is_guarded && (begins_field(*p) || length > 0);
    p += length > 0 ? length : 1;
  }
  return p;
}

/* The characters of a quoted field. */
static bool put_characters(dryad_buffer *buffer, dryad_text text, dryad_text_encoding encoding, bool is_guarded,
                           uint64_t *escapes)
{
  const char *p = text.data, *end = p + text.length, *start = p;
  bool at_start = false; /* the apostrophe before all of it has been written if it is needed */
  for (;;) {
    p = find_special(p, end, encoding, is_guarded, &at_start);
    if (!dryad_put_valid_utf8(buffer, (dryad_text){start, (size_t)(p - start)}, encoding, escapes)) return false;
    if (p == end) return true;
    start = p++;
    if (!put(buffer, *start == '"' ? "\"" : "'")) return false;
    at_start = at_start && *start == '"';
  }
}

static bool needs_quotes(dryad_text text, bool is_guarded)
{
  if (text.length == 0) return true;
  for (size_t i = 0; i < text.length; i++) {
    char c = text.data[i];
    if (c == ',' || c == '"' || c == '\r' || c == '\n' || (is_guarded && begins_field(c))) return true;
  }
  return false;
}

bool dryad_csv_put_string(dryad_buffer *buffer, dryad_text text, dryad_csv_dialect dialect, uint64_t *escapes)
{
  bool is_guarded = dialect == DRYAD_CSV_EXCEL;
  dryad_text_encoding encoding = dryad_encoding_of(text);
  const char *quote = needs_quotes(text, is_guarded) ? "\"" : "";
  return put(buffer, quote) && (!is_guarded || !needs_guard(text, encoding) || put(buffer, "'")) &&
         put_characters(buffer, text, encoding, is_guarded, escapes) && put(buffer, quote);
}

/* ---- all else ---- */

bool dryad_csv_put_separator(dryad_buffer *buffer) { return put(buffer, ","); }

bool dryad_csv_put_integer(dryad_buffer *buffer, int64_t number) { return dryad_json_put_integer(buffer, number); }

bool dryad_csv_put_float(dryad_buffer *buffer, double number)
{
  char text[DRYAD_FLOAT_TEXT];
  return dryad_buffer_append(buffer, text, dryad_float_text(text, number));
}

bool dryad_csv_end_row(dryad_buffer *buffer, size_t start, dryad_csv_dialect dialect)
{
  return (buffer->length > start || put(buffer, "\"\"")) && put(buffer, dialect == DRYAD_CSV_EXCEL ? "\r\n" : "\n");
}
