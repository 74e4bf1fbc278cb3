/* SPDX-License-Identifier: MIT */
/* Text that must not be entered, and the places that a tracer makes use of. */
#include "attach/ranges.h"

#include <dlfcn.h>

#include "attach.h"
#include "made_up_elf.h"

static void find(dryad_ranges *ranges, looked *l)
{
  dryad_error error = {0};
  look(l, getpid());
  if (dryad_ranges_find(ranges, l->memory, &l->objects, &error)) fail_msg("%s", error.text);
}

static dryad_danger danger_of(const dryad_ranges *ranges, const char *name)
{
  void *address = dlsym(RTLD_DEFAULT, name);
  if (!address) fail_msg("%s is missing", name);
  return dryad_ranges_at(ranges, (uintptr_t)address);
}

/* ---- this process --------------------------------------------------------------------------- */

static void functions_are_in_the_ranges_that_they_belong_to(void **state)
{
  (void)state;
  SKIP_IF_SANITIZED();
  const struct {
    const char *name;
    dryad_danger danger;
  } all[] = {
      {"malloc", DRYAD_DANGER_ALLOCATOR},
      {"free", DRYAD_DANGER_ALLOCATOR},
      {"realloc", DRYAD_DANGER_ALLOCATOR},
      {"mallinfo2", DRYAD_DANGER_ALLOCATOR},
      {"malloc_stats", DRYAD_DANGER_ALLOCATOR},
      {"dl_iterate_phdr", DRYAD_DANGER_LOADER},
      {"fork", DRYAD_DANGER_FORK},
      {"vfork", DRYAD_DANGER_FORK},
      {"posix_spawn", DRYAD_DANGER_FORK},
      {"pthread_create", DRYAD_DANGER_THREAD},
      {"exit", DRYAD_DANGER_EXIT},
      {"abort", DRYAD_DANGER_EXIT},
      {"__cxa_atexit", DRYAD_DANGER_EXIT},
      {"clone", DRYAD_DANGER_NONE},
      {"read", DRYAD_DANGER_NONE},
      {"qsort", DRYAD_DANGER_NONE},
      {"printf", DRYAD_DANGER_NONE},
      {"pthread_cond_wait", DRYAD_DANGER_NONE},
  };
  dryad_ranges ranges = {0};
  looked l;
  find(&ranges, &l);
  for (unsigned i = 0; i < sizeof all / sizeof *all; i++)
    if (danger_of(&ranges, all[i].name) != all[i].danger) fail_msg("%s", all[i].name);
  for (uint64_t at = l.objects.loader->text[0].from; at < l.objects.loader->text[0].to; at += 999)
    assert_int_equal(dryad_ranges_at(&ranges, at), DRYAD_DANGER_LOADER);
  for (uint32_t i = 1; i < ranges.count; i++) assert_true(ranges.items[i - 1].to <= ranges.items[i].from);
  dryad_ranges_deinit(&ranges);
  look_away(&l);
}

/* Fewer than a fifth of the C library, or no thread would ever be free of it. */
static void the_ranges_leave_most_of_libc_alone(void **state)
{
  (void)state;
  dryad_ranges ranges = {0};
  looked l;
  uint64_t all = 0, allocator = 0;
  find(&ranges, &l);
  for (uint32_t i = 0; i < ranges.count; i++) {
    if (!dryad_elf_object_has_text(l.objects.libc, ranges.items[i].from)) continue;
    all += ranges.items[i].to - ranges.items[i].from;
    if (ranges.items[i].danger == DRYAD_DANGER_ALLOCATOR) allocator += ranges.items[i].to - ranges.items[i].from;
  }
  assert_in_range(allocator, 10000, 60000);
  assert_true(all * 5 < l.objects.libc->text[0].to - l.objects.libc->text[0].from);
  dryad_ranges_deinit(&ranges);
  look_away(&l);
}

static volatile uintptr_t returned_to;
static void note_return(int signal)
{
  (void)signal;
  returned_to = (uintptr_t)__builtin_return_address(0);
}

static void the_return_from_signals_is_where_handlers_return_to(void **state)
{
  (void)state;
  SKIP_IF_SANITIZED();
  dryad_ranges ranges = {0};
  looked l;
  find(&ranges, &l);
  signal(SIGUSR1, note_return);
  raise(SIGUSR1);
  assert_number(ranges.signal_return, returned_to);
  assert_int_equal(dryad_ranges_at(&ranges, ranges.signal_return), DRYAD_DANGER_SIGNAL);
  assert_int_not_equal(dryad_ranges_at(&ranges, ranges.signal_return - 1), DRYAD_DANGER_SIGNAL);
  dryad_ranges_deinit(&ranges);
  look_away(&l);
}

/* Blocks of many sizes, so that all the private functions have something to do. */
static void allocate_for_ever(void)
{
  enum { HELD = 64 };
  static void *held[HELD];
  uint64_t seed = 1;
  for (;;) {
    unsigned i = random_below(&seed, HELD);
    if (chance(&seed, 50)) {
      free(held[i]);
      held[i] = malloc(random_bits(&seed, 14) + 1);
    } else {
      void *larger = realloc(held[i], random_bits(&seed, 14) + 1);
      if (larger) held[i] = larger;
    }
  }
}

static void a_process_that_only_allocates_is_seen_in_the_allocator(void **state)
{
  (void)state;
  SKIP_IF_SANITIZED();
  dryad_ranges ranges = {0};
  looked l;
  find(&ranges, &l);
  pid_t child = fork_child();
  if (!child) allocate_for_ever();
  assert_int_equal(ptrace(PTRACE_SEIZE, child, NULL, NULL), 0);
  unsigned in_libc = 0, in_allocator = 0;
  for (int i = 0; i < 400; i++) {
    usleep(500);
    assert_true(stop(child));
    uint64_t pc = registers_of(child).pc;
    in_libc += dryad_elf_object_has_text(l.objects.libc, pc);
    in_allocator += dryad_ranges_at(&ranges, pc) == DRYAD_DANGER_ALLOCATOR;
    go_on(child);
  }
  end_child(child);
  assert_true(in_libc > 100);
  assert_true(in_allocator * 100 >= in_libc * 90); /* the rest copies for realloc, and asks the system */
  dryad_ranges_deinit(&ranges);
  look_away(&l);
}

/* ---- made-up processes ---------------------------------------------------------------------- */

enum { LIBRARY = 0x700000 };

static const made_up_function libc_functions[] = {
    {"qsort", AT_TEXT + 0x100, 0x40},  {"malloc", AT_TEXT + 0x200, 0x50}, {"free", AT_TEXT + 0x300, 0x20},
    {"calloc", AT_TEXT + 0x400, 0x80}, {"fork", AT_TEXT + 0x500, 0x30},   {"read", AT_TEXT + 0x600, 0x30},
};

#define BYTES(...)                                                                                                     \
  (const unsigned char[]){__VA_ARGS__}, sizeof(const unsigned char[]) { __VA_ARGS__ }

/* Signals return through libc at AT_TEXT + 0xa00. */
static void make_up_allocators(made_up *m, const char *name, const made_up_function *functions, unsigned count)
{
  static const char maps[] = "700000-704000 r-xp 00000000 08:01 4 /library\n";
  make_up(m);
  append(m->maps, maps, sizeof maps - 1);
  put_functions(m->mem, LIBC, "libc.so.6", libc_functions, 6);
  put(m->mem, LIBC + AT_TEXT + 0xa00, BYTES(0x48, 0xc7, 0xc0, 0x0f, 0, 0, 0, 0x0f, 0x05));
  put_object(m->mem, LIBRARY, name);
  put_functions(m->mem, LIBRARY, name, functions, count);
  put_entry(m, LIBRARY, name);
  m->auxv.entry = PROGRAM + AT_TEXT + 0xf00;
}

static dryad_status find_made_up(dryad_ranges *ranges, made_up *m, dryad_error *error)
{
  assert_int_equal(read_made_up(m, error), DRYAD_OK);
  return dryad_ranges_find(ranges, m->memory, &m->objects, error);
}

static void assert_range(const dryad_ranges *ranges, uint64_t from, uint64_t to, dryad_danger danger)
{
  assert_int_equal(dryad_ranges_at(ranges, from), danger);
  assert_int_equal(dryad_ranges_at(ranges, to - 1), danger);
  if (dryad_ranges_at(ranges, from - 1) == danger) fail_msg("it begins before %llx", (unsigned long long)from);
  if (dryad_ranges_at(ranges, to) == danger) fail_msg("it ends after %llx", (unsigned long long)to);
}

static void private_functions_before_malloc_belong_to_it(void **state)
{
  (void)state;
  made_up m;
  dryad_ranges ranges = {0};
  make_up_allocators(&m, "libspam.so", libc_functions, 1);
  assert_int_equal(find_made_up(&ranges, &m, NULL), DRYAD_OK);
  assert_range(&ranges, LIBC + AT_TEXT + 0x140, LIBC + AT_TEXT + 0x480, DRYAD_DANGER_ALLOCATOR);
  assert_range(&ranges, LIBC + AT_TEXT + 0x500, LIBC + AT_TEXT + 0x530, DRYAD_DANGER_FORK);
  assert_range(&ranges, LOADER + AT_TEXT, LOADER + AT_TEXT + 0x1000, DRYAD_DANGER_LOADER);
  assert_range(&ranges, LIBC + AT_TEXT + 0xa00, LIBC + AT_TEXT + 0xa09, DRYAD_DANGER_SIGNAL);
  assert_int_equal(ranges.count, 4);
  assert_number(ranges.signal_return, LIBC + AT_TEXT + 0xa00);
  dryad_ranges_deinit(&ranges);
  forget(&m);
}

static void a_library_that_defines_malloc_or_is_called_an_allocator_is_one(void **state)
{
  (void)state;
  static const made_up_function with[] = {{"malloc", AT_TEXT + 0x200, 0x50}}, without[] = {{"eggs", AT_TEXT, 8}};
  const struct {
    const char *name;
    const made_up_function *functions;
    bool is_one;
  } all[] = {
      {"/opt/libspam.so", with, true},
      {"/opt/libspam.so", without, false},
      {"/opt/libjemalloc.so.2", without, true},
      {"/opt/libtcmalloc_minimal.so.4", without, true},
      {"/opt/libmimalloc.so.2.1", without, true},
      {"/opt/jemalloc/libspam.so", without, false},
  };
  for (unsigned i = 0; i < sizeof all / sizeof *all; i++) {
    made_up m;
    dryad_ranges ranges = {0};
    make_up_allocators(&m, all[i].name, all[i].functions, 1);
    assert_int_equal(find_made_up(&ranges, &m, NULL), DRYAD_OK);
    if (all[i].is_one)
      assert_range(&ranges, LIBRARY + AT_TEXT, LIBRARY + AT_TEXT + 0x1000, DRYAD_DANGER_ALLOCATOR);
    else
      assert_int_equal(dryad_ranges_at(&ranges, LIBRARY + AT_TEXT + 0x210), DRYAD_DANGER_NONE);
    dryad_ranges_deinit(&ranges);
    forget(&m);
  }
}

static const made_up_function linked[] = {
    {"Py_Main", AT_TEXT + 0x10, 0x20},     {"PyObject_Call", AT_TEXT + 0x100, 0x20}, {"malloc", AT_TEXT + 0x200, 0x50},
    {"je_mallctl", AT_TEXT + 0x300, 0x20}, {"PyEval_Eval", AT_TEXT + 0x400, 0x20},   {"free", AT_TEXT + 0x600, 0x20},
};

static void an_allocator_linked_into_the_interpreter_has_what_lies_around_it(void **state)
{
  (void)state;
  made_up m;
  dryad_ranges ranges = {0};
  make_up_allocators(&m, "/opt/libpython3.12.so.1.0", linked, 6);
  assert_int_equal(find_made_up(&ranges, &m, NULL), DRYAD_OK);
  const uint64_t text = LIBRARY + AT_TEXT;
  assert_int_equal(dryad_ranges_at(&ranges, text + 0x11f), DRYAD_DANGER_NONE);
  for (uint64_t at = text + 0x120; at < text + 0x400; at++)
    assert_int_equal(dryad_ranges_at(&ranges, at), DRYAD_DANGER_ALLOCATOR);
  assert_int_equal(dryad_ranges_at(&ranges, text + 0x400), DRYAD_DANGER_NONE);
  assert_int_equal(dryad_ranges_at(&ranges, text + 0x41f), DRYAD_DANGER_NONE);
  for (uint64_t at = text + 0x420; at < text + 0x620; at++)
    assert_int_equal(dryad_ranges_at(&ranges, at), DRYAD_DANGER_ALLOCATOR);
  assert_int_equal(dryad_ranges_at(&ranges, text + 0x620), DRYAD_DANGER_NONE);
  dryad_ranges_deinit(&ranges);
  forget(&m);
}

static void a_program_that_exports_only_its_malloc_is_not_all_allocator(void **state)
{
  (void)state;
  made_up m;
  dryad_ranges ranges = {0};
  make_up_allocators(&m, "/opt/libspam.so", linked, 2);
  put_functions(m.mem, PROGRAM, "", linked + 2, 1);
  m.auxv.entry = PROGRAM + AT_TEXT + 0x20;
  assert_int_equal(find_made_up(&ranges, &m, NULL), DRYAD_OK);
  assert_range(&ranges, PROGRAM + AT_TEXT + 0x200, PROGRAM + AT_TEXT + 0x250, DRYAD_DANGER_ALLOCATOR);
  dryad_ranges_deinit(&ranges);
  forget(&m);
}

static void places_are_found_at_the_very_end_of_the_text(void **state)
{
  (void)state;
  made_up m;
  dryad_ranges ranges = {0};
  make_up_allocators(&m, "/lib/libpthread-2.31.so", libc_functions, 1);
  put(m.mem, LIBC + AT_TEXT + 0xa00, BYTES(0));
  put(m.mem, LIBC + AT_TEXT + 0x1000, BYTES(0x48, 0xc7, 0xc0, 0x0f, 0, 0, 0, 0x0f, 0x05)); /* no text */
  put(m.mem, LIBRARY + AT_TEXT + 0x700, BYTES(0x48, 0xc7, 0xc0, 0x0f, 0, 0, 0, 0x0f, 0x05));
  assert_int_equal(find_made_up(&ranges, &m, NULL), DRYAD_OK);
  assert_number(ranges.signal_return, LIBRARY + AT_TEXT + 0x700);
  put(m.mem, LIBC + AT_TEXT + 0xabc, BYTES(0x48, 0xc7, 0xc0, 0x0f, 0, 0, 0, 0x0f, 0x05));
  assert_int_equal(find_made_up(&ranges, &m, NULL), DRYAD_OK);
  assert_number(ranges.signal_return, LIBC + AT_TEXT + 0xabc);
  assert_range(&ranges, LIBC + AT_TEXT + 0xabc, LIBC + AT_TEXT + 0xac5, DRYAD_DANGER_SIGNAL);
  assert_range(&ranges, LIBRARY + AT_TEXT + 0x700, LIBRARY + AT_TEXT + 0x709, DRYAD_DANGER_SIGNAL);
  dryad_ranges_deinit(&ranges);
  forget(&m);
}

static void on_aarch64_signals_return_through_the_vdso(void **state)
{
  (void)state;
  made_up m;
  dryad_ranges ranges = {0};
  make_up_allocators(&m, "linux-vdso.so.1", libc_functions, 1);
  m.auxv.vdso = LIBRARY;
  const uint64_t objects[] = {PROGRAM, LIBC, LOADER, LIBRARY};
  for (unsigned i = 0; i < 4; i++) put(m.mem, objects[i] + 18, BYTES(EM_AARCH64, 0));
  put(m.mem, LIBRARY + AT_TEXT + 0x700, BYTES(0x68, 0x11, 0x80, 0xd2, 0x01, 0, 0, 0xd4));
  put(m.mem, LIBC + AT_TEXT + 0x801, BYTES(0x01, 0, 0, 0xd4, 0xc0, 0x03, 0x5f, 0xd6)); /* not where one can be */
  put(m.mem, LIBC + AT_TEXT + 0x900, BYTES(0x01, 0, 0, 0xd4, 0xc0, 0x03, 0x5f, 0xd6));
  assert_int_equal(find_made_up(&ranges, &m, NULL), DRYAD_OK);
  assert_number(ranges.signal_return, LIBRARY + AT_TEXT + 0x700);
  dryad_ranges_deinit(&ranges);
  forget(&m);
}

static void a_libc_without_malloc_or_return_from_signals_is_an_error(void **state)
{
  (void)state;
  made_up m;
  dryad_ranges ranges = {0};
  dryad_error error = {0};
  make_up(&m);
  assert_int_equal(find_made_up(&ranges, &m, &error), DRYAD_FORMAT);
  assert_non_null(strstr(error.text, "C library"));
  assert_int_equal(ranges.count, 0);
  /* Nor is one good whose allocator would be as large as everything. */
  put_functions(m.mem, LIBC, "libc.so.6", libc_functions, 6);
  assert_int_equal(find_made_up(&ranges, &m, &error), DRYAD_FORMAT);
  assert_non_null(strstr(error.text, "signal handlers"));
  put(m.mem, LIBC + AT_TEXT + 0xa00, BYTES(0x48, 0xc7, 0xc0, 0x0f, 0, 0, 0, 0x0f, 0x05));
  assert_int_equal(find_made_up(&ranges, &m, &error), DRYAD_OK);
  put64(m.mem, LIBC + sizeof(Elf64_Ehdr) + 3 * sizeof(Elf64_Phdr) + 40, UINT64_C(1) << 32);
  put64(m.mem, LIBC + AT_SYMBOLS + 2 * sizeof(Elf64_Sym) + 16, UINT64_C(1) << 31);
  assert_int_equal(find_made_up(&ranges, &m, &error), DRYAD_FORMAT);
  dryad_target_memory_set_budget(m.memory, 20000);
  assert_int_not_equal(dryad_ranges_find(&ranges, m.memory, &m.objects, &error), DRYAD_OK);
  forget(&m);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(functions_are_in_the_ranges_that_they_belong_to),
      cmocka_unit_test(the_ranges_leave_most_of_libc_alone),
      cmocka_unit_test(the_return_from_signals_is_where_handlers_return_to),
      cmocka_unit_test(a_process_that_only_allocates_is_seen_in_the_allocator),
      cmocka_unit_test(private_functions_before_malloc_belong_to_it),
      cmocka_unit_test(a_library_that_defines_malloc_or_is_called_an_allocator_is_one),
      cmocka_unit_test(an_allocator_linked_into_the_interpreter_has_what_lies_around_it),
      cmocka_unit_test(a_program_that_exports_only_its_malloc_is_not_all_allocator),
      cmocka_unit_test(places_are_found_at_the_very_end_of_the_text),
      cmocka_unit_test(on_aarch64_signals_return_through_the_vdso),
      cmocka_unit_test(a_libc_without_malloc_or_return_from_signals_is_an_error),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
