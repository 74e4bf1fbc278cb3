/* SPDX-License-Identifier: MIT */
/* DWARF in the memory of a process: numbers, expressions, and rules about frames; sound ones, worked out by hand, and
 * those that lie. */
#include "attach.h"
#include "attach/dwarf_cursor.h"
#include "attach/dwarf_expression.h"
#include "attach/frame_rules.h"
#include "made_up_frames.h"

enum { CODE = 0x1000, DATA = 0x3000 };

static dryad_target_memory *memory_with(int *fd, const void *bytes, size_t size)
{
  *fd = made_up_memory();
  assert_int_equal(ftruncate(*fd, 0x4000), 0);
  put(*fd, CODE, bytes, size);
  dryad_target_memory *memory = dryad_target_memory_new(*fd, MEGABYTE);
  assert_non_null(memory);
  return memory;
}

static void drop(dryad_target_memory *memory, int fd)
{
  dryad_target_memory_free(memory);
  close(fd);
}

/* ---- numbers -------------------------------------------------------------------------------- */

static void numbers_are_read_one_after_another(void **state)
{
  (void)state;
  /* The variable ones are the examples of DWARF 5, figures 24 and 25. */
  static const unsigned char bytes[] = {0x12, 0x34, 0x12, 0xff, 0xfe, 0xff, 0xff, 0xff, 2,    0x7f,
                                        0x80, 0x01, 0xb9, 0x64, 0x02, 0x7e, 0xff, 0x00, 0x81, 0x7f};
  int fd;
  dryad_dwarf_cursor c;
  dryad_target_memory *memory = memory_with(&fd, bytes, sizeof bytes);
  dryad_dwarf_start(&c, memory, CODE, CODE + sizeof bytes);
  assert_int_equal(dryad_dwarf_unsigned(&c, 1), 0x12);
  assert_int_equal(dryad_dwarf_unsigned(&c, 2), 0x1234);
  assert_int_equal(dryad_dwarf_signed(&c, 1), -1);
  assert_int_equal(dryad_dwarf_signed(&c, 4), -2);
  assert_int_equal(dryad_dwarf_uleb(&c), 2);
  assert_int_equal(dryad_dwarf_uleb(&c), 127);
  assert_int_equal(dryad_dwarf_uleb(&c), 128);
  assert_int_equal(dryad_dwarf_uleb(&c), 12857);
  assert_int_equal(dryad_dwarf_sleb(&c), 2);
  assert_int_equal(dryad_dwarf_sleb(&c), -2);
  assert_int_equal(dryad_dwarf_sleb(&c), 127);
  assert_int_equal(dryad_dwarf_sleb(&c), -127);
  assert_false(c.failed);
  assert_int_equal(dryad_dwarf_unsigned(&c, 1), 0);
  assert_true(c.failed);
  drop(memory, fd);
}

static void pointers_are_relative_to_what_they_say(void **state)
{
  (void)state;
  const struct {
    unsigned encoding;
    unsigned char bytes[10];
    uint64_t value;
    bool fails;
  } all[] = {
      {0x00, {1, 2, 3, 4, 5, 6, 7, 8}, UINT64_C(0x0807060504030201), false},
      {0x1b, {0xf0, 0xff, 0xff, 0xff}, CODE - 16, false},
      {0x3b, {0x10}, DATA + 16, false},
      {0x03, {0xf0, 0xff, 0xff, 0xff}, 0xfffffff0, false},
      {0x0a, {0xfe, 0xff}, UINT64_MAX - 1, false},
      {0x12, {0xfe, 0xff}, CODE + 0xfffe, false},
      {0x0c, {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}, UINT64_MAX, false},
      {0x9b, {4}, CODE + 4, false},
      {0x01, {0x80, 0x01}, 128, false},
      {0x09, {0x7f}, UINT64_MAX, false},
      {0xff, {1}, 0, false},
      {0x05, {1}, 0, true},
      {0x2b, {1}, 0, true},
      {0x50, {1}, 0, true},
      {0x01, {0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80}, 0, true},
  };
  for (unsigned i = 0; i < sizeof all / sizeof *all; i++) {
    int fd;
    dryad_dwarf_cursor c;
    dryad_target_memory *memory = memory_with(&fd, all[i].bytes, sizeof all[i].bytes);
    dryad_dwarf_start(&c, memory, CODE, CODE + sizeof all[i].bytes);
    uint64_t value = dryad_dwarf_pointer(&c, all[i].encoding, DATA);
    if (value != all[i].value || c.failed != all[i].fails)
      fail_msg("%02x: %llx", all[i].encoding, (unsigned long long)value);
    drop(memory, fd);
  }
}

static void a_cursor_stays_within_its_stretch_and_what_can_be_read(void **state)
{
  (void)state;
  int fd;
  dryad_dwarf_cursor c;
  dryad_target_memory *memory = memory_with(&fd, "", 1);
  dryad_dwarf_start(&c, memory, CODE + 8, CODE);
  assert_int_equal(dryad_dwarf_unsigned(&c, 1), 0);
  assert_true(c.failed);
  dryad_dwarf_start(&c, memory, 0x4000 - 8, 0x4000 + 8); /* the end of the memory comes first */
  dryad_dwarf_unsigned(&c, 8);
  assert_false(c.failed);
  dryad_dwarf_unsigned(&c, 1);
  assert_true(c.failed);
  dryad_dwarf_start(&c, memory, UINT64_MAX - 4, UINT64_MAX);
  dryad_dwarf_unsigned(&c, 4);
  assert_true(c.failed);
  dryad_dwarf_start(&c, memory, CODE, CODE + 16);
  dryad_dwarf_skip(&c, UINT64_MAX);
  assert_true(c.failed && c.at == CODE);
  drop(memory, fd);
}

/* ---- expressions ---------------------------------------------------------------------------- */

typedef struct expression {
  const char *what;
  unsigned char size, code[20];
  uint64_t value;
  bool fails;
} expression;

/* rax 5, rbp DATA + 0x10, rsp DATA, and pc 0x7fffb; nothing else is known. At DATA + 8 there is 0x1122334455667788. */
static const expression expressions[] = {
    {"lit", 1, {0x3f}, 15, false},
    {"breg", 2, {0x77, 8}, DATA + 8, false},
    {"breg below", 2, {0x76, 0x78}, DATA + 8, false},
    {"bregx", 3, {0x92, 7, 4}, DATA + 4, false},
    {"pc", 2, {0x80, 0}, 0x7fffb, false},
    {"deref", 3, {0x77, 8, 0x06}, UINT64_C(0x1122334455667788), false},
    {"deref_size", 4, {0x77, 8, 0x94, 2}, 0x7788, false},
    /* What linkers write for the PLT: rsp + 8 + ((rip & 15) >= 11) << 3. */
    {"plt", 11, {0x77, 0x08, 0x80, 0x00, 0x3f, 0x1a, 0x3b, 0x2a, 0x33, 0x24, 0x22}, DATA + 16, false},
    {"constants", 6, {0x08, 0xff, 0x09, 0xff, 0x22, 0x96}, 254, false},
    {"const8", 9, {0x0e, 1, 0, 0, 0, 0, 0, 0, 0x80}, UINT64_C(0x8000000000000001), false},
    {"constu", 3, {0x10, 0x80, 0x01}, 128, false},
    {"consts", 2, {0x11, 0x7f}, UINT64_MAX, false},
    {"addr", 9, {0x03, 8, 7, 6, 5, 4, 3, 2, 1}, UINT64_C(0x0102030405060708), false},
    {"dup drop", 4, {0x33, 0x12, 0x13, 0x96}, 3, false},
    {"over", 3, {0x33, 0x34, 0x14}, 3, false},
    {"pick", 5, {0x33, 0x34, 0x35, 0x15, 2}, 3, false},
    {"swap minus", 4, {0x33, 0x39, 0x16, 0x1c}, 6, false},
    {"rot", 5, {0x31, 0x32, 0x33, 0x17, 0x1c}, UINT64_MAX, false}, /* 3 1 2, and 1 - 2 */
    {"abs neg", 3, {0x33, 0x1f, 0x19}, 3, false},
    {"div", 5, {0x11, 0x79, 0x32, 0x1b, 0x1f}, 3, false}, /* -7 / 2 is -3 */
    {"div by -1", 4, {0x33, 0x11, 0x7f, 0x1b}, UINT64_C(0) - 3, false},
    {"mod", 3, {0x37, 0x34, 0x1d}, 3, false},
    {"mul", 3, {0x37, 0x34, 0x1e}, 28, false},
    {"not", 2, {0x30, 0x20}, UINT64_MAX, false},
    {"or xor and", 7, {0x3c, 0x33, 0x21, 0x31, 0x27, 0x3e, 0x1a}, 14, false},
    {"plus_uconst", 3, {0x30, 0x23, 0x05}, 5, false},
    {"shl too far", 4, {0x31, 0x08, 64, 0x24}, 0, false},
    {"shr", 3, {0x38, 0x32, 0x25}, 2, false},
    {"shra", 4, {0x11, 0x78, 0x31, 0x26}, UINT64_C(0) - 4, false},
    {"shra too far", 5, {0x11, 0x78, 0x08, 99, 0x26}, UINT64_MAX, false},
    {"shra by nothing", 4, {0x11, 0x78, 0x30, 0x26}, UINT64_C(0) - 8, false},
    {"compare", 4, {0x11, 0x7f, 0x31, 0x2d}, 1, false},
    {"bra", 6, {0x31, 0x31, 0x28, 1, 0, 0x32}, 1, false},
    {"no bra", 6, {0x31, 0x30, 0x28, 1, 0, 0x32}, 2, false},
    {"skip", 5, {0x31, 0x2f, 1, 0, 0x32}, 1, false},

    {"nothing", 0, {0}, 0, true},
    {"pop of nothing", 2, {0x31, 0x22}, 0, true},
    {"an unknown register", 2, {0x73, 0}, 0, true},
    {"a register that there is not", 3, {0x92, 99, 0}, 0, true},
    {"an unknown instruction", 2, {0x31, 0xe0}, 0, true},
    {"a register as a place", 1, {0x57}, 0, true},
    {"division by nothing", 3, {0x31, 0x30, 0x1b}, 0, true},
    {"rest by nothing", 3, {0x31, 0x30, 0x1d}, 0, true},
    {"deref of nowhere", 4, {0x11, 0x7c, 0x06, 0x96}, 0, true},
    {"deref of too much", 4, {0x77, 0, 0x94, 200}, 0, true},
    {"cut off", 3, {0x0a, 1}, 0, true}, /* its size is set below */
    {"jump out", 4, {0x31, 0x2f, 0x10, 0x00}, 0, true},
    {"jump back out", 4, {0x31, 0x2f, 0x00, 0x80}, 0, true},
    {"for ever", 4, {0x31, 0x2f, 0xfd, 0xff}, 0, true},
    {"pick of too deep", 3, {0x31, 0x15, 1}, 0, true},
    {"ever more", 4, {0x31, 0x2f, 0xfc, 0xff}, 0, true},
};

static dryad_registers some_registers(void)
{
  dryad_registers registers = {.pc = 0x7fffb, .known = 1 | 1 << 6 | 1 << 7, .machine = DRYAD_MACHINE_X86_64};
  registers.at[0] = 5;
  registers.at[6] = DATA + 0x10;
  registers.at[7] = DATA;
  return registers;
}

static void expressions_give_what_was_worked_out(void **state)
{
  (void)state;
  dryad_registers registers = some_registers();
  for (unsigned i = 0; i < sizeof expressions / sizeof *expressions; i++) {
    const expression *e = &expressions[i];
    int fd;
    uint64_t value;
    dryad_target_memory *memory = memory_with(&fd, e->code, sizeof e->code);
    put64(fd, DATA + 8, UINT64_C(0x1122334455667788));
    dryad_span code = {CODE, CODE + (strcmp(e->what, "cut off") ? e->size : 2)};
    bool good = dryad_dwarf_evaluate(&value, memory, code, &registers, NULL);
    if (good == e->fails || (good && value != e->value))
      fail_msg("%s: %d, %llx", e->what, good, (unsigned long long)value);
    drop(memory, fd);
  }
}

static void the_first_value_is_on_the_stack_before(void **state)
{
  (void)state;
  dryad_registers registers = some_registers();
  int fd;
  uint64_t value, first = 100;
  dryad_target_memory *memory = memory_with(&fd, (unsigned char[]){0x23, 5}, 2);
  assert_true(dryad_dwarf_evaluate(&value, memory, (dryad_span){CODE, CODE + 2}, &registers, &first));
  assert_int_equal(value, 105);
  assert_false(dryad_dwarf_evaluate(&value, memory, (dryad_span){CODE, CODE + 2}, &registers, NULL));
  assert_false(dryad_dwarf_evaluate(&value, memory, (dryad_span){CODE, CODE + MEGABYTE}, &registers, &first));
  assert_false(dryad_dwarf_evaluate(&value, memory, (dryad_span){CODE, CODE - 1}, &registers, &first));
  drop(memory, fd);
}

/* ---- rules ---------------------------------------------------------------------------------- */

enum { TEXT = 0x10000 };

/* What the instructions of an FDE give at TEXT + 16, the CIE having said CFA = rsp + 8, return address at CFA - 8. */
static bool rules_of(dryad_frame_rules *rules, const unsigned char *own, size_t size, uint64_t at)
{
  static const unsigned char common[] = {0x0c, 7, 8, 0x90, 1};
  int fd;
  dryad_target_memory *memory = memory_with(&fd, common, sizeof common);
  put(fd, DATA, own, size);
  dryad_frame_entry entry = {.from = TEXT,
                             .to = TEXT + 0x100,
                             .code_factor = 1,
                             .data_factor = -8,
                             .return_register = 16,
                             .common = {CODE, CODE + sizeof common},
                             .own = {DATA, DATA + size}};
  bool good = dryad_frame_rules_find(rules, memory, &entry, at);
  drop(memory, fd);
  return good;
}

#define RULES(rules, at, ...)                                                                                          \
  rules_of(rules, (const unsigned char[]){__VA_ARGS__}, sizeof(const unsigned char[]){__VA_ARGS__}, at)

static void assert_rule(const dryad_frame_rules *rules, unsigned number, dryad_rule_kind kind, uint64_t value)
{
  assert_int_equal(rules->at[number].kind, kind);
  assert_number(rules->at[number].number, value);
}

static void rules_hold_up_to_the_next_location(void **state)
{
  (void)state;
  dryad_frame_rules r;
  /* push rbp at 1, mov rsp, rbp at 4, and leave at 0x50. */
#define USUAL 0x41, 0x0e, 16, 0x86, 2, 0x43, 0x0d, 6, 0x02, 0x4c, 0x0c, 7, 8, 0xc6
  assert_true(RULES(&r, TEXT, USUAL));
  assert_number(r.cfa_register, 7);
  assert_number(r.cfa_offset, 8);
  assert_rule(&r, 16, DRYAD_RULE_OFFSET, (uint64_t)-8);
  assert_rule(&r, 6, DRYAD_RULE_UNSPECIFIED, 0);
  assert_true(RULES(&r, TEXT + 1, USUAL));
  assert_number(r.cfa_offset, 16);
  assert_rule(&r, 6, DRYAD_RULE_OFFSET, (uint64_t)-16);
  assert_number(r.cfa_register, 7);
  assert_true(RULES(&r, TEXT + 4, USUAL));
  assert_number(r.cfa_register, 6);
  assert_true(RULES(&r, TEXT + 0x4f, USUAL));
  assert_number(r.cfa_register, 6);
  assert_true(RULES(&r, TEXT + 0x50, USUAL));
  assert_number(r.cfa_register, 7);
  assert_number(r.cfa_offset, 8);
  assert_rule(&r, 6, DRYAD_RULE_UNSPECIFIED, 0);
}

static void states_are_remembered_and_restored(void **state)
{
  (void)state;
  dryad_frame_rules r;
  assert_true(RULES(&r, TEXT + 9, 0x0a, 0x0e, 32, 0x83, 3, 0x0a, 0x07, 16, 0x0b, 0x41, 0x0b));
  assert_number(r.cfa_offset, 8);
  assert_rule(&r, 3, DRYAD_RULE_UNSPECIFIED, 0);
  assert_rule(&r, 16, DRYAD_RULE_OFFSET, (uint64_t)-8);
  assert_true(RULES(&r, TEXT, 0x0a, 0x0e, 32, 0x83, 3, 0x0a, 0x07, 16, 0x0b, 0x41, 0x0b));
  assert_number(r.cfa_offset, 32);
  assert_rule(&r, 3, DRYAD_RULE_OFFSET, (uint64_t)-24);
  assert_rule(&r, 16, DRYAD_RULE_OFFSET, (uint64_t)-8);
}

static void every_instruction_has_its_effect(void **state)
{
  (void)state;
  dryad_frame_rules r;
  assert_true(RULES(&r, TEXT, 0x05, 12, 4, 0x07, 16, 0x08, 3, 0x09, 13, 14, 0x11, 15, 0x7e, 0x14, 1, 2, 0x15, 2, 0x7d));
  assert_rule(&r, 12, DRYAD_RULE_OFFSET, (uint64_t)-32);
  assert_rule(&r, 16, DRYAD_RULE_UNDEFINED, 0);
  assert_rule(&r, 3, DRYAD_RULE_SAME, 0);
  assert_rule(&r, 13, DRYAD_RULE_REGISTER, 14);
  assert_rule(&r, 15, DRYAD_RULE_OFFSET, 16);
  assert_rule(&r, 1, DRYAD_RULE_VALUE, (uint64_t)-16);
  assert_rule(&r, 2, DRYAD_RULE_VALUE, 24);
  assert_true(RULES(&r, TEXT, 0x12, 6, 0x7e, 0x2e, 16, 0x2d, 0x06, 16, 0x00));
  assert_number(r.cfa_register, 6);
  assert_number(r.cfa_offset, 16);
  assert_true(r.is_signed);
  assert_true(RULES(&r, TEXT, 0x13, 0x7d, 0x2d, 0x2d));
  assert_number(r.cfa_offset, 24);
  assert_false(r.is_signed);
  assert_true(RULES(&r, TEXT, 0x0f, 3, 0x77, 8, 6, 0x10, 6, 2, 0x77, 0, 0x16, 3, 1, 0x31));
  assert_true(r.cfa_is_expression);
  assert_number(r.cfa_code.from, DATA + 2);
  assert_number(r.cfa_code.to, DATA + 5);
  assert_int_equal(r.at[6].kind, DRYAD_RULE_EXPRESSION);
  assert_number(r.at[6].code.from, DATA + 8);
  assert_int_equal(r.at[3].kind, DRYAD_RULE_VALUE_EXPRESSION);
  assert_number(r.at[3].code.to, DATA + 14);
  /* Each way to go on: 2, 256, 0x10000 and a place. */
  assert_true(RULES(&r, TEXT + 1, 0x42, 0x0e, 99));
  assert_number(r.cfa_offset, 8);
  assert_true(RULES(&r, TEXT + 2, 0x42, 0x0e, 99));
  assert_number(r.cfa_offset, 99);
  assert_true(RULES(&r, TEXT + 255, 0x03, 0, 1, 0x0e, 99));
  assert_number(r.cfa_offset, 8);
  assert_true(RULES(&r, TEXT + 256, 0x03, 0, 1, 0x0e, 99));
  assert_number(r.cfa_offset, 99);
  assert_true(RULES(&r, TEXT + 0xffff, 0x04, 0, 0, 1, 0, 0x0e, 99));
  assert_number(r.cfa_offset, 8);
  assert_true(RULES(&r, TEXT + 0x7f, 0x01, 0x80, 0, 1, 0, 0, 0, 0, 0, 0x0e, 99));
  assert_number(r.cfa_offset, 8);
  assert_true(RULES(&r, TEXT + 0x80, 0x01, 0x80, 0, 1, 0, 0, 0, 0, 0, 0x0e, 99));
  assert_number(r.cfa_offset, 99);
  /* Vector registers have no rule, and disturb none. */
  assert_true(RULES(&r, TEXT, 0x05, 72, 4, 0x07, 0xff, 0x7f, 0x10, 90, 1, 0x31, 0xbf, 2));
  assert_rule(&r, 16, DRYAD_RULE_OFFSET, (uint64_t)-8);
}

static void senseless_rules_are_no_rules(void **state)
{
  (void)state;
  dryad_frame_rules r;
  assert_false(RULES(&r, TEXT, 0x1f));                               /* an unknown instruction */
  assert_false(RULES(&r, TEXT, 0x17, 1));                            /* and another */
  assert_false(RULES(&r, TEXT, 0x0b));                               /* nothing was remembered */
  assert_false(RULES(&r, TEXT, 10, 10, 10, 10, 10, 10, 10, 10, 10)); /* too much was */
  assert_false(RULES(&r, TEXT, 0x0e));                               /* cut off */
  assert_false(RULES(&r, TEXT, 0x0f, 100, 0x31));                    /* longer than there is */
  assert_false(RULES(&r, TEXT, 0x0f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01));
  assert_false(RULES(&r, TEXT, 0x0f, 1, 0x31, 0x0e, 8));                 /* an offset from an expression */
  assert_false(RULES(&r, TEXT, 0x0f, 1, 0x31, 0x0d, 8));                 /* and a register of one */
  assert_false(RULES(&r, TEXT + 9, 0x42, 0x01, 0, 0, 1, 0, 0, 0, 0, 0)); /* back to where it was before */
  static unsigned char many[0x1000];
  assert_true(rules_of(&r, many, sizeof many, TEXT));
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(numbers_are_read_one_after_another),
      cmocka_unit_test(pointers_are_relative_to_what_they_say),
      cmocka_unit_test(a_cursor_stays_within_its_stretch_and_what_can_be_read),
      cmocka_unit_test(expressions_give_what_was_worked_out),
      cmocka_unit_test(the_first_value_is_on_the_stack_before),
      cmocka_unit_test(rules_hold_up_to_the_next_location),
      cmocka_unit_test(states_are_remembered_and_restored),
      cmocka_unit_test(every_instruction_has_its_effect),
      cmocka_unit_test(senseless_rules_are_no_rules),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
