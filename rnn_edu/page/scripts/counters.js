// Which units count: those whose number goes along with the step most straightly. Each can be
// looked at with one press.
(() => {
  "use strict";
  const { fold, isNarrow, numbers, sampling } = window.rnnEdu;
  const { make } = window.rnnEdu.nodes;
  const NAMED = 3;
  const LEAST_STEPS = 6; // with fewer nearly every unit seems to count

  // The correlation of a series with the number of the step; 0 where the series never moves.
  function withStep(series) {
    const middle = (series.length - 1) / 2;
    const mean = series.reduce((a, b) => a + b, 0) / series.length;
    let [together, ofSteps, ofSeries] = [0, 0, 0];
    series.forEach((number, step) => {
      together += (step - middle) * (number - mean);
      ofSteps += (step - middle) ** 2;
      ofSeries += (number - mean) ** 2;
    });
    return ofSeries ? together / Math.sqrt(ofSteps * ofSeries) : 0;
  }

  class Counters {
    // `choose(unit)` is told which one the reader presses; `kind` is what a step reads.
    constructor(kind, choose) {
      Object.assign(this, { kind, choose });
      this.found = make("p", { class: "writer-counters" });
      this.node = fold(`Which unit counts the ${kind}s?`, this.found);
    }

    // `columns`: for each step the numbers of all units; the start is none that counts.
    show(columns, chosen) {
      const asked = isNarrow() ? "" : `Which unit counts the ${this.kind}s? `; // on a phone the fold asks it
      this.found.replaceChildren(asked, ...this.answer(columns.slice(1), chosen));
    }

    answer(steps, chosen) {
      if (steps.length < LEAST_STEPS) return [`That can be seen in a text of ${LEAST_STEPS} ${this.kind}s or more.`];
      const found = Array.from(steps[0], (_, unit) => withStep(steps.map((column) => column[unit])));
      const best = sampling.largestFirst(found.map(Math.abs)).slice(0, NAMED).filter((unit) => found[unit]);
      if (!best.length) return ["None does: no number moves."];
      return [...best.flatMap((unit) => [this.button(unit, found[unit], unit === chosen), " "]),
        make("span", { class: "play-note" }, "r: how straightly it goes with the step; in a short text luck does much of it")];
    }

    button(unit, r, isChosen) {
      return make("button", { type: "button", class: "writer-small", "aria-pressed": String(isChosen), onclick: () => this.choose(unit) },
        `unit ${unit + 1}, r ${numbers.shown(r, 3)}`);
    }
  }

  Object.assign(window.rnnEdu, { Counters, withStep });
})();
