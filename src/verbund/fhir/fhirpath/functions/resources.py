"""What R4 adds for resources (http://hl7.org/fhir/R4/fhirpath.html#functions)."""

from verbund.fhir.fhirpath import narrative
from verbund.fhir.fhirpath.environment import Collection, Environment, one, text
from verbund.fhir.fhirpath.errors import Failed
from verbund.fhir.fhirpath.functions.registry import function
from verbund.fhir.fhirpath.node import Item, Json, Node, members, of_resource, system


@function("extension", 1)
def extension(_: Environment, items: Collection, url: Collection) -> Collection:
    """The extensions with this address."""
    wanted = text(url, "extension()")
    found: Collection = []
    for item in items:
        if isinstance(item, Node):
            given: Collection = []
            members(item, "extension", given)
            found += [one for one in given if isinstance(one, Node) and _url(one) == wanted]
    return found


def _url(node: Node) -> Json:
    return node.value.get("url") if isinstance(node.value, dict) else None


@function("hasExtension", 1)
def has_extension(env: Environment, items: Collection, url: Collection) -> Collection:
    """Whether there is an extension with this address."""
    return [bool(extension(env, items, url))]


@function("hasValue")
def has_value(_: Environment, items: Collection) -> Collection:
    """Whether there is a single primitive, and it has a value beside extensions."""
    if len(items) != 1:
        return [False]
    item = items[0]
    return [not isinstance(item, Node) or (item.value is not None and not isinstance(item.value, dict | list))]


@function("getValue")
def get_value(env: Environment, items: Collection) -> Collection:
    """The System value of a single primitive."""
    return [system(items[0])] if has_value(env, items) == [True] else []


@function("resolve")
def resolve(env: Environment, items: Collection) -> Collection:
    """The resources that references lead to: contained ones, then those that the seam knows; others are left out."""
    found: Collection = []
    for item in items:
        reference = _reference(item)
        if reference is None:
            continue
        env.spend(10)
        if (target := _resolved(env, reference)) is not None:
            found.append(target)
    return found


def _reference(item: Item) -> str | None:
    value = item.value if isinstance(item, Node) else item
    value = value.get("reference") if isinstance(value, dict) else value
    return value if isinstance(value, str) and value else None


def _resolved(env: Environment, reference: str) -> Node | None:
    root = env.root
    if reference.startswith("#") and root is not None and isinstance(root.value, dict):
        if reference == "#":
            return root
        contained: Collection = []
        members(root, "contained", contained)
        for item in contained:
            if isinstance(item, Node) and isinstance(item.value, dict) and item.value.get("id") == reference[1:]:
                return item
        return None
    target = env.seams.resolve(reference, root) if env.seams.resolve is not None else None
    return None if target is None else of_resource(target)


@function("memberOf", 1)
def member_of(env: Environment, items: Collection, value_set: Collection) -> Collection:
    """Whether a code, Coding or CodeableConcept is of a value set; empty where that is not known."""
    item, url = one(items, "memberOf()"), text(value_set, "memberOf()")
    if item is None or url is None or env.seams.terms is None:
        return []
    answers = [env.seams.terms.member(url, system, code) for system, code in _codings(item)]
    if any(answers):
        return [True]
    return [] if None in answers else [False]


def _codings(item: Item) -> list[tuple[str | None, str]]:
    value = item.value if isinstance(item, Node) else item
    if isinstance(value, str):
        return [(None, value)]
    if not isinstance(value, dict):
        raise Failed("memberOf() and subsumes() take a code, a Coding or a CodeableConcept.")
    codings = value.get("coding", []) if "coding" in value or "code" not in value else [value]
    return [(c.get("system"), c["code"]) for c in codings if isinstance(c, dict) and isinstance(c.get("code"), str)]


@function("subsumes", 1)
def subsumes(env: Environment, items: Collection, other: Collection) -> Collection:
    """Whether a Coding or CodeableConcept is the other or above it; empty where that is not known."""
    return _hierarchy(env, items, other)


@function("subsumedBy", 1)
def subsumed_by(env: Environment, items: Collection, other: Collection) -> Collection:
    """Whether a Coding or CodeableConcept is the other or below it; empty where that is not known."""
    return _hierarchy(env, other, items)


def _hierarchy(env: Environment, above: Collection, below: Collection) -> Collection:
    high, low = one(above, "subsumes()"), one(below, "subsumes()")
    if high is None or low is None or env.seams.terms is None:
        return []
    pairs = [(a, b) for a in _codings(high) for b in _codings(low) if a[0] == b[0] and a[0] is not None]
    answers = [env.seams.terms.subsumes(str(a[0]), a[1], b[1]) for a, b in pairs]
    if any(answers):
        return [True]
    return [] if None in answers else [False]


@function("conformsTo", 1)
def conforms_to(env: Environment, items: Collection, profile: Collection) -> Collection:
    """Whether a resource fits a profile; the base definition of its own type it does, those of others it does not."""
    item, url = one(items, "conformsTo()"), text(profile, "conformsTo()")
    if not isinstance(item, Node) or url is None:
        return []
    answer = env.seams.conforms(item.value, url) if env.seams.conforms is not None else None
    if answer is None:
        answer = narrative.of_base(item.type, url)
    if answer is None:
        raise Failed("conformsTo() names a profile that is not known here.")
    return [answer]


@function("htmlChecks")
def html_checks(_: Environment, items: Collection) -> Collection:
    """Whether narrative holds only what is allowed (http://hl7.org/fhir/R4/narrative.html#rules)."""
    value = text(items, "htmlChecks()")
    return [] if value is None else [narrative.allowed(value)]


@function("elementDefinition")
def element_definition(_: Environment, __: Collection) -> Collection:
    """Definitions are not data here: always empty."""
    return []


@function("checkModifiers", 0, 64)
def check_modifiers(_: Environment, items: Collection, *modifiers: Collection) -> Collection:
    """The items; Failed if one has a modifier extension that is not among those named."""
    known = {text(modifier, "checkModifiers()") for modifier in modifiers}
    for item in items:
        given: Collection = []
        if isinstance(item, Node):
            members(item, "modifierExtension", given)
        if any(isinstance(one, Node) and _url(one) not in known for one in given):
            raise Failed("There is a modifier extension that is not understood.")
    return items
