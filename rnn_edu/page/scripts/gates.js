// Whether a gate lets hardly anything through, or nearly all.
(() => {
  "use strict";
  const [SHUT, OPEN] = [0.1, 0.9]; // a gate below, or above

  const gateIs = (share) => (share < SHUT ? "shut" : share > OPEN ? "open" : "");

  window.rnnEdu = Object.assign(window.rnnEdu || {}, { gateIs, SHUT });
})();
