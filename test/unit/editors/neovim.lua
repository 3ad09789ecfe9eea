-- Opens a configuration in Neovim with the language server as docs/editors.md sets it up, uses it as a person
-- would, and prints what came out as one line of JSON. SNIPPET is the file with the Lua code of that page.
if not vim.lsp.start then
  -- Neovim 0.7, which Debian 12 has, knows the two halves of it only.
  vim.lsp.start = function(config)
    local id = vim.lsp.start_client(config)
    vim.lsp.buf_attach_client(0, id)
    return id
  end
end
vim.g.do_filetype_lua = 1
vim.cmd("filetype on")
dofile(os.getenv("SNIPPET"))

local out = {}
local function say(key, value) out[key] = value end

local function request(method, params)
  local answers = vim.lsp.buf_request_sync(0, method, params, 10000)
  for _, answer in pairs(answers or {}) do
    if answer.error then return { error = answer.error.message } end
    return answer.result
  end
end

local function position(line, character)
  return { textDocument = vim.lsp.util.make_text_document_params(), position = { line = line, character = character } }
end

local ok, problem = pcall(function()
  vim.cmd("edit " .. os.getenv("CONFIGURATION"))
  say("filetype", vim.bo.filetype)
  local function diagnostics() return vim.diagnostic.get(0) end
  vim.wait(10000, function() return #diagnostics() > 0 end, 20)
  local codes = {}
  for _, d in ipairs(diagnostics()) do
    table.insert(codes, { line = d.lnum + 1, code = d.code or (d.user_data or {}).lsp.code, message = d.message })
  end
  say("diagnostics", codes)

  local hover = request("textDocument/hover", position(3, 6))
  say("hover", hover and hover.contents and hover.contents.value)

  local completion = request("textDocument/completion", position(5, 4))
  local labels = {}
  for _, item in ipairs((completion or {}).items or completion or {}) do table.insert(labels, item.label) end
  say("completion", labels)

  local definition = request("textDocument/definition", position(6, 24))
  local first = definition and (definition[1] or definition)
  say("definition", first and (first.targetSelectionRange or first.range or { start = { line = -1 } }).start.line + 1)

  -- The misspelt keyword is put right by its quick fix, through Neovim's own handling of edits.
  local params = vim.lsp.util.make_range_params()
  params.range = { start = { line = 4, character = 4 }, ["end"] = { line = 4, character = 4 } }
  params.context = { diagnostics = {} }
  for _, d in ipairs(diagnostics()) do
    local lsp = d.user_data and d.user_data.lsp
    if d.lnum == 4 then
      table.insert(params.context.diagnostics, {
        range = { start = { line = d.lnum, character = d.col }, ["end"] = { line = d.end_lnum, character = d.end_col } },
        severity = d.severity, message = d.message, source = d.source, code = d.code or (lsp or {}).code,
      })
    end
  end
  for _, action in ipairs(request("textDocument/codeAction", params) or {}) do
    if action.kind == "quickfix" and action.title:find("priority", 1, true) then
      if not action.edit then action = request("codeAction/resolve", action) end
      vim.lsp.util.apply_workspace_edit(action.edit, "utf-16")
      break
    end
  end
  say("fixed", vim.api.nvim_buf_get_lines(0, 4, 5, false)[1])
  vim.wait(10000, function() return #diagnostics() == 0 end, 20)
  say("left", #diagnostics())

  local edits = request("textDocument/formatting", {
    textDocument = vim.lsp.util.make_text_document_params(),
    options = { tabSize = 4, insertSpaces = true },
  })
  vim.lsp.util.apply_text_edits(edits or {}, 0, "utf-16")
  say("formatted", table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), "\n"))
end)
if not ok then say("error", tostring(problem)) end
io.stdout:write("RESULT " .. vim.fn.json_encode(out) .. "\n")
vim.cmd("qall!")
