// A file of the user's own with its label; dashboards/file_chooser.py. Every word comes from there.
// The size is looked at before anything is sent: what passes the server's limit is lost in silence.
export function render({ model }) {
  const frame = document.createElement("div");
  const label = frame.appendChild(document.createElement("label"));
  const input = frame.appendChild(document.createElement("input"));
  const hint = frame.appendChild(document.createElement("p"));
  const said = frame.appendChild(document.createElement("p"));
  const remove = frame.appendChild(document.createElement("button"));
  frame.className = "file-chooser";
  label.htmlFor = input.id = "file";
  label.textContent = model.label;
  input.type = "file";
  input.accept = model.accept;
  hint.id = "hint";
  hint.className = "hint";
  hint.textContent = model.hint;
  said.id = "said";
  said.className = "said";
  said.setAttribute("role", "alert");
  input.setAttribute("aria-describedby", "hint");
  remove.type = "button";
  remove.textContent = model.remove;
  remove.setAttribute("aria-label", model.removes);
  remove.hidden = true;

  function say(words) {
    said.textContent = words;
    said.hidden = !words;
  }
  function empty() {
    input.value = "";
    remove.hidden = true;
    say("");
  }
  function send(content) {
    model.send_msg({ content });
  }
  input.addEventListener("change", () => {
    const file = input.files[0];
    if (!file) return;
    if (file.size > model.max_bytes) {
      empty();
      say(model.too_large);
      send(null);
      return;
    }
    const reader = new FileReader();
    reader.onload = () => {
      say("");
      remove.hidden = false;
      send(reader.result.slice(reader.result.indexOf(",") + 1));
    };
    reader.onerror = () => {
      empty();
      say(model.unreadable);
      send(null);
    };
    if (file.size === 0) {
      say("");
      remove.hidden = false;
      send(""); // its data address has no comma
    } else {
      reader.readAsDataURL(file);
    }
  });
  remove.addEventListener("click", () => {
    empty();
    send(null);
    input.focus();
  });
  model.on("cleared", empty);
  say("");
  return frame;
}
