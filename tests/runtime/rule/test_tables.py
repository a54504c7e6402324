"""Rule tables of the world, several hundred rows of them: registered together, and every row asked with what it should and should not take."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from coregen_runtime.rule.builder import F
from coregen_runtime.rule.engine import RuleEngine
from coregen_runtime.rule.types import RefRule, RuleExpr, TemplateRule

Context = dict[str, Any]
Case = tuple[Context, set[str]]
"""What is asked, and the rows that take it."""

BRACKETS = {
    "single": (11_000, 44_725, 95_375, 182_100, 231_250, 578_125),
    "married": (22_000, 89_450, 190_750, 364_200, 462_500, 693_750),
    "separate": (11_000, 44_725, 95_375, 182_100, 231_250, 346_875),
    "household": (15_700, 59_850, 95_350, 182_100, 231_250, 578_100),
}
"""United States federal income tax of 2023: where each rate ends, by filing status."""
RATES = (10, 12, 22, 24, 32, 35, 37)

SPECIAL_ADDRESSES = (
    "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
    "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
)  # fmt: skip
"""RFC 6890 and its successors: IPv4 addresses with a purpose of their own."""

BEAUFORT = (1, 6, 12, 20, 29, 39, 50, 62, 75, 89, 103, 118)
"""Beaufort's scale: the wind in km/h at which the next force begins."""

DUTY_FREE = {
    "AU": (1_000, "AUD"), "CA": (20, "CAD"), "CH": (65, "CHF"), "DE": (150, "EUR"), "ES": (150, "EUR"), "FR": (150, "EUR"), "GB": (135, "GBP"),
    "IT": (150, "EUR"), "JP": (10_000, "JPY"), "KR": (150, "USD"), "MX": (50, "USD"), "NL": (150, "EUR"), "NZ": (1_000, "NZD"), "US": (800, "USD"),
}  # fmt: skip
"""What may enter a country by post without duty, in a currency."""


def tax() -> tuple[dict[str, RuleExpr], list[Case]]:
    rules: dict[str, RuleExpr] = {}
    cases: list[Case] = []
    for status, ends in BRACKETS.items():
        for rate, low, high in zip(RATES, (None, *ends), (*ends, None), strict=True):
            rule: RuleExpr = F("filing.status") == status
            rule = (
                rule & (F("filing.income") >= (low or 0)) if high is None else rule & (F("filing.income") >= (low or 0)) & (F("filing.income") < high)
            )
            rules[f"{status}-{rate}"] = rule
            for income in {low or 0, (low or 0) + 0.01, (high or 10**9) - 0.01, (high or 10**9) - 1}:
                cases.append(({"filing": {"status": status, "income": income}}, {f"{status}-{rate}"}))
    return rules, [*cases, ({"filing": {"status": "single", "income": -1}}, set()), ({"filing": {"status": "single", "income": "11000"}}, set())]


def addresses() -> tuple[dict[str, RuleExpr], list[Case]]:
    networks = {text: ipaddress.ip_network(text) for text in SPECIAL_ADDRESSES}
    rules: dict[str, RuleExpr] = {"within": (F("address") >= {"param": "first"}) & (F("address") <= {"param": "last"})}
    for text, network in networks.items():
        rules[text] = TemplateRule(template="within", params={"first": int(network[0]), "last": int(network[-1])})
    asked = {int(network[place]) + shift for network in networks.values() for place in (0, -1) for shift in (-1, 0, 1)}
    return rules, [
        ({"address": each}, {text for text, one in networks.items() if ipaddress.ip_address(each) in one})
        for each in sorted(asked)
        if 0 <= each < 2**32
    ]


def wind() -> tuple[dict[str, RuleExpr], list[Case]]:
    rules: dict[str, RuleExpr] = {"force-0": F("wind.kmh") < BEAUFORT[0]}
    for force, low in enumerate(BEAUFORT, start=1):
        rules[f"force-{force}"] = (F("wind.kmh") >= low) & ~(F("wind.kmh") >= (*BEAUFORT, 10**6)[force])
    rules["storm"] = RefRule(ref="force-10") | RefRule(ref="force-11") | RefRule(ref="force-12")
    return rules, [({"wind": {"kmh": kmh}}, storms(sum(kmh >= low for low in BEAUFORT))) for kmh in range(200)]


def storms(force: int) -> set[str]:
    return {f"force-{force}", *(["storm"] if force >= 10 else [])}


def parcels() -> tuple[dict[str, RuleExpr], list[Case]]:
    """Eight zones by seventy pounds: every parcel has one price."""
    rules: dict[str, RuleExpr] = {}
    cases: list[Case] = []
    for zone in range(1, 9):
        for pounds in range(1, 71):
            id = f"zone-{zone}-{pounds}"
            rules[id] = (F("parcel.zone") == zone) & (F("parcel.pounds") > pounds - 1) & (F("parcel.pounds") <= pounds)
            if pounds % 7 == zone % 7:
                cases += [({"parcel": {"zone": zone, "pounds": weight}}, {id}) for weight in (pounds, pounds - 0.5, float(pounds))]
    return rules, [*cases, ({"parcel": {"zone": True, "pounds": 1}}, set()), ({"parcel": {"zone": 9, "pounds": 1}}, set()), ({}, set())]


def customs() -> tuple[dict[str, RuleExpr], list[Case]]:
    free: Mapping[str, RuleExpr] = {
        f"free-{country}": (F("to") == country)
        & F("lines").all((F("line.price.currency") == currency) & (F("line.price.amount") <= most), as_="line")
        & ~F("lines").any(F("line.kind").in_(["tobacco", "spirits", "perfume"]), as_="line")
        for country, (most, currency) in DUTY_FREE.items()
    }
    cases: list[Case] = []
    for country, (most, currency) in DUTY_FREE.items():
        line, dear = {"kind": "book", "price": {"amount": most, "currency": currency}}, {"amount": most + 0.01, "currency": currency}
        cases += [
            ({"to": country, "lines": [line]}, {f"free-{country}"}),
            ({"to": country, "lines": [line, {**line, "price": dear}]}, set()),
            ({"to": country, "lines": [{**line, "kind": "spirits"}]}, set()),
            ({"to": country, "lines": [{**line, "price": {"amount": 1, "currency": "XTS"}}]}, set()),
        ]
    return dict(free), cases


ROLES = ("owner", "admin", "editor", "author", "viewer")
RESOURCES = ("post", "page", "comment", "media", "user", "plugin", "theme", "setting")
ACTIONS = ("read", "create", "update", "delete", "publish")


def allowed(role: str, resource: str, action: str) -> bool:
    """A content system's usual rights."""
    rank, staff = ROLES.index(role), resource in ("user", "plugin", "theme", "setting")
    return rank <= (1 if staff else 2 if action != "read" and resource == "page" else 3 if action != "read" else 4) and not (
        staff and rank == 1 and action == "delete"
    )


def access() -> tuple[dict[str, RuleExpr], list[Case]]:
    rules: dict[str, RuleExpr] = {}
    for resource in RESOURCES:
        for action in ACTIONS:
            ways = [F("actor.roles").contains(role) for role in ROLES if allowed(role, resource, action)]
            entitled: RuleExpr = ways[0]
            for way in ways[1:]:
                entitled = entitled | way
            rules[f"{resource}:{action}"] = (
                (F("asked.resource") == resource) & (F("asked.action") == action) & entitled & ~F("actor.suspended").exists()
            )
    cases: list[Case] = []
    for role in ROLES:
        for resource in RESOURCES:
            for action in ACTIONS:
                context = {"actor": {"roles": ["guest", role]}, "asked": {"resource": resource, "action": action}}
                cases.append((context, {f"{resource}:{action}"} if allowed(role, resource, action) else set()))
    return rules, [*cases, ({"actor": {"roles": ["owner"], "suspended": True}, "asked": {"resource": "post", "action": "read"}}, set())]


TABLES = {"tax": tax, "addresses": addresses, "wind": wind, "parcels": parcels, "customs": customs, "access": access}


def asked(name: str) -> Iterator[tuple[RuleEngine, dict[str, RuleExpr], Context, set[str]]]:
    rules, cases = TABLES[name]()
    engine = RuleEngine()
    engine.register_all(rules)
    rows = {id: RefRule(ref=id) for id in rules if id != "within"}
    for context, expected in cases:
        yield engine, dict(rows), context, expected


@pytest.mark.parametrize("name", TABLES)
def test_each_row_takes_what_it_should_and_nothing_else(name: str) -> None:
    count = 0
    for engine, rows, context, expected in asked(name):
        count += 1

        assert expected == {id for id, row in rows.items() if engine.evaluate(row, context)}, context

    assert count >= 50


@pytest.mark.parametrize("name", TABLES)
def test_each_row_can_say_why_not(name: str) -> None:
    """Semantics 11: explain agrees with evaluate on every row, and a row that does not apply has its reasons."""
    for number, (engine, rows, context, expected) in enumerate(asked(name)):
        for id, row in rows.items() if number % 23 == 0 else ():
            explained = engine.explain(row, context)

            assert (id in expected) is explained.passed
            assert explained.passed is (explained.failures == ())
            assert explained.passed is (explained.sentence() == "")


def test_all_tables_are_one_registry() -> None:
    """A thousand rows side by side; a row of one is no hindrance to a row of another."""
    engine = RuleEngine()
    for name, table in TABLES.items():
        rules, _ = table()
        engine.register_all(
            {f"{name}/{id}": rule for id, rule in rules.items() if not isinstance(rule, TemplateRule) and id not in ("storm", "within")}
        )

    assert engine.evaluate(RefRule(ref="tax/single-22"), {"filing": {"status": "single", "income": 50_000}})
    assert engine.revision == len(TABLES)
