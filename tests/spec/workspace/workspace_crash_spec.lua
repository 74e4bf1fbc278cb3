-- SPDX-License-Identifier: MIT
local dryad = require "dryad"
local program = require "tests.spec.support.program"
local workspaces = require "tests.spec.support.workspaces"

local quote = program.quote

--- A file with one dump in it.
local function made()
  local path, dump = workspaces.path(), workspaces.dump(workspaces.LINES)
  local ws <close> = dryad.workspace(path)
  ws:read(dump)
  return path, dump
end

describe("a workspace", function()
  after_each(workspaces.clean)
  after_each(program.clean)

  it("has every complete change, and no partial one, after its process was killed", function()
    local path = made()
    local script = program.file([[
local ws = require("dryad").workspace(arg[1])
for i = 1, math.huge do
  ws:insert(("into obj (address, type, size) values (%d, 'new', 1)"):format(100 + i))
  ws:set("done " .. i)
  if i == 3 then
    print "three are done"
    io.stdout:flush()
  end
end]], ".lua")
    for round = 1, 4 do
      local command = ("echo $$; exec %s %s %s 2>&1"):format(quote(program.path), quote(script), quote(path))
      local process = io.popen(command)
      local id = process:read "l"
      assert.equal("three are done", process:read "l")
      os.execute(("sleep 0.%02d; kill -KILL %s"):format(7 * round, id))
      process:close()
      local ws <close> = dryad.workspace(path)
      assert.equal("ok", ws:shell("pragma integrity_check")[1][1])
      local now = #ws.heap - 6
      local told = math.tointeger(tonumber(ws.names.done or 0))
      assert.is_true(now == told or now == told + 1, now .. " edits, " .. told .. " told")
      assert.is_true(told >= 3)
      while ws:undo() ~= "nothing to undo" do end
      ws.names.done = nil
    end
  end)

  it("gets everything that two processes read into it at once", function()
    local path, dump = made()
    local code = ("for i = 1, 20 do ws:read('%s') ws:set('n%%s' .. i .. ' x') end"):format(dump)
    local commands = {}
    for i, letter in ipairs { "a", "b" } do
      commands[i] = ("%s -e %s %s 2>&1 &"):format(quote(program.path), quote(code:format(letter)), quote(path))
    end
    local process = io.popen(table.concat(commands, " ") .. " wait")
    local said = process:read "a"
    process:close()
    assert.equal("", said)
    local ws = workspaces.open(path)
    assert.equal(41, #ws.heaps)
    for num = 1, 41 do
      assert.equal(6, #ws.heaps[num])
    end
    local names = 0
    for _ in pairs(ws.names) do
      names = names + 1
    end
    assert.equal(40, names)
  end)

  it("leaves no partial file when an export is killed", function()
    local path, target = workspaces.path(), workspaces.path()
    do
      local ws <close> = dryad.workspace(path)
      ws:read "tests/data/threads-small.dump.gz"
    end
    os.execute(("timeout -s KILL 0.15 %s -e %s %s >/dev/null 2>&1"):format(quote(program.path),
      quote(("ws:export('%s')"):format(target)), quote(path)))
    local file = io.open(target)
    if file then
      file:close()
      assert.is_true(#workspaces.open(target).heap > 0)
    end
    os.execute("rm -f " .. quote(target) .. ".*.part*")
  end)
end)
