// The same network before and after training: two buttons, and a row that shows what it remembers
// of each word: how far the last state moves when the word is left out.
(() => {
  "use strict";
  const { numbers } = window.rnnEdu;
  const { hidden, make, math } = window.rnnEdu.nodes;
  const DIGITS = 2;

  class TrainingSwitch {
    // `trained`: the numbers of every weight after training, by its place.
    constructor(play, trained) {
      this.play = play;
      const { first } = play.model;
      const untrained = Object.fromEntries(Object.keys(trained).map((at) => [at, first[at]]));
      this.named = [["Untrained", untrained], ["Trained", trained]];
      this.buttons = this.named.map(([name, weights]) =>
        make("button", { type: "button", "aria-pressed": String(weights === untrained), onclick: () => this.take(name, weights) }, name));
      this.node = make("span", { class: "play-switch", role: "group", "aria-label": "Weights" }, ...this.buttons);
      this.memory = new MemoryRow(play);
    }

    // Shows which weights the network has: those of the first button, or of the second.
    press(which) {
      this.buttons.forEach((button, k) => button.setAttribute("aria-pressed", String(k === which)));
    }

    // Begins with the trained weights.
    open() {
      this.take(...this.named[1]);
    }

    take(name, weights) {
      this.press(this.buttons.findIndex((button) => button.textContent === name));
      this.play.model.startFrom(weights);
      this.play.startAgain();
      this.play.say(`${name}: ${this.play.model.summary(this.play.model.result)}. ${this.memory.sentence()}`);
    }
  }

  class MemoryRow {
    constructor(play) {
      const { quantities } = play.model;
      this.play = play;
      this.last = quantities.reduce((last, q, at) => (q.role === "state" && q.formula !== undefined && q.t >= (quantities[last]?.t ?? 0) ? at : last), -1);
      this.words = new Map(quantities.flatMap((q, at) => (q.role === "input" && q.choice ? [[q.t, at]] : [])));
    }

    // Puts the row under a drawing, and what it means below.
    under(map) {
      const { symbol, title } = this.play.model.quantities[this.last];
      this.cells = map.columns.map((t) => ({ t, cell: map.inColumn(t, make("td", { class: "play-moved" })) }));
      const head = make("th", { scope: "row" }, math(`\\Delta ${symbol}`, `How far ${title} moves without the word`));
      map.table.append(make("tfoot", {}, make("tr", {}, head, ...this.cells.map(({ cell }) => cell))));
      map.node.append(make("p", { class: "play-note" },
        math(`\\Delta ${symbol}`, "This row"), ": the largest change of a number in ", math(symbol, title), " when the word above is left out"));
      this.refresh();
    }

    // For each time, the largest change of a number of the last state without the word read then.
    moved() {
      const { data } = this.play.model.values[this.last];
      return new Map([...this.words].map(([t, at]) => {
        const without = this.play.model.valuesWithout(at)[this.last].data;
        return [t, Math.max(...data.map((value, k) => Math.abs(value - without[k])))];
      }));
    }

    refresh() {
      const moved = this.moved();
      const most = Math.max(...moved.values());
      for (const { t, cell } of this.cells) {
        const value = moved.get(t);
        if (value === undefined) continue;
        cell.style.setProperty("--share", `${most ? (100 * value) / most : 0}%`);
        cell.classList.toggle("play-most", value === most);
        cell.replaceChildren(...(value === most ? [hidden("the most: ")] : []), numbers.shown(value, DIGITS));
      }
    }

    sentence() {
      const { given, quantities } = this.play.model;
      const [[t, most]] = [...this.moved()].sort(([, a], [, b]) => b - a);
      return `Without “${given[this.words.get(t)] || "nothing"}”, ${quantities[this.last].title} moves most, by ${numbers.shown(most, DIGITS)}.`;
    }
  }

  window.rnnEdu.TrainingSwitch = TrainingSwitch;
})();
