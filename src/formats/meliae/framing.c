/* SPDX-License-Identifier: MIT */
#include "formats/meliae/framing.h"

#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "heap/facts.h"

enum { END_ADDRESS = 2 };
_Static_assert(END_ADDRESS == DRYAD_LAST_FRAMING_ADDRESS, "the end has the last address");

void dryad_framing_init(dryad_framing *framing, const dryad_allocator *allocator)
{
  *framing = (dryad_framing){.allocator = allocator};
}

void dryad_framing_deinit(dryad_framing *framing)
{
  dryad_free(framing->allocator, framing->facts, framing->facts_length, 1);
  dryad_framing_init(framing, framing->allocator);
}

bool dryad_is_end_record(const dryad_record *record)
{
  static const char type[] = "<end>";
  return record->address == END_ADDRESS && record->type.length == sizeof type - 1 &&
         memcmp(record->type.data, type, sizeof type - 1) == 0;
}

dryad_status dryad_framing_take_process(dryad_framing *framing, const dryad_record *record,
                                        const dryad_record_place *place, const char **problem, dryad_error *error)
{
  dryad_text facts = record->value.text;
  *problem = framing->has_process ? "another <process> record, which is ignored" : NULL;
  if (framing->has_process) return DRYAD_OK;
  framing->has_process = true;
  framing->process = *place;
  if (record->value_kind != DRYAD_VALUE_TEXT) {
    *problem = "the value of <process> is not text";
    return DRYAD_OK;
  }
  char *copy = dryad_alloc(framing->allocator, facts.length, 1);
  if (!copy) return dryad_fail_memory(error);
  memcpy(copy, facts.data, facts.length);
  dryad_facts_mend(copy, facts.length);
  *problem = dryad_facts_problem((dryad_text){copy, facts.length});
  if (*problem) {
    dryad_free(framing->allocator, copy, facts.length, 1);
    return DRYAD_OK;
  }
  framing->facts = copy;
  framing->facts_length = facts.length;
  return DRYAD_OK;
}

void dryad_framing_take_end(dryad_framing *framing, const dryad_record *record, const dryad_record_place *place,
                            const char **problem)
{
  bool has_declared = record->value_kind == DRYAD_VALUE_INTEGER && record->integer >= 0;
  uint64_t declared = has_declared ? (uint64_t)record->integer : 0;
  *problem = framing->has_end ? "another <end> record, which is ignored" : NULL;
  if (framing->has_end) {
    framing->ends_differ |= has_declared != framing->has_declared || declared != framing->declared;
    return;
  }
  framing->has_end = true;
  framing->end = *place;
  framing->has_declared = has_declared;
  framing->declared = declared;
  if (!framing->has_declared) *problem = "the value of <end> is not a number of records";
}
