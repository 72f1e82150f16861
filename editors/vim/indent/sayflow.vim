" Vim indent file
" Language: sayflow, conversation flows in files called *.flow

if exists('b:did_indent')
  finish
endif
let b:did_indent = 1

setlocal indentexpr=SayflowIndent(v:lnum)
setlocal indentkeys=0},!^F,o,O
let b:undo_indent = 'setlocal indentexpr< indentkeys<'

if exists('*SayflowIndent')
  finish
endif

" What hides braces and marks: quoted texts, patterns of tests, comments.
let s:quoted = '"\%(\\.\|[^"\\]\)*"\|“\%(\\.\|[^”\\]\)*”\|`[^`]*`'
let s:pattern = '[[:blank:]~]\@1<=/[^[:blank:]/*]\@=\%(\\.\|[^/\\]\)\+/'
let s:hidden = s:quoted .. '\|' .. s:pattern .. '\|//.*'
let s:marks = '"""\|```'

" A line without what is quoted and without its comment: the braces that are left open and close blocks.
function! s:code(number) abort
  return substitute(getline(a:number), s:marks .. '\|' .. s:hidden, '', 'g')
endfunction

" Whether a line begins within a text or a reply of several lines. No item begins in one.
function! s:is_quoted(number) abort
  let l:first = a:number - 1
  while l:first > 1 && getline(l:first) !~# '^\%(sequence\|on\|test\|api\|server\|action\|attribute\)\>'
    let l:first -= 1
  endwhile
  let l:open = ''
  for l:line in getline(max([l:first, 1]), a:number - 1)
    let l:at = 0
    while l:at >= 0
      " Within marks nothing hides the ones that close them.
      let l:wanted = empty(l:open) ? s:marks .. '\|' .. s:hidden : l:open
      let l:found = matchstr(l:line, l:wanted, l:at)
      let l:at = matchend(l:line, l:wanted, l:at)
      if l:found =~# '^\%(' .. s:marks .. '\)$'
        let l:open = empty(l:open) ? l:found : ''
      endif
    endwhile
  endfor
  return !empty(l:open)
endfunction

function! SayflowIndent(number) abort
  if s:is_quoted(a:number)
    return -1
  endif
  let l:above = prevnonblank(a:number - 1)
  while l:above > 1 && s:is_quoted(l:above)
    let l:above -= 1
  endwhile
  if l:above == 0
    return 0
  endif
  let l:code = s:code(l:above)
  " What closes at the beginning of a line has moved that line already.
  let l:open = count(l:code, '{') - count(l:code, '}') + s:closed(l:code)
  return max([0, indent(l:above) + shiftwidth() * (l:open - s:closed(s:code(a:number)))])
endfunction

" How many braces close at the beginning of a line.
function! s:closed(code) abort
  return count(matchstr(a:code, '^[ \t}]*'), '}')
endfunction
