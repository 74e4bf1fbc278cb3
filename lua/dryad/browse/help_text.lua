-- SPDX-License-Identifier: MIT
--- The help of the browser: its keys and views, as they are declared.
-- @module dryad.browse.help_text

local keys = require "dryad.browse.keys"

local M = {}

local function add(lines, shown, summary)
  lines[#lines + 1] = ("  %-22s %s"):format(shown, summary)
end

--- The text of the help.
-- @tparam {table,...} menu the views, see @{dryad.browse.menu}
-- @tparam {heap,...} heaps
-- @treturn string
-- @usage print(help_text.of(require "dryad.browse.menu", { heap }))
function M.of(menu, heaps)
  local lines = { "Views" }
  for _, entry in ipairs(menu) do
    local why_not = entry.why_not(heaps)
    add(lines, entry.key, ("%s: %s%s"):format(entry.title, entry.summary, why_not and (" (%s)"):format(why_not) or ""))
  end
  for _, group in ipairs(keys.GROUPS) do
    lines[#lines + 1] = ""
    lines[#lines + 1] = group.title
    for _, key in ipairs(group) do
      add(lines, key.shown, key.summary)
    end
  end
  lines[#lines + 1] = ""
  lines[#lines + 1] = keys.MOUSE
  return table.concat(lines, "\n")
end

return M
