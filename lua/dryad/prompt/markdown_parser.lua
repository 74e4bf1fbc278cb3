-- SPDX-License-Identifier: MIT
--- Parses the Markdown of the manual and of help texts.
--
-- Supports the subset that our own files use: headings with `#`, paragraphs, items with `-`, `*` or `1.`, nested by
-- indentation, tables with `|`, quotes with `>`, code between fences or indented by four spaces, comments; within a
-- text `` `code` ``, `**strong**`, `*emphasis*`, `[text](target)` and a backslash before punctuation. Anything else is
-- text.
-- @module dryad.prompt.markdown_parser

local M = {}

local CODE_INDENT = 4
local ITEM_INDENT = 2 -- of the text of an item, at least

--- A line without the blanks around it. The usual `^%s*(.-)%s*$` takes quadratic time on a run of blanks.
local function trimmed(line)
  return line:match "^%s*(.*%S)" or ""
end

--- Appends a line to a block of text.
local function continue(block, line)
  block.lines[#block.lines + 1] = trimmed(line)
  return block
end

local function cells(line)
  local found = {}
  -- A bar in code or after a backslash separates no cells.
  local text = trimmed(line):gsub("^|", ""):gsub("|$", ""):gsub("\\|", "\1"):gsub("`[^`]*`", function(code)
    return (code:gsub("|", "\1"))
  end)
  for cell in (text .. "|"):gmatch "(.-)|" do
    found[#found + 1] = (trimmed(cell):gsub("\1", "|"))
  end
  return found
end

local function is_rule(line)
  return line:find("-", 1, true) ~= nil and not line:find "[^%s:|-]"
end

-- Every reader takes a line, the block that the line before left open, and the last block so far. It returns the block
-- that the line belongs to, or nil if the line is not of its kind. Until the end of the text, a block that may take
-- more lines has `lines` in place of `text`.

local function heading(line)
  local marks, text = line:match "^(#+)%s+(.*)$"
  return marks and { kind = "heading", level = #marks, text = trimmed(text) }
end

local function table_row(line, open)
  if not line:find "^%s*|" then
    return nil
  end
  local block = open and open.kind == "table" and open or { kind = "table" }
  if #block > 0 and is_rule(line) then
    block.has_header = true
  else
    block[#block + 1] = cells(line)
  end
  return block
end

local function item(line, _, last)
  local indent, marker, text = line:match "^(%s*)([-*])%s+(.*)$"
  if not indent then
    indent, marker, text = line:match "^(%s*)(%d+%.)%s+(.*)$"
  end
  if indent and (#indent < CODE_INDENT or last and last.kind == "item") then
    return { kind = "item", indent = #indent, marker = marker, lines = { text } }
  end
end

local function quote(line, open)
  local text = line:match "^>%s?(.*)$"
  if text and open and open.kind == "quote" then
    return continue(open, text)
  end
  return text and { kind = "quote", lines = { text } }
end

local function continuation(line, open)
  return open and open.lines and continue(open, line)
end

--- An indented line after a blank one: another paragraph of an item, or code.
local function indented(line, _, last)
  local indent, text = line:match "^(%s+)(.*)$"
  if not indent then
    return nil
  elseif last and last.kind == "item" and #indent >= ITEM_INDENT then
    return { kind = "item", indent = math.min(last.indent, #indent - ITEM_INDENT), marker = "", lines = { text } }
  elseif #indent >= CODE_INDENT then
    local block = last and last.kind == "code" and last or { kind = "code" }
    block[#block + 1] = line:sub(CODE_INDENT + 1)
    return block
  end
end

local function paragraph(line)
  return { kind = "paragraph", lines = { trimmed(line) } }
end

local READERS = { heading, table_row, item, quote, continuation, indented, paragraph }

local function read_line(line, open, last)
  for _, reader in ipairs(READERS) do
    local block = reader(line, open, last)
    if block then
      return block
    end
  end
end

--- A text without its comments. One that does not end is text.
local function without_comments(text)
  local kept, at = {}, 1
  while true do
    local from = text:find("<!--", at, true)
    local _, to = text:find("-->", from and from + 4 or #text + 1, true)
    if not to then
      kept[#kept + 1] = text:sub(at)
      return table.concat(kept)
    end
    kept[#kept + 1] = text:sub(at, from - 1)
    at = to + (text:sub(to + 1, to + 1) == "\n" and 2 or 1)
  end
end

--- Joins the lines of each block.
local function finished(blocks)
  for _, block in ipairs(blocks) do
    if block.lines then
      block.text, block.lines = table.concat(block.lines, " "), nil
    end
  end
  return blocks
end

--- The blocks of a text, in linear time.
-- @tparam string text
-- @tparam[opt] integer most the number of blocks to read; default: all
-- @treturn {table,...} `{kind = "heading", level =, text =}`, `{kind = "paragraph" or "quote", text =}`,
-- `{kind = "item", indent =, marker =, text =}`, `{kind = "code", line, ...}`,
-- `{kind = "table", has_header =, {cell, ...}, ...}`
-- @usage for _, block in ipairs(markdown.blocks "# Title\n\nText.") do print(block.kind, block.text) end
function M.blocks(text, most)
  most = most or math.huge
  local blocks, open, fenced, blanks = {}, nil, nil, 0
  for line in (without_comments(text) .. "\n"):gmatch "(.-)\r?\n" do
    if #blocks > most then
      break
    end
    local is_fence = line:find "^%s*```"
    if fenced and not is_fence then
      fenced[#fenced + 1] = line
    elseif is_fence then
      fenced = not fenced and { kind = "code" } or nil
      blocks[#blocks + 1], open = fenced, nil
    elseif not line:find "%S" then
      open, blanks = nil, blanks + 1
    else
      local last = blocks[#blocks]
      open = read_line(line, open, last)
      if open ~= last then
        blocks[#blocks + 1] = open
      elseif open.kind == "code" then
        for _ = 1, blanks do -- blank lines within code belong to it
          table.insert(open, #open, "")
        end
      end
      blanks = 0
    end
  end
  blocks[most + 1] = nil
  return finished(blocks)
end

local function link(text, target)
  local chapter = target:match "^([%w_-]+)%.md"
  if chapter then
    return text == chapter and text or ("%s (help %s)"):format(text, chapter)
  end
  return target:find "^%a+:" and target ~= text and ("%s (%s)"):format(text, target) or text
end

-- The spans that may begin at a position; the first pattern that matches wins.
local SPANS = {
  { "^``%s?(.-)%s?``()", "code" },
  { "^`([^`]+)`()", "code" },
  { "^%*%*(%S.-)%*%*()", "strong" },
  { "^%*(%w[^*]-)%*()%f[^%w*]", "emphasis" },
}

local function span_at(text, at)
  for _, span in ipairs(SPANS) do
    local piece, after = text:match(span[1], at)
    if piece and not (span[2] == "emphasis" and text:find("^%w", at - 1)) then
      return piece, after, span[2]
    end
  end
end

--- Returns a function that finds the first match of a pattern for one character from a position on, or the end of the
-- text. Positions must ascend, so that it searches each part of the text only once.
local function finder(text, pattern)
  local found = 0
  return function(from)
    if found < from then
      found = text:find(pattern, from) or #text + 1
    end
    return found
  end
end

--- Returns a function that reads the link at a position: its text, and where it ends.
local function link_reader(text)
  local bracket, ending = finder(text, "%]"), finder(text, "[%s)]")
  return function(at)
    local close = text:sub(at, at) == "[" and bracket(at + 1)
    if not close or text:sub(close, close + 1) ~= "](" then
      return nil
    end
    local last = ending(close + 2)
    if last > close + 2 and text:sub(last, last) == ")" then
      return link(text:sub(at + 1, close - 1), text:sub(close + 2, last - 1)), last + 1
    end
  end
end

--- The characters without a style at a position, and where they end.
local function plain_at(text, at)
  local escaped = text:match("^\\(%p)", at)
  if escaped then
    return escaped, at + 2
  end
  local after = text:find("[`*%[\\]", at + 1) or #text + 1
  return text:sub(at, after - 1), after
end

--- The pieces of a block's text.
-- @tparam string text
-- @treturn {table,...} `{text =, style = "code", "strong", "emphasis" or nil}`
-- @usage for _, span in ipairs(markdown.spans "see `heap:why`") do print(span.style, span.text) end
function M.spans(text)
  local spans, plain, at, link_at = {}, {}, 1, link_reader(text)
  local function add_plain()
    if #plain > 0 then
      spans[#spans + 1], plain = { text = table.concat(plain) }, {}
    end
  end
  while at <= #text do
    local piece, after, style = span_at(text, at)
    if piece then
      add_plain()
      spans[#spans + 1] = piece ~= "" and { style = style, text = piece } or nil
    else
      piece, after = link_at(at)
      if not piece then
        piece, after = plain_at(text, at)
      end
      plain[#plain + 1] = piece ~= "" and piece or nil
    end
    at = after
  end
  add_plain()
  return spans
end

return M
