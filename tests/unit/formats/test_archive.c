/* SPDX-License-Identifier: MIT */
/* Archives are told from dumps. */
#include "formats/archive.h"
#include "testing.h"

/* The first 512 bytes that GNU tar writes for an empty file `a`, owned by root. */
static void fill_tar(unsigned char head[512])
{
  memset(head, 0, 512);
  memcpy(head, "a", 1);
  memcpy(head + 100, "0000644\0", 8);
  memcpy(head + 108, "0000000\0", 8);
  memcpy(head + 116, "0000000\0", 8);
  memcpy(head + 124, "00000000000\0", 12);
  memcpy(head + 136, "00000000000\0", 12);
  memcpy(head + 148, "007646\0 0", 9);
  memcpy(head + 257, "ustar  \0root", 12);
  memcpy(head + 297, "root", 4);
}

static void a_tar_archive_is_known_by_its_magic_and_checksum(void **state)
{
  (void)state;
  unsigned char head[512];
  fill_tar(head);
  assert_string_equal(dryad_archive_kind(head, sizeof head), "a tar archive");
  assert_null(dryad_archive_kind(head, sizeof head - 1));
  head[0] = 'b';
  assert_null(dryad_archive_kind(head, sizeof head));
  fill_tar(head);
  head[257] = 'U';
  head[0] = 'a' + 'u' - 'U'; /* so that the sum stays */
  assert_null(dryad_archive_kind(head, sizeof head));
}

static void a_dump_may_have_the_magic_of_tar_anywhere(void **state)
{
  (void)state;
  unsigned char head[512];
  memset(head, ' ', sizeof head);
  memcpy(head, "{\"address\": 16, \"type\": \"", 25);
  memcpy(head + 257, "ustar\"}\n", 8);
  assert_null(dryad_archive_kind(head, sizeof head));
}

static void other_archives_are_known_by_how_they_begin(void **state)
{
  (void)state;
  const unsigned char zip[] = "PK\3\4", seven_zip[] = "7z\xbc\xaf\x27\x1c", rar[] = "Rar!\x1a\7";
  assert_string_equal(dryad_archive_kind(zip, 4), "a zip archive");
  assert_null(dryad_archive_kind(zip, 3));
  assert_string_equal(dryad_archive_kind(seven_zip, 6), "a 7z archive");
  assert_string_equal(dryad_archive_kind(rar, 6), "a RAR archive");
  assert_string_equal(dryad_archive_kind((const unsigned char *)"070701", 6), "a cpio archive");
  assert_null(dryad_archive_kind(NULL, 0));
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_tar_archive_is_known_by_its_magic_and_checksum),
      cmocka_unit_test(a_dump_may_have_the_magic_of_tar_anywhere),
      cmocka_unit_test(other_archives_are_known_by_how_they_begin),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
