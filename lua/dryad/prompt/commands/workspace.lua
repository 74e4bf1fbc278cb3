-- SPDX-License-Identifier: MIT
--- Commands of workspaces: each is the method of its name, with the rest of the line as its one argument.
-- @module dryad.prompt.commands.workspace

local core = require "dryad.core"
local words = require "dryad.text.command_line"

local M = {}

-- Name, usage, summary, and what else there is to say: `bare_only`; `opens` for one that does not ask about the heap
-- that is there; `sql` where the words are SQL.
local COMMANDS = {
  { "create", "create DATABASE", "makes a new workspace file; what is in memory so far goes along", opens = true },
  { "open", "open DATABASE", "opens a workspace file, or a database that memsee wrote", opens = true },
  { "read", "read FILE [raw]", "reads a dump as the next generation; `raw` keeps instances and their dicts apart",
    opens = true },
  { "gen", "gen, gen N, gen none, gen N from FILE",
    "tells what generations there are; makes another one current; takes one from another file" },
  { "select", "select ...", "asks a query of SQLite about obj and ref; rows are labelled #0.0, #0.1 ...", sql = true },
  { "with", "with ... select ...", "the same for a query that begins with `with`", sql = true },
  { "explain", "explain [query plan] select ...", "tells how a query would be answered", sql = true },
  { "insert", "insert into obj|ref ...", "adds objects or references; undo takes it back", sql = true },
  { "delete", "delete from obj|ref ...", "takes objects or references away; undo takes it back", sql = true },
  { "update", "update obj set mark = N ...", "changes marks; undo takes it back", sql = true },
  { "pin", "pin CONDITION", "keeps objects from being dropped by gc", sql = true },
  { "gc", "gc", "drops what neither roots nor pinned objects reach, and says what that was", bare_only = true },
  { "continue_gc", "continue_gc", "goes on with a gc that was interrupted", bare_only = true },
  { "set", "set, set NAME TEXT", "names a text, which then is $NAME; tells all names" },
  { "echo", "echo TEXT", "shows a text with all its shorthands expanded" },
  { "stats", "stats", "how many objects and references there are, and their bytes", bare_only = true },
  { "info", "info ADDRESS", "what there is to know of an object" },
  { "parents", "parents ADDRESS", "the objects that refer to it" },
  { "kids", "kids ADDRESS", "its children, and level by level those that it alone keeps" },
  { "ancestor_types", "ancestor_types CONDITION [stop TYPE,...]",
    "the types of all that leads to some objects, by distance; it does not go beyond modules, or the types named" },
  { "path", 'path from "CONDITION" to "CONDITION" [reversed] [all]',
    "a shortest way from any of some objects to the nearest of others, or to each of them" },
  { "backup", "backup", "copies the workspace to FILE.bak, or in memory", bare_only = true },
  { "restore", "restore", "brings back what was backed up", bare_only = true },
  { "export", "export FILE [force]",
    "writes all generations as plain tables into a new SQLite file; `force` replaces one that is there" },
  { "shell", "shell SQL, !SQL", "runs any statement on the database of the workspace", sql = true },
  { "timer", "timer on, timer off", "whether the time of each query is told" },
  { "width", "width COLUMN N ...", "how wide columns are printed; 0: as it takes, as at first" },
  { "undo", "undo", "takes back the last change of the heap", bare_only = true },
  { "summary", "summary", "the objects of the heap by type, as printed at the start", bare_only = true },
  { "leaks", "leaks [FRACTION]",
    "what retains so much that it may be a leak: a tenth of the heap, or another fraction" },
  { "diff", "diff BEFORE AFTER [LATER]", "what grew between the generations of these numbers" },
  { "run", "run RECIPE [WORD ...]", "runs a recipe on the heap; its words are values, or name=value" },
}

for i, declared in ipairs(COMMANDS) do
  local name = declared[1]
  M[i] = {
    name = name,
    usage = declared[2],
    summary = declared[3],
    bare_only = declared.bare_only,
    is_sql = declared.sql or false,
    run = function(repl, rest)
      return repl:call(name, rest, declared.opens)
    end,
  }
end

--- An object or a list that a line of Lua gives, or nil.
local function value_of(repl, text)
  local run = not text:find "^%d" and repl.session:compile(text)
  local ok, value = pcall(run or error)
  local meta = ok and getmetatable(value)
  if meta and (rawequal(meta, core.object.meta) or rawequal(meta, core.list.meta)) then
    return value
  end
end

M[#M + 1] = {
  name = "why",
  usage = "why ADDRESS [N], why TYPE, why EXPRESSION",
  summary = "why an object is alive, in up to N ways; or why all objects of a type or a list are",
  run = function(repl, rest)
    return repl:call("why", value_of(repl, words.unquoted(rest)) or rest)
  end,
}

return M
