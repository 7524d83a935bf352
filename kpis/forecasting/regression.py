"""Linear quantile regression by reweighted least squares.

Source: the pinball loss as in Koenker & Bassett (1978), its minimum by iteratively reweighted
least squares as in Hunter & Lange (2000), with a little ridge so that near-equal columns share.
"""

import numpy as np

from kpis.forecasting.history import Floats

ROUNDS, RIDGE, NEAR = 25, 1e-3, 1e-3


def fit_quantile(  # noqa: PLR0913 - the loss, and how to minimize it
    rows: Floats, wanted: Floats, tau: float, *, weight: Floats | None = None,
    start: Floats | None = None, near: float = 1.0, rounds: int = ROUNDS,
) -> Floats:  # fmt: skip
    """Return (f,) coefficients that put the `tau`-quantile of `wanted` (m,) at rows (m, f) @ them.

    `weight` counts rows more or less; `near` is the residual, in units, below which a row
    pulls no harder. No intercept: add a column of ones for one.
    """
    scale = np.abs(rows).mean(axis=0) + 1e-9
    scaled = rows / scale
    size = scaled.shape[1]
    found = np.full(size, 1 / size) if start is None else start * scale
    counted = np.ones(len(wanted)) if weight is None else weight
    for _ in range(rounds):
        left = wanted - scaled @ found
        pull = counted * np.where(left > 0, tau, 1 - tau) / np.maximum(np.abs(left), near)
        normal = scaled.T @ (scaled * pull[:, None])
        normal[np.diag_indices(size)] += RIDGE * np.trace(normal) / size
        found = np.linalg.solve(normal, scaled.T @ (pull * wanted))
    return found / scale
