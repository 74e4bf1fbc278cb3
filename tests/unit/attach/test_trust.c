/* SPDX-License-Identifier: MIT */
/* What the program believes of its helper and of the process, and what the helper may do. */
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "attach/call_filter.h"
#include "attach/image.h"
#include "attach/library_status.h"
#include "attach/message.h"
#include "attach/privileges.h"
#include "attach/process.h"
#include "attach/tracer.h"

/* ---- what the library says ----------------------------------------------------------------------------- */

static dryad_status say(dryad_library_status *library, const char *text, dryad_error *error)
{
  return dryad_library_status_take(library, 7, text, strlen(text), error);
}

static void test_library_status(void **state)
{
  (void)state;
  dryad_error error;
  dryad_library_status library = {0};
  assert_int_equal(say(&library, "wai", &error), DRYAD_OK);
  assert_int_equal(library.stage, DRYAD_LIBRARY_STARTING);
  assert_int_equal(say(&library, "ting\ncopied 12\n", &error), DRYAD_OK);
  assert_int_equal(library.stage, DRYAD_LIBRARY_COPIED);
  assert_int_equal(say(&library, "done 51234 9000000\n", &error), DRYAD_OK);
  assert_int_equal(library.stage, DRYAD_LIBRARY_DONE);
  assert_int_equal(library.objects, 51234);
  assert_int_equal(library.heap_bytes, 9000000);
}

static void test_library_status_tells_refusals(void **state)
{
  (void)state;
  dryad_error error;
  dryad_library_status library = {0};
  assert_int_equal(say(&library, "refused it is busy\n", &error), DRYAD_IO);
  assert_string_equal(error.text, "process 7 runs on as before: it is busy");
  library = (dryad_library_status){0};
  assert_int_equal(say(&library, "waiting\ncopied 3\nfailed No space left on device\n", &error), DRYAD_IO);
  assert_string_equal(error.text, "the dump of process 7 is incomplete: No space left on device");
}

static void test_library_status_is_not_believed(void **state)
{
  (void)state;
  static const char *const nonsense[] = {"copied 3\n",
                                         "done 1 1\n",
                                         "waiting\nwaiting\n",
                                         "hello\n",
                                         "\n",
                                         "waiting\ndone 1\n",
                                         "waitingfor\n",
                                         "waiting\ncopied 1\ndone x\n",
                                         "waiting\ncopied 1\ndone 1 1\ndone 1 1\n",
                                         "waiting\ncopied 1\ndone 1 1\nrefused it is too late\n"};
  dryad_error error;
  for (size_t i = 0; i < sizeof nonsense / sizeof *nonsense; i++) {
    dryad_library_status library = {0};
    assert_int_equal(say(&library, nonsense[i], &error), DRYAD_FORMAT);
  }
  dryad_library_status library = {0};
  assert_int_equal(dryad_library_status_take(&library, 7, "wai\0ting\n", 9, &error), DRYAD_FORMAT);
  library = (dryad_library_status){0};
  assert_int_equal(dryad_library_status_take(&library, 7, "waiting\0for\n", 12, &error), DRYAD_FORMAT);
}

static void test_library_status_has_no_endless_line(void **state)
{
  (void)state;
  dryad_error error;
  dryad_library_status library = {0};
  dryad_status status = DRYAD_OK;
  size_t taken = 0;
  while (status == DRYAD_OK && taken < 100000) {
    status = say(&library, "refused", &error);
    taken++;
  }
  assert_int_equal(status, DRYAD_FORMAT);
  assert_true(taken <= DRYAD_ATTACH_LINE);
}

/* ---- messages ----------------------------------------------------------------------------------------- */

static void make_socket(int ends[2]) { assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends), 0); }

static int count_files(void)
{
  int count = 0;
  for (int file = 0; file < 1024; file++) count += fcntl(file, F_GETFD) >= 0;
  return count;
}

static void test_message(void **state)
{
  (void)state;
  int ends[2], sent[2], got[2] = {-1, -1};
  char byte = 0;
  dryad_message message = {.kind = DRYAD_MESSAGE_PIPES, .held = 5, .text = "text"}, received;
  make_socket(ends);
  assert_int_equal(dryad_message_receive(ends[0], &received, got), DRYAD_RECEIVED_NOTHING);
  assert_int_equal(pipe(sent), 0);
  assert_true(dryad_message_send(ends[1], &message, sent));
  assert_int_equal(dryad_message_receive(ends[0], &received, got), DRYAD_RECEIVED);
  assert_int_equal(received.held, 5);
  assert_string_equal(received.text, "text");
  assert_int_equal(write(got[1], "x", 1), 1);
  assert_int_equal(read(sent[0], &byte, 1), 1);
  assert_int_equal(byte, 'x');
  for (int i = 0; i < 2; i++) close(got[i]), close(sent[i]);
  close(ends[1]);
  assert_int_equal(dryad_message_receive(ends[0], &received, got), DRYAD_RECEIVED_END);
  close(ends[0]);
}

static void send_raw(int socket, const void *bytes, size_t size)
{
  assert_int_equal(send(socket, bytes, size, 0), (ssize_t)size);
}

static void test_messages_are_not_believed(void **state)
{
  (void)state;
  int ends[2], got[2];
  dryad_message message = {.kind = DRYAD_MESSAGE_REFUSED}, received, two[2] = {{0}};
  make_socket(ends);
  send_raw(ends[1], &message, sizeof message - 1);
  assert_int_equal(dryad_message_receive(ends[0], &received, got), DRYAD_RECEIVED_NONSENSE);
  two[0] = message;
  send_raw(ends[1], two, sizeof message + 1);
  assert_int_equal(dryad_message_receive(ends[0], &received, got), DRYAD_RECEIVED_NONSENSE);
  message.kind = 0;
  send_raw(ends[1], &message, sizeof message);
  assert_int_equal(dryad_message_receive(ends[0], &received, got), DRYAD_RECEIVED_NONSENSE);
  message.kind = DRYAD_MESSAGE_NOTE + 1;
  send_raw(ends[1], &message, sizeof message);
  assert_int_equal(dryad_message_receive(ends[0], &received, got), DRYAD_RECEIVED_NONSENSE);
  message.kind = DRYAD_MESSAGE_REFUSED;
  memset(message.text, 'x', sizeof message.text);
  send_raw(ends[1], &message, sizeof message);
  assert_int_equal(dryad_message_receive(ends[0], &received, got), DRYAD_RECEIVED_NONSENSE);
  message.text[0] = '\0';
  message.kind = DRYAD_MESSAGE_PIPES;
  send_raw(ends[1], &message, sizeof message); /* without them */
  assert_int_equal(dryad_message_receive(ends[0], &received, got), DRYAD_RECEIVED_NONSENSE);
  close(ends[0]);
  close(ends[1]);
}

/* One descriptor where two belong. */
static void test_pipes_come_as_a_pair(void **state)
{
  (void)state;
  int ends[2], got[2] = {-1, -1};
  char room[CMSG_SPACE(sizeof(int))] = {0};
  dryad_message message = {.kind = DRYAD_MESSAGE_PIPES}, received;
  struct iovec vector = {&message, sizeof message};
  struct msghdr envelope = {.msg_iov = &vector, .msg_iovlen = 1, .msg_control = room, .msg_controllen = sizeof room};
  make_socket(ends);
  struct cmsghdr *head = CMSG_FIRSTHDR(&envelope);
  *head = (struct cmsghdr){.cmsg_len = CMSG_LEN(sizeof(int)), .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS};
  memcpy(CMSG_DATA(head), &ends[0], sizeof(int));
  int before = count_files();
  assert_int_equal(sendmsg(ends[1], &envelope, 0), sizeof message);
  assert_int_equal(dryad_message_receive(ends[0], &received, got), DRYAD_RECEIVED_NONSENSE);
  assert_int_equal(count_files(), before);
  assert_int_equal(got[0], -1);
  for (int i = 0; i < 2; i++) close(ends[i]);
}

static void test_descriptors_that_nobody_wants_are_closed(void **state)
{
  (void)state;
  int ends[2], sent[2], got[2];
  dryad_message message = {.kind = DRYAD_MESSAGE_REFUSED}, received;
  make_socket(ends);
  assert_int_equal(pipe(sent), 0);
  int before = count_files();
  assert_true(dryad_message_send(ends[1], &message, sent));
  assert_int_equal(dryad_message_receive(ends[0], &received, got), DRYAD_RECEIVED);
  assert_int_equal(count_files(), before);
  for (int i = 0; i < 2; i++) close(ends[i]), close(sent[i]);
}

/* ---- the library's bytes -------------------------------------------------------------------------------- */

static void write_file(char path[32], const void *bytes, size_t size)
{
  strcpy(path, "/tmp/dryad-test-XXXXXX");
  int file = mkstemp(path);
  assert_true(file >= 0);
  assert_int_equal(write(file, bytes, size), (ssize_t)size);
  close(file);
}

static dryad_attach_order plain_order(void)
{
  dryad_attach_order order = {.size = sizeof order, .dump = -1, .status = -1, .library = -1};
  memcpy(order.magic, DRYAD_ATTACH_MAGIC, sizeof order.magic);
  return order;
}

static dryad_status read_image(const void *bytes, size_t size, dryad_image *image)
{
  char path[32];
  dryad_error error;
  write_file(path, bytes, size);
  dryad_status status = dryad_image_read(image, path, &error);
  unlink(path);
  return status;
}

static void test_image(void **state)
{
  (void)state;
  unsigned char bytes[500] = {0};
  dryad_image image;
  dryad_attach_order order = plain_order();
  memcpy(bytes + 123, &order, sizeof order);
  assert_int_equal(read_image(bytes, sizeof bytes, &image), DRYAD_OK);
  order = dryad_image_order(&image);
  order.dump = 17;
  dryad_image_set_order(&image, &order);
  assert_memory_equal(image.bytes + 123, &order, sizeof order);
  dryad_image_deinit(&image);
}

static void test_other_files_are_no_image(void **state)
{
  (void)state;
  unsigned char bytes[500] = {0};
  dryad_image image;
  dryad_attach_order order = plain_order();
  assert_int_equal(read_image(bytes, sizeof bytes, &image), DRYAD_FORMAT); /* no order */
  assert_int_equal(read_image(bytes, 0, &image), DRYAD_FORMAT);
  memcpy(bytes, &order, sizeof order);
  memcpy(bytes + 200, &order, sizeof order);
  assert_int_equal(read_image(bytes, sizeof bytes, &image), DRYAD_FORMAT); /* two */
  memset(bytes, 0, sizeof bytes);
  memcpy(bytes + sizeof bytes - sizeof order + 1, &order, sizeof order - 1);
  assert_int_equal(read_image(bytes, sizeof bytes, &image), DRYAD_FORMAT); /* cut */
  order.size++;
  memcpy(bytes, &order, sizeof order);
  memset(bytes + 200, 0, sizeof bytes - 200);
  assert_int_equal(read_image(bytes, sizeof bytes, &image), DRYAD_FORMAT); /* of another version */
  assert_int_equal(dryad_image_read(&image, "/nonexistent/library.so", NULL), DRYAD_IO);
}

/* ---- rights -------------------------------------------------------------------------------------------- */

static long field_of(pid_t pid, const char *name, int base)
{
  char text[8192];
  dryad_process process = {.pid = pid, .folder = -1};
  char path[32];
  snprintf(path, sizeof path, "/proc/%d", (int)pid);
  process.folder = open(path, O_PATH | O_DIRECTORY);
  assert_true(dryad_process_read(&process, "status", text, sizeof text, NULL));
  dryad_process_close(&process);
  const char *found = strstr(text, name);
  assert_non_null(found);
  return strtol(found + strlen(name), NULL, base);
}

static bool is_refused(long result) { return result < 0 && errno == EPERM; }

/* What the helper can still do, as bits. */
static int try_all(int kept)
{
  char byte;
  int wrong = 0;
  if (!is_refused(open("/dev/null", O_RDONLY))) wrong |= 1;
  if (!is_refused(socket(AF_INET, SOCK_STREAM, 0))) wrong |= 2;
  if (!is_refused(execl("/bin/true", "true", (char *)NULL))) wrong |= 4;
  if (!is_refused(fork())) wrong |= 8;
  if (!is_refused(setuid(0))) wrong |= 16;
  if (!is_refused(unlink("/nonexistent"))) wrong |= 32;
  if (read(kept, &byte, 1) != 1) wrong |= 64;
  if (!is_refused(ptrace(PTRACE_SEIZE, getppid(), NULL, NULL))) wrong |= 128;
  if (!is_refused(ptrace(PTRACE_POKEDATA, getppid(), NULL, NULL))) wrong |= 256;
  if (ptrace(PTRACE_INTERRUPT, getppid(), NULL, NULL) != -1 || errno != ESRCH) wrong |= 512; /* not its tracer */
  if (!is_refused(ioctl(kept, FIONBIO, &wrong))) wrong |= 1024;
  return wrong;
}

static void test_rights_are_given_up(void **state)
{
  (void)state;
  int ends[2], answer[2], wrong;
  assert_int_equal(pipe(ends), 0);
  assert_int_equal(pipe(answer), 0);
  pid_t parent = getpid(), pid = fork();
  if (pid == 0) {
    const int kept[] = {ends[0], answer[1]};
    if (!dryad_privileges_begin(parent, kept, 2) || !dryad_privileges_drop(parent)) _exit(1);
    wrong = try_all(ends[0]);
    ssize_t written = write(answer[1], &wrong, sizeof wrong);
    (void)written;
    for (;;) pause();
  }
  close(answer[1]);
  assert_int_equal(write(ends[1], "x", 1), 1);
  assert_int_equal(read(answer[0], &wrong, sizeof wrong), sizeof wrong);
  assert_int_equal(wrong, 0);
  assert_int_equal(field_of(pid, "CapEff:", 16), 0);
  assert_int_equal(field_of(pid, "CapPrm:", 16), 0);
  assert_int_equal(field_of(pid, "NoNewPrivs:", 10), 1);
  assert_int_equal(field_of(pid, "Seccomp:", 10), 2);
  if (geteuid() == 0) assert_int_equal(field_of(pid, "Uid:", 10), 65534);
  kill(pid, SIGKILL);
  waitpid(pid, NULL, 0);
}

/* A helper does not outlive who started it. */
static void test_helper_ends_with_its_parent(void **state)
{
  (void)state;
  int ends[2];
  char byte;
  assert_int_equal(pipe(ends), 0);
  pid_t middle = fork();
  if (middle == 0) {
    pid_t parent = getpid();
    if (fork() == 0) {
      if (!dryad_privileges_begin(parent, &ends[1], 1) || !dryad_privileges_drop(parent)) _exit(1);
      dryad_tracer tracer = {0};
      ssize_t written = write(ends[1], "x", 1);
      (void)written;
      while (!dryad_tracer_is_asked(&tracer)) sched_yield();
      _exit(0);
    }
    for (;;) pause();
  }
  close(ends[1]);
  assert_int_equal(read(ends[0], &byte, 1), 1);
  kill(middle, SIGKILL);
  waitpid(middle, NULL, 0);
  assert_int_equal(read(ends[0], &byte, 1), 0); /* its end is closed: it is gone */
}

/* ---- ptrace_scope -------------------------------------------------------------------------------------- */

static void test_scope(void **state)
{
  (void)state;
  dryad_error error;
  assert_int_equal(dryad_process_check_scope(0, false, &error), DRYAD_OK);
  for (int scope = 0; scope <= 2; scope++) assert_int_equal(dryad_process_check_scope(scope, true, &error), DRYAD_OK);
  for (int scope = 1; scope <= 2; scope++) {
    assert_int_equal(dryad_process_check_scope(scope, false, &error), DRYAD_IO);
    assert_non_null(strstr(error.text, "root (sudo)"));
    assert_non_null(strstr(error.text, "echo 0 | sudo tee /proc/sys/kernel/yama/ptrace_scope"));
  }
  assert_int_equal(dryad_process_check_scope(3, true, &error), DRYAD_IO);
  assert_non_null(strstr(error.text, "dump from inside the process (dryad.scanner)"));
}

/* ---- filters of system calls ------------------------------------------------------------------------------ */

#define LOAD_NUMBER BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr))
#define ON(number, answer) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 1), BPF_STMT(BPF_RET | BPF_K, answer)
#define ELSE(answer) BPF_STMT(BPF_RET | BPF_K, answer)

static void test_filter(void **state)
{
  (void)state;
  const struct sock_filter program[] = {LOAD_NUMBER, ON(SYS_pipe2, SECCOMP_RET_KILL_PROCESS), ELSE(SECCOMP_RET_ALLOW)};
  const dryad_call pipe_call = {"pipe2", SYS_pipe2, {0}}, read_call = {"read", SYS_read, {0}};
  assert_int_equal(dryad_call_filter_run(program, 4, &pipe_call), SECCOMP_RET_KILL_PROCESS);
  assert_int_equal(dryad_call_filter_run(program, 4, &read_call), SECCOMP_RET_ALLOW);
  assert_int_equal(dryad_call_filter_run(program, 3, &read_call), SECCOMP_RET_KILL_PROCESS); /* runs off its end */
}

/* Calculating, memory, arguments: (low half of the second argument & 0xf0) >> 4 == 5. */
static void test_filter_calculates(void **state)
{
  (void)state;
  const struct sock_filter program[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[1])),
      BPF_STMT(BPF_ALU | BPF_AND | BPF_K, 0xf0),
      BPF_STMT(BPF_ST, 3),
      BPF_STMT(BPF_LDX | BPF_W | BPF_IMM, 4),
      BPF_STMT(BPF_LD | BPF_MEM, 3),
      BPF_STMT(BPF_ALU | BPF_RSH | BPF_X, 0),
      BPF_STMT(BPF_JMP | BPF_JA, 1),
      ELSE(SECCOMP_RET_TRAP),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 5, 1, 0),
      ELSE(SECCOMP_RET_ERRNO | 7),
      ELSE(SECCOMP_RET_ALLOW),
  };
  const dryad_call five = {"read", SYS_read, {0, 0x1234567800000a5f}}, six = {"read", SYS_read, {0, 0x6f}};
  assert_int_equal(dryad_call_filter_run(program, 11, &five), SECCOMP_RET_ALLOW);
  assert_int_equal(dryad_call_filter_run(program, 11, &six), SECCOMP_RET_ERRNO | 7);
}

static const char *checked_under(struct sock_filter *instructions, unsigned short count)
{
  const struct sock_fprog program = {count, instructions};
  int status;
  pid_t pid = fork();
  if (pid == 0) {
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    if (program.len > 0 && prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) != 0) _exit(1);
    raise(SIGSTOP);
    _exit(0);
  }
  waitpid(pid, &status, WUNTRACED);
  assert_true(WIFSTOPPED(status));
  assert_int_equal(ptrace(PTRACE_SEIZE, pid, NULL, NULL), 0);
  assert_int_equal(ptrace(PTRACE_INTERRUPT, pid, NULL, NULL), 0);
  waitpid(pid, &status, __WALL);
  const char *found = dryad_call_filter_check(pid);
  kill(pid, SIGKILL);
  waitpid(pid, NULL, __WALL);
  return found;
}

static void test_filters_of_a_thread(void **state)
{
  (void)state;
  struct sock_filter deadly[] = {LOAD_NUMBER, ON(SYS_memfd_create, SECCOMP_RET_KILL_PROCESS), ELSE(SECCOMP_RET_ALLOW)};
  struct sock_filter trap[] = {LOAD_NUMBER, ON(SYS_rt_sigreturn, SECCOMP_RET_TRAP), ELSE(SECCOMP_RET_ALLOW)};
  struct sock_filter polite[] = {LOAD_NUMBER, ON(SYS_memfd_create, SECCOMP_RET_ERRNO | EPERM), ELSE(SECCOMP_RET_ALLOW)};
  if (geteuid() != 0) skip();
  assert_null(checked_under(NULL, 0));
  assert_string_equal(checked_under(deadly, 4), "memfd_create");
  assert_string_equal(checked_under(trap, 4), "rt_sigreturn");
  assert_null(checked_under(polite, 4));
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_library_status),
      cmocka_unit_test(test_library_status_tells_refusals),
      cmocka_unit_test(test_library_status_is_not_believed),
      cmocka_unit_test(test_library_status_has_no_endless_line),
      cmocka_unit_test(test_message),
      cmocka_unit_test(test_messages_are_not_believed),
      cmocka_unit_test(test_pipes_come_as_a_pair),
      cmocka_unit_test(test_descriptors_that_nobody_wants_are_closed),
      cmocka_unit_test(test_image),
      cmocka_unit_test(test_other_files_are_no_image),
      cmocka_unit_test(test_rights_are_given_up),
      cmocka_unit_test(test_helper_ends_with_its_parent),
      cmocka_unit_test(test_scope),
      cmocka_unit_test(test_filter),
      cmocka_unit_test(test_filter_calculates),
      cmocka_unit_test(test_filters_of_a_thread),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
