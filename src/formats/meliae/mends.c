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

bool dryad_mends_decode(dryad_mends *mends, dryad_json *json, dryad_json_span span, bool as_bytes,
                        dryad_json_decoded *decoded)
{
  *decoded = (dryad_json_decoded){0};
  if (!span.start || span.plain) return true;
  json->no_memory = !dryad_json_decode(decoded, span, as_bytes, json->scratch);
  if (decoded->problem) dryad_mends_note(mends, span.start, decoded->problem);
  return !json->no_memory;
}

dryad_text dryad_mended_text(const dryad_json *json, dryad_json_span span, const dryad_json_decoded *decoded)
{
  if (!span.start || span.plain) return (dryad_text){(const char *)span.start, span.start ? span.length : 0};
  return (dryad_text){json->scratch->text + decoded->offset, decoded->length};
}
