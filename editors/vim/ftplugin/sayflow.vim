" Vim filetype plugin
" Language: sayflow, conversation flows in files called *.flow

if exists('b:did_ftplugin')
  finish
endif
let b:did_ftplugin = 1

" As `sayflow fmt` writes it. It keeps the ends of lines, and so does this.
setlocal expandtab shiftwidth=2 softtabstop=2
setlocal comments=:///,:// commentstring=//\ %s
setlocal formatoptions-=t formatoptions+=croql
setlocal suffixesadd=.flow

let b:undo_ftplugin = 'setlocal expandtab< shiftwidth< softtabstop< comments< commentstring< formatoptions< suffixesadd<'

if !executable('sayflow')
  finish
endif

" The folder of the flow, as the server finds it: the topmost one of the repository that holds flows itself. Folders with
" nothing but tests belong to a flow above.
function! s:flow(folder) abort
  let [l:with_flows, l:with_tests, l:above] = ['', a:folder, a:folder]
  while 1
    let l:names = readdir(l:above, {name -> name =~# '^[^.].*\.flow$'})
    let l:with_tests = empty(l:names) ? l:with_tests : l:above
    let l:with_flows = empty(filter(l:names, {_, name -> name !~# '\.test\.flow$'})) ? l:with_flows : l:above
    if getftype(l:above .. '/.git') !=# ''
      return empty(l:with_flows) ? l:with_tests : l:with_flows
    endif
    let l:below = l:above
    let l:above = fnamemodify(l:above, ':h')
    if l:above ==# l:below
      " Outside of a repository nothing says how far a flow reaches.
      return a:folder
    endif
  endwhile
endfunction

" sayflow counts characters, `%c` bytes, and `%v` cells, of which a letter may have two or none.
function! s:count_bytes(command) abort
  if &makeprg !~# '^sayflow check '
    return
  endif
  let l:is_local = a:command =~# '^l'
  let l:items = l:is_local ? getloclist(0) : getqflist()
  let l:files = {}
  for l:item in l:items
    if l:item.lnum > 0 && l:item.col > 0
      if !has_key(l:files, l:item.bufnr)
        let l:file = bufname(l:item.bufnr)
        let l:files[l:item.bufnr] = filereadable(l:file) ? readfile(l:file) : []
      endif
      let l:line = get(l:files[l:item.bufnr], l:item.lnum - 1, '')
      let l:before = byteidxcomp(l:line, l:item.col - 1)
      let l:item.col = l:before < 0 ? l:item.col : l:before + 1
    endif
  endfor
  if l:is_local
    call setloclist(0, [], 'r', {'items': l:items})
  else
    call setqflist([], 'r', {'items': l:items})
  endif
endfunction

" `:make` lists what `sayflow check` finds in the flow of this file.
let s:folder = expand('%:p:h')
if isdirectory(s:folder)
  let &l:makeprg = 'sayflow check --format short ' .. shellescape(s:flow(s:folder), 1)
  setlocal errorformat=%f:%l:%c:\ %t%.%#[%.%#]:\ %m
  augroup sayflow
    autocmd! * <buffer>
    autocmd QuickFixCmdPost <buffer> if expand('<amatch>') =~# '^l\?make$' | call s:count_bytes(expand('<amatch>')) | endif
  augroup END
  let b:undo_ftplugin ..= ' makeprg< errorformat< | execute "autocmd! sayflow * <buffer>"'
endif
