"""Reads PNG files of eight bits a channel without an image library (PNG 1.2, chapters 2 to 6)."""

from __future__ import annotations

import struct
import zlib

import numpy as np

CHANNELS = {0: 1, 2: 3, 4: 2, 6: 4}


def pixels(data: bytes) -> np.ndarray:
    """The image as an array of rows, columns and channels."""
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    at, packed, header = 8, b"", (0, 0, 0, 0)
    while at < len(data):
        length, kind = struct.unpack(">I4s", data[at : at + 8])
        body = data[at + 8 : at + 8 + length]
        if kind == b"IHDR":
            header = struct.unpack(">IIBB", body[:10])
        elif kind == b"IDAT":
            packed += body
        at += length + 12
    width, height, depth, colour = header
    assert depth == 8
    step = CHANNELS[colour]
    lines = np.frombuffer(zlib.decompress(packed), np.uint8).reshape(height, 1 + step * width)
    return _unfiltered(lines, step).reshape(height, width, step)


def _unfiltered(lines: np.ndarray, step: int) -> np.ndarray:
    above = np.zeros(lines.shape[1] - 1, np.int64)
    image = np.empty((len(lines), len(above)), np.uint8)
    for i, line in enumerate(lines):
        row = line[1:].astype(np.int64)
        if line[0] == 1:
            row = np.cumsum(row.reshape(-1, step), axis=0).ravel()
        elif line[0] == 2:
            row = row + above
        elif line[0] in (3, 4):
            row = _serial(row, above, step, paeth=line[0] == 4)
        above = row & 255
        image[i] = above
    return image


def _serial(row: np.ndarray, above: np.ndarray, step: int, paeth: bool) -> np.ndarray:
    values, up = row.tolist(), above.tolist()
    for x, b in enumerate(up):
        a, c = (values[x - step], up[x - step]) if x >= step else (0, 0)
        if paeth:
            near = [abs(b - c), abs(a - c), abs(a + b - 2 * c)]
            guess = (a, b, c)[near.index(min(near))]
        else:
            guess = (a + b) // 2
        values[x] = (values[x] + guess) & 255
    return np.array(values)
