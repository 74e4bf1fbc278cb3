/* SPDX-License-Identifier: MIT */
/* Shares of classes, against following dominators up from each object. */
#include "analysis/class_shares.h"

#include "classed.h"

static const dryad_progress none = {0};

static bool is_common(const char *name)
{
  return !strcmp(name, "dict") || !strcmp(name, "list") || !strcmp(name, "type") || !strcmp(name, "module");
}

static const char *owner_of(const classed *c, dryad_id id)
{
  dryad_id above = id;
  while (above != DRYAD_NONE && is_common(c->names[above])) above = dryad_dominators_parent(c->dominators, above);
  return c->names[above == DRYAD_NONE ? id : above];
}

static dryad_class_share naive_share(const classed *c, const char *name)
{
  dryad_class_share share = {0};
  for (dryad_id id = 0; id < c->graph->count; id++) {
    if (!classed_is_reachable(c, id) || strcmp(owner_of(c, id), name) != 0) continue;
    share.bytes = dryad_add_sizes(share.bytes, dryad_graph_size(c->graph, id));
    if (strcmp(c->names[id], name) != 0) continue;
    share.count++;
    share.size = dryad_add_sizes(share.size, dryad_graph_size(c->graph, id));
  }
  return share;
}

static const dryad_class_share *find_share(const classed *c, const dryad_class_shares *found, const char *name)
{
  for (uint32_t i = 0; i < found->count; i++)
    if (dryad_text_equal(dryad_class_name(c->classes, found->shares[i].class), (dryad_text){name, strlen(name)}))
      return &found->shares[i];
  return NULL;
}

static void each_byte_belongs_to_one_class(void **state)
{
  static const char *const names[] = {"dict", "list", "Node", "a.Node", "b.Node", "pkg.mod.Thing", "type", "module"};
  (void)state;
  for (uint64_t seed = 1; seed < 600;) {
    uint64_t s = seed++, sum = 0;
    uint32_t count = 0;
    classed c;
    dryad_class_shares found;
    classed_random(&c, &s);
    assert_int_equal(dryad_class_shares_find(&found, c.graph, c.classes, c.dominators, none, NULL), DRYAD_OK);
    for (unsigned i = 0; i < sizeof names / sizeof *names; i++) {
      const dryad_class_share expected = naive_share(&c, names[i]), *share = find_share(&c, &found, names[i]);
      assert_int_equal(share != NULL, expected.count > 0);
      if (!share) continue;
      assert_number(share->count, expected.count);
      assert_number(share->size, expected.size);
      assert_number(share->bytes, expected.bytes);
      sum = dryad_add_sizes(sum, share->bytes);
      count++;
    }
    assert_number(found.count, count);
    assert_number(sum, c.dominators->reachable_size);
    for (uint32_t i = 1; i < found.count; i++) assert_true(found.shares[i - 1].bytes >= found.shares[i].bytes);
    dryad_class_shares_deinit(&found);
    dryad_class_shares_deinit(&found);
    classed_tear_down(&c);
  }
}

/* ---- millions ------------------------------------------------------------------------------------ */

/* Lists, each with the next, below an instance. */
static bool write_nested(dump_text *t, unsigned piece, unsigned count)
{
  if (piece < count)
    text_add(t, "{\"address\": %u, \"type\": \"%s\", \"size\": 3, \"refs\": [%u]}\n", piece, piece ? "list" : "Thing",
             piece + 1);
  return piece < count;
}

static void lists_in_lists_by_the_million(void **state)
{
  (void)state;
  classed c;
  dryad_class_shares found;
  classed_set_up(&c, load_generated(write_nested, A_MILLION, NULL));
  assert_int_equal(dryad_class_shares_find(&found, c.graph, c.classes, c.dominators, none, NULL), DRYAD_OK);
  assert_number(found.count, 1);
  assert_class_name(&c, found.shares[0].class, "Thing");
  assert_number(found.shares[0].count, 1);
  assert_number(found.shares[0].size, 3);
  assert_number(found.shares[0].bytes, 3 * (uint64_t)A_MILLION);
  dryad_class_shares_deinit(&found);
  classed_tear_down(&c);
}

static dryad_status find(const dryad_heap *heap, dryad_progress progress, dryad_error *error)
{
  classed_apart a;
  dryad_class_shares found;
  classed_apart_set_up(&a, heap);
  const classed *c = &a.c;
  dryad_status status = dryad_class_shares_find(&found, c->graph, c->classes, c->dominators, progress, error);
  dryad_class_shares_deinit(&found);
  classed_apart_tear_down(&a);
  return status;
}

static void dividing_can_be_cancelled(void **state)
{
  (void)state;
  assert_cancellable(write_nested, find);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(each_byte_belongs_to_one_class),
      cmocka_unit_test(lists_in_lists_by_the_million),
      cmocka_unit_test(dividing_can_be_cancelled),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
