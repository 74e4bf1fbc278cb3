-- SPDX-License-Identifier: MIT
local builder = require "tests.spec.support.dump_builder"
local object_words = require "dryad.browse.object_words"

local made = builder.new()
local address = {
  text = made:text "it's",
  none = made:add("NoneType"),
  truth = made:add("bool", {}, { value = "True" }),
  number = made:add("int", {}, { value = 7 }),
  dict = made:dict { { "a", made:add "x" } },
  long = made:add("list", {}, { len = 1500 }),
  code = made:add("function", {}, { name = "on_retry" }),
}
address.session = made:instance("Session", {
  { "page", made:text "long" }, { "customer_id", made:add("int", {}, { value = 17 }) },
})
address.named = made:instance("Job", {
  { "started", made:add("int", {}, { value = 3 }) }, { "name", made:text "job 1" },
})
address.plain = made:instance("Plain", { { "items", made:add("list", {}, { len = 0 }) } })
address.module = made:module("shop", {})
local heap = made:heap()

local function of(name)
  return object_words.of(heap[address[name]])
end

describe("objects in words", function()
  it("have their value, their name or their length", function()
    assert.same({ [[str "it's"]], "None", "True", "int 7", "dict, 1 entry", "list, 1,500 items", "function on_retry",
                  "Session", "module shop" },
      { of "text", of "none", of "truth", of "number", of "dict", of "long", of "code", of "session", of "module" })
  end)

  it("have an attribute that tells them from others of their class, a name before an id before any text", function()
    assert.equal("Session .customer_id=17", object_words.detailed(heap[address.session]))
    assert.equal("Job .name='job 1'", object_words.detailed(heap[address.named]))
    assert.equal("Plain", object_words.detailed(heap[address.plain]))
    assert.equal("list, 1,500 items", object_words.detailed(heap[address.long]))
  end)

  it("are groups by their number and class", function()
    assert.equal("1,500 x shop.Entry", object_words.group(1500, "shop.Entry", heap[address.plain]))
    assert.equal("Plain", object_words.group(1, "Plain", heap[address.plain]))
  end)

  it("are told by the name of the reference that leads to them, if it has one", function()
    assert.equal("['a']", object_words.label(heap[address.dict], heap[address.dict][2]))
    assert.equal("", object_words.label(heap[address.dict], heap[address.dict][1]))
  end)

  it("have addresses as Python writes them", function()
    assert.equal(("0x%x"):format(address.text), object_words.address(heap[address.text]))
  end)
end)
