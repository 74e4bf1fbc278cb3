-- SPDX-License-Identifier: MIT
--- Dumps, recipes and names in which every text is made to do something to a terminal, and the search for what got
-- through.

local core = require "dryad.core"
local program = require "tests.spec.support.program"

local M = {}

local function marks(count)
  return ("\u{301}"):rep(count)
end

--- What a terminal would act on, or not show; the first would run as Lua. Sequences that Dryad or line editing uses
-- themselves are followed by the word EVIL, by which M.fault recognises them. Without blanks, slashes and NUL, so that
-- it can be in any name.
M.SEQUENCES = {
  '"os.exit(97)--', "\27]52;c;RVZJTA==\7", "\27]0;title\27\\", "\27[2J", "\27[31mEVIL", "\27[0mEVIL", "\27[KEVIL",
  "\27[CEVIL", "\rEVIL", "\8EVIL", "\7EVIL", "\11", "\14", "\127", "\u{85}", "\u{9b}2J", "\u{9d}0;title\u{9c}",
  "\u{202e}", "\u{2066}", "\u{200f}", "\u{61c}", "\u{2028}", "\u{2029}", "\u{200b}", "\u{200d}", "\u{2060}",
  "\u{feff}", "\u{ad}", "\u{3164}", "\u{fe0f}", "\u{e0041}", "\u{e000}", "\u{ffff}", "z" .. marks(20),
}

--- A name of at most 255 bytes with all of this in it.
-- @tparam string name
-- @treturn string
function M.name(name)
  return name .. table.concat(M.SEQUENCES)
end

--- The type of the instances of Session in the dump: in JSON a line break and a lone surrogate follow.
M.TYPE = M.name "Session" .. "\u{d800}\nEVIL"

--- The same text as a name in SQL.
function M.sql(name)
  return '"' .. M.name(name):gsub('"', '""') .. '"'
end

local ESCAPES = { ["\n"] = "\\n", ['"'] = '\\"', ["\\"] = "\\\\" }

local IN_JSON = M.name(""):gsub('[%c"\\\127]', function(c)
  return ESCAPES[c] or ("\\u%04x"):format(c:byte())
end)

--- A name as a string of JSON, with a lone surrogate and a line break in it too.
function M.json(name)
  return '"' .. name .. IN_JSON .. '\\ud800\\nEVIL"'
end

--- The same text in a Lua file.
function M.lua(name)
  return (("%q"):format(M.name(name) .. "\nEVIL"):gsub("\\\n", "\\n"):gsub("\r", "\\r"))
end

-- ---- a dump ---------------------------------------------------------------------------------------

local FACTS = { "command", "executable", "hostname", "implementation", "python", "time", "started", "scanner" }

--- The facts of a process, all texts in them hostile.
local function process_line()
  local facts = {}
  for i, name in ipairs(FACTS) do
    facts[i] = ('"%s": %s'):format(name, M.json(name))
  end
  local text = "{" .. table.concat(facts, ", ") .. ', "pid": 7, "rss": 1000000000, "threads": 1}'
  return ('{"address": 1, "type": "<process>", "size": 0, "value": %s, "refs": []}'):format(core.json.encode(text))
end

-- Types and names by which analyses recognise what Python is made of stay as they are, and texts if not `is_text`.
local function made_hostile(line, is_text)
  local kind = line:match '"type": "([^"]*)"'
  if kind:find "^%u%l+$" or kind == "weakref.ReferenceType" then
    line = line:gsub('"type": "([^"]*)"', function(name)
      return '"type": ' .. M.json(name)
    end)
  elseif kind == "frame" then
    line = line:gsub("}$", (', "file": %s, "line": 3}'):format(M.json "app.py"))
  end
  line = line:gsub('"name": "([^"\\]*)"', function(name)
    return '"name": ' .. (kind == "type" and not name:find "^%u" and '"' .. name .. '"' or M.json(name))
  end)
  if kind == "str" and is_text then
    line = line:gsub('"value": "([^"\\]*)"', function(value)
      return not value:find "^__" and '"value": ' .. M.json(value) or nil
    end)
  end
  if not is_text and not kind:find "^%u" then
    return line
  end
  return (line:gsub("}$", (', "allocated": [%s], %s: %s}'):format(M.json "app.py:3", M.json "key", M.json "x")))
end

--- Writes the dump of the shop (tests/data/shop.py) with every text in it made hostile, as of a process. `share` leaves
-- out all but so many of a thousand texts, so that two dumps differ.
function M.write_dump(path, share)
  local lines, process = { process_line() }, assert(io.popen "zstd -dc tests/data/shop.dump.zst")
  local frame, number = nil, 0
  for line in process:lines() do
    number = number + 1
    local is_text = line:find('"type": "str"', 1, true) or line:find('"type": "Session"', 1, true)
    if not is_text or number % 1000 < share then
      lines[#lines + 1] = made_hostile(line, number % 4 == 0)
    end
    frame = frame or line:match '"address": (%d+), "type": "frame"'
  end
  process:close()
  lines[#lines + 1] = ('{"address": 3, "type": "<thread>", "size": 0, "name": %s, "value": "{}", "refs": [%s]}'):format(
    M.json "MainThread", frame)
  lines[#lines + 1] = ('{"address": 2, "type": "<end>", "size": 0, "value": %d, "refs": []}'):format(#lines)
  local file = assert(io.open(path, "w"))
  file:write(table.concat(lines, "\n"), "\n")
  file:close()
end

-- ---- recipes --------------------------------------------------------------------------------------

--- Writes recipes with hostile names, summaries, arguments, results and errors into a folder; returns their names.
function M.write_recipes(folder)
  local names = {}
  local function write(name, text)
    local file = assert(io.open(folder .. "/" .. name, "w"))
    file:write(text)
    file:close()
    names[#names + 1] = name:match "^(.*)%.%l+$"
  end
  local declared = ("-- %s\nreturn { summary = %s, args = { { name = 'a', type = 'string', summary = %s, "
    .. "default = %s } }, run = function(heap, args) %%s end }\n"):format("%s", M.lua "summary", M.lua "meaning",
    M.lua "default")
  local comment = M.name "summary"
  local function recipe(body)
    return declared:format(comment:gsub("\r", ""), body)
  end
  write("evil_rows.lua", recipe(("return { columns = { { 'x', 'text', %s }, { 'y', 'value' }, { 'z', 'object' } }, "
    .. "{ x = %s, y = %s, z = %s } }"):format(M.lua "title", M.lua "cell", M.lua "value", M.lua "object")))
  write("evil_report.lua", recipe(("return { title = %s, text = %s, rows = { columns = { %s }, empty = %s } }"):format(
    M.lua "title", M.lua "text", M.lua "field", M.lua "empty")))
  write("evil_text.lua", recipe(("return %s"):format(M.lua "text")))
  write("evil_table.lua", recipe(("return { [%s] = %s, { %s } }"):format(M.lua "key", M.lua "value", M.lua "item")))
  -- What prints itself may use Dryad's styles.
  local printed = ([[((%s):gsub("\27%%[%%d+m", ""))]]):format(M.lua "printed")
  write("evil_tostring.lua", recipe(("return setmetatable({}, { __tostring = function() return %s end })"):format(
    printed)))
  write("evil_print.lua", recipe(("print(%s) warn(%s) return 1"):format(printed, M.lua "warned")))
  write("evil_error.lua", recipe(("error(%s)"):format(M.lua "problem")))
  write("evil_file.lua", "-- " .. comment:gsub("\r", "") .. "\nreturn { " .. M.lua "wrong" .. " = }\n")
  write("evil_raise.lua", "error(" .. M.lua "raised" .. ")\n")
  write("evil_columns.sql", ("-- %s\n-- :a string = %s  %s\nselect type as %s, value from obj where :a is not null "
    .. "order by size desc limit 3\n"):format(comment:gsub("\r", ""), "word", comment:gsub("\r", ""),
    M.sql "column"))
  write("evil_query.sql", ("-- %s\nselect %s from nowhere\n"):format(comment:gsub("\r", ""), M.sql "column"))
  write(M.name "evil" .. ".lua", recipe "return 1")
  write(M.name "evil" .. ".sql", "-- summary\nselect 1\n")
  return names
end

-- ---- what got through -----------------------------------------------------------------------------

-- What Dryad, ncurses, libedit and the shell around them send to a terminal of the type xterm. ncurses clears the
-- screen from its first place only.
local OWN = {
  "^\27%[H\27%[2J", "^\27%[%?1049[hl]", "^\27%[2[23];0;0t", "^\27%[%d+;%d+r", "^\27%(B", "^\27%[%?7h",
  "^\27%[%?1006;1000[hl]", "^\27%[m", "^\27%[39;49m", "^\27%[39m", "^\27%[0;[1247][;1247]*m", "^\27%[[47]m",
  "^\27%[%d+[dbST]", "^\27[78M]",
  "^\27%[[0-2]m", "^\27%[3[1-6]m", "^\27%[K", "^\27%[%d*[CDAPXG@]", "^\27%[4[hl]", "^\27%[J", "^\27%[%?1[hl]",
  "^\27[=>]", "^\27%[%d*;?%d*H", "^\27%[%?25[hl]", "^\27%[%?12[hl]",
}
local OWN_CONTROLS = { ["\r"] = true, ["\n"] = true, ["\t"] = true, ["\8"] = true, ["\7"] = true }

local function own_sequence(bytes, at)
  for _, pattern in ipairs(OWN) do
    local _, last = bytes:find(pattern, at)
    if last then
      return last
    end
  end
end

--- The end of the control sequence or character at a position if it is the program's own.
local function own_end(bytes, at)
  local last = bytes:byte(at) == 27 and own_sequence(bytes, at) or OWN_CONTROLS[bytes:sub(at, at)] and at
  local is_newline = bytes:sub(at, at) == "\n" -- messages have lines
  return last and (is_newline or not bytes:find("^EVIL", last + 1)) and last
end

local MOST_MARKS = 8

--- The first thing in a terminal's input that is not the program's own: a control sequence, a hidden character, bytes
-- that are not UTF-8, or too many combining marks.
-- @tparam string bytes
-- @treturn string|nil what it is, with what comes before it, quoted
-- @treturn integer where it is
function M.fault(bytes)
  local at, run = 1, 0
  local function fault(what)
    return ("%s in %q"):format(what, bytes:sub(math.max(1, at - 200), at + 20)), at
  end
  while at <= #bytes do
    local byte = bytes:byte(at)
    if byte < 32 or byte == 127 then
      local last = own_end(bytes, at)
      if not last then
        return fault "a control sequence"
      end
      at = last + 1
    elseif byte < 127 then
      at, run = bytes:find("[^ -~]", at) or #bytes + 1, 0
    else
      local last = utf8.len(bytes, at, at) and utf8.offset(bytes, 2, at) - 1
      if not last then
        return fault "no UTF-8"
      end
      local character = bytes:sub(at, last)
      if core.is_hidden(utf8.codepoint(character)) then
        return fault "a hidden character"
      end
      run = character == "\u{301}" and run + 1 or 0
      if run > MOST_MARKS then
        return fault "combining marks"
      end
      at = last + 1
    end
  end
end

-- ---- on a terminal --------------------------------------------------------------------------------

--- A folder with two dumps, and recipes in DRYAD_RECIPES of `env`: `{path =, dump =, before =, env =, recipes =
-- names}`.
function M.folder()
  local path = os.tmpname()
  os.remove(path)
  assert(os.execute("mkdir -p " .. path .. "/recipes"))
  local folder = {
    path = path, dump = path .. "/" .. M.name "after.dump", before = path .. "/" .. M.name "before.dump",
    env = { DRYAD_RECIPES = path .. "/recipes", NO_COLOR = "" },
  }
  M.write_dump(folder.dump, 1000)
  M.write_dump(folder.before, 500)
  folder.recipes = M.write_recipes(path .. "/recipes")
  return folder
end

function M.remove(folder)
  os.execute("rm -r " .. folder.path)
  program.clean()
end

local function plain(words)
  return (table.concat(words, " "):gsub("[^ -~]", "?"))
end

--- Runs the program with each of these arrays of words, all on one terminal, and fails if the terminal gets anything
-- that is not the program's own. They run in a folder of their own, since some write files where they are. Returns how
-- many hostile texts were written, and the output. `keys` are typed before.
function M.assert_clean(calls, env, keys)
  local lines = { ('program=$(realpath "$1"); cd %s'):format(program.quote(program.folder())) }
  for i, words in ipairs(calls) do
    local quoted = {}
    for j, word in ipairs(words) do
      quoted[j] = program.quote(word)
    end
    lines[i + 1] = ("echo '== %d'; \"$program\" %s"):format(i, table.concat(quoted, " "))
  end
  local script = program.file(table.concat(lines, "\n"))
  local steps = { keys and "send " .. keys }
  local output = program.terminal({ script, program.path }, steps, { path = "sh", env = env, columns = 200 })
  local fault, at = M.fault(output)
  if fault then
    local number
    for n in output:sub(1, at):gmatch "== (%d+)\r\n" do
      number = math.tointeger(n)
    end
    error(("dryad %s: %s"):format(number and plain(calls[number]) or "?", fault), 2)
  end
  assert(output:find "%[exit %d+%]\n$", "the calls came to no end")
  return M.escapes(output), output
end

--- How many hostile texts are in an output, escaped.
function M.escapes(output)
  return select(2, output:gsub("\\x1b%]52;c", ""))
end

return M
