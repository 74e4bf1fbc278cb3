/* SPDX-License-Identifier: MIT */
/* Interned text against a plain list of strings. */
#include "graph/string_pool.h"

#include "testing.h"

typedef struct known {
  char *data;
  size_t length;
  dryad_text_ref ref;
} known;

static known entries[12000];
static unsigned entry_count;

static void forget(void)
{
  for (unsigned i = 0; i < entry_count; i++) free(entries[i].data);
  entry_count = 0;
}

static known *find(const char *data, size_t length)
{
  for (unsigned i = 0; i < entry_count; i++)
    if (entries[i].length == length && memcmp(entries[i].data, data, length) == 0) return &entries[i];
  return NULL;
}

/* Adds, and checks that equal text has one reference and different text another. */
static void add(dryad_string_pool *texts, const char *data, size_t length)
{
  dryad_text_ref ref;
  assert_int_equal(dryad_string_pool_add(texts, data, length, &ref, NULL), DRYAD_OK);
  known *entry = find(data, length);
  if (entry) {
    assert_int_equal(ref, entry->ref);
    return;
  }
  for (unsigned i = 0; i < entry_count; i++) assert_int_not_equal(entries[i].ref, ref);
  assert_true(entry_count < sizeof entries / sizeof *entries);
  char *copy = malloc(length + 1);
  assert_non_null(copy);
  memcpy(copy, data, length);
  entries[entry_count++] = (known){copy, length, ref};
}

static void assert_all_there(const dryad_string_pool *texts)
{
  assert_number(texts->text_count, entry_count);
  for (unsigned i = 0; i < entry_count; i++) {
    dryad_text text = dryad_string_pool_get(texts, entries[i].ref);
    assert_number(text.length, entries[i].length);
    assert_memory_equal(text.data, entries[i].data, text.length);
  }
  /* Walking finds them in the order in which they came. */
  dryad_text_ref ref = 0;
  for (unsigned i = 0; i < entry_count; i++) {
    assert_int_equal(ref, entries[i].ref);
    ref = dryad_string_pool_next(texts, dryad_string_pool_get(texts, ref));
  }
  assert_number(ref, texts->used / 8);
}

static void random_texts_are_kept_once(void **state)
{
  (void)state;
  uint64_t seed = 3;
  dryad_string_pool texts;
  dryad_string_pool_init(&texts, NULL);
  for (unsigned i = 0; i < 12000; i++) {
    char data[24];
    size_t length = random_below(&seed, 12);
    for (size_t k = 0; k < length; k++) data[k] = (char)random_below(&seed, 3);
    if (chance(&seed, 30)) length = (size_t)sprintf(data, "%u", random_below(&seed, 4000));
    add(&texts, data, length);
  }
  assert_true(entry_count > 3000);
  assert_all_there(&texts);
  dryad_string_pool_deinit(&texts);
  forget();
}

static void texts_of_every_length_around_a_header_byte_more(void **state)
{
  (void)state;
  static char data[20000];
  for (size_t i = 0; i < sizeof data; i++) data[i] = (char)(i % 251);
  dryad_string_pool texts;
  dryad_string_pool_init(&texts, NULL);
  for (int round = 0; round < 2; round++) {
    for (size_t length = 0; length < 300; length++) add(&texts, data, length);
    for (size_t length = 16370; length < 16400; length++) add(&texts, data, length);
    add(&texts, data, sizeof data);
    assert_all_there(&texts);
  }
  dryad_string_pool_deinit(&texts);
  forget();
}

static void a_text_of_three_header_bytes(void **state)
{
  (void)state;
  size_t length = (size_t)1 << 21;
  char *data = malloc(length);
  assert_non_null(data);
  memset(data, 'x', length);
  dryad_string_pool texts;
  dryad_string_pool_init(&texts, NULL);
  add(&texts, data, length - 1);
  add(&texts, data, length);
  add(&texts, "after", 5);
  assert_all_there(&texts);
  dryad_string_pool_deinit(&texts);
  free(data);
  forget();
}

static void empty_text_and_nul_bytes_are_texts(void **state)
{
  (void)state;
  dryad_string_pool texts;
  dryad_string_pool_init(&texts, NULL);
  add(&texts, "", 0);
  add(&texts, "\0", 1);
  add(&texts, "\0\0", 2);
  add(&texts, "a\0b", 3);
  add(&texts, "a\0c", 3);
  add(&texts, "a", 1);
  add(&texts, "", 0);
  add(&texts, "a\0b", 3);
  assert_int_equal(entry_count, 6);
  assert_all_there(&texts);
  dryad_string_pool_deinit(&texts);
  forget();
}

static void settled_texts_stay_and_can_be_added_to(void **state)
{
  (void)state;
  char data[16];
  dryad_string_pool texts;
  dryad_string_pool_init(&texts, NULL);
  dryad_string_pool_settle(&texts);
  for (unsigned round = 1; round <= 3; round++) {
    for (unsigned i = 0; i < 900 * round; i++) add(&texts, data, (size_t)sprintf(data, "text %u", i));
    assert_int_equal(entry_count, 900 * round);
    dryad_string_pool_settle(&texts);
    assert_null(texts.slots);
    assert_number(texts.capacity, texts.used);
    assert_all_there(&texts);
  }
  dryad_string_pool_deinit(&texts);
  forget();
}

static void equal_bytes_take_no_more_room(void **state)
{
  (void)state;
  dryad_string_pool texts;
  dryad_text_ref ref;
  dryad_string_pool_init(&texts, NULL);
  for (int i = 0; i < 1000; i++) assert_int_equal(dryad_string_pool_add(&texts, "1234567", 7, &ref, NULL), DRYAD_OK);
  assert_number(texts.used, 8);
  assert_int_equal(dryad_string_pool_add(&texts, "12345678", 8, &ref, NULL), DRYAD_OK);
  assert_int_equal(ref, 1);
  assert_number(texts.used, 24);
  dryad_string_pool_deinit(&texts);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(random_texts_are_kept_once),
      cmocka_unit_test(texts_of_every_length_around_a_header_byte_more),
      cmocka_unit_test(a_text_of_three_header_bytes),
      cmocka_unit_test(empty_text_and_nul_bytes_are_texts),
      cmocka_unit_test(settled_texts_stay_and_can_be_added_to),
      cmocka_unit_test(equal_bytes_take_no_more_room),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
