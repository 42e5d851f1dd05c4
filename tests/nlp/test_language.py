"""English unless it plainly is not; Welsh always; nothing where nobody could tell."""

from __future__ import annotations

import subprocess
import sys

import pytest

from nlp.language import languages

ENGLISH = [
    "Potholes on the ring road again",
    "Street light out",
    "Bins, anyone??",
    "See you at the Llanorwen carnival",
    "Diolch for the lift yesterday, you saved my day",
    "lol nowt on telly",
    "Cymru am byth but the buses are rubbish",
    "WHERE IS THE GRITTER",
]
OTHERS = {
    "Pryd mae'r llyfrgell yn agor ddydd Sadwrn?": "cy",
    "Diolch yn fawr i bawb am helpu neithiwr": "cy",
    "Mae golau'r stryd wedi diffodd": "cy",
    "Kiedy odbierają śmieci w tym tygodniu?": "pl",
    "Când se redeschide biblioteca din oraș?": "ro",
    "¿Cuándo vuelve a abrir la biblioteca del centro?": "es",
    "Où puis-je trouver un médecin dans le quartier ?": "fr",
    "Onde posso deixar um sofá velho?": "pt",
    "Kütüphane bugün açık mı acaba?": "tr",
    "Коли відкриється бібліотека?": "uk",
    "لائبریری کب کھلے گی؟": "ur",
    "متى تفتح المكتبة اليوم؟": "ar",
    "লাইব্রেরি কখন খুলবে?": "bn",
    "લાઇબ્રેરી ક્યારે ખુલશે?": "gu",
    "ਲਾਇਬ੍ਰੇਰੀ ਕਦੋਂ ਖੁੱਲ੍ਹੇਗੀ?": "pa",
}


@pytest.mark.parametrize("text", ENGLISH)
def test_english_is_heard_as_english(text: str) -> None:
    assert languages([text]) == ["en"]


@pytest.mark.parametrize(("text", "code"), OTHERS.items())
def test_other_languages_spoken_here_are_known(text: str, code: str) -> None:
    assert languages([text]) == [code]


@pytest.mark.parametrize(
    "text", ["", "ok", "👍👍", "17", "#", "@PenmarrowCouncil", "https://example.org/pryd-mae", "A46!"]
)
def test_too_short_to_tell(text: str) -> None:
    assert languages([text]) == [""]


def test_handles_hashtags_and_links_do_not_count() -> None:
    assert languages(["Pryd mae'r bws? @TheBusCompany #GetTheBus https://the.example/and/the/bus"]) == ["cy"]


def test_order_and_company_change_nothing() -> None:
    texts = [*ENGLISH, *OTHERS, ""]
    alone = [languages([text])[0] for text in texts]
    assert languages(texts) == alone
    assert languages(texts[::-1]) == alone[::-1]


def test_plain_english_needs_no_model() -> None:
    """The models take 240 MB and a second: a text with three English words does not wait for them."""
    code = (
        "import sys; from nlp.language import languages\n"
        "text = 'When will the bins be emptied, they have been full for a week and that is not good'\n"
        "assert languages([text]) == ['en']\n"
        "sys.exit('lingua' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
