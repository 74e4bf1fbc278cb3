/* SPDX-License-Identifier: MIT */
/* How a thread unloads the library in which it runs. */
#ifndef DRYAD_SCANNER_UNLOAD_H
#define DRYAD_SCANNER_UNLOAD_H

/* The last step after the thread's function: a call of `close` with `library`, which never returns here. */
typedef struct dryad_unload {
  void *library;
  int (*close)(void *library);
} dryad_unload;

/* How to unload this library. Only for the holder of dlopen's reference. */
dryad_unload dryad_unload_own(void);

/* A thread's start routine: calls dryad_unload_run, and ends in the way that it returns. */
void *dryad_unload_thread(void *argument);

/* The thread's function; the code that starts the thread defines it. */
dryad_unload dryad_unload_run(void *argument);

#endif
