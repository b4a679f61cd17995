'use strict';
const pristine = '<!doctype html>\n' + document.documentElement.outerHTML + '</html>\n';
const $ = id => document.getElementById(id);
const levels = ['LINEARIZABLE', 'SEQUENTIAL', 'CAUSAL', 'EVENTUAL'];
const cells = JSON.parse(kvstore.cells());
const coordinator = 'coordinator';
let view = null;      // what there is to see
let before = null;    // what there was, to light up what has changed
let furthest = 0;     // the last moment that has been seen
let timer = null;     // while it plays
const working = {}; // long work that goes on in parts, by the button that began it

function el(tag, attributes, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (name.startsWith('on')) made.addEventListener(name.slice(2), value);
    else if (value !== false && value !== null && value !== undefined) made.setAttribute(name, value === true ? '' : value);
  }
  made.append(...children);
  return made;
}

function say(text, isBad) {
  $('status').textContent = text;
  $('status').className = isBad ? 'bad' : '';
}

const keptBy = node => Object.entries(node.keeps).map(([what, size]) => what + ': ' + size).join(', ');
const shownBy = node => Object.entries(node.shows).map(([what, words]) => what + ' ' + words);
const millis = nanos => (nanos / 1e6).toFixed(3) + ' ms';
const lower = name => name.toLowerCase().replace('_', ' ');

// What is done

/** Takes over what the simulation answers; tells whether it has done what it was asked. */
function take(json) {
  const answer = JSON.parse(json);
  if (answer.error) {
    say(answer.error, true);
    return false;
  }
  before = view;
  view = answer;
  furthest = Math.max(furthest, view.moment);
  render();
  return true;
}

function guarded(action) {
  try {
    return action();
  } catch (thrown) {
    pause();
    say('This should not happen: ' + (thrown.message || thrown), true);
    return false;
  }
}

function decide(words) {
  return guarded(() => {
    const hadAhead = view.decisions.length - view.decided;
    if (!take(kvstore.decide(words))) return false;
    furthest = view.moment;
    say(words + (hadAhead ? ': a branch; what lay ahead is gone' : ''));
    note();
    render();
    return true;
  });
}

function go(how) {
  pause();
  return guarded(() => { if (take(how())) note(); });
}

function play() {
  if (timer) return pause();
  timer = setInterval(() => guarded(() => {
    if ($('work').checked) letClientsWork();
    take(kvstore.run(Number($('speed').value)));
  }), 60);
  showPlaying();
}

/** What they ask for is decided like all else: the link has it. */
function letClientsWork() {
  const of = choices => choices[Math.floor(Math.random() * choices.length)];
  for (const client of view.clients) {
    const latest = client.calls.slice(-1)[0];
    if (latest && latest.outcome === '') continue;
    const key = of(['x', 'y']);
    take(kvstore.decide(client.name + of([' get ' + key, ' put ' + key + ' ' + (view.decisions.length + 1)])));
  }
}

// Tours

let tour = null; // the one that is taken, and the step that is shown

function beginTour(chosen) {
  tour = { steps: chosen.steps, at: 0 };
  if (open(chosen.setup, '', 0)) showTour();
}

function takeStep(actions) {
  for (const action of actions || []) {
    const [word, number] = action.split(' ');
    if (word === 'step') {
      for (let i = 0; i < Number(number); i++) take(kvstore.step());
    } else if (word === 'run') {
      take(kvstore.run(Number(number)));
    } else if (word === 'answer') {
      const isOpen = () => view.clients.find(each => each.name === number).calls.slice(-1)[0].outcome === '';
      for (let i = 0; i < 400 && isOpen(); i++) take(kvstore.step());
    } else {
      take(kvstore.decide(action));
    }
  }
}

/** From the beginning: whatever was done beside the tour is gone. */
function goToStep(at) {
  pause();
  guarded(() => {
    const setup = view.setup;
    if (at <= tour.at) open(setup, '', 0);
    for (let i = at <= tour.at ? 0 : tour.at + 1; i <= at; i++) takeStep(tour.steps[i].do);
    tour.at = at;
    note();
    showTour();
  });
}

function showTour() {
  $('tourstep').hidden = !tour;
  $('tourform').hidden = !!tour;
  if (!tour) return;
  if (tour.at === 0 && view.moment === 0) guarded(() => takeStep(tour.steps[0].do));
  $('tourtext').textContent = tour.steps[tour.at].say;
  $('tourcount').textContent = (tour.at + 1) + ' of ' + tour.steps.length;
  $('tourback').disabled = tour.at === 0;
  $('tournext').disabled = tour.at === tour.steps.length - 1;
}

function pause() {
  if (timer) clearInterval(timer);
  timer = null;
  showPlaying();
  if (view) note();
}

function showPlaying() {
  $('play').textContent = timer ? '❚❚ Pause' : '▶ Play';
  $('play').setAttribute('aria-label', timer ? 'Pause' : 'Play');
}

// The link

function hash() {
  return '#' + new URLSearchParams({ s: view.setup, d: view.script, m: view.moment });
}

function note() {
  try {
    history.replaceState(null, '', hash());
  } catch (tooOften) { /* the link is made anew when it is asked for */ }
}

function openText(text) {
  const parts = new URLSearchParams(text.replace(/^#/, ''));
  return open(parts.get('s') || '', parts.get('d') || '', Number(parts.get('m') || 0));
}

function open(setup, script, moment) {
  pause();
  return guarded(() => {
    before = view = null;
    furthest = 0;
    if (!take(kvstore.open(setup, script))) {
      const why = $('status').textContent;
      take(kvstore.open('SEQUENTIAL,PRIMARY,3,2,7', ''));
      say('This link cannot be played: ' + why, true);
      showSetup();
      return false;
    }
    if (moment > 0 && Number.isFinite(moment)) take(kvstore.jump(Math.min(moment, 50000)));
    showSetup();
    note();
    if (view.refusals.length) say('Not all of the link can be played: ' + view.refusals[0], true);
    return true;
  });
}

function showSetup() {
  const [level, protocol, nodes, clients, seed] = view.setup.split(',');
  $('level').value = level;
  showProtocols();
  $('protocol').value = protocol;
  $('nodes').value = nodes;
  $('clients').value = clients;
  $('seed').value = seed;
}

function showProtocols() {
  const chosen = $('protocol').value;
  const able = Object.keys(cells).filter(each => cells[each].includes($('level').value));
  $('protocol').replaceChildren(...able.map(each => el('option', { value: each }, lower(each))));
  $('protocol').value = able.includes(chosen) ? chosen : able[0];
}

// What is shown

const changed = (now, then) => before !== null && JSON.stringify(now) !== JSON.stringify(then);
const lit = isChanged => isChanged ? ' lit' : '';

function placeOf(name) {
  const width = $('stage').clientWidth, height = $('stage').clientHeight;
  const index = view.nodes.findIndex(each => each.name === name);
  if (index < 0) return { x: width / 2, y: height / 2 };
  const half = width < 600 ? 66 : 92, top = 66;
  const turn = i => -Math.PI / 2 + 2 * Math.PI * i / view.nodes.length;
  const fit = (value, all, least, most) => {
    const low = Math.min(...all), high = Math.max(...all);
    return high - low < 1e-9 ? (least + most) / 2 : least + (value - low) / (high - low) * (most - least);
  };
  const all = view.nodes.map((_, i) => turn(i));
  return {
    x: fit(Math.cos(turn(index)), all.map(Math.cos), half, width - half),
    y: fit(Math.sin(turn(index)), all.map(Math.sin), top, height - top),
  };
}

function render() {
  const active = document.activeElement && document.activeElement.dataset ? document.activeElement.dataset.name : null;
  renderVerdicts();
  renderClients();
  renderLists();
  renderNodes();
  renderLinks();
  renderMessages();
  $('moment').max = furthest;
  $('moment').value = view.moment;
  $('moment').setAttribute('aria-valuetext', 'moment ' + view.moment + ' of ' + furthest);
  $('time').textContent = millis(view.nanos);
  $('holdall').checked = view.holdsAll;
  $('back').disabled = $('first').disabled = view.moment === 0 && view.decided === 0;
  $('heal').disabled = view.cuts.length === 0;
  if ($('diagram').open) draw();
  if (active) {
    const again = document.querySelector('[data-name="' + CSS.escape(active) + '"]');
    if (again) again.focus({ preventScroll: true });
  }
}

function renderNodes() {
  const boxes = view.nodes.map(node => {
    const place = placeOf(node.name);
    const old = before && before.nodes.find(each => each.name === node.name);
    const kind = !node.isRunning ? ' down' : node.status !== 'SERVING' ? ' other' : '';
    const status = !node.isRunning ? '✕ down' : (node.isPrimary ? '★ primary' : '') + (node.status !== 'SERVING' ? ' ' + lower(node.status) : '');
    const keeps = keptBy(node);
    const shows = shownBy(node);
    const wasShown = old ? shownBy(old) : [];
    const clock = node.clockAhead === 0 ? '' : ', clock ' + (node.clockAhead > 0 ? '+' : '−') + Math.abs(node.clockAhead) + ' ms';
    const facts = 'view ' + node.epoch + ', position ' + node.position + clock;
    const entries = node.entries.map(entry => {
      const was = old && old.entries.find(each => each.key === entry.key);
      return el('span', { class: 'entry' + lit(changed(entry, was)) }, entry.isRemoved ? entry.key + ' removed' : entry.key + '=' + entry.value);
    });
    const held = node.entries.map(each => each.isRemoved ? each.key + ' removed' : each.key + ' is ' + each.value).join(', ');
    return el('button', {
      class: 'node' + kind, style: 'left:' + place.x + 'px;top:' + place.y + 'px', 'data-name': node.name, title: keeps ? 'keeps ' + keeps : '',
      'aria-label': 'node ' + node.name + ', ' + (status.trim() || 'serving') + ', ' + facts + (shows.length ? ', ' + shows.join(', ') : '') + (held ? ', holds ' + held : ', holds nothing') + (keeps ? ', keeps ' + keeps : ''),
      onclick: () => nodeMenu(node),
    },
    el('span', { class: 'role' + lit(old && (old.status !== node.status || old.isPrimary !== node.isPrimary)) }, status),
    el('b', {}, node.name),
    el('span', { class: 'facts' + lit(old && (old.position !== node.position || old.epoch !== node.epoch || old.clockAhead !== node.clockAhead)) }, facts),
    ...shows.map(text => el('span', { class: 'facts keeps' + lit(old && !wasShown.includes(text)) }, text)),
    keeps ? el('span', { class: 'facts keeps' + lit(changed(node.keeps, old && old.keeps)) }, keeps) : '',
    ...entries);
  });
  if (view.nodes.length > 1) {
    const place = placeOf(coordinator);
    const isDown = !view.isCoordinatorRunning;
    boxes.push(el('button', {
      class: 'node coordinator' + (isDown ? ' down' : ''), style: 'left:' + place.x + 'px;top:' + place.y + 'px', 'data-name': coordinator,
      'aria-label': 'the coordinator, ' + (isDown ? 'down' : 'running'), onclick: coordinatorMenu,
    }, (isDown ? '✕ ' : '') + coordinator));
  }
  $('nodeboxes').replaceChildren(...boxes);
}

function svg(tag, attributes, ...children) {
  const made = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on')) made.addEventListener(name.slice(2), value);
    else made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
}

function renderLinks() {
  const groups = [];
  for (let i = 0; i < view.nodes.length; i++) {
    for (let j = i + 1; j < view.nodes.length; j++) {
      const one = view.nodes[i].name, other = view.nodes[j].name;
      const there = view.cuts.includes(one + '>' + other), back = view.cuts.includes(other + '>' + one);
      const from = placeOf(one), to = placeOf(other);
      const state = there && back ? 'cut' : there ? 'cut from ' + one + ' to ' + other : back ? 'cut from ' + other + ' to ' + one : 'whole';
      const ends = { x1: from.x, y1: from.y, x2: to.x, y2: to.y };
      const open = () => linkMenu(one, other, state);
      groups.push(svg('g', {
        tabindex: 0, role: 'button', 'data-name': one + '-' + other, 'aria-label': 'link ' + one + ' to ' + other + ', ' + state, onclick: open,
        onkeydown: event => { if (event.key === 'Enter' || event.key === ' ') { event.preventDefault(); event.stopPropagation(); open(); } },
      },
      svg('line', { class: 'wire' + (there || back ? ' cut' : ''), ...ends }),
      svg('line', { class: 'hit', ...ends }),
      svg('text', { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 + 4 }, there && back ? '✂ cut' : there ? '✂ ' + one + '→' + other : back ? '✂ ' + other + '→' + one : '')));
    }
  }
  $('links').replaceChildren(...groups);
}

function renderMessages() {
  const stacked = {};
  const present = new Map([...$('messages').children].map(each => [each.dataset.name, each]));
  const shown = [];
  for (const message of view.messages) {
    const from = placeOf(message.from), to = placeOf(message.to);
    const way = message.from + '>' + message.to;
    const nth = stacked[way] = (stacked[way] || 0) + 1;
    const late = message.isHeld ? 0.42 : Math.min(0.68, Math.max(0.32, 0.68 - 0.36 * message.in / 500000));
    const length = Math.hypot(to.x - from.x, to.y - from.y) || 1;
    const aside = 13; // each direction has its own side of the link
    const x = from.x + (to.x - from.x) * late - (to.y - from.y) / length * aside;
    const y = from.y + (to.y - from.y) * late + (to.x - from.x) / length * aside + (nth - 1) * 25;
    const button = present.get(message.name) || el('button', { class: 'msg', 'data-name': message.name });
    button.onclick = () => messageMenu(message);
    button.className = 'msg' + (message.isHeld ? ' held' : '');
    button.title = message.text;
    button.setAttribute('aria-label', 'message ' + message.name + ', ' + message.kind + ' from ' + message.from + ' to ' + message.to + (message.isHeld ? ', held' : ', under way'));
    const arrow = Math.abs(to.x - from.x) > Math.abs(to.y - from.y) ? (to.x > from.x ? '→' : '←') : (to.y > from.y ? '↓' : '↑');
    button.textContent = (message.isHeld ? '❚❚ ' : '') + (arrow === '←' ? '← ' + message.kind : message.kind + ' ' + arrow);
    button.style.left = x + 'px';
    button.style.top = y + 'px';
    shown.push(button);
    present.delete(message.name);
  }
  for (const gone of present.values()) gone.remove();
  for (const each of shown) if (!each.isConnected) $('messages').append(each);
}

function renderVerdicts() {
  const signs = { holds: '✓', broken: '✗', undecided: '?' };
  $('verdicts').replaceChildren(...view.verdicts.map(each => el('div', { class: 'verdict ' + each.verdict, 'data-level': each.level },
    el('small', {}, each.isPromised ? 'promised' : 'not promised here'),
    el('b', {}, signs[each.verdict] + ' ' + lower(each.level)), ' ' + each.verdict,
    ...(each.verdict === 'broken' ? [
      el('p', {}, each.reason),
      el('ul', {}, ...each.operations.map(text => el('li', {}, text))),
      el('button', { type: 'button', onclick: () => go(() => kvstore.jump(each.moment)) }, 'Show the moment'),
    ] : []))));
}

function renderClients() {
  const kept = new Map([...document.querySelectorAll('.client input')].map(each => [each.dataset.name, each.value]));
  $('clientboxes').replaceChildren(...view.clients.map(client => {
    const name = 'ask ' + client.name;
    const input = el('input', { 'data-name': name, placeholder: 'put x 1', 'aria-label': 'what ' + client.name + ' asks for', autocomplete: 'off', autocapitalize: 'off', spellcheck: 'false', maxlength: 120 });
    input.value = kept.get(name) || '';
    const at = el('select', { 'data-name': 'at ' + client.name, 'aria-label': 'node that ' + client.name + ' asks', onchange: event => decide(client.name + ' at ' + event.target.value) },
      ...view.nodes.map(node => el('option', { value: node.name, selected: node.name === client.node }, 'at ' + node.name)));
    const calls = [...client.calls].reverse().map(call => {
      const sign = { ok: '✓', refused: '✗', unknown: '?' }[call.outcome] || '…';
      const outcome = call.outcome === '' ? 'no answer yet' : call.outcome === 'ok' ? call.answer : call.outcome + ': ' + call.answer;
      return el('li', { class: call.outcome || 'pending' }, sign + ' ' + call.words + ' at ' + call.node + ' — ' + outcome);
    });
    const form = el('form', { onsubmit: event => {
      event.preventDefault();
      const words = input.value.trim();
      if (!words) return say('Type what the client asks for: put x 1, get x, append x 2, remove x', true);
      if (decide(client.name + ' ' + words)) { document.querySelector('[data-name="' + name + '"]').value = ''; }
    } }, el('b', {}, client.name), at, input, el('button', {}, 'Ask'));
    return el('div', { class: 'client' }, form, el('ul', { class: 'calls', 'aria-label': 'what ' + client.name + ' has asked for' }, ...calls));
  }));
}

function renderLists() {
  $('decisions').replaceChildren(...view.decisions.map((words, i) => el('li', { class: i >= view.decided ? 'ahead' : i === view.decided - 1 ? 'now' : '' }, words + (i >= view.decided ? ' (ahead)' : ''))));
  if (!view.decisions.length) $('decisions').replaceChildren(el('li', { style: 'list-style:none;margin-left:-26px' }, 'none yet: let a client ask for something'));
  $('events').replaceChildren(...[...view.events].reverse().map(each => el('li', {}, el('time', {}, millis(each.nanos)), each.text)));
}

function draw() {
  guarded(() => { $('drawing').innerHTML = view.events.length ? kvstore.drawing() : 'Nothing has happened yet.'; });
}

// Menus

function menu(title, text, choices) {
  pause();
  $('menutitle').textContent = title;
  $('menutext').textContent = text;
  $('menubuttons').replaceChildren(...choices.map(([label, words]) => el('button', { type: 'button', onclick: () => { $('menu').close(); decide(words); } }, label)));
  $('menu').showModal();
}

function nodeMenu(node) {
  const choices = node.isRunning ? [['Crash', 'crash ' + node.name], ['Pause for 1 s', 'pause ' + node.name + ' 1000'], node.clockAhead === 0 ? ['Clock 1 s ahead', 'skew ' + node.name + ' 1000'] : ['Clock right', 'skew ' + node.name + ' 0']] : [['Restart', 'restart ' + node.name]];
  const shows = shownBy(node).map(text => text + '. ').join('');
  menu('Node ' + node.name, shows + (keptBy(node) || 'It keeps nothing for others or for later.'), choices);
}

/** It keeps the views, and hears the nodes by beats, which are not shown. */
function coordinatorMenu() {
  const cuts = view.nodes.map(node => view.cuts.includes(node.name + '>' + coordinator)
    ? ['Mend its link to ' + node.name, 'heal ' + node.name + ' ' + coordinator] : ['Cut it off from ' + node.name, 'cut ' + node.name + ' ' + coordinator]);
  menu('The coordinator', 'It keeps the views of the group: who is a member, and who is the primary.',
    view.isCoordinatorRunning ? [['Crash', 'crash ' + coordinator], ['Pause for 1 s', 'pause ' + coordinator + ' 1000'], ...cuts] : [['Restart', 'restart ' + coordinator], ...cuts]);
}

function linkMenu(one, other, state) {
  const choices = [];
  if (state !== 'cut') choices.push(['Cut both ways', 'cut ' + one + ' ' + other], ['Cut ' + one + ' → ' + other, 'cutoneway ' + one + ' ' + other], ['Cut ' + other + ' → ' + one, 'cutoneway ' + other + ' ' + one]);
  if (state !== 'whole') choices.push(['Mend', 'heal ' + one + ' ' + other]);
  menu('Link ' + one + ' – ' + other, 'It is ' + state + '.', choices);
}

function messageMenu(message) {
  menu(message.kind + ' from ' + message.from + ' to ' + message.to, message.text, [
    ['Deliver now', 'deliver ' + message.name],
    message.isHeld ? ['Let it go', 'release ' + message.name] : ['Hold back', 'hold ' + message.name],
    ['Duplicate', 'duplicate ' + message.name],
    ['Drop', 'drop ' + message.name],
  ]);
}

// Long work, in parts

/**
 * Calls `part` again and again until it answers with its last words; the page can be used in between. A part hands its
 * answer to what it is given, at once or later. The button that began the work stops it, with the words of `soFar`.
 */
function inParts(button, tell, soFar, part) {
  if (working[button]) { working[button].isOver = true; return; }
  pause();
  const own = working[button] = { isOver: false };
  const label = $(button).textContent;
  const end = text => { delete working[button]; $(button).textContent = label; if (text) tell(text); };
  const guardedPart = work => { if (guarded(work) === false) end(''); };
  const next = () => guardedPart(() => {
    if (own.isOver) return end('Stopped after ' + soFar());
    part(answer => guardedPart(() => {
      const lastWords = answer();
      if (lastWords) return end(lastWords);
      tell(soFar());
      setTimeout(next);
    }));
  });
  $(button).textContent = 'Stop';
  setTimeout(next);
}

const count = (number, what) => number.toLocaleString('en') + ' ' + (number === 1 ? what.slice(0, -1) : what);

function find(level) {
  const setup = view.setup, most = 300, each = 3;
  let tried = 0;
  const soFar = () => count(tried, 'runs') + ' of ' + most + ' that might not be ' + lower(level);
  inParts('findgo', say, soFar, answered => answered(() => {
    const script = kvstore.find(setup, level, tried + 1, each);
    tried += each;
    if (script) {
      open(setup, script, 0);
      take(kvstore.last());
      note();
      return 'Found among ' + tried + ' runs, and made as short as it could be: ' + view.decisions.length + ' decisions. Go to the beginning, and step.';
    }
    return tried >= most && 'None of ' + most + ' runs was not ' + lower(level) + '.';
  }));
}

/** A campaign of the test kit: other clients, faults and links for each seed, and every promise checked. */
function campaign(seeds, heldTo) {
  const [level, protocol] = view.setup.split(',');
  const began = performance.now();
  let played = 0, operations = 0, events = 0, undecided = 0;
  const sums = () => count(operations, 'operations') + ', ' + count(events, 'events') + ', ' + ((performance.now() - began) / 1000).toFixed(1) + ' s';
  const soFar = () => played + ' of ' + count(seeds, 'seeds') + ': ' + sums();
  inParts('campaigngo', text => { $('campaigntext').textContent = text; }, soFar, answered => {
    if (played === 0) $('campaigndrawing').replaceChildren();
    kvstore.campaign(level, protocol, heldTo, played + 1, json => answered(() => {
      if (!json.startsWith('{')) return 'The seed ' + (played + 1) + ' could not be played: ' + json;
      const told = JSON.parse(json);
      played++;
      operations += told.operations;
      events += told.events;
      undecided += told.undecided ? 1 : 0;
      if (told.broken) {
        $('campaigndrawing').innerHTML = told.drawing;
        return 'Seed ' + played + ' is not ' + told.broken + ': ' + told.reason + ' (' + sums() + ')';
      }
      return played === seeds && count(played, 'seeds') + ' of ' + lower(level) + ' ' + lower(protocol) + ': nothing broken, ' + undecided + ' undecided; ' + sums();
    }));
  });
}

// Wiring

$('level').append(...levels.map(each => el('option', { value: each }, lower(each))));
$('findlevel').append(...levels.map(each => el('option', { value: each }, lower(each))));
$('level').addEventListener('change', showProtocols);
$('setup').addEventListener('submit', event => {
  event.preventDefault();
  const setup = [$('level').value, $('protocol').value, $('nodes').value, $('clients').value, $('seed').value].join(',');
  tour = null;
  showTour();
  if (open(setup, '', 0)) say('A new stage. Let a client ask for something.');
});
$('step').onclick = () => go(() => kvstore.step());
$('back').onclick = () => go(() => kvstore.back());
$('first').onclick = () => go(() => kvstore.jump(0));
$('last').onclick = () => go(() => kvstore.last());
$('play').onclick = play;
$('moment').oninput = event => go(() => kvstore.jump(Number(event.target.value)));
$('holdall').onchange = event => decide('holdall ' + (event.target.checked ? 'on' : 'off'));
$('heal').onclick = () => decide('heal');
$('find').addEventListener('submit', event => { event.preventDefault(); find($('findlevel').value); });
$('heldto').append(...levels.map(each => el('option', { value: each }, lower(each))));
$('campaign').addEventListener('submit', event => { event.preventDefault(); campaign(Number($('seeds').value), $('heldto').value); });
$('tourlist').append(...tours.map((each, i) => el('option', { value: i }, each.name)));
$('tourform').addEventListener('submit', event => { event.preventDefault(); beginTour(tours[Number($('tourlist').value)]); });
$('tournext').onclick = () => goToStep(tour.at + 1);
$('tourback').onclick = () => goToStep(tour.at - 1);
$('tourend').onclick = () => { tour = null; showTour(); };
$('diagram').addEventListener('toggle', () => { if ($('diagram').open) draw(); });
$('menuclose').onclick = () => $('menu').close();
$('share').onclick = () => {
  pause();
  $('linktext').value = location.href.split('#')[0] + hash();
  $('linkbox').showModal();
  $('linktext').select();
};
$('linkclose').onclick = () => $('linkbox').close();
$('copy').onclick = () => { $('linktext').select(); document.execCommand('copy'); say('Copied.'); };
$('export').onclick = () => {
  pause();
  const page = pristine.replace(/<script id="run" type="text\/plain">[^<]*<\/script>/, () => '<script id="run" type="text/plain">' + hash() + '</scr' + 'ipt>');
  const link = el('a', { href: URL.createObjectURL(new Blob([page], { type: 'text/html' })), download: 'kvstore-run.html' });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
};
document.addEventListener('keydown', event => {
  if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector('dialog[open]')) return;
  if (event.target.closest('input, select, textarea')) return;
  const isButton = event.target.closest('button, summary');
  const keys = { ArrowRight: () => $('step').click(), ArrowLeft: () => $('back').click(), Home: () => $('first').click(), End: () => $('last').click(), ' ': isButton ? null : play };
  if (keys[event.key]) { event.preventDefault(); keys[event.key](); }
});
new ResizeObserver(() => { if (view) { renderNodes(); renderLinks(); renderMessages(); } }).observe($('stage'));
addEventListener('hashchange', () => { if (view && location.hash && location.hash !== hash()) openText(location.hash); });

const given = location.hash || $('run').textContent;
if (given) {
  if (openText(given) && !$('status').textContent) say('Opened from a link: step, play, or decide something else.');
} else if (open('SEQUENTIAL,PRIMARY,3,2,7', '', 0)) {
  say('Let a client ask for something (put x 1), then step. Click a node, a link or a message to interfere.');
}
