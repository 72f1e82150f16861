" Writes the syntax group of every character: one line of JSON a file, [[column, group], …] a line.
" Files stand in $FLOWS, the result goes to $COLOURS.

set nomore encoding=utf-8 nocompatible
execute 'set runtimepath^=' .. fnameescape($VIM_FOLDER)
syntax on

" The groups of a line, where they change, by byte.
function! Line(number) abort
  let l:changes = []
  let l:last = ''
  for l:column in range(1, col([a:number, '$']) - 1)
    let l:group = synIDattr(synID(a:number, l:column, 0), 'name')
    if l:group !=# l:last
      call add(l:changes, [l:column - 1, l:group])
      let l:last = l:group
    endif
  endfor
  return l:changes
endfunction

let s:out = []
for s:file in readfile($FLOWS)
  execute 'silent edit' fnameescape(s:file)
  set fileformat=unix filetype=sayflow
  call add(s:out, json_encode(map(range(1, line('$')), {_, number -> Line(number)})))
  bwipeout!
endfor
call writefile(s:out, $COLOURS)
qall!
