"""Finds in the code every reason with which a row is set aside; runs none of it, lists none of it.

A reason is a text that reaches a parameter or a field called ``reason`` or ``reasons``, or that
column of rows made for the table ``set_aside``. Each is followed back through the code: names,
parted tuples, tables of constants, what functions give back and what they are called with. Names
are told apart by file and number of arguments, not by type: a text too many may be found.
"""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from loaders.tables import SET_ASIDE

EACH = "each"
"""A step into a value: to any of its items. A number leads to the item at that place."""

Steps = tuple[str | int, ...]

WORDS: dict[str, Steps] = {"reason": (), "reasons": (EACH,)}
"""What a reason is called, and the steps to it."""

MOST_STEPS = 6

Function = ast.FunctionDef | ast.AsyncFunctionDef


class Value(NamedTuple):
    """An expression, the file it stands in, and the steps into it."""

    path: Path
    node: ast.expr
    steps: Steps = ()


class Definition(NamedTuple):
    """A function, or a class with fields: what it takes, in order, and what it takes otherwise."""

    path: Path
    node: Function | ast.ClassDef
    names: list[str]
    defaults: dict[str, ast.expr]

    def argument(self, call: ast.Call, name: str) -> ast.expr | None:
        """What a call gives for a name; None where it gives nothing."""
        named = {keyword.arg: keyword.value for keyword in call.keywords}
        at = self.names.index(name)
        return call.args[at] if at < len(call.args) else named.get(name)


class Code:
    """Some files, and the reasons in them."""

    def __init__(self, paths: Iterable[Path]) -> None:
        self._definitions: dict[str, list[Definition]] = {}
        self._calls: dict[str, list[tuple[Path, ast.Call]]] = {}
        self._scopes: dict[ast.Name, ast.AST] = {}
        self._bound: dict[tuple[ast.AST | None, str], list[Value]] = {}
        for path in paths:
            tree = ast.parse(path.read_text(encoding="utf-8"))
            self._read(path, tree, None)

    def given(self) -> dict[str, set[str]]:
        """File and line of each place where a reason is given, to the codes it may be."""
        found: dict[str, set[str]] = {}
        for value in self._reasons():
            place = f"{value.path.name}:{value.node.lineno}"
            found.setdefault(place, set()).update(self._texts(value))
        return found

    def _read(self, path: Path, node: ast.AST, scope: ast.AST | None) -> None:
        """Note what a node defines, calls and binds; None is the scope of all files together."""
        if isinstance(node, Function | ast.ClassDef):
            self._definitions.setdefault(node.name, []).append(_definition(path, node))
        elif isinstance(node, ast.Call):
            self._calls.setdefault(_called(node), []).append((path, node))
        elif isinstance(node, ast.Name) and scope is not None:
            self._scopes[node] = scope
        for target, bound, into in _bindings(node):
            for name, steps in _parted(target):
                where = None if name.startswith(".") else scope
                self._bound.setdefault((where, name), []).append(Value(path, bound, into + steps))
        for child in ast.iter_child_nodes(node):
            self._read(path, child, node if isinstance(node, Function) else scope)

    def _reasons(self) -> Iterator[Value]:
        for path, call in itertools.chain(*self._calls.values()):
            name = _called(call)
            for each in self._meant(path, call):
                for word in WORDS.keys() & {*each.names}:
                    if (argument := each.argument(call, word)) is not None:
                        yield Value(path, argument, WORDS[word])
            for keyword in call.keywords if name == "_replace" else ():
                if keyword.arg in WORDS:
                    yield Value(path, keyword.value, WORDS[keyword.arg])
            if name == "DataFrame" and call.args and "SET_ASIDE" in ast.unparse(call):
                yield Value(path, call.args[0], (EACH, list(SET_ASIDE.columns).index("reason")))

    def _meant(self, path: Path, call: ast.Call) -> list[Definition]:
        """What a call may mean: of its own file if there is such, else of any."""
        fitting = [
            each
            for each in self._definitions.get(_called(call), [])
            if len(call.args) <= len(each.names)
        ]
        return [each for each in fitting if each.path == path] or fitting

    def _texts(self, value: Value) -> set[str]:
        """The texts that a value may be; an empty one is no reason."""
        found: set[str] = set()
        seen: set[Value] = set()
        rest = [value]
        while rest:
            one = rest.pop()
            if one in seen or len(one.steps) > MOST_STEPS:
                continue
            seen.add(one)
            if isinstance(one.node, ast.Constant):
                found |= {one.node.value} if isinstance(one.node.value, str) else set()
            elif isinstance(one.node, ast.JoinedStr):
                found |= self._spelled(one)
            else:
                rest += self._origins(one)
        return found - {""}

    def _spelled(self, value: Value) -> set[str]:
        """All texts that an f-string may become."""
        parts = [
            self._texts(Value(value.path, part.value if is_blank(part) else part))
            for part in value.node.values
        ]
        return {"".join(texts) for texts in itertools.product(*parts)}

    def _origins(self, value: Value) -> Iterator[Value]:
        """The expressions that a value comes from."""
        path, node, steps = value
        match node:
            case ast.IfExp():
                yield from (Value(path, each, steps) for each in (node.body, node.orelse))
            case ast.BoolOp():
                yield from (Value(path, each, steps) for each in node.values)
            case ast.BinOp():
                yield from (Value(path, each, steps) for each in (node.left, node.right))
            case ast.NamedExpr() | ast.Starred():
                yield Value(path, node.value, steps)
            case ast.Tuple() | ast.List() | ast.Set():
                yield from _items(path, node.elts, steps)
            case ast.Dict():
                yield from (Value(path, each, steps[1:]) for each in node.values)
            case ast.ListComp() | ast.GeneratorExp() | ast.SetComp():
                yield Value(path, node.elt, steps[1:])
            case ast.Subscript():
                yield Value(path, node.value, (EACH, *steps))
            case ast.Name():
                yield from self._of_name(value)
            case ast.Attribute():
                yield from self._of_field(node.attr, steps)
            case ast.Call():
                yield from self._of_call(value)

    def _of_name(self, value: Value) -> Iterator[Value]:
        """What is bound to a name in its function, or given to it, else in its file or another."""
        name, scope = value.node.id, self._scopes.get(value.node)
        bound = self._bound.get((scope, name), [])
        for each in self._definitions.get(getattr(scope, "name", ""), []):
            if each.node is scope and name in each.names:
                yield from self._given_to(each, name, value.steps)
        outside = self._bound.get((None, name), [])
        for one in bound or [one for one in outside if one.path == value.path] or outside:
            yield one._replace(steps=one.steps + value.steps)

    def _of_field(self, name: str, steps: Steps) -> Iterator[Value]:
        """What is given to a field of that name, or put into the list that it is."""
        for each in itertools.chain(*self._definitions.values()):
            if isinstance(each.node, ast.ClassDef) and name in each.names:
                yield from self._given_to(each, name, steps)
        for one in self._bound.get((None, f".{name}"), []):
            yield one._replace(steps=one.steps + steps)
        for path, call in self._calls.get("_replace", []):
            named = (keyword for keyword in call.keywords if keyword.arg == name)
            yield from (Value(path, keyword.value, steps) for keyword in named)

    def _given_to(self, taking: Definition, name: str, steps: Steps) -> Iterator[Value]:
        for path, call in self._calls.get(taking.node.name, []):
            argument = taking.argument(call, name) if taking in self._meant(path, call) else None
            if argument is not None:
                yield Value(path, argument, steps)
        if name in taking.defaults:
            yield Value(taking.path, taking.defaults[name], steps)

    def _of_call(self, value: Value) -> Iterator[Value]:
        """What a function gives back; of a mapping its values, of ``sorted`` what was sorted."""
        path, node, steps = value
        match node:
            case ast.Call(func=ast.Attribute(value=owner, attr="get" | "setdefault")):
                yield Value(path, owner, (EACH, *steps))
                yield from (Value(path, each, steps) for each in node.args[1:])
            case ast.Call(func=ast.Attribute(value=owner, attr="values")):
                yield Value(path, owner, steps)
            case ast.Call(func=ast.Attribute(value=owner, attr="items")) if steps[:2] == (EACH, 1):
                yield Value(path, owner, (EACH, *steps[2:]))
            case ast.Call(func=ast.Name(id="next"), args=[first, *others]):
                yield Value(path, first, (EACH, *steps))
                yield from (Value(path, each, steps) for each in others)
            case ast.Call(func=ast.Name(id="sorted" | "list" | "tuple" | "set"), args=[first]):
                yield Value(path, first, steps)
        for each in self._meant(path, node):
            if isinstance(each.node, Function):
                for part in ast.walk(each.node):
                    if isinstance(part, ast.Return) and part.value is not None:
                        yield Value(each.path, part.value, steps)
            elif steps and isinstance(steps[0], int) and steps[0] < len(each.names):
                argument = each.argument(node, each.names[steps[0]])
                if argument is not None:
                    yield Value(path, argument, steps[1:])


def is_blank(part: ast.expr) -> bool:
    """Whether a part of an f-string is one to be filled in."""
    return isinstance(part, ast.FormattedValue)


def _definition(path: Path, node: Function | ast.ClassDef) -> Definition:
    if isinstance(node, ast.ClassDef):
        fields = [each for each in node.body if isinstance(each, ast.AnnAssign)]
        named = {each.target.id: each.value for each in fields if isinstance(each.target, ast.Name)}
        defaults = {name: value for name, value in named.items() if value is not None}
        return Definition(path, node, list(named), defaults)
    plain = [each.arg for each in (*node.args.posonlyargs, *node.args.args)]
    defaults = dict(zip(reversed(plain), reversed(node.args.defaults), strict=False))
    lone = [each.arg for each in node.args.kwonlyargs]
    defaults |= {
        name: value
        for name, value in zip(lone, node.args.kw_defaults, strict=True)
        if value is not None
    }
    return Definition(path, node, [name for name in plain if name != "self"] + lone, defaults)


def _called(call: ast.Call) -> str:
    return str(getattr(call.func, "id", None) or getattr(call.func, "attr", ""))


def _items(path: Path, nodes: Sequence[ast.expr], steps: Steps) -> Iterator[Value]:
    step, rest = (steps[0], steps[1:]) if steps else (None, ())
    if isinstance(step, int) and step < len(nodes):
        yield Value(path, nodes[step], rest)
    elif step == EACH:
        for each in nodes:
            yield Value(path, each, steps if isinstance(each, ast.Starred) else rest)


def _bindings(node: ast.AST) -> Iterator[tuple[ast.expr, ast.expr, Steps]]:
    """What a node binds: the target, the value, and the steps into the value."""
    match node:
        case ast.Assign():
            yield from ((target, node.value, ()) for target in node.targets)
        case ast.AnnAssign() | ast.AugAssign() | ast.NamedExpr() if node.value is not None:
            yield node.target, node.value, ()
        case ast.For() | ast.comprehension():
            yield node.target, node.iter, (EACH,)
        case ast.Call(func=ast.Attribute(value=target, attr="append"), args=[item]):
            yield target, ast.List([item], lineno=node.lineno), ()


def _parted(target: ast.expr) -> Iterator[tuple[str, Steps]]:
    """The names of a target, a dot before those of fields, each with the steps to its part."""
    if isinstance(target, ast.Name):
        yield target.id, ()
    elif isinstance(target, ast.Attribute):
        yield f".{target.attr}", ()
    elif isinstance(target, ast.Tuple | ast.List):
        for at, each in enumerate(target.elts):
            yield from ((name, (at, *steps)) for name, steps in _parted(each))
