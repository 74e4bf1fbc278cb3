-- SPDX-License-Identifier: MIT
--- The program: what its command line means, and its exit status.
-- @module dryad.program.cli

local format = require "dryad.text.format"
local globals = require "dryad.prompt.globals"
local nearest = require "dryad.text.did_you_mean"
local options = require "dryad.program.options"
local pager = require "dryad.text.pager"
local progress = require "dryad.text.progress"
local screen = require "dryad.text.screen"
local subcommands = require "dryad.program.subcommands"
local traceback = require "dryad.recipes.traceback"
local workspace = require "dryad.workspace.workspace"

local M = {}

local PATIENCE = 10 -- seconds of loading after which the prompt writes an index

local DONE, FAILED, INTERRUPTED = 0, 2, 130

local declaration = {
  usage = { "dryad [options] [DUMP or DATABASE ...]", "dryad [options] FILE.lua [WORD ...]", "dryad COMMAND ..." },
  summary = "Opens a prompt on heap dumps of Python processes (`-` is standard input), or runs a script.",
  options = {
    { "e", "CODE", "run CODE, where `heap` is the dump; `=EXPR` prints a value", short = "e", many = true },
    { "i", false, "go on to the prompt after -e or a script; the input may be no terminal", short = "i" },
    { "threads", "N", "load dumps with N threads; without it one for each processor" },
    { "raw", false, "load dumps as they are: instances and their dicts apart" },
    { "strict", false, "stop at the first problem in a dump" },
    { "spill", "DIR", "keep what is large of heaps in unnamed files in DIR instead of memory" },
    { "unguarded", false, "let SQL do all that SQLite can, such as attach and pragmas that write" },
    { "version", false, "print the version", short = "v" },
  },
}

--- The text of `dryad --help`.
-- @treturn string
-- @usage print(require("dryad.program.cli").help())
function M.help()
  local lines = { options.help(declaration), "", "commands, each with --help:" }
  for _, name in ipairs(subcommands.names) do
    lines[#lines + 1] = ("  %-8s %s"):format(name, subcommands.by_name[name].summary)
  end
  lines[#lines + 1] = "\nExit status: 0 done, 1 what was asked about was found wanting, 2 an error in usage or input."
  return table.concat(lines, "\n")
end

local function is_script(word)
  return word:find("%.lua$") ~= nil
end

--- Where the options of a command belong.
local function place_of_options(command)
  return ("a command comes first, its options behind it: `dryad %s [options] ...`; see dryad %s --help"):format(
    command, command)
end

--- What to say about a word that is no file.
local function missing(word, why)
  if subcommands.by_name[word] then
    return ("no file '%s'; %s"):format(word, place_of_options(word))
  end
  local near = nearest.names(word, subcommands.names)
  if #near > 0 then
    return ("no command or file '%s'; did you mean `dryad %s`?"):format(word, table.concat(near, "` or `dryad "))
  end
  local directory, name = word:match("^(.*/)([^/]*)$")
  local files = require("dryad.core").directory(directory or ".") or {}
  return why .. nearest.hint(name or word, files)
end

local NO_SUCH_FILE = 2 -- ENOENT

--- Raises when there is no such file. `message` is the error that led here.
local function check_missing(path, message)
  local file, why, code = io.open(path)
  if file then
    file:close()
  elseif code == NO_SUCH_FILE then
    subcommands.raise(missing(path, message or why))
  end
end

-- ---- the prompt, scripts and -e -------------------------------------------------------------------

local HINTS = 'leaks finds suspects; heap "TYPE" lists objects; o:why() explains one; Tab completes; help helps'
local NO_DUMP = 'no dump yet: read FILE, or heap = dryad.load("FILE"); Tab completes; help explains'

--- The database among some files, and the rest, which are dumps.
local function sort_files(paths)
  local database, dumps = nil, {}
  for _, path in ipairs(paths) do
    if not workspace.is_database(path) then
      dumps[#dumps + 1] = path
    elseif database then
      subcommands.raise(("one database at a time: %s, or %s"):format(database, path))
    else
      database = path
    end
  end
  return database, dumps
end

--- A workspace with the database and the dumps of the command line in it; and what is to be said of the database.
local function open_workspace(paths, given)
  local database, dumps = sort_files(paths)
  local ws = workspace.new(nil, {
    unguarded = given.unguarded, threads = subcommands.threads(given), spill = given.spill,
  })
  local said = database and ws:open(database)
  for _, path in ipairs(dumps) do
    local loaded, message = pcall(ws.read, ws, path, { raw = given.raw, strict = given.strict })
    if not loaded then
      check_missing(path, message)
      error(message, 0)
    end
  end
  return ws, said
end

local function prompt(quiet, said)
  local repl, heap = require("dryad.prompt.repl").new(), _G.heap
  if not quiet then
    if said then
      print(said)
    end
    if heap then
      print(require("dryad.text.printer").text(heap:summarize()))
    end
    if repl.interactive then
      print(screen.style("dim", heap and HINTS or NO_DUMP))
    end
  end
  repl:run()
end

local function check(good, message, short)
  if good then
    return
  end
  if short and short:find(traceback.INTERRUPTED, 1, true) then
    error(traceback.INTERRUPTED, 0)
  end
  error(message, 0)
end

--- One -e: a chunk; what is no chunk but an expression, or begins with `=`, is printed.
local function run_code(code)
  local script = require("dryad.program.script")
  local expression = code:match("^%s*=(.*)$") or code
  if not load(code) and load("return " .. expression) then
    code = "print(require('dryad.text.printer').text(" .. expression .. "\n))"
  end
  check(script.run_string(code, "-e"))
end

--- Where a dump came from standard input, what is typed comes from the terminal.
local function attach_terminal(paths)
  for _, path in ipairs(paths) do
    if path == "-" then
      require("dryad.terminal").attach()
      return
    end
  end
end

--- The first word that is the name of a command.
local function command_among(words)
  for _, word in ipairs(words) do
    if subcommands.by_name[word] then
      return word
    end
  end
end

local function run_main(words)
  local given, rest = options.parse(declaration, words, is_script)
  if not given then
    local command = command_among(words)
    subcommands.raise(rest .. "; " .. (command and place_of_options(command) or "see dryad --help"))
  elseif given.help then
    pager.show(M.help())
    return
  elseif given.version then
    print("dryad " .. require("dryad").version)
    return
  end
  local script = rest[1] and is_script(rest[1])
  if given.i or not (script or given.e) then
    require("dryad.heap.index").patience = PATIENCE
  end
  local ws, said = open_workspace(script and {} or rest, given)
  globals.set(ws)
  if given.e and ws.generation and not _G.heap then
    subcommands.raise(said)
  end
  for _, code in ipairs(given.e or {}) do
    run_code(code)
  end
  if script then
    check_missing(rest[1])
    check(require("dryad.program.script").run_file(rest[1], table.move(rest, 2, #rest, 1, {})))
  end
  local ran = script or given.e
  if given.i or not ran then
    attach_terminal(script and {} or rest)
    prompt(ran, said)
  end
  globals.workspace():close()
end

local function run_subcommand(name, words)
  local subcommand = subcommands.by_name[name]
  local given, rest = options.parse(subcommand, words)
  if not given then
    subcommands.raise(("%s: %s; see dryad %s --help"):format(name, rest, name))
  elseif given.help then
    pager.show(options.help(subcommand))
    return
  end
  pager.enabled = true
  return subcommand.run(given, rest)
end

local function run(argv)
  local words = table.move(argv, 1, #argv, 1, {})
  if subcommands.by_name[words[1]] then
    return run_subcommand(table.remove(words, 1), words)
  end
  return run_main(words)
end

--- The whole program.
-- @tparam {string,...} argv the command line, the program's name at 0
-- @treturn integer the exit status
-- @usage os.exit(require("dryad.program.cli").main({ [0] = "dryad", "summary", "app.dump" }))
function M.main(argv)
  progress.is_shown = true
  local results = table.pack(xpcall(run, traceback.handler, argv))
  if results[1] then
    return results[2] or DONE
  end
  local problem = traceback.handler(results[2]) -- out of memory comes as a text
  io.stdout:flush()
  if problem.message:find(traceback.INTERRUPTED, 1, true) then
    io.stderr:write("dryad: interrupted\n")
    return INTERRUPTED
  end
  io.stderr:write("dryad: ", format.printable_lines(traceback.text(problem)), "\n")
  return FAILED
end

return M
