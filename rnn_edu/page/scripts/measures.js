// What the colours of a drawing stand for: how much of the full colour a number has. On the way
// forward each row has a measure of its own; the way back has one for all of its steps, or nobody
// would see where it vanishes.
(() => {
  "use strict";
  const { numbers } = window.rnnEdu;
  const { make } = window.rnnEdu.nodes;
  const [LEAST_TENTHS, MOST_TENTHS] = [2, 4]; // powers of ten from the palest to the full colour
  const FAINTEST = 0.06; // of the colour: what is smaller still, but not zero

  // The largest number of some steps, now, at first, or when the page opened, before any training:
  // bars can be seen to grow, and a loss to fade.
  function largest({ values, firstValues, openedValues }, steps) {
    return Math.max(...[values, firstValues, openedValues].flatMap((all) => steps.flatMap((at) => [...all[at].data].map(Math.abs))));
  }

  // Sizes as shares of the largest of a row.
  function ofRow(model, row) {
    const most = largest(model, row) || 1;
    return (size) => Math.min(1, size / most);
  }

  class WayBack {
    constructor(model, steps, words = "one scale for all rows, in powers of ten; 0 is white. ") {
      this.model = model;
      this.steps = steps;
      this.ends = [make("span"), make("span")];
      this.node = make("p", { class: "play-scale play-note" },
        this.ends[0], make("span", { class: "play-ramp", "aria-hidden": "true" }), this.ends[1],
        make("span", {}, words));
      this.refresh();
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
    }
  }

  Object.assign(window.rnnEdu, { WayBack, ofRow });
})();
