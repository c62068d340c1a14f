// Starts the design system once, counts characters in the page's language, and looks after what htmx swaps in.
(() => {
  "use strict";
  const words = () => {
    const said = document.body.dataset;
    return {
      character_remaining: said.leftOne,
      characters_remaining: said.leftMany,
      character_too_many: said.overOne,
      characters_too_many: said.overMany,
    };
  };
  const counters = (scope) => {
    for (const group of scope.querySelectorAll(".app-limit")) {
      new DKFDS.CharacterLimit(group, words()).init();
    }
  };
  const copyButtons = (scope) => {
    for (const button of scope.querySelectorAll("button[data-copy]")) {
      button.hidden = false;
      button.addEventListener("click", async () => {
        await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent.trim());
        button.textContent = button.dataset.done;
      });
    }
  };
  DKFDS.init();
  counters(document);
  copyButtons(document);
  // A second start over the same nodes would make them toggle twice, so only the new piece is started.
  document.addEventListener("htmx:afterSwap", (event) => {
    DKFDS.init({ scope: event.detail.elt });
    counters(event.detail.elt);
    copyButtons(event.detail.elt);
  });
  document.addEventListener("htmx:configRequest", (event) => {
    const token = document.querySelector('input[name="csrf_token"]');
    if (token) event.detail.headers["X-CSRFToken"] = token.value;
  });
})();
