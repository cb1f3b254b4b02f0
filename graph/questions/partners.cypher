// 与谁合作，怎样合作
// Partners of a school, enterprise or organisation, and how they work together; who leads an alliance with it is one
// @name actor           学校、企业或机构 / the school, enterprise or organisation
// @kind text = ""       合作方式，如 订单班、共同牵头 / a kind of cooperation
// > partner      合作方 / partner
// > label        类别 / label
// > kinds        方式 / kinds
// > content      内容 / content
// > years        年份 / years
MATCH (n:School|Enterprise|Organization {id: $name})
CALL {
  WITH n
  MATCH (n)-[r:COOPERATES_WITH]-(p)
  WHERE $scope = "" OR $scope IN r.scopes
  RETURN p, r.kinds AS kinds, r.content AS content, r.years AS years, r.evidence AS evidence
  UNION
  WITH n
  MATCH (n)-[r:LEADS]->(a:Alliance)<-[q:LEADS]-(p)
  WHERE p.id <> n.id AND ($scope = "" OR ($scope IN r.scopes AND $scope IN q.scopes))
  RETURN p, ["共同牵头"] AS kinds, a.name AS content, q.years AS years, r.evidence + q.evidence AS evidence
}
WITH p, kinds, content, years, evidence
WHERE $kind = "" OR $kind IN kinds
RETURN p.name AS partner, labels(p)[0] AS label, kinds, content, years, evidence
ORDER BY partner, label, content
