/* SPDX-License-Identifier: MIT */
#include "formats/json/scratch.h"

#include "base/memory.h"

void dryad_json_scratch_init(dryad_json_scratch *scratch, const dryad_allocator *allocator)
{
  *scratch = (dryad_json_scratch){.allocator = allocator};
}

void dryad_json_scratch_deinit(dryad_json_scratch *scratch)
{
  dryad_free(scratch->allocator, scratch->text, scratch->text_capacity, 1);
  dryad_free(scratch->allocator, scratch->nesting, scratch->nesting_capacity, 1);
}
