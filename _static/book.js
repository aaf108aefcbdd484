// Formulas, tables and drawings that are wider than the page look like it, and can be scrolled with
// the keyboard as well.
(() => {
  const wide =
    "div.math, mjx-container, .pst-scrollable-table-container, .cell_output, " +
    ".cell_output > .output, .cell_output > figure";
  const update = () => {
    for (const part of document.querySelectorAll(wide)) {
      const more = part.scrollWidth > part.clientWidth + 1;
      const scrolls = more && getComputedStyle(part).overflowX === "auto";
      part.classList.toggle("scrolls", scrolls);
      if (scrolls) part.tabIndex = 0;
    }
  };
  const start = async () => {
    await window.MathJax?.startup?.promise;
    update();
    addEventListener("resize", update);
  };
  addEventListener("load", start);
})();
