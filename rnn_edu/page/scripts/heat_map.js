// All units of a network over time as one picture: a row for each unit, a column for each token
// that was read; below them the chosen unit as a line. What is held by hand is hatched. It is drawn on a canvas, since there may be thousands of cells. One of them is
// chosen with a click, or with the arrow keys when the picture has the focus.
(() => {
  "use strict";
  const { numbers } = window.rnnEdu;
  const { make } = window.rnnEdu.nodes;
  const GUTTER = 30; // pixels for the numbers of the units
  const LETTER = 6.4; // pixels of a letter that is turned
  const EVERY = 8; // units between two numbers at the side
  const MOST_HEAD = 104;
  const WIDENED = 3; // how many times as wide the columns are where there is room
  const MARKS = 2; // pixels of the line around what is chosen
  const HATCH = 14; // pixels between the lines over what is held
  const [CURVE, APART] = [44, 8]; // pixels of the line of a unit, and between it and what is beside
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
    // `shares`: whether they are gates, between 0 and 1. `held`: which gates the reader holds,
    // those of all units where its `unit` is null.
    show({ columns, names, scale, shares, held }) {
      this.grown = columns.length > this.columns.length;
      Object.assign(this, { columns, names, scale, shares, held });
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

    get bottom() {
      return this.head + this.units * this.high;
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
      const height = this.bottom + CURVE + 2 * APART;
      const pen = this.prepared(this.canvas, this.columns.length * this.wide + 2, height);
      const muted = this.colour("--pst-color-text-muted");
      this.drawCells(pen);
      if (this.held) this.drawHeld(pen, muted);
      this.drawNames(pen, muted);
      this.drawCurve(pen, muted);
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

    // Slanting lines over the gates that are held: a picture of nothing but zeros would look empty.
    drawHeld(pen, muted) {
      const [first, count] = this.held.unit === null ? [0, this.units] : [this.held.unit, 1];
      const [top, high, wide] = [this.head + first * this.high, count * this.high - 1, this.columns.length * this.wide - 1];
      pen.save();
      pen.beginPath();
      pen.rect(0, top, wide, high);
      pen.clip();
      pen.strokeStyle = muted;
      pen.globalAlpha = 0.6;
      pen.beginPath();
      for (let x = -high; x < wide; x += HATCH) {
        pen.moveTo(x, top + high);
        pen.lineTo(x + high, top);
      }
      pen.stroke();
      pen.restore();
      pen.strokeStyle = muted;
      pen.strokeRect(0.5, top + 0.5, wide - 1, high - 1);
    }

    // The height of a number in the band of the curve.
    level(number) {
      const least = this.shares ? 0 : -this.scale;
      return this.bottom + APART + CURVE * (1 - (number - least) / (this.scale - least));
    }

    // The chosen unit over time, from the least to the most that its colours stand for.
    drawCurve(pen, muted) {
      if (!this.chosen) return;
      const wide = this.columns.length * this.wide;
      pen.strokeStyle = muted;
      pen.globalAlpha = 0.5;
      for (const number of [this.scale, 0, ...(this.shares ? [] : [-this.scale])]) {
        pen.beginPath();
        pen.moveTo(0, Math.round(this.level(number)) + 0.5);
        pen.lineTo(wide, Math.round(this.level(number)) + 0.5);
        pen.stroke();
      }
      pen.globalAlpha = 1;
      const points = this.columns.map((numbers, step) => [(step + 0.5) * this.wide, this.level(numbers[this.chosen.unit])]);
      pen.strokeStyle = pen.fillStyle = this.colour("--play-up");
      pen.lineWidth = MARKS;
      pen.beginPath();
      for (const [x, y] of points) pen.lineTo(x, y);
      pen.stroke();
      points.forEach(([x, y], step) => {
        pen.beginPath();
        pen.arc(x, y, step === this.chosen.step ? 2 * MARKS : MARKS, 0, 2 * Math.PI);
        pen.fill();
      });
      pen.lineWidth = 1;
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
      pen.fillRect(0, 0, GUTTER, this.level(0) + CURVE);
      pen.textAlign = "right";
      for (let unit = 0; unit < this.units; unit++) {
        const numbered = unit === 0 || (unit + 1) % EVERY === 0 || unit === this.chosen?.unit;
        const near = unit !== this.chosen?.unit && Math.abs(unit - this.chosen?.unit) * this.high < 12;
        if (!numbered || near) continue;
        pen.fillStyle = unit === this.chosen?.unit ? this.colour("--pst-color-text-base") : muted;
        pen.fillText(String(unit + 1), GUTTER - 6, this.head + (unit + 0.5) * this.high + 4);
      }
      if (!this.chosen) return;
      pen.fillStyle = muted;
      for (const number of [this.scale, this.shares ? 0 : -this.scale]) {
        pen.fillText(numbers.shown(number, 2), GUTTER - 4, this.level(number) + (number > 0 ? 8 : 0), GUTTER - 4);
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
