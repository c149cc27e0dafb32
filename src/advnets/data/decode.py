"""From the bytes of a picture file to an array, as a user expects it to look."""

from __future__ import annotations

import io
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFile, ImageOps

from advnets.data.reading import LARGEST_SIDE, Reading
from advnets.errors import BadInput

LARGEST_PIXELS = LARGEST_SIDE**2
"""A picture of more pixels is refused: its file may be small and its pixels fill the memory."""


class BadPicture(BadInput):
    """A file that cannot be read as a picture."""

    def __init__(self, file: str, reason: str) -> None:
        super().__init__(f"{file}: {reason} (--skip-bad-files leaves such files out)")
        self.file, self.reason = file, reason


class Look(NamedTuple):
    """What a picture file says of itself: Pillow's mode, and its size in pixels before it is turned upright."""

    mode: str
    width: int
    height: int


def look(content: bytes, file: str) -> Look:
    """Mode and size of a picture, without decoding it.

    Raises:
        BadPicture: Pillow cannot read the file's header, or the picture is too large.
    """
    image = opened(content, file)
    return Look(image.mode, image.width, image.height)


def decode(content: bytes, file: str, reading: Reading) -> NDArray[np.uint8]:
    """A picture upright, with 8 bits a channel, on white where it is transparent, in the colour and size asked for.

    Args:
        content: the bytes of the file.
        file: its name, for messages.
        reading: colour, size and fit. With fit "refuse" the size stays as stored.

    Returns:
        uint8 [c, h, w], c is 1 or 3. Palettes become colours; CMYK becomes RGB; of an animation the first frame counts.

    Raises:
        BadPicture: the file cannot be read.
    """
    image = opened(content, file)
    try:
        grey = any(tile[3] == "LA;16B" for tile in image.tile)  # which Pillow opens as RGBA
        upright = ImageOps.exif_transpose(image)
        return as_array(seen(on_white(upright.convert("LA") if grey else eight_bit(upright)), reading))
    except Exception as error:  # Pillow's readers raise almost anything on a broken file
        raise BadPicture(file, brief(error)) from None


def opened(content: bytes, file: str) -> ImageFile.ImageFile:
    """A picture whose header is read and whose pixels are not.

    Raises:
        BadPicture: no picture, or a decompression bomb.
    """
    if not content:
        raise BadPicture(file, "an empty file")
    try:
        image = Image.open(io.BytesIO(content))
    except Image.DecompressionBombError:
        raise BadPicture(file, f"more than {LARGEST_PIXELS:,} pixels, perhaps a decompression bomb") from None
    except Exception:  # a broken header, like broken pixels, can raise almost anything
        raise BadPicture(file, "not a picture that can be read") from None
    if image.width * image.height > LARGEST_PIXELS:
        raise BadPicture(file, f"{image.width}x{image.height} pixels are more than {LARGEST_PIXELS:,}, perhaps a decompression bomb")
    return image


def eight_bit(image: Image.Image) -> Image.Image:
    """A picture with at most 8 bits a channel: 16-bit greys [0, 65535] are divided by 257; one that means transparent still does.

    Raises:
        ValueError: floating-point or 32-bit pixels, whose scale nobody knows.
    """
    if image.mode == "F":
        raise ValueError("floating-point pixels of unknown scale: save it with 8 or 16 bits")
    if not image.mode.startswith("I"):
        return image
    values = np.asarray(image).astype(np.int64)
    if values.min() < 0 or values.max() > 65535:
        raise ValueError("32-bit pixels of unknown scale: save it with 8 or 16 bits")
    grey = Image.fromarray(((values + 128) // 257).astype(np.uint8))
    if "transparency" in image.info:
        grey.putalpha(Image.fromarray(np.where(values == image.info["transparency"], 0, 255).astype(np.uint8)))
    return grey


def on_white(image: Image.Image) -> Image.Image:
    """A grey ("L") or colour ("RGB") picture, laid on white where it is transparent."""
    grey = image.mode in {"1", "L", "LA", "La"}
    if "transparency" in image.info or image.mode in {"LA", "La", "PA", "RGBA", "RGBa"}:
        paper = Image.new("RGBA", image.size, "white")
        paper.alpha_composite(image.convert("RGBA"))
        image = paper
    return image.convert("L" if grey else "RGB")


def seen(image: Image.Image, reading: Reading) -> Image.Image:
    """An "L" or "RGB" picture in the colour and size asked for; greys are ITU-R 601-2 luma."""
    if reading.colour != "as-stored":
        image = image.convert({"grey": "L", "rgb": "RGB"}[reading.colour])
    return fitted(image, reading)


def fitted(image: Image.Image, reading: Reading) -> Image.Image:
    """A picture brought to the size asked for, bicubic and antialiased. With fit "refuse" it is left alone."""
    size, smooth = reading.size, Image.Resampling.BICUBIC
    if size is None or image.size == (size, size):
        return image
    match reading.fit:
        case "refuse":
            return image
        case "resize":
            return image.resize((size, size), smooth)
        case "crop":
            return ImageOps.fit(image, (size, size), smooth)
        case "pad":
            return ImageOps.pad(image, (size, size), smooth, color="black")


def as_array(image: Image.Image) -> NDArray[np.uint8]:
    """The pixels of an "L" or "RGB" picture, uint8 [c, h, w]."""
    pixels = np.asarray(image)
    return pixels[None] if pixels.ndim == 2 else pixels.transpose(2, 0, 1)


def as_image(pixels: NDArray[np.uint8]) -> Image.Image:
    """The "L" or "RGB" picture of pixels uint8 [c, h, w]."""
    return Image.fromarray(pixels[0] if len(pixels) == 1 else np.ascontiguousarray(pixels.transpose(1, 2, 0)))


def brief(error: Exception) -> str:
    """The first line of what an error says, or its kind if it says nothing."""
    return next(iter(str(error).splitlines()), "") or type(error).__name__
