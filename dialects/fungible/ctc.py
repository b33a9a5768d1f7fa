"""The lattice of connectionist temporal classification."""

from .._base import Operand, Pure, Result, Tensor, expect_float, expect_like, expect_rank, expect_same_type
from .numerics import RoundingOp


class CtcLatticeOp(RoundingOp, name="ctc_lattice", traits=[Pure]):
    """Logarithms of the sums over all paths that end in a state at a time.

        y[t, n, s] = emissions[t, n, s] + log(exp(entries[t, n, s]) + exp(y[t - 1, n, s]) + exp(y[t - 1, n, s - 1])
                                              + exp(y[t - 1, n, s - 2] + skips[n, s]))

    where what is before the first time or the first state is minus infinity: a path stays in its
    state, goes on to the next, or over one where a skip allows it. Turned around in time and
    states, the same sums are those over all paths that begin there.
    Operands: emissions and entries `[T, N, S]`, skips `[N, S]`. Result like emissions.
    Source: Graves et al., ICML 2006, equations 6 to 9; `torch.ops.aten._ctc_loss`.
    """

    emissions: Operand[Tensor]
    entries: Operand[Tensor]
    skips: Operand[Tensor]
    sums: Result[Tensor]

    def check(self) -> None:
        emissions, entries, skips = self.operation.operands
        expect_float(emissions, "emissions")
        type_ = expect_rank(emissions, "emissions", 3)
        expect_same_type(entries, "entries", emissions, "emissions")
        expect_like(skips, "skips", list(type_.shape[1:]), emissions, "emissions")
        expect_same_type(self.operation.results[0], "sums", emissions, "emissions")
