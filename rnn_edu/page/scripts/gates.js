// Whether a gate lets hardly anything through, or nearly all.
(() => {
  "use strict";
  const [SHUT, OPEN] = [0.1, 0.9]; // a gate below, or above

  const MOST_NAMED = 3;

  const isGate = ({ note, role, t }) => role === "gate" && t !== null && / gate(:|$)/.test(note);
  const gateIs = (share) => (share < SHUT ? "shut" : share > OPEN ? "open" : "");

  // What is said below a drawing with gates: which of them are shut, or how far the least open one is.
  class GateWords {
    // None where the steps have no gates.
    static under(map, steps) {
      const gates = steps.filter((at) => isGate(map.q(at)));
      if (!gates.length) return null;
      const words = new GateWords(map, gates);
      map.node.append(words.node);
      return words;
    }

    constructor(map, gates) {
      Object.assign(this, { map, gates, node: window.rnnEdu.nodes.make("p", { class: "play-note play-gates" }) });
    }

    // Says it, and gives the steps that it names.
    refresh() {
      const { model, own } = this.map.play;
      const units = this.gates.flatMap((at) => Array.from(model.values[at].data, (share, place) => ({ at, place, share })))
        .filter(({ at, place }) => !own.hides(at, place));
      const shut = units.filter(({ share }) => gateIs(share) === "shut");
      const least = shut.length ? shut : units.sort((a, b) => a.share - b.share).slice(0, 1);
      this.say(shut, least);
      return new Set(least.map(({ at }) => at));
    }

    say(shut, [first]) {
      const { make } = window.rnnEdu.nodes;
      if (!first) return this.node.replaceChildren("Gates: 0 is shut, 1 is open.");
      const named = shut.slice(0, MOST_NAMED).map((unit) => this.name(unit)).join("; ");
      const more = shut.length > MOST_NAMED ? ` and ${shut.length - MOST_NAMED} more` : "";
      const { shown } = window.rnnEdu.numbers;
      return this.node.replaceChildren("Gates, from 0 to 1. ", make("b", {}, shut.length ? `Shut, below ${SHUT}: ` : "None is shut; least open: "),
        shut.length ? `${named}${more}` : `${this.name(first)}, ${shown(first.share, 3)}`);
    }

    name({ at, place }) {
      const q = this.map.q(at);
      const unit = q.shape.some((size) => size > 1) ? `, unit ${place + 1}` : "";
      return `${q.note.split(":")[0]} at t=${q.t}${unit}`;
    }
  }

  window.rnnEdu = Object.assign(window.rnnEdu || {}, { gateIs, GateWords });
})();
