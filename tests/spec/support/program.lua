-- SPDX-License-Identifier: MIT
--- Runs the built program as a user does.

local M = {}

M.path = os.getenv("DRYAD") or "build/dryad"

--- A text as one word for the shell.
function M.quote(text)
  return "'" .. text:gsub("'", "'\\''") .. "'"
end

local function read_file(path)
  local file = assert(io.open(path, "rb"))
  local text = file:read("a")
  file:close()
  return text
end
M.read_file = read_file

--- Whether this program runs under a sanitizer, which takes extra memory and delays frees.
function M.is_sanitized()
  return read_file("/proc/self/maps"):find "lib[at]san" ~= nil
end

--- A file with this text, which M.clean removes after the test.
local made = {}
function M.file(text, ending)
  local path = os.tmpname()
  if ending then
    os.remove(path)
    path = path .. ending
  end
  local file = assert(io.open(path, "wb"))
  file:write(text)
  file:close()
  made[#made + 1] = path
  return path
end

--- A name of a file that does not exist yet; removed after the test.
function M.name(ending)
  local path = M.file("", ending)
  os.remove(path)
  return path
end

--- An empty folder that only the caller can write; removed with what is in it after the test.
local folders = {}
function M.folder()
  local process <close> = assert(io.popen "mktemp -d")
  folders[#folders + 1] = process:read "l"
  return folders[#folders]
end

function M.clean()
  for _, path in ipairs(made) do
    os.remove(path)
  end
  for _, path in ipairs(folders) do
    os.execute("rm -r " .. M.quote(path))
  end
  made, folders = {}, {}
end

--- Whether the tests run as root.
function M.is_root()
  local process <close> = assert(io.popen "id -u")
  return process:read "n" == 0
end

local function environment(variables)
  local words = { "env" }
  for name, value in pairs(variables or {}) do
    words[#words + 1] = M.quote(name .. "=" .. value)
  end
  return table.concat(words, " ")
end

--- Runs the program with words; options: `input` (text), `env` (a table), `shell` (what follows in the shell), `path`
-- (of another program).
-- Returns standard output, standard error and the exit status.
function M.run(words, options)
  options = options or {}
  local quoted = {}
  for i, word in ipairs(words) do
    quoted[i] = M.quote(word)
  end
  local input, err = M.file(options.input or ""), M.file("")
  local command = ("%s %s %s <%s 2>%s %s"):format(
    environment(options.env),
    M.quote(options.path or M.path),
    table.concat(quoted, " "),
    M.quote(input),
    M.quote(err),
    options.shell or ""
  )
  local process = assert(io.popen(command, "r"))
  local out = process:read("a")
  local _, _, status = process:close()
  return out, read_file(err), status
end

--- Passes lines to `dryad -i`; returns its standard output and standard error.
function M.prompt(lines, words, env)
  local input = type(lines) == "table" and table.concat(lines, "\n") .. "\n" or lines
  return M.run(table.move(words or {}, 1, #(words or {}), 2, { "-i" }), { input = input, env = env })
end

--- Plays a dialogue with the program, or that at `options.path`, on a pseudo terminal; see dialogue.py for the steps.
-- Returns the output with the exit status at its end.
function M.terminal(words, steps, options)
  options = options or {}
  local env = { TERM = "xterm", NO_COLOR = "1", XDG_STATE_HOME = options.state or "/nonexistent", PAGER = "cat" }
  for name, value in pairs(options.env or {}) do
    env[name] = value
  end
  local quoted = { M.quote(options.path or M.path) }
  for _, word in ipairs(words) do
    quoted[#quoted + 1] = M.quote(word)
  end
  local input = M.file(table.concat(steps, "\n") .. "\n")
  local command = ("%s python3 tests/spec/support/dialogue.py %d %d %s <%s"):format(
    environment(env),
    options.rows or 40,
    options.columns or 100,
    table.concat(quoted, " "),
    M.quote(input)
  )
  local process = assert(io.popen(command, "r"))
  local out = process:read("a")
  process:close()
  return out
end

--- Fails unless a declaration uses one of the types, a table that may inherit more; names what it belongs to and the
-- types.
function M.assert_type(kind, types, place)
  local names = {}
  for _, group in ipairs { types, getmetatable(types).__index } do
    for name in pairs(group) do
      names[#names + 1] = name
    end
  end
  table.sort(names)
  assert(types[kind], ("%s has the type '%s'; there are %s"):format(place, kind, table.concat(names, ", ")))
end

--- Terminal output as plain text, without colours and cursor movements.
function M.plain(text)
  return (text:gsub("\27%[[%d;?]*[%a@]", ""):gsub("\27[=>]", ""):gsub("\r", ""))
end

return M
