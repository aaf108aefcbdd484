// One cell at one time as a small circuit, with its numbers in it: between the whole network and a
// single number. Whoever clicks a part comes to its number, worked out below.
(() => {
  "use strict";
  const { Arrows, Boxes, cellsOf, engine, gateIs, numbers, ofRow, WayBack } = window.rnnEdu;
  const { make, math } = window.rnnEdu.nodes;
  const MOST_STACKED = 4; // units whose numbers stand below each other
  const DIGITS = 3;
  const BUS = 5; // pixels above the lower end, where what is read runs along
  const HEAD = 4;
  const SCALE = "∂ stands beside each number: one scale for all, in powers of ten; 0 is white";
  const SIGNS = { sigmoid: "σ" };

  const middle = (box) => (box.left + box.right) / 2;
  const level = (box) => (box.top + box.bottom) / 2;

  // The ways of wires, from the box that they leave to the one that they reach.
  const ROUTES = {
    across: (from, to) => `M${from.right} ${level(from)} H${to.left - HEAD}`,
    up: (from, to) => {
      if (Math.abs(middle(from) - middle(to)) < 1) return `M${middle(from)} ${from.top} V${to.bottom + HEAD}`;
      const side = middle(from) < middle(to) ? to.left - HEAD : to.right + HEAD;
      return `M${middle(from)} ${from.top} V${level(to)} H${side}`;
    },
    down: (from, to) => `M${middle(from)} ${from.bottom} V${to.top - HEAD}`,
    over: (from, to) => `M${from.right} ${level(from)} H${middle(to)} V${to.top - HEAD}`,
    bus: (from, to, { height, gap }) => `M${from.right} ${level(from)} h${gap / 2} V${height - BUS} H${middle(to)} V${to.bottom + HEAD}`,
  };

  // Whether a gate lets hardly anything through, or nearly all: in all of its units, or in some.
  function howOpen(gate) {
    const words = ["shut", "open"].flatMap((word) => {
      const units = gate.flatMap((share, k) => (gateIs(share) === word ? [k + 1] : []));
      if (units.length === gate.length) return [word];
      if (gate.length > MOST_STACKED) return units.length ? [`${units.length} ${word}`] : [];
      return units.map((unit) => `unit ${unit} ${word}`);
    });
    return words.join(", ");
  }

  class CellView {
    name = "Cell";

    constructor(play) {
      this.play = play;
      this.cells = cellsOf(play.model);
      this.node = make("div", { class: "play-cell", role: "group", hidden: true });
      this.steps = [this.stepper(-1, "‹", "earlier"), this.stepper(1, "›", "later")];
      this.time = make("span", {});
      this.adds = make("span", { class: "play-cell-times", hidden: true }, this.steps[0], this.time, this.steps[1]);
    }

    opened() {
      return `${this.title()}: click a part, and its number is worked out below.`;
    }

    title() {
      return `The cell ${this.cell.layer} at t=${this.cell.t}`;
    }

    // The cell that a step belongs to; a gradient belongs where that of which it is one does.
    of(at) {
      const q = this.play.model.quantities[at];
      const [step] = [q.gradient_of, q.gradient_part?.[0], at].filter((place) => place !== undefined);
      return this.cells.find(({ steps }) => Object.values(steps).includes(step));
    }

    // Shows the cell of the step in hand; what lies outside leaves the one that is shown.
    follow() {
      const cell = this.of(this.play.current) || this.cell || this.cells[0];
      if (cell === this.cell) return;
      this.cell = cell;
      this.draw();
    }

    draw() {
      const { plan } = this.cell;
      const parts = Object.entries(plan.numbers).map(([name, place]) => [name, this.part(name, place)]);
      const operations = Object.entries(plan.operations).map(([name, place]) => [name, this.operation(name, place)]);
      this.parts = new Map([...parts, ...operations]);
      const stage = make("div", { class: "play-cell-stage" }, ...[...this.parts.values()].map(({ node }) => node));
      this.time.replaceChildren(math(`t=${this.cell.t}`, `t = ${this.cell.t}`));
      for (const button of this.steps) button.setAttribute("aria-disabled", String(!this.beside(button.by)));
      this.node.setAttribute("aria-label", this.title());
      const gradients = this.play.model.steps(true).filter((at) => this.play.model.quantities[at].role === "gradient");
      this.wayBack = gradients.length ? new WayBack(this.play.model, gradients, SCALE) : null;
      this.node.replaceChildren(stage, ...(this.wayBack ? [this.wayBack.node] : []));
      this.arrows = new Arrows(stage, this.wires(), this.play.newId());
    }

    // To the same cell one step earlier or later.
    stepper(by, sign, words) {
      const button = make("button", { type: "button", "aria-label": `The cell one step ${words}`, onclick: () => this.goTo(this.beside(by)) }, sign);
      return Object.assign(button, { by });
    }

    beside(by) {
      return this.cells.find(({ layer, t }) => layer === this.cell.layer && t === this.cell.t + by);
    }

    // The same number of another cell.
    goTo(cell) {
      if (!cell) return;
      const { origin } = this.play.model.quantities[this.play.current];
      this.play.select(cell.steps[this.of(this.play.current) && origin?.value] ?? cell.steps.h);
    }

    part(name, [row, column]) {
      const at = this.cell.numbers[name];
      const { model } = this.play;
      const q = model.quantities[at];
      const stacked = model.values[at].data.length <= MOST_STACKED;
      const boxes = new Boxes(q, model.values[at], MOST_STACKED, { stacked });
      const sign = q.formula?.length === 2 && typeof q.formula[1] === "number" ? SIGNS[q.formula[0]] || q.formula[0] : "";
      const slope = make("span", { class: "play-cell-slope" });
      const word = make("span", { class: "play-cell-word" });
      const inside = [make("span", { class: "play-cell-head" }, math(q.symbol, q.title), sign && make("small", {}, ` ${sign}`)), word, boxes.node, slope];
      const style = `grid-area: ${row} / ${column}`;
      const node = q.formula === undefined
        ? make("div", { class: "play-cell-part play-cell-given", style, role: "img" }, ...inside)
        : make("button", { type: "button", class: `play-cell-part play-role-${q.role.replace(" ", "-")}`, style, onclick: (event) => this.play.select(at, false, Number(event.target.dataset?.place || 0)) }, ...inside);
      return { node, at, boxes, slope, word };
    }

    operation(name, [sign, row, column]) {
      const [step, formula] = this.cell.operations[name];
      const what = sign || SIGNS[formula[0]] || (Array.isArray(formula) ? formula[0] : "=");
      const figure = make("span", { class: "play-cell-out" });
      const node = make("button", { type: "button", class: "play-cell-operation", style: `grid-area: ${row} / ${column}`, onclick: () => this.play.select(step) },
        make("span", { class: "play-cell-sign" }, what), figure);
      return { node, step, formula, what, figure };
    }

    wires() {
      const box = (name) => { const part = this.parts.get(name); return part.node.querySelector(".play-cell-sign") || part.node; };
      const step = (name) => { const part = this.parts.get(name); return part.at ?? part.step; };
      const wire = (from, to, route) => ({ from: box(from), to: box(to), at: step(to), route: (a, b) => ROUTES[route](a, b, this.room()) });
      const { bus, wires } = this.cell.plan;
      return [
        ...wires.map(([from, to, route]) => wire(from, to, route)),
        ...["h_before", "x"].flatMap((from) => bus.map((to) => wire(from, to, "bus"))),
      ];
    }

    room() {
      const stage = this.node.firstElementChild;
      return { height: stage.clientHeight, gap: parseFloat(getComputedStyle(stage).columnGap) };
    }

    refresh() {
      this.follow();
      const { current, model } = this.play;
      const operands = new Set(model.operands(current));
      const inHand = model.quantities[current].gradient_of ?? current;
      this.wayBack?.refresh();
      if (this.wayBack) this.wayBack.node.hidden = !this.play.showsGradients;
      for (const part of this.parts.values()) {
        if (part.boxes) this.refreshPart(part, operands, inHand);
        else this.refreshOperation(part, current);
      }
      this.arrows.place();
      this.arrows.point(current);
    }

    refreshPart({ at, boxes, node, slope, word }, operands, inHand) {
      const { maps, model, own, showsGradients } = this.play;
      const q = model.quantities[at];
      const { data } = model.values[at];
      const row = q.formula === undefined ? [at] : maps[0].row(q.name);
      boxes.show(data, ofRow(model, row), undefined, (place) => own.hides(at, place));
      const isSeen = !data.some((_, place) => own.hides(at, place));
      const gate = q.role === "gate" && isSeen ? howOpen([...data]) : "";
      word.textContent = q.choice ? model.given[at] : gate;
      const steep = showsGradients && model.gradients.has(at) && data.length <= MOST_STACKED;
      const slopes = steep ? Array.from(data, (_, k) => own.shown(model.gradients.get(at), k, numbers.shown(model.gradient(at, k), 2))) : [];
      slope.replaceChildren(...slopes.map((figure, k) => this.slopeNode(figure, model.gradient(at, k), own.hides(model.gradients.get(at), k))));
      node.classList.toggle("play-cell-steep", steep);
      node.setAttribute("aria-label", own.summary(at) + (gate && `; ${gate}`) + (steep ? `; gradient ${slopes.join(", ")}` : ""));
      if (at === inHand) node.setAttribute("aria-current", "step");
      else node.removeAttribute("aria-current");
      node.classList.toggle("play-operand", operands.has(at));
    }

    // A gradient in the colour that it has on the scale of all of them.
    slopeNode(figure, size, isHidden) {
      const share = isHidden ? 0 : 100 * this.wayBack.share(Math.abs(size));
      return make("span", { class: size < 0 && !isHidden ? "play-negative" : "", style: `--share: ${share.toFixed(1)}%` }, figure);
    }

    refreshOperation({ figure, formula, node, step, what }, current) {
      const { model, own } = this.play;
      const { data } = engine.calculate(formula, model.values, model.data.functions ?? {});
      const written = Array.from(data.slice(0, MOST_STACKED), (value, place) => own.shown(step, place, numbers.shown(value, DIGITS - 1)));
      figure.textContent = data.length <= 2 ? written.join(" ") : "";
      node.setAttribute("aria-label", `${what}: ${written.join(", ")}, on the way to ${model.quantities[step].title}`);
      node.classList.toggle("play-cell-now", step === current);
    }
  }

  window.rnnEdu.CellView = CellView;
})();
