// Every flow of the repository in which the parser finds nothing wrong.

import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const root = new URL('../../', import.meta.url).pathname;
/** The program that says which are sound. */
export const sayflow = process.env.SAYFLOW ?? `${root}target/debug/sayflow`;

const isSound = (path) => {
  const run = spawnSync(sayflow, ['check', '--format', 'json', path], { cwd: root, encoding: 'utf8' });
  if (run.error) throw run.error;
  if (run.status > 1) throw new Error(`sayflow check ${path}: ${run.stderr}`);
  return !run.stdout.includes('"code":"syntax::');
};

/** Path, absolute path and text of each. */
export const flows = () => {
  const listed = execFileSync('git', ['ls-files', '*.flow'], { cwd: root, encoding: 'utf8' });
  const sound = listed.trim().split('\n').filter(isSound);
  if (sound.length < 250) throw new Error(`only ${sound.length} flows are sound: is ${sayflow} up to date?`);
  return sound.map((path) => ({ path, file: root + path, text: readFileSync(root + path, 'utf8') }));
};
