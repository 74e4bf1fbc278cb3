-- SPDX-License-Identifier: MIT
--- Loads dumps, and reads their records one by one.
-- @module dryad.heap.load

local check = require "dryad.text.argument_errors"
local command_line = require "dryad.text.command_line"
local core = require "dryad.core"
local did_you_mean = require "dryad.text.did_you_mean"
local guidance = require "dryad.text.guidance"
local index = require "dryad.heap.index_beside_dump"
local output = require "dryad.text.output"
local progress = require "dryad.text.progress"
local units = require "dryad.text.units"

local M = {}

local LINES_AT_ONCE = 1000

--- A function that returns the lines of an array, several at a time; a line may or may not end with a newline.
local function lines_of(lines, method)
  for i, line in ipairs(lines) do
    check.argument(type(line) == "string", method, ("line %d of source"):format(i), "text", line)
  end
  local next_line = 1
  return function()
    if next_line > #lines then
      return nil
    end
    local first, last, some = next_line, math.min(next_line + LINES_AT_ONCE - 1, #lines), {}
    next_line = last + 1
    for i = first, last do
      some[#some + 1] = lines[i]
      some[#some + 1] = lines[i]:byte(-1) ~= 10 and "\n" or nil
    end
    return table.concat(some)
  end
end

--- The source in the core's form, and its name in messages.
local function source_of(source, method)
  if type(source) == "table" and not getmetatable(source) then
    return lines_of(source, method), "(lines)"
  elseif type(source) == "function" then
    return source, "(function)"
  end
  check.argument(type(source) == "string", method, "source", "a path, an array of lines or a function", source)
  if source:find "\0" then
    check.fail("%s: a path cannot contain a NUL byte", method)
  end
  return source, source
end

local OPTIONS = {
  threads = { "number" },
  collapse = { "boolean" },
  strict = { "boolean" },
  index = { "boolean" },
  python = { "number" },
  progress = { "boolean", "function" },
  spill = { "string" },
  max_text = { "number", "string" },
  max_memory = { "number", "string" },
  name = { "string" },
}

local function check_options(opts)
  check.argument(opts == nil or type(opts) == "table", "load", "opts", "a table", opts)
  local names = {}
  for name in pairs(OPTIONS) do
    names[#names + 1] = name
  end
  for name, value in pairs(opts or {}) do
    local types = OPTIONS[name]
    if not types then
      check.fail("load: there is no option '%s'%s", tostring(name), did_you_mean.hint(tostring(name), names))
    end
    check.argument(type(value) == types[1] or type(value) == types[2], "load", "opts." .. name,
      "a " .. table.concat(types, " or a "), value)
  end
  return opts or {}
end

local MAX_THREADS = 64

--- Converts a value to a number of threads.
-- @param value a number or text
-- @treturn integer|nil nil if the value is not valid
-- @treturn string a description of valid values
-- @usage print(require("dryad.heap.load").threads("2"))
function M.threads(value)
  local count = math.tointeger(tonumber(value))
  return count and count >= 1 and count <= MAX_THREADS and count or nil,
    ("a whole number from 1 to %d"):format(MAX_THREADS)
end

--- A copy of the options with the sizes in bytes.
local function with_sizes(opts)
  local copy = {}
  for name, value in pairs(opts) do
    copy[name] = value
  end
  for _, name in ipairs { "max_text", "max_memory" } do
    local given = opts[name]
    copy[name] = type(given) == "string" and units.parse_size(given) or math.tointeger(given)
    if given ~= nil and (copy[name] or 0) <= 0 then
      check.fail("load: opts.%s must be a size, such as 65536 or \"64K\", not %s", name, tostring(given))
    end
  end
  return copy
end

local MEBI = 1 << 20
local SLOW = 2 -- seconds of loading

--- How many texts of a dump were cut, in a line; nil if none was.
-- @tparam heap heap
-- @treturn string|nil
-- @usage print(require("dryad.heap.load").cut_texts(heap))
function M.cut_texts(heap)
  local report, max_text = heap.report, index.max_text(heap)
  local count = report.cut_texts
  if count == 0 then
    return nil
  end
  return ("%s longer than %s and %s cut; %s in all were left out; --max-text SIZE (max_text) keeps more"):format(
    count == 1 and "1 text was" or ("%d texts were"):format(count), units.bytes(max_text),
    count == 1 and "was" or "were", units.bytes(report.cut_bytes))
end

--- How many lines of a dump were not as they should be; an empty text if all were.
-- @tparam table report of a heap
-- @treturn string
-- @usage print(require("dryad.heap.load").faults(heap.report))
function M.faults(report)
  local counts = {}
  for _, count in ipairs {
    { report.bad_lines, "could not be used" }, { report.mended, "had to be repaired" },
    { report.duplicates, "repeated an address" },
  } do
    if count[1] > 0 then
      counts[#counts + 1] = ("%s %s"):format(units.quantity(count[1], "line"), count[2])
    end
  end
  return table.concat(counts, ", ")
end

--- The problems of a dump in a line; nil if there are none.
local function problem_line(report)
  local first, text = report.problems[1], M.faults(report)
  if first then
    text = ("%s%sline %d: %s"):format(text, text ~= "" and "; " or "", first.line, first.reason)
  end
  return text ~= "" and text .. " (see heap.report)" or nil
end

--- Reports what was loaded, in one or two lines, and once what they mean to a person: what was collapsed, and how the
-- next question need not wait for a load.
local function told(report, opts, source)
  local mebis = report.bytes / MEBI
  local lines = { ("loaded line %d, %d objs, %.1f / %.1f MiB read in %.1fs"):format(report.lines, report.objects, mebis,
    mebis, report.seconds) }
  if opts.collapse ~= false then
    local meaning = guidance.once("collapsed", " dicts of attributes into the objects that they belong to", "stderr")
    lines[2] = ("collapsed %d%s"):format(report.collapsed, meaning or "")
  end
  local is_slow = report.seconds >= SLOW and type(source) == "string" and index.facts(source)
  lines[#lines + 1] = is_slow and guidance.once("index", ("`dryad index %s` spares the next load"):format(
    command_line.quoted(source)), "stderr") or nil
  return table.concat(lines, "\n")
end

--- Opens the index beside a dump, or loads the dump and writes an index if wanted. Returns the heap, whether it was
-- opened from an index, and notes on indexes.
local function read_dump(source, opts)
  local from, name = source_of(source, "load")
  name = opts.name or name
  local facts = not opts.name and index.facts(source) or nil
  if opts.index and not facts then
    check.fail("load: index = true needs a dump in a regular file, not %s", name)
  end
  local function load()
    return core.load(from, name, {
      threads = opts.threads and M.threads(opts.threads), raw = opts.collapse == false, strict = opts.strict,
      python = opts.python, progress = opts.progress, spill = opts.spill, max_text = opts.max_text,
      max_memory = opts.max_memory,
    })
  end
  local heap, why, is_stale = index.open_beside(source, facts, opts, load)
  if heap then
    return heap, true
  end
  local started = core.clock()
  heap = load()
  index.remember(heap, facts, opts)
  if index.is_wanted(opts, facts, core.clock() - started, is_stale) then
    why = index.write_beside(heap, opts, why)
  elseif why then
    why = why .. "; it is not used"
  end
  return heap, false, why
end

local notes_of = setmetatable({}, { __mode = "k" }) -- by heap

--- What loading had to say about a heap: the problems of its dump, and why its index was not used.
-- @tparam heap heap
-- @treturn string|nil a line each
-- @usage print(require("dryad.heap.load").notes(heap))
function M.notes(heap)
  return notes_of[heap]
end

--- Loads a dump without printing a report.
-- @tparam string|{string,...}|function source as for @{load}
-- @tparam[opt] table opts as for @{load}
-- @treturn heap
-- @treturn string|nil notes on the problems of the dump and on its index, a line each
-- @treturn boolean whether it was opened from an index
-- @usage local heap, notes = require("dryad.heap.load").read("app.dump")
function M.read(source, opts)
  opts = check_options(opts)
  if (opts.spill or ""):find "\0" or (opts.name or ""):find "\0" then
    check.fail("load: a path cannot contain a NUL byte")
  elseif opts.python ~= nil and opts.python ~= 2 and opts.python ~= 3 then
    check.fail("load: opts.python must be 2 or 3, not %s", tostring(opts.python))
  end
  local threads, wanted = M.threads(opts.threads or 1)
  if not threads then
    check.fail("load: opts.threads must be %s, not %s", wanted, tostring(opts.threads))
  end
  opts = with_sizes(opts)
  local heap, was_opened, note
  if type(source) == "string" and index.is_path(source) then
    heap, was_opened = index.open(source, opts), true
  else
    heap, was_opened, note = read_dump(source, opts)
  end
  local notes = {}
  notes[#notes + 1] = problem_line(heap.report)
  notes[#notes + 1] = M.cut_texts(heap)
  notes[#notes + 1] = note
  notes_of[heap] = #notes > 0 and table.concat(notes, "\n") or nil
  return heap, notes_of[heap], was_opened
end

--- Loads a dump. In the program, or with `progress`, it shows a bar on a terminal, and reports on standard error what
-- it loaded and which problems the dump has. Elsewhere it prints nothing: problems are a warning (`warn`), and are in
-- `heap.report`.
-- @tparam string|{string,...}|function source a path, `-` for standard input, an array of lines, or a function that
--   returns the next chunk of text, and nil at the end
--   with a path, the index beside it (`PATH.dryad`) is used if it was made from this very dump with the same options;
--   an index of another version of Dryad, or of the dump before it changed, is rebuilt
-- @tparam[opt] table opts `threads` (how many to load with; default: one per processor), `collapse` (default true),
--   `strict`, `python` (2 or 3), `progress` (true, false or `function(stage, done, total)`; default: true in the
--   program, false elsewhere), `spill` (a folder: large parts of the heap are kept there in unnamed files, for heaps
--   that do not fit in memory), `max_text` (bytes that are kept of a text, a number or as "1M"; default: 64 KiB),
--   `max_memory` (bytes of memory that loading may take, likewise; default: what is free), `index` (true: writes an
--   index beside the dump if none fits; false: does not look for one), `name` (the name of the dump in messages and in
--   `heap.file`, instead of its path; it then has no index)
-- @treturn heap
-- @usage local heap = dryad.load("app.dump.gz", { progress = true })
function M.load(source, opts)
  local started = core.clock()
  local heap, notes, was_opened = M.read(source, opts)
  opts = opts or {}
  if opts.progress or opts.progress == nil and progress.is_shown then
    local loaded = was_opened and index.told(heap, core.clock() - started) or told(heap.report, opts, source)
    output.tell(loaded .. (notes and "\n" .. notes or ""))
  elseif opts.progress == nil and notes then
    warn(notes)
  end
  return heap
end

--- Iterates over the records of a dump without building a heap; lines that cannot be used are skipped.
-- @tparam string|{string,...}|function source as for @{load}
-- @treturn function iterator: a table `{address=, type=, size=, len=, value=, name=, refs={...}}` and its line number.
-- A dump of Dryad's scanner adds `names` (`names[i]` is that of `refs[i]`, or nil), `root`, `refcount`, `qualname`,
-- `file`, `line`, `mapped`, `interpreter` and the list `allocated`, as its lines have them.
-- @usage for record in dryad.records "app.dump" do print(record.address, record.type) end
function M.records(source)
  if type(source) == "string" and index.is_path(source) then
    check.fail("records: an index has no records, use its dump: %s", source)
  end
  return core.records(source_of(source, "records"))
end

return M
