-- SPDX-License-Identifier: MIT
--- Growths in words.
-- @module dryad.analysis.growth_text

local format = require "dryad.text.format"
local screen = require "dryad.text.screen"
local share_bar = require "dryad.text.share_bar"
local sites = require "dryad.analysis.sites"
local units = require "dryad.text.units"

local M = {}

local CLASSES = 4 -- named as inside a growth
local WIDTH = 90 -- columns of these, at most
local SHOWN = 8 -- growths printed
local LATEST = 7 -- counts printed of steps, apart from the first

local function change(before, after, show)
  return ("%s -> %s"):format(show(before), show(after))
end

local function share(growth, total)
  return total > 0 and (", %.0f%% of what was added"):format(100 * math.min(1, growth.bytes / total)) or ""
end

--- What was added, in a few words: `600 shop.Ticket`.
-- @tparam growth growth
-- @treturn string
-- @usage print(growth_text.what(diff:growth()[1]))
function M.what(growth)
  if growth.class == "<thread>" then
    return units.quantity(growth.count, "thread")
  elseif growth.class then
    return ("%s %s"):format(units.count(growth.count), format.short(growth.name or growth.class))
  elseif growth.count > 0 then
    return units.count(growth.count) .. " items"
  end
  return ("a %s %s"):format(growth.is_new and "new" or "larger", format.short(growth.kind))
end

--- Where it was added, as the end of a sentence: ` in shop.DESK.closed`.
-- @tparam growth growth
-- @treturn string
-- @usage print("grown" .. growth_text.where(diff:growth()[1]))
function M.where(growth)
  if growth.is_garbage then
    return " as garbage"
  end
  return growth.way and " in " .. growth.way or ""
end

local function headline(growth, total)
  if growth.is_garbage then
    return ("%s more as garbage, %s%s"):format(M.what(growth), units.bytes(growth.bytes), share(growth, total))
  elseif growth.is_new and growth.count == 0 then
    return ("a new %s of %s%s"):format(format.short(growth.kind), units.bytes(growth.bytes), share(growth, total))
  elseif growth.count == 0 then
    return ("%s larger by %s%s"):format(format.short(growth.kind), units.bytes(growth.bytes), share(growth, total))
  elseif growth.is_tree then
    return ("%s more in a tree, %s%s"):format(M.what(growth), units.bytes(growth.bytes), share(growth, total))
  elseif growth.is_chain then
    return ("%s more in a chain of %s, %s%s"):format(M.what(growth), units.count(growth.counts[#growth.counts]),
      units.bytes(growth.bytes), share(growth, total))
  end
  return ("%s more, %s with all they hold%s"):format(M.what(growth), units.bytes(growth.bytes), share(growth, total))
end

--- A headline in which what grew stands out.
local function emphasised(text, growth)
  local what = M.what(growth)
  what = text:sub(1, #what) == what and what or format.short(growth.kind)
  return screen.emphasised(text, what)
end

--- The items of what holds a growth: before, after, and what to call them.
local function items(growth)
  local before, after = growth.items_before, growth.items_after
  if after and not growth.is_chain and (before or growth.is_new) then
    return before or 0, after, "items"
  end
  return growth.counts[1], growth.counts[#growth.counts], growth.is_chain and "links" or "items"
end

--- What holds a growth, and how that changed.
local function holder_line(growth)
  local before, after, name = items(growth)
  local parts = {}
  if growth.count > 0 and not growth.is_tree then
    parts[1] = change(before, after, units.count) .. " " .. name
  end
  parts[#parts + 1] = ("%s %s"):format(growth.object and "retains" or "with all they hold",
    change(growth.retained_before, growth.retained_after, units.bytes))
  local kind = format.short(growth.kind)
  if not growth.object then
    return ("in %s %s, %s: %s"):format(units.count(growth.holders), kind, screen.style("green", growth.way),
      table.concat(parts, ", "))
  end
  return ("in %s: %s%s %s"):format(screen.style("green", growth.way), growth.is_new and "new " or "", kind,
    table.concat(parts, ", "))
end

local function inside_line(growth)
  local text, rows = "", growth.classes
  for i = 1, math.min(CLASSES, #rows) do
    local part = ("%s %s (%s)"):format(units.count(rows[i].count), format.short(rows[i].class),
      units.bytes(rows[i].size))
    if i > 1 and #text + #part > WIDTH then
      break
    end
    text = text .. (i > 1 and ", " or "") .. part
  end
  return text ~= "" and "Added, by their own sizes: " .. text or nil
end

local HELD = {
  thread = "each in a thread of its own", frame = "in running frames", native = "held by native code",
  atexit = "registered with atexit", signal = "handling signals", interpreter = "held by the interpreter",
}

--- What keeps objects alive with which ways start.
local function start_line(growth)
  return ("%s: %s %s"):format(HELD[growth.root] or "held by nothing in the dump, so garbage or held by native code",
    change(growth.counts[1], growth.counts[#growth.counts], units.count), growth.root == "thread" and "threads"
    or format.short(growth.kind))
end

--- The counts at each step; of many, the first and the latest ones. One that is not known is a question mark.
local function steps_text(counts)
  local texts = {}
  for i, count in ipairs(counts) do
    if i == 1 or i > #counts - LATEST then
      texts[#texts + 1] = math.type(count) and units.count(count) or "?"
    elseif i == 2 then
      texts[2] = "..."
    end
  end
  return table.concat(texts, " -> ")
end

--- A growth as lines of text.
-- @tparam growth growth
-- @tparam integer number what it begins with
-- @tparam integer total the bytes of all growth
-- @treturn {string,...}
-- @usage print(table.concat(growth_text.lines(growth, 1, growth.bytes), "\n"))
function M.lines(growth, number, total)
  local lines = { ("%d. %s"):format(number, emphasised(headline(growth, total), growth)) }
  local function add(text)
    lines[#lines + 1] = text and "   " .. text or nil
  end
  add(total > 0 and share_bar(growth.bytes / total) or nil)
  if growth.way then
    add(holder_line(growth))
  elseif growth.is_garbage then
    add(("%s objects, %s"):format(change(growth.counts[1], growth.counts[#growth.counts], units.count),
      change(growth.sizes[1], growth.sizes[#growth.sizes], units.bytes)))
  else
    add(start_line(growth))
  end
  add(inside_line(growth))
  if growth.mechanism then
    add("Kept by " .. growth.mechanism.text)
  end
  for _, line in ipairs(growth.lines or {}) do
    add(line)
  end
  if growth.allocated then
    add("They were " .. sites.sentence(growth.allocated))
  end
  if #growth.counts > 2 then
    add(("%s: %s"):format(growth.steady and "Grew at every step" or "Did not grow at every step",
      steps_text(growth.counts)))
  end
  return lines
end

--- Growths as text, the largest first.
-- @tparam {growth,...} growths with `total`, the bytes of all growth
-- @treturn string
-- @usage print(growth_text.list(diff:growth()))
function M.list(growths)
  local lines = {}
  for i, growth in ipairs(growths) do
    if i > SHOWN then
      lines[#lines + 1] = ("... and %d more that grew less"):format(#growths - SHOWN)
      break
    end
    table.move(M.lines(growth, i, growths.total), 1, 99, #lines + 1, lines)
  end
  return #lines > 0 and table.concat(lines, "\n") or "Nothing that can be named grew by much."
end

return M
