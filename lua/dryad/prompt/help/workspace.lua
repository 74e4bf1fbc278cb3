-- SPDX-License-Identifier: MIT
return {
  title = "a workspace: dumps, names, results and changes, kept in a file; the commands as methods",
  text = [[ws at the prompt, or dryad.workspace("my.db"). Each dump that is read is the next generation; `obj` and `ref`
are those of the current one, `obj2` and `ref2` of the second. Every command (help commands) is a method that takes the
same text: the command `select * from obj` is ws:select("* from obj"). In all of them 1234& stands for the children of
an object, 1234^ for its parents, 0& for what nobody refers to, #2.5 for the address in row 5 of result 2, #2.type for
that column, $name for what you called so. Changes of heaps, made by SQL or in Lua, are kept with the workspace.]],
  entries = {
    { "ws.heap", "ws.heap", "The heap of the current generation, or nil.", "#ws.heap" },
    { "ws.heaps", "ws.heaps[n]", "The heaps of all generations; each is loaded when it is first used.", "ws.heaps[1]" },
    { "ws.generation", "ws.generation", "The number of the current generation, or nil.", "ws.generation" },
    { "ws.results", "ws.results[n]", "The results so far; ws.results[0] is #0.", 'ws:select("1"); ws.results[0]' },
    { "ws.names", "ws.names.NAME", "What a name stands for. Can be set, to nil too.", 'ws.names.big = "size > 1e6"' },
    { "ws.file", "ws.file", "The file of the workspace; nil where it is in memory.", "ws.file" },
    {
      "ws:create",
      'ws:create(file) -> text',
      "Makes a new workspace file. What is only in memory so far goes along; else the new one is empty.",
      'ws:create("my.db")',
    },
    {
      "ws:open",
      "ws:open(file) -> text",
      [[Opens a workspace file, in place of what was open. Heaps are loaded from their dumps and the changes made
again; a dump that moved or changed is told. A database that memsee wrote is read as raw dumps.]],
      'ws:open("my.db")',
    },
    {
      "ws:read",
      "ws:read(file [raw]) -> text; ws:read(source, options) -> text",
      [[Reads a dump as the next generation, which becomes the current one. The word raw keeps instances and their
dicts apart. With options it takes whatever dryad.load takes.]],
      'ws:read("app.dump raw")',
    },
    {
      "ws:gen",
      "ws:gen([text]) -> text",
      [[Without a word tells what generations there are. A number makes that one current, none makes none current;
"2 from app.dump" takes the second from that file from now on.]],
      "ws:gen(1)",
    },
    {
      "ws:adopt",
      "ws:adopt(heap) -> number",
      "Takes in a heap that dryad.load gave, as the next generation; the prompt does so with what you put in heap.",
      "ws:adopt(heap)",
    },
    {
      "ws:select",
      "ws:select(query [, parameters ...]) -> result",
      "Asks any query of SQLite about obj and ref; see heap:sql for their columns and for parameters.",
      'ws:select("type, count(*), sum(size) from obj where size > ? group by type", 1000)',
    },
    {
      "ws:with",
      "ws:with(query [, parameters ...]) -> result",
      "The same for a query that begins with `with`.",
      'ws:with("big as (select * from obj where size > 1000) select type, count(*) from big group by type")',
    },
    {
      "ws:explain",
      "ws:explain(query) -> result",
      "Tells how SQLite would answer a query.",
      'ws:explain("query plan select * from obj where type = \'dict\'")',
    },
    {
      "ws:insert",
      "ws:insert(statement [, parameters ...]) -> text",
      "Adds objects or references to the heap, not to the dump; ws:undo() takes it back.",
      [[ws:insert("into obj (address, type, size) values (1, 'note', 0)")]],
    },
    {
      "ws:delete",
      "ws:delete(statement [, parameters ...]) -> text",
      "Takes objects or references away; ws:undo() brings them back.",
      'ws:delete("from ref where parent = 1234")',
    },
    {
      "ws:update",
      "ws:update(statement [, parameters ...]) -> text",
      "Changes marks, the only column that can be changed.",
      [[ws:update("obj set mark = 1 where type = 'Thread'")]],
    },
    {
      "ws:pin",
      "ws:pin(condition) -> text",
      "Keeps objects from being dropped by ws:gc().",
      [[ws:pin("type = 'Thread'")]],
    },
    {
      "ws:gc",
      "ws:gc() -> report",
      [[Marks all that roots and pinned objects reach, by depth, and drops the rest. The report prints what it was
before, after, and what went by type. Fields: `before`, `after`, `deleted`, `types`, `complete`, `depth`.]],
      "ws:gc().deleted",
    },
    {
      "ws:continue_gc",
      "ws:continue_gc() -> report",
      "Goes on where Ctrl-C stopped a gc.",
      "ws:continue_gc().complete",
    },
    {
      "ws:undo",
      "ws:undo() -> text",
      "Takes back the last change of the current generation, and says which it was.",
      [[ws:pin("type = 'Thread'"); ws:undo()]],
    },
    {
      "ws:set",
      'ws:set("NAME TEXT"), ws:set() -> names',
      "Names a text, whose shorthands are expanded now; $NAME then stands for it. Without a word tells all names.",
      'ws:set("big size > 1e6"); ws:select("count(*) from obj where $big")',
    },
    {
      "ws:echo",
      "ws:echo(text) -> text",
      "A text with its shorthands expanded.",
      'ws:echo("address in 1234&")',
    },
    {
      "ws:stats",
      "ws:stats() -> text",
      "How many objects and references there are, and their bytes.",
      "ws:stats()",
    },
    {
      "ws:info",
      "ws:info(address) -> result",
      "What there is to know of an object. The address may be any shorthand, such as #0.3.",
      [[ws:set("it " .. o.address); ws:info("$it")]],
    },
    {
      "ws:parents",
      "ws:parents(address) -> result",
      "The objects that refer to an object.",
      'ws:parents("1234")',
    },
    {
      "ws:kids",
      "ws:kids(address) -> report",
      [[An object, its children, and level by level the children of those that a single reference leads to: what it
alone keeps. The report is an array of results.]],
      'ws:kids("1234")',
    },
    {
      "ws:ancestor_types",
      'ws:ancestor_types("CONDITION [stop TYPE,...]") -> report',
      [[The types of all that leads to some objects, with how far away it is. It does not go beyond modules, or the
types that are named. Fields: `result`, and `found`, the new ancestors of each step.]],
      [[ws:ancestor_types("type = 'Thread' stop module,frame")]],
    },
    {
      "ws:path",
      'ws:path([[from "CONDITION" to "CONDITION" [reversed] [all] ]]) -> report',
      [=[A shortest way from any of some objects to the nearest of others; reversed follows referrers; all gives one to
each. The report is an array of results, with `found`: how many objects each step discovered.]=],
      [=[ws:path([[from "type = 'module'" to "type = 'Thread'"]])]=],
    },
    {
      "ws:why",
      "ws:why(what [, n]) -> why",
      "As heap:why, for an address, a shorthand, a type, a condition, or objects.",
      'ws:why("Thread")',
    },
    { "ws:leaks", "ws:leaks([share]) -> suspects", "As dryad.leak_suspects.", 'ws:leaks("20%")' },
    { "ws:summary", "ws:summary() -> summary", "As heap:summarize.", "ws:summary()" },
    {
      "ws:diff",
      "ws:diff(numbers) -> rows",
      "What grew between two or three generations.",
      'ws:diff("1 1")',
    },
    { "ws:run", "ws:run(words)", "Runs a recipe on the current generation.", 'ws:run("overview")' },
    { "ws:help", "ws:help([name]) -> text", "As help at the prompt.", 'ws:help("gc")' },
    {
      "ws:backup",
      "ws:backup() -> text",
      [[Copies the workspace to FILE.bak, or in memory. There is one backup; a new one replaces it. Another file of that
name, which is no database, is not replaced.]],
      "ws:backup()",
    },
    {
      "ws:restore",
      "ws:restore() -> text",
      "Brings back names, generations and changes as they were backed up.",
      "ws:backup(); ws:restore()",
    },
    {
      "ws:export",
      "ws:export(file [, options]) -> text",
      [[Writes all generations as plain tables, with memsee's schema, into a new SQLite file for any client. A file that
is there is replaced with { force = true } alone. %p, %t and %h in its name are the process, the time and the host.]],
      'ws:export("plain.db")',
    },
    {
      "ws:shell",
      "ws:shell(sql [, parameters ...]) -> result or text",
      [[Runs any statement on the database of the workspace: tables gen, env and edit. What reaches outside of it is
refused, unless the workspace was opened with { unguarded = true }.]],
      'ws:shell("select * from gen")',
    },
    { "ws:timer", 'ws:timer("on") -> text', "Whether the prompt tells the time of each query.", 'ws:timer("off")' },
    {
      "ws:width",
      'ws:width("COLUMN N ...")',
      "How wide columns of results are printed; without a word tells what is set.",
      'ws:width("value 20")',
    },
    {
      "ws:keep",
      "ws:keep()",
      "Writes down what was changed in its heaps since the last method; every method does so at its end.",
      "ws:keep()",
    },
    {
      "ws:close",
      "ws:close()",
      "Writes down what was changed and closes the file. Heaps stay open for who has them.",
      "dryad.workspace():close()",
    },
    { "ws:is_open", "ws:is_open() -> boolean", "Whether it is open.", "ws:is_open()" },
  },
}
