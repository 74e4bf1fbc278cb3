/* SPDX-License-Identifier: MIT */
#include "base/free_memory.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MEBIBYTE (UINT64_C(1) << 20)
enum { LONGEST = 1 << 14 }; /* bytes that are read of a file: its figures are at the beginning */

typedef char text[LONGEST];

static bool read_file(const char *root, const char *path, text content)
{
  char whole[2 * PATH_MAX];
  if ((size_t)snprintf(whole, sizeof whole, "%s%s", root, path) >= sizeof whole) return false;
  int file = open(whole, O_RDONLY | O_CLOEXEC);
  if (file < 0) return false;
  size_t length = 0;
  for (ssize_t got; length < LONGEST - 1 && (got = read(file, content + length, LONGEST - 1 - length)) > 0;)
    length += (size_t)got;
  close(file);
  content[length] = '\0';
  return length > 0;
}

/* The number after `name` at the beginning of a line; `missing` if there is none. */
static uint64_t number_of(const char *content, const char *name, uint64_t missing)
{
  const size_t length = strlen(name);
  for (const char *line = content; line; line = strchr(line, '\n')) {
    line += *line == '\n';
    if (strncmp(line, name, length) != 0 || !strchr(" \t:", line[length]) || !line[length]) continue;
    return strtoull(line + length + 1, NULL, 10);
  }
  return missing;
}

/* ---- control groups ----------------------------------------------------------------------------- */

/* The files of a version's controller. */
typedef struct controller {
  const char *mount, *limit, *usage, *inactive, *active, *reclaimable;
} controller;

static const controller version_1 = {"/sys/fs/cgroup/memory", "memory.limit_in_bytes", "memory.usage_in_bytes",
                                     "total_inactive_file",   "total_active_file",     "total_slab_reclaimable"};
static const controller version_2 = {"/sys/fs/cgroup", "memory.max",  "memory.current",
                                     "inactive_file",  "active_file", "slab_reclaimable"};

static bool read_in(const char *root, const controller *c, const char *group, const char *name, text content)
{
  char path[2 * PATH_MAX];
  snprintf(path, sizeof path, "%s%s/%s", c->mount, group, name);
  return read_file(root, path, content);
}

/* Takes one group into account; a limit of "max" is no number. */
static void ask_group(dryad_free_memory *memory, const char *root, const controller *c, const char *group)
{
  text content;
  if (!read_in(root, c, group, c->limit, content) || content[0] < '0' || content[0] > '9') return;
  uint64_t limit = strtoull(content, NULL, 10);
  if (!read_in(root, c, group, c->usage, content)) return;
  uint64_t used = strtoull(content, NULL, 10), files = 0;
  if (read_in(root, c, group, "memory.stat", content))
    files =
        number_of(content, c->inactive, 0) + number_of(content, c->active, 0) + number_of(content, c->reclaimable, 0);
  used = used > files ? used - files : 0;
  uint64_t left = limit > used ? limit - used : 0;
  if (left >= memory->free) return;
  memory->free = left;
  memory->total = limit;
  snprintf(memory->group, sizeof memory->group, "control group %s", *group ? group : "/");
}

/* Takes a group and all above it into account. Shortens `group`. */
static void ask_groups(dryad_free_memory *memory, const char *root, const controller *c, char *group)
{
  if (strcmp(group, "/") == 0) *group = '\0';
  for (;;) {
    ask_group(memory, root, c, group);
    char *slash = strrchr(group, '/');
    if (!slash) return;
    *slash = '\0';
  }
}

static bool has_word(const char *words, const char *end, const char *word)
{
  const size_t length = strlen(word);
  for (; words < end; words += strcspn(words, ",:") + 1)
    if (strncmp(words, word, length) == 0 && strchr(",:", words[length]) && words[length]) return true;
  return false;
}

/* A line is "number:controllers:path"; version 2 has the number 0 and no controllers. */
static void ask_all_groups(dryad_free_memory *memory, const char *root)
{
  text groups;
  char group[PATH_MAX];
  if (!read_file(root, "/proc/self/cgroup", groups)) return;
  for (char *line = groups, *next; *line; line = next) {
    next = line + strcspn(line, "\n");
    if (*next) *next++ = '\0';
    const char *names = strchr(line, ':'), *path = names ? strchr(names + 1, ':') : NULL;
    if (!path || path[1] != '/' || (size_t)snprintf(group, sizeof group, "%s", path + 1) >= sizeof group) continue;
    if (path == names + 1)
      ask_groups(memory, root, &version_2, group);
    else if (has_word(names + 1, path, "memory"))
      ask_groups(memory, root, &version_1, group);
  }
}

/* ---- the machine -------------------------------------------------------------------------------- */

void dryad_free_memory_ask(dryad_free_memory *memory, const char *root)
{
  text content;
  *memory = (dryad_free_memory){.free = UINT64_MAX, .total = UINT64_MAX};
  if (read_file(root, "/proc/meminfo", content)) {
    uint64_t kibibytes = number_of(content, "MemAvailable", UINT64_MAX),
             all = number_of(content, "MemTotal", UINT64_MAX);
    if (kibibytes < UINT64_MAX / 1024) memory->free = kibibytes * 1024;
    if (all < UINT64_MAX / 1024) memory->total = all * 1024;
  }
  ask_all_groups(memory, root);
}

/* Of 16 GiB, half a GiB stays free; of little memory, a sixteenth. */
static uint64_t reserve_of(uint64_t total)
{
  const uint64_t reserve = total / 32 > 64 * MEBIBYTE ? total / 32 : 64 * MEBIBYTE;
  return reserve < total / 16 ? reserve : total / 16;
}

bool dryad_free_memory_suffices(const dryad_free_memory *memory, uint64_t more)
{
  const uint64_t reserve = reserve_of(memory->total);
  return memory->free == UINT64_MAX || (memory->free >= reserve && more <= memory->free - reserve);
}

/* The second number of the file is the resident pages, the third those of them that belong to files or are shared. */
uint64_t dryad_memory_taken(const char *root)
{
  text content;
  uint64_t resident, shared;
  if (!read_file(root, "/proc/self/statm", content)) return 0;
  if (sscanf(content, "%*u %" SCNu64 " %" SCNu64, &resident, &shared) != 2 || resident < shared) return 0;
  return (resident - shared) * (uint64_t)sysconf(_SC_PAGESIZE);
}
