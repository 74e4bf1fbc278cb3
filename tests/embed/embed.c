/* SPDX-License-Identifier: MIT */
/* A C program that embeds Dryad: loads a dump, prints its summary, and runs a Lua script that calls back into C. */
#include <dryad.h>
#include <inttypes.h>
#include <lauxlib.h>
#include <lua.h>

/* double(n): what a program would give its scripts. */
static int double_number(lua_State *L)
{
  lua_pushinteger(L, 2 * luaL_checkinteger(L, 1));
  return 1;
}

static int fail(const char *doing, const dryad_error *error)
{
  fprintf(stderr, "%s: %s\n", doing, error->text);
  return 1;
}

static dryad_status print_summary(const dryad_graph *graph, dryad_error *error)
{
  dryad_summary *summary;
  dryad_status status = dryad_summarize(&summary, graph, NULL, 0, error);
  if (status != DRYAD_OK) return status;
  printf("%" PRIu64 " objects, %" PRIu64 " bytes\n", summary->total_count, summary->total_size);
  for (uint32_t i = 0; i < summary->row_count && i < 3; i++) {
    dryad_text type = dryad_graph_type_name(graph, summary->rows[i].type);
    printf("%" PRIu64 " %.*s\n", summary->rows[i].count, (int)type.length, type.data);
  }
  dryad_summary_free(summary);
  return DRYAD_OK;
}

int main(int argc, char **argv)
{
  if (argc != 3) return fprintf(stderr, "usage: embed DUMP SCRIPT\n"), 2;
  dryad_error error;
  dryad_heap *heap;
  if (dryad_heap_load(&heap, argv[1], NULL, &error) != DRYAD_OK) return fail("load", &error);
  dryad_host *host;
  if (print_summary(dryad_heap_graph(heap), &error) != DRYAD_OK || dryad_host_new(&host, &error) != DRYAD_OK) {
    dryad_heap_free(heap);
    return fail("start", &error);
  }
  lua_State *L = dryad_host_state(host);
  lua_register(L, "double", double_number);
  dryad_lua_push_heap(L, heap); /* Lua owns it now */
  lua_setglobal(L, "heap");
  dryad_status status = dryad_host_run_file(host, argv[2], argc, argv, &error);
  if (status == DRYAD_OK) /* what one script does to its globals does not hinder the next */
    status = dryad_host_run_string(host, "require, type, xpcall = nil", "=test", &error);
  if (status == DRYAD_OK && dryad_host_run_string(host, "error 'on purpose'", "=test", &error) == DRYAD_OK)
    status = DRYAD_IO;
  printf("%s\n", error.text);
  dryad_host_free(host);
  return status != DRYAD_OK;
}
