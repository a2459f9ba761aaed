"""What is looked at in a resource whatever its profile: extensions, claims of what is inside, FHIR's own invariants."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from verbund.fhir import fhirpath
from verbund.fhir.definitions import r4
from verbund.fhir.fhirpath import Failed, Malformed, Node
from verbund.fhir.primitives import EXPECTED
from verbund.fhir.profiles.checking import check
from verbund.fhir.profiles.invariants import seams
from verbund.fhir.profiles.model import Profile
from verbund.fhir.profiles.run import Run, Scope
from verbund.fhir.profiles.values import Item, ancestors, keys, of_property
from verbund.fhir.validation import MAX_DEPTH


@dataclass(frozen=True, slots=True)
class Places:
    """The way from a resource to a value, for the contexts of extensions: element paths with the types on the way.

    `url` is that of the extension that the place is, if it is one.
    """

    kind: str
    path: str
    above: "Places | None" = None
    url: str = ""

    def names(self) -> set[str]:
        """All by which a definition may call this place: its types, and its path from any type above."""
        found = set(ancestors(self.kind)) | {self.path}
        step, trail = self, ""
        while step.above is not None:
            trail = f".{step.path.rpartition('.')[2]}{trail}"
            step = step.above
            found |= {f"{kind}{trail}" for kind in ancestors(step.kind)}
        return found


def look(run: Run, item: Item, scope: Scope) -> None:
    """Look through a resource and all that is in it."""
    _resource(run, item, scope, 0)


def _resource(run: Run, item: Item, scope: Scope, depth: int) -> None:
    if run.mode.claimed:
        claims(run, item, scope)
    _inside(run, item, scope, Places(item.kind, item.kind), depth)


def claims(run: Run, item: Item, scope: Scope) -> None:
    """Hold a resource against the profiles that it claims (`meta.profile`)."""
    meta = item.value.get("meta")
    claimed = meta.get("profile") if isinstance(meta, dict) else None
    for number, url in enumerate(claimed if isinstance(claimed, list) else ()):
        if isinstance(url, str):
            against(run, url, item, scope, f"{item.path}.meta.profile[{number}]")


def against(run: Run, canonical: str, item: Item, scope: Scope, place: str, *, asked: bool = False) -> None:
    """Hold a resource against a profile; one that is not known is an issue at the place where it is named."""
    profile = run.profiles.get(canonical)
    url, _, version = canonical.partition("|")
    if profile is None:
        if run.profiles.type_of(url) != item.kind:
            text = f"the profile {_shown(canonical)} is not known here; add the package that it comes in."
            run.add("error" if asked else run.mode.unknown, "not-found", "profile", place, text)
        return
    if version and profile.version and not profile.version.startswith(version):
        text = f"version {version[:40]} of the profile {profile.name} is not known here; {profile.version} is used."
        run.add("warning", "business-rule", "profile-version", place, text)
    with run.softened(profile.url):
        check(run, profile, item, scope)


def _shown(canonical: str) -> str:
    return canonical[:200]


def _inside(run: Run, item: Item, scope: Scope, places: Places, depth: int) -> None:
    """All that is in a value of a complex type."""
    run.spend()
    if depth > MAX_DEPTH or not isinstance(item.value, dict):
        return
    known = keys(item.kind)
    for name in item.value:
        key = name.removeprefix("_")
        one = known.get(key)
        if one is None or (one.kind in EXPECTED and name == key):
            # What is unknown was told in decoding; in a primitive without extensions there is nothing to look for.
            continue
        found = of_property(item.value, one, item.path)
        path = f"{places.path}.{one.element.name}"
        if one.kind == "Extension":
            _extensions(run, key, found, scope, places, inside=item.value, depth=depth)
        elif one.element.types == ("Resource",):
            for inner in found:
                if isinstance(inner.value, dict):
                    within = scope.within(inner.value, contained=key == "contained")
                    _resource(run, inner, within, depth + 1)
        else:
            for inner in found:
                below = Places(inner.kind, path, places)
                if isinstance(inner.value, dict):
                    _inside(run, inner, scope, below, depth + 1)
                elif inner.beside is not None:
                    _inside(run, Item(inner.beside, None, "Element", inner.path), scope, below, depth + 1)


def _extensions(
    run: Run,
    key: str,
    found: Sequence[Item],
    scope: Scope,
    places: Places,
    *,
    inside: dict[str, Any],
    depth: int,
) -> None:
    """Extensions of one element; `inside` is the object that they stand in."""
    for item in found:
        url = item.value.get("url") if isinstance(item.value, dict) else None
        if not isinstance(url, str):
            continue
        profile = run.profiles.get(url) if ":" in url else None
        if profile is not None and profile.type == "Extension":
            _known(run, profile, item, scope, _Spot(places, inside))
        elif ":" in url and len(run.profiles):
            _unknown(run, key, url, item)
        _inside(run, item, scope, Places("Extension", "Extension", places, url), depth + 1)


@dataclass(frozen=True, slots=True)
class _Spot:
    """Where an extension stands: the way there, and the object that holds it (of a primitive, that beside it)."""

    places: Places
    inside: dict[str, Any]


def _known(run: Run, profile: Profile, item: Item, scope: Scope, spot: _Spot) -> None:
    """An extension against its definition, which also says where it may stand."""
    check(run, profile, item, scope)
    if profile.contexts and not any(_fits(run, one, item, scope, spot) for one in profile.contexts):
        allowed = ", ".join(dict.fromkeys(expression for _, expression in profile.contexts))
        text = f"the extension {profile.name} is defined for {allowed}, not for this place."
        run.add("error", "extension", f"{profile.name}#context", item.path, text)


def _fits(run: Run, context: tuple[str, str], item: Item, scope: Scope, spot: _Spot) -> bool:
    """Whether a context (http://hl7.org/fhir/R4/defining-extensions.html#context) is this place."""
    (kind, expression), places = context, spot.places
    if kind == "fhirpath":
        return _found(run, expression, item, scope, spot)
    if kind == "extension":
        return places.url == expression
    if kind == "element":
        path = expression.rpartition("#")[2].rpartition("/")[2]
        return (
            path == "Element"
            or path in places.names()
            or path.replace("[x]", "") in {one.replace("[x]", "") for one in places.names()}
        )
    return True


def _found(run: Run, expression: str, item: Item, scope: Scope, spot: _Spot) -> bool:
    """Whether a FHIRPath on the resource finds the element that an extension stands in; true where nobody can tell."""
    run.look_at_the_clock()
    resource = Node(scope.resource, str(scope.resource.get("resourceType")))
    root = Node(scope.root, str(scope.root.get("resourceType")))
    try:
        found = fhirpath.compile(expression).evaluate(resource, root=root, seams=seams(run, scope))
    except (Malformed, Failed) as error:
        text = f"the context of the extension, {expression[:80]}, cannot be evaluated here ({error.text})."
        run.note(f"context {expression}", item.path, "extension", text)
        return True
    return any(isinstance(one, Node) and (one.value is spot.inside or one.extra is spot.inside) for one in found)


def _unknown(run: Run, key: str, url: str, item: Item) -> None:
    if key == "modifierExtension":
        text = f"the modifier extension {_shown(url)} is not known here; what it modifies must not be ignored."
        run.add("error", "extension", "modifier-extension", item.path, text)
    else:
        text = f"the extension {_shown(url)} is not known here; its content is not checked."
        run.note(f"extension {url}", item.path, "extension", text)


def place_of(whole: dict[str, Any]) -> Item | None:
    """A resource as the value at the beginning of its paths; None where it does not say what it is."""
    kind = whole.get("resourceType")
    return Item(whole, None, kind, kind) if isinstance(kind, str) and kind in r4().resources else None
