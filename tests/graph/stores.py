"""A small graph with everything a store must keep, and what the store's tests share."""

from __future__ import annotations

from graph.model import Edge, EdgeKey, Evidence, Graph, Node, Value, node_id

REPORT = node_id("Report", "临江|省||2024")


class Maker:
    """Builds a graph by hand: nodes by label and name, edges with the passage that says them."""

    def __init__(self) -> None:
        self.nodes: dict[str, Node] = {}
        self.edges: dict[EdgeKey, Edge] = {}
        self.node(
            "Report", "临江职业教育质量年度报告（2024）", key="临江|省||2024", year=2024, region="临江", level="省"
        )

    def node(self, label: str, name: str, *, aliases: tuple[str, ...] = (), key: str = "", **properties: Value) -> str:
        """A node's id; made when first named."""
        id_ = node_id(label, key or name)
        if id_ not in self.nodes or properties or aliases:
            self.nodes[id_] = Node(id_, label, name, aliases, properties)
        return id_

    def passage(self, text: str, page: int | None, scope: str = "正文", line: int | None = None) -> Evidence:
        """A passage of the report, as the evidence it gives."""
        id_ = node_id("Passage", text)
        bbox = (70.9, 100.0, 500.5, 120.0) if page else None
        place: dict[str, Value] = {"page": page, "line": line, "bbox": list(bbox) if bbox else None}
        self.nodes[id_] = Node(id_, "Passage", text[:20], (), {"text": text, **place, "scope": scope, "report": REPORT})
        return Evidence(REPORT, page, bbox, text, line, id_)

    def edge(
        self, type_: str, source: str, target: str, *evidence: Evidence, key: tuple[str, ...] = (), **properties: Value
    ) -> None:
        """One fact, with the passages that say it."""
        name = EdgeKey(type_, source, target, key)
        self.edges[name] = Edge(name, {"years": [2024], "confidence": 0.9, **properties}, evidence)

    def graph(self) -> Graph:
        """What was made."""
        return Graph(self.nodes, self.edges)


def sample() -> Graph:
    """Fictional schools, enterprises and alliances: two communities share the same two schools."""
    made = Maker()
    port = made.node("School", "临江港口职业技术学院", aliases=("临江港职院", "港口学院"), kind="高职专科")
    silk = made.node("School", "临江丝绸学校", kind="中职", ownership="公办")
    bridge = made.node("School", "临江大学", kind="本科")
    crane = made.node("Enterprise", "远帆起重机（临江）有限公司", aliases=("远帆起重",))
    loom = made.node("Enterprise", "云锦纺织集团")
    for number, (name, leader, school, company) in enumerate(
        [
            ("智慧港口行业产教融合共同体", bridge, port, crane),
            ("绿色航运行业产教融合共同体", bridge, port, crane),
            ("丝绸数字化行业产教融合共同体", bridge, silk, loom),
        ]
    ):
        alliance = made.node("Alliance", name, kind="行业共同体")
        row = made.passage(
            "\t".join((str(number + 1), name, *(made.nodes[i].name for i in (leader, school, company)))), 8, "名单"
        )
        made.edge("LEADS", leader, alliance, row, key=("牵头高校",), role="牵头高校")
        made.edge("LEADS", school, alliance, row, key=("牵头职校",), role="牵头职校")
        made.edge("LEADS", company, alliance, row, key=("牵头企业",), role="牵头企业")
    prose = made.passage("临江丝绸学校与云锦纺织集团、远帆起重机（临江）有限公司等15家企业共建订单班。成效良好。", 12)
    again = made.passage("港口学院和远帆起重共建产业学院。", None, "案例", line=31)
    made.edge("COOPERATES_WITH", *sorted((silk, loom)), prose, kinds=["共建", "订单班"])
    made.edge("COOPERATES_WITH", *sorted((silk, crane)), prose, kinds=["共建", "订单班"])
    made.edge("COOPERATES_WITH", *sorted((port, crane)), again, prose, kinds=["产业学院"], content="共建产业学院")
    prize = made.node("Award", "临江市优质中职学校", level="省市")
    made.edge("RECEIVED", silk, prize, made.passage("1\t临江丝绸学校", 3, "名单"), key=("2024",), year=2024)
    _more(made, silk, port, bridge, loom)
    return made.graph()


def _more(made: Maker, silk: str, port: str, bridge: str, loom: str) -> None:
    """One of each other thing that questions ask for."""
    said = made.passage("2\t临江丝绸学校\t染织技术", 4, "名单")
    program = made.node("Program", "染织技术", kind="专业")
    made.edge("OFFERS", silk, program, said, status="优质专业立项")
    made.edge("OFFERS", port, program, made.passage("港口学院也开设染织技术。", 5))
    contest = made.node("Competition", "云州技能大赛", key="云州技能大赛2024")
    gold = made.node("Award", "云州技能大赛金奖", rank="金奖", level="国家")
    won = made.passage("临江大学在云州技能大赛获金奖2项。", 6)
    made.edge("RECEIVED", bridge, gold, won, key=("2023",), year=2023, count=2)
    made.edge("AT", gold, contest, won)
    old = made.node("School", "临江纺织工业学校", kind="中职")
    made.edge("RENAMED_TO", old, silk, made.passage("临江纺织工业学校更名为临江丝绸学校。", 2), kind="更名", year=2010)
    made.edge("ARTICULATES_WITH", silk, port, said, key=("中高", "染织技术"), mode="中高", program="染织技术")
    indicator = made.node("Indicator", "毕业生就业率", unit="%")
    figures = made.passage("临江丝绸学校2023、2024年毕业生就业率为97.5%、98%。", 7)
    for year, value in ((2023, 97.5), (2024, 98.0)):
        figure = made.node(
            "Observation", f"{value:g}%", key=f"丝绸就业率{year}", value=value, text=f"{value:g}%", year=year
        )
        made.edge("HAS_OBSERVATION", silk, figure, figures)
        made.edge("OF_INDICATOR", figure, indicator, figures)
    policy = made.node("Policy", "关于深化产教融合的若干意见", number="临教〔2024〕3号", date="2024-03")
    issued = made.passage("临江市教育局印发《关于深化产教融合的若干意见》（临教〔2024〕3号）。", 9)
    office = made.node("Organization", "临江市教育局", kind="政府")
    made.edge("ISSUED", office, policy, issued, year=2024)
    made.edge("MENTIONED_IN", policy, issued.passage, issued, key=("8", "24"), start=8, end=24)
    made.edge("AFFILIATED_TO", bridge, office, issued, key=("主管",), kind="主管")
    place = made.node("Place", "东港区")
    made.edge("LOCATED_IN", port, place, made.passage("港口学院坐落于东港区。", 10))
    case = made.node("Case", "一根缆绳连起校与港", number=1, title="一根缆绳连起校与港")
    told = made.passage("案例1 一根缆绳连起校与港：港口学院的做法。", 11, "案例")
    made.edge("ABOUT", case, port, told)
    made.edge("MENTIONED_IN", case, told.passage, told, key=("0", "3"), start=0, end=3)
    made.edge(
        "AFFILIATED_TO", silk, loom, made.passage("临江丝绸学校由云锦纺织集团举办。", 13), key=("举办",), kind="举办"
    )
    section = made.node("Section", "一、产教融合", key="一", path=["一、产教融合"])
    made.edge("PART_OF", told.passage, section, told)
    made.edge("IN_REPORT", section, REPORT, told)
