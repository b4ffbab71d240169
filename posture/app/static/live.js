"use strict";
// A session with the browser's camera. The server asks for one picture at a time, and answers with what to display.
const byId = (id) => document.getElementById(id);
const live = byId("live"), setup = byId("setup"), form = byId("start"), video = byId("live-video"), canvas = byId("live-canvas");
const lang = document.documentElement.lang;
// Longer sides are scaled down to this, pixels.
const MAX_SIDE = 1280, QUALITY = 0.9, HEADER = 12;
// Sizes of letters are shares of the screen's height, of a narrow screen's width.
const unit = () => (innerHeight > innerWidth ? Math.min(0.62 * innerHeight, 1.2 * innerWidth) : Math.min(innerHeight, 0.72 * innerWidth));
const rgb = (colour) => `rgb(${colour.join(" ")})`;
let session = null;

function fail(text) {
  finish();
  const problem = byId("problem");
  problem.firstElementChild.textContent = text;
  problem.hidden = false;
  problem.scrollIntoView({ block: "nearest" });
}

// The camera

async function openCamera(device) {
  if (!window.isSecureContext || !navigator.mediaDevices) throw new Error(live.dataset.insecure);
  const size = { width: { ideal: MAX_SIDE }, height: { ideal: 720 }, frameRate: { ideal: 30 } };
  try {
    return await navigator.mediaDevices.getUserMedia({ audio: false, video: device ? { ...size, deviceId: { exact: device } } : size });
  } catch (error) {
    const why = { NotAllowedError: "denied", SecurityError: "denied", NotReadableError: "busy", AbortError: "busy" };
    throw new Error(live.dataset[why[error.name] || "missing"]);
  }
}

function closeCamera() {
  if (!video.srcObject) return;
  for (const track of video.srcObject.getTracks()) track.stop();
  video.srcObject = null;
}

async function listCameras() {
  if (!navigator.mediaDevices) return;
  const list = form.elements.device, chosen = list.value;
  const cameras = (await navigator.mediaDevices.enumerateDevices()).filter((one) => one.kind === "videoinput" && one.deviceId);
  list.replaceChildren(list.firstElementChild, ...cameras.map((one) => new Option(one.label, one.deviceId)));
  list.value = cameras.some((one) => one.deviceId === chosen) ? chosen : "";
}

// Calls back with each picture: its time in seconds, and how many the camera has given.
function watchPictures(now) {
  const own = session;
  const look = (at, picture) => {
    if (own !== session || !video.srcObject) return;
    own.time = (picture.captureTime || at) / 1000;
    own.given = picture.presentedFrames;
    own.fresh = true;
    sendPicture();
    next();
  };
  let count = 0;
  const next = () => {
    if (video.requestVideoFrameCallback) video.requestVideoFrameCallback(look);
    else requestAnimationFrame((at) => look(at, { presentedFrames: ++count }));
  };
  session.sent = null;
  next();
}

async function sendPicture() {
  const own = session;
  if (!own.wanted || !own.fresh || own.paused || own.socket.readyState !== WebSocket.OPEN) return;
  own.wanted = own.fresh = false;
  // What the camera gave before the first picture was asked for, nobody missed.
  const skipped = own.sent === null ? 0 : Math.max(0, own.given - own.sent - 1), time = own.time;
  own.sent = own.given;
  const scale = Math.min(1, MAX_SIDE / Math.max(video.videoWidth, video.videoHeight));
  const still = own.still;
  still.width = Math.round(scale * video.videoWidth);
  still.height = Math.round(scale * video.videoHeight);
  still.getContext("2d", { alpha: false }).drawImage(video, 0, 0, still.width, still.height);
  const jpeg = await new Promise((resolve) => still.toBlob(resolve, "image/jpeg", QUALITY));
  if (!jpeg || own.socket.readyState !== WebSocket.OPEN) return;
  const header = new DataView(new ArrayBuffer(HEADER));
  header.setFloat64(0, time, true);
  header.setUint32(8, skipped, true);
  own.socket.send(new Blob([header.buffer, jpeg]));
}

// What the server says

const hear = {
  next() { session.wanted = true; sendPicture(); },
  sound(message) { sounds.play(message, session.sound, lang); },
  note(message) { byId("live-note").textContent = message.text; },
  screen(message) {
    if (message.panel) showPanel(message.panel);
    if (message.figure) { session.figure = message.figure; drawFigure(); }
    if (message.muted !== undefined) press("[data-command=mute]", message.muted);
    for (const name of ["note", "flags", "pace"]) if (message[name] !== undefined) byId(`live-${name}`).textContent = message[name];
    for (const name of ["phase", "camera", "pictures"]) if (message[name] !== undefined) live.dataset[name] = message[name];
    if (message.exercise) { byId("live-next").href = `/coach/${message.exercise}`; byId("live-next").hidden = false; }
  },
  end(message) {
    session.isOver = true;
    if (message.error) { fail(`${message.error}. ${message.advice}`.replace("..", ".")); return; }
    closeCamera();
    live.dataset.over = "";
    byId("live-buttons").hidden = true;
    byId("live-after").hidden = false;
    live.classList.add("wide");
    byId("live-canvas").hidden = true;
    if (message.lines.length) showLines(message.lines);
    if (session.keeps) byId("live-note").textContent = live.dataset.keeping;
    byId("live-again").focus();
  },
  kept(message) {
    byId("live-note").textContent = "";
    byId("live-kept").href = message.page;
    byId("live-kept").hidden = false;
  },
};

function showPanel(panel) {
  session.panel = panel;
  live.style.setProperty("--banner", rgb(panel.colour));
  byId("live-banner").replaceChildren(...panel.banner.map((text, number) => textElement(text, number ? "p" : "h1")));
  byId("live-aside").textContent = panel.aside;
  byId("live-bar").hidden = panel.progress === null;
  byId("live-bar").firstElementChild.style.width = `${100 * (panel.progress || 0)}%`;
  byId("live-panel").replaceChildren(...panel.blocks.map((block) => (block.number === undefined ? textElement(block, "p") : gaugeElement(block))));
  live.classList.toggle("wide", panel.wide);
  const drawing = byId("live-drawing");
  drawing.hidden = !panel.drawing;
  if (panel.drawing) {
    drawing.src = `/exercises/${panel.drawing.file}`;
    drawing.alt = panel.drawing.alt;
    drawing.classList.toggle("mirrored", panel.drawing.mirrored);
  }
}

function showLines(lines) {
  session.panel = null;
  byId("live-aside").textContent = "";
  byId("live-bar").hidden = true;
  byId("live-banner").replaceChildren(textElement({ text: lines[0], sizes: [0.08], bold: true }, "h1"));
  byId("live-panel").replaceChildren(...lines.slice(1).map((text) => textElement({ text, sizes: [0.05] }, "p")));
}

// A headline has several sizes, the largest first: it gets one in which it is one line, unless that is too small.
function textElement(text, tag) {
  const made = document.createElement(tag);
  const width = 0.58 * text.text.length * unit(), room = byId("live-banner").clientWidth || innerWidth;
  const last = text.sizes.at(-1), smallest = text.sizes.length > 1 ? 0.065 : last;
  const size = text.sizes.find((one) => one * width < room) || Math.max(smallest, Math.min(last, room / width));
  made.textContent = text.text;
  made.style.setProperty("--size", size);
  made.classList.toggle("quiet", Boolean(text.quiet));
  if (text.plate) { made.classList.add("plate"); made.style.background = rgb(text.plate); }
  return made;
}

function gaugeElement(gauge) {
  const made = document.createElement("div"), bar = document.createElement("div");
  const share = (value) => 100 * Math.min(1, Math.max(0, (value - gauge.span[0]) / (gauge.span[1] - gauge.span[0])));
  const part = (name, from, to) => {
    const one = document.createElement("span");
    one.className = name;
    one.style.left = `${share(from)}%`;
    one.style.width = `${share(to) - share(from)}%`;
    return one;
  };
  made.className = "live-gauge";
  made.dataset.value = gauge.value;
  made.style.setProperty("--own", rgb(gauge.colour));
  bar.className = "track";
  bar.append(part("usual", ...gauge.neutral), part("spread", gauge.low, gauge.high), part("mark", gauge.value, gauge.value));
  for (const [name, text] of [["title", gauge.title], ["number", gauge.number], ["", ""], ["legend", gauge.legend]]) {
    if (!name) { made.append(bar); continue; }
    const line = document.createElement("p");
    line.className = `live-${name}`;
    line.textContent = text;
    made.append(line);
  }
  return made;
}

function drawFigure() {
  const width = canvas.width = video.videoWidth || 1, height = canvas.height = video.videoHeight || 1;
  const pen = canvas.getContext("2d"), side = Math.min(width, height);
  pen.lineCap = pen.lineJoin = "round";
  for (const line of session.figure) {
    const path = new Path2D();
    line.points.forEach(([x, y], number) => (number ? path.lineTo(x * width, y * height) : path.moveTo(x * width, y * height)));
    // A dot is a line that ends where it begins.
    if (line.points.length === 1) path.lineTo(line.points[0][0] * width, line.points[0][1] * height);
    for (const [extra, colour] of [[0.004 * side, "rgb(16 22 26)"], [0, rgb(line.colour)]]) {
      pen.lineWidth = line.width * side + extra;
      pen.strokeStyle = colour;
      pen.stroke(path);
    }
  }
}

function resize() {
  live.style.setProperty("--unit", `${unit()}px`);
  if (session && session.panel) showPanel(session.panel);
}
window.addEventListener("resize", resize);

// Buttons and keys

function press(which, isPressed) {
  const button = live.querySelector(which);
  if (button) button.setAttribute("aria-pressed", isPressed);
}

function command(name) {
  if (!session || !session.socket || session.isOver || session.socket.readyState !== WebSocket.OPEN) return;
  if (name === "quit") closeCamera();
  session.socket.send(name);
  if (name === "pause") togglePause();
}

async function togglePause() {
  const own = session;
  own.paused = !own.paused;
  press("[data-command=pause]", own.paused);
  if (!own.hasCamera) return;
  if (own.paused) { closeCamera(); return; }
  try {
    await showCamera();
  } catch (error) {
    fail(error.message);
  }
}

function mirror(isMirror) {
  byId("live-picture").classList.toggle("mirror", isMirror);
  press("[data-view=mirror]", isMirror);
}

function toggleView(name) {
  if (name === "mirror") mirror(!byId("live-picture").classList.contains("mirror"));
  else if (document.fullscreenElement) document.exitFullscreen();
  else live.requestFullscreen();
}

live.addEventListener("click", (event) => {
  const button = event.target.closest("[data-command], [data-view]");
  if (button && button.dataset.command) command(button.dataset.command);
  else if (button) toggleView(button.dataset.view);
});
document.addEventListener("fullscreenchange", () => press("[data-view=full]", Boolean(document.fullscreenElement)));
document.addEventListener("keydown", (event) => {
  if (!session || event.ctrlKey || event.metaKey || event.altKey) return;
  const button = [...live.querySelectorAll("#live-buttons button")].find((one) => one.querySelector("kbd").textContent === event.key.toLowerCase());
  if (button) { event.preventDefault(); button.click(); }
});

// From start to end

async function showCamera() {
  const own = session, stream = await openCamera(form.elements.device.value);
  if (own !== session || own.paused || own.isOver || video.srcObject) {
    for (const track of stream.getTracks()) track.stop();
    return;
  }
  video.srcObject = stream;
  // Somebody pulled the plug: try again until it is back.
  stream.getVideoTracks()[0].addEventListener("ended", () => { if (own === session && video.srcObject === stream) { closeCamera(); reopen(own); } });
  await video.play();
  watchPictures();
  listCameras();
}

function reopen(own) {
  if (own !== session || own.paused || own.isOver) return;
  showCamera().catch(() => setTimeout(() => reopen(own), 1000));
}

async function start(hasCamera) {
  const facing = form.elements.facing, keep = form.elements.keep;
  session = { socket: null, wanted: false, fresh: false, paused: false, hasCamera, figure: [], still: document.createElement("canvas"), sound: form.elements.sound.value, keeps: Boolean(keep && keep.checked), isOver: false };
  const own = session;
  byId("problem").hidden = true;
  sounds.unlock();
  setup.hidden = true;
  live.hidden = false;
  live.classList.toggle("timed", !hasCamera);
  document.body.classList.add("is-live");
  resize();
  byId("live-banner").replaceChildren(textElement({ text: live.dataset.loading, sizes: [0.08] }, "h1"));
  if (hasCamera) {
    await showCamera();
    if (own !== session) return;
    // Only who looks at the camera expects a mirror.
    mirror(video.srcObject.getVideoTracks()[0].getSettings().facingMode !== "environment");
  }
  const wanted = new URLSearchParams({ exercise: live.dataset.exercise, camera: hasCamera ? "1" : "0", model: form.elements.model.value, facing: facing ? facing.value : "right", keep: own.keeps ? "1" : "0", lang });
  own.socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/live?${wanted}`);
  own.socket.onmessage = (event) => {
    const message = JSON.parse(event.data);
    if (own === session && (!own.isOver || message.type === "kept")) hear[message.type](message);
  };
  own.socket.onclose = () => { if (own === session && !own.isOver) fail(live.dataset.lost); };
  own.lock = navigator.wakeLock ? navigator.wakeLock.request("screen").catch(() => null) : null;
}

function finish() {
  const own = session;
  session = null;
  closeCamera();
  if (own && own.socket) own.socket.close();
  if (own && own.lock) own.lock.then((lock) => lock && lock.release());
  if (document.fullscreenElement) document.exitFullscreen();
  for (const name of ["phase", "camera", "pictures", "over"]) delete live.dataset[name];
  for (const id of ["live-note", "live-flags", "live-pace", "live-aside"]) byId(id).textContent = "";
  byId("live-panel").replaceChildren();
  for (const id of ["live-kept", "live-next", "live-after", "live-drawing", "live-bar"]) byId(id).hidden = true;
  byId("live-buttons").hidden = canvas.hidden = false;
  canvas.width = 1;
  press("[data-command=pause]", false);
  live.classList.remove("wide");
  live.hidden = true;
  setup.hidden = false;
  document.body.classList.remove("is-live");
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  start(!event.submitter || event.submitter.value !== "0").catch((error) => fail(error.message));
});
byId("live-again").addEventListener("click", () => { finish(); form.querySelector("button").focus(); });
window.addEventListener("pagehide", finish);

function offerVoice() {
  const option = form.elements.sound.querySelector("[value=voice]");
  option.hidden = option.disabled = !sounds.voice(lang);
}
// Phones of one maker have no full screen.
live.querySelector("[data-view=full]").hidden = !live.requestFullscreen;
if (window.speechSynthesis) { speechSynthesis.addEventListener("voiceschanged", offerVoice); offerVoice(); }
listCameras();
