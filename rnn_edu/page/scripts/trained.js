// A trained language model: reads tokens one by one, as Keras does, and can be interfered with.
// The format of its data is in rnn_edu/page/trained.py; numbers here are float64.
(() => {
  "use strict";
  const END = 0;
  // The blocks of columns in the weights, in Keras's order, and which of them are gates.
  const BLOCKS = { LSTM: ["i", "f", "g", "o"], GRU: ["z", "r", "g"] };
  const GATES = { LSTM: ["f", "i", "o"], GRU: ["z", "r"] };
  const STATES = { LSTM: ["h", "c"], GRU: ["h"] };

  class CannotRead extends Error {}

  function decoded({ shape, data }) {
    const bytes = Uint8Array.from(atob(data), (character) => character.charCodeAt(0));
    const view = new DataView(bytes.buffer);
    return { shape, data: Float64Array.from({ length: bytes.length / 4 }, (_, k) => view.getFloat32(4 * k, true)) };
  }

  const sigmoid = (x) => 1 / (1 + Math.exp(-x));

  // vector · matrix, added to `sum`; rows of the matrix are examples, as in x @ W.
  function addProduct(sum, vector, { shape: [, columns], data }) {
    for (let row = 0; row < vector.length; row++) {
      const number = vector[row];
      if (number === 0) continue;
      const start = row * columns;
      for (let column = 0; column < columns; column++) sum[column] += number * data[start + column];
    }
    return sum;
  }

  class Trained {
    constructor(data) {
      if (data?.format !== 1) throw new CannotRead(`This page's script reads networks of format 1; this one is of format ${data?.format}.`);
      this.data = data;
      this.tokens = data.tokens;
      this.gates = GATES[data.cell];
      this.states = STATES[data.cell];
      this.weights = Object.fromEntries(Object.entries(data.weights).map(([name, weight]) => [name, decoded(weight)]));
      this.units = this.weights.W_hh.shape[0];
      this.numberOf = new Map(this.tokens.map((token, number) => [token, number]));
    }

    // -- reading ------------------------------------------------------------------------

    // The state before anything is read.
    blank() {
      return Object.fromEntries(this.states.map((name) => [name, new Float64Array(this.units)]));
    }

    // What follows from one more token. `hand` is the reader's own hand: units that are switched
    // off, { off: Set of units }, and gates that are held, { held: { f: { at: 1, unit: null } } };
    // a gate is held in all units where `unit` is null.
    step(before, token, hand = NO_HAND) {
      const { W_e, W_xh, W_hh, b_h } = this.weights;
      const length = W_e.shape[1];
      const x = W_e.data.subarray(token * length, (token + 1) * length);
      const width = W_hh.shape[1];
      const fromInput = addProduct(Float64Array.from(b_h.data.subarray(0, width)), x, W_xh);
      const start = this.data.cell === "GRU" ? Float64Array.from(b_h.data.subarray(width)) : new Float64Array(width);
      const fromMemory = addProduct(start, before.h, W_hh);
      const after = this.data.cell === "GRU"
        ? this.stepOfGru(before, fromInput, fromMemory, hand)
        : this.stepOfLstm(before, fromInput, fromMemory, hand);
      for (const unit of hand.off) after.h[unit] = 0;
      after.token = token;
      after.scores = addProduct(Float64Array.from(this.weights.b_y.data), after.h, this.weights.W_hy);
      return after;
    }

    // One gate in every unit, as learned or as it is held.
    gate(name, sums, { held }) {
      const found = sums.map(sigmoid);
      const hold = held[name];
      if (hold && hold.unit === null) found.fill(hold.at);
      else if (hold) found[hold.unit] = hold.at;
      return found;
    }

    block(sums, name) {
      const at = BLOCKS[this.data.cell].indexOf(name) * this.units;
      return sums.subarray(at, at + this.units);
    }

    stepOfLstm(before, fromInput, fromMemory, hand) {
      const sums = fromInput.map((sum, k) => sum + fromMemory[k]);
      const [f, i, o] = this.gates.map((name) => this.gate(name, this.block(sums, name), hand));
      const g = this.block(sums, "g").map(Math.tanh);
      const c = before.c.map((memory, k) => f[k] * memory + i[k] * g[k]);
      return { h: c.map((memory, k) => o[k] * Math.tanh(memory)), c, f, i, o, g };
    }

    // Keras's default, reset_after: the reset gate is put on what the memory says.
    stepOfGru(before, fromInput, fromMemory, hand) {
      const sums = fromInput.map((sum, k) => sum + fromMemory[k]);
      const [z, r] = this.gates.map((name) => this.gate(name, this.block(sums, name), hand));
      const [own, old] = [this.block(fromInput, "g"), this.block(fromMemory, "g")];
      const g = own.map((sum, k) => Math.tanh(sum + r[k] * old[k]));
      return { h: g.map((fresh, k) => z[k] * before.h[k] + (1 - z[k]) * fresh), z, r, g };
    }

    // The end of a text, then the tokens: what follows after each of them. `known` are the steps
    // of another text, read by the same hand: what begins alike is not read again.
    read(tokens, hand = NO_HAND, known = []) {
      const whole = [END, ...tokens];
      const differs = whole.findIndex((token, k) => known[k]?.token !== token);
      const steps = known.slice(0, differs < 0 ? whole.length : differs);
      for (const token of whole.slice(steps.length)) steps.push(this.step(steps.at(-1) ?? this.blank(), token, hand));
      return steps;
    }

    // -- text and tokens ----------------------------------------------------------------

    get ofWords() {
      return this.data.kind === "word";
    }

    // Words are cut at white space; full stops and commas stand for themselves.
    cut(text) {
      const small = text.toLowerCase();
      return this.ofWords ? small.replace(/[.,]/g, " $& ").split(/\s+/).filter(Boolean) : [...small.replace(/\s+/g, " ")];
    }

    // How a token is written where it stands alone.
    name(token) {
      if (token === END) return "end";
      return this.tokens[token] === " " ? "space" : this.tokens[token];
    }

    // The same for one that has been read: the end of the text before is where this one starts.
    nameRead(token) {
      return token === END ? "start" : this.name(token);
    }

    // How strongly a unit speaks for each token: a row of the answer's weights.
    speaksFor(unit) {
      const { shape: [, count], data } = this.weights.W_hy;
      return data.subarray(unit * count, (unit + 1) * count);
    }
  }

  const NO_HAND = { off: new Set(), held: {} };

  window.rnnEdu = Object.assign(window.rnnEdu || {}, { Trained, CannotRead, END, NO_HAND });
})();
