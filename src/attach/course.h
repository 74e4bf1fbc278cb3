/* SPDX-License-Identifier: MIT */
/* What the library in the process says of its work (scanner/attach.h), which may be anything. */
#ifndef DRYAD_ATTACH_COURSE_H
#define DRYAD_ATTACH_COURSE_H

#include "dryad.h"
#include "scanner/attach.h"

typedef enum dryad_course_stage {
  DRYAD_COURSE_STARTING,
  DRYAD_COURSE_WAITING, /* for the GIL */
  DRYAD_COURSE_COPIED,
  DRYAD_COURSE_DONE
} dryad_course_stage;

typedef struct dryad_course {
  dryad_course_stage stage;
  uint64_t objects, heap_bytes;
  char line[DRYAD_ATTACH_LINE + 1]; /* the beginning of one that has not ended */
  size_t used;
} dryad_course;

/* Takes what was said. DRYAD_IO with a sentence where it refused or failed; DRYAD_FORMAT where it is nonsense. */
dryad_status dryad_course_take(dryad_course *course, int pid, const char *text, size_t size, dryad_error *error);

#endif
