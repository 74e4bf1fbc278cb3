/* SPDX-License-Identifier: MIT */
#include "close_others.h"

#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { MOST = 1 << 20 }; /* descriptors tried where the kernel lacks close_range and the limit may be a billion */

static void close_range_of(unsigned first, unsigned last)
{
  if (first > last) return;
#ifdef SYS_close_range
  if (syscall(SYS_close_range, first, last, 0) == 0) return;
#endif
  struct rlimit limit;
  unsigned end = getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < MOST ? (unsigned)limit.rlim_cur : MOST;
  for (unsigned file = first; file <= last && file < end; file++) close((int)file);
}

/* The lowest kept descriptor >= `next`; -1: none. */
static int lowest_from(unsigned next, const int *kept, int count)
{
  int lowest = -1;
  for (int i = 0; i < count; i++)
    if (kept[i] >= 0 && (unsigned)kept[i] >= next && (lowest < 0 || kept[i] < lowest)) lowest = kept[i];
  return lowest;
}

void dryad_close_others(const int *kept, int count)
{
  unsigned next = 0;
  for (int stays; (stays = lowest_from(next, kept, count)) >= 0; next = (unsigned)stays + 1)
    if ((unsigned)stays > next) close_range_of(next, (unsigned)stays - 1);
  close_range_of(next, ~0u);
}
