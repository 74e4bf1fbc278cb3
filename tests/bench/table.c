/* SPDX-License-Identifier: MIT */
#include "table.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>

#include "figures.h"

#define LARGE ((uint64_t)100 << 20)
#define REGRESSION 1.1 /* times the baseline */

static cJSON *rows;
static unsigned missed, worse;

void row(const bench_dump *dump, const char *what, double value, const char *unit, double target)
{
  printf("  %-52s %10.3f %-8s", what, value, unit);
  if (target > 0) {
    printf("  target %6.2f  %s", target, value <= target ? "met" : "MISSED");
    missed += value > target;
  }
  double before = dump->size >= LARGE ? figure_kept(dump->name, what, unit) : 0;
  if (before > 0 && value > REGRESSION * before) {
    printf("  WORSE by %.0f %% than %.3f", 100 * (value / before - 1), before);
    worse++;
  }
  printf("\n");
  fflush(stdout);
  cJSON *entry = cJSON_CreateObject();
  cJSON_AddStringToObject(entry, "dump", dump->name);
  cJSON_AddStringToObject(entry, "what", what);
  cJSON_AddNumberToObject(entry, "value", value);
  cJSON_AddStringToObject(entry, "unit", unit);
  if (target > 0) cJSON_AddNumberToObject(entry, "target", target);
  if (!rows) rows = cJSON_CreateArray();
  cJSON_AddItemToArray(rows, entry);
}

double target_if_large(const bench_dump *dump, double target) { return dump->size >= LARGE ? target : 0; }

void table_write(const char *path)
{
  char *json = cJSON_Print(rows);
  FILE *file = fopen(path, "w");
  if (file && json) fprintf(file, "%s\n", json);
  printf("\n%u targets missed; %u regressions of more than 10 %% against the baseline\n", missed, worse);
  if (file && fclose(file) == 0) printf("the same as JSON: %s\n", path);
  free(json);
  cJSON_Delete(rows);
  rows = NULL;
}
