-- keys that the most dicts have: records that are kept as dicts show by their keys
--
--   dryad run dict_keys DUMP
--
-- Attributes are not among them, as far as instances and their dicts were joined in loading. `size` is that of the
-- dicts, `example` one of them.
--
-- :count integer = 20   rows in the table

select k.value as key, count(*) as dicts, sum(d.size) as size, min(d.address) as example
from obj d
join ref r on r.parent = d.address
join obj k on k.address = r.child
where d.type = 'dict'
  and d.num_refs = 2 * d.len
  and r.position % 2 = 0
  and k.type in ('str', 'unicode')
group by k.value
order by dicts desc, key
limit :count
-- SPDX-License-Identifier: MIT
