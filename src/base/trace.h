/* SPDX-License-Identifier: MIT */
/*
 * What the library does and decides, for whoever wants to see it: stages, with the time that they took, and decisions.
 *
 * There is one receiver in the process, set by dryad_trace_start (dryad.h, io/trace_log.c); this is the one thing that
 * Dryad keeps process-wide, since allocators and helper threads know no heap. Without a receiver a stage or decision
 * costs one branch, and its arguments are not evaluated. Traced from any thread; a child made by fork traces nothing.
 */
#ifndef DRYAD_BASE_TRACE_H
#define DRYAD_BASE_TRACE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/* A number, or a text if there is one. Texts may be anything; names are static strings. */
typedef struct dryad_trace_argument {
  const char *name; /* NULL: the end of an array of them */
  const char *text;
  uint64_t number;
} dryad_trace_argument;

enum { DRYAD_TRACE_ARGUMENTS = 8 }; /* at most, the end not counted */

typedef struct dryad_trace_event {
  const char *name;
  bool is_stage;
  uint64_t start;    /* nanoseconds of the monotonic clock */
  uint64_t duration; /* nanoseconds; of a decision 0 */
  int thread;        /* as the kernel numbers it */
  const dryad_trace_argument *arguments;
} dryad_trace_event;

/* Called for one event at a time, by the thread that it is of, at the end of a stage. What it does itself is not
   traced. Everything in the event lasts until it returns. */
typedef void (*dryad_trace_receiver)(void *context, const dryad_trace_event *event);

/* NULL: nobody is to receive any more. After the call the one before is not called again. */
void dryad_trace_set_receiver(dryad_trace_receiver receiver, void *context);

extern atomic_bool dryad_trace_flag;
static inline bool dryad_trace_is_on(void) { return atomic_load_explicit(&dryad_trace_flag, memory_order_relaxed); }

typedef struct dryad_trace_stage {
  const char *name;
  uint64_t start; /* 0: nobody wants to know */
} dryad_trace_stage;

uint64_t dryad_trace_now(void);
void dryad_trace_send_stage(const dryad_trace_stage *stage, const dryad_trace_argument *arguments);
void dryad_trace_send_decision(const char *name, const dryad_trace_argument *arguments);

/* A stage begins. It is to end on the same thread, after those that began later. */
static inline dryad_trace_stage dryad_trace_begin(const char *name)
{
  return (dryad_trace_stage){name, dryad_trace_is_on() ? dryad_trace_now() : 0};
}

/* DRYAD_TRACE_END(stage, {"bytes", .number = size}, ...): the stage is over. One argument at least. */
#define DRYAD_TRACE_END(stage, ...)                                                                                    \
  do {                                                                                                                 \
    if ((stage).start) dryad_trace_send_stage(&(stage), (const dryad_trace_argument[]){__VA_ARGS__, {0}});             \
  } while (0)

/* DRYAD_TRACE_DECISION("spill", {"folder", .text = folder}): what was decided, and why. */
#define DRYAD_TRACE_DECISION(name, ...)                                                                                \
  do {                                                                                                                 \
    if (dryad_trace_is_on()) dryad_trace_send_decision(name, (const dryad_trace_argument[]){__VA_ARGS__, {0}});        \
  } while (0)

#endif
