// SPDX-License-Identifier: LGPL-2.1-or-later
// What is wrong with a page as it is shown now: a list of lines. Contrast is that of WCAG 2.2.
const wrong = [];
const rgb = (text) => (text.match(/[\d.]+/g) || []).map(Number);
const luminance = ([r, g, b]) => [r, g, b].map((c) => c / 255)
  .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
  .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
const contrast = (a, b) => {
  const [x, y] = [luminance(a), luminance(b)].sort((p, q) => q - p);
  return (x + 0.05) / (y + 0.05);
};
// The colour behind an element: that of the nearest box that has one.
const behind = (element) => {
  for (let at = element; at; at = at.parentElement) {
    const colour = rgb(getComputedStyle(at).backgroundColor);
    if (colour.length === 3 || colour[3] > 0) return colour;
  }
  return [255, 255, 255];
};
const say = (element, what) => wrong.push(`${element.tagName} "${element.textContent.trim().slice(0, 40)}": ${what}`);

const width = document.documentElement.clientWidth;
if (document.documentElement.scrollWidth > width) {
  wrong.push(`the page is ${document.documentElement.scrollWidth} wide, the window ${width}`);
  for (const element of document.body.querySelectorAll("*"))
    if (element.getBoundingClientRect().right > width + 1 && !element.closest(".scroll, pre, svg")) say(element, "goes beyond the window");
}

const figures = document.querySelectorAll("figure svg");
for (const figure of figures) {
  const box = figure.getBoundingClientRect();
  if (box.width < 300 || box.height < 100) wrong.push(`figure ${figure.getAttribute("aria-label")}: ${box.width} x ${box.height}`);
  if (figure.getAttribute("role") !== "img" || !figure.getAttribute("aria-label")) wrong.push("a figure without a name");
}
// Faint helpers, which only lead the eye, are below 2 in both schemes; nothing that is data is.
let looked_at = 0;
for (const shape of document.querySelectorAll("figure .fig svg :is(path, use, circle, polyline, line)")) {
  if (shape.closest("defs")) continue;
  const style = getComputedStyle(shape);
  const given = shape.closest("[stroke^='#'], [color^='#']");
  if (style.stroke === "none" || !given) continue;
  const value = contrast(rgb(style.stroke), behind(shape));
  looked_at++;
  if (value < 3 && value >= 2) wrong.push(`a line of ${style.stroke} has a contrast of ${value.toFixed(2)}`);
}
for (const text of document.querySelectorAll("svg text")) {
  if (text.closest(".card")) continue;
  const value = contrast(rgb(getComputedStyle(text).fill), behind(text));
  if (value < 4.5) say(text, `contrast ${value.toFixed(2)}`);
  const size = text.getBoundingClientRect().height;
  if (size > 0 && size < 8 && matchMedia("screen").matches) say(text, `is ${size.toFixed(1)} px high`);
}
for (const element of document.body.querySelectorAll("*:not(svg *)")) {
  if (![...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim())) continue;
  const value = contrast(rgb(getComputedStyle(element).color), behind(element));
  if (value < 4.5) say(element, `contrast ${value.toFixed(2)}`);
}
return { wrong: wrong.slice(0, 20), figures: figures.length, lines: looked_at };
