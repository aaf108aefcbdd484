// The card of the trained networks: closed at first. A network is fetched when its button is
// pressed, and not before.
(() => {
  "use strict";
  const { Writer } = window.rnnEdu;
  const { make } = window.rnnEdu.nodes;

  let cards = 0;

  class NetworkChoice {
    // `fetchNetwork(key)` loads the data of a network.
    constructor(place, fetchNetwork) {
      this.fetchNetwork = fetchNetwork;
      this.keys = place.dataset.network.split(" ");
      const heading = `network-choice-${(cards += 1)}`;
      this.buttons = new Map(this.keys.map((key) => [key, this.button(key)]));
      this.live = make("p", { class: "play-about", role: "status" }, "Choose a network to open it. All that it does happens in this page; nothing is sent anywhere.");
      this.stage = make("div", { class: "writer-stage" });
      place.replaceChildren(make("section", { class: "play writer", "aria-labelledby": heading },
        make("div", { class: "play-head" },
          make("p", { class: "play-title", id: heading }, make("span", { class: "play-kicker" }, "Play"), " A trained network writes"), this.live,
          make("div", { class: "writer-choice", role: "group", "aria-label": "Which network" }, ...this.buttons.values())),
        this.stage));
    }

    button(key) {
      const { title, about, kilobytes } = window.rnnEduNetworkList[key];
      return make("button", { type: "button", "aria-pressed": "false", onclick: () => this.open(key) },
        make("b", {}, title), make("span", {}, `${about} ${kilobytes} kB.`));
    }

    async open(key) {
      this.wanted = key;
      if (this.buttons.get(key).getAttribute("aria-pressed") === "true") return;
      this.live.textContent = "The network is on its way.";
      try {
        await this.fetchNetwork(key);
        // Another one was chosen while this one was on its way.
        if (this.wanted !== key) return;
        this.writer?.stand();
        this.writer = new Writer(this.stage, window.rnnEduNetworks[key]);
      } catch (error) {
        this.live.textContent = `The network cannot be opened: ${error.message}. Reload the page to try again.`;
        return;
      }
      for (const [name, button] of this.buttons) button.setAttribute("aria-pressed", String(name === key));
      this.live.textContent = `${window.rnnEduNetworkList[key].title}: open. Type a beginning, or let it write.`;
    }
  }

  Object.assign(window.rnnEdu, { NetworkChoice });
})();
