/* SPDX-License-Identifier: MIT */
/* Memory that reading JSON reuses from line to line. */
#ifndef DRYAD_FORMATS_JSON_SCRATCH_H
#define DRYAD_FORMATS_JSON_SCRATCH_H

#include "dryad.h"

typedef struct dryad_json_scratch {
  const dryad_allocator *allocator;
  char *text; /* decoded strings */
  size_t text_used, text_capacity;
  unsigned char *nesting; /* a bit a level of an unknown value: array or object */
  size_t nesting_capacity;
} dryad_json_scratch;

void dryad_json_scratch_init(dryad_json_scratch *scratch, const dryad_allocator *allocator);
void dryad_json_scratch_deinit(dryad_json_scratch *scratch);

#endif
