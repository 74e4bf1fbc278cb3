/* SPDX-License-Identifier: MIT */
#include "resident.h"

#include "proc_lines.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { KIB = 1024, MOST_GUARD = 64 * KIB };

/* A mapping, as far as its kind depends on it. */
typedef struct mapping {
  uint64_t start, end;
  bool accessible, anonymous;
} mapping;

/* Whether it guards a stack that grows down to it. Rests of malloc's arenas are inaccessible too, but larger. */
static bool is_guard(const mapping *map)
{
  return map->anonymous && !map->accessible && map->end - map->start <= MOST_GUARD;
}

/* The first line of a mapping: START-END PERMISSIONS OFFSET DEVICE INODE NAME. */
static bool parse_mapping(const char *line, mapping *map, const char **name)
{
  char *rest;
  map->start = strtoull(line, &rest, 16);
  if (rest == line || *rest != '-') return false;
  map->end = strtoull(rest + 1, &rest, 16);
  if (*rest != ' ') return false;
  map->accessible = rest[1] == 'r' || rest[2] == 'w';
  rest++;
  for (int field = 0; field < 3 && rest != NULL; field++) rest = strchr(rest + 1, ' ');
  if (rest == NULL) return false;
  map->anonymous = strtoull(rest, &rest, 10) == 0;
  *name = rest + strspn(rest, " ");
  return true;
}

static uint64_t *kind_of(dryad_resident *memory, const mapping *map, const mapping *before, const char *name)
{
  if (strcmp(name, "[heap]") == 0) return &memory->heap;
  if (strncmp(name, "[stack", 6) == 0) return &memory->stacks;
  if (!map->anonymous) return &memory->files;
  if (*name == '\0' && map->accessible && is_guard(before) && before->end == map->start) return &memory->stacks;
  return &memory->anonymous;
}

/* `KEY   N kB` */
static uint64_t size_after(const char *line, const char *key)
{
  const size_t length = strlen(key);
  return strncmp(line, key, length) == 0 ? strtoull(line + length, NULL, 10) * KIB : 0;
}

bool dryad_resident_measure(dryad_resident *memory)
{
  dryad_proc_lines lines;
  mapping map = {.anonymous = false}, before;
  uint64_t *kind = &memory->anonymous;
  const char *line, *name;
  *memory = (dryad_resident){0};
  if (!dryad_proc_lines_open(&lines, "/proc/self/smaps")) return false;
  while ((line = dryad_proc_lines_next(&lines)) != NULL) {
    mapping next;
    if (parse_mapping(line, &next, &name)) {
      before = map;
      map = next;
      memory->virtual += map.end - map.start;
      kind = kind_of(memory, &map, &before, name);
      continue;
    }
    const uint64_t resident = size_after(line, "Rss:");
    memory->resident += resident;
    *kind += resident;
    memory->proportional += size_after(line, "Pss:");
  }
  dryad_proc_lines_close(&lines);
  return memory->resident > 0;
}
