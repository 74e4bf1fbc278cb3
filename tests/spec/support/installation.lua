-- SPDX-License-Identifier: MIT
--- A program with its own copy of the Lua files, to which a test can add some.

local core = require "dryad.core"
local program = require "tests.spec.support.program"

local M = {}

local made = {}

local function shell(command, ...)
  local words = {}
  for i, word in ipairs { ... } do
    words[i] = program.quote(word)
  end
  assert(os.execute(command:format(table.unpack(words))))
end

--- Installs the program with additional files: a table of texts by path below the folder of Lua files.
-- Returns the path of the program, which M.clean removes.
function M.new(files)
  local root = os.tmpname()
  os.remove(root)
  made[#made + 1] = root
  shell("mkdir -p %s %s", root .. "/bin", root .. "/share/dryad")
  shell("cp %s %s", program.path, root .. "/bin/dryad")
  shell("cp -r %s %s", core.data_directory .. "/lua/.", root .. "/share/dryad/lua")
  shell("ln -s %s %s", core.data_directory .. "/scripts", root .. "/share/dryad/scripts")
  for path, text in pairs(files) do
    local target = root .. "/share/dryad/lua/" .. path
    shell("mkdir -p %s", target:match "^(.*)/")
    local file <close> = assert(io.open(target, "w"))
    file:write(text)
  end
  return root .. "/bin/dryad"
end

function M.clean()
  for _, root in ipairs(made) do
    shell("rm -r %s", root)
  end
  made = {}
end

return M
