// 获得哪些奖项和荣誉
// Awards and honours of a school, enterprise, person, course …, and of what it made (a contest's entry, a course)
// @name any             谁获得 / who received them
// @level text = ""      级别，如 国家 / the award's level
// @year int = 0         年份 / the year
// > award        奖项 / award
// > rank         等级 / rank
// > level        级别 / level
// > contest      赛事 / contest
// > year         年 / year
// > status       状态 / status
// > count        数量 / count
// > work         获奖成果 / work
MATCH (n {id: $name})-[:DEVELOPED*0..1]->(t)-[r:RECEIVED]->(a:Award)
WHERE ($level = "" OR a.level = $level) AND ($year = 0 OR r.year = $year OR $year IN r.years)
  AND ($scope = "" OR $scope IN r.scopes)
OPTIONAL MATCH (a)-[:AT]->(c:Competition|Event)
WITH n, t, a, r, c ORDER BY c.name
WITH n, t, a, r, collect(DISTINCT c.name) AS contest
RETURN a.name AS award, a.rank AS rank, coalesce(r.level, a.level) AS level, contest, r.year AS year,
       r.status AS status, r.count AS count, CASE WHEN t.id = n.id THEN "" ELSE t.name END AS work,
       r.evidence AS evidence
ORDER BY year DESC, award, work
