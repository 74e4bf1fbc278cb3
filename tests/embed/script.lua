-- SPDX-License-Identifier: MIT
local threads = heap:get_all("Thread")
print(#threads .. " threads, doubled " .. double(#threads))
