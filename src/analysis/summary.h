/* SPDX-License-Identifier: MIT */
/* Summaries by class. Those by type are in dryad.h. */
#ifndef DRYAD_ANALYSIS_SUMMARY_H
#define DRYAD_ANALYSIS_SUMMARY_H

#include "runtime/classes.h"

/* The same as dryad_summarize with a row for each class; the `type` of a row is the number of its class. */
dryad_status dryad_summarize_by_class(dryad_summary **out, const dryad_classes *classes, const dryad_id *ids,
                                      uint64_t count, dryad_error *error);

#endif
