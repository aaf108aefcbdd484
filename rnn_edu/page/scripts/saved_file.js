// A calculation that a reader brings as a file: checked before anything is made of it. A fault is
// one sentence; what is not known, too large or of a later version is refused.
(() => {
  "use strict";
  const { engine } = window.rnnEdu;
  const FORMAT = 2;
  const MOST_BYTES = 8_000_000;
  const MOST_QUANTITIES = 3000;
  const MOST_NUMBERS = 200_000;
  const MOST_DECIMALS = 16;
  const DEEPEST = 60;
  const LARGEST_FUNCTION = 2000; // operations, when all that it uses is written out
  const SHAPED = new Set(["spread", "spread_down", "reshape", "place"]);
  // Commands of LaTeX that do more than set a formula.
  const NOT_FOR_FORMULAS = /\\(href|url|style|class|cssId|data|require|unicode|def|let|newcommand|renewcommand|newenvironment)\b/;

  class Refused extends Error {}

  const whole = (number, least, most) => Number.isInteger(number) && number >= least && number <= most;
  const refuse = (sentence) => { throw new Refused(sentence); };

  function size(shape) {
    if (!Array.isArray(shape) || shape.length > 4 || !shape.every((length) => whole(length, 1, MOST_NUMBERS))) refuse("it has an array of a shape that makes no sense.");
    const numbers = shape.reduce((product, length) => product * length, 1);
    if (numbers > MOST_NUMBERS) refuse(`it has an array of ${numbers.toLocaleString("en")} numbers; the page shows up to ${MOST_NUMBERS.toLocaleString("en")} in all.`);
    return numbers;
  }

  // How many operations a formula has, what it uses included. `known`: places before this one.
  function checkFormula(formula, known, functions, deep = 0) {
    if (deep > DEEPEST) refuse("a formula in it is nested too deeply.");
    if (formula === "u" && known === null) return 1;
    if (!Array.isArray(formula)) return whole(formula, 0, (known ?? 0) - 1) ? 1 : refuse("a formula in it uses something that is not there.");
    const [name] = formula;
    if (name === "number") return Number.isFinite(formula[1]) ? 1 : refuse("a formula in it has a number that is none.");
    const defined = Object.hasOwn(functions, name);
    if (!defined && !engine.names.includes(name)) refuse(`it uses the operation “${String(name).slice(0, 30)}”, which this page does not know.`);
    if (SHAPED.has(name)) size(formula.at(-1));
    if (name === "one_hot") size([formula[2]]);
    const parts = engine.operandsOf(formula).map((operand) => checkFormula(operand, known, functions, deep + 1));
    const inside = defined ? checkFormula(functions[name], null, functions, deep + 1) : 1;
    const all = parts.reduce((a, b) => a + b, inside);
    return all <= LARGEST_FUNCTION ? all : refuse("a formula in it is too long to be shown.");
  }

  function checkQuantity(q, at, functions) {
    const texts = [q?.name, q?.title, q?.symbol, q?.role, q?.latex ?? "", q?.row ?? ""];
    if (!texts.every((text) => typeof text === "string")) refuse(`its quantity ${at + 1} has no name.`);
    if (texts.some((text) => NOT_FOR_FORMULAS.test(text))) refuse(`a formula of “${q.title.slice(0, 30)}” has a command that formulas do not need.`);
    const numbers = size(q.shape);
    if (q.formula !== undefined) checkFormula(q.formula, at, functions);
    else if (q.choice) checkChoice(q, numbers);
    else if (!Array.isArray(q.value) || q.value.length !== numbers || !q.value.every(Number.isFinite)) refuse(`“${q.title.slice(0, 30)}” should have ${numbers} numbers and has not.`);
    return numbers;
  }

  function checkChoice({ title, choice }, numbers) {
    const fits = Array.isArray(choice.options) && (choice.form === "code" || choice.options.length === numbers);
    if (!fits || !choice.options.every((word) => typeof word === "string")) refuse(`the words of “${title.slice(0, 30)}” do not fit.`);
  }

  const areTexts = (list) => Array.isArray(list) && list.every((text) => typeof text === "string");
  const isTable = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

  // The rules that mark a reader's own numbers, in the format of rnn_edu.marking.page_data.
  function checkRules(rules, { functions = {}, quantities }) {
    const damaged = "its rules for marking are damaged.";
    if (!isTable(rules) || ![rules.limits, rules.functions, rules.steps, rules.wording].every(isTable)) refuse(damaged);
    if (![rules.symbols, rules.kinds, rules.sentences].every(areTexts) || rules.symbols.length !== quantities.length) refuse(damaged);
    const { elsewhere, looks_as_if: looksAsIf, none_known: noneKnown, not_there: notThere, written_badly: writtenBadly } = rules.wording;
    const texts = [looksAsIf, noneKnown, notThere, elsewhere?.kind, elsewhere?.sentence, ...Object.values(writtenBadly ?? {})];
    if (!areTexts(texts) || !Object.values(rules.limits).every(Number.isFinite)) refuse(damaged);
    const all = { ...functions, ...rules.functions };
    for (const formula of Object.values(rules.functions)) checkFormula(formula, null, all);
    quantities.forEach((q, at) => {
      if (q.formula !== undefined) checkMarks(rules.steps[at], rules, quantities.length, all);
    });
  }

  function checkMarks(marks, { kinds, sentences }, known, functions) {
    const digits = [marks?.decimals, marks?.pencil, ...(Array.isArray(marks?.roundings) ? marks.roundings : [null])];
    const fits = digits.every((count) => whole(count, 0, MOST_DECIMALS)) && Array.isArray(marks.mistakes);
    if (!fits) refuse("its rules for marking are damaged.");
    if (marks.before !== undefined) checkFormula(marks.before, known, functions);
    for (const [kind, sentence, formula] of marks.mistakes) {
      if (!(kind in kinds) || !(sentence in sentences)) refuse("its rules for marking are damaged.");
      checkFormula(formula, known, functions);
    }
  }

  function check(data) {
    const none = "it holds no calculation that python -m rnn_edu explain has saved.";
    if (typeof data !== "object" || data === null || !Array.isArray(data.quantities)) refuse(none);
    if (data.format > FORMAT) refuse(`it was written by a later version of the book (format ${data.format}; this page reads format ${FORMAT}).`);
    if (data.format !== FORMAT || !data.quantities.length || typeof data.title !== "string") refuse(none);
    if (data.quantities.length > MOST_QUANTITIES) refuse(`it has ${data.quantities.length.toLocaleString("en")} steps and arrays; the page shows up to ${MOST_QUANTITIES.toLocaleString("en")}.`);
    if (!whole(data.result, 0, data.quantities.length - 1)) refuse(none);
    const functions = data.functions ?? {};
    for (const formula of Object.values(functions)) checkFormula(formula, null, functions);
    const numbers = data.quantities.reduce((sum, q, at) => sum + checkQuantity(q, at, functions), 0);
    if (numbers > MOST_NUMBERS) refuse(`it has ${numbers.toLocaleString("en")} numbers; the page shows up to ${MOST_NUMBERS.toLocaleString("en")}.`);
    if (data.quantities.every((q) => q.formula === undefined)) refuse("it has no step to show.");
    if (data.mistakes !== undefined) checkRules(data.mistakes, data);
  }

  function parsed(text) {
    try {
      return JSON.parse(text);
    } catch {
      return refuse("it is damaged, or no JSON.");
    }
  }

  // The calculation in a file; throws Refused with the second half of a sentence.
  async function readFile(file) {
    if (file.size > MOST_BYTES) refuse(`it has ${(file.size / 1e6).toFixed(1)} MB; the page opens up to ${MOST_BYTES / 1e6}.`);
    const data = parsed(await file.text());
    check(data);
    return data;
  }

  Object.assign(window.rnnEdu, { savedFile: { Refused, check, readFile } });
})();
