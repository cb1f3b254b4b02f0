// 一个主体的各项指标
// All figures of a school, a region …
// @subject any           主体 / the subject
// @year int = 0          年份 / the year
// > indicator    指标 / indicator
// > group        分组 / group
// > year         年 / year
// > value        数值 / value
// > unit         单位 / unit
// > qualifier    限定 / qualifier
// > text         原文数值 / as printed
MATCH (n {id: $subject})-[r:HAS_OBSERVATION]->(o:Observation)-[:OF_INDICATOR]->(i:Indicator)
WHERE ($year = 0 OR o.year = $year) AND ($scope = "" OR $scope IN r.scopes)
RETURN i.name AS indicator, o.`group` AS `group`, o.year AS year, o.value AS value, coalesce(o.unit, i.unit) AS unit,
       o.qualifier AS qualifier, o.text AS text, r.evidence AS evidence
ORDER BY indicator, `group`, year, text
