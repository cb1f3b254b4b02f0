// 政策文件：按文号、发布者、日期
// Policies by number, issuer and date
// @number text = ""      文号中的字 / a part of the document number
// @issuer any = ""       发布者 / who issued it
// @name text = ""        名称中的字 / a part of the name
// @since text = ""       不早于，如 2023 / not before
// > policy       政策 / policy
// > number       文号 / number
// > date         日期 / date
// > issuers      发布者 / issuers
MATCH (p:Policy)-[m:MENTIONED_IN]->(passage:Passage)
WHERE p.name CONTAINS $name AND ($number = "" OR p.number CONTAINS $number)
  AND ($since = "" OR p.date >= $since) AND ($scope = "" OR passage.scope = $scope)
WITH p, collect(DISTINCT passage.id) AS said
OPTIONAL MATCH (n)-[r:ISSUED]->(p)
WITH p, said, n, r ORDER BY n.name
WITH p, said, collect(DISTINCT n.name) AS issuers, collect(n.id) AS ids, collect(r.evidence) AS passages
WHERE $issuer = "" OR $issuer IN ids
RETURN p.name AS policy, p.number AS number, p.date AS date, issuers, passages + said AS evidence
ORDER BY policy, number
