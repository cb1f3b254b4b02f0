// 合作网络中有哪些群
// Groups in the network of cooperation
// ! groups
// > group        群 / group
// > size         成员数 / members
// > schools      学校 / schools
// > enterprises  企业 / enterprises
// > others       其他 / others
MATCH (a:School|Enterprise|Organization|Alliance)-[r:LEADS|MEMBER_OF|COOPERATES_WITH|AFFILIATED_TO|SUPPORTS|ARTICULATES_WITH]->(b:School|Enterprise|Organization|Alliance)
WHERE $scope = "" OR $scope IN r.scopes
RETURN a.id AS source, a.name AS source_name, labels(a)[0] AS source_label,
       b.id AS target, b.name AS target_name, labels(b)[0] AS target_label, r.evidence AS evidence
ORDER BY source, target
