// Small makers of page elements, and symbols: set by MathJax where the page has it, or beforehand.
(() => {
  "use strict";
  const MATHML = "http://www.w3.org/1998/Math/MathML";

  // make("button", { class: "x", onclick: f }, "text", node, ...)
  function make(tag, attributes = {}, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
      else if (value === true) node.setAttribute(name, "");
      else if (value !== false && value !== undefined && value !== null) node.setAttribute(name, value);
    }
    node.append(...children);
    return node;
  }

  const hidden = (words) => make("span", { class: "visually-hidden" }, words);

  // Formulas by their LaTeX. A page that stands alone brings them along, as MathML.
  const typeset = new Map();

  function drawn(latex) {
    if (!typeset.has(latex)) {
      if (!window.MathJax?.tex2svg) return null;
      typeset.set(latex, window.MathJax.tex2svg(latex, { display: false }));
    }
    return typeset.get(latex).cloneNode(true);
  }

  // Mathematics for the eye, words for a listener; the words alone where there is no MathJax.
  function math(latex, words) {
    const picture = drawn(latex);
    if (!picture) return make("i", { class: "play-math" }, words);
    picture.querySelector("mjx-assistive-mml")?.remove();
    return make("span", { class: "play-math" }, make("span", { "aria-hidden": "true" }, picture), hidden(words));
  }

  // Both sides of an equation, as tall as they like to be.
  function equation(left, right, words) {
    if (window.MathJax || !typeset.has(left) || !typeset.has(right)) {
      return math(`\\displaystyle ${left} = ${right}`, words);
    }
    const whole = document.createElementNS(MATHML, "math");
    whole.setAttribute("displaystyle", "true");
    const sign = document.createElementNS(MATHML, "mo");
    sign.append("=");
    whole.append(...drawn(left).childNodes, sign, ...drawn(right).childNodes);
    return make("span", { class: "play-math" }, make("span", { "aria-hidden": "true" }, whole), hidden(words));
  }

  // What is wider than its place can be scrolled, with the keyboard as well; it is seen that there is more.
  function scrollable(node, label) {
    const showMore = () => {
      const scrollsDown = getComputedStyle(node).overflowY === "auto";
      node.classList.toggle("play-more-right", node.scrollLeft + node.clientWidth < node.scrollWidth - 1);
      node.classList.toggle("play-more-below", scrollsDown && node.scrollTop + node.clientHeight < node.scrollHeight - 1);
    };
    const watch = new ResizeObserver(() => {
      const larger = node.scrollWidth > node.clientWidth + 1 || (node.scrollHeight > node.clientHeight + 1 && getComputedStyle(node).overflowY === "auto");
      showMore();
      if (larger) {
        node.tabIndex = 0;
        node.setAttribute("role", "group");
        node.setAttribute("aria-label", label);
      } else {
        for (const name of ["tabindex", "role", "aria-label"]) node.removeAttribute(name);
      }
    });
    node.addEventListener("scroll", showMore, { passive: true });
    watch.observe(node);
    if (node.firstElementChild) watch.observe(node.firstElementChild);
    return node;
  }

  window.rnnEdu = Object.assign(window.rnnEdu || {}, { nodes: { equation, hidden, make, math, scrollable, typeset } });
})();
