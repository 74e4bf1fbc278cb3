/* SPDX-License-Identifier: MIT */
#include "formats/meliae/memory_watch.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/error.h"
#include "base/free_memory.h"
#include "base/progress.h"

#define INTERVAL (20 * UINT64_C(1000000)) /* nanoseconds */
static uint64_t now(void)
{
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_nsec;
}

void dryad_memory_watch_init(dryad_memory_watch *watch, const char *dump, const dryad_load_options *options)
{
  *watch = (dryad_memory_watch){.root = "",
                                .dump = dump,
                                .max_memory = options->max_memory,
                                .spills = options->spill != NULL,
                                .progress = options->progress};
  watch->before = dryad_memory_taken(watch->root);
}

/* ---- the sentence ------------------------------------------------------------------------------- */

typedef struct size_text {
  char text[24];
} size_text;

static size_text size_of(double bytes)
{
  static const char *const units[] = {"B", "KiB", "MiB", "GiB", "TiB", "PiB"};
  size_text size;
  unsigned unit = 0;
  for (; bytes >= 1023.95 && unit + 1 < sizeof units / sizeof *units; unit++) bytes /= 1024;
  snprintf(size.text, sizeof size.text, "%.*f%s", unit > 0, bytes, units[unit]);
  return size;
}

/* `allowed`: a clause that names the limit. */
static dryad_status fail(const dryad_memory_watch *watch, uint64_t taken, uint64_t more, const char *allowed,
                         dryad_error *error)
{
  char estimate[80] = "", wanted[40] = "";
  if (watch->read > 0 && watch->read < 1)
    snprintf(estimate, sizeof estimate, " for the first %.0f%%, so all would take about %s", 100 * watch->read,
             size_of((double)taken / watch->read).text);
  if (more) snprintf(wanted, sizeof wanted, " and needs %s more", size_of((double)more).text);
  return dryad_fail(error, DRYAD_LIMIT,
                    "%.200s: does not fit in memory: it has taken %s%s%s; %s. %s--max-memory SIZE "
                    "(max_memory) sets another limit",
                    watch->dump, size_of((double)taken).text, wanted, estimate, allowed,
                    watch->spills ? "" : "--spill DIR (spill) keeps it on a disk; ");
}

/* ---- asking ------------------------------------------------------------------------------------- */

typedef struct figures {
  uint64_t taken;           /* bytes, since it began */
  dryad_free_memory memory; /* not asked where there is a limit of the caller's */
} figures;

static figures ask(const dryad_memory_watch *watch)
{
  figures f = {.taken = dryad_memory_taken(watch->root)};
  f.taken = f.taken > watch->before ? f.taken - watch->before : 0;
  if (!watch->max_memory) dryad_free_memory_ask(&f.memory, watch->root);
  return f;
}

static dryad_status judge(const dryad_memory_watch *watch, const figures *f, uint64_t more, dryad_error *error)
{
  char allowed[160];
  if (watch->max_memory) {
    if (f->taken <= watch->max_memory && more <= watch->max_memory - f->taken) return DRYAD_OK;
    snprintf(allowed, sizeof allowed, "it may take %s", size_of((double)watch->max_memory).text);
    return fail(watch, f->taken, more, allowed, error);
  }
  /* Where hardly any memory is left anyway, a small dump still fits. */
  bool is_small = f->taken <= f->memory.free && more <= f->memory.free - f->taken;
  if (is_small || dryad_free_memory_suffices(&f->memory, more)) return DRYAD_OK;
  snprintf(allowed, sizeof allowed, "%s of %s are left%s%.80s", size_of((double)f->memory.free).text,
           size_of((double)f->memory.total).text, *f->memory.group ? " in the " : "", f->memory.group);
  return fail(watch, f->taken, more, allowed, error);
}

dryad_status dryad_memory_watch_check(const dryad_memory_watch *watch, uint64_t more, dryad_error *error)
{
  const figures there = ask(watch);
  return judge(watch, &there, more, error);
}

/* ---- the estimate ------------------------------------------------------------------------------- */

#define READ_ENOUGH 0.05 /* the part of a dump from which on the rest is estimated */

/* Whether the rest, if it takes as much as what was read, exceeds what there is. */
static bool seems_too_large(const dryad_memory_watch *watch, const figures *f)
{
  if (watch->spills || watch->read < READ_ENOUGH || watch->read >= 1) return false;
  const double taken = (double)f->taken, rest = taken / watch->read - taken;
  return rest > (watch->max_memory ? (double)watch->max_memory - taken : (double)f->memory.free);
}

/* The stage, and the warning with it. */
static const char *told(const dryad_memory_watch *watch, const char *stage)
{
  return watch->is_tight ? "reading; may not fit in memory, see --spill" : stage;
}

static bool report(void *context, const char *stage, uint64_t done, uint64_t total)
{
  dryad_memory_watch *watch = context;
  const uint64_t time = now();
  if (time >= watch->next_time) {
    const bool is_reading = strcmp(stage, "reading") == 0;
    if (is_reading) watch->read = total ? (double)done / (double)total : 0;
    const figures there = ask(watch);
    watch->is_tight = is_reading && seems_too_large(watch, &there);
    watch->has_failed = judge(watch, &there, 0, &watch->error) != DRYAD_OK;
    watch->next_time = time + INTERVAL;
  }
  return !watch->has_failed && !dryad_progress_tell(&watch->progress, told(watch, stage), done, total);
}

dryad_progress dryad_memory_watch_progress(dryad_memory_watch *watch)
{
  return (dryad_progress){.report = report, .context = watch};
}

dryad_status dryad_memory_watch_explain(const dryad_memory_watch *watch, dryad_status status, dryad_error *error)
{
  if (status != DRYAD_CANCELLED || !watch->has_failed) return status;
  if (error) *error = watch->error;
  return DRYAD_LIMIT;
}
