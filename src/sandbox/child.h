/* SPDX-License-Identifier: MIT */
/*
 * A confined copy of this process that runs one function and reports in messages.
 *
 * The copy has all of the process's memory (copied on write), so the function can use whatever there is; its changes
 * stay in the copy, and its messages are all that comes back. They are bytes that nobody checked. A message is its
 * kind, its length in four bytes (the lowest first) and its text.
 */
#ifndef DRYAD_SANDBOX_CHILD_H
#define DRYAD_SANDBOX_CHILD_H

#include <time.h>

#include "sandbox/confinement.h"

typedef struct dryad_child_limits {
  dryad_confinement confinement;
  uint32_t clock_seconds; /* from dryad_child_start on */
} dryad_child_limits;

typedef struct dryad_child {
  pid_t pid; /* 0: it has ended */
  int file;  /* its messages; -1: closed */
  struct timespec deadline;
} dryad_child;

/* The kind of the message of a child that could not be confined and ran nothing; its text is the reason. */
#define DRYAD_CHILD_NOT_CONFINED 'x'

enum { DRYAD_CHILD_HEADER = 5 };

typedef enum dryad_child_state {
  DRYAD_CHILD_SPEAKS,     /* everything asked for was read */
  DRYAD_CHILD_IS_SILENT,  /* it ended, or closed its file */
  DRYAD_CHILD_IS_LATE,    /* the time by the clock is over */
  DRYAD_CHILD_IS_STOPPED, /* `stop` said so */
} dryad_child_state;

/* Forks. The copy calls run(context, file) when it is confined, and ends when that returns: nothing that was registered
   to run at exit does, and no buffer is flushed. DRYAD_IO if there can be no copy. No other thread may be changing
   memory that `run` uses. */
dryad_status dryad_child_start(dryad_child *child, const dryad_child_limits *limits,
                               void (*run)(void *context, int file), void *context, dryad_error *error);
/* In the copy: sends a message of at most 2^32 - 1 bytes, waiting until the parent reads. False: the parent is gone. */
bool dryad_child_send(int file, char kind, const void *text, size_t length);

/* In the parent: reads exactly `length` bytes. `stop` is asked after each signal. */
dryad_child_state dryad_child_read(dryad_child *child, void *buffer, size_t length, bool (*stop)(void *context),
                                   void *context);
/* The length in the header of a message. */
uint32_t dryad_child_length(const unsigned char header[DRYAD_CHILD_HEADER]);
/* Ends the copy if it has not ended by itself, and waits for it. Returns the signal that ended it, 0 for none. */
int dryad_child_end(dryad_child *child);

#endif
