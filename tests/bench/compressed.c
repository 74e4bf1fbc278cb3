#include "compressed.h"

#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "session.h"
#include "table.h"

enum { ROUNDS = 5 };

extern char **environ;

/* Runs a program found in PATH with its output into a file; false: it failed. */
static bool run_program(const char *const *words, const char *output)
{
  posix_spawn_file_actions_t actions;
  pid_t child;
  int status = 1;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, output, O_WRONLY | O_CREAT | O_TRUNC, 0600);
  int problem = posix_spawnp(&child, words[0], &actions, NULL, (char *const *)(const void *)words, environ);
  posix_spawn_file_actions_destroy(&actions);
  bool ok = problem == 0 && waitpid(child, &status, 0) == child && status == 0;
  if (!ok) fprintf(stderr, "%s cannot be run, or failed\n", words[0]);
  return ok;
}

static bool decompress(const char *program, const char *path, void *seconds)
{
  const char *const words[] = {program, "-dc", path, NULL};
  double start = seconds_now();
  if (!run_program(words, "/dev/null")) return false;
  *(double *)seconds = seconds_now() - start;
  return true;
}

static bool run_gzip(const char *path, void *seconds) { return decompress("gzip", path, seconds); }
static bool run_zstd(const char *path, void *seconds) { return decompress("zstd", path, seconds); }

static bool run_load(const char *path, void *seconds)
{
  dryad_heap *heap;
  dryad_error error;
  dryad_load_options options = {.threads = 2};
  double start = seconds_now();
  if (dryad_heap_load(&heap, path, &options, &error)) return session_failed(&error);
  *(double *)seconds = seconds_now() - start;
  dryad_heap_free(heap);
  return true;
}

typedef struct times {
  double load, plain, peer; /* medians, in seconds */
} times;

static bool run_rounds(const bench_dump *dump, const char *packed, measured_run *peer, times *t)
{
  double load[ROUNDS], plain[ROUNDS], decompressed[ROUNDS];
  for (unsigned round = 0; round < ROUNDS; round++)
    if (!measure(run_load, packed, &load[round], sizeof *load) ||
        !measure(run_load, dump->path, &plain[round], sizeof *plain) ||
        !measure(peer, packed, &decompressed[round], sizeof *decompressed))
      return false;
  *t = (times){median(load, ROUNDS), median(plain, ROUNDS), median(decompressed, ROUNDS)};
  return true;
}

static bool with_packed(const bench_dump *dump, const char *program, measured_run *peer, times *t)
{
  char packed[64];
  const char *const words[] = {program, "-c", dump->path, NULL};
  snprintf(packed, sizeof packed, "%s.packed", dump->path);
  bool ok = run_program(words, packed) && run_rounds(dump, packed, peer, t);
  unlink(packed);
  return ok;
}

bool bench_compressed(const bench_dump *dump)
{
  times t;
  if (!with_packed(dump, "gzip", run_gzip, &t)) return false;
  row(dump, "load gzip, 2 threads / gzip -dc", t.load / t.peer, "x", target_if_large(dump, 0.6));
  if (!with_packed(dump, "zstd", run_zstd, &t)) return false;
  double longer = t.peer > t.plain ? t.peer : t.plain;
  row(dump, "load zstd, 2 threads / zstd -dc or a plain load", t.load / longer, "x", target_if_large(dump, 1.3));
  return true;
}
