/* SPDX-License-Identifier: MIT */
/* Streams and sinks: compression by content, odd reads, damage, and messages. */
#include "testing.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include "io/stream.h"

static char directory[] = "/tmp/dryad-test-XXXXXX";
static char file_path[sizeof directory + 20];
static dryad_error failure;

static int make_directory(void **state)
{
  (void)state;
  return mkdtemp(directory) ? 0 : -1;
}

static int remove_directory(void **state)
{
  (void)state;
  return rmdir(directory);
}

static const char *path_of(const char *name)
{
  snprintf(file_path, sizeof file_path, "%s/%s", directory, name);
  return file_path;
}

static const char *write_file(const char *name, const void *data, size_t length)
{
  FILE *file = fopen(path_of(name), "wb");
  assert_non_null(file);
  assert_int_equal(fwrite(data, 1, length, file), length);
  assert_int_equal(fclose(file), 0);
  return file_path;
}

/* ---- data ---- */

typedef struct bytes {
  unsigned char *data;
  size_t length;
} bytes;

/* Text that compresses as a dump does: half of it repeats, half does not. */
static bytes make_text(size_t length)
{
  bytes text = {malloc(length + 100), 0};
  uint64_t number = 88172645463325252u;
  while (text.length < length) {
    number ^= number << 13, number ^= number >> 7, number ^= number << 17;
    text.length += (size_t)sprintf((char *)text.data + text.length, "{\"address\": %llu, \"type\": \"dict\"}\n",
                                   (unsigned long long)number);
  }
  text.length = length;
  return text;
}

static bytes gzip(const void *data, size_t length)
{
  z_stream z = {0};
  bytes packed = {malloc(length + 1000), 0};
  assert_int_equal(deflateInit2(&z, 6, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY), Z_OK);
  z.next_in = (unsigned char *)(uintptr_t)data;
  z.avail_in = (unsigned)length;
  z.next_out = packed.data;
  z.avail_out = (unsigned)length + 1000;
  assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
  packed.length = z.total_out;
  deflateEnd(&z);
  return packed;
}

static bytes zstd(const void *data, size_t length)
{
  bytes packed = {malloc(ZSTD_compressBound(length)), 0};
  ZSTD_CCtx *context = ZSTD_createCCtx();
  ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
  packed.length = ZSTD_compress2(context, packed.data, ZSTD_compressBound(length), data, length);
  ZSTD_freeCCtx(context);
  assert_false(ZSTD_isError(packed.length));
  return packed;
}

static bytes join(bytes a, bytes b)
{
  bytes both = {realloc(a.data, a.length + b.length + 1), a.length + b.length};
  memcpy(both.data + a.length, b.data, b.length);
  free(b.data);
  return both;
}

/* ---- sources ---- */

typedef struct pieces {
  bytes data;
  size_t piece; /* bytes per read */
  size_t next;
} pieces;

static ptrdiff_t give_piece(void *context, void *buffer, size_t capacity)
{
  pieces *p = context;
  size_t count = p->data.length - p->next;
  if (count > p->piece) count = p->piece;
  if (count > capacity) count = capacity;
  memcpy(buffer, p->data.data + p->next, count);
  p->next += count;
  return (ptrdiff_t)count;
}

static ptrdiff_t give_failure(void *context, void *buffer, size_t capacity)
{
  (void)context, (void)buffer, (void)capacity;
  return -1;
}

static ptrdiff_t give_too_much(void *context, void *buffer, size_t capacity)
{
  (void)context, (void)buffer;
  return (ptrdiff_t)capacity + 1;
}

static dryad_stream *open_pieces(pieces *p)
{
  dryad_stream *stream;
  assert_int_equal(dryad_stream_open_source(&stream, (dryad_source){give_piece, p}, "pieces", NULL, &failure),
                   DRYAD_OK);
  return stream;
}

static dryad_stream *open_path(const char *path)
{
  dryad_stream *stream;
  assert_int_equal(dryad_stream_open(&stream, path, NULL, NULL, &failure), DRYAD_OK);
  return stream;
}

/* Reads everything, `capacity` bytes at a time, checks it, returns the problem, and closes. */
static const char *read_all(dryad_stream *stream, size_t capacity, const void *expected, size_t length)
{
  const char *problem, *again;
  size_t got = 1, total = 0;
  char *buffer = malloc(capacity);
  do {
    assert_int_equal(dryad_stream_read(stream, buffer, capacity, &got, &problem, &failure), DRYAD_OK);
    assert_in_range(got, 0, capacity);
    assert_in_range(total + got, 0, length);
    if (got) assert_null(problem);
    assert_memory_equal(buffer, (const char *)expected + total, got);
    total += got;
  } while (got);
  assert_int_equal(total, length);
  assert_int_equal(dryad_stream_read(stream, buffer, capacity, &got, &again, &failure), DRYAD_OK);
  assert_int_equal(got, 0);
  assert_ptr_equal(again, problem);
  free(buffer);
  dryad_stream_close(stream);
  return problem;
}

static void assert_open_fails(const char *path, const char *message)
{
  dryad_stream *stream = (dryad_stream *)path;
  assert_int_equal(dryad_stream_open(&stream, path, NULL, NULL, &failure), DRYAD_IO);
  assert_null(stream);
  assert_int_equal(failure.status, DRYAD_IO);
  char expected[300];
  snprintf(expected, sizeof expected, "%s: %s", path, message);
  assert_string_equal(failure.text, expected);
}

static void assert_starts_with(const char *path, const char *start)
{
  char found[8] = {0};
  FILE *file = fopen(path, "rb");
  assert_non_null(file);
  assert_int_equal(fread(found, 1, strlen(start), file), strlen(start));
  assert_string_equal(found, start);
  fclose(file);
}

/* ---- reading ---- */

static void plain_file(void **state)
{
  (void)state;
  uint64_t size, done, total;
  bytes text = make_text(700000);
  write_file("plain", text.data, text.length);
  dryad_stream *stream = open_path(file_path);
  int file = dryad_stream_file(stream, &size);
  assert_in_range(file, 3, 1000);
  assert_int_equal(size, 700000);
  unsigned char byte;
  assert_int_equal(pread(file, &byte, 1, 699999), 1);
  assert_int_equal(byte, text.data[699999]);
  dryad_stream_position(stream, &done, &total);
  assert_int_equal(done, 0);
  assert_int_equal(total, 700000);
  const char *problem;
  size_t got;
  char start[100];
  assert_int_equal(dryad_stream_read(stream, start, sizeof start, &got, &problem, NULL), DRYAD_OK);
  assert_int_equal(got, 100);
  dryad_stream_position(stream, &done, &total);
  assert_int_equal(done, 100);
  assert_null(read_all(stream, 65536, text.data + 100, text.length - 100));
  unlink(file_path);
  free(text.data);
}

static void short_files(void **state)
{
  (void)state;
  static const char *const contents[] = {"", "a", "abc", "\x1f\x8b", "(\xb5/", "abcdefg"};
  for (size_t i = 0; i < sizeof contents / sizeof *contents; i++) {
    dryad_stream *stream = open_path(write_file("short", contents[i], strlen(contents[i])));
    assert_null(read_all(stream, 3, contents[i], strlen(contents[i])));
    unlink(file_path);
  }
}

static void compressed_in_any_pieces(void **state)
{
  (void)state;
  static const size_t lengths[] = {0, 1, 5000, 400000};
  static const size_t sizes[] = {1, 7, 4096, 1000000};
  for (size_t i = 0; i < 4; i++) {
    bytes text = make_text(lengths[i]);
    bytes plain = {text.data, text.length}, gz = gzip(text.data, text.length), zst = zstd(text.data, text.length);
    const bytes forms[] = {plain, gz, zst};
    for (size_t form = 0; form < 3; form++) {
      for (size_t j = 0; j < 4; j++) {
        pieces in_pieces = {forms[form], sizes[j], 0}, in_one = {forms[form], SIZE_MAX, 0};
        dryad_stream *stream = open_pieces(&in_pieces);
        assert_null(read_all(stream, 100000, text.data, text.length));
        assert_null(read_all(open_pieces(&in_one), sizes[j], text.data, text.length));
      }
    }
    free(text.data);
    free(gz.data);
    free(zst.data);
  }
}

/* Compresses anew, and frees the argument. */
static bytes within(bytes inner, bool is_gzip)
{
  bytes outer = is_gzip ? gzip(inner.data, inner.length) : zstd(inner.data, inner.length);
  free(inner.data);
  return outer;
}

static void compressed_in_each_other_up_to_four_times(void **state)
{
  (void)state;
  static const size_t sizes[] = {1, 7, 1000000};
  bytes text = make_text(400000), packed = {malloc(text.length), text.length};
  memcpy(packed.data, text.data, text.length);
  packed = within(within(within(packed, true), false), true);
  for (size_t i = 0; i < 3; i++) {
    pieces in_pieces = {packed, sizes[i], 0}, in_one = {packed, SIZE_MAX, 0};
    dryad_stream *stream = open_pieces(&in_pieces);
    assert_string_equal(dryad_stream_compression(stream), "gzip in zstd in gzip");
    assert_null(read_all(stream, 100000, text.data, text.length));
    assert_null(read_all(open_pieces(&in_one), sizes[i], text.data, text.length));
  }
  for (unsigned times = 4; times <= 5; times++) {
    packed = within(packed, true);
    pieces p = {packed, SIZE_MAX, 0};
    dryad_stream *stream = NULL;
    dryad_status status = dryad_stream_open_source(&stream, (dryad_source){give_piece, &p}, "x", NULL, &failure);
    assert_int_equal(status, times == 4 ? DRYAD_OK : DRYAD_LIMIT);
    if (times == 5) assert_string_equal(failure.text, "x: compressed more than 4 times");
    dryad_stream_close(stream);
  }
  free(packed.data);
  free(text.data);
}

static void what_is_cut_outside_is_cut_inside(void **state)
{
  (void)state;
  bytes text = make_text(400000), inner = gzip(text.data, text.length), outer = gzip(inner.data, inner.length);
  pieces p = {{outer.data, outer.length / 2}, SIZE_MAX, 0};
  dryad_stream *stream = open_pieces(&p);
  char *buffer = malloc(text.length);
  const char *problem = NULL;
  size_t got = 1, total = 0;
  while (got) {
    assert_int_equal(dryad_stream_read(stream, buffer + total, text.length - total, &got, &problem, &failure),
                     DRYAD_OK);
    total += got;
  }
  assert_in_range(total, text.length / 10, text.length - 1);
  assert_memory_equal(buffer, text.data, total);
  assert_string_equal(problem, "gzip stream ends too early");
  dryad_stream_close(stream);
  free(buffer);
  free(text.data);
  free(inner.data);
  free(outer.data);
}

static void what_was_looked_at_is_read_all_the_same(void **state)
{
  (void)state;
  static const size_t lengths[] = {0, 1, DRYAD_STREAM_HEAD - 1, DRYAD_STREAM_HEAD, DRYAD_STREAM_HEAD + 1, 300000};
  for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
    bytes text = make_text(lengths[i]);
    bytes plain = {text.data, text.length}, gz = gzip(text.data, text.length), zst = zstd(text.data, text.length);
    const bytes forms[] = {plain, gz, zst};
    size_t expected = lengths[i] < DRYAD_STREAM_HEAD ? lengths[i] : DRYAD_STREAM_HEAD;
    for (size_t form = 0; form < 3; form++) {
      for (size_t piece = 1; piece < 300; piece += 13) {
        unsigned char head[DRYAD_STREAM_HEAD];
        size_t length;
        pieces in_pieces = {forms[form], piece, 0};
        dryad_stream *stream = open_pieces(&in_pieces);
        assert_int_equal(dryad_stream_peek(stream, head, &length, &failure), DRYAD_OK);
        assert_int_equal(length, expected);
        assert_memory_equal(head, text.data, length);
        assert_null(read_all(stream, piece, text.data, text.length));
      }
    }
    free(text.data);
    free(gz.data);
    free(zst.data);
  }
}

static void damage_in_what_is_looked_at_is_told_by_reading(void **state)
{
  (void)state;
  bytes text = make_text(40), gz = gzip(text.data, text.length);
  pieces cut = {{gz.data, gz.length - 10}, SIZE_MAX, 0};
  unsigned char head[DRYAD_STREAM_HEAD];
  size_t length;
  dryad_stream *stream = open_pieces(&cut);
  assert_int_equal(dryad_stream_peek(stream, head, &length, &failure), DRYAD_OK);
  assert_non_null(read_all(stream, 7, text.data, length));
  free(text.data);
  free(gz.data);
}

static void compressed_file_is_read_in_sequence(void **state)
{
  (void)state;
  uint64_t size;
  bytes text = make_text(50000), packed = gzip(text.data, text.length);
  dryad_stream *stream = open_path(write_file("file", packed.data, packed.length));
  assert_int_equal(dryad_stream_file(stream, &size), -1);
  assert_null(read_all(stream, 1000, text.data, text.length));
  unlink(file_path);
  free(text.data);
  free(packed.data);
}

static void several_members_and_frames(void **state)
{
  (void)state;
  bytes text = make_text(30000);
  bytes gz = join(join(gzip(text.data, 10000), gzip("", 0)), gzip(text.data + 10000, 20000));
  static const unsigned char skippable[] = {0x5a, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 'x', 'y', 'z'};
  bytes skip = {memcpy(malloc(sizeof skippable), skippable, sizeof skippable), sizeof skippable};
  bytes zst = join(join(skip, zstd(text.data, 10000)), zstd(text.data + 10000, 20000));
  bytes padded = join(gzip(text.data, 30000), (bytes){calloc(512, 1), 512});
  bytes forms[] = {gz, zst, padded};
  for (size_t form = 0; form < 3; form++) {
    for (size_t piece = 1; piece < 100000; piece *= 99) {
      pieces p = {forms[form], piece, 0};
      assert_null(read_all(open_pieces(&p), 4096, text.data, text.length));
    }
    free(forms[form].data);
  }
  free(text.data);
}

static void assert_damaged(bytes data, const unsigned char *expected, size_t at_least, const char *problem)
{
  for (size_t piece = 1; piece < 10000000; piece *= 1000) {
    pieces p = {data, piece, 0};
    dryad_stream *stream = open_pieces(&p);
    char buffer[1000];
    size_t got, total = 0;
    const char *told;
    do {
      assert_int_equal(dryad_stream_read(stream, buffer, sizeof buffer, &got, &told, &failure), DRYAD_OK);
      assert_memory_equal(buffer, expected + total, got);
      total += got;
    } while (got);
    assert_in_range(total, at_least, SIZE_MAX);
    assert_non_null(told);
    assert_string_equal(told, problem);
    dryad_stream_close(stream);
  }
}

static void cut_streams_give_what_they_hold(void **state)
{
  (void)state;
  bytes text = make_text(300000), gz = gzip(text.data, text.length), zst = zstd(text.data, text.length);
  assert_damaged((bytes){gz.data, gz.length / 2}, text.data, 80000, "gzip stream ends too early");
  assert_damaged((bytes){gz.data, gz.length - 1}, text.data, text.length, "gzip stream ends too early");
  assert_damaged((bytes){gz.data, 6}, text.data, 0, "gzip stream ends too early");
  /* One block of zstd is 128 KiB. */
  assert_damaged((bytes){zst.data, zst.length - 10}, text.data, 131072, "zstd stream ends too early");
  assert_damaged((bytes){zst.data, 6}, text.data, 0, "zstd stream ends too early");
  bytes two = join(gzip(text.data, 1000), gzip(text.data + 1000, 1000));
  assert_damaged((bytes){two.data, two.length - 12}, text.data, 1000, "gzip stream ends too early");
  free(two.data);
  free(text.data);
  free(gz.data);
  free(zst.data);
}

static void damaged_streams_are_told(void **state)
{
  (void)state;
  bytes text = make_text(300000), gz = gzip(text.data, text.length), zst = zstd(text.data, text.length);
  gz.data[gz.length - 6] ^= 1;
  assert_damaged(gz, text.data, text.length, "gzip: checksum mismatch");
  gz.data[gz.length - 6] ^= 1;
  zst.data[zst.length - 1] ^= 1;
  assert_damaged(zst, text.data, 131072, "zstd: checksum mismatch");
  zst.data[zst.length - 1] ^= 1;
  bytes trailing_gz = join(gz, (bytes){calloc(1, 20), 20}), trailing_zst = join(zst, (bytes){calloc(1, 20), 20});
  memset(trailing_gz.data + trailing_gz.length - 20, 'x', 20);
  assert_damaged(trailing_gz, text.data, text.length, "gzip stream is followed by something else");
  bytes few = {trailing_gz.data, trailing_gz.length - 17};
  assert_damaged(few, text.data, text.length, "gzip stream is followed by something else");
  assert_damaged(trailing_zst, text.data, text.length, "zstd stream is followed by something else");
  memset(trailing_gz.data + 10, 0xff, 2);
  assert_damaged(trailing_gz, text.data, 0, "gzip stream is corrupt");
  memset(trailing_zst.data + 4, 0xff, 2);
  assert_damaged(trailing_zst, text.data, 0, "zstd stream is corrupt");
  free(text.data);
  free(trailing_gz.data);
  free(trailing_zst.data);
}

static _Noreturn void write_slowly(const char *text)
{
  for (; *text; text++) {
    if (write(STDOUT_FILENO, text, 1) != 1) _exit(1);
    usleep(2000);
  }
  _exit(0);
}

static void ignore(int signal) { (void)signal; }

static void pipe_as_standard_input_with_signals(void **state)
{
  (void)state;
  static const char text[] = "[\n{\"address\": 1}\n]\n";
  int ends[2], old_input = dup(STDIN_FILENO);
  assert_int_equal(pipe(ends), 0);
  pid_t child = fork();
  if (child == 0) {
    dup2(ends[1], STDOUT_FILENO);
    write_slowly(text);
  }
  close(ends[1]);
  dup2(ends[0], STDIN_FILENO);
  close(ends[0]);
  /* Without SA_RESTART each alarm interrupts a read. */
  struct sigaction action = {.sa_handler = ignore}, old_action;
  sigaction(SIGALRM, &action, &old_action);
  setitimer(ITIMER_REAL, &(struct itimerval){{0, 700}, {0, 700}}, NULL);
  uint64_t size;
  dryad_stream *stream = open_path("-");
  assert_int_equal(dryad_stream_file(stream, &size), -1);
  assert_int_equal(size, 0);
  assert_null(read_all(stream, 4, text, sizeof text - 1));
  setitimer(ITIMER_REAL, &(struct itimerval){{0, 0}, {0, 0}}, NULL);
  sigaction(SIGALRM, &old_action, NULL);
  dup2(old_input, STDIN_FILENO);
  close(old_input);
}

static bool stop_at_third(void *context, const char *stage, uint64_t done, uint64_t total)
{
  assert_string_equal(stage, "reading");
  assert_int_equal(done, 0);
  assert_int_equal(total, 0);
  return ++*(int *)context < 3;
}

static void waiting_can_be_stopped_by_a_signal(void **state)
{
  (void)state;
  int asked = 0, ends[2];
  dryad_progress progress = {stop_at_third, &asked};
  char pipe_path[30];
  assert_int_equal(pipe(ends), 0);
  snprintf(pipe_path, sizeof pipe_path, "/proc/self/fd/%d", ends[0]);
  struct sigaction action = {.sa_handler = ignore}, old_action;
  sigaction(SIGALRM, &action, &old_action);
  setitimer(ITIMER_REAL, &(struct itimerval){{0, 700}, {0, 700}}, NULL);
  dryad_stream *stream;
  assert_int_equal(dryad_stream_open(&stream, pipe_path, &progress, NULL, &failure), DRYAD_CANCELLED);
  setitimer(ITIMER_REAL, &(struct itimerval){{0, 0}, {0, 0}}, NULL);
  sigaction(SIGALRM, &old_action, NULL);
  assert_null(stream);
  assert_int_equal(asked, 3);
  assert_int_equal(failure.status, DRYAD_CANCELLED);
  close(ends[0]);
  close(ends[1]);
}

static void standard_input_from_the_middle_of_a_file(void **state)
{
  (void)state;
  uint64_t size;
  int old_input = dup(STDIN_FILENO), file = open(write_file("middle", "skipped, read on", 16), O_RDONLY);
  assert_int_equal(lseek(file, 9, SEEK_SET), 9);
  dup2(file, STDIN_FILENO);
  close(file);
  dryad_stream *stream = open_path("-");
  assert_int_equal(dryad_stream_file(stream, &size), -1);
  assert_null(read_all(stream, 100, "read on", 7));
  dup2(old_input, STDIN_FILENO);
  close(old_input);
  unlink(file_path);
}

/* ---- messages ---- */

static void files_that_cannot_be_read(void **state)
{
  (void)state;
  assert_open_fails(path_of("missing.dump"), "no such file");
  assert_open_fails("", "no such file");
  assert_open_fails(directory, "is a directory");
  assert_open_fails("/dev/null", "is a device");
  char below[sizeof file_path + 10];
  snprintf(below, sizeof below, "%s/x", write_file("file", "x", 1));
  assert_open_fails(below, "no such file");
  unlink(file_path);
}

static void files_without_permission(void **state)
{
  (void)state;
  write_file("secret", "x", 1);
  assert_int_equal(chmod(file_path, 0), 0);
  /* Root may read anything, so become another user for a moment. */
  bool superuser = geteuid() == 0;
  if (superuser && (chmod(directory, 0755) || seteuid(65534))) skip();
  assert_open_fails(file_path, "permission denied");
  if (superuser) assert_int_equal(seteuid(0), 0);
  unlink(file_path);
}

static void sources_that_fail(void **state)
{
  (void)state;
  dryad_stream *stream;
  assert_int_equal(dryad_stream_open_source(&stream, (dryad_source){give_failure, NULL}, "dump", NULL, &failure),
                   DRYAD_IO);
  assert_null(stream);
  assert_string_equal(failure.text, "dump: cannot be read");
  assert_int_equal(dryad_stream_open_source(&stream, (dryad_source){give_too_much, NULL}, "dump", NULL, &failure),
                   DRYAD_ARGUMENT);
  assert_string_equal(failure.text, "dump: returns more bytes than it was asked for");
}

/* ---- writing ---- */

static void write_all(const char *path, bytes text, size_t piece)
{
  dryad_sink *sink;
  assert_int_equal(dryad_sink_open(&sink, path, NULL, NULL, &failure), DRYAD_OK);
  for (size_t i = 0; i < text.length; i += piece) {
    size_t count = text.length - i < piece ? text.length - i : piece;
    assert_int_equal(dryad_sink_write(sink, text.data + i, count, &failure), DRYAD_OK);
  }
  assert_int_equal(dryad_sink_finish(sink, NULL, &failure), DRYAD_OK);
}

static void written_files_read_back(void **state)
{
  (void)state;
  static const struct {
    const char *name, *start; /* of the file; NULL: of the text */
  } forms[] = {{"out", NULL}, {"out.gz", "\x1f\x8b"}, {"out.zst", "(\xb5/\xfd"}, {"gz", NULL}};
  static const size_t lengths[] = {0, 1, 262144, 1000000};
  for (size_t form = 0; form < 4; form++) {
    for (size_t i = 0; i < 4; i++) {
      bytes text = make_text(lengths[i]);
      write_all(path_of(forms[form].name), text, i % 2 ? 1000 : 700000);
      if (forms[form].start) assert_starts_with(file_path, forms[form].start);
      assert_null(read_all(open_path(file_path), 65536, text.data, text.length));
      unlink(file_path);
      free(text.data);
    }
  }
}

/* ---- memory ---- */

typedef struct ration {
  int left; /* allocations that still succeed */
  size_t held;
} ration;

static void *ration_resize(void *context, void *block, size_t old_size, size_t new_size)
{
  ration *r = context;
  if (new_size && r->left-- <= 0) return NULL;
  r->held += new_size - old_size;
  if (new_size) return realloc(block, new_size);
  free(block);
  return NULL;
}

static dryad_status write_and_read(const char *path, const dryad_allocator *allocator)
{
  dryad_sink *sink;
  dryad_stream *stream;
  const char *problem;
  size_t got;
  char text[10];
  dryad_status status = dryad_sink_open(&sink, path, NULL, allocator, &failure);
  if (status) return status;
  assert_int_equal(dryad_sink_write(sink, "text", 4, &failure), DRYAD_OK);
  assert_int_equal(dryad_sink_finish(sink, NULL, &failure), DRYAD_OK);
  status = dryad_stream_open(&stream, path, NULL, allocator, &failure);
  if (status) return status;
  assert_int_equal(dryad_stream_read(stream, text, sizeof text, &got, &problem, &failure), DRYAD_OK);
  assert_int_equal(got, 4);
  dryad_stream_close(stream);
  return DRYAD_OK;
}

static void refused_memory_leaves_nothing_behind(void **state)
{
  (void)state;
  static const char *const names[] = {"out", "out.gz", "out.zst"};
  for (int i = 0; i < 3; i++) {
    dryad_status status = DRYAD_NO_MEMORY;
    int granted = 0;
    for (; status == DRYAD_NO_MEMORY; granted++) {
      ration r = {granted, 0};
      dryad_allocator allocator = {ration_resize, &r};
      status = write_and_read(path_of(names[i]), &allocator);
      assert_int_equal(r.held, 0);
      unlink(file_path);
    }
    assert_int_equal(status, DRYAD_OK);
    assert_in_range(granted, 4, 10);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(plain_file),
      cmocka_unit_test(short_files),
      cmocka_unit_test(compressed_in_any_pieces),
      cmocka_unit_test(compressed_in_each_other_up_to_four_times),
      cmocka_unit_test(what_is_cut_outside_is_cut_inside),
      cmocka_unit_test(what_was_looked_at_is_read_all_the_same),
      cmocka_unit_test(damage_in_what_is_looked_at_is_told_by_reading),
      cmocka_unit_test(compressed_file_is_read_in_sequence),
      cmocka_unit_test(several_members_and_frames),
      cmocka_unit_test(cut_streams_give_what_they_hold),
      cmocka_unit_test(damaged_streams_are_told),
      cmocka_unit_test(pipe_as_standard_input_with_signals),
      cmocka_unit_test(waiting_can_be_stopped_by_a_signal),
      cmocka_unit_test(standard_input_from_the_middle_of_a_file),
      cmocka_unit_test(files_that_cannot_be_read),
      cmocka_unit_test(files_without_permission),
      cmocka_unit_test(sources_that_fail),
      cmocka_unit_test(written_files_read_back),
      cmocka_unit_test(refused_memory_leaves_nothing_behind),
  };
  return cmocka_run_group_tests(tests, make_directory, remove_directory);
}
