// The start of a page that stands alone: what is wide can be scrolled, groups open and close, and
// the calculation can be played with. The other scripts stand before this one.
(() => {
  "use strict";
  const { scrollable, typeset } = window.rnnEdu.nodes;

  // Formulas that the page has are found by their LaTeX; the template has those that are not shown.
  function findFormulas(root) {
    for (const formula of root.querySelectorAll("math[data-tex]")) typeset.set(formula.dataset.tex, formula);
  }

  function play(place) {
    findFormulas(document);
    findFormulas(document.querySelector("template").content);
    const read = (id) => JSON.parse(document.getElementById(id).textContent);
    const rules = document.getElementById("mistakes") ? async () => read("mistakes") : null;
    new window.rnnEdu.Play(place, read("data"), { rules });
    place.setAttribute("data-ready", "");
  }

  function openers() {
    const groups = document.querySelectorAll("#steps details.group, #steps details.time");
    const place = document.querySelector(".openers");
    if (!place || !groups.length) return;
    const [open, close] = place.querySelectorAll("button");
    open.addEventListener("click", () => groups.forEach((group) => { group.open = true; }));
    close.addEventListener("click", () => groups.forEach((group) => { group.open = false; }));
    place.hidden = false;
    // On paper nothing can be opened.
    let closed = [];
    addEventListener("beforeprint", () => {
      closed = [...groups].filter((group) => !group.open);
      closed.forEach((group) => { group.open = true; });
    });
    addEventListener("afterprint", () => closed.forEach((group) => { group.open = false; }));
  }

  document.querySelectorAll(".scroll[data-label]").forEach((part) => scrollable(part, part.dataset.label));
  openers();
  const place = document.getElementById("place");
  if (place) play(place);
})();
