/* SPDX-License-Identifier: MIT */
#include "attach/course.h"

#include <stdlib.h>
#include <string.h>

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
  return dryad_fail(error, DRYAD_FORMAT, "process %d says what the library in it never says: it is not what it seems",
                    pid);
}

static dryad_status take_done(dryad_course *course, int pid, const char *rest, dryad_error *error)
{
  char *end;
  course->objects = strtoull(rest, &end, 10);
  if (end == rest || course->stage != DRYAD_COURSE_COPIED) return nonsense(pid, error);
  course->heap_bytes = strtoull(end, NULL, 10);
  course->stage = DRYAD_COURSE_DONE;
  return DRYAD_OK;
}

static dryad_status take_line(dryad_course *course, int pid, const char *line, dryad_error *error)
{
  const char *rest;
  if (course->stage == DRYAD_COURSE_DONE) return nonsense(pid, error);
  if (begins(line, "refused", &rest)) return dryad_fail(error, DRYAD_IO, "process %d runs on as before: %s", pid, rest);
  if (begins(line, "failed", &rest))
    return dryad_fail(error, DRYAD_IO, "the dump of process %d was begun and not ended: %s", pid, rest);
  if (begins(line, "done", &rest)) return take_done(course, pid, rest, error);
  dryad_course_stage next = begins(line, "waiting", &rest)  ? DRYAD_COURSE_WAITING
                            : begins(line, "copied", &rest) ? DRYAD_COURSE_COPIED
                                                            : DRYAD_COURSE_STARTING;
  if (next != course->stage + 1) return nonsense(pid, error);
  course->stage = next;
  return DRYAD_OK;
}

dryad_status dryad_course_take(dryad_course *course, int pid, const char *text, size_t size, dryad_error *error)
{
  dryad_status status = DRYAD_OK;
  for (size_t i = 0; i < size && status == DRYAD_OK; i++) {
    if (text[i] != '\n') {
      if (text[i] == '\0' || course->used == DRYAD_ATTACH_LINE) return nonsense(pid, error);
      course->line[course->used++] = text[i];
      continue;
    }
    course->line[course->used] = '\0';
    course->used = 0;
    status = take_line(course, pid, course->line, error);
  }
  return status;
}
