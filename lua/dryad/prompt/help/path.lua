-- SPDX-License-Identifier: MIT
return {
  title = "a path: objects of which each refers to the next",
  text = [[`heap:path` and `heap:why` return paths. A path is a list, with all its methods; `p[1]` is where it starts,
`#p` how many objects it has; it prints one step a line, each with its label: `.name`, `['key']`, `[3]`, `(class)`,
`[ref 4]`.]],
  entries = {
    { "p.objects", "p.objects", "The objects on the path, a list.", "heap:path('module', heap('Thread')[1]).objects" },
    {
      "p:label",
      "p:label(i) -> text",
      "What the reference between p[i] and p[i + 1] is called.",
      "heap:path('module', heap('Thread')[1]):label(1)",
    },
    {
      "p:expression",
      "p:expression() -> text",
      "The path as Python would write it: `shop.SESSIONS['sess-17'].cart[0]`.",
      "heap:path('module', heap('Thread')[1]):expression()",
    },
  },
}
