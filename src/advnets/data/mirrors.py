"""Where the named sets can be downloaded, and the sizes and checksums by which they are known.

The sizes and sha256 of MNIST and Fashion-MNIST are those of the unpacked files, because mirrors have packed them differently;
those of CIFAR-10 are of the official archive.
"""

from __future__ import annotations

from collections.abc import Mapping

from advnets.data.download import Remote

MNIST = (
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "https://azureopendatastorage.blob.core.windows.net/mnist/",
)
FASHION_MNIST = (
    "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",
    "https://storage.googleapis.com/tensorflow/tf-keras-datasets/",
    "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
)
CIFAR10 = (
    "https://www.cs.toronto.edu/~kriz/",
    "https://cave.cs.toronto.edu/kriz/",
    "https://storage.googleapis.com/s4tf-hosted-binaries/datasets/CIFAR10/",
)


def idx(bases: tuple[str, ...], file: str, size: int, sha256: str) -> Remote:
    """A gzipped IDX file, known by its content."""
    return Remote(f"{file}.gz", tuple(f"{base}{file}.gz" for base in bases), size, sha256, checks_content=True)


REMOTES: Mapping[str, Mapping[str, Remote]] = {
    "mnist": {
        "train-images-idx3-ubyte": idx(
            MNIST, "train-images-idx3-ubyte", 47_040_016, "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"
        ),
        "train-labels-idx1-ubyte": idx(
            MNIST, "train-labels-idx1-ubyte", 60_008, "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"
        ),
        "t10k-images-idx3-ubyte": idx(
            MNIST, "t10k-images-idx3-ubyte", 7_840_016, "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"
        ),
        "t10k-labels-idx1-ubyte": idx(
            MNIST, "t10k-labels-idx1-ubyte", 10_008, "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"
        ),
    },
    "fashion-mnist": {
        "train-images-idx3-ubyte": idx(
            FASHION_MNIST, "train-images-idx3-ubyte", 47_040_016, "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888"
        ),
        "train-labels-idx1-ubyte": idx(
            FASHION_MNIST, "train-labels-idx1-ubyte", 60_008, "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9"
        ),
        "t10k-images-idx3-ubyte": idx(
            FASHION_MNIST, "t10k-images-idx3-ubyte", 7_840_016, "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b"
        ),
        "t10k-labels-idx1-ubyte": idx(
            FASHION_MNIST, "t10k-labels-idx1-ubyte", 10_008, "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34"
        ),
    },
    "cifar10": {
        "cifar-10-binary.tar.gz": Remote(
            "cifar-10-binary.tar.gz",
            tuple(f"{base}cifar-10-binary.tar.gz" for base in CIFAR10),
            170_052_171,
            "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd",
        ),
    },
}
