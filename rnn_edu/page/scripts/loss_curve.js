// How the loss went while the reader let the network learn: a small line, from left to right.
(() => {
  "use strict";
  const { make } = window.rnnEdu.nodes;
  const SVG = "http://www.w3.org/2000/svg";
  const [WIDTH, HEIGHT] = [120, 26];

  class LossCurve {
    constructor() {
      this.losses = [];
      this.line = document.createElementNS(SVG, "polyline");
      this.svg = document.createElementNS(SVG, "svg");
      this.svg.setAttribute("viewBox", `-1 -1 ${WIDTH + 2} ${HEIGHT + 2}`);
      this.svg.setAttribute("aria-hidden", "true");
      this.svg.append(this.line);
      this.node = make("span", { class: "play-course", hidden: true, title: "The loss, step after step of learning" }, this.svg);
    }

    add(loss) {
      if (this.losses.at(-1) !== loss) this.losses.push(loss);
      const [most, last] = [Math.max(...this.losses) || 1, Math.max(1, this.losses.length - 1)];
      const points = this.losses.map((value, k) => `${(WIDTH * k) / last},${HEIGHT * (1 - value / most)}`);
      this.line.setAttribute("points", points.join(" "));
      this.node.hidden = false;
    }

    clear() {
      this.losses = [];
      this.node.hidden = true;
    }
  }

  window.rnnEdu.LossCurve = LossCurve;
})();
