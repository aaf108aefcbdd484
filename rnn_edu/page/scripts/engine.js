// Evaluates a walkthrough's data (format 2, written by rnn_edu.walkthrough.widget).
// It knows the operations and no formula: gradients are steps of the data like any other.
(() => {
  "use strict";
  const FORMAT = 2;
  const MOST_NUMBERS = 4_000_000; // of one array, on the way to a step too

  class CannotCalculate extends Error {}

  const count = (shape) => shape.reduce((product, size) => product * size, 1);

  function array(shape, fill) {
    const length = count(shape);
    if (length > MOST_NUMBERS) throw new CannotCalculate("would have more numbers than a page can hold");
    return { shape, data: Float64Array.from({ length }, (_, k) => fill(k)) };
  }

  const each = (f) => (u) => array(u.shape, (k) => f(u.data[k]));

  // The shorter of two is repeated: a single number, or a bias row under each row.
  const joined = (f) => (u, v) => {
    const long = v.shape.length > u.shape.length || v.data.length > u.data.length ? v : u;
    return array(long.shape, (k) => f(u.data[k % u.data.length], v.data[k % v.data.length]));
  };

  function sigmoid(u) {
    const small = Math.exp(-Math.abs(u));
    return u >= 0 ? 1 / (1 + small) : small / (1 + small);
  }

  // erf(u) as exp(-u^2) times a series of terms of one sign: nothing cancels.
  function erf(u) {
    if (Math.abs(u) > 6) return Math.sign(u);
    let term = (2 / Math.sqrt(Math.PI)) * u * Math.exp(-u * u);
    let sum = term;
    for (let k = 1; Math.abs(term) > 1e-17 * Math.abs(sum); k++) {
      term *= (2 * u * u) / (2 * k + 1);
      sum += term;
    }
    return sum;
  }

  function matmul(u, v) {
    const inner = v.shape[0];
    const columns = v.shape.length > 1 ? v.shape[1] : 1;
    return array([...u.shape.slice(0, -1), ...v.shape.slice(1)], (k) => {
      const row = Math.floor(k / columns) * inner;
      let sum = 0;
      for (let j = 0; j < inner; j++) sum += u.data[row + j] * v.data[j * columns + (k % columns)];
      return sum;
    });
  }

  const outer = (u, v) =>
    array([u.data.length, v.data.length], (k) => {
      const width = v.data.length;
      return u.data[Math.floor(k / width)] * v.data[k % width];
    });

  function transpose(u) {
    if (u.shape.length < 2) return u;
    const [rows, columns] = u.shape;
    return array([columns, rows], (k) => u.data[(k % rows) * columns + Math.floor(k / rows)]);
  }

  const largest = (...parts) => parts.reduce(joined(Math.max));

  // What a function makes of each row, or of a vector.
  const alongRows = (f) => (z) => {
    const width = z.shape[z.shape.length - 1];
    const out = array(z.shape, () => 0);
    for (let start = 0; start < z.data.length; start += width) {
      out.data.set(f(z.data.subarray(start, start + width)), start);
    }
    return out;
  };

  function softmax(row) {
    const largest = Math.max(...row);
    const powers = row.map((number) => Math.exp(number - largest));
    const whole = powers.reduce((a, b) => a + b, 0);
    return powers.map((power) => power / whole);
  }

  function logSoftmax(row) {
    const largest = Math.max(...row);
    const whole = row.reduce((sum, number) => sum + Math.exp(number - largest), 0);
    return row.map((number) => number - largest - Math.log(whole));
  }

  const sum = (u) => array([], () => u.data.reduce((a, b) => a + b, 0));

  function rowSums(u) {
    const [rows, width] = u.shape;
    return array([rows], (k) => u.data.subarray(k * width, (k + 1) * width).reduce((a, b) => a + b, 0));
  }

  function columnSums(u) {
    const width = u.shape[1];
    const out = array([width], () => 0);
    u.data.forEach((number, k) => (out.data[k % width] += number));
    return out;
  }

  function concatenate(...parts) {
    const rows = parts[0].shape.slice(0, -1);
    const widths = parts.map((part) => part.shape[part.shape.length - 1]);
    const data = [];
    for (let row = 0; row < count(rows); row++) {
      parts.forEach((part, p) => data.push(...part.data.subarray(row * widths[p], (row + 1) * widths[p])));
    }
    return array([...rows, widths.reduce((a, b) => a + b, 0)], (k) => data[k]);
  }

  // The indices that an entry of a part picks from an axis.
  function picked(entry, size) {
    const from0 = (k) => (k < 0 ? k + size : k);
    if (typeof entry === "number") return [from0(entry)];
    if (!Array.isArray(entry)) return entry.at.map(from0);
    const [start, stop, step = 1] = entry;
    const [least, most] = step > 0 ? [0, size] : [-1, size - 1];
    const end = (k, open) => (k === null ? open : Math.max(least, Math.min(most, from0(k))));
    const last = end(stop, step > 0 ? most : least);
    const found = [];
    for (let k = end(start, step > 0 ? least : most); step > 0 ? k < last : k > last; k += step) found.push(k);
    return found;
  }

  // A part of an array: the places that it takes, counted row by row, and the shape that they have.
  function partOf(whole, part) {
    const open = Array(whole.length + 1 - part.length).fill([null, null]);
    const entries = part.includes("...") ? part.flatMap((entry) => (entry === "..." ? open : [entry])) : [...part, ...open];
    let places = [0];
    const shape = [];
    whole.forEach((size, axis) => {
      const indices = picked(entries[axis], size);
      if (typeof entries[axis] !== "number") shape.push(indices.length);
      places = places.flatMap((place) => indices.map((k) => place * size + k));
    });
    return { places, shape };
  }

  function slice(u, part) {
    const { places, shape } = partOf(u.shape, part);
    return array(shape, (k) => u.data[places[k]]);
  }

  function place(u, part, whole) {
    const out = array(whole, () => 0);
    partOf(whole, part).places.forEach((where, k) => (out.data[where] += u.data[k % u.data.length]));
    return out;
  }

  function divided(u, v) {
    if (v === 0) throw new CannotCalculate("would be divided by zero");
    return u / v;
  }

  function logarithm(u) {
    if (!(u > 0)) throw new CannotCalculate("would need the logarithm of a number that is not positive");
    return Math.log(u);
  }

  function root(u) {
    if (u < 0) throw new CannotCalculate("would need the square root of a negative number");
    return Math.sqrt(u);
  }

  const operations = {
    add: joined((u, v) => u + v),
    subtract: joined((u, v) => u - v),
    multiply: joined((u, v) => u * v),
    divide: joined(divided),
    matmul,
    outer,
    transpose,
    tanh: each(Math.tanh),
    sigmoid: each(sigmoid),
    relu: each((u) => Math.max(u, 0)),
    positive: each((u) => (u > 0 ? 1 : 0)),
    exp: each(Math.exp),
    expm1: each(Math.expm1),
    ln: each(logarithm),
    log1p: each(Math.log1p),
    sqrt: each(root),
    abs: each(Math.abs),
    sign: each(Math.sign),
    erf: each(erf),
    negate: each((u) => 0 - u),
    maximum: largest,
    maximum_shared: largest,
    softmax: alongRows(softmax),
    log_softmax: alongRows(logSoftmax),
    sum,
    column_sums: columnSums,
    row_sums: rowSums,
    add_all: (...parts) => array(parts[0].shape, (k) => parts.reduce((a, part) => a + part.data[k], 0)),
    spread: (u, shape) => array(shape, (k) => u.data[k % u.data.length]),
    concatenate,
    stack: (...parts) => array([parts.length, ...parts[0].shape], (k) => {
      const size = parts[0].data.length;
      return parts[Math.floor(k / size)].data[k % size];
    }),
    one_hot: (u, size) => array([size], (k) => (u.data[0] === k ? 1 : 0)),
    slice,
    reshape: (u, shape) => array(shape, (k) => u.data[k]),
    spread_down: (u, shape) => array(shape, (k) => u.data[Math.floor(k / shape[1])]),
    place,
  };

  // How many of the entries after an operation's name are operands; the rest are settings.
  const ONE_OPERAND = new Set(["spread", "spread_down", "reshape", "slice", "place", "one_hot"]);
  const operandsOf = (formula) =>
    formula[0] === "number" ? [] : ONE_OPERAND.has(formula[0]) ? [formula[1]] : formula.slice(1);
  const settingsOf = (formula) => (ONE_OPERAND.has(formula[0]) ? formula.slice(2) : []);

  // `values` holds the quantities by their places, and in a definition the argument as "u".
  function calculate(formula, values, functions, seen) {
    if (!Array.isArray(formula)) return values[formula];
    const [name] = formula;
    if (name === "number") return array([], () => formula[1]);
    const parts = operandsOf(formula).map((operand) => calculate(operand, values, functions, seen));
    const value = Object.hasOwn(functions, name)
      ? calculate(functions[name], { u: parts[0] }, functions)
      : operations[name](...parts, ...settingsOf(formula));
    seen?.set(formula, value.shape);
    return value;
  }

  // A function of one number, by its name.
  const applied = (name, number, functions = {}) =>
    calculate([name, "u"], { u: array([], () => number) }, functions).data[0];

  function chosen(choice) {
    const hits = choice.options.map((word) => (word === choice.picked ? 1 : 0));
    if (choice.form === "one-hot") return hits;
    return [choice.options.indexOf(choice.picked) + 1];
  }

  // What is given at first: for each quantity without a formula its numbers, or the word picked.
  function givenAtFirst(data) {
    if (data.format !== FORMAT) {
      throw new Error(`This page's script reads format ${FORMAT}; the calculation is in format ${data.format}.`);
    }
    return data.quantities.map((q) => (q.formula === undefined ? (q.choice ? q.choice.picked : [...q.value]) : null));
  }

  // All values. Throws CannotCalculate, with the first step that has no finite value.
  function evaluate(data, given, seen) {
    const values = [];
    data.quantities.forEach((q, at) => {
      values.push(q.formula === undefined ? fixed(q, given[at]) : step(q, values, data.functions ?? {}, seen));
    });
    return values;
  }

  function fixed(q, given) {
    const numbers = q.choice ? chosen({ ...q.choice, picked: given }) : given;
    return array(q.shape, (k) => numbers[k]);
  }

  function step(q, values, functions, seen) {
    try {
      const value = calculate(q.formula, values, functions, seen);
      if (value.data.every(Number.isFinite)) return value;
      throw new CannotCalculate("would be larger than a computer can hold");
    } catch (error) {
      if (error instanceof CannotCalculate && !error.step) error.step = q.title;
      throw error;
    }
  }

  window.rnnEdu = Object.assign(window.rnnEdu || {}, {
    engine: { CannotCalculate, applied, calculate, evaluate, givenAtFirst, names: Object.keys(operations), operandsOf, partOf },
  });
})();
