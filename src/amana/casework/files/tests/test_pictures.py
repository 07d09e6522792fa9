"""What is shown of pictures, what they claim, and what is done to them to do harm."""

from __future__ import annotations

import io
import random
import time
from typing import Any

import pytest
from PIL import Image, PngImagePlugin

from amana.casework.files import pictures
from amana.casework.files.claims import Claims, claims_in
from amana.casework.files.pictures import Unusable, blurred, placeholder, shown
from amana.casework.files.tests.made import GPS, gps, huge_png, jpeg, picture, png


def opened(data: bytes) -> Image.Image:
    found = Image.open(io.BytesIO(data))
    found.load()
    return found


# Claims


def test_place_time_direction_and_camera_are_read() -> None:
    found = claims_in(io.BytesIO(jpeg(exif=gps())), "image/jpeg")
    assert found == Claims(
        lat=34.75, lon=36.5, taken_at="2024-12-30T12:12:28+03:00", gps_at="2024-12-30T09:12:30+00:00",
        direction=270.5, magnetic=True, camera="Tecno Spark 7",
    )  # fmt: skip
    assert Claims(**found.as_json()) == found


def test_the_south_and_the_west_are_negative() -> None:
    found = claims_in(io.BytesIO(jpeg(exif=gps(34.5, 58.25, south=True, west=True))), "image/jpeg")
    assert (found.lat, found.lon) == (-34.5, -58.25)


def test_a_picture_that_says_nothing_claims_nothing() -> None:
    assert not claims_in(io.BytesIO(jpeg()), "image/jpeg")
    assert not claims_in(io.BytesIO(b"no picture"), "image/jpeg")
    assert not claims_in(io.BytesIO(b"a,b\n"), "text/csv")


@pytest.mark.parametrize(
    ("tag", "value"),
    [(2, (91.0, 0.0, 0.0)), (2, ()), (2, "x"), (4, (float("nan"), 0.0, 0.0)), (1, ""), (3, None)],
)
def test_a_place_that_makes_no_sense_is_not_offered(tag: int, value: Any) -> None:
    from amana.casework.files.claims import _claims

    assert _claims({}, {}, GPS).lat == 34.75
    found = _claims({}, {}, GPS | {tag: value})
    assert (found.lat, found.lon) == (None, None)
    assert found.gps_at == "2024-12-30T09:12:30+00:00"


def test_a_camera_without_reception_was_not_in_the_gulf_of_guinea() -> None:
    assert claims_in(io.BytesIO(jpeg(exif=gps(0, 0))), "image/jpeg").lat is None


def test_words_of_a_camera_are_cleaned() -> None:
    exif = gps()
    exif[0x0110] = "<img src=x>\u202e" + "y" * 200
    camera = claims_in(io.BytesIO(jpeg(exif=exif)), "image/jpeg").camera
    assert camera is not None
    assert len(camera) <= 80
    assert not set("<>\u202e\0") & set(camera)


# What is shown


def test_a_preview_is_small_and_grey_and_nothing_is_recognised_in_it() -> None:
    rough = picture((1200, 900))
    for x in range(0, 1200, 8):  # the finest thing in it
        rough.paste((255, 255, 255), (x, 0, x + 4, 900))
    target = io.BytesIO()
    rough.save(target, "JPEG", quality=95)
    data = blurred(target, "image/jpeg")
    found = opened(data)
    assert len(data) < 6000
    assert found.mode == "L"
    assert found.size == (320, pytest.approx(240, abs=4))  # as near as its few squares have it
    row = [found.getpixel((x, 100)) for x in range(40, 120)]
    assert max(row) - min(row) < 12  # the stripes are gone


def test_what_is_shown_holds_nothing_but_pixels() -> None:
    data = jpeg(exif=gps(), comment=b"SECRET-COMMENT", icc_profile=b"SECRET-PROFILE" * 20) + b"<script>TAIL"
    assert b"SECRET-COMMENT" in data
    found = shown(io.BytesIO(data), "image/jpeg")
    for word in (b"Tecno", b"SECRET", b"TAIL", b"Exif"):
        assert word not in found
    assert not opened(found).getexif()


def test_a_picture_is_turned_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was held upright
    found = opened(shown(io.BytesIO(jpeg((200, 100), exif=exif)), "image/jpeg"))
    assert found.size == (100, 200)
    assert opened(blurred(io.BytesIO(jpeg((200, 100), exif=exif)), "image/jpeg")).size == (160, 320)


@pytest.mark.parametrize("mode", ["RGBA", "P", "L", "1", "LA", "I;16"])
def test_every_kind_of_png_is_shown(mode: str) -> None:
    target = io.BytesIO()
    made = picture((60, 40))
    (Image.new(mode, (60, 40)) if mode == "I;16" else made.convert(mode)).save(target, "PNG")
    assert opened(shown(target, "image/png")).size == (60, 40)
    assert opened(blurred(target, "image/png")).size == (320, 213)


@pytest.mark.parametrize("form", ["WEBP", "GIF"])
def test_other_formats_are_shown_as_jpeg(form: str) -> None:
    target = io.BytesIO()
    picture((60, 40)).save(target, form)
    assert opened(shown(target, f"image/{form.lower()}")).format == "JPEG"


# Harm


def test_what_cannot_be_decoded_has_a_flat_preview_and_is_not_shown() -> None:
    for data, media_type in (
        (huge_png(), "image/png"),
        (jpeg()[:3000], "image/jpeg"),
        (png()[:100], "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"", "image/jpeg"),
        (b"anything", "video/mp4"),
        (jpeg(), "image/heic"),
    ):
        assert blurred(io.BytesIO(data), media_type) == placeholder()
        with pytest.raises(Unusable):
            shown(io.BytesIO(data), media_type)


def test_a_picture_of_many_scans_is_not_decoded() -> None:
    data = jpeg(progressive=True)
    assert shown(io.BytesIO(data), "image/jpeg")
    end = data.rindex(b"\xff\xd9")
    start = data.index(b"\xff\xda", data.index(b"\xff\xda") + 1)
    scan = (
        data[start : data.index(b"\xff\xda", start + 1)]
        if b"\xff\xda" in data[start + 1 :]
        else data[start:end]
    )
    bomb = data[:end] + scan * 200 + data[end:]
    with pytest.raises(Unusable):
        shown(io.BytesIO(bomb), "image/jpeg")


def test_a_large_picture_of_a_telephone_is_decoded_at_a_smaller_scale(monkeypatch: Any) -> None:
    monkeypatch.setattr(pictures, "MOST_PIXELS", 1_000_000)
    data = jpeg((2400, 1800))
    assert opened(blurred(io.BytesIO(data), "image/jpeg")).size == (320, pytest.approx(240, abs=4))
    assert blurred(io.BytesIO(data), "image/jpeg") != placeholder()
    monkeypatch.setattr(pictures, "MOST_PIXELS_SCALED", 1_000_000)
    assert blurred(io.BytesIO(data), "image/jpeg") == placeholder()


def test_a_file_that_would_fill_the_memory_is_not_decoded(monkeypatch: Any) -> None:
    monkeypatch.setattr(pictures, "MOST_BYTES", 1000)
    assert blurred(io.BytesIO(jpeg()), "image/jpeg") == placeholder()
    assert not claims_in(io.BytesIO(jpeg(exif=gps())), "image/jpeg")


def test_a_text_in_a_png_that_unpacks_to_much_does_no_harm() -> None:
    notes = PngImagePlugin.PngInfo()
    notes.add_text("note", "A" * 50_000_000, zip=True)
    target = io.BytesIO()
    picture((60, 40)).save(target, "PNG", pnginfo=notes)
    assert target.tell() < 200_000
    assert blurred(target, "image/png")
    claims_in(target, "image/png")


@pytest.mark.parametrize("media_type", ["image/jpeg", "image/png", "image/webp", "image/gif"])
def test_changed_bytes_end_in_a_preview_and_never_in_an_error(media_type: str) -> None:
    form = media_type.partition("/")[2].upper()
    target = io.BytesIO()
    picture((160, 120)).save(target, form, **({"exif": gps()} if form != "GIF" else {}))
    good, chance = target.getvalue(), random.Random(4)
    began = time.monotonic()
    for _ in range(120):
        data = bytearray(good)
        for _ in range(chance.randint(1, 12)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        if chance.random() < 0.3:
            del data[chance.randrange(len(data)) :]
        assert opened(blurred(io.BytesIO(data), media_type)).format == "JPEG"
        claims_in(io.BytesIO(data), media_type)
    assert time.monotonic() - began < 30
