-- SPDX-License-Identifier: MIT
--- The prompt: reads lines, runs them as Lua or as commands, and prints the results.
-- @module dryad.prompt.repl

local check = require "dryad.text.argument_errors"
local commands = require "dryad.prompt.commands"
local core = require "dryad.core"
local format = require "dryad.text.format"
local globals = require "dryad.prompt.globals"
local hints = require "dryad.prompt.hints"
local index = require "dryad.heap.index_beside_dump"
local interruption = require "dryad.text.interruption"
local neighbourhood = require "dryad.prompt.neighbourhood"
local output = require "dryad.text.output"
local pager = require "dryad.text.pager"
local printer = require "dryad.text.printer"
local recipes = require "dryad.recipes.recipes"
local reports = require "dryad.workspace.report"
local screen = require "dryad.text.screen"
local session = require "dryad.prompt.session"
local sql_lexer = require "dryad.sql.sql_lexer"
local traceback = require "dryad.recipes.traceback"
local ways = require "dryad.analysis.ways"
local workspace = require "dryad.workspace.workspace"

local M = {}

local Repl = {}
Repl.__index = Repl

local PROMPT, CONTINUED = "> ", ">> "

local has_signals, signals = pcall(require, "dryad.signals")
local guard = has_signals and signals.guard or xpcall

--- A prompt over the globals of this Lua state.
-- @treturn table
-- @usage require("dryad.prompt.repl").new():run()
function M.new()
  local repl = setmetatable({ session = session.new(_G) }, Repl)
  repl.interactive = screen.is_terminal("stdin") and screen.is_terminal("stdout")
  return repl
end

local function tell(line)
  output.write(format.printable(line) .. "\n")
  output.flush()
end

local function call_method(name, ...)
  local ws = globals.workspace()
  workspace.listen(ws, tell)
  local results = table.pack(pcall(ws[name], ws, ...))
  workspace.listen(ws, nil)
  if not results[1] then
    error(results[2], 0)
  end
  return table.unpack(results, 2, results.n)
end

--- Calls the method of the workspace behind a command, and prints its report as it arrives.
-- @tparam string name
-- @param ... its arguments
-- @return what the method returns
-- @usage repl:call("select", "* from obj limit 3")
function Repl:call(name, ...)
  globals.take_in(self.session:value("heap"))
  return call_method(name, ...)
end

--- The same for a method that loads another heap, and does not use the one in `heap`.
-- @tparam string name
-- @param argument
-- @return what the method returns
-- @usage repl:call_anew("read", "app.dump")
function Repl.call_anew(_, name, argument)
  return call_method(name, argument)
end

-- ---- deciding what a line is ----------------------------------------------------------------------

--- Whether a line begins with `select` and cannot be meant as a use of Lua's function of that name.
function Repl:is_query(line)
  local after = line:match "^%s*select%s+(.)"
  return after ~= nil and not after:find "[=,;]" and rawequal(self.session:value "select", select)
end

--- The command on a line that compiles as Lua but is useless as Lua: a word that is not a variable, alone, before a
-- quoted text, a parenthesis or an option, or before an operator that fails on nil, such as the slash of a path.
function Repl:unmistakable_command(line)
  if self:is_query(line) then
    return commands.parse(line)
  end
  local word = line:match("^%s*([%a_][%w_]*)%s*$")
    or line:match([=[^%s*([%a_][%w_]*)%s*["'(]]=])
    or line:match("^%s*([%a_][%w_]*)%s+[+*/%%^|&]")
    or line:match("^%s*([%a_][%w_]*)%s+%-%f[^-]")
    or line:match("^%s*([%a_][%w_]*)%s+%-%-%a") -- an option, which Lua takes for a comment
  if (word and self.session:value(word) == nil) or line:find("^%s*[?!]") then
    return commands.parse(line)
  end
end

--- The results of a command; none if it returned nothing, or nil, as a recipe does that only prints.
local function results_of(value, ...)
  if value ~= nil then
    return value, ...
  end
end

--- A piece is `{run=, show=}`: a function, and another that converts each of its results to text.
local function command_piece(repl, command, rest)
  return {
    run = function()
      return results_of(command.run(repl, rest))
    end,
    show = function(value)
      if reports.is(value) then
        return value:rest()
      end
      if type(value) == "string" then
        return command.is_styled and value or format.printable_lines(value)
      end
      return printer.text(value)
    end,
  }
end

local function is_address(text)
  return text:find("^%s*%d+%s*$") or text:find("^%s*0[xX]%x+%s*$")
end

local SMALLEST = 1 << 32 -- a number alone that is smaller is just a number

--- The value of an address alone: the object there. Nil if there is none and it may be another number.
function Repl:address_piece(text)
  local heap = self.session:value("heap")
  local good, object = interruption.attempt(function()
    return heap and heap:get(math.tointeger(tonumber(text)) or text:match("%S+"))
  end)
  if not good then
    return nil -- a number of more than 64 bits
  elseif object or heap and not math.ult(math.tointeger(tonumber(text)) or -1, SMALLEST) then
    return {
      run = function()
        return object or error("no object has the address " .. text:match "%S+", 0)
      end,
      show = neighbourhood.text,
    }
  end
end

local function shown_shorthand(value)
  if type(value) == "string" then
    return format.printable_lines(value)
  end
  return rawequal(getmetatable(value), core.object.meta) and neighbourhood.text(value) or printer.text(value)
end

--- The value of a line that is only a shorthand, such as `#0`, `#0.3`, `$pool` or `1234&`: the result, the object, a
-- result with the objects, or the text of a name that stands for something else.
function Repl:shorthand_piece(text)
  local alone = text:match "^%s*(.-)%s*;?%s*$"
  local number = alone:match "^#(%d+)$"
  if number then
    return {
      run = function()
        return globals.workspace().results[math.tointeger(tonumber(number))] or self:call("echo", alone .. ".0")
      end,
      show = printer.text,
    }
  elseif not (alone:find "^#%d+%.[%w_]+[&^]*$" or alone:find "^%$[%w_.:]+[&^]*$" or alone:find "^%d%w*[&^]+$") then
    return nil
  end
  return {
    run = function()
      local expanded = self:call("echo", alone)
      local heap = self.session:value "heap"
      if is_address(expanded) and heap then
        return heap:get(expanded) or error(("%s: no object has the address %s"):format(alone, expanded), 0)
      elseif expanded:find "^%(select " or expanded:find "^%([%d%s,-]+%)$" then
        return self:call("select", "* from obj where address in " .. expanded)
      end
      return expanded
    end,
    show = shown_shorthand,
  }
end

--- The piece of a command. Incomplete SQL needs more lines, until one is empty.
local function command_or_more(repl, command, rest, text)
  if commands.takes_sql(command) and sql_lexer.is_open(rest) and not text:find "\n%s*$" then
    return nil, "the line ends inside of a quote, a comment or parentheses", true
  end
  return command_piece(repl, command, rest)
end

--- The piece that runs a recipe, if the first word of a line is the name of one and nothing else.
function Repl:recipe_piece(text)
  local name = text:match "^%s*([%a_][%w_]*)%f[%s\0]"
  if not name or self.session:value(name) ~= nil or text:find "^%s*[%w_]+%s*[=.:%[({]" then
    return nil
  end
  for _, file in ipairs(recipes.files()) do
    if file.name == name then
      return command_piece(self, commands.get "run", text:match "^%s*(.-)%s*$")
    end
  end
end

--- The object at a line that has the form of a way and names no Lua value: `shop.CACHE['k7'].body`.
function Repl:way_piece(text)
  local way, heap = text:match "^%s*(.-)%s*;?%s*$", self.session:value "heap"
  local first = way:match "^[%a_][%w_]*"
  if not heap or first and (self.session:value(first) ~= nil or commands.get(first)) or not ways.has_form(way) then
    return nil
  end
  local good, object, reason = interruption.attempt(heap.at, heap, way)
  if not good or not object and first and not heap:at(first) then
    return nil -- it begins nowhere
  end
  return {
    run = function()
      return object or error(reason, 0)
    end,
    show = neighbourhood.text,
  }
end

--- Compiles a text to a piece; or returns nil, a message, and whether more lines are needed.
function Repl:piece(text)
  local command, rest = self:unmistakable_command(text)
  if command then
    return command_or_more(self, command, rest, text)
  end
  local shorthand = self:shorthand_piece(text)
  if shorthand then
    return shorthand
  end
  local address = is_address(text) and self:address_piece(text)
  if address then
    return address
  end
  local way = self:way_piece(text)
  if way then
    return way
  end
  local recipe = text:find "^%s*[%a_][%w_]*%s*$" and self:recipe_piece(text)
  if recipe then
    return recipe
  end
  local run, message, incomplete = self.session:compile(text)
  if run then
    return { run = function() return screen.plainly(run) end, show = printer.text }
  elseif incomplete and not hints.of_python(text) then
    return nil, message, true
  end
  command, rest = commands.parse(text)
  if command then
    return command_or_more(self, command, rest, text)
  end
  return self:recipe_piece(text), message, false
end

-- ---- running it -----------------------------------------------------------------------------------

--- An error in full: its message, the user's code that led to it, and hints.
function Repl:problem_text(problem, text)
  local message, frames = problem.message, problem.frames
  if not text:find("\n", 1, true) then
    message = message:gsub("^" .. session.NAME .. ":%d+: ", "", 1)
  end
  local lines = { screen.style("red", "error:", "stderr") .. " " .. format.printable_lines(message) }
  for i = 1, #frames - 1 do -- the last is the piece itself
    lines[#lines + 1] = format.printable(frames[i])
  end
  lines[#lines + 1] = hints.of_error(problem.message, self.session, text)
  if #frames == 0 then
    lines[#lines + 1] = hints.of_line(text, self.session)
  end
  for _, sentence in ipairs(index.recover()) do
    lines[#lines + 1] = sentence
  end
  return table.concat(lines, "\n")
end

function Repl:report(problem, text)
  if interruption.is(problem.message) then
    output.tell((self.interactive and "\n" or "") .. screen.style("dim", "interrupted", "stderr"))
    return
  end
  output.tell(self:problem_text(problem, text))
end

--- Keeps the first value of a piece as `_`. Returns the text of all; nil if there are none, or all of it was printed
-- while the piece ran.
function Repl:keep(text, piece, values)
  if values.n == 0 then
    return nil
  elseif values[1] ~= nil then
    _G._ = values[1]
  end
  local lines = {}
  for i = 1, values.n do
    lines[i] = piece.show(values[i])
  end
  if values.n == 1 and lines[1] == "" and reports.is(values[1]) then
    return nil -- already printed
  end
  if values.n == 1 and values[1] == nil then
    lines[2] = hints.of_nil(text, self.session)
  elseif values.n == 1 and type(values[1]) == "function" then
    lines[2] = hints.of_function(text)
  end
  lines[#lines + 1] = hints.after(values[1])
  return table.concat(lines, "\n")
end

--- Prints values, and keeps the first as `_`.
function Repl:print(text, piece, values)
  local shown = self:keep(text, piece, values)
  if shown then
    pager.show(shown)
  end
end

--- Runs after each input: saves changes, updates the globals, reports the time of a query.
local function settle()
  local ws = globals.workspace()
  workspace.settle(ws)
  globals.follow()
  local seconds = workspace.time(ws)
  if seconds then
    tell(("(%.3fs)"):format(seconds))
  end
end

local function problem_of(value)
  return type(value) == "table" and value or { message = tostring(value), frames = {} }
end

--- Runs a piece and hands its values to a method; returns them and what that
-- returned, or nil and the problem.
function Repl:run_piece(text, piece, method)
  check.sources[session.CHUNK] = text
  local results = table.pack(guard(piece.run, traceback.handler))
  local good, answer, values = results[1], results[2], nil
  if good then
    values = table.move(results, 2, results.n, 1, { n = results.n - 1 })
    good, answer = guard(method, traceback.handler, self, text, piece, values)
  end
  local settled, trouble = guard(settle, traceback.handler)
  if not good or not settled then
    return nil, problem_of(good and trouble or answer)
  end
  return values, answer
end

--- Runs an input and keeps its value, but leaves it to the caller to show it.
-- @tparam string text
-- @treturn {values...}|nil nil if it failed
-- @treturn string|nil the values as the prompt shows them; or the problem
-- @usage local values, shown = repl:evaluate "heap:garbage()"
function Repl:evaluate(text)
  local compiled, piece, message = guard(self.piece, traceback.handler, self, text)
  if not compiled or not piece then
    return nil, self:problem_text(compiled and { message = message, frames = {} } or problem_of(piece), text)
  end
  local values, answer = self:run_piece(text, piece, self.keep)
  if not values then
    return nil, self:problem_text(answer, text)
  end
  return values, answer
end

--- Runs a piece, and prints its results or its error.
function Repl:execute(text, piece)
  local values, problem = self:run_piece(text, piece, self.print)
  if not values then
    self:report(problem, text)
  end
end

-- ---- reading --------------------------------------------------------------------------------------

local function history_path()
  local state = os.getenv("XDG_STATE_HOME")
  local home = os.getenv("HOME")
  if not state or state == "" then
    state = home and home .. "/.local/state"
  end
  return state and state .. "/dryad/history"
end

--- A function that returns the next line, and one that keeps a whole input in the history.
function Repl:line_source()
  if not self.interactive then
    return function(prompt)
      if screen.is_terminal("stdin") then
        output.ask(prompt)
      end
      local line = io.read("l")
      return line, not line and "end"
    end, function() end
  end
  local complete = require("dryad.prompt.complete")
  local reader = require("dryad.input").new(function(before, after)
    return complete.complete(before, after, self.session)
  end, history_path())
  return function(prompt)
    return reader:read(prompt)
  end, function(text)
    reader:remember(text)
  end
end

--- Styles a prompt. Puts control sequences between marks, and before a character: libedit drops one at the end.
local function prompt_text(text)
  if not screen.colours("stdout") then
    return text
  end
  return ("\1\27[1m\1%s\1\27[0m\1 "):format(text:sub(1, -2))
end

--- Reads a whole input, over several lines if needed, and runs it; returns false at the end.
function Repl:step(read, remember)
  local text, message
  while true do
    local line, why = read(prompt_text(text and CONTINUED or PROMPT))
    if not line then
      if text and why == "end" then
        self:report({ message = message, frames = {} }, text)
      elseif why == "interrupted" then
        output.write "^C\n"
      end
      return why == "interrupted"
    end
    local is_last = text and not line:find "%S" -- an empty line ends an unfinished input
    text = text and text .. "\n" .. line or line
    if not text:find("%S") then
      return true
    end
    local compiled, piece, incomplete
    compiled, piece, message, incomplete = guard(self.piece, traceback.handler, self, text)
    if not compiled then -- by a metamethod of the user's globals
      remember(text)
      self:report(traceback.handler(piece), text)
      return true
    elseif not incomplete or is_last then
      remember(text)
      if piece then
        self:execute(text, piece)
      else
        self:report({ message = message, frames = {} }, text)
      end
      return true
    end
  end
end

--- Reads and runs until the end of the input, or `quit`.
function Repl:run()
  local read, remember = self:line_source()
  pager.enabled = self.interactive
  while not self.finished do
    if not self:step(read, remember) then
      if self.interactive then
        output.write "\n"
      end
      break
    end
  end
end

return M
