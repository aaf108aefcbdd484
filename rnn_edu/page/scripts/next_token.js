// What may come next: the likeliest tokens as bars on an axis from 0 to 1. A thin line in each bar
// stands where it would end if the reader had changed nothing.
(() => {
  "use strict";
  const { isNarrow, sampling } = window.rnnEdu;
  const { hidden, make } = window.rnnEdu.nodes;
  const [SHOWN, SHOWN_ON_A_PHONE] = [7, 5];
  const VISIBLE = 0.005; // a difference on the axis
  const TICKS = [0, 0.25, 0.5, 0.75, 1];

  const percent = (share) => (share > 0 && share < 0.0005 ? "< 0.1 %" : `${(100 * share).toFixed(1)} %`);

  class NextToken {
    // `take(token)` is told which one the reader clicks.
    constructor(network, take) {
      this.network = network;
      const shown = isNarrow() ? SHOWN_ON_A_PHONE : SHOWN;
      this.rows = Array.from({ length: shown }, () => this.row(take));
      const axis = make("td", { class: "writer-axis" }, ...TICKS.map((tick) => make("span", {}, String(tick))));
      this.node = make("table", { class: "writer-next" },
        make("caption", {}, `What comes next: the ${shown} likeliest`),
        make("thead", {}, make("tr", {},
          make("th", { scope: "col" }, hidden(network.data.kind)),
          make("th", { scope: "col" }, hidden("picture")),
          make("th", { scope: "col" }, hidden("probability")))),
        make("tbody", {}, ...this.rows.map(({ line }) => line)),
        make("tfoot", { "aria-hidden": "true" }, make("tr", {}, make("td"), axis, make("td"))));
    }

    row(take) {
      const found = { token: 0, bar: make("span", { class: "writer-bar" }), before: make("span", { class: "writer-before" }), share: make("td", { class: "writer-share" }) };
      found.name = make("button", { type: "button", class: "writer-token", onclick: () => take(found.token) });
      found.line = make("tr", {}, make("th", { scope: "row" }, found.name),
        make("td", { class: "writer-track", "aria-hidden": "true" }, make("span", {}, found.bar, found.before)), found.share);
      return found;
    }

    // `now` and `before`: the chances of all tokens, with the reader's settings and as learned.
    show(now, before) {
      const order = sampling.largestFirst(now.map((share, k) => share + 1e-9 * before[k]));
      this.rows.forEach((row, place) => {
        const token = order[place];
        row.token = token;
        row.line.hidden = token === undefined;
        if (token === undefined) return;
        row.name.replaceChildren(this.network.name(token), hidden(": write it"));
        row.name.classList.toggle("writer-unsaid", this.network.name(token) !== this.network.tokens[token]);
        row.bar.style.transform = `scaleX(${now[token].toFixed(5)})`;
        row.before.style.left = `${(100 * before[token]).toFixed(2)}%`;
        row.before.hidden = Math.abs(before[token] - now[token]) < VISIBLE;
        row.share.textContent = percent(now[token]);
      });
    }
  }

  Object.assign(window.rnnEdu, { NextToken, percent });
})();
