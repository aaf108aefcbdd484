// Numbers as the book writes them, and as readers type them.
(() => {
  "use strict";
  const DIGITS = 6;

  // Python's "%.6g": at most six significant digits, no zeros at the end.
  function split(value, digits = DIGITS) {
    if (value === 0) return { mantissa: "0", exponent: 0 };
    const [mantissa, exponent] = value.toExponential(digits - 1).split("e");
    const power = Number(exponent);
    if (power < -4 || power >= digits) return { mantissa: trimmed(mantissa), exponent: power };
    return { mantissa: trimmed(value.toFixed(Math.max(0, digits - 1 - power))), exponent: 0 };
  }

  const trimmed = (text) => (text.includes(".") ? text.replace(/\.?0+$/, "") : text);
  const withMinus = (text) => text.replace("-", "−");

  // As text, for a narrow place: a power of ten leaves room for three digits only.
  function shown(value, digits = DIGITS) {
    const { mantissa, exponent } = split(value, digits);
    if (!exponent) return withMinus(mantissa);
    return withMinus(`${split(value, Math.min(digits, 3)).mantissa}e`) + withMinus(String(exponent));
  }

  // The number as a node of the page, a power of ten with a raised exponent.
  function node(value, digits = DIGITS) {
    const { mantissa, exponent } = split(value, digits);
    const span = document.createElement("span");
    span.className = "number";
    span.append(withMinus(mantissa));
    if (exponent) {
      const raised = document.createElement("sup");
      raised.append(withMinus(String(exponent)));
      span.append(" · 10", raised);
    }
    return span;
  }

  // What a reader typed: {value} with perhaps a {remark}, or {problem}, each a whole sentence.
  function read(typed) {
    const text = typed.replace(/[\s\u00a0\u202f]/g, "").replace(/[−–]/, "-");
    if (text === "") return { problem: "The field is empty." };
    const commas = text.split(",").length - 1;
    if (commas > 1 || (commas && text.includes("."))) {
      return { problem: `“${typed.trim()}” could mean two numbers. Write it without commas, such as 1234.5.` };
    }
    const dotted = text.replace(",", ".");
    if (!/^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(dotted)) {
      return { problem: `“${typed.trim()}” is not a number. Write one such as 0.5 or -2.` };
    }
    const value = Number(dotted);
    if (!Number.isFinite(value)) {
      return { problem: `${typed.trim()} is too large for a computer to hold: the limit is about 1.8e308.` };
    }
    if (commas) return { value, remark: `Read as ${dotted}: the comma is taken as a decimal point.` };
    return { value };
  }

  window.rnnEdu = Object.assign(window.rnnEdu || {}, { numbers: { node, read, shown } });
})();
