// What surrounds every page: the keys of present mode, and the notice after a restart of the server.

const LOOK_EVERY_MS = 4000;
const SHARED = ["--st-text-color", "--st-background-color", "--st-secondary-background-color", "--st-border-color", "--st-link-color"];
const FORWARD = new Set(["ArrowRight", "PageDown", " "]), BACK = new Set(["ArrowLeft", "PageUp"]);

async function bootId() {
  // Under plain `streamlit run` there is no such address; then there is nothing to watch.
  const answer = await fetch("./_glassroom/boot", { cache: "no-store" });
  if (!answer.ok || !answer.headers.get("content-type")?.startsWith("application/json")) return null;
  return (await answer.json()).boot;
}

function notify() {
  if (document.querySelector(".glassroom-notice")) return;
  const notice = document.createElement("div");
  notice.className = "glassroom-notice";
  notice.setAttribute("role", "alert");
  const text = document.createElement("span");
  text.textContent = "Glassroom was restarted. All that was confirmed is kept; refresh this page to go on.";
  const button = document.createElement("button");
  button.textContent = "Refresh";
  button.onclick = () => location.reload();
  notice.append(text, button);
  document.body.append(notice);
}

async function look(boot) {
  if (document.hidden) return;
  try {
    const now = await bootId();
    if (now && now !== boot) notify();
  } catch { /* The server is away; Streamlit says so itself. */ }
}

// After a step to a beat, bring it to the top. What the server draws after it makes the page longer,
// so one call may end too early.
let following = null;

function follow(beat) {
  const before = document.documentElement.dataset.beat;
  document.documentElement.dataset.beat = beat;
  if (before === undefined || before === beat) return;
  clearInterval(following);
  let looks = 0;
  following = setInterval(() => {
    const card = document.querySelector(`[class*="st-key-${beat}"]`);
    const isThere = card && Math.abs(card.getBoundingClientRect().top) < 4;
    if (isThere || ++looks > 20) clearInterval(following);
    else card?.scrollIntoView({ behavior: "smooth", block: "start" });
  }, 150);
}

function isTaken(event) {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return true;
  const path = event.composedPath();
  return path.some((node) => node.matches?.("input, textarea, select, button, [role=slider], [role=radio], [role=tab], [contenteditable=true], [role=dialog]"));
}

// Streamlit hands the theme's colours to components only; the page's own cards need them too.
function shareColours(element) {
  const colours = getComputedStyle(element);
  for (const name of SHARED) document.documentElement.style.setProperty(name, colours.getPropertyValue(name));
}

export default function ({ data, parentElement, setTriggerValue }) {
  shareColours(parentElement);
  if (data.presenting) follow(data.beat);
  document.documentElement.classList.toggle("glassroom-presenting", data.presenting);
  const onKey = (event) => {
    if (!data.presenting || isTaken(event)) return;
    const by = FORWARD.has(event.key) ? 1 : BACK.has(event.key) ? -1 : 0;
    if (!by) return;
    event.preventDefault();
    setTriggerValue("step", by);
  };
  document.addEventListener("keydown", onKey);
  const timer = data.boot ? setInterval(() => look(data.boot), LOOK_EVERY_MS) : null;
  return () => {
    document.removeEventListener("keydown", onKey);
    clearInterval(timer);
  };
}
