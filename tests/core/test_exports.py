"""Tables as files: quoted, readable by spreadsheets, never a formula."""

from core.exports import csv_text


def test_csv_text_quotes_and_keeps_formulas_as_text():
    rows = [{"a": 'x, "y"\nz', "b": "=1+1"}, {"a": "-5", "b": None}, {"a": "+3", "b": "@sum"}]
    assert csv_text(["a", "b"], rows) == ('\ufeffa,b\r\n"x, ""y""\nz",\'=1+1\r\n\'-5,\r\n\'+3,\'@sum\r\n')
