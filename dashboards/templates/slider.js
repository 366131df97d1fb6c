// A range of whole numbers with its label and its value in words; dashboards/slider.py.
const WAIT_MS = 120;

export function render({ model }) {
  const frame = document.createElement("div");
  const label = frame.appendChild(document.createElement("label"));
  const said = frame.appendChild(document.createElement("output"));
  const input = frame.appendChild(document.createElement("input"));
  label.htmlFor = input.id = "range";
  label.textContent = model.label;
  frame.className = "slider";
  said.htmlFor = input.id;
  said.setAttribute("aria-live", "off"); // the input itself reads its value out
  input.type = "range";
  input.step = 1;
  input.min = model.start;
  input.max = model.start + model.value_texts.length - 1;

  let waiting = 0;
  function show() {
    const words = model.value_texts[input.value - model.start];
    said.textContent = words;
    input.setAttribute("aria-valuetext", words);
  }
  function follow() {
    input.value = model.value;
    show();
  }
  function send() {
    clearTimeout(waiting);
    model.value = Number(input.value);
  }
  input.addEventListener("input", () => {
    show();
    clearTimeout(waiting); // a thumb that is being dragged must not ask the server at every step
    waiting = setTimeout(send, WAIT_MS);
  });
  input.addEventListener("change", send);
  model.on("value", follow);
  follow();
  return frame;
}
