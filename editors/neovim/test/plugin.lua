-- What a flow is in Neovim once the plugin is installed. Run by ../../test.sh; $SAYFLOW is the server.
local failed = 0

local function check(what, found, wanted)
  if vim.inspect(found) ~= vim.inspect(wanted) then
    failed = failed + 1
    io.stderr:write(what .. ': found ' .. vim.inspect(found) .. ', wanted ' .. vim.inspect(wanted) .. '\n')
  end
end

vim.g.sayflow_program = os.getenv('SAYFLOW')
local scratch = vim.fn.tempname()
vim.fn.mkdir(scratch, 'p')
local path = scratch .. '/a.flow'
vim.fn.writefile({
  'sequence text {',
  '  text "Hi {{first_name|there}}!"',
  '  goto txt',
  '}',
  'test "a" {',
  '  mock b = reply `{"success": true}`',
  '}',
}, path)
vim.cmd('edit ' .. path)

check('the type of the file', vim.bo.filetype, 'sayflow')
check('indentation', { vim.bo.shiftwidth, vim.bo.expandtab, vim.bo.indentexpr }, { 2, true, 'SayflowIndent(v:lnum)' })
check('comments', vim.bo.commentstring, '// %s')
check('tree-sitter colours', vim.treesitter.highlighter.active[vim.api.nvim_get_current_buf()] ~= nil, true)

local tree = vim.treesitter.get_parser(0, 'sayflow'):parse()[1]:root()
check('the tree has no error', tree:has_error(), false)

-- The captures of each piece of the second line.
local read = vim.treesitter.query and vim.treesitter.query.get or vim.treesitter.get_query
local query = read('sayflow', 'highlights')
local found = {}
for id, node in query:iter_captures(tree, 0, 1, 2) do
  local row, column = node:range()
  if row == 1 then
    table.insert(found, { column, query.captures[id] })
  end
end
table.sort(found, function(one, other)
  return one[1] < other[1]
end)
check('the colours of a line', found, {
  { 2, 'keyword' },
  { 7, 'string' },
  { 8, 'string' },
  { 11, 'punctuation.special' },
  { 13, 'variable' },
  { 23, 'punctuation.special' },
  { 24, 'string.special' },
  { 29, 'punctuation.special' },
  { 31, 'string' },
  { 32, 'string' },
})

for _, name in ipairs({ 'injections', 'folds', 'locals', 'indents' }) do
  check('queries/' .. name .. '.scm is read', pcall(read, 'sayflow', name), true)
end

check('the server finds the mistake', vim.wait(10000, function()
  return #vim.diagnostic.get(0) > 0
end), true)
local messages = vim.tbl_map(function(diagnostic)
  return diagnostic.message:match('^[^\n]+')
end, vim.diagnostic.get(0))
check('the server says which', vim.tbl_contains(messages, 'unknown sequence `txt`'), true)

-- Without the parser Vim's syntax colours.
check('the syntax of Vim', vim.b.current_syntax, 'sayflow')

vim.cmd(failed == 0 and 'qall!' or 'cquit!')
