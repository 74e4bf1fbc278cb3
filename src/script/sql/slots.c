/* SPDX-License-Identifier: MIT */
#include "script/sql/slots.h"

#include <string.h>

#include "base/memory.h"
#include "graph/graph.h"
#include "script/base/fail.h"
#include "script/base/types.h"

dryad_lua_database *dryad_lua_check_database(lua_State *L, const char *method)
{
  dryad_lua_database *self = dryad_lua_check_self(L, DRYAD_LUA_DATABASE, method);
  if (!self->database) dryad_lua_fail(L, "the database is closed");
  if (self->busy) dryad_lua_fail(L, "%s: the database is at work", method);
  return self;
}

/* ---- slots -------------------------------------------------------------------------------------- */

static void release_tables(dryad_lua_view *view)
{
  const dryad_lua_slot *s = (const dryad_lua_slot *)view;
  if (s->owner->database) dryad_database_drop_heap(s->owner->database, view->heap->heap);
}

static void release_nothing(dryad_lua_view *view) { (void)view; }

dryad_lua_slot *dryad_lua_add_slot(lua_State *L, dryad_lua_database *self, const char *suffix, dryad_lua_heap *heap)
{
  dryad_lua_slot *s = dryad_calloc(&dryad_default_allocator, 1, sizeof *s);
  if (!s) {
    dryad_lua_fail(L, "out of memory");
    return NULL;
  }
  s->owner = self;
  strcpy(s->suffix, suffix);
  s->next = self->slots;
  self->slots = s;
  dryad_lua_view_hold(&s->view, heap, release_tables);
  return s;
}

void dryad_lua_remove_slot(dryad_lua_database *self, dryad_lua_slot *slot)
{
  dryad_lua_slot **link = &self->slots;
  while (*link != slot) link = &(*link)->next;
  *link = slot->next;
  slot->view.release = release_nothing;
  dryad_lua_view_drop(&slot->view);
  dryad_free(&dryad_default_allocator, slot, 1, sizeof *slot);
}

dryad_lua_heap *dryad_lua_push_slot_heap(lua_State *L, int index, const dryad_heap *heap)
{
  const dryad_lua_database *self = lua_touserdata(L, index);
  const dryad_lua_slot *s = self->slots;
  while (!s->view.graph || s->view.heap->heap != heap) s = s->next;
  lua_getiuservalue(L, index, 1);
  lua_getfield(L, -1, s->suffix);
  lua_remove(L, -2);
  return s->view.heap;
}

void dryad_lua_hold_current(dryad_lua_database *self)
{
  for (dryad_lua_slot *s = self->slots; s; s = s->next) {
    if (!s->view.graph || s->view.graph == s->view.heap->graph) continue;
    dryad_graph_release(s->view.graph);
    s->view.graph = dryad_graph_retain(s->view.heap->graph);
  }
}

void dryad_lua_set_database_busy(dryad_lua_database *self, bool is_busy)
{
  self->busy += is_busy ? 1 : -1U;
  for (dryad_lua_slot *s = self->slots; s; s = s->next)
    if (s->view.graph) s->view.heap->busy += is_busy ? 1 : -1U;
}
