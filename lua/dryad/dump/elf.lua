--- What an ELF file of 64 bits says of itself: what it is for, its symbols, its build id.
-- @module dryad.dump.elf

local M = {}

local HEADER, SECTION, SYMBOL = 64, 64, 24
local DYNSYM, NOTE, BUILD_ID, NOBITS = 11, 7, 3, 8
local LOAD, INTERPRETER = 1, 3

local Elf = {}
Elf.__index = Elf

local function read_at(file, offset, size)
  file:seek("set", offset)
  local text = size > 0 and file:read(size) or ""
  return text and #text == size and text or nil
end

--- Reads the head of a file.
-- @tparam string path
-- @treturn table|nil with `bits` (32 or 64) and `machine` (62: x86-64, 183: aarch64); nil when it is none or cannot
-- be read
-- @treturn ?string why
-- @usage local libc = elf.open("/lib/x86_64-linux-gnu/libc.so.6")
function M.open(path)
  local file, message = io.open(path, "rb")
  if not file then
    return nil, message
  end
  local head = read_at(file, 0, HEADER)
  if not head or head:sub(1, 4) ~= "\127ELF" then
    file:close()
    return nil, path .. ": is no ELF file"
  end
  local self = setmetatable({ path = path, file = file, bits = head:byte(5) == 2 and 64 or 32 }, Elf)
  self.machine = ("<I2"):unpack(head, 19)
  if self.bits == 64 then
    self.segments_at, self.sections_at = ("<I8I8"):unpack(head, 33)
    self.num_segments = ("<I2"):unpack(head, 57)
    self.num_sections = ("<I2"):unpack(head, 61)
  end
  return self
end

--- Closes the file; also by `<close>`.
function Elf:close()
  self.file:close()
end
Elf.__close = Elf.close

function Elf:sections()
  if self.all_sections then
    return self.all_sections
  end
  local all = {}
  local text = read_at(self.file, self.sections_at, SECTION * self.num_sections) or ""
  for at = 1, #text, SECTION do
    local section = {}
    section.type = ("<I4"):unpack(text, at + 4)
    section.address, section.offset, section.size, section.link = ("<I8I8I8I4"):unpack(text, at + 16)
    all[#all + 1] = section
  end
  self.all_sections = all
  return all
end

local function segments(self)
  local all = {}
  local text = read_at(self.file, self.segments_at, 56 * self.num_segments) or ""
  for at = 1, #text, 56 do
    local kind, _, offset, address, _, size = ("<I4I4I8I8I8I8"):unpack(text, at)
    all[#all + 1] = { type = kind, offset = offset, address = address, size = size }
  end
  return all
end

--- What is to be added to its addresses where it is loaded.
-- @tparam table mapping of a part of the file, as @{dryad.dump.target.mappings} gives it
-- @treturn integer
function Elf:bias(mapping)
  for _, segment in ipairs(segments(self)) do
    if segment.type == LOAD then
      return mapping.from - mapping.offset - (segment.address - segment.offset)
    end
  end
  return 0
end

--- The path of the dynamic loader; nil for a library, and for a program linked statically.
-- @treturn ?string
function Elf:interpreter()
  for _, segment in ipairs(segments(self)) do
    if segment.type == INTERPRETER then
      return (read_at(self.file, segment.offset, segment.size) or ""):match("^[^\0]*")
    end
  end
  return nil
end

--- What it exports to others, by name: `{address=, size=}`.
-- @treturn table
-- @usage print(libc:symbols().malloc.address)
function Elf:symbols()
  if self.all_symbols then
    return self.all_symbols
  end
  local all, sections = {}, self:sections()
  for _, section in ipairs(sections) do
    local strings = section.type == DYNSYM and sections[section.link + 1]
    local names = strings and read_at(self.file, strings.offset, strings.size) or ""
    local text = strings and read_at(self.file, section.offset, section.size) or ""
    for at = 1, #text - SYMBOL + 1, SYMBOL do
      local name, _, _, index, address, size = ("<I4BBI2I8I8"):unpack(text, at)
      if index ~= 0 and name < #names then
        all[("z"):unpack(names, name + 1)] = { address = address, size = size }
      end
    end
  end
  self.all_symbols = all
  return all
end

--- Bytes of the file that are loaded at an address.
-- @tparam integer address
-- @tparam integer size
-- @treturn ?string
function Elf:bytes(address, size)
  for _, section in ipairs(self:sections()) do
    local inside = address - section.address
    if section.address ~= 0 and section.type ~= NOBITS and inside >= 0 and inside + size <= section.size then
      return read_at(self.file, section.offset + inside, size)
    end
  end
  return nil
end

--- The build id in hexadecimal digits, or nil.
-- @treturn ?string
function Elf:build_id()
  for _, section in ipairs(self:sections()) do
    local text = section.type == NOTE and read_at(self.file, section.offset, section.size) or ""
    if #text >= 16 then
      local name_size, size, kind = ("<I4I4I4"):unpack(text)
      if kind == BUILD_ID and text:sub(13, 15) == "GNU" then
        return (text:sub(13 + name_size, 12 + name_size + size):gsub(".", function(c)
          return ("%02x"):format(c:byte())
        end))
      end
    end
  end
  return nil
end

return M
