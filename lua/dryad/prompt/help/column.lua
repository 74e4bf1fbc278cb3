-- SPDX-License-Identifier: MIT
return {
  title = "a column: one field of many objects, for fast loops",
  text = [[`heap:column("size")` and `l:column("size")` return one; `c[i]` is the value of the i-th object in the order
of addresses, or of the i-th member of the list: plain numbers and texts. Columns are address, type, size, len,
num_refs, num_parents, retained_size, value and name. A column prints its first values. Loops over columns are several
times as fast as over `heap:objects()`. After a change of the heap, ask for a new column.]],
  entries = {
    {
      "c[i]",
      "c[i] -> value",
      "The i-th value, from 1; a negative i counts from the end. `for i, size in pairs(c) do` iterates over all.",
      "heap:column('size')[1]",
    },
    { "#c", "#c", "How many values there are.", "#heap:column('size')" },
    { "c.field", "c.field", "The name of the field.", "heap:column('size').field" },
    {
      "c:object",
      "c:object(i) -> object or nil",
      "The object that the i-th value belongs to.",
      "heap:column('size'):object(1)",
    },
  },
}
