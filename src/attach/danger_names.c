/* SPDX-License-Identifier: MIT */
#include "attach/danger_names.h"

#include <string.h>

typedef struct rule {
  const char *name; /* without its leading underscores */
  bool whole;       /* otherwise, names that begin with it match too */
  dryad_danger danger;
} rule;

/* Not clone or start_thread: they are at the base of every thread's stack. */
static const rule rules[] = {
    {"vfork", false, DRYAD_DANGER_FORK},
    {"fork", false, DRYAD_DANGER_FORK},
    {"Fork", false, DRYAD_DANGER_FORK},
    {"libc_fork", false, DRYAD_DANGER_FORK},
    {"libc_vfork", false, DRYAD_DANGER_FORK},
    {"posix_spawn", false, DRYAD_DANGER_FORK},
    {"register_atfork", false, DRYAD_DANGER_FORK},
    {"pthread_atfork", false, DRYAD_DANGER_FORK},
    {"dl", false, DRYAD_DANGER_LOADER},
    {"libc_dl", false, DRYAD_DANGER_LOADER},
    {"tls_get_addr", false, DRYAD_DANGER_LOADER},
    {"rtld_", false, DRYAD_DANGER_LOADER},
    {"pthread_create", false, DRYAD_DANGER_THREAD},
    {"pthread_exit", false, DRYAD_DANGER_THREAD},
    {"exit", true, DRYAD_DANGER_EXIT},
    {"quick_exit", true, DRYAD_DANGER_EXIT},
    {"on_exit", true, DRYAD_DANGER_EXIT},
    {"at_quick_exit", true, DRYAD_DANGER_EXIT},
    {"run_exit_handlers", false, DRYAD_DANGER_EXIT},
    {"abort", false, DRYAD_DANGER_EXIT},
    {"cxa_atexit", false, DRYAD_DANGER_EXIT},
    {"cxa_thread_atexit", false, DRYAD_DANGER_EXIT},
    {"cxa_finalize", false, DRYAD_DANGER_EXIT},
};

static const char *const standard[] = {
    "malloc",   "free",          "calloc",         "realloc",
    "memalign", "aligned_alloc", "posix_memalign", "valloc",
    "pvalloc",  "malloc_trim",   "mallopt",        "malloc_info",
    "mallinfo", "mallinfo2",     "malloc_stats",   "malloc_usable_size",
};

static const char *const more[] = {"cfree",   "reallocarray", "mallocx",  "rallocx", "xallocx",
                                   "sallocx", "dallocx",      "sdallocx", "nallocx", "mallctl"};
static const char *const starts[] = {"je_", "mi_", "tc_", "jemalloc", "tcmalloc", "mimalloc", "sn_"};
static const char *const files[] = {"jemalloc", "tcmalloc", "mimalloc", "libhoard", "snmalloc"};

static bool begins(const char *name, const char *start) { return !strncmp(name, start, strlen(start)); }

static bool is_one_of(const char *name, const char *const *names, size_t count)
{
  for (size_t i = 0; i < count; i++)
    if (!strcmp(name, names[i])) return true;
  return false;
}

dryad_danger dryad_danger_of_function(const char *name)
{
  name += strspn(name, "_");
  for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
    if (rules[i].whole ? !strcmp(name, rules[i].name) : begins(name, rules[i].name)) return rules[i].danger;
  return DRYAD_DANGER_NONE;
}

bool dryad_is_malloc(const char *name) { return is_one_of(name, standard, sizeof standard / sizeof *standard); }

bool dryad_is_private_malloc(const char *name)
{
  name += strspn(name, "_");
  return !strcmp(name, "default_morecore") || !strcmp(name, "morecore") || begins(name, "malloc_");
}

bool dryad_is_any_malloc(const char *name)
{
  if (dryad_is_malloc(name) || is_one_of(name, more, sizeof more / sizeof *more)) return true;
  for (size_t i = 0; i < sizeof starts / sizeof *starts; i++)
    if (begins(name, starts[i])) return true;
  return false;
}

bool dryad_is_allocator_file(const char *base_name)
{
  for (size_t i = 0; i < sizeof files / sizeof *files; i++)
    if (strstr(base_name, files[i])) return true;
  return false;
}
