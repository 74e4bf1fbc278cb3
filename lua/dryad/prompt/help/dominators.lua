-- SPDX-License-Identifier: MIT
return {
  title = "the dominator tree: what keeps what alive",
  text = [[`heap:dominators()` returns it. An object dominates all that would go if it went. The tree prints as a
drawing: share of the heap, retained size, a bar, then the object, or small ones by type. `tree[i]` is the i-th of
the objects that no other one dominates, largest first; go down with `o.dominated` and up with `o.dominator`.]],
  entries = {
    { "tree.objects", "tree.objects", "The objects at its top, a list.", "heap:dominators().objects:head(5)" },
    {
      "tree.reachable_size",
      "tree.reachable_size",
      "Bytes that roots reach.",
      "heap:dominators().reachable_size",
    },
    {
      "tree:draw",
      "tree:draw([least]) -> text",
      "The drawing of what retains at least a share of all bytes, 0.01 by default.",
      "heap:dominators():draw(0.001)",
    },
  },
}
