// What the pages do beside being read: the filter of the release matrix, and what a screen reader and a keyboard need.
// Without this script every page shows all that it has.
document.addEventListener("DOMContentLoaded", () => {
  // The theme marks captions of the sidebar as headings and does not say of which level.
  for (const caption of document.querySelectorAll('[role="heading"]:not([aria-level])')) caption.ariaLevel = "2";
  for (const code of document.querySelectorAll(".highlight pre")) {
    if (code.scrollWidth > code.clientWidth) code.tabIndex = 0;
  }
  const tables = [...document.querySelectorAll(".releases")];
  if (tables.length > 0) addFilter(tables);
});

// A field above the tables: rows whose symbol or rule has all the words stay.
function addFilter(tables) {
  const rows = tables.flatMap((table) => [...table.querySelectorAll("tbody tr")]);
  const texts = rows.map((row) => row.querySelector("th").textContent.toLowerCase());

  const label = document.createElement("label");
  const field = Object.assign(document.createElement("input"), {
    type: "search", placeholder: "BatchNormalization, tf.layers, NF301 ...", autocomplete: "off",
  });
  const count = document.createElement("output");
  label.className = "filter";
  label.append("Symbols with these words ", field, count);
  document.querySelector("section h1").after(label);

  const filter = () => {
    const words = field.value.toLowerCase().replace(/\btf\./g, "tensorflow.").split(/\s+/).filter(Boolean);
    let shown = 0;
    rows.forEach((row, index) => {
      row.hidden = !words.every((word) => texts[index].includes(word));
      shown += row.hidden ? 0 : 1;
    });
    for (const table of tables) {
      table.closest("section").hidden = !table.querySelector("tbody tr:not([hidden])");
    }
    count.textContent = `${shown} of ${rows.length}`;
  };
  field.addEventListener("input", filter);
  filter();
}
