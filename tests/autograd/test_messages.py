"""Every misuse gets a message that says what happened, why, and what to write instead.

The advice is code, and it runs: `instead` is a part of the message; where it is prose or a form to
be filled in, `run` is code that follows it.
"""

import asyncio
import math
import operator
from typing import NamedTuple

import numpy as np
import pytest
import scipy.special

import autograd
import nn
from autograd import REGISTRY, Node, detect_anomaly, no_grad
from autograd.custom import CUSTOM
from autograd.testing import check_grads, strategies

LEAVES = ("would drop the Node out of the graph", "lose its gradient in silence")
REALS = "derivatives exist for real numbers only"
IN_PLACE = "earlier uses of it must keep the value they saw"
OUT = "it would write into memory that the graph has seen"
COMPLEX = "derivatives here are of real functions"
MATH = "float() or a function of `math`"
STATIC = "through which no gradient passes"


class Misuse(NamedTuple):
    """One wrong line and what its message must say."""

    code: str
    error: type[Exception]
    what: str
    why: str
    instead: str
    run: str = ""


def leaves(code, what, run="", instead="node.value", error=TypeError):
    """A line that would take a Node out of the graph."""
    return Misuse(code, error, f"{what} {LEAVES[0]}", LEAVES[1], instead, run)


def keyword(code, word, why, instead, run=""):
    """A call with a keyword of NumPy's that no Node can have."""
    return Misuse(code, TypeError, f"of a Node with {word}=", why, instead, run)


MISUSES = {
    # Nodes.
    "Node of a string": Misuse(
        "Node('3')", TypeError, "but got str", REALS, "pass a float", "Node(float('3'))"),
    "Node of None": Misuse(
        "Node(None)", TypeError, "but got NoneType", REALS, "pass a float", "Node(0.0)"),
    "Node of a dict": Misuse(
        "Node({'a': 1.0})", TypeError, "but got dict", REALS, "an array of floats",
        "Node(list({'a': 1.0}.values()))"),
    "Node of a complex number": Misuse(
        "Node(1j)", TypeError, "complex values are out of scope", COMPLEX,
        "the real and imaginary parts as two arrays", "Node((1j).real), Node((1j).imag)"),
    "Node of dates": Misuse(
        "Node(np.datetime64('2020'))", TypeError, "datetime64", "holds no real numbers",
        "array.astype(np.float64)"),
    "Node of more digits": Misuse(
        "Node(np.ones(2, np.longdouble))", TypeError, f"dtype {np.dtype(np.longdouble)} has more",
        "a Node holds float64", "array.astype(np.float64)",
        "Node(np.ones(2, np.longdouble).astype(np.float64))"),
    "a constant of more digits": Misuse(
        "x * np.longdouble(2)", TypeError, f"dtype {np.dtype(np.longdouble)} has more",
        "a Node holds float64", "array.astype(np.float64)", "x * float(np.longdouble(2))"),
    "Node of strings": Misuse(
        "Node(['1', '2'])", TypeError, "dtype <U1", "holds no real numbers",
        "array.astype(np.float64)", "Node(np.array(['1', '2']).astype(np.float64))"),
    "Node of an object array": Misuse(
        "Node(np.array([None, 1.0]))", TypeError, "dtype object", "holds no real numbers",
        "array.astype(np.float64)"),
    "Node of a masked array": Misuse(
        "Node(np.ma.array([1.0], mask=[True]))", TypeError, "a masked array", "lose its mask",
        "np.where(mask, 0.0, array.data)"),
    "Node of a Node": Misuse(
        "Node(x)", TypeError, "cut the graph in silence", "the value is a Node already",
        "node.detach()"),
    "Node of a Buffer": Misuse(
        "Node(b)", TypeError, "a Buffer stands for a Node", "lose its gradient in silence",
        "b.value", "Node(b.value), b.node"),
    "Node of Nodes": leaves(
        "Node([s, 2.0])", "making an ndarray of it", "autograd.array([s, 2.0])",
        "autograd.array([...])"),
    "Node of a huge integer": Misuse(
        "Node(10**400)", ValueError, "an integer of 1329 bits", "does not fit a float64",
        "float('inf')"),
    "a name that is no string": Misuse(
        "Node(1.0, name=3)", TypeError, "a Node's name is a string, not int",
        "pictures and messages print it", "name='3'", "Node(1.0, name='3')"),
    "a subclass": Misuse(
        "type('Sub', (Node,), {})", TypeError, "Node is final", "by their exact type",
        "hold a Node in a class of your own", "type('Holder', (), {'node': x})"),
    "value of another shape": Misuse(
        "x.value = np.ones(3)", ValueError, "shape (2,) but the new value has (3,)",
        "a leaf keeps its shape", "make a new Node", "Node(np.ones(3))"),
    "value that is a Node": Misuse(
        "x.value = s", TypeError, "a leaf takes numbers, not a Node", "forget how",
        "leaf.value = other.value"),
    "value of an interior Node": Misuse(
        "(s * 2.0).value = 3.0", AttributeError, "the value of an interior Node (multiply)",
        "follows from its operands", "set the value of a leaf", "s.value = 3.0"),
    "grad of an interior Node": Misuse(
        "(s * 2.0).grad = 3.0", AttributeError, "an interior Node cannot be set",
        "it is the last sweep's signal", "seed=", "(s * 2.0).backward(seed=3.0)"),
    "grad of a constant": Misuse(
        "Node(1.0, requires_grad=False).grad = 3.0", AttributeError, "a constant has no gradient",
        "no signal reaches it", "Node(node.value)", "Node(node.value).grad = np.ones(2)"),
    "grad of another shape": Misuse(
        "x.grad = 1.0", ValueError, "shape (2,) cannot have shape ()", "one number per element",
        "node.grad = None"),
    # Nothing silently detaches.
    "np.asarray": leaves("np.asarray(x)", "making an ndarray of it"),
    "np.array of Nodes": leaves(
        "np.array([s, 1.0])", "making an ndarray of it", "autograd.array([s, 1.0])",
        "autograd.array([...])"),
    "np.asarray of a Buffer": leaves("np.asarray(b)", "making an ndarray of it", "b.value"),
    "np.full": leaves(
        "np.full(2, s)", "making an ndarray of it", "b = autograd.zeros(2); b[:] = s",
        "b = autograd.zeros(shape)"),
    "np.vectorize": leaves(
        "np.vectorize(lambda t: t * t)(x)", "making an ndarray of it", "np.square(x)",
        "a NumPy function"),
    "a list of Nodes as an operand": leaves(
        "x + [s, 1.0]", "making an ndarray of it", "x + autograd.array([s, 1.0])",
        "autograd.array([...])"),
    "float": leaves("float(s)", MATH, "s.item()", "node.item()"),
    "float of a Buffer": leaves("float(autograd.zeros(()))", MATH, "b.value"),
    "math.sin": leaves("math.sin(s)", MATH, "", "np.sin(node)"),
    "int": leaves("int(s)", "int()", "int(s.value)"),
    "complex": leaves("complex(s)", "complex()", "complex(s.value)"),
    "index of a list": leaves("[1, 2, 3][s]", "an index or a count", "[1, 2, 3][int(s.value)]"),
    "range": leaves("range(s)", "an index or a count", "range(int(s.value))"),
    "assignment into an ndarray": leaves(
        "array[0] = s", MATH, "b[0] = s", "b = autograd.zeros(shape), a Buffer",
        (TypeError, ValueError)),
    "fill of an ndarray": leaves(
        "array.fill(s)", MATH, "b[:] = s", "b = autograd.zeros(shape), a Buffer",
        (TypeError, ValueError)),
    "np.fromiter": leaves(
        "np.fromiter([s], float)", MATH, "autograd.array([s])", "autograd.array([...])",
        (TypeError, ValueError)),
    "truth": Misuse(
        "bool(x)", TypeError, "the truth of a Node of shape (2,)", "it has 2 numbers",
        "(node > 0).any()"),
    "if": Misuse(
        "1 if b else 0", TypeError, "the truth of a Node of shape (2,)", "it has 2 numbers",
        "(node > 0).all()"),
    "in": Misuse(
        "1.0 in x", TypeError, "`in` would compare values", "forget the graph",
        "(node.value == x).any()", "(x.value == 1.0).any()"),
    "in a Buffer": Misuse(
        "1.0 in b", TypeError, "`in` would compare values", "forget the graph",
        "any(item is node for node in nodes)"),
    "len of a number": Misuse(
        "len(s)", TypeError, "len() of a 0-d Node", "it is one number", "node.size"),
    "iteration over a number": Misuse(
        "list(s)", TypeError, "iteration of a 0-d Node", "it is one number", "node.reshape(1)",
        "list(s.reshape(1))"),
    # NumPy's protocols.
    "ufunc.reduce": Misuse(
        "np.add.reduce(x)", TypeError, "np.add.reduce has no derivative",
        "ufunc methods are not recorded", "np.sum(node)"),
    "ufunc.accumulate": Misuse(
        "np.multiply.accumulate(x)", TypeError, "np.multiply.accumulate has no derivative",
        "ufunc methods are not recorded", "np.cumprod(node)"),
    "ufunc.reduceat": Misuse(
        "np.add.reduceat(x, [0, 1])", TypeError, "np.add.reduceat has no derivative",
        "ufunc methods are not recorded", "np.sum(node[i:j])"),
    "ufunc.outer": Misuse(
        "np.multiply.outer(x, x)", TypeError, "np.multiply.outer has no derivative",
        "ufunc methods are not recorded", "node[:, None] * node"),
    "ufunc.at": Misuse(
        "np.add.at(array, [0], x[:1])", TypeError, "np.add.at has no derivative",
        "ufunc methods are not recorded", "node.at[index].add(v)"),
    "out= of a ufunc": keyword("np.exp(x, out=array)", "out", OUT, "array = np.sum(node)"),
    "out= that is a Buffer": keyword(
        "np.exp(x, out=b)", "out", OUT, "use the result", "b[:] = np.exp(x)"),
    "out= of a reduction": keyword(
        "np.sum(x, out=np.zeros(()))", "out", OUT, "array = np.sum(node)"),
    "out= of einsum": keyword(
        "np.einsum('ij->j', w, out=np.ones(3))", "out", OUT, "use the result",
        "array = np.einsum('ij->j', w)"),
    "out= of take": keyword(
        "np.take(x, [0], out=np.ones(1))", "out", OUT, "use the result", "np.take(x, [0])"),
    "out= of compress": keyword(
        "np.compress([True, False], x, out=np.ones(1))", "out", OUT, "use the result",
        "np.compress([True, False], x)"),
    "out= of cumulative_sum": keyword(
        "np.cumulative_sum(x, out=array)", "out", OUT, "use the result", "np.cumulative_sum(x)"),
    "out= of round": keyword(
        "np.round(x, out=array)", "out", OUT, "array = np.round(node)"),
    "out= of multi_dot": keyword(
        "np.linalg.multi_dot([a, a, a], out=np.eye(2))", "out", OUT, "use the result",
        "np.linalg.multi_dot([a, a, a])"),
    "out= of scipy": keyword(
        "scipy.special.erf(x, out=array)", "out", OUT, "use the result", "scipy.special.erf(x)"),
    "ndarray += Node": keyword("array += x", "out", OUT, "array = array + node"),
    "ndarray += Buffer": keyword(
        "operator.iadd(np.zeros(2), b)", "out", OUT, "array = array + node", "array = array + b"),
    "where= of a ufunc": keyword(
        "np.add(x, 1.0, where=mask)", "where", "would have no value",
        "np.where(mask, result, other)"),
    "dtype= of a ufunc": keyword(
        "np.exp(x, dtype=dtype)", "dtype", "follows from the operands", "node.astype(dtype)"),
    "dtype= of a reduction": keyword(
        "np.sum(x, dtype=dtype)", "dtype", "follows from the operands", "node.astype(dtype)"),
    "dtype= by place": keyword(
        "x.sum(0, float)", "dtype", "follows from the operands", "node.astype(dtype)"),
    "dtype= of concatenate": keyword(
        "np.concatenate([x, x], dtype=dtype)", "dtype", "follows from", "node.astype(dtype)"),
    "dtype= of stack": keyword(
        "np.stack([x, x], dtype=dtype)", "dtype", "follows from", "node.astype(dtype)"),
    "dtype= of vstack": keyword(
        "np.vstack([x, x], dtype=dtype)", "dtype", "follows from", "node.astype(dtype)"),
    "dtype= of cumprod": keyword(
        "np.cumprod(x, dtype=dtype)", "dtype", "follows from", "node.astype(dtype)"),
    "dtype= of einsum": keyword(
        "np.einsum('i->', x, dtype=dtype)", "dtype", "follows from", "node.astype(dtype)"),
    "dtype= of trace": keyword(
        "np.trace(w, dtype=dtype)", "dtype", "follows from", "node.astype(dtype)"),
    "dtype= of linalg.trace": keyword(
        "np.linalg.trace(a, dtype=dtype)", "dtype", "follows from",
        "np.linalg.trace(node.astype(dtype))", "np.linalg.trace(a.astype(dtype))"),
    "casting= of a ufunc": keyword(
        "np.exp(x, casting='no')", "casting", "follows from the operands", "node.astype(dtype)"),
    "casting= of concatenate": keyword(
        "np.concatenate([x, x], casting='no')", "casting", "follows from", "node.astype(dtype)"),
    "casting= of hstack": keyword(
        "np.hstack([x, x], casting='unsafe')", "casting", "follows from", "node.astype(dtype)"),
    "casting= of stack": keyword(
        "np.stack([x, x], casting='equiv')", "casting", "follows from", "node.astype(dtype)"),
    "casting= of einsum": keyword(
        "np.einsum('i->', x, casting='no')", "casting", "follows from", "node.astype(dtype)"),
    "order= of a ufunc": keyword(
        "np.exp(x, order='F')", "order", "it would not be recorded", "np.exp(node)"),
    "copy=False": keyword(
        "np.nan_to_num(x, copy=False)", "copy", OUT, "leave copy out", "np.nan_to_num(x)"),
    "a ufunc without an op": Misuse(
        "np.invert(x)", TypeError, "np.invert has no derivative", "cannot pass through it",
        "np.invert(node.value)", "np.invert(x.value > 0.0)"),
    "a function without an op": Misuse(
        "np.apply_along_axis(np.sum, 0, x)", TypeError, "np.apply_along_axis has no derivative",
        "cannot pass through it", "write it with functions that have one", "np.sum(x, axis=0)"),
    "a misspelt name": Misuse(
        "np.isnat(x)", TypeError, "np.isnat has no derivative", "cannot pass through it",
        "near in name: isnan", "np.isnan(x)"),
    "a ufunc of scipy without an op": Misuse(
        "scipy.special.erfi(s)", TypeError, "scipy.special.erfi has no derivative",
        "cannot pass through it", "scipy.special.erfi(node.value)"),
    "an operand of scipy without a rule": Misuse(
        "scipy.special.iv(s, 2.0)", TypeError, "no derivative through its argument v",
        "v is a Node that requires a gradient", "v.detach()",
        "scipy.special.iv(s.detach(), 2.0)"),
    "another operand of scipy without a rule": Misuse(
        "scipy.special.betainc(2.0, s, 0.5)", TypeError, "no derivative through its argument b",
        "b is a Node that requires a gradient", "b.value",
        "scipy.special.betainc(2.0, s.value, 0.5)"),
    "polygamma": leaves(
        "scipy.special.polygamma(1, s)", "making an ndarray of it",
        "scipy.special.polygamma(1, s.value)"),
    # Operands and arguments.
    "a string as an operand": Misuse(
        "np.add(x, 'a')", TypeError, "but got str", REALS, "pass a float", "np.add(x, 1.0)"),
    "None as an operand": Misuse(
        "np.maximum(x, None)", TypeError, "but got NoneType", REALS, "pass a float",
        "np.maximum(x, 0.0)"),
    "a complex operand": Misuse(
        "x * 1j", TypeError, "complex values are out of scope", COMPLEX,
        "the real and imaginary parts as two arrays", "x * 0.0, x * 1.0"),
    "a masked operand": Misuse(
        "x * np.ma.array([1.0, 2.0], mask=mask)", TypeError, "a masked array", "lose its mask",
        "np.where(mask, 0.0, array.data)"),
    "a Node as an axis": Misuse(
        "np.sum(x, axis=s)", TypeError, "sum cannot be called so", STATIC,
        "sum(node, axis=None", "np.sum(x, axis=None)"),
    "a Node as a shape": Misuse(
        "np.reshape(x, s)", TypeError, "reshape cannot be called so", STATIC,
        "reshape(node, shape)", "np.reshape(x, int(s.item()))"),
    "a Node as a quantile": Misuse(
        "np.quantile(x, s)", TypeError, "quantile cannot be called so", STATIC,
        "quantile(node, q,", "np.quantile(x, 0.5)"),
    "a Node as initial": Misuse(
        "np.max(x, initial=s)", TypeError, "max cannot be called so", STATIC, "node.item()",
        "np.max(x, initial=s.item())"),
    "a Node as a count": Misuse(
        "np.repeat(x, s)", TypeError, "np.repeat takes a Node only for the array",
        "no signal passes through an index, a count", "node.value", "np.repeat(x, int(s.value))"),
    "a Node as a shift": Misuse(
        "np.roll(x, s)", TypeError, "np.roll takes a Node only for the array",
        "no signal passes through an index, a count", "node.value", "np.roll(x, int(s.value))"),
    "a Node as indices": Misuse(
        "np.take(x, s)", TypeError, "np.take takes a Node only for the array",
        "no signal passes through an index", "node.value", "np.take(x, int(s.value) - 1)"),
    "a Node as a choice": Misuse(
        "np.choose(x, [x, x])", TypeError, "np.choose takes a Node only for the array",
        "no signal passes through an index", "node.value",
        "np.choose(x.value.astype(int) - 1, [x, x])"),
    "a Node as a condition": Misuse(
        "np.compress(x, x)", TypeError, "np.compress takes a Node only for the array",
        "or a condition", "node.value", "np.compress(x.value > 1.0, x)"),
    "a Node as a place to insert": Misuse(
        "np.insert(x, s, 2.0)", TypeError, "np.insert takes a Node only for the array",
        "no signal passes through an index", "node.value", "np.insert(x, int(s.value), 2.0)"),
    "a Node as a place to split": Misuse(
        "np.split(x, [s])", TypeError, "np.split takes a Node only for the array",
        "no signal passes through an index", "node.value", "np.split(x, [int(s.value)])"),
    "a Node to pad with": Misuse(
        "np.pad(x, 1, constant_values=s)", TypeError, "np.pad takes a Node only for the array",
        "no signal passes", "node.value", "np.pad(x, 1, constant_values=s.value)"),
    "a function to pad with": Misuse(
        "np.pad(x, 1, lambda *a: None)", TypeError, "with a function as mode", "in place",
        "np.concatenate", "np.concatenate([x[:1], x, x[-1:]])"),
    "a Node as where=": Misuse(
        "np.sum(x, where=x)", TypeError, "where= takes bools, not a Node",
        "no signal passes through the choice", "where=node > 0.0", "np.sum(x, where=x > 0.0)"),
    "max of a mask": Misuse(
        "np.max(x, where=mask)", ValueError, "np.max with where=", "nothing to choose from",
        "initial=-np.inf", "np.max(x, where=mask, initial=-np.inf)"),
    "weights of a quantile": keyword(
        "np.quantile(x, 0.5, method='inverted_cdf', weights=[1, 2])", "weights",
        "not differentiated here", "repeat each element",
        "np.quantile(np.repeat(x, [1, 2]), 0.5, method='inverted_cdf')"),
    "edges of a histogram": Misuse(
        "np.histogram(x)", TypeError, "needs fixed edges", "follow from the Node's values",
        "np.histogram(node.value)", "np.histogram(x, range=(0.0, 3.0)), np.histogram(x.value)"),
    "weights of a histogram": Misuse(
        "np.histogram(array, weights=x)", TypeError, "takes no Node as bins or weights",
        "drop the Node out of the graph", "np.bincount(np.digitize(a, edges), weights)",
        "np.bincount(np.digitize(array, [0.0, 1.0]), x)"),
    "einsum with lists": Misuse(
        "np.einsum(w, [0, 1], [1, 0])", TypeError, "subscripts as a string", "is not recorded",
        "np.einsum('ij,jk->ik', a, b)", "np.einsum('ij,jk->ik', w.T, w)"),
    "cross of plane vectors": Misuse(
        "np.cross(x, x)", TypeError, "vectors of length 3", "deprecated in NumPy",
        "a[..., 0] * b[..., 1] - a[..., 1] * b[..., 0]",
        "x[..., 0] * x[..., 1] - x[..., 1] * x[..., 0]"),
    "a Node as an index": Misuse(
        "x[s]", TypeError, "a Node cannot be an index", "the choice of an element",
        "x[int(node.value)]", "x[int(s.value) - 1]"),
    "a Node in an index": Misuse(
        "x[s, None]", TypeError, "a Node cannot be an index", "the choice of an element",
        "x[(node > 0)]", "x[(x > 0)]"),
    "a Buffer as an index": Misuse(
        "x[b]", TypeError, "a Node cannot be an index", "the choice of an element",
        "x[(node > 0)]", "x[(b > 0)]"),
    "an integer Node": Misuse(
        "x.astype(int)", TypeError, "a Node cannot become int64", "derivatives need float64",
        "node.value.astype(...)", "x.value.astype(int)"),
    "a complex Node": Misuse(
        "x.astype(complex)", TypeError, "a Node cannot become complex128",
        "derivatives need float64", "node.value.astype(...)", "x.value.astype(complex)"),
    # Assignment.
    "assignment into a Node": Misuse(
        "x[0] = 1.0", TypeError, "a Node cannot be assigned into", "the value they saw",
        "node.at[index].set(v)"),
    "assignment into a part of a Buffer": Misuse(
        "b[0:1][0] = 1.0", TypeError, "a Node cannot be assigned into", "the value they saw",
        "b[index] = v"),
    "del": Misuse(
        "del x[0]", TypeError, "del node[index] would change", IN_PLACE,
        "np.delete(node, index)", "np.delete(x, 0)"),
    "sort in place": Misuse(
        "x.sort()", TypeError, "node.sort() would change", IN_PLACE, "np.sort(node)"),
    "partition in place": Misuse(
        "x.partition(1)", TypeError, "node.partition() would change", IN_PLACE,
        "np.partition(node, kth)"),
    "fill in place": Misuse(
        "x.fill(1.0)", TypeError, "node.fill() would change", IN_PLACE,
        "np.full_like(node, number)"),
    "put in place": Misuse(
        "x.put(0, 1.0)", TypeError, "node.put() would change", IN_PLACE,
        "node.at[index].set(new)"),
    "itemset in place": Misuse(
        "x.itemset(1.0)", TypeError, "node.itemset() would change", IN_PLACE,
        "node.at[index].set(new)"),
    "resize in place": Misuse(
        "x.resize(3)", TypeError, "node.resize() would change", IN_PLACE,
        "np.resize(node, shape)"),
    **{f"np.{f}": Misuse(
        f"np.{f}(array, {rest})", TypeError, f"np.{f} of a Node: it would write it into an array",
        "which forgets the graph", "node.at[index].set(v)", "b[0] = s")
       for f, rest in [("put", "0, s"), ("copyto", "x"), ("place", "array == 0, x"),
                       ("putmask", "array == 0, x")]},
    "np.put on a Buffer": Misuse(
        "np.put(b, 0, s)", TypeError, "np.put of a Node: it would write", "which forgets the graph",
        "b[index] = v"),
    "a Buffer of integers": Misuse(
        "autograd.zeros(2, int)", TypeError, "a Buffer cannot hold int64",
        "derivatives need float64", "np.zeros", "np.zeros(2, int)"),
    "a complex element": Misuse(
        "b[0] = 1j", TypeError, "complex values are out of scope", COMPLEX,
        "the real and imaginary parts as two arrays", "b[0], b[1] = 0.0, 1.0"),
    "a string as an element": Misuse(
        "b[0] = 'a'", TypeError, "but got str", REALS, "pass a float", "b[0] = 1.0"),
    "None as an element": Misuse(
        "b[0] = None", TypeError, "but got NoneType", REALS, "pass a float", "b[0] = np.nan"),
    "a Node as a Buffer's index": Misuse(
        "b[s] = 1.0", TypeError, "a Node cannot be an index", "the choice of an element",
        "int(node.value)", "b[int(s.value) - 1] = 1.0"),
    "a place named twice": Misuse(
        "x.at[[0, 0]].multiply(2.0)", ValueError, "the index names a place twice",
        "have one meaning", "write an index without repeats", "x.at[[0]].multiply(2.0)"),
    "autograd.array of other shapes": Misuse(
        "autograd.array([s, [s]])", ValueError, "an inhomogeneous list",
        "only parts of one shape make an array", "np.concatenate",
        "np.concatenate([s.reshape(1), autograd.array([s])])"),
    **{f"the attribute {name}": Misuse(
        f"x.{name}", AttributeError, f"a Node has no .{name}", why, instead, run)
       for name, why, instead, run in [
           ("base", "its memory", "node.value.base", ""), ("data", "its memory", "node.value", ""),
           ("flat", "its memory", "node.ravel()", ""), ("imag", "real", "np.zeros_like(node)", ""),
           ("strides", "its memory", "node.value.strides", ""), ("real", "real", "node", ""),
           ("view", "its memory", "node.astype(dtype)", ""), ("conj", "real", "node", "")]},
    # Sweeps.
    "a root of two numbers": Misuse(
        "x.backward()", ValueError, "the root has shape (2,)", "no single number per element",
        "seed=np.ones((2,))", "x.backward(seed=np.ones((2,)))"),
    "signals of two numbers": Misuse(
        "autograd.signals(x)", ValueError, "the root has shape (2,)",
        "no single number per element", "root.sum()", "autograd.signals(x.sum())"),
    "a seed of another shape": Misuse(
        "w.backward(np.ones(3))", ValueError, "the seed has shape (3,) but the root (2, 3)",
        "one weight per element", "seed=np.ones((2, 3))", "w.backward(seed=np.ones((2, 3)))"),
    "a Node as a seed": Misuse(
        "s.backward(s)", TypeError, "the seed is a Node", "no signal passes",
        "seed=node.value", "s.backward(seed=s.value)"),
    "a string as a seed": Misuse(
        "s.backward('a')", TypeError, "but got str", REALS, "pass a float", "s.backward(1.0)"),
    "a complex seed": Misuse(
        "s.backward(1j)", TypeError, "complex values are out of scope", COMPLEX,
        "the real and imaginary parts", "s.backward((1j).imag)"),
    "a sweep from a number": Misuse(
        "autograd.signals(2.0)", TypeError, "starts from a Node, not from a float",
        "do not know how they were computed", "Node(x)", "autograd.signals(Node(2.0))"),
    "edges from a number": Misuse(
        "autograd.edge_signals(2.0)", TypeError, "starts from a Node, not from a float",
        "do not know how they were computed", "Node(x)", "list(autograd.edge_signals(Node(2.0)))"),
    "edges of two numbers": Misuse(
        "autograd.edge_signals(x)", ValueError, "the root has shape (2,)",
        "no single number per element", "root.sum()", "list(autograd.edge_signals(x.sum()))"),
    "local derivatives of a number": Misuse(
        "autograd.local_derivatives(2.0)", TypeError, "starts from a Node, not from a float",
        "do not know how they were computed", "Node(x)", "autograd.local_derivatives(Node(2.0))"),
    "an order of a list": Misuse(
        "autograd.topological_order([s])", TypeError, "starts from a Node, not from a list",
        "do not know how they were computed", "Node(x)", "autograd.topological_order(s)"),
    "wrt a Node": Misuse(
        "autograd.signals(s, s)", TypeError, "wrt is something else than a list of Nodes",
        "each has one signal", "signals(root, [node])", "autograd.signals(s, [s])"),
    "wrt a number": Misuse(
        "autograd.signals(s, [2.0])", TypeError, "wrt is something else than a list of Nodes",
        "each has one signal", "signals(root, [node])", "autograd.signals(s, [s])"),
    "backward on a constant": Misuse(
        "Node(1.0, requires_grad=False).backward()", RuntimeError, "backward() on a constant",
        "no operand of it requires a gradient", "Node(value)", "Node(1.0).backward()"),
    "backward under no_grad": Misuse(
        "with no_grad(): (s * s).backward()", RuntimeError, "backward() on a constant",
        "made under no_grad()", "start from a Node", "(s * s).backward()"),
    "a stale parameter": Misuse(
        "y = s * s; s.value = 3.0; y.backward()", RuntimeError,
        "parameter s was updated after this graph was recorded", "would mix old and new values",
        "run forward again", "s.value = 3.0; (s * s).backward()"),
    "a stale operand": Misuse(
        "y = s * s; s.value = 3.0; autograd.local_derivatives(y)", RuntimeError,
        "parameter s was updated after this graph was recorded", "would mix old and new values",
        "run forward again", "s.value = 3.0; autograd.local_derivatives(s * s)"),
    "a stale constant": Misuse(
        "k = Node(2.0, name='k', requires_grad=False); y = s * k; k.value = 3.0; y.backward()",
        RuntimeError, "constant k was updated after this graph was recorded",
        "would mix old and new values", "run forward again", "(s * Node(3.0)).backward()"),
    # Transforms.
    "grad of an array": Misuse(
        "grad(lambda x: x * 2.0)(np.ones(3))", TypeError, "it has shape (3,)",
        "needs a function with one number as its value", ".sum()",
        "grad(lambda x: (x * 2.0).sum())(np.ones(3))"),
    "grad of a dict": Misuse(
        "grad(lambda x: {'a': x})(1.0)", TypeError, "it returned a dict",
        "needs a function with one number as its value", "autograd.vjp",
        "autograd.vjp(lambda x: {'a': x}, 1.0)"),
    "grad of nothing": Misuse(
        "grad(lambda x: None)(1.0)", TypeError, "it returned a NoneType",
        "needs a function with one number as its value", "autograd.jacobian",
        "autograd.jacobian(lambda x: x)(1.0)"),
    "hessian of an array": Misuse(
        "autograd.hessian(lambda x: x)(np.ones(2))", TypeError, "it has shape (2,)",
        "needs a function with one number as its value", ".mean()",
        "autograd.hessian(lambda x: x.mean())(np.ones(2))"),
    "grad at a string": Misuse(
        "grad(np.sin)('a')", TypeError, "but got str", REALS, "pass a float", "grad(np.sin)(1.0)"),
    "grad at a complex number": Misuse(
        "grad(np.sin)(1j)", TypeError, "complex values are out of scope", COMPLEX,
        "the real and imaginary parts", "grad(np.sin)(1.0)"),
    "float inside grad": leaves("grad(lambda x: float(x))(1.0)", MATH),
    "grad without arguments": Misuse(
        "grad(np.sin)()", TypeError, "but 0 positional arguments came", "given by position",
        "f(x, y) with argnums=0", "grad(np.sin, argnums=0)(1.0)"),
    "argnums too large": Misuse(
        "grad(np.sin, argnums=3)(1.0)", TypeError, "argnums=3 but 1 positional arguments came",
        "given by position", "argnums=0, 1 or (0, 1)",
        "grad(lambda x, y: x * y, argnums=(0, 1))(1.0, 2.0)"),
    "argnums by name": Misuse(
        "grad(np.sin, argnums='x')(1.0)", TypeError, "argnums='x' does not count arguments",
        "known by position, not by name", "argnums=0", "grad(np.sin, argnums=0)(1.0)"),
    "argnums of True": Misuse(
        "grad(np.sin, argnums=True)(1.0)", TypeError, "argnums=True does not count arguments",
        "known by position, not by name", "argnums=0", "grad(np.sin, argnums=0)(1.0)"),
    "argnums of half": Misuse(
        "grad(np.sin, argnums=0.5)(1.0)", TypeError, "argnums=0.5 does not count arguments",
        "known by position, not by name", "argnums=(0, 1)",
        "grad(lambda x, y: x * y, argnums=(0, 1))(1.0, 2.0)"),
    "has_aux without a pair": Misuse(
        "grad(lambda x: x * x, has_aux=True)(1.0)", TypeError, "returned a Node, not a pair",
        "aux is only handed on", "return value, aux",
        "grad(lambda x: (x * x, x), has_aux=True)(1.0)"),
    "an unknown mode": Misuse(
        "autograd.jacobian(np.sin, mode='sideways')", ValueError, "mode='sideways' is unknown",
        "by its rows or by its columns", "mode='reverse'",
        "autograd.jacobian(np.sin, mode='reverse')(1.0)"),
    "jvp without tuples": Misuse(
        "autograd.jvp(np.sin, 1.0, 1.0)", TypeError, "as two tuples", "one entry per argument",
        "jvp(f, (x,), (v,))", "autograd.jvp(np.sin, (1.0,), (1.0,))"),
    "jvp with two tangents": Misuse(
        "autograd.jvp(np.sin, (1.0,), (1.0, 2.0))", TypeError, "the tangent has another form",
        "2 arrays where 1 are needed", "one array for each",
        "autograd.jvp(np.sin, (1.0,), (1.0,))"),
    "jvp with another key": Misuse(
        "autograd.jvp(lambda t: t['a'], ({'a': 1.0},), ({'b': 1.0},))", TypeError,
        "the tangent has another form", "in other places", "in the same nesting",
        "autograd.jvp(lambda t: t['a'], ({'a': 1.0},), ({'a': 1.0},))"),
    "jvp with another shape": Misuse(
        "autograd.jvp(np.sin, (np.ones(2),), (1.0,))", ValueError,
        "the tangent has shape () where (2,) is needed", "one number per element",
        "np.ones((2,))", "autograd.jvp(np.sin, (np.ones(2),), (np.ones((2,)),))"),
    "hvp with another shape": Misuse(
        "autograd.hvp(lambda x: x.sum(), np.ones(2), np.ones(3))", ValueError,
        "the signal has shape (3,) where (2,) is needed", "one number per element",
        "np.ones((2,))", "autograd.hvp(lambda x: x.sum(), np.ones(2), np.ones((2,)))"),
    "vjp with another shape": Misuse(
        "autograd.vjp(np.sin, np.ones(2))[1](1.0)", ValueError,
        "the signal has shape () where (2,) is needed", "one number per element",
        "np.ones((2,))", "autograd.vjp(np.sin, np.ones(2))[1](np.ones((2,)))"),
    "vjp with another form": Misuse(
        "autograd.vjp(lambda x: (x, x), 1.0)[1](1.0)", TypeError, "the signal has another form",
        "1 arrays where 2 are needed", "one array for each",
        "autograd.vjp(lambda x: (x, x), 1.0)[1]((1.0, 1.0))"),
    # Ops of users' own.
    "no rule": Misuse(
        "custom_op(np.sin, name='mine')", TypeError, "the op 'mine' has no rule",
        "no signal could pass it", "lambda d, y, x: d * 2.0"),
    "rules of None": Misuse(
        "custom_op(np.sin, None, name='mine')", TypeError, "the op 'mine' has no rule",
        "no signal could pass it", "one rule per operand",
        "custom_op(np.sin, lambda d, y, x: d * np.cos(x), name='mine')"),
    "a rule that is no function": Misuse(
        "custom_op(np.sin, 'cos', name='mine')", TypeError,
        "the rule for operand 0 of mine cannot be called", "it gets the signal, the value",
        "lambda d, y, x0: ..."),
    "a rule of too few arguments": Misuse(
        "custom_op(lambda x, n=1: x, lambda d, x: d, name='mine')", TypeError,
        "the rule for operand 0 of mine cannot be called", "it gets the signal, the value",
        "lambda d, y, x0, n: ..."),
    "an op without a name": Misuse(
        "custom_op(lambda x: x, lambda d, y, x: d)", ValueError, "cannot be named '<lambda>'",
        "know it by a word", "name='my_op'",
        "custom_op(lambda x: x, lambda d, y, x: d, name='mine')"),
    "a name that is taken": Misuse(
        "custom_op(lambda x: x, lambda d, y, x: d, name='tanh')", ValueError,
        "'tanh' exists already", "know ops by name", "choose another name",
        "custom_op(lambda x: x, lambda d, y, x: d, name='mine')"),
    "an unknown kind": Misuse(
        "custom_op(np.sin, lambda d, y, x: d, name='mine', kind='odd')", ValueError,
        "kind='odd' is unknown", "which shape a rule's signal has", "'elementwise'"),
    "a signal of another shape": Misuse(
        "custom_op(lambda x: x, lambda d, y, x: np.ones(3), name='mine')(x).sum().backward()",
        ValueError, "operand 0 of mine returned shape (3,) where (2,) is needed",
        "a signal has the shape of the result", "sum or reshape it in the rule",
        "custom_op(lambda x: x, lambda d, y, x: d, name='mine')(x).sum().backward()"),
    "a signal of another shape, general": Misuse(
        "custom_op(lambda x: x, lambda d, y, x: d[None], name='mine', kind='general')(x).sum()"
        ".backward()", ValueError, "operand 0 of mine returned shape (1, 2) where (2,) is needed",
        "a signal has the shape of its operand", "sum or reshape it in the rule",
        "custom_op(lambda x: x, lambda d, y, x: d[None].sum(0), name='mine')(x).sum().backward()"),
    "a tuple of signals": Misuse(
        "custom_op(lambda x: x, lambda d, y, x: (d, d), name='mine')(x).sum().backward()",
        TypeError, "operand 0 of mine returned a tuple", "a signal is a real number or an array",
        "return the signal of that operand alone",
        "custom_op(lambda x: x, lambda d, y, x: d, name='mine')(x).sum().backward()"),
    "a rule without a return": Misuse(
        "custom_op(lambda x: x, lambda d, y, x: None, name='mine')(x).sum().backward()",
        TypeError, "operand 0 of mine returned a NoneType", "a signal is a real number or an array",
        "return the signal of that operand alone",
        "custom_op(lambda x: x, lambda d, y, x: d, name='mine')(x).sum().backward()"),
    "bare numbers at second order": Misuse(
        "grad(grad(custom_op(lambda x: x * x, lambda d, y, x: getattr(d, 'value', d) * 2.0, "
        "name='mine')))(3.0)", TypeError, "operand 0 of mine returned bare numbers",
        "it hides its graph", "operators and NumPy functions of d, y and the operands",
        "grad(grad(custom_op(lambda x: x * x, lambda d, y, x: d * 2.0 * x, name='mine')))(3.0)"),
    "saved numbers at second order": Misuse(
        "e = {}; grad(grad(custom_op(lambda x: e.setdefault(x, np.exp(x)), "
        "lambda d, y, x: d * e[getattr(x, 'value', x)], name='mine')))(3.0)", TypeError,
        "the rule for operand 0 of mine hides its graph", "the second derivative would be wrong",
        "compute them in the rule from d, y and the operands",
        "grad(grad(custom_op(np.exp, lambda d, y, x: d * y, name='mine')))(3.0)"),
    "a complex result": Misuse(
        "custom_op(lambda x: x * 1j, lambda d, y, x: d, name='mine')(x)", TypeError,
        "complex values are out of scope", COMPLEX, "as two arrays",
        "custom_op(lambda x: x, lambda d, y, x: d, name='mine')(x)"),
    "a result of None": Misuse(
        "custom_op(lambda x: None, lambda d, y, x: d, name='mine')(x)", TypeError,
        "but got NoneType", REALS, "pass a float",
        "custom_op(lambda x: x, lambda d, y, x: d, name='mine')(x)"),
    "a checkpoint of two results": Misuse(
        "checkpoint(lambda x: (x, x))(s)", TypeError, "not a tuple",
        "for functions that return one Node", "np.stack",
        "checkpoint(lambda x: np.stack([x, x]))(s)"),
    "an impure checkpoint": Misuse(
        "y = checkpoint(lambda x: x * rng.normal())(s); y.backward()", RuntimeError,
        "gave another value when it was run again", "its signals would be those of another graph",
        "a random generator made anew inside",
        "checkpoint(lambda x: x * np.random.default_rng(0).normal())(s).backward()"),
    # Switches.
    **{f"a scope named {name!r}": Misuse(
        f"scope({name!r})", TypeError, f"not {name!r}", "a scope is named by a non-empty string",
        "scope('layers.0')")
       for name in ("", None, 3, b"x")},
    "no_grad on an asynchronous generator": Misuse(
        "no_grad()(agen)", TypeError, "agen is an asynchronous generator function",
        "whose steps cannot be decorated", "write the with statement inside it",
        "with no_grad(): s * s"),
    # Out of scope.
    **{f"np.{name}": Misuse(
        f"np.{name}(x)", TypeError, f"np.{name} of a Node", why, instead, run)
       for name, why, instead, run in [
           ("fft.fft", COMPLEX, "np.fft.fft(node.value)", ""),
           ("fft.rfft", COMPLEX, "a product with a matrix of cosines",
            "np.cos(np.outer([0, 1], [0, 1])) @ x"),
           ("fft.fftshift", "complex results are out of scope", "np.roll(node, n // 2)", ""),
           ("angle", COMPLEX, "np.where(node < 0, np.pi, 0.0)", ""),
           ("real", COMPLEX, "leave it out", "x"),
           ("imag", COMPLEX, "np.zeros_like(node)", ""),
           ("conjugate", COMPLEX, "leave it out", "x"),
           ("emath.sqrt", COMPLEX, "the function of that name in np itself", "np.sqrt(x)"),
           ("roots", COMPLEX, "np.roots(node.value)", ""),
           ("sort_complex", COMPLEX, "np.sort(node)", ""),
           ("frexp", "jump at every power of two", "node / 2.0**k", ""),
           ("spacing", "about the grid of floats", "np.spacing of node.value",
            "np.spacing(x.value)")]},
    "np.nextafter": Misuse(
        "np.nextafter(x, 1.0)", TypeError, "np.nextafter of a Node", "about the grid of floats",
        "np.nextafter of node.value", "np.nextafter(x.value, 1.0)"),
    # Linear algebra.
    "eig": Misuse(
        "np.linalg.eig(a)", TypeError, "np.linalg.eig of a Node", COMPLEX, "np.linalg.eigh",
        "np.linalg.eigh(a)"),
    "eigvals": Misuse(
        "np.linalg.eigvals(a)", TypeError, "np.linalg.eigvals of a Node", COMPLEX,
        "eigvalsh", "np.linalg.eigvalsh(a)"),
    "raw qr": Misuse(
        "np.linalg.qr(a, mode='raw')", TypeError, "mode='raw'", "reflections have no derivative",
        'mode="reduced"', 'np.linalg.qr(a, mode="reduced")'),
    **{f"the Node {word} of {f}": Misuse(
        f"np.linalg.{f}(a, {word}=s)", TypeError, f"{word} is a Node",
        "no signal passes through the choice", f"{word}=node.item()", run)
       for f, word, run in [
           ("norm", "ord", "np.linalg.norm(a, ord=int(s.item()))"),
           ("norm", "axis", "np.linalg.norm(a, axis=int(s.item()) - 1)"),
           ("vector_norm", "ord", "np.linalg.vector_norm(a, ord=s.item())"),
           ("matrix_norm", "ord", "np.linalg.matrix_norm(a, ord=int(s.item()))"),
           ("cond", "p", "np.linalg.cond(a, p=int(s.item()))")]},
    **{f"a Node as an argument of {f}": Misuse(
        f"np.linalg.{f}", TypeError, f"{f.split('(')[0]} cannot be called so", STATIC, instead, run)
       for f, instead, run in [
           ("eigh(a, s)", "eigh(node, UPLO='L')", "np.linalg.eigh(a, UPLO='L')"),
           ("lstsq(a, a, s)", "node.item()", "np.linalg.lstsq(a, a, s.item() / 1e9)"),
           ("pinv(a, s)", "node.item()", "np.linalg.pinv(a, s.item() / 1e9)")]},
    "a Node as a power of a matrix": leaves(
        "np.linalg.matrix_power(a, s)", "using it as an index or a count",
        "np.linalg.matrix_power(a, int(s.item()))", "node.item()"),
    # Testing.
    "check_grads of an array": Misuse(
        "check_grads(np.sin, np.ones(2))", TypeError, "args is a ndarray",
        "it holds all arguments", "check_grads(f, (x,))", "check_grads(np.sin, (np.ones(2),))"),
    "check_grads in float32": Misuse(
        "check_grads(np.sin, (np.float32(1.0),))", TypeError, "args[0] is float32",
        "its rounding errors are larger", "x.astype(np.float64)"),
    "check_grads of one mode": Misuse(
        "check_grads(np.sin, (1.0,), modes='reverse')", ValueError, "modes='reverse'",
        "there are two", '("reverse", "forward")',
        'check_grads(np.sin, (1.0,), modes=("reverse", "forward"))'),
    "check_grads of order 0": Misuse(
        "check_grads(np.sin, (1.0,), order=0)", ValueError, "order=0", "nothing to check below",
        "order=1", "check_grads(np.sin, (1.0,), order=1)"),
    "check_grads of nothing": Misuse(
        "check_grads(lambda x: None, (1.0,))", TypeError, "f returned nothing to differentiate",
        "no number in its result", "return y", "check_grads(lambda x: x, (1.0,))"),
    "unknown kinks": Misuse(
        "strategies.arrays((2,), kinks='yes')", ValueError, "kinks='yes' is unknown",
        "away from kinks or at them", '"avoid"', 'strategies.arrays((2,), kinks="avoid")'),
    "no domain": Misuse(
        "strategies.arrays((2,), domain='reshape')", ValueError, "reshape states no domain",
        "any numbers", "domain=(low, high)", "strategies.arrays((2,), domain=(-1.0, 1.0))"),
    "an unknown domain": Misuse(
        "strategies.arrays((2,), domain='nothing')", KeyError, "no op is named 'nothing'",
        "none of the modules imported so far states it", "import the module",
        "strategies.arrays((2,), domain='tanh')"),
    # Losses.
    "predictions as a column": Misuse(
        "nn.functional.mse_loss(Node(np.ones((2, 1))), array)", ValueError,
        "predictions have shape (2, 1) but the target (2,)",
        "would compare what does not belong together", "target.reshape((-1, 1))",
        "nn.functional.mse_loss(Node(np.ones((2, 1))), array.reshape((2, 1)))"),
    "targets as a row": Misuse(
        "nn.functional.l1_loss(w, np.ones((1, 3)))", ValueError,
        "predictions have shape (2, 3) but the target (1, 3)",
        "would compare what does not belong together", "one target for each prediction",
        "nn.functional.l1_loss(w, np.ones((2, 3)))"),
    "a column of probabilities": Misuse(
        "nn.functional.binary_cross_entropy(Node([[0.5], [0.5]]), array)", ValueError,
        "predictions have shape (2, 1) but the target (2,)",
        "would compare what does not belong together", "target.reshape((-1, 1))",
        "nn.functional.binary_cross_entropy(Node([[0.5], [0.5]]), array.reshape((2, 1)))"),
    "too few class numbers": Misuse(
        "nn.functional.cross_entropy(w, np.array([0]))", ValueError,
        "the logits have shape (2, 3) but the target (1,)", "counts classes",
        "class numbers of shape (2,)", "nn.functional.cross_entropy(w, np.array([0, 1]))"),
    "class numbers as floats": Misuse(
        "nn.functional.cross_entropy(w, array)", TypeError, "not float64",
        "class numbers are integers", "target.astype(int)",
        "nn.functional.cross_entropy(w, array.astype(int))"),
    "too few variances": Misuse(
        "nn.functional.gaussian_nll_loss(w, np.ones((2, 3)), np.ones(4))", ValueError,
        "predictions have shape (2, 3) but the variances (4,)", "give one for each prediction",
        "or one for each row",
        "nn.functional.gaussian_nll_loss(w, np.ones((2, 3)), np.ones((2, 1)))"),
    "an unknown reduction": Misuse(
        "nn.functional.mse_loss(x, array, reduction='avg')", ValueError,
        "the reduction 'avg' is unknown", "averaged, added or left", "mean, sum, none",
        "nn.functional.mse_loss(x, array, reduction='mean')"),
    "a delta below 0": Misuse(
        "nn.functional.huber_loss(x, array, delta=-1.0)", ValueError, "delta is -1.0",
        "meet at a positive one", "delta=1.0", "nn.functional.huber_loss(x, array, delta=1.0)"),
    "logits as probabilities": Misuse(
        "nn.functional.binary_cross_entropy(x, array)", ValueError, "the predictions hold 2.0",
        "a probability lies in [0, 1]", "binary_cross_entropy_with_logits(input, target)",
        "nn.functional.binary_cross_entropy_with_logits(x, array)"),
    "ranks that are no signs": Misuse(
        "nn.functional.margin_ranking_loss(x, array, array)", ValueError, "the target has other",
        "than 1 and −1", "np.where(same, 1, -1)",
        "nn.functional.margin_ranking_loss(x, array, np.where(mask, 1, -1))"),
    # Layers and optimizers.
    "a layer without inputs": Misuse(
        "nn.Linear(0, 3)", ValueError, "not 0", "a whole number of units, at least 1",
        "Linear(2, 3) or MLP([2, 8, 1])", "nn.Linear(2, 3) or nn.MLP([2, 8, 1])"),
    "a negative eps": Misuse(
        "nn.optim.Adam([s], eps=-1.0)", ValueError, "eps is -1.0", "cannot be negative",
        "eps=1e-08", "nn.optim.Adam([s], eps=1e-08)"),
    "a negative momentum": Misuse(
        "nn.optim.SGD([s], momentum=-1.0)", ValueError, "momentum is -1.0", "cannot be negative",
        "momentum=0.9", "nn.optim.SGD([s], momentum=0.9)"),
    "no parameters": Misuse(
        "nn.optim.SGD([])", ValueError, "there are no parameters to optimize",
        "a module finds those that are its attributes", "self.w = Node(value)",
        "nn.optim.SGD([Node(1.0)])"),
    # How many arguments.
    "softmax of nothing": Misuse(
        "softmax()", TypeError, "softmax takes 1 to 2 positional arguments", "but 0 were given",
        "softmax(node, axis=-1)"),
    "softmax of too much": Misuse(
        "softmax(array, 0, 1)", TypeError, "softmax takes 1 to 2 positional arguments",
        "but 3 were given", "softmax(node, axis=-1)", "softmax(array, axis=-1)"),
    "dim of softmax": Misuse(
        "softmax(array, dim=0)", TypeError, "softmax of Nodes", "takes no dim=",
        "softmax(node, axis=-1)", "softmax(array, axis=0)"),
}  # fmt: skip


async def agen():
    """An asynchronous generator, which no switch can decorate."""
    yield 1.0


def names():
    """What the code of the table talks about, made anew for each piece."""
    x, s = Node([1.0, 2.0], name="x"), Node(2.0, name="s")
    return {
        **vars(autograd), "__name__": __name__, "autograd": autograd, "check_grads": check_grads,
        "math": math, "nn": nn,
        "np": np, "operator": operator, "scipy": scipy, "strategies": strategies, "agen": agen,
        "x": x, "s": s, "node": x, "nodes": [x], "item": x,
        "w": Node(np.ones((2, 3)), name="w"), "a": Node([[2.0, 0.5], [0.5, 1.0]], name="a"),
        "b": autograd.zeros(2), "array": np.zeros(2), "mask": np.array([True, False]),
        "result": x, "other": x, "root": x.sum(), "leaf": Node([0.0, 0.0]), "index": 0, "v": 1.0,
        "new": 1.0, "number": 1.0, "shape": (2,), "dtype": np.float32, "kth": 1, "k": 1, "n": 2,
        "i": 0, "j": 2, "rng": np.random.default_rng(0),
    }  # fmt: skip


def said(error):
    """All that a user reads: the message, its notes, and the errors that it came from."""
    text = [str(error), *getattr(error, "__notes__", [])]
    return "\n".join([*text, said(error.__cause__)] if error.__cause__ else text)


@pytest.fixture(autouse=True)
def custom_ops():
    """Ops stated here are gone afterwards."""
    before = set(CUSTOM)
    yield
    for name in CUSTOM - before:
        CUSTOM.remove(name)
        del REGISTRY[name]


@pytest.mark.parametrize("name", MISUSES)
def test_a_misuse_is_refused_with_what_why_and_what_to_write_instead(name):
    misuse = MISUSES[name]
    with pytest.raises(misuse.error) as error:
        exec(misuse.code, names())
    text = said(error.value)
    assert misuse.what in text
    assert misuse.why in text
    assert misuse.instead in text
    assert "<locals>" not in text


@pytest.mark.parametrize("name", MISUSES)
def test_the_advice_runs(name):
    misuse = MISUSES[name]
    known = names()
    exec(misuse.run or misuse.instead, known)
    assert known["s"].grad is None or np.isfinite(known["s"].grad)


def test_the_table_is_no_list_of_one_thing():
    assert len({misuse.code for misuse in MISUSES.values()}) == len(MISUSES) > 200
    assert len({misuse.what for misuse in MISUSES.values()}) > 120


NUMPYS = [
    ("w @ np.ones((2, 3))", "matmul(w[2, 3], [2, 3])"),
    ("w @ a", "matmul(w[2, 3], a[2, 2])"),
    ("np.dot(w, w)", "dot(w[2, 3], w[2, 3])"),
    ("w + np.ones(2)", "add(w[2, 3], [2])"),
    ("np.ones(2) - w", "subtract([2], w[2, 3])"),
    ("np.where(mask, w, 1.0)", "where([2], w[2, 3], 1.0)"),
    ("np.reshape(w, (7,))", "reshape(w[2, 3])"),
    ("np.transpose(w, (0,))", "transpose(w[2, 3])"),
    ("np.squeeze(w, 0)", "squeeze(w[2, 3])"),
    ("np.swapaxes(w, 0, 5)", "swapaxes(w[2, 3])"),
    ("np.expand_dims(w, 5)", "expand_dims(w[2, 3])"),
    ("np.sum(w, axis=5)", "sum(w[2, 3])"),
    ("np.mean(w, axis=5)", "mean(w[2, 3])"),
    ("np.cumsum(w, axis=4)", "cumsum(w[2, 3])"),
    ("np.max(w[:0])", "max([0, 3])"),
    ("np.sort(w, axis=7)", "np.sort(w[2, 3])"),
    ("np.take(w, 9)", "np.take(w[2, 3], 9)"),
    ("np.split(w, 5)", "np.split(w[2, 3], 5)"),
    ("np.flip(w, 3)", "np.flip(w[2, 3], 3)"),
    ("np.diff(w, axis=3)", "np.diff(w[2, 3])"),
    ("np.median(w, axis=5)", "median(w[2, 3])"),
    ("w[7]", "getitem(w[2, 3])"),
    ("np.concatenate([w, np.ones(3)])", "concatenate(w[2, 3], [3])"),
    ("np.stack([w, s])", "stack(w[2, 3], s)"),
    ("np.hstack([w, np.ones(3)])", "concatenate(w[2, 3], [3])"),
    ("np.block([w, (w, w)])", "np.block([w[2, 3], [w[2, 3], w[2, 3]]])"),
    ("np.linalg.inv(w)", "inv(w[2, 3])"),
    ("np.linalg.inv(0.0 * a)", "inv([2, 2])"),
    ("np.linalg.cholesky(-a)", "cholesky([2, 2])"),
    ("np.linalg.solve(w, a)", "solve(w[2, 3], a[2, 2])"),
    ("np.linalg.norm(w, 'abc')", "np.linalg.norm(w[2, 3], 'abc')"),
    ("b[7] = 1.0", "while assigning 1.0 into a Buffer of shape [2]"),
    ("b[:] = np.ones(3)", "while assigning [3] into a Buffer of shape [2]"),
    ("b[1] = x", "while assigning x[2] into a Buffer of shape [2]"),
]  # fmt: skip


@pytest.mark.parametrize(("code", "met"), NUMPYS)
def test_errors_of_numpy_keep_type_and_text_and_say_what_met(code, met):
    ours = names()
    plain = {k: np.array(v.value) if hasattr(v, "value") else v for k, v in ours.items()}
    with pytest.raises((ValueError, TypeError, IndexError)) as numpys:
        exec(code, plain)
    with pytest.raises(type(numpys.value)) as error:
        exec(code, ours)
    assert type(error.value) is type(numpys.value)
    assert str(error.value) == str(numpys.value)
    [note] = error.value.__notes__
    assert met in note


CALLED = [
    ("pow(s, 2, 3)", "Node.__pow__()"),
    ("x.mean(0, None, None, True, 1.0, 2.0)", "np.mean()"),
    ("x.mean(ddof=1)", "np.mean()"),
    ("x.sum(0, None, None, True, 1.0, True, 7)", "np.sum()"),
    ("x.clip(0.0, 1.0, 2.0)", "Node.clip()"),
    ("x.exp(2.0)", "exp()"),
    ("x.nonzero(1)", "Node.nonzero()"),
    ("x.ravel('C', 2)", "np.ravel()"),
    ("np.hstack([x], [x])", "hstack()"),
    ("np.split(x, 2, 0, 1)", "split()"),
    ("autograd.linear(x)", "linear() missing 2 required positional arguments: 'weight' and 'bias'"),
]


@pytest.mark.parametrize(("code", "name"), CALLED)
def test_pythons_own_errors_name_what_was_called(code, name):
    with pytest.raises(TypeError) as error:
        exec(code, names())
    assert name in str(error.value)
    assert "<locals>" not in str(error.value)
    assert " _" not in f" {error.value}"


def test_local_derivatives_and_edges_of_a_buffer_are_those_of_its_node():
    b = autograd.zeros(())
    b[()] = Node(3.0) * 2.0
    assert autograd.local_derivatives(b) == autograd.local_derivatives(b.node) != []
    assert [g for _, _, g in autograd.edge_signals(b)] == [
        g for _, _, g in autograd.edge_signals(b.node)
    ]


ANOMALIES = [
    ("np.log(-s)", ["log of (negative = -2) gave nan", "its operands are finite", "at <string>:1"]),
    ("(1.0 / (s - 2.0)).backward()", ["divide of", "gave inf", "its operands are finite"]),
    ("(s * 2.0).backward(np.nan)", ["the seed of a sweep is not finite: nan"]),
    ("np.sqrt(s - 2.0).backward()", ["derivative of sqrt by operand 0 gave inf", "at <string>:1"]),
    ("np.reshape(x, (3, 3))", ["cannot reshape", "while evaluating reshape(x[2]) at <string>:1"]),
]


@pytest.mark.parametrize(("code", "words"), ANOMALIES)
def test_inside_detect_anomaly_the_message_says_what_gave_what_and_where(code, words):
    with detect_anomaly(), pytest.raises((FloatingPointError, ValueError)) as error:
        exec(code, names())
    assert all(word in said(error.value) for word in words)


def test_a_refused_assignment_changes_nothing():
    for code in ("array[0] = s", "np.put(array, 0, s)", "b[0] = 'a'", "b[s] = 1.0", "x[0] = 9.0"):
        known = names()
        with pytest.raises((TypeError, ValueError)):
            exec(code, known)
        assert known["array"].tolist() == known["b"].tolist() == [0.0, 0.0]
        assert known["x"].tolist() == [1.0, 2.0]


def test_a_switch_inside_an_asynchronous_generator_is_the_way():
    async def steps():
        with no_grad():
            y = Node(2.0) * 1.0
        yield y.requires_grad

    async def collected():
        return [step async for step in steps()]

    assert asyncio.run(collected()) == [False]
