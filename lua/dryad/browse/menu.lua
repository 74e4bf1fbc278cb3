-- SPDX-License-Identifier: MIT
--- The views of a heap that a key opens from anywhere. The help of the browser, its status line and its manual are made
-- from this list.
-- @module dryad.browse.menu

for _, name in ipairs {
  "classes", "contents", "finding", "garbage", "growth", "growth_finding", "list", "object", "referrers", "stack",
  "suspects", "threads", "tree", "type_growth", "why",
} do
  require("dryad.browse.views." .. name)
end

local function needs_two_dumps(heaps)
  return #heaps < 2 and "growth needs two dumps or more: dryad browse FIRST SECOND" or nil
end

local function never() end

--- An array of `{key = what to press, name = of the view (see @{dryad.browse.registry}), title =, summary = a phrase,
-- why_not = a function of the heaps that returns why it is not there, or nil}`, in the order in which they are shown.
return {
  {
    key = "1", name = "tree", title = "tree", why_not = never,
    summary = "what keeps the memory alive, by class, largest first; Enter goes into it",
  },
  {
    key = "2", name = "classes", title = "classes", why_not = never,
    summary = "all classes: how many objects, what they take, what they retain",
  },
  {
    key = "3", name = "suspects", title = "suspects", why_not = never,
    summary = "what retains much of the heap, who holds it, and what is inside",
  },
  {
    key = "4", name = "threads", title = "threads", why_not = never,
    summary = "threads and tasks: their stacks, and what the variables of the frames keep",
  },
  {
    key = "5", name = "garbage", title = "garbage", why_not = never,
    summary = "what is dead but not collected: its classes, and the cycles that keep it",
  },
  {
    key = "6", name = "growth", title = "growth", why_not = needs_two_dumps,
    summary = "what grew from the first dump to the last, and what holds it",
  },
}
