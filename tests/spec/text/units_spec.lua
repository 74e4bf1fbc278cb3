-- SPDX-License-Identifier: MIT
local did_you_mean = require "dryad.text.did_you_mean"
local top = require "dryad.text.top"
local units = require "dryad.text.units"

describe("units", function()
  it("show bytes with a binary unit and one digit", function()
    for bytes, text in pairs {
      [0] = "0B", [1023] = "1023B", [1024] = "1.0KiB", [1536] = "1.5KiB", [1048575] = "1.0MiB", [11803076] = "11.3MiB",
      [5368709120] = "5.0GiB", [-1536] = "-1.5KiB",
    } do
      assert.equal(text, units.bytes(bytes))
    end
  end)

  it("show counts with thousands apart", function()
    for count, text in pairs { [0] = "0", [999] = "999", [1000] = "1,000", [1234567] = "1,234,567", [-10] = "-10" } do
      assert.equal(text, units.count(count))
    end
  end)

  it("show shares with one digit", function()
    for share, text in pairs { [0] = "0.0%", [0.125] = "12.5%", [1] = "100.0%", [1 / 3] = "33.3%" } do
      assert.equal(text, units.percent(share))
    end
  end)

  it("read sizes", function()
    for text, bytes in pairs { ["1k"] = 1024, [".5K"] = 512, ["1.5G"] = 1610612736, [" 2 MiB "] = 2 << 20 } do
      assert.equal(bytes, units.parse_size(text))
    end
    for _, text in ipairs { "", "M", "-1", "1e3", "1.5.1", "10X", "99999999P", "ten" } do
      assert.is_nil(units.parse_size(text))
    end
  end)
end)

describe("near names", function()
  local names = { "Thread", "thread.lock", "dict", "OrderedDict", "type" }

  it("are a few typing errors away, or contain the word", function()
    assert.same({ "Thread" }, did_you_mean.names("Thred", names))
    assert.same({ "Thread", "thread.lock" }, did_you_mean.names("thread", names))
    assert.same({ "dict" }, did_you_mean.names("dcit", names))
    assert.same({ "dict", "OrderedDict" }, did_you_mean.names("Dict", names))
    assert.same({}, did_you_mean.names("zzzz", names))
    assert.same({ "Thread" }, did_you_mean.names("thread", names, 1))
  end)

  it("end a message", function()
    assert.equal("; did you mean 'Thread' or 'thread.lock'?", did_you_mean.hint("thread", names))
    assert.equal("", did_you_mean.hint("zzzz", names))
  end)
end)

describe("a quantity", function()
  it("uses the singular for one", function()
    assert.equal("0 rows", units.quantity(0, "row"))
    assert.equal("1 row", units.quantity(1, "row"))
    assert.equal("20000 rows", units.quantity(20000, "row"))
  end)
end)

describe("a share", function()
  it("is a number up to 1, or a percentage", function()
    assert.equal(0.1, units.parse_share "0.1")
    assert.equal(0.1, units.parse_share " 10% ")
    assert.equal(1, units.parse_share "1")
    assert.equal(1, units.parse_share "100%")
    for _, text in ipairs { "", "0", "0%", "1.5", "101%", "-0.1", "x", "%", "10 %%", "0x1" } do
      assert.is_nil(units.parse_share(text), text)
    end
  end)
end)

describe("a time", function()
  it("is a number of seconds, or of a unit", function()
    for text, seconds in pairs { ["0"] = 0, ["0.5"] = 0.5, [" 60 "] = 60, ["90s"] = 90, ["5m"] = 300, ["1.5 h"] = 5400,
      ["2d"] = 172800 } do
      assert.equal(seconds, units.parse_seconds(text), text)
    end
    for _, text in ipairs { "", ".", "-1", "m", "5M", "5ms", "1h30m", "0x10", "1e3", "nan", "inf" } do
      assert.is_nil(units.parse_seconds(text), text)
    end
  end)

  it("is shown in at most two units", function()
    for seconds, text in pairs { [0] = "0s", [0.25] = "0.2s", [9.96] = "10.0s", [42] = "42s", [59.9] = "59s",
      [60] = "1m 00s", [310] = "5m 10s", [3600] = "1h 00m", [7499] = "2h 04m", [172800] = "48h 00m" } do
      assert.equal(text, units.seconds(seconds))
    end
  end)
end)

describe("the top of rows", function()
  it("is sorted, largest first, equal ones in their order", function()
    local rows = { { n = 1, id = "a" }, { n = 3, id = "b" }, { n = 1, id = "c" }, { n = 2, id = "d" } }
    local ids = {}
    for i, row in ipairs(top(rows, "n", 3)) do
      ids[i] = row.id
    end
    assert.same({ "b", "d", "a" }, ids)
    assert.equal(3, #top(rows, "n"))
  end)
end)
