// One step of the calculation as boxes in a row, a box for each element. The colour says the size
// and the sign; a share between 0 and 1 fills its box from below; few elements show their numbers,
// to two decimals when they stand side by side.
(() => {
  "use strict";
  const { numbers } = window.rnnEdu;
  const { make } = window.rnnEdu.nodes;
  // Elements side by side that have room for their numbers: in one time step, and in all of them.
  const MOST_WRITTEN = 4;
  const MOST_ACROSS = 10;
  const MOST_SHARES = 6;
  const DIGITS = 3;
  const SHARES = new Set(["softmax", "sigmoid"]);
  const ALMOST = 1e-9;

  // Whether a step has shares of a whole: gates, and chances that add up to one.
  function hasShares(q, { data }) {
    if (SHARES.has(q.formula?.[0])) return true;
    const sum = data.reduce((a, b) => a + b, 0);
    return q.role === "output" && data.length > 1 && data.every((p) => p >= 0) && Math.abs(sum - 1) < ALMOST;
  }

  // Where there is little room: two decimals, or fewer of a large number; a tiny one is not zero.
  function brief(number) {
    const decimals = Math.abs(number) >= 1000 ? 0 : Math.abs(number) >= 10 ? 1 : 2;
    const text = number.toFixed(decimals);
    if (text.length > 7) return numbers.shown(number, 2);
    const tiny = Number(text) === 0 && number !== 0;
    return (tiny ? number.toExponential(0) : text).replaceAll("-", "−");
  }

  class Boxes {
    // `room`: how many elements have room for their numbers, side by side or `stacked`; of shares
    // there may be more, since they need no sign.
    constructor(q, value, room, { stacked = false, roomForShares = room } = {}) {
      this.shares = hasShares(q, value);
      const count = value.data.length;
      const [rows, columns] = stacked ? [count, 1] : q.shape.length === 2 ? q.shape : [1, count];
      const most = this.shares ? roomForShares : room;
      this.written = count === 1 || ((rows === 1 || stacked) && count <= most);
      this.write = columns === 1 ? (number) => numbers.shown(number, DIGITS) : brief;
      this.parts = Array.from({ length: count }, (_, k) => make("span", { class: "play-box", "data-place": k }));
      const kinds = ["play-boxes", this.shares && "play-shares", this.written && columns > 1 && "play-written"];
      const style = `--rows: ${rows}; --across: ${columns}`;
      this.node = make("span", { class: kinds.filter(Boolean).join(" "), style, "aria-hidden": "true" }, ...this.parts);
    }

    // `shareOf` says how much of the colour a size has; `wanted` is the place of the target, if the step has one;
    // what `hides` names must not be seen.
    show(data, shareOf, wanted, hides = () => false) {
      this.parts.forEach((part, k) => {
        const hidden = hides(k);
        const share = hidden ? 0 : this.shares ? data[k] : shareOf(Math.abs(data[k]));
        part.style.setProperty("--share", `${(100 * Math.min(1, share)).toFixed(1)}%`);
        part.classList.toggle("play-hidden", hidden);
        part.classList.toggle("play-negative", data[k] < 0 && !hidden);
        part.classList.toggle("play-wanted", k === wanted);
        if (this.written) part.textContent = hidden ? "?" : this.write(data[k]);
      });
    }
  }

  Object.assign(window.rnnEdu, { Boxes, MOST_ACROSS, MOST_SHARES, MOST_WRITTEN });
})();
