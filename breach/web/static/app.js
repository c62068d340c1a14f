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
  // As the server counts: whole characters in composed form, without the signs that show nothing.
  const unseen = new RegExp(document.body.dataset.unseen, "gu");
  DKFDS.CharacterLimit.prototype.charactersLeft = function () {
    return this.maxlength - [...this.input.value.replace(unseen, "").normalize("NFC").trim()].length;
  };
  const counters = (scope) => {
    for (const group of scope.querySelectorAll(".app-limit")) {
      new DKFDS.CharacterLimit(group, words()).init();
    }
  };
  // A picture wider than the phone begins where the case stands, with a little of what leads there.
  const BEFORE = 24;
  const turnPictures = (scope) => {
    for (const picture of scope.querySelectorAll(".chart-wide")) {
      const here = picture.querySelector(".box-now, circle.mark");
      if (!here || picture.scrollWidth <= picture.clientWidth) continue;
      picture.scrollLeft = here.getBoundingClientRect().left - picture.getBoundingClientRect().left - BEFORE;
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

  // What a swapped part has to say stands in its data-say; the live region named in data-say-in reads it aloud:
  // only when the words differ from the last, and no more often than the region's data-gap in seconds allows.
  const heard = new Map();
  const speakers = (scope) => [scope, ...scope.querySelectorAll("[data-say-in]")].filter((one) => one.dataset.sayIn);
  const hearing = (speaker) => {
    const region = document.getElementById(speaker.dataset.sayIn);
    if (region && !heard.has(region)) heard.set(region, { words: "", last: -Infinity, timer: 0 });
    return region;
  };
  const say = (speaker) => {
    const region = hearing(speaker);
    if (!region) return;
    const told = heard.get(region);
    told.next = speaker.dataset.say;
    if (told.timer) return;
    const gap = Number(region.dataset.gap || 0) * 1000;
    told.timer = setTimeout(() => {
      told.timer = 0;
      if (told.next === told.words) return;
      region.textContent = told.words = told.next;
      told.last = Date.now();
    }, Math.max(0, told.last + gap - Date.now()));
  };

  // The errors of a part are marked at their fields, as the server marks them on a whole page.
  const describe = (control, id, isOn) => {
    const ids = (control.getAttribute("aria-describedby") || "").split(" ").filter((one) => one && one !== id);
    if (isOn) ids.push(id);
    if (ids.length) control.setAttribute("aria-describedby", ids.join(" "));
    else control.removeAttribute("aria-describedby");
  };
  const unmark = (form) => {
    for (const message of form.querySelectorAll(".form-error-message")) {
      const group = message.closest(".form-group");
      group.classList.remove("form-error");
      for (const control of group.querySelectorAll(`[aria-describedby~="${message.id}"]`)) describe(control, message.id);
      for (const control of group.querySelectorAll("[aria-invalid]")) control.removeAttribute("aria-invalid");
      message.remove();
    }
  };
  const mark = (link, prefix) => {
    const control = document.querySelector(link.hash);
    const group = control && control.closest(".form-group");
    if (!group || group.querySelector(".form-error-message")) return;
    const fieldset = control.closest("fieldset");
    const hidden = Object.assign(document.createElement("span"), { className: "sr-only", textContent: prefix });
    const message = Object.assign(document.createElement("span"), { className: "form-error-message", id: `${control.id}-error` });
    message.append(hidden, link.textContent);
    (group.querySelector(".form-hint") || group.querySelector("legend, label")).after(message);
    group.classList.add("form-error");
    control.setAttribute("aria-invalid", "true");
    describe(fieldset || control, message.id, true);
  };
  const markErrors = (part) => {
    const form = part.dataset.errorsOf && document.querySelector(part.dataset.errorsOf);
    if (!form) return;
    unmark(form);
    for (const link of part.querySelectorAll("[data-prefix] a")) mark(link, link.closest("[data-prefix]").dataset.prefix);
  };
  const failed = (part, isFailed) => {
    const line = part && part.dataset.failed && document.getElementById(part.dataset.failed);
    if (line) line.hidden = !isFailed;
  };

  // A region that is empty at first is read aloud when its words come.
  for (const region of document.querySelectorAll("[data-warn-after]")) {
    setTimeout(() => {
      const box = Object.assign(document.createElement("div"), { className: region.dataset.class });
      box.append(Object.assign(document.createElement("div"), { className: "alert-body", textContent: region.dataset.words }));
      region.append(box);
    }, Number(region.dataset.warnAfter) * 1000);
  }

  DKFDS.init();
  counters(document);
  copyButtons(document);
  turnPictures(document);
  matchMedia("(max-width: 575px)").addEventListener("change", () => turnPictures(document));
  for (const speaker of speakers(document.body)) {
    const region = hearing(speaker);
    if (region) heard.get(region).words = speaker.dataset.say;
  }
  // The design system is not started again over a new piece: each start adds another "Mere" to the menu. What is
  // swapped is made so that it needs no start: tables with data-title, details instead of accordions.
  document.addEventListener("htmx:load", (event) => {
    const piece = event.detail.elt;
    if (piece === document.body) return;
    counters(piece);
    copyButtons(piece);
    turnPictures(piece);
    for (const speaker of speakers(piece)) say(speaker);
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    failed(event.detail.target, false);
    markErrors(event.detail.target);
  });
  for (const trouble of ["htmx:responseError", "htmx:sendError"]) {
    document.addEventListener(trouble, (event) => failed(event.detail.target, true));
  }
  document.addEventListener("htmx:configRequest", (event) => {
    const token = document.querySelector('input[name="csrf_token"]');
    if (token) event.detail.headers["X-CSRFToken"] = token.value;
  });
})();
