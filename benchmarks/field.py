"""How fast the pages of the field work are with the load of a whole country, beside two yardsticks.

    python benchmarks/field.py [--scale 1.0] [--keep FOLDER] [--clients 1] [--processes 1] [--seconds 60]
        [--pause 0]

Fills a register with ``country.py`` (at scale 1: 100,000 alerts, 20,000 sites, 200,000 units and a million
custody events, through the batch services), serves it with ``amana serve`` and opens every page in turn, as
people who are signed in.  SQLite in a folder, or PostgreSQL where DATABASE_URL names an empty one
(``python tools/postgresql.py python benchmarks/field.py --clients 8 --processes 2``).  What `--keep` names is
filled once and used again.

Yardsticks, measured in the same run: one row found by an index with bare SQL in this process, and the page of
the receipt code, which reads nothing.
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import os
import platform
import random
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

sys.path.insert(0, str(Path(__file__).resolve().parent))

import country

ROOT = Path(__file__).resolve().parents[1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--scale", type=float, default=1.0, help="share of the country's load")
    parser.add_argument("--keep", help="folder that is filled once and used again (SQLite)")
    parser.add_argument("--clients", type=int, default=1, help="people at once")
    parser.add_argument("--processes", type=int, default=1, help="of the server")
    parser.add_argument("--pause", type=float, default=0.0, help="mean seconds that each looks at a page")
    parser.add_argument("--seconds", type=float, default=60.0, help="how long pages are opened")
    options = parser.parse_args()
    with contextlib.ExitStack() as stack:
        folder = options.keep or stack.enter_context(tempfile.TemporaryDirectory(prefix="amana-bench-"))
        os.environ["AMANA_HOME"], os.environ["AMANA_KEYS"] = f"{folder}/home", f"{folder}/keys"
        filled = Path(folder, "filled")
        from amana.casework.start import start

        start()
        if not filled.exists():
            from amana.simulation import CountrySize

            counts = (100_000, 20_000, 200_000, 1_000_000)
            country.fill(CountrySize(*(max(10, int(n * options.scale)) for n in counts)))
            filled.touch()
        if options.seconds:
            measure(options)


def measure(options: argparse.Namespace) -> None:
    from django.db import connection

    examples = _examples()
    pages = _pages(examples)
    bare = _bare_query(examples["unit"])
    vendor = connection.vendor
    connection.close()
    with _served(options.processes) as url:
        times = _open_pages(url, pages, options)
    where = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, {vendor}"
    print(
        f"{where}; clients {options.clients}, pause {options.pause:g} s, server processes {options.processes}"
    )
    print(f"{'bare indexed query':34} median {bare:8.2f} ms")
    print(f"{'page':34} {'opened':>6} {'median ms':>10} {'95 % ms':>9} {'slowest':>8}")
    for name, found in times.items():
        ordered = sorted(found)
        late = ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))]
        print(f"{name:34} {len(found):6} {statistics.median(found):10.1f} {late:9.1f} {ordered[-1]:8.1f}")
    every = sorted(t for name, found in times.items() if name != EMPTY for t in found)
    medians = [statistics.median(f) for n, f in times.items() if n != EMPTY]
    late = every[int(0.95 * len(every))]
    print(f"slowest median {max(medians):.1f} ms; all pages together: 95 % within {late:.1f} ms")


EMPTY = "empty page (the receipt code)"
GOOD = (200, 302)
"""A search for one number leads to its page."""


def _examples() -> dict[str, Any]:
    """One of each, from the middle, as somebody would open it."""
    from amana.casework.alerts.models import Alert
    from amana.casework.custody.models import Item, Store, Transfer
    from amana.casework.incidents.models import Incident
    from amana.casework.recovery.models import Unit
    from amana.casework.sites.models import Site

    def middle(rows: Any) -> Any:
        return rows[rows.count() // 2]

    return {
        "alert": middle(Alert.objects.order_by("number")).number,
        "site": middle(Site.objects.order_by("number")).number,
        "unit": middle(Unit.objects.order_by("number")).number,
        "item": middle(Item.objects.order_by("number")).number,
        "transfer": middle(Transfer.objects.order_by("number")).number,
        "store": middle(Store.objects.order_by("number")).number,
        "incident": Incident.objects.get().number,
    }


def _pages(of: dict[str, Any]) -> dict[str, str]:
    """Every list, search, unit and plan page of the field work: name to address."""
    word = urlencode({"words": "بئر"})
    two = urlencode({"words": "بستان زيتون"})
    return {
        EMPTY: "/report/code/",
        "waiting for me": "/",
        "incident": f"/incidents/{of['incident']}/",
        "duty board": "/alerts/",
        "plan of alerts": "/alerts/plan/",
        "alerts": "/alerts/list/",
        "alerts, searched": f"/alerts/list/?{word}",
        "alert": f"/alerts/{of['alert']}/",
        "sites": "/sites/",
        "sites, searched": f"/sites/?{two}",
        "site with its plan": f"/sites/{of['site']}/",
        "missions": "/missions/",
        "surrenders": "/surrenders/",
        "irregularities": "/irregularities/",
        "units": "/units/",
        "units, searched": f"/units/?{word}",
        "units, by number": f"/units/?{urlencode({'words': of['unit']})}",
        "unit": f"/units/{of['unit']}/",
        "custody": "/custody/",
        "where is it": f"/custody/?{urlencode({'code': of['item']})}",
        "things": "/custody/things/",
        "things, searched": f"/custody/things/?{urlencode({'words': of['item']})}",
        "thing with its timeline": f"/custody/things/{of['item']}/",
        "hand-overs": "/custody/hand-overs/",
        "hand-over": f"/custody/hand-overs/{of['transfer']}/",
        "discrepancies": "/custody/discrepancies/",
        "places of storage": "/custody/places/",
        "place of storage": f"/custody/places/{of['store']}/",
    }


def _bare_query(number: str) -> float:
    """Milliseconds, median of 500, of finding one unit by its number in SQL."""
    from django.db import connection

    found = []
    with connection.cursor() as cursor:
        for _ in range(500):
            began = time.perf_counter()
            cursor.execute("SELECT id, state FROM recovery_unit WHERE number = %s", [number])
            cursor.fetchall()
            found.append(1000 * (time.perf_counter() - began))
    return statistics.median(found)


@contextlib.contextmanager
def _served(processes: int) -> Iterator[str]:
    command = [sys.executable, "-m", "amana", "serve", "--port", "0", "--processes", str(processes)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    server = subprocess.Popen(command, cwd=ROOT, env=environment, text=True, stdout=subprocess.PIPE)
    try:
        assert server.stdout is not None
        yield server.stdout.readline().strip()
    finally:
        server.terminate()
        server.wait(timeout=30)


class Client:
    """One person's browser, as far as time goes: one connection that stays open."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self.origin = url.rstrip("/")
        self.connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=120)
        self.cookies: dict[str, str] = {}

    def send(self, method: str, path: str, form: dict[str, str] | None = None) -> tuple[int, str]:
        headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
        body = None
        if form is not None:
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "Referer": self.origin + path}
            body = urlencode(form)
        self.connection.request(method, path, body, headers)
        answer = self.connection.getresponse()
        text = answer.read().decode()
        for line in answer.headers.get_all("Set-Cookie") or ():
            name, _, rest = line.partition("=")
            self.cookies[name] = rest.split(";")[0]
        return answer.status, text

    def sign_in(self) -> None:
        _, page = self.send("GET", "/sign-in/")
        found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert found is not None, page[:500]
        form = {"login": "opener", "password": country.PASSWORD, "csrfmiddlewaretoken": found[1]}
        status, page = self.send("POST", "/sign-in/", form)
        assert status == 302, (status, page[-2000:])


def _open_pages(url: str, pages: dict[str, str], options: argparse.Namespace) -> dict[str, list[float]]:
    times: dict[str, list[float]] = {name: [] for name in pages}
    ready = [Client(url) for _ in range(options.clients)]
    for client in ready:
        client.sign_in()
    for name, path in pages.items():  # once without the clock: what is compiled and cached
        status, page = ready[0].send("GET", path)
        assert status in GOOD, (name, path, status, page[:300])
    stop = time.monotonic() + options.seconds
    failures: list[Any] = []

    def work(client: Client, seed: int) -> None:
        order = list(pages.items())
        rng = random.Random(seed)
        while time.monotonic() < stop:
            rng.shuffle(order)
            for name, path in order:
                began = time.perf_counter()
                status, _ = client.send("GET", path)
                times[name].append(1000 * (time.perf_counter() - began))
                if status not in GOOD:
                    failures.append((name, status))
                if options.pause:  # exponential, so that people do not fall into step
                    time.sleep(rng.expovariate(1 / options.pause))

    threads = [threading.Thread(target=work, args=(c, i)) for i, c in enumerate(ready)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures, failures[:5]
    return times


if __name__ == "__main__":
    main()
