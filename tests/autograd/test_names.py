"""Every name that a NumPy user of automatic differentiation may look for is answered or refused."""

import numpy as np
import pytest

from autograd.dispatch import BY_FUNCTION, REFUSED

COMMON = """
absolute add angle append arccos arccosh arcsin arcsinh arctan arctan2 arctanh array_split astype
atleast_1d atleast_2d atleast_3d broadcast_to cbrt clip column_stack concatenate conjugate cos cosh
cross cumprod cumsum deg2rad degrees diag diagonal diff divide dot dsplit einsum exp exp2
expand_dims expm1 fabs fliplr flipud fmax fmin gradient hsplit hstack hypot imag inner kron linspace
log log10 log1p log2 logaddexp logaddexp2 matmul max maximum mean min minimum moveaxis multiply
nan_to_num negative outer pad partition positive power prod rad2deg radians ravel real
real_if_close reciprocal remainder repeat reshape roll rollaxis rot90 select sin sinc sinh sort
split sqrt square squeeze stack std subtract sum swapaxes tan tanh tensordot tile trace transpose
tril triu var vsplit vstack where
linalg.cholesky linalg.det linalg.eig linalg.eigh linalg.inv linalg.norm linalg.pinv linalg.slogdet
linalg.solve linalg.svd
"""
"""What other libraries that differentiate NumPy's functions have."""

FURTHER = """
average compress copysign corrcoef cov float_power fmod gradient i0 interp ldexp median modf nanmean
nanmedian nanquantile nanpercentile nanstd nanvar nansum percentile ptp quantile take
take_along_axis vdot vecdot matvec vecmat trapezoid insert delete append block flip convolve
correlate lib.stride_tricks.sliding_window_view linalg.eigvalsh linalg.lstsq linalg.matrix_norm
linalg.vector_norm linalg.matrix_power linalg.multi_dot linalg.qr linalg.svdvals linalg.tensorinv
linalg.tensorsolve linalg.cond
"""
"""What they lack."""

OUT_OF_SCOPE = {"angle", "conjugate", "imag", "real", "real_if_close", "linalg.eig"}
"""Functions of complex numbers."""


def function(name):
    found = np
    for part in name.split("."):
        found = getattr(found, part)
    return found


@pytest.mark.parametrize("name", [*COMMON.split(), *FURTHER.split()])
def test_a_name_is_answered_or_refused_with_a_reason(name):
    if name in OUT_OF_SCOPE:
        assert function(name) in REFUSED
    else:
        assert function(name) in BY_FUNCTION


def test_enough_names_are_answered():
    names = {function(name) for name in [*COMMON.split(), *FURTHER.split()]}
    assert len(names & BY_FUNCTION.keys()) >= 140
