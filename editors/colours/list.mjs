// Prints the whole paths of the sound flows that stand as the formatter writes them.

import { spawnSync } from 'node:child_process';
import { flows, sayflow } from './flows.mjs';

const isFormatted = ({ file }) => spawnSync(sayflow, ['fmt', '--check', file]).status === 0;
const formatted = flows().filter(isFormatted);
if (formatted.length < 200) throw new Error(`only ${formatted.length} flows are formatted`);
console.log(formatted.map(({ file }) => file).join('\n'));
