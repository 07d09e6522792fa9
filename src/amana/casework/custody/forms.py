"""Forms of custody.  Scanners type into plain fields; nothing here needs a script."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from amana.casework.accounts.models import Office, User
from amana.casework.common.reading import refuse_no_time
from amana.casework.custody import queries
from amana.casework.custody.models import Carrier, Discrepancy, Item, Store
from amana.casework.custody.reading import Read, lines
from amana.casework.custody.services import PICTURES
from amana.casework.custody.services.accepting import Finding
from amana.casework.custody.services.discrepancies import REPORTED
from amana.casework.files.forms import FilesField
from amana.casework.incidents.forms import form_of

AT_HINT = _("Leave it empty if it happens now.")


class CodesField(forms.CharField):
    """What was scanned or typed, one thing on a line; a seal may follow after a semicolon."""

    def __init__(self, *, seals: bool = False, rows: int = 4, **kwargs: Any) -> None:
        hint = _("Scan one after another, or type one number on each line.")
        if seals:
            hint = _(
                "One on each line. A seal stands behind its number, after a semicolon: HMS-04-017-6; A 123"
            )
        # Each code is on its own line; a keyboard that corrects or capitalises would spoil it.
        attrs = {
            "rows": rows, "autocomplete": "off", "autocapitalize": "off", "autocorrect": "off",
            "spellcheck": "false", "dir": "ltr", "class": "codes",
        }  # fmt: skip
        kwargs.setdefault("help_text", hint)
        super().__init__(widget=forms.Textarea(attrs), max_length=200_000, **kwargs)

    def clean(self, value: Any) -> list[Read]:
        """Each scan once."""
        return list(lines(super().clean(value)))


def code_field(**options: Any) -> forms.CharField:
    """A field for one code or seal, as a scanner types it."""
    attrs = {
        "autocomplete": "off", "autocapitalize": "off", "autocorrect": "off", "spellcheck": "false",
        "dir": "ltr", **options.pop("attrs", {}),
    }  # fmt: skip
    return forms.CharField(widget=forms.TextInput(attrs), **options)


def at_field(**options: Any) -> forms.DateTimeField:
    """When it happened."""
    widget = forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    given = {"label": _("When"), "required": False, "help_text": AT_HINT, "widget": widget}
    return forms.DateTimeField(validators=[refuse_no_time], **{**given, **options})


def reason_field(**options: Any) -> forms.CharField:
    """Why something is done."""
    return forms.CharField(**{"label": _("Why"), "max_length": 300, **options})


class StoreField(forms.ModelChoiceField):
    """A place of the person's office."""

    def __init__(self, **kwargs: Any) -> None:
        options = {"label": _("Where it is put"), "required": False, "empty_label": _("no place is said")}
        super().__init__(Store.objects.none(), **{**options, **kwargs})

    def label_from_instance(self, store: Any) -> str:
        """Name, and what it stands in."""
        return f"{store.name} · {store.within.name}" if store.within else str(store.name)


class Placed(forms.Form):
    """Has a place of the person's office."""

    store = StoreField()

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        stores = queries.own_stores(user).select_related("within")
        self.fields["store"].queryset = stores  # type: ignore[attr-defined]


class Seen(forms.Form):
    """Carries what the page showed: the number of the last event of a thing."""

    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def seen_of(self, item: Item) -> dict[Any, int]:
        """For the services."""
        seen = self.cleaned_data.get("seen")
        return {item.pk: seen} if seen is not None else {}


class TakeForm(Placed):
    """Things that are taken into custody."""

    things = CodesField(label=_("Numbers"), seals=True)
    unsealed = forms.BooleanField(
        label=_("Those without a number behind them have no seal"), required=False, initial=False
    )
    store = StoreField()
    holder = forms.ModelChoiceField(
        User.objects.none(), label=_("Who answers for them"), required=False, empty_label=_("I do")
    )
    at = at_field()
    field_order = ("things", "unsealed", "store", "holder", "at")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = User.objects.filter(office=self.user.office_id, is_active=True).exclude(pk=self.user.pk)
        self.fields["holder"].queryset = people  # type: ignore[attr-defined]


class SealForm(Seen):
    """A new seal."""

    seal = code_field(label=_("Number on the seal"), max_length=60, attrs={"autofocus": True})
    at = at_field()


class OpenForm(Seen):
    """A seal that is opened."""

    reason = reason_field(label=_("Why the seal is opened"))
    at = at_field()


class MoveForm(Seen, Placed):
    """Another place."""

    at = at_field()
    field_order = ("store", "at")


class MissingForm(Seen):
    """A thing that is not where it should be."""

    words = forms.CharField(
        label=_("Where it was looked for, and by whom"), max_length=300, widget=forms.Textarea({"rows": 3})
    )


class FoundForm(Seen, Placed):
    """A thing that is there again."""

    note = forms.CharField(label=_("Where it was"), max_length=300, required=False)
    field_order = ("store", "note")


class ReasonForm(Seen):
    """Only a reason."""

    reason = reason_field()


class ReportForm(forms.Form):
    """Something that does not fit with a thing."""

    kind = forms.ChoiceField(
        label=_("What does not fit"),
        choices=[(k.value, k.label) for k in Discrepancy.Kind if k in REPORTED],
    )
    words = forms.CharField(
        label=_("What you see"), max_length=500, widget=forms.Textarea({"rows": 3}),
        help_text=_("Plainly, without a name of the dead or of a family."),
    )  # fmt: skip


class OfferForm(forms.Form):
    """Things that are offered to somebody else."""

    things = CodesField(label=_("Numbers of what is handed over"), required=False)
    to_office = forms.ModelChoiceField(Office.objects.none(), label=_("To which office"))
    to_person = code_field(
        label=_("To whom"), required=False, max_length=60,
        help_text=_("Sign-in name, if one person is meant. Otherwise anybody of that office may accept."),
    )  # fmt: skip
    purpose = forms.CharField(label=_("Purpose"), max_length=200)
    vehicle = forms.CharField(label=_("Vehicle and driver"), max_length=120, required=False)
    unsealed = forms.BooleanField(label=_("What has no seal goes without a seal on purpose"), required=False)
    at = at_field(label=_("When it is handed over"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to_office"].queryset = queries.receivers()  # type: ignore[attr-defined]


class ReadingForm(forms.Form):
    """What the receiver reads of one thing."""

    seal = code_field(label=_("Seal as you read it"), required=False, max_length=60)
    no_seal = forms.BooleanField(label=_("It has no seal"), required=False)
    finding = forms.ChoiceField(
        label=_("What you find"),
        choices=[
            (Finding.GOOD, _("It is there and as described")),
            (Finding.OTHERWISE, _("I take it, but its condition is another")),
            (Finding.REFUSED, _("I do not take it: it stays with the giver")),
            (Finding.ABSENT, _("It is not there")),
            (Finding.BROKEN, _("Its seal is broken")),
            (Finding.LABEL, _("Its label or number does not fit")),
        ],
        required=False,
    )
    condition = forms.CharField(label=_("Condition"), required=False, max_length=200)
    words = forms.CharField(
        label=_("What is wrong, or why you do not take it"), required=False, max_length=300
    )

    @property
    def is_filled(self) -> bool:
        """Whether anything was said of the thing."""
        given = self.cleaned_data
        return bool(given["seal"] or given["no_seal"] or given["finding"] not in ("", Finding.GOOD))


class ReceivingForm(Placed):
    """What holds for everything that is received at once."""

    store = StoreField()
    extras = CodesField(
        label=_("What came along and is not on the list"), required=False, rows=2,
        help_text=_("Its number, or what it is, one on each line. It is followed as a discrepancy."),
    )  # fmt: skip
    reason = forms.CharField(
        label=_("Why you receive in place of the person named"), required=False, max_length=300
    )
    at = at_field()


class PaperForm(forms.Form):
    """A hand-over that people signed on paper."""

    GAVE, TOOK = "gave", "took"

    way = forms.ChoiceField(
        label=_("On this paper, our office"),
        choices=[(GAVE, _("handed over")), (TOOK, _("received"))],
        widget=forms.RadioSelect,
    )
    other = forms.ModelChoiceField(
        Office.objects.none(), label=_("The other office"),
        help_text=_("Our own office, where it went from one of us to another."),
    )  # fmt: skip
    things = CodesField(label=_("Numbers on the paper"), seals=True)
    unsealed = forms.BooleanField(label=_("For the others the paper names no seal"), required=False)
    giver = forms.CharField(label=_("Who gave, as signed"), max_length=120)
    receiver = forms.CharField(label=_("Who received, as signed"), max_length=120)
    signed_at = at_field(label=_("When it was signed"), required=True, help_text="")
    purpose = forms.CharField(label=_("Purpose"), max_length=200)
    vehicle = forms.CharField(label=_("Vehicle and driver"), max_length=120, required=False)
    picture = FilesField(label=_("Picture of the paper"), accept=PICTURES, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["other"].queryset = queries.receivers()  # type: ignore[attr-defined]


class PictureForm(forms.Form):
    """The picture of a paper."""

    picture = FilesField(label=_("Picture of the paper"), accept=PICTURES)


class WordsForm(forms.Form):
    """What was found out, or what the paper says."""

    words = forms.CharField(label=_("What was found out"), max_length=500, widget=forms.Textarea({"rows": 4}))


class CloseForm(forms.Form):
    """How something that did not fit ended, and who holds the thing."""

    words = forms.CharField(label=_("How it ended"), max_length=500, widget=forms.Textarea({"rows": 3}))


class DecideForm(CloseForm):
    """Closes the last question about a disputed thing."""

    holder = forms.ModelChoiceField(
        Office.objects.none(), label=_("Who answers for the thing from now on"), widget=forms.RadioSelect,
        empty_label=None,
    )  # fmt: skip
    seal = code_field(label=_("Seal that is on it now"), required=False, max_length=60,
                      help_text=_("Empty where there is none."))  # fmt: skip
    store = StoreField(label=_("Where it is, if your office holds it"))

    def __init__(self, *args: Any, user: User, sides: Sequence[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["holder"].queryset = Office.objects.filter(pk__in=sides)  # type: ignore[attr-defined]
        self.fields["store"].queryset = queries.own_stores(user).select_related("within")  # type: ignore[attr-defined]


class StoreForm(forms.Form):
    """A place of storage."""

    name = forms.CharField(label=_("Name"), max_length=120)
    kind = forms.ChoiceField(label=_("Kind"), choices=Store.Kind.choices)
    within = StoreField(label=_("Inside"), empty_label=_("in no other place"))

    def __init__(self, *args: Any, user: User, without: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stores = queries.own_stores(user).select_related("within")
        self.fields["within"].queryset = stores.exclude(pk=without) if without else stores  # type: ignore[attr-defined]


class ChangeStoreForm(StoreForm):
    """A correction of a place."""

    reason = reason_field(label=_("Why this is changed"))


CarrierForm = form_of(Carrier, ("kind", "description", "serial", "sha256"))


class ScansForm(forms.Form):
    """What was scanned in a store."""

    codes = CodesField(label=_("Scan what is here"), rows=3)
