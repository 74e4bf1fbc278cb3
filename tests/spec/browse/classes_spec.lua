-- SPDX-License-Identifier: MIT
local builder = require "tests.spec.support.dump_builder"
local dumps = require "tests.spec.support.dumps"
local views = require "tests.spec.support.views"

local function heap()
  return dumps.load {
    '{"address": 8, "type": "list", "size": 10, "refs": [16, 24]}',
    '{"address": 16, "type": "str", "size": 100, "refs": [], "value": "first"}',
    '{"address": 24, "type": "str", "size": 101, "refs": [], "value": "second"}',
    '{"address": 32, "type": "tuple", "size": 39, "refs": []}',
  }
end

describe("classes", function()
  it("are told with what they retain and take, the most first", function()
    local classes = views.check(views.open("classes", { heap() }))
    classes:sort "retained"
    assert.same({ { "list", 211, 84.4, 10, 1, "Python" }, { "str", 201, 80.4, 201, 2, "Python" },
                  { "tuple", 39, 15.6, 39, 1, "Python" } },
      views.rows(classes, { "class", "retained", "share", "size", "count", "origin" }))
    assert.is_nil(classes:more())
  end)

  it("are sorted by each figure and by name", function()
    local classes = views.open("classes", { heap() })
    for key, expected in pairs {
      size = { "str", "tuple", "list" }, count = { "str", "list", "tuple" }, name = { "list", "str", "tuple" },
    } do
      classes:sort(key)
      assert.same(expected, views.column(classes, "class"))
      assert.equal(key, classes.sorted)
    end
  end)

  it("lead to their objects, those that retain most first", function()
    local classes = views.open("classes", { heap() })
    local texts = views.check(classes:enter(2))
    texts:sort "retained_size"
    assert.equal("str", texts.title)
    assert.same({ "str 'second'", "str 'first'" }, views.column(texts, "name"))
    assert.equal(2, #classes:row(2).objects())
  end)

  it("are searched by name, and then objects are", function()
    local classes = views.open("classes", { heap() })
    assert.same({ "tuple" }, views.column(classes:search "UPL", "class"))
    assert.same({ "str 'second'" }, views.column(classes:search "econ", "name"))
    assert.same({ nil, "no class, name or value contains 'third'" }, { classes:search "third" })
  end)

  it("stay sorted and few within a search", function()
    local found = views.open("classes", { heap() }):search "t"
    assert.same({ "list", "str", "tuple" }, views.column(found, "class"))
    found:sort "size"
    assert.same({ "str", "tuple", "list" }, views.column(found, "class"))
  end)

  it("are a thousand rows of a hundred thousand, and the rest is counted", function()
    local made = builder.new()
    for i = 1, 100000 do
      made:add("T" .. i)
    end
    local classes = views.open("classes", { made:heap() })
    assert.same({ 1000, "99,000 more classes, 9.4MiB" }, { classes:count(), classes:more() })
    assert.same({ "T99999" }, views.column(classes:search "t99999", "class"))
  end)

  it("of the program stand out", function()
    local classes = views.open("classes", { dumps.sample "shop.dump.zst" })
    local styles = {}
    for i = 1, classes:count() do
      local row = classes:row(i)
      styles[row.class] = row.style or "plain"
    end
    assert.equal("bold", styles["__main__.Session"])
    assert.equal("plain", styles.dict)
    assert.same({ 300 }, views.column(classes:search "__main__.Session", "count"))
  end)
end)
