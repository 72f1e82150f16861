" What a flow is in Vim once the plugin is installed; also run in Neovim. Needs `sayflow` on the PATH; what fails is
" written to $FOUND.

execute 'set runtimepath^=' .. fnameescape($VIM_FOLDER)
set nomore encoding=utf-8 fileformats=unix,dos shellpipe=>%s\ 2>&1
filetype plugin indent on

let s:repository = tempname() .. ' 50% #1'
call mkdir(s:repository .. '/.git', 'p')
call mkdir(s:repository .. '/bot/more', 'p')
call mkdir(s:repository .. '/bot/tests', 'p')
call mkdir(s:repository .. '/other', 'p')
let s:bot = s:repository .. '/bot'
call writefile(['attribute city: text', 'on start {', '  goto order', '}', 'sequence home {', '  end', '}'], s:bot .. '/a.flow')
let s:lines = ['sequence order {', '  text "আপনার শহর {{citty}}"', '  once @x {', '    goto home', '  }', '  goto nowhere', '}']
call writefile(s:lines, s:bot .. '/more/b.flow')
call writefile(['test "a" {', '  customer "x"', '}'], s:bot .. '/tests/c.test.flow')
call writefile(["on start {\r", "  end\r", "}\r"], s:repository .. '/other/d.flow')

function s:edit(path) abort
  silent execute 'edit' fnameescape(s:repository .. a:path)
endfunction

" What `:make` lists: file, line and byte.
function s:listed(command) abort
  silent execute a:command
  let l:items = a:command =~# '^l' ? getloclist(0) : getqflist()
  call filter(l:items, {_, item -> item.valid})
  return map(l:items, {_, item -> [fnamemodify(bufname(item.bufnr), ':t'), item.lnum, item.col]})
endfunction

function s:test() abort
  " The flow of a sub-folder, and the bytes of a line with letters of three bytes.
  let l:wanted = [['b.flow', 2, 37], ['b.flow', 6, 8]]
  call s:edit('/bot/more/b.flow')
  call assert_equal(l:wanted, filter(s:listed('make'), {_, item -> item[0] ==# 'b.flow'}))
  call assert_equal([2, 37], [line('.'), col('.')], 'where the cursor is')
  call assert_equal(l:wanted, filter(s:listed('lmake!'), {_, item -> item[0] ==# 'b.flow'}))
  let l:makeprg = &makeprg
  for l:file in ['/bot/a.flow', '/bot/tests/c.test.flow']
    call s:edit(l:file)
    call assert_equal(l:makeprg, &makeprg, l:file)
  endfor

  " Another list, and another program, keep their columns.
  call s:edit('/bot/more/b.flow')
  call assert_equal([['b.flow', 2, 35]], s:listed('vimgrep /{{citty/ %'))
  execute 'lcd' fnameescape(s:bot .. '/more')
  setlocal makeprg=echo\ b.flow:2:21:\ error[x]:\ y
  call assert_equal([['b.flow', 2, 21]], s:listed('make!'))
  set filetype=
  call assert_equal(['make', 0], [&makeprg, exists('#sayflow#QuickFixCmdPost#<buffer>')])

  " Line ends stay.
  call s:edit('/other/d.flow')
  call assert_equal(['dos', 0], [&fileformat, &modified])
  call assert_match('other', &makeprg)
  bwipeout
  set nomodifiable
  setglobal nomodifiable
  call s:edit('/other/d.flow')
  call assert_equal(['sayflow', 2], [&filetype, &shiftwidth])
endfunction

try
  call s:test()
catch
  call add(v:errors, v:throwpoint .. ': ' .. v:exception)
endtry
call writefile(v:errors, $FOUND)
call delete(s:repository, 'rf')
qall!
