"""Subscriptions are told to who made them: what somebody waits for speaks of patients whom others may not see."""

from verbund.access.ground import Ground
from verbund.access.narrowing import narrowed_by_scopes
from verbund.access.rules import MAKERS_TYPES, Interaction, is_operator
from verbund.fhir import RESOURCE_TYPES
from verbund.identity import PORTAL, Principal, Role
from verbund.store import EVERYTHING, NOTHING, RowFilter, and_, of_types, or_

_OTHERS = of_types(*(RESOURCE_TYPES - MAKERS_TYPES))


def theirs(ground: Ground, who: Principal, interaction: Interaction, resource_type: str) -> RowFilter:
    """What is left to who asks, of Subscriptions and of records that hold some: the own ones, by the same app.

    The operator sees all, and patients who have signed in themselves see all that stand in their record.
    """
    if resource_type in MAKERS_TYPES:
        return _own(ground, who)
    if interaction is not Interaction.RECORD or (who.role is Role.PATIENT and who.client in {None, PORTAL}):
        return EVERYTHING
    return or_(_OTHERS, _own(ground, who))


def own_among(found: RowFilter, ground: Ground, who: Principal) -> RowFilter:
    """What conditions of writes may find, with the own Subscriptions in place of everybody's."""
    own = and_(and_(of_types(*MAKERS_TYPES), _own(ground, who)), narrowed_by_scopes(ground, who, "s"))
    return or_(and_(found, _OTHERS), own)


def _own(ground: Ground, who: Principal) -> RowFilter:
    if is_operator(who):
        return EVERYTHING
    query = ground.subscribing.own(who)
    return NOTHING if query is None else ground.store.narrowed_to(query)
