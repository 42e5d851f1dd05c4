"""The form by which an officer writes down what was decided: new, of a conversation (`?from=`), or again (`?edit=`).

What it is about is chosen above the form, so that the number of posts is seen before anything is written.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import streamlit as st

from dashboard import inert, source
from dashboard.components.talk import done
from dashboard.talk import asking, deciding, said_words
from dashboard.talk.shapes import Deed
from soundings.errors import BadInput
from store.promises import What

ANY = "said"
"""Stands for any decision in what was just done."""
NARROWEST = 200
Fields = dict[str, Any]


def body(deeds: Sequence[Deed]) -> None:
    """The form, open where the address asks for it or there is nothing else."""
    edited = next((deed for deed in deeds if deed.key == st.query_params.get("edit")), None)
    origin = st.query_params.get("from", "")
    fields = _of(edited) if edited else _from(origin)
    title = "Change what was written" if edited else "Write down a decision"
    unfolded = bool(edited or origin or not deeds)
    name = f"{edited.key if edited else origin}-{done.acts()}"
    with st.expander(title, expanded=unfolded, key=f"write-{name}", icon=":material/edit_note:"):
        _about(fields, name)
        _form(fields, name, edited)


def _of(deed: Deed) -> Fields:
    return deed.promise.model_dump()


def _from(origin: str) -> Fields:
    """What is known when it comes of a conversation. Empty fields when it comes of none."""
    today = source.clock().astimezone(source.council_file().council.zone).date()
    empty: Fields = {"said": "", "what": What.DID, "did": "", "decided_on": today, "link": "", "topic": "", "place": "",
                     "words": "", "asked": ()}  # fmt: skip
    talk = asking.queue(source.OFFICER).find(origin) if origin else None
    if talk is None:
        return empty
    return empty | {
        "said": said_words.asked(talk), "link": talk.link, "topic": next(iter(talk.slugs), ""),
        "place": next(iter(talk.place_ids), ""), "asked": talk.ids,
    }  # fmt: skip


def _about(fields: Fields, name: str) -> None:
    """Topic, place and words, from the council's own lists, and how many posts that makes."""
    st.markdown("**What is it about?** Choose at least one. Posts that fit all of them are counted before and since.")
    grid = st.grid(3, min_column_width=NARROWEST, key=f"about-{name}")
    names = source.names()
    with grid.cell():
        fields["topic"] = _choice("Service", names.topics, fields["topic"], f"topic-{name}", "Any service")
    with grid.cell():
        fields["place"] = _choice("Place", _places(fields["place"]), fields["place"], f"place-{name}", "Anywhere")
    with grid.cell():
        fields["words"] = (
            st.text_input("Words that people use (optional)", fields["words"], 200, key=f"words-{name}") or ""
        )
    if fields["topic"] or fields["place"] or fields["words"].strip():
        counted = asking.about(source.OFFICER, fields["topic"], fields["place"], fields["words"])
        with st.container(key="says-size"):
            st.markdown(said_words.size(counted))


def _places(held: str) -> dict[str, str]:
    """Those to choose from, with the one that was chosen before."""
    names = source.names()
    return {**names.offered, **({held: names.place(held)} if held else {})}


def _choice(title: str, names: Any, held: str, key: str, every: str) -> str:
    options = ["", *sorted(names, key=lambda slug: str(names[slug]))]
    at = options.index(held) if held in options else 0
    chosen = st.selectbox(title, options, index=at, key=key, format_func=lambda slug: names.get(slug, every))
    return chosen or ""


def _form(fields: Fields, name: str, edited: Deed | None) -> None:
    with st.form(f"deed-{name}", border=False):
        fields["said"] = st.text_area("What residents said, in your words. Name and quote nobody.", fields["said"],
                                      max_chars=300, height=80, key=f"said-{name}")  # fmt: skip
        fields["what"] = st.radio("What the council does", list(What), index=list(What).index(fields["what"]),
                                  format_func=lambda what: said_words.DID[what], horizontal=True,
                                  key=f"what-{name}")  # fmt: skip
        fields["did"] = st.text_area("What was done, will be done, or why it will not be", fields["did"], max_chars=600,
                                     height=100, key=f"did-{name}")  # fmt: skip
        left, right = st.columns([1, 2])
        with left:
            decided: date | None = st.date_input(
                "Decided on", fields["decided_on"], format="DD/MM/YYYY", key=f"on-{name}"
            )
        with right:
            fields["link"] = st.text_input("Where to read more (optional)", fields["link"], 500, placeholder="https://",
                                           key=f"link-{name}")  # fmt: skip
        pressed = st.form_submit_button("Save the change" if edited else "Write it down", type="primary")
    if pressed:
        _write(fields | {"decided_on": decided}, edited)


def _write(fields: Fields, edited: Deed | None) -> None:
    try:
        made = asking.promised(fields)
    except BadInput as error:
        st.error(inert.label(str(error), 600))
        return
    st.query_params.clear()
    if edited:
        before, key = edited.promise, edited.key
        done.do(
            [ANY], lambda: deciding.write_promise(made, key), "Changed.", lambda: deciding.write_promise(before, key)
        )
        return
    key = deciding.new_key()
    told = "Written down. It stands below, with what people say of it before and since."
    done.do([ANY], lambda: deciding.write_promise(made, key), told, lambda: deciding.take_back_promise(key))
