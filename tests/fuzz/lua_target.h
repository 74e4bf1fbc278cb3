/* SPDX-License-Identifier: MIT */
/* A fuzz target written in Lua: a file of tests/fuzz that returns a function of a text. Whatever it raises is a
 * finding.
 *
 * libFuzzer sees the lines of Dryad's own Lua that run, as it sees the branches of C. */
#ifndef DRYAD_TESTS_FUZZ_LUA_TARGET_H
#define DRYAD_TESTS_FUZZ_LUA_TARGET_H

#include <lauxlib.h>
#include <lua.h>
#include <stdio.h>

#include "dryad.h"
#include "one_thread.h"

enum { LUA_COUNTERS = 1 << 14 };
__attribute__((section("__libfuzzer_extra_counters"))) static uint8_t lua_counters[LUA_COUNTERS];

static inline void count_line(lua_State *L, lua_Debug *line)
{
  uint32_t hash = 2166136261;
  if (!lua_getinfo(L, "Sl", line) || !strstr(line->source, "/lua/dryad/")) return;
  for (const char *p = line->source + line->srclen; p > line->source && p[-1] != '/'; p--)
    hash = (hash ^ (unsigned char)p[-1]) * 16777619;
  uint8_t *counter = &lua_counters[(hash ^ (uint32_t)line->currentline * 2654435761U) % LUA_COUNTERS];
  if (*counter < UINT8_MAX) ++*counter;
}

/* What a state holds after an input is freed when it is collected. */
const char *__asan_default_options(void);
const char *__asan_default_options(void) { return "detect_leaks=0"; }

/* Leaves the function of `file` on the stack of a new state. */
static inline lua_State *lua_target_new(const char *file)
{
  char path[4096];
  static dryad_host *host; /* never freed, and still not leaked */
  CHECK(dryad_host_new(&host, NULL) == DRYAD_OK);
  lua_State *L = dryad_host_state(host);
  snprintf(path, sizeof path, "%s/%s", DRYAD_FUZZ_FOLDER, file);
  if (luaL_loadfile(L, path) != LUA_OK || lua_pcall(L, 0, 1, 0) != LUA_OK) {
    fprintf(stderr, "%s\n", lua_tostring(L, -1));
    abort();
  }
  CHECK(lua_isfunction(L, -1));
  lua_sethook(L, count_line, LUA_MASKLINE, 0);
  return L;
}

static inline int with_traceback(lua_State *L)
{
  luaL_traceback(L, L, luaL_tolstring(L, 1, NULL), 1);
  return 1;
}

static inline void lua_target_run(lua_State *L, const uint8_t *data, size_t size)
{
  lua_pushcfunction(L, with_traceback);
  lua_pushvalue(L, -2);
  lua_pushlstring(L, (const char *)data, size);
  if (lua_pcall(L, 1, 0, -3) != LUA_OK) {
    fprintf(stderr, "%s\n", lua_tostring(L, -1));
    abort();
  }
  lua_pop(L, 1);
}

#endif
