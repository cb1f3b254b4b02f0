// 哪些学校、企业和机构把别人连在一起
// Bridges: who holds the network of cooperation together
// ! bridges
// > name         名称 / name
// > label        类别 / label
// > partners     伙伴数 / partners
// > betweenness  中介度 / betweenness
// > cut          断开数 / parts it would leave
MATCH (a:School|Enterprise|Organization|Alliance)-[r:LEADS|MEMBER_OF|COOPERATES_WITH|AFFILIATED_TO|SUPPORTS|ARTICULATES_WITH]->(b:School|Enterprise|Organization|Alliance)
WHERE $scope = "" OR $scope IN r.scopes
RETURN a.id AS source, a.name AS source_name, labels(a)[0] AS source_label,
       b.id AS target, b.name AS target_name, labels(b)[0] AS target_label, r.evidence AS evidence
ORDER BY source, target
