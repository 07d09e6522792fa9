"""Custody on its pages, without a script: offering, receiving line by line, places, stock-taking, papers."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from amana.casework.custody.models import Discrepancy, Item, StockTake, Store, Transfer
from amana.casework.custody.tests.setting import now, sound


def text_of(response: Any) -> str:
    return response.content.decode()


@pytest.fixture(autouse=True)
def the_book_is_sound(place):
    yield
    sound()


def offered_on_the_page(place, sign_in, items, **fields):
    given = {
        "things": "\n".join(i.number for i in items), "to_office": str(place.fmd.pk),
        "purpose": "examination",
        **{f"seen-{i.pk}": "1" for i in items},
    } | fields  # fmt: skip
    return sign_in(place.recorder).post(reverse("custody-offer"), given)


def test_things_are_offered_by_number_or_picked_and_the_page_says_who_answers(place, sign_in):
    typed, picked = place.held(2)
    done = offered_on_the_page(place, sign_in, [typed], pick=picked.number)
    transfer = Transfer.objects.get()
    assert (done.status_code, done["Location"]) == (302, transfer.get_absolute_url())
    assert transfer.things == 2
    page = text_of(sign_in(place.recorder).get(transfer.get_absolute_url()))
    assert "You answer for them until they are accepted" in page
    assert typed.number in page
    assert picked.number in page


def test_an_offer_that_cannot_be_keeps_what_was_typed(place, sign_in):
    (item,) = place.held(1)
    page = offered_on_the_page(
        place, sign_in, [item], things=f"{item.number}\nNO-SUCH-1", purpose="to the <b>"
    )
    assert page.status_code == 400
    assert "to the &lt;b&gt;" in text_of(page)
    assert "NO-SUCH-1" in text_of(page)
    assert not Transfer.objects.exists()


def test_nobody_receives_their_own_offer(place, sign_in):
    transfer = place.offered(1)
    client = sign_in(place.recorder)
    assert "Seal as you read it" not in text_of(client.get(transfer.get_absolute_url()))
    assert client.post(transfer.get_absolute_url(), {}).status_code == 404


def received(transfer, *readings, **fields):
    """What the receiver's form sends: a reading for each waiting thing, in the order of numbers."""
    lines = transfer.lines.filter(outcome="waiting").order_by("item__number")
    data = {}
    for line, reading in zip(lines, readings, strict=True):
        data |= {f"{line.pk}-{k}": v for k, v in ({"seal": "", "finding": "good"} | reading).items()}
    return data | fields


def test_the_receiver_is_not_shown_the_seal_and_reads_it_back(place, sign_in):
    transfer = place.offered(2, seal="Q-1")
    client = sign_in(place.custodian)
    page = text_of(client.get(transfer.get_absolute_url()))
    assert "Seal as you read it" in page
    assert "Q-1" not in page
    done = client.post(transfer.get_absolute_url(), received(transfer, {"seal": "Q-1"}, {"seal": "Q-2"}))
    assert done.status_code == 302
    assert {line.outcome for line in transfer.lines.all()} == {"accepted"}
    assert "You answer for them now" in text_of(client.get(done["Location"]))


def test_another_seal_a_refusal_and_what_nobody_listed_are_all_followed(place, sign_in):
    transfer = place.offered(3)
    client = sign_in(place.custodian)
    sent = received(
        transfer, {"seal": "A-1"}, {"seal": "A-9"},
        {"finding": "refused", "words": "no room in the cold store"}, extras="a torn bag without a number",
    )  # fmt: skip
    page = text_of(client.post(transfer.get_absolute_url(), sent, follow=True))
    outcomes = transfer.lines.order_by("item__number").values_list("outcome", flat=True)
    assert list(outcomes) == ["accepted", "disputed", "refused"]
    assert Discrepancy.objects.filter(transfer=transfer).count() == 2
    for said in ("1 thing is accepted", "1 thing is disputed", "What you did not take stays with the giver"):
        assert said in page
    assert "a torn bag without a number" in text_of(
        client.get(Discrepancy.objects.get(item=None).get_absolute_url())
    )


def test_a_refusal_without_words_saves_nothing_and_loses_nothing(place, sign_in):
    transfer = place.offered(2)
    sent = received(transfer, {"seal": "A-1", "condition": "damp"}, {"finding": "absent"})
    page = sign_in(place.custodian).post(transfer.get_absolute_url(), sent)
    assert page.status_code == 400
    assert 'value="damp"' in text_of(page)
    assert {line.outcome for line in transfer.lines.all()} == {"waiting"}


def test_a_scanned_code_leads_to_its_line(place, sign_in):
    transfer = place.offered(2)
    (other,) = place.held(1, seal="Z-1")
    client = sign_in(place.custodian)
    first = transfer.lines.order_by("item__number").first().item
    assert client.get(transfer.get_absolute_url(), {"code": first.number}).status_code == 200
    page = client.get(transfer.get_absolute_url(), {"code": other.number})
    assert page.status_code == 404
    assert "does not wait in this hand-over" in text_of(page)


def test_what_waits_is_taken_back_with_a_reason(place, sign_in):
    transfer = place.offered(2)
    url = reverse("transfer-withdraw", args=[transfer.number])
    receiver = sign_in(place.custodian)
    assert receiver.post(url, {"reason": "it is ours now"}).status_code == 400
    client = sign_in(place.leader)
    assert client.post(url, {"reason": " "}).status_code == 400
    assert client.post(url, {"reason": "the road is closed"}).status_code == 302
    assert {i.state for i in Item.objects.all()} == {"held"}


def test_the_list_of_a_convoy_is_a_pdf_in_both_languages(place, sign_in):
    transfer = place.offered(2)
    client = sign_in(place.recorder)
    for language in ("en", "ar"):
        found = client.get(reverse("transfer-list", args=[transfer.number, language]))
        assert found["Content-Type"] == "application/pdf"
        assert found.content.startswith(b"%PDF-")
    assert client.get(reverse("transfer-list", args=[transfer.number, "fr"])).status_code == 404


def test_a_seal_is_opened_and_replaced_and_a_stale_page_overwrites_nothing(place, sign_in):
    (item,) = place.held(1)
    client = sign_in(place.recorder)
    opened = client.post(
        reverse("item-open", args=[item.number]), {"reason": "to take a sample", "seen": "1"}
    )
    assert opened.status_code == 302
    stale = client.post(reverse("item-seal", args=[item.number]), {"seal": "B-1", "seen": "1"})
    assert stale.status_code == 400
    assert now([item])[0].seal == ""
    assert (
        client.post(reverse("item-seal", args=[item.number]), {"seal": "B-1", "seen": "2"}).status_code == 302
    )
    assert now([item])[0].seal == "B-1"
    page = text_of(client.get(item.get_absolute_url()))
    assert "to take a sample" in page


def test_a_place_is_gone_through_with_a_scanner(place, sign_in):
    client = sign_in(place.recorder)
    assert client.post(reverse("store-add"), {"name": "Cold room 2", "kind": "tent"}).status_code == 400
    assert client.post(reverse("store-add"), {"name": "Cold room 2", "kind": "container"}).status_code == 302
    here, elsewhere = place.held(2)
    store = Store.objects.get(name="Cold room 2")
    moved = client.post(reverse("item-move", args=[here.number]), {"store": str(store.pk), "seen": "1"})
    assert moved.status_code == 302
    begun = client.post(reverse("stocktake-start", args=[store.number]))
    take = StockTake.objects.get()
    assert begun["Location"] == take.get_absolute_url()
    client.post(take.get_absolute_url(), {"codes": f"{here.number}\n{elsewhere.number}"})
    page = text_of(client.get(take.get_absolute_url()))
    assert "1 thing belongs here" in page
    assert "decide below" in page
    scan = take.scans.get(item=elsewhere)
    client.post(reverse("scan-settle", args=[take.number, scan.pk]), {"what": "moved"})
    assert now([elsewhere])[0].store == store
    ended = client.post(reverse("stocktake-end", args=[take.number]))
    assert ended.status_code == 302
    take.refresh_from_db()
    assert take.ended_at is not None


@pytest.mark.parametrize("name", ["custody", "items", "transfers", "discrepancies", "stores", "carriers"])
def test_the_lists_show_nothing_to_an_office_that_nothing_is_shared_with(place, sign_in, name):
    place.given(1)
    numbers = [
        *Item.objects.values_list("number", flat=True),
        *Transfer.objects.values_list("number", flat=True),
    ]
    mine, foreign = (text_of(sign_in(p).get(reverse(name))) for p in (place.custodian, place.courier))
    if name in ("items", "transfers"):
        assert any(n in mine for n in numbers)
    assert not any(n in foreign for n in numbers)
