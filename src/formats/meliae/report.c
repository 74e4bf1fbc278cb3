/* SPDX-License-Identifier: MIT */
#include "formats/meliae/report.h"

#include <string.h>
#include <sys/stat.h>

#include "base/error.h"

/* The number of lines in the blocks before this one. */
static uint64_t lines_before(const dryad_pipeline *pipeline, uint64_t block)
{
  const dryad_block_result *results = pipeline->results.data;
  uint64_t lines = 0;
  for (uint64_t k = 0; k < block && k < pipeline->result_count; k++) lines += results[k].lines;
  return lines;
}

void dryad_report_add_problem(dryad_report *report, uint64_t line, uint64_t offset, const char *reason)
{
  if (report->problem_count == DRYAD_MAX_PROBLEMS) return;
  dryad_problem *problem = &report->problems[report->problem_count++];
  problem->line = line;
  problem->offset = offset;
  snprintf(problem->reason, sizeof problem->reason, "%s", reason);
}

/* Each parser notes in file order, so the first problem of all is at the head of one of them. */
static void merge_problems(dryad_report *report, const dryad_pipeline *pipeline)
{
  uint64_t next[DRYAD_MAX_THREADS] = {0};
  while (report->problem_count < DRYAD_MAX_PROBLEMS) {
    const dryad_noted *first = NULL;
    unsigned of = 0;
    for (unsigned t = 0; t < pipeline->threads; t++) {
      const dryad_parser *parser = &pipeline->parsers[t];
      if (next[t] == parser->noted_count) continue;
      const dryad_noted *noted = (const dryad_noted *)parser->noted.data + next[t];
      if (first && first->offset < noted->offset) continue;
      first = noted;
      of = t;
    }
    if (!first) return;
    next[of]++;
    dryad_report_add_problem(report, lines_before(pipeline, first->block) + first->line + 1, first->offset,
                             first->reason);
  }
}

/* Notes a file that changed while it was read, or an error at the end of a compressed stream. */
static void add_end_problems(dryad_report *report, const dryad_blocks *blocks)
{
  char reason[sizeof report->problems[0].reason];
  struct stat now;
  if (blocks->problem) {
    report->truncated = true;
    dryad_report_add_problem(report, report->lines, report->bytes, blocks->problem);
  }
  if (blocks->file < 0) return;
  if (report->bytes < blocks->size) {
    report->truncated = true;
    snprintf(reason, sizeof reason, "the file shrank from %llu to %llu bytes while it was read",
             (unsigned long long)blocks->size, (unsigned long long)report->bytes);
    dryad_report_add_problem(report, report->lines, report->bytes, reason);
  } else if (fstat(blocks->file, &now) == 0 && (uint64_t)now.st_size > blocks->size) {
    snprintf(reason, sizeof reason, "the file grew while it was read; only its first %llu bytes count",
             (unsigned long long)blocks->size);
    dryad_report_add_problem(report, report->lines, report->bytes, reason);
    report->complete = DRYAD_INCOMPLETE;
    snprintf(report->incomplete, sizeof report->incomplete, "it grew while it was read");
  }
}

void dryad_report_reading(dryad_report *report, const dryad_pipeline *pipeline)
{
  report->lines = lines_before(pipeline, pipeline->result_count);
  report->bytes = atomic_load(&pipeline->blocks->end);
  for (unsigned t = 0; t < pipeline->threads; t++) {
    const dryad_parser *parser = &pipeline->parsers[t];
    report->objects += parser->batch.count;
    report->bad_lines += parser->bad_lines;
    report->mended += parser->mended;
    report->lossy_lines += parser->lossy_lines;
    report->cut_texts += parser->cut_texts;
    report->cut_bytes += parser->cut_bytes;
    report->truncated |= parser->is_cut;
  }
  report->cut_bytes += pipeline->blocks->cut_off;
  merge_problems(report, pipeline);
  add_end_problems(report, pipeline->blocks);
}

void dryad_report_total(dryad_report *report)
{
  dryad_report_add_problem(report, report->lines, report->bytes,
                           "the sizes add up to 2^63 - 1 bytes or more, where totals stop");
}

dryad_status dryad_fail_no_dump(dryad_error *error, const char *path, const dryad_report *report,
                                const dryad_blocks *blocks)
{
  if (report->bytes == 0 && blocks->problem) return dryad_fail(error, DRYAD_FORMAT, "%s: %s", path, blocks->problem);
  if (report->bytes == 0) return dryad_fail(error, DRYAD_FORMAT, "%s: empty file", path);
  const char *plural = report->lines == 1 ? "" : "s";
  if (report->problem_count == 0)
    return dryad_fail(error, DRYAD_FORMAT, "%s: no object in %llu line%s: all are blank", path,
                      (unsigned long long)report->lines, plural);
  const dryad_problem *first = &report->problems[0];
  dryad_fail(error, DRYAD_FORMAT, "%s: no object in %llu line%s: line %llu: %s", path,
             (unsigned long long)report->lines, plural, (unsigned long long)first->line, first->reason);
  if (error) error->line = first->line, error->offset = first->offset;
  return DRYAD_FORMAT;
}

dryad_status dryad_fail_strict(dryad_error *error, const char *path, const dryad_report *report)
{
  const dryad_problem *first = &report->problems[0];
  dryad_fail(error, DRYAD_FORMAT, "%s:%llu: %s", path, (unsigned long long)first->line, first->reason);
  if (error) error->line = first->line, error->offset = first->offset;
  return DRYAD_FORMAT;
}
