// Dialogs an application opens: text inputs in action rows, and labels with any control.
// https://discord.com/developers/docs/interactions/receiving-and-responding#interaction-response-object-modal

import { SimError } from "./api.js";
import { add, freshId, h, icon } from "./dom.js";
import { isSelect, select } from "./select.js";
import { richText } from "./text.js";
import { upload } from "./upload.js";

// openModal shows the dialog; submit(components) sends it and may throw, which keeps it open.
export function openModal(modal, store, submit) {
  const parts = [];
  const body = h("div", { class: "modal-body" });
  for (const component of modal.components ?? []) {
    const part = row(component, store);
    if (part.read) parts.push(part);
    add(body, part.element);
  }
  const titleId = freshId("modal");
  const problem = h("p", { class: "modal-problem", role: "alert", hidden: true });
  const send = h("button", { class: "button primary", type: "submit" }, "Submit");
  const form = h("form", { method: "dialog", novalidate: true }, body, problem,
    h("div", { class: "modal-buttons" }, h("button", { class: "button quiet", type: "button", onclick: () => dialog.close() }, "Cancel"), send));
  const dialog = h("dialog", { class: "modal", "aria-labelledby": titleId },
    h("div", { class: "modal-head" }, h("h2", { id: titleId, dir: "auto" }, modal.title ?? "Form"),
      h("button", { class: "icon-button", type: "button", "aria-label": "Close", onclick: () => dialog.close() }, icon("close"))), form);
  const back = document.activeElement;
  dialog.addEventListener("close", () => {
    dialog.remove();
    // Closing gave the focus back already, but to an element that was inert a
    // moment ago: Chromium then sends it keys and takes no text. Focus it anew.
    if (document.activeElement !== document.body) document.activeElement.blur();
    if (back?.isConnected) back.focus();
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const wrong = parts.map((p) => p.check()).filter(Boolean);
    if (wrong.length > 0) {
      wrong[0].focus();
      return;
    }
    send.disabled = true;
    problem.hidden = true;
    try {
      await submit(await Promise.all(parts.map((p) => p.read())));
      dialog.close();
    } catch (error) {
      problem.textContent = error instanceof SimError ? error.message : "Something went wrong. Try again.";
      problem.hidden = false;
      if (!(error instanceof SimError)) console.error(error);
    } finally {
      send.disabled = false;
    }
  });
  document.body.append(dialog);
  dialog.showModal();
  dialog.querySelector(".modal-body input, .modal-body textarea, .modal-body button")?.focus();
}

// row draws one top-level component: {element, read() → what is sent back, check() → element to correct or null}; read may be a promise.
function row(component, store) {
  if (component.type === 10) return { element: richText(component.content, store.names, { className: "text-display" }) };
  if (component.type === 1) {
    const inner = control(component.components?.[0] ?? {}, store, {});
    return { ...inner, read: inner.read && (async () => ({ type: 1, components: [await inner.read()] })) };
  }
  if (component.type === 18) {
    const inner = control(component.component ?? {}, store, { label: component.label, description: component.description });
    return { ...inner, read: inner.read && (async () => ({ type: 18, id: component.id, component: await inner.read() })) };
  }
  return { element: h("div", { class: "unsupported" }, `This page can't show component type ${component.type}.`) };
}

function control(component, store, { label, description }) {
  const labelId = freshId("label");
  const problemId = freshId("problem");
  const required = component.required !== false;
  const problem = h("div", { class: "field-problem", id: problemId, role: "alert" });
  const frame = (inner, forId) => h("div", { class: "modal-field" },
    h(forId ? "label" : "div", { class: "modal-label", id: labelId, for: forId }, label ?? component.label ?? "", required && h("span", { class: "required", "aria-hidden": "true" }, " *")),
    description && h("div", { class: "modal-description" }, description), inner, problem);
  const complain = (el, text) => {
    problem.textContent = text;
    el.setAttribute("aria-invalid", text === "" ? "false" : "true");
    return text === "" ? null : el;
  };
  const id = freshId("input");

  if (component.type === 4) {
    const props = { id, class: "modal-input", required, maxlength: component.max_length ?? 4000, placeholder: component.placeholder, value: component.value ?? "", "aria-describedby": problemId, autocomplete: "off", dir: "auto" };
    const input = component.style === 2 ? h("textarea", { ...props, rows: "5" }) : h("input", { ...props, type: "text" });
    return {
      element: frame(input, id),
      check: () => {
        const length = [...input.value].length;
        if (required && length === 0) return complain(input, "This field is required.");
        if (length > 0 && length < (component.min_length ?? 0)) return complain(input, `Write at least ${component.min_length} characters.`);
        return complain(input, "");
      },
      read: () => ({ type: 4, custom_id: component.custom_id, value: input.value }),
    };
  }
  if (isSelect(component)) {
    let values = [...(component.options ?? []).filter((o) => o.default).map((o) => o.value), ...(component.default_values ?? []).map((d) => d.id)];
    const el = select(component, store, { labelledBy: labelId, onSubmit: (v) => { values = v; complain(el, ""); } });
    return {
      element: frame(el),
      check: () => complain(el, required && values.length === 0 ? "Choose something." : ""),
      read: () => ({ type: component.type, custom_id: component.custom_id, values }),
    };
  }
  if (component.type === 19) {
    const input = h("input", { id, class: "modal-input", type: "file", multiple: (component.max_values ?? 1) > 1, "aria-describedby": problemId });
    return {
      element: frame(input, id),
      check: () => {
        const n = input.files.length;
        if (n === 0) return complain(input, required ? "Choose a file." : "");
        return complain(input, n < (component.min_values ?? 1) || n > (component.max_values ?? 1) ? `Choose ${component.min_values ?? 1} to ${component.max_values ?? 1} files.` : "");
      },
      read: async () => ({ type: 19, custom_id: component.custom_id, values: await Promise.all([...input.files].map(upload)) }),
    };
  }
  if (component.type === 21 || component.type === 22) { // radio group, checkbox group
    const kind = component.type === 21 ? "radio" : "checkbox";
    const group = h("div", { class: "choices", role: kind === "radio" ? "radiogroup" : "group", "aria-labelledby": labelId, tabindex: "-1" }, (component.options ?? []).map((o) => {
      const input = h("input", { type: kind, name: id, value: o.value });
      input.checked = Boolean(o.default);
      return h("label", { class: "choice" }, input, h("span", null, o.label, o.description && h("span", { class: "option-detail" }, o.description)));
    }));
    const values = () => [...group.querySelectorAll("input:checked")].map((i) => i.value);
    return {
      element: frame(group),
      check: () => complain(group, required && values().length === 0 ? "Choose something." : ""),
      read: () => kind === "radio" ? { type: 21, custom_id: component.custom_id, value: values()[0] ?? null } : { type: 22, custom_id: component.custom_id, values: values() },
    };
  }
  if (component.type === 23) {
    const input = h("input", { type: "checkbox", id });
    input.checked = Boolean(component.default);
    return { element: h("div", { class: "modal-field" }, h("label", { class: "choice" }, input, h("span", { id: labelId }, label ?? "", description && h("span", { class: "option-detail" }, description)))), check: () => null, read: () => ({ type: 23, custom_id: component.custom_id, value: input.checked }) };
  }
  return { element: h("div", { class: "unsupported" }, `This page can't show component type ${component.type}.`) };
}
