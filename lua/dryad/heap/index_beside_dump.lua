-- SPDX-License-Identifier: MIT
--- Indexes: loaded heaps on disk, which open without being read.
--
-- The index of a dump lies beside it as `DUMP.dryad`, and is used only if it was made from this very dump, loaded with
-- the same options.
-- @module dryad.heap.index_beside_dump

local check = require "dryad.text.argument_errors"
local core = require "dryad.core"
local format = require "dryad.text.format"
local interruption = require "dryad.text.interruption"
local units = require "dryad.text.units"

local M = {}

--- Seconds of loading after which an index is written automatically; nil: never.
M.patience = nil

--- Bytes that loading keeps of a text by default.
M.MAX_TEXT = 65536

-- By heap: how it was loaded, in the core's form.
local origins = setmetatable({}, { __mode = "k" })

-- By heap opened beside its dump: `{source =, facts =, opts =, load = the function that loads the dump}`.
local opened = setmetatable({}, { __mode = "k" })

-- By path: the indexes that turned out damaged where they were read, and were not written again since.
local damaged = {}

--- The path of a dump's index.
-- @tparam string dump its path
-- @treturn string
-- @usage print(require("dryad.heap.index_beside_dump").path("app.dump"))
function M.path(dump)
  return dump .. ".dryad"
end

--- Whether a path has the extension of an index.
-- @tparam string path
-- @treturn boolean
-- @usage print(require("dryad.heap.index_beside_dump").is_path("app.dump.dryad"))
function M.is_path(path)
  return path:find "%.dryad$" ~= nil
end

--- The facts that identify the file of a dump; nil if the source is not a regular file.
-- @param source as for `dryad.load`
-- @treturn table|nil
-- @usage local facts = require("dryad.heap.index_beside_dump").facts("app.dump")
function M.facts(source)
  local facts = type(source) == "string" and source ~= "-" and core.file_facts(source)
  return facts and facts.hash and facts or nil
end

--- Records how a heap was loaded, for saving it later.
-- @tparam heap heap
-- @tparam table|nil facts of its file
-- @tparam table opts as for `dryad.load`
-- @usage index.remember(heap, index.facts("app.dump"), {})
function M.remember(heap, facts, opts)
  facts = facts or {}
  origins[heap] = {
    raw = opts.collapse == false, python = opts.python, max_text = opts.max_text or M.MAX_TEXT,
    size = facts.size, mtime = facts.mtime, hash = facts.hash,
  }
end

local function how(raw)
  return raw and "raw" or "collapsed"
end

--- How many bytes of each text were kept when a heap was loaded.
-- @tparam heap heap
-- @treturn integer
-- @usage print(require("dryad.heap.index_beside_dump").max_text(heap))
function M.max_text(heap)
  local origin = origins[heap]
  return origin and origin.max_text and origin.max_text > 0 and origin.max_text or M.MAX_TEXT
end

-- Whether all texts are as this load would have kept them.
local function has_same_texts(heap, origin, opts)
  local wanted = opts.max_text or M.MAX_TEXT
  return origin.max_text == wanted or heap.report.cut_texts == 0 and origin.max_text < wanted
end

-- Whether the options match those of an index: only then may a new index replace it unasked.
local function is_alike(origin, opts)
  return (origin.raw or false) == (opts.collapse == false) and origin.python == opts.python
end

--- Why an index of this origin cannot stand for a dump, and whether to rebuild it; nil if it can.
local function misfit(heap, origin, facts, opts)
  if origin.changed then
    return "is of a heap that was changed after loading"
  elseif origin.hash ~= facts.hash or origin.size ~= facts.size or origin.mtime ~= facts.mtime then
    return "is of another dump, or of this one before it changed", is_alike(origin, opts)
  elseif origin.raw ~= (opts.collapse == false) then
    return ("is of a %s heap"):format(how(origin.raw))
  elseif origin.python ~= opts.python and opts.python ~= heap.report.python then
    return "was loaded with another option `python`"
  elseif not has_same_texts(heap, origin, opts) then
    return "was loaded with another option `max_text`"
  elseif opts.strict and #heap.report.problems > 0 then
    return "is of a dump with problems, which strict does not allow"
  end
end

-- Why no index is opened; nil: there is one.
local function why_unsought(path, opts)
  if not path then
    return "the dump is not a regular file"
  elseif opts.index == false then
    return "it is not wanted"
  elseif opts.spill then
    return "the parts used would take memory, which spilling avoids"
  elseif not core.file_facts(path) then
    return "there is none"
  end
end

--- Opens the index beside a dump.
-- @tparam string source the dump
-- @tparam table|nil facts of its file
-- @tparam table opts as for `dryad.load`
-- @tparam function load loads the dump and returns the heap; called if the index turns out damaged later
-- @treturn heap|nil
-- @treturn string|nil why an existing index was not used
-- @treturn boolean|nil whether to rebuild it
-- @usage local heap, why = index.open_beside("app.dump", index.facts("app.dump"), {}, load)
function M.open_beside(source, facts, opts, load)
  local path = facts and M.path(source)
  local unsought = why_unsought(path, opts)
  if unsought then
    core.trace("index", "used", "no", "why", unsought, "path", path)
    return nil
  end
  local heap, origin, is_index = core.open_index_beside(path, source, facts.owner)
  if not heap then
    core.trace("index", "used", "no", "why", origin, "path", path)
    return nil, format.printable(origin), is_index and is_alike({}, opts)
  end
  local why, is_stale
  if damaged[path] or core.damage(heap) then
    why, is_stale = "is damaged", true
  else
    why, is_stale = misfit(heap, origin, facts, opts)
  end
  core.trace("index", "used", why and "no" or "yes", "why", why or "it fits", "path", path)
  if why then
    heap:close()
    return nil, ("%s %s"):format(format.printable(path), why), is_stale
  end
  origins[heap] = origin
  opened[heap] = { source = source, facts = facts, opts = opts, load = load }
  return heap
end

--- Notes which open heaps have an index that turned out damaged, so that their dumps are loaded from now on.
-- @treturn {heap,...}
-- @usage if #index.find_damaged() > 0 then print "load it again" end
function M.find_damaged()
  local found = {}
  for heap, from in pairs(opened) do
    if core.damage(heap) then
      found[#found + 1], damaged[M.path(from.source)] = heap, true
    end
  end
  return found
end

local function is_same(a, b)
  return a ~= nil and a.hash == b.hash and a.size == b.size and a.mtime == b.mtime
end

--- Loads the dump of a heap whose index is damaged into that heap; returns a sentence.
local function load_instead(heap, from)
  local name = format.printable(from.source)
  if not is_same(M.facts(from.source), from.facts) then
    return ("%s changed since its index was opened: load it again"):format(name)
  end
  local fresh <close> = from.load()
  if not core.replace(heap, fresh) then
    return ("%s: the heap has changes, which are lost: load it again"):format(name)
  end
  M.remember(heap, from.facts, from.opts)
  opened[heap] = nil
  local note = M.write_beside(heap, from.opts, M.path(name) .. " is damaged")
  return ("%s\n%s was loaded instead: ask again"):format(note, name)
end

--- Loads the dumps of all heaps whose indexes turned out damaged, in their place: objects of these heaps stay valid.
-- @treturn {string,...} what was done, a sentence each
-- @usage for _, sentence in ipairs(index.recover()) do print(sentence) end
function M.recover()
  local said = {}
  for i, heap in ipairs(M.find_damaged()) do
    local good, sentence = interruption.attempt(load_instead, heap, opened[heap])
    said[i] = good and sentence or format.printable(tostring(sentence))
  end
  return said
end

--- Opens an index by its own path; raises an error if it cannot be opened or does not match the options.
-- @tparam string path
-- @tparam table opts as for `dryad.load`
-- @treturn heap
-- @usage local heap = require("dryad.heap.index_beside_dump").open("app.dump.dryad", {})
function M.open(path, opts)
  local how_loaded = {
    raw = opts.collapse == false, strict = opts.strict, python = opts.python, max_text = opts.max_text,
  }
  local heap, origin = core.load_index(path, how_loaded)
  if not heap then
    check.fail("%s", origin)
  end
  origins[heap] = origin
  return heap
end

--- Whether to write an index of a loaded heap.
-- @tparam table opts as for `dryad.load`
-- @tparam table|nil facts of the dump's file
-- @tparam number seconds that loading took
-- @tparam boolean|nil is_stale whether there is one to rebuild
-- @treturn boolean
-- @usage if index.is_wanted(opts, facts, seconds) then index.write_beside(heap, opts) end
function M.is_wanted(opts, facts, seconds, is_stale)
  local wanted, why
  if not facts or opts.index ~= nil then
    wanted, why = opts.index or false, facts and "requested" or "the dump is not a regular file"
  else
    wanted = is_stale or M.patience ~= nil and seconds > M.patience
    why = is_stale and "there is a stale one" or not M.patience and "not requested"
      or ("loading took %.1fs of %ds"):format(seconds, M.patience)
  end
  core.trace("index", "written", wanted and "yes" or "no", "why", why)
  return wanted
end

--- Writes the index beside a heap's dump.
-- @tparam heap heap
-- @tparam table opts as for `dryad.load`
-- @tparam string|nil why the existing index does not fit
-- @treturn string|nil a line for the user
-- @usage print(index.write_beside(heap, {}))
function M.write_beside(heap, opts, why)
  local path, origin = M.path(heap.file), origins[heap]
  local written, message = pcall(function()
    local sink = core.index_sink(path, heap.file, origin, {
      literal = true, force_name = "heap:save(PATH, { force = true })",
    })
    core.write_index(heap, sink, origin, opts.progress)
    damaged[path] = nil
  end)
  why = why and why .. "; " or ""
  if not written and opts.index == nil and not interruption.is(message) then
    return why ~= "" and why .. "it is not used" or nil -- not requested, and the folder may not be ours
  elseif not written then
    local reason = tostring(message):gsub("^[^:]+:%d+: ", "") -- the caller's line
    return ("%sno index was written: %s"):format(why, format.printable(reason))
  elseif why ~= "" then
    return why .. "it was rebuilt"
  end
  return ("wrote the index %s, which the next load opens at once"):format(format.printable(path))
end

--- The line that reports an opened index.
-- @tparam heap heap
-- @tparam number seconds
-- @treturn string
-- @usage print(index.told(heap, 0.01))
function M.told(heap, seconds)
  return ("opened the index of %s, %d objs, in %.3fs"):format(format.printable(heap.file), #heap, seconds)
end

--- Writes a heap in its current state to a file that `dryad.load` opens at once: with its text, its report and, if they
-- were computed, its roots and dominators; without pins and marks. The file is written atomically. It replaces an index
-- of the same dump, and any other file only with `force`.
-- @function heap:save
-- @tparam string path a name that ends in `.dryad`; %p, %t and %h in it stand for the process id, the time and the host
-- @tparam[opt] table options `{force = true}` replaces any file
-- @usage heap:save "app.dump.dryad"
function core.heap.methods.save(heap, path, options)
  check.self(heap, "heap", "save")
  check.argument(type(path) == "string", "save", "path", "a path", path)
  check.argument(options == nil or type(options) == "table", "save", "options", "a table such as { force = true }",
    options)
  if not M.is_path(path) then
    check.fail("save: the name of an index must end in .dryad, not %s", path)
  end
  local origin = origins[heap] or {}
  core.write_index(heap, core.index_sink(path, heap.file, origin, { force = options and options.force }), origin)
end

--- Opens the file for the index beside a dump before the dump is loaded, so that a refusal is reported at once.
-- @tparam string dump its path
-- @tparam boolean|nil force
-- @treturn sink for @{write}
-- @usage local sink <close> = index.sink_beside("app.dump")
function M.sink_beside(dump, force)
  return core.index_sink(M.path(dump), dump, {}, { force = force, force_name = "--force", literal = true })
end

--- Writes a heap to the file opened for its index.
-- @tparam heap heap
-- @tparam sink sink
-- @usage index.write(heap, sink)
function M.write(heap, sink)
  core.write_index(heap, sink, origins[heap])
end

--- Describes an index: its objects and its size on disk.
-- @tparam heap heap
-- @tparam string path of its index
-- @treturn string
-- @usage print(index.summary(heap, "app.dump.dryad"))
function M.summary(heap, path)
  local facts = core.file_facts(path)
  return ("%s: %s objects, %s on disk"):format(format.printable(path), units.count(#heap),
    units.bytes(facts and facts.size or 0))
end

return M
