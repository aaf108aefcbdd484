// A moving picture of attention: choose what is read, go through the words that are written, and
// see how each of them shares out its look at the words read. Every number is the walkthrough's.
(() => {
  "use strict";
  const { engine, numbers } = window.rnnEdu;
  const { make } = window.rnnEdu.nodes;
  const { Picture } = window.rnnEdu.pictures;
  const COUNTED = ["first", "second", "third", "fourth", "fifth"];

  const placesOf = (data, name, role) =>
    data.quantities.flatMap((q, at) => (q.name === name && q.role === role ? [at] : []));

  // What the network writes when it reads its own words, the likeliest one at each step, and how
  // it looks meanwhile: [{ word, weights }], a row for each word written.
  function looksWhileWriting(data, read) {
    const given = engine.givenAtFirst(data);
    placesOf(data, "x_words", "input").forEach((at, k) => { given[at] = read[k]; });
    const fed = placesOf(data, "x_fed", "input");
    const [answers, weights] = [placesOf(data, "p", "output"), placesOf(data, "alpha", "gate")];
    return answers.map((answer, k) => {
      const values = engine.evaluate(data, given);
      const chances = [...values[answer].data];
      const word = data.quantities[answer].labels[0][chances.indexOf(Math.max(...chances))];
      if (k + 1 < fed.length) given[fed[k + 1]] = word;
      return { word, weights: [...values[weights[k]].data] };
    });
  }

  class Looking extends Picture {
    // data-of="KEY:alpha" names the walkthrough, data-words="a b|c d" what can be read at each place.
    constructor(place) {
      const data = window.rnnEduWalkthroughs[place.dataset.of.split(":")[0]];
      // A page may have several of these, each with a name of its own.
      super(place, `Where it looks: ${data.title.charAt(0).toLowerCase()}${data.title.slice(1)}`, "Choose a date and move through the words that are written. Each row shows how the attention is shared out among the words read; the network reads its own words.");
      this.data = data;
      const first = placesOf(this.data, "x_words", "input").map((at) => this.data.quantities[at].choice.picked);
      this.chosen = place.dataset.words.split("|").map((words, k) => this.choice(words.split(" "), first[k], k));
      this.sliders.append(make("div", { class: "picture-choices", role: "group", "aria-label": "The words read" }, "Read", ...this.chosen));
      const steps = placesOf(this.data, "p", "output").length;
      this.step = this.slider("word written", { min: 1, max: steps, step: 1, value: 1 });
      this.table = make("table", { class: "picture-looks" });
      this.chart.append(this.table);
      this.draw();
    }

    choice(words, first, k) {
      const options = words.map((word) => make("option", { value: word, selected: word === first || null }, word));
      return make("select", { "aria-label": `${COUNTED[k]} word read`, onchange: () => this.draw() }, ...options);
    }

    draw() {
      const step = this.step();
      const read = this.chosen.map((select) => select.value);
      const rows = looksWhileWriting(this.data, read);
      const head = make("tr", {}, make("th", { scope: "col" }, "written"), ...read.map((word) => make("th", { scope: "col" }, word)));
      this.table.replaceChildren(
        make("caption", { class: "visually-hidden" }, "Attention weights: a row for each word written, a column for each word read"),
        make("thead", {}, head),
        make("tbody", {}, ...rows.map((row, k) => this.row(row, k + 1, step))));
      this.say(this.verdict(rows[step - 1], read, step));
    }

    row({ word, weights }, at, step) {
      // What is not written yet has its room already.
      const cells = weights.map((share) => {
        const square = make("span", { class: "picture-square" });
        square.style.opacity = at > step ? 0 : share.toFixed(3);
        return make("td", {}, square, make("span", {}, at > step ? "·" : `${(100 * share).toFixed(0)} %`));
      });
      return make("tr", { class: at === step ? "picture-now" : "" }, make("th", { scope: "row" }, at > step ? "?" : word), ...cells);
    }

    verdict({ word, weights }, read, step) {
      const most = weights.indexOf(Math.max(...weights));
      const rest = weights.map((share, k) => `${numbers.shown(100 * share, 3)} % on “${read[k]}”`);
      rest.splice(most, 1);
      return `The ${COUNTED[step - 1]} word written is “${word}”. Most of the attention, ${numbers.shown(100 * weights[most], 3)} %, lies on “${read[most]}”; ${rest.join(" and ")}.`;
    }
  }

  Object.assign(window.rnnEdu.pictures, { attention: (place) => new Looking(place) });
  Object.assign(window.rnnEdu.pictures.calculations, { looksWhileWriting });
})();
