/* SPDX-License-Identifier: MIT */
#include "formats/meliae/mends.h"

#include <string.h>

void dryad_mends_note(dryad_mends *mends, const unsigned char *at, const char *problem)
{
  const char **problems = mends->problems;
  unsigned i = 0;
  while (i < mends->count && strcmp(problems[i], problem) != 0) i++;
  if (i == DRYAD_MAX_MENDS || (i < mends->count && mends->places[i] <= at)) return;
  if (i == mends->count) mends->count++;
  for (; i > 0 && mends->places[i - 1] > at; i--) {
    problems[i] = problems[i - 1];
    mends->places[i] = mends->places[i - 1];
  }
  problems[i] = problem;
  mends->places[i] = at;
}

void dryad_mends_note_loss(dryad_mends *mends, const unsigned char *at, const char *problem)
{
  mends->is_lossy = true;
  dryad_mends_note(mends, at, problem);
}

static void note_cut(dryad_mends *mends, size_t bytes)
{
  mends->cut_texts += bytes > 0;
  mends->cut_bytes += bytes;
}

/* Returns how many bytes go. */
static size_t cut(const dryad_mends *mends, dryad_json_scratch *scratch, dryad_json_decoded *decoded)
{
  const char *text = scratch->text + decoded->offset;
  size_t end = mends->max_text, length = decoded->length;
  if (length <= end) return 0;
  /* Bytes that are no UTF-8 may be continuations all along. */
  for (unsigned i = 0; i < 3 && end > 0 && (text[end] & 0xc0) == 0x80; i++) end--;
  decoded->length = end;
  scratch->text_used = decoded->offset + end;
  return length - end;
}

void dryad_mends_cut(dryad_mends *mends, dryad_json_scratch *scratch, dryad_json_decoded *decoded)
{
  note_cut(mends, cut(mends, scratch, decoded));
}

bool dryad_mends_decode(dryad_mends *mends, dryad_json *json, dryad_json_span span, bool as_bytes,
                        dryad_json_decoded *decoded)
{
  *decoded = (dryad_json_decoded){0};
  if (!span.start) return true;
  if (span.plain) {
    decoded->length = span.length < mends->max_text ? span.length : mends->max_text;
    note_cut(mends, span.length - decoded->length);
    return true;
  }
  json->no_memory = !dryad_json_decode(decoded, span, as_bytes, json->scratch);
  if (json->no_memory) return false;
  if (decoded->problem) dryad_mends_note(mends, span.start, decoded->problem);
  const size_t lost = cut(mends, json->scratch, decoded);
  if (!as_bytes) note_cut(mends, lost); /* the same string is decoded as text too */
  return true;
}

dryad_text dryad_mended_text(const dryad_json *json, dryad_json_span span, const dryad_json_decoded *decoded)
{
  if (!span.start || span.plain) return (dryad_text){(const char *)span.start, decoded->length};
  return (dryad_text){json->scratch->text + decoded->offset, decoded->length};
}
