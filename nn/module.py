"""Module: a part of a network that owns parameters and other modules."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from autograd import Node, current_scope, scope
from autograd.node import rescope
from autograd.values import constant

Found = tuple[str, "Module", Node | None]
"""A dotted path, a module, and one of its parameters or None for the module itself."""


class Module:
    """A function with parameters; subclasses define `forward` and hold Nodes and Modules.

    Parameters are the leaf Nodes that require a gradient and that are held as attributes, or in
    lists, tuples and dicts that are attributes, here or in sub-Modules. They come in the order of
    declaration, each once, and are named by the way to them: `layers.0.weight`.

    Calling a module calls `forward` inside the scope of its place in the network (`layers.0`), so
    that diagrams group what a layer computes; its parameters get the same scope when the outermost
    module is called first. Diagrams show the names given to Nodes: `Node(3.0, name="w")`.

    >>> class Scale(Module):
    ...     def __init__(self):
    ...         self.factor = Node(3.0)
    ...     def forward(self, x):
    ...         return self.factor * x
    >>> scale = Scale()
    >>> scale(2.0).value, [name for name, _ in scale.named_parameters()]
    (6.0, ['factor'])
    """

    training: bool = True
    _outermost: bool = True
    _path: str | None = None

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        """What the module computes; each subclass defines its own."""
        raise TypeError(
            f"{type(self).__name__} cannot be called: it has no forward; "
            "write a method forward(self, x) that returns the output"
        )

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call `forward` inside the scope of this module."""
        now = current_scope()
        if self._path is None or (self._outermost and self._path != now):
            self._settle(now)
        inner = _rest(self._path or "", now)
        if not inner:
            return self.forward(*args, **kwargs)
        with scope(inner):
            return self.forward(*args, **kwargs)

    def _settle(self, path: str) -> None:
        """Tell all modules and parameters below where they are, for scopes in diagrams."""
        self._path = path
        for below, module, parameter in _walk(self):
            if parameter is None:
                module._path = _join(path, below)
                module._outermost = module is self and self._outermost
            else:
                rescope(parameter, module._path or "")

    def named_modules(self) -> list[tuple[str, "Module"]]:
        """This module, named '', and all modules below it by their dotted names.

        >>> [name for name, _ in Module().named_modules()]
        ['']
        """
        return [(path, module) for path, module, parameter in _walk(self) if parameter is None]

    def named_parameters(self) -> list[tuple[str, Node]]:
        """All parameters by their dotted names, in the order of declaration, each once.

        Raises ValueError if two get the same name, such as those at the keys 1 and "1" of a dict.

        >>> Module().named_parameters()
        []
        """
        if self._path is not None:  # layers may have come since the last call
            self._settle(self._path)
        found = [(path, parameter) for path, _, parameter in _walk(self) if parameter is not None]
        names: set[str] = set()
        for name, _ in found:
            if name in names:
                raise ValueError(
                    f"two parameters are named {name!r}, so a state dict could hold one of them "
                    "only; give the keys of your dicts different texts, without dots"
                )
            names.add(name)
        return found

    def parameters(self) -> list[Node]:
        """All parameters, in the order of declaration, each once.

        >>> Module().parameters()
        []
        """
        return [parameter for _, parameter in self.named_parameters()]

    def state_dict(self) -> dict[str, Any]:
        """The values of all parameters by name: read-only arrays, or floats for scalars.

        Later training gives parameters new arrays and leaves these as they are.

        >>> Module().state_dict()
        {}
        """
        return {name: parameter.value for name, parameter in self.named_parameters()}

    def load_state_dict(self, state: Mapping[str, Any], strict: bool = True) -> None:
        """Set all parameters to the values in `state`; if anything is wrong, none is changed.

        Raises ValueError for wrong shapes, and for names that are missing or that no parameter
        has, unless `strict=False`, which leaves those alone; TypeError for what is no number.

        >>> module = Module(); module.load_state_dict(module.state_dict())
        """
        if not isinstance(state, Mapping):
            raise TypeError(
                f"the state is {type(state).__name__}, not a dict of names and values; "
                "write load_state_dict(other.state_dict())"
            )
        parameters = dict(self.named_parameters())
        missing = [name for name in parameters if name not in state]
        unexpected = [str(name) for name in state if name not in parameters]
        if strict and (missing or unexpected):
            raise ValueError(
                f"the state does not fit {type(self).__name__}: "
                f"missing {_listed(missing)}; unexpected {_listed(unexpected)}; "
                "load the state of a module built alike, or write strict=False to skip these"
            )
        values = {
            name: _fitting(name, parameter, state[name])
            for name, parameter in parameters.items()
            if name in state
        }
        for name, value in values.items():
            parameters[name].value = value

    def zero_grad(self) -> None:
        """Forget the gradients of all parameters: `grad` is None afterwards.

        >>> Module().zero_grad()
        """
        for parameter in self.parameters():
            parameter.zero_grad()

    def train(self, mode: bool = True) -> "Module":
        """Switch this module and all below it to training, or with False to evaluation.

        >>> Module().train().training
        True
        """
        for _, module in self.named_modules():
            module.training = mode
        return self

    def eval(self) -> "Module":
        """Switch this module and all below it to evaluation: `training` is False afterwards.

        >>> Module().eval().training
        False
        """
        return self.train(False)

    def extra_repr(self) -> str:
        """What `repr` says between the brackets; the shapes of the module's own parameters.

        >>> Module().extra_repr()
        ''
        """
        own = [(path, p) for path, module, p in _walk(self) if module is self and p is not None]
        return ", ".join(f"{path}: {p.shape}" for path, p in own)

    def __repr__(self) -> str:
        modules = self.named_modules()
        lines = [f"{type(self).__name__}({self.extra_repr()})"]
        if len(modules) > 1:
            total = sum(p.size for p in self.parameters())
            lines[0] += f": {total} parameter{'s' * (total != 1)}"
        for name, module in modules[1:]:
            lines.append(f"  {name}: {type(module).__name__}({module.extra_repr()})")
        return "\n".join(lines)


def _walk(root: Module) -> Iterator[Found]:
    """The root, all modules below it and all parameters, in the order of declaration, each once."""
    seen: set[int] = set()
    pending: list[tuple[str, Module, Any]] = [("", root, root)]
    while pending:
        path, owner, x = pending.pop()
        if not isinstance(x, (Module, Node, list, tuple, dict)) or id(x) in seen:
            continue
        seen.add(id(x))
        if isinstance(x, Node):
            if x.op is None and x.requires_grad:
                yield path, owner, x
            continue
        items: Any
        if isinstance(x, Module):
            owner = x
            yield path, x, None
            items = vars(x).items()
        else:
            items = x.items() if isinstance(x, dict) else enumerate(x)
        pending.extend(reversed([(_join(path, str(key)), owner, each) for key, each in items]))


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path and name else path or name


def _rest(path: str, beginning: str) -> str:
    """What follows `beginning` in a dotted path; all of it if it begins otherwise."""
    return "" if path == beginning else path.removeprefix(beginning + ".") if beginning else path


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - 8} more" if len(names) > 8 else ""
    return ", ".join(names[:8]) + more if names else "nothing"


def _fitting(name: str, parameter: Node, value: Any) -> Any:
    """The value as the parameter will hold it."""
    if isinstance(value, Node):
        raise TypeError(f"the state holds a Node at {name!r}, not numbers; write node.value")
    try:
        found = np.asarray(constant(value)).astype(parameter.dtype)
    except (TypeError, ValueError) as error:
        kind = TypeError if isinstance(error, TypeError) else ValueError
        raise kind(f"the state holds no array of real numbers at {name!r}: {error}") from error
    if found.shape != parameter.shape:
        raise ValueError(
            f"parameter {name!r} has shape {parameter.shape} but the state has {found.shape}: "
            "it comes from a network of other sizes; build the module with those sizes first"
        )
    return found
