/* SPDX-License-Identifier: MIT */
/* Moments in time, as nanoseconds of the monotonic clock. */
#ifndef DRYAD_ATTACH_DEADLINE_H
#define DRYAD_ATTACH_DEADLINE_H

#include <stdint.h>
#include <time.h>

#define DRYAD_MILLISECOND UINT64_C(1000000)
#define DRYAD_SECOND UINT64_C(1000000000)

static inline uint64_t dryad_now(void)
{
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * DRYAD_SECOND + (uint64_t)now.tv_nsec;
}

/* The time left until a deadline, at most `most`. */
static inline struct timespec dryad_time_left(uint64_t deadline, uint64_t most)
{
  uint64_t now = dryad_now(), left = deadline > now ? deadline - now : 0;
  if (left > most) left = most;
  return (struct timespec){(time_t)(left / DRYAD_SECOND), (long)(left % DRYAD_SECOND)};
}

#endif
