/* SPDX-License-Identifier: MIT */
/* A line of the prompt: it is told apart, completed and looked up, and nothing of it runs. See prompt.lua. */
#include "lua_target.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  static lua_State *L;
  if (!L) L = lua_target_new("prompt.lua");
  lua_target_run(L, data, size);
  return 0;
}
