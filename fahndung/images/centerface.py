"""Where CenterFace suggests faces in pixels: what happens inside the child process. Run it through ``faces``.

The network divides the picture into cells of four by four px and tells for each cell how likely a face has its centre
there (output 537), the logarithm of the face's height and width in cells (538), and where in the cell the centre lies,
down and across (539). It tells no identity, and nothing here could: a face's five points (540) are not even read.

Described by Xu, Yan and others, "CenterFace: Joint Face Detection and Alignment Using Face as Point", arXiv 1911.03599;
what the numbered outputs mean was tried on pictures whose faces are known. The weights are the caller's.
"""

import itertools
import os
from collections.abc import Sequence
from typing import Any

from fahndung.errors import UnsafeImage
from fahndung.images.child import Answer
from fahndung.model.raster import Raster

LONGEST = 1600
"""px of the longer side that the network gets at most: memory and time grow with the square."""
ENLARGED = 2
"""How much smaller pictures are enlarged at most. Measured: a face of 9 px is found with a score of 0.51, not 0.17."""
POSSIBLE = 0.1
"""The least score that is told."""
MOST = 500
"""More suggestions in one picture than that are refused: nobody would look through them."""

_STRIDE = 4
_MULTIPLE = 32
_SAME = 0.3
_CANDIDATES = 20_000
_OUTPUTS = ("537", "538", "539")
_SHAPES = (1, 2, 2)


def work(model: bytes, pictures: Sequence[Raster], enlarged: Sequence[int]) -> Answer:
    """For each picture its suggestions (left, top, width, height, score), the surest first, as the header.

    Args:
        model: the network as ONNX.
        enlarged: for each picture, how many times its size it may get.

    Raises:
        UnsafeImage: OpenCV cannot run it, it is no network of this kind, or it suggests more than ``MOST`` faces.
    """
    # Threads would need processes, which the child has none of; numpy and OpenCV start some when they are imported.
    os.environ.update(dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"), "1"))
    import cv2

    cv2.setNumThreads(1)
    cv2.ocl.setUseOpenCL(False)
    try:
        found = _all_found(model, pictures, [_input(*one) for one in zip(pictures, enlarged, strict=True)])
    except cv2.error as failure:
        raise UnsafeImage(f"OpenCV says: {failure.err}.", f"OpenCV meldet: {failure.err}.") from failure
    return Answer({"version": cv2.__version__, "found": found})


def _input(picture: Raster, enlarged: int) -> tuple[int, int]:
    """px of the picture as the network gets it."""
    share = min(LONGEST / max(picture.width, picture.height), enlarged)
    return _fitting(picture.width * share), _fitting(picture.height * share)


def _all_found(model: bytes, pictures: Sequence[Raster], sizes: Sequence[tuple[int, int]]) -> list[list[list[float]]]:
    """The suggestions in each picture, shown to the network in its size.

    Pictures of one size share a net, which costs a third less from the second on. Never of two: a net that is used
    again with another size gave wrong boxes (OpenCV 4), and two at once would need the memory of both.
    """
    import cv2
    import numpy as np

    found: dict[int, list[list[float]]] = {}
    for size, alike in itertools.groupby(sorted(range(len(pictures)), key=sizes.__getitem__), key=sizes.__getitem__):
        network = cv2.dnn.readNetFromONNX(np.frombuffer(model, np.uint8))
        found |= {at: _found(network, pictures[at], size) for at in alike}
    return [found[at] for at in range(len(pictures))]


def _found(network: Any, picture: Raster, size: tuple[int, int]) -> list[list[float]]:
    import cv2
    import numpy as np

    pixels = np.frombuffer(picture.rgb, np.uint8).reshape(picture.height, picture.width, 3)
    width, height = size
    names = network.getUnconnectedOutLayersNames()
    if not {*_OUTPUTS} <= {*names}:
        raise _other(", ".join(names))
    network.setInput(cv2.dnn.blobFromImage(pixels, 1.0, (width, height)))
    told = dict(zip(names, network.forward(names), strict=True))  # OpenCV 5 gives all of them or none
    maps = [told[name] for name in _OUTPUTS]
    cells = (height // _STRIDE, width // _STRIDE)
    if [one.shape for one in maps] != [(1, depth, *cells) for depth in _SHAPES]:
        raise _other(", ".join(str(one.shape) for one in maps))
    boxes, scores = _boxes(*(one[0] for one in maps))
    boxes *= np.array([picture.width / width, picture.height / height] * 2)
    kept = _apart(boxes, scores)
    if len(kept) > MOST:
        raise UnsafeImage(
            f"The detector suggests more than {MOST} faces. Crop the picture to what is needed.",
            f"Der Detektor schlägt mehr als {MOST} Gesichter vor. Bitte das Bild auf das Nötige zuschneiden.",
        )
    return [[*map(float, boxes[at]), float(scores[at])] for at in kept]


def _fitting(side: float) -> int:
    """The nearest size that the network takes, px."""
    return max(_MULTIPLE, round(side / _MULTIPLE) * _MULTIPLE)


def _boxes(heat: Any, sizes: Any, offsets: Any) -> tuple[Any, Any]:
    """Boxes (n, 4: left, top, right, bottom; px of the network's input) and scores (n), the surest first.

    Args:
        heat: (1, rows, columns). sizes, offsets: (2, rows, columns), vertical before horizontal.
    """
    import numpy as np

    rows, columns = np.nonzero(heat[0] >= POSSIBLE)
    scores = heat[0][rows, columns]
    order = np.argsort(-scores, kind="stable")[:_CANDIDATES]
    rows, columns, scores = rows[order], columns[order], scores[order]
    tall, wide = np.exp(np.clip(sizes[:, rows, columns], -10, 10)) * _STRIDE
    down, across = offsets[:, rows, columns]
    middle_x, middle_y = (columns + across + 0.5) * _STRIDE, (rows + down + 0.5) * _STRIDE
    sides = (middle_x - wide / 2, middle_y - tall / 2, middle_x + wide / 2, middle_y + tall / 2)
    return np.stack(sides, axis=1).astype(float), scores


def _apart(boxes: Any, scores: Any) -> list[int]:
    """Which boxes are faces of their own: of those that share more than ``_SAME`` of their union the surest stays."""
    import numpy as np

    areas = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
    left = np.arange(len(scores))
    kept: list[int] = []
    while left.size and len(kept) <= MOST:
        first, rest = left[0], left[1:]
        kept.append(int(first))
        corner = np.maximum(boxes[first, :2], boxes[rest, :2])
        opposite = np.minimum(boxes[first, 2:], boxes[rest, 2:])
        common = np.prod(np.clip(opposite - corner, 0, None), axis=1)
        left = rest[common <= _SAME * (areas[first] + areas[rest] - common)]
    return kept


def _other(what: str) -> UnsafeImage:
    return UnsafeImage(
        f"The file of the face detector is no CenterFace network with the outputs {', '.join(_OUTPUTS)} ({what}).",
        f"Die Datei des Gesichtsdetektors ist kein CenterFace-Netz mit den Ausgaben {', '.join(_OUTPUTS)} ({what}).",
    )
