// A calculation of many time steps: a narrow strip of all of them above the drawing, a column for
// each, as high as its state moves there, and a window on it that says which steps are drawn. The
// window is dragged, or moved by arrow keys, and follows the step in hand.
(() => {
  "use strict";
  const { numbers } = window.rnnEdu;
  const { make, math } = window.rnnEdu.nodes;
  const MOST_TIMES = 12; // columns of a drawing without a strip
  const DIGITS = 3;
  const STATES = ["state", "cell state"];

  const sizeOf = (values) => values.reduce((most, number) => Math.max(most, Math.abs(number)), 0);

  // The states in time; where there are none, the steps of the first name that changes over time.
  function statesOf(model) {
    const inTime = model.steps(false).filter((at) => model.quantities[at].t !== null);
    const found = STATES.map((role) => inTime.filter((at) => model.quantities[at].role === role)).find((all) => all.length);
    return found ?? inTime.filter((at) => model.quantities[at].name === model.quantities[inTime[0]].name);
  }

  class TimeStrip {
    // `map`: the drawing, with `show()`; `times`: those of its columns; `size`: how many
    // of them are drawn at once.
    constructor(map, times, size) {
      Object.assign(this, { map, times, size, start: map.isBack ? times.length - size : 0 });
      this.model = map.play.model;
      this.states = statesOf(this.model);
      this.words = new Map(this.model.quantities.flatMap((q, at) => (q.role === "input" && q.choice ? [[q.t, at]] : [])));
      this.bars = times.map(() => make("span", { class: "play-time" }));
      this.window = make("div", {
        class: "play-window", role: "slider", tabindex: "0", "aria-label": "Time steps that are drawn",
        "aria-valuemin": times[0], "aria-valuemax": times[times.length - size], onkeydown: (event) => this.moved(event),
      });
      this.track = make("div", {
        class: "play-times", style: `--count: ${times.length}; --size: ${size}`,
        onpointerdown: (event) => this.grabbed(event), onpointermove: (event) => this.dragged(event),
      }, ...this.bars, this.window);
      this.range = make("b");
      this.node = make("div", { class: "play-strip-of-times" }, this.track, make("p", { class: "play-note" }, this.range, ...this.meaning()));
      this.place();
    }

    meaning() {
      const q = this.model.quantities[this.states[0]];
      const symbol = math(q.row ?? q.symbol, q.name);
      return this.map.isBack ? [" Each column: how large the gradient of ", symbol, " is."] : [" Each column: how far ", symbol, " moves."];
    }

    get last() {
      return this.times.length - this.size;
    }

    get inWords() {
      return `steps ${this.times[this.start]} to ${this.times[this.start + this.size - 1]} of ${this.times.length}`;
    }

    // -- the window ---------------------------------------------------------------------

    moveTo(start) {
      const wanted = Math.max(0, Math.min(this.last, start));
      if (wanted === this.start) return;
      this.start = wanted;
      this.place();
      this.map.show();
    }

    place() {
      this.track.style.setProperty("--start", this.start);
      this.window.setAttribute("aria-valuenow", this.times[this.start]);
      this.window.setAttribute("aria-valuetext", this.inWords);
      this.range.textContent = `S${this.inWords.slice(1)}.`;
    }

    // Brings a time into the window, with its neighbours.
    follow(t) {
      const at = this.times.indexOf(t);
      if (at < 0) return;
      const [first, last] = [Math.max(0, at - 1), Math.min(this.times.length - 1, at + 1)];
      this.moveTo(Math.min(first, Math.max(this.start, last - this.size + 1)));
    }

    moved(event) {
      const by = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -this.size, PageUp: this.size, Home: -this.last, End: this.last }[event.key];
      if (!by) return;
      event.preventDefault();
      this.moveTo(this.start + by);
    }

    // The time step under a finger or a mouse, as a fraction.
    under(event) {
      const { left, width } = this.track.getBoundingClientRect();
      return ((event.clientX - left) / width) * this.times.length;
    }

    grabbed(event) {
      this.track.setPointerCapture(event.pointerId);
      const at = this.under(event);
      this.held = at >= this.start && at <= this.start + this.size ? at - this.start : this.size / 2;
      this.dragged(event);
    }

    dragged(event) {
      if (this.track.hasPointerCapture(event.pointerId)) this.moveTo(Math.round(this.under(event) - this.held));
    }

    // -- the columns --------------------------------------------------------------------

    // How far the states move at each time, or how large their gradients are.
    sizes() {
      const found = new Map();
      const before = new Map();
      for (const at of [...this.states].sort((a, b) => this.model.quantities[a].t - this.model.quantities[b].t)) {
        const { name, t } = this.model.quantities[at];
        const { data } = this.model.values[this.map.isBack ? this.model.gradients.get(at) : at] ?? { data: [] };
        const last = this.map.isBack ? undefined : before.get(name);
        before.set(name, data);
        found.set(t, Math.max(found.get(t) ?? 0, sizeOf(Array.from(data, (number, k) => number - (last?.[k] ?? 0)))));
      }
      return found;
    }

    refresh() {
      const sizes = this.sizes();
      const most = Math.max(...sizes.values()) || 1;
      const share = this.map.wayBack?.share ?? ((size) => size / most);
      const now = this.model.quantities[this.map.play.current].t;
      this.bars.forEach((bar, k) => {
        const t = this.times[k];
        const word = this.words.has(t) ? ` “${this.model.given[this.words.get(t)]}”` : "";
        bar.style.setProperty("--share", `${(100 * share(sizes.get(t) ?? 0)).toFixed(1)}%`);
        bar.title = `t=${t}${word}: ${numbers.shown(sizes.get(t) ?? 0, DIGITS)}`;
        bar.classList.toggle("play-now", t === now);
      });
    }
  }

  Object.assign(window.rnnEdu, { MOST_TIMES, TimeStrip });
})();
