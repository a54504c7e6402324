"""What may change in a definition, at random: one to three things at a time, each of them told."""

from __future__ import annotations

import random
from copy import deepcopy

from coregen_runtime.primitives.words import snake_case

from .worlds import BOUNDS, STATES, TYPES, Field, Thing, World, fits, value

KEYS = "fooBar foo_bar FooBar name select order sku colour weightInKg größe total a b placedOn group user limit naïve x2 from json_data lastSeenAt value key".split()
NAMES = ["Product", "Order", "Select", "OrderItem", "Größe", "User", "Group", "A", "VeryLongNameOfAnEntityThatGoesOnAndOnAndOnUntilItIsTooLongForIt"]


def changed(world: World, rng: random.Random) -> World:
    """The world after one to three changes of its definition that it tells; its rows are yet those from before."""
    while True:
        new = _changed(world, rng)
        if all(_told(old, thing) for old in world.things for thing in new.things if thing.number == old.number) and _told_names(world, new):
            return new


def _told(old: Thing, new: Thing) -> bool:
    """Whether the definition tells what happened: fields that went round anew say it anew, and no key follows one that goes to the same column."""
    before = {each.number: each for each in old.fields}
    said = {each.key: each.former for each in old.fields}
    moved = [each for each in new.fields if each.number in before and before[each.number].key != each.key]
    kept = {each.number for each in new.fields}
    gone = {snake_case(each.key) for each in old.fields if each.number not in kept}
    follow = [each for each in new.fields if each.number not in before and snake_case(each.key) in gone]
    return not follow and all(said.get(each.key, "") != each.former for each in moved)


def _told_names(old: World, new: World) -> bool:
    said = {thing.name: thing.former for thing in old.things}
    before = {thing.number: thing.name for thing in old.things}
    return all(said.get(thing.name, "") != thing.former for thing in new.things if before.get(thing.number, thing.name) != thing.name)


def _changed(world: World, rng: random.Random) -> World:
    new = deepcopy(world)
    for thing in new.things:
        for each in thing.fields:
            each.former = each.former if rng.random() < 0.5 else None
        thing.former = thing.former if rng.random() < 0.5 else None
    for _ in range(rng.choice([1, 1, 1, 2, 3])):
        _change(world, new, rng)
    before = {thing.number: thing for thing in world.things}
    for thing in new.things:
        old = before.get(thing.number)
        if old is None:
            continue
        if (thing.name, thing.slug) != (old.name, old.slug):
            thing.former = old.slug or old.name
        keys = {each.number: each.key for each in old.fields}
        for each in thing.fields:
            if keys.get(each.number, each.key) != each.key:
                each.former = keys[each.number]
    return new


def _change(old: World, new: World, rng: random.Random) -> None:
    if not new.things or (len(new.things) < 3 and rng.random() < 0.15):
        new.things.append(Thing(new.next(), _fresh_name(old, new, rng)))
        _add(old, new, new.things[-1], rng)
        return
    thing = rng.choice(new.things)
    match rng.randrange(16):
        case 0 | 1 | 2:
            _add(old, new, thing, rng)
        case 3 if len(thing.fields) > 1:
            thing.fields.remove(rng.choice(thing.fields))
        case 4 | 5:
            each = rng.choice(thing.fields)
            each.key = _fresh_key(old, thing, rng)
        case 6 | 7:
            each = rng.choice(thing.fields)
            each.type = rng.choice(["string", "number", "json", "boolean", "date", "ref", "ref[]", rng.choice(TYPES)])
            each.unique = each.unique and each.type != "ref[]"
            each.validators, each.renamed = (), {}
            each.default = None if each.default is None else value(each, rng)
        case 8:
            each = rng.choice(thing.fields)
            each.required = not each.required
            each.default = value(each, rng) if each.type not in ("ref[]", "ref") and rng.random() < 0.7 else None
        case 9:
            each = rng.choice(thing.fields)
            each.unique, each.indexed = rng.choice([(False, True), (False, False), (each.type != "ref[]", False)])
        case 10:
            switch = rng.choice(["soft_delete", "timestamps", "versioned"])
            setattr(thing, switch, not getattr(thing, switch))
        case 11 if rng.random() < 0.5:
            thing.name, thing.slug = _fresh_name(old, new, rng), None
        case 11 if len(new.things) > 1 and rng.random() < 0.3:
            new.things.remove(thing)
        case 12 if len(thing.fields) > 1:  # names go round
            some = rng.sample(thing.fields, min(len(thing.fields), rng.choice([2, 2, 3])))
            for place, key in enumerate([*(each.key for each in some[1:]), some[0].key]):
                some[place].key = key
        case 13 if len(new.things) > 1:
            one, other = rng.sample(new.things, 2)
            one.name, one.slug, other.name, other.slug = other.name, other.slug, one.name, one.slug
        case 14 if any(each.type == "enum" for each in thing.fields):
            _other_values(rng.choice([each for each in thing.fields if each.type == "enum"]), rng)
        case 15 if any(each.type in BOUNDS for each in thing.fields):
            each = rng.choice([each for each in thing.fields if each.type in BOUNDS])
            each.validators = rng.choice(BOUNDS[each.type])
            if each.default is not None and not fits(each, each.default):
                each.default, each.required = None, False
        case _:
            if len(thing.fields) > 1:  # what one leaves, another takes
                first, second = rng.sample(thing.fields, 2)
                first.key, second.key = second.key, _fresh_key(old, thing, rng)


def _other_values(each: Field, rng: random.Random) -> None:
    """Values go, of which most say what they become; others come."""
    now = tuple(rng.sample(STATES, rng.choice([1, 2, 2, 3])))
    gone = [value for value in each.values if value not in now]
    each.renamed = {value: new for value, new in each.renamed.items() if value not in now and new in now}
    each.renamed |= {value: rng.choice(now) for value in gone if rng.random() < 0.7}
    each.values = now
    if each.default is not None:
        each.default = rng.choice(now)


def _add(old: World, new: World, thing: Thing, rng: random.Random) -> None:
    type = rng.choice(TYPES)
    required = rng.random() < 0.3
    made = Field(new.next(), _fresh_key(old, thing, rng), type)
    made.default = value(made, rng) if type not in ("ref", "ref[]") and (required or rng.random() < 0.3) else None
    made.required = required and made.default is not None
    thing.fields.append(made)


def _fresh_key(old: World, thing: Thing, rng: random.Random) -> str:
    taken = {each.key for other in (*old.things, thing) if other.number == thing.number for each in other.fields}
    return rng.choice([key for key in KEYS if key not in taken] or [f"key{rng.randrange(10**9)}"])


def _fresh_name(old: World, new: World, rng: random.Random) -> str:
    taken = {each.name for each in (*old.things, *new.things)}
    return rng.choice([name for name in NAMES if name not in taken])
