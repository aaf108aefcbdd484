// Fetches what a page needs to play, when the reader comes near it, and hands the places over.
// Classic scripts, one after the other: that works from a disk as well as from a server.
(() => {
  "use strict";
  const here = document.currentScript.src.replace(/[^/]*$/, "");
  const PARTS = ["numbers", "engine", "nodes", "gates", "pencil", "model", "marking", "own_number", "panels", "boxes", "measures", "arriving", "arrows", "time_strip", "map", "cells", "cell_view", "changes", "views", "loss_curve", "training_switch", "documents", "play"];
  const PICTURES = ["pictures", "looking", "sampling", "choosing"];
  const NETWORKS = ["numbers", "nodes", "gates", "folding", "trained", "sampling", "heat_map", "counters", "next_token", "interference", "unit_panel", "writer", "network_choice"];
  const OWN = [...PARTS, "saved_file", "own_calculation"];
  const NEAR = "600px";
  const loading = new Map();

  function load(name) {
    if (!loading.has(name)) {
      loading.set(name, new Promise((resolve, reject) => {
        const script = document.createElement("script");
        script.src = `${here}${name}.js`;
        script.onload = resolve;
        script.onerror = () => reject(new Error(`${name}.js cannot be read`));
        document.head.append(script);
      }));
    }
    return loading.get(name);
  }

  async function inOrder(names) {
    for (const name of names) await load(name);
  }

  async function walkthrough(place) {
    const key = place.dataset.walkthrough;
    const isTrained = "trained" in place.dataset;
    await inOrder([...PARTS, `data/${key}`, ...(isTrained ? [`trained/${key}`] : [])]);
    await window.MathJax?.startup?.promise;
    const rules = () => load(`mistakes/${key}`).then(() => window.rnnEduMistakes[key]);
    new window.rnnEdu.Play(place, window.rnnEduWalkthroughs[key], { rules, trained: isTrained ? window.rnnEduTrained[key] : null });
  }

  async function picture(place) {
    const source = place.dataset.of?.split(":")[0];
    await inOrder([...PARTS.slice(0, 6), ...PICTURES, ...(source ? [`data/${source}`] : [])]);
    await window.MathJax?.startup?.promise;
    window.rnnEdu.pictures[place.dataset.picture](place);
  }

  // The networks themselves come when the reader opens one.
  async function network(place) {
    await inOrder(["networks/list", ...NETWORKS]);
    new window.rnnEdu.NetworkChoice(place, (key) => load(`networks/${key}`));
  }

  async function own(place) {
    await inOrder(OWN);
    await window.MathJax?.startup?.promise;
    new window.rnnEdu.OwnCalculation(place);
  }

  // What a place asks for, by the name of its data attribute.
  const KINDS = { walkthrough, picture, network, own };
  const PLACES = Object.keys(KINDS).map((kind) => `[data-${kind}]`).join(", ");

  // What cannot be shown leaves the words that stand in its place.
  function show(place) {
    const kind = Object.keys(KINDS).find((name) => name in place.dataset);
    KINDS[kind](place).then(() => place.setAttribute("data-ready", ""), (error) => console.error(error));
  }

  function start() {
    const places = document.querySelectorAll(PLACES);
    const watch = new IntersectionObserver((seen) => {
      for (const { isIntersecting, target } of seen) {
        if (!isIntersecting) continue;
        watch.unobserve(target);
        show(target);
      }
    }, { rootMargin: NEAR });
    places.forEach((place) => watch.observe(place));
  }

  if (document.readyState === "complete") start();
  else addEventListener("load", start);
})();
