/* SPDX-License-Identifier: MIT */
/* The frames of threads: of this program, as libgcc's own unwinder tells them; of real Pythons at any moment; of
 * made-up stacks with made-up tables. */
#include "attach/unwind.h"

#include <execinfo.h>
#include <pthread.h>
#include <sys/time.h>
#include <ucontext.h>

#include "attach.h"
#include "made_up_frames.h"

enum { FRAMES = 256 };

/* ---- this process --------------------------------------------------------------------------- */

static looked here;

static dryad_registers registers_in(const ucontext_t *context)
{
  struct user_regs_struct user = {0};
#if defined(__x86_64__)
  const greg_t *g = context->uc_mcontext.gregs;
  user.rip = (unsigned long long)g[REG_RIP];
  user.rsp = (unsigned long long)g[REG_RSP];
  user.rbp = (unsigned long long)g[REG_RBP];
  user.rbx = (unsigned long long)g[REG_RBX];
  user.r12 = (unsigned long long)g[REG_R12];
  user.r13 = (unsigned long long)g[REG_R13];
  user.r14 = (unsigned long long)g[REG_R14];
  user.r15 = (unsigned long long)g[REG_R15];
  user.r10 = (unsigned long long)g[REG_R10];
#else
  for (int i = 0; i < 31; i++) user.regs[i] = context->uc_mcontext.regs[i];
  user.sp = context->uc_mcontext.sp;
  user.pc = context->uc_mcontext.pc;
#endif
  return dryad_registers_of(&user);
}

static void unwind_here(dryad_stack *stack, const ucontext_t *context)
{
  dryad_registers registers = registers_in(context);
  dryad_target_memory_refresh(here.memory);
  dryad_target_memory_set_budget(here.memory, 64 * MEGABYTE);
  dryad_unwind(stack, here.memory, &here.objects, &registers);
}

/* From frame `first` of ours and of theirs on; both must end together. */
static void compare(const dryad_stack *stack, unsigned first, void *const *told, int count, int first_told)
{
  assert_int_equal(stack->end, DRYAD_UNWIND_BASE);
  assert_int_equal(stack->count - first, count - first_told);
  for (unsigned i = first; i < stack->count; i++)
    assert_number(stack->frames[i].pc, (uintptr_t)told[first_told + (int)(i - first)]);
}

static unsigned compared;

/* Frame 0 is in here in both, at different instructions. */
__attribute__((noinline)) static int compare_here(const void *a, const void *b)
{
  static dryad_stack stack;
  void *told[FRAMES];
  ucontext_t context;
  getcontext(&context);
  unwind_here(&stack, &context);
  compare(&stack, 1, told, backtrace(told, FRAMES), 1);
  compared++;
  return (*(const int *)a > *(const int *)b) - (*(const int *)a < *(const int *)b);
}

/* Frames of other sizes at every depth, some with an array whose size is known only when they are entered. */
__attribute__((noinline)) static int deeper(int depth, volatile int *sum)
{
  volatile char room[depth * 24 + 1];
  room[depth * 24] = (char)depth;
  if (depth) *sum += deeper(depth - 1, sum) + room[depth * 24];
  int some[] = {3, 1, 2};
  if (!depth) qsort(some, 3, sizeof *some, compare_here);
  return *sum + room[depth * 24];
}

static void frames_are_those_that_libgcc_finds(void **state)
{
  (void)state;
  SKIP_IF_SANITIZED();
  volatile int sum = 0;
  compared = 0;
  deeper(0, &sum);
  deeper(5, &sum);
  deeper(100, &sum);
  assert_true(compared >= 6);
}

static void *run_in_thread(void *unused)
{
  volatile int sum = 0;
  deeper(3, &sum);
  return unused;
}

static void a_thread_ends_where_it_began(void **state)
{
  (void)state;
  SKIP_IF_SANITIZED();
  pthread_t thread;
  compared = 0;
  assert_int_equal(pthread_create(&thread, NULL, run_in_thread, NULL), 0);
  pthread_join(thread, NULL);
  assert_true(compared >= 2);
}

/* What a signal interrupts: what libgcc finds from the handler outwards is, from the interrupted instruction on, what
 * the interrupted registers lead to. */
static volatile unsigned interrupts, wrong;
static dryad_stack interrupted;

static void on_signal(int signal, siginfo_t *info, void *context)
{
  (void)signal;
  (void)info;
  void *told[FRAMES];
  int count = backtrace(told, FRAMES), at = 0;
  unwind_here(&interrupted, context);
  while (at < count && (uintptr_t)told[at] != interrupted.frames[0].pc) at++;
  bool good = interrupted.end == DRYAD_UNWIND_BASE && (unsigned)(count - at) == interrupted.count;
  for (unsigned i = 0; good && i < interrupted.count; i++)
    good = interrupted.frames[i].pc == (uintptr_t)told[at + (int)i];
  wrong += !good;
  interrupts++;
}

static int compare_numbers(const void *a, const void *b)
{
  return (*(const int *)a > *(const int *)b) - (*(const int *)a < *(const int *)b);
}

/* Prologues, epilogues, the PLT, and whatever libc does. */
static void work(void)
{
  char text[100];
  int some[50];
  uint64_t seed = 7;
  for (int i = 0; i < 50; i++) some[i] = (int)random_below(&seed, 1000);
  qsort(some, 50, sizeof *some, compare_numbers);
  snprintf(text, sizeof text, "%d %f %s", some[3], some[4] / 3.0, "spam");
  free(malloc(strtoul(text, NULL, 10) + strlen(text)));
}

static void any_instruction_can_be_unwound_from(void **state)
{
  (void)state;
  SKIP_IF_SANITIZED();
  void *warm[2];
  struct sigaction action = {.sa_sigaction = on_signal, .sa_flags = SA_SIGINFO | SA_RESTART};
  struct itimerval often = {{0, 700}, {0, 700}}, never = {{0, 0}, {0, 0}};
  backtrace(warm, 2); /* loads libgcc */
  interrupts = wrong = 0;
  sigaction(SIGALRM, &action, NULL);
  setitimer(ITIMER_REAL, &often, NULL);
  while (interrupts < 600) work();
  setitimer(ITIMER_REAL, &never, NULL);
  if (wrong) fail_msg("%u of %u", wrong, interrupts);
}

static unsigned handled;
static void in_handler(int signal)
{
  static dryad_stack stack;
  void *told[FRAMES];
  ucontext_t context;
  (void)signal;
  getcontext(&context);
  unwind_here(&stack, &context);
  compare(&stack, 1, told, backtrace(told, FRAMES), 1);
  assert_false(stack.frames[0].is_signal);
  assert_true(stack.frames[1].is_signal && !stack.frames[1].is_exact);
  assert_true(stack.frames[2].is_exact && !stack.frames[2].is_signal);
  handled++;
}

static void a_signal_handler_is_noted_on_whatever_stack_it_runs(void **state)
{
  (void)state;
  SKIP_IF_SANITIZED();
  static char own_stack[256 * 1024];
  stack_t alternate = {.ss_sp = own_stack, .ss_size = sizeof own_stack}, none = {.ss_flags = SS_DISABLE};
  struct sigaction action = {.sa_handler = in_handler};
  handled = 0;
  sigaction(SIGUSR1, &action, NULL);
  raise(SIGUSR1);
  action.sa_flags = SA_ONSTACK;
  assert_int_equal(sigaltstack(&alternate, NULL), 0);
  sigaction(SIGUSR1, &action, NULL);
  raise(SIGUSR1);
  sigaltstack(&none, NULL);
  assert_int_equal(handled, 2);
}

/* ---- another process ------------------------------------------------------------------------ */

/* Each function tells where it will return to; the innermost waits. */
typedef struct chain {
  uintptr_t returns[64];
  volatile int ready;
} chain;

__attribute__((noinline)) static int call_down(chain *c, int depth)
{
  c->returns[depth] = (uintptr_t)__builtin_return_address(0);
  int result = depth ? call_down(c, depth - 1) : 0;
  __asm__ volatile("" : "+r"(result)); /* so that no loop is made of it */
  if (!depth) c->ready = 1;
  while (!depth && c->ready) pause();
  return result;
}

static void frames_of_a_stopped_child_are_those_it_told(void **state)
{
  (void)state;
  enum { DEPTH = 40 };
  static dryad_stack stack;
  looked l;
  chain *c = mmap(NULL, sizeof *c, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  assert_true(c != MAP_FAILED);
  pid_t child = fork_child();
  if (!child) _exit(call_down(c, DEPTH));
  assert_int_equal(ptrace(PTRACE_SEIZE, child, NULL, NULL), 0);
  while (!c->ready) usleep(1000);
  usleep(20000);
  assert_true(stop(child));
  dryad_registers registers = registers_of(child);
  look(&l, child);
  dryad_unwind(&stack, l.memory, &l.objects, &registers);
  assert_int_equal(stack.end, DRYAD_UNWIND_BASE);
  assert_true(dryad_elf_object_has_text(l.objects.libc, stack.frames[0].pc));
  unsigned at = 1;
  while (at < stack.count && stack.frames[at].pc != c->returns[0]) at++;
  for (unsigned i = 0; i <= DEPTH; i++) assert_number(stack.frames[at + i].pc, c->returns[i]);
  for (unsigned i = 1; i < stack.count; i++) assert_true(stack.frames[i].sp > stack.frames[i - 1].sp);
  end_child(child);
  look_away(&l);
  munmap(c, sizeof *c);
}

static const char busy[] = "import json, re, zlib\n"
                           "def f(n): return f(n - 1) if n else json.dumps([list(range(100)), {'a': 1.5}] * 5)\n"
                           "print('ready', flush=True)\n"
                           "while True:\n"
                           "  f(10); re.findall('(a|b)+c', 'ababc' * 50); zlib.compress(b'spam' * 500)\n"
                           "  [bytearray(n) for n in range(600, 3000, 37)]; sorted(map(str, range(200)))\n";

static void a_python_can_be_unwound_at_any_moment(void **state)
{
  (void)state;
  static dryad_stack stack;
  char ready;
  int out[2];
  assert_int_equal(pipe(out), 0);
  pid_t child = fork_child();
  if (!child) {
    dup2(out[1], 1);
    execlp("python3", "python3", "-c", busy, NULL);
    _exit(1);
  }
  close(out[1]);
  if (read(out[0], &ready, 1) != 1) {
    waitpid(child, NULL, 0);
    skip();
  }
  looked l;
  unsigned whole = 0, deepest = 0;
  assert_int_equal(ptrace(PTRACE_SEIZE, child, NULL, NULL), 0);
  look(&l, child);
  for (int i = 0; i < 500; i++) {
    usleep(300 + (unsigned)i % 900);
    assert_true(stop(child));
    dryad_registers registers = registers_of(child);
    dryad_target_memory_refresh(l.memory);
    dryad_target_memory_set_budget(l.memory, 64 * MEGABYTE);
    dryad_unwind(&stack, l.memory, &l.objects, &registers);
    go_on(child);
    whole += stack.end == DRYAD_UNWIND_BASE;
    if (stack.count > deepest) deepest = stack.count;
  }
  end_child(child);
  look_away(&l);
  close(out[0]);
  assert_int_equal(whole, 500);
  assert_in_range(deepest, 10, DRYAD_FRAMES_MAX - 1);
}

/* ---- made-up stacks ------------------------------------------------------------------------- */

enum { STACK = 0x800000 };

static const instructions plain = {5, {0x0c, 7, 8, 0x90, 1}}; /* CFA is rsp + 8; return address at CFA - 8 */

/* Three functions: that of number 0 has a frame of 32 bytes, that of number 1 one by rbp, and 2 is where all begins. */
static const instructions three[] = {
    {4, {0x0e, 40, 0x86, 2}},       /* CFA is rsp + 40; rbp at CFA - 16 */
    {6, {0x0c, 6, 16, 0x86, 2, 0}}, /* CFA is rbp + 16; rbp at CFA - 16 */
    {2, {0x07, 16}},                /* no return address */
};

static uint64_t in_function(unsigned number) { return PROGRAM + AT_TEXT + number * FDE_TEXT + 0x20; }

static void make_up_stack(made_up *m, dryad_registers *registers)
{
  make_up(m);
  put_frames(m->mem, PROGRAM, "zR", 16, &plain, three, 3);
  *registers = (dryad_registers){.pc = in_function(0), .known = 0xffff, .machine = DRYAD_MACHINE_X86_64};
  registers->at[DRYAD_X86_64_RSP] = STACK;
  put64(m->mem, STACK + 24, STACK + 0x100); /* rbp of function 1 */
  put64(m->mem, STACK + 32, in_function(1));
  put64(m->mem, STACK + 0x108, in_function(2));
}

static void unwind_made_up(dryad_stack *stack, made_up *m, const dryad_registers *registers)
{
  assert_int_equal(read_made_up(m, NULL), DRYAD_OK);
  dryad_unwind(stack, m->memory, &m->objects, registers);
}

static void a_made_up_stack_is_followed(void **state)
{
  (void)state;
  static dryad_stack stack;
  made_up m;
  dryad_registers registers;
  make_up_stack(&m, &registers);
  unwind_made_up(&stack, &m, &registers);
  assert_int_equal(stack.end, DRYAD_UNWIND_BASE);
  assert_int_equal(stack.count, 3);
  assert_number(stack.frames[1].pc, in_function(1));
  assert_number(stack.frames[1].sp, STACK + 40);
  assert_number(stack.frames[2].pc, in_function(2));
  assert_number(stack.frames[2].sp, STACK + 0x110);
  put64(m.mem, STACK + 0x108, 0);
  unwind_made_up(&stack, &m, &registers);
  assert_int_equal(stack.end, DRYAD_UNWIND_BASE);
  assert_int_equal(stack.count, 2);
  forget(&m);
}

/* A call that never returns may end its function: what follows is another. */
static void a_return_address_is_in_the_function_before_it(void **state)
{
  (void)state;
  static dryad_stack stack;
  made_up m;
  dryad_registers registers;
  make_up_stack(&m, &registers);
  put64(m.mem, STACK + 32, PROGRAM + AT_TEXT + 2 * FDE_TEXT);
  unwind_made_up(&stack, &m, &registers);
  assert_int_equal(stack.count, 3);
  assert_number(stack.frames[2].pc, in_function(2));
  registers.pc = PROGRAM + AT_TEXT + 2 * FDE_TEXT; /* but here it is no return address */
  unwind_made_up(&stack, &m, &registers);
  assert_int_equal(stack.count, 1);
  assert_int_equal(stack.end, DRYAD_UNWIND_BASE);
  forget(&m);
}

typedef struct spoilt {
  const char *what;
  uint64_t address, value; /* 64 bits */
  dryad_unwind_end end;
  unsigned count;
} spoilt;

static void what_makes_no_sense_ends_as_unknown(void **state)
{
  (void)state;
  const uint64_t table = PROGRAM + AT_FRAMES, cie = PROGRAM + AT_CIE, fde = PROGRAM + AT_FDES;
  const spoilt all[] = {
      {"a return to nowhere", STACK + 32, 0x7777777, DRYAD_UNWIND_NO_TEXT, 2},
      {"a return to the end of all", STACK + 32, UINT64_MAX, DRYAD_UNWIND_NO_TEXT, 2},
      {"a return to data", STACK + 32, PROGRAM + 8, DRYAD_UNWIND_NO_TEXT, 2},
      {"a return to code without an FDE", STACK + 32, in_function(7), DRYAD_UNWIND_NO_FDE, 2},
      {"a frame below the last", STACK + 24, STACK - 0x100, DRYAD_UNWIND_DAMAGED, 2},
      {"a frame where the last is", STACK + 24, STACK + 40 - 16, DRYAD_UNWIND_DAMAGED, 2},
      {"a frame nowhere", STACK + 24, UINT64_MAX - 20, DRYAD_UNWIND_DAMAGED, 2},
      {"another table", table, 0x3b031b02, DRYAD_UNWIND_DAMAGED, 1},
      {"no table", table, UINT64_C(0x33cff031b01) & 0xffffffff, DRYAD_UNWIND_NO_FDE, 1},
      {"a table of other pointers", table, 0x1b031b01, DRYAD_UNWIND_NO_FDE, 1},
      {"more in the table than there is", table + 8, 0x7fffffff, DRYAD_UNWIND_DAMAGED, 1},
      {"an empty table", table + 8, 0, DRYAD_UNWIND_NO_FDE, 1},
      {"an FDE nowhere", table + 12, (uint64_t)0x7fffffff << 32 | (uint32_t)(AT_TEXT - AT_FRAMES), DRYAD_UNWIND_DAMAGED,
       1},
      {"an FDE that is a CIE", fde + 4, 0, DRYAD_UNWIND_DAMAGED, 1},
      {"an FDE of length 0", fde, 0, DRYAD_UNWIND_DAMAGED, 1},
      {"an FDE of 64 bits", fde, UINT32_MAX, DRYAD_UNWIND_DAMAGED, 1},
      {"an FDE longer than its object", fde, 0xfff00, DRYAD_UNWIND_DAMAGED, 1},
      {"an FDE whose CIE is nowhere", fde, (uint64_t)0x7fffffff << 32 | (FDE_SIZE - 4), DRYAD_UNWIND_DAMAGED, 1},
      {"an FDE about other code", fde + 8, (uint64_t)0x1000 << 32, DRYAD_UNWIND_NO_FDE, 1},
      {"an FDE about no code", fde + 12, 0, DRYAD_UNWIND_NO_FDE, 1},
      {"a CIE of another version", cie + 8, 0x52527a04, DRYAD_UNWIND_DAMAGED, 1},
      {"letters that nobody knows", cie + 8, 0x51517a01, DRYAD_UNWIND_DAMAGED, 1},
      {"letters without end", cie + 8, UINT64_C(0x5252525252527a01), DRYAD_UNWIND_DAMAGED, 1},
      {"instructions that nobody knows", fde + 17, 0x3f, DRYAD_UNWIND_DAMAGED, 1},
      {"a CFA from a register that there is not", fde + 17, 0x08630c, DRYAD_UNWIND_DAMAGED, 1},
      {"a return address in a vector", cie + 14, UINT64_C(0x019008070c1b0140), DRYAD_UNWIND_DAMAGED, 1},
  };
  for (unsigned i = 0; i < sizeof all / sizeof *all; i++) {
    static dryad_stack stack;
    made_up m;
    dryad_registers registers;
    make_up_stack(&m, &registers);
    put64(m.mem, all[i].address, all[i].value);
    unwind_made_up(&stack, &m, &registers);
    if (stack.end != all[i].end || stack.count != all[i].count)
      fail_msg("%s: %s, %u frames", all[i].what, dryad_unwind_text(stack.end), stack.count);
    forget(&m);
  }
}

static void an_object_without_frames_tells_nothing(void **state)
{
  (void)state;
  static dryad_stack stack;
  made_up m;
  dryad_registers registers;
  make_up_stack(&m, &registers);
  put32(m.mem, PROGRAM + sizeof(Elf64_Ehdr) + 5 * sizeof(Elf64_Phdr), PT_NOTE);
  unwind_made_up(&stack, &m, &registers);
  assert_int_equal(stack.end, DRYAD_UNWIND_NO_FDE);
  forget(&m);
}

static void unwinding_ends_after_so_many_frames_and_when_the_budget_is_used_up(void **state)
{
  (void)state;
  static dryad_stack stack;
  made_up m;
  dryad_registers registers;
  make_up_stack(&m, &registers);
  for (uint64_t at = STACK + 32; at < STACK + 0x10000; at += 40) put64(m.mem, at, in_function(0));
  unwind_made_up(&stack, &m, &registers);
  assert_int_equal(stack.end, DRYAD_UNWIND_DEEP);
  assert_int_equal(stack.count, DRYAD_FRAMES_MAX);
  dryad_target_memory_set_budget(m.memory, 20000);
  dryad_unwind(&stack, m.memory, &m.objects, &registers);
  assert_int_equal(stack.end, DRYAD_UNWIND_DAMAGED);
  assert_true(stack.count < DRYAD_FRAMES_MAX);
  forget(&m);
}

static bool count_frames(void *context, const dryad_frame *frame)
{
  unsigned *left = context;
  assert_true(frame->pc != 0);
  return --*left > 0;
}

static void frames_are_visited_until_there_are_too_many_or_enough_were_seen(void **state)
{
  (void)state;
  enum { LARGE = 0x1000000 };
  made_up m;
  dryad_registers registers;
  make_up_stack(&m, &registers);
  static uint64_t words[5 * (DRYAD_FRAMES_VISITED_MAX + 10)]; /* frames of 40 bytes */
  for (size_t i = 4; i < sizeof words / sizeof *words; i += 5) words[i] = in_function(0);
  put(m.mem, LARGE, words, sizeof words);
  registers.at[DRYAD_X86_64_RSP] = LARGE;
  assert_int_equal(read_made_up(&m, NULL), DRYAD_OK);
  unsigned left = UINT32_MAX;
  assert_int_equal(dryad_unwind_each(m.memory, &m.objects, &registers, count_frames, &left), DRYAD_UNWIND_DEEP);
  assert_int_equal(UINT32_MAX - left, DRYAD_FRAMES_VISITED_MAX);
  left = 1000;
  assert_int_equal(dryad_unwind_each(m.memory, &m.objects, &registers, count_frames, &left), DRYAD_UNWIND_LEFT);
  assert_int_equal(left, 0);
  forget(&m);
}

/* Scratch registers are lost at a call, others are not. */
static void nothing_is_told_by_a_register_that_is_lost(void **state)
{
  (void)state;
  static dryad_stack stack;
  made_up m;
  dryad_registers registers;
  for (unsigned char number = 0; number < 16; number++) {
    bool kept = number == 3 || number == 6 || number >= 12;
    if (number == DRYAD_X86_64_RSP) continue;
    make_up_stack(&m, &registers);
    const instructions functions[] = {{2, {0x0e, 40}}, {3, {0x0c, number, 16}}, three[2]};
    put_frames(m.mem, PROGRAM, "zR", 16, &plain, functions, 3);
    registers.at[number] = STACK + 0x100;
    unwind_made_up(&stack, &m, &registers);
    assert_int_equal(stack.count, kept ? 3 : 2);
    assert_int_equal(stack.end, kept ? DRYAD_UNWIND_BASE : DRYAD_UNWIND_DAMAGED);
    forget(&m);
  }
}

static void a_frame_of_a_signal_may_lead_to_another_stack(void **state)
{
  (void)state;
  static dryad_stack stack;
  made_up m;
  dryad_registers registers;
  /* Function 1 gets the stack pointer from 16 bytes above its own, and the return address from 24. */
  const instructions functions[] = {three[0], {10, {0x0f, 3, 0x77, 16, 0x06, 0x10, 16, 2, 0x77, 24}}, three[2]};
  make_up_stack(&m, &registers);
  put64(m.mem, STACK + 16, STACK - 0x1000);
  put64(m.mem, STACK + 24, PROGRAM + AT_TEXT + 2 * FDE_TEXT); /* the first instruction of function 2 */
  registers.pc = in_function(1);
  put_frames(m.mem, PROGRAM, "zR", 16, &plain, functions, 3);
  unwind_made_up(&stack, &m, &registers);
  assert_int_equal(stack.end, DRYAD_UNWIND_DAMAGED);
  assert_int_equal(stack.count, 1);
  put_frames(m.mem, PROGRAM, "zRS", 16, &plain, functions, 3);
  unwind_made_up(&stack, &m, &registers);
  assert_int_equal(stack.end, DRYAD_UNWIND_BASE);
  assert_int_equal(stack.count, 2);
  assert_true(stack.frames[0].is_signal && stack.frames[1].is_exact);
  assert_number(stack.frames[1].sp, STACK - 0x1000);
  forget(&m);
}

/* aarch64: the return address is in x30, maybe signed, in a leaf not even on the stack. */
static void frames_of_aarch64_are_followed(void **state)
{
  (void)state;
  static dryad_stack stack;
  made_up m;
  const instructions common = {3, {0x0c, 31, 0}}, functions[] = {
                                                      {0, {0}}, /* a leaf */
                                                      /* signed; CFA is sp + 32; x29 at CFA - 32, x30 at CFA - 24 */
                                                      {7, {0x2d, 0x0e, 32, 0x9d, 4, 0x9e, 3}},
                                                      {2, {0x07, 30}},
                                                  };
  dryad_registers registers = {.pc = in_function(0), .known = UINT32_MAX, .machine = DRYAD_MACHINE_AARCH64};
  make_up(&m);
  const uint64_t objects[] = {PROGRAM, LIBC, LOADER};
  for (int i = 0; i < 3; i++) put(m.mem, objects[i] + 18, (unsigned char[]){EM_AARCH64, 0}, 2);
  put_frames(m.mem, PROGRAM, "zRB", 30, &common, functions, 3);
  registers.at[DRYAD_AARCH64_SP] = STACK;
  registers.at[DRYAD_AARCH64_LR] = in_function(1);
  put64(m.mem, STACK + 8, UINT64_C(0x5a7e) << 48 | in_function(2));
  unwind_made_up(&stack, &m, &registers);
  assert_int_equal(stack.end, DRYAD_UNWIND_BASE);
  assert_int_equal(stack.count, 3);
  assert_number(stack.frames[1].sp, STACK);
  assert_number(stack.frames[2].pc, in_function(2));
  assert_number(stack.frames[2].sp, STACK + 32);
  /* What only a leaf can be: its caller has called since, so x30 is not its own any more. */
  put64(m.mem, STACK + 8, UINT64_C(0x5a7e) << 48 | in_function(0));
  unwind_made_up(&stack, &m, &registers);
  assert_int_equal(stack.end, DRYAD_UNWIND_DAMAGED);
  assert_int_equal(stack.count, 3);
  forget(&m);
}

static int look_here(void **state)
{
  (void)state;
  void *warm[2];
  backtrace(warm, 2); /* loads libgcc */
  look(&here, getpid());
  return 0;
}

static int look_away_from_here(void **state)
{
  (void)state;
  look_away(&here);
  return 0;
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(frames_are_those_that_libgcc_finds),
      cmocka_unit_test(a_thread_ends_where_it_began),
      cmocka_unit_test(any_instruction_can_be_unwound_from),
      cmocka_unit_test(a_signal_handler_is_noted_on_whatever_stack_it_runs),
      cmocka_unit_test(frames_of_a_stopped_child_are_those_it_told),
      cmocka_unit_test(a_python_can_be_unwound_at_any_moment),
      cmocka_unit_test(a_made_up_stack_is_followed),
      cmocka_unit_test(a_return_address_is_in_the_function_before_it),
      cmocka_unit_test(what_makes_no_sense_ends_as_unknown),
      cmocka_unit_test(an_object_without_frames_tells_nothing),
      cmocka_unit_test(unwinding_ends_after_so_many_frames_and_when_the_budget_is_used_up),
      cmocka_unit_test(frames_are_visited_until_there_are_too_many_or_enough_were_seen),
      cmocka_unit_test(nothing_is_told_by_a_register_that_is_lost),
      cmocka_unit_test(a_frame_of_a_signal_may_lead_to_another_stack),
      cmocka_unit_test(frames_of_aarch64_are_followed),
  };
  return cmocka_run_group_tests(tests, look_here, look_away_from_here);
}
