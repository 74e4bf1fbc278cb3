/* SPDX-License-Identifier: MIT */
#include "script/base/work.h"

#include <unistd.h>

#include "base/spill.h"
#include "graph/graph.h"
#include "script/base/fail.h"
#include "script/base/interrupt.h"

typedef struct telling {
  const char *stage;
  uint64_t done, total;
} telling;

static int tell(lua_State *L)
{
  const telling *told = lua_touserdata(L, 2);
  lua_settop(L, 1);
  lua_pushstring(L, told->stage);
  lua_pushinteger(L, (lua_Integer)told->done);
  lua_pushinteger(L, (lua_Integer)told->total);
  lua_call(L, 3, 1);
  return 1;
}

/* Runs inside the core, so nothing in here may raise past it. */
static bool report(void *context, const char *stage, uint64_t done, uint64_t total)
{
  dryad_lua_work *work = context;
  lua_State *L = work->L;
  if (dryad_interrupt_pending()) return false;
  if (!work->callback) return true;
  telling told = {stage, done, total};
  lua_pushcfunction(L, tell);
  lua_pushvalue(L, work->callback);
  lua_pushlightuserdata(L, &told);
  if (lua_pcall(L, 2, 1, 0) != LUA_OK) {
    lua_replace(L, work->message);
    work->raised = true;
    return false;
  }
  bool stop = lua_isboolean(L, -1) && !lua_toboolean(L, -1);
  lua_pop(L, 1);
  return !stop;
}

/* Pushes core.progress[name], or nil. */
static bool push_default(lua_State *L, const char *name)
{
  int result = lua_gettop(L) + 1;
  lua_getfield(L, LUA_REGISTRYINDEX, "dryad.core");
  if (lua_getfield(L, result, "progress") == LUA_TTABLE)
    lua_getfield(L, -1, name);
  else
    lua_pushnil(L);
  lua_replace(L, result);
  lua_settop(L, result);
  return lua_isfunction(L, result);
}

/* Whether core.progress[name] is set. */
static bool is_set(lua_State *L, const char *name)
{
  int top = lua_gettop(L);
  lua_getfield(L, LUA_REGISTRYINDEX, "dryad.core");
  bool set = lua_getfield(L, -1, "progress") == LUA_TTABLE && lua_getfield(L, -1, name) == LUA_TBOOLEAN &&
             lua_toboolean(L, -1);
  lua_settop(L, top);
  return set;
}

/* Whether to show the bar: from the option, else from core.progress.is_shown. A copy of the process sends its progress
   to the one that has the terminal. */
static bool is_shown(lua_State *L, int option)
{
  if (!isatty(STDERR_FILENO) && !is_set(L, "is_sent")) return false;
  return option && lua_isboolean(L, option) ? lua_toboolean(L, option) : is_set(L, "is_shown");
}

dryad_progress dryad_lua_work_begin(lua_State *L, dryad_lua_work *work, dryad_lua_heap *heap, int option)
{
  *work = (dryad_lua_work){.L = L, .heap = heap};
  luaL_checkstack(L, 10, NULL);
  if (option && lua_isfunction(L, option))
    lua_pushvalue(L, option);
  else if (is_shown(L, option))
    push_default(L, "bar");
  else
    lua_pushnil(L);
  if (lua_isfunction(L, -1)) work->callback = lua_gettop(L);
  lua_pushnil(L);
  work->message = lua_gettop(L);
  if (heap) heap->busy++;
  return (dryad_progress){report, work};
}

void dryad_lua_work_end(dryad_lua_work *work, dryad_status status)
{
  lua_State *L = work->L;
  if (work->heap) {
    work->heap->busy--;
    dryad_spill_explain(work->heap->graph->allocator, status, &work->error);
  }
  if (work->callback && push_default(L, "done")) lua_call(L, 0, 0);
  if (work->raised) {
    lua_pushvalue(L, work->message);
    lua_error(L);
  }
  dryad_lua_check(L, status, &work->error);
  if (work->heap) dryad_lua_check_sound(L, work->heap->graph);
}
