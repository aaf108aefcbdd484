// Formulas, tables and drawings that are wider than the page can be scrolled with the keyboard as well.
(() => {
  const wide =
    "div.math, mjx-container, .pst-scrollable-table-container, .cell_output > .output, " +
    ".cell_output > figure";
  const update = () => {
    for (const part of document.querySelectorAll(wide)) {
      if (part.scrollWidth > part.clientWidth + 1 && getComputedStyle(part).overflowX === "auto") {
        part.tabIndex = 0;
      }
    }
  };
  const start = async () => {
    await window.MathJax?.startup?.promise;
    update();
    addEventListener("resize", update);
  };
  addEventListener("load", start);
})();
