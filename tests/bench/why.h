/* SPDX-License-Identifier: MIT */
/* `why`: three paths from roots to an object, for objects of many kinds. */
#ifndef BENCH_WHY_H
#define BENCH_WHY_H

#include <stdbool.h>

typedef struct why_seconds {
  double load;    /* of the dump, with two threads */
  double roots;   /* computing them, which the first why of a session does */
  double slowest; /* the slowest why, once roots are known */
  double mean;
} why_seconds;

/* A measured_run that returns why_seconds. Takes objects from all over the graph, those with the most
   referrers and those farthest from a root; fails if a first path is not a shortest one. */
bool why_run(const char *path, void *result);

#endif
