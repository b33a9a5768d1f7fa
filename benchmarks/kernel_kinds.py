"""What kind of kernel one of IREE's is, by its name."""

import re

#: `step_dispatch_31_matmul_like_1024x256x1024_f32`, `_encoding_3_encode_128x1024xf32_to_128x1024xf32`.
_KERNEL = re.compile(r"(?:dispatch|encoding)_\d+_([a-z_]+?)(?:_[\dD]|$)")


def kind(name: str) -> str:
    """What stands between the number and the shape; of others, such as `Memcpy HtoD`, the first word."""
    match = _KERNEL.search(name)
    return match[1] if match else name.partition(" ")[0]
