// 与谁合作，怎样合作
// Partners of a school, enterprise or organisation, one row each, and how they work together
// @name actor           学校、企业或机构 / the school, enterprise or organisation
// @kind text = ""       合作方式，如 订单班、共同牵头 / a kind of cooperation
// > partner      合作方 / partner
// > label        类别 / label
// > kinds        方式 / kinds
// > content      内容 / content
// > alliances    共同牵头的联盟 / alliances led together
// > years        年份 / years
MATCH (n:School|Enterprise|Organization {id: $name})
CALL {
  WITH n
  MATCH (n)-[r:COOPERATES_WITH]-(p)
  WHERE $scope = "" OR $scope IN r.scopes
  RETURN p, coalesce(r.kinds, []) AS kinds, r.content AS content, null AS alliance, r.years AS years,
         r.evidence AS evidence
  UNION
  WITH n
  MATCH (n)-[r:LEADS]->(a:Alliance)<-[q:LEADS]-(p)
  WHERE p.id <> n.id AND ($scope = "" OR ($scope IN r.scopes AND $scope IN q.scopes))
  RETURN p, ["共同牵头"] AS kinds, null AS content, a.name AS alliance, q.years AS years,
         r.evidence + q.evidence AS evidence
}
WITH p, kinds, content, alliance, years, evidence
WHERE $kind = "" OR $kind IN kinds
WITH p, kinds, content, alliance, years, evidence
ORDER BY coalesce(alliance, ""), coalesce(content, "")
WITH p, collect(kinds) AS said, collect(DISTINCT content) AS content, collect(DISTINCT alliance) AS alliances,
     collect(years) AS told, collect(evidence) AS evidence
CALL {
  WITH told
  UNWIND told AS some
  UNWIND some AS year
  WITH DISTINCT year
  ORDER BY year
  RETURN collect(year) AS years
}
RETURN p.name AS partner, labels(p)[0] AS label,
       reduce(found = [], kinds IN said | found + [kind IN kinds WHERE NOT kind IN found]) AS kinds,
       content, alliances, years, evidence
ORDER BY partner, label
