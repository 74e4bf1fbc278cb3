-- strings by how they begin: which kinds of text (URLs, queries, markup, log lines) take the memory
--
--   dryad run text_prefixes DUMP
--   dryad run text_prefixes DUMP chars=20
--
-- :chars integer = 10   characters that are compared
-- :count integer = 20   rows in the table

select type, substr(value, 1, :chars) as begins, count(*) as count, sum(size) as size, max(size) as largest
from obj
where type in ('str', 'unicode', 'bytes', 'bytearray')
  and value is not null
group by type, begins
having count(*) > 1
order by size desc, type, begins
limit :count
-- SPDX-License-Identifier: MIT
