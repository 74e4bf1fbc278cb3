/* SPDX-License-Identifier: MIT */
#include "attach/danger.h"

const char *dryad_danger_text(dryad_danger danger)
{
  switch (danger) {
  case DRYAD_DANGER_ALLOCATOR: return "the memory allocator";
  case DRYAD_DANGER_LOADER: return "the dynamic loader";
  case DRYAD_DANGER_SIGNAL: return "a signal handler";
  case DRYAD_DANGER_FORK: return "fork";
  case DRYAD_DANGER_THREAD: return "the start or end of a thread";
  case DRYAD_DANGER_EXIT: return "exit";
  case DRYAD_DANGER_NONE: break;
  }
  return "other code";
}
