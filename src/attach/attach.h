/* SPDX-License-Identifier: MIT */
/* Dumps of processes that never heard of Dryad.
 *
 * A helper (helper.h) enters the process and brings two pipes out of it; what comes through them is passed on here, by
 * the program that the user started. Helper and process are both taken for hostile: what they say is bounded in length
 * and time. The process runs on whatever happens. */
#ifndef DRYAD_ATTACH_ATTACH_H
#define DRYAD_ATTACH_ATTACH_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "attach/process.h"
#include "scanner/privacy.h"

typedef struct dryad_attach_options {
  pid_t pid;
  const char *library; /* path of what is loaded into the process: a file of this program's own */
  dryad_values values;
  uint64_t max_value; /* characters of each text */
  uint64_t timeout;   /* nanoseconds for each stage; a dump that comes faster than 256 KiB/s may take longer */
} dryad_attach_options;

/* Who gets the dump. */
typedef struct dryad_attach_receiver {
  dryad_status (*take)(void *context, const void *bytes, size_t size, dryad_error *error);
  /* Tells what is waited for (or "" once the dump comes) and how much has come; false: stop. Called some ten times a
     second, and whenever a signal came. */
  bool (*report)(void *context, const char *waiting_for, uint64_t bytes);
  void *context;
} dryad_attach_receiver;

typedef struct dryad_attach_result {
  uint64_t objects, heap_bytes;  /* their number, and their sizes added up (0: not told) */
  uint64_t bytes;                /* of the dump */
  uint64_t resident;             /* bytes of the process in memory */
  uint64_t held;                 /* nanoseconds that a thread was held in all */
  unsigned attempts;             /* threads that were looked at */
  char name[DRYAD_PROCESS_NAME]; /* of the process, which may be any text */
} dryad_attach_result;

/* DRYAD_OK, DRYAD_CANCELLED, what `take` gives, or a sentence for the user. */
dryad_status dryad_attach_dump(const dryad_attach_options *options, const dryad_attach_receiver *receiver,
                               dryad_attach_result *result, dryad_error *error);

#endif
