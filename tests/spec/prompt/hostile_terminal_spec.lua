-- SPDX-License-Identifier: MIT
-- What the prompt writes to a terminal, and what it runs, when every text of the dump is hostile. The commands are
-- those that there are.
local commands = require "dryad.prompt.commands"
local hostile = require "tests.spec.support.hostile"
local program = require "tests.spec.support.program"

-- No line is as wide: one that goes on in the next row would end with what hostile texts have too.
local SIZE = { columns = 1500, rows = 60 }

local PROMPT = "expect \\x1b[1m>\\x1b[0m "
local TAB, KILL, ENTER = "\\t", "\\x15", "\\r"

describe("the prompt", function()
  local folder

  setup(function()
    folder = hostile.folder()
  end)

  teardown(function()
    hostile.remove(folder)
  end)

  --- Types these keys, one text after the other; an empty line ends what is unfinished. Returns the output, which is
  -- without faults.
  local function typed(texts)
    local steps = { "expect Tab completes", PROMPT }
    for i, text in ipairs(texts) do
      local is_entered = text:sub(-#ENTER) == ENTER
      local finish = (is_entered and "" or KILL) .. ENTER
      steps[#steps + 1] = "send " .. text .. finish .. ('="done".."%d"'):format(i) .. ENTER
      steps[#steps + 1] = ('expect "done%d"'):format(i)
      steps[#steps + 1] = PROMPT -- before it, the terminal itself edits the line
    end
    steps[#steps + 1] = "send \\x04"
    local output = program.terminal({ folder.before, folder.dump }, steps,
      { columns = SIZE.columns, rows = SIZE.rows, env = folder.env })
    local fault = hostile.fault(output)
    if fault then
      error(fault, 2)
    end
    assert.equal("[exit 0]", output:match "[^\n]*\n$":sub(1, -2))
    return output
  end

  -- Words for the arguments of commands, by their type.
  local WORDS = {
    sql = "* from obj order by size desc limit 20", what = "Session" .. TAB, generation = "2", help = "leaks",
    module = "__main__", recipe = "evil_rows", column = "value 20", file = "/nonexistent/file",
    recipe_argument = "a=Session" .. TAB, text = "$nothing",
  }
  local ENDS = { exit = true, quit = true }

  it("shows nothing from the dump by any command, with and without words", function()
    local texts = {}
    for _, name in ipairs(commands.names()) do
      local words = name
      for _, argument in ipairs(commands.get(name).arguments) do
        words = words .. " " .. (argument.before and argument.before .. " " or "") .. (WORDS[argument.type] or "1")
      end
      if not ENDS[name] then
        texts[#texts + 1] = name .. ENTER
        texts[#texts + 1] = words .. ENTER
        texts[#texts + 1] = name .. " " .. TAB .. TAB
        local first = commands.get(name).arguments[1]
        local begun = first and first.type == "file" and folder.path .. "/" .. name or "Se"
        texts[#texts + 1] = name .. " " .. begun .. TAB .. TAB .. ENTER
        texts[#texts + 1] = name .. ' "' .. begun .. "ssion" .. TAB .. TAB .. ENTER
      end
    end
    assert.is_true(hostile.escapes(typed(texts)) > 50)
  end)

  it("shows nothing from the dump by values, errors and hints", function()
    local texts = {}
    for _, line in ipairs {
      "heap", "heap:summarize()", "heap.types", "heap.process", "heap.process.command", "{ heap.process.command }",
      "heap.file", "ws", "heap:describe()", "dryad.recipes()", "dryad.recipe('evil_rows')(heap)", "print(ws, heap)",
      "for name in pairs(heap.process) do print(name) end", "warn(heap.process.command)", "error(heap.process.command)",
      "heap[heap.process.command]()", "local o = heap:objects()()", "heap 'Sessio'", "heap:get_all 'Sessio'", "Session",
      "Sessoin", "why Sessio", "heap:sql 'select Session from obj'", "select Session from obj", "select x from y",
      "select type as " .. hostile.sql("x"):gsub("[^ -~]", "?") .. " from obj limit 2", "why heap.types[1]",
      "run evil_rowz", "run evil_error", "run evil_print", "evil_text", "evil_report", "evil_columns", "__main__",
      "application", "__main__.application", "help evil_rows", "help Session", "globals", "set x #0.0", "$x", "#0",
      "#0.type", "o = heap(heap.types[20])[1]", "o", "o.d", "o.refs", "why(o)", "o:path()", "heap:column 'value'",
      "parents #0.0", "diff 1 2", "read /nonexistent", "dryad.diff(heaps[1], heaps[2])",
    } do
      texts[#texts + 1] = line:gsub("\\", "\\\\") .. ENTER
    end
    assert.is_true(hostile.escapes(typed(texts)) > 50)
  end)

  it("completes hostile names without running them, and finds their objects", function()
    local calls = { [[heap:get_all "Sess]], [[heap:get_all 'Sess]], [[heap "Sess]], [[heap("Sess]], [[_ = heap("Sess]] }
    local texts = {}
    for i, call in ipairs(calls) do
      texts[i] = call .. TAB .. (call:find("(", 1, true) and ")" or "") .. ENTER .. '="found"..#_' .. ENTER
    end
    local output = typed(texts)
    assert.equal(#calls, select(2, output:gsub('"found300"', "")))
  end)

  it("lists hostile names, files and recipes, and inserts none as keys", function()
    local texts = {}
    for _, before in ipairs {
      'heap "', 'heap "S', "heap '", "heap [[", "why ", "why S", "run ", "run evil", "recipes ", "help ", "globals ",
      "select * from obj where type = '", "select * from obj where type = 'S", "select * from obj where name = '",
      "read ", "run holders ", "run holders type=", "run evil_rows ", "#0.", "$", "heap.", "heap:", "_.", "ws.names.",
      "read " .. folder.path .. "/", "open " .. folder.path .. "/recipes/", "dryad.load('" .. folder.path .. "/",
      'dryad.load("' .. folder.path .. "/aft", "gen 1 from " .. folder.path .. "/", "",
    } do
      texts[#texts + 1] = before .. TAB .. TAB .. TAB
    end
    assert.is_true(hostile.escapes(typed(texts)) > 50)
  end)

  it("shows nothing from the dump through a pager", function()
    SIZE.rows = 10
    local output = typed { "leaks" .. ENTER, "recipes" .. ENTER, "heap.process" .. ENTER, "summary" .. ENTER }
    assert.is_true(hostile.escapes(output) > 10)
  end)
end)
