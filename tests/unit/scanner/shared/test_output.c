/* SPDX-License-Identifier: MIT */
/* Files that appear atomically, and never over another by mistake. Everything runs a second time as on a kernel without
   unnamed files and without renaming that does not replace. */
#include "folder.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>

#include "scanner/shared/output.h"

static dryad_output output;
static dryad_safe_path_error error;
static bool has_names; /* files have a name from the beginning */

static const dryad_output_options none, force = {.force = true}, expand = {.expand = true},
                                        regular_only = {.force = true, .regular_only = true};

static void begin(const char *path, const dryad_output_options *options, const char *text)
{
  if (!dryad_output_open(&output, path, options, &error)) fail_msg("%s: %d %s", path, error.code, error.text);
  assert_int_equal(write(output.file, text, strlen(text)), strlen(text));
}

static void commit(void)
{
  if (!dryad_output_commit(&output, &error)) fail_msg("%s: %d %s", output.path, error.code, error.text);
  dryad_output_abandon(&output); /* is harmless */
}

static void put_output(const char *path, const dryad_output_options *options, const char *text)
{
  begin(path, options, text);
  commit();
}

static void assert_error(int code, const char *text)
{
  assert_int_equal(error.code, code);
  if (text && (!error.text || !strstr(error.text, text))) fail_msg("%s", error.text ? error.text : "no text");
}

static void assert_refused(const char *path, const dryad_output_options *options, int code, const char *text)
{
  int before = count_files(".");
  if (dryad_output_open(&output, path, options, &error)) fail_msg("%s is opened", path);
  assert_error(code, text);
  assert_string_equal(output.path, path);
  assert_int_equal(count_files("."), before);
}

static void assert_not_committed(int code, const char *text)
{
  assert_false(dryad_output_commit(&output, &error));
  assert_error(code, text);
  dryad_output_abandon(&output);
}

static mode_t mode_of(const char *path)
{
  struct stat status;
  assert_int_equal(stat(path, &status), 0);
  return status.st_mode & 07777;
}

/* ---- whole or not at all ---- */

static void a_file_is_there_once_it_is_committed(void **state)
{
  (void)state;
  begin("out", &none, "text");
  assert_int_equal(access("out", F_OK), -1);
  assert_int_equal(count_files("."), has_names);
  commit();
  assert_file("out", "text");
  assert_int_equal(count_files("."), 1);
}

static void an_abandoned_file_leaves_nothing(void **state)
{
  (void)state;
  begin("out", &none, "text");
  dryad_output_abandon(&output);
  dryad_output_abandon(&output);
  assert_int_equal(count_files("."), 0);
}

static void a_killed_program_leaves_no_file_of_that_name(void **state)
{
  (void)state;
  int status;
  pid_t child = fork();
  if (child == 0) {
    begin("out", &none, "text");
    raise(SIGKILL);
  }
  assert_int_equal(waitpid(child, &status, 0), child);
  assert_int_equal(count_files("."), has_names);
  assert_int_equal(access("out", F_OK), -1);
}

static void assert_no_name(void)
{
  char link[40], got[5] = {0};
  assert_int_equal(count_files("."), 0);
  assert_false(dryad_output_is_direct(&output));
  snprintf(link, sizeof link, "/proc/self/fd/%d", output.file);
  assert_int_equal(write(output.file, "text", 4), 4);
  int again = open(link, O_RDONLY);
  assert_int_equal(read(again, got, sizeof got), 4);
  close(again);
  assert_string_equal(got, "text");
  assert_int_equal(mode_of(link), 0600);
}

static void a_file_without_a_name_is_gone_with_its_descriptor(void **state)
{
  (void)state;
  int status;
  pid_t child = fork();
  if (child == 0) {
    if (dryad_output_open_unnamed(&output, ".", &error)) raise(SIGKILL);
    _exit(1);
  }
  assert_int_equal(waitpid(child, &status, 0), child);
  assert_true(WIFSIGNALED(status));
  mode_t before = umask(0777);
  assert_true(dryad_output_open_unnamed(&output, ".", &error));
  umask(before);
  assert_no_name();
  dryad_output_abandon(&output);
  assert_int_equal(count_files("."), 0);
}

static void a_file_without_a_name_needs_a_folder(void **state)
{
  (void)state;
  put_file("file", "text");
  assert_false(dryad_output_open_unnamed(&output, "missing", &error));
  assert_error(ENOENT, NULL);
  assert_false(dryad_output_open_unnamed(&output, "file", &error));
  assert_error(ENOTDIR, NULL);
  assert_string_equal(output.path, "file");
}

static void only_the_owner_may_read_it_whatever_the_umask(void **state)
{
  (void)state;
  static const mode_t masks[] = {0, 022, 0777};
  for (size_t i = 0; i < sizeof masks / sizeof *masks; i++) {
    mode_t before = umask(masks[i]);
    put_output("out", &force, "text");
    umask(before);
    assert_int_equal(mode_of("out"), 0600);
  }
}

static void a_copy_of_the_process_may_commit(void **state)
{
  (void)state;
  int status;
  begin("out", &none, "text");
  pid_t child = fork();
  if (child == 0) _exit(dryad_output_commit(&output, &error) ? 0 : 1);
  assert_int_equal(waitpid(child, &status, 0), child);
  assert_int_equal(status, 0);
  dryad_output_abandon(&output);
  assert_file("out", "text");
  assert_int_equal(count_files("."), 1);
}

static void a_swapped_folder_is_not_written_to(void **state)
{
  (void)state;
  mkdir("folder", 0700);
  mkdir("elsewhere", 0700);
  begin("folder/out", &none, "text");
  assert_int_equal(rename("folder", "moved"), 0);
  assert_int_equal(symlink("elsewhere", "folder"), 0);
  commit();
  assert_int_equal(count_files("elsewhere"), 0);
  assert_file("moved/out", "text");
}

static void a_folder_that_is_gone_is_an_error(void **state)
{
  (void)state;
  if (has_names) skip(); /* such a folder is not empty */
  mkdir("folder", 0700);
  begin("folder/out", &none, "text");
  assert_int_equal(rmdir("folder"), 0);
  assert_not_committed(ENOENT, NULL);
}

/* ---- existing files ---- */

static void a_file_is_replaced_with_force_alone(void **state)
{
  (void)state;
  put_file("out", "before");
  assert_refused("out", &none, EEXIST, NULL);
  begin("out", &force, "after");
  assert_file("out", "before");
  commit();
  assert_file("out", "after");
  assert_int_equal(count_files("."), 1);
}

static void what_is_replaced_gives_neither_mode_nor_names(void **state)
{
  (void)state;
  put_file("out", "before");
  assert_int_equal(link("out", "other"), 0);
  assert_int_equal(chmod("out", 06777), 0);
  put_output("out", &force, "after");
  assert_int_equal(mode_of("out"), 0600);
  assert_file("other", "before");
}

static void a_file_that_appears_meanwhile_stays(void **state)
{
  (void)state;
  begin("out", &none, "mine");
  put_file("out", "theirs");
  assert_not_committed(EEXIST, NULL);
  assert_file("out", "theirs");
  assert_int_equal(count_files("."), 1);
}

static void a_file_that_goes_meanwhile_does_no_harm(void **state)
{
  (void)state;
  put_file("out", "before");
  begin("out", &force, "after");
  unlink("out");
  commit();
  assert_file("out", "after");
}

static void a_folder_or_a_link_that_appears_meanwhile_stays(void **state)
{
  (void)state;
  begin("out", &force, "mine");
  mkdir("out", 0700);
  assert_not_committed(EISDIR, "is a directory");
  rmdir("out");
  begin("out", &force, "mine");
  put_file("target", "theirs");
  symlink("target", "out");
  assert_not_committed(EPERM, "is not a regular file");
  assert_file("target", "theirs");
  assert_int_equal(count_files("."), 2);
}

static void a_file_of_another_user_is_never_replaced(void **state)
{
  (void)state;
  be_root_or_skip();
  put_file("out", "theirs");
  give_to_nobody("out");
  assert_refused("out", &none, EPERM, "belongs to another user");
  assert_refused("out", &force, EPERM, "belongs to another user");
  unlink("out");
  begin("out", &force, "mine");
  put_file("out", "theirs");
  give_to_nobody("out");
  assert_not_committed(EPERM, "belongs to another user");
  assert_file("out", "theirs");
}

static void a_known_file_is_replaced_and_no_other(void **state)
{
  (void)state;
  struct stat status;
  put_file("out", "before");
  put_file("keep", "the inode");
  assert_int_equal(stat("out", &status), 0);
  const dryad_output_options known = {.replaces = {status.st_dev, status.st_ino}};
  put_output("out", &known, "after");
  assert_file("out", "after");
  assert_int_equal(stat("out", &status), 0);
  const dryad_output_options again = {.replaces = {status.st_dev, status.st_ino}};
  begin("out", &again, "mine");
  assert_int_equal(rename("keep", "out"), 0);
  assert_not_committed(EEXIST, NULL);
  assert_file("out", "the inode");
}

static void the_file_that_a_link_leads_to_is_replaced_and_the_link_stays(void **state)
{
  (void)state;
  struct stat status;
  mkdir("a", 0700);
  put_file("a/target", "before");
  symlink("a/target", "link");
  assert_refused("link", &none, EEXIST, NULL);
  put_output("link", &force, "after");
  assert_file("a/target", "after");
  assert_int_equal(lstat("link", &status), 0);
  assert_true(S_ISLNK(status.st_mode));
  assert_string_equal(output.path, "link");
}

static void a_planted_link_is_not_followed(void **state)
{
  (void)state;
  mkdir("open", 0700);
  chmod("open", 01777);
  put_file("precious", "precious");
  symlink("../precious", "open/out");
  symlink("../new", "open/dangling");
  assert_refused("open/out", &force, EPERM, "is a symbolic link");
  assert_refused("open/dangling", &none, EPERM, "is a symbolic link");
  assert_file("precious", "precious");
}

static void of_many_that_finish_at_once_one_wins(void **state)
{
  (void)state;
  enum { COUNT = 20 };
  int start[2], status, won = -1;
  char text[COUNT][24];
  pid_t children[COUNT];
  assert_int_equal(pipe(start), 0);
  for (int i = 0; i < COUNT; i++) {
    snprintf(text[i], sizeof text[i], "text %d", i);
    children[i] = fork();
    if (children[i]) continue;
    char go;
    close(start[1]);
    begin("out", &none, text[i]);
    bool started = read(start[0], &go, 1) == 0;
    if (started && dryad_output_commit(&output, &error)) _exit(0);
    dryad_output_abandon(&output);
    _exit(started && error.code == EEXIST ? 1 : 2);
  }
  usleep(50000);
  close(start[1]);
  close(start[0]);
  for (int i = 0; i < COUNT; i++) {
    assert_int_equal(waitpid(children[i], &status, 0), children[i]);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) < 2);
    if (WEXITSTATUS(status) == 0) assert_int_equal(won, -1);
    if (WEXITSTATUS(status) == 0) won = i;
  }
  assert_in_range(won, 0, COUNT - 1);
  assert_file("out", text[won]);
  assert_int_equal(count_files("."), 1);
}

static void who_swaps_links_in_and_out_leads_nobody_elsewhere(void **state)
{
  (void)state;
  mkdir("open", 0700);
  chmod("open", 01777);
  put_file("precious", "precious");
  pid_t attacker = fork();
  for (; !attacker;) {
    if (symlink("../precious", "open/out") == 0) unlink("open/out");
    if (link("precious", "open/out") == 0) unlink("open/out");
  }
  for (int i = 0; i < 2000; i++) {
    if (!dryad_output_open(&output, "open/out", &force, &error)) continue;
    assert_int_equal(write(output.file, "mine", 4), 4);
    if (dryad_output_commit(&output, &error)) unlink("open/out");
    dryad_output_abandon(&output);
  }
  kill(attacker, SIGKILL);
  waitpid(attacker, NULL, 0);
  assert_file("precious", "precious");
  assert_in_range(count_files("open"), 0, 1);
}

/* ---- written directly ---- */

static void a_fifo_of_ones_own_is_written(void **state)
{
  (void)state;
  char got[10] = {0};
  assert_int_equal(mkfifo("fifo", 0600), 0);
  int reader = open("fifo", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  begin("fifo", &none, "text");
  assert_true(dryad_output_is_direct(&output));
  assert_true(dryad_output_room(&output) == UINT64_MAX);
  commit();
  assert_int_equal(read(reader, got, sizeof got), 4);
  close(reader);
  assert_string_equal(got, "text");
  assert_int_equal(count_files("."), 1);
}

static void a_fifo_of_another_user_is_refused_unopened(void **state)
{
  (void)state;
  be_root_or_skip();
  assert_int_equal(mkfifo("fifo", 0666), 0);
  give_to_nobody("fifo");
  assert_refused("fifo", &force, EPERM, "is a FIFO of another user"); /* opening it would wait for a reader */
}

static void what_would_be_written_directly_is_refused_on_request(void **state)
{
  (void)state;
  assert_int_equal(mkfifo("fifo", 0600), 0);
  assert_refused("/dev/null", &regular_only, EPERM, "is not a regular file");
  assert_refused("fifo", &regular_only, EPERM, "is not a regular file"); /* opening it would wait for a reader */
  assert_refused("/dev/stdout", &regular_only, EPERM, "is an open descriptor");
  assert_refused("/proc/self/fd/1", &regular_only, EPERM, "is an open descriptor");
  assert_refused("-", &regular_only, EPERM, "is an open descriptor");
  put_output("out", &regular_only, "text");
  put_output("out", &regular_only, "other");
  assert_file("out", "other");
}

static void a_child_leaves_the_file_to_its_parent(void **state)
{
  (void)state;
  int status;
  begin("out", &none, "text");
  pid_t child = fork();
  if (child == 0) {
    int file = output.file;
    dryad_output_leave(&output);
    _exit(fcntl(file, F_GETFD) == -1 && output.folder == -1 ? 0 : 1);
  }
  assert_int_equal(waitpid(child, &status, 0), child);
  assert_int_equal(status, 0);
  commit();
  assert_file("out", "text");
}

static void do_nothing(int number) { (void)number; }

static void waiting_for_a_reader_ends_with_a_signal(void **state)
{
  (void)state;
  const struct sigaction quiet = {.sa_handler = do_nothing}, usual = {.sa_handler = SIG_DFL};
  assert_int_equal(mkfifo("fifo", 0600), 0);
  sigaction(SIGALRM, &quiet, NULL);
  alarm(1);
  assert_refused("fifo", &none, EINTR, NULL);
  sigaction(SIGALRM, &usual, NULL);
}

static void devices_are_written(void **state)
{
  (void)state;
  put_output("/dev/null", &none, "text");
  assert_true(dryad_output_open(&output, "/dev/full", &none, &error));
  assert_int_equal(write(output.file, "x", 1), -1);
  dryad_output_abandon(&output);
  assert_int_equal(access("/dev/full", W_OK), 0);
}

static void everything_else_is_refused(void **state)
{
  (void)state;
  struct sockaddr_un name = {AF_UNIX, "socket"};
  int file = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  assert_int_equal(bind(file, (struct sockaddr *)&name, sizeof name), 0);
  assert_refused("socket", &force, EPERM, "is not a regular file");
  close(file);
  mkdir("folder", 0700);
  assert_refused("folder", &force, EISDIR, "is a directory");
  if (mknod("disk", S_IFBLK | 0600, makedev(7, 99)) == 0)
    assert_refused("disk", &force, EPERM, "is not a regular file");
}

static void names_of_descriptors_are_those(void **state)
{
  (void)state;
  char path[40];
  static const char *const forms[] = {"/dev/fd/%d", "/proc/self/fd/%d"};
  int file = open("log", O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  for (int i = 0; i < 2; i++) {
    snprintf(path, sizeof path, forms[i], file);
    put_output(path, &none, "text ");
  }
  assert_int_equal(write(file, "more", 4), 4);
  close(file);
  assert_file("log", "text text more");
  assert_refused(path, &none, EBADF, "is not open");
  file = open("log", O_RDONLY | O_CLOEXEC);
  snprintf(path, sizeof path, forms[0], file);
  assert_refused(path, &none, EBADF, "is not open for writing");
  close(file);
}

static void standard_output_stays_open(void **state)
{
  (void)state;
  int before = dup(STDOUT_FILENO), file = open("log", O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
  assert_int_equal(dup2(file, STDOUT_FILENO), STDOUT_FILENO);
  put_output("-", &none, "one ");
  put_output("/dev/stdout", &none, "two ");
  ssize_t more = write(STDOUT_FILENO, "three", 5);
  dup2(before, STDOUT_FILENO);
  close(before);
  close(file);
  assert_int_equal(more, 5);
  assert_file("log", "one two three");
}

/* ---- names ---- */

static void signs_stand_for_facts_where_that_is_wanted(void **state)
{
  (void)state;
  char name[80];
  put_output("%p", &none, "text");
  assert_file("%p", "text");
  snprintf(name, sizeof name, "x-%d", getpid());
  put_output("x-%p", &expand, "text");
  assert_string_equal(output.path, name);
  assert_file(name, "text");
  const dryad_output_options other = {.expand = true, .process = 4321};
  put_output("x-%p", &other, "text");
  assert_file("x-4321", "text");
  assert_refused("x-%p-%d", &expand, EINVAL, "a % in the name of a file");
}

static void two_of_one_second_get_two_names(void **state)
{
  (void)state;
  enum { COUNT = 5 };
  dryad_output all[COUNT];
  const dryad_output_options timed = {.expand = true, .force = true};
  time_t start = time(NULL);
  for (int i = 0; i < COUNT; i++) {
    begin("x-%t.dump", &timed, "text");
    all[i] = output;
  }
  for (int i = 0; i < COUNT; i++) {
    output = all[i];
    commit();
    for (int j = 0; j < i; j++) assert_string_not_equal(output.path, all[j].path);
    all[i] = output;
    assert_file(output.path, "text");
  }
  assert_int_equal(count_files("."), COUNT);
  put_output("x-%t.dump", &timed, "text");
  assert_int_equal(count_files("."), COUNT + 1);
  long long last = atoll(output.path + 2);
  assert_in_range(last, start, time(NULL) + COUNT);
}

static void links_and_fifos_of_that_second_are_passed_by(void **state)
{
  (void)state;
  char name[40];
  for (int i = 0; i < 5; i++) {
    snprintf(name, sizeof name, "x-%lld", (long long)time(NULL) + i);
    if (i % 2 ? symlink("target", name) : mkfifo(name, 0600)) fail();
  }
  put_output("x-%t", &expand, "text");
  assert_int_equal(count_files("."), 6);
  assert_int_equal(access("target", F_OK), -1);
  assert_file(output.path, "text");
}

static void names_that_are_too_long_are_refused(void **state)
{
  (void)state;
  char name[NAME_MAX + 2];
  memset(name, 'n', sizeof name);
  name[NAME_MAX + 1] = '\0';
  assert_refused(name, &none, ENAMETOOLONG, NULL);
  memcpy(name, "%t", 2); /* becomes longer */
  name[NAME_MAX] = '\0';
  assert_false(dryad_output_open(&output, name, &expand, &error));
  assert_error(ENAMETOOLONG, NULL);
}

/* ---- room ---- */

/* A small file system in the folder "disk", or the test is skipped. */
static void mount_small_disk(void)
{
  mkdir("disk", 0700);
  if (mount("dryad", "disk", "tmpfs", 0, "size=256k") != 0) skip();
}

static void room_is_what_the_file_system_has(void **state)
{
  (void)state;
  struct statvfs system;
  mount_small_disk();
  bool opened = dryad_output_open(&output, "disk/out", &none, &error);
  uint64_t room = opened ? dryad_output_room(&output) : 0;
  int asked = statvfs("disk", &system);
  dryad_output_abandon(&output);
  assert_int_equal(umount("disk"), 0);
  assert_true(opened && asked == 0);
  assert_in_range(room, 200 * 1024, 256 * 1024);
  assert_number(room, (uint64_t)system.f_bavail * system.f_frsize);
}

/* ---- the other kernel ---- */

#define LOAD(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (unsigned)offsetof(struct seccomp_data, field))
#define SKIP_UNLESS(value, count) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)(value), 0, count)
#define RETURN(action) BPF_STMT(BPF_RET | BPF_K, (unsigned)(action))

static bool take_features_away(void)
{
  struct sock_filter code[] = {
      LOAD(nr),
      SKIP_UNLESS(SYS_renameat2, 1),
      RETURN(SECCOMP_RET_ERRNO | EINVAL),
      SKIP_UNLESS(SYS_openat, 4),
      LOAD(args[2]),
      BPF_STMT(BPF_ALU | BPF_AND | BPF_K, O_TMPFILE),
      SKIP_UNLESS(O_TMPFILE, 1),
      RETURN(SECCOMP_RET_ERRNO | EOPNOTSUPP),
      RETURN(SECCOMP_RET_ALLOW),
  };
  const struct sock_fprog program = {sizeof code / sizeof *code, code};
  return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, folder_setup, folder_teardown)

static int run(void)
{
  const struct CMUnitTest tests[] = {
      TEST(a_file_is_there_once_it_is_committed),
      TEST(an_abandoned_file_leaves_nothing),
      TEST(a_killed_program_leaves_no_file_of_that_name),
      TEST(a_file_without_a_name_is_gone_with_its_descriptor),
      TEST(a_file_without_a_name_needs_a_folder),
      TEST(only_the_owner_may_read_it_whatever_the_umask),
      TEST(a_copy_of_the_process_may_commit),
      TEST(a_swapped_folder_is_not_written_to),
      TEST(a_folder_that_is_gone_is_an_error),
      TEST(a_file_is_replaced_with_force_alone),
      TEST(what_is_replaced_gives_neither_mode_nor_names),
      TEST(a_file_that_appears_meanwhile_stays),
      TEST(a_file_that_goes_meanwhile_does_no_harm),
      TEST(a_folder_or_a_link_that_appears_meanwhile_stays),
      TEST(a_file_of_another_user_is_never_replaced),
      TEST(a_known_file_is_replaced_and_no_other),
      TEST(the_file_that_a_link_leads_to_is_replaced_and_the_link_stays),
      TEST(a_planted_link_is_not_followed),
      TEST(of_many_that_finish_at_once_one_wins),
      TEST(who_swaps_links_in_and_out_leads_nobody_elsewhere),
      TEST(what_would_be_written_directly_is_refused_on_request),
      TEST(a_child_leaves_the_file_to_its_parent),
      TEST(a_fifo_of_ones_own_is_written),
      TEST(a_fifo_of_another_user_is_refused_unopened),
      TEST(waiting_for_a_reader_ends_with_a_signal),
      TEST(devices_are_written),
      TEST(everything_else_is_refused),
      TEST(names_of_descriptors_are_those),
      TEST(standard_output_stays_open),
      TEST(signs_stand_for_facts_where_that_is_wanted),
      TEST(two_of_one_second_get_two_names),
      TEST(links_and_fifos_of_that_second_are_passed_by),
      TEST(names_that_are_too_long_are_refused),
      TEST(room_is_what_the_file_system_has),
  };
  return cmocka_run_group_tests_name(has_names ? "with names" : "without names", tests, NULL, NULL);
}

int main(void)
{
  int file = open("/tmp", O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600);
  has_names = file < 0;
  if (file >= 0) close(file);
  int failed = run();
  if (!has_names && take_features_away()) {
    has_names = true;
    failed += run();
  }
  return failed;
}
