// 谁牵头最多
// Who leads most alliances
// @label text = ""   类别：School、Enterprise、Organization / the leaders' label
// @kind text = ""    联盟类型，如 行业共同体 / the alliances' kind
// > leader       牵头方 / leader
// > label        类别 / label
// > alliances    牵头数 / alliances led
// > roles        角色 / roles
// > names        联盟 / alliances
MATCH (n:School|Enterprise|Organization)-[r:LEADS]->(a:Alliance)
WHERE ($label = "" OR labels(n)[0] = $label) AND ($kind = "" OR a.kind = $kind) AND ($scope = "" OR $scope IN r.scopes)
WITH n, r, a ORDER BY a.name, a.id, r.role
WITH n, collect(DISTINCT a.name) AS names, collect(DISTINCT r.role) AS roles, collect(r.evidence) AS passages
RETURN n.name AS leader, labels(n)[0] AS label, size(names) AS alliances, roles, names, passages AS evidence
ORDER BY alliances DESC, leader
