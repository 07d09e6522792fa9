"""Forms of identification."""

from __future__ import annotations

import hashlib
from typing import Any

from django import forms
from django.core.validators import FileExtensionValidator
from django.utils.translation import gettext_lazy as _

from amana.casework.accounts.models import User
from amana.casework.identification.fixed import MODELS, MUTATION, defaults
from amana.casework.identification.models import Candidate, Signature
from amana.casework.laboratory.models import Frequencies

LARGEST_SCAN = 20 * 1024 * 1024
_OFFERED = {k: int(v) if isinstance(v, float) and v.is_integer() else v for k, v in defaults().items()}


class RunForm(forms.Form):
    """What is fixed before anything is computed."""

    prior = forms.ChoiceField(
        label=_("Who can be among the remains?"),
        widget=forms.RadioSelect,
        choices=[
            ("open", _("open: also people whom nobody has reported missing")),
            ("manifest", _("closed: only people on a reliable list")),
            ("flat", _("every assignment alike: only to compare with other programs")),
        ],
        initial=_OFFERED["prior"],
    )
    on_list = forms.FloatField(
        label=_("Probability of being on the list"),
        required=False,
        initial=_OFFERED["on_list"],
        help_text=_(
            "For an open incident: how probable it is, before any DNA, that remains are of somebody on the "
            "list of the missing. 0.5 means: as likely as not."
        ),
    )
    manifest = forms.CharField(
        label=_("Name of the reliable list"),
        required=False,
        max_length=120,
        help_text=_("For a closed incident: the list that holds everybody, such as a passenger list."),
    )
    lr_threshold = forms.FloatField(
        label=_("Threshold of the joint likelihood ratio"),
        initial=_OFFERED["lr_threshold"],
        help_text=_("How many times more probable the DNA must be than under the best other explanation."),
    )
    posterior_threshold = forms.FloatField(
        label=_("Threshold of the posterior"),
        initial=_OFFERED["posterior_threshold"],
        help_text=_("How probable the assignment must be in the end, such as 0.9999. Both must be reached."),
    )
    theta = forms.FloatField(
        label=_("FST (θ)"),
        initial=_OFFERED["theta"],
        help_text=_(
            "Shared ancestry within the population, from 0 up. Whatever stands here, every supported pair is "
            "also weighed at 0, 0.01 and 0.03."
        ),
    )
    main_table = forms.ChoiceField(
        label=_("Frequency table to calculate with"),
        help_text=_("The population that fits the people of this incident best."),
    )
    other_tables = forms.MultipleChoiceField(
        label=_("Other tables that a result must hold under"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    mutation_model = forms.ChoiceField(
        label=_("Mutation model"),
        choices=[
            (m, label)
            for m, label in zip(
                MODELS,
                (
                    _("none"), _("equal"), _("proportional"), _("stepwise"), _("one step"),
                    _("reversible stepwise (Dawid)"),
                ),
                strict=True,
            )
        ],
        initial=MUTATION["model"],
        help_text=_("How alleles change from parent to child. The rates offered are assumed, not estimated."),
    )  # fmt: skip
    rate_male = forms.FloatField(
        label=_("Mutation rate of fathers"), required=False, initial=MUTATION["rate_male"]
    )
    rate_female = forms.FloatField(
        label=_("Mutation rate of mothers"), required=False, initial=MUTATION["rate_female"]
    )
    range = forms.FloatField(
        label=_("Range"),
        required=False,
        initial=MUTATION["range"],
        help_text=_("Stepwise and Dawid: how much rarer each further repeat is."),
    )
    rate2 = forms.FloatField(
        label=_("Rate to and from incomplete repeats"),
        required=False,
        initial=f"{MUTATION['rate2']:.6f}",
        help_text=_("Stepwise: to and from alleles such as 9.3."),
    )

    use_required_attribute = False

    def __init__(self, data: Any, user: Any) -> None:
        super().__init__(data)
        tables = [(str(t.pk), t.name) for t in Frequencies.objects.visible_to(user)]
        self.fields["main_table"].choices = tables  # type: ignore[attr-defined]
        self.fields["other_tables"].choices = tables  # type: ignore[attr-defined]
        self.fields["other_tables"].initial = [key for key, _name in tables]
        for field in self.fields.values():
            if isinstance(field, forms.FloatField):
                field.widget.attrs["step"] = "any"

    def settings(self) -> dict[str, Any]:
        """As the service takes them."""
        data = self.cleaned_data
        mutation = {
            "model": data["mutation_model"],
            **{k: data[k] for k in ("rate_male", "rate_female", "range", "rate2")},
        }
        others = [t for t in data["other_tables"] if t != data["main_table"]]
        own = {
            k: data[k]
            for k in ("prior", "on_list", "manifest", "theta", "lr_threshold", "posterior_threshold")
        }
        return {**own, "mutation": mutation, "frequencies": [data["main_table"], *others]}


class SignForm(forms.Form):
    """A specialist's finding."""

    seen = forms.CharField(widget=forms.HiddenInput)
    finding = forms.ChoiceField(
        label=_("I have looked at this comparison myself, and I"),
        widget=forms.RadioSelect,
        choices=[
            (Signature.Finding.AGREES, _("agree with it")),
            (Signature.Finding.DISAGREES, _("disagree, for the reasons below")),
        ],
    )
    words = forms.CharField(
        label=_("In your own words"),
        required=False,
        widget=forms.Textarea,
        max_length=4000,
        help_text=_("Needed where you disagree. No names of people."),
    )
    use_required_attribute = False


class PaperForm(forms.Form):
    """A paper that a specialist signed."""

    seen = forms.CharField(widget=forms.HiddenInput)
    specialist = forms.CharField(
        label=_("Sign-in name of the specialist"),
        required=False,
        max_length=60,
        help_text=_(
            "If they have an account, here or in another office. Otherwise their name and post below."
        ),
    )
    external_name = forms.CharField(
        label=_("Name of a specialist without an account"), required=False, max_length=120
    )
    external_post = forms.CharField(label=_("Their post and institution"), required=False, max_length=160)
    finding = forms.ChoiceField(
        label=_("What the paper says"), widget=forms.RadioSelect, choices=Signature.Finding.choices
    )
    words = forms.CharField(
        label=_("In the specialist’s own words"), required=False, widget=forms.Textarea, max_length=4000
    )
    scan = forms.FileField(
        label=_("Scan of the signed paper"),
        required=False,
        validators=[FileExtensionValidator(["pdf", "jpg", "jpeg", "png", "tif", "tiff"])],
        help_text=_(
            "PDF or picture, up to 20 MB. Its SHA-256 is recorded; the file itself is not kept here, so keep "
            "it with the case file."
        ),
    )
    paper_sha256 = forms.CharField(
        label=_("Or the SHA-256 of the scan"), required=False, max_length=64, help_text=_("64 characters.")
    )
    use_required_attribute = False

    def clean_scan(self) -> Any:
        """Not larger than a scan is."""
        scan = self.cleaned_data["scan"]
        if scan is not None and scan.size > LARGEST_SCAN:
            raise forms.ValidationError(_("The scan is larger than 20 MB. Scan it with fewer colours."))
        return scan

    def clean(self) -> Any:
        """The account, and the digest of the scan."""
        data = super().clean() or {}
        name = (data.get("specialist") or "").strip()
        data["account"] = User.objects.filter(username=name, is_active=True).first() if name else None
        if name and data["account"] is None:
            self.add_error("specialist", _("Nobody has this sign-in name."))
        if data.get("scan") is not None:
            digest = hashlib.sha256()
            for chunk in data["scan"].chunks():
                digest.update(chunk)
            data["paper_sha256"] = digest.hexdigest()
        return data


class ExcludeForm(forms.Form):
    """A ground and a reason."""

    ground = forms.ChoiceField(
        label=_("What the exclusion rests on"), widget=forms.RadioSelect, choices=Candidate.Ground.choices
    )
    reason = forms.CharField(label=_("Reason"), widget=forms.Textarea, max_length=4000)
    use_required_attribute = False


class ReasonForm(forms.Form):
    """A reason."""

    reason = forms.CharField(label=_("Reason"), widget=forms.Textarea, max_length=2000)
    use_required_attribute = False
