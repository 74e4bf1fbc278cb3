/* SPDX-License-Identifier: MIT */
/* What the records that frame a dump say, once all of it is parsed: the facts of the process, and whether the dump is
   whole. */
#ifndef DRYAD_FORMATS_MELIAE_COMPLETENESS_H
#define DRYAD_FORMATS_MELIAE_COMPLETENESS_H

#include "formats/meliae/pipeline.h"

/* The first usable facts; .data NULL: none. They are the parser's. */
dryad_text dryad_pipeline_facts(const dryad_pipeline *pipeline);
/* Judges a report that has everything else of dryad_report_reading: sets `complete` and `incomplete`, and adds a
   problem unless it has one about the end of the dump already. */
void dryad_report_completeness(dryad_report *report, const dryad_pipeline *pipeline);
/* Once duplicates and conflicts are counted: adds a problem for conflicts, and makes a complete dump incomplete whose
   records repeat an address, since others may be missing. */
void dryad_report_repeats(dryad_report *report);

#endif
