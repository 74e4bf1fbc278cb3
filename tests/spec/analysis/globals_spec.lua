-- SPDX-License-Identifier: MIT
local dumps = require "tests.spec.support.dumps"
local globals = require "dryad.analysis.globals"

local LINES = {
  '{"address": 1, "type": "module", "size": 10, "name": "shop.views", "refs": [2, 3, 4, 5, 6, 6]}',
  '{"address": 2, "type": "str", "size": 1, "value": "LIMIT", "refs": []}',
  '{"address": 3, "type": "int", "size": 28, "value": 7, "refs": []}',
  '{"address": 4, "type": "str", "size": 1, "value": "CACHE", "refs": []}',
  '{"address": 5, "type": "list", "size": 100, "refs": [7]}',
  '{"address": 6, "type": "str", "size": 50, "value": "NAME", "refs": []}',
  '{"address": 7, "type": "str", "size": 900, "value": "x", "refs": []}',
  '{"address": 8, "type": "module", "size": 10, "name": "shop.models", "refs": []}',
}

describe("the globals of a module", function()
  it("are its variables, those that retain most first", function()
    local found = globals.of(dumps.load(LINES), "shop.views")
    local rows = {}
    for i, row in ipairs(found.rows) do
      rows[i] = { row.name, row.retained, row.size, row.object.address }
    end
    assert.same({ { "CACHE", 1000, 100, 5 }, { "NAME", 50, 50, 6 }, { "LIMIT", 28, 28, 3 } }, rows)
    assert.matches("^shop%.views: 3 global variables; with the module they retain 1%.1KiB\n",
      tostring(found))
  end)

  it("need a module of that name", function()
    local heap = dumps.load(LINES)
    local _, message = pcall(globals.of, heap, "shop.view")
    assert.equal("there is no module 'shop.view'; did you mean 'shop.views'?", message)
    assert.matches("^the module has no global variables", tostring(globals.of(heap, "shop.models")):match "\n(.*)$")
    assert.same({ "shop.models", "shop.views" }, globals.modules(heap))
  end)
end)
