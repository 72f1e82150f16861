// Every character of every sound flow has one colour, and the editors agree which.

import { CAPTURES, FACES, GROUPS, SCOPES } from './classes.mjs';
import { faces } from './emacs.mjs';
import { flows } from './flows.mjs';
import { tokenizer } from './textmate.mjs';
import { captures } from './tree_sitter.mjs';
import { groups } from './vim.mjs';

const BLANK = /[\s\u200b\ufeff]/;
const SHOWN = 60;

/** The class of each character, the innermost part deciding. */
const paint = (text, parts) => {
  const classes = new Array(text.length);
  parts.forEach(({ name, start, end }) => classes.fill(name, start, end));
  return classes;
};

const byTreeSitter = (text, found) => {
  const seen = new Set();
  return paint(
    text,
    found.map(({ name, start, end }) => {
      if (!(name in CAPTURES)) throw new Error(`classes.mjs has no capture @${name}`);
      const place = `${start}-${end}`;
      if (seen.has(place)) throw new Error(`two captures of \`${text.slice(start, end)}\``);
      seen.add(place);
      return { name: CAPTURES[name], start, end };
    }),
  );
};

const classOfScopes = (scopes) => {
  for (const scope of [...scopes].reverse().flatMap((names) => names.split(' ').reverse())) {
    const known = SCOPES.find(([beginning]) => scope.startsWith(beginning));
    if (known) return known[1];
  }
  return undefined;
};

const byTextMate = (text, tokenize) =>
  paint(
    text,
    tokenize(text).map(({ scopes, start, end }) => ({ name: classOfScopes(scopes), start, end })),
  );

const byVim = (text, found) =>
  paint(
    text,
    found.map(({ name, start, end }) => ({ name: GROUPS[name.replace('sayflow', '')], start, end })),
  );

/** Where two colourings of a text differ, as lines to read. */
const differences = (path, text, reference, other, who) => {
  const found = [];
  for (let at = 0; at < text.length; at += 1) {
    if (BLANK.test(text[at]) || (reference[at] !== undefined && reference[at] === other[at])) continue;
    const start = at;
    while (at + 1 < text.length && !BLANK.test(text[at + 1]) && reference[at + 1] === reference[start] && other[at + 1] === other[start]) at += 1;
    const line = text.slice(0, start).split('\n').length;
    const what = text.slice(start, at + 1);
    found.push(`${path}:${line}: \`${what}\` is ${reference[start] ?? 'nothing'}, and ${other[start] ?? 'nothing'} to ${who}`);
  }
  return found;
};

const all = flows();
const captured = captures(all);
const tokenize = await tokenizer();
const grouped = groups(all);
const faced = faces(all);

const same = (name) => name;
const faceOf = (name) => FACES[name];

/** How each editor paints a flow, and what it calls a class. */
const editors = {
  TextMate: [({ text }) => byTextMate(text, tokenize), same],
  Vim: [({ text, file }) => byVim(text, grouped.get(file)), same],
  Emacs: [({ text, file }) => paint(text, faced.get(file)), faceOf],
};

for (const [who, [colours, called]] of Object.entries(editors)) {
  const wrong = all.flatMap((flow) => {
    const reference = byTreeSitter(flow.text, captured.get(flow.file)).map(called);
    return differences(flow.path, flow.text, reference, colours(flow), who);
  });
  wrong.slice(0, SHOWN).forEach((line) => console.error(line));
  console.log(`${who}: ${all.length} flows, ${wrong.length} differences`);
  if (wrong.length) process.exitCode = 1;
}
