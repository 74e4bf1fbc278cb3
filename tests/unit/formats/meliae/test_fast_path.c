/* SPDX-License-Identifier: MIT */
/* The same objects in canonical and in any other form, from files, callbacks and compressed streams, on one thread and
   on several, give the same heap: that of the facts from which they were written. */
#include <pthread.h>
#include <zlib.h>
#include <zstd.h>

#include "feed.h"
#include "same_graph.h"

/* ---- random facts ------------------------------------------------------------------------------- */

enum { OBJECTS = 24000, MAX_REFS = 40, FIRST_ADDRESS = 1 << 20 };

typedef struct fact {
  char type[40], name[24], value[120]; /* "": no name; the value is text when `has_text` */
  uint64_t size;
  bool has_text, has_integer, has_len;
  int64_t integer, len;
  uint64_t refcount, mapped, line; /* 0: none */
  char file[24];                   /* "": none; also of qualname */
  unsigned sites, names;           /* "siteN:1" and so on, one each; a name for each other reference. 0: none */
  uint32_t refs[MAX_REFS];         /* numbers of objects; from OBJECTS on addresses that are not dumped */
  uint32_t ref_count;
} fact;

static fact facts[OBJECTS];     /* in address order */
static uint32_t order[OBJECTS]; /* in the dump */

static uint64_t address_of(uint32_t object) { return FIRST_ADDRESS + 16 * (uint64_t)object; }

static void make_text(char *to, unsigned length, uint64_t *seed)
{
  for (unsigned i = 0; i < length; i++) {
    do to[i] = (char)(' ' + random_below(seed, 95));
    while (to[i] == '"' || to[i] == '\\');
  }
  to[length] = 0;
}

static int make_facts(void **state)
{
  (void)state;
  uint64_t seed = 24;
  for (uint32_t i = 0; i < OBJECTS; i++) {
    fact *f = &facts[i];
    snprintf(f->type, sizeof f->type, chance(&seed, 80) ? "type%u" : "a longer name of a type, number %u",
             random_below(&seed, 300));
    f->size = random_bits(&seed, chance(&seed, 3) ? 45 : 10);
    if (chance(&seed, 10)) snprintf(f->name, sizeof f->name, "name %u", random_below(&seed, 1000));
    f->has_text = chance(&seed, 40);
    if (f->has_text) make_text(f->value, random_below(&seed, 100), &seed);
    f->has_integer = !f->has_text && chance(&seed, 20);
    if (f->has_integer) f->integer = (int64_t)random_bits(&seed, chance(&seed, 50) ? 28 : 59);
    if (f->has_integer && chance(&seed, 50)) f->integer = -f->integer;
    f->has_len = chance(&seed, 50);
    if (f->has_len) f->len = (int64_t)random_bits(&seed, chance(&seed, 3) ? 50 : 8);
    f->ref_count = chance(&seed, 10) ? random_below(&seed, MAX_REFS) : random_below(&seed, 4);
    for (uint32_t r = 0; r < f->ref_count; r++) f->refs[r] = random_below(&seed, OBJECTS + 20);
    if (chance(&seed, 70)) f->refcount = 1 + random_bits(&seed, chance(&seed, 5) ? 40 : 6);
    if (chance(&seed, 4)) f->mapped = 1 + random_bits(&seed, 40);
    if (chance(&seed, 10)) f->line = 1 + random_below(&seed, 5000);
    if (chance(&seed, 10)) snprintf(f->file, sizeof f->file, "/a/b%u.py", random_below(&seed, 100));
    if (chance(&seed, 20)) f->sites = 1 + random_below(&seed, 9);
    f->names = chance(&seed, 20);
    uint32_t place = random_below(&seed, i + 1);
    order[i] = order[place];
    order[place] = i;
  }
  return 0;
}

static void assert_fact_details(const dryad_graph *g, uint32_t i)
{
  const fact *f = &facts[i];
  uint64_t refcount, mapped, line;
  assert_int_equal(dryad_graph_refcount(g, i, &refcount), f->refcount > 0);
  assert_int_equal(dryad_graph_mapped(g, i, &mapped), f->mapped > 0);
  assert_int_equal(dryad_graph_line(g, i, &line), f->line > 0);
  assert_true(refcount == f->refcount && mapped == f->mapped && line == f->line);
  dryad_text file = {*f->file ? f->file : NULL, strlen(f->file)};
  assert_true(same_text(dryad_graph_file(g, i), file));
  assert_true(same_text(dryad_graph_qualname(g, i), file));
  dryad_text sites = dryad_graph_allocated(g, i), site;
  for (unsigned k = 0; k < f->sites; k++) {
    char expected[24];
    size_t length = (size_t)snprintf(expected, sizeof expected, "site%u:%u", i % 50, k);
    assert_true(dryad_next_site(&sites, &site));
    assert_true(same_text(site, (dryad_text){expected, length}));
  }
  assert_null(sites.data);
  for (uint32_t r = 0; r < f->ref_count; r++) {
    char expected[24];
    size_t length = (size_t)snprintf(expected, sizeof expected, "local%u", r);
    dryad_text name = {f->names && r % 2 == 0 ? expected : NULL, length};
    assert_true(same_text(dryad_graph_ref_name(g, i, r), name));
  }
}

static void assert_facts(const dryad_graph *g)
{
  uint64_t refs = 0;
  assert_int_equal(dryad_graph_count(g), OBJECTS);
  for (uint32_t i = 0; i < OBJECTS; i++) {
    const fact *f = &facts[i];
    int64_t len = 0;
    assert_number(dryad_graph_address(g, i), address_of(i));
    assert_true(same_text(dryad_graph_type_name(g, dryad_graph_type(g, i)), (dryad_text){f->type, strlen(f->type)}));
    assert_number(dryad_graph_size(g, i), f->size);
    assert_int_equal(dryad_graph_len(g, i, &len), f->has_len);
    assert_true(len == f->len);
    dryad_text name = {*f->name ? f->name : NULL, strlen(f->name)};
    assert_true(same_text(dryad_graph_name(g, i), name));
    dryad_value value = dryad_graph_value(g, i), expected = {.kind = DRYAD_VALUE_NONE};
    if (f->has_text) expected = (dryad_value){.kind = DRYAD_VALUE_TEXT, .text = {f->value, strlen(f->value)}};
    if (f->has_integer) expected = (dryad_value){.kind = DRYAD_VALUE_INTEGER, .integer = f->integer};
    assert_true(same_value(&value, &expected));
    dryad_ids children = dryad_graph_children(g, i);
    assert_number(children.count, f->ref_count);
    for (uint32_t r = 0; r < f->ref_count; r++)
      assert_number(dryad_graph_address(g, children.ids[r]), address_of(f->refs[r]));
    assert_fact_details(g, i);
    refs += f->ref_count;
  }
  assert_number(dryad_graph_ref_count(g), refs);
}

static void write_sites(dump_text *t, const fact *f, uint32_t object)
{
  text_add(t, "[");
  for (unsigned k = 0; k < f->sites; k++) text_add(t, "%s\"site%u:%u\"", k ? ", " : "", object % 50, k);
  text_add(t, "]");
}

static void write_names(dump_text *t, const fact *f)
{
  text_add(t, "[");
  for (uint32_t r = 0; r < f->ref_count; r++) {
    if (r) text_add(t, ", ");
    r % 2 == 0 ? text_add(t, "\"local%u\"", r) : text_add(t, "null");
  }
  text_add(t, "]");
}

/* ---- canonical form ----------------------------------------------------------------------------- */

static void write_canonical(dump_text *t, const fact *f, uint32_t object)
{
  text_add(t, "{\"address\": %llu, \"type\": \"%s\", \"size\": %llu", (unsigned long long)address_of(object), f->type,
           (unsigned long long)f->size);
  if (*f->name) text_add(t, ", \"name\": \"%s\"", f->name);
  if (f->has_len) text_add(t, ", \"len\": %lld", (long long)f->len);
  if (f->has_text) text_add(t, ", \"value\": \"%s\"", f->value);
  if (f->has_integer) text_add(t, ", \"value\": %lld", (long long)f->integer);
  if (*f->file) text_add(t, ", \"qualname\": \"%s\"", f->file);
  if (f->refcount) text_add(t, ", \"refcount\": %llu", (unsigned long long)f->refcount);
  if (f->mapped) text_add(t, ", \"mapped\": %llu", (unsigned long long)f->mapped);
  if (*f->file) text_add(t, ", \"file\": \"%s\"", f->file);
  if (f->line) text_add(t, ", \"line\": %llu", (unsigned long long)f->line);
  if (f->sites) text_add(t, ", \"allocated\": "), write_sites(t, f, object);
  text_add(t, ", \"refs\": [");
  for (uint32_t r = 0; r < f->ref_count; r++)
    text_add(t, "%s%llu", r ? ", " : "", (unsigned long long)address_of(f->refs[r]));
  text_add(t, "]");
  if (f->names && f->ref_count) text_add(t, ", \"names\": "), write_names(t, f);
  text_add(t, "}\n");
}

static dump_text canonical_dump(void)
{
  dump_text t = {0};
  for (uint32_t i = 0; i < OBJECTS; i++) write_canonical(&t, &facts[order[i]], order[i]);
  assert_true(t.length > 3 << 20);
  return t;
}

/* ---- any other form ----------------------------------------------------------------------------- */

static void write_space(dump_text *t, uint64_t *seed)
{
  static const char *const spaces[] = {"", "", "", " ", "  ", "\t", "\r", " \t "};
  text_add(t, "%s", spaces[random_below(seed, 8)]);
}

/* Plain characters as themselves or as escapes. */
static void write_string(dump_text *t, const char *string, uint64_t *seed)
{
  text_add(t, "\"");
  for (const char *p = string; *p; p++) {
    if (*p == '/' && chance(seed, 50))
      text_add(t, "\\/");
    else
      text_add(t, chance(seed, 5) ? (chance(seed, 50) ? "\\u%04x" : "\\u%04X") : "%c", (unsigned)*p);
  }
  text_add(t, "\"");
}

enum { MEMBERS = 15, VALUE = 5, REFCOUNT = 8, MAPPED, LINE = 11, LAST_KNOWN = 13 };

static void write_member(dump_text *t, const fact *f, uint32_t object, unsigned member, uint64_t *seed)
{
  static const char *const keys[MEMBERS] = {"address", "type", "size",      "name",     "len",
                                            "value",   "refs", "qualname",  "refcount", "mapped",
                                            "file",    "line", "allocated", "names",    "else"};
  static const char *const unknown[] = {"null", "[[], {\"a\": [1, 2.5e3]}]", "{\"refs\": [1]}", "\"x\\\"y\"", "-1.5"};
  write_string(t, keys[member], seed);
  write_space(t, seed);
  text_add(t, ":");
  write_space(t, seed);
  switch (member) {
  case 0: text_add(t, "%llu", (unsigned long long)address_of(object)); break;
  case 1: write_string(t, f->type, seed); break;
  case 2: text_add(t, "%llu", (unsigned long long)f->size); break;
  case 3: *f->name ? write_string(t, f->name, seed) : text_add(t, "null"); break;
  case 4: f->has_len ? text_add(t, "%lld", (long long)f->len) : text_add(t, "null"); break;
  case 5: f->has_text ? write_string(t, f->value, seed) : text_add(t, "%lld", (long long)f->integer); break;
  case 6:
    text_add(t, "[");
    for (uint32_t r = 0; r < f->ref_count; r++) {
      write_space(t, seed);
      text_add(t, "%llu", (unsigned long long)address_of(f->refs[r]));
      write_space(t, seed);
      if (r + 1 < f->ref_count) text_add(t, ",");
    }
    text_add(t, "]");
    break;
  case 7:
  case 10: *f->file ? write_string(t, f->file, seed) : text_add(t, "null"); break;
  case REFCOUNT: text_add(t, "%llu", (unsigned long long)f->refcount); break;
  case MAPPED: text_add(t, "%llu", (unsigned long long)f->mapped); break;
  case LINE: text_add(t, "%llu", (unsigned long long)f->line); break;
  case 12: write_sites(t, f, object); break;
  case 13: f->names ? write_names(t, f) : text_add(t, "null"); break;
  default: text_add(t, "%s", unknown[random_below(seed, 5)]);
  }
}

static bool has_member(const fact *f, unsigned member)
{
  switch (member) {
  case VALUE: return f->has_text || f->has_integer;
  case REFCOUNT: return f->refcount > 0;
  case MAPPED: return f->mapped > 0;
  case LINE: return f->line > 0;
  default: return true;
  }
}

static void write_shuffled(dump_text *t, const fact *f, uint32_t object, uint64_t *seed)
{
  unsigned members[MEMBERS], count = 0;
  for (unsigned m = 0; m < MEMBERS; m++) {
    if (!has_member(f, m) || (m > LAST_KNOWN && !chance(seed, 30))) continue;
    unsigned place = random_below(seed, ++count);
    members[count - 1] = members[place];
    members[place] = m;
  }
  write_space(t, seed);
  text_add(t, "{");
  for (unsigned m = 0; m < count; m++) {
    if (m) text_add(t, ",");
    write_space(t, seed);
    write_member(t, f, object, members[m], seed);
    write_space(t, seed);
  }
  text_add(t, "}");
  write_space(t, seed);
  if (chance(seed, 30)) text_add(t, ",");
  text_add(t, chance(seed, 30) ? "\r\n" : "\n");
}

/* Every other line, so that the parser keeps leaving and re-entering the fast path; or all lines. */
static dump_text shuffled_dump(unsigned percent)
{
  uint64_t seed = 25;
  dump_text t = {0};
  text_add(&t, "[\n");
  for (uint32_t i = 0; i < OBJECTS; i++) {
    const fact *f = &facts[order[i]];
    if (chance(&seed, percent))
      write_shuffled(&t, f, order[i], &seed);
    else
      write_canonical(&t, f, order[i]);
    if (chance(&seed, 1)) text_add(&t, chance(&seed, 50) ? "\n" : " \r\n");
  }
  text_add(&t, "]");
  return t;
}

/* ---- the same heap ------------------------------------------------------------------------------ */

static dryad_heap *reference;

static void assert_same(const dryad_heap *heap)
{
  const dryad_report *report = dryad_heap_report(heap);
  const char *difference = graph_difference(dryad_heap_graph(reference), dryad_heap_graph(heap));
  if (difference) fail_msg("%s differs", difference);
  assert_number(report->objects, OBJECTS);
  assert_number(report->problem_count + report->bad_lines + report->mended + report->duplicates, 0);
  assert_number(report->dangling_refs, dryad_heap_report(reference)->dangling_refs);
}

static void check_path(const void *data, size_t length)
{
  temporary file = write_temporary(data, length);
  for (unsigned threads = 1; threads <= 4; threads *= 2) {
    dryad_heap *heap;
    dryad_error error = {0};
    if (dryad_heap_load(&heap, file.path, &(dryad_load_options){.size = sizeof(dryad_load_options), .threads = threads},
                        &error))
      fail_msg("%s", error.text);
    assert_same(heap);
    dryad_heap_free(heap);
  }
  remove_temporary(&file);
}

static void check_pieces(const dump_text *t)
{
  static const size_t pieces[] = {0, 65537, 1000003, 4093, 37};
  for (unsigned i = 0; i < 5; i++) {
    dryad_heap *heap;
    dryad_load_options options = {.size = sizeof options, .threads = 1 + i % 4};
    assert_int_equal(load_pieces(&heap, t, pieces[i], &options, NULL), DRYAD_OK);
    assert_same(heap);
    dryad_heap_free(heap);
  }
}

static void *write_pieces(void *context)
{
  const feed *f = context;
  for (size_t done = 0; done < f->from->length;) {
    size_t left = f->from->length - done;
    ssize_t count = write((int)f->position, f->from->data + done, left < f->piece ? left : f->piece);
    if (count <= 0) break;
    done += (size_t)count;
  }
  close((int)f->position);
  return NULL;
}

static void check_pipe(const dump_text *t)
{
  int ends[2];
  char path[40];
  pthread_t writer;
  dryad_heap *heap;
  dryad_error error = {0};
  assert_int_equal(pipe(ends), 0);
  snprintf(path, sizeof path, "/dev/fd/%d", ends[0]);
  feed f = {t, 5003, (size_t)ends[1]};
  assert_int_equal(pthread_create(&writer, NULL, write_pieces, &f), 0);
  if (dryad_heap_load(&heap, path, &(dryad_load_options){.size = sizeof(dryad_load_options), .threads = 2}, &error))
    fail_msg("%s", error.text);
  pthread_join(writer, NULL);
  close(ends[0]);
  assert_same(heap);
  dryad_heap_free(heap);
}

static void check_compressed(const dump_text *t)
{
  size_t room = ZSTD_compressBound(t->length) + compressBound(t->length);
  char *packed = malloc(room);
  assert_non_null(packed);
  size_t length = ZSTD_compress(packed, room, t->data, t->length, 1);
  assert_false(ZSTD_isError(length));
  check_path(packed, length);
  z_stream z = {.next_in = (Bytef *)t->data,
                .avail_in = (unsigned)t->length,
                .next_out = (Bytef *)packed,
                .avail_out = (unsigned)room};
  assert_int_equal(deflateInit2(&z, 1, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY), Z_OK);
  assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
  check_path(packed, z.total_out);
  deflateEnd(&z);
  free(packed);
}

static void check_dump(dump_text t)
{
  check_path(t.data, t.length);
  check_pieces(&t);
  check_pipe(&t);
  check_compressed(&t);
  text_free(&t);
}

static void canonical_lines(void **state)
{
  (void)state;
  dump_text t = canonical_dump();
  reference = load_text(&t, &(dryad_load_options){.size = sizeof(dryad_load_options), .threads = 1});
  assert_facts(dryad_heap_graph(reference));
  check_dump(t);
}

static void shuffled_lines(void **state)
{
  (void)state;
  check_dump(shuffled_dump(100));
}

static void some_lines_shuffled(void **state)
{
  (void)state;
  check_dump(shuffled_dump(30));
}

static int free_reference(void **state)
{
  (void)state;
  dryad_heap_free(reference);
  return 0;
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(canonical_lines),
      cmocka_unit_test(shuffled_lines),
      cmocka_unit_test(some_lines_shuffled),
  };
  return cmocka_run_group_tests(tests, make_facts, free_reference);
}
