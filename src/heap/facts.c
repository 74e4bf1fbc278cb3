/* SPDX-License-Identifier: MIT */
#include "heap/facts.h"

#include <cjson/cJSON.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"

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

static bool is_harmless(const cJSON *item)
{
  static const char *const keys[] = {"python", "implementation", "time", "started", "scanner"};
  for (unsigned i = 0; item->string && i < sizeof keys / sizeof *keys; i++)
    if (strcmp(item->string, keys[i]) == 0) return true;
  return false;
}

static bool redact_string(cJSON *item, const uint8_t key[DRYAD_SIPHASH_KEY])
{
  char hash[20];
  snprintf(hash, sizeof hash, "%016" PRIx64, dryad_siphash(key, 's', item->valuestring, strlen(item->valuestring)));
  return cJSON_SetValuestring(item, hash);
}

/* Visits all items, which are nested no deeper than the parser allows. */
static bool redact(cJSON *tree, const uint8_t key[DRYAD_SIPHASH_KEY])
{
  cJSON *open[CJSON_NESTING_LIMIT + 1]; /* where each array and object around the item goes on */
  unsigned depth = 0;
  cJSON *item = tree->child;
  for (;;) {
    while (!item && depth) item = open[--depth];
    if (!item) return true;
    if (cJSON_IsString(item) && !(depth == 0 && is_harmless(item)) && !redact_string(item, key)) return false;
    bool is_nested = cJSON_IsArray(item) || cJSON_IsObject(item);
    if (is_nested) open[depth++] = item->next;
    item = is_nested ? item->child : item->next;
  }
}

dryad_status dryad_facts_redacted(char **out, dryad_text facts, const uint8_t key[DRYAD_SIPHASH_KEY],
                                  const dryad_allocator *allocator, dryad_error *error)
{
  cJSON *tree = cJSON_ParseWithLength(facts.data, facts.length);
  char *text = tree && redact(tree, key) ? cJSON_PrintUnformatted(tree) : NULL;
  cJSON_Delete(tree);
  *out = text ? dryad_alloc(allocator, strlen(text) + 1, 1) : NULL;
  if (*out) strcpy(*out, text);
  cJSON_free(text);
  return *out ? DRYAD_OK : dryad_fail_memory(error);
}
