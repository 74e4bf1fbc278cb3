/* SPDX-License-Identifier: MIT */
#include "script/base/interrupt.h"

#include <lua.h>
#include <signal.h>

static volatile sig_atomic_t requested;

static void stop(lua_State *L, lua_Debug *ar)
{
  (void)ar;
  lua_sethook(L, NULL, 0, 0);
  if (!dryad_interrupt_take()) return;
  lua_pushliteral(L, DRYAD_INTERRUPTED);
  lua_error(L);
}

void dryad_interrupt(struct lua_State *L)
{
  requested = 1;
  lua_sethook(L, stop, LUA_MASKCALL | LUA_MASKRET | LUA_MASKLINE | LUA_MASKCOUNT, 1);
}

bool dryad_interrupt_pending(void) { return requested; }

bool dryad_interrupt_take(void)
{
  bool was = requested;
  requested = 0;
  return was;
}

static bool go_on(void *context, const char *stage, uint64_t done, uint64_t total)
{
  (void)context, (void)stage, (void)done, (void)total;
  return !requested;
}

const dryad_progress dryad_interruptible = {go_on, NULL};
