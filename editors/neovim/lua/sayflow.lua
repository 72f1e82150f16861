--- The language server and the colours of flows.
---
--- `vim.g.sayflow_program` is the program where it is not on the PATH; `vim.g.sayflow_lsp = false`
--- leaves the server to a configuration of your own.
local M = {}

--- How the server is started.
function M.command()
  return { vim.g.sayflow_program or 'sayflow', 'lsp' }
end

--- The folder that the server is told of: the repository of a file, or else the file's own.
function M.root(path)
  local folder = vim.fn.fnamemodify(path, ':p:h')
  local above = vim.fn.finddir('.git', folder .. ';')
  return above == '' and folder or vim.fn.fnamemodify(above, ':p:h:h')
end

--- The client of each root, for Neovim before 0.8.
local clients = {}

local function attach(buffer, config)
  local known = clients[config.root_dir]
  if not known or not vim.lsp.get_client_by_id(known) then
    known = vim.lsp.start_client(config)
    clients[config.root_dir] = known
  end
  vim.lsp.buf_attach_client(buffer, known)
end

--- Starts the server for a buffer, or attaches the one that runs.
function M.start(buffer)
  local path = vim.api.nvim_buf_get_name(buffer)
  local config = { name = 'sayflow', cmd = M.command(), root_dir = M.root(path) }
  if vim.fn.executable(config.cmd[1]) == 0 then
    local message = 'sayflow: `' .. config.cmd[1] .. '` is not there; set vim.g.sayflow_program'
    vim.notify_once(message, vim.log.levels.WARN)
  elseif vim.lsp.start then
    vim.lsp.start(config, { bufnr = buffer })
  else
    attach(buffer, config)
  end
end

--- Colours by tree-sitter where its parser has been built; otherwise Vim's syntax stays.
function M.colour(buffer)
  if #vim.api.nvim_get_runtime_file('parser/sayflow.so', false) == 0 then
    return false
  end
  if vim.treesitter.start then
    vim.treesitter.start(buffer, 'sayflow')
  else
    vim.treesitter.highlighter.new(vim.treesitter.get_parser(buffer, 'sayflow'), {})
  end
  return true
end

return M
