local sayflow = require('sayflow')
local buffer = vim.api.nvim_get_current_buf()

if sayflow.colour(buffer) and vim.treesitter.foldexpr then
  vim.wo.foldmethod = 'expr'
  vim.wo.foldexpr = 'v:lua.vim.treesitter.foldexpr()'
  vim.wo.foldlevel = 99
end

if not vim.lsp.enable and vim.g.sayflow_lsp ~= false then
  sayflow.start(buffer)
end
