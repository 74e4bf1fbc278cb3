-- SPDX-License-Identifier: MIT
--- Lays out Markdown for a terminal: filled to its width, and styled if it shows colours.
-- @module dryad.prompt.markdown_rendering

local columns = require "dryad.text.columns"
local format = require "dryad.text.format"
local layout = require "dryad.text.layout"
local markdown = require "dryad.prompt.markdown_parser"
local screen = require "dryad.text.screen"

local M = {}

local UNBROKEN = 40 -- code up to this long stays on one line
local NARROWEST_COLUMN = 6

local STYLES = { code = "cyan", strong = "bold", emphasis = "bold" }

local function mark(style, text)
  return style == "code" and not screen.colours "stdout" and "`" .. text .. "`" or text
end

--- The words of a text for @{dryad.text.layout.fill_words}. Pieces without a blank between them form one word, and so
-- does code no wider than `unbroken`.
local function words_of(text, unbroken)
  local words, is_glued = {}, false
  local function add(piece, style)
    if not is_glued or #words == 0 then
      words[#words + 1] = { width = 0 }
    end
    local word = words[#words]
    word[#word + 1] = style and screen.style(STYLES[style], piece) or piece
    word.width = word.width + format.width(piece)
  end
  for _, span in ipairs(markdown.spans(text)) do
    local shown = mark(span.style, span.text)
    if span.style == "code" and format.width(shown) <= unbroken then
      add(shown, span.style)
      is_glued = true
    else
      local ended = 1
      for from, piece, after in shown:gmatch "()(%S+)()" do
        is_glued = is_glued and from == ended
        add(piece, span.style)
        is_glued, ended = true, after
      end
      is_glued = is_glued and ended > #shown
    end
  end
  for _, word in ipairs(words) do
    word.text = table.concat(word)
  end
  return words
end

local function fill(text, width, indent, first)
  return layout.fill_words(words_of(text, math.min(UNBROKEN, width)), width, indent, first)
end

local writers = {}

function writers.heading(block)
  return screen.style("bold", block.text)
end

function writers.paragraph(block, width)
  return fill(block.text, width)
end

function writers.quote(block, width)
  return fill(block.text, width, "  ")
end

function writers.item(block, width)
  local outer = (" "):rep(block.indent + 2)
  local inner = outer .. (" "):rep(math.max(2, #block.marker + 1))
  local first = block.marker == "" and inner or outer .. block.marker .. " "
  return fill(block.text, width, inner, first)
end

function writers.code(block)
  local lines = {}
  for i, line in ipairs(block) do
    lines[i] = line == "" and "" or "    " .. screen.style("cyan", line)
  end
  return table.concat(lines, "\n")
end

--- Lays out a row whose cells may take several lines.
local function row_text(cells, widths, style)
  local filled, height = {}, 1
  for i, width in ipairs(widths) do
    local lines = {}
    for line in (fill(cells[i] or "", width) .. "\n"):gmatch "(.-)\n" do
      lines[#lines + 1] = line
    end
    filled[i], height = lines, math.max(height, #lines)
  end
  local rows = {}
  for at = 1, height do
    local parts = {}
    for i, width in ipairs(widths) do
      local text = filled[i][at] or ""
      local shown = text:gsub("\27%[%d*m", "")
      parts[i] = (style and screen.style(style, text) or text) .. (" "):rep(width - format.width(shown))
    end
    rows[at] = (table.concat(parts, columns.GAP):gsub("%s+$", ""))
  end
  return table.concat(rows, "\n")
end

function writers.table(block, width)
  local measured = {}
  for _, cells in ipairs(block) do
    for i, cell in ipairs(cells) do
      local own = 0
      for _, word in ipairs(words_of(cell, UNBROKEN)) do
        own = own + word.width + 1
      end
      measured[i] = measured[i] or { width = 1 }
      measured[i].width = math.max(measured[i].width, own - 1)
    end
  end
  columns.fit(measured, width, NARROWEST_COLUMN)
  local widths, lines, has_header = {}, {}, block.has_header
  local is_empty = has_header and not table.concat(block[1]):find "%S"
  for i, column in ipairs(measured) do
    widths[i] = column.width
  end
  for i = is_empty and 2 or 1, #block do
    lines[#lines + 1] = row_text(block[i], widths, has_header and i == 1 and "bold" or nil)
    if has_header and i == 1 then
      local rule = {}
      for k, own in ipairs(widths) do
        rule[k] = ("-"):rep(own)
      end
      lines[#lines + 1] = table.concat(rule, columns.GAP)
    end
  end
  return table.concat(lines, "\n")
end

--- Whether no blank line separates two blocks.
local function is_close(before, block)
  return before.kind == "item" and block.kind == "item" and block.marker ~= ""
end

--- Lays out a text for the terminal, in linear time. Code is never wrapped; control characters are escaped.
-- @tparam string text Markdown
-- @tparam[opt] integer width to fill; default: the terminal's, at most 80
-- @treturn string without a newline at its end
-- @usage print(require("dryad.prompt.markdown_rendering").render "# Title\n\nSome `code`.")
function M.render(text, width)
  width = width or layout.width()
  local parts, before = {}, nil
  for _, block in ipairs(markdown.blocks(format.printable_lines((text:gsub("\r\n", "\n"))))) do
    if before then
      parts[#parts + 1] = is_close(before, block) and "\n" or "\n\n"
    end
    parts[#parts + 1] = writers[block.kind](block, width)
    before = block
  end
  return table.concat(parts)
end

return M
