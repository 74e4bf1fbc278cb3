-- Every recipe on real dumps. The figures were worked out apart from Dryad: by a Python program that reads the
-- dump line by line into dicts, collapses by the three rules (an instance's or module's dict joins its owner when
-- no other claims it), inverts the references into sets, and walks with a stack. The same program gives the
-- totals, the rows by type and the groups of equal strings of the *.expected.json files beside the dumps.
local dryad = require "dryad"
local json = require "dryad.core".json
local render = require "dryad.render"

local SMALL, GC, APP = "tests/data/threads-small.dump.gz", "tests/data/threads-small-gc.dump.gz",
  "tests/data/python311-app.dump.zst"

local small = dryad.load(SMALL, { progress = false })
local app = dryad.load(APP, { progress = false })
-- Neither strings nor modules nor references: what a recipe says when there is nothing to say.
local bare = dryad.load({ '{"address": 1, "type": "object", "size": 16, "refs": []}' }, { progress = false })

local function run(name, heap, args)
  return dryad.recipe(name)(heap, args)
end

local function section(report, title)
  for _, found in ipairs(report.sections) do
    if found.title == title then
      return found
    end
  end
  error("no section " .. title)
end

--- The first row with that value.
local function row(rows, field, value)
  for _, found in ipairs(rows) do
    if found[field] == value then
      return found
    end
  end
  error(("no row with %s = %s"):format(field, tostring(value)))
end

--- A row's fields in that order.
local function fields(found, ...)
  local values = {}
  for i, name in ipairs { ... } do
    values[i] = found[name]
  end
  return values
end

local function addresses(rows, field, count)
  local found = {}
  for i = 1, count do
    found[i] = rows[i][field].address
  end
  return found
end

describe("every recipe", function()
  local arguments = {
    holders = { small = "Thread", app = "Session", bare = "object" },
    instances = { small = "Thread", app = "Session", bare = "object" },
    path_up = { small = 140558134395408, app = 140188732452112, bare = 1 },
  }
  for _, recipe in ipairs(dryad.recipes()) do
    if recipe.from == "dryad" then
      it("works on dumps of Python 2 and 3, and has words for nothing: " .. recipe.name, function()
        for name, heap in pairs { small = small, app = app, bare = bare } do
          local args = recipe.name == "growth" and { heap } or { (arguments[recipe.name] or {})[name] }
          local result = recipe(heap, args)
          assert.is_true(#tostring(result) > 0)
          assert.equal("table", type(json.decode(json.encode(render.plain(result)))))
        end
      end)

      it("begins with a comment that shows how it is run: " .. recipe.name, function()
        local file <close> = assert(io.open(recipe.path))
        local comment = file:read "a":match "^(%-%- .-)\n\n"
        assert.is_truthy(comment and comment:find("--   dryad run " .. recipe.name .. " ", 1, true))
        assert.equal(recipe.path:match "([%w_]+)%.lua$", recipe.name)
      end)
    end
  end

  it("is one of at least fourteen", function()
    assert.is_true(#dryad.recipes() >= 14)
  end)
end)

describe("overview", function()
  it("has the totals, the largest types and objects, and says where to go on", function()
    local report = run("overview", small)
    assert.equal(SMALL .. ": 60,413 objects of 88 types, 202,940 references, 11.3MiB, written by Python 2",
      report.text[1])
    local types = section(report, "Largest types").rows
    assert.equal(10, #types)
    assert.same({ "Thread", 2000, 2224000 }, fields(types[1], "type", "count", "size"))
    assert.near(100 * 2224000 / 11803076, types[1].percent, 1e-9)
    assert.same({ 140558122273392, 140558134320304, 140558140141936, 140558137400784, 140558136247792 },
      addresses(section(report, "Largest objects").rows, "object", 5))
    local longest = section(report, "Objects with the most references").rows
    assert.same({ 4000, 2022, 2000, 2000, 1098 },
      { longest[1].refs, longest[2].refs, longest[3].refs, longest[4].refs, longest[5].refs })
    assert.matches("dryad run threads DUMP Thread", table.concat(section(report, "Next").text, "\n"))
  end)

  it("tells of damage and of references that lead nowhere", function()
    local chunks = { '{"address": 1, "type": "a", "size": 1, "refs": [2, 3]}\nrubbish\n', '{"addr' }
    local heap = dryad.load(function() return table.remove(chunks, 1) end, { progress = false })
    assert.same({
      "References to what the dump does not hold: 2",
      "The dump is damaged: 1 lines could not be used, and its end is missing; heap.report tells which.",
    }, { table.unpack(run("overview", heap).text, 2) })
    assert.equal("References to what the dump does not hold: 1", run("overview", small).text[2])
    assert.is_nil(run("overview", app).text[2])
  end)
end)

describe("threads", function()
  it("tells who holds the type that takes most, up to the module and its attribute", function()
    local report = run("threads", small)
    assert.equal("2,000 Thread", report.title)
    assert.matches("^They take 2%.1MiB, 18%.8%% of the heap;", report.text)
    assert.same({
      "Thread <- dict <- module '__main__'.big",
      "Thread <- list <- Pool.working <- module '__main__'.pool",
      "Thread <- list <- Pool.threads <- module '__main__'.pool",
    }, section(report, "In short").text)
    assert.same({
      "  <- all 2,000 in dict(140558122273392 196888B 4000refs 1par)",
      "    <- .big of module(140558140715472 3408B 86refs 8par '__main__')",
      "  <- all 2,000 in list(140558134797088 16568B 2000refs 1par)",
      "    <- .working of Pool(140558135397008 1112B 15refs 1par)",
      "      <- .pool of module(140558140715472 3408B 86refs 8par '__main__')",
      "  <- all 2,000 in list(140558134797728 16568B 2000refs 1par)",
      "    <- .threads of Pool(140558135397008 1112B 15refs 1par)",
      "      <- .pool of module(140558140715472 3408B 86refs 8par '__main__')",
      "     and 1 other holder",
    }, section(report, "Who holds them").text)
  end)

  it("has the steps as data", function()
    local steps = section(run("threads", small), "Who holds them").data
    assert.same({ 1, 2000, "dict", 1 }, fields(steps[1], "depth", "held", "type", "count"))
    assert.same({ 2, 1, ".big", "module" }, fields(steps[2], "depth", "held", "label", "type"))
    assert.equal(140558140715472, steps[2].object.address)
  end)

  it("follows groups of holders: items in carts of sessions in a dict of the main module", function()
    assert.same({ "Item <- list <- Session.cart <- dict <- module '__main__'.SESSIONS" },
      section(run("threads", app), "In short").text)
    local steps = section(run("threads", app), "Who holds them").data
    assert.same({ 40000, "list", 16000 }, fields(steps[1], "held", "type", "count"))
    assert.same({ 16000, ".cart", "Session", 16000 }, fields(steps[2], "held", "label", "type", "count"))
  end)

  it("ends at a cycle, and counts those that hold each other", function()
    local lines = section(run("threads", app, { "Session" }), "Who holds them").text
    assert.same({
      "  <- 20,001 as .cell_contents of 20,001 cell",
      "    <- all 20,001 in 20,001 tuple",
      "      <- all 20,001 as .__closure__ of 20,001 function",
      "           and back to what is told above: a cycle",
      "  <- 20,000 in dict(140188732127616 415152B 40000refs 1par)",
      "    <- .SESSIONS of module(140188819652288 1656B 94refs 20010par '__main__')",
      "     and 104 other holders",
      "20,000 of them are referred to by others of them.",
    }, lines)
  end)

  it("says so when nothing holds them", function()
    assert.same({ "     nothing in the dump refers to them" }, section(run("threads", bare), "Who holds them").text)
  end)
end)

describe("holders", function()
  it("groups the referrers of a type by theirs", function()
    local report = run("holders", small, { "Thread" })
    assert.equal("2,000 Thread, 2.1MiB", report.title)
    assert.equal(3, #report.rows)
    assert.same({ 1, 2000, 196888 }, fields(row(report.rows, "type", "dict"), "count", "holds", "size"))
    assert.same({ 2, 2000, 33136 }, fields(row(report.rows, "type", "list"), "count", "holds", "size"))
    assert.same({ 1, 1, 3408 }, fields(row(report.rows, "type", "module"), "count", "holds", "size"))
    assert.equal(0.05, row(report.rows, "type", "module").percent)
    report = run("holders", app, { type = "Session" })
    assert.equal(11, #report.rows)
    assert.same({ 20001, 20001, 800040 }, fields(row(report.rows, "type", "cell"), "count", "holds", "size"))
    assert.same({ 48, 1, 3840 }, fields(row(report.rows, "type", "ScopedConfigProvider"), "count", "holds", "size"))
  end)
end)

describe("biggest", function()
  it("has the largest objects, and those that lead to the most", function()
    local report = run("biggest", small, { count = 5 })
    local by_size = section(report, "By their own size").rows
    assert.same({ 140558122273392, 140558134320304, 140558140141936, 140558137400784, 140558136247792 },
      addresses(by_size, "object", 5))
    assert.equal(5, #by_size)
    local by_total = section(report, "By what they lead to").rows
    assert.same({ 140558122273392, 6239297 }, { by_total[1].object.address, by_total[1].total })
    assert.same({ 6010977, 6010977, 168413, 137228 },
      { by_total[2].total, by_total[3].total, by_total[4].total, by_total[5].total })
  end)

  it("asks about one type when told to", function()
    for _, found in ipairs(section(run("biggest", app, { "list" }), "By their own size").rows) do
      assert.equal("list", found.object.type)
    end
  end)
end)

describe("strings", function()
  local of_app = run("strings", app, { count = 3 })

  it("has bytes by type", function()
    local types = section(run("strings", small), "By type").rows
    assert.same({ 12280, 1041452 }, fields(row(types, "type", "str"), "count", "size"))
    assert.same({ 1399, 208348 }, fields(row(types, "type", "unicode"), "count", "size"))
    types = section(of_app, "By type").rows
    assert.same({ 270166, 26235103 }, fields(row(types, "type", "str"), "count", "size"))
    assert.same({ 20262, 1452396 }, fields(row(types, "type", "bytes"), "count", "size"))
  end)

  it("has what repeats: as many groups as the reference answers, 222 with 415 copies too many", function()
    local rows = section(run("strings", small, { count = 1000 }), "Most wasted by repetition").rows
    local copies, wasted = 0, 0
    for _, found in ipairs(rows) do
      copies, wasted = copies + found.count - 1, wasted + found.wasted
    end
    assert.same({ 222, 415, 32897 }, { #rows, copies, wasted })
    rows = section(of_app, "Most wasted by repetition").rows
    assert.same({ "t0", "str", 2, 20000, 1019949 }, fields(rows[1], "value", "type", "len", "count", "wasted"))
    assert.same({ "t1", 12000, 611949 }, fields(rows[2], "value", "count", "wasted"))
    assert.equal(3, #rows)
  end)

  it("has the largest", function()
    assert.equal(125118, section(of_app, "The largest").rows[1].size)
  end)
end)

describe("containers", function()
  it("counts the empty and nearly empty ones by type", function()
    local columns = { "count", "size", "empty", "empty_size", "few", "few_size" }
    local types = section(run("containers", small), "By type").rows
    assert.same({ 2672, 1789568, 2042, 571760, 216, 60480 }, fields(row(types, "type", "dict"), table.unpack(columns)))
    assert.same({ 5293, 467480, 4450, 320400, 743, 75816 }, fields(row(types, "type", "list"), table.unpack(columns)))
    assert.same({ 367, 91800, 119, 27608, 39, 9048 }, fields(row(types, "type", "set"), table.unpack(columns)))
    types = section(run("containers", app), "By type").rows
    assert.same({ 30192, 8284056, 4966, 318352, 17136, 3232464 },
      fields(row(types, "type", "dict"), table.unpack(columns)))
    for _, found in ipairs(types) do
      assert.is_nil(({ str = true, int = true, bytes = true })[found.type])
    end
  end)

  it("has the longest", function()
    local rows = section(run("containers", app), "The longest").rows
    assert.same({ 20000, 10000, 4097 }, { rows[1].len, rows[2].len, rows[3].len })
    assert.equal(140188732127616, rows[1].object.address)
  end)
end)

describe("modules", function()
  it("adds up what each namespace leads to without other modules", function()
    local report = run("modules", small, { count = 4 })
    assert.equal("118 modules", report.title)
    assert.equal(4, #report.rows)
    assert.same({ "__main__", 43, 38818, 8098429 }, fields(report.rows[1], "module", "names", "objects", "total"))
    assert.same({ "decimal", 79, 1722, 312784 }, fields(report.rows[2], "module", "names", "objects", "total"))
    assert.same({ "locale", 252345 }, fields(report.rows[3], "module", "total"))
    assert.same({ "_ssl", 225077 }, fields(report.rows[4], "module", "total"))
  end)
end)

describe("frames", function()
  it("has what their variables hold", function()
    local rows = run("frames", small).rows
    assert.same({ "dump_all_objects", 168, "frame_holder" },
      { rows[1].frame.value, rows[1].held, rows[1].caller })
    assert.same({ "frame_holder", 24, "<module>" }, { rows[2].frame.value, rows[2].held, rows[2].caller })
    assert.same({ "<module>", 0 }, { rows[3].frame.value, rows[3].held, rows[3].caller })
    assert.equal("file", rows[1].largest.type)
  end)

  it("says what it means that there are none", function()
    assert.matches("^0 frames\nthis dump has no frames", tostring(run("frames", app)))
  end)
end)

describe("classes", function()
  it("counts instances of the program's classes alone", function()
    local report = run("classes", small)
    assert.equal("30 classes with instances", report.title)
    assert.matches("346 objects of type 'type' .* 305%.5KiB", report.text)
    assert.same({ "Thread", 2000, 2224000, 1112, 904 },
      fields(report.rows[1], "class", "count", "size", "average", "class_size"))
    assert.same({ 500, 176000, 104 }, fields(row(report.rows, "class", "Old"), "count", "size", "class_size"))
    report = run("classes", app, { sort = "count", count = 3 })
    assert.equal("596 classes with instances", report.title)
    assert.same({ "Item", "Session", "Slotted" },
      { report.rows[1].class, report.rows[2].class, report.rows[3].class })
  end)
end)

describe("growth", function()
  local later = dryad.load(GC, { progress = false })

  it("compares two dumps by type", function()
    local report = run("growth", small, { later })
    assert.equal("60,413 objects, 11.3MiB before; 53,211 objects, 10.1MiB after: shrunk by 1.1MiB.", report.text)
    assert.equal(6, #report.rows)
    assert.same({ "type", 346, 348, 2, 312784, 314592, 1808 }, fields(report.rows[1], "type_str", "count_before",
      "count_after", "count_growth", "size_before", "size_after", "size_growth"))
    assert.same({ 0, 2, 0, 144 },
      fields(row(report.rows, "type_str", "instance"), "count_before", "count_after", "size_before", "size_after"))
  end)

  it("leaves out what grew by less than asked", function()
    assert.equal(2, #run("growth", small, { after = later, least = 300 }).rows)
    assert.equal(1, #run("growth", small, { after = later, least = "1K" }).rows)
    assert.matches("no type grew by that much", tostring(run("growth", small, { small })))
  end)

  it("takes the path of a dump too", function()
    assert.equal(6, #run("growth", small, { after = GC }).rows)
  end)
end)

describe("instances", function()
  it("has each attribute's values", function()
    local rows = run("instances", small, { "Thread" }).rows
    assert.equal(12, #rows)
    assert.same({ 2000, 2000, 688000, "2,000 _Condition" },
      fields(row(rows, "attribute", "._Thread__block"), "count", "distinct", "size", "values"))
    assert.same({ 2000, 2000, 152890 }, fields(row(rows, "attribute", "._Thread__name"), "count", "distinct", "size"))
    assert.same({ 2000, 1, 144 }, fields(row(rows, "attribute", "._Thread__stderr"), "count", "distinct", "size"))
  end)

  it("numbers the references of instances without names", function()
    local rows = run("instances", app, { "Slotted", look = 5 }).rows
    assert.same({ 5, 1, 920 }, fields(row(rows, "attribute", "[ref 3]"), "count", "distinct", "size"))
    assert.equal("5 dict", row(rows, "attribute", "[ref 2]").values)
  end)
end)

describe("queues", function()
  it("has deques with their lengths", function()
    local rows = run("queues", app)
    assert.equal(12, #rows)
    assert.same({ 3, 1, 0 }, { rows[1].items, rows[2].items, rows[3].items })
  end)

  it("finds the container that a queue keeps its items in", function()
    local heap = dryad.load({
      '{"address": 1, "type": "Queue", "size": 64, "refs": [2, 3, 4, 5, 6]}',
      '{"address": 2, "type": "str", "size": 30, "value": "maxsize", "refs": []}',
      '{"address": 3, "type": "int", "size": 28, "value": 0, "refs": []}',
      '{"address": 4, "type": "str", "size": 30, "value": "queue", "refs": []}',
      '{"address": 5, "type": "collections.deque", "size": 600, "refs": [3, 2, 3]}',
      '{"address": 6, "type": "type", "name": "Queue", "size": 900, "refs": []}',
    }, { progress = false })
    local rows = run("queues", heap)
    assert.same({ 3, 58 }, fields(row(rows, "queue", heap[1]), "items", "size"))
    assert.same({ 3, 58 }, fields(row(rows, "queue", heap[5]), "items", "size"))
    assert.equal(heap[1], row(rows, "queue", heap[5]).held_by)
  end)
end)

describe("closures", function()
  it("counts functions of one code, the most first", function()
    local rows = run("closures", app).rows
    assert.same({ 20000, 3040000 }, fields(rows[1], "functions", "size"))
    assert.equal("<lambda>", rows[1].example.name)
    assert.same({ 212, 32224 }, fields(rows[2], "functions", "size"))
    rows = run("closures", small).rows
    assert.same({ 75, 9000, 14, 1680 }, { rows[1].functions, rows[1].size, rows[2].functions, rows[2].size })
    assert.equal(4, #rows)
  end)
end)

describe("unreferenced", function()
  it("counts what nothing refers to, by type", function()
    local report = run("unreferenced", small)
    assert.equal("329 objects without a referrer, 243.3KiB", report.title)
    assert.equal(199, row(report.rows, "type", "dict").count)
    assert.equal(87, row(report.rows, "type", "list").count)
    report = run("unreferenced", app)
    assert.equal("1,719 objects without a referrer, 607.8KiB", report.title)
    assert.equal(1541, row(report.rows, "type", "dict").count)
  end)
end)

describe("path_up", function()
  it("goes from a module down to the object, each step with its label", function()
    local rows = run("path_up", app, { 140188732452112 }).rows
    local steps = {}
    for i, step in ipairs(rows) do
      steps[i] = step.object.type .. (step.through or "")
    end
    assert.same({ "module.SESSIONS", "dict['sess-3']", "Session.cart", "list[0]", "Item" }, steps)
    rows = run("path_up", small, { "140558134395408" }).rows
    assert.same({ 140558140715472, 140558122273392, 140558134395408 }, addresses(rows, "object", 3))
    assert.equal(".big", rows[1].through)
  end)

  it("starts where nothing refers to when no module leads there, and knows cycles", function()
    local heap = dryad.load({
      '{"address": 1, "type": "list", "size": 40, "len": 1, "refs": [2]}',
      '{"address": 2, "type": "object", "size": 16, "refs": []}',
      '{"address": 3, "type": "list", "size": 40, "len": 1, "refs": [4]}',
      '{"address": 4, "type": "list", "size": 40, "len": 1, "refs": [3]}',
    }, { progress = false })
    local report = run("path_up", heap, { 2 })
    assert.same({ 1, 2 }, addresses(report.rows, "object", 2))
    assert.equal("[0]", report.rows[1].through)
    assert.matches("No module or frame", report.text)
    assert.matches("nothing leads there but a cycle", tostring(run("path_up", heap, { 3 })))
  end)
end)
