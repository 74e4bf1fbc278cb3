/* SPDX-License-Identifier: MIT */
/* The end of a thread that takes the library away in which it runs. */
#ifndef DRYAD_SCANNER_UNLOAD_H
#define DRYAD_SCANNER_UNLOAD_H

/* What comes after the thread's function: a call of `close` with `library`, out of which no way leads back here. */
typedef struct dryad_unload {
  void *library;
  int (*close)(void *library);
} dryad_unload;

/* How this library is unloaded. Only for the one who holds the reference that dlopen gave. */
dryad_unload dryad_unload_own(void);

/* What a thread is started with: calls dryad_unload_run, and leaves as that says. */
void *dryad_unload_thread(void *argument);

/* The thread's function, to be written by who starts one. */
dryad_unload dryad_unload_run(void *argument);

#endif
