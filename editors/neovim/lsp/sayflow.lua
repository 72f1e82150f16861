-- For `vim.lsp.enable('sayflow')`, from Neovim 0.11 on.
return {
  cmd = require('sayflow').command(),
  filetypes = { 'sayflow' },
  root_dir = function(buffer, found)
    found(require('sayflow').root(vim.api.nvim_buf_get_name(buffer)))
  end,
}
