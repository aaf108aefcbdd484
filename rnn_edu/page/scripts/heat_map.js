// All units of a network over time as one picture: a row for each unit, a column for each token
// that was read. It is drawn on a canvas, since there may be thousands of cells. One of them is
// chosen with a click, or with the arrow keys when the picture has the focus.
(() => {
  "use strict";
  const { make } = window.rnnEdu.nodes;
  const GUTTER = 30; // pixels for the numbers of the units
  const LETTER = 6.4; // pixels of a letter that is turned
  const EVERY = 8; // units between two numbers at the side
  const MOST_HEAD = 104;
  const WIDENED = 3; // how many times as wide the columns are where there is room
  const MARKS = 2; // pixels of the line around what is chosen
  const ARROWS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

  class HeatMap {
    // `choose(unit, step)` is told what the reader chooses.
    constructor({ label, units, wide, high, turned, choose }) {
      Object.assign(this, { units, narrow: wide, high, turned, choose });
      this.columns = [];
      this.names = [];
      this.chosen = null;
      this.canvas = make("canvas", { class: "writer-cells", "aria-hidden": "true" });
      this.side = make("canvas", { class: "writer-side", "aria-hidden": "true" });
      this.node = make("div", {
        class: "writer-map", tabindex: "0", role: "group", "aria-label": label,
        onkeydown: (event) => this.moved(event), onclick: (event) => this.clicked(event),
      }, this.side, this.canvas);
      this.colours = make("span", { class: "writer-colours", hidden: true });
      this.node.append(this.colours);
      this.follow();
    }

    // Draws anew when light turns to dark, and where the screen gets other pixels.
    follow() {
      new MutationObserver(() => this.draw()).observe(document.documentElement, { attributeFilter: ["data-theme"] });
      new ResizeObserver(() => this.draw()).observe(this.node);
      matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.draw());
    }

    // Takes what is to be drawn, with the next mark. `columns`: for each step the numbers of all units. `scale`: what has the full colour.
    // `shares`: whether they are gates, between 0 and 1.
    show({ columns, names, scale, shares }) {
      this.grown = columns.length > this.columns.length;
      Object.assign(this, { columns, names, scale, shares });
    }

    // Chooses a cell, and draws; what has just been written comes into view.
    mark(unit, step) {
      this.chosen = { unit, step };
      this.draw();
      if (this.grown) this.node.scrollLeft = this.node.scrollWidth;
      this.grown = false;
    }

    // Brings what is chosen into view.
    reach() {
      const left = GUTTER + this.chosen.step * this.wide;
      const { scrollLeft, clientWidth } = this.node;
      if (left - GUTTER < scrollLeft) this.node.scrollLeft = left - GUTTER;
      if (left + this.wide > scrollLeft + clientWidth) this.node.scrollLeft = left + this.wide - clientWidth;
    }

    // -- drawing ------------------------------------------------------------------------

    get head() {
      if (!this.turned) return 22;
      const longest = Math.max(3, ...this.names.map((name) => name.length));
      return Math.min(MOST_HEAD, Math.round(longest * LETTER + 12));
    }

    colour(name) {
      this.colours.style.color = `var(${name})`;
      return getComputedStyle(this.colours).color;
    }

    // Few columns share the width that is there.
    width() {
      const room = Math.floor((this.node.clientWidth - GUTTER - 2) / this.columns.length);
      return Math.max(this.narrow, Math.min(WIDENED * this.narrow, room));
    }

    prepared(canvas, width, height) {
      const fine = window.devicePixelRatio || 1;
      Object.assign(canvas, { width: Math.round(width * fine), height: Math.round(height * fine) });
      Object.assign(canvas.style, { width: `${width}px`, height: `${height}px` });
      const pen = canvas.getContext("2d");
      pen.scale(fine, fine);
      pen.font = `12px ${getComputedStyle(this.node).fontFamily}`;
      return pen;
    }

    draw() {
      if (!this.columns.length) return;
      this.wide = this.width();
      const height = this.head + this.units * this.high + 2;
      const pen = this.prepared(this.canvas, this.columns.length * this.wide + 2, height);
      const muted = this.colour("--pst-color-text-muted");
      this.drawCells(pen);
      this.drawNames(pen, muted);
      this.drawSide(this.prepared(this.side, GUTTER, height), muted);
      this.drawChosen(pen);
    }

    // One pixel for each cell, which the canvas makes as large as a cell; then the lines between.
    drawCells(pen) {
      const [plus, minus, part] = ["--play-plus", "--play-minus", "--play-part"].map((name) => this.redGreenBlue(name));
      const { columns, head, high, scale, units, wide } = this;
      const small = Object.assign(document.createElement("canvas"), { width: columns.length, height: units });
      const picture = new ImageData(columns.length, units);
      columns.forEach((numbers, step) => {
        for (let unit = 0; unit < units; unit++) {
          const share = Math.min(1, Math.abs(numbers[unit]) / scale);
          const colour = this.shares ? part : numbers[unit] < 0 ? minus : plus;
          picture.data.set([...colour, Math.round(255 * share)], 4 * (unit * columns.length + step));
        }
      });
      small.getContext("2d").putImageData(picture, 0, 0);
      pen.imageSmoothingEnabled = false;
      pen.drawImage(small, 0, head, columns.length * wide, units * high);
      for (let step = 1; step <= columns.length; step++) pen.clearRect(step * wide - 1, head, 1, units * high);
      for (let unit = 1; unit <= units; unit++) pen.clearRect(0, head + unit * high - 1, columns.length * wide, 1);
    }

    // A colour as the canvas has it, whatever the way in which a style writes it.
    redGreenBlue(name) {
      const pen = Object.assign(document.createElement("canvas"), { width: 1, height: 1 }).getContext("2d");
      pen.fillStyle = this.colour(name);
      pen.fillRect(0, 0, 1, 1);
      return pen.getImageData(0, 0, 1, 1).data.subarray(0, 3);
    }

    drawNames(pen, muted) {
      const dark = this.colour("--pst-color-text-base");
      this.names.forEach((name, step) => {
        pen.fillStyle = step === this.chosen?.step ? dark : muted;
        const middle = (step + 0.5) * this.wide;
        pen.save();
        if (this.turned) {
          pen.translate(middle + 4, this.head - 5);
          pen.rotate(-Math.PI / 2);
          pen.fillText(name, 0, 0, MOST_HEAD - 8);
        } else {
          pen.textAlign = "center";
          pen.fillText(name, middle, this.head - 6, this.wide);
        }
        pen.restore();
      });
    }

    drawSide(pen, muted) {
      pen.fillStyle = this.colour("--book-card");
      pen.fillRect(0, 0, GUTTER, this.head + this.units * this.high + 2);
      pen.textAlign = "right";
      for (let unit = 0; unit < this.units; unit++) {
        const numbered = unit === 0 || (unit + 1) % EVERY === 0 || unit === this.chosen?.unit;
        const near = unit !== this.chosen?.unit && Math.abs(unit - this.chosen?.unit) * this.high < 12;
        if (!numbered || near) continue;
        pen.fillStyle = unit === this.chosen?.unit ? this.colour("--pst-color-text-base") : muted;
        pen.fillText(String(unit + 1), GUTTER - 6, this.head + (unit + 0.5) * this.high + 4);
      }
    }

    drawChosen(pen) {
      if (!this.chosen || this.chosen.step >= this.columns.length) return;
      const { unit, step } = this.chosen;
      pen.strokeStyle = this.colour("--pst-color-heading");
      pen.lineWidth = MARKS;
      pen.strokeRect(step * this.wide, this.head + unit * this.high, this.wide - 1, this.high - 1);
      pen.lineWidth = 1;
      pen.globalAlpha = 0.45;
      pen.strokeRect(0.5, this.head + unit * this.high - 0.5, this.columns.length * this.wide - 1, this.high);
      pen.globalAlpha = 1;
    }

    // -- choosing -----------------------------------------------------------------------

    clicked(event) {
      const { left, top } = this.canvas.getBoundingClientRect();
      const step = Math.floor((event.clientX - left) / this.wide);
      const unit = Math.floor((event.clientY - top - this.head) / this.high);
      if (step < 0 || step >= this.columns.length) return;
      this.choose(Math.max(0, Math.min(this.units - 1, unit)), step);
    }

    moved(event) {
      const way = ARROWS[event.key];
      if (!way || !this.columns.length) return;
      event.preventDefault();
      const { unit, step } = this.chosen || { unit: 0, step: this.columns.length - 1 };
      const within = (number, count) => Math.max(0, Math.min(count - 1, number));
      this.choose(within(unit + way[0], this.units), within(step + way[1], this.columns.length));
      this.reach();
    }
  }

  Object.assign(window.rnnEdu, { HeatMap });
})();
