"""What an image file holds besides the picture that is drawn is told: it goes to the model as well."""

import io

import pytest
from PIL import Image

from tuui_sampling.frontend.presentation.images import FORMATS, look

PLACE = {1: "N", 2: (59.0, 54.0, 0.0)}


def encoded(kind: str, *, frames: int = 1, place: bool | None = None) -> bytes:
    """Return a picture as a file; `place` says whether its EXIF has one, None that it has no EXIF."""
    pictures = [Image.new("RGB", (40, 30), (shade * 20, 90, 40)) for shade in range(frames)]
    exif = Image.Exif()
    if place is not None:
        exif[0x010F] = "a camera"
    if place:
        exif.get_ifd(0x8825).update(PLACE)
    more = {"save_all": True, "append_images": pictures[1:]} if frames > 1 else {}
    if place is not None:
        more["exif"] = exif.tobytes()
    file = io.BytesIO()
    pictures[0].save(file, kind, **more)
    return file.getvalue()


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("after", [b"", b"x" * 4_096, b"\xff\xd9;IEND"])
def test_bytes_after_the_end_are_told(kind: str, after: bytes) -> None:
    found = look(encoded(kind) + after)
    assert found.picture is not None
    told = {0: "", 4_096: " · 4.0 KB after the end", 7: " · 7 B after the end"}[len(after)]
    assert found.words == f"40×30 {kind}{told}"


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP"])
def test_moving_pictures_are_told_and_their_first_frame_is_drawn(kind: str) -> None:
    found = look(encoded(kind, frames=12) + b"tail")
    assert found.words == f"40×30 {kind} · first of 12 frames · 4 B after the end"
    assert found.picture is not None
    assert max(found.picture.convert("RGB").tobytes()[::3]) < 12, "the red of the others is brighter"


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize(("place", "told"), [(False, " · EXIF"), (True, " · EXIF with place")])
def test_what_a_camera_noted_is_told(kind: str, place: bool, told: str) -> None:
    assert look(encoded(kind, place=place)).words == f"40×30 {kind}{told}"


@pytest.mark.parametrize("kind", FORMATS)
def test_files_that_are_cut_anywhere_do_no_harm(kind: str) -> None:
    whole = encoded(kind, place=True) if kind in ("JPEG", "PNG", "WEBP") else encoded(kind)
    for cut in range(0, len(whole), max(1, len(whole) // 40)):
        found = look(whole[:cut])
        assert found.problem or "after the end" not in found.words
