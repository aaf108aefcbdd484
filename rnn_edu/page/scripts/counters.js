// Which units count: those whose state goes along with the step most straightly, over all texts that
// were held out. Each can be looked at with one press.
(() => {
  "use strict";
  const { fold, isNarrow, numbers } = window.rnnEdu;
  const { make } = window.rnnEdu.nodes;
  const COUNTS = 0.5; // a correlation below that is none to speak of

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
    // `choose(unit, state)` is told which one the reader presses.
    constructor(network, choose) {
      const { counters = {}, kind } = network.data;
      const best = Object.entries(counters).map(([texts, [[state, unit, r]]]) => ({ texts, state, unit: unit - 1, r }));
      this.found = best.filter(({ r }) => Math.abs(r) >= COUNTS).map((counter) => ({ ...counter, button: this.button(counter, choose) }));
      const asked = isNarrow() ? "" : `Which unit counts the ${kind}s? `; // on a phone the fold asks it
      const meaning = "r: the correlation of a state with the number of the step, over all held-out texts";
      this.node = fold(`Which unit counts the ${kind}s?`,
        make("p", { class: "writer-counters", title: meaning }, asked, ...(this.found.length ? this.found.flatMap(({ button }) => [button, " "]) : [none(best)])));
    }

    // The one that the page opens with.
    get first() {
      return this.found[0];
    }

    button({ texts, unit, r }, choose) {
      return make("button", { type: "button", class: "writer-small", onclick: () => choose(unit, this.found.find((one) => one.texts === texts).state) },
        `in ${texts} unit ${unit + 1}, r ${numbers.shown(r, 2)}`);
    }

    show(looked, chosen) {
      for (const { button, state, unit } of this.found) button.setAttribute("aria-pressed", String(unit === chosen && state === looked));
    }
  }

  function none(best) {
    const [most] = best.sort((a, b) => Math.abs(b.r) - Math.abs(a.r));
    return make("b", {}, most ? `None does: the best is unit ${most.unit + 1}, r ${numbers.shown(most.r, 2)}. ` : "That was not measured. ");
  }

  Object.assign(window.rnnEdu, { Counters, withStep });
})();
