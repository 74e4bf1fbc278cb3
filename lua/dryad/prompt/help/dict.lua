-- SPDX-License-Identifier: MIT
return {
  title = "o.d: an object's items or attributes, by name",
  text = [[For a dict, a module or an instance. Values are a boolean for a bool, the value of an int, long, str,
unicode, bytes or float, `dryad.None` for None, else the object, so that it chains.]],
  entries = {
    { "d[key]", "d[key], d.key", "The value of a key.", "heap('Thread')[1].d._Thread__name" },
    {
      "pairs(d)",
      "pairs(d)",
      "Every pair, also where keys look alike.",
      "for k, v in pairs(heap('Thread')[1].d) do print(k, v) break end",
    },
  },
}
