// 一份报告各章节读出了多少
// Coverage of a report: passages of each section, and how many name something
// @report Report         报告 / the report
// > section      章节 / section
// > passages     段落数 / passages
// > telling      有名称的段落 / passages that name something
// > names        名称数 / names
MATCH (p:Passage {report: $report})
WHERE $scope = "" OR p.scope = $scope
OPTIONAL MATCH (p)-[:PART_OF]->(s:Section)
OPTIONAL MATCH (n)-[:MENTIONED_IN]->(p)
WITH p, s, count(DISTINCT n.id) AS named
WITH CASE WHEN s IS NULL THEN "" ELSE s.path[0] END AS section, p, named
RETURN section, count(p) AS passages, sum(CASE WHEN named > 0 THEN 1 ELSE 0 END) AS telling, sum(named) AS names,
       [] AS evidence
ORDER BY section
