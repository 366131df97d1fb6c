// Colours the map by the theme chosen and tells of the municipality chosen; asks no host for a thing.
// map_municipalities and geo_json_outlines are folium's; all words come in the data of the page.
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const map = window.map_municipalities;
  const outlines = window.geo_json_outlines;
  const themeList = document.getElementById("theme");
  const placeList = document.getElementById("municipality");
  const table = document.getElementById("table");
  const chosen = document.getElementById("chosen");
  const themes = new Map(data.themes.map((theme) => [theme.id, theme]));
  const indexes = new Map(data.places.map((place, at) => [place.code, at]));
  const layers = new Map();

  const texts = (words) => (typeof words === "string" ? [["", words]] : words);
  const flat = (words) => texts(words).map(([, told]) => told).join(" / ");
  const theme = () => themes.get(themeList.value) || data.themes[0];

  // Only ever as text: nothing of the data is read as HTML.
  function say(parent, words) {
    texts(words).forEach(([lang, told], at) => {
      if (at) parent.append(" / ");
      if (!lang) return parent.append(told);
      const part = document.createElement("span");
      part.lang = lang;
      part.textContent = told;
      parent.append(part);
    });
    return parent;
  }

  function element(name, words, className = "") {
    const made = say(document.createElement(name), words);
    if (className) made.className = className;
    return made;
  }

  // A blank filled with what is said in the same language, or in all.
  function filled(words, blank, value) {
    const values = texts(value);
    return texts(words).map(([lang, told], nth) =>
      [lang, told.split(blank).join((values[nth] || values[0])[1])]);
  }

  // What the theme says of a municipality: its number, where there is one, and its class.
  function told(at) {
    const shown = theme();
    const value = shown.values ? shown.values[at] : null;
    const own = shown.names[shown.of[at]];
    if (value === null) return own;
    const digits = {minimumFractionDigits: shown.decimals, maximumFractionDigits: shown.decimals};
    const written = filled(shown.said, "{number}", value.toLocaleString(data.locale, digits));
    if (!shown.has_classes) return written;
    const names = texts(own);
    return written.map(([lang, said], nth) =>
      [lang, `${said} (${(names[nth] || names[0])[1]})`]);
  }

  function card(at) {
    const place = data.places[at];
    const box = document.createElement("div");
    box.append(element("p", place.name, "popup-name"));
    const list = document.createElement("dl");
    const add = (label, value) => list.append(element("dt", label), value);
    if (theme().id !== "ladder") add(theme().label, element("dd", told(at)));
    place.rows.forEach((row, nth) => {
      const lines = Array.isArray(row) && typeof row[0] === "string" ? row : [row];
      const value = document.createElement("dd");
      lines.forEach((words, line) => {
        if (line) value.append(document.createElement("br"));
        say(value, words);
      });
      add(data.labels[nth], value);
    });
    box.append(list);
    return box;
  }

  function tip(at) {
    const box = document.createElement("div");
    box.append(element("strong", data.places[at].name), document.createElement("br"));
    return say(box, told(at));
  }

  function paint() {
    const shown = theme();
    layers.forEach((layer, code) => {
      layer.setStyle({fillColor: `url(#ink-${shown.inks[shown.of[indexes.get(code)]]})`});
    });
    document.querySelectorAll(".legend").forEach((legend) => {
      legend.hidden = legend.dataset.theme !== shown.id;
    });
    table.classList.toggle("without-theme", shown.id === "ladder");
    document.getElementById("of-theme").replaceChildren();
    say(document.getElementById("of-theme"), shown.label);
    document.getElementById("table-caption").replaceChildren();
    say(document.getElementById("table-caption"), filled(data.words.table, "{theme}", shown.label));
    table.querySelectorAll("td.of-theme").forEach((cell) => {
      cell.replaceChildren();
      say(cell, told(indexes.get(cell.dataset.code)));
    });
    const picture = document.querySelector(".leaflet-overlay-pane svg");
    if (picture) {
      picture.setAttribute("role", "img");
      picture.setAttribute("aria-label", flat(filled(data.words.picture, "{theme}", shown.label)));
    }
    map.closePopup();
    tell();
  }

  // In words below the choices, for those who do not see the map.
  function tell() {
    chosen.replaceChildren();
    const at = indexes.get(placeList.value);
    if (at === undefined) return;
    const place = data.places[at];
    chosen.append(element("strong", place.name), ": ");
    say(chosen, told(at));
    if (!layers.has(place.code)) {
      chosen.append(". ");
      say(chosen, data.words.no_outline);
    }
  }

  function whole() {
    if (layers.size) map.fitBounds(outlines.getBounds(), {padding: [10, 10]});
  }

  function uncover() {
    const seen = [];
    names.forEach((node) => {
      node.classList.remove("covered");
      const box = node.firstChild.getBoundingClientRect();
      const meets = seen.some((other) => box.left < other.right && box.right > other.left
        && box.top < other.bottom && box.bottom > other.top);
      if (meets) node.classList.add("covered");
      else seen.push(box);
    });
  }

  const names = [];
  L.control.zoom({zoomInTitle: data.words.closer, zoomOutTitle: data.words.farther, position: "bottomright"}).addTo(map);
  if (outlines) {
    outlines.eachLayer((layer) => {
      const {code} = layer.feature.properties;
      const at = indexes.get(code);
      layers.set(code, layer);
      layer.bindTooltip(() => tip(at), {sticky: true});
      layer.bindPopup(() => card(at), {maxWidth: 320, minWidth: 250, autoPanPadding: [8, 8]});
      layer.on("click", () => {
        layer.closeTooltip();
        placeList.value = code;
        tell();
      });
    });
  }
  map.on("popupopen", ({popup}) => {
    const close = popup.getElement().querySelector(".leaflet-popup-close-button");
    close.setAttribute("aria-label", data.words.close);
    // What scrolls can be reached by keyboard.
    const content = popup.getElement().querySelector(".leaflet-popup-content");
    if (content.scrollHeight > content.clientHeight) content.tabIndex = 0;
  });
  Object.entries(data.spots).forEach(([code, spot]) => {
    const icon = L.divIcon({className: "place-name", iconSize: null, html: element("span", flat(data.places[indexes.get(code)].name))});
    const marker = L.marker(spot, {icon, interactive: false, keyboard: false}).addTo(map);
    marker.getElement().setAttribute("aria-hidden", "true");
    names.push(marker.getElement());
  });
  map.getContainer().setAttribute("role", "region");
  map.getContainer().setAttribute("aria-label", document.title);
  map.on("zoomend moveend", uncover);
  themeList.addEventListener("change", paint);
  placeList.addEventListener("change", () => {
    const layer = layers.get(placeList.value);
    map.closePopup();
    tell();
    if (layer) layer.openPopup();
  });
  document.getElementById("whole").addEventListener("click", whole);
  whole();
  paint();
  uncover();
})();
