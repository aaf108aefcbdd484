// One number of a step as you would write it with a pencil: the numbers put in.
// The same rules as rnn_edu.walkthrough.scalars, so that page, notebook and workbook agree; only
// the largest logit, which softmax subtracts, is here a number instead of a list to choose from.
(() => {
  "use strict";
  const { operandsOf, partOf } = window.rnnEdu.engine;
  const SUM = 1, PRODUCT = 2, ATOM = 4;
  const ZERO = { kind: "number", value: 0 };
  const ONE = { kind: "number", value: 1 };
  const NAMES = { sigmoid: "σ" };

  const isNumber = (tree, value) => tree.kind === "number" && tree.value === value;
  const both = (operator, left, right) => ({ kind: "both", operator, left, right });

  function added(left, right) {
    if (isNumber(left, 0)) return right;
    return isNumber(right, 0) ? left : both("+", left, right);
  }

  function multiplied(left, right) {
    if (isNumber(left, 0) || isNumber(right, 0)) return ZERO;
    if (isNumber(left, 1)) return right;
    return isNumber(right, 1) ? left : both("·", left, right);
  }

  const total = (terms) => (terms.length === 1 ? terms[0] : { kind: "sum", terms });

  const strides = (shape) => shape.map((_, axis) => shape.slice(axis + 1).reduce((a, b) => a * b, 1));
  const flat = (index, shape) => strides(shape).reduce((sum, stride, axis) => sum + stride * index[axis], 0);
  const unflat = (k, shape) => strides(shape).map((stride, axis) => Math.floor(k / stride) % shape[axis]);

  // The element of a formula at an index, as a tree of numbers and cells; `applied` calculates a
  // function of one number.
  function element(formula, index, shapeOf, applied) {
    const part = (operand, at) => element(operand, at, shapeOf, applied);
    const call = (name, inner) => ({ kind: "call", name, inner, of: (number) => applied(name, number) });
    if (typeof formula === "number") {
      return { kind: "cell", quantity: formula, place: flat(index, shapeOf(formula)) };
    }
    const [name, u, v] = formula;
    const tail = (operand) => part(operand, index.slice(index.length - shapeOf(operand).length));
    switch (name) {
      case "number":
        return { kind: "number", value: u };
      case "add":
        return added(tail(u), tail(v));
      case "subtract":
        return both("−", tail(u), tail(v));
      case "multiply":
        return multiplied(tail(u), tail(v));
      case "divide":
        return both("/", tail(u), tail(v));
      case "matmul": {
        const depth = shapeOf(u).length - 1;
        const [row, column] = [index.slice(0, depth), index.slice(depth)];
        const inner = Array.from({ length: shapeOf(v)[0] }, (_, k) => k);
        return total(inner.map((k) => both("·", part(u, [...row, k]), part(v, [k, ...column]))));
      }
      case "outer":
        return multiplied(part(u, index.slice(0, 1)), part(v, index.slice(1)));
      case "transpose":
        return part(u, [...index].reverse());
      case "softmax":
      case "log_softmax": {
        const width = shapeOf(u)[shapeOf(u).length - 1];
        const logits = Array.from({ length: width }, (_, k) => part(u, [...index.slice(0, -1), k]));
        const less = logits.map((z) => both("−", z, { kind: "largest", terms: logits }));
        const powers = less.map((z) => call("exp", z));
        const k = index[index.length - 1];
        if (name === "softmax") return both("/", powers[k], total(powers));
        return both("−", less[k], call("ln", total(powers)));
      }
      case "maximum":
      case "maximum_shared":
        return { kind: "maximum", terms: operandsOf(formula).map(tail) };
      case "stack":
        return part(formula[1 + index[0]], index.slice(1));
      case "one_hot": {
        const away = both("−", part(u, shapeOf(u).map(() => 0)), { kind: "number", value: index[0] });
        return both("−", ONE, call("abs", call("sign", away)));
      }
      case "sum":
      case "row_sums":
      case "column_sums": {
        const shape = shapeOf(u);
        const size = shape.reduce((a, b) => a * b, 1);
        const places = Array.from({ length: size }, (_, k) => unflat(k, shape));
        const axis = name === "row_sums" ? 0 : 1;
        const wanted = name === "sum" ? places : places.filter((place) => place[axis] === index[0]);
        return total(wanted.map((place) => part(u, place)));
      }
      case "add_all": {
        const terms = operandsOf(formula).map((operand) => part(operand, index));
        const left = terms.filter((term) => !isNumber(term, 0));
        return left.length ? total(left) : ZERO;
      }
      case "spread":
        return tail(u);
      case "spread_down":
        return part(u, index.slice(0, 1));
      case "reshape":
        return part(u, unflat(flat(index, formula[2]), shapeOf(u)));
      case "concatenate": {
        let last = index[index.length - 1];
        for (const operand of operandsOf(formula)) {
          const width = shapeOf(operand)[shapeOf(operand).length - 1];
          if (last < width) return part(operand, [...index.slice(0, -1), last]);
          last -= width;
        }
        return ZERO;
      }
      case "slice": {
        const { places, shape } = partOf(shapeOf(u), formula[2]);
        return part(u, unflat(places[flat(index, shape)], shapeOf(u)));
      }
      case "place": {
        const shape = formula[3];
        const { places } = partOf(shape, formula[2]);
        const hits = places.flatMap((where, k) => (where === flat(index, shape) ? [k] : []));
        const terms = hits.map((k) => part(u, unflat(k, shapeOf(u))));
        return terms.length ? total(terms) : ZERO;
      }
      default:
        return call(name, part(u, index));
    }
  }

  // -- as nodes of the page: pieces of text and numbers, and how tightly they bind ---------

  const text = (words, binds = ATOM) => ({ nodes: [words], binds });
  const bracketed = (piece) => ({ nodes: ["(", ...piece.nodes, ")"], binds: ATOM });
  const atLeast = (piece, binds) => (piece.binds >= binds ? piece : bracketed(piece));

  function number(value, writeNumber) {
    const binds = value < 0 ? SUM : Math.abs(value) >= 1e6 || (value && Math.abs(value) < 1e-4) ? PRODUCT : ATOM;
    return { nodes: [writeNumber(value)], binds, negative: value < 0 };
  }

  function operation(operator, left, right) {
    const binds = operator === "·" || operator === "/" ? PRODUCT : SUM;
    const tighter = binds + (operator === "−" || operator === "/" || right.negative ? 1 : 0);
    const nodes = [...atLeast(left, binds).nodes, ` ${operator} `, ...atLeast(right, tighter).nodes];
    return { nodes, binds, negative: left.negative && left.binds >= binds };
  }

  // A name can end in the values of parameters: elu_0.5 of 2 is written elu(2; 0.5).
  function called(name, nodes) {
    const [, base, values] = /^(.*?)((?:_-?\d+(?:\.\d+)?(?:e[-+]?\d+)?)*)$/.exec(name);
    const also = values.replace(/-/g, "−").split("_").slice(1).join(", ");
    return { nodes: [`${NAMES[base] || base}(`, ...nodes, also && `; ${also}`, ")"], binds: ATOM };
  }

  // `cell(quantity, place)` gives the value of a cell, `write` the node of a number (and its cell).
  function written(tree, cell, write) {
    const inner = (part) => written(part, cell, write);
    switch (tree.kind) {
      case "number":
        return number(tree.value, write);
      case "cell":
        return number(cell(tree.quantity, tree.place), (value) => write(value, tree));
      case "call":
        if (tree.name === "negate") {
          return { nodes: ["−", ...atLeast(inner(tree.inner), PRODUCT).nodes], binds: SUM, negative: true };
        }
        return called(tree.name, inner(tree.inner).nodes);
      case "maximum": {
        const terms = tree.terms.map(inner).map((term) => term.nodes);
        const listed = terms.flatMap((nodes, k) => (k ? [", ", ...nodes] : nodes));
        return { nodes: ["max(", ...listed, ")"], binds: ATOM };
      }
      case "largest":
        return number(Math.max(...tree.terms.map((part) => amount(part, cell))), write);
      case "both":
        return term(tree, operation(tree.operator, inner(tree.left), inner(tree.right)), cell);
      case "sum":
        return tree.terms.map(inner).reduce((left, right) => operation("+", left, right));
      default:
        return text("?");
    }
  }

  // What one of the logits of a softmax comes to.
  function amount(tree, cell) {
    const inner = (part) => amount(part, cell);
    const both = { "+": (a, b) => a + b, "−": (a, b) => a - b, "·": (a, b) => a * b, "/": (a, b) => a / b };
    if (tree.kind === "number") return tree.value;
    if (tree.kind === "cell") return cell(tree.quantity, tree.place);
    if (tree.kind === "both") return both[tree.operator](inner(tree.left), inner(tree.right));
    if (tree.kind === "call") return tree.of(inner(tree.inner));
    if (tree.kind !== "sum") return Math.max(...tree.terms.map(inner));
    return tree.terms.reduce((sum, part) => sum + inner(part), 0);
  }

  // A product with a zero in it adds nothing: it is written faintly.
  function addsNothing(tree, cell) {
    const isZero = (side) => side.kind === "cell" && cell(side.quantity, side.place) === 0;
    return tree.operator === "·" && (isZero(tree.left) || isZero(tree.right));
  }

  function term(tree, piece, cell) {
    if (!addsNothing(tree, cell)) return piece;
    const faint = document.createElement("span");
    faint.className = "adds-nothing";
    faint.append(...piece.nodes);
    return { ...piece, nodes: [faint] };
  }

  // The cells of a tree; if there is a `cell` to ask for values, without products that add nothing.
  function cellsOf(tree, cell = null) {
    if (tree.kind === "cell") return [tree];
    if (cell && addsNothing(tree, cell)) return [];
    const below = [tree.left, tree.right, tree.inner, ...(tree.terms || [])];
    return below.filter(Boolean).flatMap((part) => cellsOf(part, cell));
  }

  window.rnnEdu.pencil = { cellsOf, element, flat, unflat, written };
})();
