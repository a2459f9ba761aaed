"""What was worked out beforehand is what the libraries say."""

import subprocess
import sys

from verbund.fhir import ucum


def test_the_table_of_common_units_is_what_the_libraries_make_of_them() -> None:
    table = ucum._common()
    assert len(table) > 800
    for code in [*list(table)[::40], "mg/dL", "Cel", "10*3/uL"]:
        assert table[code] == ucum.worked_out(code)


def test_common_units_are_converted_without_loading_the_libraries() -> None:
    asked = "import sys; from verbund.fhir.ucum import converted; assert converted(1.5, 'm', 'cm') == 150"
    loaded = f"{asked}; assert 'pint' not in sys.modules; assert 'ucumvert' not in sys.modules"
    assert subprocess.run([sys.executable, "-c", loaded], check=False).returncode == 0
