// What a phone has no room for is folded at first; on a wide screen it stands open, with no fold.
(() => {
  "use strict";
  const { make } = window.rnnEdu.nodes;
  const narrow = matchMedia("(max-width: 768px)");

  function fold(words, ...children) {
    const part = make("details", { class: "writer-fold", open: !narrow.matches }, make("summary", {}, words), ...children);
    narrow.addEventListener("change", () => { part.open = !narrow.matches; });
    return part;
  }

  Object.assign(window.rnnEdu, { fold, isNarrow: () => narrow.matches });
})();
