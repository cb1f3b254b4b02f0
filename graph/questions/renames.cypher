// 更名、升格、并入：前身与后身
// Predecessors and successors of schools
// @school School = ""    只看这所学校 / only this school
// > before       前身 / before
// > after        后身 / after
// > kind         方式 / kind
// > year         年 / year
MATCH (a:School)-[r:RENAMED_TO]->(b:School)
WHERE ($school = "" OR a.id = $school OR b.id = $school) AND ($scope = "" OR $scope IN r.scopes)
RETURN a.name AS before, b.name AS after, r.kind AS kind, r.year AS year, r.evidence AS evidence
ORDER BY before, after
