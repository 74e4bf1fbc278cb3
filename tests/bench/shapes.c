/* SPDX-License-Identifier: MIT */
#include "shapes.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "session.h"
#include "table.h"

enum { ROUNDS = 5 };

/* Changes a record; it is written without spaces afterwards. */
typedef void reshape(cJSON *record, uint64_t line);

/* Each line begins with another of its keys. */
static void rotate_keys(cJSON *record, uint64_t line)
{
  for (uint64_t i = line % (uint64_t)cJSON_GetArraySize(record); i > 0; i--) {
    cJSON *first = cJSON_DetachItemFromArray(record, 0);
    cJSON_AddItemToObject(record, first->string, first);
  }
}

static void leave(cJSON *record, uint64_t line)
{
  (void)record;
  (void)line;
}

static void add_keys(cJSON *record, uint64_t line)
{
  cJSON *nested = cJSON_CreateObject();
  cJSON_AddNumberToObject(nested, "line", (double)line);
  cJSON_AddItemToObject(record, "site", nested);
  cJSON_AddStringToObject(record, "comment", "a \"word\"\n");
}

static const struct {
  const char *what;
  reshape *change;
  double target; /* 0: none */
} shapes[] = {
    {"load, shuffled keys / canonical", rotate_keys, 5},
    {"load, without spaces / canonical", leave, 0},
    {"load, unknown keys in each line / canonical", add_keys, 0},
};

static bool rewrite(const char *path, const char *shaped, reshape *change)
{
  FILE *in = fopen(path, "rb"), *out = fopen(shaped, "wb");
  char *line = NULL;
  size_t room = 0;
  uint64_t number = 0;
  bool ok = in && out;
  while (ok && getline(&line, &room, in) > 0) {
    cJSON *record = cJSON_Parse(line);
    if (record) change(record, number++);
    char *text = record ? cJSON_PrintUnformatted(record) : NULL;
    ok = text && fprintf(out, "%s\n", text) > 0;
    free(text);
    cJSON_Delete(record);
  }
  free(line);
  if (in) fclose(in);
  if (out) ok = fclose(out) == 0 && ok;
  if (!ok) fprintf(stderr, "%s: cannot be rewritten\n", path);
  return ok;
}

static bool run_rounds(const bench_dump *dump, const char *shaped, double *ratio)
{
  double shape[ROUNDS], canonical[ROUNDS];
  for (unsigned round = 0; round < ROUNDS; round++)
    if (!measure(session_load_seconds, shaped, &shape[round], sizeof *shape) ||
        !measure(session_load_seconds, dump->path, &canonical[round], sizeof *canonical))
      return false;
  *ratio = median(shape, ROUNDS) / median(canonical, ROUNDS);
  return true;
}

bool bench_shapes(const bench_dump *dump)
{
  char shaped[80];
  bool ok = true;
  snprintf(shaped, sizeof shaped, "%s.shaped", dump->path);
  for (size_t i = 0; ok && i < sizeof shapes / sizeof *shapes; i++) {
    double ratio;
    ok = rewrite(dump->path, shaped, shapes[i].change) && run_rounds(dump, shaped, &ratio);
    if (ok) row(dump, shapes[i].what, ratio, "x", target_if_large(dump, shapes[i].target));
    unlink(shaped);
  }
  return ok;
}
