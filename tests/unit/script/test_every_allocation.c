/* SPDX-License-Identifier: MIT */
/* Every allocation in every function that C gives to Lua fails once, of the core, of SQLite and of Lua: it is raised as
 * an error that says so, nothing leaks, and the next call is as if nothing had been. What is called is in
 * every_allocation.lua; a function that is not called there fails this test. */
#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>
#include <sqlite3.h>
#include <stdatomic.h>

#include "dryad.h"
#include "testing.h"

#define OPERATIONS "tests/unit/script/every_allocation.lua"

/* ---- memory that runs out on demand ------------------------------------------------------------- */

/* The request that fails, counted from 1; 0: none. */
static atomic_long core_requests, core_fail_at, core_blocks;
static long lua_requests, lua_fail_from;

static bool core_fails(void)
{
  long request = atomic_fetch_add(&core_requests, 1) + 1;
  return request == core_fail_at;
}

/* The linker gives these names to all calls of the library and of this test: see tests/CMakeLists.txt. */
void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *block, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *block, size_t size);

void *__wrap_malloc(size_t size) { return core_fails() ? NULL : __real_malloc(size); }
void *__wrap_calloc(size_t count, size_t size) { return core_fails() ? NULL : __real_calloc(count, size); }
void *__wrap_realloc(void *block, size_t size) { return core_fails() ? NULL : __real_realloc(block, size); }

static sqlite3_mem_methods sqlite_own;

static void *sqlite_malloc(int size)
{
  void *block = core_fails() ? NULL : sqlite_own.xMalloc(size);
  core_blocks += block != NULL;
  return block;
}
static void *sqlite_realloc(void *block, int size) { return core_fails() ? NULL : sqlite_own.xRealloc(block, size); }
static void sqlite_free(void *block)
{
  core_blocks -= block != NULL;
  sqlite_own.xFree(block);
}

static void use_sqlite(void)
{
  assert_int_equal(sqlite3_config(SQLITE_CONFIG_GETMALLOC, &sqlite_own), SQLITE_OK);
  sqlite3_mem_methods methods = sqlite_own;
  methods.xMalloc = sqlite_malloc;
  methods.xRealloc = sqlite_realloc;
  methods.xFree = sqlite_free;
  assert_int_equal(sqlite3_config(SQLITE_CONFIG_MALLOC, &methods), SQLITE_OK);
  assert_int_equal(sqlite3_config(SQLITE_CONFIG_LOOKASIDE, 0, 0), SQLITE_OK); /* so that all of them are seen */
}

/* Lua collects and asks once more when it is refused, so from the n-th request on all fail. */
static void *lua_resize(void *context, void *block, size_t old_size, size_t new_size)
{
  (void)context;
  if (new_size == 0) {
    free(block);
    return NULL;
  }
  if ((!block || new_size > old_size) && ++lua_requests >= lua_fail_from && lua_fail_from) return NULL;
  return __real_realloc(block, new_size);
}

/* ---- what was called ---------------------------------------------------------------------------- */

static const char called_key = 0;

static void note_call(lua_State *L, lua_Debug *call)
{
  lua_rawgetp(L, LUA_REGISTRYINDEX, &called_key);
  lua_getinfo(L, "f", call);
  if (lua_iscfunction(L, -1)) {
    lua_pushboolean(L, true);
    lua_rawset(L, -3);
    lua_pop(L, 1);
  } else {
    lua_pop(L, 2);
  }
}

/* Fails for each C function in the table at the top, and in those in it, that was not called. */
static int count_uncalled(lua_State *L, const char *prefix, unsigned depth)
{
  int uncalled = 0;
  luaL_checkstack(L, 10, NULL);
  for (lua_pushnil(L); lua_next(L, -2); lua_pop(L, 1)) {
    char name[200];
    if (lua_type(L, -2) != LUA_TSTRING) continue;
    snprintf(name, sizeof name, "%s%s%s", prefix, *prefix ? "." : "", lua_tostring(L, -2));
    if (lua_istable(L, -1) && depth < 3) uncalled += count_uncalled(L, name, depth + 1);
    if (!lua_iscfunction(L, -1)) continue;
    lua_rawgetp(L, LUA_REGISTRYINDEX, &called_key);
    lua_pushvalue(L, -2);
    lua_rawget(L, -2);
    bool is_called = lua_toboolean(L, -1);
    lua_pop(L, 2);
    lua_getfield(L, 3, name); /* exceptions */
    if (!is_called && lua_isnil(L, -1)) {
      print_error("%s is never called in " OPERATIONS "\n", name);
      uncalled++;
    }
    lua_pop(L, 1);
  }
  return uncalled;
}

/* ---- each failure of each ----------------------------------------------------------------------- */

/* Runs the operation at index 4; the status, with the message at the top or what it returned. */
static int run(lua_State *L)
{
  lua_settop(L, 4);
  lua_pushvalue(L, 4);
  int status = lua_pcall(L, 0, 1, 0);
  lua_fail_from = core_fail_at = 0;
  return status;
}

static void check_message(lua_State *L, const char *name, const char *whose, long n)
{
  const char *message = luaL_tolstring(L, -1, NULL);
  if (!strstr(message, "memory")) fail_msg("%s, allocation %ld of %s: %s", name, n, whose, message);
}

static void fail_core(lua_State *L, const char *name)
{
  bool is_over = false;
  for (long n = 1; !is_over; n++) {
    core_requests = 0;
    core_fail_at = n;
    int status = run(L);
    is_over = core_requests < n;
    if (status != LUA_OK && is_over) fail_msg("%s: %s", name, luaL_tolstring(L, -1, NULL));
    if (status != LUA_OK) check_message(L, name, "the core", n);
  }
}

static void fail_lua(lua_State *L, const char *name)
{
  bool is_over = false;
  for (long n = 1; !is_over; n += 1 + n / 4) { /* for every one, see test_lua_memory.c */
    lua_requests = 0;
    lua_fail_from = n;
    int status = run(L);
    is_over = status == LUA_OK;
    if (status != LUA_OK && status != LUA_ERRMEM) check_message(L, name, "Lua", n);
  }
}

/* Blocks of SQLite when nothing is under way. */
static long blocks_left(lua_State *L)
{
  lua_settop(L, 4);
  lua_gc(L, LUA_GCCOLLECT);
  lua_gc(L, LUA_GCCOLLECT); /* what the first called has garbage too */
  return core_blocks;
}

/* What leaks, leaks in each round; what is kept for the next call is made in one of the first. */
static void check_operation(lua_State *L, const char *name)
{
  enum { ROUNDS = 4 };
  long before, after = -1;
  unsigned round = 0;
  do {
    fail_core(L, name);
    if (round == 0) fail_lua(L, name);
    if (run(L) != LUA_OK) fail_msg("%s, after failures: %s", name, luaL_tolstring(L, -1, NULL));
    before = after;
    after = blocks_left(L);
  } while (before != after && ++round < ROUNDS);
  if (before != after) fail_msg("%s: %ld blocks leak", name, after - before);
}

static int run_all(lua_State *L)
{
  luaL_openlibs(L);
  luaL_requiref(L, "dryad", luaopen_dryad, 0);
  lua_settop(L, 0);
  if (luaL_dofile(L, OPERATIONS) != LUA_OK) return lua_error(L);
  lua_newtable(L);
  lua_rawsetp(L, LUA_REGISTRYINDEX, &called_key);
  lua_getfield(L, 1, "operations"); /* at 2 */
  lua_getfield(L, 1, "exceptions"); /* at 3 */
  lua_sethook(L, note_call, LUA_MASKCALL, 0);
  for (lua_pushnil(L); lua_next(L, 2); lua_pop(L, 1)) lua_pushvalue(L, -1), lua_call(L, 0, 0);
  lua_sethook(L, NULL, 0, 0);
  lua_getfield(L, LUA_REGISTRYINDEX, "dryad.core");
  int uncalled = count_uncalled(L, "", 0);
  lua_settop(L, 3);
  for (lua_pushnil(L); lua_next(L, 2);) {
    const char *name = lua_tostring(L, -2);
    lua_State *T = lua_newthread(L);
    lua_pushvalue(L, 1), lua_pushvalue(L, 2), lua_pushvalue(L, 3), lua_pushvalue(L, -5);
    lua_xmove(L, T, 4);
    check_operation(T, name);
    lua_pop(L, 2);
  }
  assert_int_equal(uncalled, 0);
  return 0;
}

static void every_allocation_fails_once(void **state)
{
  (void)state;
  use_sqlite();
  lua_State *L = lua_newstate(lua_resize, NULL);
  assert_non_null(L);
  lua_pushcfunction(L, run_all);
  if (lua_pcall(L, 0, 0, 0) != LUA_OK) fail_msg("%s", lua_tostring(L, -1));
  lua_close(L);
}

int main(void)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(every_allocation_fails_once)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
