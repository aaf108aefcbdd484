"""A calculation with every function and every operation on arrays, for the views to show."""

from rnn_edu.walkthrough import (
    FUNCTIONS,
    Walkthrough,
    flatten,
    largest,
    log_softmax,
    mean,
    reshape,
    softmax,
    stack,
    total,
)
from rnn_edu.walkthrough.arrays import OneHot
from rnn_edu.walkthrough.functions import named

ALSO = ("elu_0.5", "clip_-2.0_1.5", "huber_0.75")


def sorts():
    """All sorts of steps, with the gradients of their sum."""
    w = Walkthrough("All sorts", key="all_sorts")
    x = w.weight("x", [[1.5, -0.25, 0.0], [0.5, 2.0, -3.5]])
    b = w.weight("b", [0.25, 1.0, 7.0])
    k = w.input("k", [2.0])
    steps = [
        w.step(
            f"f_{name.replace('.', '').replace('-', 'm')}", function(b if function.domain else x)
        )
        for name, function in [*FUNCTIONS.items(), *((name, named(name)) for name in ALSO)]
        if function.chain is not None
    ]
    rows = w.step("rows", stack(x[0] * b, x[1], b))
    steps += [
        w.step("shares", softmax(largest(rows, 0.3))),
        w.step("logs", log_softmax(rows)),
        w.step("best", largest(x[0], x[1], b)),
        w.step("best_shared", largest(x[0], b * 0, x[1], shared=True)),
        w.step("column", x @ b),
        w.step("dot", b @ x[0]),
        w.step("flat", flatten(x) * 2),
        w.step("other", reshape(rows, (1, 9))),
        w.step("means", mean(rows, 1) * OneHot(k, 3)),
        w.step("sums", total(rows, 0) / mean(b)),
        w.step("numbers", stack(total(x), mean(x), b[1])),
    ]
    parts = [w.step(f"{step.name}_total", total(step * step)) for step in steps]
    w.gradients(w.step("L", total(stack(*parts)), role="loss"))
    return w
