// What stands above the step in hand, at a switch: the whole network, one of its cells, or what
// changed in its weights.
(() => {
  "use strict";
  const { make } = window.rnnEdu.nodes;

  class Views {
    // `others`: the views beside the network, each with its `name`, its `node`, what it `adds` to
    // the switch, `isAlone` where no step is worked out below it, and `opened()`, which says what
    // it shows.
    constructor(play, others) {
      this.play = play;
      this.others = others;
      this.shown = null;
      if (!others.length) return;
      this.buttons = [null, ...others].map((view) =>
        make("button", { type: "button", "aria-pressed": String(!view), onclick: () => this.show(view) }, view?.name ?? "Network"));
      this.choice = make("span", { class: "play-views" }, ...others.flatMap(({ adds }) => adds ?? []),
        make("span", { class: "play-switch", role: "group", "aria-label": "What is shown" }, ...this.buttons));
    }

    show(view) {
      this.turn(view);
      this.play.refresh();
      this.play.fit();
      this.play.say(view ? view.opened() : "The whole network is shown.");
    }

    turn(view) {
      this.shown = view;
      this.buttons.forEach((button, k) => button.setAttribute("aria-pressed", String(view === (this.others[k - 1] ?? null))));
      this.play.turn();
    }

    // A step in hand needs a drawing above it.
    leaveAlone() {
      if (this.shown?.isAlone) this.turn(null);
    }

    refresh() {
      for (const view of this.others) {
        view.node.hidden = view !== this.shown;
        if (view.adds) view.adds.hidden = view !== this.shown;
      }
      this.shown?.refresh();
    }
  }

  window.rnnEdu.Views = Views;
})();
