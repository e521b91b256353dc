"""A photograph of 12 megapixels with the detail of a real one, about 4.5 MB, written to standard output.

A program of its own, so that the memory it takes is not counted as the portal's.
"""

import sys

from PIL import Image


def main() -> None:
    coarse = Image.effect_noise((500, 375), 60).resize((4000, 3000), Image.Resampling.BICUBIC)
    fine = Image.effect_noise((4000, 3000), 14)
    turns = (Image.Transpose.ROTATE_180, Image.Transpose.FLIP_TOP_BOTTOM)
    picture = Image.merge("RGB", [coarse, *(coarse.transpose(turn) for turn in turns)])
    Image.blend(picture, Image.merge("RGB", [fine] * 3), 0.25).save(sys.stdout.buffer, "JPEG", quality=92)


if __name__ == "__main__":
    main()
