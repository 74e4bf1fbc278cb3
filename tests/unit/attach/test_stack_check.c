/* SPDX-License-Identifier: MIT */
/* Whether a thread may be borrowed: children that wait in all sorts of places, and made-up stacks. */
#include "attach/stack_check.h"

#include <dlfcn.h>
#include <link.h>
#include <malloc.h>
#include <pthread.h>

#include "attach.h"
#include "attach/call_site.h"
#include "made_up_frames.h"

/* ---- calls ---------------------------------------------------------------------------------- */

static bool follows(dryad_machine machine, const unsigned char *code, size_t size)
{
  int fd = made_up_memory();
  dryad_target_memory *memory = dryad_target_memory_new(fd, MEGABYTE);
  assert_int_equal(ftruncate(fd, 8192), 0);
  put(fd, 4096 - size, code, size);
  bool result = dryad_follows_call(memory, machine, 4096);
  dryad_target_memory_free(memory);
  close(fd);
  return result;
}

#define FOLLOWS(machine, ...)                                                                                          \
  follows(machine, (const unsigned char[]){__VA_ARGS__}, sizeof(const unsigned char[]){__VA_ARGS__})

static void calls_are_known_in_all_their_forms(void **state)
{
  (void)state;
  const dryad_machine x = DRYAD_MACHINE_X86_64, a = DRYAD_MACHINE_AARCH64;
  assert_true(FOLLOWS(x, 0xe8, 1, 2, 3, 4));                          /* call near */
  assert_true(FOLLOWS(x, 0xff, 0xd0));                                /* call *%rax */
  assert_true(FOLLOWS(x, 0x41, 0xff, 0xd7));                          /* call *%r15 */
  assert_true(FOLLOWS(x, 0xff, 0x17));                                /* call *(%rdi) */
  assert_true(FOLLOWS(x, 0x41, 0xff, 0x14, 0xdf));                    /* call *(%r15,%rbx,8) */
  assert_true(FOLLOWS(x, 0xff, 0x15, 1, 2, 3, 4));                    /* call *0x4030201(%rip) */
  assert_true(FOLLOWS(x, 0xff, 0x50, 0x18));                          /* call *0x18(%rax) */
  assert_true(FOLLOWS(x, 0xff, 0x54, 0xc5, 0x18));                    /* call *0x18(%rbp,%rax,8) */
  assert_true(FOLLOWS(x, 0xff, 0x90, 1, 2, 3, 4));                    /* call *0x4030201(%rax) */
  assert_true(FOLLOWS(x, 0xff, 0x94, 0xc5, 1, 2, 3, 4));              /* call *0x4030201(%rbp,%rax,8) */
  assert_false(FOLLOWS(x, 0xe9, 1, 2, 3, 4));                         /* jmp */
  assert_false(FOLLOWS(x, 0xff, 0xe0));                               /* jmp *%rax */
  assert_false(FOLLOWS(x, 0xff, 0x30));                               /* push (%rax) */
  assert_false(FOLLOWS(x, 0xc3, 0x90, 0x90, 0x90, 0x90, 0x90, 0x90)); /* what lies before a function */
  assert_false(FOLLOWS(x, 0xff, 0x14, 0xdf, 0x90));
  assert_true(FOLLOWS(a, 0x34, 0x12, 0, 0x94));     /* bl */
  assert_true(FOLLOWS(a, 0x00, 0x02, 0x3f, 0xd6));  /* blr x16 */
  assert_true(FOLLOWS(a, 0x1f, 0x09, 0x3f, 0xd6));  /* blraaz x8 */
  assert_true(FOLLOWS(a, 0x11, 0x0a, 0x3f, 0xd7));  /* blraa x16, x17 */
  assert_false(FOLLOWS(a, 0x34, 0x12, 0, 0x14));    /* b */
  assert_false(FOLLOWS(a, 0x00, 0x02, 0x1f, 0xd6)); /* br x16 */
  assert_false(FOLLOWS(a, 0xc0, 0x03, 0x5f, 0xd6)); /* ret */
}

/* ---- children ------------------------------------------------------------------------------- */

static int ready[2];

/* Waits without a word on the stack of what it called before: that is, in the frame of its caller. */
static void wait_here(void)
{
  if (write(ready[1], "", 1) != 1) _exit(1);
  for (;;) pause();
}

static void wait_plainly(void) { wait_here(); }

static int wait_in_comparison(const void *a, const void *b)
{
  wait_here();
  return a < b;
}
static void wait_in_qsort(void)
{
  int some[2] = {1, 2};
  qsort(some, 2, sizeof *some, wait_in_comparison);
}

static ssize_t wait_in_write(void *cookie, const char *text, size_t size)
{
  (void)cookie;
  (void)text;
  wait_here();
  return (ssize_t)size;
}
static void wait_in_malloc_info(void)
{
  FILE *file = fopencookie(NULL, "w", (cookie_io_functions_t){.write = wait_in_write});
  setvbuf(file, NULL, _IONBF, 0);
  malloc_info(0, file);
}

static int wait_in_object(struct dl_phdr_info *info, size_t size, void *context)
{
  (void)info;
  (void)size;
  (void)context;
  wait_here();
  return 0;
}
static void wait_in_dl_iterate_phdr(void) { dl_iterate_phdr(wait_in_object, NULL); }

static void wait_in_signal(int number)
{
  (void)number;
  wait_here();
}
static void wait_in_handler(void)
{
  signal(SIGUSR1, wait_in_signal);
  raise(SIGUSR1);
}

static void wait_in_handler_with_its_own_stack(void)
{
  static char own_stack[64 * 1024];
  stack_t alternate = {.ss_sp = own_stack, .ss_size = sizeof own_stack};
  struct sigaction action = {.sa_handler = wait_in_signal, .sa_flags = SA_ONSTACK};
  sigaltstack(&alternate, NULL);
  sigaction(SIGUSR1, &action, NULL);
  raise(SIGUSR1);
}

static void wait_in_exit(void)
{
  atexit(wait_here);
  exit(0);
}

static void wait_in_fork(void)
{
  pthread_atfork(wait_here, NULL, NULL);
  fork();
}

/* Leaves return addresses of `malloc` and its private functions where the frames of others will be. */
__attribute__((noinline)) static void allocate(void)
{
  void *volatile blocks[200];
  for (int i = 0; i < 200; i++) blocks[i] = malloc(100000 + (size_t)i * 1000);
  for (int i = 0; i < 200; i++) free(blocks[i]);
}
__attribute__((noinline)) static void wait_in_large_frame(void)
{
  char room[4000]; /* never written */
  __asm__ volatile("" : : "r"(room) : "memory");
  wait_here();
  __asm__ volatile("" : : "r"(room) : "memory");
}
static void wait_over_dead_words(void)
{
  allocate();
  wait_in_large_frame();
}

/* More frames than are kept. */
__attribute__((noinline)) static int wait_deep_down_over_dead_words(int depth)
{
  if (!depth) wait_over_dead_words();
  int result = depth ? wait_deep_down_over_dead_words(depth - 1) : 0;
  __asm__ volatile("" : "+r"(result)); /* so that no loop is made of it */
  return result;
}
static void wait_deep_down(void) { wait_deep_down_over_dead_words(20 * DRYAD_FRAMES_MAX); }

static void *wait_in_start(void *unused)
{
  wait_here();
  return unused;
}

static void judge_thread(dryad_stack_check *check, looked *l, const dryad_ranges *ranges, pid_t thread)
{
  dryad_registers registers = registers_of(thread);
  dryad_target_memory_refresh(l->memory);
  dryad_target_memory_set_budget(l->memory, 256 * MEGABYTE);
  assert_int_equal(dryad_mappings_read(&l->mappings, l->maps, NULL), DRYAD_OK);
  dryad_stack_judge(check, l->memory, &l->mappings, &l->objects, ranges, &registers, 0);
}

static void judge_child(dryad_stack_check *check, void (*wait)(void))
{
  looked l;
  dryad_ranges ranges = {0};
  char byte;
  assert_int_equal(pipe(ready), 0);
  pid_t child = fork_child();
  if (!child) {
    wait();
    _exit(1);
  }
  close(ready[1]);
  assert_int_equal(read(ready[0], &byte, 1), 1);
  close(ready[0]);
  usleep(5000);
  assert_int_equal(ptrace(PTRACE_SEIZE, child, NULL, NULL), 0);
  assert_true(stop(child));
  look(&l, child);
  assert_int_equal(dryad_ranges_find(&ranges, l.memory, &l.objects, NULL), DRYAD_OK);
  judge_thread(check, &l, &ranges, child);
  end_child(child);
  dryad_ranges_deinit(&ranges);
  look_away(&l);
}

static void waiting_children_are_judged_by_where_they_wait(void **state)
{
  (void)state;
  SKIP_IF_SANITIZED();
  const struct {
    const char *what;
    void (*wait)(void);
    dryad_danger danger;
    const char *text;
  } all[] = {
      {"plainly", wait_plainly, DRYAD_DANGER_NONE, ""},
      {"qsort", wait_in_qsort, DRYAD_DANGER_NONE, ""},
      {"dead words", wait_over_dead_words, DRYAD_DANGER_NONE, ""},
      {"deep down", wait_deep_down, DRYAD_DANGER_NONE, ""},
      {"malloc_info", wait_in_malloc_info, DRYAD_DANGER_ALLOCATOR, "is in the memory allocator"},
      {"dl_iterate_phdr", wait_in_dl_iterate_phdr, DRYAD_DANGER_LOADER, "is in the dynamic loader"},
      {"handler", wait_in_handler, DRYAD_DANGER_SIGNAL, "is in a signal handler"},
      {"own stack", wait_in_handler_with_its_own_stack, DRYAD_DANGER_SIGNAL, "is in a signal handler"},
      {"exit", wait_in_exit, DRYAD_DANGER_EXIT, "is in exit"},
      {"fork", wait_in_fork, DRYAD_DANGER_FORK, "is in fork"},
  };
  for (unsigned i = 0; i < sizeof all / sizeof *all; i++) {
    dryad_stack_check check;
    judge_child(&check, all[i].wait);
    dryad_stack_verdict verdict = all[i].danger ? DRYAD_STACK_DANGER : DRYAD_STACK_SAFE;
    if (check.verdict != verdict || check.danger != all[i].danger || strcmp(check.text, all[i].text))
      fail_msg("%s: %d, %d, %s", all[i].what, check.verdict, check.danger, check.text);
    if (all[i].danger) assert_true(check.address != 0);
  }
}

static void dead_words_are_proven_dead(void **state)
{
  (void)state;
  SKIP_IF_SANITIZED();
  dryad_stack_check check;
  judge_child(&check, wait_over_dead_words);
  assert_int_equal(check.verdict, DRYAD_STACK_SAFE);
  assert_true(check.unwound);
  assert_int_equal(check.end, DRYAD_UNWIND_BASE);
}

/* Threads that wait, of which one was left by its starter within pthread_create: their own starts are no danger. */
static void the_start_of_a_thread_is_no_danger(void **state)
{
  (void)state;
  SKIP_IF_SANITIZED();
  dryad_stack_check check;
  looked l;
  dryad_ranges ranges = {0};
  pthread_t thread;
  char byte;
  pid_t own_id;
  assert_int_equal(pipe(ready), 0);
  pid_t child = fork_child();
  if (!child) {
    pthread_create(&thread, NULL, wait_in_start, NULL);
    pause();
  }
  assert_int_equal(read(ready[0], &byte, 1), 1);
  char path[64];
  snprintf(path, sizeof path, "ls /proc/%d/task", (int)child);
  FILE *list = popen(path, "r");
  assert_non_null(list);
  while (fscanf(list, "%d", &own_id) == 1) {
    assert_int_equal(ptrace(PTRACE_SEIZE, own_id, NULL, NULL), 0);
    assert_true(stop(own_id));
    if (own_id == child) {
      look(&l, child);
      assert_int_equal(dryad_ranges_find(&ranges, l.memory, &l.objects, NULL), DRYAD_OK);
    }
    judge_thread(&check, &l, &ranges, own_id);
    if (check.verdict) fail_msg("%s", check.text);
  }
  pclose(list);
  end_child(child);
  dryad_ranges_deinit(&ranges);
  look_away(&l);
}

static const char sleeps[] = "import threading, time, json\n"
                             "json.dumps([[1.5] * 100] * 100); [bytearray(n) for n in range(600, 90000, 997)]\n"
                             "threading.Thread(target=time.sleep, args=(60,), daemon=True).start()\n"
                             "threading.Thread(target=threading.Event().wait, daemon=True).start()\n"
                             "time.sleep(0.1)\n"
                             "print('ready', flush=True)\n"
                             "time.sleep(60)\n";

static void every_thread_of_an_idle_python_is_safe(void **state)
{
  (void)state;
  dryad_stack_check check;
  char byte, path[64];
  pid_t thread;
  int out[2];
  assert_int_equal(pipe(out), 0);
  pid_t child = fork_child();
  if (!child) {
    dup2(out[1], 1);
    execlp("python3", "python3", "-c", sleeps, NULL);
    _exit(1);
  }
  close(out[1]);
  if (read(out[0], &byte, 1) != 1) {
    waitpid(child, NULL, 0);
    skip();
  }
  usleep(100000);
  looked l;
  dryad_ranges ranges = {0};
  unsigned threads = 0;
  look(&l, child);
  assert_int_equal(dryad_ranges_find(&ranges, l.memory, &l.objects, NULL), DRYAD_OK);
  snprintf(path, sizeof path, "ls /proc/%d/task", (int)child);
  FILE *list = popen(path, "r");
  assert_non_null(list);
  for (; fscanf(list, "%d", &thread) == 1; threads++) {
    assert_int_equal(ptrace(PTRACE_SEIZE, thread, NULL, NULL), 0);
    assert_true(stop(thread));
    judge_thread(&check, &l, &ranges, thread);
    if (check.verdict) fail_msg("%s", check.text);
  }
  pclose(list);
  assert_int_equal(threads, 3);
  end_child(child);
  close(out[0]);
  dryad_ranges_deinit(&ranges);
  look_away(&l);
}

/* ---- made-up stacks ------------------------------------------------------------------------- */

enum { STACK = 0x800000, STACK_END = 0x804000 };

/* Number 0 has a frame of 64 bytes, as has number 1; number 2 is where all begins. */
static const instructions plain = {5, {0x0c, 7, 8, 0x90, 1}},
                          three[] = {{2, {0x0e, 64}}, {2, {0x0e, 64}}, {2, {0x07, 16}}};

static uint64_t in_function(unsigned number) { return PROGRAM + AT_TEXT + number * FDE_TEXT + 0x20; }
static uint64_t in_allocator(unsigned at) { return LIBC + AT_TEXT + 0x200 + at; }

static dryad_range forbidden[] = {
    {LIBC + AT_TEXT + 0x200, LIBC + AT_TEXT + 0x300, DRYAD_DANGER_ALLOCATOR},
    {LIBC + AT_TEXT + 0x400, LIBC + AT_TEXT + 0x409, DRYAD_DANGER_SIGNAL},
};
static const dryad_ranges ranges_made_up = {.items = forbidden, .count = 2};

/* Function 0 was called by 1, and that by 2.. */
static void make_up_stack(made_up *m, dryad_registers *registers)
{
  static const char stack[] = "800000-804000 rw-p 00000000 00:00 0 [stack]\n";
  make_up(m);
  append(m->maps, stack, sizeof stack - 1);
  put_frames(m->mem, PROGRAM, "zR", 16, &plain, three, 3);
  /* In libc's allocator there is a call every 16 bytes, and a function like number 1. */
  put_frames(m->mem, LIBC, "zR", 16, &plain, (instructions[]){three[1], three[1], three[1], three[1], three[1]}, 5);
  for (unsigned i = 0; i < 0x400; i += 16) put(m->mem, LIBC + AT_TEXT + i - 5, (unsigned char[]){0xe8, 0, 0, 0, 0}, 5);
  *registers = (dryad_registers){.pc = in_function(0), .known = 0xffff, .machine = DRYAD_MACHINE_X86_64};
  registers->at[DRYAD_X86_64_RSP] = STACK + 0x1000;
  put64(m->mem, STACK + 0x1000 + 64 - 8, in_function(1));
  put64(m->mem, STACK + 0x1000 + 128 - 8, in_function(2));
}

static void judge_made_up(dryad_stack_check *check, made_up *m, const dryad_registers *registers, uint64_t base)
{
  assert_int_equal(read_made_up(m, NULL), DRYAD_OK);
  dryad_stack_judge(check, m->memory, &m->mappings, &m->objects, &ranges_made_up, registers, base);
}

typedef struct word {
  const char *what;
  uint64_t at, value; /* from STACK + 0x1000 on */
  dryad_stack_verdict verdict;
  dryad_danger danger;
  bool unwound;
} word;

static void words_are_judged_by_what_they_are(void **state)
{
  (void)state;
  const word all[] = {
      {"no word", 0, 0, DRYAD_STACK_SAFE, DRYAD_DANGER_NONE, false},
      {"a dead return address", 8, in_allocator(0x20), DRYAD_STACK_SAFE, DRYAD_DANGER_NONE, true},
      {"a pointer into the middle", 8, in_allocator(0x25), DRYAD_STACK_SAFE, DRYAD_DANGER_NONE, false},
      {"what follows a call before it", 8, in_allocator(0), DRYAD_STACK_SAFE, DRYAD_DANGER_NONE, false},
      {"what follows its last call", 8, in_allocator(0x100), DRYAD_STACK_SAFE, DRYAD_DANGER_NONE, true},
      {"a dead return from a signal", 8, LIBC + AT_TEXT + 0x400, DRYAD_STACK_SAFE, DRYAD_DANGER_NONE, true},
      {"a live return address", 56, in_allocator(0x20), DRYAD_STACK_DANGER, DRYAD_DANGER_ALLOCATOR, true},
      {"a live one at the very end", 56, in_allocator(0x100), DRYAD_STACK_DANGER, DRYAD_DANGER_ALLOCATOR, true},
      {"a live return from a signal", 56, LIBC + AT_TEXT + 0x400, DRYAD_STACK_DANGER, DRYAD_DANGER_SIGNAL, true},
      {"the last word", STACK_END - STACK - 0x1008, in_allocator(0x20), DRYAD_STACK_SAFE, DRYAD_DANGER_NONE, true},
      {"a word below the stack", (uint64_t)-8, in_allocator(0x20), DRYAD_STACK_SAFE, DRYAD_DANGER_NONE, false},
  };
  for (unsigned i = 0; i < sizeof all / sizeof *all; i++) {
    dryad_stack_check check;
    made_up m;
    dryad_registers registers;
    make_up_stack(&m, &registers);
    put64(m.mem, STACK + 0x1000 + all[i].at, all[i].value);
    judge_made_up(&check, &m, &registers, 0);
    if (check.verdict != all[i].verdict || check.danger != all[i].danger || check.unwound != all[i].unwound)
      fail_msg("%s: %d, %d, %d, %s", all[i].what, check.verdict, check.danger, check.unwound, check.text);
    assert_int_equal(check.text[0] != 0, all[i].verdict != DRYAD_STACK_SAFE);
    forget(&m);
  }
}

static void a_suspect_that_is_not_proven_dead_is_a_danger(void **state)
{
  (void)state;
  dryad_stack_check check;
  made_up m;
  dryad_registers registers;
  make_up_stack(&m, &registers);
  put64(m.mem, STACK + 0x1008, in_allocator(0x20));
  put64(m.mem, STACK + 0x1000 + 56, 0x7777777); /* the code of a JIT compiler, say */
  judge_made_up(&check, &m, &registers, 0);
  assert_int_equal(check.verdict, DRYAD_STACK_DANGER);
  assert_int_equal(check.danger, DRYAD_DANGER_ALLOCATOR);
  assert_number(check.address, in_allocator(0x20));
  assert_string_equal(check.text, "may be in the memory allocator: its stack contains code of no library");
  forget(&m);
}

static void a_thread_that_executes_such_text_is_in_it(void **state)
{
  (void)state;
  dryad_stack_check check;
  made_up m;
  dryad_registers registers;
  make_up_stack(&m, &registers);
  registers.pc = in_allocator(0);
  judge_made_up(&check, &m, &registers, 0);
  assert_int_equal(check.verdict, DRYAD_STACK_DANGER);
  assert_number(check.address, in_allocator(0));
  assert_false(check.unwound);
  assert_string_equal(check.text, "is in the memory allocator");
  forget(&m);
}

static void the_stack_ends_at_its_base(void **state)
{
  (void)state;
  dryad_stack_check check;
  made_up m;
  dryad_registers registers;
  const struct {
    uint64_t base;
    bool seen;
  } all[] = {{STACK + 0x2000, false}, {STACK + 0x2008, true}, {0, true},
             {STACK, true},           {STACK_END + 1, true},  {STACK_END, true}};
  make_up_stack(&m, &registers);
  put64(m.mem, STACK + 0x2000, in_allocator(0x20));
  for (unsigned i = 0; i < sizeof all / sizeof *all; i++) {
    judge_made_up(&check, &m, &registers, all[i].base);
    assert_int_equal(check.verdict, DRYAD_STACK_SAFE);
    assert_int_equal(check.unwound, all[i].seen);
  }
  registers.at[DRYAD_X86_64_RSP] += 3; /* words lie where words lie */
  judge_made_up(&check, &m, &registers, 0);
  assert_true(check.unwound);
  forget(&m);
}

static void a_stack_that_is_none_is_refused(void **state)
{
  (void)state;
  dryad_stack_check check;
  static const char maps[] = "10000000-80000000 rw-p 00000000 00:00 0\n90000000-90001000 ---p 00000000 00:00 0\n";
  const struct {
    uint64_t sp;
    dryad_stack_verdict verdict;
  } all[] = {
      {0, DRYAD_STACK_UNREADABLE},
      {UINT64_MAX - 7, DRYAD_STACK_UNREADABLE},
      {STACK_END, DRYAD_STACK_UNREADABLE},
      {0x90000000, DRYAD_STACK_UNREADABLE},
      {0x10000000, DRYAD_STACK_TOO_LARGE},
      {0x80000000 - 64 * MEGABYTE - 8, DRYAD_STACK_TOO_LARGE},
      {0x80000000 - 64 * MEGABYTE, DRYAD_STACK_UNREADABLE}, /* the made-up memory ends before that */
  };
  made_up m;
  dryad_registers registers;
  make_up_stack(&m, &registers);
  append(m.maps, maps, sizeof maps - 1);
  for (unsigned i = 0; i < sizeof all / sizeof *all; i++) {
    registers.at[DRYAD_X86_64_RSP] = all[i].sp;
    judge_made_up(&check, &m, &registers, 0);
    assert_int_equal(check.verdict, all[i].verdict);
    assert_true(strlen(check.text) > 0);
  }
  forget(&m);
}

/* A leaf's return address is in a register alone; those on the stack may be signed. */
static void on_aarch64_the_link_register_counts(void **state)
{
  (void)state;
  dryad_stack_check check;
  made_up m;
  dryad_registers registers;
  make_up_stack(&m, &registers);
  put(m.mem, in_allocator(0x20) - 4, (unsigned char[]){0, 0, 0, 0x94}, 4);
  registers.machine = DRYAD_MACHINE_AARCH64;
  registers.known = UINT32_MAX;
  registers.at[DRYAD_AARCH64_SP] = STACK + 0x1000;
  judge_made_up(&check, &m, &registers, 0);
  assert_false(check.unwound);
  registers.at[DRYAD_AARCH64_LR] = in_allocator(0x20);
  judge_made_up(&check, &m, &registers, 0);
  assert_true(check.unwound);
  registers.at[DRYAD_AARCH64_LR] = 0;
  put64(m.mem, STACK + 0x2000, UINT64_C(0x1234) << 48 | in_allocator(0x20));
  judge_made_up(&check, &m, &registers, 0);
  assert_true(check.unwound);
  forget(&m);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(calls_are_known_in_all_their_forms),
      cmocka_unit_test(waiting_children_are_judged_by_where_they_wait),
      cmocka_unit_test(dead_words_are_proven_dead),
      cmocka_unit_test(the_start_of_a_thread_is_no_danger),
      cmocka_unit_test(every_thread_of_an_idle_python_is_safe),
      cmocka_unit_test(words_are_judged_by_what_they_are),
      cmocka_unit_test(a_suspect_that_is_not_proven_dead_is_a_danger),
      cmocka_unit_test(a_thread_that_executes_such_text_is_in_it),
      cmocka_unit_test(the_stack_ends_at_its_base),
      cmocka_unit_test(a_stack_that_is_none_is_refused),
      cmocka_unit_test(on_aarch64_the_link_register_counts),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
