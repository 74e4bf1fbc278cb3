/* SPDX-License-Identifier: MIT */
#include "sql.h"

#include <string.h>

#include "script.h"
#include "table.h"

/* With the names of sql.lua; seconds. */
static const char *const names[] = {"load",
                                    "first_answer",
                                    "group",
                                    "plain_group",
                                    "inside",
                                    "plain_inside",
                                    "export",
                                    "json_rows",
                                    "csv_rows",
                                    "address_mean",
                                    "address_slowest",
                                    "children_mean",
                                    "children_slowest",
                                    "parents_mean",
                                    "parents_slowest"};
enum { NAMES = sizeof names / sizeof *names };

typedef struct figures {
  double seconds[NAMES];
} figures;

static double get(const figures *f, const char *name)
{
  for (size_t i = 0; i < NAMES; i++)
    if (strcmp(names[i], name) == 0) return f->seconds[i];
  return 0;
}

static bool run(const char *path, void *result)
{
  return script_run("tests/bench/sql.lua", path, names, NAMES, ((figures *)result)->seconds);
}

bool bench_sql(const bench_dump *dump)
{
  figures f;
  if (!measure(run, dump->path, &f, sizeof f)) return false;
  row(dump, "read to the first rows of a query / load", get(&f, "first_answer") / get(&f, "load"), "x",
      target_if_large(dump, 1.2));
  row(dump, "SQL, group by type / SQLite on plain tables", get(&f, "group") / get(&f, "plain_group"), "x",
      target_if_large(dump, 0.7));
  row(dump, "SQL, children of a type's objects / SQLite with indexes", get(&f, "inside") / get(&f, "plain_inside"), "x",
      target_if_large(dump, 1.0));
  row(dump, "all objects as rows of JSON / load", get(&f, "json_rows") / get(&f, "load"), "x",
      target_if_large(dump, 4));
  row(dump, "all objects as rows of CSV / load", get(&f, "csv_rows") / get(&f, "load"), "x", target_if_large(dump, 4));
  row(dump, "SQL, object by address, the slowest", get(&f, "address_slowest") * 1e3, "ms", 1);
  row(dump, "SQL, children of an object, the slowest", get(&f, "children_slowest") * 1e3, "ms", 1);
  row(dump, "SQL, parents of an object, the slowest", get(&f, "parents_slowest") * 1e3, "ms", 1);
  row(dump, "SQL, object by address, the mean", get(&f, "address_mean") * 1e3, "ms", 0);
  row(dump, "SQL, children of an object, the mean", get(&f, "children_mean") * 1e3, "ms", 0);
  row(dump, "SQL, parents of an object, the mean", get(&f, "parents_mean") * 1e3, "ms", 0);
  row(dump, "SQL, group by type", get(&f, "group"), "s", 0);
  row(dump, "SQLite on plain tables, group by type", get(&f, "plain_group"), "s", 0);
  row(dump, "export to plain tables with indexes", get(&f, "export"), "s", 0);
  return true;
}
