// A quantity as a small table: numbers, or fields where the reader may change them. Where there is
// little room a vector stands upright, and of the others only the numbers in hand are shown.
(() => {
  "use strict";
  const { numbers } = window.rnnEdu;
  const { hidden, make, math, scrollable } = window.rnnEdu.nodes;
  const NUDGE = 0.01;
  const [WIDEST, LONGEST] = [13, 22]; // characters of a field, and of one that is written in
  const DIGITS = 6; // of a number in a field that nobody is writing in
  // Pixels in a line of names and numbers: of a character, around a number, of the narrowest number,
  // around both, and of what stands before them.
  const [CHARACTER, AROUND_NUMBER, NARROWEST, AROUND, HEAD] = [7.2, 18, 50, 18, 150];

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
    return inScroll(q, table);
  }

  const inScroll = (q, table) => scrollable(make("div", { class: "play-scroll" }, table), `The numbers of ${q.title}`);

  // Some cells, each after its name: `across` of them in a line.
  function namedCells(q, pairs, across) {
    const table = make("table", { class: "play-numbers play-named" }, make("caption", { class: "visually-hidden" }, q.title));
    for (let k = 0; k < pairs.length; k += across) {
      table.append(make("tr", {}, ...pairs.slice(k, k + across).flatMap(({ name, cell }) => (name ? [make("th", { scope: "row" }, name), cell] : [cell]))));
    }
    return inScroll(q, table);
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
      this.foldWords = []; // what a folded table says beside its name
      this.problem = make("p", { class: "play-problem", id: play.newId(), role: "alert" });
      this.numbers = numberTable(this.q, (place) => this.cell(place), columns);
      this.whole = this.numbers;
      this.node = make("div", { class: "play-panel" }, this.head(), ...this.picker(), this.numbers, this.problem);
      this.refresh();
    }

    // -- where there is little room ------------------------------------------------------

    put(numbers, kind) {
      this.numbers.replaceWith(numbers);
      this.numbers = numbers;
      this.node.classList.toggle("play-upright", kind === "upright");
      this.node.classList.toggle("play-folded", kind === "folded");
    }

    // All numbers again, as a row or as rows and columns.
    spread() {
      if (this.numbers === this.whole) return;
      const rows = [...this.whole.querySelectorAll("tbody > tr")];
      const across = this.cells.length / rows.length;
      this.cells.forEach(({ cell }, k) => rows[Math.floor(k / across)].append(cell));
      this.put(this.whole, "whole");
      this.foldWords.forEach((node) => node.remove());
    }

    get rows() {
      return this.q.shape.length === 2 ? this.q.shape[0] : 1;
    }

    // The numbers of a vector below each other, beside a matrix that is as high.
    stand(highest) {
      if (this.q.shape.length !== 1 || this.q.choice || this.cells.length === 1 || this.cells.length > highest) return;
      this.put(namedCells(this.q, this.pairs(this.cells), 1), "upright");
    }

    // A vector that is too long for one line goes on in the next.
    wrap() {
      if (this.q.shape.length !== 1 || this.numbers !== this.whole || this.numbers.scrollWidth <= this.numbers.clientWidth + 1) return;
      this.put(this.inLines(this.pairs(this.cells)), "wrapped");
    }

    besideItsName() {
      if (this.q.shape.length === 1 && !this.q.choice) this.put(this.inLines(this.pairs(this.cells)), "folded");
    }

    pairs(cells, nameOf = (place) => labelsOf(this.q, 0)[place]) {
      return cells.map(({ cell, place }) => ({ name: nameOf(place), cell }));
    }

    // As many in a line as there is room for.
    inLines(pairs) {
      const room = this.play.stage.clientWidth - (matchMedia("(min-width: 769px)").matches ? HEAD : AROUND);
      const longest = (texts) => Math.max(...texts.map((text) => text.length));
      const shown = pairs.map(({ cell }) => cell.firstElementChild.value ?? cell.firstElementChild.textContent);
      const number = Math.max(NARROWEST, CHARACTER * longest(shown) + AROUND_NUMBER);
      const each = CHARACTER * longest(pairs.map(({ name }) => name)) + number + AROUND;
      return namedCells(this.q, pairs, Math.max(1, Math.floor(room / each)));
    }

    // Only the numbers that the pencil line is about; the others at a press. A vector that it needs
    // whole stands beside its name.
    fold(used, unfold) {
      const chosen = this.cells.filter(({ place }) => used.has(`${this.at}:${place}`));
      this.spread();
      if (!chosen.length || chosen.length === this.cells.length) return this.besideItsName();
      const labels = chosen.map(({ place }) => this.play.model.labels(this.at, place));
      const varies = labels[0].map((_, axis) => labels.some((label) => label[axis] !== labels[0][axis]));
      const common = labels[0].filter((_, axis) => !varies[axis]).join(" · ");
      const name = (place) => this.play.model.labels(this.at, place).filter((_, axis) => varies[axis]).join(" · ");
      const button = make("button", { type: "button", class: "play-unfold", onclick: () => unfold(this) }, `all ${this.cells.length}`, hidden(` numbers of ${this.q.title}`));
      this.foldWords = [make("span", { class: "play-label" }, common), button];
      this.node.firstElementChild.append(...this.foldWords);
      return this.put(this.inLines(this.pairs(chosen, name)), "folded");
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
        "aria-label": this.play.model.name(this.at, place),
        "aria-describedby": this.problem.id,
        onfocus: () => this.taken(field, place),
        onblur: () => this.write(field, this.brief(place)),
        oninput: () => this.typed(field, place, false),
        onchange: () => this.typed(field, place, true),
        onkeydown: (event) => this.nudged(event, field, place),
      });
      return field;
    }

    // In hand, a number stands with all of its digits.
    taken(field, place) {
      if (field.value !== this.kept(place)) {
        this.write(field, this.kept(place), LONGEST);
        field.select();
      }
      this.play.hold(this.at, place);
    }

    brief(place) {
      return String(Number(this.play.model.value(this.at, place).toPrecision(DIGITS)));
    }

    write(field, text, most = WIDEST) {
      field.value = text;
      field.style.setProperty("--characters", Math.min(text.length, most));
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
        else if (shown !== document.activeElement) this.write(shown, this.brief(place));
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
