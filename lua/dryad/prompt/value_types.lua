-- SPDX-License-Identifier: MIT
--- The types of values that have fields and methods of their own, as @{dryad.core} knows them.
--
-- An array of `{name =, variable =}`: `core[name]` has `getters`, `methods` and `meta`; help writes `variable` for a
-- value of the type, as in `o.size` and `l:filter`.
-- @module dryad.prompt.value_types
-- @usage for _, known in ipairs(require "dryad.prompt.value_types") do print(known.name, known.variable) end

return {
  { name = "heap", variable = "heap" },
  { name = "object", variable = "o" },
  { name = "list", variable = "l" },
  { name = "column", variable = "c" },
  { name = "summary", variable = "s" },
  { name = "path", variable = "p" },
  { name = "dominators", variable = "tree" },
  { name = "workspace", variable = "ws" },
  { name = "result", variable = "r" },
}
