// A trained network that writes: a beginning, what may come next, word by word, and all that
// happens inside meanwhile.
(() => {
  "use strict";
  const { Counters, END, HeatMap, Interference, NO_HAND, NextToken, Trained, UnitPanel, numbers, percent, fold, isNarrow, quantityNames, sampling, withStep } = window.rnnEdu;
  const { make } = window.rnnEdu.nodes;
  const MOST_TOKENS = 600;
  const MOST_NAMED = 5; // unknown tokens that a sentence lists
  const LONGEST_SAID = 80; // characters of what has been read
  const MANY = 10; // tokens at once
  const PAUSE = 350; // milliseconds between two tokens that come by themselves
  const SPEAK_AFTER = 350;
  const KEPT = ["all", 1, 2, 3, 5, 10, 20];
  const EXAMPLES = {
    word: ["inchley colts beat ashford by two", "inchley council backs bridge after", "disclosed is a portable"],
    character: ["inchley col", "police f", "this invention "],
  };
  const SIZES = { word: { wide: 22, high: 5, turned: true }, character: { wide: 14, high: 5, turned: false } };

  const LEAST_STEPS = 6; // with fewer nearly every unit seems to count
  const LOW = { high: 4 }; // pixels of a row where a screen is narrow

  let writers = 0;

  class Writer {
    constructor(place, data) {
      this.network = new Trained(data);
      this.id = `writer-${(writers += 1)}`;
      this.ids = 0;
      this.looked = this.network.states.at(-1); // the cell state, where there is one: it is what lasts
      this.tokens = [];
      this.lookedSo = []; // what each piece of the text looks like
      this.begun = 0; // how many of the tokens are the reader's own
      this.chosen = null;
      this.build(place);
      this.begin(EXAMPLES[data.kind][0]);
    }

    newId = () => `${this.id}-${(this.ids += 1)}`;

    // -- what the page holds ------------------------------------------------------------

    build(place) {
      const { network } = this;
      this.hand = new Interference(network, { id: this.newId, changed: (what) => this.interfered(what) });
      this.next = new NextToken(network, (token) => this.add(token));
      this.panel = new UnitPanel(network, {
        id: this.newId,
        choose: (unit, step) => this.choose(unit, step),
        toggle: (unit, off) => this.hand.toggle(unit, off),
      });
      this.map = new HeatMap({
        label: "Every unit at every step; the arrow keys choose a cell", units: network.units,
        ...SIZES[network.data.kind], ...(isNarrow() ? LOW : {}), choose: (unit, step) => this.choose(unit, step),
      });
      this.counters = new Counters(network, (unit, state) => this.lookAt(unit, state));
      this.written = make("p", { class: "writer-text", tabindex: "0", role: "group", "aria-label": "The text" });
      this.live = make("p", { class: "play-live", role: "status" });
      this.effect = make("p", { class: "writer-effect" });
      this.coloured = make("p", { class: "writer-coloured" });
      place.replaceChildren(this.beginning(), this.written, this.bar(),
        make("div", { class: "writer-look" },
          make("div", { class: "writer-asked" }, this.looks(), this.counters.node),
          make("div", { class: "writer-inside" }, this.map.node, this.legend()),
          make("div", { class: "writer-next-column" }, this.next.node, this.effect), this.panel.node, this.panel.here),
        fold("How it is drawn, and how to interfere", make("div", { class: "writer-controls" }, this.settings(), this.hand.node)),
        make("div", { class: "play-foot" }, this.panel.more, this.known(), this.live));
    }

    beginning() {
      this.field = make("input", { type: "text", id: this.newId(), autocomplete: "off", autocapitalize: "off", spellcheck: "false", oninput: () => this.typed() });
      this.problem = make("p", { class: "play-problem", id: this.newId() });
      this.field.setAttribute("aria-describedby", this.problem.id);
      const example = (text) => make("button", { type: "button", class: "writer-small", onclick: () => this.begin(text) }, text);
      const onsubmit = (event) => { event.preventDefault(); this.begin(this.field.value); };
      return make("form", { class: "writer-form", onsubmit },
        make("label", { for: this.field.id }, "A beginning"), this.field,
        make("button", { type: "submit", class: "writer-small" }, "Read it"),
        fold("Beginnings to try", make("p", { class: "writer-examples" }, "or ", ...EXAMPLES[this.network.data.kind].map(example))), this.problem);
    }

    bar() {
      const button = (words, onclick, more = {}) => make("button", { type: "button", onclick, ...more }, words);
      this.runs = button("Run", () => (this.running ? this.stand() : this.run()), { "aria-pressed": "false" });
      return make("div", { class: "play-bar" },
        button("Write one", () => this.write(1), { class: "play-main" }),
        button("Write ten", () => this.write(MANY), { class: "play-main" }), this.runs, this.coloured, button("Start again", () => this.startAgain()));
    }

    settings() {
      this.warmth = make("input", { type: "range", id: this.newId(), min: -1, max: 1, step: 0.02, value: 0, oninput: () => this.refreshNext(true) });
      this.warmthShown = make("output", { class: "play-result-value" });
      this.most = make("select", { id: this.newId(), onchange: () => this.refreshNext(true) },
        ...KEPT.map((count) => make("option", { value: count }, count === "all" ? "all" : `the ${count} likeliest`)));
      this.greedy = make("input", { type: "checkbox", id: this.newId(), onchange: () => this.refreshNext(true) });
      this.seed = make("input", { type: "text", inputmode: "numeric", id: this.newId(), value: "1", onchange: () => this.sow() });
      const line = (field, words, ...more) => make("div", {}, make("label", { for: field.id }, words), field, ...more);
      return make("fieldset", { class: "writer-settings" }, make("legend", { class: "visually-hidden" }, "How it is drawn"),
        line(this.warmth, "Temperature", this.warmthShown), line(this.most, "Draw from"),
        make("div", {}, this.greedy, make("label", { for: this.greedy.id, title: "Always the likeliest" }, "Greedy")),
        line(this.seed, "Seed"));
    }

    // Which of the states and gates the picture shows.
    looks() {
      const names = [...this.network.states, ...this.network.gates];
      this.choices = new Map(names.map((name) => [name,
        make("button", { type: "button", class: "writer-small", "aria-pressed": "false", onclick: () => this.look(name) }, quantityNames[name])]));
      return make("div", { class: "writer-looks", role: "group", "aria-label": "What the picture shows" }, ...this.choices.values());
    }

    legend() {
      this.low = make("span");
      this.high = make("span");
      this.ramp = make("span", { class: "writer-ramp" });
      this.held = make("b", { class: "writer-held" });
      return make("p", { class: "writer-legend", "aria-hidden": "true" }, this.low, this.ramp, this.high, this.held,
        this.line = make("span"));
    }

    known() {
      const { tokens, ofWords } = this.network;
      const names = tokens.slice(1).map((_, k) => this.network.name(k + 1)).sort();
      return make("details", { class: "play-all" }, make("summary", {}, `All ${names.length} ${ofWords ? "words" : "characters"} that it knows`),
        make("p", { class: "writer-known" }, names.join(ofWords ? ", " : " ")));
    }

    // -- reading and writing ------------------------------------------------------------

    // Reads along while the reader types, as far as all is known; a word that is not is named once
    // it is finished.
    typed() {
      const text = this.field.value;
      const found = this.network.cut(text);
      const finished = this.network.ofWords && /\S$/.test(text) ? found.slice(0, -1) : found;
      this.problem.textContent = this.fault(text, finished);
      if (!this.fault(text, found)) this.begin(text);
    }

    // Whether a beginning stands in the field that has not been read, since it cannot be.
    get unread() {
      return this.field.value !== this.read;
    }

    // Reads a beginning anew; or says what is wrong with it and keeps what is there.
    begin(text) {
      this.stand();
      const found = this.network.cut(text);
      const problem = this.fault(text, found);
      this.problem.textContent = problem;
      if (problem) return;
      this.read = text;
      if (this.unread) this.field.value = text;
      this.tokens = found.map((token) => this.network.numberOf.get(token));
      this.begun = this.tokens.length;
      this.ended = false;
      this.sowSeed();
      this.readAll();
      const heard = text.trim().slice(-LONGEST_SAID);
      this.say(this.begun ? `It has read “${heard}”. ${this.likeliest()}` : `Nothing to read: these are the chances of the first ${this.network.data.kind}. ${this.likeliest()}`);
    }

    fault(text, found) {
      const kind = this.network.data.kind;
      const keeps = "What was read before stays.";
      if (found.length > MOST_TOKENS) {
        const words = this.network.ofWords ? `, ${found.length.toLocaleString("en")} words` : "";
        return `That is ${text.length.toLocaleString("en")} characters${words}; the page reads ${MOST_TOKENS} ${kind}s at most. ${keeps}`;
      }
      const strange = [...new Set(found.filter((token) => !this.network.numberOf.has(token)))];
      if (!strange.length) return "";
      const listed = strange.slice(0, MOST_NAMED).map((token) => `“${token.slice(0, 30)}”`).join(", ");
      const more = strange.length > MOST_NAMED ? ` and ${strange.length - MOST_NAMED} more` : "";
      return `The network has never read ${listed}${more}; it knows the ${this.network.tokens.length - 1} ${kind}s that are listed below. ${keeps}`;
    }

    startAgain() {
      this.begin(this.field.value);
      this.field.focus();
    }

    sowSeed() {
      this.random = sampling.randomNumbers(Number(this.seed.value));
    }

    sow() {
      const typed = this.seed.value.trim();
      if (!/^\d{1,9}$/.test(typed)) {
        this.seed.value = this.sown || "1";
        return this.say(`“${typed.slice(0, 30)}” is no seed: it is a whole number from 0 to 999999999. It stays ${this.seed.value}.`);
      }
      this.sown = this.seed.value = String(Number(typed));
      this.sowSeed();
      return this.say(`Seed ${typed}: from here on, the same settings write the same ${this.network.data.kind}s.`);
    }

    // Reads what is not read yet; everything, where the reader's hand has changed.
    readAll(handChanged = false) {
      const { network, tokens } = this;
      this.asLearned = network.read(tokens, NO_HAND, this.asLearned);
      this.steps = this.hand.empty ? this.asLearned : network.read(tokens, this.hand.hand, handChanged ? [] : this.steps);
      this.refresh();
    }

    // One more token for the network to read.
    take(token) {
      this.tokens.push(token);
      const onwards = (steps, hand) => [...steps, this.network.step(steps.at(-1), token, hand)];
      const learned = onwards(this.asLearned);
      this.steps = this.hand.empty ? learned : onwards(this.steps, this.hand.hand);
      this.asLearned = learned;
    }

    draw() {
      return sampling.draw(this.chances(), this.random());
    }

    // Writes some tokens; at the end of a text it stops, and the next one begins anew.
    write(count, quietly = false) {
      if (this.unread) this.begin(this.field.value);
      if (this.unread) return false;
      this.goOn();
      const before = this.tokens.length;
      for (let k = 0; k < count && !this.ended; k++) {
        if (this.tokens.length >= MOST_TOKENS) break;
        const token = this.draw();
        if (token === END) this.ended = true;
        else this.take(token);
      }
      this.refresh();
      if (!quietly || this.ended) this.say(this.wrote(before));
      return !this.ended && this.tokens.length < MOST_TOKENS;
    }

    // After the end of a text the next one begins as this one did.
    goOn() {
      if (!this.ended) return;
      this.tokens.length = this.begun;
      this.ended = false;
      this.readAll();
    }

    wrote(before) {
      const kind = this.network.data.kind;
      const fresh = this.tokens.slice(before);
      const words = fresh.length ? `It wrote “${this.joined(fresh)}”. ` : "";
      if (this.ended) return `${words}It says that the text ends here; writing on begins a new one.`;
      if (this.tokens.length >= MOST_TOKENS) return `${words}The text has ${MOST_TOKENS} ${kind}s, which is as far as it goes here. Start again to go on.`;
      return `${words}${this.likeliest()}`;
    }

    // A token that the reader picks.
    add(token) {
      this.stand();
      if (token === END) {
        this.ended = true;
        this.refresh();
        return this.say("You end the text here; writing on begins a new one.");
      }
      this.goOn();
      if (this.tokens.length >= MOST_TOKENS) return this.say(this.wrote(this.tokens.length));
      this.take(token);
      this.refresh();
      return this.say(`You wrote “${this.network.name(token)}”. ${this.likeliest()}`);
    }

    run() {
      this.runs.setAttribute("aria-pressed", "true");
      this.running = setInterval(() => { if (!this.write(1, true)) this.stand(); }, PAUSE);
    }

    stand() {
      clearInterval(this.running);
      this.running = null;
      this.runs.setAttribute("aria-pressed", "false");
    }

    joined(tokens) {
      return tokens.map((token) => this.network.tokens[token]).join(this.network.ofWords ? " " : "");
    }

    // -- chances ------------------------------------------------------------------------

    get temperature() {
      return 10 ** Number(this.warmth.value);
    }

    chances() {
      const most = this.most.value === "all" ? Infinity : Number(this.most.value);
      return sampling.chances(this.steps.at(-1).scores, { temperature: this.temperature, most, greedy: this.greedy.checked });
    }

    likeliest() {
      const now = this.chances();
      const [first] = sampling.largestFirst(now);
      return `Likeliest now: “${this.network.name(first)}”, ${percent(now[first])}.`;
    }

    refreshNext(speak = false) {
      const shown = numbers.shown(this.temperature, 2);
      this.warmthShown.textContent = shown;
      this.warmth.setAttribute("aria-valuetext", shown);
      const [now, before] = [this.chances(), sampling.softmax(this.asLearned.at(-1).scores)];
      this.next.show(now, before);
      this.effect.textContent = this.moved(now, before);
      if (speak) this.say(this.likeliest());
    }

    // The largest change that the reader's settings and hand make.
    moved(now, before) {
      const changes = now.map((share, token) => Math.abs(share - before[token]));
      const [most] = sampling.largestFirst(changes);
      if (changes[most] < 0.0005) return "The chances are as learned.";
      return `“${this.network.name(most)}” goes from ${percent(before[most])} as learned to ${percent(now[most])}.`;
    }

    // -- looking inside -----------------------------------------------------------------

    look(name) {
      this.looked = name;
      this.refreshInside();
      this.say(`The picture shows the ${quantityNames[name]}.`);
    }

    // A unit, and the state of it that is worth looking at.
    lookAt(unit, state) {
      this.looked = state;
      this.chosen = { ...this.chosen, unit };
      this.refreshInside();
      this.choose(unit, this.chosen.step);
    }

    choose(unit, step) {
      this.chosen = { unit, step };
      this.follows = step === this.steps.length - 1;
      if (this.hand.lookAt(unit)) this.readAll(true);
      else this.refreshChoice();
      const token = this.network.nameRead(this.steps[step].token);
      this.say(`Unit ${unit + 1} after “${token}”, step ${step + 1}: ${this.looked} is ${numbers.shown(this.steps[step][this.looked][unit], 3)}.`);
    }

    interfered(what) {
      this.readAll(true);
      this.say(`${what} ${this.moved(this.chances(), sampling.softmax(this.asLearned.at(-1).scores))}`);
    }

    // -- showing ------------------------------------------------------------------------

    refresh() {
      if (!this.chosen) this.chosen = { unit: this.counters.first?.unit ?? this.liveliest(), step: 0 };
      const last = this.steps.length - 1;
      if (this.follows !== false || this.chosen.step > last) this.chosen.step = last;
      this.hand.lookAt(this.chosen.unit);
      this.refreshNext();
      this.refreshInside();
    }

    // The unit that is farthest from 0 when the page opens, where none is known to count.
    liveliest() {
      return sampling.largestFirst(this.steps.at(-1)[this.looked].map(Math.abs))[0];
    }

    // The text, each token in the colour of the chosen unit after it; what looks as before stays.
    refreshText() {
      const pieces = this.tokens.map((token, k) => this.piece(token, k));
      const looks = pieces.map((piece) => JSON.stringify(piece));
      const differs = looks.findIndex((look, k) => look !== this.lookedSo[k]);
      const kept = differs < 0 ? Math.min(looks.length, this.lookedSo.length) : differs;
      while (this.written.childNodes.length > kept) this.written.lastChild.remove();
      const end = this.ended
        ? make("span", { class: "writer-end" }, " end of the text")
        : make("span", { class: "writer-caret", "aria-hidden": "true" });
      this.written.append(...pieces.slice(kept).map((piece, k) => this.asNode(piece, kept + k)), end);
      this.lookedSo = looks;
      this.written.scrollTop = this.written.scrollHeight;
    }

    piece(token, k) {
      const share = 100 * Math.min(1, Math.abs(this.steps[k + 1][this.looked][this.chosen.unit]) / this.scale);
      const kind = this.network.gates.includes(this.looked) ? "part" : this.steps[k + 1][this.looked][this.chosen.unit] < 0 ? "minus" : "plus";
      return { token, kind, share: share.toFixed(0), own: k < this.begun };
    }

    asNode({ token, kind, share, own }, k) {
      const node = make("span", {
        class: own ? "writer-own" : "writer-fresh",
        style: `background: color-mix(in srgb, var(--play-${kind}) ${share}%, transparent)`,
        onclick: () => this.choose(this.chosen.unit, k + 1),
      }, this.network.tokens[token]);
      return k && this.network.ofWords ? make("span", { class: "writer-piece" }, " ", node) : node;
    }

    refreshInside() {
      const { looked, network } = this;
      const columns = this.steps.map((step) => step[looked]);
      const shares = network.gates.includes(looked);
      const largest = Math.max(...columns.map((column) => Math.max(...column.map(Math.abs))));
      const scale = this.scale = looked === "c" ? Math.max(1, largest) : 1;
      for (const [name, button] of this.choices) button.setAttribute("aria-pressed", String(name === looked));
      this.map.show({ columns, names: this.steps.map(({ token }) => this.inPicture(token)), scale, shares, held: this.hand.hand.held[looked] });
      this.held.textContent = this.hand.of(looked);
      this.low.textContent = shares ? "0, shut" : numbers.shown(-scale, 3);
      this.high.textContent = shares ? "1, open" : numbers.shown(scale, 3);
      this.ramp.classList.toggle("writer-shares", shares);
      this.refreshChoice();
    }

    // A token above its column.
    inPicture(token) {
      if (token === END) return this.network.ofWords ? "start" : "⊢";
      return this.network.tokens[token] === " " ? "␣" : this.network.tokens[token];
    }

    refreshChoice() {
      this.refreshText();
      this.coloured.textContent = `Colour: ${quantityNames[this.looked]} of unit ${this.chosen.unit + 1}`;
      this.map.mark(this.chosen.unit, this.chosen.step);
      this.counters.show(this.looked, this.chosen.unit);
      this.line.textContent = `line: unit ${this.chosen.unit + 1}${this.straightness()}`;
      this.panel.show(this.chosen, this.steps, this.looked, this.hand.off);
    }

    // How straightly the chosen unit goes along with the step, in a text that is long enough to tell.
    straightness() {
      const series = this.steps.slice(1).map((step) => step[this.looked][this.chosen.unit]);
      return series.length < LEAST_STEPS ? "" : `, here r ${numbers.shown(withStep(series), 2)}`;
    }

    say(sentence) {
      clearTimeout(this.speaking);
      this.speaking = setTimeout(() => { this.live.textContent = sentence; }, SPEAK_AFTER);
    }
  }

  Object.assign(window.rnnEdu, { Writer });
})();
