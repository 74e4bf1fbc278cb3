/* SPDX-License-Identifier: MIT */
#include "attach/library_status.h"

#include <stdlib.h>
#include <string.h>

#include "base/assert.h"
#include "base/error.h"

static bool begins(const char *line, const char *word, const char **rest)
{
  size_t length = strlen(word);
  if (strncmp(line, word, length) != 0 || (line[length] != '\0' && line[length] != ' ')) return false;
  *rest = line + length + (line[length] == ' ');
  return true;
}

static dryad_status nonsense(int pid, dryad_error *error)
{
  return dryad_fail(error, DRYAD_FORMAT, "process %d sends what the library never sends: it is not what it seems", pid);
}

static dryad_status take_done(dryad_library_status *library, int pid, const char *rest, dryad_error *error)
{
  char *end;
  library->objects = strtoull(rest, &end, 10);
  if (end == rest || library->stage != DRYAD_LIBRARY_COPIED) return nonsense(pid, error);
  library->heap_bytes = strtoull(end, NULL, 10);
  library->stage = DRYAD_LIBRARY_DONE;
  return DRYAD_OK;
}

static dryad_status take_line(dryad_library_status *library, int pid, const char *line, dryad_error *error)
{
  const char *rest;
  if (library->stage == DRYAD_LIBRARY_DONE) return nonsense(pid, error);
  if (begins(line, DRYAD_ATTACH_REFUSED, &rest))
    return dryad_fail(error, DRYAD_IO, "process %d runs on as before: %s", pid, rest);
  if (begins(line, DRYAD_ATTACH_FAILED, &rest))
    return dryad_fail(error, DRYAD_IO, "the dump of process %d is incomplete: %s", pid, rest);
  if (begins(line, DRYAD_ATTACH_DONE, &rest)) return take_done(library, pid, rest, error);
  dryad_library_stage next = begins(line, DRYAD_ATTACH_WAITING, &rest)  ? DRYAD_LIBRARY_WAITING
                             : begins(line, DRYAD_ATTACH_COPIED, &rest) ? DRYAD_LIBRARY_COPIED
                                                                        : DRYAD_LIBRARY_STARTING;
  if (next != library->stage + 1) return nonsense(pid, error);
  library->stage = next;
  return DRYAD_OK;
}

dryad_status dryad_library_status_take(dryad_library_status *library, int pid, const char *text, size_t size,
                                       dryad_error *error)
{
  DRYAD_ASSERT(text || size == 0);
  dryad_status status = DRYAD_OK;
  for (size_t i = 0; i < size && status == DRYAD_OK; i++) {
    if (text[i] != '\n') {
      if (text[i] == '\0' || library->used == DRYAD_ATTACH_LINE) return nonsense(pid, error);
      library->line[library->used++] = text[i];
      continue;
    }
    library->line[library->used] = '\0';
    library->used = 0;
    status = take_line(library, pid, library->line, error);
  }
  return status;
}
