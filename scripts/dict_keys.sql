-- the most frequent keys of dicts: they reveal records that are kept as dicts
--
--   dryad run dict_keys DUMP
--
-- Attributes are not included if loading folded dicts into their instances. `size` is that of the dicts, `example` one
-- of them.
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
