"""What each kind of reject means and what to do about it, in an officer's words. Data: a test finds every reason that
the code can give and holds it to exactly one kind. Knows nothing of how rejects are listed or sent again.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from soundings.messages import Reject

MEND = "`soundings rejected --export FILE` writes the lines to a file: mend them in an editor, and import that file."
CHANGED = "The next version may read it: after an upgrade `soundings rejected --replay`."


@dataclass(frozen=True)
class Kind:
    """One kind of reject. `pattern` is searched for in the reason."""

    name: str
    pattern: str
    means: str
    do: str
    as_it_is: bool = True
    """Whether sending it again as it is can end otherwise: False where only a person can say what is meant."""

    def fits(self, reason: str) -> bool:
        """Whether a reason is of this kind."""
        return re.search(self.pattern, reason) is not None


KINDS = (
    Kind(
        "a time without a time zone",
        r"has no offset from UTC",
        "The line gives a time and not where it is meant, so in summer it could be an hour off.",
        "If all are local times: `soundings rejected --replay --timezone Europe/London`.",
    ),
    Kind(
        "day or month first",
        r"is ambiguous, day or month first",
        "A date such as 02/03/2026 can be read in two ways.",
        "If the day comes first in all of them: `soundings rejected --replay --day-first`, with `--timezone` when they "
        "have none.",
    ),
    Kind(
        "a date that cannot be read",
        r"should be a date and time such as|is not a date of the calendar|lies in the hour that does not exist",
        "The date is written in a way that is not known, or there is no such day or hour.",
        MEND,
    ),
    Kind(
        "a date under another name",
        r"there is no 'created_at', but there is",
        "The column with the dates is not called `created_at`, so all the posts would count as of now.",
        "Rename the column in your file and import it; or `soundings rejected --replay --no-dates` if now is right.",
    ),
    Kind(
        "a date that cannot be meant",
        r"lies in the future|lies before the year 2000",
        "It would put the post on the wrong day of every chart.",
        MEND,
    ),
    Kind(
        "no id, or too long a one",
        r"it has no id|its id is longer than",
        "Without an id a post cannot be told from its repeats, nor be removed later.",
        MEND,
    ),
    Kind(
        "an id that a spreadsheet shortened",
        r"a spreadsheet shortened its",
        "1.23457E+17 may stand for any of thousands of ids, so posts of different people would be taken for one.",
        "Open your own copy with that column as text, fill it again from where it came, and import the file.",
        as_it_is=False,
    ),
    Kind("no text", r"it has no text|its text is empty", "There is nothing to read in it.", MEND),
    Kind(
        "a field that holds something else",
        r"^'\w+' should be (?!a date)|go together: one of them is missing",
        "A field holds another kind of thing than docs/import-format.md says.",
        MEND,
    ),
    Kind(
        "characters that are none",
        r"holds the character NUL|holds half a character|it is not UTF-8 text",
        "The file was saved in another encoding than UTF-8, or cut in the middle of a letter.",
        "Save the file as UTF-8 (in Excel: 'CSV UTF-8') and import it again.",
    ),
    Kind(
        "a line that is no JSON object",
        r"it is not a complete JSON object|it is JSON but not an object",
        "Each line of a JSON lines file is one object by itself, from { to }.",
        MEND,
    ),
    Kind(
        "a row that does not fit its columns",
        r"a quote in it|values? and the first line names|columns and the first line names|"
        r"it is short, and the next line|not a row of CSV|ends in the middle of this line|"
        r"runs into a line that is too long|it is not one row by itself|^[^:]+: the first line",
        "A quote or a separator is missing, or the file was cut off.",
        MEND,
    ),
    Kind(
        "too long",
        r"the line has [\d,]+ bytes|is longer than the [\d,]+ that one post may have|with what was understood",
        "One post may have 256 kB, and nothing is ever cut.",
        "Shorten it in your file, or leave it out.",
    ),
    Kind(
        "one id for two texts",
        r"it uses the id of line|another text is held under its id",
        "Two different texts have one id, and nothing says which is the newer.",
        f"If it is an edit, give the line an `updated_at`; if not, an id of its own. {MEND}",
        as_it_is=False,
    ),
    Kind(
        "what a network sent, and is no post",
        r"its text is no text|(?:frame|event) of the stream cannot be|thing that Reddit lists",
        "Some program on that network, or its server, sent something that is not as the network's own rules say.",
        f"Nothing: of a live source nothing is kept. If they are many, tell whoever maintains Soundings. {CHANGED}",
        as_it_is=False,
    ),
    Kind(
        "a text that the reader cannot read",
        r"the reader could not read it|the entry could not be read|it failed alone [\d,]+ times, the last with",
        "Something in it breaks the reader, or breaks what keeps it. The posts beside it are not affected.",
        f"Tell whoever maintains Soundings which error it names. {CHANGED}",
    ),
    Kind(
        "it stopped the process",
        r"it failed alone [\d,]+ times, also by stopping the process",
        "Each time it was tried alone, the process died, hung or ran out of memory.",
        f"Tell whoever maintains Soundings, with the log of that stage. {CHANGED}",
    ),
    Kind(
        "a value that the archive cannot hold",
        r"ClickHouse cannot hold it|a value does not fit its column|the years 1900 to 2299",
        "A date or a number lies outside of what the database can keep.",
        f"See which value it is. {CHANGED}",
    ),
    Kind(
        "a damaged message",
        r"this is not an envelope|^[\w.\-]+(?: [\w.\-]+)?: [a-z]",
        "What came over the bus is not what one stage should send to another: stages of different versions, or a "
        "program that is not ours.",
        "Bring all stages to one version. Then import the file again, or wait for the source to be asked.",
    ),
)
UNKNOWN = Kind(
    "another reason", r"", "This version does not know the reason; a newer one may have given it.", "Upgrade."
)
NOTICE = Kind(
    "a removal or a gap that the store did not take",
    r"",
    "An order to remove was not carried out, so what it names may still be seen; or pages do not show a gap.",
    "At once: `soundings rejected --replay`. If it comes back here, tell whoever maintains Soundings.",
)


def kind_of(reject: Reject) -> Kind:
    """What kind of reject this is."""
    if reject.notice:
        return NOTICE
    return next((kind for kind in KINDS if kind.fits(reject.reason)), UNKNOWN)
