-- SPDX-License-Identifier: MIT
return {
  title = "a path: objects that each refer to the next",
  text = [[`heap:path` and `heap:why` return paths. A path is a list, with all its methods; `p[1]` is its start, `#p`
the number of its objects; it prints one step per line with its label: `.name`, `['key']`, `[3]`, `(class)`,
`[ref 4]`.]],
  entries = {
    { "p.objects", "p.objects", "Its objects as a plain list.", "heap:path('module', heap('Thread')[1]).objects" },
    {
      "p:label",
      "p:label(i) -> text",
      "The label of the reference from p[i] to p[i + 1].",
      "heap:path('module', heap('Thread')[1]):label(1)",
    },
    {
      "p:expression",
      "p:expression() -> text",
      "The path as Python would write it, for `heap:at` to read: `shop.SESSIONS['sess-17'].cart[0]`.",
      "heap:path('module', heap('Thread')[1]):expression()",
    },
  },
}
