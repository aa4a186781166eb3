"""The language of `nodegrad draw`: a whitelist over Python's syntax trees, never run as Python.

`parse` turns every allowed piece of syntax into a small function of the names' values, so each
construct is said once. What is not allowed raises `ExpressionError` with its column.
"""

import ast
import difflib
import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from nodegrad.source import ExpressionError, Source, shorten
from nodegrad.vocabulary import Function

NUMBER_WORDS = {"inf": np.inf, "nan": np.nan, "pi": np.pi}
MAX_SIZE = 10_000  # numbers in one array: more than a picture can show

_ARITHMETIC: dict[type[ast.operator], tuple[str, Callable[[Any, Any], Any]]] = {
    ast.Add: ("+", operator.add),
    ast.Sub: ("-", operator.sub),
    ast.Mult: ("*", operator.mul),
    ast.Div: ("/", operator.truediv),
    ast.Pow: ("**", operator.pow),
    ast.MatMult: ("@", operator.matmul),
    ast.Mod: ("%", operator.mod),
    ast.FloorDiv: ("//", operator.floordiv),
}
_SIGNS: dict[type[ast.unaryop], tuple[str, Callable[[Any], Any]]] = {
    ast.USub: ("-", operator.neg),
    ast.UAdd: ("+", operator.pos),
}
_COMPARISONS: dict[type[ast.cmpop], tuple[str, Callable[[Any, Any], Any]]] = {
    ast.Lt: ("<", operator.lt),
    ast.LtE: ("<=", operator.le),
    ast.Gt: (">", operator.gt),
    ast.GtE: (">=", operator.ge),
    ast.Eq: ("==", operator.eq),
    ast.NotEq: ("!=", operator.ne),
}
_LANGUAGE = "write names, numbers, lists, + - * / ** @ and function calls"
_HINTS: dict[type[ast.AST], str] = {
    ast.IfExp: "write where(condition, a, b)",
    ast.BoolOp: "multiply two comparisons instead of joining them with and, or",
    ast.Tuple: "write a list with square brackets",
    ast.GeneratorExp: "write the list out",
    ast.ListComp: "write the list out",
}


@dataclass(frozen=True)
class Environment:
    """What a formula is evaluated with: the names' values, and what a written number becomes."""

    values: Mapping[str, Any]
    lift: Callable[[Any], Any]


Thunk = Callable[[Environment], Any]


@dataclass(frozen=True)
class Formula:
    """A parsed expression: the names it uses, with the column of their first use."""

    names: Mapping[str, int]
    run: Thunk

    def evaluate(
        self, values: Mapping[str, Any], lift: Callable[[Any], Any] = lambda number: number
    ) -> Any:
        """The expression's value; each number and list written in it goes through `lift`.

        >>> from nodegrad.vocabulary import Function
        >>> f = parse("2*f(x, y) + 1", {"f": Function("f", max, 2)})
        >>> list(f.names), float(f.evaluate({"x": 3.0, "y": 5.0}))
        (['x', 'y'], 11.0)
        """
        for name, column in self.names.items():
            if name not in values:
                raise ExpressionError(
                    column, f"'{shorten(name)}' has no value; add --set {shorten(name)}=0.5"
                )
        try:
            with np.errstate(all="ignore"):
                return self.run(Environment(values, lift))
        except RecursionError:
            raise ExpressionError(1, "the expression is too long, or nested too deeply") from None


def parse(text: str, functions: Mapping[str, Function]) -> Formula:
    """Read an expression in which `functions` can be called; raise ExpressionError if it is wrong.

    >>> parse("x.real", {})
    Traceback (most recent call last):
    ...
    nodegrad.source.ExpressionError: column 2: '.real' is not allowed; call functions by name
    """
    try:
        source = Source(text)
        reader = _Reader(source, functions)
        run = reader.read(source.tree)
    except (RecursionError, MemoryError):
        raise ExpressionError(1, "the expression is too long, or nested too deeply") from None
    return Formula(reader.names, run)


class _Reader:
    """Turns a syntax tree into a function of the names' values, or refuses it."""

    def __init__(self, source: Source, functions: Mapping[str, Function]) -> None:
        self.source = source
        self.functions = functions
        self.names: dict[str, int] = {}

    def read(self, node: ast.AST) -> Thunk:
        """The value of one piece of the expression as a function of the environment."""
        if _is_literal(node):
            return self.constant(node)
        match node:
            case ast.Name():
                return self.name(node)
            case ast.BinOp(op=op) if type(op) in _ARITHMETIC:
                return self.chain(node)
            case ast.UnaryOp(op=sign) if type(sign) in _SIGNS:
                return self.apply(node, *_SIGNS[type(sign)], node.operand)
            case ast.Compare(ops=[op]) if type(op) in _COMPARISONS:
                return self.apply(node, *_COMPARISONS[type(op)], node.left, *node.comparators)
            case ast.Compare(ops=[_, _, *_]):
                self.source.refuse(node, "compare two things at a time; a < b < c is not allowed")
            case ast.Call():
                return self.call(node)
            case ast.Subscript():
                index = self.index(node.slice)
                return self.apply(node, "[ ]", lambda array: array[index], node.value)
            case ast.List(elts=items):
                return self.apply(node, "list", _stack, *items)
            case ast.Attribute():
                self.read(node.value)
                column = self.source.column(node, end=True) - len(node.attr) - 1
                self.source.refuse_at(
                    max(column, 1),
                    f"'.{shorten(node.attr)}' is not allowed; call functions by name",
                )
            case _:
                hint = _HINTS.get(type(node), _LANGUAGE)
                self.source.refuse(node, f"{self.source.segment(node)!r} is not allowed; {hint}")

    def constant(self, node: ast.AST) -> Thunk:
        """A written number or a list of nothing but numbers."""
        numbers = self.numbers(node)
        try:
            value = np.array(numbers)[()]
        except ValueError:
            self.source.refuse(node, "the rows of this list have different lengths")
        try:
            _settle(value)
        except ValueError as error:
            self.source.refuse(node, str(error))
        return lambda environment: environment.lift(value)

    def numbers(self, node: ast.AST) -> Any:
        """A number, or nested lists of numbers, as NumPy floats (IEEE 754: 9**9**9 is inf)."""
        match node:
            case ast.List(elts=items):
                return [self.numbers(item) for item in items]
            case ast.UnaryOp(op=sign):
                return _SIGNS[type(sign)][1](self.numbers(node.operand))
            case ast.Name(id=word):
                return np.float64(NUMBER_WORDS[word])
        number = getattr(node, "value", None)
        if type(number) not in (int, float):
            self.source.refuse(node, f"{self.source.segment(node)!r} is not a real number")
        try:
            value = np.float64(number)
        except OverflowError:
            value = np.float64(np.inf)
        if np.isinf(value):
            self.source.refuse(node, "the number is too large for a float; is inf meant?")
        return value

    def name(self, node: ast.Name) -> Thunk:
        """A name that --set gives a value."""
        name = node.id
        if name in self.functions:
            self.source.refuse(node, f"'{name}' is a function; write {name}(...)")
        self.names.setdefault(name, self.source.column(node))
        return lambda environment: environment.values[name]

    def apply(
        self, node: ast.AST, label: str, function: Callable[..., Any], *operands: ast.AST
    ) -> Thunk:
        """One operation on operands that are expressions themselves."""
        thunks = [self.read(operand) for operand in operands]

        def run(environment: Environment) -> Any:
            return self.result(node, label, function, *[thunk(environment) for thunk in thunks])

        return run

    def chain(self, node: ast.AST) -> Thunk:
        """Operators in a row, from the left; in a loop, since a long sum is a deep tree."""
        row: list[ast.BinOp] = []
        while isinstance(node, ast.BinOp) and type(node.op) in _ARITHMETIC:
            row.append(node)
            node = node.left
        first = self.read(node)
        steps = [(part, *_ARITHMETIC[type(part.op)], self.read(part.right)) for part in row[::-1]]

        def run(environment: Environment) -> Any:
            value = first(environment)
            for part, label, function, right in steps:
                value = self.result(part, label, function, value, right(environment))
            return value

        return run

    def result(self, node: ast.AST, label: str, function: Callable[..., Any], *values: Any) -> Any:
        """The result of one operation; an error names its column."""
        try:
            return _settle(function(*values))
        except RecursionError:
            raise
        except Exception as error:
            reason = _reason(error, values)
            raise ExpressionError(self.source.column(node), f"{label}: {reason}") from error

    def call(self, node: ast.Call) -> Thunk:
        """A call of one of the engine's functions by its bare name."""
        function = self.callee(node.func)
        statics = self.keywords(node, function)
        first = [self.static(argument) for argument in node.args[: function.leading]]
        operands = node.args[function.leading :]
        count = len(operands) if function.operands is None else function.operands
        if function.listed:
            listed = operands[0] if operands else None
            if not isinstance(listed, ast.List):
                self.source.refuse(node, f"{function.name} takes a list: {function.name}([a, b])")
            operands, count = [*listed.elts, *operands[1:]], len(listed.elts)
        self.check_count(node, function, len(operands))
        rest = [self.static(argument) for argument in operands[count:]]

        def apply(*values: Any) -> Any:
            arguments = [values] if function.listed else values
            return function.call(*first, *arguments, *rest, **statics)

        return self.apply(node, function.name, apply, *operands[:count])

    def check_count(self, node: ast.Call, function: Function, given: int) -> None:
        """Refuse more or fewer arguments than a function takes."""
        least = function.operands
        if least is None or function.listed or least <= given <= least + len(function.statics):
            return
        takes = f"{function.name} takes {'one' if least == 1 else least} argument"
        takes += "s" * (least != 1)
        known = ", ".join(f"{name}=" for name in function.statics)
        takes += f", and {known}" if known else ""
        self.source.refuse(node, f"{takes}; it is given {given}")

    def callee(self, node: ast.AST) -> Function:
        """The function that a call names."""
        if not isinstance(node, ast.Name):
            self.read(node)
            self.source.refuse(node, "only a function's name can be called; write * for a product")
        if function := self.functions.get(node.id):
            return function
        close = difflib.get_close_matches(node.id[:40], self.functions, n=1)
        hint = f"did you mean {close[0]}?" if close else "nodegrad draw --help lists them"
        self.source.refuse(node, f"'{shorten(node.id)}' cannot be called in an expression; {hint}")

    def keywords(self, node: ast.Call, function: Function) -> dict[str, Any]:
        """The keyword arguments of a call: constants such as axis=0."""
        statics: dict[str, Any] = {}
        for keyword in node.keywords:
            if keyword.arg in statics:
                self.source.refuse(keyword, f"{keyword.arg}= is given twice; leave one out")
            if keyword.arg not in function.statics:
                known = ", ".join(f"{name}=" for name in function.statics)
                given = f"'{shorten(keyword.arg)}='" if keyword.arg else "'**'"
                self.source.refuse(
                    keyword, f"{function.name} takes no {given}; it takes {known or 'none'}"
                )
            statics[keyword.arg] = self.static(keyword.value)
        return statics

    def static(self, node: ast.AST) -> Any:
        """A constant argument: a number, True, False, None, a text, or a tuple of them."""
        match node:
            case ast.Constant(value=bool() | int() | float() | str() | None):
                return node.value
            case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as number)):
                return -number
            case ast.Tuple(elts=items) | ast.List(elts=items):
                return tuple(self.static(item) for item in items)
            case ast.Name(id=word) if word in NUMBER_WORDS:
                return NUMBER_WORDS[word]
        self.source.refuse(node, f"{self.source.segment(node)!r} must be a constant such as 0")

    def index(self, node: ast.AST) -> Any:
        """What stands between square brackets: whole numbers, slices, `...`, lists of numbers."""
        match node:
            case ast.Constant(value=int() as number) if not isinstance(number, bool):
                return number
            case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() as number)):
                return -number
            case ast.Constant(value=value) if value is None or value is ...:
                return value
            case ast.Slice():
                parts = (node.lower, node.upper, node.step)
                return slice(*(part and self.index(part) for part in parts))
            case ast.Tuple(elts=items):
                return tuple(self.index(item) for item in items)
            case ast.List(elts=items):
                return [self.index(item) for item in items]
        self.source.refuse(node, f"{self.source.segment(node)!r} is not a whole number or a slice")


def _is_literal(node: ast.AST) -> bool:
    """Whether a piece of the tree is a number, or a list of nothing but numbers."""
    match node:
        case ast.Constant():
            return True
        case ast.Name(id=word):
            return word in NUMBER_WORDS
        case ast.UnaryOp(op=ast.USub() | ast.UAdd(), operand=ast.Constant() | ast.Name()):
            return _is_literal(node.operand)
        case ast.List(elts=items):
            return all(map(_is_literal, items))
    return False


def _stack(*items: Any) -> Any:
    """The array of a list in which expressions stand."""
    return np.stack(items)


def _reason(error: Exception, values: Sequence[Any]) -> str:
    """What an error says, with the engine's note on the operation, in one line."""
    if "gufunc signature" in str(error):
        shapes = " and ".join(str(getattr(value, "shape", ())) for value in values)
        return (
            f"shapes {shapes} do not fit; the last axis of the first must be as long as "
            "the last but one of the second, or as its only one"
        )
    notes: list[str] = getattr(error, "__notes__", [])
    return shorten(" ".join([str(error) or type(error).__name__, *notes[:1]]), 300)


def _settle(value: Any) -> Any:
    """A result for the next operation: no Python number (whose powers hang), no huge array."""
    if isinstance(value, (bool, int, float)):
        return np.asarray(value)[()]
    if np.size(value) > MAX_SIZE:
        raise ValueError(f"{np.size(value)} numbers are too many to draw; {MAX_SIZE} is the limit")
    return value
