// 哪些学校开设一个专业
// Schools that offer a program
// @program Program   专业 / the program
// > school       学校 / school
// > program      专业 / program
// > status       名单或立项 / status
// > years        年份 / years
MATCH (s:School)-[r:OFFERS]->(p:Program {id: $program})
WHERE $scope = "" OR $scope IN r.scopes
RETURN s.name AS school, p.name AS program, r.status AS status, r.years AS years, r.evidence AS evidence
ORDER BY school
