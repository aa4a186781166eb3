"""The command `nodegrad`: its options, its exit status, and one line for every trouble.

The engine is imported when a command needs it: `nodegrad --version` answers at once.
"""

import argparse
import os
import re
import sys
import textwrap
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn

import nodegrad
from nodegrad.output import UserError

OK, WRONG, INTERRUPTED = 0, 2, 130


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit status: 0, 2 for a trouble, 130 for Ctrl-C."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    prepare_streams()
    try:
        options = parser().parse_args(shield_minus(arguments))
        with warnings.catch_warnings():
            warnings.showwarning = show_warning
            text = options.run(options)
        if text:
            print(text)
        sys.stdout.flush()
    except UserError as error:
        print(f"nodegrad {arguments[0]}: {' '.join(str(error).split())}", file=sys.stderr)
        return WRONG
    except KeyboardInterrupt:
        print("nodegrad: interrupted", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:  # `nodegrad draw ... | head -1`: nobody reads on, and that is fine
        drop_output()
    except OSError as error:  # `nodegrad draw ... > /dev/full`
        drop_output()
        reason = str(error) if error.filename else f"cannot write the output: {error.strerror}"
        print(f"nodegrad {' '.join(arguments[:1])}: {reason}", file=sys.stderr)
        return WRONG
    return OK


class Parser(argparse.ArgumentParser):
    """An argument parser that says what is wrong in one line."""

    closing: Callable[[], str] | None = None  # the last lines of the help, made when it is printed

    def format_help(self) -> str:
        """The help text."""
        return super().format_help() + (self.closing() if self.closing else "")

    def error(self, message: str) -> NoReturn:
        """Print the message without the usage and exit with status 2."""
        line = " ".join(message.split())
        self.exit(WRONG, f"{self.prog}: {line}; see {self.prog} --help\n")


def parser() -> Parser:
    """The commands and their options."""
    main_parser = Parser(
        prog="nodegrad",
        description="See what every node of a computation is worth and how much it is responsible.",
    )
    main_parser.add_argument(
        "--version", action="version", version=f"nodegrad {nodegrad.__version__}"
    )
    commands = main_parser.add_subparsers(required=True, metavar="COMMAND", parser_class=Parser)
    demo = commands.add_parser("demo", help="train two small networks and draw their graphs")
    demo.add_argument(
        "--out",
        metavar="DIR",
        default="nodegrad-demo",
        help="directory of the pictures (default: %(default)s)",
    )
    demo.set_defaults(run=run_demo)
    draw = commands.add_parser(
        "draw",
        help="draw the graph of an expression",
        description="Print the nodes of an expression with values and signals, and draw them.",
    )
    draw.closing = functions_help
    draw.add_argument("expression", metavar="EXPRESSION", help='such as "tanh(w*x + b)"')
    draw.add_argument(
        "--set",
        metavar="NAME=VALUE",
        action="append",
        default=[],
        help="the value of a name: a number, or a list such as [[1, 2], [3, 4]]",
    )
    draw.add_argument("-o", metavar="FILE", dest="output", help="a .svg, .png, .pdf or .dot file")
    draw.set_defaults(run=run_draw)
    return main_parser


def run_demo(options: argparse.Namespace) -> str:
    """Train and draw the two examples; they print as they go."""
    from nodegrad.demo import demo

    return demo(Path(options.out))


def run_draw(options: argparse.Namespace) -> str:
    """Draw one expression."""
    from nodegrad.draw import draw
    from nodegrad.source import ExpressionError

    try:
        return draw(options.expression, options.set, options.output)
    except ExpressionError as error:
        raise UserError(str(error)) from error


def functions_help() -> str:
    """The numbers with a name, and the functions that an expression can call."""
    from nodegrad.expression import NUMBER_WORDS
    from nodegrad.vocabulary import engine_functions

    drawn = sorted(name for name, each in engine_functions().items() if each.drawn)
    names = textwrap.fill(" ".join(drawn), 78, break_on_hyphens=False)
    numbers = " ".join(sorted(NUMBER_WORDS))
    return f"\nnumbers: {numbers}\nfunctions:\n{textwrap.indent(names, '  ')}\n"


def shield_minus(arguments: Sequence[str]) -> list[str]:
    """Let an expression begin with a minus: argparse would take `-w*x` for an option.

    >>> shield_minus(["draw", "-w*x", "--set", "w=1"])
    ['draw', '--set', 'w=1', '--', '-w*x']
    """
    if "--" in arguments or list(arguments[:1]) != ["draw"]:
        return list(arguments)
    option = re.compile(r"-o|-h|--\w[\w-]*(=.*)?|[^-].*|", re.DOTALL)
    shielded = [argument for argument in arguments if not option.fullmatch(argument)]
    others = [argument for argument in arguments if option.fullmatch(argument)]
    return [*others, "--", *shielded] if shielded else others


def prepare_streams() -> None:
    """Letters that the terminal's encoding lacks are printed as escapes, not as errors."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def drop_output() -> None:
    """Let nothing more be written to standard output, not even what is in its buffer."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def show_warning(message: Warning | str, *_: object, **__: object) -> None:
    """A warning, such as one of a letter that no font has, in one line."""
    print(f"nodegrad: {' '.join(str(message).split())}", file=sys.stderr)
