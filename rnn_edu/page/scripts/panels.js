// A quantity as a small table: numbers, or fields where the reader may change them.
(() => {
  "use strict";
  const { numbers } = window.rnnEdu;
  const { hidden, make, math, scrollable } = window.rnnEdu.nodes;
  const NUDGE = 0.01;
  const WIDEST = 13; // characters of a field

  // An axis of a table: its labels, or nothing where there is a single number.
  const labelsOf = (q, axis) => q.labels?.[axis] || Array.from({ length: q.shape[axis] }, (_, k) => `${k + 1}`);

  // The numbers of a quantity in rows and columns, named; `cell(place)` makes the cell of each. Of
  // an array of which only some columns matter, these are shown.
  function numberTable(q, cell, chosen = null) {
    const { shape } = q;
    const [rows, width] = shape.length === 2 ? shape : [1, shape[0] ?? 1];
    const columns = chosen ?? Array.from({ length: width }, (_, k) => k);
    const table = make("table", { class: "play-numbers" }, make("caption", { class: "visually-hidden" }, q.title));
    const single = rows * width === 1;
    if (!single) table.append(columnHeads(q, columns));
    const body = make("tbody");
    for (let row = 0; row < rows; row++) {
      const line = make("tr");
      if (shape.length === 2 && !single) line.append(make("th", { scope: "row" }, labelsOf(q, 0)[row]));
      line.append(...columns.map((column) => cell(row * width + column)));
      body.append(line);
    }
    table.append(body);
    return scrollable(make("div", { class: "play-scroll" }, table), `The numbers of ${q.title}`);
  }

  function columnHeads(q, columns) {
    const axis = q.shape.length - 1;
    const line = make("tr");
    if (axis === 1) line.append(make("td"));
    line.append(...columns.map((k) => make("th", { scope: "col" }, labelsOf(q, axis)[k])));
    return make("thead", {}, line);
  }

  class Panel {
    // `play` has model, ask(edits, sentence), select(at), hold(at, place), and showsGradients.
    constructor(play, at, columns = null) {
      this.play = play;
      this.at = at;
      this.q = play.model.quantities[at];
      this.cells = [];
      this.problem = make("p", { class: "play-problem", id: play.newId(), role: "alert" });
      this.node = make("div", { class: "play-panel" }, this.head(), ...this.picker(), numberTable(this.q, (place) => this.cell(place), columns), this.problem);
      this.refresh();
    }

    head() {
      const { symbol, title: words, formula } = this.q;
      const title = formula === undefined
        ? make("span", {}, math(symbol, words))
        : make("button", { type: "button", class: "play-jump", onclick: () => this.play.select(this.at) }, math(symbol, `Go to ${words}`));
      return make("p", { class: "play-panel-head" }, title, make("span", { class: "play-note" }, this.q.note));
    }

    picker() {
      if (!this.q.choice) return [];
      this.select = wordPicker(this.play, this.at);
      return [this.select];
    }

    cell(place) {
      const cell = make("td", { "data-cell": `${this.at}:${place}` });
      const shown = this.play.model.isField(this.at) ? this.field(place) : make("span", { class: "play-value" });
      const slope = make("span", { class: "play-slope" });
      cell.append(shown, slope);
      this.cells.push({ cell, place, shown, slope });
      return cell;
    }

    field(place) {
      const field = make("input", {
        type: "text",
        autocomplete: "off",
        spellcheck: "false",
        style: `width: max(4.3rem, ${Math.min(this.kept(place).length + 2, WIDEST)}ch)`,
        "aria-label": this.play.model.name(this.at, place),
        "aria-describedby": this.problem.id,
        onfocus: () => this.play.hold(this.at, place),
        oninput: () => this.typed(field, place, false),
        onchange: () => this.typed(field, place, true),
        onkeydown: (event) => this.nudged(event, field, place),
      });
      return field;
    }

    // While typing, what is a number counts at once; what is not waits until the field is left.
    typed(field, place, finished) {
      const { value, problem, remark } = numbers.read(field.value);
      const fault = problem || this.set(place, value);
      if (finished) field.value = this.kept(place);
      if (!fault && (remark || !finished)) this.say(remark || "", true);
      if (fault && finished) {
        this.say(`${fault} ${this.play.model.name(this.at, place)} stays ${this.kept(place)}.`);
      }
    }

    kept(place) {
      return String(this.play.model.value(this.at, place));
    }

    // Says what is wrong with a value, if anything is.
    set(place, value) {
      if (value === this.play.model.value(this.at, place)) return "";
      const fault = this.play.ask([{ at: this.at, place, value }], this.play.model.name(this.at, place));
      return fault && `With ${String(value)} here, ${fault}`;
    }

    say(sentence, isRemark = false) {
      this.problem.textContent = sentence;
      this.problem.classList.toggle("play-remark", isRemark);
    }

    nudged(event, field, place) {
      const direction = { ArrowUp: 1, ArrowDown: -1 }[event.key];
      if (!direction) return;
      event.preventDefault();
      const by = direction * NUDGE * (event.shiftKey ? 10 : 1);
      field.value = String(Number((this.play.model.value(this.at, place) + by).toPrecision(12)));
      this.typed(field, place, true);
    }

    // Shows the values of now; a field that is being typed in is left alone.
    refresh() {
      const { model, own, showsGradients } = this.play;
      for (const { cell, place, shown, slope } of this.cells) {
        const value = model.value(this.at, place);
        if (shown.tagName !== "INPUT") shown.textContent = numbers.shown(value);
        else if (shown !== document.activeElement) shown.value = String(value);
        cell.classList.toggle("play-changed", value !== model.firstValues[this.at].data[place]);
        const gradient = showsGradients ? model.gradient(this.at, place) : null;
        const figure = gradient === null ? "" : own.shown(model.gradients.get(this.at), place, numbers.shown(gradient, 3));
        slope.replaceChildren(...(gradient === null ? [] : [hidden("gradient "), "∂ ", figure]));
      }
      if (this.select) this.select.value = model.given[this.at];
    }

    // Marks the cells that the pencil line is about.
    mark(used) {
      this.cells.forEach(({ cell, place }) => cell.classList.toggle("play-used", used.has(`${this.at}:${place}`)));
    }
  }

  // A list of words; the empty one stands for nothing.
  function wordPicker(play, at) {
    const q = play.model.quantities[at];
    const words = [...q.choice.options, ""];
    const options = words.map((word) => make("option", { value: word }, word || "(nothing)"));
    const picker = make("select", {
      class: "play-word",
      "aria-label": `${q.title}: ${q.note}`,
      onchange: () => {
        const fault = play.ask([{ at, word: picker.value }], q.title);
        if (fault) play.say(`With that word, ${fault} Nothing was changed.`);
        picker.value = play.model.given[at];
      },
    }, ...options);
    picker.value = play.model.given[at];
    return picker;
  }

  Object.assign(window.rnnEdu, { Panel, numberTable, wordPicker });
})();
