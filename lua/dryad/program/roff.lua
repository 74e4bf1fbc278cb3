-- SPDX-License-Identifier: MIT
--- Converts Markdown and plain text to roff, for manual pages.
-- @module dryad.program.roff

local layout = require "dryad.text.layout"
local markdown = require "dryad.prompt.markdown_parser"

local M = {}

--- Escapes what is special to roff in a plain text.
-- @tparam string text
-- @treturn string
-- @usage roff.escape "--json" --> \-\-json
function M.escape(text)
  text = text:gsub("\\", "\\e"):gsub("-", "\\-")
  return (text:gsub("^[.']", "\\&%0"):gsub("\n([.'])", "\n\\&%1"))
end

--- A plain text in bold.
-- @tparam string text
-- @treturn string
-- @usage roff.bold "heap" --> \fBheap\fR
function M.bold(text)
  return "\\fB" .. M.escape(text) .. "\\fR"
end

local ROMAN = { options = true, ["or"] = true } -- words that are neither typed nor placeholders

--- A usage line: placeholders (in capitals) in italics, options and names in bold.
-- @tparam string text
-- @treturn string
-- @usage roff.usage "--threads N" --> \fB\-\-threads\fR \fIN\fR
function M.usage(text)
  return (M.escape(text):gsub("[%w\\_.-]+", function(word)
    local is_placeholder = word:find "^%u[%u%d_]*$" or word:find "^%u+%."
    local is_name = word:find "%l" and not ROMAN[word] or word:find "^\\%-"
    return is_placeholder and "\\fI" .. word .. "\\fR" or is_name and "\\fB" .. word .. "\\fR" or word
  end))
end

local WIDTH = 78 -- of lines in the file

local FONTS = { code = "B", strong = "B", emphasis = "I" }

--- The text of a block, with its styles.
-- @tparam string text Markdown
-- @treturn string
-- @usage roff.text "see `heap:why`" --> see \fBheap:why\fR
function M.text(text)
  local pieces = {}
  for i, span in ipairs(markdown.spans(text)) do
    local font = FONTS[span.style]
    local escaped = M.escape(span.text)
    pieces[i] = font and "\\f" .. font .. escaped .. "\\fR" or escaped
  end
  return (layout.fill(table.concat(pieces), WIDTH):gsub("\n([.'])", "\n\\&%1"))
end

local writers = {}

function writers.paragraph(block)
  return ".PP\n" .. M.text(block.text)
end

writers.quote = writers.paragraph

function writers.heading(block)
  return ".SS " .. M.text(block.text)
end

function writers.item(block)
  return (".IP %s 4\n%s"):format(block.marker == "-" and "\\(bu" or M.escape(block.marker), M.text(block.text))
end

function writers.code(block)
  return ".PP\n.EX\n" .. M.escape(table.concat(block, "\n")) .. "\n.EE"
end

--- Converts a text to roff paragraphs. The page before it must end with a macro, such as `.PP`.
-- @tparam string text Markdown without tables
-- @treturn string
-- @usage print(roff.render "One.\n\n- two")
function M.render(text)
  local parts = {}
  for i, block in ipairs(markdown.blocks(text)) do
    parts[i] = writers[block.kind](block)
  end
  return (table.concat(parts, "\n"):gsub("^%.PP\n", ""))
end

return M
