"""SPIR-V is what the Vulkan version that a target requires takes, and asks for no feature beyond."""

import os
import re
import subprocess

import pytest
from stock_tools import spirv_val

slow = pytest.mark.skipif(os.environ.get("FUNGIBLE_TEST_SLOW") != "1", reason="slow: as for other devices, run lit with --param slow=1")

_PROFILES = ("rdna3", "ampere", "valhall4", "adreno", "intel")
_CASES = [
    *((program, "vulkan") for program in ("checks", "mlp", "digits", "gpt")),
    *(("checks", f"vulkan:{profile}") for profile in _PROFILES),
    *(pytest.param("mlp", f"vulkan:{profile}", marks=[] if profile in ("ampere", "adreno") else slow) for profile in _PROFILES),
]

pytestmark = pytest.mark.skipif(not spirv_val(), reason="without spirv-val and spirv-dis")


@pytest.mark.parametrize(("program", "target"), _CASES)
def test_every_kernel_is_valid(generate, program, target):
    code = generate(program, target)
    version = next(fact for fact in code.target.requires if fact.startswith("vulkan-"))
    command = [spirv_val(), "--target-env", version.replace("-", "")]
    found = [subprocess.run([*command, file], capture_output=True, text=True) for file in code.files]
    assert [f"{file.name}: {run.stdout}{run.stderr}" for file, run in zip(code.files, found) if run.returncode] == []

    texts = [subprocess.run(["spirv-dis", file], capture_output=True, text=True, check=True).stdout for file in code.files]
    assert {name for text in texts for name in re.findall(r'OpEntryPoint GLCompute %\w+ "(\w+)"', text)} == code.kernels
    asked = {name for text in texts for name in re.findall(r"OpCapability (\w+)", text)}
    assert asked - _allowed(code.target) == set()


def _allowed(target) -> set[str]:
    """The capabilities of SPIR-V that every device has which reports what the target requires.

    IREE's driver does not report 64-bit types, which all GPUs of a vendor have or have not.
    """
    allowed = {"Shader", "Matrix"}
    allowed |= {capability for name, capability in (("i64", "Int64"), ("f64", "Float64")) if name not in target.lacks}
    features = ("shaderFloat16", "shaderInt8", "storageBuffer16BitAccess", "storageBuffer8BitAccess")
    allowed |= {name.removeprefix("shader").replace("storage", "Storage") for name in features if name in target.requires}
    if any(fact.startswith("subgroup:") for fact in target.requires):
        allowed |= {f"GroupNonUniform{kind}" for kind in ("", "Arithmetic", "Shuffle")}
    return allowed
