"""spopt's answer to one instance, by the solver that its documentation uses or by HiGHS."""

from __future__ import annotations

import warnings

from measure import Stopwatch
from medians import Medians
from side import Answer, answer


def solve(instance: Medians, seconds: float, engine: str, watch: Stopwatch) -> Answer:
    """spopt's `PMedian`; what it says is the status that it shows its user."""
    import numpy as np
    import pulp
    from spopt.locate import PMedian

    limits = instance.capacity if instance.capacitated else None
    model = PMedian.from_cost_matrix(
        instance.metres(), instance.demand, instance.p, facility_capacities=limits
    )
    built = watch.seconds
    solvers = {"cbc": pulp.PULP_CBC_CMD, "highs": pulp.HiGHS}
    try:
        model = model.solve(solvers[engine](msg=False, timeLimit=seconds))
    except RuntimeError as error:  # what it raises for any status but "Optimal": no plan is told
        says = str(error).removeprefix("Model is not solved: ").split(". See")[0]
        return Answer(says, None, build_seconds=built)
    # not fac2cli: it lists a client at every site with a value above 0, rounding included
    served = np.array([[v.value() or 0.0 for v in row] for row in model.cli_assgn_vars])
    choice = np.where(served.max(axis=1) > 0.5, served.argmax(axis=1), -1)
    return Answer(pulp.LpStatus[model.problem.status], choice.tolist(), build_seconds=built)


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    answer(solve)
