/* SPDX-License-Identifier: MIT */
#include "heap/facts.h"

#include <cjson/cJSON.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"

enum { ESCAPE = 6 }; /* bytes of \uXXXX */

/* The code unit of the escape at p; -1: there is none. */
static int code_unit(const char *p, const char *end)
{
  char digits[] = "0000";
  if (end - p < ESCAPE || p[0] != '\\' || p[1] != 'u') return -1;
  memcpy(digits, p + 2, 4);
  if (strspn(digits, "0123456789abcdefABCDEF") < 4) return -1;
  return (int)strtol(digits, NULL, 16);
}

void dryad_facts_mend(char *text, size_t length)
{
  char *p = text, *end = text + length;
  while (p < end && (p = memchr(p, '\\', (size_t)(end - p)))) {
    int unit = code_unit(p, end), next = unit < 0 ? -1 : code_unit(p + ESCAPE, end);
    bool is_high = unit >= 0xD800 && unit < 0xDC00, is_low = unit >= 0xDC00 && unit < 0xE000;
    bool is_pair = is_high && next >= 0xDC00 && next < 0xE000;
    if ((is_high || is_low) && !is_pair) memcpy(p + 2, "fffd", 4);
    p += is_pair ? 2 * ESCAPE : unit < 0 ? 2 : ESCAPE;
  }
}

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
