"""The fit against public libraries: scikit-learn, scipy, statsmodels."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import pytest
import statsmodels.api as sm
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression

from leadline.engine.duckdb import Database
from leadline.sql import suggestion as sql
from leadline.suggestion.fit import Bounds, Fit, Penalty, Rows, covariance, fit, free
from leadline.suggestion.linear import Vector, inverse, product, solve
from leadline.suggestion.penalty import STRENGTHS, Prior, choose_strength, scale_of

LEADS, N, P = 250, 3000, 6


@pytest.fixture(scope="module")
def world() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return leads, features and outcomes; the rows of a lead go together."""
    rng = np.random.default_rng(4)
    lead = np.sort(rng.integers(0, LEADS, N))
    x = rng.poisson(0.8, (N, P)).astype(float)
    x[:, 0] = rng.normal(size=N)
    x[:, 1] = 0.6 * x[:, 0] + rng.normal(size=N)
    odds = -2 + x @ np.array([0.5, 0.2, 0.8, -0.4, 0.05, 0.0]) + rng.normal(size=LEADS)[lead]
    return lead, x, rng.random(N) < 1 / (1 + np.exp(-odds))


@pytest.fixture(scope="module")
def rows(world: tuple[np.ndarray, np.ndarray, np.ndarray]) -> Iterator[Rows]:
    lead, x, y = world
    with Database() as database:
        columns = [f"rule.r{number}" for number in range(P)]
        typed = ", ".join(f'"{name}" DOUBLE' for name in columns)
        database.execute(
            "CREATE TEMP TABLE panel (snapshot DATE, lead_id VARCHAR, value DOUBLE, "
            f"happened BOOLEAN, {typed})"
        )
        given = ", ".join(["unnest(?::DOUBLE[])"] * P)
        database.execute(
            "INSERT INTO panel SELECT DATE '2026-01-01', unnest(?::VARCHAR[]), 0, "
            f"unnest(?::BOOLEAN[]), {given}",
            # Each rule gives 10 points a time.
            [[f"lead {n}" for n in lead], y.tolist(), *(10 * x).T.tolist()],
        )
        # A row whose outcome is not known takes no part.
        unknown = ", ".join(["1000"] * P)
        database.execute(f"INSERT INTO panel SELECT DATE '2026-01-01', 'x', 0, NULL, {unknown}")
        database.execute(sql.kept_rows("panel", [(name, 10.0) for name in columns], None))
        database.execute(sql.kept_groups(P))
        yield Rows(database, tuple(map(sql.x, range(P))))


def loss(weights: np.ndarray, x: np.ndarray, y: np.ndarray, strength: float, goal: np.ndarray):
    eta = weights[0] + x @ weights[1:]
    rest = 1 / (1 + np.exp(-eta)) - y
    away = weights[1:] - goal
    value = np.sum(np.logaddexp(0, eta) - y * eta) + strength / 2 * away @ away
    return value, np.r_[rest.sum(), x.T @ rest + strength * away]


@pytest.mark.parametrize("strength", [0.1, 5.0, 300.0])
def test_a_ridge_is_that_of_scikit_learn(world, rows: Rows, strength: float):
    _, x, y = world

    found = fit(rows, Penalty((strength,) * P, (0.0,) * P), free(P))

    theirs = LogisticRegression(C=1 / strength, tol=1e-10, max_iter=5000).fit(x, y)
    assert found.weights == pytest.approx([theirs.intercept_[0], *theirs.coef_[0]], abs=1e-5)


def test_within_bounds_and_toward_points_it_is_that_of_scipy(world, rows: Rows):
    _, x, y = world
    goal = np.array([0.1, 0.1, 0.1, 0.2, -0.1, 0.1])
    signs = [(0, None)] * 4 + [(None, 0), (0, None)]
    bounds = Bounds((0.0,) * 4 + (-math.inf, 0.0), (math.inf,) * 4 + (0.0, math.inf))

    found = fit(rows, Penalty((20.0,) * P, tuple(goal.tolist())), bounds)

    theirs = minimize(
        loss,
        np.zeros(P + 1),
        (x, y, 20.0, goal),
        jac=True,
        method="L-BFGS-B",
        bounds=[(None, None), *signs],
        options={"ftol": 1e-16, "gtol": 1e-10, "maxiter": 10_000},
    )
    assert found.weights == pytest.approx(theirs.x, abs=1e-5)
    assert found.weights[4] == 0  # the data want it below 0, its bound holds it


def test_it_begins_anywhere_and_ends_the_same(rows: Rows):
    penalty = Penalty((1.0,) * P, (0.0,) * P)
    weights: Vector = (30.0, -20.0, 20.0, -20.0, 20.0, -20.0, 20.0)
    far = Fit(weights, rows.sums(weights), penalty)

    found = fit(rows, penalty, free(P), far)

    assert found.weights == pytest.approx(fit(rows, penalty, free(P)).weights, abs=1e-7)


def test_the_covariance_is_the_sandwich_of_statsmodels(world, rows: Rows):
    lead, x, y = world

    found = fit(rows, Penalty((0.0,) * P, (0.0,) * P), free(P))

    model = sm.GLM(y.astype(float), sm.add_constant(x), family=sm.families.Binomial())
    theirs = model.fit(cov_type="cluster", cov_kwds={"groups": lead}, tol=1e-12)
    # They also multiply by (n - 1) / (n - p), which is of no account for so many rows.
    small = (N - 1) / (N - P - 1)
    assert np.array(covariance(rows, found)) * small == pytest.approx(theirs.cov_params(), rel=1e-6)


def test_without_evidence_the_covariance_is_what_the_penalty_allows(rows: Rows):
    found = fit(rows, Penalty((1e9,) * P, (0.0,) * P), free(P))

    spread = covariance(rows, found)

    assert [spread[at][at] for at in range(1, P + 1)] == pytest.approx([1e-9] * P, rel=0.01)


def test_outcomes_that_a_rule_tells_apart_entirely_have_an_end():
    with Database() as database:
        database.execute(
            "CREATE TEMP TABLE panel AS SELECT DATE '2026-01-01' AS snapshot, "
            "concat('l', n) AS lead_id, 0.0 AS value, n < 40 AS happened, "
            'CASE WHEN n < 40 THEN 5.0 ELSE 0.0 END AS "rule.sure" FROM range(100) t(n)'
        )
        database.execute(sql.kept_rows("panel", [("rule.sure", 5.0)], None))
        database.execute(sql.kept_groups(1))
        rows = Rows(database, ("x0",))

        found = fit(rows, Penalty((0.01,), (0.0,)), free(1))

        assert 8 < found.weights[1] < 20
        assert database.value('SELECT count(*) FROM "suggestion group"') <= 10


def test_the_scale_is_what_a_point_is_worth_today(world, rows: Rows):
    _, x, y = world
    points = (5.0, 2.0, 8.0, -4.0, 1.0, 1.0)

    theirs = sm.Logit(y.astype(float), sm.add_constant(x @ np.array(points))).fit(disp=0)

    assert scale_of(rows, points) == pytest.approx(theirs.params[1], abs=1e-6)
    assert scale_of(rows, tuple(-value for value in points)) == 0


def test_points_that_foretell_well_are_held_to_and_bad_ones_are_not(world, rows: Rows):
    _, x, y = world
    spreads = tuple(x.var(axis=0).tolist())
    information = float(y.sum() * (N - y.sum()) / N)
    good = tuple(fit(rows, Penalty((0.0,) * P, (0.0,) * P), free(P)).weights[1:])
    bad = (1.0, 1.0, -5.0, 5.0, 1.0, 1.0)

    kept = choose_strength(rows, Prior(good, spreads, information), free(P))
    left = choose_strength(rows, Prior(bad, spreads, information), free(P))

    assert kept == STRENGTHS[0]
    assert left <= 0.1


def test_linear_equations():
    rng = np.random.default_rng(2)
    root = rng.normal(size=(20, 20))
    matrix = root @ root.T
    ours = tuple(map(tuple, matrix.tolist()))
    right = rng.normal(size=20)

    assert solve(ours, right.tolist()) == pytest.approx(np.linalg.solve(matrix, right), rel=1e-6)
    assert np.array(product(ours, inverse(ours))) == pytest.approx(np.eye(20), abs=1e-6)
