/* SPDX-License-Identifier: MIT */
/* Dumps of processes that were not prepared for it.
 *
 * A helper (helper.h) enters the process and fetches two pipes from it; the program that the user started reads them
 * here and passes the dump on. It trusts neither the helper nor the process: it bounds the length and the time of
 * everything they send. The process runs on whatever happens. */
#ifndef DRYAD_ATTACH_ATTACH_H
#define DRYAD_ATTACH_ATTACH_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "attach/process.h"
#include "scanner/privacy.h"

typedef struct dryad_attach_options {
  pid_t pid;
  const char *library; /* path of the library to load into the process; one of this program's own files */
  dryad_values values;
  uint64_t max_value;         /* characters of each text */
  uint32_t allocation_frames; /* of each object, while tracemalloc traces */
  uint64_t timeout;           /* nanoseconds for each stage; a dump that comes faster than 256 KiB/s may take longer */
} dryad_attach_options;

/* Receives the dump. */
typedef struct dryad_attach_receiver {
  dryad_status (*take)(void *context, const void *bytes, size_t size, dryad_error *error);
  /* Called about ten times a second, and after each signal, with what the dump waits for ("" once it arrives) and the
     number of bytes received; returns false to stop. */
  bool (*report)(void *context, const char *waiting_for, uint64_t bytes);
  void *context;
} dryad_attach_receiver;

typedef struct dryad_attach_result {
  uint64_t objects, heap_bytes;  /* their number, and the sum of their sizes (0: unknown) */
  uint64_t bytes;                /* of the dump */
  uint64_t resident;             /* resident bytes of the process */
  uint64_t held;                 /* nanoseconds in total that threads were held */
  unsigned attempts;             /* threads that were examined */
  char name[DRYAD_PROCESS_NAME]; /* of the process, which may be any text */
} dryad_attach_result;

/* DRYAD_OK, DRYAD_CANCELLED, whatever `take` returned, or an error with a sentence for the user. */
dryad_status dryad_attach_dump(const dryad_attach_options *options, const dryad_attach_receiver *receiver,
                               dryad_attach_result *result, dryad_error *error);

#endif
