// Which cells of LSTM and GRU layers a calculation has, and how each is drawn as a circuit: where
// its numbers and operations stand, and which wires lead from one to another.
(() => {
  "use strict";

  // The values that a cell must have, by the names that layers give them. Rows and columns are
  // those of a grid; "×" and "+" stand for what an operation inside a step comes to.
  const LSTM = {
    needs: ["a_f", "a_i", "a_c", "a_o", "f", "i", "c_tilde", "o", "c", "h"],
    numbers: {
      c_before: [1, 1], h_before: [3, 1], x: [4, 1], f: [3, 2], i: [3, 3], c_tilde: [3, 4], o: [3, 5],
      a_f: [4, 2], a_i: [4, 3], a_c: [4, 4], a_o: [4, 5], c: [1, 6], h: [4, 6],
    },
    operations: { keep: ["×", 1, 2], sum: ["+", 1, 3], write: ["×", 2, 3], squash: ["", 2, 6], out: ["×", 3, 6] },
    wires: [
      ["c_before", "keep", "across"], ["f", "keep", "up"], ["keep", "sum", "across"], ["i", "write", "up"], ["c_tilde", "write", "up"],
      ["write", "sum", "up"], ["sum", "c", "across"], ["c", "squash", "down"], ["squash", "out", "down"], ["o", "out", "across"], ["out", "h", "down"],
      ["a_f", "f", "up"], ["a_i", "i", "up"], ["a_c", "c_tilde", "up"], ["a_o", "o", "up"],
    ],
    bus: ["a_f", "a_i", "a_c", "a_o"],
  };
  const GRU = {
    needs: ["a_z", "a_r", "a_h", "z", "r", "h_tilde", "h"],
    numbers: {
      h_before: [1, 1], x: [4, 1], z: [3, 2], r: [3, 3], h_tilde: [3, 5], a_z: [4, 2], a_r: [4, 3], a_h: [4, 5], h: [1, 6],
    },
    operations: { keep: ["×", 1, 2], rest: ["1 −", 2, 3], write: ["×", 2, 5], sum: ["+", 1, 5], reset: ["×", 4, 4] },
    wires: [
      ["h_before", "keep", "across"], ["z", "keep", "up"], ["keep", "sum", "across"], ["z", "rest", "up"], ["rest", "write", "across"],
      ["h_tilde", "write", "up"], ["write", "sum", "up"], ["sum", "h", "across"], ["r", "reset", "over"], ["reset", "a_h", "across"],
      ["a_z", "z", "up"], ["a_r", "r", "up"], ["a_h", "h_tilde", "up"],
    ],
    bus: ["a_z", "a_r", "reset", "a_h"],
  };

  // The product in a formula that has a gate as a factor, or one minus it.
  function product(formula, gate, isReversed = false) {
    if (!Array.isArray(formula)) return undefined;
    const isFactor = (side) => (isReversed ? side[0] === "subtract" && side[2] === gate : side === gate);
    if (formula[0] === "multiply" && formula.slice(1).some(isFactor)) return formula;
    return formula.slice(1).reduce((found, part) => found ?? product(part, gate, isReversed), undefined);
  }

  const other = (formula, factor) => formula?.slice(1).find((side) => side !== factor);

  // What the operations of an LSTM come to: the step that each belongs to, and its part of the formula.
  function inLSTM(steps, formulaOf) {
    const [cell, state] = [formulaOf(steps.c), formulaOf(steps.h)];
    const [keep, write, out] = [product(cell, steps.f), product(cell, steps.i), product(state, steps.o)];
    const squash = other(out, steps.o);
    return {
      before: { c_before: other(keep, steps.f) },
      operations: { keep: [steps.c, keep], write: [steps.c, write], sum: [steps.c, cell], squash: [steps.h, squash], out: [steps.h, out] },
    };
  }

  function inGRU(steps, formulaOf) {
    const state = formulaOf(steps.h);
    const [keep, write] = [product(state, steps.z), product(state, steps.z, true)];
    const [from, reset] = steps.r_h === undefined ? [steps.a_h, product(formulaOf(steps.a_h), steps.r)] : [steps.r_h, formulaOf(steps.r_h)];
    return {
      before: { h_before: other(keep, steps.z) },
      operations: { keep: [steps.h, keep], rest: [steps.h, other(write, steps.h_tilde)], write: [steps.h, write], sum: [steps.h, state], reset: [from, reset] },
    };
  }

  // All cells, in the order of calculation: { layer, t, plan, steps, numbers, operations }.
  function cellsOf(model) {
    const found = new Map();
    model.quantities.forEach((q, at) => {
      if (!q.origin || q.formula === undefined || q.role === "gradient") return;
      const { layer, value } = q.origin;
      const key = `${layer} ${q.t}`;
      if (!found.has(key)) found.set(key, { layer, t: q.t, steps: {} });
      found.get(key).steps[value] = at;
    });
    return [...found.values()].map((cell) => asCircuit(cell, model)).filter(Boolean);
  }

  function asCircuit(cell, model) {
    const plan = [LSTM, GRU].find(({ needs }) => needs.every((value) => cell.steps[value] !== undefined));
    if (!plan) return null;
    const formulaOf = (at) => model.quantities[at].formula;
    const { before, operations } = (plan === LSTM ? inLSTM : inGRU)(cell.steps, formulaOf);
    const numbers = { ...cell.steps, ...before, ...read(cell.steps, plan, model) };
    const complete = Object.keys(plan.numbers).every((name) => typeof numbers[name] === "number")
      && Object.values(operations).every(([, formula]) => formula !== undefined);
    return complete ? { ...cell, plan, numbers, operations } : null;
  }

  // What the cell reads: the state before, and the input, or what the layer below hands on.
  function read(steps, plan, model) {
    const name = model.quantities[steps.h].name;
    const operands = model.operands(steps[plan.bus[0]]).filter((at) => model.quantities[at].role !== "weight");
    return {
      h_before: operands.find((at) => model.quantities[at].name === name),
      x: operands.find((at) => model.quantities[at].name !== name),
    };
  }

  window.rnnEdu.cellsOf = cellsOf;
})();
