-- SPDX-License-Identifier: MIT
-- The messages for a dump that is damaged, cut, foreign, huge, or changes while it is read.
local dryad = require "dryad"

local program = os.getenv "DRYAD" or "dryad"
local folder

local function path_of(name)
  return folder .. "/" .. name
end

local function write(name, content)
  local file = assert(io.open(path_of(name), "wb"))
  assert(file:write(content))
  assert(file:close())
  return path_of(name)
end

local function line(address, refs)
  return ('{"address": %d, "type": "t", "size": 8, "refs": [%s]}'):format(address, refs or "")
end

local function lines(count)
  local all = {}
  for i = 1, count do all[i] = line(i, tostring(i % count + 1)) .. "\n" end
  return table.concat(all)
end

local function load(source, opts)
  opts = opts or {}
  if opts.progress == nil then opts.progress = false end
  return dryad.load(source, opts)
end

--- The message of a load that fails, without the position that Lua adds.
local function failure(source, opts)
  local ok, message = pcall(load, source, opts)
  assert.is_false(ok)
  return (tostring(message):gsub("^[^\n]-%.lua:%d+: ", ""))
end

--- Loads a dump given as text, calls `check` with its heap, and closes it.
local function with(content, check, opts)
  local heap <close> = load(write("dump", content), opts)
  return check(heap, heap.report)
end

local function assert_problem(report, number, at, offset, reason)
  local problem = report.problems[number]
  assert.is_table(problem)
  assert.same({ at, offset, reason }, { problem.line, problem.offset, problem.reason })
end

--- Checks that an object whose line has this problem is kept.
local function assert_mended(content, reason)
  return with(content .. "\n", function(heap, report)
    assert.equal(1, #heap)
    assert.equal(0, report.bad_lines)
    assert.equal(1, #report.problems)
    assert_problem(report, 1, 1, 0, reason)
    return heap:objects()()
  end)
end

local function shell(command)
  return os.execute(command) == true
end

local function output(command)
  local pipe = assert(io.popen(command, "r"))
  local text = pipe:read "a"
  local _, _, status = pipe:close()
  return text, status
end

setup(function()
  folder = os.tmpname()
  os.remove(folder)
  assert(shell("mkdir " .. folder))
end)

teardown(function()
  shell("rm -rf " .. folder)
end)

describe("a file that cannot be read", function()
  it("is an archive, whose lines are those of files in it", function()
    local header = "a.dump" .. ("\0"):rep(142) .. (" "):rep(8) .. ("\0"):rep(101) .. "ustar" .. ("\0"):rep(250)
    local sum = 0
    for i = 1, #header do
      sum = sum + header:byte(i)
    end
    local tar = header:sub(1, 148) .. ("%06o\0 "):format(sum) .. header:sub(157) .. lines(3)
    local zip = "PK\3\4" .. ("x"):rep(26) .. lines(3)
    assert.equal(path_of "a.tar" .. ": a tar archive: unpack it first", failure(write("a.tar", tar)))
    assert.equal(path_of "a.zip" .. ": a zip archive: unpack it first", failure(write("a.zip", zip)))
    local sink = require("dryad.core").sink(path_of "a.tar.gz")
    sink:write(tar)
    sink:finish()
    assert.equal(path_of "a.tar.gz" .. ": a tar archive (in gzip): unpack it first", failure(path_of "a.tar.gz"))
    assert.equal(3, #load(write("plain", lines(3))))
  end)

  it("is missing", function()
    local path = path_of "missing.dump"
    assert.equal(path .. ": no such file", failure(path))
  end)

  it("is a directory", function()
    assert.equal(folder .. ": is a directory", failure(folder))
  end)

  it("is a device", function()
    assert.equal("/dev/zero: is a device", failure "/dev/zero")
  end)

  it("is not readable", function()
    local path = write("secret.dump", lines(1))
    assert(shell("chmod 000 " .. path .. " && chmod 755 " .. folder))
    -- The superuser may read anything, so ask as nobody where that is possible.
    local as_nobody = ("setpriv --reuid=65534 --clear-groups %s summary %s 2>&1"):format(program, path)
    local text, status = output(as_nobody)
    if status ~= 2 and not text:find("permission denied", 1, true) then
      text = output(("%s summary %s 2>&1"):format(program, path))
    end
    if not text:find("setpriv", 1, true) then
      assert.truthy(text:find(path .. ": permission denied", 1, true), text)
    end
    os.remove(path)
  end)
end)

describe("a file that is not a dump", function()
  it("is empty", function()
    local path = write("empty.dump", "")
    assert.equal(path .. ": empty file", failure(path))
  end)

  it("is blank", function()
    local path = write("blank.dump", "\n[\n]\n")
    assert.equal(path .. ": no object in 3 lines: all are blank", failure(path))
  end)

  it("is a program", function()
    local path = write("program", "\127ELF\2\1\1" .. ("\0"):rep(100))
    assert.equal(path .. ": not a heap dump: starts like an ELF program or core dump", failure(path))
  end)

  it("is binary", function()
    for _, content in ipairs { "\1\2\3\4\5\6", ("\0"):rep(1000), "ab\0cd\n" } do
      local path = write("binary", content)
      assert.equal(path .. ": not a heap dump: starts like binary data", failure(path))
    end
  end)

  it("is binary before its first bracket, compressed or not, and is not read further", function()
    for _, content in ipairs { "\0" .. line(1), "\n \27[0m\n" .. line(1), "x\1" .. ("y"):rep(1 << 20) } do
      local path = write("binary.dump", content)
      for _, command in ipairs { "cat", "gzip", "zstd -q" } do
        local copy = folder .. "/copy"
        assert(shell(("%s <%s >%s"):format(command, path, copy)))
        assert.equal(copy .. ": not a heap dump: starts like binary data", failure(copy))
      end
    end
    -- A sparse file of a tebibyte, whose first line would take hours.
    local path = write("sparse.dump", "x")
    assert(shell(("truncate -s 1T %s"):format(path)))
    assert.equal(path .. ": not a heap dump: starts like binary data", failure(path))
    with("\xef\xbb\xbf\t\v\f\r\n" .. line(1) .. "\n", function(heap) assert.equal(1, #heap) end)
    with("[\0\n" .. line(1) .. "\n", function(heap, report) assert.same({ 1, 1 }, { #heap, report.bad_lines }) end)
  end)

  it("is text", function()
    local path = write("text", "Dear all,\nthis is no dump.\n")
    assert.equal(path .. ": no object in 2 lines: line 1: not a JSON object", failure(path))
  end)

  it("is JSON of another kind", function()
    local path = write("other.json", '{"nodes": []}\n')
    assert.equal(path .. ": no object in 1 line: line 1: no address", failure(path))
  end)
end)

describe("a dump that ends too early", function()
  it("is read up to its last whole line, wherever it is cut", function()
    local first, rest = lines(3), line(4, "1, 2") .. "\n" .. line(5, "3") .. "\n"
    for length = 1, #rest do
      local part = rest:sub(1, length)
      local whole = select(2, part:gsub("}", ""))
      local is_cut = part:sub(-1) ~= "\n" and part:sub(-1) ~= "}"
      with(first .. part, function(heap, report)
        assert.equal(3 + whole, #heap)
        assert.equal(is_cut, report.truncated)
        assert.equal(0, report.bad_lines)
        assert.equal(is_cut and 1 or 0, #report.problems)
        if is_cut then
          local start = #first + (part:find("\n", 1, true) or 0)
          assert_problem(report, 1, 4 + whole, start, "truncated last line")
        end
      end)
    end
  end)

  it("is an error when strict", function()
    local path = write("cut.dump", lines(3):sub(1, -10))
    assert.equal(path .. ":3: truncated last line", failure(path, { strict = true }))
  end)

  it("is reported when nothing else is there", function()
    local path = write("cut.dump", line(1):sub(1, 20))
    assert.equal(path .. ": no object in 1 line: line 1: truncated last line", failure(path))
  end)

  it("counts as a bad line in the middle", function()
    with(line(1) .. "\n" .. line(2):sub(1, 20) .. "\n" .. line(3) .. "\n", function(heap, report)
      assert.equal(2, #heap)
      assert.is_false(report.truncated)
      assert.equal(1, report.bad_lines)
      assert_problem(report, 1, 2, #line(1) + 1, "the line ends too early")
    end)
  end)
end)

describe("bad lines", function()
  it("are skipped, counted, and reported with line, offset and reason", function()
    local bad = "{oops}\n"
    with(line(1) .. "\n" .. bad .. line(2) .. "\n" .. bad, function(heap, report)
      assert.equal(2, #heap)
      assert.equal(4, report.lines)
      assert.equal(2, report.bad_lines)
      assert_problem(report, 1, 2, #line(1) + 1, "a key is not a string")
      assert_problem(report, 2, 4, 2 * #line(1) + 2 + #bad, "a key is not a string")
    end)
  end)

  it("are an error when strict", function()
    local path = write("bad.dump", line(1) .. "\n\nx\n" .. line(2) .. "\n")
    assert.equal(path .. ":3: not a JSON object", failure(path, { strict = true }))
  end)

  it("may be a million, of which a hundred are reported in file order", function()
    local content = ("bad\n"):rep(500000) .. line(1) .. "\n" .. ("bad\n"):rep(500000)
    with(content, function(heap, report)
      assert.equal(1, #heap)
      assert.equal(1000000, report.bad_lines)
      assert.equal(1000001, report.lines)
      assert.equal(100, #report.problems)
      assert_problem(report, 1, 1, 0, "not a JSON object")
      assert_problem(report, 100, 100, 396, "not a JSON object")
    end)
  end)

  it("may be all that the file has", function()
    local path = write("bad.dump", ("bad\n"):rep(1000000))
    assert.equal(path .. ": no object in 1000000 lines: line 1: not a JSON object", failure(path))
  end)

  it("are reported with what an object lacks", function()
    local bad = {
      ['{"type": "t", "size": 1, "refs": []}'] = "no address",
      ['{"address": "1", "type": "t"}'] = "address is not an unsigned 64-bit integer",
      ['{"address": -1, "type": "t"}'] = "address is not an unsigned 64-bit integer",
      ['{"address": 1.5, "type": "t"}'] = "address is not an unsigned 64-bit integer",
      ['{"address": 18446744073709551616, "type": "t"}'] = "address is not an unsigned 64-bit integer",
      ['{"address": 1, "size": 1}'] = "no type",
      ['{"address": 1, "type": 5}'] = "type is not a string",
      [line(1) .. line(2)] = "unexpected character after the object",
      ['{"address": 007, "type": "t"}'] = "invalid number",
      ['{"address": 1, "type": t}'] = "not a JSON value",
    }
    for content, reason in pairs(bad) do
      with(line(9) .. "\n" .. content .. "\n", function(heap, report)
        assert.equal(1, #heap)
        assert.equal(1, report.bad_lines)
        assert_problem(report, 1, 2, #line(9) + 1, reason)
      end)
    end
  end)
end)

describe("an object with a repair", function()
  local function object(fields)
    return '{"address": 1, "type": "t", ' .. fields .. "}"
  end

  it("may have refs that are not addresses", function()
    local content = object '"size": 8, "refs": ["2", 3, -4, 5.0, null, [6], 18446744073709551616, 7]'
    with(content .. "\n", function(heap, report)
      assert.same({ 3, 7 }, heap[1].children)
      assert_problem(report, 1, 1, 0, "a reference is not an address")
    end)
    assert_mended(object '"size": 8', "no refs")
    assert_mended(object '"size": 8, "refs": "2"', "refs is not an array")
  end)

  it("may have an invalid size", function()
    assert_mended(object '"size": -8, "refs": []', "negative size")
    assert_mended(object '"size": 1.5, "refs": []', "size is not an integer")
    assert_mended(object '"size": 9223372036854775808, "refs": []', "size is too large")
    assert_mended(object '"refs": []', "no size")
    with(object '"size": -8, "refs": []' .. "\n", function(heap) assert.equal(0, heap[1].size) end)
  end)

  it("may have sizes whose sum is too large", function()
    local large = '{"address": %d, "type": "list", "size": 9223372036854775806, "refs": []}\n'
    with(large:format(1) .. large:format(2), function(heap, report)
      assert_problem(report, 1, 2, 2 * (#large - 1), "the sizes add up to 2^63 - 1 bytes or more, where totals stop")
      assert.same({ math.maxinteger, math.maxinteger - 1 }, { heap.total_size, heap[2].size })
    end)
    with(large:format(1), function(_, report) assert.equal(0, #report.problems) end)
  end)

  it("may have invalid text", function()
    local function check(value, reason, expected)
      local content = object(('"size": 8, "value": "%s", "refs": []'):format(value))
      with(content .. "\n", function(heap, report)
        assert_problem(report, 1, 1, 0, reason)
        assert.equal(expected, heap[1].value)
      end)
    end
    check("caf\xe9!", "invalid UTF-8", "caf\u{FFFD}!")
    check("\xe2\x98", "invalid UTF-8", "\u{FFFD}")
    check("a\0b", "control character in a string", "a\u{FFFD}b")
    check("a\tb", "control character in a string", "a\u{FFFD}b")
    check("a\\xb", "invalid escape in a string", "a\u{FFFD}b")
    check("\\u12G4", "invalid escape in a string", "\u{FFFD}12G4")
  end)

  it("may have a len, name or value that cannot be kept", function()
    assert_mended(object '"size": 8, "len": 1.5, "refs": []', "len is not a 64-bit integer")
    assert_mended(object '"size": 8, "name": 5, "refs": []', "name is not a string")
    assert_mended(object '"size": 8, "value": [5], "refs": []', "value is an array or an object")
  end)

  it("is an error when strict", function()
    local path = write("mended.dump", line(1) .. "\n" .. object '"size": -8, "refs": []' .. "\n")
    assert.equal(path .. ":2: negative size", failure(path, { strict = true }))
  end)
end)

describe("NUL bytes", function()
  it("between lines make those lines bad, and the others stay", function()
    with(line(1) .. "\n" .. ("\0"):rep(4096) .. "\n" .. line(2) .. "\n", function(heap, report)
      assert.equal(2, #heap)
      assert.equal(1, report.bad_lines)
      assert_problem(report, 1, 2, #line(1) + 1, "not a JSON object")
    end)
  end)
end)

describe("a line of 20 MB", function()
  local function write_long(name, head, piece, count, tail)
    local file = assert(io.open(path_of(name), "wb"))
    local block = piece:rep(10000)
    file:write(line(1), "\n", head)
    for _ = 1, count // 10000 do file:write(block) end
    file:write(tail, "\n", line(3), "\n")
    file:close()
    return path_of(name)
  end

  it("may be a list of references", function()
    local count = 6660000
    local path = write_long("long.dump", '{"address": 2, "type": "list", "size": 8, "refs": [1', ", 3", count, "]}")
    local heap <close> = load(path)
    os.remove(path)
    assert.equal(3, #heap)
    assert.equal(count + 1, #heap[2])
    assert.equal(0, #heap.report.problems)
    assert.same({ 2 }, heap[3].parents)
  end)

  it("may be a string", function()
    local path = write_long("long.dump", '{"address": 2, "type": "str", "size": 8, "refs": [], "value": "', "snow\\n",
      3330000, '"}')
    local heap <close> = load(path, { max_text = "20M" })
    assert.equal(3, #heap)
    assert.equal(3330000 * 5, #heap[2].value)
    assert.equal(0, heap.report.cut_texts)
    local short <close> = load(path)
    os.remove(path)
    assert.equal(heap[2].value:sub(1, 65536), short[2].value)
    assert.same({ 3, 1, 0 }, { #short, short.report.cut_texts, #short.report.problems })
  end)

  it("may not be an object", function()
    local path = write_long("long.dump", "", "garbage! ", 2220000, "")
    local heap <close> = load(path)
    os.remove(path)
    assert.equal(2, #heap)
    assert.equal(1, heap.report.bad_lines)
    assert_problem(heap.report, 1, 2, #line(1) + 1, "not a JSON object")
  end)
end)

describe("a compressed dump", function()
  local function packed(tool, content)
    local plain = write("plain", content)
    local out = path_of("packed." .. tool)
    assert(shell(("%s -c %s > %s"):format(tool, plain, out)))
    local file = assert(io.open(out, "rb"))
    local bytes = file:read "a"
    file:close()
    return bytes
  end

  it("that is cut in the middle is read up to the cut, and reported", function()
    for _, tool in ipairs { "gzip", "zstd" } do
      local content = lines(200000)
      local bytes = packed(tool, content)
      with(bytes:sub(1, #bytes // 2), function(heap, report)
        assert.is_true(#heap > 10000 and #heap < 200000)
        assert.is_true(report.truncated)
        local last = report.problems[#report.problems]
        assert.equal(tool .. " stream ends too early", last.reason)
      end)
    end
  end)

  it("that holds nothing before the cut is an error", function()
    local path = write("cut.gz", packed("gzip", lines(10)):sub(1, 12))
    assert.equal(path .. ": gzip stream ends too early", failure(path))
  end)

  it("that is damaged is reported", function()
    local bytes = packed("gzip", lines(1000))
    local damaged = bytes:sub(1, -7) .. string.char(bytes:byte(-6) ~ 1) .. bytes:sub(-5)
    with(damaged, function(heap, report)
      assert.equal(1000, #heap)
      assert.equal("gzip: checksum mismatch", report.problems[1].reason)
    end)
  end)

  it("that is cut is an error when strict", function()
    local bytes = packed("gzip", lines(1000))
    local path = write("cut.gz", bytes:sub(1, -5))
    assert.truthy(failure(path, { strict = true }):find("gzip stream ends too early", 1, true))
  end)
end)

describe("a dump that changes while it is read", function()
  -- Strict, so that a single thread reads and reports progress after each block.
  local function change_while_reading(path, command)
    local changed = false
    return failure(path, {
      strict = true,
      progress = function()
        if not changed then assert(shell(command)) end
        changed = true
        return true
      end,
    })
  end

  it("ends where it ends when it shrinks", function()
    local content = lines(100000)
    local path = write("shrinks.dump", content)
    local size = content:find("\n", 3000000, true)
    assert.equal(("%s:%d: the file shrank from %d to %d bytes while it was read"):format(
      path, select(2, content:sub(1, size):gsub("\n", "")), #content, size),
      change_while_reading(path, ("truncate -s %d %s"):format(size, path)))
  end)

  it("is read as long as it was when it grows", function()
    local content = lines(100000)
    local path = write("grows.dump", content)
    assert.equal(("%s:100000: the file grew while it was read; only its first %d bytes count"):format(path, #content),
      change_while_reading(path, ("printf '\\n' >> %s"):format(path)))
  end)
end)

describe("the program", function()
  it("reports the error and exits with status 2", function()
    for _, case in ipairs {
      { path_of "missing.dump", "no such file" },
      { folder, "is a directory" },
      { write("empty.dump", ""), "empty file" },
      { write("text.dump", "x\n"), "no object in 1 line: line 1: not a JSON object" },
    } do
      local text, status = output(("%s summary %s 2>&1 </dev/null"):format(program, case[1]))
      assert.equal(2, status)
      assert.truthy(text:find(case[1] .. ": " .. case[2], 1, true), text)
    end
  end)
end)
