/* SPDX-License-Identifier: MIT */
/*
 * The benchmark: each case several times, interleaved with its peer, medians and ratios as a table and
 * as JSON. Absolute times mean little on a shared machine; ratios within one run are meaningful. Where a
 * peer answers the same question as Dryad, the answers are compared too.
 *
 *   dryad_bench scale          only the scaling with the number of objects, see scale.h
 *   dryad_bench [DUMP ...]     plain, gzip or zstd; default: a generated dump of $DRYAD_BENCH_OBJECTS
 *                              objects (2 million), and all dumps in the folder $DRYAD_BENCH_DUMPS, else in
 *                              ../shared/dumps beside the checkout; then scale
 *
 * The table is written to build/bench.json. Copied to tests/bench/figures.json, it becomes the baseline of
 * later runs.
 */
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analyses.h"
#include "compressed.h"
#include "figures.h"
#include "indexes.h"
#include "inputs.h"
#include "loading.h"
#include "loops.h"
#include "scale.h"
#include "shapes.h"
#include "sql.h"
#include "table.h"

static bool bench(bench_input *input)
{
  const bench_dump *dump = &input->dump;
  bool ok = bench_loading(dump) && bench_compressed(dump) && bench_indexes(dump) && bench_analyses(dump) &&
            bench_sql(dump) && bench_loops(dump);
  if (!ok) fprintf(stderr, "%s: the benchmark failed\n", input->name);
  return ok;
}

static bool bench_file(const char *path)
{
  bench_input input;
  if (!bench_input_open(&input, path)) return false;
  bool ok = bench(&input);
  bench_input_close(&input);
  return ok;
}

/* Any JSON library can rewrite the lines of the generated dump, but not all lines of real dumps. */
static bool bench_generated(void)
{
  bench_input input;
  const char *objects = getenv("DRYAD_BENCH_OBJECTS");
  if (!bench_input_generate(&input, objects ? strtoull(objects, NULL, 10) : 2000000)) return false;
  bool ok = bench(&input) && bench_shapes(&input.dump);
  bench_input_close(&input);
  return ok;
}

static void find_dumps(glob_t *found)
{
  const char *folder = getenv("DRYAD_BENCH_DUMPS");
  char pattern[4096];
  snprintf(pattern, sizeof pattern, "%s/*.dump*", folder ? folder : "../shared/dumps");
  glob(pattern, 0, NULL, found);
}

int main(int argc, char **argv)
{
  glob_t found = {0};
  bool given = argc > 1, scale = argc == 2 && strcmp(argv[1], "scale") == 0;
  if (!given) find_dumps(&found);
  char **dumps = given ? argv + 1 : found.gl_pathv;
  size_t count = scale ? 0 : given ? (size_t)argc - 1 : found.gl_pathc;
  bool ok = figures_read("tests/bench/figures.json") && (given || bench_generated());
  for (size_t i = 0; i < count && ok; i++) ok = bench_file(dumps[i]);
  if (ok && (scale || !given)) ok = bench_scale();
  table_write("build/bench.json");
  figures_free();
  globfree(&found);
  return ok ? 0 : 1;
}
