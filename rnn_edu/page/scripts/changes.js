// What training changed: every weight as it was when the page was opened, beside the weight of
// now and the difference, in one colour scale for all of them. One press puts the old ones back.
(() => {
  "use strict";
  const { numberTable, numbers } = window.rnnEdu;
  const { hidden, make, math, scrollable } = window.rnnEdu.nodes;
  const MOST_IN_TABLE = 100; // numbers of a matrix; of a larger one the largest changes are listed
  const MOST_LISTED = 12;
  const DIGITS = 3;

  const short = (number) => numbers.shown(number, DIGITS);
  const signed = (number) => (number > 0 ? "+" : "") + short(number);

  class Changes {
    name = "What changed";
    isAlone = true;

    constructor(play) {
      this.play = play;
      const { quantities, opened } = play.model;
      this.weights = quantities.flatMap((q, at) => (q.role === "weight" && opened[at] ? [at] : []));
      this.sentence = make("p", {});
      this.back = make("button", { type: "button", onclick: () => this.putBack() }, "Back to the old weights");
      this.ends = [make("span"), make("span")];
      this.scale = make("p", { class: "play-scale play-note" }, this.ends[0],
        make("span", { class: "play-ramp play-both-ways", "aria-hidden": "true" }), this.ends[1],
        make("span", {}, "the change, one scale for all weights; below it the old weight → the new one"));
      this.tables = make("div", { class: "play-changes-tables" });
      this.scroll = scrollable(make("div", { class: "play-scroll" }, this.tables), "The old weights, the new ones and the differences");
      this.node = make("div", { class: "play-changes", role: "group", "aria-label": "What changed in the weights", hidden: true },
        make("div", { class: "play-changes-head" }, this.sentence, this.back), this.scroll, this.scale);
    }

    opened() {
      return "Old and new weights are shown, and how they differ.";
    }

    old(at, place) {
      return this.play.model.opened[at][place];
    }

    change(at, place) {
      return this.play.model.value(at, place) - this.old(at, place);
    }

    // The place of every weight with its change, the largest first.
    sorted(at) {
      const places = this.play.model.opened[at].map((_, place) => ({ at, place, change: this.change(at, place) }));
      return places.sort((a, b) => Math.abs(b.change) - Math.abs(a.change));
    }

    // The weight that changed most.
    largest() {
      const first = this.weights.map((at) => this.sorted(at)[0]);
      return first.reduce((most, one) => (Math.abs(one.change) > Math.abs(most.change) ? one : most));
    }

    // What training changed, at one look.
    inShort() {
      const { at, place, change } = this.largest();
      const { symbol, title } = this.play.model.quantities[at];
      return ["Changed most: ", math(symbol, title), ` ${this.play.model.labels(at, place).join(" → ")} by ${signed(change)}`];
    }

    refresh() {
      this.most = this.largest();
      const size = Math.abs(this.most.change);
      this.ends[0].textContent = short(-size);
      this.ends[1].textContent = signed(size);
      this.scale.hidden = !size;
      this.sentence.textContent = this.inWords();
      this.back.setAttribute("aria-disabled", String(!size));
      this.tables.replaceChildren(...this.weights.map((at) => this.panel(at)));
    }

    inWords() {
      const { model } = this.play;
      if (!this.most.change) return "No weight has changed yet: every number is the one that the page opened with. Train, or change a weight, and come back.";
      const [before, now] = [model.resultWithOpenedWeights(), model.value(model.result)];
      const loss = `${model.quantities[model.result].title} is ${short(now)}; with the old weights it would be ${short(before)}.`;
      return `${loss} The largest change: ${model.name(this.most.at, this.most.place)}, ${signed(this.most.change)}.`;
    }

    panel(at) {
      const { symbol, title, note } = this.play.model.quantities[at];
      const isSmall = this.play.model.opened[at].length <= MOST_IN_TABLE;
      return make("div", { class: "play-panel" },
        make("p", { class: "play-panel-head" }, math(symbol, title), make("span", { class: "play-note" }, isSmall ? note : `${note}: the ${MOST_LISTED} largest changes`)),
        isSmall ? numberTable(this.play.model.quantities[at], (place) => this.cell(at, place)) : this.list(at));
    }

    cell(at, place) {
      const [change, old, now] = [this.change(at, place), this.old(at, place), this.play.model.value(at, place)];
      const cell = make("td", { class: change < 0 ? "play-fell" : "play-grew" },
        make("b", {}, hidden("change "), signed(change)),
        make("small", {}, hidden("from "), short(old), make("span", { "aria-hidden": "true" }, "→"), hidden(" to "), make("span", {}, short(now))));
      cell.style.setProperty("--share", `${this.most.change ? (100 * Math.abs(change / this.most.change)).toFixed(1) : 0}%`);
      return cell;
    }

    list(at) {
      const lines = this.sorted(at).slice(0, MOST_LISTED).map(({ place }) =>
        make("tr", {}, make("th", { scope: "row" }, this.play.model.labels(at, place).join(" · ")), this.cell(at, place)));
      return make("table", { class: "play-numbers" }, make("caption", { class: "visually-hidden" }, this.play.model.quantities[at].title), make("tbody", {}, ...lines));
    }

    putBack() {
      if (!this.most.change) return;
      this.play.model.startFrom(this.play.model.openedWeights());
      this.play.training?.press(0);
      this.play.startAgain();
      this.play.say(`The old weights are back. ${this.play.model.summary(this.play.model.result)}.`);
    }
  }

  window.rnnEdu.Changes = Changes;
})();
