-- SPDX-License-Identifier: MIT
return {
  title = "the dominator tree: what keeps what alive",
  text = [[`heap:dominators()` returns it. An object dominates everything that would be freed without it. The tree
prints as a drawing: share of the heap, retained size, a bar, then the object, or small ones by type. `tree[i]` is the
i-th of the objects that no other one dominates, largest first; go down with `o.dominated` and up with
`o.dominator`.]],
  entries = {
    { "tree.objects", "tree.objects", "The objects at its top, a list.", "heap:dominators().objects:head(5)" },
    {
      "tree.reachable_size",
      "tree.reachable_size",
      "The bytes that roots reach.",
      "heap:dominators().reachable_size",
    },
    {
      "tree:draw",
      "tree:draw([least]) -> text",
      "The drawing, down to objects that retain the given share of all bytes; default: 0.01.",
      "heap:dominators():draw(0.001)",
    },
  },
}
