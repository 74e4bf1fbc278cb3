#include "table.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>

#define LARGE ((uint64_t)100 << 20)

static cJSON *rows;

void row(const bench_dump *dump, const char *what, double value, const char *unit, double target)
{
  printf("  %-52s %10.3f %-8s", what, value, unit);
  if (target > 0) printf("  target %6.2f  %s", target, value <= target ? "met" : "MISSED");
  printf("\n");
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
  if (file && fclose(file) == 0) printf("\nthe same as JSON: %s\n", path);
  free(json);
  cJSON_Delete(rows);
  rows = NULL;
}
