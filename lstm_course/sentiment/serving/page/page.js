// The page: what is typed goes to /api/predict after a pause, and the answer is shown as words and as a line.

const PAUSE = 200; // ms without a key before the model is asked
const SPOKEN = 1000; // ms without a new answer before a screen reader is told
const MOVED = 0.1; // a change of the probability that earns a word its mark

const EXAMPLES = {
  "A turn for the better":
    "I expected to hate it, but by the second act I had forgotten to look at my watch, and the ending made me cry. A lovely, generous film.",
  "A turn for the worse":
    "The trailer promised a brilliant thriller with a wonderful cast. What I got was two hours of dull talk, a plot that makes no sense and the worst ending of the year.",
  "Not bad": "Not a bad film at all. Not a great one either, but it never bored me.",
  Irony: "Oh, great! Another sequel that nobody asked for. I could hardly wait for it to be over.",
};

const byId = (id) => document.getElementById(id);
const [text, words, chart, point] = ["text", "words", "chart", "point"].map(byId);
const percent = (p) => `${(100 * p).toFixed(1)} %`;
const side = (p) => (p >= 0.5 ? "positive" : "negative");
const number = (n) => n.toLocaleString("en");

let waiting; // the timer of the pause
let speaking; // the timer of the announcement
let request; // the newest request, which aborts the one before
let steps = []; // the words that the model read: {word, probability, known, place}
let chosen = -1; // the step that is pointed at

function ask() {
  request?.abort();
  clearTimeout(waiting);
  byId("clear").hidden = text.value === "";
  if (text.value.trim() === "") {
    showNothing();
    return;
  }
  waiting = setTimeout(predict, PAUSE);
}

async function predict() {
  const mine = (request = new AbortController());
  try {
    const response = await fetch("api/predict", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ text: text.value }),
      signal: mine.signal,
    });
    const answer = await response.json();
    if (mine !== request) return;
    if (response.ok) show(answer);
    else complain(`The server declined: ${answer.error}`);
  } catch (error) {
    if (error.name !== "AbortError") complain("No answer from the server. Is lstm-course serve still running?");
  }
}

function complain(sentence) {
  byId("status").textContent = sentence;
  byId("status").hidden = sentence === "";
}

function showNothing() {
  complain("");
  clearTimeout(speaking);
  byId("live").textContent = "";
  showVerdict(null);
  showWords([], 0);
  draw();
}

function show(answer) {
  complain("");
  showVerdict(answer.probability);
  showWords(answer.words, answer.left_out);
  draw();
  clearTimeout(speaking);
  const read = steps.length === 1 ? "one word" : `${steps.length} words`;
  speaking = setTimeout(() => {
    byId("live").textContent = `${answer.label}: ${percent(answer.probability)} positive after ${read}`;
  }, SPOKEN);
}

function showVerdict(probability) {
  const known = probability !== null;
  byId("label").textContent = known ? side(probability) : "Nothing yet";
  byId("label").className = known ? side(probability) : "";
  byId("percent").textContent = known ? `${percent(probability)} positive` : "";
  byId("meter").classList.toggle("empty", !known);
  byId("meter").style.setProperty("--at", percent(known ? probability : 0.5).replace(" ", ""));
}

function showWords(all, leftOut) {
  steps = [];
  chosen = -1;
  point.textContent = "";
  words.replaceChildren(...all.map((entry, place) => wordItem(entry, place)));
  words.querySelector("button")?.setAttribute("tabindex", "0");
  byId("words-hint").hidden = byId("words").hidden = all.length === 0;
  showMovers();
  byId("left-out").hidden = leftOut === 0;
  byId("left-out").textContent =
    `The model reads ${number(steps.length)} words of a review, its beginning and its end: ` +
    `${number(leftOut)} in the middle are left out.`;
}

function showMovers() {
  const most = steps.filter((step) => Math.abs(step.change) >= MOVED);
  most.sort((a, b) => Math.abs(b.change) - Math.abs(a.change));
  byId("movers").hidden = most.length === 0;
  const once = most.filter(({ word }, i) => most.findIndex((other) => other.word === word) === i);
  const named = once.slice(0, 3).map(({ word, change }) => {
    const points = Math.round(100 * Math.abs(change));
    return change > 0 ? `▲\u00a0${word}\u00a0(+${points})` : `▼\u00a0${word}\u00a0(−${points})`;
  });
  byId("movers").textContent = `Moved it most: ${named.join(", ")}`;
}

function wordItem(entry, place) {
  const item = document.createElement("li");
  if (entry.probability === null) {
    item.className = "left-out";
    item.textContent = entry.word;
    return item;
  }
  const before = steps.at(-1)?.probability ?? entry.probability;
  const change = entry.probability - before;
  const step = steps.length;
  const button = document.createElement("button");
  button.type = "button";
  button.tabIndex = -1;
  button.className = side(entry.probability) + (entry.known ? "" : " unknown");
  button.style.setProperty("--strength", Math.abs(2 * entry.probability - 1).toFixed(3));
  if (Math.abs(change) >= MOVED) {
    const mark = document.createElement("span");
    mark.className = "mark";
    mark.textContent = change > 0 ? "▲" : "▼";
    button.append(mark);
  }
  button.append(entry.word);
  button.setAttribute("aria-label", sentence({ ...entry, change }));
  button.addEventListener("pointerenter", () => choose(step));
  button.addEventListener("focus", () => choose(step));
  item.append(button);
  steps.push({ ...entry, change, place, button });
  return item;
}

function sentence({ word, probability, known, change }) {
  const points = Math.round(100 * change);
  const moved = points === 0 ? "" : `, ${points > 0 ? "up" : "down"} by ${Math.abs(points)}`;
  return `${word}: ${percent(probability)} positive${moved}${known ? "" : ", not in the vocabulary"}`;
}

function choose(step) {
  if (step < 0 || step >= steps.length) return;
  steps[chosen]?.button.classList.remove("chosen");
  steps[chosen]?.button.setAttribute("tabindex", "-1");
  chosen = step;
  words.querySelector("button[tabindex='0']")?.setAttribute("tabindex", "-1");
  steps[chosen].button.classList.add("chosen");
  steps[chosen].button.setAttribute("tabindex", "0");
  point.textContent = `Word ${steps[chosen].place + 1}, ${sentence(steps[chosen])}`;
  placeCursor();
}

function stepByKey(event) {
  const to = { ArrowRight: chosen + 1, ArrowLeft: chosen - 1, Home: 0, End: steps.length - 1 }[event.key];
  if (to === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  steps[Math.min(Math.max(to, 0), steps.length - 1)]?.button.focus();
}

// The line, drawn to the width that there is, so that its letters keep their size on a phone.

const HEIGHT = 220;
const MARGIN = { top: 8, right: 12, bottom: 24, left: 46 };
let x; // from a step to its place on the drawing
const y = (p) => MARGIN.top + (1 - p) * (HEIGHT - MARGIN.top - MARGIN.bottom);

function shape(name, attributes, content) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  if (content !== undefined) element.textContent = content;
  return element;
}

function draw() {
  const width = Math.max(chart.clientWidth, 240);
  const [left, right] = [MARGIN.left, width - MARGIN.right];
  const last = Math.max(steps.length - 1, 1);
  const inset = Math.min(14, (right - left) / (2 * last));
  x = (step) => left + inset + (step / last) * (right - left - 2 * inset);
  const svg = shape("svg", { viewBox: `0 0 ${width} ${HEIGHT}`, role: "img", "aria-label": description() });
  svg.append(
    shape("rect", { class: "above", x: left, y: y(1), width: right - left, height: y(0.5) - y(1) }),
    shape("rect", { class: "below", x: left, y: y(0.5), width: right - left, height: y(0) - y(0.5) }),
  );
  for (const p of [0, 0.5, 1]) {
    svg.append(
      shape("line", { class: p === 0.5 ? "middle" : "grid", x1: left, x2: right, y1: y(p), y2: y(p) }),
      shape("text", { x: left - 8, y: y(p) + 4, "text-anchor": "end" }, `${100 * p} %`),
    );
  }
  svg.append(
    shape("text", { x: right - 6, y: y(1) + 16, "text-anchor": "end" }, "positive"),
    shape("text", { x: right - 6, y: y(0) - 8, "text-anchor": "end" }, "negative"),
  );
  if (steps.length > 0) svg.append(...line(right - left));
  svg.append(shape("line", { class: "cursor", y1: y(1), y2: y(0), visibility: "hidden" }));
  svg.append(shape("circle", { class: "ring", r: 7, visibility: "hidden" }));
  svg.addEventListener("pointermove", (event) => choose(nearest(svg, event, width)));
  svg.addEventListener("pointerdown", (event) => choose(nearest(svg, event, width)));
  chart.replaceChildren(svg);
  placeCursor();
}

function line(room) {
  const drawn = [];
  const gap = steps.findIndex((step, i) => i > 0 && step.place > steps[i - 1].place + 1);
  if (gap > 0) {
    const middle = (x(gap - 1) + x(gap)) / 2;
    drawn.push(shape("line", { class: "cut", x1: middle, x2: middle, y1: y(1), y2: y(0) }));
  }
  const places = steps.map((step, i) => `${x(i).toFixed(1)},${y(step.probability).toFixed(1)}`);
  drawn.push(shape("polyline", { class: "path", points: places.join(" ") }));
  if (room / steps.length >= 12) {
    drawn.push(
      ...steps.map((step, i) =>
        shape("circle", { class: `dot ${side(step.probability)}`, cx: x(i), cy: y(step.probability), r: 4.5 }),
      ),
    );
  }
  const ticks = [...new Set([0, Math.floor((steps.length - 1) / 2), steps.length - 1])];
  for (const i of ticks.filter((i) => i === 0 || x(i) - x(0) > 60)) {
    const anchor = i === 0 && steps.length > 1 ? "start" : i === steps.length - 1 ? "end" : "middle";
    const label = i === 0 ? "word 1" : String(steps[i].place + 1);
    drawn.push(shape("text", { x: x(i), y: HEIGHT - 6, "text-anchor": anchor }, label));
  }
  return drawn;
}

function description() {
  if (steps.length === 0) return "The probability after each word; nothing is drawn yet.";
  const [first, last] = [steps[0], steps.at(-1)];
  const far = steps.reduce((most, step) => (Math.abs(step.change) > Math.abs(most.change) ? step : most));
  const moved = far.change === 0 ? "" : ` The largest move is at ${sentence(far)}.`;
  return `The probability goes from ${percent(first.probability)} to ${percent(last.probability)}.${moved}`;
}

function nearest(svg, event, width) {
  const box = svg.getBoundingClientRect();
  const at = ((event.clientX - box.left) / box.width) * width;
  const each = steps.length > 1 ? x(1) - x(0) : 1;
  return Math.min(Math.max(Math.round((at - x(0)) / each), 0), steps.length - 1);
}

function placeCursor() {
  const step = steps[chosen];
  const [cursor, ring] = [chart.querySelector(".cursor"), chart.querySelector(".ring")];
  for (const element of [cursor, ring]) element.setAttribute("visibility", step ? "visible" : "hidden");
  if (!step) return;
  cursor.setAttribute("x1", x(chosen));
  cursor.setAttribute("x2", x(chosen));
  ring.setAttribute("cx", x(chosen));
  ring.setAttribute("cy", y(step.probability));
}

async function introduce() {
  const card = await (await fetch("api/model")).json();
  const facts = [];
  const taught = card.trained_on === null ? "" : `, trained on ${number(card.trained_on)} reviews (${card.corpus})`;
  facts.push(`This is the model ${card.model ?? "without a name"}${taught}.`);
  if (card.accuracy !== null) {
    const wrong = 1 - card.accuracy;
    const rate = wrong > 0 ? `; expect about one answer in ${Math.round(1 / wrong)} to be wrong` : "";
    const part = card.reviews === null ? card.measured_on : `${number(card.reviews)} ${card.measured_on}`;
    facts.push(`It was right on ${percent(card.accuracy)} of ${part}${rate}.`);
  }
  facts.push(
    `It has ${number(card.parameters)} parameters and ${number(card.vocabulary)} entries in its vocabulary, ` +
      `and reads at most ${number(card.reads)} words of a review.`,
  );
  byId("model").textContent = facts.join(" ");
}

for (const [name, review] of Object.entries(EXAMPLES)) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = name;
  button.addEventListener("click", () => {
    text.value = review;
    ask();
  });
  byId("examples").append(button);
}
byId("clear").addEventListener("click", () => {
  text.value = "";
  ask();
  text.focus();
});
text.addEventListener("input", ask);
words.addEventListener("keydown", stepByKey);
new ResizeObserver(draw).observe(chart);
showNothing();
if (text.value) ask(); // what the browser kept over a reload
introduce().catch(() => complain("No answer from the server. Is lstm-course serve still running?"));
