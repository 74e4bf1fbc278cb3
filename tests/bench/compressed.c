/* SPDX-License-Identifier: MIT */
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

/* Runs a program from PATH with its output to a file; false: it failed. */
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

typedef struct loaded {
  double seconds, peak; /* the peak in bytes of anonymous memory */
} loaded;

static bool run_load(const char *path, void *result)
{
  loaded *l = result;
  dryad_heap *heap;
  dryad_error error;
  dryad_load_options options = {.size = sizeof options, .threads = 2};
  double start = seconds_now();
  if (dryad_heap_load(&heap, path, &options, &error)) return session_failed(&error);
  *l = (loaded){seconds_now() - start, (double)anonymous_peak()};
  dryad_heap_free(heap);
  return true;
}

/* Medians. */
typedef struct figures {
  loaded packed, plain;
  double peer; /* seconds */
} figures;

static bool run_rounds(const bench_dump *dump, const char *packed, measured_run *peer, figures *f)
{
  double seconds[ROUNDS], plain_seconds[ROUNDS], peak[ROUNDS], plain_peak[ROUNDS], decompressed[ROUNDS];
  for (unsigned round = 0; round < ROUNDS; round++) {
    loaded from_packed, from_plain;
    if (!measure(run_load, packed, &from_packed, sizeof from_packed) ||
        !measure(run_load, dump->path, &from_plain, sizeof from_plain) ||
        !measure(peer, packed, &decompressed[round], sizeof *decompressed))
      return false;
    seconds[round] = from_packed.seconds;
    peak[round] = from_packed.peak;
    plain_seconds[round] = from_plain.seconds;
    plain_peak[round] = from_plain.peak;
  }
  f->packed = (loaded){median(seconds, ROUNDS), median(peak, ROUNDS)};
  f->plain = (loaded){median(plain_seconds, ROUNDS), median(plain_peak, ROUNDS)};
  f->peer = median(decompressed, ROUNDS);
  return true;
}

static bool with_packed(const bench_dump *dump, const char *program, measured_run *peer, figures *f)
{
  char packed[64];
  const char *const words[] = {program, "-c", dump->path, NULL};
  snprintf(packed, sizeof packed, "%s.packed", dump->path);
  bool ok = run_program(words, packed) && run_rounds(dump, packed, peer, f);
  unlink(packed);
  return ok;
}

bool bench_compressed(const bench_dump *dump)
{
  figures f;
  if (!with_packed(dump, "gzip", run_gzip, &f)) return false;
  row(dump, "load gzip, 2 threads / gzip -dc", f.packed.seconds / f.peer, "x", target_if_large(dump, 0.6));
  row(dump, "load gzip, peak of memory / that of plain", f.packed.peak / f.plain.peak, "x", target_if_large(dump, 1.1));
  if (!with_packed(dump, "zstd", run_zstd, &f)) return false;
  double longer = f.peer > f.plain.seconds ? f.peer : f.plain.seconds;
  row(dump, "load zstd, 2 threads / zstd -dc or a plain load", f.packed.seconds / longer, "x",
      target_if_large(dump, 1.3));
  row(dump, "load zstd, peak of memory / that of plain", f.packed.peak / f.plain.peak, "x", target_if_large(dump, 1.1));
  return true;
}
