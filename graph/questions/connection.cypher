// 两者之间最短的联系（合作、牵头、隶属…，不经奖项与专业）
// The shortest connections between two names, not by way of awards and programs
// @one any               一方 / one
// @other any             另一方 / the other
// > length       步数 / steps
// > path         路径 / path
// > relations    关系 / relations
MATCH p = allShortestPaths((a {id: $one})-[:LEADS|MEMBER_OF|AFFILIATED_TO|COOPERATES_WITH|ARTICULATES_WITH|OPERATES|DEVELOPED|ISSUED|RENAMED_TO|WORKS_AT|SUPPORTS*..6]-(b {id: $other}))
// The filter comes after the search: a server that filters while it searches would find other, longer paths.
WITH p, relationships(p) AS steps
WHERE $scope = "" OR all(r IN steps WHERE $scope IN r.scopes)
WITH length(p) AS length, [n IN nodes(p) | n.name] AS path, [r IN relationships(p) | type(r)] AS relations,
     [r IN relationships(p) | r.evidence] AS evidence
RETURN length, path, relations, evidence
ORDER BY path, relations
LIMIT 50
