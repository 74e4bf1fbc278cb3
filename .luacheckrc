-- SPDX-License-Identifier: MIT
std = "lua54"
max_line_length = 120
codes = true
exclude_files = { "build*" }
files["tests/spec"] = { std = "+busted" }
files["tests/embed"] = { read_globals = { "heap", "double" } }
