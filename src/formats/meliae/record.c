/* SPDX-License-Identifier: MIT */
#include "formats/meliae/record.h"

#include <math.h>
#include <string.h>

#include "base/assert.h"
#include "base/error.h"
#include "base/memory.h"
#include "formats/meliae/mends.h"

typedef struct reader {
  dryad_json json;
  dryad_record_scratch *scratch;
  dryad_record *record;
  dryad_mends mends;
  dryad_record_details_reader details;
  const char *no_address, *no_type; /* why it is missing; NULL: it is present */
  bool has_size, has_refs;
  uint64_t listed_refs;              /* the items of "refs", of whatever kind */
  dryad_json_span type, name, value; /* name.start NULL: none */
} reader;

static void note(reader *r, const unsigned char *at, const char *problem) { dryad_mends_note(&r->mends, at, problem); }

static void note_loss(reader *r, const unsigned char *at, const char *problem)
{
  dryad_mends_note_loss(&r->mends, at, problem);
}

static void take_address(reader *r, const dryad_json_value *value)
{
  bool valid = dryad_json_is_unsigned(value);
  r->no_address = valid ? NULL : "address is not an unsigned 64-bit integer";
  if (valid) r->record->address = value->magnitude;
}

static void take_type(reader *r, const dryad_json_value *value)
{
  bool valid = value->kind == DRYAD_JSON_STRING;
  r->no_type = valid ? NULL : "type is not a string";
  if (valid) r->type = value->span;
}

/* A longer number may have been shortened while its line was read (io/squeezer.h). */
enum { LONGEST_FLOAT_SIZE = 1024 };

static bool is_whole(const dryad_json_value *value, uint64_t *size)
{
  return value->kind == DRYAD_JSON_FLOAT && value->span.length <= LONGEST_FLOAT_SIZE && dryad_json_whole(value, size);
}

static void take_size(reader *r, const dryad_json_value *value, const unsigned char *at)
{
  if (r->has_size) note_loss(r, at, "another size");
  r->has_size = value->kind != DRYAD_JSON_NULL;
  r->record->size = 0;
  if (!r->has_size || is_whole(value, &r->record->size)) return;
  if (value->kind != DRYAD_JSON_INTEGER)
    note_loss(r, at, "size is not an integer");
  else if (value->negative && (value->overflow || value->magnitude))
    note_loss(r, at, "negative size");
  else if (!dryad_json_is_signed(value))
    note_loss(r, at, "size is too large");
  else
    r->record->size = value->magnitude;
}

static void take_len(reader *r, const dryad_json_value *value, const unsigned char *at)
{
  r->record->has_len = dryad_json_is_signed(value);
  if (r->record->has_len)
    r->record->len = dryad_json_signed(value);
  else if (value->kind != DRYAD_JSON_NULL)
    note(r, at, "len is not a 64-bit integer");
}

static void take_name(reader *r, const dryad_json_value *value, const unsigned char *at)
{
  r->name.start = NULL;
  if (value->kind == DRYAD_JSON_STRING)
    r->name = value->span;
  else if (value->kind != DRYAD_JSON_NULL)
    note(r, at, "name is not a string");
}

static bool take_value(reader *r, const dryad_json_value *value, const unsigned char *at)
{
  dryad_record *record = r->record;
  switch (value->kind) {
  case DRYAD_JSON_STRING:
    record->value_kind = DRYAD_VALUE_TEXT;
    r->value = value->span;
    return true;
  case DRYAD_JSON_INTEGER:
    r->value = value->span;
    record->value_kind = dryad_json_is_signed(value) ? DRYAD_VALUE_INTEGER : DRYAD_VALUE_BIG_INTEGER;
    record->integer = value->overflow ? 0 : dryad_json_signed(value);
    return true;
  case DRYAD_JSON_FLOAT:
    record->value_kind = DRYAD_VALUE_FLOAT;
    r->json.no_memory = !dryad_json_float(value, &record->real);
    return !r->json.no_memory;
  case DRYAD_JSON_TRUE:
  case DRYAD_JSON_FALSE:
    record->value_kind = DRYAD_VALUE_BOOLEAN;
    record->boolean = value->kind == DRYAD_JSON_TRUE;
    return true;
  case DRYAD_JSON_NULL: record->value_kind = DRYAD_VALUE_NULL; return true;
  case DRYAD_JSON_NESTED: break;
  }
  record->value_kind = DRYAD_VALUE_NONE;
  note(r, at, "value is an array or an object");
  return true;
}

static bool add_ref(reader *r, uint64_t address)
{
  dryad_record_scratch *scratch = r->scratch;
  if (r->record->ref_count == scratch->ref_capacity) {
    uint64_t capacity = scratch->ref_capacity ? scratch->ref_capacity * 2 : 64;
    uint64_t *refs =
        dryad_realloc(scratch->json.allocator, scratch->refs, scratch->ref_capacity, capacity, sizeof *scratch->refs);
    if (!refs) {
      r->json.no_memory = true;
      return false;
    }
    scratch->refs = refs;
    scratch->ref_capacity = capacity;
  }
  scratch->refs[r->record->ref_count++] = address;
  return true;
}

static bool take_ref(void *context, const dryad_json_value *value, const unsigned char *at)
{
  reader *r = context;
  r->listed_refs++;
  if (dryad_json_is_unsigned(value)) return add_ref(r, value->magnitude);
  note_loss(r, at, "a reference is not an address");
  return true;
}

typedef enum field {
  FIELD_UNKNOWN,
  FIELD_ADDRESS,
  FIELD_TYPE,
  FIELD_SIZE,
  FIELD_LEN,
  FIELD_NAME,
  FIELD_VALUE,
  FIELD_REFS,
  FIELD_NAMES,
  FIELD_ROOT,
  FIELD_DETAIL /* plus a dryad_detail_kind */
} field;

static field find_field(const void *key, size_t length)
{
  static const struct {
    const char *name;
    size_t length;
    field field;
  } keys[] = {{"address", 7, FIELD_ADDRESS},
              {"type", 4, FIELD_TYPE},
              {"size", 4, FIELD_SIZE},
              {"name", 4, FIELD_NAME},
              {"len", 3, FIELD_LEN},
              {"value", 5, FIELD_VALUE},
              {"qualname", 8, FIELD_DETAIL + DRYAD_DETAIL_QUALNAME},
              {"refcount", 8, FIELD_DETAIL + DRYAD_DETAIL_REFCOUNT},
              {"root", 4, FIELD_ROOT},
              {"interpreter", 11, FIELD_DETAIL + DRYAD_DETAIL_INTERPRETER},
              {"mapped", 6, FIELD_DETAIL + DRYAD_DETAIL_MAPPED},
              {"file", 4, FIELD_DETAIL + DRYAD_DETAIL_FILE},
              {"line", 4, FIELD_DETAIL + DRYAD_DETAIL_LINE},
              {"allocated", 9, FIELD_DETAIL + DRYAD_DETAIL_ALLOCATED},
              {"refs", 4, FIELD_REFS},
              {"names", 5, FIELD_NAMES}};
  for (unsigned i = 0; i < sizeof keys / sizeof *keys; i++)
    if (length == keys[i].length && memcmp(key, keys[i].name, length) == 0) return keys[i].field;
  return FIELD_UNKNOWN;
}

/* The longest known key, each character written as \uXXXX. */
#define LONGEST_KEY (11 * 6)

static bool read_key(reader *r, field *found)
{
  dryad_json_span key;
  *found = FIELD_UNKNOWN;
  if (!dryad_json_read_key(&r->json, &key)) return false;
  if (key.plain) {
    *found = find_field(key.start, key.length);
  } else if (key.length <= LONGEST_KEY) {
    dryad_json_scratch *scratch = r->json.scratch;
    dryad_json_decoded decoded;
    r->json.no_memory = !dryad_json_decode(&decoded, key, false, scratch);
    if (r->json.no_memory) return false;
    *found = find_field(scratch->text + decoded.offset, decoded.length);
    scratch->text_used = 0;
  }
  return true;
}

static bool read_member(reader *r)
{
  field found;
  if (!read_key(r, &found)) return false;
  const unsigned char *at = r->json.p;
  if (found == FIELD_REFS) {
    if (r->has_refs) note_loss(r, at, "another list of refs");
    r->record->ref_count = r->listed_refs = 0;
    r->has_refs = *at == '[';
    if (r->has_refs) return dryad_json_read_list(&r->json, take_ref, r);
  }
  if (found >= FIELD_DETAIL) return dryad_record_details_read(&r->details, found - FIELD_DETAIL);
  if (found == FIELD_NAMES) return dryad_record_details_read_names(&r->details);
  if (found == FIELD_ROOT) return dryad_record_details_read_root(&r->details);
  dryad_json_value value;
  if (!dryad_json_read_value(&r->json, &value)) return false;
  switch (found) {
  case FIELD_ADDRESS: take_address(r, &value); break;
  case FIELD_TYPE: take_type(r, &value); break;
  case FIELD_SIZE: take_size(r, &value, at); break;
  case FIELD_LEN: take_len(r, &value, at); break;
  case FIELD_NAME: take_name(r, &value, at); break;
  case FIELD_VALUE: return take_value(r, &value, at);
  case FIELD_REFS:
    r->has_refs = value.kind != DRYAD_JSON_NULL;
    if (r->has_refs) note_loss(r, at, "refs is not an array");
    break;
  default: break;
  }
  return true;
}

/* Reads the object whose brace is at p. */
static bool read_object(reader *r)
{
  dryad_json *json = &r->json;
  json->p++;
  if (!dryad_json_space(json)) return false;
  if (*json->p == '}') {
    json->p++;
    return true;
  }
  for (;;) {
    if (!read_member(r) || !dryad_json_space(json)) return false;
    unsigned char c = *json->p++;
    if (c == '}') return true;
    if (c != ',') return dryad_json_stop(json, "no comma between values");
  }
}

static bool skip(dryad_json *json, unsigned char c)
{
  bool there = json->p < json->end && *json->p == c;
  json->p += there;
  dryad_json_skip_space(json);
  return there;
}

/* Skips what may surround an object on its line; *blank if there is nothing else. */
static bool read_line(reader *r, bool *blank)
{
  dryad_json *json = &r->json;
  if (json->end - json->p >= 3 && !memcmp(json->p, "\xef\xbb\xbf", 3)) json->p += 3;
  dryad_json_skip_space(json);
  if (!skip(json, '[')) skip(json, ',');
  if (json->p < json->end && *json->p == '{') {
    if (!read_object(r)) return false;
    dryad_json_skip_space(json);
    skip(json, ',');
    skip(json, ']');
    return json->p == json->end || dryad_json_stop(json, "unexpected character after the object");
  }
  while (skip(json, '[') || skip(json, ']') || skip(json, ',')) continue;
  *blank = json->p == json->end;
  return *blank || dryad_json_stop(json, "not a JSON object");
}

static bool decode(reader *r, dryad_json_span span, bool as_bytes, dryad_json_decoded *decoded)
{
  return dryad_mends_decode(&r->mends, &r->json, span, as_bytes, decoded);
}

bool dryad_is_process_record(const dryad_record *record)
{
  static const char type[] = "<process>";
  return record->address == 1 && record->type.length == sizeof type - 1 &&
         memcmp(record->type.data, type, sizeof type - 1) == 0;
}

/* Decodes the strings of the record, all before taking a pointer to any: decoding may move them. */
static bool read_strings(reader *r)
{
  dryad_record *record = r->record;
  dryad_json_decoded type, name, value, bytes;
  bool numeral = record->value_kind == DRYAD_VALUE_BIG_INTEGER;
  if (record->value_kind != DRYAD_VALUE_TEXT && !numeral) r->value.start = NULL;
  if (!decode(r, r->type, false, &type)) return false;
  record->type = dryad_mended_text(&r->json, r->type, &type);
  if (dryad_is_process_record(record)) r->mends.max_text = DRYAD_LONGEST_FACTS;
  if (!decode(r, r->name, false, &name) || !decode(r, r->value, false, &value)) return false;
  record->value.differ = value.differ;
  if (value.differ && !decode(r, r->value, true, &bytes)) return false;
  if (!dryad_record_details_decode(&r->details, record->ref_count, r->listed_refs)) return false;
  record->type = dryad_mended_text(&r->json, r->type, &type);
  record->name = dryad_mended_text(&r->json, r->name, &name);
  record->value.text = dryad_mended_text(&r->json, r->value, &value);
  dryad_record_details_finish(&r->details);
  record->value.bytes = value.differ ? dryad_mended_text(&r->json, r->value, &bytes) : record->value.text;
  return true;
}

bool dryad_record_is_nan(dryad_text type, bool has_len, dryad_text value)
{
  static const char *const others[] = {"str", "unicode", "bytes", "frame"};
  if (has_len || value.length != 3 || memcmp(value.data, "nan", 3) != 0) return false;
  for (size_t i = 0; i < sizeof others / sizeof *others; i++)
    if (type.length == strlen(others[i]) && memcmp(type.data, others[i], type.length) == 0) return false;
  return true;
}

/* NaN and "nan" are one value, which the object decides: it is written as a text. */
static void settle_nan(dryad_record *r)
{
  static const dryad_text text = {"nan", 3};
  if (r->value_kind == DRYAD_VALUE_TEXT && dryad_record_is_nan(r->type, r->has_len, r->value.text)) {
    r->value_kind = DRYAD_VALUE_FLOAT;
    r->real = NAN;
  } else if (r->value_kind == DRYAD_VALUE_FLOAT && isnan(r->real) && !dryad_record_is_nan(r->type, r->has_len, text)) {
    r->value_kind = DRYAD_VALUE_TEXT;
    r->real = 0;
    r->value.text = r->value.bytes = text;
  }
}

static bool read_record(reader *r, dryad_line *what)
{
  bool blank = false;
  if (!read_line(r, &blank)) return false;
  if (blank) {
    *what = DRYAD_LINE_BLANK;
    return true;
  }
  if (r->no_address) return dryad_json_stop(&r->json, r->no_address);
  if (r->no_type) return dryad_json_stop(&r->json, r->no_type);
  if (!read_strings(r)) return false;
  if (!r->has_size) note(r, r->json.end, "no size");
  if (!r->has_refs) note(r, r->json.end, "no refs");
  settle_nan(r->record);
  r->record->refs = r->scratch->refs;
  *what = DRYAD_LINE_RECORD;
  return true;
}

dryad_status dryad_record_read(dryad_record *record, dryad_line *what, const char *line, size_t length,
                               dryad_record_scratch *scratch, dryad_error *error)
{
  DRYAD_ASSERT(record && what && (line || length == 0));
  const unsigned char *start = (const unsigned char *)line;
  reader r = {.json = {.p = start, .end = start + length, .scratch = &scratch->json},
              .scratch = scratch,
              .record = record,
              .no_address = "no address",
              .no_type = "no type"};
  *record = (dryad_record){0};
  r.mends.problems = record->problems;
  r.mends.max_text = scratch->max_text;
  r.details = (dryad_record_details_reader){
      .json = &r.json, .mends = &r.mends, .scratch = &scratch->details, .details = &record->details};
  scratch->json.text_used = 0;
  bool is_good = read_record(&r, what);
  record->is_lossy = r.mends.is_lossy;
  record->cut_texts = r.mends.cut_texts;
  record->cut_bytes = r.mends.cut_bytes;
  if (is_good) return DRYAD_OK;
  if (r.json.no_memory) return dryad_fail_memory(error);
  *what = r.json.is_cut ? DRYAD_LINE_CUT : DRYAD_LINE_BAD;
  record->problems[0] = r.json.reason;
  record->problems[1] = NULL;
  return DRYAD_OK;
}

void dryad_record_scratch_init(dryad_record_scratch *scratch, size_t max_text, const dryad_allocator *allocator)
{
  *scratch = (dryad_record_scratch){.max_text = max_text};
  dryad_json_scratch_init(&scratch->json, allocator);
}

void dryad_record_scratch_deinit(dryad_record_scratch *scratch)
{
  dryad_free(scratch->json.allocator, scratch->refs, scratch->ref_capacity, sizeof *scratch->refs);
  dryad_record_details_scratch_deinit(&scratch->details, scratch->json.allocator);
  dryad_json_scratch_deinit(&scratch->json);
}
