"""Writes, for each resource type, the function that extracts its search values, from the official SearchParameters.

All paths of a type are laid into one tree, so that the generated function visits each element once, whatever the number
of parameters that read it.
"""

from dataclasses import dataclass, field
from typing import Any

from scripts.vendor.fhir.composites import Row, composite
from scripts.vendor.fhir.expressions import NotCompiled, Step, paths
from scripts.vendor.fhir.structs import PYTHON_TYPES, Alternative, Structs, alternatives, python_name

Json = dict[str, Any]

BY_THE_STORE = {"_id", "_lastUpdated"}
BY_THE_GRAMMAR = {"_content", "_filter", "_text"}
KINDS = ("token", "string", "uri", "reference", "date", "number", "quantity")
PLURALS = {kind: f"{kind}s" for kind in KINDS} | {"quantity": "quantities"}
BY_SOUND = {"phonetic"}
LEFT_OUT = {
    "_query": "a node has no named queries",
    "composition": "it searches inside of another resource, the first of a bundle",
    "message": "it searches inside of another resource, the first of a bundle",
}
IN_EXTENSIONS = {
    *("string", "markdown", "boolean", "code", "Coding", "CodeableConcept", "Identifier", "Quantity", "Reference"),
    *("date", "dateTime", "Period", "integer", "decimal", "uri", "canonical"),
}
HELPERS = (
    *("address_texts", "date_range", "known", "name_texts", "named_patient", "number_range", "patient_id"),
    *("period_range", "quantity_range", "refers", "sole_member", "sound", "span", "timing_ranges"),
)
# Types whose patient is not simply the first that a parameter of the compartment names; some have none in the standard.
WHOSE = {
    "Patient": "r.id",
    "Binary": "named_patient(r.securityContext)",
    "BiologicallyDerivedProduct": "named_patient(r.collection and r.collection.source)",
    "Contract": "sole_member(r.subject)",
    "Device": "named_patient(r.patient)",
    "Group": "sole_member([one.entity for one in r.member])",
    "GuidanceResponse": "named_patient(r.subject)",
    "Task": "named_patient(r.for_)",
}
QUANTITIES = ("Quantity", "Age", "Duration", "Count", "Distance")
SPECIAL_VALUES = "http://terminology.hl7.org/CodeSystem/special-values"
CURRENCIES = "urn:iso:std:iso:4217"
TEXT_TYPES = {
    "string",
    "markdown",
    "code",
    "id",
    "uri",
    "url",
    "canonical",
    "oid",
    "uuid",
    "date",
    "dateTime",
    "instant",
}
CLINICAL_DATES = {
    "AllergyIntolerance": ("onset", "date"),
    "Patient": (),
    "Practitioner": (),
    "RelatedPerson": (),
    "Person": (),
}
DATES_BY_PREFERENCE = (
    *("date", "effective", "effective-time", "onset-date", "collected", "started", "occurrence", "event-date"),
    *("whenhandedover", "whenprepared", "start-date", "sent", "received", "period", "authoredon", "authored"),
    *("authored-on", "datewritten", "datetime", "recorded-date", "recorded", "when", "created", "issued", "modified"),
)


@dataclass(frozen=True)
class Hop:
    """One line of generated code that goes from an element to a part of it."""

    attribute: str = ""
    many: bool = False
    primitive: bool = False
    condition: str = ""


@dataclass(frozen=True)
class Leaf:
    """How a value is reached: lines of code with `{v}` for the element, then its part of the row."""

    lines: tuple[str, ...]
    row: str


@dataclass
class Node:
    """An element in the tree of paths, with the parameters that end there."""

    kind: str
    element: Json = field(default_factory=dict)
    leaves: list[tuple[str, str]] = field(default_factory=list)
    children: dict[Hop, "Node"] = field(default_factory=dict)


class Extraction:
    """The extraction function of one resource type."""

    def __init__(self, structs: Structs, root: str) -> None:
        self.structs = structs
        self.root = root
        self.tree = Node(root)
        self.parameters: dict[str, tuple[str, tuple[str, ...]]] = {}
        self.skipped: dict[str, str] = {}
        self.leading: dict[str, set[str]] = {}
        self.identifying: set[str] = set()
        self.composites: dict[str, Row] = {}
        self.definitions: dict[str, str] = {}
        placed = structs.definitions["compartments"]["Patient"] if root not in WHOSE else {}
        self.compartment: list[str] = placed.get(root, [])
        self.flags: list[str] = []
        bases = {root, *structs.bases(root)}
        offered = [one for one in structs.definitions["search"] if bases & set(one["base"])]
        for parameter in offered:
            if parameter["code"] not in BY_THE_STORE | BY_THE_GRAMMAR:
                self.add(parameter, bases)
        for parameter in offered:
            if parameter["kind"] == "composite":
                self.compose(parameter, bases)
        preferred = CLINICAL_DATES.get(root, DATES_BY_PREFERENCE)
        self.dates = [code for code in preferred if self.parameters.get(code, ("",))[0] == "date"]
        self.counter = 0

    def add(self, parameter: Json, bases: set[str]) -> None:
        """Lay the paths of a search parameter into the tree, or note why it is left out."""
        code, kind = parameter["code"], parameter["kind"]
        if code in LEFT_OUT and (code == "_query" or self.root == "Bundle"):
            self.skipped[code] = LEFT_OUT[code]
        elif kind in {"composite", "special"}:
            self.parameters[code] = (kind, ())
        elif "expression" not in parameter:
            self.skipped[code] = "its definition does not say what it reads"
        else:
            self.read(parameter, bases)
        self.definitions[code] = parameter["url"].rpartition("/")[2]

    def compose(self, parameter: Json, bases: set[str]) -> None:
        """Note what a composite puts together, or why it is left out."""
        code = parameter["code"]
        elements = {element["name"]: element for element in self.structs.types[self.root]["elements"]}
        try:
            self.composites[code] = composite(parameter, bases, self.parameters, elements)
        except NotCompiled as reason:
            del self.parameters[code]
            self.skipped[code] = str(reason)

    def read(self, parameter: Json, bases: set[str]) -> None:
        """Lay the paths of a parameter that reads values."""
        code, kind = parameter["code"], parameter["kind"]
        try:
            found = [
                self.lay(steps, code, kind) for root, steps in paths(parameter["expression"]) if root in {*bases, ""}
            ]
        except NotCompiled as reason:
            self.skipped[code] = str(reason)
            return
        if any(found):
            self.parameters[code] = (kind, tuple(sorted(self.leading.get(code, set()))))
        else:
            self.skipped.setdefault(code, "no element of a type that can be searched this way")

    def lay(self, steps: list[Step], code: str, kind: str) -> bool:
        """Lay one path; whether it ends at an element that yields values of this kind."""
        if steps and steps[0].kind == "exists":
            self.flags += present(code, self.element(self.root, steps[0].name))
            return True
        nodes = [self.tree]
        for position, step in enumerate(steps):
            cast = next((s.name for s in steps[position + 1 : position + 2] if s.kind == "cast"), None)
            nodes = [child for node in nodes for child in self.move(node, step, cast)]
        ends = [node for node in nodes if (kind, node.kind) in LEAVES]
        narrowed = [step.name for step in steps if step.kind == "type"]
        for node in ends:
            self.leading.setdefault(code, set()).update(narrowed or node.element.get("targets", ()))
            if node.kind == "Identifier":
                self.identifying.add(code)
            if (code, kind) not in node.leaves:
                node.leaves.append((code, kind))
        return bool(ends)

    def element(self, kind: str, name: str) -> Json:
        """The element of this name in a type, a choice element by its stem."""
        for element in self.structs.types.get(kind, {"elements": []})["elements"]:
            if element["name"].removesuffix("[x]") == name:
                return dict(element)
        raise NotCompiled(f"{kind} has no element {name}")

    def move(self, node: Node, step: Step, cast: str | None) -> list[Node]:
        """The nodes that a step leads to, made where they are missing."""
        if step.kind == "cast":
            return [node] if node.kind == step.name else []
        if step.kind == "field":
            element = self.element(node.kind, step.name)
            return [self.child(node, item, element) for item in alternatives(element) if cast in {None, item.kind}]
        if step.kind == "extension":
            return self.extension(node, step.name)
        condition = {
            "equals": f"{{}}.{python_name(step.name)} == {step.value!r}",
            "type": f"refers({{}}, {step.name!r})",
            "has-extension": f"any(e.url == {step.name!r} for e in {{}}.extension)",
        }[step.kind]
        return [node.children.setdefault(Hop(condition=condition), Node(node.kind, node.element))]

    def child(self, node: Node, item: Alternative, element: Json) -> Node:
        """The node of an element."""
        hop = Hop(item.attribute, item.many, item.primitive)
        return node.children.setdefault(hop, Node(item.kind, element))

    def extension(self, node: Node, url: str) -> list[Node]:
        """The values of the extensions with this URL."""
        hop = Hop("extension", many=True)
        item = node.children.setdefault(hop, Node("Extension"))
        match = item.children.setdefault(Hop(condition=f"{{}}.url == {url!r}"), Node("Extension"))
        element = self.element("Extension", "value")
        return [self.child(match, value, element) for value in alternatives(element) if value.kind in IN_EXTENSIONS]

    def code(self) -> str:
        """The text of the function."""
        body = [*self.flags, *self.emit(self.tree, "r", 1)]
        head = ["def extract(r: Any, out: Collector) -> tuple[str | None, datetime | None]:"]
        head.append(f'    """The search values of a {self.root} into `out`; its patient and its clinical date."""')
        if any(" identifier((" in line for line in body):
            head.append("    identifier = out.identifiers.append")
        head += [
            f"    {kind} = out.{PLURALS[kind]}.append" for kind in KINDS if any(f"{kind}((" in line for line in body)
        ]
        slots = [f"patient{i}" for i in range(len(self.compartment))] + [f"date{i}" for i in range(len(self.dates))]
        if slots:
            head.append(f"    {' = '.join(slots)} = None")
        return "\n".join([*head, *body, f"    return {self.patient()}, {self.date()}", ""])

    def patient(self) -> str:
        """The expression for the compartment's patient."""
        if self.root in WHOSE:
            return WHOSE[self.root]
        return " or ".join(f"patient{i}" for i in range(len(self.compartment))) or "None"

    def date(self) -> str:
        """The expression for the primary clinical date."""
        return " or ".join(f"date{i}" for i in range(len(self.dates))) or "None"

    def emit(self, node: Node, variable: str, depth: int) -> list[str]:
        """The lines for an element held by a variable."""
        lines = self.leaf_lines(node, variable, depth)
        for hop, child in node.children.items():
            inner, indent, below = variable, "    " * depth, depth + 1
            if hop.condition:
                head = [f"{indent}if {hop.condition.format(variable)}:"]
            else:
                self.counter += 1
                inner = f"v{self.counter}"
                head = [f"{indent}if ({inner} := {variable}.{hop.attribute}) is not None:"]
                if hop.many:
                    head = [f"{indent}for {inner} in {variable}.{hop.attribute}:"]
                    if hop.primitive:
                        head.append(f"{indent}    if {inner} is not None:")
                        below += 1
            if body := self.emit(child, inner, below):
                lines += head + body
        return lines

    def leaf_lines(self, node: Node, variable: str, depth: int) -> list[str]:
        """The lines that yield the values of an element for all parameters that end at it."""
        lines: list[str] = []
        for kind in dict.fromkeys(kind for _, kind in node.leaves):
            codes = [code for code, wanted in node.leaves if wanted == kind]
            leaf = LEAVES[kind, node.kind]
            heads = [line.format(v=variable) for line in leaf.lines]
            row = leaf.row.format(v=variable, system=self.system(node))
            inner = indentation(heads)
            lines += heads + [f"{inner}{kind}(({code!r}, {valued(code, row)}))" for code in codes]
            lines += [inner + line for line in self.notes(kind, codes, row)]
            lines += [inner + line for line in also(kind, node.kind, variable, codes)]
            if (kind, node.kind) == ("reference", "Reference"):
                lines += identifying(variable, codes)
        return ["    " * depth + line for line in lines]

    def system(self, node: Node) -> str | None:
        """The code system that a `code` element implies by its required binding."""
        members = self.structs.definitions["codes"].get(node.element.get("binding"), [])
        return repr(members[0][0]) if len(members) == 1 else None

    def notes(self, kind: str, codes: list[str], row: str) -> list[str]:
        """The lines that keep the patient and the clinical date, by preference of their parameters."""
        if kind == "reference":
            slots = [f"patient{self.compartment.index(code)}" for code in codes if code in self.compartment]
            return [f"if {slot} is None: {slot} = patient_id({row})" for slot in slots]
        if kind == "date":
            slots = [f"date{self.dates.index(code)}" for code in codes if code in self.dates]
            return [f"if {slot} is None: {slot} = known({row})" for slot in slots]
        return []


def also(kind: str, element: str, variable: str, codes: list[str]) -> list[str]:
    """The lines that yield an element a second time: a canonical without its version, a quantity by its unit's name."""
    if element == "canonical" and kind in {"reference", "uri"}:
        lines = [f"if '|' in {variable}:", f"    {variable}w = {variable}.partition('|')[0]"]
        return lines + [f"    {kind}(({code!r}, {variable}w))" for code in codes]
    if element in QUANTITIES and kind == "quantity":
        row = f"{variable}l, {variable}h, None, {variable}.unit"
        lines = [f"if {variable}.unit != {variable}.code and {variable}.unit and {variable}.code:"]
        return lines + [f"    quantity(({code!r}, {row}))" for code in codes]
    return []


def identifying(variable: str, codes: list[str]) -> list[str]:
    """The lines that yield the identifier by which a Reference names what it refers to."""
    found = f"{variable}i"
    lines = [f"if ({found} := {variable}.identifier) is not None and {found}.value is not None:"]
    return lines + [f"    identifier(({code!r}, {found}.system, {found}.value))" for code in codes]


def valued(code: str, row: str) -> str:
    """The value as the index keeps it: as it is, or by its sound."""
    return f"sound({row})" if code in BY_SOUND else row


def indentation(heads: list[str]) -> str:
    """The white space before the lines that follow these."""
    if not heads:
        return ""
    outer = heads[-1][: len(heads[-1]) - len(heads[-1].lstrip())]
    return outer + "    " * heads[-1].endswith(":")


def present(code: str, element: Json) -> list[str]:
    """A token that says whether an element is present and not false."""
    conditions = [
        f"r.{item.attribute}" + ("" if item.kind == "boolean" else " is not None") for item in alternatives(element)
    ]
    value = f'"true" if {" or ".join(conditions)} else "false"'
    return [f"    token(({code!r}, {SPECIAL_VALUES!r}, {value}))"]


def ranged(call: str) -> Leaf:
    """A leaf whose value is a range that a function gives."""
    return Leaf((f"{{v}}l, {{v}}h = {call}",), "{v}l, {v}h")


def leaves() -> dict[tuple[str, str], Leaf]:
    """Kind of parameter and type of element to how its values are reached."""
    quantity = ("if {v}.value is not None:", "    {v}l, {v}h = quantity_range({v})")
    amount = ("if {v}.value is not None:", "    {v}l, {v}h = number_range({v}.value)")
    interval = ("if ({v}q := {v}.low or {v}.high) is not None:", "    {v}l, {v}h = span({v})")
    found: dict[tuple[str, str], Leaf] = {
        ("token", "CodeableConcept"): Leaf(("for c in {v}.coding:", "    if c.code is not None:"), "c.system, c.code"),
        ("token", "Coding"): Leaf(("if {v}.code is not None:",), "{v}.system, {v}.code"),
        ("token", "Identifier"): Leaf(("if {v}.value is not None:",), "{v}.system, {v}.value"),
        ("token", "ContactPoint"): Leaf(("if {v}.value is not None:",), "None, {v}.value"),
        ("token", "boolean"): Leaf((), f'{SPECIAL_VALUES!r}, "true" if {{v}} else "false"'),
        ("token", "code"): Leaf((), "{system}, {v}"),
        ("reference", "Reference"): Leaf(("if ({v}r := {v}.reference) is not None and {v}r[0] != '#':",), "{v}r"),
        ("string", "HumanName"): Leaf(("for t in name_texts({v}):",), "t"),
        ("string", "Address"): Leaf(("for t in address_texts({v}):",), "t"),
        ("date", "Period"): ranged("period_range({v})"),
        ("date", "Timing"): Leaf(("for {v}l, {v}h in timing_ranges({v}):",), "{v}l, {v}h"),
        ("number", "Range"): ranged("span({v})"),
        ("quantity", "Money"): Leaf(amount, f"{{v}}l, {{v}}h, {CURRENCIES!r}, {{v}}.currency"),
        ("quantity", "Range"): Leaf(interval, "{v}l, {v}h, {v}q.system, {v}q.code or {v}q.unit"),
    }
    for kind in PYTHON_TYPES:
        if kind in TEXT_TYPES:
            found["string", kind] = Leaf((), "{v}")
            found.setdefault(("token", kind), Leaf((), "None, {v}"))
        if PYTHON_TYPES[kind] in {"Uri", "Oid", "Uuid"}:
            found["uri", kind] = found["reference", kind] = Leaf((), "{v}")
        if kind in {"date", "dateTime", "instant"}:
            found["date", kind] = ranged("date_range({v})")
        if kind in {"integer", "decimal", "positiveInt", "unsignedInt"}:
            found["number", kind] = ranged("number_range({v})")
    for kind in QUANTITIES:
        found["quantity", kind] = Leaf(quantity, "{v}l, {v}h, {v}.system, {v}.code or {v}.unit")
    return found


LEAVES = leaves()
