/* SPDX-License-Identifier: MIT */
/* SQL made at random, over the tables obj and ref. */
#ifndef DRYAD_TESTS_RANDOM_SQL_H
#define DRYAD_TESTS_RANDOM_SQL_H

#include "plain.h"

typedef struct maker {
  uint64_t *seed;
  dump_text *t;
  unsigned depth;     /* of the conditions and queries being written */
  unsigned next_name; /* of a table, so that names are unique */
  char scope[8][8];   /* names of tables in scope: o1 or r1 */
  unsigned scope_count;
} maker;

static const char *const obj_columns[] = {"address", "address",  "address", "type", "type",     "size",
                                          "size",    "value",    "name",    "len",  "num_refs", "num_parents",
                                          "idom",    "retained", "mark",    "repr", NULL};
static const char *const ref_columns[] = {"parent", "parent",   "parent", "child", "child",
                                          "child",  "position", "label",  NULL};
static const char *const comparisons[] = {"=", "=", "=", "==", "<", "<=", ">", ">=", "<>", "is", "is not", NULL};

static void make_condition(maker *m);
static void make_set(maker *m);

#define PUT(m, ...) text_add((m)->t, __VA_ARGS__)
static inline unsigned below(maker *m, unsigned n) { return random_below(m->seed, n); }

static inline void make_literal(maker *m)
{
  static const char *const others[] = {"null",
                                       "'dict'",
                                       "'str'",
                                       "'Thread'",
                                       "'thread'",
                                       "'5'",
                                       "5",
                                       "'05'",
                                       "''",
                                       "x'35'",
                                       "24",
                                       "24.0",
                                       "24.5",
                                       "'24'",
                                       "' 24 '",
                                       "'24x'",
                                       "'24.0'",
                                       "1e300",
                                       "-1e300",
                                       "9223372036854775807",
                                       "9223372036854775808",
                                       "-9223372036854775808",
                                       "cast('5' as text)",
                                       "cast(5 as int)",
                                       "cast('16' as blob)",
                                       "9007199254740993.0",
                                       "'O''x'",
                                       "-0.0",
                                       "0",
                                       "1",
                                       "16",
                                       "true",
                                       NULL};
  if (below(m, 2)) {
    PUT(m, "%s", one_of(m->seed, others));
    return;
  }
  int64_t address = odd_address(m->seed);
  unsigned form = below(m, 8);
  if (form == 0)
    PUT(m, "'%lld'", (long long)address);
  else if (form == 1)
    PUT(m, "%.17g", (double)address + 0.5);
  else if (address == INT64_MIN)
    PUT(m, "-9223372036854775808");
  else
    PUT(m, "%lld", (long long)address);
}

static inline const char *make_column(maker *m)
{
  const char *table = m->scope[below(m, m->scope_count)],
             *name = one_of(m->seed, *table == 'o' ? obj_columns : ref_columns);
  PUT(m, "%s.%s", table, name);
  return name;
}

static inline void make_value(maker *m)
{
  switch (below(m, 12)) {
  case 0:
  case 1:
  case 2:
  case 3: make_column(m); break;
  case 4:
    PUT(m, "(");
    make_column(m);
    PUT(m, " + %u)", below(m, 3));
    break;
  case 5:
    if (m->depth < 3) {
      static const char *const aggregates[] = {"max", "min", "count", NULL};
      PUT(m, "(select %s(", one_of(m->seed, aggregates));
      unsigned scope = m->scope_count;
      char name[8];
      bool is_obj = below(m, 2);
      snprintf(name, sizeof name, "%c%u", is_obj ? 'o' : 'r', ++m->next_name);
      strcpy(m->scope[m->scope_count++], name);
      PUT(m, "%s.%s) from %s %s where ", name, is_obj ? "address" : "child", is_obj ? "obj" : "ref", name);
      make_condition(m);
      PUT(m, ")");
      m->scope_count = scope;
      break;
    } /* fall through */
  default: make_literal(m);
  }
}

static inline void make_list(maker *m)
{
  unsigned count = below(m, 5);
  PUT(m, "(");
  for (unsigned i = 0; i < count; i++) {
    PUT(m, "%s", i ? ", " : "");
    make_literal(m);
  }
  PUT(m, ")");
}

/* A subquery of one column. */
static inline void make_set(maker *m)
{
  maker outer = *m;
  bool is_obj = below(m, 2);
  if (!below(m, 2)) m->scope_count = 0; /* it refers to its own tables only */
  const char *name = m->scope[m->scope_count++];
  snprintf(m->scope[m->scope_count - 1], sizeof m->scope[0], "%c%u", is_obj ? 'o' : 'r', ++m->next_name);
  PUT(m, "(select %s.%s from %s %s where ", name, one_of(m->seed, is_obj ? obj_columns : ref_columns),
      is_obj ? "obj" : "ref", name);
  make_condition(m);
  PUT(m, ")");
  memcpy(m->scope, outer.scope, sizeof m->scope);
  m->scope_count = outer.scope_count;
}

static inline void make_pair(maker *m)
{
  static const char *const pairs[] = {"parent, child", "child, parent", "parent, position", "child, position", NULL};
  const char *table = m->scope[below(m, m->scope_count)];
  if (*table == 'o') {
    PUT(m, "(%s.type, %s.address)", table, table);
  } else {
    char pair[32], *comma;
    strcpy(pair, one_of(m->seed, pairs));
    comma = strchr(pair, ',');
    *comma = '\0';
    PUT(m, "(%s.%s, %s.%s)", table, pair, table, comma + 2);
  }
  switch (below(m, 4)) {
  case 0:
    PUT(m, " %s (", one_of(m->seed, comparisons));
    make_literal(m);
    PUT(m, ", ");
    make_literal(m);
    PUT(m, ")");
    break;
  case 1:
    PUT(m, " in (values (");
    make_literal(m);
    PUT(m, ", ");
    make_literal(m);
    PUT(m, "), (");
    make_literal(m);
    PUT(m, ", ");
    make_literal(m);
    PUT(m, "))");
    break;
  case 2:
    if (*table == 'o')
      PUT(m, " in (select type, address from obj where size > 20)");
    else
      PUT(m, " %sin (select %s from ref where position < %u)", below(m, 4) ? "" : "not ", one_of(m->seed, pairs),
          below(m, 3));
    break;
  default:
    if (*table == 'o')
      PUT(m, " in (select type, idom from obj)");
    else
      PUT(m, " in (select address, num_refs from obj)");
  }
}

static inline void make_comparison(maker *m)
{
  static const char *const nots[] = {"", "", "not ", NULL}, *const collations[] = {"nocase", "binary", "rtrim", NULL};
  if (below(m, 8) == 0) {
    make_pair(m);
    return;
  }
  const char *column = make_column(m);
  switch (below(m, 10)) {
  case 0:
    PUT(m, " between ");
    make_value(m);
    PUT(m, " and ");
    make_value(m);
    break;
  case 1:
    PUT(m, " %sin ", one_of(m->seed, nots));
    make_list(m);
    break;
  case 2:
    PUT(m, " %sin ", one_of(m->seed, nots));
    /* If it walks a set of numbers, SQLite compares texts with them differently. */
    if (m->depth < 3 && strcmp(column, "type"))
      make_set(m);
    else
      make_list(m);
    break;
  case 3: PUT(m, " %slike '%s'", one_of(m->seed, nots), below(m, 2) ? "%t%" : "T%"); break;
  case 4: PUT(m, " is %snull", one_of(m->seed, nots)); break;
  case 5:
    PUT(m, " collate %s %s ", one_of(m->seed, collations), one_of(m->seed, comparisons));
    make_value(m);
    break;
  default: PUT(m, " %s ", one_of(m->seed, comparisons)); make_value(m);
  }
}

static inline void make_condition(maker *m)
{
  static const char *const joints[] = {" and ", " or ", NULL};
  if (m->scope_count >= 6 || ++m->depth > 4) {
    PUT(m, "1");
    if (m->scope_count < 6) m->depth--;
    return;
  }
  unsigned parts = 1 + (below(m, 3) == 0);
  const char *joint = one_of(m->seed, joints);
  for (unsigned i = 0; i < parts; i++) {
    PUT(m, "%s", i ? joint : "");
    switch (below(m, 8)) {
    case 0:
      PUT(m, "not (");
      make_comparison(m);
      PUT(m, ")");
      break;
    case 1:
      PUT(m, "(");
      make_condition(m);
      PUT(m, ")");
      break;
    case 2:
      if (m->depth < 3) {
        PUT(m, "%sexists ", below(m, 3) ? "" : "not ");
        make_set(m);
        break;
      } /* fall through */
    default: make_comparison(m);
    }
  }
  m->depth--;
}

/* ---- queries ------------------------------------------------------------------------------------ */

static inline const char *direction(maker *m) { return below(m, 2) ? " desc" : ""; }

static inline void make_limit(maker *m)
{
  if (below(m, 2))
    PUT(m, " limit %u", below(m, 8));
  else
    PUT(m, " limit -1");
  if (below(m, 2)) PUT(m, " offset %u", below(m, 4));
}

static inline void make_where(maker *m)
{
  if (below(m, 6) == 0) return;
  PUT(m, " where ");
  make_condition(m);
}

/* A query of one table, in a total order. */
static inline bool make_ordered(maker *m)
{
  static const char *const obj_keys[] = {"",    "",     "type", "type", "size", "value", "type collate nocase",
                                         "len", "idom", "name", NULL};
  static const char *const ref_keys[] = {"child", "child", "child", "label", "position", NULL};
  bool is_obj = below(m, 2);
  strcpy(m->scope[m->scope_count++], is_obj ? "o1" : "r1");
  m->next_name = 1;
  PUT(m, "select %s from %s", is_obj ? "address, type, size, value" : "parent, position, child",
      is_obj ? "obj o1" : "ref r1");
  make_where(m);
  const char *key = one_of(m->seed, is_obj ? obj_keys : ref_keys);
  PUT(m, " order by ");
  if (is_obj) {
    if (*key) PUT(m, "%s%s%s, ", key, direction(m), below(m, 5) ? "" : " nulls last");
    PUT(m, "address%s", direction(m));
  } else {
    if (below(m, 2)) PUT(m, "%s%s, ", key, direction(m));
    PUT(m, "parent%s, ", direction(m));
    PUT(m, "position%s", direction(m));
  }
  if (below(m, 2)) make_limit(m);
  return true;
}

static inline bool make_grouped(maker *m)
{
  static const char *const obj_keys[] = {"type",  "type",       "size",          "len",  "address",
                                         "value", "type, size", "address, type", "idom", NULL};
  static const char *const ref_keys[] = {"parent",        "child", "child",           "position", "parent, child",
                                         "child, parent", "label", "child, position", NULL};
  bool is_obj = below(m, 2);
  const char *key = one_of(m->seed, is_obj ? obj_keys : ref_keys);
  strcpy(m->scope[m->scope_count++], is_obj ? "o1" : "r1");
  m->next_name = 1;
  if (below(m, 4) == 0) {
    PUT(m, "select distinct %s from %s", key, is_obj ? "obj o1" : "ref r1");
    make_where(m);
  } else {
    PUT(m, "select %s, count(*), %s from %s", key,
        is_obj ? "min(address), max(size), count(distinct type)" : "min(parent), max(child), sum(position)",
        is_obj ? "obj o1" : "ref r1");
    make_where(m);
    PUT(m, " group by %s", key);
    if (below(m, 4) == 0) PUT(m, " having count(*) > %u", below(m, 3));
  }
  bool is_ordered = below(m, 2) && !strchr(key, ',');
  if (is_ordered) PUT(m, " order by %s%s", key, direction(m));
  if (is_ordered && below(m, 2)) make_limit(m);
  return is_ordered;
}

static inline bool make_joined(maker *m)
{
  static const char *const joins[] = {"o1.address = r2.parent", "o1.address = r2.child",
                                      "r2.child = o1.address and r2.parent > 3", NULL};
  static const char *const nexts[] = {"o3.address = r2.child",   "o3.address = r2.parent",
                                      "o3.idom = o1.address",    "o3.type = o1.type",
                                      "o3.type = o1.size",       "o3.address in (r2.child, r2.parent)",
                                      "o3.address > o1.address", NULL};
  static const char *const kinds[] = {"join", "join", "left join", "cross join", NULL};
  unsigned tables = 2 + below(m, 2);
  PUT(m, "select o1.address, r2.parent, r2.position%s from obj o1 ", tables == 3 ? ", o3.address, o3.type" : "");
  PUT(m, "%s ref r2 on %s", one_of(m->seed, kinds), one_of(m->seed, joins));
  strcpy(m->scope[m->scope_count++], "o1");
  strcpy(m->scope[m->scope_count++], "r2");
  m->next_name = 3;
  if (tables == 3) {
    PUT(m, " %s obj o3 on %s", one_of(m->seed, kinds), one_of(m->seed, nexts));
    strcpy(m->scope[m->scope_count++], "o3");
  }
  if (below(m, 3) == 0) {
    PUT(m, " and ");
    m->depth += 2;
    make_condition(m);
    m->depth -= 2;
  }
  m->depth += 1;
  make_where(m);
  m->depth -= 1;
  if (below(m, 3)) return false;
  if (below(m, 2))
    PUT(m, " order by o1.address%s, ", direction(m));
  else
    PUT(m, " order by r2.parent%s, ", direction(m));
  PUT(m, "%s", tables == 3 ? "1, 2, 3, 4, 5" : "1, 2, 3");
  make_limit(m);
  return true;
}

static inline bool make_compound(maker *m)
{
  static const char *const kinds[] = {"union", "union all", "except", "intersect", NULL};
  m->next_name = 1;
  make_set(m);
  char *open = memchr(m->t->data, '(', m->t->length);
  *open = ' ';
  m->t->data[m->t->length - 1] = ' ';
  PUT(m, "%s ", one_of(m->seed, kinds));
  size_t at = m->t->length;
  make_set(m);
  m->t->data[at] = ' ';
  m->t->data[m->t->length - 1] = ' ';
  if (below(m, 2) == 0) return false;
  PUT(m, "order by 1%s", direction(m));
  make_limit(m);
  return true;
}

static inline bool make_windowed(maker *m)
{
  static const char *const obj_windows[] = {"row_number() over (order by address desc)",
                                            "count(*) over (partition by type order by address)",
                                            "lag(size) over (partition by type order by address desc)",
                                            "rank() over (order by size)",
                                            "sum(size) over (order by address)",
                                            NULL};
  static const char *const ref_windows[] = {
      "row_number() over (partition by child order by parent, position)", "count(*) over (partition by parent)",
      "lead(child) over (order by parent, position)", "dense_rank() over (order by child)", NULL};
  bool is_obj = below(m, 2);
  strcpy(m->scope[m->scope_count++], is_obj ? "o1" : "r1");
  m->next_name = 1;
  PUT(m, "select %s, %s from %s", is_obj ? "address" : "parent, position",
      one_of(m->seed, is_obj ? obj_windows : ref_windows), is_obj ? "obj o1" : "ref r1");
  make_where(m);
  return false;
}

/* Any query; returns whether the order of its rows is determined. */
static inline bool make_query(uint64_t *seed, dump_text *t)
{
  maker m = {.seed = seed, .t = t};
  bool is_ordered;
  switch (random_below(seed, 8)) {
  case 0:
  case 1:
  case 2: is_ordered = make_ordered(&m); break;
  case 3: is_ordered = make_grouped(&m); break;
  case 4:
  case 5: is_ordered = make_joined(&m); break;
  case 6: is_ordered = make_compound(&m); break;
  default: is_ordered = make_windowed(&m);
  }
  text_add_bytes(t, "", 1);
  return is_ordered;
}

#endif
