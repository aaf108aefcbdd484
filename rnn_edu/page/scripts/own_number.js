// The reader's own number: that of the step in hand is hidden, a field takes theirs, and what is
// wrong with it is said in place.
(() => {
  "use strict";
  const { Marker, numbers } = window.rnnEdu;
  const { make, math } = window.rnnEdu.nodes;
  const HIDDEN = "?";

  class OwnNumber {
    // `fetchRules` promises the mistakes of the calculation; they come when they are first needed.
    constructor(play, fetchRules) {
      this.play = play;
      this.fetchRules = fetchRules;
      this.on = false;
      this.found = new Set(); // the places of the step in hand that may be seen
      this.button = make("button", { type: "button", "aria-pressed": "false", onclick: () => this.toggle(), title: "Hides the numbers of the step in hand, and marks yours" }, "Try it yourself");
      this.node = make("form", { class: "play-own", hidden: true, onsubmit: (event) => this.handedIn(event) }, ...this.line());
    }

    line() {
      const id = this.play.newId();
      this.verdict = make("p", { class: "play-verdict", id: this.play.newId(), role: "status" });
      this.field = make("input", { type: "text", id, inputmode: "decimal", autocomplete: "off", spellcheck: "false", "aria-describedby": this.verdict.id });
      this.what = make("label", { for: id });
      return [
        this.what, this.field,
        make("button", { type: "submit" }, "Check"),
        make("button", { type: "button", onclick: () => this.giveUp() }, "Show it"),
        this.verdict,
      ];
    }

    async toggle() {
      if (!this.on && !this.marker) {
        try {
          this.marker = new Marker(this.play.model, await this.fetchRules());
        } catch {
          this.play.say("The rules for marking cannot be read, so there is nothing to try here.");
          return;
        }
      }
      this.on = !this.on;
      this.button.setAttribute("aria-pressed", String(this.on));
      this.begin();
      this.play.refresh();
      this.play.say(this.on ? "The numbers of the step in hand are hidden. Work one out, and write it down." : "All numbers are shown.");
    }

    // A new step, or other numbers: nothing has been found yet.
    begin() {
      this.found.clear();
      this.values = this.play.model.values;
      this.clear();
    }

    clear() {
      this.field.value = "";
      this.judge("", "");
    }

    // Whether a number must not be seen now.
    hides(at, place) {
      return this.on && at === this.play.current && !this.found.has(place);
    }

    // The number as it may be seen.
    shown(at, place, text) {
      return this.hides(at, place) ? HIDDEN : text;
    }

    // What a listener hears of a step.
    summary(at, most) {
      const { model } = this.play;
      const count = model.values[at].data.length;
      const hidden = Array.from({ length: count }, (_, place) => place).some((place) => this.hides(at, place));
      if (!hidden) return model.summary(at, most);
      return `${model.quantities[at].title}: ${count === 1 ? "one number" : `${count} numbers`} for you to work out`;
    }

    refresh() {
      const { model, current, element } = this.play;
      if (this.on && this.values !== model.values) this.begin();
      this.node.hidden = !this.on;
      const labels = model.labels(current, element);
      const q = model.quantities[current];
      this.what.replaceChildren(math(q.symbol, `Your number for ${q.title}`), labels.length ? ` ${labels.join(" · ")}` : "", " =");
    }

    handedIn(event) {
      event.preventDefault();
      const { current, element } = this.play;
      const { problem, remark, value } = numbers.read(this.field.value);
      if (problem) return this.judge("wrong", problem);
      const { verdict, decimals, mistake } = this.marker.mark(current, element, value);
      if (verdict === "wrong") return this.judge("wrong", this.marker.because(numbers.shown(value, 10), mistake));
      const right = verdict === "right" ? "Right." : `Right to ${decimals} decimals.`;
      return this.reveal("right", remark ? `${right} ${remark}` : right);
    }

    giveUp() {
      this.reveal("", "Here it is, worked out.");
    }

    reveal(verdict, sentence) {
      this.found.add(this.play.element);
      this.judge(verdict, sentence);
      this.play.refresh();
    }

    judge(verdict, sentence) {
      this.verdict.textContent = sentence;
      this.verdict.dataset.verdict = verdict;
      this.field.setAttribute("aria-invalid", String(verdict === "wrong"));
    }
  }

  window.rnnEdu.OwnNumber = OwnNumber;
})();
