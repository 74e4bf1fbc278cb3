/* SPDX-License-Identifier: MIT */
/* The status that the library in the process reports (scanner/attach.h). It is not trusted. */
#ifndef DRYAD_ATTACH_LIBRARY_STATUS_H
#define DRYAD_ATTACH_LIBRARY_STATUS_H

#include "dryad.h"
#include "scanner/attach.h"

typedef enum dryad_library_stage {
  DRYAD_LIBRARY_STARTING,
  DRYAD_LIBRARY_WAITING, /* for the GIL */
  DRYAD_LIBRARY_COPIED,
  DRYAD_LIBRARY_DONE
} dryad_library_stage;

typedef struct dryad_library_status {
  dryad_library_stage stage;
  uint64_t objects, heap_bytes;
  char line[DRYAD_ATTACH_LINE + 1]; /* the beginning of an incomplete line */
  size_t used;
} dryad_library_status;

/* Processes received text. DRYAD_IO with a sentence: the library refused or failed; DRYAD_FORMAT: invalid text. */
dryad_status dryad_library_status_take(dryad_library_status *library, int pid, const char *text, size_t size,
                                       dryad_error *error);

#endif
