// Says of a reader's own number whether it is right, and which mistake it looks like. The mistakes
// are formulas, written by rnn_edu.marking.page_data from the rules that mark worksheets, too; here
// they are calculated with the numbers of now. What rounding, a decimal sign and exchanged digits
// look like is decided as in rnn_edu.marking.diagnosis, by the limits that come with the data.
(() => {
  "use strict";
  const { engine } = window.rnnEdu;
  const FURTHEST_SHIFT = 15; // places of the decimal sign
  const MOST_DECIMALS = 16;

  const rounded = (number, decimals) => Number(number.toFixed(decimals));
  const isClose = (a, b, relative) => Math.abs(a - b) <= relative * Math.max(Math.abs(a), Math.abs(b));
  const withText = (sentence, text) => sentence.replace("{}", text);

  // How exact a number of a step must be, as rnn_edu.marking.scene.Tolerance.
  class Tolerance {
    constructor({ decimals, pencil, roundings }, limits) {
      Object.assign(this, { decimals, pencil, roundings, limits });
    }

    isRight(number, wanted) {
      return Math.abs(number - wanted) <= Math.max(10 ** -this.decimals, this.limits.relative * Math.abs(wanted));
    }

    isWrittenWith(number, decimals) {
      return Math.abs(rounded(number, decimals) - number) <= this.limits.written;
    }

    digits(number) {
      return [...this.roundings].reverse().find((d) => this.isWrittenWith(number, d)) ?? this.decimals;
    }

    isRounded(number, wanted, decimals) {
      if (!this.isWrittenWith(number, decimals)) return false;
      const [gap, unit] = [Math.abs(number - wanted), 10 ** -decimals];
      return gap <= this.limits.half * unit || (Math.abs(number) < Math.abs(wanted) && gap < unit);
    }

    // How many decimals of a number are right: all, or those to which it was rounded.
    agreement(number, wanted) {
      if (this.isRight(number, wanted)) return this.decimals;
      return this.roundings.find((d) => this.isRounded(number, wanted, d)) ?? 0;
    }
  }

  // -- mistakes of writing down -----------------------------------------------------------

  // Digits after the point, as few as give the number back.
  function decimalsOf(number) {
    for (let d = 0; d < MOST_DECIMALS; d++) if (rounded(number, d) === number) return d;
    return MOST_DECIMALS;
  }

  function isCutShort(number, wanted, limit) {
    const digits = decimalsOf(number);
    if (number === 0 || digits > limit) return false;
    const cut = Math.trunc(wanted * 10 ** digits) / 10 ** digits;
    return isClose(number, rounded(wanted, digits), 1e-9) || isClose(number, cut, 1e-9);
  }

  function isShifted(number, wanted) {
    if (number === 0 || wanted === 0 || number * wanted < 0) return false;
    const power = Math.round(Math.log10(number / wanted));
    return power !== 0 && Math.abs(power) <= FURTHEST_SHIFT && isClose(number, wanted * 10 ** power, 1e-3);
  }

  function hasDigitsExchanged(number, wanted) {
    const digits = decimalsOf(number);
    if (digits < 3 || digits > 10) return false;
    const [typed, text] = [number.toFixed(digits), wanted.toFixed(digits)];
    const swaps = Array.from(text.slice(1), (next, k) => text.slice(0, k) + next + text[k] + text.slice(k + 2));
    return swaps.some((swap) => swap !== text && swap === typed);
  }

  const WRITTEN_BADLY = [
    ["rounded too coarsely", (number, wanted, limit) => isCutShort(number, wanted, limit)],
    ["decimal sign in another place", isShifted],
    ["digits exchanged", hasDigitsExchanged],
  ];

  // ---------------------------------------------------------------------------------------

  class Marker {
    // `rules`: the data of rnn_edu.marking.page_data.
    constructor(model, rules) {
      this.model = model;
      this.rules = rules;
      this.functions = { ...model.data.functions, ...rules.functions };
    }

    // { verdict: "right", "rounded" or "wrong", decimals: how many are right, mistake }; a mistake
    // is { kind, sentence }, or null where the number looks like none that is known.
    mark(at, place, number) {
      const wanted = this.model.value(at, place);
      const tolerance = new Tolerance(this.rules.steps[at], this.rules.limits);
      const decimals = tolerance.agreement(number, wanted);
      const before = this.valueOf(this.rules.steps[at].before, place);
      // Small numbers hardly change under tanh: was one rounded, or not activated at all?
      const unactivated = decimals < tolerance.digits(number) && tolerance.agreement(number, before) > decimals;
      if (decimals && !unactivated) return { verdict: decimals === tolerance.decimals ? "right" : "rounded", decimals, mistake: null };
      return { verdict: "wrong", decimals: 0, mistake: this.diagnose(at, place, number, tolerance) };
    }

    // Why a number is wrong, as the sentences of the book put it.
    because(number, mistake) {
      const { not_there: notThere, looks_as_if: looksAsIf, none_known: noneKnown } = this.rules.wording;
      return `${withText(notThere, number)} ${mistake ? withText(looksAsIf, mistake.sentence) : noneKnown}`;
    }

    // What a formula comes to at a place; NaN where it has no value there.
    valueOf(formula, place) {
      if (formula === undefined) return NaN;
      try {
        return engine.calculate(formula, this.model.values, this.functions).data[place];
      } catch (error) {
        if (error instanceof engine.CannotCalculate) return NaN;
        throw error;
      }
    }

    diagnose(at, place, number, tolerance) {
      const candidates = this.candidates(at, place);
      const isExact = ({ value }) => isClose(number, value, 1e-9);
      const badly = this.writtenBadly(number, this.model.value(at, place), tolerance);
      // A number of few digits may be another one rounded; only full agreement speaks against it.
      if (badly && !candidates.some(isExact)) return badly;
      const explained = candidates.filter(({ value }) => tolerance.agreement(number, value) > 0);
      const best = explained.find(isExact) || explained[0];
      if (best) return best.mistake;
      return this.afterRoundings(at, place, number, candidates, tolerance) || this.ofAnotherPlace(at, place, number, tolerance);
    }

    candidates(at, place) {
      const { kinds, sentences, steps } = this.rules;
      return steps[at].mistakes
        .map(([kind, sentence, formula]) => ({ mistake: { kind: kinds[kind], sentence: sentences[sentence] }, value: this.valueOf(formula, place) }))
        .filter(({ value }) => Number.isFinite(value));
    }

    writtenBadly(number, wanted, { decimals }) {
      const hit = WRITTEN_BADLY.find(([, test]) => test(number, wanted, decimals));
      return hit ? { kind: hit[0], sentence: this.rules.wording.written_badly[hit[0]].replace("{decimals}", decimals) } : null;
    }

    // The mistake that comes by far nearest to a number that went on from rounded ones.
    afterRoundings(at, place, number, candidates, tolerance) {
      const digits = tolerance.digits(number);
      if (digits >= tolerance.decimals) return null;
      const { clearly, most_units_off: mostUnitsOff } = this.rules.limits;
      const far = mostUnitsOff * 10 ** -digits;
      const gaps = candidates.filter(({ value }) => Math.abs(value) > far).map(({ value, mistake }) => ({ gap: Math.abs(number - value), mistake }));
      const nearest = gaps.reduce((least, one) => (one.gap < least.gap ? one : least), { gap: Infinity });
      if (nearest.gap > far || Math.abs(number - this.model.value(at, place)) < clearly * nearest.gap) return null;
      const rivals = gaps.filter(({ mistake }) => mistake.kind !== nearest.mistake.kind);
      return rivals.every(({ gap }) => gap >= clearly * nearest.gap) ? nearest.mistake : null;
    }

    // The number of another place: of the same step, of the same name, of the same time, or any.
    ofAnotherPlace(at, place, number, tolerance) {
      if (Math.abs(number) < this.rules.limits.least_telling || Math.abs(number) === 1) return null;
      const { quantities, values } = this.model;
      const { elsewhere } = this.rules.wording;
      const { name, t } = quantities[at];
      const strange = (k) => (k === at ? 0 : 4 + 2 * (quantities[k].name !== name) + (quantities[k].t !== t));
      for (const other of this.model.steps(true).sort((a, b) => strange(a) - strange(b))) {
        const k = values[other].data.findIndex((value, here) => (other !== at || here !== place) && tolerance.isRight(number, value));
        if (k >= 0) return { kind: elsewhere.kind, sentence: withText(elsewhere.sentence, this.element(other, k)) };
      }
      return null;
    }

    element(at, place) {
      const labels = this.model.labels(at, place);
      return this.rules.symbols[at] + (labels.length ? `[${labels.join(", ")}]` : "");
    }
  }

  window.rnnEdu.Marker = Marker;
})();
