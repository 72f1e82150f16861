// What the TextMate grammar colours.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import oniguruma from 'vscode-oniguruma';
import textmate from 'vscode-textmate';

const require = createRequire(import.meta.url);
const path = new URL('../vscode/syntaxes/sayflow.tmLanguage.json', import.meta.url).pathname;

/** A function from a text to its tokens: scopes, start and end. */
export const tokenizer = async () => {
  await oniguruma.loadWASM(readFileSync(require.resolve('vscode-oniguruma/release/onig.wasm')).buffer);
  const registry = new textmate.Registry({
    onigLib: Promise.resolve({
      createOnigScanner: (sources) => new oniguruma.OnigScanner(sources),
      createOnigString: (text) => new oniguruma.OnigString(text),
    }),
    // How JSON between backticks is coloured within is left to the editor's grammar of JSON.
    loadGrammar: async (scope) =>
      scope === 'source.sayflow'
        ? textmate.parseRawGrammar(readFileSync(path, 'utf8'), path)
        : { scopeName: scope, patterns: [], repository: {} },
  });
  const grammar = await registry.loadGrammar('source.sayflow');
  return (text) => {
    const tokens = [];
    let state = textmate.INITIAL;
    let offset = 0;
    for (const line of text.split('\n')) {
      const read = grammar.tokenizeLine(line, state);
      for (const token of read.tokens) {
        const end = Math.min(token.endIndex, line.length);
        tokens.push({ scopes: token.scopes.slice(1), start: offset + token.startIndex, end: offset + end });
      }
      state = read.ruleStack;
      offset += line.length + 1;
    }
    return tokens;
  };
};
