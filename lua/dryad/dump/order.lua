--- What the thread in the process is told, as src/python/attach.h lays it out.
-- @module dryad.dump.order

local M = {}

local VALUES = { full = 0, hash = 1, none = 2 }

--- Bytes of the block that it lies in; what follows the order is free for others.
M.SIZE = 16384

--- The start of the block.
-- @tparam table options `values`, `max_value`, `dump_path`, `status_path`
-- @treturn string
-- @usage order.pack { values = "full", max_value = 100, dump_path = "/tmp/d", status_path = "/tmp/s" }
function M.pack(options)
  return ("<I8I8I4I4c512c512"):pack(M.SIZE, options.max_value, VALUES[options.values], 0, options.dump_path,
    options.status_path)
end

return M
