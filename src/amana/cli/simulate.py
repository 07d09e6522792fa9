"""``amana simulate``: synthetic incidents and registers with known truth."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from amana.simulation import (
    DEFAULT_SEED,
    Demo,
    SimulatedRegister,
    al_qabou_demo,
    check_register_folder,
    simulate_register,
    write_demo,
    write_register,
)


def add_arguments(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``simulate`` and what it can make."""
    parser = subparsers.add_parser(
        "simulate", help="make a synthetic incident, or a register, with known truth"
    )
    what = parser.add_subparsers(dest="what", required=True, metavar="WHAT", parser_class=type(parser))
    incident = what.add_parser(
        "incident",
        help="the demo incident: reported circumstances of Al-Qabou, synthetic people and profiles",
        description="Write the demo incident as a case folder, with truth.csv, people.csv and incident.toml.",
    )
    incident.add_argument(
        "--seed",
        type=int,
        default=DEFAULT_SEED,
        metavar="N",
        help=f"same seed, same bytes (default {DEFAULT_SEED})",
    )
    incident.add_argument(
        "--out", type=Path, required=True, metavar="DIR", help="folder to write: new, empty or a demo"
    )
    register = what.add_parser(
        "register",
        help="remains and families of a large register, as kinship screen reads them",
        description="Write a register of invented families and remains, with the truth. "
        "What the tables hold: docs/formats.md.",
    )
    register.add_argument("--remains", type=int, required=True, metavar="N", help="profiles of remains")
    register.add_argument("--families", type=int, required=True, metavar="M", help="families")
    register.add_argument(
        "--seed", type=int, default=1, metavar="S", help="same seed, same bytes (default 1)"
    )
    register.add_argument(
        "--out", type=Path, required=True, metavar="DIR",
        help="folder to write: new, empty or a simulated register",
    )  # fmt: skip


def run(args: argparse.Namespace) -> int:
    """Make what was asked for, write it, say what is in it."""
    return {"incident": _incident, "register": _register}[args.what](args)


def _register(args: argparse.Namespace) -> int:
    check_register_folder(args.out)
    register = simulate_register(args.remains, args.families, args.seed)
    files = write_register(register, args.out)
    summary = _summary_of(register)
    _print(args, summary, [f.name for f in files], _REGISTER_HEADING[args.lang], _REGISTER_LABELS[args.lang])
    return 0


def _incident(args: argparse.Namespace) -> int:
    demo = al_qabou_demo(seed=args.seed)
    files = write_demo(demo, args.out)
    summary = _summary(demo)
    _print(args, summary, [f.name for f in files], _HEADING[args.lang], _LABELS[args.lang])
    return 0


def _print(
    args: argparse.Namespace,
    summary: dict[str, object],
    files: list[str],
    heading: str,
    labels: dict[str, str],
) -> None:
    if args.json:
        print(json.dumps({**summary, "folder": str(args.out), "files": files}, ensure_ascii=False))
        return
    width = max(4, *(len(str(summary[key])) for key in labels))
    print(heading)
    for key, label in labels.items():
        print(f"  {summary[key]:>{width}}  {label}")
    print(f"{_WHERE[args.lang]} {args.out}")


def _summary(demo: Demo) -> dict[str, object]:
    features = demo.features
    return {
        "name": demo.case.name,
        "synthetic": demo.case.synthetic,
        "seed": demo.seed,
        "spots": len(demo.spots),
        "remains": len(demo.case.victims),
        "remains_partial": len(features.partial),
        "remains_nobody_listed": len(features.nobody_listed),
        "families": len(demo.case.families),
        "families_inconsistent": len(features.inconsistent),
        "missing": sum(len(f.missing) for f in demo.case.families),
        "missing_not_there": len(features.not_there),
        "markers": len(demo.case.markers),
    }


_LABELS = {
    "en": {
        "spots": "spots",
        "remains": "remains profiles",
        "remains_partial": "of them partial",
        "remains_nobody_listed": "of them of nobody listed",
        "families": "families",
        "families_inconsistent": "of them with a reference sample that does not fit",
        "missing": "missing persons",
        "missing_not_there": "of them not among the remains",
        "markers": "markers",
    },
    "ar": {
        "spots": "مواضع",
        "remains": "بصمات وراثية للرفات",
        "remains_partial": "منها جزئية",
        "remains_nobody_listed": "منها لأشخاص ليسوا في القائمة",
        "families": "عائلات",
        "families_inconsistent": "منها ما فيه عينة مرجعية لا تتوافق",
        "missing": "مفقودون",
        "missing_not_there": "منهم من ليس بين الرفات",
        "markers": "مواقع وراثية",
    },
}
_HEADING = {
    "en": "Demo incident. All people, positions and profiles in it are synthetic.",
    "ar": "حادثة توضيحية. كل ما فيها من أشخاص ومواضع وبصمات وراثية مصطنع.",
}
_WHERE = {"en": "Written to", "ar": "كُتبت في"}


def _summary_of(register: SimulatedRegister) -> dict[str, object]:
    families, remains = register.families, register.remains
    return {
        "synthetic": True,
        "seed": register.seed,
        "remains": len(remains.family),
        "remains_known": int((remains.family >= 0).sum()),
        "remains_poor": int((remains.dropout > 0).sum()),
        "families": sum(len(one.numbers) for one in families),
        "families_cousin_parents": sum(len(one.numbers) for one in families if one.shape.cousin_parents),
        "missing": sum(len(one.numbers) * len(one.shape.missing) for one in families),
        "markers": len(register.markers),
    }


_REGISTER_LABELS = {
    "en": {
        "remains": "remains profiles",
        "remains_known": "of them of missing persons of the register",
        "remains_poor": "of them of poor bone",
        "families": "families",
        "families_cousin_parents": "of them with parents who are first cousins",
        "missing": "missing persons",
        "markers": "markers",
    },
    "ar": {
        "remains": "بصمات وراثية للرفات",
        "remains_known": "منها لمفقودين في السجل",
        "remains_poor": "منها من عظم رديء الحفظ",
        "families": "عائلات",
        "families_cousin_parents": "منها ما يكون فيه الوالدان أبناء عمومة أو خؤولة من الدرجة الأولى",
        "missing": "مفقودون",
        "markers": "مواقع وراثية",
    },
}
_REGISTER_HEADING = {
    "en": "Synthetic register. All people and profiles in it are invented.",
    "ar": "سجل مصطنع. كل ما فيه من أشخاص وبصمات وراثية مختلق.",
}
