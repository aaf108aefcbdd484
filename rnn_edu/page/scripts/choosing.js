// A moving picture of how the next word is chosen: a few chances, a temperature, the k likeliest,
// and twenty words drawn from what is left.
(() => {
  "use strict";
  const { numbers, sampling } = window.rnnEdu;
  const { make, math } = window.rnnEdu.nodes;
  const { Picture } = window.rnnEdu.pictures;
  const DRAWS = 20;

  // What a draw is made from: the temperature first, then the k likeliest, as rnn_edu.text.adjust.
  const adjusted = (chances, temperature, most) =>
    sampling.chances(chances.map(Math.log), { temperature, most, greedy: false });

  class Choosing extends Picture {
    // data-chances="the 0.5|a 0.3|of 0.2" are the words and their chances.
    constructor(place) {
      super(place, "Choosing the next word", "First the temperature, then only the k likeliest words. A thin line shows the chance that the network gave.");
      const pairs = place.dataset.chances.split("|").map((pair) => pair.split(" "));
      this.words = pairs.map(([word]) => word);
      this.given = pairs.map(([, chance]) => Number(chance));
      this.random = sampling.randomNumbers(1);
      this.temperature = this.slider(math("T", "temperature T"), { min: -1, max: 1, step: 0.02, value: 0, read: (position) => 10 ** position });
      this.most = this.slider(math("k", "the k likeliest"), { min: 1, max: this.words.length, step: 1, value: this.words.length });
      this.rows = this.words.map((word) => this.row(word));
      this.chart.append(make("table", { class: "picture-shares" }, make("caption", { class: "visually-hidden" }, "The chance of each word"),
        make("tbody", {}, ...this.rows.map(({ line }) => line))));
      this.drawn = make("p", { class: "picture-drawn", role: "status" });
      this.node.append(make("div", { class: "picture-bar" },
        make("button", { type: "button", onclick: () => this.drawWords() }, `Draw ${DRAWS} words`), this.drawn));
      this.draw();
    }

    row(word) {
      const [bar, before] = [make("span", { class: "picture-bar-lying" }), make("span", { class: "picture-before" })];
      const share = make("td", { class: "picture-share" });
      return { bar, before, share, line: make("tr", {}, make("th", { scope: "row" }, word), make("td", { class: "picture-track" }, make("span", { class: "picture-lane" }, bar, before)), share) };
    }

    draw() {
      const [temperature, most] = [this.temperature(), this.most()];
      this.shares = adjusted(this.given, temperature, most);
      this.shares.forEach((share, k) => {
        const { bar, before, share: written } = this.rows[k];
        bar.style.transform = `scaleX(${share.toFixed(4)})`;
        before.style.left = `${(100 * this.given[k]).toFixed(1)}%`;
        written.textContent = share ? `${(100 * share).toFixed(1)} %` : "never";
      });
      this.say(this.verdict(temperature, most));
    }

    verdict(temperature, most) {
      if (temperature === 1 && most === this.words.length) return "The chances are as given: nothing is changed.";
      const [first] = sampling.largestFirst(this.shares);
      const out = this.words.length - most;
      const left = out ? `${out} of ${this.words.length} words can no longer be drawn. ` : "";
      return `${left}“${this.words[first]}” goes from ${(100 * this.given[first]).toFixed(1)} % to ${(100 * this.shares[first]).toFixed(1)} % at T = ${numbers.shown(temperature, 2)}.`;
    }

    drawWords() {
      const drawn = Array.from({ length: DRAWS }, () => this.words[sampling.draw(this.shares, this.random())]);
      this.drawn.textContent = drawn.join(" ");
    }
  }

  Object.assign(window.rnnEdu.pictures, { choosing: (place) => new Choosing(place) });
  Object.assign(window.rnnEdu.pictures.calculations, { adjusted });
})();
