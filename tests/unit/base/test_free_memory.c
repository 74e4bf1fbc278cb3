/* SPDX-License-Identifier: MIT */
/* How much memory is free, in a folder that mimics /proc and /sys. */
#include "base/free_memory.h"

#include "folder.h"

#define MIB (UINT64_C(1) << 20)

static void make_folders(const char *path)
{
  char part[400];
  for (const char *slash = strchr(path, '/'); slash; slash = strchr(slash + 1, '/')) {
    snprintf(part, sizeof part, "%.*s", (int)(slash - path), path);
    mkdir(part, 0700);
  }
}

static void put(const char *path, const char *text)
{
  make_folders(path);
  put_file(path, text);
}

static void assert_free(uint64_t free, uint64_t total, const char *group)
{
  dryad_free_memory memory;
  dryad_free_memory_ask(&memory, ".");
  assert_number(memory.free, free);
  assert_number(memory.total, total);
  assert_string_equal(memory.group, group);
}

static const char meminfo[] = "MemTotal:       16777216 kB\nMemFree:          100000 kB\nMemAvailable:    8388608 kB\n";

static void the_machine_has_what_is_available(void **state)
{
  (void)state;
  put("./proc/meminfo", meminfo);
  assert_free(8192 * MIB, 16384 * MIB, "");
}

static void nothing_is_known_without_files(void **state)
{
  (void)state;
  assert_free(UINT64_MAX, UINT64_MAX, "");
  assert_number(dryad_memory_taken("."), 0);
}

static void figures_that_are_none_do_not_count(void **state)
{
  (void)state;
  put("./proc/meminfo", "MemTotal: many\nMemAvailableX: 5 kB\n");
  put("./proc/self/cgroup", "0\nx:y\n0::relative\n::\n0::/../a\n");
  put("./proc/self/statm", "1 2");
  dryad_free_memory memory;
  dryad_free_memory_ask(&memory, ".");
  assert_number(memory.free, UINT64_MAX);
  assert_number(dryad_memory_taken("."), 0);
}

static void the_tightest_group_of_version_2_counts(void **state)
{
  (void)state;
  put("./proc/meminfo", meminfo);
  put("./proc/self/cgroup", "0::/a/b\n");
  put("./sys/fs/cgroup/a/b/memory.max", "max\n");
  put("./sys/fs/cgroup/a/b/memory.current", "1000\n");
  put("./sys/fs/cgroup/a/memory.max", "536870912\n");
  put("./sys/fs/cgroup/a/memory.current", "402653184\n");
  assert_free(128 * MIB, 512 * MIB, "control group /a");
  put("./sys/fs/cgroup/a/memory.stat",
      "anon 5\ninactive_file 67108864\nactive_file 33554432\nslab_reclaimable 1048576\n");
  assert_free((128 + 64 + 32 + 1) * MIB, 512 * MIB, "control group /a");
  put("./sys/fs/cgroup/memory.max", "104857600\n");
  put("./sys/fs/cgroup/memory.current", "209715200\n");
  assert_free(0, 100 * MIB, "control group /");
}

static void the_tightest_group_of_version_1_counts(void **state)
{
  (void)state;
  put("./proc/meminfo", meminfo);
  put("./proc/self/cgroup", "5:cpu,cpuacct:/c\n4:hugetlb,memory:/a\n0::/\n");
  put("./sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
  put("./sys/fs/cgroup/memory/memory.usage_in_bytes", "1\n");
  assert_free(8192 * MIB, 16384 * MIB, "");
  put("./sys/fs/cgroup/memory/a/memory.limit_in_bytes", "104857600\n");
  put("./sys/fs/cgroup/memory/a/memory.usage_in_bytes", "94371840\n");
  put("./sys/fs/cgroup/memory/a/memory.stat", "inactive_file 9\ntotal_inactive_file 10485760\n");
  assert_free(20 * MIB, 100 * MIB, "control group /a");
}

static void own_memory_is_what_is_not_shared(void **state)
{
  (void)state;
  put("./proc/self/statm", "100000 300 100 5 0 6 0\n");
  assert_number(dryad_memory_taken("."), 200 * (uint64_t)sysconf(_SC_PAGESIZE));
  assert_true(dryad_memory_taken("") > 0);
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, folder_setup, folder_teardown)

int main(void)
{
  const struct CMUnitTest tests[] = {
      IN_FOLDER(the_machine_has_what_is_available),      IN_FOLDER(nothing_is_known_without_files),
      IN_FOLDER(figures_that_are_none_do_not_count),     IN_FOLDER(the_tightest_group_of_version_2_counts),
      IN_FOLDER(the_tightest_group_of_version_1_counts), IN_FOLDER(own_memory_is_what_is_not_shared)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
