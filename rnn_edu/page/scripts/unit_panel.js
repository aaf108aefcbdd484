// One unit of a trained network at one step: its numbers, what drives it, and what it speaks for.
(() => {
  "use strict";
  const { gateIs, numbers, quantityNames, sampling } = window.rnnEdu;
  const { make } = window.rnnEdu.nodes;
  const MOST_HERE = 3; // tokens of the text at hand
  const MOST_SPOKEN_FOR = 5;

  const signed = (number) => (number > 0 ? "+" : "") + numbers.shown(number, 2);

  // Tokens with their numbers, the colour by the sign.
  const tokens = (pairs) => pairs.map(([name, number]) =>
    make("li", { class: number < 0 ? "writer-lowers" : "writer-raises" }, make("b", {}, name), ` ${signed(number)}`));

  class UnitPanel {
    // `choose(unit, step)`; `toggle(unit, off)`; `id()` gives a new id.
    constructor(network, { id, choose, toggle }) {
      this.network = network;
      this.chosen = { unit: 0, step: 0 };
      const chosen = () => choose(this.whole(this.unit, network.units) - 1, this.whole(this.step, this.steps.length) - 1);
      this.unit = make("input", { type: "number", id: id(), min: 1, max: network.units, step: 1, onchange: chosen });
      this.step = make("input", { type: "number", id: id(), min: 1, step: 1, onchange: chosen });
      this.off = make("input", { type: "checkbox", id: id(), onchange: () => toggle(this.chosen.unit, this.off.checked) });
      this.offName = make("label", { for: this.off.id });
      this.body = make("div", { class: "writer-facts" });
      this.here = make("div", { class: "writer-facts writer-here" });
      this.always = make("div", { class: "writer-facts" });
      this.node = make("div", { class: "writer-unit", role: "group", "aria-label": "One unit at one step" },
        make("p", { class: "writer-where" },
          make("label", { for: this.unit.id }, "Unit"), this.unit, make("label", { for: this.step.id }, "step"), this.step,
          this.after = make("span", { class: "writer-after" })),
        this.body,
        make("p", { class: "writer-off" }, this.off, this.offName));
      this.drives = make("summary");
      this.more = make("details", { class: "play-all writer-drives" }, this.drives, this.always);
    }

    // A whole number within its field's bounds, whatever was typed.
    whole(field, most) {
      const number = Math.round(Number(field.value));
      return Math.max(1, Math.min(most, Number.isFinite(number) ? number : 1));
    }

    // `name`: which state or gate is looked at; gates are driven as their h is.
    show({ unit, step }, steps, name, off) {
      this.chosen = { unit, step };
      this.steps = steps;
      this.unit.value = unit + 1;
      this.after.textContent = `after “${this.network.nameRead(steps[step].token)}”`;
      this.step.max = steps.length;
      this.step.value = step + 1;
      this.off.checked = off.has(unit);
      this.offName.textContent = `Switch unit ${unit + 1} off: its h is 0`;
      this.drives.textContent = `What drives unit ${unit + 1}, and what it speaks for`;
      const state = this.network.states.includes(name) ? name : "h";
      const raises = this.network.data.drivers[unit];
      this.body.replaceChildren(this.values());
      this.here.replaceChildren(...this.part(`Moved ${state} of unit ${unit + 1} most`, this.inThisText(state)));
      this.always.replaceChildren(
        ...this.part("What raises its h, on average over held-out texts", raises[0].map(this.named)),
        ...this.part("What lowers it", raises[1].map(this.named)),
        ...this.part("What it speaks for when h is positive", this.spokenFor(1)),
        ...this.part("What it speaks against", this.spokenFor(-1)));
    }

    named = ([token, number]) => [this.network.nameRead(this.network.numberOf.get(token)), number];

    part(title, pairs) {
      if (!pairs.length) return [];
      return [make("p", {}, title), make("ul", {}, ...tokens(pairs))];
    }

    values() {
      const { unit, step } = this.chosen;
      const now = (name) => this.steps[step][name][unit];
      const line = (name, ...more) => make("div", {}, make("dt", {}, quantityNames[name]), make("dd", {}, numbers.shown(now(name), 3)), ...more);
      const gate = (name) => line(name, make("dd", { class: "writer-gate", style: `--share: ${100 * now(name)}%`, "aria-hidden": "true" }), make("dd", {}, make("b", {}, gateIs(now(name)))));
      return make("div", {}, make("dl", {}, ...this.network.states.map((name) => line(name)), ...this.network.gates.map(gate)));
    }

    // The steps at which the unit changed most, with the change.
    inThisText(state) {
      const { unit } = this.chosen;
      const changes = this.steps.map((now, step) => now[state][unit] - (step ? this.steps[step - 1][state][unit] : 0));
      const order = sampling.largestFirst(changes.map(Math.abs)).slice(0, MOST_HERE).filter((step) => changes[step]);
      return order.map((step) => [`${this.network.nameRead(this.steps[step].token)} (step ${step + 1})`, changes[step]]);
    }

    spokenFor(sign) {
      const weights = this.network.speaksFor(this.chosen.unit);
      const order = sampling.largestFirst(weights.map((weight) => sign * weight)).slice(0, MOST_SPOKEN_FOR);
      return order.map((token) => [this.network.name(token), weights[token]]);
    }
  }

  Object.assign(window.rnnEdu, { UnitPanel });
})();
