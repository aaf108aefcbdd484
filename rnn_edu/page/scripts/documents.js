// All documents that a chapter trains on, beside the one that is drawn: what the network answers to
// each with the weights as they are, and learning from all of them at once.
(() => {
  "use strict";
  const { numbers } = window.rnnEdu;
  const { make } = window.rnnEdu.nodes;
  const DIGITS = 3;

  class Documents {
    // `said` is "very good=1|very bad=0": the words of each document, and the answer that it wants.
    constructor(play, said) {
      this.play = play;
      const { quantities } = play.model;
      this.answer = quantities.findLastIndex((q) => q.role === "output");
      this.all = said.split("|").map((one) => this.document(...one.split("=")));
      this.node = make("p", { class: "play-documents", role: "group", "aria-label": "Documents" }, "Answers: ",
        ...this.all.map(({ button }) => button));
    }

    document(text, wanted) {
      const { quantities } = this.play.model;
      const places = quantities.flatMap((q, at) => (q.role === "input" && q.choice ? [at] : []));
      const label = quantities.findIndex((q) => q.role === "target");
      const edits = text.split(" ").map((word, k) => ({ at: places[k], word }));
      edits.push({ at: label, place: 0, value: Number(wanted) });
      const button = make("button", { type: "button", title: `Draw “${text}”`, onclick: () => this.play.ask(edits, "The document") });
      return { text, wanted, edits, button };
    }

    // What is given for each of them, for a step of learning.
    get readings() {
      return this.all.map(({ edits }) => edits);
    }

    refresh() {
      const { model } = this.play;
      for (const { text, wanted, edits, button } of this.all) {
        const answer = model.valuesWith(edits)[this.answer].data[0];
        const drawn = edits.every(({ at, place, value, word }) => (word === undefined ? model.given[at][place] === value : model.given[at] === word));
        button.textContent = `“${text}” ${numbers.shown(answer, DIGITS)}, wanted ${wanted}`;
        button.setAttribute("aria-pressed", String(drawn));
      }
    }
  }

  window.rnnEdu.Documents = Documents;
})();
