// The whole calculation at one look: a row for each name, a column for each time step, in every
// cell one step as small bars. The cells are buttons; arrow keys go from one to the next.
(() => {
  "use strict";
  const { numbers, wordPicker } = window.rnnEdu;
  const { hidden, make, math, scrollable } = window.rnnEdu.nodes;
  const SVG = "http://www.w3.org/2000/svg";
  const WITHOUT_TIME = "none";

  const FRACTION = /\\frac\{\\partial (.+?)\}\{\\partial (.+?)\}($|\\right)/;
  const LONG_NAME = 5;
  const FEW_TIMES = 9; // with more of them there is room for their numbers only
  const MOST_MOVING = 600; // bars; with more of them a browser cannot keep up

  const columnOf = (q) => (q.t === null ? WITHOUT_TIME : q.t);

  // The symbol of a row: that of its first step, with t in the place of the number. A gradient is
  // written on one line; what it is the gradient of keeps its own time.
  function rowSymbol(q) {
    const symbol = q.symbol.replace(FRACTION, "\\partial $1/\\partial $2$3");
    if (q.t === null) return symbol;
    const [above, below] = symbol.includes("/") ? symbol.split(/(?<=\/)/) : ["", symbol];
    const general = above + below.replaceAll(`_{${q.t}}`, "_{t}").replaceAll(`,${q.t}}`, ",t}");
    return general === symbol ? `\\mathrm{${q.name.replaceAll("_", "\\_")}}` : general;
  }

  // Bars from a line: up for positive numbers, down for negative ones. The line is in the middle,
  // or at the bottom where a row cannot have negative numbers. A single number has a bar lying down.
  class Bars {
    constructor(count, onlyPositive) {
      this.lying = count === 1;
      this.node = document.createElementNS(SVG, "svg");
      this.node.setAttribute("viewBox", this.lying ? "0 0 1 1" : `0 -1 ${count} ${onlyPositive ? 1 : 2}`);
      this.node.setAttribute("preserveAspectRatio", "none");
      this.node.setAttribute("aria-hidden", "true");
      this.bars = Array.from({ length: count }, (_, k) => this.bar(k));
    }

    bar(k) {
      const bar = document.createElementNS(SVG, "rect");
      const size = this.lying ? { x: 0, y: 0, width: 1, height: 1 } : { x: k + 0.14, y: 0, width: 0.72, height: 1 };
      for (const [name, value] of Object.entries(size)) bar.setAttribute(name, value);
      this.node.append(bar);
      return bar;
    }

    show(data, largest) {
      this.bars.forEach((bar, k) => {
        const share = largest ? data[k] / largest : 0;
        bar.style.transform = this.lying ? `scaleX(${Math.abs(share).toFixed(4)})` : `scaleY(${(-share).toFixed(4)})`;
        bar.classList.toggle("play-negative", data[k] < 0);
      });
    }
  }

  const POSITIVE = new Set(["exp", "softmax", "sigmoid", "relu"]);
  const onlyPositive = (q) => q.role === "output" || POSITIVE.has(q.formula[0]);

  class StepMap {
    constructor(play, steps, caption) {
      this.play = play;
      this.steps = steps;
      this.cells = new Map();
      this.rows = [...new Set(steps.map((at) => this.q(at).name))];
      this.columns = this.timesOf(steps);
      this.pickers = [];
      const table = make("table", { class: `play-map ${this.width()}`, role: "grid", onkeydown: (event) => this.moved(event) },
        make("caption", { class: "visually-hidden" }, caption), this.head(), this.body());
      const bars = [...this.cells.values()].reduce((sum, { bars }) => sum + bars.bars.length, 0);
      table.classList.toggle("play-still", bars > MOST_MOVING);
      this.node = scrollable(make("div", { class: "play-scroll", style: `--columns: ${this.columns.length}` }, table), caption);
    }

    q(at) {
      return this.play.model.quantities[at];
    }

    // How much room the symbols of the rows need.
    width() {
      if (this.rows.some((name) => name.includes("_via_"))) return "play-widest";
      if (this.q(this.steps[0]).role === "gradient") return "play-wider";
      return this.rows.some((name) => name.split("_")[0].length >= LONG_NAME) ? "play-wide" : "";
    }

    timesOf(steps) {
      const found = new Set(steps.map((at) => columnOf(this.q(at))));
      const times = [...found].filter((t) => t !== WITHOUT_TIME).sort((a, b) => a - b);
      return found.has(WITHOUT_TIME) ? [...times, WITHOUT_TIME] : times;
    }

    head() {
      const line = make("tr", {}, make("td"));
      for (const t of this.columns) line.append(make("th", { scope: "col" }, ...this.time(t), ...this.word(t)));
      return make("thead", {}, line);
    }

    time(t) {
      if (t === WITHOUT_TIME) return ["end"];
      return this.columns.length > FEW_TIMES ? [hidden("t = "), String(t)] : [math(`t=${t}`, `t = ${t}`)];
    }

    // The word read at this time, to be picked anew; only above the way forward.
    word(t) {
      if (this.steps.some((at) => this.q(at).role === "gradient")) return [];
      const at = this.play.model.quantities.findIndex((q) => q.role === "input" && q.choice && q.t === t);
      if (at < 0) return [];
      const picker = wordPicker(this.play, at);
      this.pickers.push({ at, picker });
      return [picker];
    }

    body() {
      const body = make("tbody");
      for (const name of this.rows) {
        const members = this.steps.filter((at) => this.q(at).name === name);
        const first = this.q(members[0]);
        const line = make("tr", { class: `play-role-${first.role.replace(" ", "-")}` });
        line.append(make("th", { scope: "row" }, math(rowSymbol(first), name)));
        for (const t of this.columns) line.append(this.cell(members.find((at) => columnOf(this.q(at)) === t), members));
        body.append(line);
      }
      return body;
    }

    cell(at, row) {
      if (at === undefined) return make("td");
      const count = this.play.model.values[at].data.length;
      const bars = new Bars(count, onlyPositive(this.q(at)));
      const figure = make("span", { class: "play-figure" });
      const button = make("button", { type: "button", tabindex: "-1", onclick: () => this.play.select(at) }, bars.node);
      if (count === 1) button.append(figure);
      this.cells.set(at, { button, bars, figure, row });
      return make("td", {}, button);
    }

    // Arrow keys go to the next cell in that direction, and choose it.
    moved(event) {
      const [across, down] = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key] || [];
      const button = event.target.closest("button");
      if (across === undefined || !button) return;
      event.preventDefault();
      const [at] = [...this.cells].find(([, cell]) => cell.button === button);
      const next = this.neighbour(at, across, down);
      if (next === undefined) return;
      this.play.select(next);
      this.cells.get(next).button.focus();
    }

    neighbour(at, across, down) {
      let row = this.rows.indexOf(this.q(at).name) + down;
      let column = this.columns.indexOf(columnOf(this.q(at))) + across;
      while (row >= 0 && row < this.rows.length && column >= 0 && column < this.columns.length) {
        const found = this.steps.find((step) => this.q(step).name === this.rows[row] && columnOf(this.q(step)) === this.columns[column]);
        if (found !== undefined) return found;
        row += down;
        column += across;
      }
      return undefined;
    }

    refresh() {
      const { model, current } = this.play;
      const reachable = this.cells.has(current) ? current : this.steps[0];
      for (const [at, { button, bars, figure, row }] of this.cells) {
        const { data } = model.values[at];
        bars.show(data, this.largest(row));
        figure.textContent = numbers.shown(data[0], 3);
        button.setAttribute("aria-label", model.summary(at));
        button.tabIndex = at === reachable ? 0 : -1;
        if (at === current) button.setAttribute("aria-current", "step");
        else button.removeAttribute("aria-current");
        button.classList.toggle("play-changed", data.some((value, k) => value !== model.firstValues[at].data[k]));
      }
      for (const { at, picker } of this.pickers) picker.value = model.given[at];
    }

    // One measure for a row, at least that of the start, so that bars can be seen to grow.
    largest(row) {
      const { values, firstValues } = this.play.model;
      return Math.max(...row.flatMap((at) => [...values[at].data, ...firstValues[at].data].map(Math.abs)));
    }
  }

  window.rnnEdu.StepMap = StepMap;
})();
