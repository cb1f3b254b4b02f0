// 贯通培养：哪些学校之间，怎样贯通
// Schools that go on into one another
// @school School = ""    只看这所学校 / only this school
// > school       学校 / school
// > other        对接学校 / other school
// > mode         方式 / mode
// > program      专业 / program
// > years        年份 / years
MATCH (a:School)-[r:ARTICULATES_WITH]->(b:School)
WHERE ($school = "" OR a.id = $school OR b.id = $school) AND ($scope = "" OR $scope IN r.scopes)
RETURN a.name AS school, b.name AS other, r.mode AS mode, r.program AS program, r.years AS years, r.evidence AS evidence
ORDER BY school, other, mode, program
