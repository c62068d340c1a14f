// Warns before the log-in ends. The server says how many seconds are left, as the clock of this machine may be wrong;
// it is asked again before every warning, as another window may have made the log-in last longer.
(() => {
  "use strict";
  const box = document.getElementById("session-modal");
  const modal = new DKFDS.Modal(box);
  const words = box.dataset;
  const part = (name) => box.querySelector(`[data-part="${name}"]`);
  // A page with fields may hold something typed: it can be sent after the end, and comes back after the log-in.
  const hasFields = document.querySelector("main form[method=post] :is(textarea, select, input:not([type=hidden]))") !== null;
  let end = 0;
  let marks = []; // seconds before the end at which something is still to be said
  let before = null; // what had the focus
  let asking = false;

  const left = () => Math.max(0, Math.ceil((end - Date.now()) / 1000));
  const isOpen = () => box.getAttribute("aria-hidden") === "false";
  const show = () => {
    if (isOpen()) return;
    if (document.body.classList.contains("mobile-nav-active")) document.querySelector(".js-menu-close").click();
    before = document.activeElement;
    modal.show();
  };
  const hide = () => {
    if (!isOpen()) return;
    modal.hide();
    part("said").textContent = "";
    if (before) before.focus();
  };
  const countdown = () => {
    const seconds = left();
    part("count").textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  };
  const take = (told) => {
    end = Date.now() + told.left * 1000;
    marks = [300, 60, 20].filter((mark) => mark < told.left);
    part("ends").textContent = (told.may_stay ? words.ends : words.endsForGood).replace("{at}", told.at);
    part("stay").hidden = !told.may_stay;
    part("back").hidden = told.may_stay;
  };
  const over = () => {
    clearInterval(clock);
    part("title").textContent = words.overTitle;
    part("ends").textContent = hasFields ? words.over : words.overNothing;
    for (const name of ["unsaved", "counted", "stay", "off"]) part(name).hidden = true;
    part("again").hidden = false;
    part("back").hidden = !hasFields;
    part("said").textContent = words.overTitle;
    if (isOpen()) part("title").focus();
    show();
  };
  const warn = (mark) => {
    show();
    part("said").textContent = { 300: words.minutes, 60: words.minute, 20: words.seconds }[mark];
  };
  // Returns the seconds left: what the server says, or our own count when it does not answer.
  const ask = async (method) => {
    const token = document.querySelector('input[name="csrf_token"]').value;
    try {
      const answer = await fetch("/session", { method, headers: { "X-CSRFToken": token } });
      if (!answer.ok) return 0; // the form token died with the log-in
      const told = await answer.json();
      if (told.left > left() + 2) take(told);
      return told.left;
    } catch {
      return method === "GET" ? left() : -1;
    }
  };
  const tick = async () => {
    if (isOpen()) countdown();
    const due = marks.filter((mark) => left() <= mark);
    if (asking || (!due.length && left() > 0)) return;
    asking = true;
    marks = marks.filter((mark) => !due.includes(mark));
    const seconds = await ask("GET");
    asking = false;
    if (seconds <= 0) over();
    else if (seconds > 300) hide();
    else if (due.length) warn(Math.min(...due));
  };
  part("stay").addEventListener("click", async () => {
    const seconds = await ask("POST");
    if (seconds > 0) hide();
    else if (seconds === 0) over();
    else part("said").textContent = part("failed").textContent = words.failed;
  });
  part("back").addEventListener("click", hide);
  part("unsaved").hidden = !hasFields;
  take({ left: Number(words.left), at: words.at, may_stay: words.mayStay === "true" });
  const clock = setInterval(tick, 1000);
})();
