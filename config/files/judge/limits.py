"""What an upload may be, beside the policy numbers `upload_limit_mb` and `upload_pixel_limit_mp`.

No imports: the judge's process knows neither Django nor the portal's secrets.
"""

# More than this is never held in memory; the policy's limit lies at or below it.
MOST_BYTES = 20 * 1024 * 1024
MIN_SHORT_SIDE = 600
MAX_PAGES = 100

# The picture people look at: large enough for the small print of a licence, untouched up to 12 million pixels.
VIEW_SIDE = 4096
THUMBNAIL_SIDE = 480
JPEG_QUALITY = 85

# A PDF's streams unpack to at most this, all together; its objects are at most so many.
MAX_UNPACKED_BYTES = 256 * 1024 * 1024
MAX_PDF_NODES = 300_000

# One file's judge: address space beyond what the idle judge holds, CPU seconds, seconds by the wall clock. A picture takes
# 4 bytes a pixel, thrice while a transparent one is put on white; HEIC's own decoder takes as much beside it.
MEMORY_BYTES = 64 * 1024 * 1024
MEMORY_BYTES_PER_PIXEL = 12
CPU_SECONDS = 8
WALL_SECONDS = 20
