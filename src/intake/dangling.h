/* SPDX-License-Identifier: MIT */
/*
 * References to addresses that the dump does not hold. Each gets a ticket while references are numbered; once all are
 * known, the distinct addresses get the ids that follow those of the objects.
 */
#ifndef DRYAD_INTAKE_DANGLING_H
#define DRYAD_INTAKE_DANGLING_H

#include <stdatomic.h>

#include "base/parallel.h"
#include "graph/graph.h"

typedef struct dryad_dangling_ref {
  uint64_t address;
  uint32_t ticket;
} dryad_dangling_ref;

typedef struct dryad_dangling {
  const dryad_allocator *allocator;
  uint32_t max_tickets;
  atomic_uint_fast64_t tickets;         /* issued so far */
  dryad_column refs[DRYAD_MAX_THREADS]; /* dryad_dangling_ref, by thread */
  uint64_t counts[DRYAD_MAX_THREADS];
  uint64_t total;      /* once settled: references */
  uint64_t *addresses; /* once settled: the distinct ones, ascending, then room up to `total` */
  uint32_t distinct;
  uint32_t *places; /* once settled: by ticket, the index in `addresses` */
} dryad_dangling;

/* Tickets are below `max_tickets`. */
void dryad_dangling_init(dryad_dangling *dangling, const dryad_allocator *allocator, uint32_t max_tickets);
void dryad_dangling_deinit(dryad_dangling *dangling);
/* Several threads may add at the same time, each under its own number. */
dryad_status dryad_dangling_add(dryad_dangling *dangling, unsigned thread, uint64_t address, uint32_t *ticket,
                                dryad_error *error);
dryad_status dryad_dangling_settle(dryad_dangling *dangling, dryad_error *error);
/* Appends the distinct addresses to the graph's, and sets its counts. */
bool dryad_dangling_append(const dryad_dangling *dangling, dryad_graph *graph);

#endif
