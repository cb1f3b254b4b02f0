// 有哪些名单，各有多少学校
// Lists and honours, and how many schools stand on each
// @name text = ""   名单名称中的字 / a part of the list's name
// > list         名单 / list
// > schools      学校数 / schools
// > entries      条目数 / entries
// > years        年份 / years
MATCH (s:School)-[r:RECEIVED|OFFERS|OPERATES|DEVELOPED]->(x)
WHERE $scope = "" OR $scope IN r.scopes
WITH s, r, CASE WHEN type(r) = "RECEIVED" THEN x.name ELSE r.status END AS list
WHERE list IS NOT NULL AND list CONTAINS $name
UNWIND CASE WHEN size(r.years) > 0 THEN r.years ELSE [null] END AS year
WITH list, s, r, year ORDER BY year
RETURN list, count(DISTINCT s.id) AS schools, count(DISTINCT r.id) AS entries, collect(DISTINCT year) AS years,
       collect(DISTINCT r.evidence) AS evidence
ORDER BY schools DESC, list
