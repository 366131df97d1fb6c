// Opens an organisation's card without loading the page anew; dashboards/organisation_links.py.
const TRIES = 40;
const WAIT_MS = 50;

// A part of a view lies within shadow roots, where the browser does not look for it.
function headingOf(root, id) {
  for (const node of root.querySelectorAll("*")) {
    if (node.dataset && node.dataset.organisation === id) return node.querySelector("h2");
    const found = node.shadowRoot ? headingOf(node.shadowRoot, id) : null;
    if (found) return found;
  }
  return null;
}

// The card's heading takes the focus, so that it comes into sight and is read out.
function show(id, tries) {
  const heading = headingOf(document, id);
  if (heading) heading.focus();
  else if (tries) setTimeout(() => show(id, tries - 1), WAIT_MS);
}

function without(query) {
  const rest = new URLSearchParams(query);
  rest.delete("organisation");
  rest.sort();
  return rest.toString();
}

export function render({ model }) {
  function follow(event) {
    if (event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    const link = event.composedPath().find((node) => node.localName === "a");
    const query = link ? (link.getAttribute("href") || "").split("#")[0] : "";
    const id = new URLSearchParams(query).get("organisation");
    if (!query.startsWith("?") || !id) return;
    if (without(query) !== without(window.location.search)) return;
    event.preventDefault();
    if (model.chosen === id) show(id, TRIES);
    else model.chosen = id;
  }
  document.addEventListener("click", follow);
  model.on("shown", () => { if (model.shown) show(model.shown, TRIES); });
  model.on("remove", () => document.removeEventListener("click", follow));
  return document.createElement("span");
}
