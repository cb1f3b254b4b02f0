// 只有一处原文的事实，置信度低的在前
// Facts that one place alone says, the least certain first
// @type text = ""        关系类型，如 LEADS / the type of relationship
// @below text = "1.01"   置信度低于 / confidence below
// > relation     关系 / relation
// > head         主体 / from
// > tail         客体 / to
// > confidence   置信度 / confidence
MATCH (a)-[r]->(b)
WHERE NOT type(r) IN ["MENTIONED_IN", "PART_OF", "IN_REPORT", "OF_INDICATOR"]
  AND ($type = "" OR type(r) = $type) AND ($scope = "" OR $scope IN r.scopes) AND r.confidence < toFloat($below)
UNWIND r.evidence AS said
MATCH (p:Passage {id: said})
WITH a, r, b, count(DISTINCT CASE WHEN p.table IS NULL THEN p.id ELSE p.report + toString(p.table) END) AS places
WHERE places = 1
RETURN type(r) AS relation, a.name AS head, b.name AS tail, r.confidence AS confidence, r.evidence AS evidence
ORDER BY confidence, relation, head, tail
