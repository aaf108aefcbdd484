// The search page: first what the glossary says of the words sought, then the pages.
(() => {
  const { terms, pages, marks } = window.bookSearch;
  // From a disk no page can be fetched for the words around a find; the attempt is an error.
  if (location.protocol === "file:") DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;
  const results = document.getElementById("search-results");
  const sought = (new URLSearchParams(location.search).get("q") ?? "").trim().toLowerCase();
  if (!results || !sought) return;

  const make = (tag, attributes, ...children) => {
    const node = Object.assign(document.createElement(tag), attributes);
    node.append(...children);
    return node;
  };
  const words = (text) => ` ${text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, " ").trim()} `;
  const question = words(sought);
  // The very word first; then terms within what was asked for, or of which it is a part.
  const rank = ({ names }) =>
    Math.min(
      ...names.map((name) => {
        const term = words(name);
        if (question === term || question === term.replace(/ $/, "s ")) return 0;
        if (question.includes(term)) return 1;
        return term.includes(question) ? 2 : 3;
      }),
    );

  const shown = (term) => {
    const [name, ...others] = term.names;
    const also = others.length ? ` (${others.join(", ")})` : "";
    const says = make("p", {}, make("a", { href: term.place }, name), `${also}: ${term.says} `);
    if (term.chapter) {
      const [href, textContent] = term.chapter;
      says.append("Introduced in ", make("a", { href, textContent }), ".");
    }
    return says;
  };
  const found = terms
    .map((term) => [rank(term), term])
    .filter(([place]) => place < 3)
    .sort(([one], [other]) => one - other)
    .slice(0, 3);
  if (found.length) {
    results.before(
      make(
        "section",
        { className: "found-terms", ariaLabel: "What the words mean" },
        ...found.map(([, term]) => shown(term)),
      ),
    );
  }

  // Beside each page the words around the find, without the marks of formulas; or what it is about.
  const bare = (text) => text.replace(new RegExp(marks, "g"), "");
  const describe = () => {
    for (const item of results.querySelectorAll("li")) {
      const context = item.querySelector("p.context");
      const address = item.querySelector("a")?.getAttribute("href")?.split(/[?#]/)[0];
      if (context?.textContent.includes("\\")) context.textContent = bare(context.textContent);
      if (context) item.querySelector(".about")?.remove();
      else if (pages[address] && !item.querySelector(".about")) {
        item.append(make("p", { className: "about", textContent: pages[address] }));
      }
    }
  };
  new MutationObserver(describe).observe(results, { childList: true, subtree: true });
  describe();
})();
