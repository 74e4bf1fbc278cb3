/* SPDX-License-Identifier: MIT */
#include "measure.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

bool measure(measured_run *run, const char *path, void *result, size_t size)
{
  int ends[2], status = 1;
  if (pipe(ends) != 0) return false;
  pid_t child = fork();
  if (child == 0) {
    memset(result, 0, size);
    bool ok = run(path, result) && write(ends[1], result, size) == (ssize_t)size;
    _exit(ok ? 0 : 1);
  }
  close(ends[1]);
  bool ok = child > 0 && read(ends[0], result, size) == (ssize_t)size;
  close(ends[0]);
  return child > 0 && waitpid(child, &status, 0) == child && status == 0 && ok;
}

double seconds_now(void)
{
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* A line of /proc/self/status, in bytes; 0 where there is none. */
static uint64_t status_bytes(const char *name)
{
  char line[256];
  unsigned long long kilobytes = 0;
  FILE *file = fopen("/proc/self/status", "r");
  while (file && fgets(line, sizeof line, file))
    if (strncmp(line, name, strlen(name)) == 0) sscanf(line + strlen(name), ": %llu", &kilobytes);
  if (file) fclose(file);
  return kilobytes * 1024;
}

uint64_t anonymous_bytes(void) { return status_bytes("RssAnon"); }
uint64_t anonymous_peak(void) { return status_bytes("VmHWM") - status_bytes("RssFile"); }

bool anonymous_peak_restart(void)
{
  FILE *file = fopen("/proc/self/clear_refs", "w");
  if (!file) return false;
  bool ok = fputs("5", file) >= 0;
  return fclose(file) == 0 && ok;
}

static int compare(const void *a, const void *b)
{
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

double median(double *values, size_t count)
{
  qsort(values, count, sizeof *values, compare);
  return values[count / 2];
}
