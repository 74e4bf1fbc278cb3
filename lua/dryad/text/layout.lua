-- SPDX-License-Identifier: MIT
--- Lays out prose: filled paragraphs, and names with their definitions, in at most 80 columns.
-- @module dryad.text.layout

local format = require "dryad.text.format"
local screen = require "dryad.text.screen"

local M = {}

local WIDEST = 80
local NARROWEST = 40 -- narrower terminals wrap lines themselves
local GAP = 2

--- The width to fill: the terminal's, at most 80 columns.
-- @treturn integer
-- @usage print(layout.fill(text, layout.width()))
function M.width()
  local _, columns = screen.size()
  return math.max(NARROWEST, math.min(WIDEST, columns or WIDEST))
end

--- Fills lines with words. A word wider than a line gets a line of its own.
-- @tparam {table,...} words `{text =, width =}`; the text may hold control sequences, which take no width
-- @tparam integer width of a line
-- @tparam[opt=""] string indent before each line
-- @tparam[opt=indent] string first before the first line
-- @treturn string
-- @usage layout.fill_words({ { text = "\27[1mheap\27[0m", width = 4 } }, 80)
function M.fill_words(words, width, indent, first)
  indent = indent or ""
  local lines, line, used = {}, first or indent, format.width(first or indent)
  local is_empty = true
  for _, word in ipairs(words) do
    if not is_empty and used + 1 + word.width > width then
      lines[#lines + 1] = line
      line, used, is_empty = indent, format.width(indent), true
    end
    line = line .. (is_empty and "" or " ") .. word.text
    used = used + (is_empty and 0 or 1) + word.width
    is_empty = false
  end
  lines[#lines + 1] = line
  return table.concat(lines, "\n")
end

--- The same for a plain text, in which a line end counts as a blank.
-- @tparam string text
-- @tparam integer width
-- @tparam[opt=""] string indent before each line
-- @tparam[opt=indent] string first before the first line
-- @treturn string
-- @usage print(layout.fill("one two three", 9)) --> one two
--                                                  --> three
function M.fill(text, width, indent, first)
  local words = {}
  for word in text:gmatch "%S+" do
    words[#words + 1] = { text = word, width = format.width(word) }
  end
  return M.fill_words(words, width, indent, first)
end

--- Names in a column and their definitions in a second one; a name too wide for its column gets a line of its own.
-- @tparam {table,...} rows `{name, text}`
-- @tparam integer width
-- @treturn {string,...} lines
-- @usage layout.definitions({ { "--json", "findings as JSON" } }, 80)
function M.definitions(rows, width)
  local widest, most = 0, width // 3
  for _, row in ipairs(rows) do
    local own = format.width(row[1])
    widest = own <= most and math.max(widest, own) or widest
  end
  local indent = (" "):rep(GAP + widest + GAP)
  local lines = {}
  for _, row in ipairs(rows) do
    local name = (" "):rep(GAP) .. row[1]
    local first = name .. (" "):rep(#indent - format.width(name))
    if format.width(first) > #indent then
      lines[#lines + 1] = name
      first = indent
    end
    lines[#lines + 1] = M.fill(row[2], width, indent, first)
  end
  return lines
end

return M
