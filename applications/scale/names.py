"""Invented names of shops and people, with parts that few, some and half of them share: what searches are rehearsed with."""

from __future__ import annotations

from random import Random

# Rare, middling and common parts of names; the share of all names that hold each.
RARE, RARE_COUNT = "槐荫阁", 20
MIDDLING, MIDDLING_SHARE = "鲜花店", 500
COMMON, COMMON_PERCENT = "有限公司", 45

CITIES = "北京 上海 广州 深圳 杭州 南京 成都 重庆 武汉 西安 苏州 长沙 青岛 厦门 宁波 合肥 福州 昆明 大连 无锡".split()  # noqa: SIM905 - read as one line
LETTERS = "安邦宝晨诚达德东丰福富广海和恒宏华辉汇佳嘉建金锦景久聚康乐利联隆美明宁平奇启庆泉荣瑞润盛顺泰天通同旺祥新信兴旭雅阳怡永优裕源远云泽展正志中众卓"
TRADES = [
    "便利店",
    "药房",
    "面馆",
    "茶舍",
    "烘焙坊",
    "水果行",
    "五金建材",
    "文具店",
    "服装店",
    "美发厅",
    "汽修厂",
    "宠物店",
    "餐厅",
    "书店",
    "超市",
    "诊所",
    "酒店",
    "眼镜店",
    "数码商行",
]
ENDINGS = ["", "商行", "经营部", "（分店）"]
SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐"
GIVEN = "安宁舟禾晴岚若川知远予晓清和一鸣之恒可心小满星河"


def shop(luck: Random, *, rare: bool = False) -> str:
    """The name that a business is registered under."""
    city, own = luck.choice(CITIES), RARE if rare else "".join(luck.sample(LETTERS, 2))
    trade = MIDDLING if luck.randrange(MIDDLING_SHARE) == 0 else luck.choice(TRADES)
    ending = COMMON if luck.randrange(100) < COMMON_PERCENT else luck.choice(ENDINGS)
    return f"{city}{own}{trade}{ending}"


def person(luck: Random) -> str:
    return luck.choice(SURNAMES) + luck.choice(GIVEN) + luck.choice(GIVEN)
