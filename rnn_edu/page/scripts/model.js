// A walkthrough that is being played with: what is given now, all values, and how to name things.
(() => {
  "use strict";
  const { engine, numbers, pencil } = window.rnnEdu;

  const MOST_HALVINGS = 12;
  const OF_UNITS = /^(a|a_.|[ifozrch]|c_tilde|h_tilde)$/; // values of a layer with a number for each unit

  // What a vector without labels counts: the features of an input, the units of a layer.
  function counted(q, quantities) {
    const { origin, role } = quantities[q.gradient_of ?? q.gradient_part?.[0]] ?? q;
    if (!origin || q.shape.length !== 1) return null;
    return role === "input" ? "feature" : OF_UNITS.test(origin.value) ? "unit" : null;
  }

  function withLabels(q, at, quantities) {
    const what = q.labels ? null : counted(q, quantities);
    return what ? { ...q, labels: [Array.from({ length: q.shape[0] }, (_, k) => `${what} ${k + 1}`)] } : q;
  }

  class Model {
    constructor(data) {
      this.data = data;
      this.quantities = data.quantities.map(withLabels);
      this.result = data.result;
      this.first = engine.givenAtFirst(data);
      this.opened = structuredClone(this.first); // what the page opened with
      this.given = structuredClone(this.first);
      this.shapes = new Map();
      this.values = engine.evaluate(data, this.given, this.shapes);
      this.firstValues = this.openedValues = this.values;
      this.gradients = new Map();
      this.quantities.forEach((q, at) => "gradient_of" in q && this.gradients.set(q.gradient_of, at));
    }

    shapeOf = (formula) =>
      typeof formula === "number" ? this.quantities[formula].shape : this.shapes.get(formula) || [];

    applied = (name, number) => engine.applied(name, number, this.data.functions);

    value(at, place = 0) {
      return this.values[at].data[place];
    }

    gradient(at, place) {
      return this.gradients.has(at) ? this.value(this.gradients.get(at), place) : null;
    }

    // Sets given numbers or words at once: [{ at, place, value }] or [{ at, word }].
    // Says what is wrong, and changes nothing, if a step would have no finite value.
    change(edits) {
      const given = this.givenWith(edits);
      try {
        this.values = engine.evaluate(this.data, given);
        this.given = given;
        return null;
      } catch (error) {
        if (error instanceof engine.CannotCalculate) return `${error.step} ${error.message}.`;
        throw error;
      }
    }

    givenWith(edits) {
      const given = structuredClone(this.given);
      for (const { at, place, value, word } of edits) {
        if (word !== undefined) given[at] = word;
        else given[at][place] = value;
      }
      return given;
    }

    // All values if these numbers or words were given.
    valuesWith(edits) {
      return edits.length ? engine.evaluate(this.data, this.givenWith(edits)) : this.values;
    }

    // The mean of the result over some readings, each a list of edits.
    meanResult(readings) {
      return readings.reduce((sum, edits) => sum + this.valuesWith(edits)[this.result].data[0], 0) / readings.length;
    }

    // Starts anew with other weights; words and inputs stay as they are.
    startFrom(weights) {
      for (const given of [this.first, this.given]) {
        for (const [at, numbers] of Object.entries(weights)) given[at] = [...numbers];
      }
      this.firstValues = engine.evaluate(this.data, this.first);
      this.values = engine.evaluate(this.data, this.given);
    }

    // The weights that the page opened with, by their places.
    openedWeights() {
      return Object.fromEntries(this.opened.flatMap((numbers, at) => (this.quantities[at].role === "weight" && numbers ? [[at, numbers]] : [])));
    }

    // What the result would be with them, and with what is read now.
    resultWithOpenedWeights() {
      const given = [...this.given];
      for (const [at, numbers] of Object.entries(this.openedWeights())) given[at] = numbers;
      return engine.evaluate(this.data, given)[this.result].data[0];
    }

    // All values, the gradients as they would be if some of them, those of losses, were 0.
    gradientsWithout(some) {
      if (!some.length) return this.values;
      const values = [...this.values];
      this.quantities.forEach((q, at) => {
        if (some.includes(at)) values[at] = { shape: q.shape, data: Array(values[at].data.length).fill(0) };
        else if (q.role === "gradient") values[at] = engine.calculate(q.formula, values, this.data.functions ?? {});
      });
      return values;
    }

    // All values if nothing were read in one place.
    valuesWithout(at) {
      const given = [...this.given];
      given[at] = "";
      return engine.evaluate(this.data, given);
    }

    reset() {
      this.given = structuredClone(this.first);
      this.values = this.firstValues;
    }

    get changed() {
      return JSON.stringify(this.given) !== JSON.stringify(this.first);
    }

    // Every weight a little against its gradient, or against its mean over several readings.
    downhill(rate, readings = [[]]) {
      const [edits, all] = [[], readings.map((reading) => this.valuesWith(reading))];
      this.gradients.forEach((gradient, at) => {
        if (this.quantities[at].role !== "weight") return;
        this.values[gradient].data.forEach((_, place) => {
          const slope = all.reduce((sum, values) => sum + values[gradient].data[place], 0) / all.length;
          edits.push({ at, place, value: this.value(at, place) - rate * slope });
        });
      });
      return this.change(edits);
    }

    // A rate at which some steps downhill lower the result: `most`, halved as often as need be.
    rateThatHelps(most, steps, readings = [[]]) {
      const { given, values } = this;
      const before = this.meanResult(readings);
      let rate = most;
      for (let halvings = 0; halvings < MOST_HALVINGS; halvings++, rate /= 2) {
        const isFine = Array.from({ length: steps }).every(() => this.downhill(rate, readings) === null) && this.meanResult(readings) < before;
        Object.assign(this, { given, values });
        if (isFine) break;
      }
      return rate;
    }

    // The place of the one-hot target that a step is measured by, if there is one.
    wanted(at) {
      const { role, t, shape } = this.quantities[at];
      if (role !== "output") return undefined;
      const target = this.quantities.findIndex((q) => q.role === "target" && q.t === t && `${q.shape}` === `${shape}`);
      const place = target < 0 ? -1 : this.values[target].data.indexOf(1);
      return place < 0 ? undefined : place;
    }

    isField(at) {
      const q = this.quantities[at];
      return q.formula === undefined && !q.choice;
    }

    // The labels of an element, one for each axis: ["This", "unit 1"].
    labels(at, place) {
      const q = this.quantities[at];
      if (q.shape.reduce((a, b) => a * b, 1) === 1) return [];
      return pencil.unflat(place, q.shape).map((k, axis) => (q.labels ? q.labels[axis][k] : `${k + 1}`));
    }

    name(at, place) {
      const labels = this.labels(at, place);
      return this.quantities[at].title + (labels.length ? ` (${labels.join(", ")})` : "");
    }

    // A step in one short line, for a listener: "h at t=2: unit 1 0.045, unit 2 -0.083".
    summary(at, most = 6) {
      const { data } = this.values[at];
      const parts = Array.from(data.slice(0, most), (value, place) =>
        [...this.labels(at, place), numbers.shown(value, 3)].join(" "));
      const more = data.length > most ? ` and ${data.length - most} more` : "";
      return `${this.quantities[at].title}: ${parts.join(", ")}${more}`;
    }

    // The steps that can be visited, in the order of calculation.
    steps(withGradients) {
      const all = this.quantities.map((q, at) => ({ q, at })).filter(({ q }) => q.formula !== undefined);
      return all.filter(({ q }) => withGradients || q.role !== "gradient").map(({ at }) => at);
    }

    // The quantities in a formula, each once, as they are met from left to right.
    operands(at) {
      const met = new Set();
      const visit = (formula) => {
        if (typeof formula === "number") met.add(formula);
        else engine.operandsOf(formula).forEach(visit);
      };
      visit(this.quantities[at].formula);
      return [...met];
    }

    // The columns of an operand that a step reads, as of the weights of all gates those of one;
    // null for all of them.
    columnsRead(at, operand) {
      const read = new Set();
      const visit = (formula) => {
        if (formula === operand) return false;
        if (!Array.isArray(formula) || formula[0] === "number") return true;
        if (formula[0] !== "slice" || formula[1] !== operand) return engine.operandsOf(formula).every(visit);
        const { shape } = this.quantities[operand];
        engine.partOf(shape, formula[2]).places.forEach((place) => read.add(place % shape.at(-1)));
        return true;
      };
      return visit(this.quantities[at].formula) && read.size ? [...read].sort((a, b) => a - b) : null;
    }

    element(at, place) {
      const q = this.quantities[at];
      return pencil.element(q.formula, pencil.unflat(place, q.shape), this.shapeOf, this.applied);
    }
  }

  window.rnnEdu.Model = Model;
})();
