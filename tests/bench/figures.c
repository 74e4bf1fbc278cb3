/* SPDX-License-Identifier: MIT */
#include "figures.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static cJSON *kept;

static char *read_all(const char *path)
{
  FILE *file = fopen(path, "rb");
  char *text = NULL;
  size_t room = 0;
  if (!file) return NULL;
  if (getdelim(&text, &room, '\0', file) < 0) {
    free(text);
    text = NULL;
  }
  fclose(file);
  return text;
}

bool figures_read(const char *path)
{
  char *text = read_all(path);
  if (!text) return true;
  kept = cJSON_Parse(text);
  free(text);
  if (!cJSON_IsArray(kept)) fprintf(stderr, "%s: not a table of the benchmark\n", path);
  return cJSON_IsArray(kept);
}

void figures_free(void)
{
  cJSON_Delete(kept);
  kept = NULL;
}

static bool is(const cJSON *entry, const char *key, const char *text)
{
  const char *value = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(entry, key));
  return value && strcmp(value, text) == 0;
}

double figure_kept(const char *dump, const char *what, const char *unit)
{
  const cJSON *entry;
  if (strcmp(unit, "x") != 0 && strcmp(unit, "bytes") != 0) return 0;
  cJSON_ArrayForEach(entry, kept)
  {
    if (is(entry, "dump", dump) && is(entry, "what", what) && is(entry, "unit", unit))
      return cJSON_GetNumberValue(cJSON_GetObjectItemCaseSensitive(entry, "value"));
  }
  return 0;
}
