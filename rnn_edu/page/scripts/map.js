// The calculation unrolled in time, at one look: a row for each name, a column for each time step,
// in every cell one step as boxes, with arrows from what it is calculated of. The cells are
// buttons; arrow keys go from one to the next. Of many time steps a window is drawn.
(() => {
  "use strict";
  const { Arriving, Arrows, Boxes, GateWords, MOST_ACROSS, MOST_SHARES, MOST_TIMES, MOST_WRITTEN, TimeStrip, WayBack, ofRow, wordPicker } = window.rnnEdu;
  const { hidden, make, math, scrollable } = window.rnnEdu.nodes;
  const WITHOUT_TIME = "none";

  const LONG_NAME = 5;
  const FEW_TIMES = 9; // with more of them there is room for their numbers only
  const [MANY_ROWS, MOST_ROWS] = [9, 14]; // with more of them they are lower, and lower still
  const ROOMY = 6; // columns in which several numbers fit side by side
  const NEAR_THE_EDGE = 8; // pixels
  const [WAVE, GLOW] = [1500, 500]; // milliseconds
  const MOST_ARROWS = 400; // with more of them a drawing says nothing

  const columnOf = (q) => (q.t === null ? WITHOUT_TIME : q.t);

  // The names of the rows, in the order of calculation, the parts of a sum above the sum.
  function rowNames(names) {
    const found = [...new Set(names)];
    const whole = (name) => name.split("_via_")[0];
    const groups = [...new Set(found.map(whole))];
    return groups.flatMap((group) => {
      const members = found.filter((name) => whole(name) === group);
      return [...members.filter((name) => name !== group), ...members.filter((name) => name === group)];
    });
  }

  class StepMap {
    constructor(play, steps, caption) {
      this.play = play;
      this.steps = steps;
      this.cells = new Map();
      this.rows = rowNames(steps.map((at) => this.q(at).name));
      this.columns = this.timesOf(steps);
      this.inColumns = new Map(this.columns.map((t) => [t, []]));
      this.spanning = []; // cells under several columns, and under how many of all
      this.pickers = [];
      this.strip = this.stripOfTimes();
      this.table = make("table", { class: `play-map ${this.look()}`, role: "grid", onkeydown: (event) => this.moved(event) },
        make("caption", { class: "visually-hidden" }, caption), this.head(), this.body());
      this.drawing = make("div", { class: "play-drawing" }, this.table);
      this.hideOthers();
      this.arrows = new Arrows(this.drawing, this.pairs(), play.newId());
      this.scroll = scrollable(make("div", { class: "play-scroll", style: `--columns: ${this.across}` }, this.drawing), caption);
      this.node = make("div", { class: "play-network" }, this.strip?.node ?? "", this.scroll);
      if (this.isBack) this.explainWayBack(steps);
      else this.gateWords = GateWords.under(this, steps);
    }

    // -- a window on many time steps ----------------------------------------------------

    // Twelve steps at once, or fewer where there is then room for the numbers of each state.
    stripOfTimes() {
      const times = this.columns.filter((t) => t !== WITHOUT_TIME);
      if (times.length <= MOST_TIMES) return null;
      const { quantities, values } = this.play.model;
      const units = quantities.map(({ role }, at) => (role === "state" ? values[at].data.length : 0));
      const hasRoom = units.some((count) => count > 1 && count <= MOST_WRITTEN);
      return new TimeStrip(this, times, hasRoom ? ROOMY : MOST_TIMES);
    }

    // How many columns are drawn.
    get across() {
      return this.strip ? this.columns.length - this.strip.times.length + this.strip.size : this.columns.length;
    }

    inColumn(t, node) {
      this.inColumns.get(t).push(node);
      return node;
    }

    hideOthers() {
      if (!this.strip) return;
      const { start, size, times } = this.strip;
      times.forEach((t, k) => {
        for (const node of this.inColumns.get(t)) node.hidden = k < start || k >= start + size;
      });
      for (const { cell, part } of this.spanning) cell.colSpan = part(this.across);
    }

    // Draws other steps.
    show() {
      this.hideOthers();
      this.arrows.draw(this.pairs());
      this.refresh();
      this.arrows.place();
    }

    isDrawn(at) {
      return !this.placeOf(at)?.closest("td, th").hidden;
    }

    // What the colours stand for, and where the gradient vanishes.
    explainWayBack(steps) {
      this.wayBack = new WayBack(this.play.model, steps);
      this.node.append(this.wayBack.node);
      const arriving = new Arriving(this.play.model);
      if (!arriving.isThere) return;
      this.arriving = arriving;
      arriving.above(this);
      this.wayBack.node.append(arriving.sentence);
    }

    // Lights up every step once, in the order of calculation: what follows from what, at one look.
    wave() {
      if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
      const glow = `0 0 0 3px ${getComputedStyle(this.table).getPropertyValue("--play-up")}`;
      const apart = WAVE / this.steps.length;
      this.steps.forEach((at, k) => {
        this.cells.get(at).button.animate([{ boxShadow: glow }, { boxShadow: glow, offset: 0.3 }, {}], { delay: k * apart, duration: GLOW });
      });
    }

    // What an arrow leads from: a step, or the word that is picked above it.
    placeOf(at) {
      return this.cells.get(at)?.button || this.pickers.find((picked) => picked.at === at)?.picker;
    }

    pairs() {
      const found = this.steps.flatMap((at) => this.play.model.operands(at).flatMap((operand) => {
        const from = this.placeOf(operand);
        return from && this.isDrawn(operand) && this.isDrawn(at) ? [{ from, to: this.cells.get(at).button, at }] : [];
      }));
      return found.length > MOST_ARROWS ? [] : found;
    }

    get isBack() {
      return this.q(this.steps[0]).role === "gradient";
    }

    q(at) {
      return this.play.model.quantities[at];
    }

    // How much room the rows need, and their symbols.
    look() {
      const dense = this.rows.length > MANY_ROWS ? "play-dense" : "";
      const densest = this.rows.length > MOST_ROWS ? "play-densest" : "";
      return `${dense} ${densest} ${this.nameWidth()}`;
    }

    nameWidth() {
      const isLong = (name) => name.split("_").some((part) => part.length >= LONG_NAME);
      if (this.rows.some((name) => name.includes("_via_"))) return "play-widest";
      if (this.isBack) return this.rows.some(isLong) ? "play-widest" : "play-wider";
      return this.rows.some((name) => name.split("_")[0].length >= LONG_NAME) ? "play-wide" : "";
    }

    // A row without time, such as the loss, lies under all columns; it needs one of its own only
    // where its name is also that of steps in time.
    timesOf(steps) {
      const found = new Set(steps.map((at) => columnOf(this.q(at))));
      const times = [...found].filter((t) => t !== WITHOUT_TIME).sort((a, b) => a - b);
      const mixed = steps.some((at) => this.q(at).t === null && this.row(this.q(at).name).length > 1);
      return mixed || !times.length ? [...times, WITHOUT_TIME] : times;
    }

    row(name) {
      return this.steps.filter((at) => this.q(at).name === name);
    }

    head() {
      const line = make("tr", {}, make("td"));
      for (const t of this.columns) line.append(this.inColumn(t, make("th", { scope: "col" }, ...this.time(t), ...this.word(t))));
      return make("thead", {}, line);
    }

    time(t) {
      if (t === WITHOUT_TIME) return ["end"];
      return this.strip || this.across > FEW_TIMES ? [hidden("t = "), String(t)] : [math(`t=${t}`, `t = ${t}`)];
    }

    // The word read at this time, to be picked anew; only above the way forward.
    word(t) {
      if (this.isBack) return [];
      const at = this.play.model.quantities.findIndex((q) => q.role === "input" && q.choice && q.t === t);
      if (at < 0) return [];
      const picker = wordPicker(this.play, at);
      this.pickers.push({ at, picker });
      return [picker];
    }

    body() {
      const body = make("tbody");
      for (let k = 0; k < this.rows.length; k++) {
        const name = this.rows[k];
        const members = this.row(name);
        const line = make("tr", { class: `play-role-${this.q(members[0]).role.replace(" ", "-")}` });
        line.append(make("th", { scope: "row" }, this.symbol(name)));
        if (this.sharesLine(name, this.rows[k + 1])) line.append(this.half(members), this.otherHalf(this.rows[(k += 1)]));
        else if (this.isAlone(name)) line.append(this.span(members, (columns) => columns));
        else for (const t of this.columns) line.append(this.inColumn(t, this.cell(members.find((at) => columnOf(this.q(at)) === t), members, 1)));
        body.append(line);
      }
      return body;
    }

    symbol(name) {
      const first = this.q(this.row(name)[0]);
      return math(first.row ?? first.symbol, name);
    }

    // Whether a row has no time, and lies under all columns.
    isAlone(name) {
      return this.q(this.row(name)[0]).t === null && !this.columns.includes(WITHOUT_TIME);
    }

    // Two gradients of weights stand side by side where there are very many rows.
    sharesLine(name, next) {
      const isWeights = (row) => row !== undefined && this.isAlone(row) && this.play.model.quantities[this.q(this.row(row)[0]).gradient_of]?.role === "weight";
      return this.isBack && this.rows.length > MOST_ROWS && this.columns.length > 1 && isWeights(name) && isWeights(next);
    }

    half(members) {
      return this.span(members, (columns) => Math.floor(columns / 2));
    }

    // A cell under all columns, or a part of them.
    span(members, part) {
      const cell = this.cell(members[0], members, part(this.across));
      this.spanning.push({ cell, part });
      return cell;
    }

    otherHalf(name) {
      const members = this.row(name);
      const cell = this.span(members, (columns) => Math.ceil(columns / 2));
      cell.replaceChildren(make("div", { class: "play-beside" }, this.symbol(name), ...cell.childNodes));
      return cell;
    }

    // The cell of a step, over as many columns as it has for itself.
    cell(at, row, columns) {
      if (at === undefined) return make("td");
      const room = columns === this.across && columns > 1 ? MOST_ACROSS : this.across > ROOMY ? 1 : MOST_WRITTEN;
      const boxes = new Boxes(this.q(at), this.play.model.values[at], room, { roomForShares: room === 1 ? 1 : Math.max(room, MOST_SHARES) });
      const choose = (event) => this.play.select(at, false, Number(event.target.dataset?.place || 0));
      const button = make("button", { type: "button", tabindex: "-1", onclick: choose }, boxes.node);
      this.cells.set(at, { button, boxes, row });
      return make("td", { colspan: columns }, button);
    }

    // Whether the numbers of a quantity can be read in the drawing.
    writes(at) {
      return Boolean(this.cells.get(at)?.boxes.written || this.pickers.some((picked) => picked.at === at));
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
      let column = this.columnAt(at) + across;
      while (row >= 0 && row < this.rows.length && column >= 0 && column < this.columns.length) {
        const found = this.row(this.rows[row]).find((step) => [column, -1].includes(this.columns.indexOf(columnOf(this.q(step)))));
        if (found !== undefined && found !== at) return found;
        row += down;
        column += across;
      }
      return undefined;
    }

    // What lies under all columns is left by the last one.
    columnAt(at) {
      const column = this.columns.indexOf(columnOf(this.q(at)));
      return column < 0 ? this.columns.length - 1 : column;
    }

    refresh() {
      const { model, current, own } = this.play;
      const reachable = [current, ...this.steps].find((at) => this.cells.has(at) && this.isDrawn(at));
      const operands = new Set(model.operands(current));
      const shares = new Map(); // by rows, whose steps have one measure
      this.wayBack?.refresh();
      this.strip?.refresh();
      this.arriving?.refresh();
      const shut = this.gateWords?.refresh();
      for (const [at, { button, boxes, row }] of this.cells) {
        if (!this.isDrawn(at)) continue;
        const { data } = model.values[at];
        if (!shares.has(row)) shares.set(row, this.shareOf(row));
        boxes.show(data, shares.get(row), model.wanted(at), (place) => own.hides(at, place));
        button.setAttribute("aria-label", own.summary(at));
        button.tabIndex = at === reachable ? 0 : -1;
        if (at === current) button.setAttribute("aria-current", "step");
        else button.removeAttribute("aria-current");
        button.classList.toggle("play-operand", operands.has(at));
        button.classList.toggle("play-shut", Boolean(shut?.has(at)));
        button.classList.toggle("play-changed", data.some((value, k) => value !== model.firstValues[at].data[k]));
      }
      for (const { at, picker } of this.pickers) {
        picker.value = model.given[at];
        picker.classList.toggle("play-operand", operands.has(at));
      }
      this.arrows.point(current);
    }

    shareOf(row) {
      return this.wayBack?.share ?? ofRow(this.play.model, row);
    }

    // Brings the time of a step into the window.
    follow(at) {
      this.strip?.follow(this.q(at).t);
    }

    // Brings the step in hand into view, where the drawing is scrolled.
    reach() {
      const button = this.cells.get(this.play.current)?.button;
      if (!button || this.scroll.scrollHeight <= this.scroll.clientHeight) return;
      const [box, room] = [button.getBoundingClientRect(), this.scroll.getBoundingClientRect()];
      const top = room.top + this.table.tHead.offsetHeight + NEAR_THE_EDGE;
      if (box.top < top) this.scroll.scrollTop -= top - box.top;
      else if (box.bottom > room.bottom - NEAR_THE_EDGE) this.scroll.scrollTop += box.bottom - room.bottom + NEAR_THE_EDGE;
    }
  }

  Object.assign(window.rnnEdu, { StepMap });
})();
