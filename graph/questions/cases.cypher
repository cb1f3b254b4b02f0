// 一个区或一所学校的案例
// Cases of a district or a school
// @school actor = ""     讲述谁 / about whom
// @district text = ""    区名 / the district's name
// > case         案例 / case
// > number       编号 / number
// > about        讲述 / about
// > report       报告 / report
MATCH (c:Case)-[m:MENTIONED_IN]->(passage:Passage)
WITH c, collect(DISTINCT passage.id) AS said, min(passage.report) AS report
OPTIONAL MATCH (c)-[r:ABOUT]->(n)
OPTIONAL MATCH (n)-[:LOCATED_IN|AFFILIATED_TO]->(p:Place)
WITH c, said, report, n, r, p ORDER BY n.name, p.name
WITH c, said, report, collect(DISTINCT n.name) AS about, collect(n.id) AS ids, collect(r.evidence) AS passages,
     collect(DISTINCT p.name) + collect(DISTINCT n.district) AS places
WHERE ($school = "" OR $school IN ids)
  AND ($district = "" OR any(place IN places WHERE place CONTAINS $district) OR any(a IN about WHERE a CONTAINS $district))
OPTIONAL MATCH (r:Report {id: report})
RETURN c.title AS case, c.number AS number, about, r.name AS report, passages + said AS evidence
ORDER BY report, number, case
