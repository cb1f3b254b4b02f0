// 一所学校开设哪些专业
// Programs that a school offers
// @school School     学校 / the school
// > program      专业 / program
// > kind         类型 / kind
// > status       名单或立项 / status
// > years        年份 / years
MATCH (s:School {id: $school})-[r:OFFERS]->(p:Program)
WHERE $scope = "" OR $scope IN r.scopes
RETURN p.name AS program, p.kind AS kind, r.status AS status, r.years AS years, r.evidence AS evidence
ORDER BY program
