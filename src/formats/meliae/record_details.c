/* SPDX-License-Identifier: MIT */
#include "formats/meliae/record_details.h"

#include <string.h>

static const char *const wrong_kind[DRYAD_DETAIL_KINDS] = {
    [DRYAD_DETAIL_REFCOUNT] = "refcount is not an integer from 0 to 2^63 - 1",
    [DRYAD_DETAIL_INTERPRETER] = "interpreter is not an integer from 0 to 2^63 - 1",
    [DRYAD_DETAIL_MAPPED] = "mapped is not an integer from 0 to 2^63 - 1",
    [DRYAD_DETAIL_LINE] = "line is not an integer from 0 to 2^63 - 1",
    [DRYAD_DETAIL_FILE] = "file is not a string",
    [DRYAD_DETAIL_QUALNAME] = "qualname is not a string",
    [DRYAD_DETAIL_ALLOCATED] = "allocated is not an array"};

void dryad_record_details_scratch_deinit(dryad_record_details_scratch *scratch, const dryad_allocator *allocator)
{
  dryad_column_free(&scratch->name_spans, allocator, sizeof(dryad_json_span));
  dryad_column_free(&scratch->decoded_names, allocator, sizeof(dryad_json_decoded));
  dryad_column_free(&scratch->names, allocator, sizeof(dryad_text));
}

/* ---- reading ------------------------------------------------------------------------------------ */

static bool take_site(void *context, const dryad_json_value *value, const unsigned char *at)
{
  dryad_record_details_reader *r = context;
  if (value->kind != DRYAD_JSON_STRING)
    dryad_mends_note(r->mends, at, "an allocation site is not a string");
  else if (r->site_count == DRYAD_MAX_SITES)
    dryad_mends_note(r->mends, at, "more than 64 allocation sites, of which the first 64 are kept");
  else
    r->scratch->sites[r->site_count++] = value->span;
  return true;
}

static bool take_name(void *context, const dryad_json_value *value, const unsigned char *at)
{
  dryad_record_details_reader *r = context;
  dryad_record_details_scratch *scratch = r->scratch;
  uint64_t i = r->name_count;
  if (value->kind != DRYAD_JSON_STRING && value->kind != DRYAD_JSON_NULL)
    dryad_mends_note(r->mends, at, "the name of a reference is not a string");
  r->json->no_memory =
      !dryad_column_reserve(&scratch->name_spans, r->json->scratch->allocator, i + 1, sizeof(dryad_json_span));
  if (r->json->no_memory) return false;
  ((dryad_json_span *)scratch->name_spans.data)[i] =
      value->kind == DRYAD_JSON_STRING ? value->span : (dryad_json_span){0};
  r->name_count++;
  return true;
}

bool dryad_record_details_read_names(dryad_record_details_reader *r)
{
  dryad_json_value value;
  r->name_count = 0;
  r->names_at = r->json->p;
  if (*r->json->p == '[') return dryad_json_read_list(r->json, take_name, r);
  if (!dryad_json_read_value(r->json, &value)) return false;
  if (value.kind != DRYAD_JSON_NULL) dryad_mends_note(r->mends, r->names_at, "names is not an array");
  r->names_at = NULL;
  return true;
}

bool dryad_record_details_read_root(dryad_record_details_reader *r)
{
  const unsigned char *at = r->json->p;
  dryad_json_value value;
  if (!dryad_json_read_value(r->json, &value)) return false;
  r->root = value.kind == DRYAD_JSON_STRING ? value.span : (dryad_json_span){0};
  if (value.kind != DRYAD_JSON_STRING && value.kind != DRYAD_JSON_NULL)
    dryad_mends_note_loss(r->mends, at, "root is not a string");
  return true;
}

static void take_detail(dryad_record_details_reader *r, dryad_detail_kind kind, const dryad_json_value *value,
                        const unsigned char *at)
{
  dryad_record_details *details = r->details;
  bool is_text = dryad_detail_is_text(kind) && kind != DRYAD_DETAIL_ALLOCATED;
  bool is_number = !dryad_detail_is_text(kind) && dryad_json_is_unsigned(value) && value->magnitude <= INT64_MAX;
  r->texts[kind] = (dryad_json_span){0};
  details->kinds &= ~(1u << kind);
  if (is_text && value->kind == DRYAD_JSON_STRING) {
    r->texts[kind] = value->span;
  } else if (is_number) {
    details->kinds |= 1u << kind;
    details->numbers[kind] = value->magnitude;
  } else if (value->kind != DRYAD_JSON_NULL) {
    (kind == DRYAD_DETAIL_REFCOUNT ? dryad_mends_note_loss : dryad_mends_note)(r->mends, at, wrong_kind[kind]);
  }
}

bool dryad_record_details_read(dryad_record_details_reader *r, dryad_detail_kind kind)
{
  const unsigned char *at = r->json->p;
  dryad_json_value value;
  if (kind == DRYAD_DETAIL_ALLOCATED) {
    r->site_count = 0;
    if (*at == '[') return dryad_json_read_list(r->json, take_site, r);
  }
  if (!dryad_json_read_value(r->json, &value)) return false;
  take_detail(r, kind, &value, at);
  return true;
}

/* ---- decoding ----------------------------------------------------------------------------------- */

static bool decode_names(dryad_record_details_reader *r, uint64_t ref_count, uint64_t listed_refs)
{
  dryad_record_details_scratch *scratch = r->scratch;
  const dryad_json_span *spans = scratch->name_spans.data;
  if (!r->names_at) return true;
  if (r->name_count != listed_refs || r->name_count != ref_count) {
    dryad_mends_note(r->mends, r->names_at, "names and refs differ in number");
    r->name_count = 0;
    return true;
  }
  r->json->no_memory =
      !dryad_column_reserve(&scratch->decoded_names, r->json->scratch->allocator, r->name_count,
                            sizeof(dryad_json_decoded)) ||
      !dryad_column_reserve(&scratch->names, r->json->scratch->allocator, r->name_count, sizeof(dryad_text));
  if (r->json->no_memory) return false;
  dryad_json_decoded *decoded = scratch->decoded_names.data;
  for (uint64_t i = 0; i < r->name_count; i++)
    if (!dryad_mends_decode(r->mends, r->json, spans[i], false, &decoded[i])) return false;
  return true;
}

/* Puts them one after another, with a NUL between two. */
static bool decode_sites(dryad_record_details_reader *r)
{
  dryad_json_scratch *json = r->json->scratch;
  const dryad_json_span separator = {(const unsigned char *)"\\u0000", 6, false};
  size_t start = json->text_used;
  bool is_first = true;
  for (unsigned i = 0; i < r->site_count; i++) {
    size_t before = json->text_used;
    dryad_json_decoded between, site;
    r->json->no_memory = (!is_first && !dryad_json_decode(&between, separator, false, json)) ||
                         !dryad_json_decode(&site, r->scratch->sites[i], false, json);
    if (r->json->no_memory) return false;
    if (site.problem) dryad_mends_note(r->mends, r->scratch->sites[i].start, site.problem);
    dryad_mends_cut(r->mends, json, &site);
    if (site.length == 0 || memchr(json->text + site.offset, '\0', site.length)) {
      dryad_mends_note(r->mends, r->scratch->sites[i].start, "an allocation site is empty or has a NUL");
      json->text_used = before;
      continue;
    }
    is_first = false;
  }
  r->sites = (dryad_json_decoded){.offset = start, .length = json->text_used - start};
  return true;
}

bool dryad_record_details_decode(dryad_record_details_reader *r, uint64_t ref_count, uint64_t listed_refs)
{
  for (unsigned kind = 0; kind < DRYAD_DETAIL_KINDS; kind++)
    if (!dryad_mends_decode(r->mends, r->json, r->texts[kind], false, &r->decoded_texts[kind])) return false;
  return dryad_mends_decode(r->mends, r->json, r->root, false, &r->decoded_root) &&
         decode_names(r, ref_count, listed_refs) && decode_sites(r);
}

void dryad_record_details_finish(dryad_record_details_reader *r)
{
  dryad_record_details *details = r->details;
  dryad_record_details_scratch *scratch = r->scratch;
  for (unsigned kind = 0; kind < DRYAD_DETAIL_KINDS; kind++) {
    if (!r->texts[kind].start) continue;
    details->kinds |= 1u << kind;
    details->texts[kind] = dryad_mended_text(r->json, r->texts[kind], &r->decoded_texts[kind]);
  }
  if (r->sites.length) {
    details->kinds |= 1u << DRYAD_DETAIL_ALLOCATED;
    details->texts[DRYAD_DETAIL_ALLOCATED] = (dryad_text){r->json->scratch->text + r->sites.offset, r->sites.length};
  }
  details->root = dryad_mended_text(r->json, r->root, &r->decoded_root);
  if (r->name_count == 0) return;
  const dryad_json_span *spans = scratch->name_spans.data;
  const dryad_json_decoded *decoded = scratch->decoded_names.data;
  dryad_text *names = scratch->names.data;
  for (uint64_t i = 0; i < r->name_count; i++) names[i] = dryad_mended_text(r->json, spans[i], &decoded[i]);
  details->names = names;
}
