" Whether indenting a formatted file changes nothing, also where every line has lost its indent.
" Files stand in $FLOWS; what differs is written to $FOUND.

execute 'set runtimepath^=' .. fnameescape($VIM_FOLDER)
set nomore encoding=utf-8
filetype plugin indent on
syntax on

let s:found = []
for s:file in readfile($FLOWS)
  execute 'silent edit' fnameescape(s:file)
  let s:before = getline(1, '$')
  " Within texts and replies of several lines blanks mean something.
  for s:number in range(1, line('$'))
    if SayflowIndent(s:number) >= 0
      call setline(s:number, trim(getline(s:number), " \t", 1))
    endif
  endfor
  silent normal! gg=G
  for s:number in range(1, line('$'))
    if getline(s:number) !=# s:before[s:number - 1]
      call add(s:found, s:file .. ':' .. s:number .. ': ' .. s:before[s:number - 1] .. ' became ' .. getline(s:number))
    endif
  endfor
  bwipeout!
endfor
call writefile(s:found, $FOUND)
qall!
