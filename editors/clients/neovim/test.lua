-- `sayflow lsp` from Neovim; started by test.sh.

local here = vim.fn.fnamemodify(debug.getinfo(1, 'S').source:sub(2), ':p:h')
local desk = dofile(here .. '/desk.lua')
local equal = desk.equal

-- A list that only opens, so that what is accepted is accepted by a key.
vim.o.completeopt = 'menuone,noselect'
vim.o.hidden = true
vim.o.showmode = false
vim.o.shortmess = vim.o.shortmess .. 'c'

local function broken()
  return vim.fn.readfile(vim.env.SAYFLOW_EXPECTED .. '/findings.txt')
end

--- The words of the list that opens at the cursor.
local function offers()
  desk.press('<C-x><C-o>')
  desk.wait_for('a list of completions', function() return vim.fn.pumvisible() == 1 end)
  return vim.tbl_map(function(item) return item.abbr end, vim.fn.complete_info({ 'items' }).items)
end

--- Takes one of the offers.
local function accept(offered, wanted)
  local at
  for number, label in ipairs(offered) do
    if label == wanted then at = number end
  end
  if not at then error(wanted .. ' is not offered', 2) end
  desk.press(('<C-n>'):rep(at) .. '<C-y>')
  desk.wait_for('the end of the list', function() return vim.fn.pumvisible() == 0 end)
end

local function findings_of_every_file()
  desk.open('shop.flow')
  desk.wait_for_findings(broken())
  local messages = vim.tbl_map(function(it) return it.message end, vim.diagnostic.get(0))
  desk.contains(table.concat(messages, '\n'), 'did you mean `points`?')
end

local function the_apis_behind_angles()
  desk.open('orders.flow')
  desk.go_to('{{order_no}}:', ' <<')
  desk.press('A')
  local offered = offers()
  equal(offered, { 'opening_hours', 'order_status' })
  accept(offered, 'order_status')
  desk.type('." else "Nothing is known of it yet."')
  desk.escape()
  equal(desk.lines('orders.flow'), desk.expected('mended', 'orders.flow'))
end

local function the_apis_behind_angles_that_are_typed()
  desk.open('orders.flow')
  desk.go_to('gallery', ' {')
  desk.press('O')
  desk.type('text "🎉 Open: <<open')
  accept(offers(), 'opening_hours')
  desk.type('."')
  desk.escape()
  equal(vim.api.nvim_get_current_line(), 'text "🎉 Open: <<opening_hours>>."')
end

local function the_sequences_behind_an_arrow()
  desk.open('help.flow')
  desk.go_to('on words "menu" {', '')
  desk.press('o')
  desk.type('goto ')
  equal(offers(), { 'agent', 'offers', 'track', 'welcome' })
end

local function a_sequence_has_another_name_in_every_file()
  desk.open('shop.flow')
  desk.go_to('-> ', 'track')
  vim.lsp.buf.rename('follow')
  desk.wait_for('the new name', function() return vim.fn.search('-> follow', 'nw') > 0 end)
  for _, name in ipairs(desk.names) do
    equal(desk.without_former_name(desk.lines(name)), desk.expected('renamed', name), name)
  end
  vim.cmd('silent wall')
  for _, name in ipairs(desk.names) do
    equal(desk.saved(name), desk.lines(name), name .. ' on the disk')
  end
end

local function a_name_that_is_taken_is_refused()
  desk.open('orders.flow')
  desk.go_to('sequence ', 'track')
  local said
  local handler = vim.lsp.handlers['textDocument/rename']
  vim.lsp.handlers['textDocument/rename'] = function(problem) said = problem and problem.message end
  vim.lsp.buf.rename('offers')
  desk.wait_for('a refusal', function() return said end)
  vim.lsp.handlers['textDocument/rename'] = handler
  equal(said, 'there is a sequence `offers` already')
  equal(desk.lines('orders.flow'), desk.saved('orders.flow'))
end

-- Named differently from version 0.8 on.
local format = vim.lsp.buf.format or vim.lsp.buf.formatting_sync

local function the_form_of_every_file()
  for _, name in ipairs(desk.names) do
    desk.open(name)
    format()
    equal(desk.lines(name), desk.expected('formatted', name), name)
    local tick = vim.b.changedtick
    format()
    equal(vim.b.changedtick, tick, name .. ' has its form already')
  end
end

local function the_form_of_a_file_with_carriage_returns()
  local name = 'help.flow'
  vim.fn.writefile({ 'sequence agent {\r', '  text   "Hi"\r', '}\r', '' }, desk.folder .. '/' .. name, 'b')
  desk.open(name)
  equal(vim.bo.fileformat, 'dos')
  format()
  equal(desk.lines(name), { 'sequence agent {', '  text "Hi"', '}', '' })
  local tick = vim.b.changedtick
  format()
  equal(vim.b.changedtick, tick, 'it has its form already')
  vim.cmd('silent write')
  equal(desk.saved(name), { 'sequence agent {\r', '  text "Hi"\r', '}\r', '' })
end

local function what_a_name_means()
  desk.open('orders.flow')
  desk.go_to('open: <<', 'opening_hours')
  vim.lsp.buf.hover()
  local shown = desk.wait_for('a window with the meaning', function()
    for _, window in ipairs(vim.api.nvim_list_wins()) do
      if vim.api.nvim_win_get_config(window).relative ~= '' then return window end
    end
  end)
  local text = table.concat(vim.api.nvim_buf_get_lines(vim.api.nvim_win_get_buf(shown), 0, -1, true), '\n')
  desk.contains(text, 'api opening_hours: text {')
  desk.contains(text, 'GET https://api.shop.example/hours')
  vim.api.nvim_win_close(shown, true)
end

local function where_a_name_is_declared()
  desk.open('help.flow')
  desk.go_to('🎉 Track an order" -> ', 'track')
  vim.lsp.buf.definition()
  desk.wait_for('orders.flow', function() return vim.fn.expand('%:t') == 'orders.flow' end)
  desk.wait_for('the declaration', function()
    local line, column = unpack(vim.api.nvim_win_get_cursor(0))
    return vim.api.nvim_get_current_line():sub(column + 1) == 'track {' and line == 14
  end)
end

--- Takes the action on the line of the cursor that has a name in its title.
local function act(name)
  local select = vim.ui.select
  local chosen
  vim.ui.select = function(actions, options, on_choice)
    for _, action in ipairs(actions) do
      if options.format_item(action):find('`' .. name .. '`', 1, true) then chosen = action end
    end
    on_choice(chosen)
  end
  vim.lsp.buf.code_action()
  desk.wait_for('an action with ' .. name, function() return chosen end)
  vim.ui.select = select
end

local function nothing_is_found_once_all_is_mended()
  desk.open('shop.flow')
  desk.wait_for_findings(broken())
  desk.go_to('{{', 'point}}')
  act('points')
  desk.go_to('-> ', 'ofers')
  act('offers')
  equal(desk.lines('shop.flow'), desk.expected('mended', 'shop.flow'))
  desk.wait_for_findings({ broken()[1], broken()[2] })
  desk.open('orders.flow')
  desk.go_to('{{order_no}}:', ' <<')
  desk.press('A')
  desk.type('order_status>>." else "Nothing is known of it yet."')
  desk.escape()
  equal(desk.lines('orders.flow'), desk.expected('mended', 'orders.flow'))
  desk.wait_for_findings({})
end

desk.run {
  { 'findings of every file', findings_of_every_file },
  { 'the APIs behind <<', the_apis_behind_angles },
  { 'the APIs behind << that are typed', the_apis_behind_angles_that_are_typed },
  { 'the sequences behind goto', the_sequences_behind_an_arrow },
  { 'a sequence has another name in every file', a_sequence_has_another_name_in_every_file },
  { 'a name that is taken is refused', a_name_that_is_taken_is_refused },
  { 'the form of every file', the_form_of_every_file },
  { 'the form of a file with carriage returns', the_form_of_a_file_with_carriage_returns },
  { 'what a name means', what_a_name_means },
  { 'where a name is declared', where_a_name_is_declared },
  { 'nothing is found once all is mended', nothing_is_found_once_all_is_mended },
}
