/* SPDX-License-Identifier: MIT */
/* What a helper (helper.h) is to do. */
#ifndef DRYAD_ATTACH_HELPER_JOB_H
#define DRYAD_ATTACH_HELPER_JOB_H

#include "attach/image.h"
#include "attach/process.h"

typedef struct dryad_helper_job {
  const dryad_process *process;
  dryad_image *image; /* its order but for the descriptors */
  int socket;         /* for message.h */
  pid_t parent;
  uint64_t deadline; /* deadline.h */
  bool is_traced;    /* somebody wants to know what is decided (base/trace.h) */
} dryad_helper_job;

#endif
