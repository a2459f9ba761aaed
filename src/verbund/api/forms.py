"""Parameters of query strings and forms."""

from urllib.parse import parse_qsl

from verbund.errors import Incorrect

Pairs = tuple[tuple[str, str], ...]

_MOST_PARAMETERS = 1000


def read_pairs(text: str) -> Pairs:
    """The parameters of a query string or form. Raises Incorrect for too many or for what is no UTF-8."""
    try:
        return tuple(parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=_MOST_PARAMETERS))
    except UnicodeDecodeError:
        raise Incorrect("The query holds percent-encoded bytes that are not UTF-8.") from None
    except ValueError:
        raise Incorrect(f"The query has more than {_MOST_PARAMETERS} parameters; ask in several requests.") from None
