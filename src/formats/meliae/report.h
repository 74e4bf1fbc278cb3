/* SPDX-License-Identifier: MIT */
/* What loading tells: counts, the first problems in file order, and why a file is no dump. */
#ifndef DRYAD_FORMATS_MELIAE_REPORT_H
#define DRYAD_FORMATS_MELIAE_REPORT_H

#include "formats/meliae/pipeline.h"

/* Everything that is known once all blocks are parsed. Cannot fail: scratch is on the stack. */
void dryad_report_reading(dryad_report *report, const dryad_pipeline *pipeline);

/* For a heap whose total size is INT64_MAX, and so cut. */
void dryad_report_total(dryad_report *report);

/* The error of a dump without one object; `path` and what was found are in its text. */
dryad_status dryad_fail_no_dump(dryad_error *error, const char *path, const dryad_report *report,
                                const dryad_blocks *blocks);
/* The error of a strict load that met a problem. */
dryad_status dryad_fail_strict(dryad_error *error, const char *path, const dryad_report *report);

#endif
