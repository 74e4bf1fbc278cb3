/* SPDX-License-Identifier: MIT */
/* A made-up process that is spoilt: whatever lies in its memory, looking at it ends soon, and what is said of it holds
 * together.
 *
 * The input is a number of changes: a byte that says where (a structure of the process), one how far on (in units of 8
 * bytes), one how many bytes, and these. */
#include "../unit/made_up_frames.h"
#include "attach/ranges.h"
#include "attach/stack_check.h"
#include "target.h"

enum { STACK = 0x800000, FUZZ_BUDGET = 4 * MEGABYTE };

static const uint64_t places[] = {
    STACK + 0x1000,
    DEBUG_ADDRESS,
    MAPS_ADDRESS,
    NAMES_ADDRESS,
    PROGRAM,
    PROGRAM + AT_DYNAMIC,
    PROGRAM + AT_GNU_HASH,
    PROGRAM + AT_SYMBOLS,
    PROGRAM + AT_STRINGS,
    PROGRAM + AT_TEXT,
    PROGRAM + AT_FRAMES,
    PROGRAM + AT_CIE,
    PROGRAM + AT_FDES,
    LIBC,
    LIBC + AT_DYNAMIC,
    LIBC + AT_GNU_HASH,
    LIBC + AT_SYMBOLS,
    LIBC + AT_STRINGS,
    LIBC + AT_TEXT,
    LIBC + AT_FRAMES,
    LIBC + AT_CIE,
    LIBC + AT_FDES,
    LOADER,
    LOADER + AT_DYNAMIC,
    LOADER + AT_GNU_HASH,
    LOADER + AT_SYMBOLS,
    LOADER + AT_STRINGS,
    PROGRAM + AT_HASH,
    LIBC + AT_HASH,
};

static const made_up_function functions[] = {
    {"qsort", AT_TEXT, 0x40},        {"malloc", AT_TEXT + 0x100, 0x50}, {"free", AT_TEXT + 0x200, 0x20},
    {"exit", AT_TEXT + 0x300, 0x80}, {"fork", AT_TEXT + 0x400, 0x30},   {"_r_debug", 0x100, 0x30},
};
static const instructions plain = {5, {0x0c, 7, 8, 0x90, 1}};
static const instructions some[] = {
    {4, {0x0e, 40, 0x86, 2}},
    {6, {0x0c, 6, 16, 0x86, 2, 0}},
    {2, {0x07, 16}},
    {12, {0x0f, 3, 0x77, 16, 0x06, 0x10, 16, 2, 0x77, 24, 0x2e, 0}},
    {14, {0x41, 0x0e, 16, 0x86, 2, 0x43, 0x0d, 6, 0x0a, 0x02, 0x4c, 0x0b, 0xc6, 0}},
};

static void start(made_up *m)
{
  static const char stack[] = "800000-804000 rw-p 00000000 00:00 0 [stack]\n";
  make_up(m);
  append(m->maps, stack, sizeof stack - 1);
  put_frames(m->mem, PROGRAM, "zR", 16, &plain, some, 5);
  put_frames(m->mem, LIBC, "zRS", 16, &plain, some, 5);
  put_functions(m->mem, PROGRAM, "", functions, 5);
  put_functions(m->mem, LIBC, "libc.so.6", functions, 5);
  put_functions(m->mem, LOADER, "ld-linux-x86-64.so.2", functions + 5, 1);
  put(m->mem, LIBC + AT_TEXT + 0x500, "\x48\xc7\xc0\x0f\0\0\0\x0f\x05\x0f\x05\xc3", 12);
  put64(m->mem, STACK + 0x1000 + 24, STACK + 0x1100);
  put64(m->mem, STACK + 0x1000 + 32, PROGRAM + AT_TEXT + FDE_TEXT + 0x20);
  put64(m->mem, STACK + 0x1000 + 40, LIBC + AT_TEXT + FDE_TEXT + 0x20); /* a suspect, once a call is before it */
  put64(m->mem, STACK + 0x1108, PROGRAM + AT_TEXT + 2 * FDE_TEXT + 0x20);
}

static void change(const made_up *m, const uint8_t *data, size_t size)
{
  while (size >= 3) {
    uint64_t at = places[data[0] % (sizeof places / sizeof *places)] + (uint64_t)data[1] * 8;
    size_t length = data[2] % 64;
    data += 3;
    size -= 3;
    if (length > size) length = size;
    if (length) put(m->mem, at, data, length);
    data += length;
    size -= length;
  }
}

static void check_objects(const dryad_elf_objects *objects)
{
  MUST(objects->count >= 1 && objects->count <= DRYAD_ELF_OBJECTS_MAX + 2);
  for (uint32_t i = 0; i < objects->count; i++) {
    const dryad_elf_object *object = &objects->items[i];
    MUST(object->all.from < object->all.to && object->texts <= DRYAD_ELF_OBJECT_TEXTS);
    MUST(memchr(object->name, 0, sizeof object->name));
    for (unsigned j = 0; j < object->texts; j++)
      MUST(object->text[j].from >= object->all.from && object->text[j].to <= object->all.to);
  }
}

static void check_symbol(made_up *m, const char *name)
{
  dryad_symbol symbol;
  const dryad_elf_object *from = NULL;
  if (!dryad_elf_objects_symbol(&symbol, &from, m->memory, &m->objects, name)) return;
  MUST(symbol.address >= from->all.from && symbol.address < from->all.to);
  MUST(symbol.size <= from->all.to - symbol.address);
}

static void check_ranges(const dryad_ranges *ranges)
{
  for (uint32_t i = 0; i < ranges->count; i++) {
    const dryad_range *range = &ranges->items[i];
    MUST(range->danger && range->from < range->to && (!i || ranges->items[i - 1].to <= range->from));
    MUST(dryad_ranges_at(ranges, range->from) == range->danger);
    MUST(dryad_ranges_at(ranges, range->to - 1) == range->danger);
  }
}

static void check_stack(const dryad_stack *stack)
{
  MUST(stack->count >= 1 && stack->count <= DRYAD_FRAMES_MAX);
  for (unsigned i = 1; i < stack->count; i++)
    MUST(stack->frames[i].sp > stack->frames[i - 1].sp || stack->frames[i - 1].is_signal);
}

static void judge(made_up *m, const dryad_ranges *ranges)
{
  static dryad_stack stack;
  dryad_stack_check check;
  dryad_registers registers = {.known = 0xffff, .machine = DRYAD_MACHINE_X86_64};
  for (unsigned i = 0; i < 5; i++) {
    registers.pc = PROGRAM + AT_TEXT + i * FDE_TEXT + 0x20;
    registers.at[DRYAD_X86_64_RSP] = STACK + 0x1000;
    registers.at[DRYAD_X86_64_RBP] = STACK + 0x1100;
    dryad_unwind(&stack, m->memory, &m->objects, &registers);
    check_stack(&stack);
    dryad_stack_judge(&check, m->memory, &m->mappings, &m->objects, ranges, &registers, 0);
    MUST((check.verdict == DRYAD_STACK_SAFE) == !check.text[0]);
    MUST(check.verdict != DRYAD_STACK_SAFE || !check.unwound || check.end == DRYAD_UNWIND_BASE);
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  made_up m;
  dryad_ranges ranges = {0};
  dryad_error error;
  start(&m);
  change(&m, data, size);
  dryad_target_memory_set_budget(m.memory, FUZZ_BUDGET);
  if (!read_made_up(&m, &error)) {
    check_objects(&m.objects);
    check_symbol(&m, "malloc");
    check_symbol(&m, "_r_debug");
    if (m.objects.libc && !dryad_ranges_find(&ranges, m.memory, &m.objects, &error)) {
      check_ranges(&ranges);
      judge(&m, &ranges);
    }
  } else {
    MUST(error.text[0]);
  }
  dryad_ranges_deinit(&ranges);
  forget(&m);
  return 0;
}
