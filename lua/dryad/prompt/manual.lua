-- SPDX-License-Identifier: MIT
--- The manual: chapters in Markdown, each a file of dryad/manual whose first line is its title.
-- @module dryad.prompt.manual

local core = require "dryad.core"
local format = require "dryad.text.format"
local markdown = require "dryad.prompt.markdown_parser"
local rendering = require "dryad.prompt.markdown_rendering"

local M = {}

local FOLDER = core.data_directory .. "/lua/dryad/manual/"

local function read(name)
  local file <close> = io.open(FOLDER .. name .. ".md")
  return file and file:read "a"
end

--- The names of the chapters, sorted.
-- @treturn {string,...}
-- @usage print(table.concat(require("dryad.prompt.manual").names(), " "))
function M.names()
  local names = {}
  for _, file in ipairs(core.directory(FOLDER) or {}) do
    names[#names + 1] = file:match "^([%w_-]+)%.md$"
  end
  table.sort(names)
  return names
end

local function is_chapter(name)
  return name:find "^[%w_-]+$" ~= nil
end

--- The subject of a chapter: the first sentence of its first paragraph, or its title if it begins with something else.
-- @tparam string name
-- @treturn string|nil
-- @usage print(require("dryad.prompt.manual").summary "limits")
function M.summary(name)
  local text = is_chapter(name) and read(name)
  if not text then
    return nil
  end
  local title, first = table.unpack(markdown.blocks(text, 2))
  local subject = first and first.kind == "paragraph" and first.text or title and title.text or ""
  return format.printable(subject:match "^(.-)%.%s" or subject:match "^(.-)%.?$")
end

--- A chapter laid out for the terminal.
-- @tparam string name
-- @treturn string|nil
-- @usage print(require("dryad.prompt.manual").text "limits")
function M.text(name)
  local text = is_chapter(name) and read(name)
  return text and rendering.render(text) or nil
end

return M
