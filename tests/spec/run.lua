-- SPDX-License-Identifier: MIT
-- Runs the spec files named on the command line with busted, in the Lua that runs this file.
require "busted.runner" { standalone = false }
