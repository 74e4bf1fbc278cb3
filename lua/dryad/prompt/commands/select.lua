-- SPDX-License-Identifier: MIT
return {
  summary = "Runs an SQLite query over obj and ref; rows are labelled #0.0, #0.1 ...",
  arguments = { { "...", type = "sql" } },
  text = [[The tables are obj1, ref1 and so on for each generation, obj and ref for the current one:

    obj(address, type, name, value, size, len, mark, repr)
    ref(parent, child)            one row for each reference

When named, obj also has `num_refs`, `num_parents`, `retained` (the bytes that would be freed without it),
`idom` (the address of its immediate dominator), `refcount`, `root` (why it is one), `allocated`, `file` and
`line`; ref has `position` (from 0) and `label`.

Shorthands, here and in every command:

    1234&  1234^     the children and the parents of an object
    1234&&           the children's children, and so on; also o.address^
    #2.5   #2.type   the address in row 5 of result 2; that whole column
    $name            the text that `set` gave this name
    0&               the objects without a referrer in the dump]],
  example = "select type, sum(size) from obj group by type order by 2 desc limit 10",
  method = {
    signature = "ws:select(query [, parameters ...]) -> result",
    text = "Runs any SQLite query over obj and ref; see `heap:sql` for their columns and for parameters.",
    example = 'ws:select("type, sum(size) from obj where size > ? group by type", 1000)',
  },
  run = function(repl, words)
    return repl:call("select", words)
  end,
}
