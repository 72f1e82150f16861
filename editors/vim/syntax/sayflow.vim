" Vim syntax file
" Language: sayflow, conversation flows in files called *.flow
"
" A word means something where it stands: `date` may be an attribute. So nothing here is a `syntax
" keyword`; what is a name is reached by `nextgroup` from the word before it. Of two matches that
" begin at the same place the one defined last wins, so the special ones stand below the general.

if exists('b:current_syntax')
  finish
endif

let s:cpo = &cpo
set cpo&vim

" The groups of the table of words (`sayflow::syntax::words`); tests/editors.rs compares them.
let s:words = {
      \ 'items': ['attribute', 'server', 'api', 'action', 'sequence', 'on', 'test'],
      \ 'settings': [
      \   'get', 'post', 'header', 'param', 'field', 'timeout', 'leads to', 'sets'
      \ ],
      \ 'statements': [
      \   'text', 'image', 'audio', 'video', 'gallery', 'buttons', 'quick replies', 'ask',
      \   'set', 'clear', 'if', 'goto', 'call', 'end', 'once', 'wait', 'handover', 'do',
      \   'accept', 'retry', 'no match', 'no reply', 'no interrupts', 'card', 'subtitle',
      \   'url', 'button'
      \ ],
      \ 'steps': [
      \   'given', 'mock', 'at', 'flow', 'restart', 'start', 'customer', 'tap', 'intent',
      \   'again', 'pause', 'event', 'expect', 'called'
      \ ],
      \ 'types': ['text', 'number', 'yes/no', 'date', 'one of', 'any'],
      \ 'outputs': ['text', 'image', 'gallery', 'buttons', 'quick replies', 'nothing'],
      \ 'triggers': [
      \   'start', 'words', 'intent', 'unmatched', 'api failure', 'stale', 'moved'
      \ ],
      \ 'answers': [
      \   'text', 'email', 'phone', 'number', 'date', 'url', 'yes/no', 'one of', 'image',
      \   'file', 'location', 'pattern', 'regex'
      \ ],
      \ 'operators': ['and', 'or', 'not', 'is', 'contains', 'starts with'],
      \ 'values': ['yes', 'no', 'empty', 'extra'],
      \ 'functions': ['visits'],
      \ 'clauses': [
      \   'id', 'was', 'key', 'save', 'extra', 'if', 'priority', 'else', 'secret'
      \ ],
      \ 'targets': ['url', 'phone'],
      \ 'priorities': ['low', 'normal', 'high', 'urgent'],
      \ 'outcomes': [
      \   'blocked', 'timeout', 'unreachable', 'status', 'too large', 'not json', 'declined',
      \   'contract', 'empty', 'ok'
      \ ],
      \ 'test_clauses': ['sets', 'then', 'of', 'times', 'time', 'with'],
      \ 'mocked': ['file', 'reply', 'status', 'image', 'audio', 'video'],
      \ 'sent': ['image', 'audio', 'video', 'file', 'location'],
      \ 'events': ['limit reached', 'value error', 'bot disabled'],
      \ }

" A name: letters, digits and marks of any script, and joiners.
let s:name = '%(\d@!%(\k|[\u200c\u200d])+)'

" Where a part of a line ends. At the next line where a comment or another part has taken the end.
let s:line = ' end=/\v[{}]@=/ end=/$/ end=/^/'

" Blanks that `skipwhite` does not know.
let s:blank = '[\u00a0\u2000-\u200b\u3000]*'

" A pattern for the words of some groups, or of those given.
function! s:any(...) abort
  let l:found = []
  for l:part in a:000
    let l:found += type(l:part) == v:t_list ? l:part : s:words[l:part]
  endfor
  call map(l:found, {_, word -> substitute(substitute(word, ' ', '\\s+', ''), '/', '\\s*/\\s*', '')})
  return '<%(' .. join(l:found, '|') .. ')>'
endfunction

function! s:match(group, pattern, ...) abort
  execute 'syntax match' a:group '#\v' .. a:pattern .. '#' join(a:000)
endfunction

function! s:region(group, marks, start, rest) abort
  execute 'syntax region' a:group 'matchgroup=' .. a:marks 'start=#\v' .. a:start .. '#' a:rest
endfunction

" ---- Names --------------------------------------------------------------------------------

for s:group in ['Sequence', 'Api', 'Action', 'Server', 'Attribute', 'Secret', 'Priority', 'Outcome']
  call s:match('sayflow' .. s:group, s:name, 'contained')
endfor
call s:match('sayflowCallId', '\@' .. s:name, 'contained nextgroup=sayflowSequence skipwhite')
call s:match('sayflowId', '\@' .. s:name)

" ---- Signs and numbers --------------------------------------------------------------------

call s:match('sayflowSign', '[{},:=~-]|\.\.')
call s:match('sayflowSkip', '\.\.\.|…')
call s:match('sayflowArrow', '-\>|→|–\>|—\>', 'nextgroup=sayflowSequence,sayflowTarget skipwhite')
call s:match('sayflowNumber', '%(\k|\.)@1<!\d+%([smhd]>|\.\d+)?|%(\.\.)@2<=\d+%(\.\d+)?')

" ---- Texts --------------------------------------------------------------------------------

call s:match('sayflowEscape', '\\.', 'contained')
call s:region('sayflowApiReference', 'sayflowMark', '\<\<', 'end=/>>/ end=/$/ oneline contains=sayflowApi')
call s:region('sayflowPlaceholder', 'sayflowMark', '\{\{%(\s*' .. s:name .. '\s*%(\||\}\}))@=',
      \ 'end=/}}/ oneline contained contains=sayflowAttribute,sayflowBar')
call s:match('sayflowBar', '\|', 'contained nextgroup=sayflowDefault')
call s:match('sayflowDefault', '%([^{}"”]|\}\}@!)+', 'contained')
syntax cluster sayflowInText contains=sayflowEscape,sayflowApiReference,sayflowPlaceholder

syntax region sayflowText start=/"/ end=/"/ end=/$/ contains=@sayflowInText
syntax region sayflowText start=/“/ end=/”/ end=/$/ contains=@sayflowInText
syntax region sayflowText start=/"""/ end=/"""/ contains=@sayflowInText
syntax region sayflowRaw start=/`/ end=/`/ end=/$/
syntax region sayflowRaw start=/```/ end=/```/
call s:match('sayflowRegex', '%(\s|\~)@1<=/[/*]@!%([^/\\]|\\.)+/')

" ---- Expressions --------------------------------------------------------------------------

call s:match('sayflowOperatorSign', '[=!<>]\=|[<>+*/-]', 'contained')
call s:match('sayflowBracket', '[()]', 'contained')
call s:match('sayflowValueOf', s:name, 'contained')
call s:match('sayflowValue', s:any('values'), 'contained')
call s:match('sayflowOperator', s:any('operators'), 'contained')
call s:match('sayflowFunction', s:any('functions') .. '%(\s*\()@=', 'contained nextgroup=sayflowVisited skipwhite')
call s:match('sayflowVisited', '\(', 'contained nextgroup=sayflowSequence skipwhite')
call s:match('sayflowSecretWord', '<secret>%(\s+' .. s:name .. ')@=', 'contained nextgroup=sayflowSecret skipwhite')
call s:match('sayflowComma', '[,=]\=@!', 'contained')
syntax cluster sayflowRemarks contains=sayflowComment,sayflowNote,sayflowAllow
syntax cluster sayflowExpression contains=@sayflowRemarks,sayflowOperatorSign,sayflowBracket,sayflowValueOf,
      \sayflowValue,sayflowOperator,sayflowFunction,sayflowSecretWord,sayflowText,sayflowNumber,sayflowComma

call s:region('sayflowGiven', 'sayflowSign', '\=\=@!', s:line .. ' contains=@sayflowExpression')

" ---- What stands within a line ------------------------------------------------------------

call s:match('sayflowTrigger', s:any('triggers'), 'contained')
call s:match('sayflowAnswer', s:any('answers'), 'contained')
call s:match('sayflowTarget', s:any('targets'), 'contained')
call s:match('sayflowPriorityWord', s:any('priorities'), 'contained')
call s:match('sayflowOutcomeWord', s:any('outcomes'), 'contained')
call s:match('sayflowSent', s:any('sent'), 'contained')
call s:match('sayflowEvent', s:any('events'), 'contained')
call s:match('sayflowMocked', s:any('mocked') .. '%(\s*["“`0-9])@=', 'contained')
call s:match('sayflowThen', '<%(then)>', 'contained')

call s:match('sayflowDenial', '<not>')
call s:match('sayflowClause', s:any(filter(copy(s:words.test_clauses), {_, word -> index(['with', 'sets'], word) < 0})))
call s:match('sayflowClause', '<%(id|was|key|extra)>%(\s*["“])@=')
call s:match('sayflowClause', '<save>', 'nextgroup=sayflowAttribute skipwhite')
call s:match('sayflowClause', '<priority>', 'nextgroup=sayflowPriority,sayflowPriorityWord skipwhite')
call s:region('sayflowElse', 'sayflowClause', '<else>',
      \ 'end=/\v["“{}]@=/ end=/$/ end=/^/ contains=@sayflowRemarks,sayflowOutcome,sayflowOutcomeWord,sayflowComma')
call s:region('sayflowGiven', 'sayflowClause', '<else\s+if>', s:line .. ' contains=@sayflowExpression')
call s:region('sayflowGiven', 'sayflowClause', '<with>', s:line .. ' contains=@sayflowExpression')

" ---- What begins a line -------------------------------------------------------------------

call s:match('sayflowStatement', s:any('items', 'settings', 'statements', 'steps'))

for [s:word, s:next] in items({
      \ 'attribute|set|clear': 'Attribute', 'server|get|post': 'Server', 'api|called': 'Api', 'action|do': 'Action',
      \ 'sequence|goto|start': 'Sequence', 'on': 'Trigger', 'accept': 'Answer', 'event': 'Event', 'customer': 'Sent',
      \ 'mock': 'MockedApi',
      \ })
  call s:match('sayflowStatement', '<%(' .. s:word .. ')>' .. s:blank, 'nextgroup=sayflow' .. s:next, 'skipwhite')
endfor
call s:match('sayflowStatement', '<call>', 'nextgroup=sayflowCallId,sayflowSequence skipwhite')
call s:match('sayflowMockedApi', s:name, 'contained nextgroup=sayflowMock skipwhite')
call s:region('sayflowMock', 'sayflowSign', '\=', s:line .. ' contained contains=@sayflowRemarks,sayflowMocked,'
      \ .. 'sayflowOutcomeWord,sayflowText,sayflowRaw,sayflowNumber,sayflowComma,sayflowThen,sayflowMockSets')
call s:region('sayflowMockSets', 'sayflowStatement', '<sets>', s:line
      \ .. ' end=/\v(,\s*then>)@=/ contained contains=@sayflowExpression')
call s:region('sayflowList', 'sayflowStatement', '<leads\s+to>', s:line
      \ .. ' contains=@sayflowRemarks,sayflowSequence,sayflowComma')
call s:region('sayflowGiven', 'sayflowStatement', '<%(given|expect|sets)>', s:line .. ' contains=@sayflowExpression')

call s:region('sayflowGiven', 'sayflowStatement', '<if>', s:line .. ' contains=@sayflowExpression')

call s:match('sayflowType', '%(:\s*)@<=' .. s:any('types', 'outputs'))

" What is given a type or a value at the beginning of a line, whatever word it is.
call s:match('sayflowKey', '%(%(^|[{}])\s*)@<=' .. s:name .. '%(\s*%(:|\=\=@!))@=')

" ---- Comments -----------------------------------------------------------------------------

syntax match sayflowComment +//.*$+ contains=sayflowTodo
syntax match sayflowAllow +//\s*allow\s\+[a-z_]\+::[a-z_]\+.*$+
syntax match sayflowNote +///.*$+
syntax keyword sayflowTodo contained TODO FIXME NOTE

" A text may begin above the screen.
syntax sync fromstart

highlight default link sayflowStatement    Statement
highlight default link sayflowClause       Keyword
highlight default link sayflowThen         Keyword
highlight default link sayflowSecretWord   Keyword
highlight default link sayflowDenial       Operator
highlight default link sayflowOperator     Operator
highlight default link sayflowType         Type
highlight default link sayflowAnswer       Type
highlight default link sayflowTarget       Type
highlight default link sayflowSent         Type
highlight default link sayflowMocked       Type
highlight default link sayflowTrigger      Constant
highlight default link sayflowOutcomeWord  Constant
highlight default link sayflowPriorityWord Constant
highlight default link sayflowEvent        Constant
highlight default link sayflowValue        Constant
highlight default link sayflowOutcome      Constant
highlight default link sayflowPriority     Constant
highlight default link sayflowSecret       Constant
highlight default link sayflowFunction     Function
highlight default link sayflowSequence     Function
highlight default link sayflowAction       Function
highlight default link sayflowApi          Special
highlight default link sayflowMockedApi    sayflowApi
highlight default link sayflowServer       Include
highlight default link sayflowAttribute    Identifier
highlight default link sayflowValueOf      Identifier
highlight default link sayflowKey          Identifier
highlight default link sayflowId           Label
highlight default link sayflowCallId       sayflowId
highlight default link sayflowText         String
highlight default link sayflowRaw          String
highlight default link sayflowRegex        String
highlight default link sayflowDefault      SpecialChar
highlight default link sayflowEscape       SpecialChar
highlight default link sayflowMark         Delimiter
highlight default link sayflowSkip         Delimiter
highlight default link sayflowNumber       Number
highlight default link sayflowComment      Comment
highlight default link sayflowNote         SpecialComment
highlight default link sayflowAllow        PreProc
highlight default link sayflowTodo         Todo

let b:current_syntax = 'sayflow'

let &cpo = s:cpo
unlet s:cpo
