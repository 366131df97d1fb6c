// A link to a file that came from the server; dashboards/file_link.py.
export function render({ model }) {
  const link = document.createElement("a");
  let address = "";
  link.className = "take";  // Panel gives "file-link" to what stands around it

  function forget() {
    if (address) URL.revokeObjectURL(address);
    address = "";
  }
  function show() {
    forget();
    const body = model.body;
    link.hidden = !body || !body.byteLength;
    if (link.hidden) return link.removeAttribute("href");
    address = URL.createObjectURL(new Blob([body], { type: "application/octet-stream" }));
    link.href = address;
    link.download = model.filename;
    link.textContent = model.label;
  }
  for (const name of ["body", "filename", "label"]) model.on(name, show);
  model.on("remove", forget);
  show();
  return link;
}
