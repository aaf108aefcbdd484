// What arrives of a gradient: a row above the way back, as long as what the last loss, or the
// result, still says to each earlier state. Where several losses add up, all but the last are left
// out: each is near to a state of its own, and would hide how little comes from afar.
(() => {
  "use strict";
  const { numbers } = window.rnnEdu;
  const { hidden, make, math } = window.rnnEdu.nodes;
  const DIGITS = 3;
  const VISIBLE = 0.6; // per cent of a bar: what is not zero can be seen

  const inTime = (steps, model, role) => steps.filter((at) => model.quantities[at].role === role && model.quantities[at].t !== null);

  // The states that memory is in, in the order of time: cell states where there are some, and of
  // several layers the first.
  function statesOf(model) {
    const steps = model.steps(false).filter((at) => model.gradients.has(at));
    const lasting = ["cell state", "state"].map((role) => inTime(steps, model, role)).find((found) => found.length > 1) ?? [];
    return lasting.filter((at) => model.quantities[at].name === model.quantities[lasting[0]].name)
      .sort((a, b) => model.quantities[a].t - model.quantities[b].t);
  }

  class Arriving {
    constructor(model) {
      this.model = model;
      this.states = statesOf(model);
      const losses = inTime(model.steps(false), model, "loss").filter((at) => model.gradients.has(at));
      this.others = losses.slice(0, -1).map((at) => model.gradients.get(at));
      this.of = losses.length > 1 ? losses.at(-1) : model.result;
      this.sentence = make("span");
    }

    get isThere() {
      return this.states.length > 1;
    }

    // The sizes by time: the largest number of the gradient of each state.
    sizes() {
      const values = this.model.gradientsWithout(this.others);
      const one = values[this.model.gradients.get(this.of)]?.data[0] || 1;
      return new Map(this.states.map((at) => [this.model.quantities[at].t, Math.max(...values[this.model.gradients.get(at)].data.map((slope) => Math.abs(slope / one)))]));
    }

    above(map) {
      const { quantities } = this.model;
      const [of, state] = [quantities[this.of], quantities[this.states[0]]];
      const slope = ["∂", math(of.symbol, of.title), "/∂", math(state.row ?? state.symbol, state.name)];
      this.cells = map.columns.map((t) => ({ t, cell: map.inColumn(t, make("td", { class: "play-moved" })) }));
      map.table.tHead.append(make("tr", { class: "play-arriving" }, make("th", { scope: "row" }, ...slope), ...this.cells.map(({ cell }) => cell)));
      map.hideOthers();
      this.refresh();
    }

    refresh() {
      const sizes = this.sizes();
      const [most, least] = [Math.max(...sizes.values()), Math.min(...sizes.values())];
      for (const { t, cell } of this.cells) {
        const size = sizes.get(t);
        if (size === undefined) continue;
        cell.style.setProperty("--share", `${size ? Math.max(VISIBLE, (100 * size) / most) : 0}%`);
        cell.classList.toggle("play-most", size === least);
        cell.replaceChildren(...(size === least ? [hidden("the least: ")] : []), numbers.shown(size, DIGITS));
      }
      this.sentence.replaceChildren(...this.inWords(sizes, most, least));
    }

    inWords(sizes, most, least) {
      const [[weakest]] = [...sizes].filter(([, size]) => size === least);
      if (most === 0) return [make("b", {}, "Nothing arrives.")];
      return [make("b", {}, `Least arrives at t=${weakest}: `), numbers.shown(least, DIGITS)];
    }
  }

  window.rnnEdu.Arriving = Arriving;
})();
