/* SPDX-License-Identifier: MIT */
#include "heap/facts.h"

#include <cjson/cJSON.h>

static bool is_blank(const char *p, const char *end)
{
  while (p < end && (*p == ' ' || *p == '\t' || *p == '\n' || *p == '\r')) p++;
  return p == end;
}

const char *dryad_facts_problem(dryad_text facts)
{
  const char *end = NULL;
  if (facts.length > DRYAD_MAX_FACTS) return "the facts of the process are longer than 1 MiB";
  cJSON *tree = cJSON_ParseWithLengthOpts(facts.data, facts.length, &end, 0);
  bool is_valid = cJSON_IsObject(tree) && is_blank(end, facts.data + facts.length);
  cJSON_Delete(tree);
  return is_valid ? NULL : "the facts of the process are not a JSON object";
}
