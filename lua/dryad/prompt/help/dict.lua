-- SPDX-License-Identifier: MIT
return {
  title = "o.d: an object's items or attributes, by name",
  text = [[For a dict, a module or an instance. A bool is given as a boolean; an int, long, str, unicode, bytes or float
as its value; None as `dryad.None`; anything else as the object, so that look-ups chain.]],
  entries = {
    { "d[key]", "d[key], d.key", "The value of a key.", "heap('Thread')[1].d._Thread__name" },
    {
      "pairs(d)",
      "pairs(d)",
      "Iterates over every pair, even if keys look alike.",
      "for k, v in pairs(heap('Thread')[1].d) do print(k, v) break end",
    },
  },
}
