// The map of municipalities as an SVG: drawn once, then only recoloured, here in the browser.
// What it shows comes from dashboards/vector_map.py; every word and colour comes with it.
const SVG = "http://www.w3.org/2000/svg";
const LABEL_PX = 11;
const HATCH_PX = 8;
const ZOOM_STEP = 1.6;
const BASEMAP_WAIT_MS = 250;
// Width to height: a tall country gets a taller picture than a wide region, within reason.
const TALLEST = 0.95;
const WIDEST = 1.2;

function element(name, attributes = {}, parent = null) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (parent) parent.append(made);
  return made;
}

function html(name, properties = {}, parent = null) {
  const made = Object.assign(document.createElement(name), properties);
  if (parent) parent.append(made);
  return made;
}

// A fill with its hatch; colour never tells alone.
function pattern(defs, id, ink) {
  const made = element("pattern", {id, width: 8, height: 8, patternUnits: "userSpaceOnUse"}, defs);
  element("rect", {width: 8, height: 8, fill: ink.fill}, made);
  const line = {stroke: ink.hatch_color, "stroke-width": 1, fill: "none"};
  const shapes = {
    dot: () => element("circle", {cx: 4, cy: 4, r: 1.3, fill: ink.hatch_color}, made),
    horizontal_line: () => element("path", {d: "M0 4H8", ...line}, made),
    diagonal_cross: () => element("path", {d: "M0 0L8 8M0 8L8 0", ...line}, made),
    right_diagonal_line: () => element("path", {d: "M-1 1L1 -1M0 8L8 0M7 9L9 7", ...line}, made),
  };
  if (shapes[ink.hatch]) shapes[ink.hatch]();
  return made;
}

function fill(words, values) {
  return words.replace(/\{(\w+)\}/g, (blank, key) => (key in values ? values[key] : blank));
}

function afterPaint(act) {
  requestAnimationFrame(() => {
    const channel = new MessageChannel();
    channel.port1.onmessage = act;
    channel.port2.postMessage(0);
  });
}

// A part of the page lies within shadow roots, where getElementById does not look.
function partNamed(root, id) {
  for (const node of root.querySelectorAll("*")) {
    if (node.id === id) return node;
    const found = node.shadowRoot ? partNamed(node.shadowRoot, id) : null;
    if (found) return found;
  }
  return null;
}

function niceLength(wanted) {
  const power = 10 ** Math.floor(Math.log10(wanted));
  return [5, 2, 1].map((step) => step * power).find((step) => step <= wanted);
}

export function render({model, el}) {
  const drawing = model.drawing;
  const words = drawing.words;
  const places = drawing.places;
  const themes = new Map(drawing.themes.map((theme) => [theme.id, theme]));
  const byCode = new Map(places.map((place, at) => [place.code, at]));

  const root = html("div", {className: "vector-map"});
  const controls = html("div", {className: "controls"}, root);
  const themeLabel = html("label", {textContent: words.theme}, controls);
  const themeList = html("select", {id: "theme-list"}, themeLabel);
  const groups = new Map();
  for (const theme of drawing.themes) {
    if (!groups.has(theme.group)) {
      groups.set(theme.group, html("optgroup", {label: words.groups[theme.group]}, themeList));
    }
    html("option", {value: theme.id, textContent: theme.label}, groups.get(theme.group));
  }
  const formLabel = html("label", {textContent: words.form}, controls);
  const formList = html("select", {id: "form-list"}, formLabel);
  for (const form of ["outlines", "tiles"]) {
    html("option", {value: form, textContent: words.forms[form]}, formList);
  }

  const frame = html("div", {className: "frame"}, root);
  const picture = element("svg", {role: "img", preserveAspectRatio: "xMidYMid meet"}, frame);
  const title = element("title", {}, picture);
  const defs = element("defs", {}, picture);
  const inks = new Map();
  for (const [id, ink] of Object.entries(drawing.inks)) {
    inks.set(id, {id: `map-ink-${id}`, node: pattern(defs, `map-ink-${id}`, ink)});
  }
  const ground = element("g", {class: "ground"}, picture);
  const shapes = places.map((place) =>
    element("path", {"data-code": place.code, d: place.outline, class: "place"}, ground));
  const mark = element("path", {class: "mark", d: ""}, picture);
  const names = element("g", {class: "names", "aria-hidden": "true"}, picture);
  const labels = places.map((place) => {
    const label = element("text", {}, names);
    label.textContent = place.name;
    return label;
  });
  const scale = element("g", {class: "scale", "aria-hidden": "true"}, picture);
  const scaleLine = element("path", {}, scale);
  const scaleText = element("text", {}, scale);

  const tools = html("div", {className: "tools"}, frame);
  const tool = (key, sign, act) => {
    const button = html("button", {type: "button", textContent: sign, title: words.tools[key]}, tools);
    button.setAttribute("aria-label", words.tools[key]);
    button.addEventListener("click", act);
  };
  // Where the profile comes below the map, a tap alone would seem to do nothing.
  const jump = html("button", {type: "button", className: "jump", hidden: true}, frame);
  jump.addEventListener("click", () => {
    const profile = partNamed(document, "profile");
    if (!profile) return;
    profile.scrollIntoView({block: "start"});
    profile.tabIndex = -1;
    profile.focus({preventScroll: true});
  });
  const tip = html("div", {className: "tip", hidden: true}, frame);
  tip.setAttribute("aria-hidden", "true");

  let view = null;  // x, y, width, height of what is seen, in the drawing's units
  let active = new Set();
  const basemap = basemapOf();

  const isTiles = () => model.form === "tiles";
  const whole = () => (isTiles() ? model.tile_window : model.window);

  function recolour() {
    const theme = themes.get(themeList.value) || drawing.themes[0];
    theme.of.forEach((ink, at) => {
      shapes[at].setAttribute("fill", `url(#${inks.get(theme.inks[ink]).id})`);
    });
    namePicture();
  }

  function valueSaid(theme, at) {
    const value = theme.values ? theme.values[at] : null;
    if (value === null || !theme.unit) return "";
    const number = value.toLocaleString(words.locale, {maximumFractionDigits: 1});
    return fill(theme.said, {number, unit: theme.unit});
  }

  // The name of the picture: its theme, and what that says of the municipality that is chosen.
  function namePicture() {
    const theme = themes.get(themeList.value) || drawing.themes[0];
    const at = byCode.get(model.municipality);
    let said = fill(words.title, {theme: theme.label});
    if (at !== undefined) {
      const own = valueSaid(theme, at) || theme.labels[theme.of[at]];
      said += ` ${fill(words.chosen, {name: places[at].name, said: own})}`;
    }
    title.textContent = said;
  }

  function outline(at) {
    if (!isTiles()) return places[at].outline;
    const tile = model.tiles[at];
    return tile ? `M${tile[0] + 0.04} ${tile[1] + 0.04}h.92v.92h-.92z` : "";
  }

  function markChosen() {
    const at = byCode.get(model.municipality);
    mark.setAttribute("d", at === undefined ? "" : outline(at));
    jump.hidden = at === undefined;
    jump.textContent = at === undefined ? "" : fill(words.jump, {name: places[at].name});
    namePicture();
  }

  function look(next) {
    view = next;
    picture.setAttribute("viewBox", view.join(" "));
    fit();
  }

  // What keeps its size on the screen: hatches, names, the scale.
  function fit() {
    const width = frame.clientWidth;
    const height = frame.clientHeight;
    if (!width || !view) return;
    const unit = Math.max(view[2] / width, view[3] / height);
    for (const {node} of inks.values()) {
      node.setAttribute("patternTransform", `scale(${(unit * HATCH_PX) / 8})`);
    }
    placeNames(unit);
    placeScale(unit, width, height);
    askBasemap(unit, width, height);
  }

  // The operator's background map, only when a person asks for it: one picture of what is seen.
  function askBasemap(unit, width, height) {
    const shown = Boolean(basemap) && basemap.box.checked && !isTiles();
    picture.classList.toggle("over-basemap", shown);
    if (!basemap) return;
    basemap.line.hidden = !shown;
    basemap.image.setAttribute("visibility", shown ? "visible" : "hidden");
    window.clearTimeout(basemap.waiting);
    if (!shown) return;
    const x = view[0] + view[2] / 2 - (width / 2) * unit;
    const y = view[1] + view[3] / 2 - (height / 2) * unit;
    const metres = [x, -(y + height * unit), x + width * unit, -y].map((at) => Math.round(at * drawing.metres));
    const size = `&width=${Math.round(width)}&height=${Math.round(height)}`;
    const address = `${model.basemap.url}&bbox=${metres.join(",")}${size}`;
    if (address === basemap.image.getAttribute("href")) return;
    // Not at every step of a drag: when the map has come to rest.
    basemap.waiting = window.setTimeout(() => {
      const place = {x, y, width: width * unit, height: height * unit, href: address};
      for (const [key, value] of Object.entries(place)) basemap.image.setAttribute(key, value);
    }, BASEMAP_WAIT_MS);
  }

  function basemapOf() {
    if (!model.basemap.url) return null;
    const label = html("label", {className: "tick"});
    const box = html("input", {type: "checkbox"}, label);
    label.append(model.basemap.show);
    controls.append(label);
    const line = html("p", {className: "attribution", hidden: true, textContent: model.basemap.attribution}, frame);
    const image = element("image", {preserveAspectRatio: "none", "aria-hidden": "true"});
    picture.insertBefore(image, ground);
    image.addEventListener("load", () => { line.textContent = model.basemap.attribution; });
    image.addEventListener("error", () => { line.textContent = model.basemap.failed; });
    box.addEventListener("change", fit);
    return {box, line, image, waiting: 0};
  }

  function placeNames(unit) {
    const taken = [];
    const size = LABEL_PX * unit;
    names.setAttribute("font-size", size);
    names.setAttribute("stroke-width", 3 * unit);
    // The largest municipalities first; a name that would lie over another is left out.
    for (const at of drawing.largest_first) {
      const label = labels[at];
      const tile = isTiles() ? model.tiles[at] : null;
      const spot = isTiles() ? tile && [tile[0] + 0.5, tile[1] + 0.5] : places[at].spot;
      let shown = Boolean(spot) && active.has(at);
      if (shown) {
        let name = places[at].name;
        const letter = 0.56 * size;
        if (tile) {
          const room = Math.floor(0.86 / letter);
          // Of one or two letters nobody can guess the name.
          if (room < 3) name = "";
          else if (name.length > room) name = room > 5 ? `${name.slice(0, room - 2)}…` : name.slice(0, room);
        }
        label.textContent = name;
        const half = (name.length * letter) / 2;
        const box = [spot[0] - half, spot[1] - size * 0.6, spot[0] + half, spot[1] + size * 0.6];
        shown = name !== "" && (Boolean(tile) || !taken.some((other) =>
          box[0] < other[2] && other[0] < box[2] && box[1] < other[3] && other[1] < box[3]));
        if (shown) {
          taken.push(box);
          label.setAttribute("x", spot[0]);
          label.setAttribute("y", spot[1] + size * 0.35);
        }
      }
      label.setAttribute("visibility", shown ? "visible" : "hidden");
    }
  }

  function placeScale(unit, width, height) {
    scale.setAttribute("visibility", isTiles() ? "hidden" : "visible");
    const km = niceLength((unit * drawing.metres * Math.min(160, width / 3)) / 1000);
    const length = (km * 1000) / drawing.metres;
    // The picture is centred: its free margins belong to what is seen.
    const left = view[0] + view[2] / 2 - (width / 2 - 14) * unit;
    const low = view[1] + view[3] / 2 + (height / 2 - 14) * unit;
    scaleLine.setAttribute("d", `M${left} ${low - 5 * unit}v${5 * unit}h${length}v${-5 * unit}`);
    scaleLine.setAttribute("stroke-width", 1.5 * unit);
    scaleText.setAttribute("font-size", LABEL_PX * unit);
    scaleText.setAttribute("x", left + length + 6 * unit);
    scaleText.setAttribute("y", low);
    scaleText.textContent = `${km.toLocaleString(words.locale)} km`;
  }

  function zoom(by) {
    const full = whole();
    const width = Math.min(full[2] * 1.5, Math.max(full[2] / 40, view[2] / by));
    const height = (width * view[3]) / view[2];
    look([view[0] + (view[2] - width) / 2, view[1] + (view[3] - height) / 2, width, height]);
  }

  function lookAtWhole() {
    const full = whole();
    frame.style.aspectRatio = Math.min(WIDEST, Math.max(TALLEST, full[2] / full[3]));
    look([...full]);
  }

  function showForm() {
    formList.value = model.form;
    picture.classList.toggle("tiles", isTiles());
    shapes.forEach((shape, at) => shape.setAttribute("d", outline(at)));
    markChosen();
    lookAtWhole();
  }

  function showRegion() {
    active = new Set(model.active);
    shapes.forEach((shape, at) => shape.classList.toggle("away", !active.has(at)));
    lookAtWhole();
  }

  tool("closer", "+", () => zoom(ZOOM_STEP));
  tool("farther", "\u2212", () => zoom(1 / ZOOM_STEP));
  tool("whole", "\u2302", () => look([...whole()]));

  themeList.addEventListener("change", () => {
    recolour();
    // The server hears of it when the colours stand: what it sends back must not delay them.
    afterPaint(() => { model.theme = themeList.value; });
  });
  formList.addEventListener("change", () => { model.form = formList.value; });

  picture.addEventListener("click", (event) => {
    const code = event.target.dataset ? event.target.dataset.code : undefined;
    if (code && active.has(byCode.get(code)) && !dragged) model.municipality = code;
  });
  let start = null;
  let dragged = false;
  picture.addEventListener("pointerdown", (event) => {
    dragged = false;
    if (event.pointerType === "mouse" && event.button === 0) {
      start = {x: event.clientX, y: event.clientY, view: [...view]};
    }
  });
  picture.addEventListener("pointermove", (event) => {
    if (start) {
      const moved = [event.clientX - start.x, event.clientY - start.y];
      dragged = dragged || Math.hypot(...moved) > 4;
      if (dragged) {
        const unit = Math.max(view[2] / frame.clientWidth, view[3] / frame.clientHeight);
        look([start.view[0] - moved[0] * unit, start.view[1] - moved[1] * unit, view[2], view[3]]);
        tip.hidden = true;
        return;
      }
    }
    const at = byCode.get(event.target.dataset ? event.target.dataset.code : undefined);
    tip.hidden = at === undefined;
    if (at === undefined) return;
    const theme = themes.get(themeList.value);
    const value = valueSaid(theme, at);
    const label = theme.labels[theme.of[at]];
    tip.replaceChildren(html("b", {textContent: places[at].name}));
    if (value) tip.append(html("span", {textContent: value}));
    tip.append(html("span", {textContent: value ? fill(words.class_said, {said: label}) : label}));
    const box = frame.getBoundingClientRect();
    const x = Math.min(event.clientX - box.left + 14, box.width - tip.offsetWidth - 4);
    tip.style.transform = `translate(${Math.max(0, x)}px, ${event.clientY - box.top + 16}px)`;
  });
  const letGo = () => { start = null; };
  const endings = ["pointerup", "pointercancel"];
  for (const name of endings) window.addEventListener(name, letGo);
  picture.addEventListener("pointerleave", () => { tip.hidden = true; });

  model.on("theme", () => {
    if (themeList.value !== model.theme) {
      themeList.value = model.theme;
      recolour();
    }
  });
  model.on("form", showForm);
  model.on("municipality", markChosen);
  model.on("active", showRegion);
  const watcher = new ResizeObserver(fit);
  watcher.observe(frame);
  // What lies outside the drawing would outlive it.
  model.on("remove", () => {
    for (const name of endings) window.removeEventListener(name, letGo);
    watcher.disconnect();
    if (basemap) window.clearTimeout(basemap.waiting);
  });

  themeList.value = model.theme;
  recolour();
  showForm();
  showRegion();
  return root;
}
