"""What readers can run into, said in both languages: what is not there, and a name that is not one thing's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from extractor.errors import NameUnknown

if TYPE_CHECKING:
    from graph.explorer.content import Thing


class Missing(NameUnknown):
    """What an address asks for is not in the graph. ``zh`` is the Chinese message; ``str()`` gives the English one."""

    def __init__(self, zh: str, en: str, remedy: str = "") -> None:
        super().__init__(en, remedy)
        self.zh = zh


class Unclear(Missing):
    """A text that no name has in it (``total`` 0), or that several have.

    ``candidates`` are some of these, or names whose characters are near.
    """

    def __init__(self, text: str, candidates: Sequence[Thing], total: int) -> None:
        listed = "".join(f"\n  {one.name} ({one.label}, {one.id})" for one in candidates)
        if total:
            zh, en = f"有 {total:,} 个名称含“{text}”，指哪一个？", f"{text}: {total:,} names have this in them, which?"
        else:
            zh, en = f"没有名称含“{text}”。", f"{text}: nothing has this in its name"
        super().__init__(zh, en + listed)
        self.text = text
        self.candidates = tuple(candidates)
        self.total = total

    @property
    def en(self) -> str:
        """The English message without the candidates, for pages that link them."""
        return self.what.split("\n", 1)[0]


# What the server itself refuses, by status: (Chinese, English) title, and what to do.
REFUSALS: dict[int, tuple[str, str, str]] = {
    400: ("这个请求不完整或写错了", "This request is not whole", "返回上一页，重新提交。"),
    401: ("请先登录", "Log in first", "登录后再试。"),
    403: ("没有权限", "Not allowed", "表单可能放得太久了：重新打开那一页再试；审核要由审核员登录。"),
    404: ("没有这一页", "There is no such page", "网址可能抄漏了几个字符；从首页检索。"),
    405: ("这个网址不能这样提交", "This address does not take that", "返回上一页再试。"),
    413: ("提交的内容太长", "Too much was sent", "缩短说明文字再提交。"),
    414: ("网址太长", "The address is too long", "缩短检索词。"),
    421: ("服务器不以这个主机名提供服务", "The server is not called by this name", "用启动时给出的地址访问。"),
}
