// Small moving pictures: what a gate keeps, what a power becomes, what a temperature does.
(() => {
  "use strict";
  const { engine, numbers } = window.rnnEdu;
  const { make, math } = window.rnnEdu.nodes;
  const SVG = "http://www.w3.org/2000/svg";
  let pictures = 0;

  const drawing = (name, attributes) => {
    const node = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
    return node;
  };

  // -- the calculations, each on its own -------------------------------------------------

  // The cell state after each step, from 0: c = f c + i g. `writes` says at which steps i counts.
  function memories(keep, letIn, candidate, steps, writes) {
    const states = [];
    let c = 0;
    for (let t = 1; t <= steps; t++) {
      c = keep * c + (writes(t) ? letIn : 0) * candidate;
      states.push(c);
    }
    return states;
  }

  const powers = (number, steps) => Array.from({ length: steps + 1 }, (_, k) => number ** k);

  function softmaxAt(scores, temperature) {
    const largest = Math.max(...scores);
    const raised = scores.map((score) => Math.exp((score - largest) / temperature));
    const whole = raised.reduce((a, b) => a + b, 0);
    return raised.map((power) => power / whole);
  }

  // In bits: how many questions with yes or no a draw is worth.
  const entropy = (shares) => shares.reduce((sum, p) => (p > 0 ? sum - p * Math.log2(p) : sum), 0);

  // -- what they share on the page -------------------------------------------------------

  class Picture {
    constructor(place, title, about) {
      pictures += 1;
      this.id = `picture-${pictures}`;
      this.sliders = make("div", { class: "picture-sliders" });
      this.chart = make("div", { class: "picture-chart" });
      this.sentence = make("p", { class: "picture-sentence", role: "status" });
      this.node = make("section", { class: "picture", "aria-labelledby": this.id },
        make("div", { class: "play-head" },
          make("p", { class: "play-title", id: this.id }, make("span", { class: "play-kicker" }, "Play"), ` ${title}`),
          make("p", { class: "play-about" }, about)),
        this.sliders, this.chart, this.sentence);
      place.replaceChildren(this.node);
    }

    // A slider with its name, its value beside it; `read` makes the value of its position.
    slider(label, { min, max, step, value, read = (position) => position }) {
      const shown = make("output", { class: "play-result-value" });
      const id = `${this.id}-${this.sliders.children.length}`;
      const input = make("input", { type: "range", id, min, max, step, value, oninput: () => this.draw() });
      this.sliders.append(make("div", {}, make("label", { for: id }, label), input, shown));
      return () => {
        const now = read(Number(input.value));
        const text = numbers.shown(now, 3);
        shown.textContent = text;
        input.setAttribute("aria-valuetext", text);
        return now;
      };
    }

    // A listener hears the sentence once a slider has come to rest.
    say(sentence) {
      clearTimeout(this.speaking);
      this.speaking = setTimeout(() => { this.sentence.textContent = sentence; }, this.sentence.textContent ? 200 : 0);
    }
  }

  // Upright bars over a line, one for each step, between -limit and limit.
  class Columns {
    constructor(place, count, low) {
      const svg = drawing("svg", { viewBox: `0 -1.05 ${count} ${low ? 2.1 : 1.1}`, preserveAspectRatio: "none", "aria-hidden": "true" });
      svg.append(drawing("line", { x1: 0, x2: count, y1: 0, y2: 0 }));
      this.bars = Array.from({ length: count }, (_, k) => {
        const bar = drawing("rect", { x: k + 0.16, y: 0, width: 0.68, height: 1 });
        svg.append(bar);
        return bar;
      });
      place.append(svg);
    }

    show(values, limit) {
      this.bars.forEach((bar, k) => {
        const share = Math.max(-1, Math.min(1, values[k] / limit));
        bar.style.transform = `scaleY(${(-share).toFixed(4)})`;
        bar.classList.toggle("play-negative", values[k] < 0);
        bar.classList.toggle("picture-beyond", Math.abs(values[k]) > limit);
      });
    }
  }

  const axis = (...words) => make("p", { class: "picture-axis", "aria-hidden": "true" }, ...words.map((word) => make("span", {}, word)));

  // -- the pictures ----------------------------------------------------------------------

  class Gates extends Picture {
    constructor(place) {
      super(place, "A memory fills and fades", "Thirty steps of one cell state. For the first ten steps something new comes in; after that the input gate is shut.");
      const gate = { min: 0, max: 1, step: 0.01 };
      this.keep = this.slider(math("f", "forget gate f"), { ...gate, value: 0.9 });
      this.letIn = this.slider(math("i", "input gate i"), { ...gate, value: 0.3 });
      this.candidate = this.slider(math("\\tilde{c}", "candidate"), { min: -1, max: 1, step: 0.01, value: 0.8 });
      this.columns = new Columns(this.chart, 30, true);
      this.chart.append(axis("step 1", "the input gate shuts after step 10", "step 30"));
      this.draw();
    }

    draw() {
      const [keep, letIn, candidate] = [this.keep(), this.letIn(), this.candidate()];
      const states = memories(keep, letIn, candidate, 30, (t) => t <= 10);
      const limit = Math.max(1, ...states.map(Math.abs));
      this.columns.show(states, limit);
      this.say(`Full at step 10 with ${numbers.shown(states[9], 3)}; at step 30, after twenty steps of keeping ${numbers.shown(100 * keep, 3)} %, ${numbers.shown(states[29], 3)} is left.`);
    }
  }

  class Powers extends Picture {
    constructor(place) {
      super(place, "A number times itself, again and again", "The first thirty powers of one recurrent weight U. Only near 1 does a message from far away arrive at its size.");
      this.weight = this.slider(math("U", "the weight U"), { min: -1.5, max: 1.5, step: 0.01, value: 0.8 });
      this.columns = new Columns(this.chart, 31, true);
      this.chart.append(axis("U⁰", "the edge stands for ±2", "U³⁰"));
      this.draw();
    }

    draw() {
      const weight = this.weight();
      const values = powers(weight, 30);
      this.columns.show(values, 2);
      this.say(`After 10 steps ${numbers.shown(values[10], 3)}, after 30 steps ${numbers.shown(values[30], 3)}. ${this.verdict(weight)}`);
    }

    verdict(weight) {
      const size = Math.abs(weight);
      if (size === 0) return "Nothing passes.";
      if (size === 1) return "The message keeps its size.";
      const steps = Math.abs(Math.log(2) / Math.log(size));
      const changes = size < 1 ? "loses half of its size" : "doubles its size";
      return `The message ${changes} every ${numbers.shown(steps, 3)} steps.`;
    }
  }

  class Temperature extends Picture {
    constructor(place) {
      super(place, "The same scores, hotter and colder", "Every score is divided by the temperature before the softmax. At 1 nothing changes; cold is sure of itself, hot is ready for anything.");
      const { labels, scores } = scoresOf(place);
      this.scores = scores;
      this.temperature = this.slider(math("T", "temperature T"), { min: -1, max: 1, step: 0.02, value: 0, read: (position) => 10 ** position });
      this.rows = labels.map((label) => this.row(label));
      this.labels = labels;
      const table = make("table", { class: "picture-shares" }, make("caption", { class: "visually-hidden" }, "Probability of each word"),
        make("tbody", {}, ...this.rows.map(({ line }) => line)));
      this.chart.append(table);
      this.draw();
    }

    row(label) {
      const bar = make("span", { class: "picture-bar-lying" });
      const share = make("td", { class: "picture-share" });
      return { bar, share, line: make("tr", {}, make("th", { scope: "row" }, label), make("td", { class: "picture-track" }, bar), share) };
    }

    draw() {
      const temperature = this.temperature();
      const shares = softmaxAt(this.scores, temperature);
      shares.forEach((share, k) => {
        this.rows[k].bar.style.transform = `scaleX(${share.toFixed(4)})`;
        this.rows[k].share.textContent = `${(100 * share).toFixed(1)} %`;
      });
      const most = shares.indexOf(Math.max(...shares));
      this.say(`Most likely “${this.labels[most]}”, with ${(100 * shares[most]).toFixed(1)} %. The draw is as open as one among ${numbers.shown(2 ** entropy(shares), 3)} equal words.`);
    }
  }

  // Scores written into the page, data-scores='{"word": 1.5}', or those of a walkthrough,
  // data-of="KEY:STEP", perhaps with other words read: data-with="hello how".
  function scoresOf(place) {
    if (place.dataset.scores) {
      const scores = JSON.parse(place.dataset.scores);
      return { labels: Object.keys(scores), scores: Object.values(scores) };
    }
    const [key, step] = place.dataset.of.split(":");
    const data = window.rnnEduWalkthroughs[key];
    const given = engine.givenAtFirst(data);
    const inputs = data.quantities.flatMap((q, at) => (q.role === "input" ? [at] : []));
    place.dataset.with?.split(" ").forEach((word, k) => { given[inputs[k]] = word; });
    const at = data.quantities.findIndex((q) => q.name === step);
    return { labels: data.quantities[at].labels[0], scores: [...engine.evaluate(data, given)[at].data] };
  }

  window.rnnEdu.pictures = {
    Picture,
    gates: (place) => new Gates(place),
    powers: (place) => new Powers(place),
    temperature: (place) => new Temperature(place),
    calculations: { entropy, memories, powers, softmaxAt },
  };
})();
