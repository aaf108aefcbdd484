// What the colours of a drawing stand for: how much of the full colour a number has. On the way
// forward each row has a measure of its own; the way back has one for all of its steps, or nobody
// would see where it vanishes.
(() => {
  "use strict";
  const { numbers } = window.rnnEdu;
  const { make, math } = window.rnnEdu.nodes;
  const [LEAST_TENTHS, MOST_TENTHS] = [2, 4]; // powers of ten from the palest to the full colour
  const FAINTEST = 0.06; // of the colour: what is smaller still, but not zero
  const STATES = new Set(["state", "cell state"]);

  // The largest number of some steps, now or at first, so that bars can be seen to grow.
  function largest({ values, firstValues }, steps) {
    return Math.max(...steps.flatMap((at) => [...values[at].data, ...firstValues[at].data].map(Math.abs)));
  }

  // Sizes as shares of the largest of a row.
  function ofRow(model, row) {
    const most = largest(model, row) || 1;
    return (size) => Math.min(1, size / most);
  }

  class WayBack {
    constructor(model, steps) {
      this.model = model;
      this.steps = steps;
      this.states = steps.filter((at) => this.isOfState(at));
      this.ends = [make("span"), make("span")];
      this.weakestNode = make("span");
      this.node = make("p", { class: "play-scale play-note" },
        this.ends[0], make("span", { class: "play-ramp", "aria-hidden": "true" }), this.ends[1],
        make("span", {}, "one scale for all rows, in powers of ten; 0 is white. "), this.weakestNode);
      this.refresh();
    }

    isOfState(at) {
      const { quantities } = this.model;
      const of = quantities[at].gradient_of ?? quantities[at].gradient_part?.[0];
      return of !== undefined && quantities[of].t !== null && STATES.has(quantities[of].role);
    }

    refresh() {
      let [least, most] = [Infinity, 0];
      for (const values of [this.model.values, this.model.firstValues]) {
        for (const at of this.steps) {
          for (const value of values[at].data) {
            const size = Math.abs(value);
            if (size > most) most = size;
            if (size && size < least) least = size;
          }
        }
      }
      this.most = most || 1;
      const span = Math.log10(this.most / Math.min(least, this.most));
      this.tenths = Math.min(MOST_TENTHS, Math.max(LEAST_TENTHS, Math.ceil(span)));
      this.write();
    }

    share = (size) => (size ? Math.max(FAINTEST, 1 - Math.log10(this.most / size) / this.tenths) : 0);

    write() {
      this.ends[0].textContent = numbers.shown(this.most / 10 ** this.tenths, 2);
      this.ends[1].textContent = numbers.shown(this.most, 2);
      const at = this.weakest();
      this.weakestNode.replaceChildren(...(at === undefined ? [] : this.inWords(at)));
    }

    // The step among the gradients of states whose largest number is the smallest.
    weakest() {
      if (this.states.length < 2) return undefined;
      const size = (at) => this.largestOf(at);
      return this.states.reduce((least, at) => (size(at) < size(least) ? at : least));
    }

    largestOf(at) {
      return Math.max(...[...this.model.values[at].data].map(Math.abs));
    }

    inWords(at) {
      const q = this.model.quantities[at];
      return [make("b", {}, "Weakest: "), math(q.row ?? q.symbol, q.title), ` at t=${q.t}: ${numbers.shown(this.largestOf(at), 3)}`];
    }
  }

  Object.assign(window.rnnEdu, { WayBack, ofRow });
})();
