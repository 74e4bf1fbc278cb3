/* SPDX-License-Identifier: MIT */
/* What is written for others: any text becomes valid UTF-8 that reads back as the same text, JSON shows all that it
 * has, no field of CSV for spreadsheets is a formula, and floats read back exactly. The input is the text, and its
 * first bytes are a float. */
#include <math.h>

#include "base/characters.h"
#include "base/utf8.h"
#include "formats/csv/csv_write.h"
#include "formats/json/json_string.h"
#include "formats/json/json_write.h"
#include "target.h"

/* A surrogate, which strict readers refuse. */
static bool is_surrogate(const unsigned char *p, unsigned length)
{
  return dryad_utf8_is_surrogate(dryad_utf8_code_point(p, length));
}

/* Whether readers of other formats can give back the same text. */
static bool is_strict(dryad_text text)
{
  const unsigned char *p = (const unsigned char *)text.data, *end = p + text.length;
  while (p < end) {
    bool is_valid;
    unsigned length = dryad_utf8_sequence(p, end, &is_valid);
    if (!is_valid || is_surrogate(p, length)) return false;
    p += length;
  }
  return true;
}

static dryad_text text_of(const dryad_buffer *buffer) { return (dryad_text){buffer->data, buffer->length}; }

static bool is_same(dryad_text a, dryad_text b) { return a.length == b.length && !memcmp(a.data, b.data, a.length); }

static void check_shown(dryad_text json)
{
  const unsigned char *p = (const unsigned char *)json.data, *end = p + json.length;
  while (p < end) {
    bool is_valid;
    unsigned length = dryad_utf8_sequence(p, end, &is_valid);
    CHECK(is_valid && !dryad_is_hidden(dryad_utf8_code_point(p, length)));
    p += length;
  }
}

static void check_no_markup(dryad_text json)
{
  for (size_t i = 0; i < json.length; i++) CHECK(!strchr("<>&", json.data[i]));
}

static void check_json(dryad_text text, dryad_json_dialect dialect)
{
  dryad_buffer buffer = {0};
  CHECK(dryad_json_put_string(&buffer, text, dialect));
  check_shown(text_of(&buffer));
  if (dialect == DRYAD_JSON_SCRIPT) check_no_markup(text_of(&buffer));
  dryad_json_scratch scratch;
  dryad_json_decoded decoded;
  dryad_json_scratch_init(&scratch, NULL);
  const dryad_json_span span = {(const unsigned char *)buffer.data + 1, buffer.length - 2, false};
  CHECK(dryad_json_decode(&decoded, span, false, &scratch) && !decoded.problem);
  if (is_strict(text)) CHECK(is_same(text, (dryad_text){scratch.text + decoded.offset, decoded.length}));
  dryad_json_scratch_deinit(&scratch);
  dryad_buffer_deinit(&buffer);
}

/* The field without its quotes and doubled quotes, in place. */
static dryad_text unquoted(dryad_buffer *field)
{
  if (field->length == 0 || field->data[0] != '"') return text_of(field);
  CHECK(field->length >= 2 && field->data[field->length - 1] == '"');
  size_t length = 0;
  for (size_t i = 1; i + 1 < field->length; i++) {
    if (field->data[i] == '"') CHECK(field->data[++i] == '"' && i + 1 < field->length);
    field->data[length++] = field->data[i];
  }
  return (dryad_text){field->data, length};
}

static void check_csv(dryad_text text, dryad_csv_dialect dialect)
{
  dryad_buffer buffer = {0};
  uint64_t escapes = 0;
  CHECK(dryad_csv_put_string(&buffer, text, dialect, &escapes));
  const dryad_text field = unquoted(&buffer);
  CHECK(is_strict(field));
  if (dialect == DRYAD_CSV_PLAIN && is_strict(text)) CHECK(is_same(text, field) && escapes == 0);
  if (dialect == DRYAD_CSV_EXCEL && field.length) CHECK(!memchr("=+-@\t\r\n", field.data[0], 7));
  dryad_buffer_deinit(&buffer);
}

static void check_float(double number)
{
  dryad_buffer buffer = {0};
  CHECK(dryad_json_put_float(&buffer, number, DRYAD_JSON_STANDARD) && dryad_buffer_append(&buffer, "", 1));
  double again = strtod(buffer.data, NULL);
  CHECK(isnan(number) ? !strcmp(buffer.data, "null") : !memcmp(&number, &again, sizeof number));
  dryad_buffer_deinit(&buffer);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  const dryad_text text = {size ? (const char *)data : "", size};
  double number;
  check_json(text, DRYAD_JSON_STANDARD);
  check_json(text, DRYAD_JSON_SCRIPT);
  check_json(text, DRYAD_JSON_DUMP);
  check_csv(text, DRYAD_CSV_PLAIN);
  check_csv(text, DRYAD_CSV_EXCEL);
  if (size < sizeof number) return 0;
  memcpy(&number, data, sizeof number);
  check_float(number);
  return 0;
}
