/**
 * The language of `.flow` files for editors: what stands where, so that it can be coloured, folded
 * and indented while it is typed. `grammar/sayflow.pest` decides what a flow is.
 *
 * Words are contextual: `date` may be an attribute. tree-sitter takes a word for a keyword only
 * where one can stand, so that names need no list of exceptions.
 *
 * A line break ends a statement, and two statements may share a line. `else` is a line of its own,
 * because any number of line breaks and comments may stand before it.
 */

/// <reference types="tree-sitter-cli/dsl" />
// @ts-check

/** From loose to tight. */
const PRECEDENCE = { or: 1, and: 2, not: 3, compare: 4, add: 5, multiply: 6, minus: 7 };

const list = (rule) => prec.right(seq(rule, repeat(seq(',', rule))));

/** A line goes on as long as it can: another may stand behind it on the same line. */
const line = (...parts) => prec.right(seq(...parts));

/** Several lines in braces. */
const braces = ($, rule) => seq(choice('{', alias($._brace_below, '{')), repeat(choice(rule, $._line_break)), '}');

/** A text and what is in it. Nothing between its quotes is skipped. */
const quoted = ($, open, content, close) =>
  seq(
    open,
    repeat(
      choice(
        alias(content, $.string_content),
        alias(token.immediate(/[{}<>]/), $.string_content),
        $.escape,
        $.placeholder,
        alias($._api_in_text, $.api_reference),
      ),
    ),
    close,
  );

module.exports = grammar({
  name: 'sayflow',

  word: ($) => $.identifier,

  extras: ($) => [/[\p{Zs}\t\r\u{FEFF}\u{200B}]/, $.comment, $.note, $.allow],

  conflicts: ($) => [[$._assignments]],

  supertypes: ($) => [$.item, $.statement, $.step],

  rules: {
    source_file: ($) => repeat(choice($.item, $._line_break)),

    _line_break: (_) => /\n/,

    // A brace may stand on a line of its own.
    _brace_below: (_) => /\n[\s\p{Zs}\u{FEFF}\u{200B}]*\{/,

    // ---- Items ----------------------------------------------------------------------------

    item: ($) => choice($.attribute, $.server, $.api, $.action, $.sequence, $.handler, $.test),

    attribute: ($) =>
      line(
        'attribute',
        field('name', $.identifier),
        optional(seq('key', field('key', $.string))),
        ':',
        field('type', $.type),
        optional(seq('=', field('default', $._expression))),
      ),

    server: ($) =>
      line('server', field('name', $.identifier), field('origin', $.string), optional(field('body', $.settings))),

    api: ($) =>
      line('api', field('name', $.identifier), ':', field('output', $.output), field('body', $.settings)),

    output: (_) => choice('text', 'image', 'gallery', 'buttons', seq('quick', 'replies'), 'nothing'),

    action: ($) => line('action', field('name', $.identifier), optional(field('body', $.keys))),

    sequence: ($) =>
      line(
        'sequence',
        field('name', $.identifier),
        repeat(choice(seq('id', field('id', $.string)), seq('was', field('was', $.string)))),
        field('body', $.block),
      ),

    handler: ($) => line('on', field('trigger', $.trigger), field('body', $.block)),

    trigger: ($) =>
      choice(
        seq(choice('words', 'intent'), list($.string)),
        'start',
        'unmatched',
        seq('api', 'failure'),
        'stale',
        'moved',
      ),

    test: ($) => line('test', field('name', $.string), field('body', $.steps)),

    // ---- In a server, an API, an action ---------------------------------------------------

    settings: ($) =>
      braces($, choice($.request, $.setting, $.timeout, $.leads_to, $.sets)),

    request: ($) =>
      line(choice('get', 'post'), optional(field('server', $.identifier)), field('url', $.string)),

    setting: ($) =>
      line(choice('header', 'param', 'field'), field('key', $.string), '=', field('value', $._expression)),

    timeout: ($) => line('timeout', $.duration),

    leads_to: ($) => line('leads', 'to', list(field('sequence', $.identifier))),

    sets: ($) => line('sets', list(field('attribute', $.identifier))),

    keys: ($) => braces($, $.key),

    key: ($) => line(field('name', $.identifier), ':', field('type', $.type)),

    values: ($) => braces($, $.value),

    value: ($) => line(field('name', $.identifier), '=', field('value', $._expression)),

    // ---- Statements -----------------------------------------------------------------------

    // An item ends every block that was left open. Here it is read as a part of that block, so
    // that it keeps its colours while a brace is missing.
    block: ($) => braces($, choice($.statement, $.item)),

    statement: ($) =>
      choice(
        $.say,
        $.gallery,
        $.card,
        $.detail,
        $.button,
        $.options,
        $.option,
        $.api_reference,
        $.ask,
        $.accept,
        $.retry,
        $.no_match,
        $.no_reply,
        $.no_interrupts,
        $.set,
        $.clear,
        $.if,
        $.else,
        $.goto,
        $.call,
        $.end,
        $.once,
        $.wait,
        $.handover,
        $.do,
      ),

    say: ($) => line(choice('text', 'image', 'audio', 'video'), optional($.id), choice($.string, $.api_reference)),

    gallery: ($) => line('gallery', optional($.id), field('body', $.block)),

    card: ($) => line('card', field('title', $.string), optional(field('body', $.block))),

    detail: ($) => line(choice('subtitle', 'url'), $.string),

    button: ($) => line('button', $._option_parts),

    options: ($) =>
      line(
        choice('buttons', seq('quick', 'replies')),
        optional($.id),
        optional(field('prompt', $.string)),
        field('body', $.block),
      ),

    option: ($) => $._option_parts,

    _option_parts: ($) =>
      line(
        field('title', $.string),
        optional(seq($.arrow, field('target', $.target))),
        optional(seq('extra', field('extra', $.string))),
        optional(seq('if', field('condition', $._expression))),
      ),

    target: ($) => choice(seq(choice('url', 'phone'), $.string), field('sequence', $.identifier)),

    ask: ($) =>
      line(
        'ask',
        optional($.id),
        optional(field('prompt', $.string)),
        optional(seq('save', field('attribute', $.identifier))),
        optional(field('body', $.block)),
      ),

    accept: ($) => line('accept', $.answer),

    answer: ($) =>
      choice(
        'text',
        'email',
        'phone',
        seq('number', optional(seq($._bound, '..', $._bound))),
        'date',
        'url',
        $._yes_no,
        $._one_of,
        'image',
        'file',
        'location',
        seq('pattern', $.string),
        seq('regex', $.string),
      ),

    retry: ($) => line('retry', optional(field('times', $.number)), field('prompt', $.string)),

    no_match: ($) => line('no', 'match', field('body', $.block)),

    no_reply: ($) => line('no', 'reply', $.duration, field('body', $.block)),

    no_interrupts: (_) => seq('no', 'interrupts'),

    set: ($) => line('set', field('attribute', $.identifier), '=', field('value', $._expression)),

    clear: ($) => line('clear', field('attribute', $.identifier)),

    if: ($) => line('if', field('condition', $._expression), field('body', $.block)),

    else: ($) =>
      prec.right(
        seq(
          'else',
          optional(choice(seq('if', field('condition', $._expression)), list($.outcome))),
          choice(field('text', $.string), field('body', $.block)),
        ),
      ),

    outcome: ($) =>
      prec.right(
        choice(
          'blocked',
          'timeout',
          'unreachable',
          'status',
          seq('too', 'large'),
          seq('not', 'json'),
          'declined',
          'contract',
          'empty',
          'ok',
          // The checker says which words there are.
          seq($.identifier, optional($.identifier)),
        ),
      ),

    goto: ($) => line('goto', field('sequence', $.identifier)),

    call: ($) => line('call', choice($.api_reference, seq(optional($.id), field('sequence', $.identifier)))),

    end: (_) => 'end',

    once: ($) => line('once', optional($.id), field('body', $.block)),

    wait: ($) => line('wait', $.duration),

    handover: ($) => line('handover', field('team', $.string), optional(seq('priority', $.priority))),

    priority: ($) => choice('low', 'normal', 'high', 'urgent', $.identifier),

    do: ($) => line('do', field('action', $.identifier), optional(field('body', $.values))),

    // ---- In a test ------------------------------------------------------------------------

    steps: ($) => braces($, choice($.step, $.item)),

    step: ($) =>
      choice(
        $.given,
        $.mock,
        $.at,
        $.flow,
        $.restart,
        $.start,
        $.customer,
        $.tap,
        $.intent,
        alias($.wait, $.pass),
        $.again,
        $.expect,
        $.skip,
        $.expected,
      ),

    given: ($) => line('given', $._assignments),

    // Whether another assignment follows the comma, or `then`, is seen one word later.
    _assignments: ($) => seq($.assignment, repeat(seq(',', $.assignment))),

    assignment: ($) => line(field('name', choice($.identifier, $.string)), '=', field('value', $._expression)),

    mock: ($) =>
      line(
        'mock',
        field('api', $.identifier),
        optional(choice(seq('=', $.mocked, repeat(seq(',', 'then', $.mocked))), field('body', $.block))),
      ),

    mocked: ($) =>
      line(
        choice(
          $.string,
          seq('file', $.string),
          seq('reply', $.raw),
          seq('status', $.number, optional($.raw)),
          seq(choice('image', 'audio', 'video'), $.string),
          seq($.outcome, optional($.string)),
        ),
        optional(seq('sets', $._assignments)),
      ),

    raw: ($) =>
      choice(
        seq('`', optional(alias(token.immediate(prec(3, /[^`\n]+/)), $.raw_content)), token.immediate('`')),
        seq('```', optional(alias(token.immediate(prec(3, /([^`]|`[^`]|``[^`])+/)), $.raw_content)), token.immediate('```')),
      ),

    at: ($) => line('at', $.string),

    flow: ($) => line('flow', $.string),

    restart: (_) => 'restart',

    // Whatever stands behind it on its line is the name, also where a step begins so.
    start: ($) => seq('start', optional(field('sequence', alias($._name_behind, $.identifier)))),

    _name_behind: (_) => token.immediate(prec(1, /[\p{Zs}\t]+[_\p{XID_Start}][_\p{XID_Continue}\u{200C}\u{200D}]*/)),

    customer: ($) =>
      line(
        'customer',
        choice(
          $.string,
          seq('location', $._bound, ',', $._bound),
          seq(choice('image', 'audio', 'video', 'file'), $.string),
        ),
      ),

    tap: ($) => line('tap', field('title', $.string), optional(seq('of', field('of', $.string)))),

    intent: ($) => line('intent', $.string),

    again: (_) => 'again',

    expect: ($) => line('expect', list($.claim)),

    claim: ($) => choice(seq(field('name', $._name), '=', field('value', $._expression)), $._expression),

    skip: (_) => choice('...', '…'),

    expected: ($) =>
      line(
        optional('not'),
        choice(
          seq(choice('text', 'image', 'audio', 'video'), optional($._matcher)),
          seq('gallery', optional(field('body', $.steps))),
          seq('card', $._matcher, optional(field('body', $.steps))),
          seq(choice('subtitle', 'url'), $._matcher),
          seq('button', $._seen_option),
          seq(
            choice('buttons', seq('quick', 'replies')),
            optional($._matcher),
            optional(field('body', $.steps)),
          ),
          $._seen_option,
          seq('pause', $.duration),
          seq('handover', optional($._matcher), optional(seq('priority', $.priority))),
          seq('do', field('action', $.identifier), optional(field('body', $.values))),
          seq('event', $.event),
          seq(
            'called',
            field('api', $.identifier),
            optional(seq($.number, choice('times', 'time'))),
            optional(seq('with', $._assignments)),
          ),
        ),
      ),

    event: ($) =>
      prec.right(
        seq(
          choice('limit', 'value', 'bot', $.identifier),
          optional(choice('reached', 'error', 'disabled', $.identifier)),
        ),
      ),

    _seen_option: ($) =>
      line(
        $._matcher,
        optional(seq($.arrow, field('target', $.target))),
        optional(seq('extra', field('extra', $.string))),
      ),

    _matcher: ($) => choice(seq('~', $.string), $.string, $.regex),

    regex: ($) => seq('/', alias(token.immediate(prec(3, /([^\/\\\n*]|\\[^\n])([^\/\\\n]|\\[^\n])*/)), $.pattern), token.immediate('/')),

    // ---- Expressions ----------------------------------------------------------------------

    _expression: ($) =>
      choice(
        $.string,
        $.number,
        $.constant,
        $.visits,
        $.secret,
        $._name,
        $.group,
        $.unary,
        $.binary,
      ),

    // What begins `secret TOKEN` and `visits(track)` is a name where nothing of that stands behind it.
    _name: ($) =>
      choice($.identifier, prec(-1, alias('secret', $.identifier)), prec(-1, alias('visits', $.identifier))),

    group: ($) => seq('(', $._expression, ')'),

    unary: ($) =>
      choice(prec(PRECEDENCE.not, seq('not', $._expression)), prec(PRECEDENCE.minus, seq('-', $._expression))),

    binary: ($) => {
      const row = (level, operator) =>
        prec.left(level, seq(field('left', $._expression), operator, field('right', $._expression)));
      return choice(
        row(PRECEDENCE.or, 'or'),
        row(PRECEDENCE.and, 'and'),
        row(PRECEDENCE.compare, choice('==', '!=', '<=', '>=', '<', '>')),
        row(PRECEDENCE.compare, choice('is', seq('is', 'not'), 'contains', seq('starts', 'with'))),
        row(PRECEDENCE.add, choice('+', '-')),
        row(PRECEDENCE.multiply, choice('*', '/')),
      );
    },

    constant: (_) => choice('yes', 'no', 'empty', 'extra'),

    visits: ($) => seq('visits', '(', field('sequence', $.identifier), ')'),

    secret: ($) => seq('secret', field('name', $.identifier)),

    // ---- Types ----------------------------------------------------------------------------

    type: ($) => choice('text', 'number', $._yes_no, 'date', $._one_of, 'any'),

    _yes_no: (_) => seq('yes', '/', 'no'),

    _one_of: ($) => seq('one', 'of', list($.string)),

    // ---- Texts ----------------------------------------------------------------------------

    string: ($) =>
      choice(
        quoted($, '"', token.immediate(prec(3, /[^"\\\n{}<>]+/)), token.immediate('"')),
        quoted($, '“', token.immediate(prec(3, /[^”\\\n{}<>]+/)), token.immediate('”')),
        quoted(
          $,
          '"""',
          choice(token.immediate(prec(3, /[^"\\{}<>]+/)), token.immediate(/""?/)),
          token.immediate('"""'),
        ),
      ),

    escape: (_) => token.immediate(/\\[^\r\n]/),

    placeholder: ($) =>
      seq(
        alias(token.immediate('{{'), '{{'),
        field('attribute', $.identifier),
        optional(seq('|', optional(field('default', alias($._default, $.default))))),
        '}}',
      ),

    // Single braces are characters of it, two of a kind are not: it may end in `{`, before `}}`.
    _default: (_) =>
      token.immediate(
        prec(3, /((\{(\}\{)*\}?|\}(\{\})*\{?)?[^{}"”\n])+(\{(\}\{)*|(\}\{)+)?|\{(\}\{)*|(\}\{)+/),
      ),

    _api_in_text: ($) => seq(alias(token.immediate('<<'), '<<'), field('api', $.identifier), '>>'),

    api_reference: ($) => seq('<<', field('api', $.identifier), '>>'),

    // ---- Tokens ---------------------------------------------------------------------------

    id: ($) => seq('@', alias($._id_name, $.identifier)),

    _id_name: (_) => token.immediate(/[_\p{XID_Start}][_\p{XID_Continue}\u{200C}\u{200D}]*/),

    arrow: (_) => choice('->', '→', '–>', '—>'),

    _bound: ($) => seq(optional('-'), $.number),

    number: (_) => /[0-9]+(\.[0-9]+)?/,

    duration: (_) => /[0-9]+[smhd]/,

    identifier: (_) => /[_\p{XID_Start}][_\p{XID_Continue}\u{200C}\u{200D}]*/,

    comment: (_) => /\/\/[^\n]*/,

    note: (_) => token(prec(1, /\/\/\/[^\n]*/)),

    allow: (_) => token(prec(2, /\/\/[ \t]*allow[ \t]+[a-z_]+::[a-z_]+[^\n]*/)),
  },
});
