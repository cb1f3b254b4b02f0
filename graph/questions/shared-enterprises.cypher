// 哪些学校与同一家企业合作
// Schools that work with the same enterprise
// @school School = ""          只看这所学校 / only this school's pairs
// @enterprise Enterprise = ""  只看这家企业 / only this enterprise
// > school       学校 / school
// > other        另一学校 / other school
// > shared       共同数 / shared
// > enterprises  企业 / enterprises
MATCH (s:School)-[r:COOPERATES_WITH]-(e:Enterprise)-[q:COOPERATES_WITH]-(o:School)
WHERE s.id <> o.id
  AND CASE WHEN $school = "" THEN s.id < o.id ELSE s.id = $school END
  AND ($enterprise = "" OR e.id = $enterprise)
  AND ($scope = "" OR ($scope IN r.scopes AND $scope IN q.scopes))
WITH s, o, e, collect(r.evidence) + collect(q.evidence) AS passages
ORDER BY e.name, e.id
WITH s, o, collect(e.name) AS enterprises, collect(passages) AS passages
RETURN s.name AS school, o.name AS other, size(enterprises) AS shared, enterprises, passages AS evidence
ORDER BY shared DESC, school, other
