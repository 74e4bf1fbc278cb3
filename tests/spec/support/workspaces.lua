-- SPDX-License-Identifier: MIT
--- Workspaces for specs, and files for them that are removed after the test.

local dryad = require "dryad"

local M = {}

local paths, opened = {}, {}

--- A name for a file that does not exist yet.
function M.path(ending)
  local path = os.tmpname()
  os.remove(path)
  path = path .. (ending or ".db")
  paths[#paths + 1] = path
  return path
end

--- A file with these lines.
function M.dump(lines)
  local path = M.path ".dump"
  local file = assert(io.open(path, "w"))
  file:write(table.concat(lines, "\n"), "\n")
  file:close()
  return path
end

function M.open(path, options)
  local ws = dryad.workspace(path, options)
  opened[#opened + 1] = ws
  return ws
end

function M.clean()
  for _, ws in ipairs(opened) do
    ws:close()
  end
  for _, path in ipairs(paths) do
    for _, ending in ipairs { "", ".bak", "-journal" } do
      os.remove(path .. ending)
    end
  end
  paths, opened = {}, {}
end

--- A module that holds a list of two: 1 -> 2 -> 3, 4; 4 -> 5; and 6, without a referrer, -> 4.
M.LINES = {
  '{"address": 1, "type": "module", "name": "app", "size": 10, "refs": [2]}',
  '{"address": 2, "type": "list", "size": 20, "len": 2, "refs": [3, 4]}',
  '{"address": 3, "type": "str", "size": 30, "len": 1, "value": "x", "refs": []}',
  '{"address": 4, "type": "dict", "size": 40, "len": 1, "refs": [5, 5]}',
  '{"address": 5, "type": "int", "size": 50, "value": 7, "refs": []}',
  '{"address": 6, "type": "tuple", "size": 60, "len": 1, "refs": [4]}',
}

--- A workspace in memory with those as its one generation.
function M.small()
  local ws = M.open()
  ws:read(M.LINES, { progress = false, raw = true })
  return ws
end

--- The values of a column.
function M.column(rows, name)
  local values = {}
  for i = 1, #rows do
    values[i] = rows[i][name]
  end
  return values
end

return M
