/* SPDX-License-Identifier: MIT */
#include "sandbox/confinement.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/assert.h"
#include "base/error.h"
#include "sandbox/allowed_calls.h"
#include "scanner/shared/close_others.h"

enum { LINE = 256 }; /* bytes of a line of /proc/self/maps that are looked at */

/* Ctrl-C is for the parent, which ends this process. The limit of processor time must end it whatever was inherited. */
static void settle_signals(void)
{
  static const int fatal[] = {SIGXCPU, SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGTERM, SIGPIPE};
  struct sigaction action = {.sa_handler = SIG_IGN};
  sigset_t none;
  sigemptyset(&none);
  sigaction(SIGINT, &action, NULL);
  action.sa_handler = SIG_DFL;
  for (size_t i = 0; i < sizeof fatal / sizeof *fatal; i++) sigaction(fatal[i], &action, NULL);
  sigprocmask(SIG_SETMASK, &none, NULL);
}

static bool end_with(pid_t parent) { return prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) == 0 && getppid() == parent; }

/* Takes the right to write from one mapping if it is shared, given its line. */
static bool protect(const char *line)
{
  uint64_t start, end;
  char rights[5];
  if (sscanf(line, "%" SCNx64 "-%" SCNx64 " %4s", &start, &end, rights) != 3) return false;
  if (rights[1] != 'w' || rights[3] != 's') return true;
  return mprotect((void *)(uintptr_t)start, end - start, PROT_READ) == 0;
}

/* Spilled parts of a heap are files that the parent has mapped too. */
static bool protect_shared_memory(void)
{
  char line[LINE];
  FILE *maps = fopen("/proc/self/maps", "re");
  bool is_good = maps != NULL, is_start = true;
  while (is_good && fgets(line, sizeof line, maps)) {
    if (is_start) is_good = protect(line);
    is_start = strchr(line, '\n') != NULL;
  }
  if (maps) fclose(maps);
  return is_good;
}

static rlim_t lower(rlim_t a, rlim_t b) { return a < b ? a : b; }

/* Limits that are lower already stay. */
static bool limit(int resource, uint64_t soft, uint64_t hard)
{
  struct rlimit both;
  if (getrlimit((__rlimit_resource_t)resource, &both)) return false;
  both = (struct rlimit){lower(both.rlim_cur, soft), lower(both.rlim_max, hard)};
  return setrlimit((__rlimit_resource_t)resource, &both) == 0;
}

/* The bytes mapped now; 0: unknown. */
static uint64_t mapped(void)
{
  uint64_t pages = 0;
  FILE *file = fopen("/proc/self/statm", "re");
  if (!file) return 0;
  if (fscanf(file, "%" SCNu64, &pages) != 1) pages = 0;
  fclose(file);
  return pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

static bool limit_memory(uint64_t beyond)
{
  uint64_t now = mapped(), all;
  if (now == 0 || __builtin_add_overflow(now, beyond, &all)) return false;
  return limit(RLIMIT_AS, all, all);
}

/* The hard limit of processor time is for code that ignores the signal. */
static bool limit_resources(uint32_t seconds)
{
  return limit(RLIMIT_CPU, seconds, (uint64_t)seconds + 1) && limit(RLIMIT_CORE, 0, 0) && limit(RLIMIT_FSIZE, 0, 0) &&
         limit(RLIMIT_NPROC, 0, 0) && limit(RLIMIT_NOFILE, 0, 0);
}

dryad_status dryad_confine(const dryad_confinement *limits, int file, pid_t parent, dryad_error *error)
{
  DRYAD_ASSERT(limits->processor_seconds >= 1 && file >= 0);
  const char *refused = NULL;
  settle_signals();
  if (!end_with(parent))
    refused = "a process that ends with its parent";
  else if (!protect_shared_memory())
    refused = "protecting shared memory (is /proc there?)";
  else if (!limit_memory(limits->memory))
    refused = "the limit of memory";
  else if (!limit_resources(limits->processor_seconds))
    refused = "the limits of resources";
  dryad_close_others(&file, 1);
  if (!refused && (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)))
    refused = "giving up rights";
  if (!refused && !dryad_allow_calls(file)) refused = "the filter of system calls (seccomp)";
  return refused ? dryad_fail(error, DRYAD_IO, "the kernel does not allow %s: %m", refused) : DRYAD_OK;
}
