/* SPDX-License-Identifier: MIT */
#include "formats/meliae/completeness.h"

#include <stdarg.h>
#include <stdio.h>

#include "formats/meliae/report.h"

/* Which of the parsers met the first `<process>` or `<end>`; NULL: there is none. */
static const dryad_framing *first_process(const dryad_pipeline *pipeline)
{
  const dryad_framing *first = NULL;
  for (unsigned t = 0; t < pipeline->threads; t++) {
    const dryad_framing *framing = &pipeline->parsers[t].framing;
    if (framing->has_process && (!first || framing->process.offset < first->process.offset)) first = framing;
  }
  return first;
}

static const dryad_framing *first_end(const dryad_pipeline *pipeline)
{
  const dryad_framing *first = NULL;
  for (unsigned t = 0; t < pipeline->threads; t++) {
    const dryad_framing *framing = &pipeline->parsers[t].framing;
    if (framing->has_end && (!first || framing->end.offset < first->end.offset)) first = framing;
  }
  return first;
}

dryad_text dryad_pipeline_facts(const dryad_pipeline *pipeline)
{
  const dryad_framing *process = first_process(pipeline);
  return process ? (dryad_text){process->facts, process->facts_length} : (dryad_text){0};
}

static bool ends_differ(const dryad_pipeline *pipeline, const dryad_framing *first)
{
  for (unsigned t = 0; t < pipeline->threads; t++) {
    const dryad_framing *framing = &pipeline->parsers[t].framing;
    if (framing->has_end &&
        (framing->ends_differ || framing->has_declared != first->has_declared || framing->declared != first->declared))
      return true;
  }
  return false;
}

static uint64_t objects_in(const dryad_pipeline *pipeline, uint64_t from, uint64_t to)
{
  const dryad_block_result *results = pipeline->results.data;
  uint64_t objects = 0;
  for (uint64_t k = from; k < to; k++) objects += results[k].segment.count;
  return objects;
}

__attribute__((format(printf, 2, 3))) static void judge_incomplete(dryad_report *report, const char *format, ...)
{
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(report->incomplete, sizeof report->incomplete, format, arguments);
  va_end(arguments);
  report->complete = DRYAD_INCOMPLETE;
}

static void judge_end(dryad_report *report, const dryad_pipeline *pipeline, const dryad_framing *end)
{
  const dryad_framing *process = first_process(pipeline);
  uint64_t objects = objects_in(pipeline, 0, end->end.block) + end->end.objects;
  uint64_t after = objects_in(pipeline, 0, pipeline->result_count) - objects;
  uint64_t before = objects + (process && process->process.offset < end->end.offset);
  report->complete = DRYAD_COMPLETE;
  if (!end->has_declared)
    judge_incomplete(report, "its end record does not say how many records precede it");
  else if (end->declared != before)
    judge_incomplete(report, "its end record counts %llu records before it, but there are %llu",
                     (unsigned long long)end->declared, (unsigned long long)before);
  else if (ends_differ(pipeline, end))
    judge_incomplete(report, "it has end records that differ");
  else if (after > 0)
    judge_incomplete(report, "%llu records follow its end record", (unsigned long long)after);
}

static void add_incomplete(dryad_report *report)
{
  char reason[sizeof report->problems[0].reason];
  snprintf(reason, sizeof reason, "the dump is incomplete: %.75s", report->incomplete);
  dryad_report_add_problem(report, report->lines, report->bytes, reason);
}

void dryad_report_completeness(dryad_report *report, const dryad_pipeline *pipeline)
{
  const dryad_framing *end = first_end(pipeline);
  if (report->complete == DRYAD_INCOMPLETE) return; /* the file grew */
  if (end)
    judge_end(report, pipeline, end);
  else if (first_process(pipeline))
    judge_incomplete(report, "it has no end record");
  if (report->complete == DRYAD_INCOMPLETE && !report->truncated) add_incomplete(report);
  if (report->truncated && report->complete != DRYAD_INCOMPLETE) judge_incomplete(report, "it is truncated");
}

void dryad_report_repeats(dryad_report *report)
{
  char reason[sizeof report->problems[0].reason];
  if (report->conflicts > 0) {
    snprintf(reason, sizeof reason, "%llu line%s contradict%s an earlier one of the same address",
             (unsigned long long)report->conflicts, report->conflicts == 1 ? "" : "s",
             report->conflicts == 1 ? "s" : "");
    dryad_report_add_problem(report, report->lines, report->bytes, reason);
  }
  if (report->complete != DRYAD_COMPLETE || report->duplicates == 0) return;
  judge_incomplete(report, "%llu of the records that its end record counts repeat%s an address",
                   (unsigned long long)report->duplicates, report->duplicates == 1 ? "s" : "");
  add_incomplete(report);
}
