"""What may be, decided on values alone: where notifications go, when they are tried again, what a change means."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from verbund.errors import Forbidden
from verbund.identity import Level, Principal, Scopes
from verbund.subscriptions.model import Change, Content, Pace, State, Trigger, Who

_FULLER: tuple[Content, ...] = ("empty", "id-only", "full-resource")


@dataclass(frozen=True, slots=True)
class Places:
    """Beginnings of addresses that notifications may be sent to, as the operator names them; of none: nowhere."""

    beginnings: tuple[str, ...] = ()

    def check(self, address: str) -> None:
        """Forbidden for an address that the operator has not named, or that is no plain address of HTTP."""
        if _is_plain(address) and any(_begins(address, beginning) for beginning in self.beginnings):
            return
        raise Forbidden(
            "This node does not send notifications to this address. Its operator names the places: "
            "subscription_endpoints in node.toml.",
            german="Dieser Knoten sendet keine Benachrichtigungen an diese Adresse. Sein Betreiber nennt die Orte: "
            "subscription_endpoints in node.toml.",
        )


def _is_plain(address: str) -> bool:
    """Whether an address can mean one place only: no passwords, no way up, nothing that is read in two ways."""
    if not address.isascii() or not address.isprintable() or set(address) & set(' \\#"<>'):
        return False
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError:
        return False
    if parts.scheme not in {"http", "https"} or not parts.hostname or "@" in parts.netloc:
        return False
    return "%2e" not in parts.path.lower() and not {".", ".."} & set(parts.path.split("/"))


def _begins(address: str, beginning: str) -> bool:
    """Whether an address begins so; where the beginning stops within the name of a host, the host must end there."""
    if not address.startswith(beginning):
        return False
    whole = "/" in beginning.partition("://")[2] or beginning.endswith(":")
    return whole or address[len(beginning) :][:1] in {"", "/", ":", "?"}


def is_theirs(kept: Who, who: Principal) -> bool:
    """Whether a subscription belongs to who asks: the same person or system, by the same app, for the same patient.

    What another app of the same person may know is no measure for this one. For whom the app was launched matters where
    the subscription speaks of one patient.
    """
    same = (kept.subject, kept.organisation, kept.client) == (who.subject, who.organisation, who.client)
    return same and (kept.patient == who.patient_id or not _names_a_patient(Scopes.parse(kept.scopes)))


def _names_a_patient(scopes: Scopes) -> bool:
    levels = {level for level, _, _ in scopes.grants} | {part.level for part in scopes.narrowed}
    return Level.PATIENT in levels


def covers(who: Principal, kept: Who) -> bool:
    """Whether who asks may be told all that the subscription tells."""
    scopes = Scopes.parse(kept.scopes)
    return str(scopes.within(who.scopes)) == str(scopes)


def no_fuller(asked: Content | None, kept: Content) -> Content:
    """The content of events that are told again: what is asked for, at most what the subscription tells."""
    return kept if asked is None else min(asked, kept, key=_FULLER.index)


def pause(failures: int, pace: Pace) -> timedelta:
    """How long to wait after so many failures in a row: twice as long each time, up to a limit."""
    return timedelta(seconds=min(pace.longest_pause, pace.first_pause * 2 ** min(failures - 1, 30)))


def state_after(state: State, failures: int, failing_since: datetime, now: datetime, pace: Pace) -> State:
    """What a subscription is after a failure."""
    if now - failing_since >= timedelta(seconds=pace.give_up):
        return "off"
    return "error" if failures >= pace.error_after else state


def concerns(trigger: Trigger, change: Change) -> bool:
    """Whether a change is of the kind that a trigger waits for, whatever the content."""
    return trigger.type == change.type and change.interaction in trigger.interactions


def triggered(trigger: Trigger, current: bool | None, previous: bool | None) -> bool:
    """Whether the conditions of a trigger make an event, by whether the versions after and before fit theirs.

    None for a version that is not there: after a deletion, before a creation.
    """
    asked: list[bool] = []
    if trigger.current is not None:
        asked.append(trigger.on_delete == "test-passes" if current is None else current)
    if trigger.previous is not None:
        asked.append(trigger.on_create == "test-passes" if previous is None else previous)
    if not asked:
        return True
    return all(asked) if trigger.both else any(asked)
