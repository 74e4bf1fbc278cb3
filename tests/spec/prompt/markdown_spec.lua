-- SPDX-License-Identifier: MIT
local markdown = require "dryad.prompt.markdown_parser"
local manual = require "dryad.prompt.manual"
local rendering = require "dryad.prompt.markdown_rendering"

describe("reading Markdown", function()
  local function kinds(text)
    local found = {}
    for i, block in ipairs(markdown.blocks(text)) do
      found[i] = block.kind
    end
    return table.concat(found, " ")
  end

  it("distinguishes blocks", function()
    assert.equal("heading paragraph item item paragraph quote", kinds "# A\nb\nc\n- d\n- e\n\nf\n\n> g\n> h")
    assert.equal("paragraph code paragraph", kinds "a\n\n```lua\n# no heading\n\n- no item\n```\nb")
    assert.equal("paragraph code paragraph", kinds "a\n\n    x\n\n    y\n\nb")
    assert.equal("paragraph", kinds "a\n    - b is text of a, as in an indented line")
    assert.equal("", kinds "<!-- a\n\nb -->\n")
    assert.equal("heading", kinds "<!-- SPDX -->\n# A\r\n")
  end)

  it("joins lines, and keeps those of code", function()
    assert.equal("a b c", markdown.blocks("a\n b\nc")[1].text)
    assert.equal("a b", markdown.blocks("> a\n> b")[1].text)
    assert.same({ kind = "code", "x", "", "  y" }, markdown.blocks("    x\n\n      y")[1])
    assert.same({ kind = "code", "", "    x" }, markdown.blocks("```\n\n    x\n```")[1])
  end)

  it("reads items, nested and with several paragraphs", function()
    assert.same({
      { kind = "item", indent = 0, marker = "1.", text = "a b" },
      { kind = "item", indent = 0, marker = "2.", text = "c" },
      { kind = "item", indent = 3, marker = "-", text = "d" },
      { kind = "item", indent = 1, marker = "", text = "e" },
    }, markdown.blocks "1. a\n   b\n2. c\n   - d\n\n   e")
    assert.same({
      { kind = "item", indent = 0, marker = "-", text = "a" }, { kind = "item", indent = 0, marker = "", text = "b" },
      { kind = "paragraph", text = "c" },
    }, markdown.blocks "- a\n\n  b\n\nc")
  end)

  it("reads tables, where a bar in code separates nothing", function()
    assert.same({ kind = "table", has_header = true, { "a", "b" }, { "`x|y`", "z | w" } },
      markdown.blocks("| a | b |\n|---|:-:|\n| `x|y` | z \\| w |")[1])
  end)

  it("reads styles within a text, and nothing else", function()
    assert.same({
      { text = "see " }, { style = "code", text = "a * b" }, { text = ", " }, { style = "strong", text = "now" },
      { text = " or " }, { style = "emphasis", text = "later" }, { text = "." },
    }, markdown.spans "see `a * b`, **now** or *later*.")
    for _, plain in ipairs { "count(*) and sum(*)", "a * b * c", "2*3*4", "snake_case_name", "l[i], #l", "a ` b" } do
      assert.same({ { text = plain } }, markdown.spans(plain))
    end
    assert.same({ { text = "*a* [b](c) \\d" } }, markdown.spans "\\*a\\* \\[b](c) \\d")
  end)

  it("keeps the target of a link", function()
    assert.same({ { text = "limits, the bounds (help limits), x (https://x.org/a)" } },
      markdown.spans "[limits](limits.md), [the bounds](limits.md#all), [x](https://x.org/a)")
    assert.same({ { text = "above" } }, markdown.spans "[above](#top)")
    for _, plain in ipairs { "[a](", "[a](b c)", "[a]()", "[a", "[", "a](b)", "[a] (b)" } do
      assert.same({ { text = plain } }, markdown.spans(plain))
    end
    assert.same({ { text = "[a](b c" } }, markdown.spans "[a](b [c](d)")
  end)

  it("takes a comment without an end as text", function()
    assert.equal("b <!-- c", markdown.blocks("<!-- a -->\nb <!-- c")[1].text)
    assert.equal("a d", markdown.blocks("a<!-- b --><!-- c --> d")[1].text)
  end)

  it("reads only as many blocks as it is asked for", function()
    local text = "# A\nb\nc\n\nd\n\ne"
    assert.same({ { kind = "heading", level = 1, text = "A" }, { kind = "paragraph", text = "b c" } },
      markdown.blocks(text, 2))
    assert.equal(2, #markdown.blocks("# A\nb\n# C", 2))
    assert.equal(1, #markdown.blocks("# A", 2))
  end)
end)

describe("Markdown for a terminal", function()
  it("fills paragraphs, items and quotes", function()
    assert.equal("one two\nthree", rendering.render("one two three", 9))
    assert.equal("  - one two\n    three\n  - four", rendering.render("- one two three\n- four", 12))
    assert.equal("  1. a", rendering.render("1. a", 12))
    assert.equal("  one\n  two", rendering.render("> one two", 8))
  end)

  it("keeps code as it is, and whole within a line", function()
    local line = ("x "):rep(60)
    assert.equal("a\n\n    " .. line .. "\n\nb", rendering.render("a\n\n```\n" .. line .. "\n```\nb", 40))
    assert.equal("see\n`a b c`, d", rendering.render("see `a b c`, d", 10))
  end)

  it("puts tables in columns that fit", function()
    assert.equal("name   meaning\n-----  -------\n`a|b`  one two\nc      three",
      rendering.render("| name | meaning |\n|---|---|\n| `a|b` | one two |\n| c | three |", 80))
    local narrow = rendering.render("| a | " .. ("word "):rep(30) .. "|\n| b | c |", 40)
    for line in narrow:gmatch "[^\n]+" do
      assert.is_true(#line <= 40)
    end
    assert.equal(30, select(2, narrow:gsub("word", "")))
  end)

  it("rules off no empty heading of a table", function()
    assert.equal("a  b\nc  d", rendering.render("| | |\n|---|---|\n| a | b |\n| c | d |", 80))
  end)

  it("separates blocks by a line, and items by none", function()
    assert.equal("T\n\na\n\n  - b\n  - c\n\nd", rendering.render "# T\na\n\n- b\n- c\n\nd")
  end)

  it("escapes control characters, and takes lines that end as on Windows", function()
    assert.equal("a\\x1b[31mb\\x07\\x00\n\n    c\\x1b]0;d", rendering.render "a\27[31mb\a\0\r\n\r\n    c\27]0;d")
  end)

  --- The shortest processor time of three renderings.
  local function seconds(text)
    local shortest = math.huge
    for _ = 1, 3 do
      collectgarbage()
      local started = os.clock()
      rendering.render(text, 80)
      shortest = math.min(shortest, os.clock() - started)
    end
    return shortest
  end

  it("takes time proportional to the length", function()
    for name, text in pairs {
      ["comments without an end"] = ("<!--"):rep(5000), ["lines of a paragraph"] = ("line\n"):rep(5000),
      ["lines of a quote"] = ("> line\n"):rep(5000), ["links without an end"] = ("[a]("):rep(5000),
      ["brackets"] = ("["):rep(10000), ["backslashes"] = ("\\"):rep(10000), ["stars"] = ("**a "):rep(5000),
      ["pieces of one word"] = ("`a`x"):rep(5000), ["characters"] = ("a"):rep(20000),
    } do
      local ratio = seconds(text:rep(4)) / seconds(text)
      assert(ratio < 9, ("%s: four times the length took %.1f times as long"):format(name, ratio)) -- quadratic: 16
    end
    for name, ends in pairs {
      ["blanks between words"] = { "a", "b" }, ["blanks before code"] = { "a", "`b`" },
      ["blanks in a heading"] = { "# a", "b" }, ["blanks in a row"] = { "| a", "b |" },
    } do
      local ratio = seconds(ends[1] .. (" "):rep(32000) .. ends[2]) / seconds(ends[1] .. (" "):rep(8000) .. ends[2])
      assert(ratio < 9, ("%s: four times the length took %.1f times as long"):format(name, ratio))
    end
  end)

  it("shows the subject of a chapter without what a terminal would act on", function()
    local open = io.open
    io.open = function(_, mode) -- luacheck: ignore 122
      local file = assert(io.tmpfile())
      file:write("# A\n\nAbout \27[31mred\a. More.\n")
      file:seek "set"
      return file, mode
    end
    local ok, subject = pcall(manual.summary, "limits")
    io.open = open -- luacheck: ignore 122
    assert(ok, subject)
    assert.equal("About \\x1b[31mred\\x07", subject)
  end)
end)
