/* SPDX-License-Identifier: MIT */
/* Memory that runs out on demand. */
#ifndef DRYAD_TESTS_FAILING_H
#define DRYAD_TESTS_FAILING_H

#include "feed.h"

/* A ledger whose n-th request for more memory fails, counted from 1; 0: none fails. */
typedef struct failing {
  ledger ledger;
  uint64_t requests, fail_at;
} failing;

static inline void *failing_resize(void *context, void *block, size_t old_size, size_t new_size)
{
  failing *f = context;
  if (new_size > (block ? old_size : 0) && ++f->requests == f->fail_at) return NULL;
  return ledger_resize(&f->ledger, block, old_size, new_size);
}

#endif
