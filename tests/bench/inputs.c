/* SPDX-License-Identifier: MIT */
#include "inputs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "generate.h"
#include "io/stream.h"

enum { SEED = 6 };

const char *bench_folder(void)
{
  const char *given = getenv("TMPDIR");
  return given && *given ? given : "/tmp";
}

/* Creates an empty temporary file; NULL: failed. */
static FILE *create(bench_input *out, const char *name)
{
  snprintf(out->name, sizeof out->name, "%s", name);
  int length = snprintf(out->path, sizeof out->path, "%s/dryad-bench-XXXXXX", bench_folder());
  int number = length < (int)sizeof out->path ? mkstemp(out->path) : -1;
  FILE *file = number >= 0 ? fdopen(number, "wb") : NULL;
  if (!file) fprintf(stderr, "%s: cannot create a temporary file\n", out->path);
  return file;
}

/* Finishes writing; an incomplete file is not usable as input. */
static bool settle(bench_input *out, FILE *file, bool ok)
{
  struct stat facts = {0};
  ok = fclose(file) == 0 && ok && stat(out->path, &facts) == 0;
  if (!ok) {
    fprintf(stderr, "%s: cannot be written as a temporary file\n", out->name);
    bench_input_close(out);
    return false;
  }
  out->dump = (bench_dump){.name = out->name, .path = out->path, .size = (uint64_t)facts.st_size};
  return true;
}

static bool unpack(FILE *file, const char *path)
{
  static char buffer[1 << 20];
  dryad_error error = {0};
  dryad_stream *stream;
  const char *problem = NULL;
  size_t got = 1;
  bool ok = !dryad_stream_open(&stream, path, NULL, NULL, &error);
  if (ok) {
    while (ok && got > 0)
      ok = !dryad_stream_read(stream, buffer, sizeof buffer, &got, &problem, &error) && !problem &&
           fwrite(buffer, 1, got, file) == got;
    dryad_stream_close(stream);
  }
  if (!ok) fprintf(stderr, "%s\n", problem ? problem : error.text);
  return ok;
}

bool bench_input_open(bench_input *out, const char *path)
{
  const char *slash = strrchr(path, '/');
  FILE *file = create(out, slash ? slash + 1 : path);
  return file && settle(out, file, unpack(file, path));
}

bool bench_input_generate(bench_input *out, uint64_t objects)
{
  FILE *file = create(out, "generated");
  return file && settle(out, file, generate_dump(file, objects, SEED));
}

void bench_input_close(bench_input *input) { unlink(input->path); }
