/* SPDX-License-Identifier: MIT */
/* Calls in threads of other processes: what they do, and that the thread never notices. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/select.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <setjmp.h>

#include <cmocka.h>

#include "attach/borrow.h"
#include "attach/deadline.h"

/* What parent and child share. */
typedef struct shared {
  volatile uint64_t rounds; /* of the child's loop */
  volatile int result, error, faults;
  volatile double seconds;
} shared;

static shared *share(void)
{
  shared *memory = mmap(NULL, sizeof *memory, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  assert_true(memory != MAP_FAILED);
  return memory;
}

static int open_of(pid_t pid, const char *name, int flags)
{
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/%s", (int)pid, name);
  return open(path, flags | O_CLOEXEC);
}

/* A process that is traced by this one, and its first thread, held. */
typedef struct traced {
  dryad_tracer tracer;
  dryad_borrowed borrowed;
} traced;

static bool hold(traced *held, pid_t pid)
{
  dryad_error error;
  dryad_mappings mappings = {0};
  sigset_t children;
  sigemptyset(&children);
  sigaddset(&children, SIGCHLD);
  sigprocmask(SIG_BLOCK, &children, NULL);
  int tasks = open_of(pid, "task", O_RDONLY | O_DIRECTORY), maps = open_of(pid, "maps", O_RDONLY);
  if (dryad_tracer_seize(&held->tracer, pid, tasks, &error) != DRYAD_OK) return false;
  held->borrowed = (dryad_borrowed){.tracer = &held->tracer, .thread = &held->tracer.threads[0]};
  held->borrowed.memory = open_of(pid, "mem", O_RDWR);
  held->borrowed.patience = 30 * DRYAD_SECOND;
  dryad_target_memory *memory = dryad_target_memory_new(held->borrowed.memory, 1 << 28);
  bool good = dryad_mappings_read(&mappings, maps, &error) == DRYAD_OK &&
              dryad_gadgets_find(&held->borrowed.gadgets, memory, &mappings) &&
              dryad_tracer_hold(&held->tracer, held->borrowed.thread, dryad_now() + 30 * DRYAD_SECOND);
  dryad_mappings_deinit(&mappings);
  dryad_target_memory_free(memory);
  close(tasks);
  close(maps);
  return good;
}

static void end_child(pid_t pid)
{
  kill(pid, SIGKILL);
  waitpid(pid, NULL, 0);
}

/* Runs in a process of its own, at whose end all is let go; its exit status. */
static int in_tracer(int (*work)(traced *held, void *context), pid_t pid, void *context)
{
  int status;
  pid_t tracer = fork();
  if (tracer == 0) {
    traced held;
    _exit(hold(&held, pid) ? work(&held, context) : 99);
  }
  waitpid(tracer, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 100;
}

/* ---- gadgets ---------------------------------------------------------------------------------------- */

static void test_gadgets(void **state)
{
  (void)state;
  dryad_gadgets gadgets;
  dryad_mappings mappings = {0};
  int file = open_of(getpid(), "mem", O_RDONLY), maps = open_of(getpid(), "maps", O_RDONLY);
  dryad_target_memory *memory = dryad_target_memory_new(file, 1 << 28);
  assert_int_equal(dryad_mappings_read(&mappings, maps, NULL), DRYAD_OK);
  assert_true(dryad_gadgets_find(&gadgets, memory, &mappings));
#ifdef __x86_64__
  long result = SYS_getpid;
  __asm__ volatile("call *%1" : "+a"(result) : "r"(gadgets.call) : "rcx", "r11", "memory", "cc");
  assert_int_equal(result, getpid());
#endif
  for (uint32_t i = 0; i < mappings.count; i++) mappings.items[i].executable = false;
  assert_false(dryad_gadgets_find(&gadgets, memory, &mappings));
  dryad_mappings_deinit(&mappings);
  dryad_target_memory_free(memory);
  close(file);
  close(maps);
}

/* ---- registers ----------------------------------------------------------------------------------- */

/* Loops for ever with values in registers, and counts when one has changed. */
#ifdef __x86_64__
static void spin(shared *memory)
{
  double wide[4] = {1.5, 2.5, 3.5, 4.5};
  bool has_avx = __builtin_cpu_supports("avx");
  for (;;) {
    uint64_t wrong = 0, got = 0;
    __asm__ volatile("mov $0x1111111111111111, %%rbx\n mov $0x2222222222222222, %%r12\n"
                     "mov $0x3333333333333333, %%r8\n mov $0x4444444444444444, %%r9\n"
                     "mov $0x5555555555555555, %%r10\n mov $0x6666666666666666, %%r11\n"
                     "movq %%rbx, -64(%%rsp)\n" /* in the red zone */
                     "movq %%r12, %%xmm7\n"
                     "mov $2000, %%rcx\n"
                     "1: pause\n dec %%rcx\n jnz 1b\n"
                     "movq %%xmm7, %%rax\n xor %%r12, %%rax\n or %%rax, %0\n"
                     "movq -64(%%rsp), %%rax\n xor %%rbx, %%rax\n or %%rax, %0\n"
                     "mov $0x1111111111111111, %%rax\n xor %%rbx, %%rax\n or %%rax, %0\n"
                     "mov $0x3333333333333333, %%rax\n xor %%r8, %%rax\n or %%rax, %0\n"
                     "mov $0x4444444444444444, %%rax\n xor %%r9, %%rax\n or %%rax, %0\n"
                     "mov $0x5555555555555555, %%rax\n xor %%r10, %%rax\n or %%rax, %0\n"
                     "mov $0x6666666666666666, %%rax\n xor %%r11, %%rax\n or %%rax, %0\n"
                     : "+r"(wrong)
                     :
                     : "rax", "rbx", "rcx", "r8", "r9", "r10", "r11", "r12", "xmm7", "memory", "cc");
    if (has_avx) {
      double back[4];
      __asm__ volatile("vmovupd %1, %%ymm9\n mov $2000, %%rcx\n1: pause\n dec %%rcx\n jnz 1b\n vmovupd %%ymm9, %0\n"
                       "vzeroupper\n"
                       : "=m"(back)
                       : "m"(wide)
                       : "rcx", "xmm9", "memory", "cc");
      got = memcmp(back, wide, sizeof wide) != 0;
    }
    if (wrong != 0 || got != 0) memory->faults++;
    memory->rounds++;
  }
}
#else
static void spin(shared *memory)
{
  for (;;) memory->rounds++;
}
#endif

/* A child that ends with the test, however that ends. */
static pid_t fork_child(void)
{
  pid_t pid = fork();
  if (pid == 0) prctl(PR_SET_PDEATHSIG, SIGKILL);
  return pid;
}

static pid_t start_spinning(shared *memory)
{
  pid_t pid = fork_child();
  if (pid == 0) spin(memory);
  while (memory->rounds == 0) sched_yield();
  return pid;
}

static int call_often(traced *held, void *context)
{
  int64_t result;
  for (int i = 0; i < *(int *)context; i++) {
    int ends[2] = {-1, -1};
    const uint64_t arguments[6] = {DRYAD_AT_DATA, O_CLOEXEC};
    if (dryad_call_system(&held->borrowed, &result, SYS_pipe2, arguments, ends, sizeof ends) != DRYAD_CALL_DONE)
      return 1;
    if (result != 0 || ends[0] < 3 || ends[1] != ends[0] + 1) return 2;
    for (int end = 0; end < 2; end++) {
      const uint64_t file[6] = {(uint64_t)ends[end]};
      if (dryad_call_system(&held->borrowed, &result, SYS_close, file, NULL, 0) != DRYAD_CALL_DONE) return 3;
      if (result != 0) return 4;
    }
    dryad_tracer_continue(held->borrowed.thread, false, 0);
    dryad_tracer_idle(&held->tracer, dryad_now() + DRYAD_MILLISECOND / 2);
    if (!dryad_tracer_hold(&held->tracer, held->borrowed.thread, dryad_now() + 30 * DRYAD_SECOND)) return 5;
  }
  return 0;
}

static void test_keeps_registers(void **state)
{
  (void)state;
  int times = 200;
  shared *memory = share();
  pid_t pid = start_spinning(memory);
  assert_int_equal(in_tracer(call_often, pid, &times), 0);
  uint64_t before = memory->rounds;
  while (memory->rounds < before + 100) sched_yield();
  assert_int_equal(memory->faults, 0);
  end_child(pid);
}

/* The system calls that are made show in the process: its descriptors are as before. */
static void test_leaves_nothing(void **state)
{
  (void)state;
  int times = 3, files[2];
  shared *memory = share();
  assert_int_equal(pipe2(files, O_CLOEXEC), 0);
  pid_t pid = start_spinning(memory);
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/fd/%d", (int)pid, files[1] + 1);
  assert_int_equal(in_tracer(call_often, pid, &times), 0);
  assert_int_equal(access(path, F_OK), -1);
  end_child(pid);
  close(files[0]);
  close(files[1]);
}

/* ---- the tracer dies -------------------------------------------------------------------------------- */

static int call_for_ever(traced *held, void *context)
{
  int times = 1000000;
  (void)context;
  return call_often(held, &times);
}

static void test_tracer_may_die_at_any_moment(void **state)
{
  (void)state;
  shared *memory = share();
  pid_t pid = start_spinning(memory);
  srand(7);
  for (int i = 0; i < 60; i++) {
    pid_t tracer = fork_child();
    if (tracer == 0) {
      traced held;
      _exit(hold(&held, pid) ? call_for_ever(&held, NULL) : 99);
    }
    usleep((useconds_t)(rand() % 6000));
    end_child(tracer);
    uint64_t before = memory->rounds;
    const uint64_t deadline = dryad_now() + 60 * DRYAD_SECOND;
    while (memory->rounds < before + 20 && dryad_now() < deadline) sched_yield();
    assert_true(memory->rounds >= before + 20);
    assert_int_equal(waitpid(pid, NULL, WNOHANG), 0);
  }
  assert_int_equal(memory->faults, 0);
  end_child(pid);
}

/* ---- interrupted system calls ------------------------------------------------------------------------ */

enum { SPAN = 500 }; /* milliseconds that calls with a time limit take */

static int wait_in_pause(void) { return pause(); }

static int wait_in_read(void)
{
  int ends[2];
  char byte;
  return pipe(ends) == 0 ? (int)read(ends[0], &byte, 1) : -2;
}

static int wait_in_select(void)
{
  struct timeval span = {0, SPAN * 1000};
  return select(0, NULL, NULL, NULL, &span);
}

static int wait_in_suspend(void)
{
  sigset_t none;
  sigemptyset(&none);
  return sigsuspend(&none);
}

static int wait_in_nanosleep(void)
{
  struct timespec span = {0, SPAN * 1000000};
  return nanosleep(&span, NULL);
}

static int wait_in_poll(void) { return poll(NULL, 0, SPAN); }

static int wait_in_epoll(void)
{
  struct epoll_event event;
  return epoll_wait(epoll_create1(0), &event, 1, SPAN);
}

static double seconds_since(uint64_t start) { return (double)(dryad_now() - start) / (double)DRYAD_SECOND; }

static int call_once(traced *held, void *context)
{
  int times = 1;
  (void)context;
  return call_often(held, &times);
}

typedef struct interrupted {
  const char *name;
  int (*wait)(void);
  int result, error; /* -1: it goes on waiting */
} interrupted;

/* Whether a process sleeps: in a system call, and unless it has left that behind, in the one that is meant. */
static bool sleeps(pid_t pid)
{
  char stat[512];
  int file = open_of(pid, "stat", O_RDONLY);
  ssize_t length = read(file, stat, sizeof stat - 1);
  close(file);
  assert_true(length > 0);
  stat[length] = '\0';
  const char *name_end = strrchr(stat, ')');
  assert_non_null(name_end);
  return name_end[2] == 'S';
}

static void check_interrupted(const interrupted *checked)
{
  shared *memory = share();
  pid_t pid = fork_child();
  if (pid == 0) {
    uint64_t start = dryad_now();
    memory->rounds = 1;
    memory->result = checked->wait();
    memory->error = errno;
    memory->seconds = seconds_since(start);
    memory->rounds = 2;
    for (;;) pause();
  }
  while (memory->rounds == 0 || !sleeps(pid)) usleep(1000);
  if (in_tracer(call_once, pid, NULL) != 0) fail_msg("%s: the call failed", checked->name);
  bool ends = checked->error != -1;
  while (ends ? memory->rounds < 2 : !sleeps(pid)) usleep(1000);
  bool waits = memory->rounds < 2;
  if (waits == ends) fail_msg("%s: came back", checked->name);
  if (!waits && memory->result != checked->result) fail_msg("%s: result %d", checked->name, memory->result);
  if (!waits && checked->result < 0) assert_int_equal(memory->error, checked->error);
  if (!waits && checked->result == 0) assert_true(memory->seconds > 0.99 * SPAN / 1000);
  end_child(pid);
}

static void test_interrupted_calls(void **state)
{
  (void)state;
  static const interrupted calls[] = {
      {"pause", wait_in_pause, 0, -1},          {"read", wait_in_read, 0, -1},
      {"sigsuspend", wait_in_suspend, 0, -1},   {"select", wait_in_select, 0, 0},
      {"nanosleep", wait_in_nanosleep, 0, 0},   {"poll", wait_in_poll, 0, 0},
      {"epoll_wait", wait_in_epoll, -1, EINTR},
  };
  for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) check_interrupted(&calls[i]);
}

/* ---- signals ----------------------------------------------------------------------------------------- */

static shared *counted;

static void count(int number)
{
  (void)number;
  counted->result++;
}

/* Signals that come meanwhile reach the program. */
static void test_signals_are_handed_on(void **state)
{
  (void)state;
  int times = 100;
  counted = share();
  pid_t pid = fork_child();
  if (pid == 0) {
    signal(SIGUSR1, count);
    spin(counted);
  }
  while (counted->rounds == 0) sched_yield();
  pid_t sender = fork_child();
  if (sender == 0) {
    for (int i = 0; i < 50; i++) {
      int before = counted->result;
      kill(pid, SIGUSR1);
      while (counted->result == before) sched_yield();
    }
    _exit(0);
  }
  assert_int_equal(in_tracer(call_often, pid, &times), 0);
  int status;
  waitpid(sender, &status, 0);
  assert_int_equal(status, 0);
  assert_true(counted->result >= 50);
  assert_int_equal(counted->faults, 0);
  end_child(pid);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_gadgets),
      cmocka_unit_test(test_keeps_registers),
      cmocka_unit_test(test_leaves_nothing),
      cmocka_unit_test(test_interrupted_calls),
      cmocka_unit_test(test_signals_are_handed_on),
      cmocka_unit_test(test_tracer_may_die_at_any_moment),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
