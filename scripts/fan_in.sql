-- the objects with the most referrers, and what each keeps alive
--
--   dryad run fan_in DUMP
--   dryad run fan_in DUMP type=dict
--
-- Types, modules and None would always come first: they are left out unless you name their type.
--
-- :type type optional   only objects of this type
-- :count integer = 20   rows in the table

select address, type, num_parents, size, retained, repr
from obj
where type = :type
   or :type is null and type not in ('type', 'classobj', 'module', 'NoneType', 'bool')
order by num_parents desc, address
limit :count
-- SPDX-License-Identifier: MIT
