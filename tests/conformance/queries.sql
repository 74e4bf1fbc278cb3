-- SPDX-License-Identifier: MIT
-- Queries that must give the same over the heap as over plain tables that hold the same rows.
-- Each ends with a `;`. What follows `=>` is the same in SQLite's own words, where those differ.
-- {a} is the address of an object of type dict with 3 references or more, {b} a str with referrers, {c} a module.

select count(*) from obj;
select count(*) from ref;
select sum(size), min(size), max(size), avg(size), total(size) from obj;
select * from obj where type = 'dict' order by address limit 10;
select * from obj where type = 'dict' order by address desc limit 10;
select * from obj where type = 'dict' order by address limit 10 offset 25;
select * from obj where address = {a};
select * from obj where address = '{a}';
select * from obj where address = {a}.0;
select * from obj where address = {a}.5;
select * from obj where address = null;
select * from obj where address = 'x';
select * from obj where address in ({a}, {b}, {c}, 17, null);
select * from obj where address not in ({a}, {b}) and type = 'module';
select count(*) from obj where address > {a};
select count(*) from obj where address >= {a};
select count(*) from obj where address < {a};
select count(*) from obj where address <= {a};
select count(*) from obj where address between {c} and {a} or address between {a} and {c};
select address from obj where address > {a} order by address limit 5;
select address from obj where address < {a} order by address desc limit 5;
select address from obj where address > {a}.5 order by address limit 5;
select address from obj where address >= '{a}' order by address limit 5;
select min(address), max(address) from obj;
select type, count(*), sum(size) from obj group by type order by 3 desc, 1;
select type, count(*), sum(size) from obj group by type order by type desc;
select type, count(*) n from obj group by type having n > 100 order by n desc, type;
select distinct type from obj order by type;
select count(distinct type) from obj;
select type, max(size) from obj where type in ('dict', 'list') group by type order by type;
select type, count(*) from obj where type in ('dict', 'no such type', 'str', '') group by type;
select count(*) from obj where type = 'no such type';
select count(*) from obj where type = null;
select count(*) from obj where type is null;
select count(*) from obj where type is not null;
select count(*) from obj where type = 5;
select count(*) from obj where type like 'T%';
select count(*) from obj where type glob 'Thread*';
select count(*) from obj where type > 'm' and type < 'u';
select type from obj where type >= 'tuple' group by type order by type;
select count(*) from obj where size > 1000;
select count(*) from obj where size >= 1000 and size < 5000;
select count(*) from obj where size between 100 and 200 and type = 'dict';
select count(*) from obj where size = 280;
select count(*) from obj where size > 279.5 and size < '281';
select count(*) from obj where size < 0;
select address, size from obj order by size desc, address limit 20;
select address, size from obj where type = 'str' order by size, address limit 20;
select count(*) from obj where len is null;
select len, count(*) from obj where type = 'tuple' group by len order by len;
select address, len from obj where len > 100 order by len desc, address;
select count(*) from obj where mark is null;
select count(*) from obj where mark > 0;
select name from obj where type = 'module' order by name;
select count(*) from obj where name is not null;
select name, count(*) from obj where name is not null group by name order by 2 desc, 1 limit 20;
select typeof(value), count(*) from obj group by 1 order by 1;
select value from obj where type = 'int' order by value limit 50;
select sum(value) from obj where type = 'int' and typeof(value) = 'integer' and abs(value) < 1000000;
select value, count(*) n from obj where type = 'str' group by value having n > 1 order by n desc, value limit 30;
select count(*) from obj where value = 'self';
select count(*) from obj where value = 1;
select count(*) from obj where value = '1';
select count(*) from obj where value like '%thread%';
select length(value), count(*) from obj where type = 'str' group by 1 order by 1;
select hex(value) from obj where type in ('str', 'unicode') order by address limit 300;
select repr, count(*) from obj group by repr order by 2 desc, 1 limit 100;
select repr from obj where type in ('str', 'unicode') order by address limit 500;
select count(*) from obj where repr = type;
select parent, child from ref where parent = {a};
select parent, child from ref where child = {b} order by parent;
select child from ref where parent = '{a}';
select count(*) from ref where parent = {a} and child = {b};
select count(*) from ref where parent in ({a}, {c});
select count(*) from ref where child in ({b}, {a}, 3);
select count(*) from ref where parent = null;
select count(*) from ref where child = 'x';
select parent, count(*) n from ref group by parent order by n desc, parent limit 20;
select child, count(*) n from ref group by child order by n desc, child limit 20;
select count(distinct parent), count(distinct child) from ref;
select count(*) from ref where child not in (select address from obj);
select count(*) from obj where address not in (select child from ref);
select parent, child from ref order by parent, child limit 30;
select count(*) from ref where parent = child;
select count(*) from ref where parent > {a};
select p.type, c.type, count(*) n from ref join obj p on p.address = ref.parent join obj c on c.address = ref.child group by 1, 2 order by n desc, 1, 2 limit 30;
select o.address, count(ref.child) from obj o left join ref on ref.parent = o.address where o.type = 'module' group by o.address order by o.address;
select c.type, count(*) from obj p, ref, obj c where p.type = 'module' and ref.parent = p.address and c.address = ref.child group by c.type order by 2 desc, 1;
select count(*), sum(size) from obj where address in (select child from ref where parent in (select address from obj where type = 'Thread'));
select type, count(*) from obj where address in (select parent from ref where child in (select address from obj where type = 'str' and size > 200)) group by type order by type;
select address from obj o where type = 'dict' and exists (select 1 from ref where parent = o.address and child = o.address);
select address from obj o where type = 'list' and (select count(*) from ref where child = o.address) > 1 order by address limit 20;
select a.address, b.address from obj a join obj b on a.size = b.size and a.address < b.address where a.type = 'module' and b.type = 'module' order by 1, 2;
select count(*) from obj a cross join obj b where a.type = 'module' and b.type = 'module';
select a.address from obj a left join obj b using (address) where b.address is null;
select address from obj where type = 'module' union select address from obj where type = 'dict' and size > 5000 order by 1;
select address from obj where type = 'dict' except select child from ref order by 1;
select child from ref where parent = {a} intersect select address from obj where type = 'str' order by 1;
with big as (select * from obj where size > 2000) select type, count(*) from big group by type order by type;
with recursive up(address, depth) as (select {b}, 0 union select parent, depth + 1 from ref, up where child = up.address and depth < 3) select depth, count(*) from up group by depth order by depth;
with recursive down(address) as (select {c} union select child from ref join down on parent = down.address limit 500) select count(*) from down;
select type, size, rank() over (partition by type order by size desc, address) r from obj where type in ('module', 'list') order by type, r, address limit 40;
select case when size > 1000 then 'big' when size > 100 then 'middle' else 'small' end k, count(*), sum(size) from obj group by k order by k;
select (select count(*) from ref), (select count(*) from obj), (select max(size) from obj where type = 'dict');
select group_concat(type, ',') from (select distinct type from obj order by type limit 5);
select upper(type), length(type) from obj group by type order by 2, 1 limit 20;
select count(*) from obj where size & 8;
select count(*) from obj where (size & 16) = 16 and size&7 = 0;
select 1 + 1, 'a''b', null, 0.5, x'00ff', -9223372036854775808;
select printf('%d %s', size, type) from obj where address = {a};
select max(size) from obj where address < 0;
select * from obj where 0;
select address from obj where address in {a}& order by address
  => select address from obj where address in (select child from ref where parent = {a}) order by address;
select address from obj where address in {b}^ order by address
  => select address from obj where address in (select parent from ref where child = {b}) order by address;
select count(*) from obj where address in {b}^^
  => select count(*) from obj where address in (select parent from ref where child in (select parent from ref where child = {b}));
select count(*) from obj where address in {c}&&
  => select count(*) from obj where address in (select child from ref where parent in (select child from ref where parent = {c}));
select count(*), sum(size) from obj where address in 0&
  => select count(*), sum(size) from obj where address not in (select child from ref);
select count(*) from obj where address in 0&&
  => select count(*) from obj where address in (select child from ref where parent in (select address from obj where address not in (select child from ref)));
select o.address from obj o where o.type = 'list' and {c} in o.address^ order by 1
  => select o.address from obj o where o.type = 'list' and {c} in (select parent from ref where child = o.address) order by 1;
select num_refs, count(*) from obj group by num_refs order by num_refs
  => select (select count(*) from ref where parent = address), count(*) from obj group by 1 order by 1;
select count(*) from obj where num_parents = 0
  => select count(*) from obj where address not in (select child from ref);
select num_parents from obj where type in ('module', 'list', 'type') order by address
  => select (select count(distinct parent) from ref where child = address) from obj where type in ('module', 'list', 'type') order by address;
select position, child from ref where parent = {a} order by position
  => select row_number() over (order by rowid) - 1, child from ref where parent = {a} order by rowid;
