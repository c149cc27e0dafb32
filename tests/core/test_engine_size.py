"""The engine stays small enough to be read at one sitting: under 400 lines of code, docstrings, comments and blanks not counted."""

import ast
import io
import tokenize
from pathlib import Path

import advnets.core


def code_lines(source: str) -> set[int]:
    """Numbers of the lines that hold code."""
    blank = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}
    lines = {
        number
        for token in tokenize.generate_tokens(io.StringIO(source).readline)
        if token.type not in blank
        for number in range(token.start[0], token.end[0] + 1)
    }
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            lines -= set(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    return lines


def test_lines_of_code_are_counted_without_docstrings_comments_and_blanks():
    assert code_lines('"""A\ndocstring."""\n\n# why\nx = 1  # here\ny = (\n    2\n)\n') == {5, 6, 7, 8}


def test_the_engine_has_under_400_lines():
    files = sorted(Path(advnets.core.__path__[0]).glob("*.py"))
    count = sum(len(code_lines(file.read_text())) for file in files)
    assert len(files) >= 5
    assert 0 < count < 400
