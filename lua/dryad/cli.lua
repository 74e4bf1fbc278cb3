--- The program: what its command line means, and its exit status.
-- @module dryad.cli

local format = require "dryad.format"
local nearest = require "dryad.nearest"
local options = require "dryad.options"
local pager = require "dryad.pager"
local screen = require "dryad.screen"
local subcommands = require "dryad.subcommands"
local traceback = require "dryad.traceback"

local M = {}

local DONE, FAILED, INTERRUPTED = 0, 2, 130

local declaration = {
  usage = { "dryad [options] [DUMP ...]", "dryad [options] FILE.lua [WORD ...]", "dryad COMMAND ..." },
  summary = "Opens a prompt on heap dumps of Python processes (`-` is standard input), or runs a script.",
  options = {
    { "e", "CODE", "run CODE, where `heap` is the dump; `=EXPR` prints a value", short = "e", many = true },
    { "i", false, "go on to the prompt after -e or a script; the input may be no terminal", short = "i" },
    { "raw", false, "load dumps as they are: instances and their dicts apart" },
    { "strict", false, "stop at the first problem in a dump" },
    { "version", false, "print the version", short = "v" },
  },
}

--- The text of `dryad --help`.
-- @treturn string
-- @usage print(require("dryad.cli").help())
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

--- What to say about a word that is neither a file nor a command.
local function missing(word, why)
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
local NO_DUMP = 'no dump yet: heap = dryad.load("FILE"); Tab completes; help explains'

local function set_globals(heaps)
  local dryad = require("dryad")
  local heap = heaps[#heaps]
  _G.dryad, _G.pp, _G.help = dryad, dryad.pp, require("dryad.help").help
  _G.heaps, _G.heap, _G.om = heaps, heap, heap
end

local function load_dumps(paths, given)
  local dryad = require("dryad")
  local heaps = {}
  for i, path in ipairs(paths) do
    local loaded, heap = pcall(dryad.load, path, { collapse = not given.raw, strict = given.strict })
    if not loaded then
      check_missing(path, heap)
      error(heap, 0)
    end
    heaps[i] = heap
  end
  return heaps
end

local function prompt(heaps, quiet)
  local repl = require("dryad.repl").new()
  if not quiet then
    if #heaps > 0 then
      print(require("dryad.printer").text(heaps[#heaps]:summarize()))
    end
    if repl.interactive then
      print(screen.style("dim", #heaps > 0 and HINTS or NO_DUMP))
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
  local script = require("dryad.script")
  local expression = code:match("^%s*=(.*)$") or code
  if not load(code) and load("return " .. expression) then
    code = "print(require('dryad.printer').text(" .. expression .. "\n))"
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

local function run_main(words)
  local given, rest = options.parse(declaration, words, is_script)
  if not given then
    subcommands.raise(rest .. "; see dryad --help")
  elseif given.help then
    pager.show(M.help())
    return
  elseif given.version then
    print("dryad " .. require("dryad").version)
    return
  end
  local script = rest[1] and is_script(rest[1])
  local heaps = script and {} or load_dumps(rest, given)
  set_globals(heaps)
  for _, code in ipairs(given.e or {}) do
    run_code(code)
  end
  if script then
    check_missing(rest[1])
    check(require("dryad.script").run_file(rest[1], table.move(rest, 2, #rest, 1, {})))
  end
  local ran = script or given.e
  if given.i or not ran then
    attach_terminal(script and {} or rest)
    prompt(heaps, ran)
  end
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
-- @usage os.exit(require("dryad.cli").main({ [0] = "dryad", "summary", "app.dump" }))
function M.main(argv)
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
