-- SPDX-License-Identifier: MIT
--- What test_every_allocation.c runs while one allocation after the other fails: operations by name, which between them
-- call every function that C gives to Lua. Each is run many times, so each is small.

local core = require "dryad.core"
local dryad = require "dryad"

local LINES = {
  '{"address": 1, "type": "<process>", "size": 0, "value": "{\\"pid\\": 7}", "refs": []}',
  '{"address": 16, "type": "module", "size": 100, "name": "m", "refcount": 9, "root": "modules", "refs": [32], '
    .. '"names": ["x"]}',
  '{"address": 32, "type": "dict", "size": 300, "len": 3, "refs": [48, 64, 80, 96, 112, 112]}',
  '{"address": 48, "type": "str", "size": 60, "len": 3, "value": "abc", "refs": []}',
  '{"address": 64, "type": "Thing", "size": 70, "allocated": ["a:1", "b:2"], "refs": [128, 144]}',
  '{"address": 80, "type": "str", "size": 60, "len": 4, "value": "list", "refs": []}',
  '{"address": 96, "type": "list", "size": 56, "len": 4, "refs": [96, 64, 64, 1000]}',
  '{"address": 112, "type": "int", "size": 28, "value": 123456789012345678901234567890, "refs": []}',
  '{"address": 128, "type": "dict", "size": 80, "len": 1, "refs": [48, 80]}',
  '{"address": 144, "type": "type", "size": 900, "name": "Thing", "refs": [16]}',
  '{"address": 160, "type": "str", "size": 60, "len": 3, "value": "abc", "refs": []}',
  '{"address": 176, "type": "function", "size": 136, "name": "f", "refs": [32], "names": ["globals"]}',
  '{"address": 2, "type": "<end>", "size": 0, "value": 12, "refs": []}',
}

local function load(options)
  options = options or {}
  options.progress = false
  return dryad.load(LINES, options)
end

local heap, later = load { collapse = false }, load()
local thing, dict, module = heap[64], heap[32], heap[16]
local all = heap:get_all()
local folder = os.getenv "DRYAD_BUILD" .. "/tests"
local database = core.database()
database:put("", heap)

-- Not called here: they raise errors and nothing else, tell a trace that is off, are called by the collector, or work
-- in a process of their own.
local exceptions = {
  confined = true,
  ["heap.meta.__newindex"] = true, ["list.meta.__newindex"] = true, ["object.meta.__newindex"] = true,
  ["column.meta.__newindex"] = true, ["result.meta.__newindex"] = true, ["database.meta.__newindex"] = true,
  raise = true, trace = true, unknown_field = true, wrong_self = true, where = true,
  ["heap.meta.__gc"] = true, ["list.meta.__gc"] = true, ["result.meta.__gc"] = true, ["database.meta.__gc"] = true,
}

local operations = {}

-- ---- loading and writing --------------------------------------------------------------------------

function operations.load()
  local loaded = load { collapse = false }
  return tostring(loaded), loaded.process.pid, loaded:close()
end

function operations.replace()
  local replaced <close> = load()
  local object = replaced[64]
  return core.damage(replaced), core.replace(replaced, load()), object.size
end

function operations.records()
  for record in dryad.records(LINES) do
    local _ = record.refs[1]
  end
end

function operations.write_dump()
  local sink <close> = core.sink(folder .. "/every_allocation.dump.gz", { force = true })
  core.write_dump(heap, sink)
end

function operations.write_index()
  local path = folder .. "/every_allocation.dryad"
  heap:save(path, { force = true })
  local opened <close> = dryad.load(path, { progress = false })
  local beside <close> = core.open_index_beside(path, folder .. "/every_allocation.dump", core.file_facts(path).owner)
  return tostring(opened[64]), beside
end

function operations.file_facts()
  return core.file_facts(folder), core.directory(folder)
end

function operations.json()
  core.json.write({ "x", 1 }, function() end)
  return core.json.decode(core.json.encode { 1, "x", 0.5, { a = { true } } })
end

function operations.text()
  return core.text_columns "a\u{e9}", core.text_beginning("abc", 2), core.is_hidden(0x202e), core.printable "\27["
end

-- ---- objects --------------------------------------------------------------------------------------

function operations.objects()
  local text = tostring(thing) .. thing:to_json() .. tostring(thing.d) .. tostring(thing.l) .. tostring(dict)
  for o in module:iter_recursive_refs() do
    text = text .. tostring(o.value) .. tostring(o.name) .. tostring(o.type_str)
  end
  for i = 1, #thing.c do
    text = text .. thing.c[i].type .. (thing:label(i) or "")
  end
  return text, thing.allocated, thing.refs_as_dict, thing.ref_list, thing.referrers, thing.parents
end

function operations.dicts()
  local names = {}
  for key, value in pairs(dict.refs_as_dict) do
    names[#names + 1] = tostring(key) .. tostring(value)
  end
  return names, tostring(later[64].d), later[64].d.abc, #later[64].d, heap:guess_intern_dict()
end

function operations.sizes()
  return thing.retained_size, thing.dominator, dict.dominated, thing.total_size, heap:retained_size(dict),
    heap:retained(dict), heap:memory(), thing:compute_total_size "str"
end

-- ---- lists ----------------------------------------------------------------------------------------

function operations.lists()
  local some = (all.c + all.p) - all & all
  local sorted = all:sort "size"
  return tostring(some), sorted:head(3), all:of "str", all:filter(function(o)
    return o.size > 60
  end), all:retained_by_type(), all:sum "size", heap:objects "str"
end

function operations.columns()
  local column, sum = all:column "size", 0
  for _, size in pairs(column) do
    sum = sum + size
  end
  return tostring(column), column:object(1), column[1], #column, column.field, sum
end

function operations.groups()
  return tostring(all:group_by "type"), all:csv(), all:json(), all:summarize(), all:classes()
end

-- ---- changes --------------------------------------------------------------------------------------

function operations.changes()
  local changed <close> = load { collapse = false }
  changed:collapse_instance_dicts()
  changed:remove_expensive_references()
  changed:remove_references("dict", "str")
  local made = core.changes(changed, true)
  changed:undo()
  core.pin(changed, changed:get_all "str")
  core.gc(changed, true)
  changed:undo()
  return made, core.revision(changed), changed:is_open()
end

-- ---- questions ------------------------------------------------------------------------------------

function operations.roots()
  heap:set_roots { 32 }
  local _ = heap:dominators() and heap:unreachable()
  heap:set_roots()
  return heap:roots(), heap:root_reason(module), heap:unreachable(), tostring(heap:dominators())
end

function operations.summaries()
  return tostring(heap:summarize()), tostring(heap.types), tostring(heap.classes), core.summary_by_class(heap, nil, 10),
    core.class_table(heap, "retained", 10), core.with_text(heap, nil, "x")
end

function operations.paths()
  local path = heap:path(module, "str")
  return tostring(path), path:expression(), tostring(heap:path(48, "Thing", { reversed = true })), path:label(1)
end

function operations.ways()
  return thing.way, heap:at "m.x", tostring(heap:why(thing)), tostring(all:why())
end

function operations.suspects()
  core.members(core.kinds(heap), all, 1, false)
  return tostring(dryad.leak_suspects(heap)), tostring(dryad.leak_suspects(heap, 0.01))
end

function operations.duplicates()
  return tostring(dryad.duplicates(heap)), core.small_containers(heap, 1)
end

function operations.garbage()
  return tostring(dryad.garbage(heap))
end

function operations.diff()
  local diff = dryad.diff(heap, later)
  return tostring(diff), tostring(diff:objects "kept")
end

function operations.recipes()
  return dryad.recipe "holders"(heap, { type = "str" })
end

function operations.more_questions()
  return core.label_between(module, dict), heap:stacks(), heap:threads(), heap:why("str", 2), core.best_way(thing)
end

function operations.reach()
  return thing:all "str", core.reach(all, all:of "str"), core.reach_within(all, all), core.keys_among(all)
end

function operations.parcels()
  core.keep_for_children(heap)
  return core.unpack_list(heap, core.pack_list(all))
end

function operations.cycles()
  return require("dryad.analysis.cycles").among(all, 3)
end

function operations.classes()
  return core.list_of_class(heap, "Thing"), core.list_of_same_class(heap[144]), core.list_of_versions(heap[144])
end

function operations.retained_groups()
  return core.retained_groups(heap, core.list_of(heap, { dict }), 1), core.retained_groups(heap, nil, 9),
    core.retained_tree(heap, 1, 9), core.class_shares(heap, 3)
end

function operations.walks()
  return core.ancestors(heap, all:of "str", { "module" }), core.find_paths(heap, all:of "module", all:of "str", false)
end

function operations.growth()
  return tostring(dryad.diff(heap, later, heap)), core.surplus(heap, later, true), core.common_addresses(heap, later),
    core.growth({ heap, later }, true, 1)
end

function operations.repeated_changes()
  local changed <close> = load { collapse = false }
  local again <close> = load { collapse = false }
  changed:collapse_instance_dicts()
  core.apply(again, core.changes(changed, true)[1].bytes)
  core.give_marks(again, { 16 }, { 7 })
  core.mark_incomplete(again, "it is a test")
end

function operations.dict_values()
  local texts = {}
  for _, o in ipairs { later[64], heap[176] } do -- by its dict, and by the names of its references
    for key, value in pairs(o.d) do
      texts[#texts + 1] = tostring(key) .. tostring(value)
    end
  end
  return texts
end

-- ---- SQL ------------------------------------------------------------------------------------------

function operations.sql()
  local result = heap:sql "select type, count(*) as n, group_concat(address), value from obj group by type"
  return tostring(result), result:csv(), result:json(), #result, result.columns, result[1].n, result:column "n"
end

function operations.sql_lists()
  return heap:sql("select address from obj where address in list(?)", all):objects(), heap:where "size > 60"
end

function operations.sql_edits()
  local changed <close> = load()
  local edited <close> = core.database()
  edited:put("", changed)
  edited:ids(changed, "select address from obj where size > 60")
  edited:run("delete from ref where child = 48", { n = 0 })
  return edited:run("insert into obj (address, type, size) values (5000, 'new', 3)", { n = 0 }), edited:put("", nil)
end

function operations.databases()
  local one <close> = core.database()
  local other = core.database()
  one:run("create table t (a, b)", { n = 0 }, true)
  one:run("insert into t values (?, ?)", { 1, "x", n = 2 }, true)
  one:copy_to(other)
  assert(other:query("select a, b from t")[1][1] == 1)
  for a, b in other:rows "select a, b from t" do
    local _ = a + #b
  end
  local _, next_text = other:texts("select a, b from t", { n = 0 }, "csv")
  next_text()
  return tostring(other), other:is_open(), other.path, other:close()
end

return { operations = operations, exceptions = exceptions }
