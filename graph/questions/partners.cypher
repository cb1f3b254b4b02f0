// 与谁合作，怎样合作
// Partners of a school, enterprise or organisation, and how they work together
// @name actor           学校、企业或机构 / the school, enterprise or organisation
// @kind text = ""       合作方式，如 订单班 / a kind of cooperation
// > partner      合作方 / partner
// > label        类别 / label
// > kinds        方式 / kinds
// > content      内容 / content
// > years        年份 / years
MATCH (n:School|Enterprise|Organization {id: $name})-[r:COOPERATES_WITH]-(p)
WHERE ($kind = "" OR $kind IN r.kinds) AND ($scope = "" OR $scope IN r.scopes)
RETURN p.name AS partner, labels(p)[0] AS label, r.kinds AS kinds, r.content AS content, r.years AS years,
       r.evidence AS evidence
ORDER BY partner, label
