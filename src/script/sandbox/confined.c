/* SPDX-License-Identifier: MIT */
#include "script/sandbox/confined.h"

#include <lauxlib.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "sandbox/child.h"
#include "script/base/fail.h"
#include "script/base/handles.h"
#include "script/base/interrupt.h"
#include "script/base/work.h"

#define TYPE "dryad.child"

/* Kinds of messages that are not for `receive`. */
enum { NO_MEMORY = 'm' };

enum { CHUNK = 1 << 16 }; /* bytes read at a time */

/* ---- in the child ------------------------------------------------------------------------------- */

/* Lua's allocator, under a limit that ends the child: an error could be caught. Lua asks again for what it was refused
   once it has collected its garbage, so the second refusal is the last. */
typedef struct last_allocator {
  lua_Alloc resize;
  void *context;
  int file;
  const void *block; /* of the last refusal */
  size_t size;       /* 0: none */
} last_allocator;

static void *resize(void *context, void *block, size_t old_size, size_t new_size)
{
  last_allocator *a = context;
  void *resized = a->resize(a->context, block, old_size, new_size);
  bool is_again = new_size > 0 && a->block == block && a->size == new_size;
  if (resized || new_size == 0) {
    if (is_again) a->size = 0;
    return resized;
  }
  if (is_again) {
    dryad_child_send(a->file, NO_MEMORY, NULL, 0);
    _exit(0);
  }
  a->block = block;
  a->size = new_size;
  return NULL;
}

/* send(kind, text) */
static int send(lua_State *L)
{
  size_t length, text_length;
  const char *kind = luaL_checklstring(L, 1, &length), *text = luaL_checklstring(L, 2, &text_length);
  luaL_argcheck(L, length == 1, 1, "one letter");
  luaL_argcheck(L, text_length <= UINT32_MAX, 2, "too long");
  if (!dryad_child_send((int)lua_tointeger(L, lua_upvalueindex(1)), *kind, text, text_length)) _exit(0);
  return 0;
}

/* Calls the function at 1 with `send`. */
static void run(void *context, int file)
{
  lua_State *L = context;
  last_allocator limited = {.file = file}; /* the child ends with this call, without closing the state */
  limited.resize = lua_getallocf(L, &limited.context);
  lua_setallocf(L, resize, &limited);
  lua_sethook(L, NULL, 0, 0);
  lua_pushvalue(L, 1);
  lua_pushinteger(L, file);
  lua_pushcclosure(L, send, 1);
  if (lua_pcall(L, 1, 0, 0) == LUA_ERRMEM) dryad_child_send(file, NO_MEMORY, NULL, 0);
}

/* ---- in the parent ------------------------------------------------------------------------------ */

static int end_child(lua_State *L)
{
  dryad_child_end(luaL_checkudata(L, 1, TYPE));
  return 0;
}

typedef struct waiting {
  lua_State *L;
  lua_Hook hook; /* a stock Lua sets another one when Ctrl-C is pressed */
} waiting;

static bool is_stopped(void *context)
{
  const waiting *w = context;
  return dryad_interrupt_pending() || lua_gethook(w->L) != w->hook;
}

/* Reads a message: pushes its text. */
static dryad_child_state read_text(dryad_child *child, waiting *w, size_t length)
{
  luaL_Buffer text;
  dryad_child_state state = DRYAD_CHILD_SPEAKS;
  luaL_buffinit(w->L, &text);
  while (length > 0 && state == DRYAD_CHILD_SPEAKS) {
    size_t part = length < CHUNK ? length : CHUNK;
    state = dryad_child_read(child, luaL_prepbuffsize(&text, part), part, is_stopped, w);
    luaL_addsize(&text, part);
    length -= part;
  }
  luaL_pushresult(&text);
  return state;
}

/* Pushes how the child ended, when that is not yet known. */
static void push_ending(lua_State *L, dryad_child_state state, int ended_by)
{
  if (state == DRYAD_CHILD_IS_LATE)
    lua_pushliteral(L, "clock");
  else if (ended_by == SIGXCPU)
    lua_pushliteral(L, "processor");
  else
    lua_pushstring(L, ended_by ? "signal" : "exit");
  if (!ended_by || state == DRYAD_CHILD_IS_LATE)
    lua_pushnil(L);
  else
    lua_pushstring(L, strsignal(ended_by));
}

/* Passes on messages until the child is silent; true: pushed an ending and its detail. */
static bool receive(lua_State *L, dryad_child *child, uint64_t most, dryad_child_state *state)
{
  waiting w = {L, lua_gethook(L)};
  unsigned char header[DRYAD_CHILD_HEADER];
  for (uint64_t received = 0;
       (*state = dryad_child_read(child, header, sizeof header, is_stopped, &w)) == DRYAD_CHILD_SPEAKS;) {
    uint32_t length = dryad_child_length(header);
    if ((received += sizeof header + length) > most) {
      lua_pushliteral(L, "size");
      lua_pushnil(L);
      return true;
    }
    lua_pushvalue(L, 2);
    lua_pushlstring(L, (const char *)header, 1);
    *state = read_text(child, &w, length);
    if (*state != DRYAD_CHILD_SPEAKS) return false;
    if (*header == NO_MEMORY || *header == DRYAD_CHILD_NOT_CONFINED) {
      lua_pushstring(L, *header == NO_MEMORY ? "memory" : "unconfined");
      lua_insert(L, -2);
      return true;
    }
    lua_call(L, 2, 0);
  }
  return false;
}

static uint64_t check_positive(lua_State *L, int index, lua_Integer most)
{
  lua_Integer value = luaL_checkinteger(L, index);
  luaL_argcheck(L, value >= 1 && value <= most, index, "out of range");
  return (uint64_t)value;
}

/* core.confined(run, receive, memory, processor, clock, most): calls run(send) in a confined copy of the process, and
   receive(kind, text) here for each send(kind, text) there, where a kind is a letter other than m and x. The limits are
   bytes, seconds, seconds by the clock, and bytes of all messages. Returns how the copy ended, and a detail: "exit",
   "memory", "processor", "clock", "size" (too many messages), "signal" (its name) or "unconfined" (why nothing ran).
   Nothing that `receive` gets is checked, nor how often it is called. */
static int confined(lua_State *L)
{
  luaL_checktype(L, 1, LUA_TFUNCTION);
  luaL_checktype(L, 2, LUA_TFUNCTION);
  const dryad_child_limits limits = {{check_positive(L, 3, INT64_MAX / 2), (uint32_t)check_positive(L, 4, INT32_MAX)},
                                     (uint32_t)check_positive(L, 5, INT32_MAX)};
  uint64_t most = check_positive(L, 6, INT64_MAX / 2);
  dryad_error error;
  lua_settop(L, 6);
  luaL_checkstack(L, 20, NULL);
  dryad_child *child = lua_newuserdatauv(L, sizeof *child, 0);
  *child = (dryad_child){.file = -1};
  luaL_setmetatable(L, TYPE);
  lua_toclose(L, -1);
  dryad_lua_check(L, dryad_child_start(child, &limits, run, L, &error), &error);
  dryad_child_state state;
  bool has_ending = receive(L, child, most, &state);
  int ended_by = dryad_child_end(child);
  if (state == DRYAD_CHILD_IS_STOPPED && dryad_interrupt_pending()) dryad_lua_check(L, DRYAD_CANCELLED, NULL);
  if (!has_ending) push_ending(L, state, ended_by);
  return 2;
}

/* core.keep_for_children(heap): makes the copies of the process have all of the heap, parts of an index that were not
   read yet too. */
static int keep_for_children(lua_State *L)
{
  dryad_lua_heap *heap = dryad_lua_check_heap(L, 1);
  dryad_demand_memory *demand = heap->graph->store->demand;
  dryad_lua_work work;
  lua_settop(L, 1);
  if (!demand) return 0;
  dryad_progress progress = dryad_lua_work_begin(L, &work, heap, 0);
  dryad_lua_work_end(&work, dryad_demand_memory_complete(demand, progress, &work.error));
  return 0;
}

void dryad_lua_open_confined(lua_State *L)
{
  static const luaL_Reg functions[] = {{"confined", confined}, {"keep_for_children", keep_for_children}, {NULL, NULL}};
  luaL_setfuncs(L, functions, 0);
  luaL_newmetatable(L, TYPE);
  lua_pushcfunction(L, end_child);
  lua_pushvalue(L, -1);
  lua_setfield(L, -3, "__gc");
  lua_setfield(L, -2, "__close");
  lua_pop(L, 1);
}
