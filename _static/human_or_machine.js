/* Human or machine? Makes a game of the list that is in the page; without scripts the list stays. */
(() => {
  "use strict";

  const make = (name, properties, ...children) => {
    const element = Object.assign(document.createElement(name), properties);
    element.append(...children);
    return element;
  };

  const readRound = (item) => ({
    start: item.querySelector(":scope > p").textContent,
    passages: [...item.querySelectorAll(":scope > ol > li")].map((passage) => passage.textContent),
    human: Number(item.dataset.human),
  });

  const shuffled = (list) => {
    const cards = [...list];
    for (let last = cards.length - 1; last > 0; last -= 1) {
      const other = Math.floor(Math.random() * (last + 1));
      [cards[last], cards[other]] = [cards[other], cards[last]];
    }
    return cards;
  };

  class Game {
    constructor(place) {
      this.all = [...place.querySelectorAll(":scope > ol > li")].map(readRound);
      this.length = Math.min(Number(place.dataset.length), this.all.length);
      this.deck = [];
      this.progress = make("p", { className: "hm-progress" });
      this.form = make("form", { className: "hm-round" });
      this.verdict = make("p", { className: "hm-verdict" });
      this.verdict.setAttribute("role", "status");
      this.button = make("button", { type: "button", className: "hm-next" });
      this.button.addEventListener("click", () => this.goOn());
      place.replaceChildren(this.progress, this.form, this.verdict, this.button);
      place.setAttribute("role", "group");
      place.setAttribute("aria-label", "Human or machine, a game");
      place.classList.add("hm");
      this.restart();
    }

    restart() {
      // No round comes again before all others have come, unless too few are left for a game.
      if (this.deck.length < this.length) this.deck = shuffled(this.all);
      this.rounds = this.deck.splice(0, this.length);
      [this.number, this.right] = [0, 0];
      this.ask();
    }

    ask() {
      const { start, passages } = this.rounds[this.number];
      const legend = make("legend", {}, make("span", {}, "Which one did the human write? "), start);
      legend.tabIndex = -1;
      this.choices = passages.map((text, index) => this.choice(text, index));
      this.form.replaceChildren(make("fieldset", {}, legend, ...this.choices.map((c) => c.label)));
      this.verdict.textContent = "";
      this.button.textContent = "Check";
      this.tell();
      this.answered = false;
    }

    choice(text, index) {
      const input = make("input", { type: "radio", name: "human-or-machine", value: index });
      const writer = make("strong", { className: "hm-writer" });
      const label = make("label", { className: "hm-choice" }, input, make("span", {}, text), writer);
      return { input, writer, label };
    }

    goOn() {
      if (!this.answered) return this.check();
      if (this.number + 1 === this.rounds.length) this.restart();
      else {
        this.number += 1;
        this.ask();
      }
      return this.form.querySelector("legend").focus();
    }

    check() {
      const chosen = this.choices.findIndex((choice) => choice.input.checked);
      if (chosen < 0) {
        this.verdict.textContent = "Choose one of the three first.";
        return;
      }
      const { human } = this.rounds[this.number];
      this.answered = true;
      this.right += chosen === human;
      this.choices.forEach((choice, index) => this.reveal(choice, index === human));
      this.tell();
      this.verdict.textContent = this.sentence(chosen === human, "abc"[human]);
      this.button.textContent = this.isLast() ? "Play again" : "Next round";
    }

    reveal({ input, writer, label }, isHuman) {
      input.disabled = true;
      writer.textContent = isHuman ? "Human" : "Machine";
      label.classList.toggle("hm-human", isHuman);
    }

    sentence(isRight, letter) {
      const place = { a: "first", b: "second", c: "third" }[letter];
      const verdict = isRight ? "Right" : "No";
      const end = this.isLast() ? ` You found ${this.right} of ${this.rounds.length}.` : "";
      return `${verdict}: the ${place} is the human’s.${end}`;
    }

    isLast() {
      return this.number + 1 === this.rounds.length;
    }

    tell() {
      const { length } = this.rounds;
      this.progress.textContent = `Round ${this.number + 1} of ${length} · ${this.right} right so far`;
    }
  }

  const start = () =>
    document
      .querySelectorAll('[data-game="human-or-machine"]')
      .forEach((place) => new Game(place));
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
