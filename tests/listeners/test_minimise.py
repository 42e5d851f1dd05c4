"""Masking: what points at a person goes, what a council needs to read stays."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from listeners.accounts import Accounts
from listeners.minimise import Minimiser, asks_not_to_be_read
from tests.listeners.kit import COUNCIL

MINIMISER = Minimiser(Accounts.of(COUNCIL, "demo"), COUNCIL.area)

MASKED = [
    ("@anna_jones is right", "@[…] is right"),
    ("ask @anna@mastodon.social.", "ask @[…]."),
    ("ask @PenmarrowCouncil or @anna", "ask @PenmarrowCouncil or @[…]"),
    ("thanks u/some_body", "thanks u/[…]"),
    ("mail anna.b+bins@example.co.uk!", "mail […]!"),
    ("anna [at] example [dot] com", "[…]"),
    ("ring 07700 900123", "ring […]"),
    ("ring 0 7700 900 123 now", "ring […] now"),
    ("(01633) 656656 or +44 (0)1633 656656", "[…] or […]"),
    ("0044 7700 900123, 020 7946 0000", "[…], […]"),
    ("text me on 656 656", "text me on […]"),
    ("in Paris +33 1 23 45 67 89", "in Paris […]"),
    ("we are at LL12 3AB", "we are at LL12 3[…]"),
    ("ec1a1bb", "ec1a 1[…]"),
    ("white van AB12 CDE", "white van […]"),
    ("reg was k9 abc", "reg was […]"),
    ("ab12cde hit my wall", "[…] hit my wall"),
    ("12 Tolgarth Road", "[…] Tolgarth Road"),
    ("at 12a tolgarth rd", "at […] tolgarth rd"),
    ("Flat 3, 14-16 Old Church Lane", "Flat […], […] Old Church Lane"),
    ("Tolgarth Road, number 12", "Tolgarth Road, number […]"),
    ("Mrs Anna Jones fell", "Mrs […] fell"),
    ("Mr and Mrs O'Neil", "Mr and Mrs […]"),
    ("Dr. van der Berg", "Dr. […]"),
    ("mr jones next door", "mr […] next door"),
    ("https://bsky.app/profile/anna.example/post/3k.", "https://bsky.app/[…]."),
    ("https://mastodon.example/@anna/1", "https://mastodon.example/[…]"),
    ("x.com/anna/status/1", "x.com/[…]"),
    ("see https://[anna or https://ex℀mple/ now", "see […] or […] now"),
    ("https://@anna/[x", "https://anna/[…]"),
    ("see did:plc:z72i7hdynmk6r22z27h6tvur.", "see […]."),
    ("did:web:anna.example:user, DID:PLC:ABC", "[…], […]"),
    ("at://did:plc:abc123/app.bsky.feed.post/3k.", "at://[…]."),
    ("(at://anna.bsky.social/app.bsky.feed.post/3k)", "(at://[…])"),
    ("at://anna.bsky.social", "at://[…]"),
    ("https://pdsls.example/at://did:plc:abc/x", "https://pdsls.example/at://[…]"),
    ("https://plc.example/did:plc:abc", "https://plc.example/[…]"),
    ("https://plc.example/?a=did%3Aplc%3Aabc", "https://plc.example/[…]"),
    ("ask ﹫anna_jones", "ask @[…]"),
    ("ask ＠anna_jones", "ask @[…]"),
    ("ask ＠ａｎｎａ＿jones", "ask @[…]"),
    ("ask @\u200banna_jones", "ask @[…]"),
    ("ask @\u2060\ufeffanna\u00ad_jo\u200dnes", "ask @[…]"),
    ("ask @\u200bżanna", "ask @[…]"),
    ("ask @\u2068~Anna Jones\u2069 too", "ask @[…] too"),
    ("mail anna＠example.co.uk", "mail […]"),
    ("mail anna\u200b@\u200bexample.co.uk", "mail […]"),
    ("ring 07700\u200b900123", "ring […]"),
    ("ring ０７７００ ９００１２３", "ring […]"),
    ("ask ＠PenmarrowCouncil or ﹫anna", "ask @PenmarrowCouncil or @[…]"),
    ("ring 07700\u00a0900123", "ring […]"),
    ("ring 07700\u2009900\u202f123", "ring […]"),
    ("ring 07700\u2011900\u2011123", "ring […]"),
    ("ring 07700\u2013900\u2212123", "ring […]"),
    ("we are at LL12\u00a03AB", "we are at LL12 3[…]"),
    ("white van AB12\u2007CDE", "white van […]"),
    ("Mr\u00a0Smith did it", "Mr […] did it"),
    ("at 12\u00a0Weir Road", "at […] Weir Road"),
    ("flat\u00a04", "flat […]"),
    ("14\u201016 Old Church\u3000Lane", "[…] Old Church Lane"),
    ("ring ٠٧٧٠٠ ٩٠٠١٢٣", "ring […]"),
    ("ring ০৭৭০০ ৯০০১২৩", "ring […]"),
    ("ask @PenmarrowCouncilFan", "ask @[…]"),
    ("@PenmarrowCouncil_ @PenmarrowCouncil-2 @PenmarrowCouncil.fan", "@[…] @[…] @[…]"),
    ("@PenmarrowCouncil@else.example, PenmarrowCouncil@mail.example", "@[…], […]"),
    ("@PenmarrowСouncil", "@[…]"),
    ("https://x.com/PenmarrowCouncilFan", "https://x.com/[…]"),
    ("https://x.com/anna/PenmarrowCouncil", "https://x.com/[…]"),
    ("told @ anna_jones", "told @ […]"),
    ("insta: anna.jones, snapchat as anna_99", "insta: […], snapchat as […]"),
    ("anna dot b at example dot com", "[…]"),
    ("mail anna at gmail.com", "mail […]"),
    ("mail anna @ example.co.uk", "mail […]"),
    ("ring O77OO 9OO I23 or O77OO 9OO 123", "ring O77OO 9OO I23 or […]"),
    ("ring 07700 / 900 / 123", "ring […]"),
    ("over the border (01) 242 2541", "over the border […]"),
    ("she said 01633 656656", "she said […]"),
    ("oh double seven double oh nine double oh one two three", "[…]"),
    ("07700 nine double oh one two three", "[…]"),
    ("we are at ll 12 3ab", "we are at ll 12 3[…]"),
    ("we are at LL12.3AB", "we are at LL12 3[…]"),
    ("white van xy65 zrk, AB 12 CDE, AB12-CDE", "white van […], […], […]"),
    ("T55 BOO, m412 kpf", "[…], […]"),
    ("a taxi, KUI 8842", "a taxi, […]"),
    ("plate 4417 PM", "plate […]"),
    ("9 PILCHARD ROW", "[…] PILCHARD ROW"),
    ("14, 16 and 18a Elm Rd", "[…] Elm Rd"),
    ("3 Tan-y-Graig, 4 Maes Derw, 9 Kirk Wynd", "[…] Tan-y-Graig, […] Maes Derw, […] Kirk Wynd"),
    ("14 St. John's Road, 3 Isle of Wight Street", "[…] St. John's Road, […] Isle of Wight Street"),
    ("number 14 on Weir Lane", "number […] on Weir Lane"),
    ("at 14 thornback drive", "at […] thornback drive"),
    ("Flat 2/1, 14 Quay St; 1F2, 22 Quay St", "Flat […], […] Quay St; […], […] Quay St"),
    ("Rose Cottage, Mill Lane", "[…], Mill Lane"),
    (
        "The Old Rectory, Mill Lane; The Willows in Church Hill; Hillcrest, Elm Rd",
        "[…], Mill Lane; […] in Church Hill; […], Elm Rd",
    ),
    ("14 middle street", "[…] middle street"),
    ("22 Quay street, 9 St. Anne's close", "[…] Quay street, […] St. Anne's close"),
    ("Elm Road (no. 7)", "Elm Road (no. […])"),
    ("14 and 16 Tolgarth Road, 3 & 5 tolgarth rd", "[…] Tolgarth Road, […] tolgarth rd"),
    ("Mr Martens and Mrs Who", "Mr […] and Mrs […]"),
    ("Rev Jones and Prof. Ann Lee", "Rev […] and Prof. […]"),
    ("my daughter Elowen, our neighbour Gareth Pugh", "my daughter […], our neighbour […]"),
    ("a lady called Winifred Chegwidden", "a lady called […]"),
    ("it's Muriel aged 9", "it's […] aged 9"),
]

KEPT = [
    "in 2024 Tolgarth Road was closed for 3 weeks",
    "the A48 and the M4, bus 17 and X9, about 240 homes",
    "£1,200,000 in 1999-2001, £20 Tolgarth Road",
    "from 07:30 to 08:15 on 02/03/2026, 0700 0730 0800",
    "2026-03-02T07:05 and 12.5 per cent of 60cm x 35cm",
    "reference 44871, ref 0163365665, FS-123456",
    "A48 5pm, M4 3rd lane, LL12 AND LL13 HAVE NO BINS, A470 AND A48",
    "Cllr Mrs Pennoyre and Councillor Dr Smith",
    "Miss the bus and you wait, I miss Penmarrow",
    "40 Saltings homes and 12 schools",
    "20 minute drive, 5 main road closures, 3 way street",
    "https://penmarrow.example/council-tax-help?ref=12345678901",
    "https://x.com/PenmarrowCouncil/status/12",
    "call 999 or ring 101",
    "an idea: and/or u-turns",
    "ask ＠PenmarrowCouncil or @\u200bPenmarrowCouncil",
    "what the council did: it closed the library at once",
    "a fam\u00adily 👨\u200d👩\u200d👧 of 3 \u200fבגן\u200e, می\u200cخواهم １２",
    "at://PenmarrowCouncil/app.bsky.feed.post/3k",
    "2019\u20132021\u00a0\u2013 twelve\u2009% of 240\u00a0homes",
    "میدان ١٢٣",
    "u/PenmarrowCouncil, https://www.reddit.com/user/PenmarrowCouncil",
    "5 @ £5, parking@beach, meet @ the church, at nine on the dot",
    "route 14, Weir Lane and the number 9 on Weir Lane, top 10 Mill Lane moments",
    "1,200 ELM ROAD HOMES, 5 DAYS IN A ROW, 10 schools close",
    "ON 12 JAN AT 20 MPH, ll12 and sa94 the, X9 BUS, N16 GYM, M606 JCT, VIA 2024",
    "3 bus lane fines, 2 narrow lane closures, car park no 2, Marlin House, Weir Road",
    "at 9 2nd, no 9 2nd, v2.3gb",
    "Dr Who, Mr Whippy, Mrs Brown's Boys",
    "residents aged 60, my neighbour Councillor Pennoyre, my mum Monday, my father, Plover Court, says",
    "zero tolerance, one two three four five six seven eight nine zero",
]


@pytest.mark.parametrize(("text", "masked"), MASKED)
def test_it_masks(text: str, masked: str) -> None:
    assert MINIMISER.mask(text) == masked


@pytest.mark.parametrize("text", KEPT)
def test_it_does_not_mask(text: str) -> None:
    assert MINIMISER.mask(text) == text


def test_a_text_that_repeats_its_writer() -> None:
    assert MINIMISER.mask("Signed, Anna Jones (anna_j)", ("anna_j", "Anna Jones")) == "Signed, […] ([…])"


def test_a_writer_is_found_however_the_letters_are_written() -> None:
    assert MINIMISER.mask("Signed, Ａｎｎａ Jo\u200bnes", ("anna_j", "Anna Jones")) == "Signed, […]"
    assert MINIMISER.mask("Signed, Anna Jones", ("", "Ａｎｎａ Jones")) == "Signed, […]"


def test_a_name_that_is_an_ordinary_word_stays() -> None:
    assert MINIMISER.mask("a rose in the park", ("rose", "Rose")) == "a rose in the park"


def test_who_is_mentioned() -> None:
    assert MINIMISER.mentioned("@PenmarrowCouncil hi a@b.uk https://m.example/@anna @b.c.") == [
        "PenmarrowCouncil",
        "b.c",
    ]
    assert MINIMISER.mentioned("﹫PenmarrowCouncil @\u200bb") == ["PenmarrowCouncil", "b"]


@pytest.mark.parametrize("text", ["hello #nobot", "#NoIndex please"])
def test_who_asks_not_to_be_read(text: str) -> None:
    assert asks_not_to_be_read(text)
    assert not asks_not_to_be_read("robots and bots")


PIECES = st.sampled_from(
    [part for pair in MASKED for part in pair]
    + KEPT
    + [
        "@",
        "[…]",
        " ",
        "\n",
        "12",
        "Road",
        "Mr ",
        "+44",
        "LL12",
        "3AB",
        ",",
        "/",
        "https://",
        "https://[",
        ".",
        "07700 900123",
        "Flat ",
        "＠",
        "﹫",
        "\u200b",
        "\u200d",
        "\u2068",
        "\u2069",
        "did:plc:",
        "at://",
        "ａ",
        "\u00a0",
        "\u2011",
        "٧",
    ]
)


@settings(deadline=None)
@given(
    st.one_of(
        st.text(max_size=200), st.lists(PIECES, max_size=8).map("".join), st.lists(PIECES, max_size=8).map(" ".join)
    )
)
def test_masking_twice_is_masking_once(text: str) -> None:
    once = MINIMISER.mask(text)
    assert MINIMISER.mask(once) == once


LONG = [
    "1, ",
    "0 / ",
    "12 & ",
    "1 A ",
    "LL12 ",
    "Rose Cottage, ",
    "oh double ",
    "my name: A ",
    "a dot b at ",
    "a.",
    "@ a_",
    "’",
]


@pytest.mark.timeout(30)
@pytest.mark.parametrize("part", LONG)
def test_no_text_takes_for_ever(part: str) -> None:
    """Sixty thousand letters that almost fit a pattern, again and again: a second, where a bad one takes hours."""
    text = (part * 60_000)[:60_000]
    assert MINIMISER.mask(MINIMISER.mask(text)) == MINIMISER.mask(text)


CANARIES = {
    "@canary_handle": "canary_handle",
    "＠wide_canary": "wide_canary",
    "﹫small_canary": "small_canary",
    "@\u200bunseen_canary": "unseen_canary",
    "did:plc:canary234567": "canary234567",
    "at://canary.example/app.bsky.feed.post/3k": "canary.example",
    "canary.person@example.org": "canary.person",
    "07700 900461": "900461",
    "07700\u00a0900\u2011463": "463",
    "+44 7700 900462": "900462",
    "ZE3 9QX": "9QX",
    "XY65 ZQK": "ZQK",
    "431 Tolgarth Road": "431",
    "Mrs Canarybird": "Canarybird",
    "https://bsky.app/profile/canarybird.example": "canarybird",
}
AROUND = st.text(alphabet=st.sampled_from("abc xyz,.!?\n(\"'"), max_size=30)


@settings(deadline=None)
@given(st.lists(st.tuples(AROUND, st.sampled_from(sorted(CANARIES))), min_size=1, max_size=6))
def test_no_canary_survives(parts: list[tuple[str, str]]) -> None:
    masked = MINIMISER.mask("".join(f"{around} {canary} " for around, canary in parts))
    for _, canary in parts:
        assert CANARIES[canary] not in masked
