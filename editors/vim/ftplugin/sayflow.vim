" Vim filetype plugin
" Language: sayflow, conversation flows in files called *.flow

if exists('b:did_ftplugin')
  finish
endif
let b:did_ftplugin = 1

" As `sayflow fmt` writes it.
setlocal expandtab shiftwidth=2 softtabstop=2
setlocal comments=:///,:// commentstring=//\ %s
setlocal formatoptions-=t formatoptions+=croql
setlocal fileformat=unix
setlocal suffixesadd=.flow

let b:undo_ftplugin = 'setlocal expandtab< shiftwidth< softtabstop< comments< commentstring< formatoptions< suffixesadd<'

" `:make` lists what `sayflow check` finds in the folder of this file.
if executable('sayflow')
  setlocal makeprg=sayflow\ check\ --format\ short\ %:p:h:S
  setlocal errorformat=%f:%l:%c:\ %t%.%#[%.%#]:\ %m
  let b:undo_ftplugin ..= ' makeprg< errorformat<'
endif
