-- An author at Neovim: opens a copy of the flow, types, waits, looks.
--
-- A test runs as a coroutine beside Neovim's main loop, so that what is typed goes the way of real keys.

local desk = {}

local WAIT_MS = 10000
local POLL_MS = 10

local running

local function pause()
  vim.defer_fn(function() running() end, POLL_MS)
  coroutine.yield()
end

--- Waits until a question has an answer other than nil or false, and gives it.
function desk.wait_for(what, question)
  local deadline = vim.loop.now() + WAIT_MS
  while true do
    local answer = question()
    if answer then return answer end
    if vim.loop.now() > deadline then error('waited in vain for ' .. what, 2) end
    pause()
  end
end

--- Fails where two values differ, and shows both.
function desk.equal(found, expected, what)
  if not vim.deep_equal(found, expected) then
    local text = '%s\n  expected: %s\n  found:    %s'
    error(text:format(what or 'not equal', vim.inspect(expected), vim.inspect(found)), 2)
  end
end

function desk.contains(text, part)
  if not text:find(part, 1, true) then
    error(('no %s in\n%s'):format(vim.inspect(part), text), 2)
  end
end

--- Presses keys, which Neovim handles when the test waits next.
function desk.press(keys)
  vim.api.nvim_input(keys)
end

--- Types text in insert mode and waits until it stands before the cursor.
function desk.type(text)
  vim.api.nvim_input((text:gsub('<', '<lt>')))
  desk.wait_for('the text ' .. text, function()
    local column = vim.api.nvim_win_get_cursor(0)[2]
    return vim.endswith(vim.api.nvim_get_current_line():sub(1, column), text)
  end)
end

--- Leaves the insert mode.
function desk.escape()
  vim.api.nvim_input('<Esc>')
  desk.wait_for('normal mode', function() return vim.fn.mode() == 'n' end)
end

local function lines_of(path)
  return vim.fn.readfile(path, 'b')
end

--- The lines that a file has when a test is over, as a folder of `expected` has them.
function desk.expected(folder, name)
  return lines_of(table.concat({ vim.env.SAYFLOW_EXPECTED, folder, name }, '/'))
end

--- The lines of a file of the flow as the editor has them; the last is empty, as behind a last line break.
function desk.lines(name)
  local buffer = vim.fn.bufnr(desk.folder .. '/' .. name)
  local lines = vim.api.nvim_buf_get_lines(buffer, 0, -1, true)
  if vim.bo[buffer].endofline then table.insert(lines, '') end
  return lines
end

--- The lines of a file of the flow on the disk.
function desk.saved(name)
  return lines_of(desk.folder .. '/' .. name)
end

--- Lines without the former name that a rename may leave beside a declaration.
function desk.without_former_name(lines)
  return vim.tbl_map(function(line) return (line:gsub('^(sequence %S+) was "track"', '%1')) end, lines)
end

--- Every file of the flow.
desk.names = vim.tbl_map(function(path) return vim.fn.fnamemodify(path, ':t') end,
  vim.fn.glob(vim.env.SAYFLOW_FLOW .. '/*.flow', false, true))

--- Opens a file of the flow, and gives it to the server.
function desk.open(name)
  vim.cmd('edit ' .. vim.fn.fnameescape(desk.folder .. '/' .. name))
  vim.bo.omnifunc = 'v:lua.vim.lsp.omnifunc'
  assert(vim.lsp.buf_attach_client(0, desk.client), 'the server does not take ' .. name)
  desk.wait_for('the server', function()
    local client = vim.lsp.get_client_by_id(desk.client)
    return client and client.initialized
  end)
end

--- Puts the cursor between two texts that stand side by side in one line.
function desk.go_to(before, after)
  for number, line in ipairs(vim.api.nvim_buf_get_lines(0, 0, -1, true)) do
    local first = line:find(before .. after, 1, true)
    if first then
      vim.api.nvim_win_set_cursor(0, { number, first - 1 + #before })
      return
    end
  end
  error(('no line has %s%s'):format(before, after), 2)
end

local SEVERITIES = { 'error', 'warning', 'information', 'hint' }

--- What the server found, each as `file:line severity code text`, in which the text is what the range covers.
function desk.findings()
  local found = {}
  local namespace = vim.lsp.diagnostic.get_namespace(desk.client)
  for _, it in ipairs(vim.diagnostic.get(nil, { namespace = namespace })) do
    vim.fn.bufload(it.bufnr)
    local text = vim.api.nvim_buf_get_text(it.bufnr, it.lnum, it.col, it.end_lnum, it.end_col, {})
    local name = vim.fn.fnamemodify(vim.api.nvim_buf_get_name(it.bufnr), ':t')
    table.insert(found, ('%s:%d %s %s %s'):format(name, it.lnum + 1, SEVERITIES[it.severity],
      it.user_data.lsp.code, table.concat(text, '\\n')))
  end
  table.sort(found)
  return found
end

--- Waits until the server found what is expected, no more and no less.
function desk.wait_for_findings(expected)
  local found
  local ok, problem = pcall(desk.wait_for, 'findings', function()
    found = desk.findings()
    return vim.deep_equal(found, expected)
  end)
  if not ok then
    desk.equal(found, expected, 'findings')
    error(problem, 2)
  end
end

local function start()
  desk.folder = vim.fn.tempname() .. '/Café & flow'
  vim.fn.mkdir(desk.folder, 'p')
  for _, name in ipairs(desk.names) do
    vim.fn.writefile(lines_of(vim.env.SAYFLOW_FLOW .. '/' .. name), desk.folder .. '/' .. name, 'b')
  end
  desk.exit = nil
  desk.client = vim.lsp.start_client {
    name = 'sayflow',
    cmd = { vim.env.SAYFLOW_SERVER },
    root_dir = desk.folder,
    on_exit = function(code, signal) desk.exit = { code = code, signal = signal } end,
  }
end

local function stop()
  vim.lsp.stop_client(desk.client)
  desk.wait_for('the end of the server', function() return desk.exit end)
  desk.equal(desk.exit, { code = 0, signal = 0 }, 'how the server left')
  vim.cmd('silent! %bwipeout!')
  vim.fn.delete(vim.fn.fnamemodify(desk.folder, ':h'), 'rf')
end

local function attempt(body)
  local ok, problem = xpcall(function()
    start()
    body()
  end, debug.traceback)
  if vim.fn.mode() ~= 'n' then desk.escape() end
  local left, anger = pcall(stop)
  if ok and not left then return false, anger end
  return ok, problem
end

--- Runs tests, each a pair of a name and a function, and leaves Neovim.
function desk.run(tests)
  local failed = 0
  running = coroutine.wrap(function()
    for _, test in ipairs(tests) do
      local name, body = unpack(test)
      local ok, problem = attempt(body)
      io.stdout:write(('%s  %s\n'):format(ok and 'ok    ' or 'FAILED', name))
      if not ok then
        failed = failed + 1
        io.stdout:write(problem .. '\n')
      end
    end
    io.stdout:write(('%d of %d tests passed\n'):format(#tests - failed, #tests))
    io.stdout:flush()
    vim.cmd(failed == 0 and 'qall!' or 'cquit')
  end)
  vim.schedule(running)
end

return desk
