/* SPDX-License-Identifier: MIT */
/* Whatever allocation of Lua's fails, the binding raises "not enough memory" and loses nothing. */
#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>

#include "dryad.h"
#include "testing.h"

/* An allocator that refuses everything from the n-th request on. */
typedef struct meter {
  long used, limit; /* limit < 0: none */
} meter;

static void *resize(void *context, void *block, size_t old_size, size_t new_size)
{
  meter *m = context;
  (void)old_size;
  if (new_size == 0) {
    free(block);
    return NULL;
  }
  if (!block || new_size > old_size) {
    if (m->limit >= 0 && m->used >= m->limit) return NULL;
    m->used++;
  }
  return realloc(block, new_size);
}

static const char work[] =
    "local dryad = require 'dryad'\n"
    "local lines = {\n"
    "  '{\"address\": 1, \"type\": \"Thing\", \"size\": 9, \"refs\": [2, 3]}',\n"
    "  '{\"address\": 2, \"type\": \"dict\", \"size\": 9, \"len\": 1, \"refs\": [4, 5]}',\n"
    "  '{\"address\": 3, \"type\": \"type\", \"size\": 9, \"name\": \"Thing\", \"refs\": [99, 6]}',\n"
    "  '{\"address\": 4, \"type\": \"str\", \"size\": 9, \"value\": \"a\", \"refs\": []}',\n"
    "  '{\"address\": 5, \"type\": \"int\", \"size\": 9, \"value\": 1, \"refs\": []}',\n"
    "  '{\"address\": 6, \"type\": \"str\", \"size\": 9, \"value\": \"a\", \"refs\": []}',\n"
    "}\n"
    "for record in dryad.records(lines) do local _ = record.refs[1] end\n"
    "local heap <close> = dryad.load(lines, { progress = false, collapse = false })\n"
    "local thing, dict, all = heap[1], heap[2], heap:get_all()\n"
    "local text = tostring(heap:summarize()) .. tostring(all) .. tostring(thing.d) .. tostring(thing.l)\n"
    "for o in thing:iter_recursive_refs() do text = text .. o:to_json() end\n"
    "local c = (all.c + all.p) - all & all\n"
    "local column, sum = all:column 'retained_size', #heap:where \"size = 9 and type != 'dict'\"\n"
    "for _, size in pairs(column) do sum = sum + size end\n"
    "text = text .. tostring(column) .. tostring(column:object(1)) .. tostring(heap:memory())\n"
    "heap:collapse_instance_dicts()\n"
    "assert(not pcall(function() return dict.size end))\n"
    "heap:undo()\n"
    "assert(dict.size == 9 and thing:compute_total_size('type') > 0)\n"
    "dryad.diff(heap, heap):objects 'kept'\n"
    "assert(#heap:roots() == 1 and heap:root_reason(thing) == 'unreferenced' and #heap:unreachable() == 0)\n"
    "heap:set_roots { 2, 3 }\n"
    "assert(heap:root_reason(dict) == 'given' and thing.retained_size == 0)\n"
    "heap:set_roots()\n"
    "assert(thing.retained_size == 54 and dict.dominator == thing and #thing.dominated == 2)\n"
    "assert(heap:retained_size 'dict' == 27 and #heap:retained(dict) == 3)\n"
    "local path, back = heap:path(thing, 'int'), heap:path(5, 'Thing', { reversed = true })\n"
    "text = path:expression() .. tostring(path) .. tostring(back)\n"
    "text = text .. tostring(heap:why(5)) .. tostring(all:why()) .. tostring(heap:dominators())\n"
    "text = text .. tostring(dryad.leak_suspects(heap)) .. tostring(dryad.duplicates(heap))\n"
    "require('dryad.core').json.encode { 1, 'x', { a = 2 } }\n";

static int run(lua_State *L)
{
  lua_settop(L, 0);
  if (luaL_loadstring(L, work) != LUA_OK) return lua_error(L);
  lua_call(L, 0, 0);
  return 0;
}

static int open(lua_State *L)
{
  luaL_openlibs(L);
  luaL_requiref(L, "dryad", luaopen_dryad, 0);
  return 0;
}

static void every_allocation_of_lua_may_fail(void **state)
{
  (void)state;
  meter m = {0, -1};
  lua_State *L = lua_newstate(resize, &m);
  assert_non_null(L);
  lua_pushcfunction(L, open);
  assert_int_equal(lua_pcall(L, 0, 0, 0), LUA_OK);
  for (long allowed = 0;; allowed++) {
    m.used = 0;
    m.limit = allowed;
    lua_pushcfunction(L, run);
    int status = lua_pcall(L, 0, 0, 0);
    m.limit = -1;
    if (status == LUA_OK) break;
    const char *message = luaL_tolstring(L, -1, NULL);
    if (status != LUA_ERRMEM) assert_non_null(strstr(message, "memory"));
    lua_settop(L, 0);
    lua_gc(L, LUA_GCCOLLECT);
  }
  lua_close(L);
}

int main(void)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(every_allocation_of_lua_may_fail)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
