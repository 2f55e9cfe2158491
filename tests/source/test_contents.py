"""Files are read whole, whatever their size."""

from __future__ import annotations

from pathlib import Path

import pytest

from normfix.source.contents import contents


@pytest.mark.parametrize("size", [0, 1, (1 << 16) - 1, 1 << 16, (1 << 16) + 1, (1 << 20) + (1 << 16), 5_000_001])
def test_every_byte_is_read(tmp_path: Path, size: int) -> None:
    data = bytes(number % 251 for number in range(size))
    (tmp_path / "file").write_bytes(data)
    assert contents(tmp_path / "file") == data


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        contents(tmp_path / "absent")
    with pytest.raises(IsADirectoryError):
        contents(tmp_path)
