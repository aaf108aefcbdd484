// The reader's own hand in a trained network: units that are switched off, gates that are held.
(() => {
  "use strict";
  const { make } = window.rnnEdu.nodes;
  const NAMES = {
    h: "hidden state h", c: "cell state c", f: "forget gate f", i: "input gate i", o: "output gate o",
    z: "update gate z", r: "reset gate r",
  };
  const LEARNED = "learned";
  const HOLDS = new Map([[LEARNED, "as learned"], ["1", "held open, 1"], ["0", "held shut, 0"]]);
  const PLACES = new Map([["all", "all units"], ["one", "unit 1"]]);

  const options = (words) => [...words].map(([value, text]) => make("option", { value }, text));

  class Interference {
    // `changed(what)` is told in words what the reader did; `id()` gives a new id.
    constructor(network, { id, changed }) {
      Object.assign(this, { network, changed });
      this.off = new Set();
      this.unit = 0;
      this.selects = new Map(network.gates.map((gate) => [gate, this.select(HOLDS)]));
      this.where = this.select(PLACES);
      this.undoing = make("button", { type: "button", class: "writer-small", onclick: () => this.undo() }, "Undo all");
      this.list = make("span", { class: "play-note" });
      const field = (select, words) => {
        select.id = id();
        return make("div", {}, make("label", { for: select.id }, words), select);
      };
      this.node = make("fieldset", { class: "writer-hand" }, make("legend", { class: "visually-hidden" }, "Interfere"),
        ...[...this.selects].map(([gate, select]) => field(select, NAMES[gate])),
        field(this.where, "held in"), make("div", { class: "writer-hand-foot" }, this.undoing, this.list));
      this.refresh();
    }

    select(words) {
      return make("select", { onchange: () => this.held() }, ...options(words));
    }

    // What `Trained` is given.
    get hand() {
      const unit = this.where.value === "all" ? null : this.unit;
      const held = [...this.selects].filter(([, { value }]) => value !== LEARNED)
        .map(([gate, { value }]) => [gate, { at: Number(value), unit }]);
      return { off: this.off, held: Object.fromEntries(held) };
    }

    get empty() {
      return !this.off.size && [...this.selects.values()].every(({ value }) => value === LEARNED);
    }

    // How a gate is held, in words; nothing where it is as learned.
    of(gate) {
      const select = this.selects.get(gate);
      if (!select || select.value === LEARNED) return "";
      return `${HOLDS.get(select.value)}, in ${this.where.value === "all" ? "all units" : `unit ${this.unit + 1}`}`;
    }

    held() {
      this.refresh();
      this.changed(this.inWords());
    }

    // The unit that is looked at; gates that are held in one unit are held in this one.
    lookAt(unit) {
      this.unit = unit;
      this.where.options[1].textContent = `unit ${unit + 1}`;
      return this.where.value === "one" && !this.empty;
    }

    toggle(unit, isOff) {
      if (isOff) this.off.add(unit);
      else this.off.delete(unit);
      this.refresh();
      this.changed(`Unit ${unit + 1} is ${isOff ? "off" : "on"}.`);
    }

    undo() {
      if (this.empty) return;
      this.off.clear();
      for (const select of this.selects.values()) select.value = LEARNED;
      this.refresh();
      this.changed("All is as learned.");
    }

    inWords() {
      const where = this.where.value === "all" ? "all units" : `unit ${this.unit + 1}`;
      const held = [...this.selects].filter(([, { value }]) => value !== LEARNED)
        .map(([gate, { value }]) => `The ${NAMES[gate]} is ${HOLDS.get(value)}, in ${where}.`);
      return held.length ? held.join(" ") : "No gate is held.";
    }

    refresh() {
      const units = [...this.off].sort((a, b) => a - b).map((unit) => unit + 1);
      this.list.textContent = units.length ? `Switched off: ${units.join(", ")}.` : "";
      this.undoing.setAttribute("aria-disabled", String(this.empty));
    }
  }

  Object.assign(window.rnnEdu, { Interference, quantityNames: NAMES });
})();
