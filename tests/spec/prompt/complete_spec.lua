-- SPDX-License-Identifier: MIT
local complete = require "dryad.prompt.complete"
local dryad = require "dryad"
local sessions = require "dryad.prompt.session"

describe("completion", function()
  local session

  setup(function()
    local heap = dryad.load("tests/data/threads-small.dump.gz", { progress = false })
    session = sessions.new(setmetatable({
      heap = heap,
      threads = heap "Thread",
      om = heap,
      seven = 7,
      failing = setmetatable({}, { __pairs = error }),
      some_long_name = { inner = { leaf = 1, lead = 2 } },
    }, { __index = _G }))
  end)

  local function inserted(before, after)
    return (complete.complete(before, after or "", session))
  end

  local function shown(before)
    local _, text = complete.complete(before, "", session)
    return text
  end

  it("knows globals, locals and keywords", function()
    session:compile("local my_local = 1")()
    assert.equal("_long_name", inserted "some")
    assert.equal("ocal", inserted "x = my_l")
    assert.equal("tion", inserted "func")
    assert.is_nil(inserted "nothing_like_this")
  end)

  it("knows the fields of tables, and of what they hold", function()
    assert.equal("ner", inserted "some_long_name.in")
    assert.equal("ea", inserted "print(some_long_name.inner.l")
    assert.matches("lead +leaf", shown "some_long_name.inner.lea")
  end)

  it("has nothing for values without fields", function()
    assert.is_nil(inserted "no_such_global.co")
    assert.is_nil(inserted "seven.co")
    assert.is_nil(inserted "failing.co")
  end)

  it("knows methods after a colon, and fields after a dot", function()
    assert.equal("rize", inserted "heap:summa")
    assert.equal("_size", inserted "heap.total")
    assert.equal("ress", inserted "threads[1].add")
    assert.equal("ter", inserted "threads:fil")
    assert.equal("otal_size", inserted "threads[1]:compute_t")
    assert.equal("ze", inserted "heap:get_all('Thread')[1]:summari")
  end)

  it("knows the keys of dicts", function()
    assert.equal("monic", inserted "threads[1].d._Thread__dae")
  end)

  it("knows type names inside quotes, and closes them", function()
    assert.equal('ad"', inserted 'heap:get_all("Thre')
    assert.equal('ad"', inserted 'heap "Thre')
    assert.equal("ad'", inserted "heap('Thre")
    assert.equal("ad", inserted('heap("Thre', '")'))
    assert.matches("dict", shown 'heap "d')
  end)

  it("knows fields inside quotes after methods that take one", function()
    assert.equal('ze"', inserted 'heap:column("si')
    assert.equal('ress"', inserted 'threads:column "add')
    assert.equal('s"', inserted 'threads:sort("num_ref')
    assert.equal('pe"', inserted 'threads:group_by("ty')
    assert.equal('ue"', inserted 'threads:sum("val')
  end)

  it("knows files after functions that load them", function()
    assert.equal('z"', inserted 'dryad.load("tests/data/threads-small.dump.g')
  end)

  it("knows commands, recipes, and the names of help", function()
    assert.equal("ipes", inserted "rec")
    assert.equal("rview", inserted "run ove")
    assert.equal("all", inserted "help heap:get_")
    assert.equal("all", inserted "?heap:get_")
    assert.equal('all"', inserted 'help "heap:get_')
    assert.equal("e=", inserted "run holders typ")
    assert.equal("ad", inserted "run holders type=Thre")
  end)

  it("indents an empty line", function()
    assert.equal("  ", inserted "")
    assert.equal("  ", inserted "  ")
  end)

  it("lists in columns, as wide as the terminal", function()
    assert.equal("a  c\nb", complete.listing({ "a", "b", "c" }, 7))
    assert.equal("a\nb\nc", complete.listing({ "a", "b", "c" }, 3))
  end)
end)
