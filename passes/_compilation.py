"""What tells IREE how to generate the code of an op, in the place of its own choice."""

from collections.abc import Mapping, Sequence

from torch_mlir import ir


def _levels(levels: Mapping[str, Sequence[int]]) -> str:
    return ", ".join(f"{name} = [{', '.join(map(str, sizes))}]" for name, sizes in levels.items())


def for_cpu(workgroup: Sequence[int], vector: Sequence[int], summed: Sequence[int]) -> ir.Attribute:
    """How IREE's CPU backend tiles the loops of an op, which is then not packed; a size for each loop, 0 for all of it.

    Args:
        workgroup: what a thread computes in one go.
        vector: what stays in registers while it is summed.
        summed: how far a sum is unrolled.
    """
    levels = _levels({"distribution": workgroup, "vector_common_parallel": vector, "vector_reduction": summed})
    return ir.Attribute.parse(
        f"#iree_codegen.compilation_info<lowering_config = #iree_cpu.lowering_config<{levels}>,"
        " translation_info = #iree_codegen.translation_info<pipeline = #iree_cpu.pipeline<DoubleTilingExpert>>>"
    )


def for_gpu(workgroup: Sequence[int], thread: Sequence[int], summed: Sequence[int], threads: int, padded: bool) -> ir.Attribute:
    """How IREE's GPU backend for LLVM tiles the loops of a product, both operands through shared memory.

    Args:
        workgroup: what a workgroup computes.
        thread: what a thread of it keeps in registers while it is summed.
        summed: how much of a sum is in shared memory at a time.
        threads: of a workgroup.
        padded: whether rows in shared memory are apart, so that columns of them are in different banks.
    """
    levels = _levels({"workgroup": workgroup, "thread": thread, "reduction": summed})
    conflicts = f"no_reduce_shared_memory_bank_conflicts = {'false' if padded else 'true'}"
    options = f"#iree_gpu.pipeline_options<prefetch_num_stages = 0, {conflicts}>"
    return ir.Attribute.parse(
        f"#iree_codegen.compilation_info<lowering_config = #iree_gpu.lowering_config<{{{levels}, promote_operands = [0, 1]}}>,"
        f" translation_info = #iree_codegen.translation_info<pipeline = #iree_gpu.pipeline<TileAndFuse>"
        f" workgroup_size = [{threads}, 1, 1] subgroup_size = 32, {{gpu_pipeline_options = {options}}}>>"
    )
