"""Ways to damage a file: each takes a generator and the bytes, and returns other bytes."""

from __future__ import annotations

import functools
import gzip
import io
import json
import struct
import warnings
import zipfile
import zlib
from collections.abc import Callable

import numpy as np

Mutation = Callable[[np.random.Generator, bytes], bytes]
_BOMB_BYTES = 1 << 28
_LONG = (0, 1, 255, 2**16, 2**31 - 1, 2**32 - 1)


def _place(rng: np.random.Generator, length: int) -> int:
    """A position, often near the start or the end, where the headers are."""
    if length < 2:
        return 0
    near = int(rng.integers(0, min(length, 512)))
    return [int(rng.integers(0, length)), near, length - 1 - near][rng.integers(0, 3)]


def _span(rng: np.random.Generator, length: int) -> slice:
    start = _place(rng, length)
    return slice(start, start + int(rng.integers(1, max(2, min(4096, length // 4)))))


def flip_bytes(rng: np.random.Generator, content: bytes) -> bytes:
    """One byte to eight become others."""
    changed = bytearray(content)
    for _ in range(rng.integers(1, 9)):
        changed[_place(rng, len(changed))] ^= int(rng.integers(1, 256))
    return bytes(changed)


def truncate(rng: np.random.Generator, content: bytes) -> bytes:
    """The file ends anywhere."""
    return content[: _place(rng, len(content))]


def extend(rng: np.random.Generator, content: bytes) -> bytes:
    """Something follows: zeros, noise, or the file again."""
    noise = rng.bytes(int(rng.integers(1, 4096)))
    return content + [bytes(len(noise)), noise, content][rng.integers(0, 3)]


def prepend(rng: np.random.Generator, content: bytes) -> bytes:
    """Something stands before it."""
    return rng.bytes(int(rng.integers(1, 64))) + content


def remove_span(rng: np.random.Generator, content: bytes) -> bytes:
    """A piece is missing."""
    span = _span(rng, len(content))
    return content[: span.start] + content[span.stop :]


def zero_span(rng: np.random.Generator, content: bytes) -> bytes:
    """A block was never written."""
    changed, span = bytearray(content), _span(rng, len(content))
    changed[span] = bytes(len(changed[span]))
    return bytes(changed)


def swap_spans(rng: np.random.Generator, content: bytes) -> bytes:
    """Two blocks of the same size changed places."""
    size = int(rng.integers(1, max(2, min(4096, len(content) // 3))))
    first, second = sorted(int(rng.integers(0, len(content) - size + 1)) for _ in range(2))
    second = max(second, min(first + size, len(content) - size))
    one, other = content[first : first + size], content[second : second + size]
    changed = bytearray(content)
    changed[first : first + size] = other
    changed[second : second + size] = one
    return bytes(changed)


GENERAL: tuple[Mutation, ...] = (
    flip_bytes,
    truncate,
    extend,
    prepend,
    remove_span,
    zero_span,
    swap_spans,
)


def idx_header(rng: np.random.Generator, content: bytes) -> bytes:
    """The header of an IDX file claims another length, magic number or size."""
    changed = bytearray(content)
    number = int(rng.integers(0, 2**32)) if rng.random() < 0.5 else _LONG[rng.integers(0, 6)]
    struct.pack_into(">I", changed, 4 * int(rng.integers(0, 4)), number)
    return bytes(changed)


def image_size(rng: np.random.Generator, content: bytes) -> bytes:
    """The header of a PNG, JPEG, BMP or GIF file claims another width or height."""
    changed = bytearray(content)
    if content.startswith(b"\x89PNG"):
        place, form = 16, ">I"
    elif content.startswith(b"BM"):
        place, form = 18, "<i"
    elif content.startswith(b"GIF8"):
        place, form = 6, "<H"
    else:  # the start of a JPEG's frame: length, bits, height, width
        place, form = max(content.find(b"\xff\xc0"), 0) + 5, ">H"
    side = int(rng.integers(0, 2))
    most = 2 ** (8 * struct.calcsize(form) - 1) - 1
    number = [0, 1, 12_000, 30_000, most, int(rng.integers(0, most))][rng.integers(0, 6)]
    struct.pack_into(form, changed, place + side * struct.calcsize(form), number)
    if form == ">I":  # its checksum is correct, as in a deliberately made file
        struct.pack_into(">I", changed, 29, zlib.crc32(bytes(changed[12:29])))
    return bytes(changed)


def gzip_inside(mutate: Mutation) -> Mutation:
    """Damage the contents of a gzip file, with a correct checksum."""

    @functools.wraps(mutate)
    def inside(rng: np.random.Generator, content: bytes) -> bytes:
        return gzip.compress(mutate(rng, gzip.decompress(content)), 1)

    return inside


@functools.cache
def _gzip_zeros() -> bytes:
    return gzip.compress(bytes(1 << 22), 9)


def gzip_bomb(rng: np.random.Generator, content: bytes) -> bytes:
    """Make a few kilobytes that expand to hundreds of megabytes, with an honest header or not."""
    inner = gzip.decompress(content)
    num_images = int(rng.choice([1_000_000, 330_000, 100_000]))
    honest = struct.pack(">4I", 2051, num_images, 28, 28)
    header = [inner, inner[:16], honest][rng.integers(0, 3)]
    return gzip.compress(header, 1) + _gzip_zeros() * 60


def _members(content: bytes) -> list[tuple[zipfile.ZipInfo, bytes]]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return [(info, archive.read(info)) for info in archive.infolist()]


def _zip(members: list[tuple[zipfile.ZipInfo, bytes]]) -> bytes:
    stream = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(stream, "w") as archive:
        warnings.simplefilter("ignore")  # it warns about duplicate members
        for info, content in members:
            archive.writestr(info.filename, content, info.compress_type)
    return stream.getvalue()


def zip_inside(mutate: Mutation) -> Mutation:
    """Damage one member of a zip archive, with a correct checksum."""

    @functools.wraps(mutate)
    def inside(rng: np.random.Generator, content: bytes) -> bytes:
        members = _members(content)
        place = int(rng.integers(0, len(members)))
        members[place] = (members[place][0], mutate(rng, members[place][1]))
        return _zip(members)

    return inside


def zip_duplicate(rng: np.random.Generator, content: bytes) -> bytes:
    """Add a second copy of a member, intact or damaged."""
    members = _members(content)
    info, inner = members[rng.integers(0, len(members))]
    again = flip_bytes(rng, inner) if inner and rng.random() < 0.5 else inner
    members.insert(int(rng.integers(0, len(members) + 1)), (info, again))
    return _zip(members)


def zip_members(rng: np.random.Generator, content: bytes) -> bytes:
    """Members are missing, renamed, in another order, or there are more."""
    members = _members(content)
    place = int(rng.integers(0, len(members)))
    kind = rng.integers(0, 4)
    if kind == 0:
        del members[place]
    elif kind == 1:
        members[place][0].filename += "x"
    elif kind == 2:
        members.reverse()
    else:
        members.append((zipfile.ZipInfo("../other.npy"), rng.bytes(100)))
    return _zip(members)


def zip_header(rng: np.random.Generator, content: bytes) -> bytes:
    """Change a size, an offset, a method or a count in the headers of a zip archive."""
    changed = bytearray(content)
    mark = [b"PK\1\2", b"PK\3\4", b"PK\5\6"][rng.integers(0, 3)]
    places = (
        [i for i in range(len(content) - 4) if content.startswith(mark, i)]
        if (len(content) < 4096)
        else _find_all(content, mark)
    )
    start = places[rng.integers(0, len(places))]
    offset = start + 4 + 2 * int(rng.integers(0, 9 if mark == b"PK\5\6" else 13))
    if offset + 4 > len(changed):
        return truncate(rng, content)
    wide = rng.random() < 0.5
    number = _LONG[rng.integers(0, 6)] if rng.random() < 0.5 else int(rng.integers(0, 2**32))
    struct.pack_into("<I" if wide else "<H", changed, offset, number % (2**32 if wide else 2**16))
    return bytes(changed)


def _find_all(content: bytes, mark: bytes) -> list[int]:
    found, place = [], content.find(mark)
    while place >= 0:
        found.append(place)
        place = content.find(mark, place + 1)
    return found


def npy_header(rng: np.random.Generator, content: bytes) -> bytes:
    """The header of an array in a zip archive claims another shape, dtype or order."""
    members = _members(content)
    arrays = [i for i, (info, _) in enumerate(members) if info.filename.endswith(".npy")]
    if not arrays:  # a .keras file: its text instead
        return zip_inside(flip_bytes)(rng, content)
    place = arrays[rng.integers(0, len(arrays))]
    info, inner = members[place]
    array = np.load(io.BytesIO(inner))
    count = int(rng.choice([0, 1, array.size - 1, array.size + 1, 10**6, 10**12, 2**63]))
    shape = (count, *array.shape[1:]) if rng.random() < 0.7 else (count,)
    dtype = str(rng.choice([array.dtype.str, "<f8", "|O", "<U9", "|b1", "<M8[s]", "|V100000000"]))
    header = {"descr": dtype, "fortran_order": bool(rng.random() < 0.3), "shape": shape}
    stream = io.BytesIO()
    np.lib.format.write_array_header_1_0(stream, header)
    stream.write(array.tobytes())
    members[place] = (info, stream.getvalue())
    return _zip(members)


@functools.cache
def _deflated_zeros() -> tuple[bytes, int]:
    """A quarter of a gigabyte of zeros as deflate has them, and its checksum."""
    packer, block = zlib.compressobj(9, zlib.DEFLATED, -15), bytes(1 << 22)
    parts, checksum = [], 0
    for _ in range(_BOMB_BYTES // len(block)):
        parts.append(packer.compress(block))
        checksum = zlib.crc32(block, checksum)
    return b"".join([*parts, packer.flush()]), checksum


def zip_bomb(rng: np.random.Generator, content: bytes) -> bytes:
    """One member is a quarter of a gigabyte of zeros in 260 kilobytes."""
    members = _members(content)
    place = int(rng.integers(0, len(members)))
    packed, checksum = _deflated_zeros()
    name = members[place][0].filename.encode()
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for number, (info, inner) in enumerate(members):
            if number != place:
                archive.writestr(info.filename, inner, info.compress_type)
        bomb = zipfile.ZipInfo(name.decode())
        bomb.compress_type, bomb.CRC = zipfile.ZIP_DEFLATED, checksum
        bomb.file_size, bomb.compress_size = _BOMB_BYTES, len(packed)
        bomb.header_offset = stream.tell()
        stream.write(bomb.FileHeader(zip64=False))
        stream.write(packed)
        archive.filelist.append(bomb)
        archive.NameToInfo[bomb.filename] = bomb
        archive.start_dir = stream.tell()
        archive._didModify = True
    return stream.getvalue()


def json_text(rng: np.random.Generator, content: bytes) -> bytes:
    """Replace the text of a run: too deep, too large, of another kind, or with another number."""
    metrics = json.loads(content)
    kind = rng.integers(0, 7)
    if kind == 0:
        return b'{"a":' * int(rng.integers(1, 200_000))
    if kind == 1:
        return b'{"wing": "' + b"x" * (1 << 25) + b'"}'
    if kind == 2:
        return json.dumps([[], 1, "text", None, True][rng.integers(0, 5)]).encode()
    if kind == 3:
        return content.replace(b"{", b'{"wing": "keras", "seed": ' + b"9" * 5000 + b", ", 1)
    name = list(metrics)[rng.integers(0, len(metrics))]
    if kind == 4:
        del metrics[name]
    else:
        metrics[name] = [None, -1, 1e308, "x", [], {}, 10**400, "mlp"][rng.integers(0, 8)]
    return json.dumps(metrics).encode()


_FIELDS = (
    *(b"10", b"300", b"256", b"-1", b"1.0", b"1e1", b"nan", b"inf", b"", b" ", b"white", b"0x1f"),
    *(b" 7 ", b"+7", b"007", b"1_0", b'"7"', b"'7", b"9" * 20, b"9" * 400, b"7 7", b"7;7", b"\t7"),
    *("٧".encode(), "７".encode(), "−1".encode(), b"\xff", b"\0", b"7\r", b"\r7", b"7\x0b", b"#7"),
)


def _lines(content: bytes) -> list[bytes]:
    return content.split(b"\n")


def _line_place(rng: np.random.Generator, lines: list[bytes]) -> int:
    """The number of a line, often of the first, of the one below it, or of the last."""
    last = max(len(lines) - 2, 0)
    return [0, min(1, last), last, int(rng.integers(0, len(lines)))][rng.integers(0, 4)]


def csv_field(rng: np.random.Generator, content: bytes) -> bytes:
    """A field of a table is another number, or no plain number."""
    lines = _lines(content)
    place = _line_place(rng, lines)
    fields = lines[place].split(b",")
    column = [0, len(fields) - 1, int(rng.integers(0, len(fields)))][rng.integers(0, 3)]
    fields[column] = _FIELDS[rng.integers(0, len(_FIELDS))]
    lines[place] = b",".join(fields)
    return b"\n".join(lines)


def csv_columns(rng: np.random.Generator, content: bytes) -> bytes:
    """A line of a table, or each line, has a column more or less."""
    lines = _lines(content)
    place = _line_place(rng, lines)
    column = int(rng.integers(0, 785))
    kind, every = rng.integers(0, 3), rng.random() < 0.3
    for number in range(len(lines)) if every else [place]:
        fields = lines[number].split(b",")
        if kind == 0 and len(fields) > 1:
            del fields[column % len(fields)]
        elif kind == 1:
            fields.insert(column % len(fields), b"5")
        else:
            fields = fields[:column]
        lines[number] = b",".join(fields)
    return b"\n".join(lines)


def csv_lines(rng: np.random.Generator, content: bytes) -> bytes:
    """Lines of a table are missing, doubled, blank, joined, broken, or in another order."""
    lines = _lines(content)
    place, kind = _line_place(rng, lines), rng.integers(0, 8)
    line = lines[place]
    if kind == 0:
        del lines[place]
    elif kind == 1:
        lines.insert(place, lines[rng.integers(0, len(lines))])
    elif kind == 2:
        lines.insert(place, [b"", b" ", b"\r", b",", b"," * 784][rng.integers(0, 5)])
    elif kind == 3 and place + 1 < len(lines):
        lines[place] = line + lines.pop(place + 1)
    elif kind == 4:
        cut = int(rng.integers(0, len(line) + 1))
        lines[place : place + 1] = [line[:cut], line[cut:]]
    elif kind == 5:
        lines = [lines[number] for number in rng.permutation(len(lines))]
    elif kind == 6:
        lines[place] = line * int(rng.integers(2, 40))
    else:
        lines = lines[: place + 1]
    return b"\n".join(lines)


def csv_ends(rng: np.random.Generator, content: bytes) -> bytes:
    """A table has other ends of lines, another comma, quotes, another encoding, or a mark."""
    text = content.decode("latin-1")
    return [
        lambda: content.replace(b"\n", b"\r\n"),
        lambda: content.replace(b"\n", b"\r"),
        lambda: content.replace(b"\n", b"\r\r\n"),
        lambda: content.replace(b"\n", b"\x0c", int(rng.integers(1, 5))),
        lambda: content.replace(b",", [b";", b"\t", b" ", b", ", b",,"][rng.integers(0, 5)]),
        lambda: content.replace(b",", b'","').replace(b"\n", b'"\n"'),
        lambda: b"\xef\xbb\xbf" * int(rng.integers(1, 3)) + content,
        lambda: text.encode("utf-16"),
        lambda: content.rstrip(b"\n"),
        lambda: content + b"\n" * int(rng.integers(1, 4)),
    ][rng.integers(0, 10)]()


def csv_bomb(rng: np.random.Generator, content: bytes) -> bytes:
    """A table of zeros in some kilobytes: hundreds of megabytes, in lines or without an end."""
    header = gzip.decompress(content).split(b"\n")[0] + b"\n"
    return gzip.compress(header, 1) + _gzip_rows(bool(rng.random() < 0.5)) * 20


@functools.cache
def _gzip_rows(in_lines: bool) -> bytes:
    return gzip.compress((b"0," * 784 + b"0\n") * 8_000 if in_lines else b"0," * 6_000_000, 9)


IDX = (*GENERAL, idx_header)
CSV = (*GENERAL, csv_field, csv_field, csv_columns, csv_columns, csv_lines, csv_lines, csv_ends)
CSV_GZIP = (*GENERAL, *(gzip_inside(mutate) for mutate in CSV[3:]), csv_bomb)
GZIP = (*GENERAL, *(gzip_inside(mutate) for mutate in IDX), gzip_bomb)
ZIP = (
    *GENERAL,
    *(zip_inside(mutate) for mutate in GENERAL),
    zip_duplicate,
    zip_members,
    zip_header,
    npy_header,
    zip_bomb,
)
TEXT = (*GENERAL, json_text)
