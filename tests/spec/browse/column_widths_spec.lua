-- SPDX-License-Identifier: MIT
local column_widths = require "dryad.browse.column_widths"

local COLUMNS = {
  { "size", "bytes", "size", weight = 3 }, { "bar", "bar", "", weight = 0.9 },
  { "name", "class", "name", weight = math.huge }, { "where", "way", "where", weight = 0.7 },
  { "address", "text", "address", weight = 0.3 },
}

--- `key width` of the columns that are shown.
local function fitted(natural, width)
  local texts, last = {}, nil
  for i, column in ipairs(column_widths.fit(COLUMNS, natural, width)) do
    texts[i] = column.column[1] .. " " .. column.width
    assert.is_true(column.at >= (last and last.at + last.width + 2 or 0))
    last = column
  end
  assert.is_true(last.at + last.width <= width, "wider than the terminal")
  return table.concat(texts, ", ")
end

describe("the columns of a view", function()
  it("are as wide as their texts where there is room", function()
    assert.equal("size 8, bar 18, name 25, where 30, address 14", fitted({ 8, 1, 25, 30, 14 }, 120))
  end)

  it("are left out from the lightest on where there is none, but never the name", function()
    assert.equal("size 8, bar 12, name 25, where 29", fitted({ 8, 1, 25, 40, 14 }, 80))
    assert.equal("size 8, bar 8, name 25", fitted({ 8, 1, 20, 40, 14 }, 45))
    assert.equal("name 12", fitted({ 8, 1, 20, 40, 14 }, 12))
    assert.equal("name 1", fitted({ 8, 1, 20, 40, 14 }, 1))
  end)

  it("give the name what the others do not need", function()
    assert.equal("size 8, bar 18, name 49, where 23, address 14", fitted({ 8, 1, 49, 60, 14 }, 120))
  end)

  it("are left out when they have nothing to show", function()
    assert.equal("size 8, name 25, address 14", fitted({ 8, 0, 25, 0, 14 }, 120))
    assert.equal("name 30", fitted({ 0, 0, 0, 0, 0 }, 30))
  end)

  it("give all that is left to a name at the end", function()
    local shown = column_widths.fit({ COLUMNS[1], COLUMNS[3] }, { 8, 5 }, 100)
    assert.equal(90, shown[2].width)
  end)
end)
