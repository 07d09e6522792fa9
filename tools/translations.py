"""Keep the Arabic texts of the pages whole.

    .venv/bin/python tools/translations.py            add new texts to django.po, drop those no longer used
    .venv/bin/python tools/translations.py compile    write django.mo

``xgettext`` (Debian's gettext) finds the texts; Babel keeps and compiles the catalogue.  A text that is
missing, empty or uncertain (fuzzy) fails a test, and so does a compiled file that is not of this catalogue.
"""

from __future__ import annotations

import datetime
import io
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
CASEWORK = ROOT / "src" / "amana" / "casework"
PO = CASEWORK / "locale" / "ar" / "LC_MESSAGES" / "django.po"
MO = PO.with_suffix(".mo")
HEADER = """\
# What the pages say, in Arabic.  English stands in the code.
# Licensed as the rest of Amana, Apache-2.0."""
# The rule that the CLDR gives for Arabic: zero, one, two, few, many, other.
PLURAL_FORMS = (
    "nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : "
    "n%100>=11 && n%100<=99 ? 4 : 5);"
)
_KEYWORDS = (
    "gettext_noop", "gettext_lazy", "ngettext_lazy:1,2", "pgettext:1c,2", "npgettext:1c,2,3",
    "pgettext_lazy:1c,2", "npgettext_lazy:1c,2,3", "_", "_now", "_lazy",
)  # fmt: skip


def extracted() -> Catalog:
    """Every text of the pages' code and templates."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "amana.casework.settings")
    os.environ.setdefault("AMANA_HOME", tempfile.mkdtemp(prefix="amana-texts-"))  # no data is touched
    import django
    from django.utils.translation.template import templatize

    django.setup()
    with tempfile.TemporaryDirectory() as folder:
        files = []
        for source in sorted([*CASEWORK.rglob("*.py"), *CASEWORK.rglob("*.html")]):
            if {"tests", "migrations"} & set(source.relative_to(CASEWORK).parts):
                continue
            text = source.read_text("utf-8")
            if source.suffix == ".html":
                text = templatize(text, origin=str(source))
            target = Path(folder) / source.relative_to(ROOT)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, "utf-8")
            files.append(str(target.relative_to(folder)))
        command = ["xgettext", "--language=Python", "--from-code=UTF-8", "--no-wrap", "-o", "-"]
        command += ["--no-location", *(f"--keyword={k}" for k in _KEYWORDS)]
        found = subprocess.run([*command, *files], cwd=folder, capture_output=True, check=True)
    # With its header, because without one xgettext drops every sign that is not ASCII; and whole, for Babel.
    head = b"nplurals=INTEGER; plural=EXPRESSION;"
    return read_po(io.BytesIO(found.stdout.replace(head, PLURAL_FORMS.encode())), locale="ar")


def stored() -> Catalog:
    """The catalogue as it is."""
    with PO.open("rb") as file:
        catalogue = read_po(file, locale="ar")
    # Babel writes both into the compiled file, which would differ with every minute.
    catalogue.creation_date = catalogue.revision_date = datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC)
    return catalogue


def updated(old: Catalog, new: Catalog) -> Catalog:
    """The texts that are used, with the translations that there are."""
    fresh = Catalog(locale="ar", project="Amana", header_comment=HEADER, fuzzy=False)
    for message in new:
        if not message.id:
            continue
        known = old.get(message.id, context=message.context)
        string = known.string if known and not known.fuzzy else ""
        flags = message.flags & {"python-format", "python-brace-format"}
        fresh.add(message.id, string, context=message.context, flags=flags)
    return fresh


def write(catalogue: Catalog) -> None:
    """Write django.po, without dates, so that it changes only where a text does."""
    out = io.BytesIO()
    write_po(out, catalogue, width=100, sort_output=True, omit_header=True)
    head = (
        f'{HEADER}\nmsgid ""\nmsgstr ""\n"Language: ar\\n"\n"MIME-Version: 1.0\\n"\n'
        '"Content-Type: text/plain; charset=utf-8\\n"\n"Content-Transfer-Encoding: 8bit\\n"\n'
        f'"Plural-Forms: {PLURAL_FORMS}\\n"\n\n'
    )
    PO.parent.mkdir(parents=True, exist_ok=True)
    PO.write_bytes(head.encode() + out.getvalue())


def compiled(catalogue: Catalog) -> bytes:
    """The catalogue as django.mo."""
    out = io.BytesIO()
    write_mo(out, catalogue)
    return out.getvalue()


if __name__ == "__main__":
    if sys.argv[1:] != ["compile"]:
        write(updated(stored() if PO.exists() else Catalog(locale="ar"), extracted()))
    texts = stored()
    MO.write_bytes(compiled(texts))
    empty = [
        m.id
        for m in texts
        if m.id and (not m.string or not all([*m.string] if m.pluralizable else [m.string]))
    ]
    print(f"{len(texts)} texts, {len(empty)} without Arabic")
    for text in empty[:20]:
        print("   ", text)
