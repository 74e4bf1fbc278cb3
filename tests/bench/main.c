/*
 * The benchmark: each case several times, interleaved with its peer, medians and ratios as a table and
 * as JSON. Absolute times mean little on a machine that others use; ratios of one run do. Where a peer
 * answers what Dryad answers, the answers are compared too.
 *
 *   dryad_bench scale          how it goes on with the number of objects alone, see scale.h
 *   dryad_bench [DUMP ...]     plain, gzip or zstd; default: all of the folder $DRYAD_BENCH_DUMPS, else of
 *                              ../shared/dumps beside the checkout, else of tests/data; then scale
 */
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "analyses.h"
#include "compressed.h"
#include "formats/stream.h"
#include "loading.h"
#include "measure.h"
#include "scale.h"
#include "sql.h"
#include "table.h"

/* The dump as a plain file, whose pages are in the cache afterwards. */
static bool unpack(const char *path, const char *plain, uint64_t *size)
{
  static char buffer[1 << 20];
  dryad_error error = {0};
  dryad_stream *stream;
  const char *problem = NULL;
  size_t got;
  FILE *file = fopen(plain, "wb");
  if (!file || dryad_stream_open(&stream, path, NULL, NULL, &error)) {
    fprintf(stderr, "%s\n", file ? error.text : "cannot write into the temporary directory");
    if (file) fclose(file);
    return false;
  }
  *size = 0;
  bool ok = true;
  while (ok && !dryad_stream_read(stream, buffer, sizeof buffer, &got, &problem, &error) && got > 0) {
    ok = fwrite(buffer, 1, got, file) == got;
    *size += got;
  }
  dryad_stream_close(stream);
  return fclose(file) == 0 && ok && !problem;
}

static bool bench(const char *path)
{
  char plain[] = "/tmp/dryad-bench-XXXXXX";
  const char *slash = strrchr(path, '/');
  bench_dump dump = {.name = slash ? slash + 1 : path, .path = plain};
  int file = mkstemp(plain);
  if (file < 0) return false;
  close(file);
  bool ok = unpack(path, plain, &dump.size) && bench_loading(&dump) && bench_compressed(&dump) &&
            bench_analyses(&dump) && bench_sql(&dump);
  unlink(plain);
  if (!ok) fprintf(stderr, "%s: the benchmark failed\n", path);
  return ok;
}

static void find_dumps(glob_t *found)
{
  const char *folder = getenv("DRYAD_BENCH_DUMPS");
  char pattern[4096];
  snprintf(pattern, sizeof pattern, "%s/*.dump*", folder ? folder : "../shared/dumps");
  if (glob(pattern, 0, NULL, found) != 0) glob("tests/data/*.dump*", 0, NULL, found);
}

static bool bench_all(char **dumps, size_t count)
{
  for (size_t i = 0; i < count; i++)
    if (!bench(dumps[i])) return false;
  return count > 0;
}

int main(int argc, char **argv)
{
  glob_t found = {0};
  bool scale = argc == 2 && strcmp(argv[1], "scale") == 0, ok;
  if (argc < 2) find_dumps(&found);
  if (scale)
    ok = bench_scale();
  else
    ok = argc < 2 ? bench_all(found.gl_pathv, found.gl_pathc) && bench_scale() : bench_all(argv + 1, (size_t)argc - 1);
  table_write("build/bench.json");
  globfree(&found);
  return ok ? 0 : 1;
}
