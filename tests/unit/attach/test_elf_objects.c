/* SPDX-License-Identifier: MIT */
/* The objects of a process and their symbols: of this one, as the loader itself tells them; of made-up ones, spoilt in
 * every way that was thought of. */
#include "attach/elf_objects.h"

#include <dlfcn.h>
#include <link.h>
#include <sys/auxv.h>
#include <time.h>

#include "attach.h"
#include "made_up_elf.h"

/* ---- this process --------------------------------------------------------------------------- */

typedef struct compared {
  const looked *looked;
  unsigned seen;
} compared;

static const dryad_elf_object *with_bias(const dryad_elf_objects *objects, uint64_t bias, uint64_t text)
{
  for (uint32_t i = 0; i < objects->count; i++)
    if (objects->items[i].bias == bias && dryad_elf_object_has_text(&objects->items[i], text))
      return &objects->items[i];
  return NULL;
}

static uint64_t first_text(const struct dl_phdr_info *info)
{
  for (int i = 0; i < info->dlpi_phnum; i++)
    if (info->dlpi_phdr[i].p_type == PT_LOAD && info->dlpi_phdr[i].p_flags & PF_X)
      return info->dlpi_addr + info->dlpi_phdr[i].p_vaddr;
  return 0;
}

static int compare_object(struct dl_phdr_info *info, size_t size, void *context)
{
  (void)size;
  compared *c = context;
  const dryad_elf_object *object = with_bias(&c->looked->objects, info->dlpi_addr, first_text(info));
  if (!object) fail_msg("%s is missing", info->dlpi_name);
  if (c->seen++) assert_string_equal(object->name, info->dlpi_name);
  unsigned texts = 0;
  for (int i = 0; i < info->dlpi_phnum; i++) {
    const ElfW(Phdr) *header = &info->dlpi_phdr[i];
    uint64_t from = info->dlpi_addr + header->p_vaddr, to = from + header->p_memsz;
    switch (header->p_type) {
    case PT_LOAD:
      assert_true(object->all.from <= from && to <= object->all.to);
      if (!(header->p_flags & PF_X)) break;
      assert_number(object->text[texts].from, from);
      assert_number(object->text[texts++].to, to);
      break;
    case PT_DYNAMIC: assert_number(object->dynamic.from, from); break;
    case PT_GNU_EH_FRAME:
      assert_number(object->frames.from, from);
      assert_number(object->frames.to, to);
      break;
    default: break;
    }
  }
  assert_int_equal(object->texts, texts);
  return 0;
}

static void objects_are_those_that_the_loader_tells(void **state)
{
  (void)state;
  looked l;
  look(&l, getpid());
  compared c = {&l, 0};
  dl_iterate_phdr(compare_object, &c);
  assert_int_equal(l.objects.count, c.seen);
  assert_int_equal(l.objects.unreadable, 0);
  assert_int_equal(l.objects.kind, DRYAD_LIBC_GNU);
  assert_false(l.objects.changing);
  assert_true(l.objects.program == l.objects.items);
  assert_string_equal(dryad_elf_object_base_name(l.objects.libc), "libc.so.6");
  assert_number(l.objects.loader->all.from, getauxval(AT_BASE));
  assert_number(l.objects.vdso->all.from, getauxval(AT_SYSINFO_EHDR));
  assert_number(l.auxv.entry, getauxval(AT_ENTRY));
  const ElfW(Dyn) *entry = _DYNAMIC;
  while (entry->d_tag != DT_DEBUG) entry++;
  assert_number(l.objects.program->debug, entry->d_un.d_ptr);
  assert_true(dryad_elf_objects_at(&l.objects, (uintptr_t)&objects_are_those_that_the_loader_tells) ==
              l.objects.program);
  assert_true(dryad_elf_objects_at(&l.objects, (uintptr_t)dlsym(RTLD_DEFAULT, "getppid")) == l.objects.libc);
  assert_null(dryad_elf_objects_at(&l.objects, (uintptr_t)&l));
  look_away(&l);
}

typedef struct names {
  const looked *looked;
  const dryad_elf_object *object;
  void *handle;
  unsigned compared;
} names;

/* dlsym gives default versions, which may be those of other libraries where this one has only old ones; nothing where
 * only libc may use it; and for an indirect one what its resolver gave. */
static bool compare_symbol(void *context, const char *name, const dryad_symbol *symbol)
{
  names *n = context;
  dryad_symbol found;
  assert_true(symbol->is_function);
  uintptr_t told = (uintptr_t)dlsym(n->handle, name);
  if (!dryad_symbol_find(&found, n->looked->memory, n->object, name)) {
    if (told == symbol->address) fail_msg("%s of %s is not found", name, n->object->name);
  } else if (told && !found.is_indirect) {
    if (found.address != told) fail_msg("%s of %s is another", name, n->object->name);
    n->compared++;
  }
  return true;
}

static unsigned compare_symbols(const looked *l, const dryad_elf_object *object, const char *file)
{
  names n = {l, object, dlopen(file, RTLD_LAZY | RTLD_NOLOAD), 0};
  if (!n.handle) fail_msg("%s is not loaded", file);
  if (!dryad_symbol_each_function(l->memory, object, compare_symbol, &n)) fail_msg("%s cannot be followed", file);
  dlclose(n.handle);
  return n.compared;
}

static void symbols_are_those_that_dlsym_finds(void **state)
{
  (void)state;
  looked l;
  unsigned all = 0;
  void *more = dlopen("libm.so.6", RTLD_LAZY);
  assert_non_null(more);
  look(&l, getpid());
  assert_true(compare_symbols(&l, l.objects.libc, "libc.so.6") > 1500);
  for (uint32_t i = 1; i < l.objects.count; i++)
    if (&l.objects.items[i] != l.objects.vdso && &l.objects.items[i] != l.objects.libc)
      all += compare_symbols(&l, &l.objects.items[i], l.objects.items[i].name);
  assert_true(all > 300);
  dlclose(more);
  look_away(&l);
}

static void the_vdso_has_symbols_though_nobody_relocated_it(void **state)
{
  (void)state;
  looked l;
  dryad_symbol symbol;
  look(&l, getpid());
#if defined(__x86_64__)
  assert_true(dryad_symbol_find(&symbol, l.memory, l.objects.vdso, "__vdso_clock_gettime"));
  int (*clock)(clockid_t, struct timespec *) = (int (*)(clockid_t, struct timespec *))(uintptr_t)symbol.address;
  struct timespec told, now;
  assert_int_equal(clock(CLOCK_REALTIME, &told), 0);
  assert_int_equal(clock_gettime(CLOCK_REALTIME, &now), 0);
  assert_in_range(now.tv_sec - told.tv_sec, 0, 5);
#else
  assert_true(dryad_symbol_find(&symbol, l.memory, l.objects.vdso, "__kernel_rt_sigreturn"));
#endif
  look_away(&l);
}

static void indirect_functions_say_so(void **state)
{
  (void)state;
  looked l;
  dryad_symbol symbol;
  const dryad_elf_object *from = NULL;
  look(&l, getpid());
#if defined(__x86_64__)
  assert_true(dryad_symbol_find(&symbol, l.memory, l.objects.libc, "memcpy"));
  assert_true(symbol.is_indirect && symbol.is_function);
#endif
  assert_true(dryad_elf_objects_symbol(&symbol, &from, l.memory, &l.objects, "getppid"));
  assert_true(from == l.objects.libc && symbol.is_function && !symbol.is_indirect && symbol.size > 0);
  assert_true(dryad_symbol_find(&symbol, l.memory, l.objects.libc, "environ"));
  assert_false(symbol.is_function);
  assert_number(symbol.size, 8);
  assert_false(dryad_elf_objects_symbol(&symbol, &from, l.memory, &l.objects, "no_such_function_anywhere"));
  assert_false(dryad_symbol_find(&symbol, l.memory, l.objects.libc, "errno")); /* one a thread */
  look_away(&l);
}

/* ---- the auxiliary vector ------------------------------------------------------------------- */

static void narrow_programs_and_dead_ones_are_told_apart(void **state)
{
  (void)state;
  dryad_error error = {0};
  dryad_auxv auxv;
  const uint32_t narrow[] = {32, 0xf7f00000, 6, 4096, 3, 0x8048034, 4, 32, 5, 9, 7, 0xf7fd0000, 0, 0};
  const uint64_t wide[] = {3, 0x400040, 4, 56, 5, 13, 7, 0x7000, 9, 0x401000, 33, 0x9000, 0, 0, 9, 1};
  assert_int_equal(dryad_auxv_parse(&auxv, narrow, sizeof narrow, &error), DRYAD_FORMAT);
  assert_non_null(strstr(error.text, "32-bit"));
  assert_int_equal(dryad_auxv_parse(&auxv, "", 0, &error), DRYAD_FORMAT);
  assert_non_null(strstr(error.text, "has ended"));
  assert_int_equal(dryad_auxv_parse(&auxv, wide, sizeof wide, &error), DRYAD_OK);
  assert_number(auxv.headers, 0x400040);
  assert_number(auxv.header_count, 13);
  assert_number(auxv.loader, 0x7000);
  assert_number(auxv.entry, 0x401000);
  assert_number(auxv.vdso, 0x9000);
  assert_int_equal(dryad_auxv_parse(&auxv, wide, 16, &error), DRYAD_FORMAT);
}

/* ---- made-up processes ---------------------------------------------------------------------- */

static void a_made_up_process_is_read(void **state)
{
  (void)state;
  made_up m;
  dryad_symbol symbol;
  make_up(&m);
  assert_int_equal(read_made_up(&m, NULL), DRYAD_OK);
  assert_int_equal(m.objects.kind, DRYAD_LIBC_GNU);
  assert_int_equal(m.objects.count, 3);
  assert_true(m.objects.libc == &m.objects.items[1] && m.objects.loader == &m.objects.items[2]);
  for (int sysv = 0; sysv < 2; sysv++) {
    for (uint64_t at = PROGRAM; at <= LOADER; at += LIBC - PROGRAM) {
      const dryad_elf_object *object = &m.objects.items[(at - PROGRAM) / (LIBC - PROGRAM)];
      assert_true(dryad_symbol_find(&symbol, m.memory, object, "spam"));
      assert_number(symbol.address, at + AT_TEXT + 0x10);
      assert_number(symbol.size, 0x40);
      assert_false(dryad_symbol_find(&symbol, m.memory, object, "ham"));
      put64(m.mem, at + AT_DYNAMIC + 3 * 16, DT_HASH);
      put64(m.mem, at + AT_DYNAMIC + 3 * 16 + 8, AT_HASH);
    }
    assert_int_equal(read_made_up(&m, NULL), DRYAD_OK);
  }
  forget(&m);
}

static bool count_visit(void *context, const char *name, const dryad_symbol *symbol)
{
  (void)name;
  (void)symbol;
  ++*(unsigned *)context;
  return true;
}

static void only_default_versions_are_found(void **state)
{
  (void)state;
  made_up m;
  dryad_symbol symbol;
  unsigned functions = 0;
  const uint64_t versions = LIBC + AT_GNU_HASH + 0xe0;
  make_up(&m);
  put64(m.mem, LIBC + AT_DYNAMIC + 6 * 16, DT_VERSYM);
  put64(m.mem, LIBC + AT_DYNAMIC + 6 * 16 + 8, versions);
  put32(m.mem, versions, 2U << 16);
  assert_int_equal(read_made_up(&m, NULL), DRYAD_OK);
  assert_true(dryad_symbol_find(&symbol, m.memory, m.objects.libc, "spam"));
  put32(m.mem, versions, 0x8002U << 16);
  assert_int_equal(read_made_up(&m, NULL), DRYAD_OK);
  assert_false(dryad_symbol_find(&symbol, m.memory, m.objects.libc, "spam"));
  assert_true(dryad_symbol_each_function(m.memory, m.objects.libc, count_visit, &functions));
  assert_int_equal(functions, 1); /* it is there all the same */
  forget(&m);
}

static void kinds_of_programs_are_told_apart(void **state)
{
  (void)state;
  made_up m;
  make_up(&m);
  put(m.mem, LIBC + AT_STRINGS + 1, "libfoo.so", 10);
  assert_int_equal(read_made_up(&m, NULL), DRYAD_OK);
  assert_int_equal(m.objects.kind, DRYAD_LIBC_OTHER);
  assert_null(m.objects.libc);
  put(m.mem, LOADER + AT_STRINGS + 1, "libc.musl-x86_64.so.1", 22);
  assert_int_equal(read_made_up(&m, NULL), DRYAD_OK);
  assert_int_equal(m.objects.kind, DRYAD_LIBC_MUSL);
  m.auxv.loader = 0;
  assert_int_equal(read_made_up(&m, NULL), DRYAD_OK);
  assert_int_equal(m.objects.kind, DRYAD_LIBC_STATIC);
  assert_int_equal(m.objects.count, 1);
  forget(&m);
}

static void a_loader_at_work_says_so(void **state)
{
  (void)state;
  made_up m;
  make_up(&m);
  put32(m.mem, DEBUG_ADDRESS + 24, 1);
  assert_int_equal(read_made_up(&m, NULL), DRYAD_OK);
  assert_true(m.objects.changing);
  put64(m.mem, map_entry(1) + 24, 0x12345); /* half-made lists are no surprise then */
  assert_int_equal(read_made_up(&m, NULL), DRYAD_OK);
  put64(m.mem, DEBUG_ADDRESS, 0); /* it has not begun */
  assert_int_equal(read_made_up(&m, NULL), DRYAD_OK);
  assert_true(m.objects.changing);
  assert_int_equal(m.objects.kind, DRYAD_LIBC_OTHER);
  forget(&m);
}

static void a_program_of_another_class_or_machine_is_refused(void **state)
{
  (void)state;
  made_up m;
  dryad_error error = {0};
  make_up(&m);
  put(m.mem, LOADER + EI_CLASS, (unsigned char[]){ELFCLASS32}, 1);
  assert_int_equal(read_made_up(&m, &error), DRYAD_FORMAT);
  assert_non_null(strstr(error.text, "32-bit"));
  put(m.mem, LOADER + EI_CLASS, (unsigned char[]){ELFCLASS64}, 1);
  put(m.mem, LOADER + 18, (unsigned char[]){EM_RISCV}, 1);
  assert_int_equal(read_made_up(&m, &error), DRYAD_FORMAT);
  assert_non_null(strstr(error.text, "only programs for x86-64 and aarch64"));
  forget(&m);
}

/* What is changed at an address, and what is said then: NULL for an entry that is left out. */
typedef struct spoilt {
  const char *what;
  uint64_t address, value;
  dryad_status status;
  const char *text;
  unsigned unreadable;
} spoilt;

static void damaged_lists_are_reported_and_end(void **state)
{
  (void)state;
  const uint64_t headers = LIBC + sizeof(Elf64_Ehdr), header = sizeof(Elf64_Phdr);
  const spoilt all[] = {
      {"the debug structure is nowhere", PROGRAM + AT_DYNAMIC + 5 * 16 + 8, 0x7777000, DRYAD_FORMAT, "nowhere", 0},
      {"it is beyond all addresses", PROGRAM + AT_DYNAMIC + 5 * 16 + 8, UINT64_MAX - 3, DRYAD_FORMAT, "nowhere", 0},
      {"the list begins nowhere", DEBUG_ADDRESS + 8, 0x7777000, DRYAD_FORMAT, "nowhere", 0},
      {"it leads to nowhere", map_entry(1) + 24, UINT64_MAX - 20, DRYAD_FORMAT, "nowhere", 0},
      {"an entry leads to itself", map_entry(1) + 24, map_entry(1), DRYAD_FORMAT, "back links", 0},
      {"a cycle", map_entry(2) + 24, map_entry(0), DRYAD_FORMAT, "back links", 0},
      {"a cycle further on", map_entry(2) + 24, map_entry(1), DRYAD_FORMAT, "back links", 0},
      {"a wild name", map_entry(1) + 8, UINT64_MAX - 2, DRYAD_OK, NULL, 0},
      {"a wild bias", map_entry(1), UINT64_MAX - 0xfff, DRYAD_OK, NULL, 1},
      {"a wild dynamic section", map_entry(1) + 16, 0x7777000, DRYAD_OK, NULL, 1},
      {"no ELF header", LIBC, 0, DRYAD_OK, NULL, 1},
      {"program headers nowhere", LIBC + 32, UINT64_MAX - 100, DRYAD_OK, NULL, 1},
      {"endless program headers", LIBC + 56, 0xffff, DRYAD_OK, NULL, 1},
      {"a segment that wraps around", headers + header + 40, UINT64_MAX, DRYAD_OK, NULL, 1},
      {"a segment beyond all addresses", headers + 2 * header + 16, UINT64_C(1) << 63, DRYAD_OK, NULL, 1},
      {"a dynamic section that wraps around", headers + 4 * header + 40, UINT64_MAX, DRYAD_OK, NULL, 1},
      {"the first program header is wild", PROGRAM + sizeof(Elf64_Ehdr) + 16, 0x123456789, DRYAD_FORMAT, "are invalid",
       0},
  };
  for (unsigned i = 0; i < sizeof all / sizeof *all; i++) {
    made_up m;
    dryad_error error = {0};
    make_up(&m);
    put64(m.mem, all[i].address, all[i].value);
    dryad_status status = read_made_up(&m, &error);
    if (status != all[i].status) fail_msg("%s: %d, %s", all[i].what, status, error.text);
    if (all[i].text && !strstr(error.text, all[i].text)) fail_msg("%s: %s", all[i].what, error.text);
    if (m.objects.unreadable != all[i].unreadable) fail_msg("%s: %u unreadable", all[i].what, m.objects.unreadable);
    forget(&m);
  }
}

static void a_list_without_end_ends(void **state)
{
  (void)state;
  made_up m;
  dryad_error error = {0};
  make_up(&m);
  for (unsigned i = m.entries; i < DRYAD_ELF_OBJECTS_MAX + 1; i++) {
    uint64_t entry[] = {LIBC, 0, LIBC + AT_DYNAMIC, MAPS_ADDRESS + MEGABYTE + (uint64_t)(i + 1) * 0x40,
                        i == m.entries ? map_entry(i - 1) : MAPS_ADDRESS + MEGABYTE + (uint64_t)(i - 1) * 0x40};
    put(m.mem, MAPS_ADDRESS + MEGABYTE + (uint64_t)i * 0x40, entry, sizeof entry);
  }
  put64(m.mem, map_entry(2) + 24, MAPS_ADDRESS + MEGABYTE + (uint64_t)m.entries * 0x40);
  assert_int_equal(read_made_up(&m, &error), DRYAD_LIMIT);
  assert_non_null(strstr(error.text, "more than 4096 libraries"));
  dryad_target_memory_set_budget(m.memory, 40000);
  assert_int_equal(read_made_up(&m, &error), DRYAD_LIMIT);
  assert_non_null(strstr(error.text, "more than can be read"));
  forget(&m);
}

/* Tables that lie: nothing is found, and nothing hangs. */
static void spoilt_symbol_tables_give_nothing(void **state)
{
  (void)state;
  const spoilt all[] = {
      {"no buckets", LIBC + AT_GNU_HASH, (uint64_t)1 << 32, 0, NULL, 0},
      {"as many buckets as can be", LIBC + AT_GNU_HASH, (uint64_t)1 << 32 | UINT32_MAX, 0, NULL, 0},
      {"a filter without end", LIBC + AT_GNU_HASH + 8, UINT32_MAX, 0, NULL, 0},
      {"a bucket before the first symbol", LIBC + AT_GNU_HASH + 4, (uint64_t)1 << 32 | 9, 0, NULL, 0},
      {"a bucket far out", LIBC + AT_GNU_HASH + 24, UINT32_MAX, 0, NULL, 0},
      {"a symbol's name far out", LIBC + AT_SYMBOLS + 24, UINT32_MAX, 0, NULL, 0},
      {"a symbol far out", LIBC + AT_SYMBOLS + 24 + 8, UINT64_MAX - 5, 0, NULL, 0},
      {"a symbol before its object", LIBC + AT_SYMBOLS + 24 + 8, (uint64_t)0 - 0x1000, 0, NULL, 0},
      {"strings nowhere", LIBC + AT_DYNAMIC + 8, 0x7777000, 0, NULL, 0},
      {"symbols nowhere", LIBC + AT_DYNAMIC + 24, UINT64_MAX - 9, 0, NULL, 0},
      {"no strings", LIBC + AT_DYNAMIC + 40, 0, 0, NULL, 0},
      {"strings that end within the name", LIBC + AT_DYNAMIC + 40, sizeof "?libc.so.6" + 4, 0, NULL, 0},
      {"a hash table at the very end", LIBC + AT_DYNAMIC + 56, LIBC + OBJECT_SIZE - 2, 0, NULL, 0},
  };
  for (unsigned i = 0; i < sizeof all / sizeof *all; i++) {
    made_up m;
    dryad_symbol symbol;
    unsigned count = 0;
    make_up(&m);
    put64(m.mem, all[i].address, all[i].value);
    if (read_made_up(&m, NULL)) fail_msg("%s: not read", all[i].what);
    if (dryad_symbol_find(&symbol, m.memory, &m.objects.items[1], "spam")) fail_msg("%s: found", all[i].what);
    dryad_symbol_each_function(m.memory, &m.objects.items[1], count_visit, &count);
    assert_in_range(count, 0, 1);
    forget(&m);
  }
}

static void a_chain_that_never_ends_is_left(void **state)
{
  (void)state;
  made_up m;
  dryad_symbol symbol;
  unsigned count = 0;
  static uint32_t chain[MEGABYTE]; /* no lowest bit anywhere: it leads on and on */
  make_up(&m);
  const uint64_t far = LIBC + 64 * MEGABYTE;
  put64(m.mem, LIBC + sizeof(Elf64_Ehdr) + 3 * sizeof(Elf64_Phdr) + 40, UINT64_C(1) << 32); /* of a huge object */
  put64(m.mem, LIBC + AT_DYNAMIC + 56, far);
  put(m.mem, far, (uint32_t[]){1, 1, 1, 0, 0, 0, 1}, 28);
  put(m.mem, far + 28, chain, sizeof chain);
  assert_int_equal(read_made_up(&m, NULL), DRYAD_OK);
  uint64_t before = dryad_target_memory_budget(m.memory);
  assert_false(dryad_symbol_find(&symbol, m.memory, m.objects.libc, "spam"));
  assert_true(before - dryad_target_memory_budget(m.memory) < MEGABYTE);
  assert_false(dryad_symbol_each_function(m.memory, m.objects.libc, count_visit, &count));
  /* The other table: a symbol that follows itself. */
  put64(m.mem, LIBC + AT_DYNAMIC + 48, DT_HASH);
  put64(m.mem, LIBC + AT_DYNAMIC + 56, AT_HASH);
  put32(m.mem, LIBC + AT_HASH + 16, 1);
  assert_int_equal(read_made_up(&m, NULL), DRYAD_OK);
  assert_false(dryad_symbol_find(&symbol, m.memory, m.objects.libc, "ham"));
  put32(m.mem, LIBC + AT_HASH + 4, UINT32_MAX);
  dryad_target_memory_refresh(m.memory);
  assert_false(dryad_symbol_each_function(m.memory, m.objects.libc, count_visit, &count));
  forget(&m);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(objects_are_those_that_the_loader_tells),
      cmocka_unit_test(symbols_are_those_that_dlsym_finds),
      cmocka_unit_test(the_vdso_has_symbols_though_nobody_relocated_it),
      cmocka_unit_test(indirect_functions_say_so),
      cmocka_unit_test(narrow_programs_and_dead_ones_are_told_apart),
      cmocka_unit_test(a_made_up_process_is_read),
      cmocka_unit_test(only_default_versions_are_found),
      cmocka_unit_test(kinds_of_programs_are_told_apart),
      cmocka_unit_test(a_loader_at_work_says_so),
      cmocka_unit_test(a_program_of_another_class_or_machine_is_refused),
      cmocka_unit_test(damaged_lists_are_reported_and_end),
      cmocka_unit_test(a_list_without_end_ends),
      cmocka_unit_test(spoilt_symbol_tables_give_nothing),
      cmocka_unit_test(a_chain_that_never_ends_is_left),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
