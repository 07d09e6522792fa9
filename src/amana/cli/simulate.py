"""``amana simulate``: synthetic incidents with known truth."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from amana.simulation import DEFAULT_SEED, Demo, al_qabou_demo, write_demo


def add_arguments(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``simulate`` and what it can make."""
    parser = subparsers.add_parser("simulate", help="make a synthetic incident with known truth")
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


def run(args: argparse.Namespace) -> int:
    """Make the incident, write it, say what is in it."""
    demo = al_qabou_demo(seed=args.seed)
    files = write_demo(demo, args.out)
    summary = _summary(demo)
    if args.json:
        print(
            json.dumps(
                {**summary, "folder": str(args.out), "files": [f.name for f in files]}, ensure_ascii=False
            )
        )
        return 0
    heading, rows, where = _text(summary, args.lang)
    print(heading)
    for label, value in rows:
        print(f"  {value:>4}  {label}")
    print(f"{where} {args.out}")
    return 0


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


def _text(summary: dict[str, object], language: str) -> tuple[str, list[tuple[str, object]], str]:
    labels = _LABELS[language]
    return _HEADING[language], [(label, summary[key]) for key, label in labels.items()], _WHERE[language]
