-- types whose objects refer to addresses that the dump does not hold
--
--   dryad run dangling DUMP
--
-- A few are normal: objects created or freed while the dump was written, or skipped by the dumper. Many mean that the
-- dump is incomplete. `example` is one of the objects.
--
-- :count integer = 20   rows in the table

select p.type, count(*) as refs, count(distinct r.child) as addresses, min(p.address) as example
from ref r
join obj p on p.address = r.parent
left join obj c on c.address = r.child
where c.address is null
group by p.type
order by refs desc, p.type
limit :count
-- SPDX-License-Identifier: MIT
