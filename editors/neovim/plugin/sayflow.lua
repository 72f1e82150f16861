if vim.g.loaded_sayflow then
  return
end
vim.g.loaded_sayflow = true

-- Before 0.11 `ftplugin/sayflow.lua` starts the server.
if vim.lsp.enable and vim.g.sayflow_lsp ~= false then
  vim.lsp.enable('sayflow')
end
