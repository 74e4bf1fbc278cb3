--- What a reference is called, as a Python user would write it.
-- @module dryad.label

--- An instance or module whose references are name, value, name, value, ... (an instance's end with its class).
local function has_names(o)
  if o.type == "module" then
    return true
  end
  return #o % 2 == 1 and o[-1].name == o.type
end

local function key_text(key)
  local value = key.value
  if type(value) == "string" then
    return ("['%s']"):format(value:gsub("[%c'\\]", function(c)
      return ("\\x%02x"):format(c:byte())
    end))
  end
  return ("[%s]"):format(value == nil and tostring(key) or tostring(value))
end

--- The label of the i-th reference of an object: `.name` for an attribute, `['key']` or `[7]` in a
-- dict, `[3]` in a list or tuple (from 0, as in Python), `(class)`, else `[ref 4]`.
-- @tparam object o
-- @tparam integer i from 1
-- @treturn string
-- @usage print(require("dryad.label")(heap "Thread"[1], 2)) --> ._Thread__ident
local function label(o, i)
  local kind = o.type
  if kind == "list" or kind == "tuple" then
    return ("[%d]"):format(i - 1)
  elseif i == #o and kind ~= "module" and o[i].name == kind then
    return "(class)"
  elseif i % 2 == 0 then
    local key = o[i - 1]
    if has_names(o) and type(key.value) == "string" then
      return "." .. key.value
    elseif o.len and #o == 2 * o.len then
      return key_text(key)
    end
  end
  return ("[ref %d]"):format(i)
end

return label
