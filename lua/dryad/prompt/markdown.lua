-- SPDX-License-Identifier: MIT
--- Parses the Markdown of the manual and of help texts.
--
-- Supports the subset that our own files use: headings with `#`, paragraphs, items with `-`, `*` or `1.`, nested by
-- indentation, tables with `|`, quotes with `>`, code between fences or indented by four spaces, comments; within a
-- text `` `code` ``, `**strong**`, `*emphasis*`, `[text](target)` and a backslash before punctuation. Anything else is
-- text.
-- @module dryad.prompt.markdown

local M = {}

local CODE_INDENT = 4
local ITEM_INDENT = 2 -- of the text of an item, at least

--- Appends a line to the text of a block.
local function continue(block, line)
  block.text = block.text .. " " .. line:match "^%s*(.-)%s*$"
  return block
end

local function cells(line)
  local found = {}
  -- A bar in code or after a backslash separates no cells.
  local text = line:match("^%s*|?(.-)|?%s*$"):gsub("\\|", "\1"):gsub("`[^`]*`", function(code)
    return (code:gsub("|", "\1"))
  end)
  for cell in (text .. "|"):gmatch "(.-)|" do
    found[#found + 1] = (cell:match("^%s*(.-)%s*$"):gsub("\1", "|"))
  end
  return found
end

local function is_rule(line)
  return line:find "^%s*|?[%s:|-]*%-[%s:|-]*$" ~= nil
end

-- Every reader takes a line, the block that the line before left open, and the last block so far. It returns the block
-- that the line belongs to, or nil if the line is not of its kind.

local function heading(line)
  local marks, text = line:match "^(#+)%s+(.-)%s*$"
  return marks and { kind = "heading", level = #marks, text = text }
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
    return { kind = "item", indent = #indent, marker = marker, text = text }
  end
end

local function quote(line, open)
  local text = line:match "^>%s?(.*)$"
  if text and open and open.kind == "quote" then
    return continue(open, text)
  end
  return text and { kind = "quote", text = text }
end

local function continuation(line, open)
  return open and open.text and open.kind ~= "heading" and continue(open, line)
end

--- An indented line after a blank one: another paragraph of an item, or code.
local function indented(line, _, last)
  local indent, text = line:match "^(%s+)(.*)$"
  if not indent then
    return nil
  elseif last and last.kind == "item" and #indent >= ITEM_INDENT then
    return { kind = "item", indent = math.min(last.indent, #indent - ITEM_INDENT), marker = "", text = text }
  elseif #indent >= CODE_INDENT then
    local block = last and last.kind == "code" and last or { kind = "code" }
    block[#block + 1] = line:sub(CODE_INDENT + 1)
    return block
  end
end

local function paragraph(line)
  return { kind = "paragraph", text = line:match "^%s*(.-)%s*$" }
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

--- The blocks of a text.
-- @tparam string text
-- @treturn {table,...} `{kind = "heading", level =, text =}`, `{kind = "paragraph" or "quote", text =}`,
-- `{kind = "item", indent =, marker =, text =}`, `{kind = "code", line, ...}`,
-- `{kind = "table", has_header =, {cell, ...}, ...}`
-- @usage for _, block in ipairs(markdown.blocks "# Title\n\nText.") do print(block.kind, block.text) end
function M.blocks(text)
  local blocks, open, fenced, blanks = {}, nil, nil, 0
  for line in (text:gsub("<!%-%-.-%-%->\n?", "") .. "\n"):gmatch "(.-)\r?\n" do
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
  return blocks
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

--- The characters without a style at a position, and where they end.
local function plain_at(text, at)
  local label, target, after = text:match("^%[([^%]]*)%]%(([^%s)]+)%)()", at)
  if label then
    return link(label, target), after
  end
  local escaped = text:match("^\\(%p)", at)
  return escaped or text:sub(at, at), at + (escaped and 2 or 1)
end

--- The pieces of a block's text.
-- @tparam string text
-- @treturn {table,...} `{text =, style = "code", "strong", "emphasis" or nil}`
-- @usage for _, span in ipairs(markdown.spans "see `heap:why`") do print(span.style, span.text) end
function M.spans(text)
  local spans, plain, at = {}, "", 1
  local function add(style, piece)
    if piece ~= "" then
      spans[#spans + 1] = { style = style, text = piece }
    end
  end
  while at <= #text do
    local piece, after, style = span_at(text, at)
    if piece then
      add(nil, plain)
      add(style, piece)
      plain = ""
    else
      piece, after = plain_at(text, at)
      plain = plain .. piece
    end
    at = after
  end
  add(nil, plain)
  return spans
end

return M
