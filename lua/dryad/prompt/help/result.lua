-- SPDX-License-Identifier: MIT
return {
  title = "a result: the rows of an SQL query",
  text = [[`heap:sql` and `ws:select` return results; `r` here is any, as in `r = heap:sql "select * from obj limit
10"`. Prints as a table. Columns have the names that the query gives them: `count(*) as n` makes `r[1].n`.]],
  entries = {
    {
      "r[i]",
      "r[i], #r, ipairs(r)",
      [[A row, by its number from 1, or from -1 at the end. Index it by position or by a column's name; NULL is nil. If
two columns share a name, it means the first.]],
      "r[1].address, r[1][2], #r",
    },
    { "r.columns", "r.columns", "The names of the columns, in order.", "table.concat(r.columns, ' ')" },
    {
      "r:objects",
      "r:objects([column]) -> list",
      "The objects whose addresses are in the column `address`, or in another one, in the order of the rows.",
      "r:objects():summarize()",
    },
    {
      "r:browse",
      "r:browse()",
      "Opens the objects whose addresses are in the column `address` in the full-screen browser, as `l:browse` does.",
      "look = function() r:browse() end",
    },
    {
      "r:column",
      "r:column(name) -> array",
      "The values of a column; rows where it is NULL are left out.",
      "table.concat(r:column 'size', ' ')",
    },
    {
      "r:csv",
      "r:csv([file [, options]]) -> text",
      [[The rows as CSV, with a header row: as text, or in a new file. `{ force = true }` replaces an existing file;
`{ excel = true }` is for spreadsheets. A second value counts the lone surrogates that became escapes.]],
      "r:csv()",
    },
    {
      "r:json",
      "r:json([file [, options]]) -> text",
      "The same as JSON, an array of objects.",
      "r:json()",
    },
    {
      "r:jsonl",
      "r:jsonl([file [, options]]) -> text",
      "The same as JSON lines, an object on each.",
      "r:jsonl()",
    },
  },
}
