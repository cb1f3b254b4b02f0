// Saved queries for Neo4j Browser: drop this file into its favourites. Each begins with a title.

// Schools that share an alliance, as a graph 同在一个产教联盟的学校
MATCH p = (:School)-[:LEADS|MEMBER_OF]->(:Alliance)<-[:LEADS|MEMBER_OF]-(:School) RETURN p LIMIT 100;

// What surrounds one school 一所学校的周围
:param name => '上海南湖职业技术学院';
MATCH p = (s:School)-[r]-(o)
WHERE (s.name = $name OR $name IN s.aliases) AND NOT o:Passage
RETURN p LIMIT 200;

// Partners and how they work together 合作方与方式
MATCH (s:School)-[r:COOPERATES_WITH]-(e:Enterprise)
RETURN s.name AS school, e.name AS enterprise, r.kinds AS kinds, r.years AS years ORDER BY school, enterprise LIMIT 200;

// Where a fact stands: passages and pages 一条事实的出处
MATCH (a)-[r:LEADS]->(b:Alliance)
UNWIND r.evidence AS id
MATCH (p:Passage {id: id})
OPTIONAL MATCH (report:Report {id: p.report})
RETURN a.name, r.role, b.name, report.name, p.page, p.text ORDER BY b.name, r.role LIMIT 100;

// Facts of low confidence 置信度低的事实
MATCH (a)-[r]->(b) WHERE r.confidence < 0.7 AND NOT type(r) = 'MENTIONED_IN'
RETURN a.name, type(r), b.name, r.confidence ORDER BY r.confidence LIMIT 100;

// How many nodes and relationships of each kind 各类数量
MATCH (n) RETURN labels(n)[0] AS label, count(*) AS n ORDER BY n DESC;
MATCH ()-[r]->() RETURN type(r) AS type, count(*) AS n ORDER BY n DESC;
