-- SPDX-License-Identifier: MIT
local findings = require "dryad.program.findings"
local loading = require "dryad.program.loading"
local payload = require "dryad.report.payload"
local processes = require "dryad.program.processes"
local report_file = require "dryad.program.report_file"
local series = require "dryad.report.series"
local shared = require "dryad.program.shared_declarations"

local ENDINGS = { "%.gz$", "%.zst$", "%.dryad$", "%.dump$", "%.json$", "%.db$" } -- of dumps, indexes and databases

--- The page of a dump, in the current folder: `app.report.html` of `app.dump.zst`.
local function page_of(word)
  local pid = processes.pid(word)
  local name, before = pid and "process-" .. word or word:match "[^/]*$", nil
  while name ~= before do
    before = name
    for _, ending in ipairs(ENDINGS) do
      name = name:gsub(ending, "")
    end
  end
  name = name ~= "" and name ~= "-" and name .. ".report.html" or "report.html"
  return name:find "^%-" and "./" .. name or name
end

--- Loads all dumps, and what a report tells of each. Only the first and the last stay in memory.
local function load(words, given)
  local heaps, told = {}, series.new()
  for i, word in ipairs(words) do
    local heap = loading.heap(word, given)
    told:add(heap)
    if i == 1 or i == #words then
      heaps[#heaps + 1] = heap
    else
      heap:close()
    end
  end
  return heaps, told
end

local function make(words, given)
  local heaps, told = load(words, given)
  local names = {}
  for i, word in ipairs(words) do
    names[i] = given.keep and processes.pid(word) and given.keep or word
  end
  return payload.of(heaps, {
    names = names, points = told.points, growths = told.growths, title = given.title,
    fraction = given.fraction,
  }), heaps
end

local function write_page(words, given)
  local path = given.output or page_of(words[#words])
  if path == given.keep then
    error("--keep names the file of the page: the dump needs one of its own", 0)
  end
  local file <close> = report_file.open(path, {
    force = given.force, inputs = given.inputs, literal = not given.output,
  })
  file:write((make(words, given)))
end

return {
  summary = "Writes what is found in dumps as one HTML page.",
  arguments = {
    shared.dump,
    { "LATER", type = "dump", many = true, optional = true, help = "later dumps: the page shows what grew" },
  },
  takes = "at least one dump",
  options = {
    {
      "output", "FILE", "write to FILE, - is standard output; default: app.report.html of app.dump.zst, in the current "
        .. "folder; a name that ends in .gz or .zst compresses it", short = "o", type = "file",
    },
    { "force", false, "replace an existing page, or file of --keep, if it is your own" },
    { "title", "TEXT", "the title of the page; default: the name of the dump" },
    shared.fraction,
    shared.keep, shared.threads, { "json", false, "print the data of the page as JSON instead" }, shared.raw,
    shared.strict, shared.spill, shared.max_text, shared.max_memory,
  },
  text = "The page is one file of less than 2 MB that needs no network: the process, leak suspects, an icicle and a "
    .. "treemap of what retains what, classes, threads, garbage and waste. With several dumps it shows the last, and "
    .. "what grew from the first to the last. Only these two are in memory at the same time. See `help reports`.",
  examples = {
    { "dryad report app.dump.zst", "the page app.report.html" },
    { "dryad report 1234 -o leak.html --title 'billing'", "of process 1234, with a title" },
    { "dryad report monday.dump tuesday.dump -o week.html", "also what grew" },
  },
  json = payload.SHAPE,
  run = function(given, words)
    if given.json and given.output then
      error("--json prints the data of the page, --output writes the page: give one of them", 0)
    elseif given.json then
      local made, heaps = make(words, given)
      findings.print(made, given, { command = "report", heaps = heaps })
      return
    end
    write_page(words, given)
  end,
}
