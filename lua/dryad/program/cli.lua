-- SPDX-License-Identifier: MIT
--- The program: interprets its command line and returns its exit status.
-- @module dryad.program.cli

local commands = require "dryad.program.commands"
local core = require "dryad.core"
local declaration = require "dryad.program.declaration"
local findings = require "dryad.program.findings"
local format = require "dryad.text.format"
local globals = require "dryad.prompt.globals"
local help_page = require "dryad.program.help_page"
local index = require "dryad.heap.index_beside_dump"
local interruption = require "dryad.text.interruption"
local loading = require "dryad.program.loading"
local nearest = require "dryad.text.did_you_mean"
local options = require "dryad.program.options"
local output = require "dryad.text.output"
local pager = require "dryad.text.pager"
local process = require "dryad.heap.process"
local processes = require "dryad.program.processes"
local progress = require "dryad.text.progress"
local recipes = require "dryad.recipes.recipes"
local screen = require "dryad.text.screen"
local traceback = require "dryad.recipes.traceback"
local workspace = require "dryad.workspace.workspace"

require "dryad.browse.methods"

local M = {}

local PATIENCE = 10 -- seconds of loading after which the prompt writes an index

--- Starts tracing if the user asked for it.
local function start_trace(verbose)
  local path = os.getenv "DRYAD_TRACE"
  path = path ~= "" and path or nil
  if path or verbose then
    require("dryad.trace").start(path, verbose)
  end
end

local DONE, FAILED, INTERRUPTED = 0, 2, 130

-- How dumps, compressed ones, databases and indexes begin, and no text of Lua does.
local DUMPS = { "^%s*{", "^\u{FEFF}%s*{", "^\31\139", "^%(\181/\253", "^SQLite format 3\0", "^dryad\r\n" }
local HEAD = 4096 -- bytes

local function begins_like_a_dump(path)
  local facts = core.file_facts(path)
  local file <close> = facts and facts.kind == "file" and io.open(path, "rb") or nil
  local head = file and file:read(HEAD) or ""
  for _, pattern in ipairs(DUMPS) do
    if head:find(pattern) then
      return true
    end
  end
  return false
end

--- Whether a word names a script, to be run: by its ending, unless the file is a dump.
local function is_script(word)
  return word:find("%.lua$") ~= nil and not begins_like_a_dump(word)
end

--- The correct order of a command and its options.
local function place_of_options(command)
  return ("the command comes first, then its options: `dryad %s [options] ...`; see dryad %s --help"):format(
    command, command)
end

local function is_recipe(word)
  for _, file in ipairs(recipes.files()) do
    if file.name == word then
      return true
    end
  end
  return false
end

--- The message for a word that does not name a file.
local function missing(word, why)
  if commands.get(word) then
    return ("no file '%s'; %s"):format(word, place_of_options(word))
  elseif is_recipe(word) then
    return ("no command or file '%s'; the recipe of that name is run by `dryad run %s DUMP`"):format(word, word)
  end
  local near = nearest.names(word, commands.names())
  if #near > 0 then
    return ("no command or file '%s'; did you mean `dryad %s`?"):format(word, table.concat(near, "` or `dryad "))
  end
  local directory, name = word:match("^(.*/)([^/]*)$")
  local files = core.directory(directory or ".") or {}
  local hint = nearest.hint(name or word, files)
  if hint == "" and word:find "^%a[%w_-]*$" then
    return ("no command or file '%s'; the commands are %s"):format(word, table.concat(commands.names(), ", "))
  end
  return why .. hint
end

local NO_SUCH_FILE = 2 -- ENOENT

--- Raises an error if the file does not exist. `message` is the error that led here.
local function check_missing(path, message)
  local file, why, code = io.open(path)
  if file then
    file:close()
  elseif code == NO_SUCH_FILE then
    error(missing(path, message or why), 0)
  end
end

-- ---- the prompt, scripts and -e -------------------------------------------------------------------

local HINTS = 'try leaks, why TYPE or heap "TYPE"; help lists more; Tab completes'
local NO_DUMP = 'no dump yet: read FILE, or heap = dryad.load("FILE"); help explains'

--- Separates the database, if there is one, from the dumps.
local function sort_files(paths)
  local database, dumps = nil, {}
  for _, path in ipairs(paths) do
    if not workspace.is_database(path) then
      dumps[#dumps + 1] = path
    elseif database then
      error(("one database at a time: %s, or %s"):format(database, path), 0)
    else
      database = path
    end
  end
  return database, dumps
end

--- Adds a dump, or the dump of a process, to a workspace.
local function read(ws, path, given)
  if processes.pid(path) then
    ws:adopt(loading.heap(path, given))
    return
  end
  local loaded, message = pcall(ws.read, ws, path, { raw = given.raw, strict = given.strict })
  if not loaded then
    check_missing(path, message)
    error(message, 0)
  end
end

--- Opens a workspace with the database and the dumps of the command line. Returns it and the report on the database.
local function open_workspace(paths, given)
  local database, dumps = sort_files(paths)
  local ws = workspace.new(nil, {
    unguarded = given.unguarded, threads = given.threads, spill = given.spill, max_text = given["max-text"],
    max_memory = given["max-memory"],
  })
  local said = database and ws:open(database)
  for _, path in ipairs(dumps) do
    read(ws, path, given)
  end
  return ws, said
end

local function prompt(quiet, said)
  local repl, heap = require("dryad.prompt.repl").new(), _G.heap
  if not quiet then
    if said then
      output.write(tostring(said) .. "\n")
    end
    if heap then
      output.write(process.introduced(heap, require("dryad.text.printer").text(heap:summarize())) .. "\n")
    end
    if repl.interactive then
      output.write(screen.style("dim", heap and HINTS or NO_DUMP) .. "\n")
    end
  end
  repl:run()
end

--- The results of running a script, or its error.
local function check(good, ...)
  if good then
    return ...
  end
  local message, short = ...
  if short and interruption.is(short) then
    error(interruption.MESSAGE, 0)
  end
  error(message, 0)
end

--- Raises an error if the code of a -e is a line with a command, of the shell or of the prompt, and not Lua.
local function check_code(code, expression)
  local word, rest = code:match "^%s*([%a_][%w_]*)%s*(.*)$"
  local is_lua = load(code) or load("return " .. expression)
  if not word or is_lua and (rest ~= "" or _G[word] ~= nil) then
    return
  elseif commands.get(word) then
    error(("-e runs Lua, and `%s` is a command: see dryad %s --help"):format(word, word), 0)
  elseif require("dryad.prompt.commands").get(word) then
    error(("-e runs Lua, and `%s` is a command of the prompt; `dryad -i` takes such lines"):format(word), 0)
  end
end

--- Runs the code of one -e; if it is an expression or follows `=`, prints its value.
local function run_code(code)
  local script = require("dryad.program.script")
  local expression = code:match("^%s*=(.*)$") or code
  check_code(code, expression)
  if load(code) or not load("return " .. expression) then
    check(script.run_string(code, "-e"))
    return
  end
  -- Not a tail call, which would hide this line from a traceback.
  local _, value = check(script.run_string("return nil, " .. expression, "-e"))
  output.write(require("dryad.text.printer").text(value) .. "\n")
end

--- Makes the prompt read from the terminal if a dump came from standard input.
local function attach_terminal(paths)
  for _, path in ipairs(paths) do
    if path == "-" then
      require("dryad.terminal").attach()
      return
    end
  end
end

--- The first word that names a command.
local function command_among(words)
  for _, word in ipairs(words) do
    if commands.get(word) then
      return word
    end
  end
end

local function run_main(words)
  local given, rest = options.parse(declaration, words, is_script)
  if not given then
    local command = command_among(words)
    error(rest .. "; " .. (command and place_of_options(command) or "see dryad --help"), 0)
  elseif given.help then
    pager.enabled = true
    pager.show(help_page.of_program())
    return
  elseif given.version then
    output.write(require("dryad.build").text .. "\n")
    return
  end
  start_trace(given.verbose)
  options.convert(declaration, given)
  local script = rest[1] and is_script(rest[1])
  if given.i or not (script or given.e) then
    index.patience = PATIENCE
  end
  processes.check(declaration, script and {} or rest, given)
  local ws, said = open_workspace(script and {} or rest, given)
  globals.set(ws)
  if given.e and ws.generation and not _G.heap then
    error(said, 0)
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

--- The words that name dumps, according to the command's declaration. The last argument may stand for many words.
local function dumps_among(command, words)
  local dumps, declared = {}, command.arguments
  local last = declared[#declared]
  for i, word in ipairs(words) do
    local argument = declared[i] or last and last.many and last
    dumps[#dumps + 1] = argument and argument.type == "dump" and word or nil
  end
  return dumps
end

--- Raises an error if a command has no arguments but needs some, and a file has its name: that may be what is meant.
local function check_file(command, words)
  local first, facts = command.arguments[1], core.file_facts(command.name)
  if #words == 0 and first and not first.optional and facts and facts.kind == "file" then
    error(("%s is a command; `dryad ./%s` opens the file of that name, dryad %s --help explains the command"):format(
      command.name, command.name, command.name), 0)
  end
end

--- Raises an error if a command that declares `takes` got too few or too many words.
local function check_words(command, words)
  local least, most = 0, #command.arguments
  for _, argument in ipairs(command.arguments) do
    least = least + (argument.optional and 0 or 1)
    most = argument.many and math.huge or most
  end
  if command.takes and (#words < least or #words > most) then
    error(("%s takes %s"):format(command.name, command.takes), 0)
  end
end

--- Puts the dump first if it was given after what is asked about it: `why Session app.dump`.
local function put_dump_first(command, words)
  local first, second = command.arguments[1], command.arguments[2]
  local is_pair = #words == 2 and second and first.type == "dump" and second.type ~= "dump" and second.type ~= "file"
  if is_pair and not processes.is_source(words[1]) and processes.is_source(words[2]) then
    words[1], words[2] = words[2], words[1]
  end
end

--- Runs a command. If the index of a dump turns out damaged before anything was printed, runs it again: the dump is
-- loaded then.
local function run_with_dumps(command, given, words)
  local results = table.pack(xpcall(command.run, traceback.handler, given, words))
  if results[1] then
    return results[2]
  elseif findings.is_printed or #index.find_damaged() == 0 then
    error(results[2], 0)
  end
  return command.run(given, words)
end

local function run_command(command, words)
  local given, rest = options.parse(command, words)
  if not given then
    error(("%s: %s; see dryad %s --help"):format(command.name, rest, command.name), 0)
  end
  pager.enabled = true
  if given.help then
    pager.show(help_page.of_command(command))
    return
  end
  check_file(command, rest)
  check_words(command, rest)
  put_dump_first(command, rest)
  options.convert(command, given)
  processes.check(command, dumps_among(command, rest), given)
  start_trace(given.verbose)
  return run_with_dumps(command, given, rest)
end

local function run(argv)
  local words = table.move(argv, 1, #argv, 1, {})
  local command = commands.get(words[1])
  if command then
    return run_command(command, table.move(words, 2, #words, 1, {}))
  end
  return run_main(words)
end

--- The whole program.
-- @tparam {string,...} argv the command line, the program's name at 0
-- @treturn integer the exit status
-- @usage os.exit(require("dryad.program.cli").main({ [0] = "dryad", "summary", "app.dump" }))
function M.main(argv)
  progress.is_shown = true
  _G.print, _ENV.print = output.print, output.print -- of scripts and the prompt, and of recipes
  local results = table.pack(xpcall(run, traceback.handler, argv))
  if results[1] then
    return results[2] or DONE
  end
  local problem = traceback.handler(results[2]) -- an out-of-memory error is a string
  if interruption.is(problem.message) then
    output.tell "dryad: interrupted"
    return INTERRUPTED
  end
  output.tell("dryad: " .. format.printable_lines(traceback.text(problem)))
  return FAILED
end

return M
