// From scores to chances, and from chances to a token. A seed makes the draws repeatable.
(() => {
  "use strict";

  // Numbers between 0 and 1, always the same ones for a seed (the generator mulberry32).
  function randomNumbers(seed) {
    let state = seed >>> 0;
    return () => {
      state = (state + 0x6d2b79f5) >>> 0;
      let mixed = Math.imul(state ^ (state >>> 15), state | 1);
      mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
    };
  }

  function softmax(scores, temperature = 1) {
    const largest = Math.max(...scores);
    const raised = scores.map((score) => Math.exp((score - largest) / temperature));
    const whole = raised.reduce((a, b) => a + b, 0);
    return raised.map((power) => power / whole);
  }

  // The places of the largest numbers, the largest first; among equals the first.
  const largestFirst = (numbers) => Array.from(numbers, (_, k) => k).sort((a, b) => numbers[b] - numbers[a] || a - b);

  // The chances that a draw has: hotter or colder, of the `most` likeliest tokens alone; all of it
  // on one token where the likeliest is always taken.
  function chances(scores, { temperature, most, greedy }) {
    const order = largestFirst(scores);
    if (greedy) return scores.map((_, k) => (k === order[0] ? 1 : 0));
    const kept = new Set(order.slice(0, most));
    const shares = softmax(scores, temperature).map((share, k) => (kept.has(k) ? share : 0));
    const whole = shares.reduce((a, b) => a + b, 0);
    return shares.map((share) => share / whole);
  }

  // The token on which a random number between 0 and 1 falls when all chances lie side by side.
  function draw(shares, random) {
    let left = random;
    let last = 0;
    for (let k = 0; k < shares.length; k++) {
      if (!shares[k]) continue;
      left -= shares[k];
      if (left < 0) return k;
      last = k;
    }
    return last;
  }

  Object.assign(window.rnnEdu, { sampling: { chances, draw, largestFirst, randomNumbers, softmax } });
})();
