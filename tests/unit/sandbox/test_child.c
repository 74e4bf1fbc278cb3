/* SPDX-License-Identifier: MIT */
/* What a confined copy of the process can do, and how it ends. */
#include "sandbox/child.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/futex.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "testing.h"

enum { MIB = 1 << 20, LONGEST = 100000 };

static const dryad_child_limits usual = {{512 * (uint64_t)MIB, 20}, 100};

/* How a child ended, and what it said: kinds and texts one after the other. */
typedef struct ending {
  dryad_child_state state;
  int signal;
  char said[LONGEST];
  size_t length;
} ending;

static bool never(void *context)
{
  (void)context;
  return false;
}

static void hear(dryad_child *child, ending *e, bool (*stop)(void *context))
{
  unsigned char header[DRYAD_CHILD_HEADER];
  *e = (ending){.state = DRYAD_CHILD_SPEAKS};
  while ((e->state = dryad_child_read(child, header, sizeof header, stop, NULL)) == DRYAD_CHILD_SPEAKS) {
    uint32_t length = dryad_child_length(header);
    assert_true(e->length + 1 + length < LONGEST);
    e->said[e->length++] = (char)header[0];
    assert_int_equal(dryad_child_read(child, e->said + e->length, length, stop, NULL), DRYAD_CHILD_SPEAKS);
    e->length += length;
  }
  e->signal = dryad_child_end(child);
  assert_int_equal(waitpid(-1, NULL, WNOHANG), -1); /* no zombie */
}

static ending run_with(const dryad_child_limits *limits, void (*run)(void *context, int file), void *context)
{
  static ending e;
  dryad_child child;
  dryad_error error = {0};
  if (dryad_child_start(&child, limits, run, context, &error)) fail_msg("%s", error.text);
  hear(&child, &e, never);
  return e;
}

static void say(int file, const char *text) { dryad_child_send(file, 't', text, strlen(text)); }

/* ---- messages ----------------------------------------------------------------------------------- */

static void speak(void *context, int file)
{
  int *number = context;
  *number = 7;
  say(file, "one");
  dryad_child_send(file, 'e', NULL, 0);
  say(file, "two");
}

static void its_messages_come_back_and_nothing_else_does(void **state)
{
  (void)state;
  int number = 5;
  ending e = run_with(&usual, speak, &number);
  assert_int_equal(e.state, DRYAD_CHILD_IS_SILENT);
  assert_int_equal(e.signal, 0);
  assert_string_equal(e.said, "toneettwo");
  assert_int_equal(number, 5);
}

static void fill_the_pipe(void *context, int file)
{
  (void)context;
  static const char zeros[MIB];
  for (;;) dryad_child_send(file, 'z', zeros, sizeof zeros);
}

static void one_that_nobody_hears_ends_with_its_handle(void **state)
{
  (void)state;
  dryad_child child;
  dryad_error error = {0};
  assert_int_equal(dryad_child_start(&child, &usual, fill_the_pipe, NULL, &error), DRYAD_OK);
  assert_int_equal(dryad_child_end(&child), SIGKILL);
  assert_int_equal(dryad_child_end(&child), 0);
}

/* ---- system calls ------------------------------------------------------------------------------- */

static void try(int file, const char *name, long result)
{
  char text[100];
  int problem = errno;
  snprintf(text, sizeof text, " %s %s", name, result >= 0 ? "works" : strerror(problem));
  if (result >= 0 || problem != EPERM) say(file, text);
}

#define TRY(name, ...) try(file, #name, syscall(SYS_##name, __VA_ARGS__))

static void call_everything(void *context, int file)
{
  static char program[] = "/bin/true", *const arguments[] = {program, NULL};
  pid_t parent = *(pid_t *)context;
  struct rlimit limit = {RLIM_INFINITY, RLIM_INFINITY};
  struct timespec moment = {0, 1};
  char byte = 0;
  TRY(openat, AT_FDCWD, "/etc/passwd", O_RDONLY);
  TRY(openat, AT_FDCWD, "/tmp/dryad-escaped", O_WRONLY | O_CREAT, 0600);
  TRY(read, 0, &byte, 1);
  TRY(write, 1, "out", 3);
  TRY(write, 2, "err", 3);
  TRY(write, file + 1, "x", 1);
  TRY(pwrite64, file, "x", 1, 0);
  TRY(unlinkat, AT_FDCWD, "/tmp/dryad-escaped", 0);
  TRY(socket, AF_INET, SOCK_STREAM, 0);
  TRY(socket, AF_UNIX, SOCK_STREAM, 0);
  TRY(execve, program, arguments, NULL);
  TRY(clone, SIGCHLD, NULL, NULL, NULL, 0);
#ifdef SYS_fork
  TRY(fork, 0);
  TRY(vfork, 0);
  TRY(open, "/etc/passwd", O_RDONLY);
#endif
#ifdef SYS_clone3
  TRY(clone3, NULL, 0);
#endif
  TRY(kill, parent, SIGTERM);
  TRY(tgkill, parent, parent, SIGTERM);
  TRY(tkill, parent, SIGTERM);
  TRY(ptrace, PTRACE_ATTACH, parent, NULL, NULL);
  TRY(process_vm_readv, parent, NULL, 0, NULL, 0, 0);
  TRY(mmap, NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  TRY(mmap, NULL, 4096, PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  TRY(mprotect, (uintptr_t)call_everything & ~(uintptr_t)4095, 4096, PROT_READ | PROT_WRITE | PROT_EXEC);
  TRY(prctl, PR_SET_DUMPABLE, 1, 0, 0, 0);
  TRY(prlimit64, 0, RLIMIT_AS, &limit, NULL);
  TRY(setrlimit, RLIMIT_CPU, &limit);
  TRY(nanosleep, &moment, NULL);
  TRY(ioctl, file, 0, 0);
  TRY(fcntl, file, F_DUPFD, 0);
  TRY(dup, file);
  TRY(pipe2, NULL, 0);
  TRY(memfd_create, "x", 0);
  TRY(io_uring_setup, 1, NULL);
  TRY(bpf, 0, NULL, 0);
  TRY(userfaultfd, 0);
  TRY(keyctl, 0, 0);
  TRY(setsid, 0);
  TRY(getppid, 0);
  TRY(uname, NULL);
  TRY(madvise, &byte, 0, MADV_REMOVE);
  TRY(madvise, &byte, 0, 100); /* MADV_HWPOISON */
  say(file, " done");
}

static void it_can_call_nothing_that_reaches_outside(void **state)
{
  (void)state;
  pid_t self = getpid();
  ending e = run_with(&usual, call_everything, &self);
  assert_int_equal(e.signal, 0);
  assert_string_equal(e.said, "t done");
}

#ifdef __x86_64__
/* getpid as a 32-bit program calls it. */
static void call_as_32_bits(void *context, int file)
{
  long result;
  (void)context;
  __asm__ volatile("int $0x80" : "=a"(result) : "a"(20L) : "memory", "r8", "r9", "r10", "r11");
  try(file, "getpid", result);
}

static void call_as_x32(void *context, int file)
{
  (void)context;
  try(file, "getpid", syscall(0x40000000 | SYS_getpid));
}

static void calls_with_other_numbers_kill_it(void **state)
{
  (void)state;
  ending e = run_with(&usual, call_as_32_bits, NULL);
  if (e.signal != SIGSEGV) assert_int_equal(e.signal, SIGSYS); /* a kernel without 32 bits does not know the gate */
  assert_int_equal(e.length, 0);
  e = run_with(&usual, call_as_x32, NULL);
  assert_int_equal(e.signal, SIGSYS);
  assert_int_equal(e.length, 0);
}
#endif

static void refuse_filters(void)
{
  struct sock_filter code[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_prctl, 0, 3),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, PR_SET_SECCOMP, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EACCES),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  struct sock_fprog program = {sizeof code / sizeof *code, code};
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program)) _exit(2);
}

static void one_that_cannot_be_confined_runs_nothing(void **state)
{
  (void)state;
  static const char expected[] = "xthe kernel does not allow the filter of system calls (seccomp): Permission denied";
  int status;
  pid_t tester = fork();
  assert_true(tester >= 0);
  if (tester == 0) {
    refuse_filters();
    ending e = run_with(&usual, speak, &status);
    _exit(strcmp(e.said, expected) == 0 ? 0 : 1);
  }
  assert_int_equal(waitpid(tester, &status, 0), tester);
  assert_int_equal(status, 0);
}

/* ---- limits ------------------------------------------------------------------------------------- */

static void take_memory(void *context, int file)
{
  (void)context;
  uint64_t taken = 0;
  while (taken < 1000 * MIB &&
         mmap(NULL, MIB, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED)
    taken += MIB;
  dryad_child_send(file, 't', &taken, sizeof taken);
}

static void it_gets_its_memory_and_no_more(void **state)
{
  (void)state;
  uint64_t taken;
  const dryad_child_limits limits = {{100 * MIB, 20}, 100};
  ending e = run_with(&limits, take_memory, NULL);
  assert_int_equal(e.length, 1 + sizeof taken);
  memcpy(&taken, e.said + 1, sizeof taken);
  assert_in_range(taken, 90 * MIB, 100 * MIB);
}

/* With a context, it ignores the signal. */
static void spin(void *context, int file)
{
  (void)file;
  if (context) signal(SIGXCPU, SIG_IGN);
  for (volatile unsigned i = 0;; i++) continue;
}

static void its_time_of_the_processor_ends_it_even_if_it_ignores_the_signal(void **state)
{
  (void)state;
  const dryad_child_limits limits = {{MIB, 1}, 60};
  assert_int_equal(run_with(&limits, spin, NULL).signal, SIGXCPU);
  ending e = run_with(&limits, spin, (void *)&limits);
  assert_int_equal(e.state, DRYAD_CHILD_IS_SILENT); /* it was not killed for being late */
  assert_int_equal(e.signal, SIGKILL);
}

static void wait_forever(void *context, int file)
{
  static uint32_t word;
  (void)context;
  say(file, "waiting");
  for (;;) syscall(SYS_futex, &word, FUTEX_WAIT, 0, NULL, NULL, 0);
}

static void one_that_waits_is_late(void **state)
{
  (void)state;
  const dryad_child_limits limits = {{MIB, 20}, 3};
  ending e = run_with(&limits, wait_forever, NULL);
  assert_int_equal(e.state, DRYAD_CHILD_IS_LATE);
  assert_int_equal(e.signal, SIGKILL);
  assert_string_equal(e.said, "twaiting");
}

static volatile sig_atomic_t asked_to_stop;

static void ask_to_stop(int number)
{
  (void)number;
  asked_to_stop = 1;
}

static bool is_asked(void *context)
{
  (void)context;
  return asked_to_stop;
}

static void a_signal_stops_the_wait_for_it(void **state)
{
  (void)state;
  static ending e;
  dryad_child child;
  dryad_error error = {0};
  struct sigaction action = {.sa_handler = ask_to_stop}, before;
  sigaction(SIGALRM, &action, &before);
  assert_int_equal(dryad_child_start(&child, &usual, wait_forever, NULL, &error), DRYAD_OK);
  ualarm(200000, 0);
  hear(&child, &e, is_asked);
  sigaction(SIGALRM, &before, NULL);
  assert_int_equal(e.state, DRYAD_CHILD_IS_STOPPED);
  assert_int_equal(e.signal, SIGKILL);
}

/* ---- what it shares ----------------------------------------------------------------------------- */

static void write_to(void *context, int file)
{
  say(file, context);
  *(char *)context = 'X';
  say(file, context);
}

static void it_cannot_write_to_memory_that_it_shares(void **state)
{
  (void)state;
  char *shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0), own[] = "own";
  assert_true(shared != MAP_FAILED);
  strcpy(shared, "shared");
  ending e = run_with(&usual, write_to, shared);
  assert_int_equal(e.signal, SIGSEGV);
  assert_string_equal(e.said, "tshared");
  assert_string_equal(shared, "shared");
  assert_string_equal(run_with(&usual, write_to, own).said, "towntXwn");
  assert_string_equal(own, "own");
  munmap(shared, 4096);
}

static bool has_exited;

static void at_exit(void)
{
  if (has_exited) _exit(99);
}

static void mark(void *context, int file)
{
  (void)context, (void)file;
  has_exited = true;
}

static void nothing_that_is_registered_or_buffered_happens_twice(void **state)
{
  (void)state;
  FILE *buffered = tmpfile();
  assert_non_null(buffered);
  atexit(at_exit);
  fputs("once", buffered);
  assert_int_equal(run_with(&usual, mark, NULL).signal, 0);
  assert_int_equal(ftell(buffered), 4);
  fflush(buffered);
  fseek(buffered, 0, SEEK_END);
  assert_int_equal(ftell(buffered), 4);
  fclose(buffered);
}

/* The grandchild becomes ours when its parent dies. */
static void it_ends_with_its_parent(void **state)
{
  (void)state;
  int ends[2], status;
  pid_t grandchild;
  assert_int_equal(prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0), 0);
  assert_int_equal(pipe(ends), 0);
  pid_t parent = fork();
  assert_true(parent >= 0);
  if (parent == 0) {
    dryad_child child;
    dryad_error error;
    unsigned char header[DRYAD_CHILD_HEADER];
    if (dryad_child_start(&child, &usual, wait_forever, NULL, &error)) _exit(1);
    dryad_child_read(&child, header, sizeof header, never, NULL);
    ssize_t written = write(ends[1], &child.pid, sizeof child.pid);
    _exit(written == sizeof child.pid ? 0 : 1);
  }
  assert_int_equal(read(ends[0], &grandchild, sizeof grandchild), sizeof grandchild);
  assert_int_equal(waitpid(parent, &status, 0), parent);
  assert_int_equal(status, 0);
  assert_int_equal(waitpid(grandchild, &status, 0), grandchild);
  assert_true(WIFSIGNALED(status));
  assert_int_equal(WTERMSIG(status), SIGKILL);
  close(ends[0]);
  close(ends[1]);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(its_messages_come_back_and_nothing_else_does),
      cmocka_unit_test(one_that_nobody_hears_ends_with_its_handle),
      cmocka_unit_test(it_can_call_nothing_that_reaches_outside),
#ifdef __x86_64__
      cmocka_unit_test(calls_with_other_numbers_kill_it),
#endif
      cmocka_unit_test(one_that_cannot_be_confined_runs_nothing),
      cmocka_unit_test(it_gets_its_memory_and_no_more),
      cmocka_unit_test(its_time_of_the_processor_ends_it_even_if_it_ignores_the_signal),
      cmocka_unit_test(one_that_waits_is_late),
      cmocka_unit_test(a_signal_stops_the_wait_for_it),
      cmocka_unit_test(it_cannot_write_to_memory_that_it_shares),
      cmocka_unit_test(nothing_that_is_registered_or_buffered_happens_twice),
      cmocka_unit_test(it_ends_with_its_parent),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
