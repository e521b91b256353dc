"""Who the invented merchants are: complete and consistent answers to everything the form asks."""

from __future__ import annotations

from datetime import date
from typing import Any

from applications.demo import numbers
from config.privacy.identity_documents import IdType
from merchants.particulars import AccountParticulars, MerchantType

PUDONG, JINGAN, NANSHAN = "310115", "310106", "440305"
_KIND = AccountParticulars.Kind
_CORPORATE_BANK, _CORPORATE_CODE = "示例银行浦东示范路支行", "999290000018"
# Registration authority and kind, the first two characters of a credit code.
_AUTHORITY: dict[str, str] = {
    MerchantType.ENTERPRISE: "91",
    MerchantType.SOLE_TRADER: "92",
    MerchantType.RURAL_COOPERATIVE: "93",
    MerchantType.INSTITUTION: "12",
    MerchantType.SOCIAL_ORGANISATION: "52",
}


def business(
    kind: str,
    *,
    name: str,
    trading_name: str,
    person: str,
    born: date,
    category: str,
    code: str,
    scope: str = "",
    place: str = PUDONG,
    address: str = "示范路 18 号",
    mobile: str = "16600000010",
    **different: Any,
) -> dict[str, Any]:
    """Answers for a merchant of this kind. `code` is the body of its organisation code and begins its account number."""
    is_micro = kind == MerchantType.MICRO
    number = numbers.resident_id(place, born)
    answers: dict[str, Any] = {
        "merchant_type": kind,
        "registered_name": name,
        "trading_name": trading_name,
        "uscc": "" if is_micro else numbers.credit_code(_AUTHORITY[kind], place, code),
        "licence_from": None if is_micro else date(2021, 3, 15),
        "licence_is_long_term": not is_micro,
        "business_scope": "" if is_micro else scope,
        "category_id": category,
        "registered_division_id": place,
        "registered_address": address,
        "business_division_id": place,
        "business_address": address,
        "responsible_name": person,
        "responsible_id_type": IdType.RESIDENT_ID,
        "responsible_id_number": number,
        "responsible_id_from": born.replace(year=2019),
        "responsible_id_to": born.replace(year=2039),
        "contact_name": person,
        "contact_mobile": mobile,
    }
    answers |= _account(kind, name, person, mobile)
    if kind == MerchantType.ENTERPRISE:
        answers |= _owners(person, number)
    return answers | different


def _account(kind: str, name: str, person: str, mobile: str) -> dict[str, Any]:
    if kind in (MerchantType.MICRO, MerchantType.SOLE_TRADER):
        number = numbers.card(f"6299990{mobile}")
        return {
            "account_kind": _KIND.PERSONAL,
            "account_holder": person,
            "account_number": number,
            "account_bank": "示例银行",
        }
    return {
        "account_kind": _KIND.CORPORATE,
        "account_holder": name,
        "account_number": f"999310{mobile}88",
        "account_bank": _CORPORATE_BANK,
        "account_cnaps": _CORPORATE_CODE,
    }


def _owners(person: str, number: str) -> dict[str, Any]:
    owner = {
        "name": person,
        "id_type": IdType.RESIDENT_ID,
        "id_number": number,
        "valid_to": "2039-05-08",
        "share_percent": "80",
    }
    return {"controller_name": person, "beneficial_owners": [owner]}


CAFE = business(
    MerchantType.ENTERPRISE,
    name="上海晴川咖啡有限公司",
    trading_name="晴川咖啡（示范路店）",
    person="林晓舟",
    born=date(1988, 3, 7),
    category="5814",
    code="MA1DEM01",
    scope="餐饮服务；食品零售；咖啡豆烘焙与销售；会议服务。",
    mobile="16600000001",
    service_phone="02155550201",
)
SHOP = business(
    MerchantType.SOLE_TRADER,
    name="上海市浦东新区小满便利店",
    trading_name="小满便利店",
    person="周予安",
    born=date(1991, 5, 21),
    category="5411",
    code="MA1DEM02",
    scope="食品、日用百货零售。",
    address="示范路 22 号",
    mobile="16600000003",
)
FRUIT = business(
    MerchantType.MICRO,
    name="商户_阿宁",
    trading_name="阿宁水果摊",
    person="阿宁",
    born=date(1995, 9, 8),
    category="5499",
    code="",
    address="样例菜市场 2 区 16 号摊",
    mobile="16600000002",
)
CLINIC = business(
    MerchantType.INSTITUTION,
    name="浦东新区示范社区卫生服务中心",
    trading_name="示范社区卫生服务中心",
    person="沈知微",
    born=date(1979, 11, 2),
    category="8062",
    code="MB0DEM04",
    scope="为社区居民提供基本医疗和公共卫生服务。",
    address="演示大道 300 号",
    mobile="16600000004",
)
CARE = business(
    MerchantType.SOCIAL_ORGANISATION,
    name="上海静安样例助老服务中心",
    trading_name="样例助老服务中心",
    person="许南星",
    born=date(1984, 1, 30),
    category="8398",
    code="MJ1DEM05",
    scope="助老助餐、康复器具租借、社区活动。",
    place=JINGAN,
    address="样例路 66 号 1 楼",
    mobile="16600000005",
)
FARM = business(
    MerchantType.RURAL_COOPERATIVE,
    name="上海青禾蔬菜专业合作社",
    trading_name="青禾蔬菜合作社",
    person="赵麦青",
    born=date(1982, 4, 5),
    category="0763",
    code="MA1DEM06",
    scope="蔬菜种植、销售，组织采购供应成员所需的生产资料。",
    address="样例镇青禾村 9 组 1 号",
    mobile="16600000006",
)
BOOKSHOP = business(
    MerchantType.SOLE_TRADER,
    name="上海市静安区远帆书屋",
    trading_name="远帆书屋",
    person="何远帆",
    born=date(1986, 12, 12),
    category="5942",
    code="MA1DEM07",
    scope="图书、文具零售。",
    place=JINGAN,
    address="样例路 40 号",
    mobile="16600000007",
)
BAKERY = business(
    MerchantType.ENTERPRISE,
    name="上海小禾烘焙有限公司",
    trading_name="小禾烘焙",
    person="白小禾",
    born=date(1990, 2, 14),
    category="5462",
    code="MA1DEM08",
    scope="食品生产（现场制售）；食品零售。",
    address="示范路 35 号",
    mobile="16600000008",
    has_agent=True,
    agent_name="白一诺",
    agent_id_number=numbers.resident_id(PUDONG, date(1993, 6, 18)),
    agent_id_from=date(2021, 7, 5),
    agent_id_to=date(2041, 7, 5),
    agent_mobile="16600000018",
)
PHARMACY = business(
    MerchantType.ENTERPRISE,
    name="深圳若水大药房有限公司",
    trading_name="若水大药房",
    person="杜若",
    born=date(1985, 8, 19),
    category="5912",
    code="MA5DEM09",
    scope="药品零售；医疗器械销售；保健食品销售。",
    place=NANSHAN,
    address="演示路 52 号",
    mobile="16600000009",
    registered_address="演示路 1 号创业园 3 栋 502",
    account_bank="示例银行南山演示支行",
)
FLORIST = business(
    MerchantType.SOLE_TRADER,
    name="深圳市南山区满溪花店",
    trading_name="满溪花店",
    person="花满溪",
    born=date(1992, 7, 7),
    category="5992",
    code="MA5DEM10",
    scope="鲜花、绿植零售。",
    place=NANSHAN,
    address="演示路 77 号",
    mobile="16600000010",
)
BARBER = business(
    MerchantType.SOLE_TRADER,
    name="上海市浦东新区清发理发店",
    trading_name="清发理发店",
    person="段清发",
    born=date(1976, 10, 28),
    category="7230",
    code="MA1DEM11",
    scope="理发服务。",
    address="示范路 48 号",
    mobile="16600000011",
)
TEAHOUSE = business(
    MerchantType.SOLE_TRADER,
    name="上海市静安区青叶茶铺",
    trading_name="青叶茶铺",
    person="叶青",
    born=date(1980, 6, 1),
    category="5999",
    code="MA1DEM12",
    scope="茶叶、茶具零售。",
    place=JINGAN,
    address="样例路 12 号",
    mobile="16600000012",
)
NOODLES = business(
    MerchantType.SOLE_TRADER,
    name="上海市浦东新区长远面馆",
    trading_name="长远面馆",
    person="米长远",
    born=date(1983, 3, 3),
    category="5812",
    code="MA1DEM13",
    scope="餐饮服务。",
    address="示范路 60 号",
    mobile="16600000013",
)
MARKET = business(
    MerchantType.SOLE_TRADER,
    name="上海市浦东新区湾畔集市",
    trading_name="湾畔集市",
    person="湾小帆",
    born=date(1979, 4, 16),
    category="5411",
    code="MA1DEM14",
    scope="食品、日用百货零售。",
    address="示范路 80 号",
    mobile="16600000014",
)
GREENS = business(
    MerchantType.SOLE_TRADER,
    name="上海市静安区青青蔬果店",
    trading_name="青青蔬果",
    person="蔡青青",
    born=date(1990, 9, 9),
    category="5499",
    code="MA1DEM15",
    scope="新鲜蔬菜、水果零售。",
    place=JINGAN,
    address="样例路 26 号",
    mobile="16600000015",
)
STATIONERY = business(
    MerchantType.SOLE_TRADER,
    name="上海市浦东新区文墨文具店",
    trading_name="文墨文具",
    person="文墨",
    born=date(1986, 1, 27),
    category="5943",
    code="MA1DEM16",
    scope="文具用品零售。",
    address="示范路 92 号",
    mobile="16600000016",
)
LAUNDRY = business(
    MerchantType.SOLE_TRADER,
    name="上海市浦东新区皂角洗衣店",
    trading_name="皂角洗衣",
    person="皂小白",
    born=date(1985, 8, 18),
    category="7210",
    code="MA1DEM18",
    scope="衣物洗涤、熨烫服务。",
    address="示范路 36 号",
    mobile="16600000018",
)
SUPERMARKET = business(
    MerchantType.ENTERPRISE,
    name="上海谷雨生鲜超市有限公司",
    trading_name="谷雨生鲜超市",
    person="商若谷",
    born=date(1983, 6, 30),
    category="5411",
    code="MA1DEM19",
    scope="食品、日用百货零售；食用农产品零售。",
    address="示范路 120 号",
    mobile="16600000019",
)
# The contact mobile is the teahouse's too, and on the blacklist.
KIOSK = business(
    MerchantType.SOLE_TRADER,
    name="上海市浦东新区街角杂货店",
    trading_name="街角杂货",
    person="贾云来",
    born=date(1984, 7, 21),
    category="5331",
    code="MA1DEM17",
    scope="日用百货、预包装食品零售。",
    address="示范路 99 号",
    mobile="16600000017",
    contact_mobile=TEAHOUSE["contact_mobile"],
)
