-- SPDX-License-Identifier: MIT
-- What the commands write to a terminal when every text is hostile: those of the dump, its name, and the command line.
-- The commands and their options are those that there are.
local commands = require "dryad.program.commands"
local hostile = require "tests.spec.support.hostile"

describe("a terminal", function()
  local folder

  setup(function()
    folder = hostile.folder()
  end)

  teardown(function()
    hostile.remove(folder)
  end)

  -- Words for the arguments of commands, by their type: a good one, and one that is refused.
  local WORDS = {
    dump = function() return folder.dump, folder.path .. "/" .. hostile.name "missing.dump" end,
    what = function() return hostile.TYPE, hostile.name "what" end,
    recipe = function() return "evil_rows", hostile.name "recipe" end,
    help = function() return "leaks", hostile.name "help" end,
    sql = function()
      return ("select type as %s, name, value, * from obj order by size desc limit 20"):format(hostile.sql "column"),
        ("select %s from %s"):format(hostile.sql "column", hostile.sql "table")
    end,
    pid = function() return "99999999", hostile.name "pid" end,
    file = function() return folder.path .. "/" .. hostile.name "out", "/dev/stdout" end,
  }

  local function other_word()
    return hostile.name "word", ""
  end

  --- A command with good words, and then each time with one more word, the last one wrong.
  local function calls_with_words(command)
    local good, calls = { command.name }, {}
    for i, argument in ipairs(command.arguments) do
      local right, wrong = (WORDS[argument.type] or other_word)()
      local another = command.arguments[i + 1]
      if argument.type == "dump" and another and another.type == "dump" then
        right = folder.before
      end
      if not argument.many then
        calls[#calls + 1] = table.move(good, 1, #good, 1, {})
        table.insert(calls[#calls], wrong)
        good[#good + 1] = right
      end
    end
    table.insert(calls, 1, good)
    return calls
  end

  local function calls_of(command)
    local calls = calls_with_words(command)
    for _, option in ipairs(command.options) do
      local value = option.type == "size" and "1" or hostile.name "value"
      local call = table.move(calls[1], 1, #calls[1], 1, {})
      table.insert(call, 2, "--" .. option[1] .. (option[2] and "=" .. value or ""))
      calls[#calls + 1] = call
    end
    calls[#calls + 1] = { command.name, "--" .. hostile.name "option" }
    calls[#calls + 1] = { command.name, "--help" }
    return calls
  end

  for _, name in ipairs(commands.names()) do
    it("gets nothing from the dump by dryad " .. name, function()
      local calls = calls_of(commands.get(name))
      local keys = name == "browse" and ("q"):rep(#calls) or nil
      assert.is_true(hostile.assert_clean(calls, folder.env, keys) >= 1)
    end)
  end

  it("gets nothing from the dump by the program without a command", function()
    local dump = folder.dump
    local escapes = hostile.assert_clean({
      { hostile.name "command" }, { "--" .. hostile.name "option" }, { hostile.name "script" .. ".lua" },
      { "-e", hostile.name "code" }, { "-e", "error(" .. hostile.lua "problem" .. ")" },
      { "--verbose", dump, "-e", "=1" }, { dump, folder.before, "-e", "=ws" }, { dump, "-e", "=heap" },
      { dump, "-e", "=heap:summarize()" }, { dump, "-e", "=heap.process" }, { dump, "-e", "=heap.types" },
      { dump, "-e", "print(heap.types[1], (heap.process.command:gsub('\27%[%d+m', '')))" },
      { dump, "-e", "warn(heap.process.command)" },
    }, folder.env)
    assert.is_true(escapes > 12)
  end)

  it("gets nothing from the progress of work", function()
    local escapes = hostile.assert_clean({
      { "-e", ([[local bar, core = require "dryad.text.progress", require "dryad.core"
        local started = core.clock()
        repeat bar.bar(%s, 1, 2, %s) until core.clock() - started > 1.3
        bar.done()]]):format(hostile.lua "stage", hostile.lua "note") },
    }, folder.env)
    assert.is_true(escapes > 1)
  end)

  it("gets no dump", function()
    local _, output = hostile.assert_clean({
      { "convert", folder.dump, "-" }, { "convert", folder.dump, "/dev/stdout" },
      { "convert", folder.dump, "/dev/tty" },
    }, folder.env)
    assert.equal(3, select(2, output:gsub("is a terminal", "")))
  end)
end)
