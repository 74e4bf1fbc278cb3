-- SPDX-License-Identifier: MIT
--- Where objects were allocated, as tracemalloc saw it in their process.
-- @module dryad.analysis.sites

local check = require "dryad.text.argument_errors"
local core = require "dryad.core"
local format = require "dryad.text.format"
local order = require "dryad.text.order"
local render = require "dryad.text.render"
local units = require "dryad.text.units"

local M = {}

-- Objects with the same sites have the same text in `allocated`, so one of them stands for all.
local BY_SITES = [[
select min(address) address, count(*) count, sum(size) size, %s weight
from obj where address in list(?) and allocated is not null group by allocated]]

local Sites = { __name = "dryad.sites" }

function Sites.__tostring(rows)
  return render.printed(table.move(rows, 1, #rows, 1, { columns = rows.columns, empty = rows.empty }))
end

--- The first `frames` sites of an object, innermost first, on one line.
local function site_of(o, frames)
  local sites = o.allocated
  return table.concat(sites, " < ", 1, math.min(frames, #sites))
end

local function rows_of(list, frames, weight)
  local heap, rows, by_site = core.heap_of(list), {}, {}
  for _, found in ipairs(heap:sql(BY_SITES:format(weight), list)) do
    local site = site_of(heap[found.address], frames)
    local row = by_site[site]
    if not row then
      row = { site = site, count = 0, size = 0, weight = 0 }
      by_site[site], rows[#rows + 1] = row, row
    end
    row.count, row.size = row.count + found.count, units.add(row.size, found.size)
    row.weight = units.add(row.weight, found.weight)
  end
  table.sort(rows, order.largest_first("weight", "count", "site"))
  return rows
end

--- The line that allocated most of these objects, by what they retain; nil if the dump has no sites for them.
-- @tparam list list
-- @treturn table|nil `{site =, count =, of = the number of objects}`
-- @usage print(require("dryad.analysis.sites").main(heap "Session").site)
function M.main(list)
  local row = core.has_sites(core.heap_of(list)) and rows_of(list, 1, "sum(retained)")[1]
  return row and { site = row.site, count = row.count, of = #list } or nil
end

--- A result of @{main} in words: `allocated at app/cache.py:41 (1,500 of 1,501 objects)`.
-- @tparam table main
-- @treturn string
-- @usage print(sites.sentence(sites.main(heap "Session")))
function M.sentence(main)
  return ("allocated at %s (%s of %s objects)"):format(format.printable(main.site), units.count(main.count),
    units.count(main.of))
end

--- How to get a dump that tells the lines which allocate; nil if this one does, or is not of Dryad's scanner.
-- @tparam heap heap
-- @treturn string|nil
-- @usage print(sites.hint(heap))
function M.hint(heap)
  return heap.process and not core.has_sites(heap)
    and "To see which lines allocated them, start the program with PYTHONTRACEMALLOC=5 and dump it again." or nil
end

--- Where the members were allocated, if tracemalloc was tracing: lines of the program and what was allocated there,
-- the most bytes first. Members without a site are left out.
-- @function list:sites
-- @tparam[opt=1] integer frames more than one: the lines that called that line, too
-- @treturn {row,...} `{site =, count =, size =}`; prints as a table
-- @usage print(heap("dict"):sites())
function core.list.methods.sites(list, frames)
  check.self(list, "list", "sites")
  frames = frames == nil and 1 or frames
  check.argument(math.type(frames) == "integer" and frames >= 1, "sites", "frames", "a number of frames, from 1",
    frames)
  local rows = rows_of(list, frames, "sum(size)")
  for _, row in ipairs(rows) do
    row.weight = nil
  end
  rows.columns = { { "site" }, { "count", "count" }, { "size", "bytes" } }
  rows.empty = "the dump does not say where these objects were allocated"
  return setmetatable(rows, Sites)
end

return M
