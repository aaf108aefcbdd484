// The arrows of the drawing: from everything that a step is calculated of to the step. All of them
// are there, faintly; those of the step in hand are drawn boldly, and a pulse runs along them.
(() => {
  "use strict";
  const SVG = "http://www.w3.org/2000/svg";
  const HEAD = 4; // pixels that the point of an arrow takes
  const BEND = 10; // how far a line leaves the side of a box before it turns

  function drawn(name, attributes) {
    const node = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
    return node;
  }

  const middle = (box) => (box.left + box.right) / 2;
  const width = (box) => box.right - box.left;
  const level = (box) => (box.top + box.bottom) / 2;

  // From the bottom of a box to the top of one right below it; else out of one side and into another.
  function line(from, to) {
    const sameColumn = Math.abs(middle(from) - middle(to)) < 1;
    const [narrow, wide] = [from, to].sort((a, b) => width(a) - width(b));
    const over = middle(narrow) > wide.left && middle(narrow) < wide.right;
    if (over && to.top >= from.bottom && to.top - from.bottom < from.height) {
      return `M${middle(narrow)} ${from.bottom} L${middle(narrow)} ${to.top - HEAD}`;
    }
    const forwards = middle(from) < middle(to) - 1;
    const start = forwards ? from.right : from.left;
    const end = forwards || sameColumn ? to.left - HEAD : to.right + HEAD;
    const leave = start + (forwards ? BEND : -BEND);
    const enter = forwards || sameColumn ? Math.min(end - BEND, to.left - BEND) : end + BEND;
    return `M${start} ${level(from)} C${leave} ${level(from)} ${enter} ${level(to)} ${end} ${level(to)}`;
  }

  class Arrows {
    // `pairs` are the arrows: [{ from, to, at }], two elements and the step that `to` shows, and
    // perhaps a `route`: what makes a line of their two boxes.
    constructor(holder, pairs, id) {
      this.holder = holder;
      this.pairs = pairs;
      const marker = drawn("marker", { id, viewBox: "0 0 8 8", refX: 1, refY: 4, markerWidth: 6, markerHeight: 6, orient: "auto", markerUnits: "userSpaceOnUse" });
      marker.append(drawn("path", { d: "M0 0 L8 4 L0 8 z", class: "play-arrow-head" }));
      const definitions = drawn("defs", {});
      definitions.append(marker);
      this.svg = drawn("svg", { class: "play-arrows", "aria-hidden": "true" });
      this.svg.append(definitions);
      this.head = `url(#${id})`;
      this.draw(pairs);
      holder.append(this.svg);
      new ResizeObserver(() => this.place()).observe(holder);
    }

    // Draws these arrows instead of those before.
    draw(pairs) {
      for (const { path } of this.pairs) path?.remove();
      this.pairs = pairs;
      for (const pair of pairs) {
        pair.path = drawn("path", { pathLength: 1 });
        this.svg.append(pair.path);
      }
    }

    // Puts every line where its two elements are now.
    place() {
      const { left, top } = this.holder.getBoundingClientRect();
      if (!this.holder.offsetWidth) return;
      const boxOf = (node) => {
        const box = node.getBoundingClientRect();
        return { left: box.left - left, right: box.right - left, top: box.top - top, bottom: box.bottom - top, height: box.height };
      };
      for (const pair of this.pairs) {
        const [from, to] = [boxOf(pair.from), boxOf(pair.to)];
        const written = (pair.route ?? line)(from, to);
        pair.path.setAttribute("d", written);
        const wide = Math.max(width(from) / width(to), width(to) / width(from)) > 1.5;
        const isBeside = Boolean(pair.to.closest(".play-beside"));
        pair.path.classList.toggle("play-far", (wide || isBeside) && written.includes("C"));
      }
    }

    // Makes the arrows into one step bold.
    point(at) {
      for (const pair of this.pairs) {
        const now = pair.at === at;
        pair.path.classList.toggle("play-now", now);
        if (now) pair.path.setAttribute("marker-end", this.head);
        else pair.path.removeAttribute("marker-end");
      }
    }
  }

  window.rnnEdu.Arrows = Arrows;
})();
