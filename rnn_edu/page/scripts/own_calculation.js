// A place for a reader's own calculation: a file is chosen or dropped, read in the page, and shown
// as the calculations of the book are. It is sent nowhere.
(() => {
  "use strict";
  const { Play, savedFile } = window.rnnEdu;
  const { make } = window.rnnEdu.nodes;

  const WITHOUT_RULES = " The file has no rules for marking, so the card cannot offer “Try it yourself”.";

  let places = 0;

  class OwnCalculation {
    constructor(place) {
      this.id = `own-calculation-${(places += 1)}`;
      this.field = make("input", { type: "file", id: this.id, accept: ".json,application/json", onchange: () => this.open([...this.field.files]) });
      this.live = make("p", { class: "play-about", role: "status" }, "It is read in this page and sent nowhere.");
      this.stage = make("div");
      this.zone = make("div", {
        class: "writer-drop",
        ondragover: (event) => this.over(event, true), ondragleave: (event) => this.over(event, false), ondrop: (event) => this.dropped(event),
      }, make("label", { for: this.id }, "Drop the file ", make("code", {}, "….json"), " here, or choose it:"), this.field);
      place.replaceChildren(
        make("section", { class: "play writer", "aria-label": "A network of your own" },
          make("div", { class: "play-head" }, make("p", { class: "play-title" }, make("span", { class: "play-kicker" }, "Open"), " A network of your own"), this.live),
          this.zone),
        this.stage);
    }

    over(event, isOver) {
      event.preventDefault();
      this.zone.classList.toggle("writer-over", isOver);
    }

    dropped(event) {
      this.over(event, false);
      this.open([...event.dataTransfer.files]);
    }

    // Shows a file; or says why not, and leaves what is shown.
    async open(files) {
      if (files.length !== 1) return this.say(files.length ? `These are ${files.length} files; drop one at a time.` : "That was no file; drop one, or choose one.");
      const [file] = files;
      const name = `“${file.name.slice(0, 60)}”`;
      try {
        const data = await savedFile.readFile(file);
        const place = make("div");
        new Play(place, data, { rules: data.mistakes ? async () => data.mistakes : null });
        this.stage.replaceChildren(place);
        this.say(`${name} is open: ${data.title}.${data.mistakes ? "" : WITHOUT_RULES}`);
      } catch (error) {
        const why = error instanceof savedFile.Refused ? error.message : `its steps cannot be calculated: ${String(error.message).slice(0, 80)}.`;
        this.say(`${name} cannot be shown: ${why}`);
      }
      this.field.value = "";
      return undefined;
    }

    say(sentence) {
      this.live.textContent = sentence;
    }
  }

  Object.assign(window.rnnEdu, { OwnCalculation });
})();
