// Fetches MathJax once the page can be read: setting mathematics never keeps the words waiting.
// What waits for the event "load" still finds it there.
(() => {
  const here = document.currentScript.src.replace(/[^/]*$/, "");
  addEventListener("DOMContentLoaded", () => {
    const script = document.createElement("script");
    script.src = `${here}tex-svg-full.js`;
    document.head.append(script);
  });
})();
