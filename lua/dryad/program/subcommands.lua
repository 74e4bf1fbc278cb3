-- SPDX-License-Identifier: MIT
--- What `dryad NAME ...` does: each subcommand is a declaration of options (@{dryad.program.options}) with
-- `run = function(given, words) ... end`, which returns the exit status, or nil for 0.
-- A wrong use is raised with @{raise}, without a position.
-- @module dryad.program.subcommands

local pager = require "dryad.text.pager"

local M = {}

M.by_name = {}
M.names = {}

local function add(name, declaration)
  M.by_name[name] = declaration
  M.names[#M.names + 1] = name
end

local JSON = { "json", false, "findings as JSON" }
local CSV = { "csv", false, "rows as CSV" }
local RAW = { "raw", false, "as dumped: instances and their dicts apart" }
local THREADS = { "threads", "N", "load with N threads; without it one for each processor" }
local STRICT = { "strict", false, "stop at the first problem in the dump" }
local FORCE = { "force", false, "replace a file that is there already, if it is your own" }
local SPILL = { "spill", "DIR", "keep what is large of the heap in unnamed files in DIR instead of memory" }

--- Raises what a user did wrong.
-- @tparam string message
-- @usage subcommands.raise("summary needs a dump")
function M.raise(message)
  error(message, 0)
end

--- The number that --threads gives, or nil.
-- @tparam table given
-- @treturn integer|nil
-- @usage print(subcommands.threads { threads = "2" })
function M.threads(given)
  local count, wanted = require("dryad.heap.load").threads(given.threads or 1)
  if not count then
    M.raise(("--threads takes %s, not '%s'"):format(wanted, given.threads))
  end
  return given.threads and count
end

--- The options of a command line as those of `dryad.load`.
local function loading(given)
  return { threads = M.threads(given), collapse = not given.raw, strict = given.strict, spill = given.spill }
end

--- The heap of a dump; or the current one of a workspace, and that workspace.
local function load_heap(path, given)
  local dryad, workspace = require("dryad"), require("dryad.workspace.workspace")
  local options = loading(given)
  if not workspace.is_database(path) then
    return dryad.load(path, options)
  end
  local ws = workspace.new(path, { threads = options.threads, spill = options.spill })
  return ws.heap or M.raise(path .. ": no generation of this workspace is current: `gen N` at the prompt makes one"), ws
end

local MOST_PID = (1 << 31) - 1
local STANDARD_OUTPUT = { ["-"] = true, ["/dev/stdout"] = true, ["/dev/fd/1"] = true, ["/proc/self/fd/1"] = true }
local WANTING = 1 -- the exit status when what was asked about is found wanting

--- The option --fail-over, with what it measures.
local function fail_over(measured)
  return { "fail-over", "SIZE", ("exit with status 1 when %s, such as 50M"):format(measured) }
end

--- The bytes that --fail-over allows, or nil.
local function allowed(given)
  local text = given["fail-over"]
  local size = text and require("dryad.text.units").parse_size(text)
  if text and not size then
    M.raise(("--fail-over takes a size, such as 300, 50K, 50M or 1.5G, not '%s'"):format(text))
  end
  return size
end

--- WANTING, said on stderr, when there is a limit and it is passed.
local function judge(limit, size, what)
  if not limit or size <= limit then
    return nil
  end
  local units = require("dryad.text.units")
  io.stdout:flush()
  io.stderr:write(("dryad: %s %s, more than the %s that --fail-over allows\n"):format(what, units.bytes(size),
    units.bytes(limit)))
  return WANTING
end

local function csv_of(value)
  if rawequal(getmetatable(value), require("dryad.core").result.meta) then
    return value:csv()
  end
  local rows = type(value) == "table" and not value.sections and (value.columns and value or value.rows)
  if not rows or not rows.columns then
    M.raise("--csv: what was found is no single table; --json gives all of it")
  end
  return require("dryad.text.csv").of_rows(rows)
end

local function print_finding(value, given)
  if given.csv then
    io.write(csv_of(value))
  elseif given.json then
    local core, json_value = require("dryad.core"), require("dryad.text.json_value")
    io.write(core.json.encode(json_value(value)), "\n")
  elseif value ~= nil then
    pager.show(type(value) == "string" and value or require("dryad.text.printer").text(value))
  end
end

local function check_form(given)
  if given.csv and given.json then
    M.raise("--json or --csv, not both")
  end
end

add("summary", {
  usage = { "dryad summary [options] DUMP" },
  summary = "Prints how many objects of each type there are, and how large they are.",
  options = {
    { "by", "FIELD", "size (the default) or count" },
    { "top", "N", "only the first N types; without it 20, in JSON all" },
    THREADS,
    JSON,
    RAW,
    STRICT,
    SPILL,
  },
  run = function(given, words)
    local top = given.top and math.tointeger(tonumber(given.top))
    if #words ~= 1 then
      M.raise("summary takes one dump")
    elseif given.by and given.by ~= "size" and given.by ~= "count" then
      M.raise(("--by is size or count, not '%s'"):format(given.by))
    elseif given.top and (not top or top < 1) then
      M.raise(("--top takes a number, not '%s'"):format(given.top))
    end
    local summary = load_heap(words[1], given):summarize()
    if given.by == "count" then
      summary = summary:by_count()
    end
    print_finding(top and summary:top(top) or summary, given)
  end,
})

add("run", {
  usage = { "dryad run [options] RECIPE DUMP [WORD ...]" },
  summary = "Runs a recipe on a dump. Its words are values, or NAME=VALUE; `dryad recipes RECIPE` explains them.",
  options = { THREADS, JSON, CSV, RAW, STRICT, SPILL },
  run = function(given, words)
    local recipes = require("dryad.recipes.recipes")
    check_form(given)
    if not words[1] then
      M.raise("run needs a recipe and a dump; `dryad recipes` lists the recipes")
    end
    local recipe, message = recipes.find(words[1])
    if not recipe then
      M.raise(message)
    elseif not words[2] then
      M.raise(("run %s needs a dump"):format(words[1]))
    end
    local rest = table.move(words, 3, #words, 1, {})
    message = recipes.problem(recipe, rest)
    if message then
      M.raise(message)
    end
    print_finding(recipes.run(recipe, { load_heap(words[2], given) }, rest, loading(given)), given)
  end,
})

add("sql", {
  usage = { "dryad sql [options] DUMP QUERY", "dryad sql [options] DATABASE QUERY" },
  summary = "Prints what an SQL query over the tables obj and ref gives; `dryad help heap:sql` tells of them.",
  options = { THREADS, JSON, CSV, RAW, STRICT, SPILL },
  run = function(given, words)
    check_form(given)
    if #words ~= 2 then
      M.raise('sql takes a dump and a query in quotes, such as "select type, count(*) from obj group by type"')
    end
    local heap, ws = load_heap(words[1], given)
    print_finding(heap:sql(words[2]), given)
    if ws then
      ws:close()
    end
  end,
})

add("leaks", {
  usage = { "dryad leaks [options] DUMP" },
  summary = "Prints what retains so much that it may be a leak: who it is, who holds it, and what is inside.",
  options = {
    { "fraction", "F", "of the heap that a suspect retains at least; 0.1, or 10%, by default" },
    fail_over("a suspect retains more"),
    THREADS,
    JSON,
    RAW,
    STRICT,
    SPILL,
  },
  run = function(given, words)
    if #words ~= 1 then
      M.raise("leaks takes one dump")
    end
    local suspects, limit = require("dryad.analysis.suspects"), allowed(given)
    local fraction = suspects.FRACTION
    if given.fraction then
      fraction = require("dryad.text.units").parse_share(given.fraction)
        or M.raise(("--fraction takes a share of the heap, such as 0.1 or 10%%, not '%s'"):format(given.fraction))
    end
    local heap = load_heap(words[1], given)
    if limit then
      fraction = math.max(1e-9, math.min(fraction, limit / math.max(1, heap.total_size)))
    end
    local found = suspects.find(heap, fraction)
    print_finding(found, given)
    return found[1] and judge(limit, found[1].retained, "the first suspect retains")
  end,
})

--- What WHAT is in a heap: the object of an address, or all of a type.
local function find_what(heap, what)
  local ok, found = pcall(heap, what)
  if not ok then
    M.raise((found:gsub("^[^:]+:%d+: ", "")))
  elseif not found then
    M.raise(("no object has the address %s"):format(what))
  end
  return found
end

add("why", {
  usage = { "dryad why [options] DUMP WHAT" },
  summary = "Prints why an object, or all of a type, are alive: the ways from the roots, and who refers to them.",
  options = {
    { "paths", "N", "up to N different ways to a single object; 3 by default" },
    fail_over("it, or all of them together, retain more"),
    THREADS,
    JSON,
    RAW,
    STRICT,
    SPILL,
  },
  run = function(given, words)
    local paths = given.paths and math.tointeger(tonumber(given.paths))
    if #words ~= 2 then
      M.raise("why takes a dump and an address or the name of a type")
    elseif given.paths and (not paths or paths < 1) then
      M.raise(("--paths takes a number, not '%s'"):format(given.paths))
    end
    local limit = allowed(given)
    local heap = load_heap(words[1], given)
    local found = heap:why(find_what(heap, words[2]), paths)
    print_finding(found, given)
    return judge(limit, found.retained, words[2] .. " retains")
  end,
})

add("diff", {
  usage = { "dryad diff [options] BEFORE AFTER [LATER]" },
  summary = "Prints what grew between dumps of one program; of three, also what came with the second and stayed.",
  options = {
    { "least", "SIZE", "leave out what grew by less" },
    fail_over("the heap grew by more"),
    THREADS,
    JSON,
    RAW,
    STRICT,
    SPILL,
  },
  run = function(given, words)
    if #words < 2 or #words > 3 then
      M.raise("diff takes two or three dumps")
    end
    local recipes, limit, heaps = require("dryad.recipes.recipes"), allowed(given), {}
    for i, path in ipairs(words) do
      heaps[i] = load_heap(path, given)
    end
    print_finding(recipes.run(recipes.find("growth"), heaps, given.least and { "least=" .. given.least } or {}), given)
    return judge(limit, heaps[#heaps].total_size - heaps[1].total_size, "the heap grew by")
  end,
})

local function recipe_plain(recipe)
  return { name = recipe.name, summary = recipe.summary, from = recipe.from, path = recipe.path, error = recipe.error }
end

add("recipes", {
  usage = { "dryad recipes [options] [RECIPE]" },
  summary = "Lists the recipes, or explains one.",
  options = { JSON },
  run = function(given, words)
    local recipes = require("dryad.recipes.recipes")
    if words[2] then
      M.raise("recipes takes at most one name")
    end
    local found, message
    if words[1] then
      found, message = recipes.find(words[1])
      if not found then
        M.raise(message)
      end
    else
      found = recipes.list()
    end
    if not given.json then
      pager.show(tostring(found))
      return
    end
    local plain = recipe_plain(found)
    if not words[1] then
      plain = {}
      for i, recipe in ipairs(found) do
        plain[i] = recipe_plain(recipe)
      end
    end
    print_finding(plain, given)
  end,
})

add("index", {
  usage = { "dryad index [options] DUMP" },
  summary = "Writes an index beside a dump, DUMP.dryad, which later commands open in its place, at once.",
  options = {
    { "dominators", false, "with what dominates what, and retained sizes, which leaks and why ask for" },
    { "force", false, "replace a file of that name that is no index of the dump, if it is your own" },
    THREADS,
    RAW,
    STRICT,
    SPILL,
  },
  run = function(given, words)
    if #words ~= 1 then
      M.raise("index takes a dump")
    end
    local dryad, index, dump = require("dryad"), require("dryad.heap.index"), words[1]
    local path = index.path(dump)
    if index.is_path(dump) then
      M.raise(dump .. ": is an index already, by its name; index takes a dump")
    elseif dump == "-" or not index.facts(dump) and require("dryad.core").file_facts(dump) then
      M.raise(dump .. ": no file of its own, so that no index can lie beside it")
    end
    local options = loading(given)
    options.index = false
    local sink <close> = index.sink_beside(dump, given.force)
    local heap = dryad.load(dump, options)
    if given.dominators then
      heap:dominators()
    end
    index.write(heap, sink)
    print(index.summary(heap, path))
  end,
})

add("convert", {
  usage = { "dryad convert [options] IN OUT" },
  summary = "Writes a dump anew in the canonical format, each object once, compressed by name: .gz, .zst, or not.",
  options = {
    THREADS,
    { "redact", false, "contents become salted hashes: types, names, sizes, lengths and references stay" },
    { "remove-expensive-references", false, "leave out references to modules, frames, types and globals" },
    FORCE,
    STRICT,
    SPILL,
  },
  run = function(given, words)
    if #words ~= 2 then
      M.raise("convert takes the dump to read and the file to write")
    end
    require("dryad.program.convert").convert(words[1], words[2], {
      threads = M.threads(given),
      redact = given.redact,
      remove_expensive_references = given["remove-expensive-references"],
      force = given.force,
      strict = given.strict,
      spill = given.spill,
    })
  end,
})

local VALUES = { full = true, hash = true, none = true }

local function number_option(given, name, least)
  local number = tonumber(given[name])
  if given[name] and (not number or number < least) then
    local wanted = number and (" of at least %g"):format(least) or ""
    M.raise(("--%s takes a number%s, not '%s'"):format(name, wanted, given[name]))
  end
  return number
end

--- What a person wants to know of a dump that was made; its path alone goes to standard output.
local function print_dumped(done)
  local format, units = require "dryad.text.format", require "dryad.text.units"
  io.stderr:write(("process %d (%s): %s objects, %s of heap; %s resident; one thread was held for %.1f ms\n"):format(
    done.pid, format.printable(done.name), units.count(done.objects), units.bytes(done.heap_bytes),
    units.bytes(done.resident), done.held_seconds * 1000))
  if done.is_direct then
    io.stderr:write(("%s written in %.1fs\n"):format(units.bytes(done.file_bytes), done.seconds))
    return
  end
  io.stdout:write(done.path, "\n")
  io.stdout:flush()
  io.stderr:write(("%s in %.1fs. What leaks: %sdryad leaks %s\n"):format(units.bytes(done.file_bytes), done.seconds,
    os.getenv "SUDO_UID" and "sudo " or "", done.path))
end

add("dump", {
  usage = { "dryad dump [options] PID" },
  summary = "Dumps the heap of a running Python process, which need not know of Dryad.",
  options = {
    { "output", "FILE", "where to; .gz and .zst are compressed, - is standard output; %p is PID, %t the time, %h the "
      .. "host; heap-PID-TIME.dump.zst otherwise", short = "o" },
    FORCE,
    { "values", "KIND", "full (the default: what texts and numbers hold is in the file); hash: salted hashes; none" },
    { "max-value", "N", "characters of each text; 100 by default" },
    { "timeout", "SECONDS", "give up when nothing comes of it for so long; 60 by default" },
    { "max-size", "SIZE", "give up when the file becomes larger, such as 2G; by default nine tenths of the free room" },
    { "json", false, "the result as JSON" },
  },
  run = function(given, words)
    local pid = #words == 1 and words[1]:find "^[1-9]%d*$" and math.tointeger(words[1])
    local max_size = given["max-size"] and require("dryad.text.units").parse_size(given["max-size"])
    if not pid or pid > MOST_PID then
      M.raise(("dump takes the id of one process, such as 1234%s; see pgrep -a python"):format(
        words[1] and (", not '%s'"):format(table.concat(words, " ")) or ""))
    elseif given.output == "" then
      M.raise("--output takes the name of a file")
    elseif given.json and STANDARD_OUTPUT[given.output] then
      M.raise("--json and the dump cannot both go to standard output: give -o the name of a file")
    elseif given.values and not VALUES[given.values] then
      M.raise(("--values is full, hash or none, not '%s'"):format(given.values))
    elseif given["max-size"] and not max_size then
      M.raise(("--max-size takes a size such as 500M or 2G, not '%s'"):format(given["max-size"]))
    end
    local done = require("dryad.dump.dump").dump(pid, {
      path = given.output,
      force = given.force,
      values = given.values,
      max_value = math.tointeger(number_option(given, "max-value", 0)),
      timeout = number_option(given, "timeout", 0.001),
      max_size = max_size,
    })
    if given.json then
      print_finding(done, given)
    else
      print_dumped(done)
    end
  end,
})

add("help", {
  usage = { "dryad help [NAME]" },
  summary = "Explains a subcommand, or a name of the prompt.",
  run = function(_, words)
    if not words[1] then
      pager.show(require("dryad.program.cli").help())
    elseif M.by_name[words[1]] then
      pager.show(require("dryad.program.options").help(M.by_name[words[1]]))
    else
      local text, found = require("dryad.prompt.help").text(words[1])
      if not found then
        M.raise(text)
      end
      pager.show(text)
    end
  end,
})

return M
