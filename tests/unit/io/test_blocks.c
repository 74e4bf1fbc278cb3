/* SPDX-License-Identifier: MIT */
/* Blocks tile a dump: whole lines, each once, in order, however long they are and however the bytes come. */
#include "io/blocks.h"

#include "feed.h"

/* ---- all blocks of a dump ------------------------------------------------------------------------- */

/* What was read so far. */
typedef struct tiles {
  uint64_t blocks, bytes;
  bool was_last;
} tiles;

static void assert_padding(const dryad_block *block)
{
  for (size_t i = 0; i < DRYAD_BLOCK_PADDING; i++) assert_int_equal(block->data[block->length + i], 0);
}

/* Asserts that the block holds the next whole lines of the dump. */
static void assert_next(tiles *t, const dryad_block *block, const dump_text *dump)
{
  assert_number(block->number, t->blocks++);
  assert_padding(block);
  assert_false(t->was_last && block->length > 0);
  t->was_last |= block->is_last;
  if (block->length == 0) return;
  assert_number(block->offset, t->bytes);
  assert_true(t->bytes + block->length <= dump->length);
  assert_memory_equal(block->data, dump->data + t->bytes, block->length);
  t->bytes += block->length;
  assert_int_equal(block->is_last && t->bytes == dump->length, block->is_last);
  if (t->bytes < dump->length) assert_int_equal(block->data[block->length - 1], '\n');
}

static void assert_tiles(dryad_blocks *blocks, const dump_text *dump)
{
  dryad_block block = {0};
  tiles t = {0};
  for (bool more = true;;) {
    assert_int_equal(dryad_blocks_next(blocks, &block, &more, NULL), DRYAD_OK);
    if (!more) break;
    assert_next(&t, &block, dump);
  }
  assert_number(t.bytes, dump->length);
  /* A line without a newline is in a block marked as the last. */
  if (dump->length && dump->data[dump->length - 1] != '\n') assert_true(t.was_last);
  assert_number(blocks->end, dump->length);
  dryad_block_deinit(&block, NULL);
}

static void check_file(const dump_text *dump)
{
  temporary file = write_temporary(dump->data, dump->length);
  dryad_stream *stream;
  dryad_blocks blocks;
  assert_int_equal(dryad_stream_open(&stream, file.path, NULL, NULL, NULL), DRYAD_OK);
  dryad_blocks_init(&blocks, stream, NULL);
  assert_int_equal(dryad_blocks_is_shareable(&blocks), dump->length > 0);
  assert_tiles(&blocks, dump);
  dryad_blocks_deinit(&blocks);
  dryad_stream_close(stream);
  remove_temporary(&file);
}

static void check_stream(const dump_text *dump, size_t piece)
{
  feed f = {dump, piece, 0};
  dryad_stream *stream;
  dryad_blocks blocks;
  assert_int_equal(dryad_stream_open_source(&stream, (dryad_source){feed_read, &f}, "text", NULL, NULL), DRYAD_OK);
  dryad_blocks_init(&blocks, stream, NULL);
  assert_false(dryad_blocks_is_shareable(&blocks));
  assert_tiles(&blocks, dump);
  assert_null(blocks.problem);
  dryad_blocks_deinit(&blocks);
  dryad_stream_close(stream);
}

/* ---- dumps of lines of given lengths ------------------------------------------------------------ */

/* `length` counts the newline, if there is one. */
static void add_line(dump_text *dump, size_t length, bool has_newline)
{
  char *line = malloc(length + 1);
  assert_non_null(line);
  for (size_t i = 0; i < length; i++) line[i] = (char)('a' + (dump->length + i) % 26);
  if (has_newline && length) line[length - 1] = '\n';
  text_add_bytes(dump, line, length);
  free(line);
}

static void check(const size_t *lengths, unsigned count, bool last_newline)
{
  dump_text dump = {0};
  for (unsigned i = 0; i < count; i++) add_line(&dump, lengths[i], i + 1 < count || last_newline);
  check_file(&dump);
  check_stream(&dump, 0);
  check_stream(&dump, 9999);
  text_free(&dump);
}

static void lines_around_the_block_size_and_its_multiples(void **state)
{
  (void)state;
  for (size_t blocks = 1; blocks <= 3; blocks++) {
    for (size_t difference = 0; difference < 5; difference++) {
      size_t length = blocks * DRYAD_BLOCK_SIZE + difference - 2;
      for (int last_newline = 0; last_newline < 2; last_newline++) {
        check((const size_t[]){length}, 1, last_newline);
        check((const size_t[]){length, 5}, 2, last_newline);
        check((const size_t[]){length, 1, 1, 7}, 4, last_newline);
        check((const size_t[]){10, length, 5}, 3, last_newline);
        check((const size_t[]){1, length, length, 1}, 4, last_newline);
      }
    }
  }
}

static void a_newline_on_each_side_of_every_boundary(void **state)
{
  (void)state;
  const size_t size = DRYAD_BLOCK_SIZE;
  check((const size_t[]){size, size, size}, 3, true);
  check((const size_t[]){size, size, size}, 3, false);
  check((const size_t[]){size - 1, size, size, 1}, 4, true);
  check((const size_t[]){size + 1, size, size, 1}, 4, true);
  check((const size_t[]){size - 1, 1, 1, size - 1, 3}, 5, true);
  check((const size_t[]){size - 1, 2, size - 1, 3}, 4, false);
  check((const size_t[]){3 * size + 100, 7, 2 * size, size / 2, 1}, 5, true);
}

static void empty_lines_only(void **state)
{
  (void)state;
  dump_text dump = {0};
  for (size_t i = 0; i < 3 * DRYAD_BLOCK_SIZE + 5; i++) text_add_bytes(&dump, "\n", 1);
  check_file(&dump);
  check_stream(&dump, 0);
  text_free(&dump);
}

static void short_dumps(void **state)
{
  (void)state;
  static const char *const dumps[] = {"\n",   "a",    "a\n",    "\na",
                                      "\n\n", "a\nb", "[\n]\n", "abcdefghijklmnopqrstuvwxyz\n"};
  for (unsigned i = 0; i < sizeof dumps / sizeof *dumps; i++) {
    dump_text dump = text_of(dumps[i]);
    check_file(&dump);
    check_stream(&dump, 1);
  }
}

static void random_lines(void **state)
{
  (void)state;
  uint64_t seed = 26;
  for (int round = 0; round < 12; round++) {
    dump_text dump = {0};
    while (dump.length < 3 * DRYAD_BLOCK_SIZE)
      add_line(&dump, 1 + random_bits(&seed, round % 3 ? 8 : 19), !chance(&seed, 1));
    check_file(&dump);
    check_stream(&dump, 1 + random_bits(&seed, 20));
    text_free(&dump);
  }
}

static void a_stream_byte_by_byte(void **state)
{
  (void)state;
  uint64_t seed = 27;
  dump_text dump = {0};
  while (dump.length < DRYAD_BLOCK_SIZE + 1000) add_line(&dump, 1 + random_below(&seed, 200), true);
  add_line(&dump, 50, false);
  check_stream(&dump, 1);
  text_free(&dump);
}

/* ---- a file that changes ------------------------------------------------------------------------ */

/* Takes `before` blocks of a file, changes its length to `length`, and takes the others. */
static uint64_t take_while_it_changes(const dump_text *dump, unsigned before, size_t length, uint64_t *end,
                                      bool *was_last)
{
  temporary file = write_temporary(dump->data, dump->length);
  dryad_stream *stream;
  dryad_blocks blocks;
  dryad_block block = {0};
  bool more = true;
  uint64_t bytes = 0;
  *was_last = false;
  assert_int_equal(dryad_stream_open(&stream, file.path, NULL, NULL, NULL), DRYAD_OK);
  dryad_blocks_init(&blocks, stream, NULL);
  for (unsigned taken = 0; more; taken++) {
    if (taken == before) assert_int_equal(ftruncate(file.file, (off_t)length), 0);
    assert_int_equal(dryad_blocks_next(&blocks, &block, &more, NULL), DRYAD_OK);
    if (!more) break;
    *was_last = block.is_last;
    if (block.length == 0) continue;
    assert_number(block.offset, bytes);
    assert_memory_equal(block.data, dump->data + bytes, block.length);
    bytes += block.length;
  }
  *end = blocks.end;
  dryad_block_deinit(&block, NULL);
  dryad_blocks_deinit(&blocks);
  dryad_stream_close(stream);
  remove_temporary(&file);
  return bytes;
}

static dump_text dump_of_lines(size_t length, size_t line)
{
  dump_text dump = {0};
  while (dump.length < length) add_line(&dump, line, true);
  return dump;
}

static void a_file_that_shrinks_ends_there(void **state)
{
  (void)state;
  dump_text dump = dump_of_lines(4 * DRYAD_BLOCK_SIZE, 100);
  uint64_t end;
  bool was_last;
  const size_t lengths[] = {DRYAD_BLOCK_SIZE + 12345, DRYAD_BLOCK_SIZE + 100,   2 * DRYAD_BLOCK_SIZE,
                            2 * DRYAD_BLOCK_SIZE - 1, 2 * DRYAD_BLOCK_SIZE + 1, 3 * DRYAD_BLOCK_SIZE};
  for (unsigned i = 0; i < sizeof lengths / sizeof *lengths; i++) {
    assert_number(take_while_it_changes(&dump, 1, lengths[i], &end, &was_last), lengths[i]);
    assert_number(end, lengths[i]);
    assert_true(was_last);
  }
  /* Shrinks it below what was read already. */
  uint64_t bytes = take_while_it_changes(&dump, 2, 1000, &end, &was_last);
  assert_in_range(bytes, 2 * DRYAD_BLOCK_SIZE, 2 * DRYAD_BLOCK_SIZE + 100);
  assert_true(end < dump.length);
  text_free(&dump);
}

static void a_long_line_that_loses_its_end(void **state)
{
  (void)state;
  dump_text dump = {0};
  uint64_t end;
  bool was_last;
  add_line(&dump, 10, true);
  add_line(&dump, 3 * DRYAD_BLOCK_SIZE, true);
  size_t length = 2 * DRYAD_BLOCK_SIZE + 77;
  assert_number(take_while_it_changes(&dump, 0, length, &end, &was_last), length);
  assert_number(end, length);
  text_free(&dump);
}

static void a_file_that_grows_ends_where_it_ended_when_it_was_opened(void **state)
{
  (void)state;
  uint64_t end;
  bool was_last;
  for (size_t length = 2 * DRYAD_BLOCK_SIZE - 1; length <= 2 * DRYAD_BLOCK_SIZE + 1; length++) {
    dump_text dump = dump_of_lines(length - 3, 3);
    add_line(&dump, length - dump.length, false);
    assert_number(dump.length, length);
    for (unsigned before = 0; before < 3; before++) {
      assert_number(take_while_it_changes(&dump, before, length + 50000, &end, &was_last), length);
      assert_number(end, length);
    }
    text_free(&dump);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(lines_around_the_block_size_and_its_multiples),
      cmocka_unit_test(a_newline_on_each_side_of_every_boundary),
      cmocka_unit_test(empty_lines_only),
      cmocka_unit_test(short_dumps),
      cmocka_unit_test(random_lines),
      cmocka_unit_test(a_stream_byte_by_byte),
      cmocka_unit_test(a_file_that_shrinks_ends_there),
      cmocka_unit_test(a_long_line_that_loses_its_end),
      cmocka_unit_test(a_file_that_grows_ends_where_it_ended_when_it_was_opened),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
