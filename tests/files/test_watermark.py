"""What staff see on the screen names them; what was sent in stays as it was sent."""

import io
import time

import pytest
from PIL import Image, ImageChops

from config.files.receiving import receive
from config.files.serving import send
from config.files.watermark import mark_of, marked
from config.kernel.audit import AccessRecord
from tests import hostile
from tests.accounts.factories import StaffFactory

SEEN = 24


def jpeg(width=1600, height=1200, colour="white", mode="RGB") -> bytes:
    drawn = io.BytesIO()
    Image.new(mode, (width, height), colour).save(drawn, "JPEG", quality=85)
    return drawn.getvalue()


def difference(one: bytes, other: bytes) -> Image.Image:
    pictures = [Image.open(io.BytesIO(content)).convert("L") for content in (one, other)]
    return ImageChops.difference(*pictures)


@pytest.mark.parametrize("colour", ["white", "black", "#808080", "#c3d8e9"])
@pytest.mark.parametrize("measures", [(1600, 1200), (1200, 1600), (4096, 3072)])
def test_no_part_of_a_paper_is_without_the_mark(measures, colour):
    plain = jpeg(*measures, colour)

    change = difference(plain, marked(plain, "li.shenhe #12 2026-09-15 14:30"))

    side = max(measures) // 3
    corners = [
        (x, y) for x in range(0, measures[0] - side + 1, side) for y in range(0, measures[1] - side + 1, side)
    ]
    assert corners
    for x, y in corners:
        assert change.crop((x, y, x + side, y + side)).getextrema()[1] >= SEEN


def test_a_grey_picture_is_marked_too():
    plain = jpeg(mode="L", colour=200)

    assert difference(plain, marked(plain, "a #1 2026-09-15 14:30")).getextrema()[1] >= SEEN


def test_two_readers_and_two_moments_leave_two_marks():
    plain = jpeg()
    mine = marked(plain, "li.shenhe #12 2026-09-15 14:30")

    assert difference(mine, marked(plain, "he.shenhe #13 2026-09-15 14:30")).getextrema()[1] >= SEEN
    assert difference(mine, marked(plain, "li.shenhe #12 2026-09-15 14:31")).getextrema()[1] >= SEEN
    assert difference(mine, marked(plain, "li.shenhe #12 2026-09-15 14:30")).getextrema()[1] == 0


@pytest.mark.django_db
def test_the_mark_is_plain_letters_and_the_banks_time(now):
    known = StaffFactory(email="li.shenhe@bank.example")
    chinese = StaffFactory(email="李审核@bank.example")

    assert mark_of(known, now) == f"li.shenhe #{known.pk} 2026-09-15 14:30"
    assert mark_of(chinese, now) == f"#{chinese.pk} 2026-09-15 14:30"


@pytest.mark.django_db
class TestServed:
    @pytest.fixture
    def photo(self, vault, upload, person, now):
        return receive(upload(hostile.jpeg(3000, 2000)), by=person, now=now)

    @pytest.fixture
    def sent(self, rf, now):
        reader = StaffFactory(email="li.shenhe@bank.example")

        def answer(stored, variant, **how):
            how = {"watermark": True, "detail": {"application": "SQ-20260911-000382"}} | how
            return send(rf.get("/"), stored, variant=variant, by=reader, now=now, purpose="review", **how)

        return answer

    @pytest.mark.parametrize("variant", ["view", "thumbnail"])
    def test_what_is_shown_is_marked_and_closed(self, sent, photo, variant):
        plain, shown = sent(photo, variant, watermark=False), sent(photo, variant)

        assert difference(plain.content, shown.content).getextrema()[1] >= SEEN
        assert shown["Cache-Control"] == "no-store"
        assert shown["Content-Type"] == "image/jpeg"

    def test_the_original_is_not_and_its_record_says_so(self, sent, photo):
        assert sent(photo, "original").content == hostile.jpeg(3000, 2000)
        assert AccessRecord.objects.of(photo).get().detail == {
            "variant": "original",
            "application": "SQ-20260911-000382",
        }

    def test_each_view_leaves_one_record_with_the_application(self, sent, photo):
        sent(photo, "view")
        sent(photo, "view")

        details = [record.detail for record in AccessRecord.objects.of(photo)]
        assert details == [{"variant": "view", "watermark": True, "application": "SQ-20260911-000382"}] * 2

    def test_a_pdf_asked_for_as_a_view_is_on_record_as_the_original_it_is(
        self, sent, vault, upload, person, now
    ):
        paper = receive(upload(hostile.hostile_pdf.signed(), "协议.pdf"), by=person, now=now)

        assert sent(paper, "view").content == hostile.hostile_pdf.signed()
        assert AccessRecord.objects.of(paper).get().detail["variant"] == "original"


def test_marking_twelve_megapixels_is_done_before_anybody_waits():
    plain = jpeg(4000, 3000, "#b8c8d0")
    marked(plain, "warm up")

    begun = time.process_time()
    marked(plain, "li.shenhe #12 2026-09-15 14:30")

    # Half of it on a quiet machine; processor time, so that a busy one does not fail.
    assert time.process_time() - begun < 0.3
