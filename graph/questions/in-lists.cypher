// 哪些学校同时在几个名单上
// Schools that stand on several lists at once
// @one text          名单名称中的字，如 优质中职学校 / a part of the first list's name
// @two text          第二个名单 / the second list
// @three text = ""   第三个名单 / a third list
// @four text = ""    第四个名单 / a fourth list
// > school       学校 / school
// > lists        名单 / lists
MATCH (s:School)-[r:RECEIVED|OFFERS|OPERATES|DEVELOPED]->(x)
WHERE $scope = "" OR $scope IN r.scopes
WITH s, r, CASE WHEN type(r) = "RECEIVED" THEN x.name ELSE r.status END AS list
WHERE list IS NOT NULL
  AND (list CONTAINS $one OR list CONTAINS $two
       OR ($three <> "" AND list CONTAINS $three) OR ($four <> "" AND list CONTAINS $four))
WITH s, r, list ORDER BY list
WITH s, collect(DISTINCT list) AS lists, collect(r.evidence) AS passages
WHERE any(l IN lists WHERE l CONTAINS $one) AND any(l IN lists WHERE l CONTAINS $two)
  AND ($three = "" OR any(l IN lists WHERE l CONTAINS $three))
  AND ($four = "" OR any(l IN lists WHERE l CONTAINS $four))
RETURN s.name AS school, lists, passages AS evidence
ORDER BY school
