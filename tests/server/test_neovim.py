"""The notes for Neovim in docs/editors.md, in the Neovim that is installed."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

NEOVIM = shutil.which("nvim")
DOCS = (Path(__file__).parents[2] / "docs" / "editors.md").read_text(encoding="utf-8")
NEW, OLD, KEY = re.findall(r"```lua\n(.*?)```", DOCS, re.DOTALL)
CODE = """\
x = '😀'; from keras.layers.normalization import BatchNormalization
layer = BatchNormalization(mode=0)
"""
SCRIPT = """
vim.cmd('filetype on')
vim.cmd('edit code.py')
local function wait(count) return vim.wait(50000, function() return #vim.diagnostic.get(0) == count end, 50) end
local said = {}
if not wait(2) then vim.cmd('cquit') end
for _, one in ipairs(vim.diagnostic.get(0)) do
  table.insert(said, one.lnum .. ':' .. one.col .. ' ' .. one.source)
end
local function ask(method, params)
  params.textDocument = { uri = vim.uri_from_bufnr(0) }
  for _, answer in pairs(vim.lsp.buf_request_sync(0, method, params, 50000)) do return answer.result end
end
local hover = ask('textDocument/hover', { position = { line = 1, character = 12 } })
table.insert(said, hover.contents.value:match('[^\\n]*'))
if vim.fn.has('nvim-0.8') == 1 then
  vim.lsp.buf.code_action({ context = { only = { 'source.fixAll.normfix' }, diagnostics = {} }, apply = true })
else
  local place = { line = 0, character = 0 }
  local context = { only = { 'source.fixAll.normfix' }, diagnostics = {} }
  local actions = ask('textDocument/codeAction', { range = { start = place, ['end'] = place }, context = context })
  for _, answer in pairs(vim.lsp.buf_request_sync(0, 'codeAction/resolve', actions[1], 50000)) do
    vim.lsp.util.apply_workspace_edit(answer.result.edit, 'utf-16')
  end
end
if not wait(0) then vim.cmd('cquit') end
vim.cmd('write')
vim.fn.writefile(said, 'said')
vim.cmd('qall!')
"""


@pytest.mark.skipif(NEOVIM is None, reason="no Neovim is installed")
def test_the_notes_for_neovim(script: str, tmp_path: Path) -> None:
    assert NEOVIM is not None
    version = subprocess.run([NEOVIM, "--version"], capture_output=True, text=True, check=True).stdout
    number = re.search(r"v0\.(\d+)", version)
    is_new = number is None or int(number[1]) >= 11
    (tmp_path / "pyproject.toml").touch()
    (tmp_path / "code.py").write_text(CODE, encoding="utf-8")
    (tmp_path / "init.lua").write_text((NEW if is_new else OLD) + KEY, encoding="utf-8")
    (tmp_path / "script.lua").write_text(SCRIPT, encoding="utf-8")
    environment = {**os.environ, "PATH": f"{Path(script).parent}{os.pathsep}{os.environ['PATH']}"}
    command = [NEOVIM, "--headless", "--clean", "-n", "-u", "init.lua", "-S", "script.lua"]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    # Neovim counts in bytes: the emoji is four.
    said = (tmp_path / "said").read_text(encoding="utf-8").splitlines()
    assert said[:2] == ["0:51 normfix", "1:27 normfix"]
    assert said[2].startswith("**keras.layers.normalization.BatchNormalization** ")
    expected = CODE.replace(".normalization", "").replace("mode=0", "")
    assert (tmp_path / "code.py").read_text(encoding="utf-8") == expected
