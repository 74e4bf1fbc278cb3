-- SPDX-License-Identifier: MIT
-- Texts are bounded: what is longer is cut, counted and told, in whatever form it comes.
local core = require "dryad.core"
local dryad = require "dryad"
local dumps = require "tests.spec.support.dumps"
local program = require "tests.spec.support.program"

local LIMIT = 65536
local folder

local function path_of(name)
  return folder .. "/" .. name
end

--- Writes a dump, compressed if its name says so.
local function write(name, content)
  local sink <close> = core.sink(path_of(name), { force = true })
  sink:write(content)
  sink:finish()
  return path_of(name)
end

local function load(source, opts)
  opts = opts or {}
  opts.progress = false
  return dryad.load(source, opts)
end

local function line(address, members)
  return ('{"address": %d, "type": "str", "size": 8, "refs": []%s}\n'):format(address, members or "")
end

setup(function()
  folder = os.tmpname()
  os.remove(folder)
  assert(os.execute("mkdir " .. folder))
end)

teardown(function()
  os.execute("rm -rf " .. folder)
end)

describe("a text of 64 KiB", function()
  it("is kept, and one byte more is cut", function()
    local text = ("x"):rep(LIMIT)
    local heap <close> = load { line(1, ', "value": "' .. text .. '"'), line(2, ', "value": "' .. text .. 'y"') }
    assert.is_true(text == heap[1].value)
    assert.is_true(text == heap[2].value)
    assert.same({ 1, 1 }, { heap.report.cut_texts, heap.report.cut_bytes })
    assert.equal(0, #heap.report.problems)
  end)

  it("is cut at the end of a character", function()
    local heap <close> = load { line(1, ', "value": "' .. ("€"):rep(30000) .. '"') }
    assert.is_true(("€"):rep(LIMIT // 3) == heap[1].value)
    assert.equal(30000 * 3 - LIMIT // 3 * 3, heap.report.cut_bytes)
  end)

  it("is cut whether it is a type, a name, a file, the name of a reference or a number", function()
    local long, cut = ("7"):rep(LIMIT + 1), ("7"):rep(LIMIT)
    local function is_cut(text)
      return text == cut or #text
    end
    local heap <close> = load {
      '{"address": 1, "type": "' .. long .. '", "size": 8, "name": "' .. long .. '", "file": "' .. long
        .. '", "refs": [2], "names": ["' .. long .. '"]}',
      '{"address": 2, "type": "int", "size": 8, "value": ' .. long .. ', "refs": []}',
    }
    assert.equal(5, heap.report.cut_texts)
    for _, text in ipairs { heap[1].type, heap[1].name, heap[1].file, heap[2].value } do
      assert.is_true(is_cut(text))
    end
    assert.equal("['" .. ("7"):rep(1024) .. "'...]", heap[1]:label(1))
  end)
end)

describe("a text that is longer than what is read at once", function()
  local MEGABYTES = 3
  local text = ("0123456789abcde\\n"):rep(MEGABYTES << 16)
  local content = line(1) .. line(2, ', "unknown": "' .. text .. '", "value": "' .. text .. '"') .. line(3)
  local value = ("0123456789abcde\n"):rep(LIMIT // 16)

  local function check(heap)
    assert.same({ 3, 0, 3 }, { #heap, #heap.report.problems, heap.report.lines })
    assert.is_true(value == heap[2].value)
    assert.equal(1, heap.report.cut_texts)
    assert.equal(#content, heap.report.bytes)
  end

  it("is cut in files, compressed and not, on one thread and several, and in streams", function()
    for _, name in ipairs { "a.dump", "a.dump.gz", "a.dump.zst" } do
      for _, threads in ipairs { 1, 4 } do
        local heap <close> = load(write(name, content), { threads = threads })
        check(heap)
      end
    end
    local i = 0
    local heap <close> = load(function()
      i = i + 1
      local piece = content:sub((i - 1) * 99991 + 1, i * 99991)
      return piece ~= "" and piece or nil
    end)
    check(heap)
  end)

  it("is cut in records that are read one by one", function()
    local values = {}
    for record in dryad.records(write("a.dump", content)) do
      values[record.address] = record.value or ""
    end
    assert.same({ "", "" }, { values[1], values[3] })
    assert.is_true(value == values[2])
  end)

  it("is kept if so much is wanted", function()
    local heap <close> = load(write("a.dump", content), { max_text = "4M" })
    assert.is_true(text:gsub("\\n", "\n") == heap[2].value)
    assert.equal(0, heap.report.cut_texts)
  end)

  it("is told", function()
    local path = write("a.dump", content)
    local _, said, status = program.run { "summary", path }
    assert.equal(0, status)
    assert.truthy(said:find("1 text was longer than 64.0KiB and was cut; 5.2MiB in all were left out", 1, true), said)
    _, said = program.run { "summary", "--max-text", "4M", path }
    assert.falsy(said:find("longer than", 1, true))
    _, said, status = program.run { "summary", "--max-text", "10", path }
    assert.equal(2, status)
    assert.truthy(said:find("--max-text takes a size of at least 1.0KiB, not '10'", 1, true), said)
    said = dumps.message(dryad.load, path, { max_text = 10 })
    assert.truthy(said:find("max_text must be at least 1024 bytes, not 10", 1, true), said)
  end)
end)

describe("an index", function()
  it("is used only for the same texts", function()
    local path = write("i.dump", line(1, ', "value": "' .. ("x"):rep(LIMIT + 1) .. '"') .. line(2))
    load(path, { index = true }):close()
    local function length(opts)
      local heap <close> = load(path, opts)
      return #heap[1].value, heap.report.cut_texts
    end
    assert.same({ LIMIT, 1 }, { length() })
    assert.same({ LIMIT + 1, 0 }, { length { max_text = LIMIT + 1 } })
    local ok, message = pcall(load, path .. ".dryad", { max_text = LIMIT + 1 })
    assert.is_false(ok)
    assert.truthy(message:find("its texts were cut after 65536 bytes when it was loaded", 1, true))
    load(path, { index = true, max_text = LIMIT + 1 }):close()
    assert.same({ LIMIT + 1, 0 }, { length { max_text = LIMIT + 2 } })
    assert.same({ LIMIT, 1 }, { length() })
  end)
end)

describe("a line of nothing but", function()
  local SIZE = 3 << 20
  for what, line_of in pairs {
    blanks = (" "):rep(SIZE), ["brackets"] = ("["):rep(SIZE), ["blanks and brackets"] = ("[ "):rep(SIZE // 2),
  } do
    it(what .. " is blank", function()
      local heap <close> = load(write("b.dump", line(1) .. line_of .. "\n" .. line(2)))
      assert.same({ 2, 3, 0 }, { #heap, heap.report.lines, #heap.report.problems })
    end)
  end

  it("NUL is bad", function()
    local heap <close> = load(write("b.dump", line(1) .. ("\0"):rep(SIZE) .. "\n" .. line(2)))
    assert.same({ 2, 3, 1 }, { #heap, heap.report.lines, heap.report.bad_lines })
    assert.equal("not a JSON object", heap.report.problems[1].reason)
  end)

  it("arrays and objects in a key that is unknown is an object", function()
    local depth = 1000000
    local nested = ('[{"a":'):rep(depth) .. "1" .. ("}]"):rep(depth)
    local heap <close> = load(write("b.dump", line(1) .. line(2, ', "x": ' .. nested) .. line(3)))
    assert.same({ 3, 0 }, { #heap, #heap.report.problems })
  end)

  it("keys is an object, whichever they are", function()
    local many = {}
    for i = 1, 200000 do many[i] = (', "k%d": %d, "len": %d'):format(i, i, i) end
    local heap <close> = load(write("b.dump", line(1) .. line(2, table.concat(many)) .. line(3)))
    assert.same({ 3, 0, 200000 }, { #heap, #heap.report.problems, heap[2].len })
  end)
end)
