/* SPDX-License-Identifier: MIT */
#include "script/base/data_directory.h"

#include <dlfcn.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifndef DRYAD_DATADIR
#define DRYAD_DATADIR "/usr/local/share/dryad"
#endif

enum { ANCESTORS = 5 };

static bool is_data_directory(const char *directory)
{
  char file[PATH_MAX];
  int length = snprintf(file, sizeof file, "%s/lua/dryad/init.lua", directory);
  return length > 0 && (size_t)length < sizeof file && access(file, R_OK) == 0;
}

static bool try(char *buffer, size_t capacity, const char *parent, const char *child)
{
  int length = snprintf(buffer, capacity, "%s%s", parent, child);
  return length > 0 && (size_t)length < capacity && is_data_directory(buffer);
}

static bool find_above(char *buffer, size_t capacity, char *path)
{
  for (int i = 0; i < ANCESTORS; i++) {
    char *slash = strrchr(path, '/');
    if (!slash) return false;
    *slash = '\0';
    if (try(buffer, capacity, path, "/share/dryad")) return true;
  }
  return false;
}

const char *dryad_data_directory(char *buffer, size_t capacity)
{
  char path[PATH_MAX];
  Dl_info info;
  if (dladdr(&is_data_directory, &info) && info.dli_fname && realpath(info.dli_fname, path) &&
      find_above(buffer, capacity, path))
    return buffer;
  /* the program's own name may be relative to an earlier working directory */
  if (realpath("/proc/self/exe", path) && find_above(buffer, capacity, path)) return buffer;
  const char *home = getenv("DRYAD_HOME");
  if (home && try(buffer, capacity, home, "")) return buffer;
  return try(buffer, capacity, DRYAD_DATADIR, "") ? buffer : NULL;
}
