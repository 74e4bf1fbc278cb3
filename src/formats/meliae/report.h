/* SPDX-License-Identifier: MIT */
/* The report of loading: counts, the first problems in file order, and why a file is not a dump. */
#ifndef DRYAD_FORMATS_MELIAE_REPORT_H
#define DRYAD_FORMATS_MELIAE_REPORT_H

#include "formats/meliae/pipeline.h"

/* Fills in everything that is known once all blocks are parsed. Cannot fail: scratch is on the stack. */
void dryad_report_reading(dryad_report *report, const dryad_pipeline *pipeline);

/* Adds a problem unless there are DRYAD_MAX_PROBLEMS already; cuts the reason if it is too long. */
void dryad_report_add_problem(dryad_report *report, uint64_t line, uint64_t offset, const char *reason);
/* Notes that the heap's total size was capped at INT64_MAX. */
void dryad_report_total(dryad_report *report);

/* The error for a dump without any objects; its text has `path` and what was found. */
dryad_status dryad_fail_no_dump(dryad_error *error, const char *path, const dryad_report *report,
                                const dryad_blocks *blocks);
/* The error for a strict load that met a problem. */
dryad_status dryad_fail_strict(dryad_error *error, const char *path, const dryad_report *report);

#endif
