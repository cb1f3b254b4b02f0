// 哪些学校同在一个产教联盟
// Schools that share a community, consortium or alliance
// @school School = ""   只看这所学校 / only this school's pairs
// @kind text = ""       联盟类型，如 行业共同体 / the alliance's kind
// > school       学校 / school
// > other        另一学校 / other school
// > shared       共同数 / shared
// > alliances    联盟 / alliances
MATCH (s:School)-[r:LEADS|MEMBER_OF]->(a:Alliance)<-[q:LEADS|MEMBER_OF]-(o:School)
WHERE s.id <> o.id
  AND CASE WHEN $school = "" THEN s.id < o.id ELSE s.id = $school END
  AND ($kind = "" OR a.kind = $kind)
  AND ($scope = "" OR ($scope IN r.scopes AND $scope IN q.scopes))
WITH s, o, a, collect(r.evidence) + collect(q.evidence) AS passages
ORDER BY a.name
WITH s, o, collect(DISTINCT a.name) AS alliances, collect(passages) AS passages
RETURN s.name AS school, o.name AS other, size(alliances) AS shared, alliances, passages AS evidence
ORDER BY shared DESC, school, other
