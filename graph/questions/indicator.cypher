// 一个指标的数值，逐年
// Values of an indicator, over the years
// @name text             指标名称中的字 / a part of the indicator's name
// @subject any = ""      谁的 / of whom
// > indicator    指标 / indicator
// > subject      主体 / subject
// > group        分组 / group
// > year         年 / year
// > value        数值 / value
// > unit         单位 / unit
// > qualifier    限定 / qualifier
// > text         原文数值 / as printed
MATCH (n)-[r:HAS_OBSERVATION]->(o:Observation)-[:OF_INDICATOR]->(i:Indicator)
WHERE i.name CONTAINS $name AND ($subject = "" OR n.id = $subject) AND ($scope = "" OR $scope IN r.scopes)
RETURN i.name AS indicator, n.name AS subject, o.`group` AS `group`, o.year AS year, o.value AS value,
       coalesce(o.unit, i.unit) AS unit, o.qualifier AS qualifier, o.text AS text, r.evidence AS evidence
ORDER BY indicator, subject, `group`, year, text
