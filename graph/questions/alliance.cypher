// 一个联盟由谁牵头、有哪些成员、在哪里
// An alliance: who leads it, its members, where it stands
// @alliance Alliance     联盟 / the alliance
// > relation     关系 / relation
// > role         角色 / role
// > name         名称 / name
// > label        类别 / label
// > years        年份 / years
MATCH (a:Alliance {id: $alliance})-[r:LEADS|MEMBER_OF|LOCATED_IN|COOPERATES_WITH|OPERATES|DEVELOPED|SERVES|RECEIVED]-(o)
WHERE $scope = "" OR $scope IN r.scopes
RETURN type(r) AS relation, r.role AS role, o.name AS name, labels(o)[0] AS label, r.years AS years,
       r.evidence AS evidence
ORDER BY relation, role, name, label
