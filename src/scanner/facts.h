/* SPDX-License-Identifier: MIT */
/* The facts of a process that a dump begins with: what it is, the memory it uses, and the state of its Python. */
#ifndef DRYAD_SCANNER_FACTS_H
#define DRYAD_SCANNER_FACTS_H

#include "arenas.h"
#include "objects.h"
#include "privacy.h"
#include "resident.h"
#include "sink.h"

#include <sys/types.h>

enum { DRYAD_FACTS_TEXT = 4096, DRYAD_FACTS_GENERATIONS = 3 };

typedef struct dryad_malloc_state {
  uint64_t in_use, free; /* bytes */
} dryad_malloc_state;

/* What could not be found out is 0, or empty. Times are seconds since 1970. */
typedef struct dryad_facts {
  pid_t pid; /* in the process's own namespace, like everything here */
  char command[DRYAD_FACTS_TEXT], executable[DRYAD_FACTS_TEXT];
  char python[32], hostname[65]; /* "3.12.1" */
  uint64_t time, started;
  dryad_resident memory;
  dryad_malloc_state malloc;
  dryad_arenas arenas;
  bool collects; /* the collector is enabled */
  uint32_t thresholds[DRYAD_FACTS_GENERATIONS], counts[DRYAD_FACTS_GENERATIONS];
  uint64_t garbage;       /* objects in gc.garbage */
  uint64_t threads;       /* that have run Python code */
  uint32_t traced_frames; /* dryad_traces_frames(), set by the caller */
} dryad_facts;

/* Asks the system and the C library. Takes the locks of malloc and of the dynamic loader, so this is not for a copy of
 * the process; needs no GIL. */
void dryad_facts_observe(dryad_facts *facts);

/* Adds what the interpreter knows. Allocates nothing and takes no locks, but needs the GIL, a stopped world, or a copy
 * of the process. `own`, a thread of Dryad's, or NULL, is not counted. */
void dryad_facts_ask(dryad_facts *facts, const void *own);

/* Writes them as a JSON object. `traced`: the bytes that tracemalloc traces, or 0 if they are unknown. */
void dryad_facts_put(const dryad_facts *facts, const dryad_privacy *privacy, uint64_t traced, dryad_sink *sink);

#endif
