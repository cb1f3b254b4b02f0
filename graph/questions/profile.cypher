// 一所学校、一家企业、一个联盟 … 的全部关系
// Profile: everything said of a school, an enterprise, an alliance …
// @name any              名称 / its name
// > relation     关系 / relation
// > direction    方向 / direction
// > other        对方 / other
// > label        类别 / label
// > detail       说明 / detail
// > years        年份 / years
MATCH (n {id: $name})-[r]-(o)
WHERE NOT type(r) IN ["MENTIONED_IN", "PART_OF", "IN_REPORT"] AND ($scope = "" OR $scope IN r.scopes)
OPTIONAL MATCH (o)-[:OF_INDICATOR]->(i:Indicator)
RETURN type(r) AS relation, CASE WHEN startNode(r).id = n.id THEN "→" ELSE "←" END AS direction,
       CASE WHEN i IS NULL THEN o.name ELSE i.name + " " + o.name END AS other, labels(o)[0] AS label,
       coalesce(r.role, r.status, r.kind, r.content, r.title, r.event) AS detail, r.years AS years, r.evidence AS evidence
ORDER BY relation, direction, other, label, detail
