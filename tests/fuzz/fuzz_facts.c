/* SPDX-License-Identifier: MIT */
/* The facts of a process: any text is mended, accepted or refused, and redacted, and what was not redacted is there
 * unchanged. The input is the text. */
#include <cjson/cJSON.h>

#include "heap/facts.h"
#include "target.h"

static bool is_hash(const char *text) { return strlen(text) == 16 && strspn(text, "0123456789abcdef") == 16; }

/* By the manual: versions, times and the name of the Python stay. */
static bool is_kept(const cJSON *item)
{
  static const char *const keys[] = {"python", "implementation", "time", "started", "scanner"};
  for (unsigned i = 0; item->string && i < sizeof keys / sizeof *keys; i++)
    if (!strcmp(item->string, keys[i])) return true;
  return false;
}

/* Recursion is bounded by the parser's own limit. */
static void check_redacted(const cJSON *before, const cJSON *after, unsigned depth)
{
  for (; before && after; before = before->next, after = after->next) {
    CHECK(before->type == after->type && (cJSON_IsString(before) || before->valuedouble == after->valuedouble));
    CHECK(!before->string == !after->string);
    if (before->string) CHECK(!strcmp(before->string, after->string));
    if (cJSON_IsString(before)) {
      bool stays = depth == 0 && is_kept(before);
      CHECK(stays ? !strcmp(before->valuestring, after->valuestring) : is_hash(after->valuestring));
    }
    check_redacted(before->child, after->child, depth + 1);
  }
  CHECK(!before && !after);
}

static void check_facts(dryad_text facts)
{
  static const uint8_t key[DRYAD_SIPHASH_KEY] = {1, 2, 3};
  dryad_buffer redacted = {0}, again = {0};
  CHECK(dryad_facts_redact(&redacted, facts, key) && dryad_facts_redact(&again, facts, key));
  CHECK(redacted.length == again.length && !memcmp(redacted.data, again.data, again.length));
  const dryad_text text = {redacted.data, redacted.length};
  cJSON *before = cJSON_ParseWithLength(facts.data, facts.length),
        *after = cJSON_ParseWithLength(text.data, text.length);
  CHECK(cJSON_IsObject(before) && cJSON_IsObject(after));
  check_redacted(before->child, after->child, 0);
  CHECK(text.length > DRYAD_MAX_FACTS || !dryad_facts_problem(text));
  cJSON_Delete(before);
  cJSON_Delete(after);
  dryad_buffer_deinit(&again);
  dryad_buffer_deinit(&redacted);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  char *text = malloc(size + 1), *mended = malloc(size + 1); /* one more, so that none is NULL */
  CHECK(text && mended);
  if (size) memcpy(text, data, size);
  dryad_facts_mend(text, size);
  memcpy(mended, text, size);
  dryad_facts_mend(mended, size);
  CHECK(!memcmp(text, mended, size));
  const dryad_text facts = {text, size};
  if (!dryad_facts_problem(facts)) check_facts(facts);
  free(text);
  free(mended);
  return 0;
}
