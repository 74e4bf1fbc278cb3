/* SPDX-License-Identifier: MIT */
#include "attach/stack_room.h"

enum { PAGE = 4096 };

static bool is_in(const dryad_mapping *mapping, uint64_t address)
{
  return address >= mapping->from && address < mapping->to;
}

/* A stack's guard pages may be part of its mapping, but are unreadable. */
static bool is_there(dryad_target_memory *memory, uint64_t from, uint64_t to)
{
  char byte;
  for (uint64_t at = from; at < to; at += PAGE)
    if (dryad_target_read_some(memory, at, &byte, 1) != 1) return false;
  return true;
}

dryad_stack_room dryad_stack_room_find(const dryad_mappings *mappings, dryad_target_memory *memory, uint64_t sp,
                                       uint64_t thread_pointer, uint64_t main_stack, uint64_t wanted)
{
  const dryad_mapping *mapping = dryad_mappings_find(mappings, sp);
  if (!mapping || !mapping->writable) return DRYAD_STACK_ROOM_FOREIGN;
  if (is_in(mapping, main_stack)) return DRYAD_STACK_ROOM_ENOUGH;
  if (!is_in(mapping, thread_pointer) || thread_pointer < sp) return DRYAD_STACK_ROOM_FOREIGN;
  bool is_enough = sp - mapping->from >= wanted && is_there(memory, sp - wanted, sp);
  return is_enough ? DRYAD_STACK_ROOM_ENOUGH : DRYAD_STACK_ROOM_LITTLE;
}

const char *dryad_stack_room_text(dryad_stack_room room)
{
  switch (room) {
  case DRYAD_STACK_ROOM_LITTLE: return "has too little of its stack left";
  case DRYAD_STACK_ROOM_FOREIGN: return "runs on a stack that is not its own, such as a coroutine's";
  case DRYAD_STACK_ROOM_ENOUGH: break;
  }
  return "";
}
