// A walkthrough to play with: the map of all steps, the step in hand, and what is given.
(() => {
  "use strict";
  const { CellView, Changes, Documents, LossCurve, Model, OwnNumber, Panel, StepMap, TrainingSwitch, Views, numbers, pencil } = window.rnnEdu;
  const { equation, make, math, hidden, scrollable } = window.rnnEdu.nodes;
  const FASTEST = 0.5; // times the gradient, in one step of learning
  const SLIDER_STEPS = 200;
  const LONG_LEARNING = 10; // steps at once
  const NARROW = 3; // columns of a table, two of which fit side by side
  const BESIDE = 5; // columns of several small tables that fit side by side
  const [HIGHEST, HIGHEST_ON_A_PHONE] = [756, 1450]; // pixels of a card
  const LEAST = { below: 84, elements: 66, drawing: 190 }; // what stays of its parts, where there is too little room
  const [FEW_ACROSS, BRIEF] = [4, 3]; // columns of a step's own matrix; with more of them fewer digits
  const MOST_SAID = 4; // numbers of a step, said aloud
  const PAUSE = 900; // milliseconds between two steps that come by themselves
  const SPEAK_AFTER = 350; // milliseconds: dragging should not chatter

  const INVITATION = "Change a number, pick a word or drag: all is calculated again.";

  let players = 0;

  class Play {
    // `rules` promises those by which a reader's own numbers are marked; `trained` are the weights
    // after training; either may be missing.
    constructor(place, data, { rules = null, trained = null } = {}) {
      this.model = new Model(data);
      this.id = `play-${(players += 1)}`;
      this.ids = 0;
      this.showsGradients = false;
      this.current = this.model.steps(false)[0];
      this.element = 0;
      this.own = new OwnNumber(this, rules);
      this.training = trained && new TrainingSwitch(this, trained);
      this.documents = place.dataset.documents ? new Documents(this, place.dataset.documents) : null;
      const cell = new CellView(this);
      this.changes = this.canLearn(place.dataset) ? new Changes(this) : null;
      this.views = new Views(this, [cell.cells.length ? cell : null, this.changes].filter(Boolean));
      this.build(place);
      this.hold(...this.firstWeight());
      this.select(this.current, true);
      if (place.dataset.trained === "first") this.training.open();
      this.map.wave();
    }

    newId() {
      this.ids += 1;
      return `${this.id}-${this.ids}`;
    }

    // -- what the page holds ------------------------------------------------------------

    build(place) {
      const { title, note } = this.model.data;
      const heading = this.newId();
      this.maps = [new StepMap(this, this.model.steps(false), "Every step of the calculation")];
      this.stage = make("div", { class: "play-stage" });
      this.givens = make("div", { class: "play-givens" });
      this.live = make("p", { class: "play-live", role: "status" }, INVITATION);
      this.node = make("section", { class: "play", "aria-labelledby": heading },
        make("div", { class: "play-head" },
          make("p", { class: "play-title", id: heading }, make("span", { class: "play-kicker" }, "Play"), ` ${title}`),
          make("p", { class: "play-about" }, note),
          this.views.choice ?? ""),
        this.controls(place.dataset),
        this.mapsNode = make("div", { class: "play-maps" }, this.maps[0].node, ...this.views.others.map(({ node }) => node)),
        this.documents?.node ?? "",
        this.strip = make("div", { class: "play-strip" }, this.outcome(), this.dragger()),
        this.stage,
        this.foot(place.dataset));
      this.training?.memory.under(this.maps[0]);
      place.replaceChildren(this.node);
    }

    // A page that explains no gradients yet asks for the way forward alone.
    hasGradients({ forward }) {
      return this.model.gradients.size > 0 && forward === undefined;
    }

    canLearn(wishes) {
      return this.training || (this.hasGradients(wishes) && this.model.quantities[this.model.result].role === "loss");
    }

    controls(wishes) {
      const button = (words, onclick, more = {}) => make("button", { type: "button", onclick, ...more }, words);
      this.back = button("← Back", () => this.walk(-1), { class: "play-main" });
      this.next = button("Next →", () => this.walk(1), { class: "play-main" });
      this.where = make("span", { class: "play-where" });
      this.runs = button("Run", () => this.run(), { "aria-pressed": "false", title: "One step after the other" });
      this.slopes = button("Gradients", () => this.toggleGradients(), { "aria-pressed": "false" });
      const learning = (words, times) => button(words, () => this.downhill(times),
        { hidden: true, "aria-label": times === 1 ? null : `Learn ${times} times` });
      this.learn = [learning("Learn a little", 1), learning(`× ${LONG_LEARNING}`, LONG_LEARNING)];
      this.again = button("Reset", () => this.reset());
      const bar = make("div", { class: "play-bar" }, this.back, this.where, this.next, this.runs, make("span", { class: "play-gap" }));
      if (this.training) bar.append(this.training.node);
      if (this.hasGradients(wishes)) bar.append(this.slopes, ...this.learn);
      bar.append(this.again);
      return bar;
    }

    foot({ workbook }) {
      const all = make("details", { class: "play-all", ontoggle: () => this.openGivens(all) },
        make("summary", {}, "All weights and inputs"), this.givens);
      const link = workbook ? [make("a", { class: "play-workbook", href: workbook, download: true }, "Workbook")] : [];
      return make("div", { class: "play-foot" }, all, this.live, ...link);
    }

    dragger() {
      this.slider = make("input", { type: "range", id: this.newId(), oninput: () => this.dragged() });
      this.held = make("span", { class: "play-held" });
      const label = make("label", { for: this.slider.id }, "Drag ", this.held);
      return make("div", { class: "play-drag" }, label, this.slider);
    }

    outcome() {
      this.result = make("span", { class: "play-result-value" });
      this.difference = make("span", { class: "play-note" });
      this.course = new LossCurve();
      this.learned = make("button", { type: "button", class: "play-learned", hidden: true, title: "What changed in all weights", onclick: () => this.views.show(this.changes) });
      const q = this.model.quantities[this.model.result];
      return make("p", { class: "play-result" }, math(q.symbol, q.title), " = ", this.result, " ", this.difference, this.course.node, this.learned);
    }

    openGivens(details) {
      if (!details.open || this.givenPanels) return;
      const given = this.model.quantities.flatMap((q, at) => (q.formula === undefined ? [at] : []));
      const order = ["weight", "input", "target", "constant"];
      given.sort((a, b) => order.indexOf(this.model.quantities[a].role) - order.indexOf(this.model.quantities[b].role) || a - b);
      this.givenPanels = given.map((at) => new Panel(this, at));
      this.givens.append(...this.givenPanels.map((panel) => panel.node));
    }

    // -- the step in hand ---------------------------------------------------------------

    select(at, quietly = false, element = 0) {
      if (this.model.quantities[at].formula === undefined) return;
      if (this.model.quantities[at].role === "gradient" && !this.showsGradients) return;
      this.current = at;
      this.element = element;
      this.own.begin();
      this.views.leaveAlone();
      this.map.follow(at);
      this.turn();
      this.drawStage();
      this.refresh();
      this.fit();
      if (!quietly) this.say(`Step ${this.position() + 1} of ${this.steps().length}. ${this.own.summary(at, MOST_SAID)}.`);
    }

    steps() {
      return this.model.steps(this.showsGradients);
    }

    position() {
      return this.steps().indexOf(this.current);
    }

    walk(by) {
      const next = this.steps()[this.position() + by];
      if (next !== undefined) this.select(next);
    }

    // Walks on by itself until the last step, or until it is told to stop.
    run() {
      if (this.running) return this.stand();
      if (this.position() === this.steps().length - 1) this.select(this.steps()[0]);
      this.runs.setAttribute("aria-pressed", "true");
      this.running = setInterval(() => {
        this.walk(1);
        if (this.position() === this.steps().length - 1) this.stand();
      }, PAUSE);
    }

    stand() {
      clearInterval(this.running);
      this.running = null;
      this.runs.setAttribute("aria-pressed", "false");
    }

    // One drawing at a time: the way forward or the way back, where the step in hand is, or a cell.
    get map() {
      return this.maps[this.model.quantities[this.current].role === "gradient" ? 1 : 0];
    }

    turn() {
      const { shown } = this.views;
      for (const map of this.maps) map.node.hidden = shown !== null || map !== this.map;
      this.strip.hidden = this.stage.hidden = Boolean(shown?.isAlone);
      this.map.arrows.place();
    }

    drawStage() {
      const q = this.model.quantities[this.current];
      this.stage.classList.toggle("play-stage-back", q.role === "gradient");
      const formula = scrollable(
        make("div", { class: "play-formula" }, equation(q.symbol, q.latex, `${q.title} = ${this.inWords(q.formula)}`)),
        `The formula of ${q.title}`);
      this.pencil = make("div", {
        class: "play-pencil",
        onclick: (event) => this.toField(event),
        onpointerover: (event) => this.point(event.target.closest("[data-cell]")),
        onpointerleave: () => this.point(null),
      });
      this.elements = this.elementButtons();
      // What can be read in the drawing is not written a second time.
      const weightsFirst = (a, b) => (this.model.quantities[b].role === "weight") - (this.model.quantities[a].role === "weight");
      const beside = this.model.operands(this.current).filter((at) => !this.map.writes(at)).sort(weightsFirst);
      const columns = new Map(beside.map((at) => [at, this.model.columnsRead(this.current, at)]));
      this.panels = beside.map((at) => new Panel(this, at, columns.get(at)));
      this.unfolded = new Set();
      this.stage.replaceChildren(
        make("div", { class: "play-stage-head" }, formula, make("p", { class: "play-note" }, q.note || q.role),
          ...(this.own.fetchRules ? [this.own.button] : [])),
        this.elements.node,
        this.own.node,
        this.pencil,
        this.below = scrollable(
          make("div", {}, make("div", { class: `play-panels ${this.sideBySide(beside, columns)}` }, ...this.panels.map((panel) => panel.node))),
          `What ${q.title} is made of`));
    }

    // The card stays on one screen, or on two of a phone: the tables below a step move together and
    // are folded to the numbers in hand. Only where that is not enough is the drawing scrolled, which
    // follows the step in hand, then the elements, then the tables.
    fit() {
      const parts = [[(this.views.shown ?? this.map).scroll, LEAST.drawing], [this.elements.node, LEAST.elements], [this.below, LEAST.below]].filter(([node]) => node?.offsetHeight);
      for (const [node] of parts) this.scrollWithin(node, null);
      this.tighten();
      let tooHigh = this.tooHigh();
      for (const [node, least] of parts) {
        const high = node.offsetHeight;
        if (tooHigh <= 0 || high <= least) continue;
        this.scrollWithin(node, Math.max(least, high - tooHigh));
        tooHigh -= high - node.offsetHeight;
      }
      this.map.reach();
    }

    tooHigh() {
      return this.height() - (matchMedia("(min-width: 769px)").matches ? HIGHEST : HIGHEST_ON_A_PHONE);
    }

    // As much room as the tables below a step need, and no more than there is.
    tighten() {
      this.panels.forEach((panel) => panel.spread());
      this.stage.classList.remove("play-tight");
      this.panels.forEach((panel) => panel.wrap());
      if (this.tooHigh() <= 0) return;
      this.stage.classList.add("play-tight");
      const highest = Math.max(...this.panels.map((panel) => panel.rows));
      this.panels.forEach((panel) => panel.stand(highest));
      if (this.tooHigh() <= 0) return;
      this.panels.forEach((panel) => panel.spread());
      this.panels.forEach((panel) => panel.wrap());
      const folds = this.panels.filter((panel) => !this.unfolded.has(panel)).sort((a, b) => b.cells.length - a.cells.length);
      const sizes = [...new Set(folds.map((panel) => panel.cells.length))];
      for (const inHand of [this.used, this.adding]) {
        for (const size of sizes) { // those of one size alike
          if (this.tooHigh() <= 0) return;
          folds.filter((panel) => panel.cells.length === size).forEach((panel) => panel.fold(inHand, (all) => this.unfold(all)));
        }
      }
    }

    // Shows all numbers of a folded table, as long as the step is in hand.
    unfold(panel) {
      this.unfolded.add(panel);
      this.fit();
      panel.numbers.querySelector("input, td")?.scrollIntoView({ block: "nearest" });
      panel.numbers.querySelector("input")?.focus();
    }

    scrollWithin(node, pixels) {
      node.classList.toggle("play-fitted", pixels !== null);
      node.style.maxHeight = pixels === null ? "" : `${pixels}px`;
    }

    // Without what the reader has opened below.
    height() {
      return this.node.offsetHeight - (this.givens.parentElement.open ? this.givens.offsetHeight : 0);
    }

    // Three small tables or more that do not fit side by side stand in two columns.
    sideBySide(panels, columns) {
      const widths = panels.map((at) => columns.get(at)?.length ?? this.model.quantities[at].shape.at(-1) ?? 1);
      const all = widths.reduce((a, b) => a + b, 0);
      return panels.length > 2 && all > BESIDE && widths.every((width) => width <= NARROW) ? "play-two" : "";
    }

    // The value of the step: its elements, one of which is worked out below. Those of a matrix stand
    // in its rows and columns, whose names are written once.
    elementButtons() {
      const { data } = this.model.values[this.current];
      const { shape, title } = this.model.quantities[this.current];
      const isTable = shape.length === 2 && shape[1] > 1;
      const labels = Array.from(data, (_, place) => this.model.labels(this.current, place));
      const buttons = labels.map((label, place) => {
        const figure = make("span", { class: "play-figure" });
        const words = make("span", { class: isTable ? "visually-hidden" : "play-label" }, label.join(" · "));
        const button = make("button", { type: "button", onclick: () => this.work(place) }, words, " ", figure);
        return { button, figure };
      });
      const node = scrollable(make("div", { class: "play-elements", role: "group", "aria-label": `The elements of ${title}` }, ...buttons.map(({ button }) => button)), `The elements of ${title}`);
      if (isTable && buttons.length > 1) this.nameRows(node, shape[1], labels);
      node.hidden = buttons.length === 1;
      return { node, buttons, digits: isTable && shape[1] > FEW_ACROSS ? BRIEF : undefined };
    }

    nameRows(node, across, labels) {
      const name = (words) => make("span", { class: "play-label", "aria-hidden": "true" }, words);
      const rows = [...node.children].filter((_, place) => place % across === 0);
      rows.forEach((first, row) => first.before(name(labels[row * across][0])));
      node.prepend(name(""), ...labels.slice(0, across).map(([, column]) => name(column)));
      node.classList.add("play-matrix");
      node.style.gridTemplateColumns = `max-content repeat(${across}, minmax(max-content, 9rem))`;
    }

    // Takes another element of the step in hand.
    work(place) {
      this.element = place;
      this.own.clear();
      this.refresh();
      this.fit();
    }

    drawPencil() {
      const tree = this.model.element(this.current, this.element);
      const cell = (at, place) => this.model.value(at, place);
      const named = (cells) => new Set(cells.map(({ quantity, place }) => `${quantity}:${place}`));
      this.used = named(pencil.cellsOf(tree));
      this.adding = named(pencil.cellsOf(tree, cell));
      this.panels.forEach((panel) => panel.mark(this.used));
      this.pencil.hidden = this.own.hides(this.current, this.element);
      if (this.pencil.hidden) return this.pencil.replaceChildren();
      const write = (value, from) => {
        const node = numbers.node(value);
        if (from) node.dataset.cell = `${from.quantity}:${from.place}`;
        if (from && this.model.isField(from.quantity)) node.classList.add("play-given");
        return node;
      };
      const q = this.model.quantities[this.current];
      const labels = this.model.labels(this.current, this.element);
      const { nodes } = pencil.written(tree, cell, write);
      const what = make("span", { class: "play-what" }, math(q.symbol, q.title), labels.length ? make("span", { class: "play-label" }, ` ${labels.join(" · ")}`) : "");
      const value = numbers.node(this.model.value(this.current, this.element));
      // What is made of no number, as the slope of the loss by itself, is said once.
      const made = this.used.size ? [...nodes, " = "] : [];
      return this.pencil.replaceChildren(what, " = ", ...made, make("strong", {}, value));
    }

    // A click on a given number of the pencil line goes to its field.
    toField(event) {
      const cell = event.target.closest("[data-cell]")?.dataset.cell;
      if (cell) this.stage.querySelector(`td[data-cell="${cell}"] input`)?.focus();
    }

    // Shows where a number of the pencil line comes from.
    point(number) {
      for (const cell of this.stage.querySelectorAll("td[data-cell]")) {
        cell.classList.toggle("play-pointed", cell.dataset.cell === number?.dataset.cell);
      }
    }

    inWords(formula) {
      if (typeof formula === "number") return this.model.quantities[formula].title;
      const [name] = formula;
      if (name === "number") return numbers.shown(formula[1]);
      const signs = { add: "plus", subtract: "minus", multiply: "times", divide: "divided by", matmul: "times", add_all: "plus" };
      const parts = window.rnnEdu.engine.operandsOf(formula).map((operand) => this.inWords(operand));
      return signs[name] ? parts.join(` ${signs[name]} `) : `${name.replace("_", " ")} of ${parts.join(" and ")}`;
    }

    // -- changing what is given -----------------------------------------------------------

    // Tries an edit. Says what is wrong; or shows everything anew and says what came of it.
    ask(edits, name) {
      const before = this.model.value(this.model.result);
      const fault = this.model.change(edits);
      if (fault) return fault;
      this.refresh();
      const { at, place, value, word } = edits[0];
      if (word !== undefined) this.fit(); // other numbers are in hand now
      const now = word === undefined ? String(value ?? this.model.value(at, place)) : word || "nothing";
      this.say(`${name} is now ${now}. ${this.follows(before)}`);
      return "";
    }

    follows(before) {
      const { title, shape } = this.model.quantities[this.model.result];
      const now = this.model.value(this.model.result);
      if (this.own.hides(this.model.result, 0)) return `${title} is for you to work out.`;
      if (shape.some((size) => size > 1)) return `${this.model.summary(this.model.result)}.`;
      return now === before
        ? `${title} stays ${numbers.shown(now)}.`
        : `${title} went from ${numbers.shown(before)} to ${numbers.shown(now)}.`;
    }

    firstWeight() {
      const at = this.model.quantities.findIndex((q, k) => q.role === "weight" && this.model.isField(k));
      return [at, 0];
    }

    // Takes a number in hand: the slider below moves it.
    hold(at, place) {
      this.holding = { at, place };
      const first = this.model.firstValues[at].data[place];
      const reach = Math.max(1, Math.ceil(2 * Math.abs(first)), Math.ceil(Math.abs(this.model.value(at, place))));
      Object.assign(this.slider, { min: -reach, max: reach, step: (2 * reach) / SLIDER_STEPS });
      const q = this.model.quantities[at];
      const labels = this.model.labels(at, place);
      this.held.replaceChildren(math(q.symbol, q.title), labels.length ? ` ${labels.join(" → ")}` : "");
      this.refreshSlider();
    }

    dragged() {
      const { at, place } = this.holding;
      const fault = this.ask([{ at, place, value: Number(Number(this.slider.value).toPrecision(12)) }], this.model.name(at, place));
      if (fault) {
        this.say(`With ${this.slider.value} for ${this.model.name(at, place)}, ${fault} It stays ${String(this.model.value(at, place))}.`);
        this.refreshSlider();
      }
    }

    refreshSlider() {
      const { at, place } = this.holding;
      const value = this.model.value(at, place);
      this.slider.value = value;
      this.slider.setAttribute("aria-valuetext", String(value));
    }

    // What a step of learning goes by: what is drawn, or all documents.
    get readings() {
      return this.documents?.readings ?? [[]];
    }

    meanFollows(losses) {
      return `The mean loss went from ${numbers.shown(losses[0], 4)} to ${numbers.shown(losses.at(-1), 4)}.`;
    }

    slopeInWords() {
      return this.documents ? "its mean gradient" : "its gradient";
    }

    downhill(times) {
      const before = this.model.value(this.model.result);
      const losses = [this.model.meanResult(this.readings)];
      let fault = null;
      for (let k = 0; k < times && !fault; k++) {
        fault = this.model.downhill(this.rate, this.readings);
        losses.push(this.model.meanResult(this.readings));
      }
      losses.forEach((loss) => this.course.add(loss));
      this.learned.hidden = false;
      this.refresh();
      this.fit();
      const often = times === 1 ? "" : `, ${times} times`;
      this.say(fault ? `Learning stopped: ${fault}` : `Every weight moved by ${numbers.shown(this.rate)} times ${this.slopeInWords()}, against it${often}. ${this.documents ? this.meanFollows(losses) : this.follows(before)}`);
    }

    reset() {
      this.model.reset();
      this.startAgain();
      this.say("All numbers are as they were at first.");
    }

    startAgain() {
      this.course.clear();
      this.learned.hidden = true;
      this.hold(this.holding.at, this.holding.place);
      for (const panel of [...this.panels, ...(this.givenPanels || [])]) panel.say("");
      this.refresh();
    }

    toggleGradients() {
      this.showsGradients = !this.showsGradients;
      this.slopes.setAttribute("aria-pressed", String(this.showsGradients));
      if (!this.maps[1]) this.drawBackwards();
      const learns = this.showsGradients && this.model.quantities[this.model.result].role === "loss";
      if (learns) this.rate ??= this.model.rateThatHelps(FASTEST, LONG_LEARNING, this.readings);
      this.learn.forEach((button, k) => {
        button.hidden = !learns;
        button.title = `${k ? `${LONG_LEARNING} times` : "Once"}: every weight minus ${numbers.shown(this.rate ?? FASTEST)} times ${this.slopeInWords()}`;
      });
      this.select(this.showsGradients ? this.firstGradient() : this.model.result, true);
      this.say(this.showsGradients
        ? `The way back is shown; after ∂ stands how ${this.model.quantities[this.model.result].title} changes with each number.`
        : "The gradients are hidden.");
    }

    firstGradient() {
      return this.steps().find((at) => this.model.quantities[at].role === "gradient");
    }

    drawBackwards() {
      const steps = this.model.steps(true).filter((at) => this.model.quantities[at].role === "gradient");
      this.maps.push(new StepMap(this, steps, "The gradients, from the last step back to the first"));
      this.mapsNode.append(this.maps[1].node);
    }

    // -- showing ------------------------------------------------------------------------

    refresh() {
      for (const map of this.maps) map.refresh();
      this.views.refresh();
      this.training?.memory.refresh();
      this.documents?.refresh();
      for (const panel of [...this.panels, ...(this.givenPanels || [])]) panel.refresh();
      this.own.refresh();
      this.refreshElements();
      this.drawPencil();
      this.refreshOutcome();
      this.refreshSlider();
      const [at, all] = [this.position(), this.steps().length];
      this.where.replaceChildren(hidden("Step "), `${at + 1} / ${all}`);
      this.back.setAttribute("aria-disabled", String(at <= 0));
      this.next.setAttribute("aria-disabled", String(at >= all - 1));
      this.again.setAttribute("aria-disabled", String(!this.model.changed));
    }

    refreshElements() {
      const { data } = this.model.values[this.current];
      this.elements.buttons.forEach(({ button, figure }, place) => {
        figure.textContent = this.own.shown(this.current, place, numbers.shown(data[place], this.elements.digits));
        button.setAttribute("aria-pressed", String(place === this.element));
      });
    }

    refreshOutcome() {
      const { data } = this.model.values[this.model.result];
      if (!this.learned.hidden) this.learned.replaceChildren(...this.changes.inShort());
      if (this.own.hides(this.model.result, 0)) {
        this.result.textContent = "?";
        this.difference.textContent = "for you to work out";
        return;
      }
      if (data.length > 1) {
        const most = data.indexOf(Math.max(...data));
        this.result.textContent = `${numbers.shown(data[most])} for “${this.model.labels(this.model.result, most).join(", ")}”`;
        this.difference.textContent = "the largest";
        return;
      }
      const moved = data[0] - this.model.firstValues[this.model.result].data[0];
      this.result.textContent = numbers.shown(data[0]);
      this.difference.textContent = moved ? `${numbers.shown(Math.abs(moved), 3)} ${moved > 0 ? "more" : "less"} than at first` : this.model.quantities[this.model.result].note;
    }

    say(sentence) {
      clearTimeout(this.speaking);
      this.speaking = setTimeout(() => { this.live.textContent = sentence; }, SPEAK_AFTER);
    }
  }

  window.rnnEdu.Play = Play;
})();
