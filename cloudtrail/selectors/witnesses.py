"""Events to try: which callers and sessions could tell two sets of selectors apart.

Whether an App Mesh event is captured may depend on who made the call and from where. There are endlessly
many callers, but selectors can only ask three things of a text: is it this value, does it start with that
one, does it end with that one. So a few texts stand for all, and trying those few decides the question:

- no text at all, since AWS services call without an ARN;
- each value that some condition asks equality with;
- for each asked-for start (or none) and each asked-for end (or none): that start, a character that occurs in
  no value, that end.

Why these are enough: take any text that is not one of the equality values, and let p be the longest asked-for
start it has and q the longest end. Every asked-for start it has is a start of p, every end an end of q; so
p + character + q has exactly the same starts and ends, and equals no value. It answers every condition the
same way.
"""

from __future__ import annotations

from itertools import chain, product
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cloudtrail.selectors.types import FieldSelector

Circumstances = dict[str, str | None]
"""What is known of an event besides its name: the text of each field in `FREE_FIELDS`, None for absent."""

_CONSOLE: Final = "sessionCredentialFromConsole"

# What an everyday event holds is tried first, so that a counter-example reads like one.
_EVERYDAY: Final[dict[str, tuple[str | None, ...]]] = {
    "userIdentity.arn": (
        "arn:aws:sts::111122223333:assumed-role/MeshAdmin/Mary_Major",
        "arn:aws:iam::444455556666:user/Mateo_Jackson",
    ),
    _CONSOLE: (None,),
    "errorCode": (None, "ForbiddenException"),
    "vpcEndpointId": (None, "vpce-0123456789abcdef0"),
}

FREE_FIELDS: Final = tuple(_EVERYDAY)
"""The fields that the name of an event does not settle."""


def circumstances(
    conditions: Sequence[FieldSelector], *, service_event: bool = False
) -> Iterator[Circumstances]:
    """Every combination of circumstances that these conditions could tell apart, everyday ones first.

    Args:
        conditions: The conditions on free fields, of all selectors together.
        service_event: The event is the service's own: never made from a console session.

    Yields:
        Circumstances for all free fields. For n values under the operators, at most about n squared.
    """
    texts = [_texts(field, conditions, service_event=service_event) for field in FREE_FIELDS]
    for combination in product(*texts):
        yield dict(zip(FREE_FIELDS, combination, strict=True))


def _texts(field: str, conditions: Sequence[FieldSelector], *, service_event: bool) -> tuple[str | None, ...]:
    everyday = _EVERYDAY[field]
    asked = [each for each in conditions if each.field == field]
    if not asked:
        return everyday[:1]
    if field == _CONSOLE:
        # Records say "true" or nothing.
        return everyday if service_event else (*everyday, "true")
    equal = [value for each in asked for value in (*each.equals, *each.not_equals)]
    starts = ["", *(value for each in asked for value in (*each.starts_with, *each.not_starts_with))]
    ends = ["", *(value for each in asked for value in (*each.ends_with, *each.not_ends_with))]
    fresh = _character_not_in("".join((*equal, *starts, *ends)))
    middles = (start + fresh + end for start, end in product(dict.fromkeys(starts), dict.fromkeys(ends)))
    return tuple(dict.fromkeys(chain(everyday, equal, (None,), middles)))


def _character_not_in(text: str) -> str:
    used = set(text)
    letters = map(ord, "xyzabcdefghijklmnopqrstuvw0123456789")
    # Unicode has more characters than a legal set of selectors has room for (500 values of 2048).
    everything = chain(letters, range(0xA1, 0xD800), range(0xE000, 0x110000))
    return next(chr(code) for code in everything if chr(code) not in used)
