-- SPDX-License-Identifier: MIT
--- Leak suspects in words.
-- @module dryad.analysis.suspects_text

local by_class = require "dryad.analysis.suspects_by_class"
local core = require "dryad.core"
local format = require "dryad.text.format"
local garbage = require "dryad.analysis.garbage"
local holders = require "dryad.analysis.holders"
local naming = require "dryad.analysis.naming"
local process = require "dryad.heap.process"
local screen = require "dryad.text.screen"
local share_bar = require "dryad.text.share_bar"
local sites = require "dryad.analysis.sites"
local units = require "dryad.text.units"

local M = {}

local INDENT = "   " -- of what is below a suspect
local KINDS = 5 -- listed as what a suspect contains
local WIDTH = 90 -- columns of that list, at most
local FIRST_REFS = 16 -- of an object: its code is among them
local MOST_LINES = 100 -- of a suspect
local NESTED = 2 -- times as many objects as topmost ones: the others are worth a word

--- How the objects of a kind hang together: "chain", "tree", or nil if they lie side by side.
-- @tparam suspect suspect with `count`, `depth` and `heads`
-- @treturn string|nil
-- @usage print(words.shape(suspect))
function M.shape(suspect)
  if not suspect.depth or suspect.count < NESTED * #suspect.heads then
    return nil
  end
  return #suspect.heads * suspect.depth >= suspect.count / 2 and "chain" or "tree"
end

local PLURALS = { class = "classes", async_generator = "async generators" }

--- The name of what was made from a definition: its own, else its code's; nil if the dump has neither.
local function name_of(o)
  local name = naming.name(o)
  for i = 1, name and 0 or math.min(#o, FIRST_REFS) do
    name = name or o[i].type_str == "code" and naming.name(o[i]) or nil
  end
  return name
end

--- A kind in words: `shop.Session`, `functions on_retry`, `generators fetch_pages (app.py:12)`.
-- @tparam table row a suspect, or a row of core.contents
-- @tparam integer count of its objects: 1 for the singular
-- @tparam[opt] boolean without_place
-- @treturn string
-- @usage print(words.kind(row, 2))
function M.kind(row, count, without_place)
  local o = row.defined
  if row.named then
    return format.short(("%s %s"):format(count == 1 and row.type or row.type .. "s", row.named))
  elseif not o then
    return format.short(row.class or row.type or row.type_str)
  end
  local what = row.defines and "class" or row.type
  if count ~= 1 then
    what = PLURALS[what] or what .. "s"
  end
  local name = row.defines and format.short(row.defines) or name_of(o)
  local has_place = not without_place and o.file and o.line
  local place = has_place and format.printable((" (%s:%d)"):format(o.file:match "[^/]*$", o.line)) or ""
  return ("%s%s%s"):format(format.short(what), name and " " .. name or "", place)
end

--- By which attribute the first of a chain keeps the second.
local function link_of(chain)
  local first, second = chain[1], chain[2]
  local is_direct = second and #(first.c & core.list_of(core.heap_of(chain), { second })) > 0
  local label = is_direct and core.label_between(first, second) or ""
  return label:find "^%." and ("by `%s`"):format(format.short(label)) or "alive"
end

--- Describes a suspect in a sentence.
-- @tparam suspect suspect
-- @treturn string
-- @usage print(words.sentence(dryad.leak_suspects(heap)[1]))
function M.sentence(suspect)
  local count, share = suspect.count, units.percent(suspect.fraction)
  if suspect.kind == "garbage" then
    return garbage.sentence(suspect)
  end
  local kind, retained = M.kind(suspect, count), units.bytes(suspect.retained)
  if suspect.kind == "object" then
    local len = suspect.object.len
    return ("One %s%s retains %s, %s of the heap."):format(kind,
      len and len > 1 and (" of %s entries"):format(units.count(len)) or "", retained, share)
  elseif suspect.links then
    return ("A chain of %s %s, linked by %s, retains %s, %s of the heap."):format(units.count(count), kind,
      table.concat(suspect.links, " and "), retained, share)
  elseif suspect.chain and #suspect.heads == 1 then
    return ("A chain of %s %s, each keeping the next %s, retains %s, %s of the heap."):format(units.count(count),
      kind, link_of(suspect.objects), retained, share)
  elseif suspect.shape == "tree" and #suspect.heads == 1 then
    return ("A tree of %s %s retains %s, %s of the heap."):format(units.count(count), kind, retained, share)
  elseif suspect.shape then
    return ("%s %s, heads of %ss of %s, retain %s, %s of the heap."):format(units.count(#suspect.heads), kind,
      suspect.shape, units.count(count), retained, share)
  end
  return ("%s %s retain %s, %s of the heap (%s each)."):format(units.count(count), kind, retained, share,
    units.bytes(suspect.retained / math.max(1, count)))
end

--- What the sentence about a suspect is about.
local function name_in_sentence(suspect)
  return suspect.kind == "garbage" and suspect.kinds[1].name or M.kind(suspect, suspect.count)
end

--- What a suspect contains, the program's own first; a few containers say nothing. Of common objects, what they take
-- themselves is told, of others what they retain.
-- @tparam suspect suspect
-- @treturn {row,...} `{text = the kind in words, count =, bytes =, of = the row of the suspect's contents}`
-- @usage print(words.contents(dryad.leak_suspects(heap)[1])[1].text)
function M.contents(suspect)
  local rows = {}
  for _, row in ipairs(suspect.contents) do
    local count, is_common = row.all or row.count, row.common or not row.retained and row.origin == "interpreter"
    if not is_common or count >= by_class.MANY then
      rows[#rows + 1] = {
        count = count, rank = is_common and 1 or 0,
        bytes = not is_common and row.retained or row.size or row.total_size,
        text = M.kind(row, count, true), of = row,
      }
    end
  end
  table.sort(rows, function(a, b)
    if a.rank ~= b.rank then
      return a.rank < b.rank
    elseif a.bytes ~= b.bytes then
      return a.bytes > b.bytes
    end
    return a.text < b.text
  end)
  return rows
end

local function inside_line(suspect)
  local text, listed = "Inside: ", 0
  for _, found in ipairs(M.contents(suspect)) do
    local piece = ("%s %s (%s)"):format(units.count(found.count), found.text, units.bytes(found.bytes))
    if listed == KINDS or listed > 0 and #text + #piece > WIDTH then
      break
    end
    text, listed = text .. (listed > 0 and ", " or "") .. piece, listed + 1
  end
  return listed > 0 and text or nil
end

--- Where an object is that retains much, and where that piles up.
local function place_lines(suspect)
  local lines, is_place = {}, suspect.object == suspect.accumulation
  local way = suspect.path and screen.style("green", suspect.path:expression())
  lines[1] = way and is_place and "It is " .. way or nil
  lines[#lines + 1] = ("It piles up in %s%s"):format(way and not is_place and way .. "  " or "",
    tostring(suspect.accumulation))
  return lines
end

local function around_line(suspect)
  local around = suspect.around
  return around and around.holder and ("Within %s %s, held by %s"):format(units.count(#around.objects),
    M.kind(around, #around.objects), screen.style("green", tostring(around.holder))) or nil
end

local function within_line(suspect)
  return suspect.within and ("It lies inside %d"):format(suspect.within) or nil
end

local function duplicates_line(suspect)
  local equal = suspect.duplicates
  return equal and ("%s of the %s strings in it equal another: %s"):format(units.count(equal.redundant),
    units.count(equal.strings), units.bytes(equal.wasted)) or nil
end

--- Where the objects of a suspect were allocated; nil if that is not known.
-- @tparam suspect suspect
-- @treturn string|nil
-- @usage print(words.allocation(dryad.leak_suspects(heap)[1]))
function M.allocation(suspect)
  if not suspect.allocated then
    return nil
  end
  local who = suspect.kind ~= "object" and "They were "
    or suspect.allocated.of > 1 and "What piles up was " or "It was "
  return who .. screen.style("bold", sites.sentence(suspect.allocated))
end

--- What is worth knowing of a suspect besides its holders, its mechanism, its contents and where it was allocated.
-- @tparam suspect suspect
-- @treturn {string,...}
-- @usage print(table.concat(words.remarks(dryad.leak_suspects(heap)[1]), "\n"))
function M.remarks(suspect)
  local lines = suspect.kind == "garbage" and garbage.lines(suspect)
    or suspect.kind == "object" and place_lines(suspect) or {}
  for _, describe in ipairs { around_line, within_line, duplicates_line } do
    lines[#lines + 1] = describe(suspect)
  end
  return lines
end

--- A suspect as lines of text.
-- @tparam suspect suspect
-- @tparam integer number
-- @tparam[opt=""] string margin before each line
-- @treturn {string,...}
-- @usage print(table.concat(words.lines(suspect, 1), "\n"))
function M.lines(suspect, number, margin)
  margin = margin or ""
  local sentence = screen.emphasised(M.sentence(suspect), name_in_sentence(suspect))
  local lines, indent = { ("%s%d. %s"):format(margin, number, sentence) }, margin .. INDENT
  local function add(text)
    lines[#lines + 1] = text and indent .. text
  end
  add(share_bar(suspect.fraction))
  if suspect.kind == "garbage" then
    for _, line in ipairs(garbage.lines(suspect)) do
      add(line)
    end
  elseif suspect.kind == "object" then
    for _, line in ipairs(place_lines(suspect)) do
      add(line)
    end
  else
    add(suspect.shape and #suspect.heads == 1 and "Its head is held by" or "Held by")
    table.move(holders.lines(suspect.holders, #suspect.heads, indent), 1, #suspect.holders + 1, #lines + 1, lines)
  end
  add(around_line(suspect))
  if suspect.mechanism then
    add("Kept by " .. screen.style("bold", suspect.mechanism.text))
  end
  add(inside_line(suspect))
  add(within_line(suspect))
  add(duplicates_line(suspect))
  add(M.allocation(suspect))
  return lines
end

--- The numbers of the suspects in the order in which they are told: each is followed by those that lie in it.
-- @tparam {suspect,...} suspects
-- @treturn {integer,...}
-- @usage print(table.concat(words.order(dryad.leak_suspects(heap)), " "))
function M.order(suspects)
  local inside, numbers = {}, {}
  for i, suspect in ipairs(suspects) do
    local outer = suspect.within or 0
    inside[outer] = inside[outer] or {}
    table.insert(inside[outer], i)
  end
  for _, i in ipairs(inside[0] or {}) do
    numbers[#numbers + 1] = i
    table.move(inside[i] or {}, 1, #(inside[i] or {}), #numbers + 1, numbers)
  end
  return numbers
end

--- That there are no suspects, and what to do next.
-- @tparam {suspect,...} suspects none
-- @treturn string
-- @usage print(words.nothing(dryad.leak_suspects(heap, 1)))
function M.nothing(suspects)
  local heap = suspects.heap
  return ("No leak suspects: nothing retains %s or more of %s. %s"):format(units.percent(suspects.asked),
    units.bytes(heap.total_size), process.next_step(heap))
end

--- All suspects, with what is known of the process.
-- @tparam {suspect,...} suspects
-- @treturn string
-- @usage print(words.report(dryad.leak_suspects(heap)))
function M.report(suspects)
  local heap, lines = suspects.heap, { #suspects == 0 and M.nothing(suspects) or nil }
  for place, i in ipairs(M.order(suspects)) do
    if place > 1 then
      lines[#lines + 1] = ""
    end
    table.move(M.lines(suspects[i], i, suspects[i].within and INDENT), 1, MOST_LINES, #lines + 1, lines)
  end
  if suspects.is_cut then
    lines[#lines + 1] = "\nand more that retain less"
  end
  local hint = #suspects > 0 and sites.hint(heap)
  if hint then
    lines[#lines + 1] = "\n" .. hint
  end
  return process.introduced(heap, table.concat(lines, "\n"))
end

return M
