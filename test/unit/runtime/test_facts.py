"""What is read from what drivers print of their devices."""

import pytest

from fungible import targets
from fungible.runtime import facts

LAVAPIPE = """name: llvmpipe (LLVM 15.0.6, 256 bits)
path: GPU-6d65
api: 1.3.230
type: cpu
vendor_id: 0x10005
device_id: 0x0000
driver: llvmpipe
driver_info: Mesa 22.3.6 (LLVM 15.0.6)
features: bufferDeviceAddress=yes storageBuffer8BitAccess=yes storageBuffer16BitAccess=yes shaderInt8=yes shaderFloat16=yes shaderBFloat16Type=no cooperativeMatrix=no
subgroup: size=8 operations=0x000000bf quadOperationsInAllStages=no minSubgroupSize=8 maxSubgroupSize=8 requiredSubgroupSizeStages=0x00000030
"""

RADEON = """name: AMD Radeon RX 7900 XTX (RADV NAVI31)
api: 1.3.274
type: discrete
vendor_id: 0x1002
driver: radv
driver_info: Mesa 24.1.0
features: storageBuffer8BitAccess=yes storageBuffer16BitAccess=yes shaderInt8=yes shaderFloat16=yes cooperativeMatrix=yes
subgroup: size=64 operations=0x000000ff minSubgroupSize=32 maxSubgroupSize=64
"""

CUDA = """
- gpu-compute-capability: 9.0
- driver-max-cuda-version: 13.0

- launch-max-block-dims: (1024, 1024, 64)
"""

HIP = """
- amdhip64_dylib_path: /opt/rocm/lib/libamdhip64.so
- gpu-compute-capability: 9.4
- gpu-arch-name: gfx942:sramecc+:xnack-
"""


def fitting(driver: str, text: str) -> set[str]:
    report = facts.parse(driver, "device", text)
    known = map(targets.resolve, targets.names())
    return {target.name for target in known if target.driver == driver and not report.missing(target.requires)}


def test_lavapipe_fits_the_baseline_and_its_own_profile():
    assert fitting("vulkan", LAVAPIPE) == {"vulkan", "vulkan:llvmpipe"}


def test_a_radeon_fits_the_profiles_of_its_vendor():
    assert fitting("vulkan", RADEON) == {"vulkan", "vulkan:rdna1", "vulkan:rdna2", "vulkan:rdna3", "vulkan:rdna4"}
    assert fitting("vulkan", RADEON.replace("shaderFloat16=yes", "shaderFloat16=no")) == {"vulkan"}


def test_subgroups_of_another_size_rule_a_profile_out():
    wave64 = RADEON.replace("minSubgroupSize=32", "minSubgroupSize=64")
    assert facts.parse("vulkan", "", wave64).missing(targets.resolve("vulkan:rdna3").requires) == ["subgroup:32"]
    assert fitting("vulkan", wave64) == {"vulkan"}


def test_a_version_of_vulkan_includes_those_before():
    report = facts.parse("vulkan", "", LAVAPIPE)
    assert {"vulkan-1.0", "vulkan-1.3"} <= report.facts and "vulkan-1.4" not in report.facts


def test_ptx_runs_on_its_own_capability_and_all_later_ones():
    found = fitting("cuda", CUDA)
    assert {"cuda:sm_60", "cuda:sm_80", "cuda:sm_89", "cuda:sm_90", "cuda:sm_100"} <= found
    assert not {"cuda:sm_120", "cuda:sm_121"} & found
    assert "cuda:sm_89" not in fitting("cuda", CUDA.replace("9.0", "8.6"))


def test_code_objects_run_on_their_own_architecture_alone():
    assert fitting("hip", HIP) == {"rocm:gfx942"}


@pytest.mark.parametrize("driver", ["cuda", "hip", "vulkan"])
def test_a_report_that_says_nothing_fits_nothing(driver):
    assert fitting(driver, "") == set()


def test_the_identity_changes_with_the_driver():
    one = facts.parse("vulkan", "llvmpipe", LAVAPIPE)
    assert one.identity == facts.parse("vulkan", "llvmpipe", LAVAPIPE).identity
    assert one.identity != facts.parse("vulkan", "llvmpipe", LAVAPIPE.replace("22.3.6", "22.3.7")).identity
    cuda = facts.parse("cuda", "H100", CUDA)
    assert cuda.identity != facts.parse("cuda", "H100", CUDA.replace("13.0", "13.1")).identity


def test_a_cpu_that_stands_in_for_a_gpu_is_known_as_one():
    assert facts.parse("vulkan", "", LAVAPIPE).emulated and not facts.parse("vulkan", "", RADEON).emulated
