// 谁获奖：按赛事、奖项、级别、年份、状态
// Winners by contest, award, level, year and status
// @contest text = ""   赛事名称中的字 / a part of the contest's name
// @award text = ""     奖项名称中的字 / a part of the award's name
// @level text = ""     级别，如 国家 / the award's level
// @status text = ""    状态：立项、培育、入围 … / the status
// @year int = 0        年份 / the year
// > winner       获奖者 / winner
// > label        类别 / label
// > award        奖项 / award
// > contest      赛事 / contest
// > event        赛项 / event
// > level        级别 / level
// > year         年 / year
// > status       状态 / status
MATCH (n)-[r:RECEIVED]->(a:Award)
WHERE a.name CONTAINS $award AND ($level = "" OR coalesce(r.level, a.level) = $level)
  AND ($status = "" OR r.status = $status) AND ($year = 0 OR r.year = $year OR $year IN r.years)
  AND ($scope = "" OR $scope IN r.scopes)
OPTIONAL MATCH (a)-[:AT]->(c:Competition|Event)
WITH n, r, a, c ORDER BY c.name
WITH n, r, a, collect(DISTINCT c.name) AS contest
WHERE $contest = "" OR any(c IN contest WHERE c CONTAINS $contest)
RETURN n.name AS winner, labels(n)[0] AS label, a.name AS award, contest, r.event AS event,
       coalesce(r.level, a.level) AS level, r.year AS year, r.status AS status, r.evidence AS evidence
ORDER BY award, winner, year, label
