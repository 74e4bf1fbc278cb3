/* SPDX-License-Identifier: MIT */
/* The job of a helper (helper.h), its effort so far, and its reports to the parent. */
#ifndef DRYAD_ATTACH_HELPER_JOB_H
#define DRYAD_ATTACH_HELPER_JOB_H

#include "attach/image.h"
#include "attach/message.h"
#include "attach/process.h"

typedef struct dryad_helper_job {
  const dryad_process *process;
  dryad_image *image; /* with its order filled in, except for the descriptors */
  int socket;         /* for message.h */
  pid_t parent;
  uint64_t deadline; /* deadline.h */
  bool is_traced;    /* decisions are traced (base/trace.h) */
} dryad_helper_job;

typedef struct dryad_helper_effort {
  uint64_t held;     /* nanoseconds that threads were held, except for a kept one */
  unsigned attempts; /* threads that were held */
  unsigned notes;    /* reported */
} dryad_helper_effort;

/* `pipes`: as in dryad_message_send. False: the parent no longer listens. */
bool dryad_helper_tell(const dryad_helper_job *job, const dryad_helper_effort *effort, dryad_message_kind kind,
                       const char *text, const int *pipes);

/* Reports a decision if decisions are traced: at most DRYAD_HELPER_NOTES of them. Not to be called while a thread is
   held, since it may have to wait for the parent. */
enum { DRYAD_HELPER_NOTES = 100 };
void dryad_helper_note(const dryad_helper_job *job, dryad_helper_effort *effort, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
