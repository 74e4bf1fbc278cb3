-- SPDX-License-Identifier: MIT
-- Reports on dumps that try to become markup or to fill the page.
local bounded = require "dryad.report.bounded"
local builder = require "tests.spec.support.dump_builder"
local core = require "dryad.core"
local dryad = require "dryad"
local dumps = require "tests.spec.support.dumps"
local facts = require "tests.spec.support.facts"
local findings = require "dryad.report.findings"
local format = require "dryad.text.format"
local hostile = require "tests.spec.support.hostile"
local page = require "dryad.report.page"
local payload = require "dryad.report.payload"
local program = require "tests.spec.support.program"
local tree = require "dryad.report.tree"

local MOST = 1400000 -- bytes of the data
local MARKUP = "</script><script>alert(1)</script><!--<img src=x onerror=alert(1)>]]>&lt;'\"\\"

--- Calls a function with every text of a value, keys too.
local function each_text(value, visit)
  if type(value) == "string" then
    visit(value)
  elseif type(value) == "table" then
    for key, item in pairs(value) do
      each_text(key, visit)
      each_text(item, visit)
    end
  end
end

local function written(made)
  local pieces = {}
  local template = program.file("<p>\n<!--DRYAD-REPORT-->\n", ".html")
  page.write(made, function(piece) pieces[#pieces + 1] = piece end, page.template(template))
  return table.concat(pieces)
end

describe("a report on hostile dumps", function()
  local folder
  setup(function() folder = hostile.folder() end)
  teardown(function() hostile.remove(folder) end)
  after_each(program.clean)

  it("has no control, hidden character or markup of theirs", function()
    local before, after = dumps.load(folder.before), dumps.load(folder.dump)
    local made = payload.of({ before, after }, { names = { folder.before, folder.dump }, title = hostile.name "title" })
    local whole = written(made)
    local data = whole:match '^<p>\n<script type="application/json" id="report">(.*)</script>\n$'
    assert.is_nil(hostile.fault(whole))
    assert.is_nil(data:find "[<>&]")
    local texts = 0
    each_text(core.json.decode(data), function(text)
      for line in text:gmatch "[^\n]+" do
        assert.equal(format.printable(line), line)
        texts = texts + 1
      end
    end)
    assert.is_true(texts > 500)
    assert.is_true(hostile.escapes(data:gsub("\\\\", "\\")) > 20)
    assert.is_true(#data <= MOST)
  end)

  it("has no markup in any place where a dump has text", function()
    local name = core.json.encode(MARKUP)
    local text = core.json.encode(core.json.encode { native_id = 7, pid = 7, command = MARKUP, python = MARKUP,
      hostname = MARKUP, time = MARKUP, rss = 1 << 30 })
    local heap = dumps.load {
      ('{"address": 1, "type": "<process>", "size": 0, "value": %s, "refs": []}'):format(text),
      ('{"address": 8, "type": "module", "name": %s, "size": 50, "root": "modules", "refs": [16]}'):format(name),
      ('{"address": 16, "type": "dict", "size": 50, "len": 1, "refs": [24, 32]}'),
      ('{"address": 24, "type": "str", "value": %s, "size": 50, "refs": []}'):format(name),
      ('{"address": 32, "type": %s, "size": 500000, "value": %s, "len": 0, "refs": [32]}'):format(name, name),
      ('{"address": 40, "type": "<thread>", "name": %s, "size": 0, "value": "{}", "root": "thread", "refs": [48]}')
        :format(name),
      ('{"address": 48, "type": "frame", "name": %s, "file": %s, "line": 3, "size": 50, "names": [%s], "refs": [32]}')
        :format(name, name, name),
      ('{"address": 56, "type": %s, "size": 5000, "refcount": 1, "names": [%s], "refs": [56]}'):format(name, name),
      ('{"address": 64, "type": %s, "size": 500, "oops'):format(name),
    }
    local made = payload.of({ heap }, { names = { MARKUP }, title = MARKUP })
    local data = written(made):match '^<p>\n<script type="application/json" id="report">(.*)</script>\n$'
    assert.is_nil(data:find "[<>&]")
    local found = 0
    each_text(core.json.decode(data), function(shown)
      found = found + (shown:find("</script>", 1, true) and 1 or 0)
    end)
    assert.is_true(found > 20)
  end)
end)

describe("the size of a report", function()
  local LONG = 4096

  --- A name of four KiB, different for each number, whose every character takes six bytes in a page.
  local function name(number)
    return ("%d"):format(number) .. ("<"):rep(LONG)
  end

  local function record(address, type_str, fields, refs)
    fields.address, fields.type, fields.size = address, type_str, fields.size or 100
    fields.refs = setmetatable(refs or {}, { __jsontype = "array" })
    return core.json.encode(fields)
  end

  --- More of everything than a page has room for: classes, large objects that lie in each other, ways, threads with
  -- deep stacks and variables, values, garbage, problems.
  local function monster()
    local lines, next_address = {}, 1000
    local function add(type_str, fields, refs)
      next_address = next_address + 8
      lines[#lines + 1] = record(next_address, type_str, fields, refs)
      return next_address
    end
    local held = {}
    for i = 1, 450 do
      local item = add(name(i), { size = 50000 + i, value = i % 10 == 0 and ("<"):rep(65000) or name(i) })
      table.move({ add("str", { value = name(i) }), item }, 1, 2, #held + 1, held)
    end
    local inner = add("dict", { len = 450, size = 100 }, held)
    for i = 1, 60 do
      inner = add(name(1000 + i), { names = { name(i) }, size = 100 }, { inner })
    end
    add("module", { name = name(1), root = "modules" }, { inner })
    for i = 1, 110 do
      local frames = {}
      for k = 1, 6 do
        frames[k] = add("frame", { name = name(i), file = "/" .. name(k), line = i, names = { name(k), name(k + 1) } },
          { add("Job", { size = 2000, value = name(k) }), add("Job", { size = 2000 }) })
      end
      add("<thread>", { name = name(i), value = "{}", root = "thread" }, frames)
    end
    for i = 1, 200 do
      add(name(2000 + i), { refcount = 1, names = { name(i) }, size = 1000 }, { next_address + 8 })
    end
    for i = 1, 100 do
      lines[#lines + 1] = ('{"address": %d, "type": "%s'):format(i, name(i))
    end
    return facts.dump(lines, { pid = 7, command = name(1), python = name(2), time = name(3), hostname = name(4),
      rss = 1 << 40, maps = { heap = 1 << 39, anonymous = 1 << 38, files = 1 << 37, stacks = 1 << 36 } })
  end

  local heap
  setup(function() heap = dumps.load(monster()) end)

  local function bytes(made)
    return #core.json.encode(made, "script")
  end

  it("is bounded, whatever the dump", function()
    local made = payload.of({ heap }, { names = { name(1) }, title = name(1) })
    assert.is_true(bytes(made) <= MOST)
    assert.is_true(#made.findings > 0)
    assert.is_true(made.types_more.count > 0)
    assert.is_true(made.threads.more.threads > 0)
    assert.is_true(#made.problems > 0)
  end)

  it("is bounded for thousands of suspects", function()
    local suspects = dryad.leak_suspects(heap, 0.0001)
    assert.equal(50, #suspects)
    local rows, more = findings.of(suspects, ("x"):rep(400))
    assert.is_true(bounded.bytes(rows) <= 330000)
    assert.equal(50, #rows + more)
    assert.is_true(#rows > 5)
  end)

  it("is bounded for a tree of long ways", function()
    local made, middle = builder.new(), {}
    for i = 1, 8 do
      local leaves = {}
      for k = 1, 8 do
        leaves[k] = { name(10 * i + k), made:add "Node" }
      end
      middle[i] = { name(i), made:named("Node", leaves) }
    end
    made:named("Node", middle, { root = "interpreter" })
    local whole = tree.of(made:heap():get_all "Node", "nodes")
    assert.equal(1 + 8 + 64, whole.count)
    assert.equal(8, #whole.children[1].children)
    assert.is_true(bounded.bytes(whole) <= 41000)
    assert.is_true(bounded.bytes(whole) > 30000)
  end)

  it("is bounded for what grew", function()
    local first = dumps.load(facts.dump({ '{"address": 8, "type": "list", "size": 56, "refs": []}' }, { pid = 7 }))
    local made = payload.of({ first, heap }, { names = { name(1), name(2) }, title = name(1) })
    assert.is_true(bytes(made) <= MOST)
    assert.is_true(#made.growth.rows > 0)
    assert.is_true(#made.growth.classes > 0)
  end)
end)
