"""The text of an expression: its syntax tree, the way back to a column, and errors that name it."""

import ast
import re
import warnings
from typing import NoReturn


class ExpressionError(ValueError):
    """What is wrong with an expression, in one line that begins with the column (from 1)."""

    def __init__(self, column: int, message: str) -> None:
        super().__init__(f"column {column}: {message}")
        self.column = column


def shorten(text: object, limit: int = 40) -> str:
    """Text for one line of a message: no line breaks, and an ellipsis when it is too long."""
    line = " ".join(str(text).split())
    line = "".join(c if c.isprintable() else "�" for c in line[: limit + 1])
    return line if len(line) <= limit else line[: limit - 1] + "…"


class Source:
    """The text and its syntax tree, and the way from a piece of the tree back to a column."""

    def __init__(self, text: str) -> None:
        self.text = re.sub(r"[\t\n\r\f\v]", " ", text)
        self.start = len(self.text) - len(self.text.lstrip(" "))
        body = self.text[self.start :]
        if not body:
            raise ExpressionError(1, "the expression is empty; write for example w*x + b")
        if bad := re.search(r"[#\0\ud800-\udfff]", body):
            self.refuse_at(self.start + bad.start() + 1, f"{bad[0]!r} is not allowed")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Python warns of odd strings; they are refused anyway
            try:
                self.tree = ast.parse(body, mode="eval").body
            except SyntaxError as error:
                self.refuse_syntax(body, error)
        self.encoded = body.encode()

    def refuse_at(self, column: int, message: str) -> NoReturn:
        """Raise the error of a column."""
        raise ExpressionError(column, message) from None

    def refuse_syntax(self, body: str, error: SyntaxError) -> NoReturn:
        """Raise Python's own words on broken syntax, with the column in the text."""
        column = min(error.offset or len(body) + 1, len(body) + 1)
        message = shorten(error.msg, 120)
        if digits := re.search(r"[0-9_]{4000,}", body):
            column, message = digits.start() + 1, "the number has too many digits"
        elif message == "invalid syntax":
            rest = shorten(body[column - 1 :], 20)
            message = f"this is not an expression: {rest!r}" if rest else "something is missing"
        self.refuse_at(self.start + column, message)

    def column(self, node: ast.AST, *, end: bool = False) -> int:
        """The column, counted in characters from 1, where a piece of the tree starts or ends."""
        offset: int = getattr(node, "end_col_offset" if end else "col_offset", 0)
        return self.start + len(self.encoded[:offset].decode(errors="replace")) + 1

    def segment(self, node: ast.AST) -> str:
        """The text of a piece of the tree, short enough for a message."""
        return shorten(self.text[self.column(node) - 1 : self.column(node, end=True) - 1], 30)

    def refuse(self, node: ast.AST, message: str) -> NoReturn:
        """Raise the error of a piece of the tree."""
        self.refuse_at(self.column(node), message)
