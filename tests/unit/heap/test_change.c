/* SPDX-License-Identifier: MIT */
/* Changes by themselves: their contents, and their encoding. */
#include "heap/change.h"

#include <sys/mman.h>

#include "changes.h"
#include "failing.h"
#include "network.h"
#include "same_graph.h"

static bool same_numbers(const dryad_numbers *a, const dryad_numbers *b)
{
  if (a->count != b->count) return false;
  return a->count == 0 || memcmp(a->column.data, b->column.data, a->count * sizeof(uint64_t)) == 0;
}

static bool same_object(const dryad_new_object *a, const dryad_new_object *b)
{
  return a->address == b->address && a->size == b->size && a->has_len == b->has_len &&
         (!a->has_len || a->len == b->len) && same_text(a->type, b->type) && same_text(a->name, b->name) &&
         same_value(&a->value, &b->value);
}

static bool same_change(const dryad_change *a, const dryad_change *b)
{
  const dryad_new_object *left = a->new_objects.data, *right = b->new_objects.data;
  if (a->kind != b->kind || a->restart != b->restart || a->limit != b->limit) return false;
  if (!same_numbers(&a->objects, &b->objects) || !same_numbers(&a->others, &b->others)) return false;
  if (!same_numbers(&a->refs, &b->refs) || a->new_object_count != b->new_object_count) return false;
  for (uint64_t i = 0; i < a->new_object_count; i++)
    if (!same_object(&left[i], &right[i])) return false;
  return true;
}

typedef struct encoded {
  unsigned char *bytes;
  uint64_t length;
} encoded;

static encoded encode(const dryad_change *change)
{
  encoded e;
  assert_int_equal(dryad_change_encode(&e.bytes, &e.length, change, NULL), DRYAD_OK);
  return e;
}

static void encoded_free(encoded *e) { dryad_free(NULL, e->bytes, e->length, 1); }

static void a_change_copies_the_texts_that_it_is_given(void **state)
{
  (void)state;
  char type[] = "Thing", name[] = "some";
  dryad_change *change = change_new(DRYAD_CHANGE_EDIT);
  const dryad_new_object object = {.address = 8, .type = text_from(type), .name = text_from(name)};
  assert_true(dryad_change_add_object(change, &object));
  memset(type, 'x', sizeof type - 1);
  memset(name, 'x', sizeof name - 1);
  const dryad_new_object *kept = change->new_objects.data;
  assert_true(same_text(kept->type, text_from("Thing")));
  assert_true(same_text(kept->name, text_from("some")));
  dryad_change_free(change);
  dryad_change_free(NULL);
}

static void texts_longer_than_a_block_are_kept(void **state)
{
  (void)state;
  static char large[100000];
  memset(large, 'v', sizeof large);
  dryad_change *change = change_new(DRYAD_CHANGE_EDIT);
  for (unsigned i = 0; i < 5; i++) {
    const dryad_new_object object = {
        .address = i,
        .type = text_from("bytes"),
        .value = {.kind = DRYAD_VALUE_TEXT, .text = {large, sizeof large >> (4 * i)}},
    };
    assert_true(dryad_change_add_object(change, &object));
  }
  const dryad_new_object *kept = change->new_objects.data;
  for (unsigned i = 0; i < 5; i++) {
    assert_number(kept[i].value.text.length, sizeof large >> (4 * i));
    assert_memory_equal(kept[i].value.text.data, large, kept[i].value.text.length);
  }
  dryad_change_free(change);
}

static void a_new_change_is_empty_and_unlimited(void **state)
{
  (void)state;
  dryad_change *change = change_new(DRYAD_CHANGE_GC);
  assert_true(change->limit == UINT64_MAX && !change->restart);
  assert_true(change->objects.count == 0 && change->others.count == 0 && change->refs.count == 0);
  assert_number(change->new_object_count, 0);
  dryad_change_free(change);
}

static void bytes_give_back_the_same_change(void **state)
{
  (void)state;
  uint64_t seed = 1;
  for (unsigned round = 0; round < 3000; round++) {
    dryad_change *change = random_change(&seed, 1000), *again;
    encoded e = encode(change);
    assert_int_equal(dryad_change_decode(&again, e.bytes, e.length, NULL, NULL), DRYAD_OK);
    assert_true(same_change(change, again));
    dryad_change_free(again);
    dryad_change_free(change);
    encoded_free(&e);
  }
}

static void neighbouring_addresses_take_few_bytes(void **state)
{
  (void)state;
  dryad_change *change = change_new(DRYAD_CHANGE_PIN);
  for (unsigned i = 0; i < 1000; i++) add_to(&change->objects, UINT64_C(0x7f0000000000) + 16 * i);
  encoded e = encode(change);
  assert_in_range(e.length, 1000, 1100);
  dryad_change_free(change);
  encoded_free(&e);
}

static void check_refused(const unsigned char *bytes, uint64_t length)
{
  dryad_change *change;
  dryad_error error = {0};
  assert_int_equal(dryad_change_decode(&change, bytes, length, NULL, &error), DRYAD_FORMAT);
  assert_null(change);
  assert_int_equal(error.status, DRYAD_FORMAT);
  assert_true(*error.text);
}

static void every_cut_is_refused(void **state)
{
  (void)state;
  uint64_t seed = 2;
  for (unsigned round = 0; round < 300; round++) {
    dryad_change *change = random_change(&seed, 1000);
    encoded e = encode(change);
    check_refused(NULL, 0);
    for (uint64_t length = 0; length < e.length; length++) {
      unsigned char *cut = malloc(length + 1);
      memcpy(cut, e.bytes, length);
      check_refused(cut, length);
      free(cut);
    }
    dryad_change_free(change);
    encoded_free(&e);
  }
}

static void bytes_after_the_end_are_refused(void **state)
{
  (void)state;
  dryad_change *change = change_new(DRYAD_CHANGE_COLLAPSE);
  encoded e = encode(change);
  unsigned char longer[100] = {0};
  assert_in_range(e.length, 1, sizeof longer - 1);
  memcpy(longer, e.bytes, e.length);
  check_refused(longer, e.length + 1);
  dryad_change_free(change);
  encoded_free(&e);
}

static void a_count_that_the_bytes_cannot_hold_allocates_nothing(void **state)
{
  (void)state;
  ledger l = {0};
  const dryad_allocator allocator = {ledger_resize, &l};
  const unsigned char bytes[] = {1, DRYAD_CHANGE_PIN, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f, 0, 0, 0};
  dryad_change *change;
  assert_int_equal(dryad_change_decode(&change, bytes, sizeof bytes, &allocator, NULL), DRYAD_FORMAT);
  assert_int_equal(l.blocks, 0);
}

static void a_number_beyond_64_bits_is_refused(void **state)
{
  (void)state;
  unsigned char bytes[] = {1, DRYAD_CHANGE_PIN, 0, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 1, 0, 0, 0, 0};
  dryad_change *change;
  assert_int_equal(dryad_change_decode(&change, bytes, sizeof bytes, NULL, NULL), DRYAD_OK);
  assert_number(change->limit, ~(UINT64_C(1) << 63));
  dryad_change_free(change);
  bytes[12] = 2;
  check_refused(bytes, sizeof bytes);
}

static void a_kind_that_there_is_not_is_refused(void **state)
{
  (void)state;
  for (unsigned kind = 0; kind < 256; kind++) {
    const unsigned char bytes[] = {1, (unsigned char)kind, 0, 0, 0, 0, 0, 0};
    dryad_change *change;
    bool exists = kind >= DRYAD_CHANGE_COLLAPSE && kind <= DRYAD_CHANGE_GC;
    assert_int_equal(dryad_change_decode(&change, bytes, sizeof bytes, NULL, NULL), exists ? DRYAD_OK : DRYAD_FORMAT);
    dryad_change_free(change);
  }
}

/* The bytes end where a page that cannot be read begins. */
static void a_text_longer_than_the_bytes_is_not_read(void **state)
{
  (void)state;
  enum { PAGE = 4096 };
  const unsigned char bytes[] = {
      1,   DRYAD_CHANGE_EDIT, 0, 0, 0, 0, 0, 1, DRYAD_VALUE_TEXT << 2, 16, 8, 1, 't', /* an object, of type t */
      100,
  };
  unsigned char *pages = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  assert_ptr_not_equal(pages, MAP_FAILED);
  assert_int_equal(mprotect(pages + PAGE, PAGE, PROT_NONE), 0);
  unsigned char *end = memcpy(pages + PAGE - sizeof bytes, bytes, sizeof bytes);
  check_refused(end, sizeof bytes);
  munmap(pages, 2 * PAGE);
}

static void what_makes_no_sense_is_refused(void **state)
{
  (void)state;
  dryad_change *half = change_new(DRYAD_CHANGE_EDIT), *unmarked = change_new(DRYAD_CHANGE_MARK);
  dryad_change *odd = change_new(DRYAD_CHANGE_EDIT), *large = change_new(DRYAD_CHANGE_EDIT);
  add_to(&half->others, 16);
  add_to(&unmarked->objects, 16);
  const dryad_new_object not_decimal = {.type = text_from("int"),
                                        .value = {.kind = DRYAD_VALUE_BIG_INTEGER, .text = text_from("12a")}};
  assert_true(dryad_change_add_object(odd, &not_decimal));
  add_new_object(large, 16, "x", UINT64_C(1) << 63);
  dryad_change *const changes[] = {half, unmarked, odd, large};
  for (unsigned i = 0; i < 4; i++) {
    encoded e = encode(changes[i]);
    assert_non_null(dryad_change_problem(changes[i]));
    check_refused(e.bytes, e.length);
    encoded_free(&e);
    dryad_change_free(changes[i]);
  }
}

/* Any result of decoding damaged bytes can be given to a heap, which applies or refuses it. */
static void damaged_bytes_are_refused_or_give_a_change_that_can_be_made(void **state)
{
  (void)state;
  uint64_t seed = 3;
  unsigned made = 0, refused = 0;
  dryad_heap *heap = random_network(&seed, 40, 3, 100, NULL);
  for (unsigned round = 0; round < 20000; round++) {
    dryad_change *change = random_change(&seed, 42), *again;
    encoded e = encode(change);
    for (unsigned n = 1 + random_below(&seed, 3); n > 0; n--)
      e.bytes[random_below(&seed, (unsigned)e.length)] = (unsigned char)random_next(&seed);
    if (chance(&seed, 80)) e.bytes[0] = 1;
    dryad_status status = dryad_change_decode(&again, e.bytes, e.length, NULL, NULL);
    assert_true(status == DRYAD_OK || status == DRYAD_FORMAT);
    if (!status) {
      assert_null(dryad_change_problem(again));
      status = dryad_heap_apply(heap, again, NULL, NULL, (dryad_progress){0}, NULL);
      assert_true(status == DRYAD_OK || status == DRYAD_ARGUMENT);
      while (dryad_heap_undo(heap)) continue;
      made += status == DRYAD_OK;
    } else {
      refused++;
    }
    dryad_change_free(change);
    encoded_free(&e);
  }
  assert_in_range(made, 1000, 19000);
  assert_in_range(refused, 1000, 19000);
  dryad_heap_free(heap);
}

static dryad_status build_and_encode(const dryad_allocator *allocator)
{
  char buffer[3][64];
  uint64_t seed = 4;
  dryad_change *change = dryad_change_new(allocator, DRYAD_CHANGE_EDIT);
  if (!change) return DRYAD_NO_MEMORY;
  dryad_status status = DRYAD_OK;
  for (unsigned i = 0; i < 100 && !status; i++) {
    dryad_new_object object = random_new_object(&seed, i, buffer);
    bool ok = dryad_change_add_object(change, &object) && dryad_numbers_add(&change->objects, allocator, 16 * i);
    if (!ok) status = DRYAD_NO_MEMORY;
  }
  unsigned char *bytes = NULL;
  uint64_t length;
  if (!status) status = dryad_change_encode(&bytes, &length, change, NULL);
  dryad_change *again = NULL;
  if (!status) status = dryad_change_decode(&again, bytes, length, allocator, NULL);
  if (!status) assert_true(same_change(change, again));
  dryad_change_free(again);
  dryad_free(allocator, bytes, length, 1);
  dryad_change_free(change);
  return status;
}

static void every_failed_allocation_is_told_and_leaks_nothing(void **state)
{
  (void)state;
  for (uint64_t n = 1;; n++) {
    failing f = {.fail_at = n};
    const dryad_allocator allocator = {failing_resize, &f};
    dryad_status status = build_and_encode(&allocator);
    assert_int_equal(f.ledger.blocks, 0);
    assert_int_equal(f.ledger.bytes, 0);
    assert_int_equal(status, f.requests >= n ? DRYAD_NO_MEMORY : DRYAD_OK);
    if (f.requests < n) break;
    assert_true(n < 10000);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_change_copies_the_texts_that_it_is_given),
      cmocka_unit_test(texts_longer_than_a_block_are_kept),
      cmocka_unit_test(a_new_change_is_empty_and_unlimited),
      cmocka_unit_test(bytes_give_back_the_same_change),
      cmocka_unit_test(neighbouring_addresses_take_few_bytes),
      cmocka_unit_test(every_cut_is_refused),
      cmocka_unit_test(bytes_after_the_end_are_refused),
      cmocka_unit_test(a_count_that_the_bytes_cannot_hold_allocates_nothing),
      cmocka_unit_test(a_number_beyond_64_bits_is_refused),
      cmocka_unit_test(a_kind_that_there_is_not_is_refused),
      cmocka_unit_test(a_text_longer_than_the_bytes_is_not_read),
      cmocka_unit_test(what_makes_no_sense_is_refused),
      cmocka_unit_test(damaged_bytes_are_refused_or_give_a_change_that_can_be_made),
      cmocka_unit_test(every_failed_allocation_is_told_and_leaks_nothing),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
