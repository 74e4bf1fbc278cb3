/* SPDX-License-Identifier: MIT */
#include "heap/facts.h"

#include <cjson/cJSON.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

/* ---- redaction ---- */

static bool is_harmless(const char *key)
{
  static const char *const keys[] = {"python", "implementation", "time", "started", "scanner"};
  for (unsigned i = 0; i < sizeof keys / sizeof *keys; i++)
    if (strcmp(key, keys[i]) == 0) return true;
  return false;
}

/* The end of the string whose opening quote is at p, after its closing quote. */
static const char *string_end(const char *p, const char *end)
{
  for (p++; p < end && *p != '"';) p += *p == '\\' ? 2 : 1;
  return p < end ? p + 1 : end;
}

static bool is_key(const char *after, const char *end)
{
  while (after < end && (unsigned char)*after <= ' ') after++;
  return after < end && *after == ':';
}

static bool put_hash(dryad_buffer *out, const char *string, const uint8_t key[DRYAD_SIPHASH_KEY])
{
  char hash[20];
  int length = snprintf(hash, sizeof hash, "\"%016" PRIx64 "\"", dryad_siphash(key, 's', string, strlen(string)));
  return dryad_buffer_append(out, hash, (size_t)length);
}

/* Appends the string from p to `after` or its hash. *stays: whether the value of the last key is to be kept. */
static bool put_string(dryad_buffer *out, const char *p, const char *after, const char *end, bool is_outermost,
                       bool *stays, const uint8_t key[DRYAD_SIPHASH_KEY])
{
  cJSON *string = cJSON_ParseWithLength(p, (size_t)(after - p));
  const char *text = cJSON_GetStringValue(string);
  bool is_name = is_key(after, end), is_put = text != NULL;
  if (is_put && is_name) *stays = is_outermost && is_harmless(text);
  if (is_put && (is_name || (is_outermost && *stays)))
    is_put = dryad_buffer_append(out, p, (size_t)(after - p));
  else
    is_put = is_put && put_hash(out, text, key);
  cJSON_Delete(string);
  return is_put;
}

bool dryad_facts_redact(dryad_buffer *out, dryad_text facts, const uint8_t key[DRYAD_SIPHASH_KEY])
{
  const char *p = facts.data, *end = p + facts.length;
  unsigned depth = 0;
  bool stays = false;
  while (p < end) {
    const char *start = p;
    for (; p < end && *p != '"'; p++) {
      depth += *p == '{' || *p == '[';
      depth -= *p == '}' || *p == ']';
    }
    if (!dryad_buffer_append(out, start, (size_t)(p - start))) return false;
    if (p == end) break;
    const char *after = string_end(p, end);
    if (!put_string(out, p, after, end, depth == 1, &stays, key)) return false;
    p = after;
  }
  return true;
}
