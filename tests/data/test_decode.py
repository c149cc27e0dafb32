import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from advnets.data import Reading
from advnets.data.decode import BadPicture, decode, look

PLAIN = Reading()


def encoded(image: Image.Image, form: str = "PNG", **options) -> bytes:
    stream = io.BytesIO()
    image.save(stream, form, **options)
    return stream.getvalue()


def png(width: int, height: int, bits: int, colour: int, content: bytes = b"", **chunks: bytes) -> bytes:
    """A PNG file by the letter: GREY or GREY_ALPHA, each row of the content after a byte 0."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    parts = {"IHDR": struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, 0)} | chunks
    parts |= {"IDAT": zlib.compress(content), "IEND": b""}
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(kind.encode(), content) for kind, content in parts.items())


GREY, GREY_ALPHA = 0, 4


def png_header(width: int, height: int) -> bytes:
    """A PNG file that promises many pixels and holds none."""
    return png(width, height, 1, GREY)


def test_grey_and_colour_are_bit_exact(noise):
    grey, colour = noise(6, 8), noise(6, 8, 3)
    assert (decode(encoded(Image.fromarray(grey)), "g", PLAIN) == grey[None]).all()
    assert (decode(encoded(Image.fromarray(colour)), "c", PLAIN) == colour.transpose(2, 0, 1)).all()


@pytest.mark.parametrize(("orientation", "turns"), [(1, 0), (3, 2), (6, 3), (8, 1)])
def test_exif_turns_a_picture_upright(noise, orientation, turns):
    pixels = noise(6, 8, 3)
    exif = Image.Exif()
    exif[0x0112] = orientation
    seen = decode(encoded(Image.fromarray(pixels), exif=exif), "x", PLAIN)
    assert (seen == np.rot90(pixels, turns).transpose(2, 0, 1)).all()


@pytest.mark.parametrize(
    ("mode", "clear", "solid", "expected"),
    [
        ("RGBA", (10, 20, 30, 0), (10, 20, 30, 255), (10, 20, 30)),
        ("LA", (10, 0), (10, 255), (10,)),
    ],
)
def test_transparency_is_laid_on_white(mode, clear, solid, expected):
    image = Image.new(mode, (2, 1), clear)
    image.putpixel((1, 0), solid)
    seen = decode(encoded(image), "x", PLAIN)
    assert seen[:, 0, 0].tolist() == [255] * len(expected)
    assert tuple(seen[:, 0, 1]) == expected


def test_half_transparent_is_half_white():
    seen = decode(encoded(Image.new("RGBA", (1, 1), (0, 0, 0, 128))), "x", PLAIN)
    assert seen.ravel().tolist() == [127] * 3


def test_palette_with_a_transparent_colour():
    image = Image.new("P", (2, 1), 0)
    image.putpalette([1, 2, 3, 200, 100, 50])
    image.putpixel((1, 0), 1)
    seen = decode(encoded(image, transparency=0), "x", PLAIN)
    assert seen[:, 0].T.tolist() == [[255, 255, 255], [200, 100, 50]]


def test_cmyk_is_seen_in_its_colours():
    image = Image.new("CMYK", (16, 16), (0, 255, 255, 0))
    seen = decode(encoded(image, "JPEG", quality=95), "x", PLAIN)
    assert np.abs(seen[:, 8, 8].astype(int) - [255, 0, 0]).max() < 8


def test_sixteen_bits_are_divided_by_257():
    values = np.array([[0, 128, 129, 257, 32896, 65535]], np.uint16)
    seen = decode(encoded(Image.fromarray(values)), "x", PLAIN)
    assert seen.tolist() == [[[0, 0, 1, 1, 128, 255]]]


def test_a_grey_of_sixteen_bits_that_means_transparent():
    seen = decode(png(3, 1, 16, GREY, b"\0" + struct.pack(">3H", 1000, 1001, 25700), tRNS=struct.pack(">H", 1000)), "x", PLAIN)
    assert seen.tolist() == [[[255, 4, 100]]]


def test_sixteen_bit_grey_with_alpha_is_grey_on_white():
    pixels = struct.pack(">6H", 25700, 65535, 25700, 0, 0, 65535)
    assert decode(png(3, 1, 16, GREY_ALPHA, b"\0" + pixels), "x", PLAIN).tolist() == [[[100, 255, 0]]]


@pytest.mark.parametrize("byte_order", ["<", ">"])
def test_sixteen_bit_tiff(byte_order):
    values = np.array([[0, 65535, 25700]], np.dtype(np.uint16).newbyteorder(byte_order))
    image = Image.frombytes("I;16" if byte_order == "<" else "I;16B", (3, 1), values.tobytes())
    assert decode(encoded(image, "TIFF"), "x", PLAIN).tolist() == [[[0, 255, 100]]]


def test_one_bit():
    image = Image.new("1", (2, 1), 0)
    image.putpixel((1, 0), 1)
    assert decode(encoded(image), "x", PLAIN).tolist() == [[[0, 255]]]


def test_the_first_frame_of_an_animation():
    frames = [Image.new("RGB", (4, 4), colour) for colour in ("red", "blue")]
    seen = decode(encoded(frames[0], "GIF", save_all=True, append_images=frames[1:]), "x", PLAIN)
    assert seen[:, 0, 0].tolist() == [255, 0, 0]


@pytest.mark.parametrize(("colour", "expected"), [("grey", [[76]]), ("rgb", [[255], [0], [0]])])
def test_colour_asked_for(colour, expected):
    seen = decode(encoded(Image.new("RGB", (1, 1), "red")), "x", Reading(colour=colour))
    assert seen[:, 0].tolist() == expected


def test_grey_asked_for_in_colour_has_three_channels_alike(noise):
    grey = noise(5, 5)
    seen = decode(encoded(Image.fromarray(grey)), "x", Reading(colour="rgb"))
    assert (seen == grey[None]).all()
    assert len(seen) == 3


def test_fits():
    image = Image.new("L", (40, 20), 200)
    image.paste(100, (10, 0, 30, 20))  # the centre square is darker
    content = encoded(image)
    resized, cropped, padded = (decode(content, "x", Reading(size=10, fit=fit))[0] for fit in ("resize", "crop", "pad"))
    assert resized.shape == cropped.shape == padded.shape == (10, 10)
    assert {resized[5, 0], resized[5, 5], resized[5, 9]} == {200, 100}
    assert np.unique(cropped[:, 2:8]).tolist() == [100]
    assert np.unique(padded[[0, 1, 8, 9]]).tolist() == [0]
    assert np.unique(padded[4:6, 4:6]).tolist() == [100]
    assert decode(content, "x", Reading(size=10)).shape == (1, 20, 40)


def test_resizing_is_antialiased():
    checkers = (np.indices((64, 64)).sum(0) % 2 * 255).astype(np.uint8)
    seen = decode(encoded(Image.fromarray(checkers)), "x", Reading(size=8, fit="resize"))
    assert np.abs(seen.astype(int) - 127).max() <= 2


def test_look_does_not_decode(noise):
    assert look(encoded(Image.fromarray(noise(6, 8)))[:-30], "x") == ("L", 8, 6)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "an empty file"),
        (b"no picture at all", "not a picture that can be read"),
        (b"\x89PNG\r\n\x1a\n broken", "not a picture that can be read"),
        (encoded(Image.effect_noise((64, 64), 50))[:-2000], "truncated"),
        (encoded(Image.new("F", (2, 2)), "TIFF"), "floating-point"),
        (encoded(Image.new("I", (2, 2), 70000), "TIFF"), "32-bit"),
        (png_header(9000, 8000), "decompression bomb"),
        (png_header(100_000, 100_000), "decompression bomb"),
    ],
)
def test_what_is_no_picture_is_refused_with_its_name(content, reason, refused):
    with refused("some.png", reason, "--skip-bad-files"):
        decode(content, "some.png", PLAIN)


def test_a_bad_picture_tells_file_and_reason():
    with pytest.raises(BadPicture) as caught:
        look(b"", "some.png")
    assert (caught.value.file, caught.value.reason) == ("some.png", "an empty file")
