// Live progress of a file's page. Without this script the page renews itself; with it, nothing is reloaded until the work is done.
"use strict";

const box = document.querySelector("[data-progress]");
if (box && "EventSource" in window) {
  const [state, percent, bar] = ["state", "percent", "bar"].map((part) => box.querySelector(`[data-${part}]`));
  const events = new EventSource(box.dataset.progress);
  events.addEventListener("progress", (event) => {
    const seen = JSON.parse(event.data);
    if (seen.done) {
      events.close();
      location.reload();
      return;
    }
    if (state.textContent !== seen.state) state.textContent = seen.state;
    percent.textContent = seen.words;
    if (seen.percent === null) bar.removeAttribute("value");
    else bar.value = seen.percent;
  });
  // The browser tries again by itself; where it cannot, the page is renewed as without script
  events.addEventListener("error", () => {
    if (events.readyState === EventSource.CLOSED) setTimeout(() => location.reload(), 5000);
  });
}
